//! Files of figures and customers: written whole or not at all, for their owner alone.

use std::fs::Permissions;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::engine::{Cancel, Engine, EngineError, PageQuestion, RowPage, TypedQuestion, ask_one};
use crate::insight::export::{CustomerList, ExportContent, FileExport};
use crate::insight::table::{FileFormat, Table};

/// Maximum number of rows in memory at a time.
const PAGE: usize = 20_000;

/// Reason why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportError {
    /// There is a file already, which may not be replaced.
    Exists,
    Failed(String),
}

/// A page among those of [`read_pages`].
#[derive(Debug)]
pub struct PageInOrder {
    pub page: RowPage,
    pub is_first: bool,
    pub is_last: bool,
}

/// Reads at most `limit` customers from the question's offset on, page by page, and hands each page to `take`, until it
/// returns false.
///
/// # Errors
/// Returns the error of a question, or that of `take`.
pub fn read_pages<E>(
    question: &PageQuestion,
    limit: usize,
    mut ask: impl FnMut(&PageQuestion) -> Result<RowPage, E>,
    mut take: impl FnMut(PageInOrder) -> Result<bool, E>,
) -> Result<(), E> {
    let mut done = 0;
    loop {
        let offset = question.offset.saturating_add(done as u64);
        let page = ask(&PageQuestion { offset, limit: PAGE.min(limit - done), ..question.clone() })?;
        let is_first = done == 0;
        let rows = page.rows.len();
        done += rows;
        let is_last = rows < PAGE || done >= limit;
        if !take(PageInOrder { page, is_first, is_last })? || is_last {
            return Ok(());
        }
    }
}

/// Writes a file and returns its number of rows. The ending of its name decides the format.
///
/// # Errors
/// Returns [`ExportError`]; then nothing is written.
pub fn export(export: &FileExport, engine: &dyn Engine) -> Result<usize, ExportError> {
    let FileExport { path, content, replaces } = export;
    let failed = |error: io::Error| ExportError::Failed(format!("{} could not be written: {error}", path.display()));
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let format =
        FileFormat::from_ending(ending).ok_or_else(|| ExportError::Failed(format!("{}: {ENDINGS}", path.display())))?;
    if !replaces && path.symlink_metadata().is_ok() {
        return Err(ExportError::Exists);
    }
    if path.is_dir() {
        return Err(failed(io::Error::other("is a folder")));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let private = Permissions::from_mode(0o600);
    let mut file =
        tempfile::Builder::new().prefix(".export-").permissions(private).tempfile_in(folder).map_err(failed)?;
    let mut out = BufWriter::new(file.as_file_mut());
    let rows = match content {
        ExportContent::Table(table) => table.write(&mut out, format, true).map(|()| table.rows.len()),
        ExportContent::Customers(list) => {
            write_customers(list, engine, format, &mut out).map_err(|error| ExportError::Failed(error.to_string()))?
        }
    };
    let rows = rows.and_then(|rows| out.flush().map(|()| rows)).map_err(failed)?;
    drop(out);
    file.as_file().sync_all().map_err(failed)?;
    let persisted = if *replaces { file.persist(path) } else { file.persist_noclobber(path) };
    match persisted {
        Ok(_) => Ok(rows),
        Err(error) if !replaces && error.error.kind() == io::ErrorKind::AlreadyExists => Err(ExportError::Exists),
        Err(error) => Err(failed(error.error)),
    }
}

/// Endings that a file's name may have.
pub const ENDINGS: &str = "the name must end in .csv, .tsv, .ndjson or .md";

fn write_customers(
    list: &CustomerList,
    engine: &dyn Engine,
    format: FileFormat,
    out: &mut impl Write,
) -> Result<io::Result<usize>, EngineError> {
    let cancel = Cancel::new();
    let ask = |question: &PageQuestion| ask_one(engine, &question.clone().with_personas(&list.personas), &cancel);
    let (mut rows, mut written) = (0, Ok(()));
    read_pages(&list.question, usize::MAX, ask, |PageInOrder { page, is_first, .. }| {
        rows += page.rows.len();
        written = Table::from_page(page, &list.mask).write(out, format, is_first);
        Ok(written.is_ok())
    })?;
    Ok(written.map(|()| rows))
}
