//! Evaluates functions of dates and timestamps: parts, truncation to units, differences and shifts.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};

use super::loops::{map, zip};
use super::vector::NumberVector;
use super::{DAY, Evaluated, EvaluationError, Vector};
use crate::model::ColumnType;
use crate::rule::{DateField, Interval};

const SECOND: i64 = 1_000_000;

/// Returns true for the days of the calendar, which extends some 262,000 years in both directions. Dates such as
/// 9999-12-31 often stand for "no end", and the days after them must still be computable.
pub fn is_in_calendar(days: i32) -> bool {
    NaiveDate::from_epoch_days(days).is_some()
}

/// Returns the day that contains a moment, in days since 1970-01-01.
pub fn day_of(micros: i64) -> i32 {
    // The days of 64-bit microseconds fit 32 bits.
    micros.div_euclid(DAY) as i32
}

/// Evaluates a part of a date or timestamp as a whole number. Hours, minutes and seconds of a date are 0; seconds
/// have no fraction.
pub fn part<'s>(field: DateField, value: Vector<'s>) -> Evaluated<'s> {
    Ok(Vector::Integer(match value {
        Vector::Null => return Ok(Vector::Null),
        Vector::Date(days) => map(&days, |days| part_of_day(field, days)),
        other => {
            let moments = other.into_timestamps()?;
            let clock = |unit: i64, count: i64| map(&moments, |micros| micros.rem_euclid(DAY) / unit % count);
            match field {
                DateField::Hour => clock(3600 * SECOND, 24),
                DateField::Minute => clock(60 * SECOND, 60),
                DateField::Second => clock(SECOND, 60),
                _ => map(&moments, |micros| part_of_day(field, day_of(micros))),
            }
        }
    }))
}

/// Returns a part of a day; `None` if the calendar does not contain the day.
fn part_of_day(field: DateField, days: i32) -> Option<i64> {
    let date = NaiveDate::from_epoch_days(days)?;
    Some(match field {
        DateField::Year => date.year().into(),
        DateField::Quarter => (date.month0() / 3 + 1).into(),
        DateField::Month => date.month().into(),
        DateField::Week => date.iso_week().week().into(),
        DateField::Day => date.day().into(),
        DateField::Hour | DateField::Minute | DateField::Second => 0,
        DateField::DayOfWeek => date.weekday().num_days_from_sunday().into(),
        DateField::IsoDayOfWeek => date.weekday().number_from_monday().into(),
        DateField::DayOfYear => date.ordinal().into(),
    })
}

/// Truncates to the beginning of the unit. `kind` determines whether the result is a date or a timestamp.
pub fn truncated<'s>(unit: DateField, value: Vector<'s>, kind: ColumnType) -> Evaluated<'s> {
    let truncated = match value {
        Vector::Null => return Ok(Vector::Null),
        Vector::Date(days) if unit.is_of_day() => Vector::Date(days),
        Vector::Date(days) => Vector::Date(map(&days, |days| first_day(unit, days))),
        other => {
            let moments = other.into_timestamps()?;
            Vector::Timestamp(match length(unit) {
                Some(length) => map(&moments, |micros| micros.checked_sub(micros.rem_euclid(length))),
                None => map(&moments, |micros| i64::from(first_day(unit, day_of(micros))?).checked_mul(DAY)),
            })
        }
    };
    match kind {
        ColumnType::Timestamp => Ok(Vector::Timestamp(truncated.into_timestamps()?)),
        _ => Ok(truncated),
    }
}

/// Returns the length of a unit in microseconds. Returns `None` for units of varying length and for those whose
/// boundaries are not multiples of the length, counted from 1970-01-01.
fn length(unit: DateField) -> Option<i64> {
    match unit {
        DateField::Day => Some(DAY),
        DateField::Hour => Some(3600 * SECOND),
        DateField::Minute => Some(60 * SECOND),
        DateField::Second => Some(SECOND),
        _ => None,
    }
}

/// Returns the first day of the unit that contains a day; weeks begin on Monday.
fn first_day(unit: DateField, days: i32) -> Option<i32> {
    let date = NaiveDate::from_epoch_days(days)?;
    let first = match unit {
        DateField::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        DateField::Quarter => NaiveDate::from_ymd_opt(date.year(), date.month0() / 3 * 3 + 1, 1),
        DateField::Month => NaiveDate::from_ymd_opt(date.year(), date.month(), 1),
        DateField::Week => return days.checked_sub(date.weekday().num_days_from_monday() as i32),
        _ => return Some(days),
    };
    first.map(|first| first.to_epoch_days())
}

/// Counts the boundaries of the unit after the first date, up to and including the second. For weeks, counts the
/// complete spans of seven days between both dates, as DuckDB does.
pub fn difference<'s>(unit: DateField, from: Vector<'s>, to: Vector<'s>) -> Evaluated<'s> {
    Ok(Vector::Integer(match (from, to) {
        (Vector::Null, _) | (_, Vector::Null) => return Ok(Vector::Null),
        (Vector::Date(from), Vector::Date(to)) if unit == DateField::Week => {
            zip(&from, &to, |from, to| (i64::from(to) - i64::from(from)) / 7)
        }
        (from, to) if unit == DateField::Week => {
            let weeks = |from: i64, to: i64| (i64::from(day_of(to)) - i64::from(day_of(from))) / 7;
            zip(&from.into_timestamps()?, &to.into_timestamps()?, weeks)
        }
        (Vector::Date(from), Vector::Date(to)) if !unit.is_of_day() => {
            counted(&from, &to, |days| number_of(unit, days))
        }
        (from, to) => {
            let (from, to) = (from.into_timestamps()?, to.into_timestamps()?);
            match length(unit) {
                Some(length) => counted(&from, &to, |micros| Some(micros.div_euclid(length))),
                None => counted(&from, &to, |micros| number_of(unit, day_of(micros))),
            }
        }
    }))
}

fn counted<T: Copy>(
    from: &NumberVector<T>,
    to: &NumberVector<T>,
    number: impl Fn(T) -> Option<i64>,
) -> NumberVector<'static, i64> {
    zip(from, to, |from, to| number(to)?.checked_sub(number(from)?))
}

/// Returns the ordinal number of the unit that contains a day; the difference of two counts the boundaries between
/// them.
fn number_of(unit: DateField, days: i32) -> Option<i64> {
    let date = || NaiveDate::from_epoch_days(days);
    Some(match unit {
        DateField::Year => date()?.year().into(),
        DateField::Quarter => date().map(|date| i64::from(date.year()) * 4 + i64::from(date.month0() / 3))?,
        DateField::Month => date().map(|date| i64::from(date.year()) * 12 + i64::from(date.month0()))?,
        _ => days.into(),
    })
}

/// Adds an interval. A date remains a date unless the interval has a time of day. A result that the calendar does not
/// contain is null.
pub fn shifted<'s>(value: Vector<'s>, interval: Interval) -> Evaluated<'s> {
    match value {
        Vector::Null => Ok(Vector::Null),
        Vector::Date(days) if interval.micros == 0 => Ok(Vector::Date(if interval.months == 0 {
            map(&days, |days| i32::try_from(interval.days).ok()?.checked_add(days).filter(|days| is_in_calendar(*days)))
        } else {
            map(&days, |days| {
                let start = NaiveDate::from_epoch_days(days)?.and_time(chrono::NaiveTime::MIN);
                let end = interval.after(start)?.date().to_epoch_days();
                is_in_calendar(end).then_some(end)
            })
        })),
        other => {
            let moments: Result<NumberVector<i64>, EvaluationError> = other.into_timestamps();
            Ok(Vector::Timestamp(map(&moments?, |micros| {
                let end = interval.after(moment(micros)?)?.and_utc().timestamp_micros();
                is_in_calendar(day_of(end)).then_some(end)
            })))
        }
    }
}

/// Converts microseconds since 1970-01-01 to a moment; `None` if the calendar does not contain it.
pub fn moment(micros: i64) -> Option<NaiveDateTime> {
    DateTime::from_timestamp_micros(micros).map(|at| at.naive_utc())
}
