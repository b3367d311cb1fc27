//! Splits work on the rows of a base into chunks, spreads them over the cores, and checks between chunks whether to
//! stop.

use std::ops::Range;

use rayon::prelude::*;

use crate::engine::{Cancel, EngineError};

/// A base's rows in chunks of whole words (64 rows each).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowChunks {
    rows: usize,
    /// Number of words in a chunk.
    size: usize,
}

/// Returns the range of words that hold the bits of the rows. The first row must be the first of a word.
pub fn words_of(rows: &Range<usize>) -> Range<usize> {
    rows.start / 64..rows.end.div_ceil(64)
}

impl RowChunks {
    /// Creates chunks of `chunk` rows, rounded up to whole words.
    pub fn new(rows: usize, chunk: usize) -> Self {
        Self { rows, size: chunk.div_ceil(64).max(1) }
    }

    /// Returns the number of rows of the base.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the number of words in a row set of the base.
    pub fn words(&self) -> usize {
        self.rows.div_ceil(64)
    }

    /// Returns the rows of each chunk, in order.
    pub fn ranges(&self) -> Vec<Range<usize>> {
        (0..self.rows).step_by(64 * self.size).map(|start| start..self.rows.min(start + 64 * self.size)).collect()
    }

    /// Returns the results of `f` for the chunks, in order.
    ///
    /// # Errors
    /// Returns the first error of `f`, or an error if the work was cancelled.
    pub fn map<T: Send>(
        &self,
        cancel: &Cancel,
        f: impl Fn(Range<usize>) -> Result<T, EngineError> + Sync,
    ) -> Result<Vec<T>, EngineError> {
        spread(self.ranges(), |rows| cancel.check().and_then(|()| f(rows)))
    }

    /// Maps the chunks as [`Self::map`] does; `f` also gets each chunk's words of two row sets, to be written (the
    /// second may be empty).
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
        spread(pieces, |((rows, first), second)| cancel.check().and_then(|()| f(rows, first, second)))
    }

    /// Calls `f` with the rows of each chunk and their elements of `out`, which has one element per row.
    pub fn fill<T: Send>(
        &self,
        out: &mut [T],
        cancel: &Cancel,
        f: impl Fn(Range<usize>, &mut [T]) + Sync,
    ) -> Result<(), EngineError> {
        let pieces = self.ranges().into_iter().zip(out.chunks_mut(64 * self.size)).collect();
        let filled = spread(pieces, |(rows, out)| cancel.check().map(|()| f(rows, out)));
        filled.map(drop)
    }

    /// Tallies the chunks in at most `most` parts and returns the tally of each part. A tally starts as `empty`, and
    /// `add` adds a chunk to it. The number of parts depends only on the base, so that sums of floats are the same on
    /// every machine.
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
        let parts = ranges.chunks(ranges.len().div_ceil(most.max(1)).max(1)).collect();
        spread(parts, of_part)
    }
}

/// Returns the results of `f` for the pieces, in order, or its first error.
fn spread<P: Send, T: Send>(
    pieces: Vec<P>,
    f: impl Fn(P) -> Result<T, EngineError> + Sync,
) -> Result<Vec<T>, EngineError> {
    // For a small base, waking other threads takes longer than the work.
    if pieces.len() <= 1 { pieces.into_iter().map(f).collect() } else { pieces.into_par_iter().map(&f).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_chunks_are_whole_words_and_cover_all_rows() {
        for (rows, chunk) in [(0, 1), (1, 1), (64, 64), (65, 1), (1000, 77), (1000, 5000)] {
            let chunks = RowChunks::new(rows, chunk);
            let ranges = chunks.ranges();
            assert_eq!(ranges.iter().map(ExactSizeIterator::len).sum::<usize>(), rows);
            assert!(ranges.iter().all(|range| range.start % 64 == 0));
            let count = |sum: &mut usize, range: Range<usize>| *sum += range.len();
            let parts = chunks.tally(3, &Cancel::new(), || 0, count).expect("not cancelled");
            assert!(parts.len() <= 3 && parts.iter().sum::<usize>() == rows);
        }
    }

    #[test]
    fn chunk_answers_keep_order_and_return_error() {
        let chunks = RowChunks::new(10_000, 64);
        let starts = chunks.map(&Cancel::new(), |rows| Ok(rows.start)).expect("not cancelled");
        assert!(starts.len() == 157 && starts.is_sorted());
        let failed = |rows: Range<usize>| match rows.start {
            6400 => Err(EngineError::Failed("here".into())),
            _ => Ok(()),
        };
        assert_eq!(chunks.map(&Cancel::new(), failed), Err(EngineError::Failed("here".into())));
    }

    #[test]
    fn each_place_is_filled_by_its_row() {
        let chunks = RowChunks::new(1000, 64);
        let mut out = vec![0; 1000];
        let filled = chunks.fill(&mut out, &Cancel::new(), |rows, out| out.copy_from_slice(&rows.collect::<Vec<_>>()));
        assert_eq!(filled, Ok(()));
        assert!(out.into_iter().eq(0..1000));
    }

    #[test]
    fn cancelled_chunks_are_not_started() {
        let cancel = Cancel::new();
        cancel.raise();
        assert_eq!(RowChunks::new(100, 64).map(&cancel, |_| Ok(())), Err(EngineError::Cancelled));
    }
}
