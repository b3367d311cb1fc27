//! Types of columns.

use std::fmt;

/// Type of a column, as precisely as rules and screens need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    Integer,
    /// Exact numbers with this many digits after the point.
    Decimal(u8),
    Float,
    Boolean,
    Text,
    Date,
    Timestamp,
    Time,
    Duration,
    /// Lists, structs, bytes and other values that are shown, but that rules can only test for null.
    Other,
}

impl ColumnType {
    /// Returns true for whole numbers, decimals and floats, but not for dates and durations.
    pub fn is_number(self) -> bool {
        matches!(self, ColumnType::Integer | ColumnType::Decimal(_) | ColumnType::Float)
    }

    /// Returns true if the type holds whole numbers only.
    pub fn is_whole(self) -> bool {
        matches!(self, ColumnType::Integer | ColumnType::Decimal(0))
    }

    /// Returns the type's name for messages and documents.
    pub fn word(self) -> &'static str {
        match self {
            ColumnType::Integer => "integer",
            ColumnType::Decimal(_) => "decimal",
            ColumnType::Float => "number",
            ColumnType::Boolean => "boolean",
            ColumnType::Text => "text",
            ColumnType::Date => "date",
            ColumnType::Timestamp => "timestamp",
            ColumnType::Time => "time",
            ColumnType::Duration => "duration",
            ColumnType::Other => "nested",
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
