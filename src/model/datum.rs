use std::fmt;

use serde::Serialize;

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
