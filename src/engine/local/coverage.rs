//! Counts how sets cover the customers: how many are in none, in one and in several sets, and of how many each set is
//! the first.
//!
//! All row sets are read together, one chunk at a time. For each set, the chunk's customers whose first set it is,
//! and those in no other set, are derived from the other sets; they are counted and summed while the chunk is in the
//! cache.

use std::ops::{AddAssign, Range};

use super::chunks::words_of;
use super::column::ColumnData;
use super::kernel::Sum;
use super::sums::{self, slices};
use super::{LocalEngine, kernel};
use crate::engine::{Cancel, CoverageQuestion, EngineError, Layer, LayeredOverlap, Portion};

/// Answers the question in one pass over the sets and the value column.
pub fn coverage(
    engine: &LocalEngine,
    question: &CoverageQuestion,
    cancel: &Cancel,
) -> Result<LayeredOverlap, EngineError> {
    let CoverageQuestion { filter, sets, value } = question;
    let filter = engine.row_set(filter, cancel)?;
    let row_sets = engine.row_sets(sets, cancel)?;
    let value = value.as_deref().map(|column| sums::numbers(engine, column, cancel)).transpose()?;
    let parts = engine.chunks.map(cancel, |rows| {
        let words = words_of(&rows);
        let chunk = Chunk { rows, value: value.as_deref(), is_guarded: engine.is_guarded };
        Ok(chunk.coverage(&filter.trues()[words.clone()], &slices(&row_sets, words)))
    })?;
    let mut all = CoverageSums::nothing(sets.len());
    parts.iter().for_each(|part| all.add(part));
    Ok(all.coverage(value.as_deref()))
}

/// Figures of a [`Portion`], with the sum in cells of the value column.
#[derive(Clone, Copy, Default)]
struct PortionSum {
    customers: u64,
    sum: Sum,
    largest: f64,
}

/// Sums for a [`Layer`].
struct LayerSums {
    all: PortionSum,
    first: PortionSum,
    only: PortionSum,
    lost: Vec<u64>,
    both: Vec<u64>,
}

/// Sums for a [`LayeredOverlap`].
struct CoverageSums {
    whole: PortionSum,
    none: PortionSum,
    one: PortionSum,
    several: PortionSum,
    layers: Vec<LayerSums>,
}

/// One chunk: its rows, and the column that is summed over them.
struct Chunk<'a> {
    rows: Range<usize>,
    value: Option<&'a ColumnData>,
    /// True if the largest values are needed, as in [`crate::engine::Question::is_guarded`].
    is_guarded: bool,
}

impl Chunk<'_> {
    fn coverage(&self, filter: &[u64], sets: &[&[u64]]) -> CoverageSums {
        let inside: Vec<Vec<u64>> = sets.iter().map(|set| both(filter, set)).collect();
        let (any, twice) = unions(filter.len(), &inside);
        let mut firsts: Vec<Vec<u64>> = Vec::with_capacity(sets.len());
        let mut before = vec![0; filter.len()];
        for set in &inside {
            firsts.push(without(set, &before));
            kernel::or_into(&mut before, set);
        }
        let layers = inside.iter().enumerate().map(|(i, set)| LayerSums {
            all: self.portion(set),
            first: self.portion(&firsts[i]),
            only: self.portion(&without(set, &twice)),
            lost: firsts[..i].iter().map(|first| kernel::count_and(set, first)).collect(),
            both: inside[..i].iter().map(|other| kernel::count_and(set, other)).collect(),
        });
        CoverageSums {
            whole: self.portion(filter),
            none: self.portion(&without(filter, &any)),
            one: self.portion(&without(&any, &twice)),
            several: self.portion(&twice),
            layers: layers.collect(),
        }
    }

    fn portion(&self, words: &[u64]) -> PortionSum {
        let customers = kernel::count(words);
        let Some(ColumnData::Number(numbers)) = self.value else {
            return PortionSum { customers, ..PortionSum::default() };
        };
        let sum = sums::sum_of(numbers, words, self.rows.clone());
        let largest = if self.is_guarded { sums::largest_of(numbers, words, self.rows.clone()) } else { 0.0 };
        PortionSum { customers, sum, largest }
    }
}

/// Returns the customers in at least one of the sets, and those in at least two.
fn unions(words: usize, sets: &[Vec<u64>]) -> (Vec<u64>, Vec<u64>) {
    let (mut any, mut twice) = (vec![0; words], vec![0; words]);
    for set in sets {
        kernel::or_into(&mut twice, &both(&any, set));
        kernel::or_into(&mut any, set);
    }
    (any, twice)
}

fn both(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut words = a.to_vec();
    kernel::and_into(&mut words, b);
    words
}

fn without(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut words = a.to_vec();
    kernel::and_not_into(&mut words, b);
    words
}

impl CoverageSums {
    fn nothing(sets: usize) -> Self {
        let none = PortionSum::default();
        let layer = |i| LayerSums { all: none, first: none, only: none, lost: vec![0; i], both: vec![0; i] };
        Self { whole: none, none, one: none, several: none, layers: (0..sets).map(layer).collect() }
    }

    fn add(&mut self, part: &Self) {
        self.whole += part.whole;
        self.none += part.none;
        self.one += part.one;
        self.several += part.several;
        for (all, part) in self.layers.iter_mut().zip(&part.layers) {
            all.all += part.all;
            all.first += part.first;
            all.only += part.only;
            all.lost.iter_mut().zip(&part.lost).for_each(|(sum, count)| *sum += count);
            all.both.iter_mut().zip(&part.both).for_each(|(sum, count)| *sum += count);
        }
    }

    /// Converts the sums to the answer, with values in the engine's output units.
    fn coverage(self, numbers: Option<&ColumnData>) -> LayeredOverlap {
        let portion = |of: PortionSum| Portion {
            customers: of.customers,
            value: numbers.map_or(0.0, |numbers| sums::value_of(numbers, of.sum)),
            known: of.sum.known,
            largest: numbers
                .map_or(0.0, |numbers| sums::value_of(numbers, Sum { total: of.largest, ..Sum::default() })),
        };
        let layer = |of: LayerSums| Layer {
            all: portion(of.all),
            first: portion(of.first),
            only: portion(of.only),
            lost: of.lost,
            both: of.both,
        };
        LayeredOverlap {
            whole: portion(self.whole),
            none: portion(self.none),
            one: portion(self.one),
            several: portion(self.several),
            layers: self.layers.into_iter().map(layer).collect(),
        }
    }
}

impl AddAssign for PortionSum {
    fn add_assign(&mut self, other: Self) {
        self.customers += other.customers;
        self.sum += other.sum;
        self.largest = self.largest.max(other.largest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_layers_assign_each_customer_to_first_set() {
        let chunk = Chunk { rows: 0..8, value: None, is_guarded: false };
        let sets: [&[u64]; 3] = [&[0b0000_0111], &[0b0000_1110], &[0b1001_0001]];
        let found = chunk.coverage(&[0b0111_1111], &sets);
        let counts = [found.whole, found.none, found.one, found.several].map(|portion| portion.customers);
        assert_eq!(counts, [7, 2, 2, 3]);
        let of = |f: fn(&LayerSums) -> u64| found.layers.iter().map(f).collect::<Vec<_>>();
        assert_eq!(of(|layer| layer.all.customers), [3, 3, 2]);
        assert_eq!(of(|layer| layer.first.customers), [3, 1, 1]);
        assert_eq!(of(|layer| layer.only.customers), [0, 1, 1]);
        assert_eq!(found.layers[1].lost, [2]);
        assert_eq!(found.layers[2].lost, [1, 0]);
        assert_eq!(found.layers[2].both, [1, 0]);
    }
}
