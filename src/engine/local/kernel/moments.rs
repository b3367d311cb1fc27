//! Counts the values of a column, and sums their distances and squared distances from a number near the mean.

use std::ops::AddAssign;

use super::between::KernelNumber;
use super::blocks::{cut, each_set_bit};
use super::cpu::{self, Isa, Kernel};

/// Sums of the distances of some rows' numbers from a number near their mean. Near the mean the squares stay small,
/// so that no digits are lost when their sums are subtracted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MomentSums {
    /// Number of rows with a number.
    pub known: u64,
    /// Sum of the distances.
    pub sum: f64,
    /// Sum of the squared distances.
    pub squares: f64,
}

impl AddAssign for MomentSums {
    fn add_assign(&mut self, other: Self) {
        self.known += other.known;
        self.sum += other.sum;
        self.squares += other.squares;
    }
}

/// Returns the sums over the rows whose bit is set in `words` and, if given, in `known`. `near` is the number from
/// which distances are taken.
pub fn moments<T: KernelNumber>(values: &[T], known: Option<&[u64]>, words: &[u64], near: f64) -> MomentSums {
    cpu::run(Distances { values, known, words, near })
}

/// Kernel that sums the distances from a number, and their squares.
struct Distances<'a, T> {
    values: &'a [T],
    known: Option<&'a [u64]>,
    words: &'a [u64],
    near: f64,
}

const LANES: usize = 8;

impl<T: KernelNumber> Kernel for Distances<'_, T> {
    type Output = MomentSums;

    #[inline(always)]
    fn run<I: Isa>(self, _: I) -> MomentSums {
        let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
        let mut known = 0;
        for (i, values) in self.values.chunks(64).enumerate() {
            let word = self.words[i] & self.known.map_or(u64::MAX, |known| known[i]);
            let word = cut(word, values.len());
            known += u64::from(word.count_ones());
            each_set_bit(word, |row| {
                let distance = values[row].as_f64() - self.near;
                sums[row % LANES] += distance;
                squares[row % LANES] += distance * distance;
            });
        }
        MomentSums { known, sum: sums.iter().sum(), squares: squares.iter().sum() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_cover_only_counted_rows() {
        let values: Vec<f64> = (0..100).map(f64::from).collect();
        let found = moments(&values, Some(&[u64::MAX, 0b1]), &[u64::MAX << 62, u64::MAX], 63.0);
        assert_eq!(found, MomentSums { known: 3, sum: 0.0, squares: 2.0 });
    }
}
