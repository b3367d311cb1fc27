//! Finds the values at given ranks of a column without sorting it. The first pass counts customers by the upper bits
//! of their values. Each further pass counts those who share the wanted value's upper bits, by the next bits.

use rayon::prelude::*;

use super::chunks::words_of;
use super::column::{ColumnData, NumberCells, NumberColumn, each_width};
use super::kernel;
use super::row_set::RowSet;
use super::{LocalEngine, sums};
use crate::engine::{Cancel, EngineError, Quantiles, QuantilesQuestion};
use crate::model::{Datum, Decimal};

/// Number of bits that are counted in one pass.
const DIGIT: u32 = 16;

/// Finds the values at the shares of the question, without sorting the column.
pub fn quantiles(
    engine: &LocalEngine,
    question: &QuantilesQuestion,
    cancel: &Cancel,
) -> Result<Quantiles, EngineError> {
    let QuantilesQuestion { filter, column, shares } = question;
    let row_set = engine.row_set(filter, cancel)?;
    let numbers = sums::numbers(engine, column, cancel)?;
    let ColumnData::Number(number) = numbers.as_ref() else {
        return Err(EngineError::Failed(format!("\"{column}\" has no numbers or dates to put in order")));
    };
    let known = known_within(engine, number, &row_set, cancel)?;
    let ranks: Vec<u64> = shares.iter().map(|share| rank(*share, known)).collect();
    let values = match known {
        0 => vec![Datum::Null; ranks.len()],
        _ => ranked(engine, number, &row_set, &ranks, cancel)?,
    };
    Ok(Quantiles { column: column.clone(), known, values })
}

/// Returns the rank, counted from 1, of the first value such that at least this share of `known` values is not above
/// it.
fn rank(share: f64, known: u64) -> u64 {
    // A result that is only a rounding error above a whole number means that number, as 0.07 · 100 does.
    let place = share * known as f64;
    let whole = place.round();
    let place = if (place - whole).abs() <= 1e-9 * whole.max(1.0) { whole } else { place.ceil() };
    (place as u64).clamp(1, known.max(1))
}

/// Counts the customers of the row set with a value.
pub fn known_within(
    engine: &LocalEngine,
    number: &NumberColumn,
    row_set: &RowSet,
    cancel: &Cancel,
) -> Result<u64, EngineError> {
    let Some(known) = number.known() else { return Ok(row_set.count()) };
    let parts = engine.chunks.map(cancel, |rows| {
        let words = words_of(&rows);
        Ok(kernel::count_and(&row_set.trues()[words.clone()], &known[words]))
    })?;
    Ok(parts.into_iter().sum())
}

/// Returns the values at these ranks, counted from 1, among the row set's customers with a value in ascending order.
/// The ranks must not exceed their number.
pub fn ranked(
    engine: &LocalEngine,
    number: &NumberColumn,
    row_set: &RowSet,
    ranks: &[u64],
    cancel: &Cancel,
) -> Result<Vec<Datum>, EngineError> {
    if let NumberCells::I128(cells) = number.cells() {
        return Ok(sorted(number, cells, row_set, ranks));
    }
    let order = ValueOrder::new(number);
    let mut wanted: Vec<WantedRank> = ranks.iter().map(|&rank| WantedRank { upper: 0, rank }).collect();
    let mut below = order.bits;
    while below > 0 {
        let digit = below.min(DIGIT);
        below -= digit;
        let mut uppers: Vec<u64> = wanted.iter().map(|wanted| wanted.upper).collect();
        uppers.sort_unstable();
        uppers.dedup();
        let counts =
            count_digits(engine, number, row_set, &DigitPass { order, uppers: &uppers, digit, below }, cancel)?;
        for wanted in &mut wanted {
            let at = uppers.partition_point(|upper| *upper < wanted.upper);
            wanted.narrow(&counts[at << digit..(at + 1) << digit], digit);
        }
    }
    Ok(wanted.iter().map(|wanted| order.datum(number, wanted.upper)).collect())
}

/// Returns the same as [`ranked`], by sorting, for cells of 128 bits, which few columns have.
fn sorted(number: &NumberColumn, cells: &[i128], row_set: &RowSet, ranks: &[u64]) -> Vec<Datum> {
    let rows = kernel::set_rows(row_set.trues()).filter(|&row| !number.is_null(row));
    let mut values: Vec<i128> = rows.map(|row| cells[row]).collect();
    values.par_sort_unstable();
    let at = |rank: &u64| values.get(rank.saturating_sub(1) as usize);
    let datum = |value: &i128| Datum::Decimal(Decimal::new(*value, number.scale()));
    ranks.iter().map(|rank| at(rank).map_or(Datum::Null, datum)).collect()
}

/// A rank among the values that begin with the given upper bits.
struct WantedRank {
    upper: u64,
    rank: u64,
}

impl WantedRank {
    fn narrow(&mut self, counts: &[u64], digit: u32) {
        for (value, &count) in counts.iter().enumerate() {
            if self.rank <= count {
                self.upper = self.upper << digit | value as u64;
                return;
            }
            self.rank -= count;
        }
    }
}

/// One pass over the column. Values whose upper bits are wanted are counted by the next `digit` bits.
struct DigitPass<'a> {
    order: ValueOrder,
    uppers: &'a [u64],
    digit: u32,
    /// Number of lower bits that are left for later passes.
    below: u32,
}

fn count_digits(
    engine: &LocalEngine,
    number: &NumberColumn,
    row_set: &RowSet,
    pass: &DigitPass,
    cancel: &Cancel,
) -> Result<Vec<u64>, EngineError> {
    let empty = || vec![0u64; pass.uppers.len() << pass.digit];
    let add = |counts: &mut Vec<u64>, rows: std::ops::Range<usize>| {
        let words = words_of(&rows);
        let known = number.known().map(|known| &known[words.clone()]);
        let row_set = &row_set.trues()[words];
        match number.cells() {
            NumberCells::F64(run) => pass.add(&run[rows], known, row_set, float_key, counts),
            cells => each_width!(cells, run => {
                use super::column::CellNumber;
                let key = |cell| whole_key(CellNumber::wide(cell), pass.order.least);
                pass.add(&run[rows], known, row_set, key, counts);
            }),
        }
    };
    let tallies = engine.chunks.tally(4, cancel, empty, add)?;
    let plus = |mut sum: Vec<u64>, more: Vec<u64>| {
        sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        sum
    };
    Ok(tallies.into_iter().reduce(plus).unwrap_or_else(empty))
}

impl DigitPass<'_> {
    fn add<T: Copy>(
        &self,
        cells: &[T],
        known: Option<&[u64]>,
        row_set: &[u64],
        key: impl Fn(T) -> u64,
        counts: &mut [u64],
    ) {
        let low = (1u64 << self.digit) - 1;
        for (at, (cells, &word)) in cells.chunks(64).zip(row_set).enumerate() {
            let word = known.map_or(word, |known| word & known[at]);
            for bit in kernel::set_rows(&[word]) {
                let rest = key(cells[bit]) >> self.below;
                let upper = rest.checked_shr(self.digit).unwrap_or(0);
                if let Some(place) = self.place(upper) {
                    counts[place << self.digit | (rest & low) as usize] += 1;
                }
            }
        }
    }

    /// Returns the index of the upper bits among the wanted ones. There are few, so that a linear search is fastest.
    #[inline(always)]
    fn place(&self, upper: u64) -> Option<usize> {
        self.uppers.iter().position(|wanted| *wanted == upper)
    }
}

/// Converts a column's values to unsigned whole numbers in the same order.
#[derive(Clone, Copy)]
struct ValueOrder {
    /// Least whole number of the column, which becomes 0.
    least: i64,
    /// Number of bits that suffice to distinguish all values.
    bits: u32,
}

impl ValueOrder {
    fn new(number: &NumberColumn) -> Self {
        match (number.cells(), number.range()) {
            (NumberCells::F64(_), _) => Self { least: 0, bits: 64 },
            (_, Some((least, most))) => Self { least, bits: 64 - whole_key(most, least).leading_zeros() },
            (_, None) => Self { least: i64::MIN, bits: 64 },
        }
    }

    fn datum(self, number: &NumberColumn, key: u64) -> Datum {
        match number.cells() {
            NumberCells::F64(_) => Datum::Float(float_of(key)),
            _ => number.datum_of(self.least.wrapping_add(key as i64)),
        }
    }
}

/// Returns the distance from the least number. It is never negative, but may need all 64 bits.
fn whole_key(value: i64, least: i64) -> u64 {
    value.wrapping_sub(least) as u64
}

/// Returns a float's number in the order. Apart from the sign, the bits of floats in IEEE 754 are ordered as whole
/// numbers are. Both zeros have the same number.
fn float_key(value: f64) -> u64 {
    let bits = (value + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn float_of(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn float_keys_keep_order() {
        let ascending = [f64::NEG_INFINITY, -1e300, -1.5, -1e-300, 0.0, 1e-300, 0.5, 2.0, 1e300, f64::INFINITY];
        assert!(ascending.map(float_key).is_sorted());
        assert_eq!(ascending.map(float_key).map(float_of), ascending);
        assert_eq!(float_key(-0.0), float_key(0.0));
    }

    #[test]
    fn rank_is_first_place_that_reaches_share() {
        assert_eq!([0.0, 0.2, 0.21, 0.5, 1.0].map(|share| rank(share, 10)), [1, 2, 3, 5, 10]);
        assert_eq!(rank(0.07, 100), 7);
        assert_eq!(rank(0.5, 1), 1);
    }
}
