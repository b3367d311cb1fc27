//! One column of a base in compact form, as the engine keeps it in memory and its loops read it.
//!
//! | column | is kept as |
//! | --- | --- |
//! | booleans | two bits per row: [`Booleans`] |
//! | whole numbers, decimals, dates, timestamps | 8, 16, 32 or 64 bits, as few as hold them all: [`Number`] |
//! | decimals of which one needs more than 64 bits | as they came, without a copy: [`Number`] |
//! | 64-bit floats | as they came, without a copy: [`Number`] |
//! | text of few distinct values | a sorted dictionary and 1, 2 or 4 bytes per row: [`Coded`] |
//! | other text | end to end in pieces of [`CHUNK`] rows: [`Text`] |
//! | others: 32-bit floats, times, durations, lists, bytes, whole numbers beyond `i64` | as a polars column |
//!
//! No value changes on the way: [`Column::datum`] and [`Column::slice`] return what the polars column held.
//! Columns are read, compacted and shared by threads; none is changed after it is made.

mod bits;
mod booleans;
mod categories;
mod cells;
mod coded;
mod coding;
mod dictionary;
mod groups;
mod number;
mod numbered;
mod ordered;
mod pieces;
mod text;
mod units;

use std::ops::Range;

use polars::prelude::{DataType, PolarsResult, TimeUnit};

pub use self::booleans::Booleans;
pub(in crate::engine::local) use self::cells::each_width;
pub use self::cells::{Cell, Cells, Run};
pub use self::coded::{Coded, Codes, Width};
pub use self::groups::Groups;
pub use self::number::Number;
pub use self::numbered::Numbered;
pub use self::text::{Text, TextChunk};
pub use self::units::{Place, cells_of_one, first_from};
use crate::data;
use crate::model::Datum;

/// Number of rows that one thread processes at once, and rows in a piece of [`Text`]: a multiple of 64, so that the
/// bits of a chunk are whole words.
pub const CHUNK: usize = 1 << 16;

/// One column of a base. The module lists the form of each type.
#[derive(Debug, Clone)]
pub enum Column {
    Boolean(Booleans),
    Number(Number),
    Coded(Coded),
    Text(Text),
    /// A polars column.
    Plain(polars::prelude::Column),
}

impl Column {
    /// Converts a column. Runs on all of rayon's threads. The polars column is dropped at the end, so both are in
    /// memory for a moment unless they share their values.
    ///
    /// Categories become text: readers deliver a column of text as categories if its file has a dictionary.
    pub fn compact(column: polars::prelude::Column) -> Self {
        let compact = match column.dtype() {
            DataType::Boolean => Booleans::compact(&column).map(Column::Boolean),
            DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => number(&column),
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => number(&column),
            DataType::Decimal(..) => number(&column),
            DataType::Float64 | DataType::Date | DataType::Datetime(TimeUnit::Microseconds, None) => number(&column),
            DataType::String => text(&column),
            DataType::Categorical(..) | DataType::Enum(..) => match categories::coded(&column) {
                Some(coded) => Some(Column::Coded(coded)),
                None => column.cast(&DataType::String).ok().and_then(|column| text(&column)),
            },
            _ => None,
        };
        compact.unwrap_or(Column::Plain(column))
    }

    pub fn name(&self) -> &str {
        match self {
            Column::Boolean(booleans) => booleans.name(),
            Column::Number(number) => number.name(),
            Column::Coded(coded) => coded.name(),
            Column::Text(text) => text.name(),
            Column::Plain(column) => column.name(),
        }
    }

    pub fn rows(&self) -> usize {
        match self {
            Column::Boolean(booleans) => booleans.rows(),
            Column::Number(number) => number.rows(),
            Column::Coded(coded) => coded.rows(),
            Column::Text(text) => text.rows(),
            Column::Plain(column) => column.len(),
        }
    }

    /// Returns the bytes of memory that the column's values take.
    pub fn bytes(&self) -> usize {
        match self {
            Column::Boolean(booleans) => booleans.bytes(),
            Column::Number(number) => number.bytes(),
            Column::Coded(coded) => coded.bytes(),
            Column::Text(text) => text.bytes(),
            Column::Plain(column) => column.as_materialized_series().estimated_size(),
        }
    }

    /// Returns the number of rows without a value.
    pub fn nulls(&self) -> u64 {
        match self {
            Column::Boolean(booleans) => booleans.nulls(),
            Column::Number(number) => number.nulls(),
            Column::Coded(coded) => coded.nulls(),
            Column::Text(text) => text.nulls(),
            Column::Plain(column) => column.null_count() as u64,
        }
    }

    /// Returns a row's value, as [`data::datum`] converts it. A row that does not exist is null.
    pub fn datum(&self, row: usize) -> Datum {
        match self {
            Column::Boolean(booleans) => booleans.get(row).map_or(Datum::Null, Datum::Boolean),
            Column::Number(number) => number.datum(row),
            Column::Coded(coded) => coded.get(row).map_or(Datum::Null, |text| Datum::Text(text.to_owned())),
            Column::Text(text) => text.get(row).map_or(Datum::Null, |text| Datum::Text(text.to_owned())),
            Column::Plain(column) => data::datum(column, row),
        }
    }

    /// Returns the rows as a polars column, under the column's name and type (categories as text). Rows past the end
    /// are left out.
    pub fn slice(&self, rows: Range<usize>) -> PolarsResult<polars::prelude::Column> {
        let end = rows.end.min(self.rows());
        let rows = rows.start.min(end)..end;
        match self {
            Column::Boolean(booleans) => Ok(booleans.slice(rows)),
            Column::Number(number) => number.slice(rows),
            Column::Coded(coded) => coded.slice(rows),
            Column::Text(text) => text.slice(rows),
            Column::Plain(column) => Ok(column.slice(rows.start as i64, rows.len())),
        }
    }

    /// Returns the column's groups, if each row's group follows directly from its cell; [`Numbered`] finds those of any
    /// column.
    pub fn groups(&self) -> Option<Groups<'_>> {
        match self {
            Column::Boolean(booleans) => Some(Groups::Boolean(booleans)),
            Column::Number(number) => number.few().map(|few| Groups::Number(number, few)),
            Column::Coded(coded) => Some(Groups::Coded(coded)),
            Column::Text(_) | Column::Plain(_) => None,
        }
    }
}

fn number(column: &polars::prelude::Column) -> Option<Column> {
    Number::compact(column).map(Column::Number)
}

fn text(column: &polars::prelude::Column) -> Option<Column> {
    let strings = column.str().ok()?;
    coding::code(strings).map(Column::Coded).or_else(|| Text::compact(strings).map(Column::Text))
}

#[cfg(test)]
mod tests;
