//! Marks the customers with the highest or lowest values, either of all customers or of those with the same value of
//! another column.

use polars::prelude::{BooleanChunked, IntoColumn};

use super::super::column::{CellNumber, CellPosition, ColumnData, NumberCells, each_width};
use super::super::grouping::GroupAssignment;
use super::super::{LocalEngine, quantiles, sums};
use crate::engine::{Cancel, EngineError, Grouping};
use crate::model::Datum;
use crate::rule::Checked;

/// Marks the customers with the highest values (or the lowest, if `lowest`), at least `percent` per cent of those
/// with a value.
pub fn top(
    engine: &LocalEngine,
    column: &str,
    percent: f64,
    lowest: bool,
    name: &str,
    cancel: &Cancel,
) -> Result<polars::prelude::Column, EngineError> {
    let everyone = engine.row_set(&Checked::everyone(), cancel)?;
    let numbers = sums::numbers(engine, column, cancel)?;
    let ColumnData::Number(number) = numbers.as_ref() else {
        return Err(EngineError::Failed(format!("\"{column}\" has no order to be at the top of")));
    };
    let known = quantiles::known_within(engine, number, &everyone, cancel)?;
    let wanted = count_at(percent, known);
    let rank = if lowest { wanted } else { known + 1 - wanted.min(known) };
    let bound = match known {
        0 => Datum::Null,
        _ => quantiles::ranked(engine, number, &everyone, &[rank], cancel)?.pop().unwrap_or(Datum::Null),
    };
    let known = |row: &usize| !number.is_null(*row);
    let inside: BooleanChunked = match number.cells() {
        NumberCells::F64(cells) => {
            let bound = bound.number().unwrap_or(f64::NAN);
            let inside = |row| if lowest { cells[row] <= bound } else { cells[row] >= bound };
            (0..number.rows()).map(|row| Some(row).filter(known).map(inside)).collect()
        }
        cells => each_width!(cells, cells => {
            let bound = CellPosition::new(&bound, number.data_type()).map(|place| place.through);
            let inside = |row| {
                let cell = CellNumber::whole(cells[row]);
                bound.is_some_and(|bound| if lowest { cell <= bound } else { cell >= bound })
            };
            (0..number.rows()).map(|row| Some(row).filter(known).map(inside)).collect()
        }),
    };
    cancel.check()?;
    Ok(inside.into_column().with_name(name.into()))
}

/// Returns `percent` per cent of `known` customers, rounded up, and at least 1.
fn count_at(percent: f64, known: u64) -> u64 {
    ((percent / 100.0 * known as f64 - 1e-9).ceil() as u64).clamp(1, known.max(1))
}

/// Marks the customers with the highest (or lowest) values among those with the same value of the column `within`, at
/// least `percent` per cent of those with a value. Customers without a value in `within` form a group of their own.
pub fn top_within(
    engine: &LocalEngine,
    (column, within): (&str, &str),
    percent: f64,
    lowest: bool,
    name: &str,
    cancel: &Cancel,
) -> Result<polars::prelude::Column, EngineError> {
    let numbers = sums::numbers(engine, column, cancel)?;
    let ColumnData::Number(number) = numbers.as_ref() else {
        return Err(EngineError::Failed(format!("\"{column}\" has no order to be at the top of")));
    };
    let grouping = GroupAssignment::new(engine, &[Grouping::from(within)], cancel)?;
    let groups = grouping.codes(engine.rows());
    cancel.check()?;
    let inside: Vec<Option<bool>> = match number.cells() {
        NumberCells::F64(cells) => {
            // Floats as whole numbers in the same order; NaN is no value.
            let ordered = |row: usize| {
                let bits = cells[row].to_bits() as i64;
                if cells[row] == 0.0 { 0 } else { bits ^ (((bits >> 63) as u64) >> 1) as i64 }
            };
            let known = |row: usize| !number.is_null(row) && !cells[row].is_nan();
            mark(&groups, grouping.len(), known, ordered, percent, lowest)
        }
        cells => each_width!(cells, cells => {
            let known = |row: usize| !number.is_null(row);
            mark(&groups, grouping.len(), known, |row| CellNumber::whole(cells[row]), percent, lowest)
        }),
    };
    Ok(inside.into_iter().collect::<BooleanChunked>().into_column().with_name(name.into()))
}

/// Returns, for each row with a value, true if it is among the highest (or lowest) of its group; `None` for other
/// rows.
fn mark<T: Ord + Copy>(
    groups: &[u32],
    number_of_groups: usize,
    known: impl Fn(usize) -> bool,
    value: impl Fn(usize) -> T,
    percent: f64,
    lowest: bool,
) -> Vec<Option<bool>> {
    let mut values: Vec<Vec<T>> = (0..number_of_groups).map(|_| Vec::new()).collect();
    for (row, group) in groups.iter().enumerate().filter(|(row, _)| known(*row)) {
        values[*group as usize].push(value(row));
    }
    let bound = |mut values: Vec<T>| {
        let last = values.len().checked_sub(1)?;
        let rank = count_at(percent, values.len() as u64) as usize - 1;
        let place = if lowest { rank } else { last - rank.min(last) };
        Some(*values.select_nth_unstable(place.min(last)).1)
    };
    let bounds: Vec<Option<T>> = values.into_iter().map(bound).collect();
    let inside = |row: usize| {
        let (value, bound) = (value(row), bounds[groups[row] as usize]?);
        Some(if lowest { value <= bound } else { value >= bound })
    };
    (0..groups.len()).map(|row| known(row).then(|| inside(row)).flatten()).collect()
}
