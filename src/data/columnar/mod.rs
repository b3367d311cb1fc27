//! Reads Parquet and Arrow files, whose columns are typed. A base of them is opened by their metadata; a column's
//! values are read on demand.

mod arrow;
mod checksums;
mod coded;
mod exact;
mod files;
mod footer;
mod guard;
mod json;
mod lengths;
mod moments;
mod open;
mod parquet;
mod part;
mod plain;
mod series;

pub use exact::{DIGITS as DECIMAL_DIGITS, shortest};
pub use files::Files;
pub use open::open;

use guard::Fault;
use polars_arrow::datatypes::Field;

use super::DataError;
use super::source::Input;

#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Parquet,
    Arrow,
}

impl Kind {
    fn damaged(self, input: &Input, reason: &str) -> DataError {
        let format = match self {
            Kind::Parquet => "Parquet",
            Kind::Arrow => "Arrow",
        };
        DataError::file(&input.name, format!("is a damaged or cut {format} file ({reason}): write it anew"))
    }

    /// Reads the metadata. Reading a part may take `memory` bytes for each buffer.
    fn layout(self, input: &Input, memory: usize) -> Result<(Layout, Vec<Field>), Fault> {
        Ok(match self {
            Kind::Parquet => {
                let (layout, fields) = parquet::Layout::read(input)?;
                (Layout::Parquet(layout), fields)
            }
            Kind::Arrow => {
                let (layout, fields) = arrow::Layout::read(input, memory)?;
                (Layout::Arrow(layout), fields)
            }
        })
    }
}

/// Positions of the columns in a file, from its metadata. A file consists of parts: row groups or record batches.
#[derive(Debug)]
enum Layout {
    Parquet(parquet::Layout),
    Arrow(arrow::Layout),
}

impl Layout {
    /// Returns the reason why a column cannot be read, if it is known from the metadata.
    fn unreadable(&self, column: &str) -> Option<&str> {
        match self {
            Layout::Parquet(_) => None,
            Layout::Arrow(layout) => layout.unreadable(column),
        }
    }

    /// Returns true if the file has nanoseconds in a column whose type has not.
    fn has_nanoseconds(&self, column: &str) -> bool {
        match self {
            Layout::Parquet(layout) => layout.has_nanoseconds(column),
            Layout::Arrow(_) => false,
        }
    }

    /// Returns the number of rows in each part.
    fn rows(&self) -> Vec<usize> {
        match self {
            Layout::Parquet(layout) => layout.rows(),
            Layout::Arrow(layout) => layout.rows(),
        }
    }
}
