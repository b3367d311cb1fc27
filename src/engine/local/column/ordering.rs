use std::cmp::Ordering;
use std::ops::Range;

use super::cells::{CellNumber, each_width};
use super::coding::head;
use super::{ColumnData, NumberCells};

/// The order of the rows by a column's values, ascending or descending; nulls are always last.
#[derive(Clone, Copy)]
pub struct ColumnOrder<'a> {
    column: &'a ColumnData,
    is_descending: bool,
}

impl<'a> ColumnOrder<'a> {
    /// Creates an order. Returns `None` for a column whose values only polars can compare.
    pub fn new(column: &'a ColumnData, is_descending: bool) -> Option<Self> {
        (!matches!(column, ColumnData::Plain(_))).then_some(Self { column, is_descending })
    }

    /// Writes a rank for each of the rows: a row with a lower rank precedes one with a higher rank. Rows with the
    /// same rank may be in either order, which only [`Self::compare`] determines.
    pub fn ranks_into(&self, rows: Range<usize>, out: &mut [u64]) {
        let turned = if self.is_descending { u64::MAX } else { 0 };
        let ranks = out.iter_mut().zip(rows.clone());
        match self.column {
            ColumnData::Number(number) => match number.cells() {
                NumberCells::F64(run) => ranks.for_each(|(rank, row)| *rank = turned ^ of_float(run[row])),
                NumberCells::I128(run) => {
                    ranks.for_each(|(rank, row)| *rank = turned ^ of_whole((run[row] >> 64) as i64));
                }
                cells => each_width!(cells, run => {
                    ranks.for_each(|(rank, row)| *rank = turned ^ of_whole(run[row].wide()));
                }),
            },
            ColumnData::Text(text) => ranks.for_each(|(rank, row)| {
                *rank = turned ^ text.get(row).map_or(0, |text| head(text.as_bytes()));
            }),
            ColumnData::Boolean(booleans) => {
                ranks.for_each(|(rank, row)| *rank = turned ^ u64::from(booleans.get(row) == Some(true)));
            }
            ColumnData::Coded(coded) => {
                ranks.for_each(|(rank, row)| *rank = turned ^ coded.codes().get(row).unwrap_or_default() as u64);
            }
            ColumnData::Plain(_) => ranks.for_each(|(rank, _)| *rank = 0),
        }
        if self.column.nulls() > 0 {
            out.iter_mut().zip(rows).filter(|(_, row)| self.is_null(*row)).for_each(|(rank, _)| *rank = u64::MAX);
        }
    }

    /// Compares the values of two rows. The rows must exist.
    pub fn compare(&self, a: usize, b: usize) -> Ordering {
        match (self.is_null(a), self.is_null(b)) {
            (false, false) => {}
            (a, b) => return a.cmp(&b),
        }
        let order = match self.column {
            ColumnData::Number(number) => match number.cells() {
                NumberCells::F64(run) => of_float(run[a]).cmp(&of_float(run[b])),
                NumberCells::I128(run) => run[a].cmp(&run[b]),
                cells => each_width!(cells, run => run[a].wide().cmp(&run[b].wide())),
            },
            ColumnData::Text(text) => text.get(a).cmp(&text.get(b)),
            ColumnData::Boolean(booleans) => booleans.get(a).cmp(&booleans.get(b)),
            ColumnData::Coded(coded) => coded.codes().get(a).cmp(&coded.codes().get(b)),
            ColumnData::Plain(_) => Ordering::Equal,
        };
        if self.is_descending { order.reverse() } else { order }
    }

    fn is_null(&self, row: usize) -> bool {
        match self.column {
            ColumnData::Number(number) => number.is_null(row),
            ColumnData::Text(text) => text.get(row).is_none(),
            ColumnData::Boolean(booleans) => booleans.get(row).is_none(),
            ColumnData::Coded(coded) => coded.codes().get(row) == Some(coded.null_code()),
            ColumnData::Plain(_) => false,
        }
    }
}

/// Returns an unsigned number that is in the same order as the whole number.
pub fn of_whole(cell: i64) -> u64 {
    cell as u64 ^ 1 << 63
}

/// Returns an unsigned number that is in the same order as the float. The bits of positive floats are in order, those
/// of negative floats in reverse order. Both zeros are the same number.
pub fn of_float(float: f64) -> u64 {
    let bits = (float + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}
