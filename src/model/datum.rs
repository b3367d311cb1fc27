use std::cmp::Ordering;
use std::fmt;

use super::{ColumnType, Decimal, nice};

/// One value of one column, as it leaves the engine: a group's key, a table cell, a suggestion.
///
/// Numbers of different kinds are compared by value: exactly if both are exact, as floats if one is a float. NaN is
/// not equal to anything. Values that cannot be compared are ordered by kind, in the order of the variants.
#[derive(Debug, Clone)]
pub enum Datum {
    Null,
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Float(f64),
    Text(String),
    /// Shown as `YYYY-MM-DD`.
    Date(chrono::NaiveDate),
    /// Shown as `YYYY-MM-DD HH:MM:SS`, with a fraction of a second only if there is one. It has no time zone: values
    /// of a file with zones are in UTC.
    Timestamp(chrono::NaiveDateTime),
}

impl Datum {
    pub fn is_null(&self) -> bool {
        matches!(self, Datum::Null)
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Datum::Integer(_) | Datum::Decimal(_) | Datum::Float(_))
    }

    /// Returns the text; `None` for other kinds of values.
    pub fn text(&self) -> Option<&str> {
        match self {
            Datum::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the value as a number: dates as days, timestamps as seconds since 1970-01-01.
    pub fn number(&self) -> Option<f64> {
        match self {
            Datum::Integer(value) => Some(*value as f64),
            Datum::Decimal(value) => Some(value.to_f64()),
            Datum::Float(value) => Some(*value),
            Datum::Date(date) => Some(nice::days(*date)),
            Datum::Timestamp(at) => Some(at.and_utc().timestamp_micros() as f64 * 1e-6),
            Datum::Null | Datum::Boolean(_) | Datum::Text(_) => None,
        }
    }

    /// Returns the value as an exact number; `None` for floats and values that are no numbers.
    pub fn decimal(&self) -> Option<Decimal> {
        match self {
            Datum::Integer(value) => Some(Decimal::from_integer(*value)),
            Datum::Decimal(value) => Some(*value),
            _ => None,
        }
    }

    /// Converts the result of [`Self::number`] back to a value of the column's type. Dates are rounded to the day,
    /// timestamps to the second.
    pub fn from_number(column_type: ColumnType, number: f64) -> Datum {
        let date = || nice::from_days(number.round()).map(Datum::Date);
        let time =
            || chrono::DateTime::from_timestamp(number.round() as i64, 0).map(|at| Datum::Timestamp(at.naive_utc()));
        match column_type {
            _ if !number.is_finite() => Datum::Null,
            ColumnType::Date => date().unwrap_or(Datum::Null),
            ColumnType::Timestamp => time().unwrap_or(Datum::Null),
            _ => Datum::Float(number),
        }
    }

    /// Returns the position of the kind among the variants; all numbers share one position.
    fn kind(&self) -> u8 {
        match self {
            Datum::Null => 0,
            Datum::Boolean(_) => 1,
            Datum::Integer(_) | Datum::Decimal(_) | Datum::Float(_) => 2,
            Datum::Text(_) => 3,
            Datum::Date(_) => 4,
            Datum::Timestamp(_) => 5,
        }
    }

    /// Returns the value as a SQL literal for a rule: `'it''s'`, `DATE '2026-01-31'`, `12`, `NULL`.
    pub fn sql(&self) -> String {
        match self {
            Datum::Null => "NULL".into(),
            Datum::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Datum::Date(_) | Datum::Timestamp(_) => format!("'{self}'"),
            other => other.to_string(),
        }
    }
}

/// Formats the value for display; a null is shown as `–`, like every missing value.
impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Datum::Null => f.write_str("–"),
            Datum::Boolean(value) => write!(f, "{value}"),
            Datum::Integer(value) => write!(f, "{value}"),
            Datum::Decimal(value) => write!(f, "{value}"),
            Datum::Float(value) => write!(f, "{value}"),
            Datum::Text(value) => f.write_str(value),
            Datum::Date(value) => write!(f, "{value}"),
            Datum::Timestamp(value) => write!(f, "{value}"),
        }
    }
}

impl PartialEq for Datum {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Datum {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Datum::Boolean(a), Datum::Boolean(b)) => Some(a.cmp(b)),
            (Datum::Integer(a), Datum::Integer(b)) => Some(a.cmp(b)),
            (Datum::Text(a), Datum::Text(b)) => Some(a.cmp(b)),
            (Datum::Date(a), Datum::Date(b)) => Some(a.cmp(b)),
            (Datum::Timestamp(a), Datum::Timestamp(b)) => Some(a.cmp(b)),
            _ if self.is_number() && other.is_number() => match (self.decimal(), other.decimal()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => self.number().partial_cmp(&other.number()),
            },
            _ => Some(self.kind().cmp(&other.kind())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Datum {
        Datum::Decimal(Decimal::parse(text).expect("a decimal"))
    }

    #[test]
    fn numbers_of_different_kinds_compare_by_value() {
        assert_eq!(decimal("0.10"), decimal("0.1"));
        assert_eq!(decimal("5.00"), Datum::Integer(5));
        assert_eq!(decimal("0.10"), Datum::Float(0.1));
        assert_eq!(Datum::Integer(0), Datum::Float(-0.0));
        let close = [Datum::Integer(9_007_199_254_740_992), decimal("9007199254740992.5"), decimal("9007199254740993")];
        assert!(close.is_sorted_by(|a, b| a < b));
        assert!(decimal("18446744073709551615") > Datum::Integer(i64::MAX));
        assert!(Datum::Float(1.5) > decimal("1.49") && Datum::Float(1.5) < Datum::Integer(2));
        assert_ne!(Datum::Float(f64::NAN), Datum::Float(f64::NAN));
        assert_eq!(Datum::Float(f64::NAN).partial_cmp(&decimal("1")), None);
    }

    #[test]
    fn values_of_different_kinds_order_by_kind() {
        let ascending = [Datum::Null, Datum::Boolean(true), Datum::Integer(-1), Datum::Text("0".into())];
        assert!(ascending.is_sorted_by(|a, b| a < b));
        assert_eq!(Datum::Null, Datum::Null);
        assert_ne!(Datum::Text("5".into()), Datum::Integer(5));
    }

    #[test]
    fn decimals_keep_digits_in_text_and_literal() {
        assert_eq!(decimal("12.50").to_string(), "12.50");
        assert_eq!(decimal("-9007199254740993").sql(), "-9007199254740993");
        assert_eq!(decimal("12.50").number(), Some(12.5));
    }
}
