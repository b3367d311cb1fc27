//! Counts customers by the exact combination of sets that they are in.
//!
//! Processes 64 customers at a time: transposing one word of each set yields one word per customer whose bits are the
//! customer's sets. Customers are counted and their values summed by this word.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::{AddAssign, Range};
use std::sync::Arc;

use super::chunks::words_of;
use super::column::{ColumnData, NumberColumn, each_width};
use super::kernel::Sum;
use super::row_set::RowSet;
use super::sums::{self, slices};
use super::{LocalEngine, kernel};
use crate::engine::{Cancel, Combination, Combinations, CombinationsQuestion, EngineError};

/// Maximum number of sets that a combination can distinguish: one bit each.
const MAX_SETS: usize = 64;
/// Number of tables that are filled in parallel and then merged. It is small, since each may contain most of the
/// combinations.
const TABLES: usize = 8;

/// Counts each of the filter's customers once, under the exact combination of sets.
pub fn combinations(
    engine: &LocalEngine,
    question: &CombinationsQuestion,
    cancel: &Cancel,
) -> Result<Combinations, EngineError> {
    let CombinationsQuestion { filter, sets, value, limit } = question;
    if sets.len() > MAX_SETS {
        return Err(EngineError::Failed(format!("combinations of more than {MAX_SETS} sets are not supported")));
    }
    let filter = engine.row_set(filter, cancel)?;
    let row_sets = engine.row_sets(sets, cancel)?;
    let value = value.as_deref().map(|column| sums::numbers(engine, column, cancel)).transpose()?;
    let mut found = match value.as_deref() {
        Some(numbers @ ColumnData::Number(wide)) if !wide.sums_fit_floats() => {
            let add = |tally: &mut CombinationTally<Sum>, filter: &[u64], sets: &[&[u64]], rows| {
                tally.add_whole(filter, sets, rows, wide);
            };
            tallied(engine, &filter, &row_sets, add, cancel)?.combinations(|sum| sums::value_of(numbers, sum))
        }
        value => {
            let add = |tally: &mut CombinationTally<f64>, filter: &[u64], sets: &[&[u64]], rows| {
                tally.add(filter, sets, rows, value);
            };
            let in_units = |total| value.map_or(0.0, |of| sums::value_of(of, Sum { total, ..Sum::default() }));
            tallied(engine, &filter, &row_sets, add, cancel)?.combinations(in_units)
        }
    };
    if let Some(numbers @ ColumnData::Number(cells)) = value.as_deref().filter(|_| engine.is_guarded) {
        let add = |tally: &mut CombinationTally<KnownValues>, filter: &[u64], sets: &[&[u64]], rows| {
            tally.add_known(filter, sets, rows, cells);
        };
        let guards = tallied(engine, &filter, &row_sets, add, cancel)?;
        for combination in &mut found {
            let of = guards.0.get(&combination.sets).map(|customers| customers.value).unwrap_or_default();
            combination.largest = sums::value_of(numbers, Sum { total: of.largest, ..Sum::default() });
            combination.known = of.known;
        }
    }
    found.sort_unstable_by_key(|combination| (std::cmp::Reverse(combination.customers), combination.sets));
    let left_out = found.len().saturating_sub(*limit) as u64;
    found.truncate(*limit);
    Ok(Combinations { combinations: found, left_out })
}

/// Returns the tally of all chunks. `add` adds a chunk to the tally of one part.
fn tallied<V: Copy + Default + AddAssign + Send>(
    engine: &LocalEngine,
    filter: &RowSet,
    row_sets: &[Arc<RowSet>],
    add: impl Fn(&mut CombinationTally<V>, &[u64], &[&[u64]], Range<usize>) + Sync,
    cancel: &Cancel,
) -> Result<CombinationTally<V>, EngineError> {
    let parts = engine.chunks.tally(TABLES, cancel, CombinationTally::default, |tally, rows| {
        let words = words_of(&rows);
        add(tally, &filter.trues()[words.clone()], &slices(row_sets, words), rows);
    })?;
    let mut all = CombinationTally::default();
    for part in parts {
        cancel.check()?;
        all.merge(part);
    }
    Ok(all)
}

/// Number of customers and sum of their values, in cells of the value column, by combination.
#[derive(Default)]
struct CombinationTally<V>(HashMap<u64, Customers<V>, BuildHasherDefault<MixHasher>>);

/// Number of customers and sum of their values.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Customers<V> {
    count: u64,
    value: V,
}

/// Number of known values and their largest absolute value.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct KnownValues {
    known: u64,
    largest: f64,
}

impl AddAssign for KnownValues {
    fn add_assign(&mut self, other: Self) {
        *self = Self { known: self.known + other.known, largest: self.largest.max(other.largest) };
    }
}

impl CombinationTally<KnownValues> {
    fn add_known(&mut self, filter: &[u64], sets: &[&[u64]], rows: Range<usize>, numbers: &NumberColumn) {
        each_width!(numbers.cells(), cells => self.add_each(filter, sets, |row| match numbers.is_null(rows.start + row) {
            true => KnownValues::default(),
            false => {
                let largest = kernel::KernelNumber::as_f64(cells[rows.start + row]).abs();
                KnownValues { known: 1, largest }
            }
        }));
    }
}

impl CombinationTally<f64> {
    fn add(&mut self, filter: &[u64], sets: &[&[u64]], rows: Range<usize>, value: Option<&ColumnData>) {
        let Some(ColumnData::Number(numbers)) = value else {
            return self.add_each(filter, sets, |_| 0.0);
        };
        let known = numbers.known().map(|known| &known[words_of(&rows)]);
        let is_known = |row: usize| known.is_none_or(|known| known[row / 64] >> (row % 64) & 1 == 1);
        each_width!(numbers.cells(), cells => {
            let cells = &cells[rows];
            self.add_each(filter, sets, |row| if is_known(row) { kernel::KernelNumber::as_f64(cells[row]) } else { 0.0 });
        });
    }
}

impl CombinationTally<Sum> {
    /// Adds whole numbers whose sums floats do not represent exactly.
    fn add_whole(&mut self, filter: &[u64], sets: &[&[u64]], rows: Range<usize>, numbers: &NumberColumn) {
        each_width!(numbers.cells(), cells => self.add_each(filter, sets, |row| match numbers.is_null(rows.start + row) {
            true => Sum::default(),
            false => Sum::from_whole(kernel::KernelNumber::as_i128(cells[rows.start + row]), 1),
        }));
    }
}

impl<V: Copy + Default + AddAssign> CombinationTally<V> {
    fn combinations(self, value: impl Fn(V) -> f64) -> Vec<Combination> {
        let combination = |(sets, all): (u64, Customers<V>)| Combination {
            sets,
            customers: all.count,
            value: value(all.value),
            largest: 0.0,
            known: 0,
        };
        self.0.into_iter().map(combination).collect()
    }

    fn add_each(&mut self, filter: &[u64], sets: &[&[u64]], value: impl Fn(usize) -> V) {
        // Adjacent customers often have the same combination, so consecutive ones are added up before they are looked
        // up.
        let (mut last, mut run) = (0, Customers::default());
        for (at, &inside) in filter.iter().enumerate().filter(|(_, inside)| **inside != 0) {
            let mut words = [0; 64];
            words.iter_mut().zip(sets).for_each(|(word, set)| *word = set[at]);
            let customers = kernel::transpose64(&words);
            for bit in kernel::set_rows(&[inside]) {
                if customers[bit] != last {
                    self.put(last, run);
                    (last, run) = (customers[bit], Customers::default());
                }
                run.count += 1;
                run.value += value(at * 64 + bit);
            }
        }
        self.put(last, run);
    }

    fn put(&mut self, sets: u64, more: Customers<V>) {
        if more.count > 0 {
            let sum = self.0.entry(sets).or_default();
            sum.count += more.count;
            sum.value += more.value;
        }
    }

    fn merge(&mut self, other: Self) {
        if self.0.is_empty() {
            *self = other;
        } else {
            other.0.into_iter().for_each(|(sets, customers)| self.put(sets, customers));
        }
    }
}

/// A hasher that spreads a word over all bits. The standard hasher would take longer than the rest of the counting;
/// it protects against chosen collisions, which the words of sets need not.
#[derive(Default)]
struct MixHasher(u64);

impl Hasher for MixHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(u64::from(byte)));
    }

    fn write_u64(&mut self, word: u64) {
        // The golden ratio's fraction. The upper half of the product is mixed into the lower one, since the table
        // uses the lowest bits.
        let product = u128::from(self.0 ^ word) * u128::from(0x9E37_79B9_7F4A_7C15_u64);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(filter: &[u64]) -> Vec<(u64, u64, f64)> {
        let sets: [&[u64]; 2] = [&[0b0111, 1], &[0b0110, 0]];
        let mut tally = CombinationTally::default();
        tally.add_each(filter, &sets, |row| row as f64);
        let mut all: Vec<_> = tally.0.into_iter().map(|(sets, sum)| (sets, sum.count, sum.value)).collect();
        all.sort_by_key(|(sets, ..)| *sets);
        all
    }

    #[test]
    fn combinations_count_each_customer_once() {
        let rest = (0..66).sum::<usize>() as f64 - 67.0;
        assert_eq!(tally(&[u64::MAX, 0b11]), [(0b00, 62, rest), (0b01, 2, 64.0), (0b11, 2, 3.0)]);
        assert_eq!(tally(&[0, 0b10]), [(0b00, 1, 65.0)]);
    }
}
