//! Loops over slices, as fast as the CPU allows. They depend neither on polars nor on rules.
//!
//! Results are *words*: bit i of word w is row 64·w + i. There is one word per 64 rows, the last one possibly
//! incomplete, and bits past the last row are 0. The output of a kernel (`out`) has this length and is overwritten.
//! The caller splits a column into chunks of a multiple of 64 rows and spreads them over the cores.
//!
//! | file | content |
//! | --- | --- |
//! | `between` | an interval over numbers |
//! | `codes` | a set of codes of a dictionary |
//! | `text` | a needle in text without a dictionary |
//! | `tally`, `sum`, `moments` | counts, sums and sums of squares, in total and by code |
//! | `words` | counting, combining, iterating and transposing words |
//! | `cpu`, `blocks` | building blocks of the others |

mod between;
mod blocks;
mod codes;
mod cpu;
mod moments;
mod sum;
mod tally;
mod text;
mod words;

pub use between::{KernelNumber, between};
pub use codes::{CodeSet, CodeWidth, members};
pub use moments::{MomentSums, moments};
pub use sum::{Sum, largest, largest_by_code, sum, sum_whole};
pub use tally::{tally, tally_sums, tally_whole};
pub use text::{contains, ends_with, equals, starts_with};
pub use words::{and_into, and_not_into, count, count_and, count_and3, or_into, set_rows, transpose64};

#[cfg(test)]
mod tests {
    pub const LENS: [usize; 9] = [0, 1, 63, 64, 65, 127, 128, 1000, 4096];

    /// A generator of pseudo-random numbers that are the same in each run.
    pub struct Random(u64);

    impl Default for Random {
        fn default() -> Self {
            Self(0x9E37_79B9_7F4A_7C15)
        }
    }

    impl Random {
        pub fn bits(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }

        pub fn below(&mut self, end: u64) -> u64 {
            (self.bits() >> 16) % end
        }
    }

    /// Returns the truths as words.
    pub fn bits(truths: impl Iterator<Item = bool>) -> Vec<u64> {
        let truths: Vec<bool> = truths.collect();
        let word = |rows: &[bool]| rows.iter().rev().fold(0, |word, &truth| word << 1 | u64::from(truth));
        truths.chunks(64).map(word).collect()
    }

    /// Returns words for `rows` rows: none, few, half, all but few, and all of them.
    pub fn row_sets(rows: usize) -> Vec<Vec<u64>> {
        let mut random = Random::default();
        let mut row_set =
            |share: u64| bits((0..rows).map(|row| random.below(8) < share || share == 9 && row / 64 % 2 == 0));
        [0, 1, 4, 7, 8, 9].map(&mut row_set).into()
    }
}
