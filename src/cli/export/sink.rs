//! Output of an export: stdout, or a file that is there once it is whole.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tempfile::{Builder, TempPath};

use super::super::open::CheckedStudy;
use super::super::output::{Formulas, Table, TableCell, finished};
use super::super::{CommonOptions, streams};
use super::CommandError;
use crate::data::ParquetRows;
use crate::model::{Column, Datum};

/// Form of the exported rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportEncoding {
    /// A header and lines, with this separator.
    Separated(u8, Formulas),
    Ndjson,
    /// An array of objects.
    Json,
    Parquet,
}

/// The file of `--to`.
pub struct Target {
    /// Path as it was typed, for messages.
    pub path: PathBuf,
    /// The file itself, if the path is a link to one.
    place: PathBuf,
}

impl Target {
    /// Checks that a file can be replaced by the export.
    ///
    /// # Errors
    /// Returns an error for what is no file, and for the files of the study, which the export would destroy.
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
            false => Ok(Self { path: path.to_owned(), place }),
        }
    }

    fn failed(&self, error: impl std::fmt::Display) -> CommandError {
        CommandError::failed(format!("{} could not be written: {error}", self.path.display()))
    }

    /// Creates the file under a temporary name beside its place, for its owner alone.
    fn create(&self) -> Result<(File, TempPath), CommandError> {
        let folder = self.place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = Builder::new().prefix(".crosscut-").suffix(".tmp").tempfile_in(folder);
        Ok(file.map_err(|error| self.failed(error))?.into_parts())
    }
}

pub struct Sink<'t> {
    table: Table,
    encoder: ExportEncoder,
    is_first: bool,
    /// The file, its temporary path and its target; `None` for stdout.
    file: Option<(File, TempPath, &'t Target)>,
}

enum ExportEncoder {
    Text(ExportEncoding, Box<dyn Write>),
    Parquet(Box<ParquetRows>),
}

impl<'t> Sink<'t> {
    pub fn create(
        target: Option<&'t Target>,
        encoding: ExportEncoding,
        columns: Vec<Column>,
    ) -> Result<Self, CommandError> {
        let table = Table::new(columns.iter().map(|column| column.name.clone()));
        let Some(target) = target else {
            let encoder = ExportEncoder::Text(encoding, Box::new(BufWriter::new(streams::stdout())));
            return Ok(Self { table, encoder, is_first: true, file: None });
        };
        let (file, temporary) = target.create()?;
        let copy = file.try_clone().map_err(|error| target.failed(error))?;
        let encoder = match encoding {
            ExportEncoding::Parquet => {
                let rows = ParquetRows::begin(copy, columns).map_err(|error| target.failed(error))?;
                ExportEncoder::Parquet(Box::new(rows))
            }
            text => ExportEncoder::Text(text, Box::new(BufWriter::new(copy))),
        };
        Ok(Self { table, encoder, is_first: true, file: Some((file, temporary, target)) })
    }

    /// Writes rows. Returns false if nobody reads them any more.
    pub fn write(&mut self, rows: Vec<Vec<Datum>>) -> Result<bool, CommandError> {
        let is_first = std::mem::replace(&mut self.is_first, false);
        let written = match &mut self.encoder {
            ExportEncoder::Parquet(parquet) => parquet.write(rows).map_err(io::Error::other),
            ExportEncoder::Text(encoding, out) => {
                self.table.rows = rows.into_iter().map(|row| row.into_iter().map(TableCell::Datum).collect()).collect();
                match *encoding {
                    ExportEncoding::Separated(separator, formulas) => {
                        self.table.write_separated(out, separator, is_first, formulas)
                    }
                    ExportEncoding::Ndjson | ExportEncoding::Parquet => self.table.write_ndjson(out),
                    ExportEncoding::Json => self.table.write_json_part(out, is_first),
                }
            }
        };
        match written {
            Ok(()) => Ok(true),
            Err(error) if self.file.is_none() && error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(self.failed(error)),
        }
    }

    fn failed(&self, error: io::Error) -> CommandError {
        match &self.file {
            Some((_, _, target)) => target.failed(error),
            None => CommandError::failed(format!("the result could not be written: {error}")),
        }
    }

    /// Ends the export: the file takes its place.
    pub fn finish(self) -> Result<ExitCode, CommandError> {
        let Self { encoder, file, .. } = self;
        let written = match encoder {
            ExportEncoder::Parquet(parquet) => parquet.finish().map_err(io::Error::other),
            ExportEncoder::Text(ExportEncoding::Json, mut out) => writeln!(out, "\n]").and_then(|()| out.flush()),
            ExportEncoder::Text(_, mut out) => out.flush(),
        };
        let Some((file, temporary, target)) = file else { return finished(written) };
        written.and_then(|()| file.sync_all()).map_err(|error| target.failed(error))?;
        temporary.persist(&target.place).map_err(|failed| target.failed(failed.error))?;
        Ok(ExitCode::SUCCESS)
    }
}
