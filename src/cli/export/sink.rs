//! Output of an export: stdout, or a file that appears once it is complete.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::super::open::CheckedStudy;
use super::super::output::{Formulas, TableCell, finished};
use super::super::{CommonOptions, streams};
use super::CommandError;
use crate::model::{Column, Datum, FileFormat};
use crate::session::{ExportError, NewFile, RowSink};

/// The file of `--to`.
pub struct Target {
    /// Path as it was typed, for messages.
    pub path: PathBuf,
}

impl Target {
    /// Checks that a file can be replaced by the export.
    ///
    /// # Errors
    /// Returns an error if the path is not a file, and for the files of the study, which the export would destroy.
    pub fn new(path: &Path, opened: &CheckedStudy, options: &CommonOptions) -> Result<Self, CommandError> {
        let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if place.exists() && !place.is_file() {
            return Err(CommandError::failed(format!(
                "{} is not a plain file: leave --to out to write to stdout",
                path.display()
            )));
        }
        match opened.source_files(options).contains(&place) {
            true => {
                Err(CommandError::failed(format!("{} is a file of the study: name another by --to", path.display())))
            }
            false => Ok(Self { path: path.to_owned() }),
        }
    }
}

/// Returns the reason why nothing was written.
pub fn refused(error: ExportError) -> CommandError {
    match error {
        ExportError::Exists => CommandError::failed("a file of this name already exists"),
        ExportError::Failed(reason) => CommandError::failed(reason),
    }
}

/// Writer of an export's rows.
pub struct ExportSink {
    rows: RowSink,
    /// The file; `None` for stdout.
    file: Option<NewFile>,
}

impl ExportSink {
    pub fn create(
        target: Option<&Target>,
        format: FileFormat,
        formulas: Formulas,
        columns: Vec<Column>,
    ) -> Result<Self, CommandError> {
        let Some(target) = target else {
            let out = Box::new(BufWriter::new(streams::stdout()));
            return Ok(Self { rows: RowSink::to_stream(out, format, formulas, &columns), file: None });
        };
        let file = NewFile::create(&target.path, true).map_err(refused)?;
        Ok(Self { rows: RowSink::to_file(&file, format, formulas, columns).map_err(refused)?, file: Some(file) })
    }

    /// Writes rows. Returns false if nobody reads them any more.
    pub fn write(&mut self, rows: Vec<Vec<Datum>>) -> Result<bool, CommandError> {
        let cells = rows.into_iter().map(|row| row.into_iter().map(TableCell::Datum).collect()).collect();
        match self.rows.write(cells) {
            Ok(()) => Ok(true),
            Err(error) if self.file.is_none() && error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn failed(&self, error: io::Error) -> CommandError {
        match &self.file {
            Some(file) => refused(file.failed(error)),
            None => CommandError::failed(format!("the result could not be written: {error}")),
        }
    }

    /// Ends the export: the file takes its place.
    pub fn finish(self) -> Result<ExitCode, CommandError> {
        let Self { rows, file } = self;
        let written = rows.finish();
        let Some(file) = file else { return finished(written) };
        written.map_err(|error| refused(file.failed(error)))?;
        file.finish().map_err(refused)?;
        Ok(ExitCode::SUCCESS)
    }
}
