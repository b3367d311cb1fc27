//! Reads text tables: delimited or JSON, compressed or not, in the encodings that spreadsheets write.

mod batch;
mod cells;
mod column;
pub mod decisions;
mod declared;
mod delimited;
mod detect;
mod dialect;
mod field_ends;
mod header;
mod header_line;
mod json;
mod layout;
mod lines;
mod number_form;
mod options;
mod parallel;
mod quoting;
mod records;
mod rejects;
mod row_blocks;
mod row_limit;
mod splitter;
mod table;
mod value;

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use polars::prelude::{NamedFrom, Series};

use super::DataError;
use super::compression::Compression;
use super::compression::damaged;
use super::encoding::TextEncoding;
use super::load_progress::LoadWatch;
use super::load_progress::ReadPass;
use super::source::{CountingReader, InputFile};

pub use cells::is_currency;
use column::ColumnBuilder;
pub use declared::{DeclaredKind, DeclaredType, EpochUnit, TimeFormat};
pub use detect::detect;
pub use header::{HeaderNames, names};
pub use header_line::{after_titles, judge};
pub use layout::TextLayout;
pub use number_form::{Currency, DecimalMark, NumberForm};
pub use options::{CommentMark, Escape, HeaderLine, OnBadRow, QuoteMark, Separator, TextOptions, Values, quoted};
use parallel::ParallelRead;
pub use rejects::{Reject, Rejects};
use row_limit::{RowBytes, RowTooLong};
pub use table::{BadValue, TableBuilder, is_one_table, missing_in};
pub use value::FieldValue;

/// Format of a text file.
#[derive(Clone)]
pub struct TextFormat {
    pub compression: Compression,
    pub encoding: TextEncoding,
    pub syntax: Syntax,
    /// True if a delimited file was found not to be regular, so that its rows are read one after the other.
    pub row_by_row: bool,
}

/// Syntax of a text file.
#[derive(Clone)]
pub enum Syntax {
    /// Fields separated by a character.
    Delimited(TextLayout),
    /// One JSON object per line.
    JsonLines,
    /// JSON with an array of rows. The names lead from the outermost object to the array; empty if it is the whole text.
    JsonArray(Vec<String>),
}

/// Returns a column of texts, typed as a column of a file is.
pub fn typed(name: &str, values: &[Option<&str>]) -> Series {
    let column = |mut column: ColumnBuilder| {
        values.iter().for_each(|value| column.push_field(value.unwrap_or_default()));
        column.finish()
    };
    let texts = || Series::new(name.into(), values);
    column(ColumnBuilder::new(name, 0)).unwrap_or_else(texts)
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

impl TextFormat {
    /// Reads the rows of a file.
    pub fn read(
        &mut self,
        input: &InputFile,
        options: &TextOptions,
        table: &mut TableBuilder,
        watch: &mut LoadWatch,
    ) -> Result<ReadPass, DataError> {
        let read = match &self.syntax {
            Syntax::Delimited(layout) => delimited::read(input, self, layout, self.row_by_row, table, watch),
            Syntax::JsonLines => json::read_lines(input, self, table, watch).map(|()| ParallelRead::Complete),
            Syntax::JsonArray(path) => {
                json::read_array(input, self, path, table, watch).map(|()| ParallelRead::Complete)
            }
        };
        match read {
            Ok(ParallelRead::Complete) => Ok(ReadPass::Complete),
            Ok(ParallelRead::Irregular) => {
                self.row_by_row = true;
                Ok(ReadPass::Again)
            }
            Err(ReadStop::Error(error)) => Err(error),
            Err(ReadStop::NotUtf8) => {
                self.encoding = match options.encoding {
                    Some(_) => TextEncoding::BrokenUtf8,
                    None => self.guess_encoding(input)?,
                };
                Ok(ReadPass::Again)
            }
        }
    }

    /// Returns notices on how the file is read, one line each.
    pub fn notices(&self) -> Vec<String> {
        let layout = match &self.syntax {
            Syntax::Delimited(layout) => layout.notices(),
            Syntax::JsonArray(path) if !path.is_empty() => {
                vec![format!("the rows are those of \"{}\"", path.join("."))]
            }
            Syntax::JsonLines | Syntax::JsonArray(_) => Vec::new(),
        };
        self.encoding.notice().into_iter().chain(layout).collect()
    }

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
            let problem = format!("is not a table: {error}; is a line break missing, or a quote (\") never closed?");
            DataError::file(&input.name, problem)
        } else if let Some((name, _)) = self.compression.names() {
            DataError::file(&input.name, damaged(name, error))
        } else {
            DataError::io(&input.name, error)
        }
    }
}
