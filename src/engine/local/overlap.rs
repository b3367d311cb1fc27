//! Counts the customers in both sets, for many pairs of sets.
//!
//! All row sets are read together, one block at a time. A block of each set fits the cache, so that memory is read
//! once instead of once per pair.

use std::sync::Arc;

use super::LocalEngine;
use super::chunks::words_of;
use super::kernel;
use super::row_set::RowSet;
use super::sums::slices;
use crate::engine::{Cancel, CustomerCount, EngineError, Overlap, OverlapQuestion};

/// Number of words of each row set in a block. The blocks of 32 row sets take 128 KiB.
const BLOCK: usize = 512;

/// Counts the customers in each row's set and each column's set, in the filter and in the base.
pub fn overlap(engine: &LocalEngine, question: &OverlapQuestion, cancel: &Cancel) -> Result<Overlap, EngineError> {
    let OverlapQuestion { filter, rows, columns } = question;
    let filter = engine.row_set(filter, cancel)?;
    let (row_side, column_side) = (engine.row_sets(rows, cancel)?, engine.row_sets(columns, cancel)?);
    let pairs = rows.len() * columns.len();
    let parts = engine.chunks.map(cancel, |range| {
        let words = words_of(&range);
        let filter = &filter.trues()[words.clone()];
        let (rows, columns) = (slices(&row_side, words.clone()), slices(&column_side, words));
        let mut both = vec![CustomerCount::default(); pairs];
        for start in (0..filter.len()).step_by(BLOCK) {
            let block = start..filter.len().min(start + BLOCK);
            let pair = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
            for (count, (row, column)) in both.iter_mut().zip(pair) {
                let (row, column) = (&row[block.clone()], &column[block.clone()]);
                count.in_base += kernel::count_and(row, column);
                count.in_filter += kernel::count_and3(row, column, &filter[block.clone()]);
            }
        }
        Ok(both)
    })?;
    let mut both = vec![CustomerCount::default(); pairs];
    for part in parts {
        for (sum, count) in both.iter_mut().zip(part) {
            sum.in_base += count.in_base;
            sum.in_filter += count.in_filter;
        }
    }
    let count = |row_set: &Arc<RowSet>| row_set.count_within(&filter);
    Ok(Overlap {
        rows: row_side.iter().map(count).collect(),
        columns: column_side.iter().map(count).collect(),
        both: match columns.len() {
            0 => vec![Vec::new(); rows.len()],
            width => both.chunks(width).map(<[CustomerCount]>::to_vec).collect(),
        },
    })
}
