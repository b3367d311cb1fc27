//! Converts a table to a file of another format.

use std::path::Path;

use super::sink::ExportError;
use super::sink::{NewFile, RowSink};
use crate::data::{self, Base, BaseLocation, DataError, LoadOptions};
use crate::insight::table::{Formulas, TableCell};
use crate::model::FileFormat;

/// A table to convert.
pub struct Conversion<'a> {
    pub source: &'a BaseLocation,
    pub options: &'a LoadOptions,
    pub to: &'a Path,
    pub format: FileFormat,
    pub formulas: Formulas,
}

impl Conversion<'_> {
    /// Reads the table.
    ///
    /// # Errors
    /// Returns one line if it cannot be read.
    pub fn load(&self, cancelled: &dyn Fn() -> bool) -> Result<Base, String> {
        data::load(self.source, self.options, &mut |_| {}, cancelled).map_err(|error| error.to_string())
    }

    /// Writes the table: files of columns part by part. Calls `done` with the number of rows so far; once it returns
    /// false, nothing is written.
    ///
    /// # Errors
    /// Returns one line if the table cannot be read or written.
    pub fn write(&self, base: &Base, done: &mut dyn FnMut(u64) -> bool) -> Result<u64, String> {
        let reason = |error: ExportError| match error {
            ExportError::Exists => format!("{} already exists", self.to.display()),
            ExportError::Failed(reason) => reason,
        };
        let file = NewFile::create(self.to, true).map_err(reason)?;
        let mut check = |rows| if done(rows) { Ok(()) } else { Err(DataError::Cancelled) };
        let rows = match self.format {
            FileFormat::Parquet | FileFormat::Arrow => {
                let (name, to) = (self.to.display().to_string(), file.file().map_err(reason)?);
                let written = data::write_base(base, (&name, to), self.format, &mut check);
                written.map_err(|error| error.to_string())?
            }
            _ => {
                let columns = base.schema.columns().to_vec();
                let mut sink = RowSink::to_file(&file, self.format, self.formulas, columns).map_err(reason)?;
                let (mut rows, mut failed) = (0, None);
                let read = data::each_piece(base, &mut |piece| {
                    rows += piece.len() as u64;
                    let cells = piece.into_iter().map(|row| row.into_iter().map(TableCell::Datum).collect());
                    if let Err(error) = sink.write(cells.collect()) {
                        failed = Some(reason(file.failed(error)));
                        return Err(DataError::Cancelled);
                    }
                    check(rows)
                });
                match (failed, read) {
                    (Some(reason), _) => return Err(reason),
                    (None, read) => read.map_err(|error| error.to_string())?,
                }
                sink.finish().map_err(|error| reason(file.failed(error)))?;
                rows
            }
        };
        file.finish().map_err(reason)?;
        Ok(rows)
    }
}
