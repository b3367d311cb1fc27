use std::fmt;

use serde::Serialize;

use super::{ColumnType, nice};

/// One value of one column, as it leaves the engine: a group's key, a table cell, a suggestion.
#[derive(Debug, Clone, PartialEq, PartialOrd, Serialize)]
#[serde(untagged)]
pub enum Datum {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// Shown as `YYYY-MM-DD`.
    #[serde(serialize_with = "as_text")]
    Date(chrono::NaiveDate),
    /// Shown as `YYYY-MM-DD HH:MM:SS`, with a fraction only where there is one. No time zone: UTC if the file had one.
    #[serde(serialize_with = "as_text")]
    Timestamp(chrono::NaiveDateTime),
}

impl Datum {
    pub fn is_null(&self) -> bool {
        matches!(self, Datum::Null)
    }

    /// The text of a text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Datum::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as a number: dates as days, timestamps as seconds since 1970-01-01.
    pub fn number(&self) -> Option<f64> {
        match self {
            Datum::Integer(value) => Some(*value as f64),
            Datum::Float(value) => Some(*value),
            Datum::Date(date) => Some(nice::days(*date)),
            Datum::Timestamp(at) => Some(at.and_utc().timestamp_micros() as f64 * 1e-6),
            Datum::Null | Datum::Boolean(_) | Datum::Text(_) => None,
        }
    }

    /// What [`Self::number`] made of a value of such a column. Dates are rounded to the day, timestamps to the second.
    pub fn of_number(column_type: ColumnType, number: f64) -> Datum {
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

    /// The value as a SQL literal that a rule can hold: `'it''s'`, `DATE '2026-01-31'`, `12`, `NULL`.
    pub fn sql(&self) -> String {
        match self {
            Datum::Null => "NULL".into(),
            Datum::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Datum::Date(_) | Datum::Timestamp(_) => format!("'{self}'"),
            other => other.to_string(),
        }
    }
}

/// What a person reads; a null is `–`, as for every value that is missing.
impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Datum::Null => f.write_str("–"),
            Datum::Boolean(value) => write!(f, "{value}"),
            Datum::Integer(value) => write!(f, "{value}"),
            Datum::Float(value) => write!(f, "{value}"),
            Datum::Text(value) => f.write_str(value),
            Datum::Date(value) => write!(f, "{value}"),
            Datum::Timestamp(value) => write!(f, "{value}"),
        }
    }
}

fn as_text<T: fmt::Display, S: serde::Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
