use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use toml_edit::Document;

use super::atomic::Fingerprint;
use super::error::{StudyError, plain_words};

/// Maximum bytes of a definition file. Nobody writes longer ones by hand; the base was probably named by mistake.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// One of the study's files, as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceFile {
    /// Absolute path.
    pub path: PathBuf,
    /// Text without byte order mark. Lines end in `\n` if all of the file's lines end in `\r\n`.
    pub text: String,
    /// Fingerprint of the bytes on disk.
    pub fingerprint: Fingerprint,
    bom: bool,
    crlf: bool,
    document: SharedDocument,
}

/// The document of a source, parsed when a place in it is first asked for: a study with a thousand faults asks a thousand
/// times.
#[derive(Clone, Default)]
struct SharedDocument(Arc<OnceLock<Option<Document<String>>>>);

impl fmt::Debug for SharedDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedDocument")
    }
}

/// Always equal: the document follows from the text, which is compared.
impl PartialEq for SharedDocument {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl SourceFile {
    /// Reads a file without parsing it. The error describes a problem with the file itself.
    pub fn read(path: &Path) -> Result<Self, StudyError> {
        let bytes = bytes_of(path)?;
        let fingerprint = Fingerprint::from_bytes(&bytes);
        let (bom, body) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
            Some(body) => (true, body),
            None => (false, bytes.as_slice()),
        };
        let text = std::str::from_utf8(body).map_err(|error| not_utf8(path, body, error.valid_up_to()))?;
        let lines = text.matches('\n').count();
        let crlf = lines > 0 && text.matches("\r\n").count() == lines;
        let text = if crlf { text.replace("\r\n", "\n") } else { text.to_owned() };
        Ok(Self { path: path.to_owned(), text, fingerprint, bom, crlf, document: SharedDocument::default() })
    }

    /// Creates the source of a file that does not exist yet.
    pub fn absent(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            text: String::new(),
            fingerprint: Fingerprint::ABSENT,
            bom: false,
            crlf: false,
            document: SharedDocument::default(),
        }
    }

    /// Returns the same file with a new text, and its bytes on disk.
    pub fn with_text(&self, text: String) -> (Self, Vec<u8>) {
        let mut bytes = if self.bom { b"\xEF\xBB\xBF".to_vec() } else { Vec::new() };
        match self.crlf {
            true => bytes.extend(text.replace('\n', "\r\n").into_bytes()),
            false => bytes.extend(text.as_bytes()),
        }
        let (fingerprint, document) = (Fingerprint::from_bytes(&bytes), SharedDocument::default());
        (Self { text, fingerprint, document, ..self.clone() }, bytes)
    }

    /// Returns the text as a document with positions; `None` if it is no TOML.
    pub(super) fn document(&self) -> Option<&Document<String>> {
        self.document.0.get_or_init(|| Document::parse(self.text.clone()).ok()).as_ref()
    }

    /// Parses the text to typed values; the error has the line.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, StudyError> {
        toml::from_str(&self.text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            let culprit = self.text.get(span.clone()).unwrap_or_default();
            let (message, hint) = plain_words(error.message(), culprit.trim());
            StudyError { hint, ..self.error_at(span, message) }
        })
    }

    /// Creates an error at this place in the file.
    pub fn error_at(&self, span: Range<usize>, message: impl Into<String>) -> StudyError {
        let (line, column) = self.line_column(span.start);
        StudyError { line: Some(line), column: Some(column), ..StudyError::in_file(&self.path, message) }
    }

    /// Returns line and character of a byte, both counted from 1.
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        line_column(self.text.as_bytes(), byte)
    }
}

fn line_column(text: &[u8], byte: usize) -> (usize, usize) {
    let before = &text[..byte.min(text.len())];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    (line, String::from_utf8_lossy(&before[line_start..]).chars().count() + 1)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, StudyError> {
    let fail = |error: io::Error| StudyError::in_file(path, reason(&error));
    let meta = fs::metadata(path).map_err(fail)?;
    if meta.is_dir() {
        return Err(StudyError::in_file(path, "is a folder, not a file"));
    }
    if !meta.is_file() {
        return Err(StudyError::in_file(path, "is not a plain file"));
    }
    if meta.len() > MAX_FILE_BYTES {
        let hint = "is it the data? name that under [data] path, or open it with `crosscut DATA`";
        return Err(StudyError::in_file(path, "is too long for a file of a study (over 16 MB)").with_hint(hint));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(fail)?;
    Ok(bytes)
}

/// Returns the system's reason in plain words: `does not exist`.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "does not exist".into(),
        io::ErrorKind::PermissionDenied => "may not be read: permission denied".into(),
        io::ErrorKind::ReadOnlyFilesystem => "is on a read-only file system".into(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "cannot be written: the disk is full".into(),
        _ => error.to_string(),
    }
}

fn not_utf8(path: &Path, body: &[u8], at: usize) -> StudyError {
    let (line, column) = line_column(body, at);
    let what = match body {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "is UTF-16 text".into(),
        _ => format!("not UTF-8 text (byte 0x{:02X})", body.get(at).copied().unwrap_or_default()),
    };
    let error = StudyError { line: Some(line), column: Some(column), ..StudyError::in_file(path, what) };
    error.with_hint("save it as UTF-8")
}
