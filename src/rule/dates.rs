//! Dates, timestamps and intervals as rules write them, and their arithmetic.

use chrono::{Days, Months, NaiveDate, NaiveDateTime, TimeDelta};
use sqlparser::ast::{Expr, Interval as Syntax, UnaryOperator, Value};

/// A span of time in SQL's three parts, which do not convert into each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Interval {
    pub(super) months: i64,
    pub(super) days: i64,
    pub(super) micros: i64,
}

/// `YYYY-MM-DD`.
pub(super) fn parse_date(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    if shaped { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

/// `YYYY-MM-DD`, at midnight, or with ` HH:MM`, ` HH:MM:SS` or a fraction of up to six digits; `T` may stand for the space.
pub(super) fn parse_timestamp(text: &str) -> Option<NaiveDateTime> {
    if let Some(date) = parse_date(text) {
        return Some(date.into());
    }
    let (date, time) = text.split_at_checked(10)?;
    let date = parse_date(date)?;
    let time = time.strip_prefix([' ', 'T'])?;
    let fraction = time.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let time = chrono::NaiveTime::parse_from_str(time, "%H:%M:%S%.f")
        .or_else(|_| chrono::NaiveTime::parse_from_str(time, "%H:%M"))
        .ok()?;
    (fraction <= 6).then(|| date.and_time(time))
}

impl Interval {
    pub(super) fn negated(self) -> Self {
        Self { months: -self.months, days: -self.days, micros: -self.micros }
    }

    /// `date + interval`; a day that the month has not becomes its last one. `None` beyond the calendar.
    pub(super) fn after(self, start: NaiveDateTime) -> Option<NaiveDateTime> {
        let months = Months::new(u32::try_from(self.months.unsigned_abs()).ok()?);
        let days = Days::new(self.days.unsigned_abs());
        let start = if self.months < 0 { start.checked_sub_months(months) } else { start.checked_add_months(months) }?;
        let start = if self.days < 0 { start.checked_sub_days(days) } else { start.checked_add_days(days) }?;
        start.checked_add_signed(TimeDelta::microseconds(self.micros))
    }

    /// The interval's parts as polars' SQL takes them: whether to add, and `'3 months'`.
    pub(super) fn steps(self) -> impl Iterator<Item = (bool, String)> {
        [(self.months, "months"), (self.days, "days"), (self.micros, "microseconds")]
            .into_iter()
            .filter(|(count, _)| *count != 0)
            .map(|(count, unit)| (count > 0, format!("'{} {unit}'", count.unsigned_abs())))
    }

    /// `INTERVAL '90 days'`, `INTERVAL '1 month 3 days'`, `INTERVAL 90 DAY`, `INTERVAL '90' DAY`.
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

    /// Longer spans reach no date from any date, and would overflow a chunk's arithmetic.
    fn within_the_calendar(&self) -> bool {
        const YEARS: u64 = 10_000;
        self.months.unsigned_abs() <= YEARS * 12
            && self.days.unsigned_abs() <= YEARS * 366
            && self.micros.unsigned_abs() <= YEARS * 366 * 86_400_000_000
    }

    fn parse(text: &str) -> Option<Self> {
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
    fn months_end_on_their_last_day() {
        let back = Interval::parse("1 month").unwrap().negated();
        assert_eq!(back.after(at("2026-03-31")), Some(at("2026-02-28")));
        assert_eq!(Interval::parse("1 year").unwrap().after(at("2024-02-29")), Some(at("2025-02-28")));
    }

    #[test]
    fn intervals_are_read_in_their_spellings() {
        let days = |days| Some(Interval { days, ..Interval::default() });
        assert_eq!(Interval::parse("90 days"), days(90));
        assert_eq!(Interval::parse("2 weeks -1 day"), days(13));
        assert_eq!(Interval::parse("7d"), days(7));
        assert_eq!(Interval::parse("90"), None);
        assert_eq!(Interval::parse(""), None);
        assert_eq!(Interval::parse("9223372036854775807 weeks"), None);
    }

    #[test]
    fn only_whole_dates_are_dates() {
        assert!(parse_date("2026-02-28").is_some());
        for wrong in ["2026-02-30", "2026-2-3", "20260203", "2026-02-03 ", "+026-01-01", "éééé"] {
            assert_eq!(parse_date(wrong), None, "{wrong}");
        }
        assert_eq!(parse_timestamp("2026-01-01T10:30"), Some(at("2026-01-01 10:30:00")));
        assert_eq!(parse_timestamp("2026-01-01 25:00"), None);
        assert_eq!(parse_timestamp("2026-01-01 10:00:00.1234567"), None);
    }
}
