use std::sync::Arc;

use polars::prelude::{IdxCa, SortMultipleOptions, SortOptions};

use super::column::{ColumnData, ColumnOrder};
use super::first_rows::{first_rows, last_rows};
use super::kernel::set_rows;
use super::memory::MemoryKey;
use super::row_set::RowSet;
use super::{LocalEngine, failed};
use crate::engine::{Cancel, EngineError, FindQuestion, PageQuestion, RowPage, Sort};
use crate::model::Datum;

/// Maximum distance of a page from either end of an order, in rows, for which not all rows are sorted.
const MAX_FROM_END: usize = 4096;

/// Returns rows of the filter. Reads only the cells that the page shows.
pub fn page(engine: &LocalEngine, question: &PageQuestion, cancel: &Cancel) -> Result<RowPage, EngineError> {
    let (offset, limit) = (question.offset, question.limit);
    let row_set = engine.row_set(&question.filter, cancel)?;
    let columns: Vec<String> = match question.columns.as_slice() {
        [] => engine.schema.columns().iter().map(|column| column.name.clone()).collect(),
        some => some.to_vec(),
    };
    let rows: Vec<usize> = match question.sort.as_slice() {
        [] => in_file_order(&row_set, offset, limit),
        sort => sorted(engine, sort, &row_set, offset, limit, cancel)?,
    };
    let mut cells: Vec<Vec<Datum>> = vec![Vec::with_capacity(columns.len()); rows.len()];
    for name in &columns {
        let column = engine.cells(name, &rows, cancel)?;
        cells.iter_mut().zip(column).for_each(|(cells, cell)| cells.push(cell));
    }
    let mut tests: Vec<Vec<Option<bool>>> = Vec::new();
    for rule in &question.tests {
        let test = engine.row_set(rule, cancel)?;
        tests.push(rows.iter().map(|&row| test.truth(row)).collect());
    }
    Ok(RowPage { columns, rows: cells, tests, offset, total: row_set.count() })
}

/// Returns the index, among the filter's rows, of the next row for which the rule is true.
pub fn find(engine: &LocalEngine, question: &FindQuestion, cancel: &Cancel) -> Result<Option<u64>, EngineError> {
    let FindQuestion { filter, rule, sort, from, backwards } = question;
    let (filter, hits) = (engine.row_set(filter, cancel)?, engine.row_set(rule, cancel)?);
    if sort.is_empty() {
        return Ok(find_place(set_rows(filter.trues()).map(|row| hits.is_true(row)), *from, *backwards));
    }
    let order = order(engine, sort, cancel)?;
    let rows = order.downcast_iter().flat_map(|rows| rows.values_iter()).map(|&row| row as usize);
    Ok(find_place(rows.filter(|row| filter.is_true(*row)).map(|row| hits.is_true(row)), *from, *backwards))
}

/// Returns the index of the first true at or after `from` or, if `backwards`, of the last true at or before it.
fn find_place(hits: impl Iterator<Item = bool>, from: u64, backwards: bool) -> Option<u64> {
    let mut places = (0..).zip(hits).filter(|(_, is_hit)| *is_hit).map(|(place, _)| place);
    match backwards {
        false => places.find(|place| *place >= from),
        true => places.take_while(|place| *place <= from).last(),
    }
}

/// Returns the rows of a page of an order. All rows are sorted only if the page is far from both ends.
fn sorted(
    engine: &LocalEngine,
    sort: &[Sort],
    row_set: &RowSet,
    offset: u64,
    limit: usize,
    cancel: &Cancel,
) -> Result<Vec<usize>, EngineError> {
    let (offset, total) = (offset.min(row_set.count()) as usize, row_set.count() as usize);
    let end = offset.saturating_add(limit).min(total);
    let is_known = engine.memory.get::<IdxCa>(&MemoryKey::Order(sort.to_vec())).is_some();
    if !is_known && end.min(total - offset) <= MAX_FROM_END {
        let columns = sort.iter().map(|sort| engine.column(&sort.column, cancel)).collect::<Result<Vec<_>, _>>()?;
        let orders = columns.iter().zip(sort).map(|(column, sort)| ColumnOrder::new(column, sort.descending));
        if let Some(orders) = orders.collect::<Option<Vec<_>>>() {
            return Ok(match end <= MAX_FROM_END {
                true => first_rows(&orders, row_set, end, &engine.chunks, cancel)?.split_off(offset),
                false => {
                    let mut rows = last_rows(&orders, row_set, total - offset, &engine.chunks, cancel)?;
                    rows.truncate(end - offset);
                    rows
                }
            });
        }
    }
    let order = order(engine, sort, cancel)?;
    let rows = order.downcast_iter().flat_map(|rows| rows.values_iter());
    let inside = rows.map(|&row| row as usize).filter(|&row| row_set.is_true(row));
    Ok(inside.skip(offset).take(limit).collect())
}

/// Returns all rows, sorted by the columns, the most important first. Nulls come last, and ties are in file order.
fn order(engine: &LocalEngine, sorts: &[Sort], cancel: &Cancel) -> Result<Arc<IdxCa>, EngineError> {
    let columns = sorts.iter().map(|sort| engine.column(&sort.column, cancel)).collect::<Result<Vec<_>, _>>()?;
    let make = || {
        let values = |column: &Arc<ColumnData>| column.slice(0..column.rows()).map_err(failed);
        let values = columns.iter().map(values).collect::<Result<Vec<_>, _>>()?;
        let order = match values.as_slice() {
            [] => return Err(EngineError::failed("rows were to be sorted by no column")),
            [only] => {
                let options = SortOptions {
                    descending: sorts[0].descending,
                    nulls_last: true,
                    multithreaded: true,
                    maintain_order: true,
                    limit: None,
                };
                only.as_materialized_series().arg_sort(options)
            }
            [first, others @ ..] => {
                let options = SortMultipleOptions {
                    descending: sorts.iter().map(|sort| sort.descending).collect(),
                    nulls_last: vec![true; sorts.len()],
                    multithreaded: true,
                    maintain_order: true,
                    limit: None,
                };
                first.as_materialized_series().arg_sort_multiple(others, &options).map_err(failed)?
            }
        };
        cancel.check()?;
        Ok(order.rechunk().into_owned())
    };
    engine.memory.get_or_make(MemoryKey::Order(sorts.to_vec()), make, |order: &IdxCa| 4 * order.len())
}

/// Returns the rows of a page in file order. Skips whole words by their bit counts, so that the last page is as fast as
/// the first.
fn in_file_order(row_set: &RowSet, offset: u64, limit: usize) -> Vec<usize> {
    let mut skipped = 0;
    let mut word = 0;
    for trues in row_set.trues() {
        let here = u64::from(trues.count_ones());
        if skipped + here > offset {
            break;
        }
        skipped += here;
        word += 1;
    }
    let rows = set_rows(&row_set.trues()[word..]).skip((offset - skipped) as usize).take(limit);
    rows.map(|row| word * 64 + row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::chunks::RowChunks;

    #[test]
    fn next_hit_is_found_in_both_directions() {
        let hits = [false, true, false, false, true];
        let forwards = [0, 1, 2, 4, 5].map(|from| find_place(hits.into_iter(), from, false));
        assert_eq!(forwards, [Some(1), Some(1), Some(4), Some(4), None]);
        let backwards = [0, 1, 3, 4, 9].map(|from| find_place(hits.into_iter(), from, true));
        assert_eq!(backwards, [None, Some(1), Some(1), Some(4), Some(4)]);
    }

    #[test]
    fn pages_in_file_order_are_contiguous() {
        let words = [u64::MAX, 0, 0b1011, 1];
        let write = |rows: std::ops::Range<usize>, out: super::super::row_set::RowSetChunk| {
            out.trues.copy_from_slice(&words[rows.start / 64..rows.end.div_ceil(64)]);
            Ok(())
        };
        let row_set = RowSet::write(&RowChunks::new(200, 64), false, &Cancel::new(), write).expect("not cancelled");
        let all = in_file_order(&row_set, 0, 1000);
        let paged: Vec<_> = (0..=all.len() as u64).step_by(7).flat_map(|at| in_file_order(&row_set, at, 7)).collect();
        assert_eq!(paged, all);
        assert_eq!(in_file_order(&row_set, 66, 5), [131, 192]);
        assert!(in_file_order(&row_set, 500, 5).is_empty());
    }
}
