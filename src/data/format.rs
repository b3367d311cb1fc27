//! Detects the format of a file from its first bytes.

use std::io::{self, Read};

use super::compression::{Compression, damaged};
use super::encoding::TextEncoding;
use super::json_shape::{self, JsonShape};
use super::rows::{RowFormat, refuse_choice};
use super::signature;
use super::source::InputFile;
use super::sqlite::SqliteFile;
use super::text::{Syntax, TextFormat, Values, detect};
use super::workbook::Workbook;
use super::{DataError, LoadOptions};

/// Number of bytes from which the format of a file is detected.
const HEAD_BYTES: u64 = 1 << 16;

/// Format of the files of one base.
pub enum BaseFormat {
    /// Files that are read row by row, with one format per file: texts may differ in encoding and separator.
    Rows(Vec<RowFormat>),
    Parquet,
    /// Arrow files, with or without a footer.
    Arrow,
}

impl BaseFormat {
    /// Returns the format that all inputs share.
    ///
    /// # Errors
    /// Also if a setting of `options` cannot apply to the format.
    pub fn detect(inputs: &[InputFile], options: &LoadOptions) -> Result<Self, DataError> {
        let mut rows = Vec::new();
        let mut tables = Vec::new();
        for input in inputs {
            match FormatKind::detect(input, options)? {
                FormatKind::Rows(format) => rows.push(*format),
                kind => tables.push(kind),
            }
        }
        match (rows.len(), tables.as_slice()) {
            (_, []) => Ok(BaseFormat::Rows(rows)),
            (0, tables) if tables.iter().all(|kind| matches!(kind, FormatKind::Parquet)) => Ok(BaseFormat::Parquet),
            (0, tables) if tables.iter().all(|kind| matches!(kind, FormatKind::Arrow)) => Ok(BaseFormat::Arrow),
            _ => {
                let first = inputs.first().map(|input| input.name.as_str()).unwrap_or_default();
                Err(DataError::file(first, "is of another format than the other files: list only files of one format"))
            }
        }
    }
}

/// Format of one input file.
enum FormatKind {
    Rows(Box<RowFormat>),
    Parquet,
    Arrow,
}

impl FormatKind {
    fn detect(input: &InputFile, options: &LoadOptions) -> Result<Self, DataError> {
        let head = read_head(input.open()?).map_err(|error| DataError::io(&input.name, &error))?;
        let refused = |problem: &str| Err(DataError::file(&input.name, problem));
        if head.starts_with(b"PAR1") {
            return refuse_settings(input, options, Values::Typed, None, "a Parquet file")
                .map(|()| FormatKind::Parquet);
        }
        if head.starts_with(b"ARROW1") || is_arrow_stream(&head) {
            return refuse_settings(input, options, Values::Typed, None, "an Arrow file").map(|()| FormatKind::Arrow);
        }
        if head.starts_with(b"SQLite format 3\0") {
            refuse_settings(input, options, Values::Dynamic, Some("table"), "an SQLite database")?;
            return Ok(FormatKind::Rows(Box::new(RowFormat::Sqlite(SqliteFile::default()))));
        }
        if let Some(workbook) = Workbook::detect(input, &head) {
            refuse_settings(input, options, Values::Cells, Some("sheet"), "a workbook")?;
            return Ok(FormatKind::Rows(Box::new(RowFormat::Workbook(workbook))));
        }
        let compression = Compression::from_head(&head);
        let head = match compression.names() {
            None => head,
            Some((name, unpack)) => {
                let unpacked = compression.reader(input.open()?).and_then(read_head);
                let head = unpacked.map_err(|error| DataError::file(&input.name, damaged(name, &error)))?;
                if signature::is_binary_table(&head) {
                    return refused(&format!("is a {name} of a binary table: unpack it first ({unpack})"));
                }
                if Compression::from_head(&head) != Compression::None {
                    return refused("is compressed twice: unpack it first");
                }
                if head.is_empty() {
                    return refused("unpacks to nothing: a table has at least a header line");
                }
                head
            }
        };
        if let Some(problem) = signature::refusal(&head) {
            return refused(&problem);
        }
        text_format(input, &head, compression, options).map(|text| FormatKind::Rows(Box::new(RowFormat::Text(text))))
    }
}

/// Returns true for the beginning of an Arrow stream: a message whose length stands before it.
fn is_arrow_stream(head: &[u8]) -> bool {
    let length = head.get(4..8).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    head.starts_with(b"\xFF\xFF\xFF\xFF") && length.is_some_and(|length| length > 0 && length < 1 << 26)
}

fn read_head(from: impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    from.take(HEAD_BYTES).read_to_end(&mut head)?;
    Ok(head)
}

fn text_format(
    input: &InputFile,
    head: &[u8],
    compression: Compression,
    options: &LoadOptions,
) -> Result<TextFormat, DataError> {
    let io_error = |error: io::Error| DataError::io(&input.name, &error);
    let encoding = TextEncoding::Utf8;
    let mut format = TextFormat { compression, encoding, syntax: Syntax::JsonLines, row_by_row: false };
    format.encoding = match (options.text.encoding, TextEncoding::from_head(head)) {
        (Some(encoding), _) | (None, Some(encoding)) => encoding,
        (None, None) => format.guess_encoding(input)?,
    };
    let mut text = Vec::new();
    format
        .encoding
        .reader(io::Cursor::new(head.to_vec()))
        .map_err(io_error)?
        .read_to_end(&mut text)
        .map_err(io_error)?;
    let text = String::from_utf8_lossy(&text);
    if signature::has_controls(text.chars()) {
        return Err(DataError::file(&input.name, signature::NO_TEXT));
    }
    let complete = (head.len() as u64) < HEAD_BYTES;
    let table = options.choice.table.as_deref();
    let json = |takes, syntax| refuse_settings(input, options, Values::Dynamic, takes, "JSON").map(|()| syntax);
    format.syntax = match json_shape::detect(&text, &input.name, complete, table) {
        JsonShape::NotJson => {
            let refused = refuse_choice(&options.choice, None, "text");
            refused.map_err(|problem| DataError::file(&input.name, problem))?;
            Syntax::Delimited(detect(&text, complete, &options.text))
        }
        JsonShape::Lines => json(None, Syntax::JsonLines)?,
        JsonShape::Array(path) if path.is_empty() => json(None, Syntax::JsonArray(path))?,
        JsonShape::Array(path) => json(Some("table"), Syntax::JsonArray(path))?,
        JsonShape::NoTable(problem) => return Err(DataError::file(&input.name, problem)),
    };
    Ok(format)
}

/// Refuses the settings that have no effect on a file of such values.
fn refuse_settings(
    input: &InputFile,
    options: &LoadOptions,
    values: Values,
    takes: Option<&str>,
    what: &str,
) -> Result<(), DataError> {
    refuse_choice(&options.choice, takes, what).map_err(|problem| DataError::file(&input.name, problem))?;
    // Only text has an encoding; JSON is text.
    let encoding = (what != "JSON" && options.text.encoding.is_some()).then_some("encoding");
    match options.text.first_without_effect(values).or(encoding) {
        None => Ok(()),
        Some(setting) => {
            let problem = format!("is {what}, to which {setting} does not apply: remove the setting");
            Err(DataError::file(&input.name, problem))
        }
    }
}
