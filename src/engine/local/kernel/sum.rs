//! Sums of a column.

use std::ops::AddAssign;

use super::between::Number;
use super::blocks::{cut, each_set_bit};
use super::cpu::{self, Isa, Kernel};

/// The sum of those of some rows that have a number, and how many they are.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    pub total: f64,
    pub known: u64,
}

impl Sum {
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        self.total += value;
        self.known += 1;
    }
}

impl AddAssign for Sum {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.known += other.known;
    }
}

/// The sum of the rows whose bit is set in `words`, and in `known` if there is one.
///
/// What comes out depends on which rows these are and where they stand, not on the CPU: in the last digits, floating-point
/// numbers depend on the order in which they are added.
pub fn sum<T: Number>(values: &[T], known: Option<&[u64]>, words: &[u64]) -> Sum {
    cpu::run(Total { values, known, words })
}

struct Total<'a, T> {
    values: &'a [T],
    known: Option<&'a [u64]>,
    words: &'a [u64],
}

/// Each row of sixteen has a total of its own, for vectors to add to.
const LANES: usize = 16;

impl<T: Number> Kernel for Total<'_, T> {
    type Output = Sum;

    #[inline(always)]
    fn run<I: Isa>(self, _: I) -> Sum {
        let mut totals = [0.0; LANES];
        let mut known = 0;
        for (i, values) in self.values.chunks(64).enumerate() {
            let word = self.words[i] & self.known.map_or(u64::MAX, |known| known[i]);
            let word = cut(word, values.len());
            known += u64::from(word.count_ones());
            match values.first_chunk::<64>() {
                Some(values) if word == u64::MAX => add_all(&mut totals, values),
                _ => each_set_bit(word, |row| totals[row % LANES] += values[row].as_f64()),
            }
        }
        Sum { total: totals.iter().sum(), known }
    }
}

#[inline(always)]
fn add_all<T: Number>(totals: &mut [f64; LANES], values: &[T; 64]) {
    for values in values.as_chunks::<LANES>().0 {
        for (total, value) in totals.iter_mut().zip(values) {
            *total += value.as_f64();
        }
    }
}
