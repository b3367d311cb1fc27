//! Detects the format of a file from its first bytes.

use std::io::{self, Read};

use super::DataError;
use super::compression::Compression;
use super::encoding::TextEncoding;
use super::json_shape::{self, JsonShape};
use super::signature;
use super::source::InputFile;
use super::text::{Syntax, TextFormat, TextOptions, detect};

/// Number of bytes from which the format of a file is detected.
const HEAD: u64 = 1 << 16;

/// Format of the files of one base.
pub enum BaseFormat {
    /// Text, with one format per file: they may differ in encoding and separator.
    Text(Vec<TextFormat>),
    Parquet,
    Arrow,
}

impl BaseFormat {
    /// Returns the format that all inputs share.
    ///
    /// # Errors
    /// Also if a setting of `options` cannot apply to the format.
    pub fn of_all(inputs: &[InputFile], options: &TextOptions) -> Result<Self, DataError> {
        let mut texts = Vec::new();
        let mut tables = Vec::new();
        for input in inputs {
            match FormatKind::of(input, options)? {
                FormatKind::Text(text) => texts.push(text),
                kind => tables.push(kind),
            }
        }
        match (texts.len(), tables.as_slice()) {
            (_, []) => Ok(BaseFormat::Text(texts)),
            (0, tables) if tables.iter().all(|kind| matches!(kind, FormatKind::Parquet)) => Ok(BaseFormat::Parquet),
            (0, tables) if tables.iter().all(|kind| matches!(kind, FormatKind::Arrow)) => Ok(BaseFormat::Arrow),
            _ => {
                let first = inputs.first().map(|input| input.name.as_str()).unwrap_or_default();
                Err(DataError::file(first, "is of another format than the other files: name files of one format"))
            }
        }
    }
}

enum FormatKind {
    Text(TextFormat),
    Parquet,
    Arrow,
}

impl FormatKind {
    fn of(input: &InputFile, options: &TextOptions) -> Result<Self, DataError> {
        let head = read_head(input.open()?).map_err(|error| DataError::io(&input.name, &error))?;
        if head.starts_with(b"PAR1") {
            return refuse_settings(input, options, options.encoding.is_some(), "a Parquet file")
                .map(|()| FormatKind::Parquet);
        }
        if head.starts_with(b"ARROW1") {
            return refuse_settings(input, options, options.encoding.is_some(), "an Arrow file")
                .map(|()| FormatKind::Arrow);
        }
        let compression = Compression::of_head(&head);
        let refused = |problem: &str| Err(DataError::file(&input.name, problem));
        let head = match compression.names() {
            None => head,
            Some((name, unpack)) => {
                let unpacked = compression.reader(input.open()?).and_then(read_head);
                let head = unpacked.map_err(|error| DataError::file(&input.name, damaged(name, &error)))?;
                if head.starts_with(b"PAR1") || head.starts_with(b"ARROW1") {
                    return refused(&format!("is a {name} of a binary table: unpack it first ({unpack})"));
                }
                if Compression::of_head(&head) != Compression::None {
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
        text_format(input, &head, compression, options).map(FormatKind::Text)
    }
}

fn read_head(from: impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    from.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// Describes a compressed file that cannot be unpacked.
pub fn damaged(name: &str, error: &io::Error) -> String {
    format!("is a damaged or cut {name} file ({error}): make it again")
}

fn text_format(
    input: &InputFile,
    head: &[u8],
    compression: Compression,
    options: &TextOptions,
) -> Result<TextFormat, DataError> {
    let io_error = |error: io::Error| DataError::io(&input.name, &error);
    let mut format = TextFormat { compression, encoding: TextEncoding::Utf8, syntax: Syntax::JsonLines };
    format.encoding = match (options.encoding, TextEncoding::of_head(head)) {
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
    let complete = (head.len() as u64) < HEAD;
    format.syntax = match json_shape::detect(&text, &input.name, complete) {
        JsonShape::NotJson => Syntax::Delimited(detect(&text, complete, options)),
        JsonShape::Lines => refuse_settings(input, options, false, "JSON").map(|()| Syntax::JsonLines)?,
        JsonShape::Array => refuse_settings(input, options, false, "JSON").map(|()| Syntax::JsonArray)?,
        JsonShape::NoTable(problem) => return Err(DataError::file(&input.name, problem)),
    };
    Ok(format)
}

/// Refuses the settings that have no effect on a file that is not delimited text.
fn refuse_settings(input: &InputFile, options: &TextOptions, encoding: bool, what: &str) -> Result<(), DataError> {
    match options.first_setting().or(encoding.then_some("encoding")) {
        None => Ok(()),
        Some(setting) => {
            let problem = format!("is {what}, to which {setting} does not apply: take the setting out");
            Err(DataError::file(&input.name, problem))
        }
    }
}
