//! A table being written to a file: under a temporary name beside it, renamed when complete.

use std::fs::{File, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::GenerateError;
use super::csv_table::CsvTable;
use super::parquet_table::ParquetTable;
use super::table::Fields;

/// A partially written table. Dropped unfinished, it leaves nothing behind.
pub struct TableFile<R: 'static> {
    /// Path as the person typed it, for messages.
    path: PathBuf,
    place: PathBuf,
    fields: Fields<R>,
    encoder: TableEncoder,
    file: File,
    beside: TempPath,
}

/// Encoder of a table in one of the formats.
enum TableEncoder {
    Csv(CsvTable),
    Parquet(Box<ParquetTable>),
}

/// Format of a generated file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeneratedFormat {
    Csv,
    Tsv,
    Parquet,
}

impl GeneratedFormat {
    /// Returns the format that a file's extension asks for.
    pub fn from_path(path: &Path) -> Result<Self, GenerateError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Ok(GeneratedFormat::Csv),
            "tsv" => Ok(GeneratedFormat::Tsv),
            "parquet" => Ok(GeneratedFormat::Parquet),
            _ => Err(GenerateError::UnknownFormat(path.to_owned())),
        }
    }
}

impl<R: Sync> TableFile<R> {
    /// Creates the file under a temporary name. The format follows from the path's extension.
    pub fn create(path: &Path, fields: Fields<R>) -> Result<Self, GenerateError> {
        let format = GeneratedFormat::from_path(path)?;
        if path.is_dir() {
            return Err(failed(path)(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        // A symbolic link is kept: the file that it points to is replaced.
        let place = place_of(path);
        let (file, beside) = temporary_beside(&place).map_err(failed(path))?.into_parts();
        let copy = file.try_clone().map_err(failed(path))?;
        let encoder = match format {
            GeneratedFormat::Csv => TableEncoder::Csv(CsvTable::begin(copy, b',', fields).map_err(failed(path))?),
            GeneratedFormat::Tsv => TableEncoder::Csv(CsvTable::begin(copy, b'\t', fields).map_err(failed(path))?),
            GeneratedFormat::Parquet => {
                TableEncoder::Parquet(Box::new(ParquetTable::begin(copy, fields).map_err(failed(path))?))
            }
        };
        Ok(Self { path: path.to_owned(), place, fields, encoder, file, beside })
    }

    /// Appends rows.
    pub fn write(&mut self, rows: &[&R]) -> Result<(), GenerateError> {
        match &mut self.encoder {
            TableEncoder::Csv(table) => table.write(self.fields, rows).map_err(failed(&self.path)),
            TableEncoder::Parquet(table) => table.write(self.fields, rows).map_err(failed(&self.path)),
        }
    }

    /// Completes the table and syncs it to disk, still under its temporary name.
    pub fn finish(self) -> Result<WholeFile, GenerateError> {
        if let TableEncoder::Parquet(table) = self.encoder {
            table.finish().map_err(failed(&self.path))?;
        }
        self.file.sync_all().map_err(failed(&self.path))?;
        Ok(WholeFile { path: self.path, place: self.place, beside: self.beside })
    }
}

/// A complete table that waits for the others.
pub struct WholeFile {
    path: PathBuf,
    place: PathBuf,
    beside: TempPath,
}

impl WholeFile {
    /// Moves the file to its place, replacing any file there.
    pub fn place(self) -> Result<(), GenerateError> {
        self.beside.persist(&self.place).map_err(|error| failed(&self.path)(error.error))
    }
}

/// Returns where a file of that path is, or would be, without links and dots: equal for two spellings of one place.
pub fn place_of(path: &Path) -> PathBuf {
    let new_file = || Some(folder_of(path).canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(new_file).unwrap_or_else(|| path.to_owned())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = folder_of(path);
    if !folder.is_dir() {
        let missing = format!("there is no folder {}", folder.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, missing));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".crosscut-").suffix(".part");
    // Permissions of any new file, minus the person's umask; the default would be readable by the owner only.
    #[cfg(unix)]
    builder.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    // The error's kind alone: tempfile's own message names the temporary file, which would confuse.
    builder.tempfile_in(folder).map_err(|error| error.kind().into())
}

/// Converts an error, adding the path.
fn failed<E: Into<super::Cause>>(path: &Path) -> impl FnOnce(E) -> GenerateError {
    let path = path.to_owned();
    move |cause| GenerateError::Write { path, cause: cause.into() }
}
