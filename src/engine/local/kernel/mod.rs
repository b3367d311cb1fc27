//! Loops over slices, as fast as this CPU has them: no polars, no rules.
//!
//! Answers are *words*: bit i of word w is row 64·w + i, there is a word for each 64 rows begun, and bits past the last row are
//! 0. What a kernel is given to write to (`out`) is as long and is overwritten. Whoever calls cuts a column into chunks of a
//! multiple of 64 rows and spreads them over the cores.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `between` | an interval over numbers |
//! | `codes` | a set of codes of a dictionary |
//! | `text` | a needle in strings that are not coded |
//! | `tally`, `sum`, `moments` | customers, sums and squares, by code and in all |
//! | `words` | words counted, combined, walked, turned over |
//! | `cpu`, `blocks` | what the others are made of |

mod between;
mod blocks;
mod codes;
mod cpu;
mod moments;
mod sum;
mod tally;
mod text;
mod words;

pub use between::{Number, between};
pub use codes::{Code, CodeSet, members};
pub use moments::{Moments, moments};
pub use sum::{Sum, sum, sum_whole};
pub use tally::{tally, tally_sums, tally_whole};
pub use text::{contains, ends_with, equals, starts_with};
pub use words::{and_into, and_not_into, count, count_and, count_and3, or_into, set_rows, transpose64};

#[cfg(test)]
mod tests {
    pub const LENS: [usize; 9] = [0, 1, 63, 64, 65, 127, 128, 1000, 4096];

    /// Numbers that look random and are the same in each run.
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

    /// The truths as words.
    pub fn bits(truths: impl Iterator<Item = bool>) -> Vec<u64> {
        let truths: Vec<bool> = truths.collect();
        let word = |rows: &[bool]| rows.iter().rev().fold(0, |word, &truth| word << 1 | u64::from(truth));
        truths.chunks(64).map(word).collect()
    }

    /// Words for so many rows: none, few, half, all but few, and all of them.
    pub fn masks(rows: usize) -> Vec<Vec<u64>> {
        let mut random = Random::default();
        let mut mask =
            |share: u64| bits((0..rows).map(|row| random.below(8) < share || share == 9 && row / 64 % 2 == 0));
        [0, 1, 4, 7, 8, 9].map(&mut mask).into()
    }
}
