//! Customers by the period that a date or timestamp lies in.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use polars::prelude::{DataType, TimeUnit};

use super::column::{Cell, Column, each_width};
use super::{LocalEngine, failed, moments};
use crate::engine::{Cancel, EngineError};
use crate::model::{DateUnit, Datum, nice};

/// Microseconds of a day and of an hour, which timestamps are kept in.
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;
/// Days from the first to the last that a table holds: some four thousand years.
const MOST_DAYS: i64 = 1 << 21;

/// The periods that lie between a column's first and last day, in their order, then null.
pub struct Periods {
    column: Arc<Column>,
    unit: DateUnit,
    /// Cells a day: 1 of dates, [`DAY`] of timestamps.
    cells_a_day: i64,
    first_day: i64,
    /// The period of each day from the first one on.
    by_day: Vec<u32>,
    keys: Vec<Datum>,
}

impl Periods {
    /// # Errors
    /// If the column holds no dates, or dates with no hour are asked for their hour, or they lie thousands of years apart.
    pub fn new(engine: &LocalEngine, name: &str, unit: DateUnit, cancel: &Cancel) -> Result<Self, EngineError> {
        let refused = |why: &str| EngineError::Failed(format!("\"{name}\" {why}"));
        let column = times(engine, name, cancel)?;
        let Column::Number(number) = column.as_ref() else {
            return Err(refused(&format!("holds no dates to group by {unit}")));
        };
        let cells_a_day = match number.data_type() {
            DataType::Date if unit == DateUnit::Hour => return Err(refused("holds dates, which have no hour")),
            DataType::Date => 1,
            _ if moments::unit(number) != 1.0 => DAY,
            _ => return Err(refused(&format!("holds no dates to group by {unit}"))),
        };
        let days = number.range().map(|(least, most)| (least.div_euclid(cells_a_day), most.div_euclid(cells_a_day)));
        let (first_day, last_day) = days.unwrap_or((0, -1));
        if last_day - first_day > MOST_DAYS {
            return Err(refused("holds dates too far apart to group them by periods"));
        }
        let (by_day, keys) = table(unit, first_day, last_day);
        Ok(Self { unit, cells_a_day, first_day, by_day, keys, column: column.clone() })
    }

    /// Null is the last one.
    pub fn len(&self) -> usize {
        self.keys.len() + 1
    }

    pub fn key(&self, code: u32) -> Datum {
        self.keys.get(code as usize).cloned().unwrap_or(Datum::Null)
    }

    pub fn codes_into(&self, rows: Range<usize>, out: &mut [u32]) {
        let Column::Number(number) = self.column.as_ref() else { return };
        each_width!(number.cells(), cells => {
            let cells = cells[rows.clone()].iter().map(|cell| cell.wide());
            // Divided by numbers that the compiler knows.
            match (self.unit, self.cells_a_day) {
                (DateUnit::Hour, _) => cells.zip(&mut *out).for_each(|(cell, code)| {
                    *code = (cell.rem_euclid(DAY) / HOUR) as u32;
                }),
                (_, 1) => cells.zip(&mut *out).for_each(|(cell, code)| *code = self.period(cell)),
                _ => cells.zip(&mut *out).for_each(|(cell, code)| *code = self.period(cell.div_euclid(DAY))),
            }
        });
        if number.nulls() > 0 {
            let null = self.keys.len() as u32;
            out.iter_mut().zip(rows).filter(|(_, row)| number.is_null(*row)).for_each(|(code, _)| *code = null);
        }
    }

    /// A row without a value may have any cell.
    fn period(&self, day: i64) -> u32 {
        self.by_day.get(day.wrapping_sub(self.first_day) as usize).copied().unwrap_or_default()
    }
}

/// The column in days or microseconds.
fn times(engine: &LocalEngine, name: &str, cancel: &Cancel) -> Result<Arc<Column>, EngineError> {
    let found = engine.column(name, cancel)?;
    match found.as_ref() {
        Column::Plain(plain) if matches!(plain.dtype(), DataType::Datetime(..)) => {
            let micros = plain.cast(&DataType::Datetime(TimeUnit::Microseconds, None)).map_err(failed)?;
            Ok(Arc::new(Column::compact(micros)))
        }
        _ => Ok(found),
    }
}

/// The period of each day, and what the periods are called.
fn table(unit: DateUnit, first: i64, last: i64) -> (Vec<u32>, Vec<Datum>) {
    match unit {
        DateUnit::Hour => return (Vec::new(), (0..24).map(Datum::Integer).collect()),
        DateUnit::Weekday => {
            // 1970-01-01 was a Thursday, the fourth day.
            let by_day = (first..=last).map(|day| (day + 3).rem_euclid(7) as u32).collect();
            return (by_day, (1..=7).map(Datum::Integer).collect());
        }
        _ => {}
    }
    let mut firsts: Vec<Option<NaiveDate>> = Vec::new();
    let by_day = (first..=last).map(|day| {
        // A day beyond the calendar is in one period with all such days.
        let start = nice::from_days(day as f64).map(|day| unit.first_day(day));
        if firsts.last() != Some(&start) {
            firsts.push(start);
        }
        firsts.len() as u32 - 1
    });
    let by_day = by_day.collect();
    (by_day, firsts.into_iter().map(|start| start.map_or(Datum::Null, Datum::Date)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_numbered_in_their_order_from_the_first_day_on() {
        // 2025-12-28, a Sunday, to 2026-01-05, a Monday.
        let (first, last) = (20_450, 20_458);
        let (months, keys) = table(DateUnit::Month, first, last);
        assert_eq!(months, [0, 0, 0, 0, 1, 1, 1, 1, 1]);
        assert_eq!(keys.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2025-12-01", "2026-01-01"]);
        let (weeks, keys) = table(DateUnit::Week, first, last);
        assert_eq!(weeks, [0, 1, 1, 1, 1, 1, 1, 1, 2]);
        assert_eq!(keys[0].to_string(), "2025-12-22");
        assert_eq!(table(DateUnit::Weekday, first, last).0, [6, 0, 1, 2, 3, 4, 5, 6, 0]);
        assert_eq!(table(DateUnit::Day, 0, -1), (Vec::new(), Vec::new()));
    }
}
