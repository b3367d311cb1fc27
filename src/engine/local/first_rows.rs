//! Finds the first or the last rows of an order without sorting all rows.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering as MemoryOrdering};

use super::chunks::{RowChunks, words_of};
use super::column::ColumnOrder;
use super::kernel::set_rows;
use super::row_set::RowSet;
use crate::engine::{Cancel, EngineError};

/// Number of rows whose ranks are computed at once.
const BLOCK: usize = 1024;
/// Number of candidates per wanted row at which those that cannot be among the first are dropped.
const CANDIDATES_PER_ROW: usize = 4;

/// Returns the first `count` rows of the row set in this order, ties in the order of the base. The row set must have
/// at least `count` rows.
pub fn first_rows(
    orders: &[ColumnOrder],
    row_set: &RowSet,
    count: usize,
    chunks: &RowChunks,
    cancel: &Cancel,
) -> Result<Vec<usize>, EngineError> {
    EndSearch { orders, row_set, count, is_from_end: false, bound: AtomicU64::new(u64::MAX) }.run(chunks, cancel)
}

/// Returns the last `count` rows of the row set, as [`first_rows`] returns the first ones.
pub fn last_rows(
    orders: &[ColumnOrder],
    row_set: &RowSet,
    count: usize,
    chunks: &RowChunks,
    cancel: &Cancel,
) -> Result<Vec<usize>, EngineError> {
    let search = EndSearch { orders, row_set, count, is_from_end: true, bound: AtomicU64::new(u64::MAX) };
    let mut rows = search.run(chunks, cancel)?;
    rows.reverse();
    Ok(rows)
}

/// Search for the first or last rows of an order, on all cores.
struct EndSearch<'a> {
    /// Columns of the order, the most important first.
    orders: &'a [ColumnOrder<'a>],
    row_set: &'a RowSet,
    count: usize,
    is_from_end: bool,
    /// Greatest rank that a wanted row can have, as far as it is known.
    bound: AtomicU64,
}

/// A row with its rank in the most important order, which comes first.
type Candidate = (u64, usize);

impl EndSearch<'_> {
    fn run(&self, chunks: &RowChunks, cancel: &Cancel) -> Result<Vec<usize>, EngineError> {
        if self.count == 0 {
            return Ok(Vec::new());
        }
        let mut all: Vec<Candidate> = chunks.map(cancel, |rows| Ok(self.of_chunk(rows)))?.concat();
        let bound = self.bound.load(MemoryOrdering::Relaxed);
        all.retain(|candidate| candidate.0 <= bound);
        self.drop_others(&mut all);
        all.sort_unstable_by(|a, b| self.compare(a, b));
        Ok(all.into_iter().map(|(_, row)| row).collect())
    }

    /// Returns the rows of a chunk that may be among the wanted ones.
    fn of_chunk(&self, rows: Range<usize>) -> Vec<Candidate> {
        let turned = if self.is_from_end { u64::MAX } else { 0 };
        let (mut found, mut ranks) = (Vec::new(), [0; BLOCK]);
        for start in rows.clone().step_by(BLOCK) {
            let block = start..rows.end.min(start + BLOCK);
            let words = &self.row_set.trues()[words_of(&block)];
            if words.iter().all(|&word| word == 0) {
                continue;
            }
            match self.orders.first() {
                Some(first) => first.ranks_into(block.clone(), &mut ranks[..block.len()]),
                None => ranks.fill(0),
            }
            let bound = self.bound.load(MemoryOrdering::Relaxed);
            let candidates = set_rows(words).map(|row| (ranks[row] ^ turned, start + row));
            found.extend(candidates.filter(|candidate| candidate.0 <= bound));
            if found.len() >= CANDIDATES_PER_ROW * self.count + BLOCK {
                self.drop_others(&mut found);
            }
        }
        self.drop_others(&mut found);
        found
    }

    /// Keeps only the first `count` candidates, unsorted, and lowers the bound to the last one's rank.
    fn drop_others(&self, found: &mut Vec<Candidate>) {
        if found.len() >= self.count {
            let (_, last, _) = found.select_nth_unstable_by(self.count - 1, |a, b| self.compare(a, b));
            self.bound.fetch_min(last.0, MemoryOrdering::Relaxed);
            found.truncate(self.count);
        }
    }

    fn compare(&self, a: &Candidate, b: &Candidate) -> Ordering {
        let of_values = || self.orders.iter().map(|order| order.compare(a.1, b.1)).find(|order| order.is_ne());
        let of_rows = || of_values().unwrap_or(Ordering::Equal).then(a.1.cmp(&b.1));
        a.0.cmp(&b.0).then_with(|| if self.is_from_end { of_rows().reverse() } else { of_rows() })
    }
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;
    use crate::engine::local::column::ColumnData;

    const ROWS: usize = 3000;

    /// Returns columns of all kinds, with many equal values and nulls.
    fn columns() -> Vec<ColumnData> {
        let random = |i: usize, below: usize| (i.wrapping_mul(2_654_435_761) >> 7) % below;
        let known = |i: usize| i % 11 != 3;
        let texts = |i: usize| known(i).then(|| ["", "a", "ab", "long texts: one", "long texts: other"][random(i, 5)]);
        let floats = |i: usize| known(i).then(|| [-0.0, 0.0, -1.5, f64::INFINITY, f64::MIN, 7.25][random(i, 6)]);
        let wholes = |i: usize| known(i).then(|| [i64::MIN, i64::MAX, 0, -1, 5][random(i, 5)]);
        let ids = |i: usize| known(i).then(|| format!("customer {}", random(i, ROWS)));
        let rows = 0..ROWS;
        let columns = [
            Series::new("text".into(), rows.clone().map(texts).collect::<Vec<_>>()),
            Series::new("float".into(), rows.clone().map(floats).collect::<Vec<_>>()),
            Series::new("whole".into(), rows.clone().map(wholes).collect::<Vec<_>>()),
            Series::new("id".into(), rows.clone().map(ids).collect::<Vec<_>>()),
            Series::new("small".into(), rows.clone().map(|i| random(i, 9) as i8 - 4).collect::<Vec<_>>()),
            Series::new("bool".into(), rows.map(|i| known(i).then(|| random(i, 2) == 1)).collect::<Vec<_>>()),
        ];
        columns.map(|column| ColumnData::compact(column.into_column())).into()
    }

    /// Returns the rows in the order in which polars sorts them.
    fn ordered(by: &[(&ColumnData, bool)], row_set: &RowSet) -> Vec<usize> {
        let columns: Vec<Column> = by.iter().map(|(column, _)| column.slice(0..ROWS).unwrap()).collect();
        let (first, others) = columns.split_first().unwrap();
        let options = SortMultipleOptions {
            descending: by.iter().map(|(_, descending)| *descending).collect(),
            nulls_last: vec![true; by.len()],
            multithreaded: false,
            maintain_order: true,
            limit: None,
        };
        let order = first.as_materialized_series().arg_sort_multiple(others, &options).unwrap();
        order.into_no_null_iter().map(|row| row as usize).filter(|&row| row_set.is_true(row)).collect()
    }

    #[test]
    fn rows_from_both_ends_equal_whole_order() {
        let chunks = RowChunks::new(ROWS, 640);
        let columns = columns();
        let write = |rows: Range<usize>, words: super::super::row_set::RowSetChunk| {
            rows.filter(|row| row % 7 > 1).for_each(|row| words.trues[row % 640 / 64] |= 1 << (row % 64));
            Ok(())
        };
        let some = RowSet::write(&chunks, false, &Cancel::new(), write).unwrap();
        let all = RowSet::constant(Some(true), ROWS);
        for (at, first) in columns.iter().enumerate() {
            let second = &columns[(at + 1) % columns.len()];
            for by in [vec![(first, false)], vec![(first, true)], vec![(first, true), (second, false)]] {
                let orders: Vec<ColumnOrder> =
                    by.iter().map(|(column, descending)| ColumnOrder::new(column, *descending).unwrap()).collect();
                for row_set in [&some, &all] {
                    let wanted = ordered(&by, row_set);
                    for count in [0, 1, 17, 500, row_set.count() as usize] {
                        let first = first_rows(&orders, row_set, count, &chunks, &Cancel::new()).unwrap();
                        assert_eq!(first, wanted[..count], "first {count} by {}", by[0].0.name());
                        let last = last_rows(&orders, row_set, count, &chunks, &Cancel::new()).unwrap();
                        assert_eq!(last, wanted[wanted.len() - count..], "last {count} by {}", by[0].0.name());
                    }
                }
            }
        }
    }
}
