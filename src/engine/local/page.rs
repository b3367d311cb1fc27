use std::sync::Arc;

use polars::prelude::{IdxCa, SortOptions};

use super::column::ColumnData;
use super::kernel::set_rows;
use super::mask::Mask;
use super::memory::MemoryKey;
use super::{LocalEngine, failed};
use crate::engine::{Cancel, EngineError, PageQuestion, RowPage, Sort};
use crate::model::Datum;

/// Returns rows of the filter, read from the base cell by cell: only the shown cells are copied.
pub fn page(engine: &LocalEngine, question: &PageQuestion, cancel: &Cancel) -> Result<RowPage, EngineError> {
    let (offset, limit) = (question.offset, question.limit);
    let mask = engine.mask(&question.filter, cancel)?;
    let columns: Vec<String> = match question.columns.as_slice() {
        [] => engine.schema.columns().iter().map(|column| column.name.clone()).collect(),
        some => some.to_vec(),
    };
    let rows: Vec<usize> = match &question.sort {
        None => in_file_order(&mask, offset, limit),
        Some(sort) => {
            let order = order(engine, sort, cancel)?;
            let rows = order.downcast_iter().flat_map(|rows| rows.values_iter());
            let inside = rows.map(|&row| row as usize).filter(|&row| mask.is_true(row));
            inside.skip(offset as usize).take(limit).collect()
        }
    };
    let mut cells: Vec<Vec<Datum>> = vec![Vec::with_capacity(columns.len()); rows.len()];
    for name in &columns {
        let column = engine.cells(name, &rows, cancel)?;
        cells.iter_mut().zip(column).for_each(|(cells, cell)| cells.push(cell));
    }
    Ok(RowPage { columns, rows: cells, offset, total: mask.count() })
}

/// Returns all rows ordered by a column: nulls last, equal values in file order.
fn order(engine: &LocalEngine, sort: &Sort, cancel: &Cancel) -> Result<Arc<IdxCa>, EngineError> {
    let column: Arc<ColumnData> = engine.column(&sort.column, cancel)?;
    let make = || {
        let options = SortOptions {
            descending: sort.descending,
            nulls_last: true,
            multithreaded: true,
            maintain_order: true,
            limit: None,
        };
        let values = column.slice(0..column.rows()).map_err(failed)?;
        let order = values.as_materialized_series().arg_sort(options).rechunk().into_owned();
        cancel.check()?;
        Ok(order)
    };
    engine.memory.get_or_make(MemoryKey::Order(sort.clone()), make, |order: &IdxCa| 4 * order.len())
}

/// Returns the rows of a page in file order. Skips whole words by their bit counts, so that the last page is as fast as
/// the first.
fn in_file_order(mask: &Mask, offset: u64, limit: usize) -> Vec<usize> {
    let mut skipped = 0;
    let mut word = 0;
    for trues in mask.trues() {
        let here = u64::from(trues.count_ones());
        if skipped + here > offset {
            break;
        }
        skipped += here;
        word += 1;
    }
    let rows = set_rows(&mask.trues()[word..]).skip((offset - skipped) as usize).take(limit);
    rows.map(|row| word * 64 + row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::local::chunks::RowChunks;

    #[test]
    fn pages_in_file_order_meet_without_gap_or_overlap() {
        let words = [u64::MAX, 0, 0b1011, 1];
        let write = |rows: std::ops::Range<usize>, out: super::super::mask::Words| {
            out.trues.copy_from_slice(&words[rows.start / 64..rows.end.div_ceil(64)]);
            Ok(())
        };
        let mask = Mask::write(&RowChunks::new(200, 64), false, &Cancel::new(), write).expect("not cancelled");
        let all = in_file_order(&mask, 0, 1000);
        let paged: Vec<_> = (0..=all.len() as u64).step_by(7).flat_map(|at| in_file_order(&mask, at, 7)).collect();
        assert_eq!(paged, all);
        assert_eq!(in_file_order(&mask, 66, 5), [131, 192]);
        assert!(in_file_order(&mask, 500, 5).is_empty());
    }
}
