//! Reads text tables: delimited or JSON, compressed or not, in the encodings that spreadsheets write.
//!
//! One pass over the file makes typed columns with bounded memory. If a late value shows that a column is text after
//! all and the text of its first values is gone, a second pass reads only such columns.

mod batch;
mod cells;
mod column;
mod declared;
mod delimited;
mod detect;
mod dialect;
mod header;
mod header_line;
mod json;
mod layout;
mod lines;
mod number_form;
mod options;
mod quotes;
mod quoting;
mod records;
mod rejects;
mod row_limit;
mod splitter;
mod table;
mod value;

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use polars::prelude::DataFrame;

use super::compression::Compression;
use super::encoding::TextEncoding;
use super::format::damaged;
use super::progress::{Stage, Watch};
use super::selection::Selection;
use super::source::{CountingReader, InputFile};
use super::{DataError, LoadOptions, Notice};

pub use cells::is_currency;
pub use declared::{DeclaredKind, DeclaredType, EpochUnit, TimeFormat};
pub use detect::detect;
pub use layout::TextLayout;
pub use number_form::{Currency, NumberForm};
pub use options::{CommentMark, DecimalMark, Escape, HeaderLine, OnBadRow, QuoteMark, Separator, TextOptions};
pub use rejects::{Reject, Rejects};
use row_limit::{RowBytes, RowTooLong};
use table::TextTable;

/// Format of a text file.
#[derive(Clone)]
pub struct TextFormat {
    pub compression: Compression,
    pub encoding: TextEncoding,
    pub syntax: Syntax,
}

#[derive(Clone)]
pub enum Syntax {
    Delimited(TextLayout),
    JsonLines,
    JsonArray,
}

/// Reason why a pass over a file ended early.
enum ReadStop {
    Error(DataError),
    /// The first bytes were UTF-8, but a later one is not.
    NotUtf8,
}

impl From<DataError> for ReadStop {
    fn from(error: DataError) -> Self {
        ReadStop::Error(error)
    }
}

/// Reads files one after the other into one frame of at most `memory` bytes.
pub fn load(
    inputs: &[InputFile],
    mut formats: Vec<TextFormat>,
    selection: &Selection,
    load: &LoadOptions,
    memory: usize,
    watch: &mut Watch,
) -> Result<LoadedTable, DataError> {
    let options = &load.text;
    let new_table = || TextTable::new(selection, memory, load);
    let mut table = new_table();
    let mut about_columns = Vec::new();
    loop {
        match pass(inputs, &mut formats, options, &mut table, watch)? {
            ReadPass::Complete => {}
            ReadPass::OtherEncoding => {
                table = new_table();
                watch.restart(Stage::Reading);
                continue;
            }
        }
        let last = inputs.last().map(|input| input.name.as_str()).unwrap_or_default();
        if table.rows_before.is_some_and(|rows| rows != table.rows) {
            return Err(inputs.last().map_or(DataError::Cancelled, InputFile::changed));
        }
        table.select()?;
        about_columns.extend(table.notices());
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
                return Ok(LoadedTable { frame, notices, rejects, formats });
            }
            Ok(Ok(_)) => return Err(DataError::file(last, "holds no columns: a table has at least one")),
            Ok(Err(error)) => return Err(DataError::file(last, format!("could not be made a table: {error}"))),
            Err(again) => table = *again,
        }
        watch.restart(Stage::Rereading);
    }
}

/// A table that was read, and how.
pub struct LoadedTable {
    pub frame: DataFrame,
    pub notices: Vec<Notice>,
    pub rejects: Rejects,
    pub formats: Vec<TextFormat>,
}

enum ReadPass {
    Complete,
    /// A file's encoding was detected wrongly and is now known: the pass starts again.
    OtherEncoding,
}

fn pass(
    inputs: &[InputFile],
    formats: &mut [TextFormat],
    options: &TextOptions,
    table: &mut TextTable,
    watch: &mut Watch,
) -> Result<ReadPass, DataError> {
    for (input, format) in inputs.iter().zip(formats) {
        let read = match &format.syntax {
            Syntax::Delimited(layout) => delimited::read(input, format, layout, table, watch),
            Syntax::JsonLines => json::read_lines(input, format, table, watch),
            Syntax::JsonArray => json::read_array(input, format, table, watch),
        };
        match read {
            Ok(()) => {}
            Err(ReadStop::Error(error)) => return Err(error),
            Err(ReadStop::NotUtf8) => {
                format.encoding = match options.encoding {
                    Some(_) => TextEncoding::BrokenUtf8,
                    None => format.guess_encoding(input)?,
                };
                return Ok(ReadPass::OtherEncoding);
            }
        }
    }
    Ok(ReadPass::Complete)
}

/// Returns the notices, each once, however many files it applies to.
fn notices(formats: &[TextFormat]) -> Vec<Notice> {
    let mut notices = Vec::new();
    for format in formats {
        let layout = match &format.syntax {
            Syntax::Delimited(layout) => layout.notices(),
            Syntax::JsonLines | Syntax::JsonArray => Vec::new(),
        };
        for notice in format.encoding.notice().into_iter().chain(layout).map(Notice) {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        }
    }
    notices
}

impl TextFormat {
    /// Opens the file's text for reading its rows.
    fn open_rows(
        &self,
        input: &InputFile,
        done: Arc<AtomicU64>,
    ) -> Result<(Box<dyn Read + Send>, RowBytes), DataError> {
        let row = RowBytes::default();
        Ok((Box::new(row.limited(self.open(input, Some(done))?)), row))
    }

    /// Opens the file's text. The bytes that were read of the file itself are added to `done`.
    fn open(&self, input: &InputFile, done: Option<Arc<AtomicU64>>) -> Result<Box<dyn Read + Send>, DataError> {
        let reader = self.encoding.reader(self.bytes(input, done)?);
        reader.map_err(|error| self.read_error(input, &error))
    }

    fn bytes(&self, input: &InputFile, done: Option<Arc<AtomicU64>>) -> Result<Box<dyn Read + Send>, DataError> {
        let file = CountingReader { inner: input.open()?, done: done.unwrap_or_default() };
        self.compression.reader(file).map_err(|error| self.read_error(input, &error))
    }

    /// Detects the encoding of a file that is known not to be UTF-8, from all of its bytes.
    pub fn guess_encoding(&self, input: &InputFile) -> Result<TextEncoding, DataError> {
        TextEncoding::guess(self.bytes(input, None)?).map_err(|error| self.read_error(input, &error))
    }

    fn read_error(&self, input: &InputFile, error: &io::Error) -> DataError {
        if RowTooLong::is_in(error) {
            let problem = format!("is no table: {error}; is a line break missing, or a quote (\") never closed?");
            DataError::file(&input.name, problem)
        } else if let Some((name, _)) = self.compression.names() {
            DataError::file(&input.name, damaged(name, error))
        } else {
            DataError::io(&input.name, error)
        }
    }
}
