//! Cuts dates by the calendar, or by how long ago they are.

use chrono::{Datelike, NaiveDate};

use super::{MAX_CELLS, SegmentationCell};
use crate::model::{AgeUnit, Column, ColumnType, DateUnit, Datum};
use crate::rule::names::quote;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Returns true if the cells depend on the column's first and last date.
pub fn needs_ends(part: DateUnit) -> bool {
    !part.comes_round()
}

/// Returns the cells by part of the calendar: every period from the first to the last date of the column (`2025`,
/// `2025-Q3`, `2025-07`, `2025-W28`, `2025-07-09`), the last [`MAX_CELLS`] of them with what is before in one; or the
/// seven days, or 24 hours.
///
/// # Errors
/// Returns an error of one line if the column has no such part, or no dates.
pub fn by_part(column: &Column, part: DateUnit, ends: &[Datum]) -> Result<Vec<SegmentationCell>, String> {
    check(column, part.word())?;
    let name = quote(&column.name);
    match part {
        DateUnit::Hour if column.column_type == ColumnType::Date => {
            Err(format!("\"{}\" is a date column: it has no hours", column.name))
        }
        DateUnit::Hour => Ok((0..24).map(|h| cell(format!("{h:02}h"), format!("hour({name}) = {h}"))).collect()),
        DateUnit::Weekday => {
            let days = WEEKDAYS.iter().zip(1..);
            Ok(days.map(|(day, n)| cell((*day).to_owned(), format!("isodow({name}) = {n}"))).collect())
        }
        _ => {
            let dates: Vec<NaiveDate> = ends.iter().filter_map(date).collect();
            let [first, last] = dates[..] else { return Err(format!("column \"{}\" is empty", column.name)) };
            periods(&name, part, first, last)
                .ok_or_else(|| format!("the dates of \"{}\" are out of range", column.name))
        }
    }
}

/// Returns the cells by how many days, months or years before today a date is: `<30d`, `30-89d`, `90d+`. Dates in the
/// future are in the first cell.
///
/// # Errors
/// Returns an error of one line if the column has no dates.
pub fn by_age(column: &Column, ages: &[u32], unit: AgeUnit) -> Result<Vec<SegmentationCell>, String> {
    check(column, "age")?;
    let name = quote(&column.name);
    let letter = &unit.word()[..1];
    let ago = |age: u32| format!("today - INTERVAL '{age} {}'", unit.word());
    let first = ages.first().map(|age| cell(format!("<{age}{letter}"), format!("{name} > {}", ago(*age))));
    let between = ages.windows(2).map(|pair| {
        let rule = format!("{name} <= {} AND {name} > {}", ago(pair[0]), ago(pair[1]));
        let span = if pair[1] - pair[0] == 1 { pair[0].to_string() } else { format!("{}-{}", pair[0], pair[1] - 1) };
        cell(format!("{span}{letter}"), rule)
    });
    let last = ages.last().map(|age| cell(format!("{age}{letter}+"), format!("{name} <= {}", ago(*age))));
    Ok(first.into_iter().chain(between).chain(last).collect())
}

fn check(column: &Column, what: &str) -> Result<(), String> {
    match column.column_type {
        ColumnType::Date | ColumnType::Timestamp => Ok(()),
        other => Err(format!("{what} needs a column of dates, \"{}\" is {other}", column.name)),
    }
}

fn cell(name: String, rule: String) -> SegmentationCell {
    SegmentationCell { name, rule }
}

fn date(value: &Datum) -> Option<NaiveDate> {
    match value {
        Datum::Date(date) => Some(*date),
        Datum::Timestamp(at) => Some(at.date()),
        _ => None,
    }
}

/// Returns `None` if a period is beyond the end of the calendar.
fn periods(column: &str, part: DateUnit, first: NaiveDate, last: NaiveDate) -> Option<Vec<SegmentationCell>> {
    // From the last date backwards: a mistyped date may be a thousand years ago.
    let mut starts = vec![part.first_day(last)];
    let first = part.first_day(first);
    while *starts.last()? > first && starts.len() < MAX_CELLS {
        starts.push(part.first_day(starts.last()?.pred_opt()?));
    }
    let earliest = *starts.last()?;
    starts.reverse();
    if earliest > first {
        starts.remove(0);
    }
    let before = (earliest > first).then(|| starts[0]);
    let before = before.map(|from| cell(format!("before {}", named(part, from)), format!("{column} < '{from}'")));
    let own = starts.iter().map(|from| {
        let rule = match part.next(*from) {
            Some(to) => format!("{column} >= '{from}' AND {column} < '{to}'"),
            None => format!("{column} >= '{from}'"),
        };
        cell(named(part, *from), rule)
    });
    Some(before.into_iter().chain(own).collect())
}

fn named(part: DateUnit, start: NaiveDate) -> String {
    match part {
        DateUnit::Year => format!("{}", start.year()),
        DateUnit::Quarter => format!("{}-Q{}", start.year(), start.month0() / 3 + 1),
        DateUnit::Month => format!("{}", start.format("%Y-%m")),
        DateUnit::Week => format!("{}", start.format("%G-W%V")),
        _ => start.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(part: DateUnit, first: &str, last: &str) -> Vec<String> {
        let column = Column { name: "d".into(), column_type: ColumnType::Date };
        let ends = [first, last].map(|date| Datum::Date(date.parse().unwrap()));
        let cells = by_part(&column, part, &ends).unwrap();
        cells.into_iter().map(|cell| format!("{}: {}", cell.name, cell.rule)).collect()
    }

    #[test]
    fn periods_cover_first_to_last_date() {
        assert_eq!(
            cut(DateUnit::Quarter, "2025-11-30", "2026-01-01"),
            [
                "2025-Q4: \"d\" >= '2025-10-01' AND \"d\" < '2026-01-01'",
                "2026-Q1: \"d\" >= '2026-01-01' AND \"d\" < '2026-04-01'"
            ]
        );
        let days = cut(DateUnit::Day, "2026-02-28", "2026-03-01");
        assert_eq!(days[0], "2026-02-28: \"d\" >= '2026-02-28' AND \"d\" < '2026-03-01'");
        assert_eq!(cut(DateUnit::Week, "2025-12-29", "2025-12-29")[0][..9], *"2026-W01:");
        assert_eq!(cut(DateUnit::Month, "9999-12-31", "9999-12-31"), ["9999-12: \"d\" >= '9999-12-01'"]);
        let long = cut(DateUnit::Year, "1026-01-01", "2026-01-01");
        assert_eq!((long.len(), &long[0][..]), (MAX_CELLS, "before 1978: \"d\" < '1978-01-01'"));
        assert_eq!(cut(DateUnit::Year, "1977-01-01", "2026-01-01").len(), MAX_CELLS);
    }

    #[test]
    fn ages_are_counted_back_from_today() {
        let column = Column { name: "d".into(), column_type: ColumnType::Date };
        let cells = by_age(&column, &[1, 2, 12], AgeUnit::Months).unwrap();
        let names: Vec<&str> = cells.iter().map(|cell| cell.name.as_str()).collect();
        assert_eq!(names, ["<1m", "1m", "2-11m", "12m+"]);
        assert_eq!(cells[1].rule, "\"d\" <= today - INTERVAL '1 months' AND \"d\" > today - INTERVAL '2 months'");
        assert!(by_age(&Column { column_type: ColumnType::Text, ..column }, &[1], AgeUnit::Days).is_err());
    }
}
