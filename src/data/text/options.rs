//! Settings of a delimited text that a person gives, in place of what would be detected.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::declared::DeclaredType;
use super::number_form::DecimalMark;
use crate::data::encoding::TextEncoding;

/// Settings of a delimited text. What is `None` is detected.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TextOptions {
    pub separator: Option<Separator>,
    pub quote: Option<QuoteMark>,
    /// Character before a quote inside quotes, if it is not a second quote.
    pub escape: Option<Escape>,
    pub header: Option<HeaderLine>,
    pub encoding: Option<TextEncoding>,
    pub decimal: Option<DecimalMark>,
    pub comment: Option<CommentMark>,
    /// Number of lines before the table.
    pub skip: Option<u64>,
    pub on_bad_row: Option<OnBadRow>,
    /// Types of columns whose text does not say them, by the column's name.
    pub types: BTreeMap<String, DeclaredType>,
}

impl TextOptions {
    /// Returns these settings, with those of `other` where these have none.
    pub fn or(self, other: Self) -> Self {
        Self {
            separator: self.separator.or(other.separator),
            quote: self.quote.or(other.quote),
            escape: self.escape.or(other.escape),
            header: self.header.or(other.header),
            encoding: self.encoding.or(other.encoding),
            decimal: self.decimal.or(other.decimal),
            comment: self.comment.or(other.comment),
            skip: self.skip.or(other.skip),
            on_bad_row: self.on_bad_row.or(other.on_bad_row),
            types: if self.types.is_empty() { other.types } else { self.types },
        }
    }

    /// Returns the settings as lines of `[data]`, except the types.
    pub fn lines(&self) -> Vec<String> {
        let text = |key: &str, value: &str| format!("{key} = {}", quoted(value));
        let byte = |key: &str, mark: Option<u8>| match mark {
            Some(b'\t') => text(key, "tab"),
            Some(b' ') => text(key, "space"),
            Some(mark) if mark == Separator::BLANKS.0 => text(key, "blanks"),
            Some(mark) => text(key, &char::from(mark).to_string()),
            None => text(key, "none"),
        };
        let lines = [
            self.separator.map(|separator| byte("separator", Some(separator.0))),
            self.quote.map(|quote| byte("quote", if let QuoteMark::Mark(mark) = quote { Some(mark) } else { None })),
            self.escape.map(|escape| byte("escape", if let Escape::Mark(mark) = escape { Some(mark) } else { None })),
            self.header.map(|header| match header {
                HeaderLine::First => "header = true".to_owned(),
                HeaderLine::None => "header = false".to_owned(),
                HeaderLine::Line(line) => format!("header = {line}"),
            }),
            self.encoding.map(|encoding| text("encoding", &encoding.name().to_lowercase())),
            self.decimal.map(|mark| text("decimal", if mark == DecimalMark::Comma { "," } else { "." })),
            self.comment
                .map(|mark| byte("comment", if let CommentMark::Mark(mark) = mark { Some(mark) } else { None })),
            self.skip.map(|lines| format!("skip = {lines}")),
            self.on_bad_row.map(|way| text("on_bad_row", way.word())),
        ];
        lines.into_iter().flatten().collect()
    }

    /// Returns the name of a setting that has no effect on files of such values, if one is given.
    pub fn first_without_effect(&self, values: Values) -> Option<&'static str> {
        let given = [
            ("separator", self.separator.is_some(), Values::Delimited),
            ("quote", self.quote.is_some(), Values::Delimited),
            ("escape", self.escape.is_some(), Values::Delimited),
            ("decimal", self.decimal.is_some(), Values::Delimited),
            ("comment", self.comment.is_some(), Values::Delimited),
            ("header", self.header.is_some(), Values::Cells),
            ("skip", self.skip.is_some(), Values::Cells),
            ("on_bad_row", self.on_bad_row.is_some(), Values::Dynamic),
            ("[data.types]", !self.types.is_empty(), Values::Dynamic),
        ];
        let is_without = |(_, given, needed): &&(&str, bool, Values)| *given && *needed > values;
        given.iter().find(is_without).map(|(name, _, _)| *name)
    }
}

/// Values of a file, by what a person can decide about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Values {
    /// Columns have types, as in Parquet.
    Typed,
    /// Each value has a type, as in JSON.
    Dynamic,
    /// Cells of a sheet, one row of which has the columns' names.
    Cells,
    /// Fields of text.
    Delimited,
}

/// The character between two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Separator(pub u8);

impl Separator {
    /// Any number of blanks. No text in UTF-8 has this byte.
    pub const BLANKS: Self = Self(0xFE);
}

impl FromStr for Separator {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "tab" | "\\t" => Ok(Self(b'\t')),
            "space" | "blank" => Ok(Self(b' ')),
            "blanks" => Ok(Self::BLANKS),
            _ => mark(text, "a separator", "\",\", \";\", \"|\" or \"tab\"").map(Self),
        }
    }
}

/// The character around a field that may contain separators and line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteMark {
    /// Quotes are plain text.
    None,
    Mark(u8),
}

impl FromStr for QuoteMark {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" | "none" => Ok(Self::None),
            _ => mark(text, "a quote", "'\"', \"'\" or \"none\"").map(Self::Mark),
        }
    }
}

/// The character that makes a quote inside quotes plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// A quote inside quotes is written twice.
    None,
    Mark(u8),
}

impl FromStr for Escape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" | "none" => Ok(Self::None),
            _ => mark(text, "an escape", "'\\' or \"none\"").map(Self::Mark),
        }
    }
}

/// The line that holds the columns' names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderLine {
    /// The first line of the table.
    First,
    /// No line: columns are numbered.
    None,
    /// A line of the file, counted from 1.
    Line(u64),
}

impl FromStr for HeaderLine {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("true", _) => Ok(Self::First),
            ("false", _) => Ok(Self::None),
            (_, Ok(line)) if line > 0 => Ok(Self::Line(line)),
            _ => Err(format!(
                "{text:?} is not a valid header: write true, false, or the number of the line with the names"
            )),
        }
    }
}

/// The character at the beginning of a line that is no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentMark {
    /// Every line is a row.
    None,
    Mark(u8),
}

impl FromStr for CommentMark {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "" | "none" => Ok(Self::None),
            _ => mark(text, "a comment", "\"#\" or \"none\"").map(Self::Mark),
        }
    }
}

/// Treatment of rows that cannot be read as they stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnBadRow {
    /// The table is refused.
    #[default]
    Error,
    /// The row is left out, and listed.
    Skip,
    /// Missing fields and values that are not of their type are null, extra fields are dropped, quotes out of place are
    /// plain text; the row is listed.
    Null,
}

impl OnBadRow {
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Skip => "skip",
            Self::Null => "null",
        }
    }
}

impl FromStr for OnBadRow {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "error" => Ok(Self::Error),
            "skip" => Ok(Self::Skip),
            "null" => Ok(Self::Null),
            _ => Err(format!("{text:?} is not a valid treatment of bad rows: write \"error\", \"skip\" or \"null\"")),
        }
    }
}

/// Returns a text as TOML writes it, in single quotes where that needs no escapes.
pub fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) && !text.contains('\'') { format!("'{text}'") } else { format!("{text:?}") }
}

fn mark(text: &str, what: &str, examples: &str) -> Result<u8, String> {
    match *text.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b'\n' && byte != b'\r' => Ok(byte),
        _ => Err(format!("{text:?} is not {what} that can be read: write one character, such as {examples}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_single_characters_or_words() {
        assert_eq!(";".parse(), Ok(Separator(b';')));
        assert_eq!("tab".parse(), Ok(Separator(b'\t')));
        for wrong in ["", "ab", "a", "7", "é", "\n"] {
            assert!(wrong.parse::<Separator>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn header_option_parses_truth_value_or_line_number() {
        assert_eq!("false".parse(), Ok(HeaderLine::None));
        assert_eq!("3".parse(), Ok(HeaderLine::Line(3)));
        assert!("0".parse::<HeaderLine>().is_err());
    }

    #[test]
    fn command_line_text_options_override_study() {
        let flags = TextOptions { skip: Some(2), ..TextOptions::default() };
        let study = TextOptions { skip: Some(1), quote: Some(QuoteMark::None), ..TextOptions::default() };
        let both = flags.or(study);
        assert_eq!((both.skip, both.quote), (Some(2), Some(QuoteMark::None)));
    }

    #[test]
    fn settings_without_effect_are_named() {
        let header = TextOptions { header: Some(HeaderLine::First), ..TextOptions::default() };
        assert_eq!(header.first_without_effect(Values::Cells), None);
        assert_eq!(header.first_without_effect(Values::Dynamic), Some("header"));
        let bad = TextOptions { on_bad_row: Some(OnBadRow::Skip), ..TextOptions::default() };
        assert_eq!(bad.first_without_effect(Values::Dynamic), None);
        assert_eq!(bad.first_without_effect(Values::Typed), Some("on_bad_row"));
    }
}
