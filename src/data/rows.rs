//! Reads files row by row into memory: text, sheets of workbooks, tables of SQLite databases.
//!
//! One pass over the files makes typed columns with bounded memory. If a late value shows that a column is text after
//! all and the text of its first values is gone, a second pass reads only such columns.

use polars::prelude::DataFrame;

use super::choice::TableChoice;
use super::compression::Compression;
use super::decision::Decision;
use super::load_progress::{LoadWatch, ReadPass, Stage};
use super::selection::Selection;
use super::source::InputFile;
use super::sqlite::SqliteFile;
use super::text::decisions;
use super::text::{Rejects, TableBuilder, TextFormat};
use super::workbook::Workbook;
use super::{DataError, LoadOptions, Notice};
use crate::model::ColumnType;

/// Format of a file that is read row by row.
pub enum RowFormat {
    Text(TextFormat),
    Workbook(Workbook),
    Sqlite(SqliteFile),
}

/// Factor by which a table of customers is usually longer than its compressed file.
const PACKING: u64 = 6;

impl RowFormat {
    /// Returns about the number of bytes that a file of this length has once it is unpacked.
    pub fn unpacked_bytes(&self, len: u64) -> u64 {
        let is_packed = match self {
            RowFormat::Text(text) => text.compression != Compression::None,
            RowFormat::Workbook(workbook) => workbook.is_zipped(),
            RowFormat::Sqlite(_) => false,
        };
        if is_packed { len * PACKING } else { len }
    }
}

/// A table that was read, and how.
pub struct LoadedTable {
    pub frame: DataFrame,
    pub notices: Vec<Notice>,
    pub rejects: Rejects,
    /// Names of the selected columns in their order; those of columns that were not needed with their type.
    pub selected: Vec<(String, Option<ColumnType>)>,
    pub formats: Vec<RowFormat>,
}

/// Reads files one after the other into one frame of at most `memory` bytes.
pub fn load(
    inputs: &[InputFile],
    mut formats: Vec<RowFormat>,
    selection: &Selection,
    load: &LoadOptions,
    memory: usize,
    watch: &mut LoadWatch,
) -> Result<LoadedTable, DataError> {
    let new_table = || TableBuilder::new(selection, inputs.len(), memory, load);
    let mut table = new_table();
    let mut about_columns: Vec<Notice> = Vec::new();
    loop {
        if let ReadPass::Again = pass(inputs, &mut formats, load, &mut table, watch)? {
            table = new_table();
            watch.restart(Stage::Reading);
            continue;
        }
        let last = inputs.last().map(|input| input.name.as_str()).unwrap_or_default();
        if table.rows_before.is_some_and(|rows| rows != table.rows) {
            return Err(inputs.last().map_or(DataError::Cancelled, InputFile::changed));
        }
        table.check_found()?;
        for notice in table.notices() {
            if !about_columns.contains(&notice) {
                about_columns.push(notice);
            }
        }
        let selected = table.selected();
        let (about_rows, rejects) = (table.about_rows(), std::mem::take(&mut table.tally.rejects));
        if rejects.skipped && rejects.count > 0 && table.rows == 0 {
            let first = rejects.listed.first().map(|reject| reject.problem.clone()).unwrap_or_default();
            return Err(DataError::file(
                last,
                format!("has no row that can be read (the first {first}): check separator and quote"),
            ));
        }
        match table.finish() {
            Ok(Ok(frame)) if frame.width() > 0 => {
                let notices = notices(&formats).into_iter().chain(about_columns).chain(about_rows).collect();
                return Ok(LoadedTable { frame, notices, rejects, selected, formats });
            }
            Ok(Ok(_)) => return Err(DataError::file(last, "holds no columns: a table has at least one")),
            Ok(Err(error)) => return Err(DataError::file(last, format!("could not be made a table: {error}"))),
            Err(again) => table = *again,
        }
        watch.restart(Stage::Rereading);
    }
}

fn pass(
    inputs: &[InputFile],
    formats: &mut [RowFormat],
    load: &LoadOptions,
    table: &mut TableBuilder,
    watch: &mut LoadWatch,
) -> Result<ReadPass, DataError> {
    for (input, format) in inputs.iter().zip(formats) {
        let pass = match format {
            RowFormat::Text(text) => text.read(input, &load.text, table, watch)?,
            RowFormat::Workbook(workbook) => workbook.read(input, load, table, watch)?,
            RowFormat::Sqlite(file) => file.read(input, &load.choice, table, watch)?,
        };
        if let ReadPass::Again = pass {
            return Ok(ReadPass::Again);
        }
    }
    Ok(ReadPass::Complete)
}

/// Returns the notices, each once, however many files it applies to.
fn notices(formats: &[RowFormat]) -> Vec<Notice> {
    let mut notices = Vec::new();
    for format in formats {
        let of_file = match format {
            RowFormat::Text(text) => text.notices(),
            RowFormat::Workbook(workbook) => workbook.notices(),
            RowFormat::Sqlite(file) => file.notices(),
        };
        for notice in of_file.into_iter().map(Notice) {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
    }
    notices
}

/// Returns the decisions on how the first of the files is read.
pub fn decisions(formats: &[RowFormat], load: &LoadOptions) -> Vec<Decision> {
    match formats.first() {
        Some(RowFormat::Text(text)) => decisions::on_text(text, &load.text),
        Some(RowFormat::Workbook(workbook)) => workbook.decisions(),
        Some(RowFormat::Sqlite(file)) => file.decisions(),
        None => Vec::new(),
    }
}

/// Refuses a choice that has no effect on a file.
///
/// # Errors
/// Returns the problem and the remedy.
pub fn refuse_choice(choice: &TableChoice, takes: Option<&str>, what: &str) -> Result<(), String> {
    let given = [("table", &choice.table), ("sheet", &choice.sheet)];
    match given.iter().find(|(key, name)| name.is_some() && Some(*key) != takes) {
        None => Ok(()),
        Some((key, _)) => Err(format!("is {what}, to which {key} does not apply: remove the setting")),
    }
}
