//! Guesses how a table is cut into segments, and which of its columns are private.

use std::collections::HashSet;

use super::columns::{MAX_BY_BREAKS, MAX_CELLS, guess_breaks, is_private};
use super::segments::{StarterSegment, sort_by_effect};
use super::{StarterColumn, StarterTable, free_name};
use crate::model::ColumnType;

/// A column worth cutting by.
pub(super) struct ColumnCut<'t> {
    pub(super) name: String,
    pub(super) column: &'t StarterColumn,
    pub(super) breaks: Option<Vec<f64>>,
}

/// Returns the columns worth cutting by, those with few texts first: the break points of numbers are invented, or the
/// numbers are flags such as 0 and 1.
pub(super) fn guess_cuts<'t>(
    table: &'t StarterTable,
    segments: &[StarterSegment],
    taken: &mut HashSet<String>,
) -> Vec<ColumnCut<'t>> {
    let mut cuts: Vec<(bool, &StarterColumn, Option<Vec<f64>>)> = Vec::new();
    let mut columns: Vec<&StarterColumn> = table.columns.iter().collect();
    sort_by_effect(&mut columns);
    for column in columns {
        // One of two values is enough: the other is its opposite.
        if column.distinct == 2 && segments.iter().any(|segment| segment.column == column.name) {
            continue;
        }
        if table.key.as_ref() == Some(&column.name) || is_private(column, table.rows) {
            continue;
        }
        let most = column.counts.iter().copied().max().unwrap_or(0) as f64;
        if most > BROADEST * table.rows as f64 {
            continue;
        }
        let shared = column.distinct.saturating_mul(2) <= table.rows;
        match column.column_type {
            ColumnType::Text | ColumnType::Boolean if (2..=MAX_CELLS).contains(&column.distinct) && shared => {
                cuts.push((false, column, None));
            }
            kind if kind.is_whole() && (2..=MAX_CELLS / 2).contains(&column.distinct) && shared => {
                cuts.push((true, column, None));
            }
            _ => cuts.extend(guess_breaks(column, table.rows).map(|breaks| (true, column, Some(breaks)))),
        }
    }
    let (by_breaks, by_value): (Vec<_>, Vec<_>) = cuts.into_iter().partition(|(is_number, ..)| *is_number);
    let cuts: Vec<_> =
        by_value.into_iter().take(MAX_BY_VALUE).chain(by_breaks.into_iter().take(MAX_BY_BREAKS)).collect();
    let cuts = cuts.into_iter();
    cuts.map(|(_, column, breaks)| ColumnCut { name: free_name(&column.name, taken), column, breaks }).collect()
}

/// Maximum number of segmentations by value and by break points: more are a list to scroll, not a start.
const MAX_BY_VALUE: usize = 4;

/// Largest share of the customers in one cell of a segmentation that still splits them.
const BROADEST: f64 = 0.9;
