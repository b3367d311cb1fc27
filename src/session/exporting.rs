//! Exports figures and customers to files. A file is complete or absent, and readable by its owner only.

use chrono::NaiveDate;

use super::opening::schema;
use super::sink::{ExportError, NewFile, RowSink};
use crate::engine::{Cancel, Engine, PageQuestion, RowPage, TypedQuestion, ask_one};
use crate::insight::export::{CustomerList, ExportContent, FileExport};
use crate::insight::table::{Formulas, Table};
use crate::model::{Column, ColumnType, FileFormat, is_masked};
use crate::rule;

/// Maximum number of rows in memory at a time.
const ROWS_PER_PAGE: usize = 20_000;

/// A page of [`read_pages`] with its place among them.
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
        let page = ask(&PageQuestion { offset, limit: ROWS_PER_PAGE.min(limit - done), ..question.clone() })?;
        let is_first = done == 0;
        let rows = page.rows.len();
        done += rows;
        let is_last = rows < ROWS_PER_PAGE || done >= limit;
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
    let format = FileFormat::from_path(path).ok_or_else(|| {
        ExportError::Failed(format!("{}: the name must end in {}", path.display(), FileFormat::ENDINGS))
    })?;
    let file = NewFile::create(path, *replaces)?;
    let rows = match content {
        ExportContent::Table(table) => {
            let mut sink =
                RowSink::to_file(&file, format, Formulas::Guarded, table.typed_columns())?.with_one_line_cells();
            let written = sink.write(table.rows.clone()).and_then(|()| sink.finish());
            written.map_err(|error| file.failed(error))?;
            table.rows.len()
        }
        ExportContent::Customers(list) => write_customers(list, engine, &file, format)?,
    };
    file.finish()?;
    Ok(rows)
}

/// Returns a column of exported customers, with its type. A masked column has texts.
fn column(list: &CustomerList, engine: &dyn Engine, name: &str) -> Column {
    let column_type = match is_masked(&list.mask, name) {
        true => ColumnType::Text,
        // The type of an expression does not depend on the date that `today` means.
        false => rule::type_of(name, &schema(engine), NaiveDate::default()),
    };
    Column { name: name.to_owned(), column_type }
}

fn write_customers(
    list: &CustomerList,
    engine: &dyn Engine,
    file: &NewFile,
    format: FileFormat,
) -> Result<usize, ExportError> {
    let cancel = Cancel::new();
    let ask = |question: &PageQuestion| {
        let page = ask_one(engine, &question.clone().with_personas(&list.personas), &cancel);
        page.map_err(|error| ExportError::Failed(error.to_string()))
    };
    let (mut rows, mut sink) = (0, None);
    read_pages(&list.question, usize::MAX, ask, |PageInOrder { page, .. }| {
        let sink = match &mut sink {
            Some(sink) => sink,
            free => {
                let columns = page.columns.iter().map(|name| column(list, engine, name)).collect();
                free.insert(RowSink::to_file(file, format, Formulas::Guarded, columns)?.with_one_line_cells())
            }
        };
        rows += page.rows.len();
        sink.write(Table::from_page(page, &list.mask).rows).map_err(|error| file.failed(error))?;
        Ok(true)
    })?;
    sink.map_or(Ok(()), RowSink::finish).map_err(|error| file.failed(error))?;
    Ok(rows)
}
