//! Dialect of a delimited file: the characters that cut it into rows and fields.

pub mod quotes;

use std::io::Read;

use quotes::CheckedQuotes;

/// A byte that never occurs in UTF-8: with it as the separator, every line is one field.
pub const NO_SEPARATOR: u8 = 0xFF;

/// Characters that separate and quote the fields of a delimited file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvDialect {
    pub separator: u8,
    /// Character around fields; `None` if quotes are plain text.
    pub quote: Option<u8>,
    /// Character that makes a quote inside quotes plain, if it is not a second quote.
    pub escape: Option<u8>,
    /// Character at the beginning of lines that are no rows.
    pub comment: Option<u8>,
    /// True if blanks follow the separators, which are not part of the fields. If the separator is a blank itself, any
    /// number of blanks separates two fields.
    pub padded: bool,
}

impl CsvDialect {
    /// Returns the usual dialect with this separator: quotes, no escapes, no comments.
    pub fn with(separator: u8) -> Self {
        Self { separator, quote: Some(b'"'), escape: None, comment: None, padded: false }
    }

    /// Returns the dialect of columns that are aligned by blanks: any number of them separates two fields.
    pub fn aligned() -> Self {
        Self { padded: true, ..Self::with(b' ') }
    }

    pub fn is_aligned(self) -> bool {
        self.padded && self.separator == b' '
    }

    pub fn with_comment(self, comment: Option<u8>) -> Self {
        Self { comment, ..self }
    }

    /// Returns the separator, for messages.
    pub fn word(self) -> &'static str {
        match self.separator {
            b'\t' => "tab",
            b' ' if self.padded => "blanks",
            b' ' => "space",
            NO_SEPARATOR => "line break",
            other => ASCII.get(other as usize..other as usize + 1).unwrap_or("?"),
        }
    }

    /// Returns a reader that yields rows as they are: no header, any number of fields. It ignores comments and `padded`.
    pub fn builder(self) -> csv::ReaderBuilder {
        let mut builder = csv::ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.separator);
        match self.quote {
            Some(quote) => builder.quote(quote).escape(self.escape),
            None => builder.quoting(false),
        };
        builder
    }

    /// Returns the text with its quotes checked, unless they are plain text.
    pub fn checked(self, from: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        if self.quote.is_some() { Box::new(CheckedQuotes::new(from, self)) } else { from }
    }

    /// Returns true if the `csv` crate reads the dialect. It has no blanks around fields, ends comments at line feeds
    /// alone, and drops every escape, also one before a letter.
    pub fn is_simple(self) -> bool {
        !self.padded && self.comment.is_none() && self.escape.is_none()
    }
}

/// The visible characters of ASCII at their places; others are `?`.
const ASCII: &str = "????????????????????????????????\u{20}!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~?";
