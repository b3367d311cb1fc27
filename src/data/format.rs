//! Detects the format of a file from its first bytes.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::DataError;
use super::encoding::Encoding;
use super::source::Input;
use super::text::{Dialect, Syntax, TextFormat};

/// Number of bytes from which the format of a file is detected.
const HEAD: u64 = 1 << 16;

/// Format of the files of one base.
pub enum Format {
    /// Text, with one format per file: they may differ in encoding and separator.
    Text(Vec<TextFormat>),
    Parquet,
    Arrow,
}

impl Format {
    /// Returns the format that all inputs share.
    pub fn of_all(inputs: &[Input]) -> Result<Self, DataError> {
        let mut texts = Vec::new();
        let mut tables = Vec::new();
        for input in inputs {
            match Kind::of(input)? {
                Kind::Text(text) => texts.push(text),
                kind => tables.push(kind),
            }
        }
        match (texts.len(), tables.as_slice()) {
            (_, []) => Ok(Format::Text(texts)),
            (0, tables) if tables.iter().all(|kind| matches!(kind, Kind::Parquet)) => Ok(Format::Parquet),
            (0, tables) if tables.iter().all(|kind| matches!(kind, Kind::Arrow)) => Ok(Format::Arrow),
            _ => {
                let first = inputs.first().map(|input| input.name.as_str()).unwrap_or_default();
                Err(DataError::file(first, "is of another format than the other files: name files of one format"))
            }
        }
    }
}

enum Kind {
    Text(TextFormat),
    Parquet,
    Arrow,
}

impl Kind {
    fn of(input: &Input) -> Result<Self, DataError> {
        let head = read_head(input.open()?).map_err(|error| DataError::io(&input.name, &error))?;
        if head.starts_with(b"PAR1") {
            return Ok(Kind::Parquet);
        }
        if head.starts_with(b"ARROW1") {
            return Ok(Kind::Arrow);
        }
        let gzip = head.starts_with(&[0x1F, 0x8B]);
        let head = if gzip {
            let unzipped = read_head(MultiGzDecoder::new(input.open()?));
            unzipped.map_err(|error| {
                DataError::file(&input.name, format!("is a damaged or cut gzip file ({error}): make it again"))
            })?
        } else {
            head
        };
        refuse_unreadable(&head, gzip).map_err(|problem| DataError::file(&input.name, problem))?;
        text_format(input, &head, gzip).map(Kind::Text)
    }
}

fn read_head(from: impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    from.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// First bytes of unsupported formats, with the problem and the remedy.
const UNREADABLE: &[(&[u8], &str)] = &[
    (b"\x28\xB5\x2F\xFD", "is compressed with zstd: unpack it first (zstd -d)"),
    (b"BZh", "is compressed with bzip2: unpack it first (bunzip2)"),
    (b"\xFD7zXZ\0", "is compressed with xz: unpack it first (unxz)"),
    (b"PK\x03\x04", "is an Excel workbook or a zip archive: save the sheet as CSV, or unpack it first"),
    (b"\xD0\xCF\x11\xE0", "is an old Excel workbook: save the sheet as CSV"),
    (b"\xFF\xFF\xFF\xFF", "is an Arrow stream: write it as an Arrow file (ipc) or as Parquet"),
    (b"FEA1", "is a Feather file of version 1: write it as version 2, or as Parquet"),
    (b"PARE", "is an encrypted Parquet file: decrypt it first"),
    (b"ORC", "is an ORC file: write it as Parquet"),
    (b"Obj\x01", "is an Avro file: write it as Parquet"),
    (b"SQLite format 3\0", "is an SQLite database: export the table as CSV"),
    (b"%PDF-", "is a PDF document: a base is a table, as CSV or Parquet"),
];

fn refuse_unreadable(head: &[u8], gzip: bool) -> Result<(), String> {
    let magic = UNREADABLE.iter().find(|(magic, _)| head.starts_with(magic));
    // A CSV may begin with the letters ORC or BZh.
    let binary = |head: &[u8]| head.iter().any(|&byte| byte < 0x07);
    if let Some((_, problem)) = magic.filter(|(magic, _)| magic.iter().any(|b| *b < 0x07 || *b > 0x7F) || binary(head))
    {
        return Err((*problem).into());
    }
    if gzip && (head.starts_with(b"PAR1") || head.starts_with(b"ARROW1")) {
        return Err("is a gzip of a binary table: unpack it first (gunzip)".into());
    }
    if gzip && head.is_empty() {
        return Err("unpacks to nothing: a table has at least a header line".into());
    }
    Ok(())
}

fn text_format(input: &Input, head: &[u8], gzip: bool) -> Result<TextFormat, DataError> {
    let io_error = |error: io::Error| DataError::io(&input.name, &error);
    let mut format = TextFormat { gzip, encoding: Encoding::Utf8, syntax: Syntax::JsonLines };
    format.encoding = match Encoding::of_head(head) {
        Some(encoding) => encoding,
        None => format.guess_encoding(input)?,
    };
    let zeros = head.iter().filter(|&&byte| byte == 0).count();
    if zeros * 10 > head.len() && head.len() >= 64 && format.encoding == Encoding::Utf8 {
        return Err(DataError::file(
            &input.name,
            "is not a text file nor any table that can be read: export it as CSV",
        ));
    }
    let mut text = Vec::new();
    format
        .encoding
        .reader(io::Cursor::new(head.to_vec()))
        .map_err(io_error)?
        .read_to_end(&mut text)
        .map_err(io_error)?;
    let text = String::from_utf8_lossy(&text);
    let complete = (head.len() as u64) < HEAD;
    format.syntax =
        json_syntax(&text, &input.name).unwrap_or_else(|| Syntax::Delimited(Dialect::detect(&text, complete)));
    Ok(format)
}

/// Detects JSON: an array of objects, or an object on the first line. A first line of broken JSON counts if the file's
/// name says JSON.
fn json_syntax(text: &str, name: &str) -> Option<Syntax> {
    let text = text.trim_start();
    if let Some(rest) = text.strip_prefix('[') {
        return rest.trim_start().starts_with(['{', ']']).then_some(Syntax::JsonArray);
    }
    let first = text.lines().next().filter(|line| line.starts_with('{'))?;
    let name = name.to_lowercase();
    let named = [".json", ".ndjson", ".jsonl"].iter().any(|end| name.trim_end_matches(".gz").ends_with(end));
    let whole = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(first).is_ok();
    (named || whole).then_some(Syntax::JsonLines)
}
