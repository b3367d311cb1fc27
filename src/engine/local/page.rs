use super::mask::{Mask, set_rows};
use super::{LocalEngine, failed};
use crate::data;
use crate::engine::{Cancel, EngineError, Page, Sort};
use crate::model::Datum;
use crate::rule::Checked;

/// Rows of the filter, read from the base cell by cell: nothing is copied but what is shown.
pub fn page(
    engine: &LocalEngine,
    filter: &Checked,
    columns: &[String],
    sort: Option<&Sort>,
    (offset, limit): (u64, usize),
    cancel: &Cancel,
) -> Result<Page, EngineError> {
    let mask = engine.mask(filter, cancel)?;
    let frame = &engine.frame;
    let columns: Vec<String> = match columns {
        [] => engine.base.schema.columns().iter().map(|column| column.name.clone()).collect(),
        some => some.to_vec(),
    };
    let rows: Vec<usize> = match sort {
        None => in_file_order(&mask, offset, limit),
        Some(sort) => {
            let order = engine.caches.order(frame, sort)?;
            cancel.check()?;
            let rows = order.downcast_iter().flat_map(|rows| rows.values_iter());
            let inside = rows.map(|&row| row as usize).filter(|&row| mask.is_true(row));
            inside.skip(offset as usize).take(limit).collect()
        }
    };
    let mut cells: Vec<Vec<Datum>> = vec![Vec::with_capacity(columns.len()); rows.len()];
    for name in &columns {
        let column = frame.column(name).map_err(failed)?;
        for (cells, &row) in cells.iter_mut().zip(&rows) {
            cells.push(data::datum(column, row));
        }
    }
    Ok(Page { columns, rows: cells, offset, total: mask.count() })
}

/// Skips whole words by their popcount, so that the last page comes as fast as the first.
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

    #[test]
    fn pages_in_file_order_meet_without_gap_or_overlap() {
        let mask = Mask::new(200, vec![u64::MAX, 0, 0b1011, 1], None);
        let all = in_file_order(&mask, 0, 1000);
        let paged: Vec<_> = (0..=all.len() as u64).step_by(7).flat_map(|at| in_file_order(&mask, at, 7)).collect();
        assert_eq!(paged, all);
        assert_eq!(in_file_order(&mask, 66, 5), [131, 192]);
        assert!(in_file_order(&mask, 500, 5).is_empty());
    }
}
