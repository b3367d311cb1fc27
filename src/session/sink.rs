//! Output of rows to a stream or a file. A file appears only when it is complete, and is readable by its owner only.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::data::BinaryRows;
use crate::insight::table::{Formulas, Table, TableCell, end};
use crate::model::{Column, FileFormat};
use crate::study::atomic::temporary_in;

/// A new file under a temporary name, which is renamed when it is complete.
pub struct NewFile {
    file: File,
    temporary: TempPath,
    /// Path as it was given, for messages.
    path: PathBuf,
    /// The file itself, if the path is a link to one.
    place: PathBuf,
    replaces: bool,
}

impl NewFile {
    /// Creates the temporary file. If `replaces` is false, no file may have the final name.
    ///
    /// # Errors
    /// Returns [`ExportError`] if the place is taken, or the file cannot be written.
    pub fn create(path: &Path, replaces: bool) -> Result<Self, ExportError> {
        if !replaces && path.symlink_metadata().is_ok() {
            return Err(ExportError::Exists);
        }
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if place.is_dir() {
            return Err(failed(path, io::Error::other("is a folder")));
        }
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = temporary_in(folder, Permissions::from_mode(0o600));
        let (file, temporary) = file.map_err(|error| failed(path, error))?.into_parts();
        Ok(Self { file, temporary, path: path.to_owned(), place, replaces })
    }

    /// Returns the file for writing.
    ///
    /// # Errors
    /// Returns [`ExportError`] if the system has no descriptors left.
    pub fn file(&self) -> Result<File, ExportError> {
        self.file.try_clone().map_err(|error| self.failed(error))
    }

    /// Syncs the file to disk and renames it.
    ///
    /// # Errors
    /// Returns [`ExportError`]; then nothing is written.
    pub fn finish(self) -> Result<(), ExportError> {
        let Self { file, temporary, path, place, replaces } = self;
        file.sync_all().map_err(|error| failed(&path, error))?;
        let persisted = if replaces { temporary.persist(&place) } else { temporary.persist_noclobber(&place) };
        match persisted {
            Ok(()) => Ok(()),
            Err(error) if !replaces && error.error.kind() == io::ErrorKind::AlreadyExists => Err(ExportError::Exists),
            Err(error) => Err(failed(&path, error.error)),
        }
    }

    /// Describes an error of writing.
    pub fn failed(&self, error: impl std::fmt::Display) -> ExportError {
        failed(&self.path, error)
    }
}

fn failed(path: &Path, error: impl std::fmt::Display) -> ExportError {
    ExportError::Failed(format!("{} could not be written: {error}", path.display()))
}

/// Writer of rows in any format.
pub struct RowSink {
    table: Table,
    output: SinkOutput,
    is_first: bool,
    has_one_line_cells: bool,
}

/// Destination of rows, by their format.
enum SinkOutput {
    Text(FileFormat, Formulas, Box<dyn Write>),
    Binary(BinaryRows),
}

impl RowSink {
    /// Creates a writer of text to a stream.
    pub fn to_stream(out: Box<dyn Write>, format: FileFormat, formulas: Formulas, columns: &[Column]) -> Self {
        let table = Table::new(columns.iter().map(|column| column.name.clone()));
        Self { table, output: SinkOutput::Text(format, formulas, out), is_first: true, has_one_line_cells: false }
    }

    /// Creates a writer to a file.
    ///
    /// # Errors
    /// Returns [`ExportError`] if the file cannot be written.
    pub fn to_file(
        file: &NewFile,
        format: FileFormat,
        formulas: Formulas,
        columns: Vec<Column>,
    ) -> Result<Self, ExportError> {
        let out = Box::new(BufWriter::new(file.file()?));
        let mut sink = Self::to_stream(out, format, formulas, &columns);
        if let Some(binary) = BinaryRows::begin(file.file()?, format, columns) {
            sink.output = SinkOutput::Binary(binary.map_err(|error| file.failed(error))?);
        }
        Ok(sink)
    }

    /// Replaces control characters in TSV by blanks, in place of quotes around the cells that have them: for people who read it
    /// in a terminal.
    pub fn with_one_line_cells(self) -> Self {
        Self { has_one_line_cells: true, ..self }
    }

    /// Adds rows, each with a cell per column.
    ///
    /// # Errors
    /// Returns an error if they cannot be written, or a cell does not fit.
    pub fn write(&mut self, rows: Vec<Vec<TableCell>>) -> io::Result<()> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        match &mut self.output {
            SinkOutput::Binary(binary) => {
                let rows = rows.into_iter().map(|row| row.into_iter().map(TableCell::into_datum).collect()).collect();
                binary.write(rows).map_err(io::Error::other)
            }
            SinkOutput::Text(format, formulas, out) => {
                self.table.rows = rows;
                match format {
                    FileFormat::Csv => self.table.write_separated(out, b',', is_first, *formulas),
                    FileFormat::Tsv if !self.has_one_line_cells => {
                        self.table.write_separated(out, b'\t', is_first, *formulas)
                    }
                    format => self.table.write(out, *format, is_first),
                }
            }
        }
    }

    /// Writes what is still buffered. A table without rows gets its header.
    ///
    /// # Errors
    /// Returns an error if it cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        if self.is_first {
            self.write(Vec::new())?;
        }
        match self.output {
            SinkOutput::Binary(binary) => binary.finish().map_err(io::Error::other),
            SinkOutput::Text(format, _, mut out) => end(&mut out, format).and_then(|()| out.flush()),
        }
    }
}

/// Reason why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// A file exists, and may not be replaced.
    Exists,
    Failed(String),
}
