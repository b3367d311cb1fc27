//! Columns of a base in the compact form that the engine keeps in memory and reads in its loops.
//!
//! | column | form |
//! | --- | --- |
//! | booleans | two bits per row: [`Booleans`] |
//! | whole numbers, decimals, dates, timestamps | 8, 16, 32 or 64 bits, the fewest that hold all values:
//! [`NumberColumn`] |
//! | decimals with a value of more than 64 bits | as polars has them, without a copy: [`NumberColumn`] |
//! | 64-bit floats | as polars has them, without a copy: [`NumberColumn`] |
//! | text of few distinct values | a sorted dictionary and 1, 2 or 4 bytes per row: [`CodedColumn`] |
//! | other text | end to end in pieces of [`CHUNK`] rows: [`TextColumn`] |
//! | others: 32-bit floats, times, durations, lists, bytes, whole numbers beyond `i64` | as a polars column |
//!
//! No value is changed: [`ColumnData::datum`] and [`ColumnData::slice`] return the values of the polars column.
//! Columns are read, compacted and shared by several threads; none is changed once it is created.

mod bits;
mod booleans;
mod by_parts;
mod categories;
mod cells;
mod coded;
mod coding;
mod dictionary;
mod from_pages;
mod groups;
mod number;
mod numbered;
mod ordering;
mod pieces;
mod text;
mod units;

use std::ops::Range;

use polars::prelude::{DataType, PolarsResult, TimeUnit};

pub use self::booleans::Booleans;
pub(in crate::engine::local) use self::cells::each_width;
pub use self::cells::{CellNumber, NumberCells, Run};
pub use self::coded::{CodedColumn, Codes, Width};
pub use self::from_pages::each_part;
pub use self::groups::RowGroups;
pub use self::number::NumberColumn;
pub use self::numbered::NumberedGroups;
pub use self::ordering::ColumnOrder;
pub use self::text::{TextChunk, TextColumn};
pub use self::units::{CellPosition, cells_of_one, first_from};
use crate::data;
use crate::model::Datum;

/// Number of rows that one thread processes at once, and number of rows in a chunk of [`TextColumn`]. It is a
/// multiple of 64, so that the bits of a chunk are whole words.
pub const CHUNK: usize = 1 << 16;

/// One column of a base. The module's documentation lists the form of each type.
#[derive(Debug, Clone)]
pub enum ColumnData {
    Boolean(Booleans),
    Number(NumberColumn),
    Coded(CodedColumn),
    Text(TextColumn),
    /// A polars column, for all types without a compact form.
    Plain(polars::prelude::Column),
}

impl ColumnData {
    /// Converts a column on all of rayon's threads. The polars column is dropped at the end, so both forms are in
    /// memory for a moment, unless they share their values.
    ///
    /// Categories become text: readers deliver a column of text as categories if its file has a dictionary.
    pub fn compact(column: polars::prelude::Column) -> Self {
        let compact = match column.dtype() {
            DataType::Boolean => Booleans::compact(&column).map(ColumnData::Boolean),
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => number(&column),
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => number(&column),
            DataType::Decimal(..) => number(&column),
            DataType::Float64 | DataType::Date | DataType::Datetime(TimeUnit::Microseconds, None) => number(&column),
            DataType::String => text(&column),
            DataType::Categorical(..) | DataType::Enum(..) => match categories::coded(&column) {
                Some(coded) => Some(ColumnData::Coded(coded)),
                None => column.cast(&DataType::String).ok().and_then(|column| text(&column)),
            },
            _ => None,
        };
        compact.unwrap_or(ColumnData::Plain(column))
    }

    pub fn name(&self) -> &str {
        match self {
            ColumnData::Boolean(booleans) => booleans.name(),
            ColumnData::Number(number) => number.name(),
            ColumnData::Coded(coded) => coded.name(),
            ColumnData::Text(text) => text.name(),
            ColumnData::Plain(column) => column.name(),
        }
    }

    pub fn rows(&self) -> usize {
        match self {
            ColumnData::Boolean(booleans) => booleans.rows(),
            ColumnData::Number(number) => number.rows(),
            ColumnData::Coded(coded) => coded.rows(),
            ColumnData::Text(text) => text.rows(),
            ColumnData::Plain(column) => column.len(),
        }
    }

    /// Returns the size of the column's values in memory, in bytes.
    pub fn bytes(&self) -> usize {
        match self {
            ColumnData::Boolean(booleans) => booleans.bytes(),
            ColumnData::Number(number) => number.bytes(),
            ColumnData::Coded(coded) => coded.bytes(),
            ColumnData::Text(text) => text.bytes(),
            ColumnData::Plain(column) => column.as_materialized_series().estimated_size(),
        }
    }

    /// Returns the number of rows without a value.
    pub fn nulls(&self) -> u64 {
        match self {
            ColumnData::Boolean(booleans) => booleans.nulls(),
            ColumnData::Number(number) => number.nulls(),
            ColumnData::Coded(coded) => coded.nulls(),
            ColumnData::Text(text) => text.nulls(),
            ColumnData::Plain(column) => column.null_count() as u64,
        }
    }

    /// Returns a row's value, converted as by [`data::datum`]. The value of a row that does not exist is null.
    pub fn datum(&self, row: usize) -> Datum {
        match self {
            ColumnData::Boolean(booleans) => booleans.get(row).map_or(Datum::Null, Datum::Boolean),
            ColumnData::Number(number) => number.datum(row),
            ColumnData::Coded(coded) => coded.get(row).map_or(Datum::Null, |text| Datum::Text(text.to_owned())),
            ColumnData::Text(text) => text.get(row).map_or(Datum::Null, |text| Datum::Text(text.to_owned())),
            ColumnData::Plain(column) => data::datum(column, row),
        }
    }

    /// Returns the rows as a polars column with the column's name and type (categories as text). Ignores rows past
    /// the end.
    pub fn slice(&self, rows: Range<usize>) -> PolarsResult<polars::prelude::Column> {
        let end = rows.end.min(self.rows());
        let rows = rows.start.min(end)..end;
        match self {
            ColumnData::Boolean(booleans) => Ok(booleans.slice(rows)),
            ColumnData::Number(number) => number.slice(rows),
            ColumnData::Coded(coded) => coded.slice(rows),
            ColumnData::Text(text) => text.slice(rows),
            ColumnData::Plain(column) => Ok(column.slice(rows.start as i64, rows.len())),
        }
    }

    /// Returns the column's groups, if each row's group follows directly from its cell. [`NumberedGroups`] finds the
    /// groups of any column.
    pub fn groups(&self) -> Option<RowGroups<'_>> {
        match self {
            ColumnData::Boolean(booleans) => Some(RowGroups::Boolean(booleans)),
            ColumnData::Number(number) => number.few().map(|few| RowGroups::Number(number, few)),
            ColumnData::Coded(coded) => Some(RowGroups::Coded(coded)),
            ColumnData::Text(_) | ColumnData::Plain(_) => None,
        }
    }
}

fn number(column: &polars::prelude::Column) -> Option<ColumnData> {
    NumberColumn::compact(column).map(ColumnData::Number)
}

fn text(column: &polars::prelude::Column) -> Option<ColumnData> {
    let strings = column.str().ok()?;
    coding::code(strings).map(ColumnData::Coded).or_else(|| TextColumn::compact(strings).map(ColumnData::Text))
}

#[cfg(test)]
mod tests;
