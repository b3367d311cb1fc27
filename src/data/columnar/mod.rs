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
mod page_decoder;
mod parquet;
mod part;
mod plain;
mod series;

pub use exact::{DIGITS as DECIMAL_DIGITS, shortest};
pub use files::DataFiles;
pub use guard::{PartFault, guarded};
pub use open::open;
pub use page_decoder::{DecodedCells, FlatColumn, FlatKind, PartTexts};
pub use plain::{Bytes, plain, plain_type, uuid};

use polars_arrow::datatypes::Field;

use super::DataError;
use super::source::InputFile;

/// Format of a file that stores its columns one by one.
#[derive(Debug, Clone, Copy)]
pub enum ColumnarFormat {
    Parquet,
    Arrow,
}

impl ColumnarFormat {
    fn damaged(self, input: &InputFile, reason: &str) -> DataError {
        let format = match self {
            ColumnarFormat::Parquet => "Parquet",
            ColumnarFormat::Arrow => "Arrow",
        };
        DataError::file(&input.name, format!("is a damaged or truncated {format} file ({reason}): export it again"))
    }

    /// Reads the metadata. Reading a part may take `memory` bytes for each buffer.
    fn layout(self, input: &InputFile, memory: usize) -> Result<(FileLayout, Vec<Field>), PartFault> {
        Ok(match self {
            ColumnarFormat::Parquet => {
                let (layout, fields) = parquet::ParquetLayout::read(input)?;
                (FileLayout::Parquet(layout), fields)
            }
            ColumnarFormat::Arrow => {
                let (layout, fields) = arrow::ArrowLayout::read(input, memory)?;
                (FileLayout::Arrow(layout), fields)
            }
        })
    }
}

/// Positions of the columns in a file, from its metadata. A file consists of parts: row groups or record batches.
#[derive(Debug)]
enum FileLayout {
    Parquet(parquet::ParquetLayout),
    Arrow(arrow::ArrowLayout),
}

impl FileLayout {
    /// Returns the reason why a column cannot be read, if it is known from the metadata.
    fn unreadable(&self, column: &str) -> Option<&str> {
        match self {
            FileLayout::Parquet(_) => None,
            FileLayout::Arrow(layout) => layout.unreadable(column),
        }
    }

    /// Returns true if the file has nanoseconds in a column whose type lacks them.
    fn has_nanoseconds(&self, column: &str) -> bool {
        match self {
            FileLayout::Parquet(layout) => layout.has_nanoseconds(column),
            FileLayout::Arrow(_) => false,
        }
    }

    /// Returns the number of rows in each part.
    fn rows(&self) -> Vec<usize> {
        match self {
            FileLayout::Parquet(layout) => layout.rows(),
            FileLayout::Arrow(layout) => layout.rows(),
        }
    }
}
