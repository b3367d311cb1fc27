//! Groups customers by the period that contains a date or timestamp.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use polars::prelude::{DataType, TimeUnit};

use super::column::{CellNumber, ColumnData, NumberColumn, each_width};
use super::{LocalEngine, failed};
use crate::engine::{Cancel, EngineError};
use crate::model::{DateUnit, Datum};

/// Number of microseconds, the unit of timestamps, in a day.
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;
/// Number of days in a page: about eleven years, longer than every period.
const PAGE: i64 = 1 << 12;
/// Maximum number of pages in a table: about 46,000 years, which need not be adjacent.
const MAX_PAGES: usize = 1 << 12;
/// Maximum distance from the first to the last page, in pages: about 23 million years, twice the range of dates in 32
/// bits.
const MAX_SPAN_DAYS: i64 = 1 << 21;

/// The periods from a column's first day to its last, in order, followed by null.
///
/// A date such as 9999-12-31 stands for "no end" in many tables, so the days may lie thousands of years apart: tables
/// are made only for pages that contain some customer's day.
pub struct Periods {
    column: Arc<ColumnData>,
    unit: DateUnit,
    /// Number of cells in a day: 1 for dates, [`DAY`] for timestamps.
    cells_a_day: i64,
    table: PeriodTable,
}

/// Table that maps days to periods.
struct PeriodTable {
    first_page: i64,
    /// Index of each page from `first_page` on in `periods`; arbitrary for a page without any customer's day.
    pages: Vec<u32>,
    /// The period of each day of a page, page by page.
    periods: Vec<u32>,
    keys: Vec<Datum>,
}

impl Periods {
    /// Finds the periods of a column.
    ///
    /// # Errors
    /// Returns an error if the column contains no dates, if the hour of dates without a time is asked for, or if the
    /// dates are in too many different pages.
    pub fn new(engine: &LocalEngine, name: &str, unit: DateUnit, cancel: &Cancel) -> Result<Self, EngineError> {
        let refused = |why: &str| EngineError::Failed(format!("\"{name}\" {why}"));
        let column = times(engine, name, cancel)?;
        let ColumnData::Number(number) = column.as_ref() else {
            return Err(refused(&format!("holds no dates to group by {unit}")));
        };
        let cells_a_day = match number.data_type() {
            DataType::Date if unit == DateUnit::Hour => return Err(refused("holds dates, which have no hour")),
            DataType::Date => 1,
            DataType::Datetime(..) => DAY,
            _ => return Err(refused(&format!("holds no dates to group by {unit}"))),
        };
        let table = match unit {
            DateUnit::Hour => PeriodTable::repeating(24, 0),
            DateUnit::Weekday => PeriodTable::repeating(7, 1),
            _ => {
                let ends =
                    number.range().map(|(least, most)| (least.div_euclid(cells_a_day), most.div_euclid(cells_a_day)));
                let pages = pages(engine, number, cells_a_day, cancel)?;
                pages.and_then(|pages| PeriodTable::new(unit, ends.unwrap_or((0, -1)), pages)).ok_or_else(|| {
                    refused("holds dates all over too many thousands of years to group them by periods")
                })?
            }
        };
        Ok(Self { unit, cells_a_day, table, column: column.clone() })
    }

    /// Returns the number of periods, including null, which is the last one.
    pub fn len(&self) -> usize {
        self.table.keys.len() + 1
    }

    pub fn key(&self, code: u32) -> Datum {
        self.table.keys.get(code as usize).cloned().unwrap_or(Datum::Null)
    }

    pub fn codes_into(&self, rows: Range<usize>, out: &mut [u32]) {
        let ColumnData::Number(number) = self.column.as_ref() else { return };
        each_width!(number.cells(), cells => {
            let cells = cells[rows.clone()].iter().map(|cell| cell.wide());
            // Each case has a constant divisor, so that the compiler replaces the division.
            match (self.unit, self.cells_a_day) {
                (DateUnit::Hour, _) => cells.zip(&mut *out).for_each(|(cell, code)| {
                    *code = (cell.rem_euclid(DAY) / HOUR) as u32;
                }),
                (DateUnit::Weekday, 1) => cells.zip(&mut *out).for_each(|(cell, code)| *code = weekday(cell)),
                (DateUnit::Weekday, _) => {
                    cells.zip(&mut *out).for_each(|(cell, code)| *code = weekday(cell.div_euclid(DAY)));
                }
                (_, 1) => cells.zip(&mut *out).for_each(|(cell, code)| *code = self.table.period(cell)),
                _ => cells.zip(&mut *out).for_each(|(cell, code)| *code = self.table.period(cell.div_euclid(DAY))),
            }
        });
        if number.nulls() > 0 {
            let null = self.table.keys.len() as u32;
            out.iter_mut().zip(rows).filter(|(_, row)| number.is_null(*row)).for_each(|(code, _)| *code = null);
        }
    }
}

/// Returns the number of days from the last Monday: 1970-01-01 was a Thursday.
fn weekday(day: i64) -> u32 {
    day.wrapping_add(3).rem_euclid(7) as u32
}

/// Returns the pages that contain some customer's day, ascending; `None` if they lie too far apart.
fn pages(
    engine: &LocalEngine,
    number: &NumberColumn,
    cells_a_day: i64,
    cancel: &Cancel,
) -> Result<Option<Vec<i64>>, EngineError> {
    let Some((least, most)) = number.range() else { return Ok(Some(Vec::new())) };
    let page = |cell: i64| cell.div_euclid(cells_a_day).div_euclid(PAGE);
    let (first, last) = (page(least), page(most));
    if last - first <= 1 {
        return Ok(Some((first..=last).collect()));
    }
    if last - first >= MAX_SPAN_DAYS {
        return Ok(None);
    }
    let cells_a_page = cells_a_day * PAGE;
    let parts = engine.chunks.map(cancel, |rows| {
        let mut used = vec![false; (last - first) as usize + 1];
        each_width!(number.cells(), cells => {
            for (row, cell) in rows.clone().zip(&cells[rows]) {
                // A row without a value may have any cell, also one outside the pages.
                if let Some(used) = used.get_mut((cell.wide().div_euclid(cells_a_page) - first) as usize)
                    && !*used
                {
                    *used = !number.is_null(row);
                }
            }
        });
        Ok((first..).zip(used).filter(|(_, used)| *used).map(|(page, _)| page).collect::<Vec<i64>>())
    })?;
    let mut pages = parts.concat();
    pages.sort_unstable();
    pages.dedup();
    Ok(Some(pages))
}

impl PeriodTable {
    /// Creates a table of repeating periods, numbered from `first` on.
    fn repeating(periods: i64, first: i64) -> Self {
        let keys = (first..first + periods).map(Datum::Integer).collect();
        Self { first_page: 0, pages: Vec::new(), periods: Vec::new(), keys }
    }

    /// Creates a table of the periods of all days of the given pages, which must ascend, limited to the days from the
    /// first to the last. Returns `None` if there are too many pages.
    fn new(unit: DateUnit, (first, last): (i64, i64), used: Vec<i64>) -> Option<Self> {
        if used.len() > MAX_PAGES {
            return None;
        }
        let (first_page, last_page) = (used.first().copied().unwrap_or(0), used.last().copied().unwrap_or(-1));
        let mut pages = vec![0; (last_page - first_page + 1).max(0) as usize];
        let mut periods = Vec::with_capacity(used.len() * PAGE as usize);
        let mut keys: Vec<Datum> = Vec::new();
        for (place, page) in (0..).zip(used) {
            pages[(page - first_page) as usize] = place;
            for day in page * PAGE..(page + 1) * PAGE {
                if (first..=last).contains(&day) {
                    let key = key_of(unit, day);
                    if keys.last() != Some(&key) {
                        keys.push(key);
                    }
                }
                periods.push((keys.len() as u32).saturating_sub(1));
            }
        }
        Some(Self { first_page, pages, periods, keys })
    }

    /// Returns the period of a day. Any day is allowed, since a row without a value may have any cell.
    fn period(&self, day: i64) -> u32 {
        let place = self.pages.get(day.div_euclid(PAGE).wrapping_sub(self.first_page) as usize);
        let at = place.map(|place| *place as usize * PAGE as usize + day.rem_euclid(PAGE) as usize);
        at.and_then(|at| self.periods.get(at)).copied().unwrap_or_default()
    }
}

/// Returns the first day of the period that contains the day. All days before the calendar are in one period, and all
/// days after it in another.
fn key_of(unit: DateUnit, day: i64) -> Datum {
    let known = i32::try_from(day).ok().and_then(NaiveDate::from_epoch_days);
    match known {
        Some(day) => Datum::Date(unit.first_day(day)),
        None if day < 0 => Datum::Text("before the calendar".into()),
        None => Datum::Text("after the calendar".into()),
    }
}

/// Returns the column in days or microseconds.
fn times(engine: &LocalEngine, name: &str, cancel: &Cancel) -> Result<Arc<ColumnData>, EngineError> {
    let found = engine.column(name, cancel)?;
    match found.as_ref() {
        ColumnData::Plain(plain) if matches!(plain.dtype(), DataType::Datetime(..)) => {
            let micros = plain.cast(&DataType::Datetime(TimeUnit::Microseconds, None)).map_err(failed)?;
            Ok(Arc::new(ColumnData::compact(micros)))
        }
        _ => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> i64 {
        text.parse::<NaiveDate>().expect("a date").to_epoch_days().into()
    }

    /// Returns the table of all pages from the first day to the last.
    fn table(unit: DateUnit, first: i64, last: i64) -> PeriodTable {
        let pages = if first > last { Vec::new() } else { (first.div_euclid(PAGE)..=last.div_euclid(PAGE)).collect() };
        PeriodTable::new(unit, (first, last), pages).expect("not too many pages")
    }

    /// Returns the keys of the ascending days' periods, from a table of only their pages.
    fn keys(unit: DateUnit, days: &[i64]) -> Vec<String> {
        let mut pages: Vec<i64> = days.iter().map(|day| day.div_euclid(PAGE)).collect();
        pages.dedup();
        let table = PeriodTable::new(unit, (days[0], days[days.len() - 1]), pages).expect("not too many pages");
        days.iter().map(|day| table.keys[table.period(*day) as usize].to_string()).collect()
    }

    #[test]
    fn periods_are_numbered_from_first_day() {
        // 2025-12-28, a Sunday, to 2026-01-05, a Monday.
        let (first, last) = (20_450, 20_458);
        let periods = |table: &PeriodTable| (first..=last).map(|day| table.period(day)).collect::<Vec<_>>();
        let months = table(DateUnit::Month, first, last);
        assert_eq!(periods(&months), [0, 0, 0, 0, 1, 1, 1, 1, 1]);
        assert_eq!(months.keys.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2025-12-01", "2026-01-01"]);
        let weeks = table(DateUnit::Week, first, last);
        assert_eq!(periods(&weeks), [0, 1, 1, 1, 1, 1, 1, 1, 2]);
        assert_eq!(weeks.keys[0].to_string(), "2025-12-22");
        assert_eq!((first..=last).map(weekday).collect::<Vec<_>>(), [6, 0, 1, 2, 3, 4, 5, 6, 0]);
        assert!(table(DateUnit::Day, 0, -1).keys.is_empty());
    }

    #[test]
    fn days_millennia_apart_get_own_periods() {
        let days = ["0001-01-01", "1000-06-15", "2024-03-01", "2024-03-31", "2024-04-01", "9999-12-31"].map(day);
        let months = ["0001-01-01", "1000-06-01", "2024-03-01", "2024-03-01", "2024-04-01", "9999-12-01"];
        assert_eq!(keys(DateUnit::Month, &days), months);
        assert_eq!(keys(DateUnit::Year, &days)[5], "9999-01-01");
        let quarter = keys(DateUnit::Quarter, &[day("-0044-03-15"), day("+12345-12-31")]);
        assert_eq!(quarter, ["-0044-01-01", "+12345-10-01"]);
    }

    #[test]
    fn days_beyond_calendar_are_before_or_after() {
        let days = [i32::MIN.into(), day("2024-03-01"), i32::MAX.into()];
        assert_eq!(keys(DateUnit::Month, &days), ["before the calendar", "2024-03-01", "after the calendar"]);
    }
}
