//! Dates, timestamps, their parts, and intervals as rules write them, and their arithmetic.

use std::fmt;

use chrono::{Days, FixedOffset, Months, NaiveDate, NaiveDateTime, TimeDelta};
use sqlparser::ast::{Expr, Interval as Syntax, UnaryOperator, Value};

/// A span of time in SQL's three parts, which do not convert into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interval {
    pub months: i64,
    pub days: i64,
    /// Microseconds.
    pub micros: i64,
}

/// A part of a date or timestamp. The first eight are also units that it can be truncated to and counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateField {
    Year,
    Quarter,
    Month,
    /// A week of ISO 8601: it begins on Monday, and the first one of a year has the first Thursday.
    Week,
    Day,
    Hour,
    Minute,
    Second,
    /// 0 is Sunday.
    DayOfWeek,
    /// 1 is Monday.
    IsoDayOfWeek,
    DayOfYear,
}

impl DateField {
    const ALL: [(&str, DateField); 11] = [
        ("year", DateField::Year),
        ("quarter", DateField::Quarter),
        ("month", DateField::Month),
        ("week", DateField::Week),
        ("day", DateField::Day),
        ("hour", DateField::Hour),
        ("minute", DateField::Minute),
        ("second", DateField::Second),
        ("dow", DateField::DayOfWeek),
        ("isodow", DateField::IsoDayOfWeek),
        ("doy", DateField::DayOfYear),
    ];

    /// Reads a part's name in any case, in the singular or the plural.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        let name = match lower.trim_end_matches('s') {
            "dayofweek" => "dow",
            "dayofyear" => "doy",
            "isoweek" | "weekofyear" => "week",
            "dayofmonth" => "day",
            other => other,
        };
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    /// Returns true for units of time that dates can be truncated to and counted in.
    pub fn is_unit(self) -> bool {
        !matches!(self, DateField::DayOfWeek | DateField::IsoDayOfWeek | DateField::DayOfYear)
    }

    /// Returns true for parts of the time of day, which a date does not have.
    pub fn is_of_day(self) -> bool {
        matches!(self, DateField::Hour | DateField::Minute | DateField::Second)
    }
}

impl fmt::Display for DateField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, field)| field == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

/// Writes the interval as it stands between the quotes of an `INTERVAL`: `3 months -2 days`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(self.months, "months"), (self.days, "days"), (self.micros, "microseconds")];
        let written: Vec<String> =
            parts.iter().filter(|(count, _)| *count != 0).map(|(count, unit)| format!("{count} {unit}")).collect();
        f.write_str(if written.is_empty() { "0 days" } else { "" })?;
        f.write_str(&written.join(" "))
    }
}

/// Parses `YYYY-MM-DD`.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    if shaped { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

/// Parses `YYYY-MM-DD`, at midnight, or with ` HH:MM`, ` HH:MM:SS` or a fraction of up to six digits; `T` may stand for
/// the space. A `Z` or an offset as `+02:00` may follow; the result is in UTC.
pub fn parse_timestamp(text: &str) -> Option<NaiveDateTime> {
    if let Some(date) = parse_date(text) {
        return Some(date.into());
    }
    let (date, time) = text.split_at_checked(10)?;
    let date = parse_date(date)?;
    let time = time.strip_prefix([' ', 'T', 't'])?;
    let (time, offset) = match time.strip_suffix(['Z', 'z']) {
        Some(time) => (time, 0),
        None => match time.rfind(['+', '-']) {
            Some(sign) => (&time[..sign], parse_offset(&time[sign..])?),
            None => (time, 0),
        },
    };
    let fraction = time.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let time = chrono::NaiveTime::parse_from_str(time, "%H:%M:%S%.f")
        .or_else(|_| chrono::NaiveTime::parse_from_str(time, "%H:%M"))
        .ok()?;
    date.and_time(time).checked_sub_signed(TimeDelta::seconds(offset.into())).filter(|_| fraction <= 6)
}

/// Parses an offset, as `+02:00`, `-0530` or `+02`, to seconds east of UTC.
fn parse_offset(text: &str) -> Option<i32> {
    let (sign, digits) = text.split_at_checked(1)?;
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let full = if digits.len() == 2 { format!("{digits}00") } else { digits };
    format!("{sign}{full}").parse::<FixedOffset>().ok().map(|offset| offset.local_minus_utc())
}

impl Interval {
    pub fn negated(self) -> Self {
        Self { months: -self.months, days: -self.days, micros: -self.micros }
    }

    /// Returns `start` plus the interval. A day that the month does not have becomes its last day. None beyond the
    /// calendar.
    pub fn after(self, start: NaiveDateTime) -> Option<NaiveDateTime> {
        let months = Months::new(u32::try_from(self.months.unsigned_abs()).ok()?);
        let days = Days::new(self.days.unsigned_abs());
        let start = if self.months < 0 { start.checked_sub_months(months) } else { start.checked_add_months(months) }?;
        let start = if self.days < 0 { start.checked_sub_days(days) } else { start.checked_add_days(days) }?;
        start.checked_add_signed(TimeDelta::microseconds(self.micros))
    }

    /// Reads `INTERVAL '90 days'`, `INTERVAL '1 month 3 days'`, `INTERVAL 90 DAY`, `INTERVAL '90' DAY`.
    pub(super) fn read(syntax: &Syntax) -> Option<Self> {
        let odd = syntax.leading_precision.is_some() || syntax.last_field.is_some();
        if odd || syntax.fractional_seconds_precision.is_some() {
            return None;
        }
        let value = plain_value(&syntax.value)?;
        let interval = match &syntax.leading_field {
            Some(field) => Self::default().plus(value.trim().parse().ok()?, &field.to_string()),
            None => Self::parse(&value),
        };
        interval.filter(Self::within_the_calendar)
    }

    /// Returns false for spans that reach no date from any date; they would overflow later arithmetic.
    fn within_the_calendar(&self) -> bool {
        const YEARS: u64 = 10_000;
        self.months.unsigned_abs() <= YEARS * 12
            && self.days.unsigned_abs() <= YEARS * 366
            && self.micros.unsigned_abs() <= YEARS * 366 * 86_400_000_000
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace().peekable();
        words.peek()?;
        let mut interval = Self::default();
        while let Some(word) = words.next() {
            let unit_at = word.find(|c: char| c.is_alphabetic()).unwrap_or(word.len());
            let (count, unit) = word.split_at(unit_at);
            let unit = if unit.is_empty() { words.next()? } else { unit };
            interval = interval.plus(count.parse().ok()?, unit)?;
        }
        Some(interval)
    }

    fn plus(self, count: i64, unit: &str) -> Option<Self> {
        const SECOND: i64 = 1_000_000;
        let lower = unit.to_lowercase();
        let unit = if lower.len() > 2 { lower.trim_end_matches('s') } else { &lower };
        let (months, days, micros) = match unit {
            "year" | "yr" | "y" => (12, 0, 0),
            "quarter" => (3, 0, 0),
            "month" | "mon" => (1, 0, 0),
            "week" | "w" => (0, 7, 0),
            "day" | "d" => (0, 1, 0),
            "hour" | "hr" | "h" => (0, 0, 3600 * SECOND),
            "minute" | "min" | "m" => (0, 0, 60 * SECOND),
            "second" | "sec" | "s" => (0, 0, SECOND),
            _ => return None,
        };
        Some(Self {
            months: self.months.checked_add(count.checked_mul(months)?)?,
            days: self.days.checked_add(count.checked_mul(days)?)?,
            micros: self.micros.checked_add(count.checked_mul(micros)?)?,
        })
    }
}

fn plain_value(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Nested(inner) => plain_value(inner),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => plain_value(expr).map(|value| format!("-{value}")),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            Value::Number(number, _) => Some(number.clone()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        parse_timestamp(text).unwrap()
    }

    #[test]
    fn month_arithmetic_stops_at_last_day() {
        let back = Interval::parse("1 month").unwrap().negated();
        assert_eq!(back.after(at("2026-03-31")), Some(at("2026-02-28")));
        assert_eq!(Interval::parse("1 year").unwrap().after(at("2024-02-29")), Some(at("2025-02-28")));
    }

    #[test]
    fn intervals_parse_in_all_spellings() {
        let days = |days| Some(Interval { days, ..Interval::default() });
        assert_eq!(Interval::parse("90 days"), days(90));
        assert_eq!(Interval::parse("2 weeks -1 day"), days(13));
        assert_eq!(Interval::parse("7d"), days(7));
        assert_eq!(Interval::parse("90"), None);
        assert_eq!(Interval::parse(""), None);
        assert_eq!(Interval::parse("9223372036854775807 weeks"), None);
    }

    #[test]
    fn incomplete_or_impossible_dates_are_refused() {
        assert!(parse_date("2026-02-28").is_some());
        for wrong in ["2026-02-30", "2026-2-3", "20260203", "2026-02-03 ", "+026-01-01", "éééé"] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
        assert_eq!(parse_timestamp("2026-01-01T10:30"), Some(at("2026-01-01 10:30:00")));
        assert_eq!(parse_timestamp("2026-01-01 25:00"), None);
        assert_eq!(parse_timestamp("2026-01-01 10:00:00.1234567"), None);
    }
}
