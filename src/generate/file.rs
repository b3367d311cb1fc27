//! One table on its way to a file: written beside its place, put there when it is whole.

use std::fs::{File, Permissions};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, TempPath};

use super::GenerateError;
use super::csv_table::CsvTable;
use super::parquet_table::ParquetTable;
use super::table::Fields;

/// A half-written table. Dropped unfinished, it leaves nothing behind.
pub struct TableFile<R: 'static> {
    path: PathBuf,
    fields: Fields<R>,
    encoder: Encoder,
    file: File,
    beside: TempPath,
}

enum Encoder {
    Csv(CsvTable),
    Parquet(ParquetTable),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Tsv,
    Parquet,
}

impl Format {
    /// The format that a file's name asks for.
    pub fn of(path: &Path) -> Result<Self, GenerateError> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "csv" => Ok(Format::Csv),
            "tsv" => Ok(Format::Tsv),
            "parquet" => Ok(Format::Parquet),
            _ => Err(GenerateError::UnknownFormat(path.to_owned())),
        }
    }
}

impl<R: Sync> TableFile<R> {
    pub fn create(path: &Path, fields: Fields<R>) -> Result<Self, GenerateError> {
        let format = Format::of(path)?;
        if path.is_dir() {
            return Err(failed(path)(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        // A link stays a link: what it points to is replaced.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let (file, beside) = temporary_beside(&path).map_err(failed(&path))?.into_parts();
        let copy = file.try_clone().map_err(failed(&path))?;
        let encoder = match format {
            Format::Csv => Encoder::Csv(CsvTable::begin(copy, b',', fields).map_err(failed(&path))?),
            Format::Tsv => Encoder::Csv(CsvTable::begin(copy, b'\t', fields).map_err(failed(&path))?),
            Format::Parquet => Encoder::Parquet(ParquetTable::begin(copy, fields).map_err(failed(&path))?),
        };
        Ok(Self { path, fields, encoder, file, beside })
    }

    pub fn write(&mut self, rows: &[&R]) -> Result<(), GenerateError> {
        match &mut self.encoder {
            Encoder::Csv(table) => table.write(self.fields, rows).map_err(failed(&self.path)),
            Encoder::Parquet(table) => table.write(self.fields, rows).map_err(failed(&self.path)),
        }
    }

    /// Makes sure that all of it is on the disk, then puts it in its place, over what was there.
    pub fn finish(self) -> Result<(), GenerateError> {
        if let Encoder::Parquet(table) = self.encoder {
            table.finish().map_err(failed(&self.path))?;
        }
        self.file.sync_all().map_err(failed(&self.path))?;
        self.beside.persist(&self.path).map_err(|error| failed(&self.path)(error.error))
    }
}

fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".crosscut-").suffix(".part");
    // As for any new file, less what the person's umask takes away; by default only the owner could read it.
    #[cfg(unix)]
    builder.permissions(<Permissions as std::os::unix::fs::PermissionsExt>::from_mode(0o666));
    builder.tempfile_in(folder)
}

/// Says which file it was. The cause is kept bare: tempfile's own errors name the temporary file.
fn failed<E: Into<super::Cause>>(path: &Path) -> impl FnOnce(E) -> GenerateError {
    let path = path.to_owned();
    move |cause| GenerateError::Write { path, cause: cause.into() }
}
