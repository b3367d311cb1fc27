//! Work on a base cut into pieces of rows, spread over the cores, and stopped between two of them.

use std::ops::Range;

use rayon::prelude::*;

use crate::engine::{Cancel, EngineError};

/// A base's rows in chunks of whole words (64 rows each).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunks {
    rows: usize,
    /// Words to a chunk.
    size: usize,
}

impl Chunks {
    /// `chunk` is rounded up to whole words.
    pub fn new(rows: usize, chunk: usize) -> Self {
        Self { rows, size: chunk.div_ceil(64).max(1) }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Words that a mask of the base takes.
    pub fn words(&self) -> usize {
        self.rows.div_ceil(64)
    }

    /// The rows of each chunk, in order.
    pub fn ranges(&self) -> Vec<Range<usize>> {
        (0..self.rows).step_by(64 * self.size).map(|start| start..self.rows.min(start + 64 * self.size)).collect()
    }

    /// What `f` makes of each chunk, in order.
    ///
    /// # Errors
    /// The first error of `f`, or that it was cancelled.
    pub fn map<T: Send>(
        &self,
        cancel: &Cancel,
        f: impl Fn(Range<usize>) -> Result<T, EngineError> + Sync,
    ) -> Result<Vec<T>, EngineError> {
        let step = |rows| cancel.check().and_then(|()| f(rows));
        match self.ranges().as_slice() {
            // A small base is not worth waking the other cores for.
            [only] => Ok(vec![step(only.clone())?]),
            many => many.par_iter().cloned().map(step).collect(),
        }
    }

    /// As [`Self::map`], with each chunk's words of two masks (the second may be empty).
    pub fn map_words<T: Send>(
        &self,
        first: &mut [u64],
        second: &mut [u64],
        cancel: &Cancel,
        f: impl Fn(Range<usize>, &mut [u64], &mut [u64]) -> Result<T, EngineError> + Sync,
    ) -> Result<Vec<T>, EngineError> {
        let mut seconds: Vec<&mut [u64]> = second.chunks_mut(self.size).collect();
        seconds.resize_with(self.words().div_ceil(self.size), Default::default);
        let pieces: Vec<_> = self.ranges().into_iter().zip(first.chunks_mut(self.size)).zip(seconds).collect();
        let step = |((rows, first), second)| cancel.check().and_then(|()| f(rows, first, second));
        match pieces.len() {
            0 | 1 => pieces.into_iter().map(step).collect(),
            _ => pieces.into_par_iter().map(step).collect(),
        }
    }

    /// Adds the chunks up in a few parts, each with a tally of its own that `add` begins with `empty`. How many parts
    /// depends on the base alone, so that sums of floats come out the same on every machine.
    pub fn tally<T: Send>(
        &self,
        most: usize,
        cancel: &Cancel,
        empty: impl Fn() -> T + Sync,
        add: impl Fn(&mut T, Range<usize>) + Sync,
    ) -> Result<Vec<T>, EngineError> {
        let of_part = |chunks: &[Range<usize>]| {
            let mut tally = empty();
            for rows in chunks {
                cancel.check()?;
                add(&mut tally, rows.clone());
            }
            Ok(tally)
        };
        let ranges = self.ranges();
        match ranges.len() {
            0 | 1 => Ok(vec![of_part(&ranges)?]),
            many => ranges.par_chunks(many.div_ceil(most.max(1))).map(of_part).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_whole_words_and_cover_all_rows() {
        for (rows, chunk) in [(0, 1), (1, 1), (64, 64), (65, 1), (1000, 77), (1000, 5000)] {
            let chunks = Chunks::new(rows, chunk);
            let ranges = chunks.ranges();
            assert_eq!(ranges.iter().map(ExactSizeIterator::len).sum::<usize>(), rows);
            assert!(ranges.iter().all(|range| range.start % 64 == 0));
            let count = |sum: &mut usize, range: Range<usize>| *sum += range.len();
            let parts = chunks.tally(3, &Cancel::new(), || 0, count).expect("not cancelled");
            assert!(parts.len() <= 3 && parts.iter().sum::<usize>() == rows);
        }
    }

    #[test]
    fn cancelled_work_is_not_begun() {
        let cancel = Cancel::new();
        cancel.raise();
        assert_eq!(Chunks::new(100, 64).map(&cancel, |_| Ok(())), Err(EngineError::Cancelled));
    }
}
