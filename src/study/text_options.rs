//! Reads the settings of delimited text from `[data]` and `[tables.NAME]`, and the types of `[data.types]`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::SourceFile;
use super::error::StudyError;
use super::spanned::Spanned;
use crate::data::{
    Currency, DecimalMark, DeclaredKind, DeclaredType, EpochUnit, NumberForm, QuoteMark, TextOptions, TimeFormat, Zone,
};

/// The settings as they are written.
#[derive(Debug, Default)]
pub(super) struct RawText {
    pub separator: Option<Spanned<String>>,
    pub quote: Option<Spanned<String>>,
    pub plain_quotes: bool,
    pub escape: Option<Spanned<String>>,
    pub header: Option<Spanned<toml::Value>>,
    pub encoding: Option<Spanned<String>>,
    pub decimal: Option<Spanned<String>>,
    pub comment: Option<Spanned<String>>,
    pub skip: Option<Spanned<i64>>,
    pub on_bad_row: Option<Spanned<String>>,
    pub types: BTreeMap<String, Spanned<RawType>>,
}

/// A type as it is written: `"text"`, or a table with its form.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a type such as \"text\" or { type = \"number\", decimal = \",\" }")]
pub(super) enum RawType {
    Name(String),
    Form(Box<RawForm>),
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawForm {
    #[serde(rename = "type")]
    kind: String,
    decimal: Option<String>,
    thousands: Option<String>,
    currency: Option<RawCurrency>,
    percent: Option<bool>,
    format: Option<String>,
    unit: Option<String>,
    yes: Option<Vec<String>>,
    no: Option<Vec<String>>,
    null: Option<RawWords>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum RawCurrency {
    Any(bool),
    Text(String),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum RawWords {
    One(String),
    Many(Vec<String>),
}

impl RawText {
    /// Reads the settings. A base in another engine may have none of them.
    pub fn read(self, source: &SourceFile, is_remote: bool) -> Result<TextOptions, StudyError> {
        if let Some((key, span)) = self.first().filter(|_| is_remote) {
            let error = source.error_at(span, format!("{key} is a setting of text files"));
            return Err(error.with_hint("the base is in another engine: remove the line"));
        }
        let quote = match (&self.quote, self.plain_quotes) {
            (Some(quote), true) => {
                let error = source.error_at(quote.span(), "quote and plain_quotes are both set");
                return Err(error.with_hint("plain_quotes = true is the same as quote = \"none\": remove one"));
            }
            (_, true) => Some(QuoteMark::None),
            (_, false) => parsed(source, self.quote)?,
        };
        let skip = match self.skip {
            Some(lines) if *lines.as_ref() < 0 => {
                return Err(source.error_at(lines.span(), "skip is a number of lines, 0 at least"));
            }
            skip => skip.map(|lines| lines.into_inner() as u64),
        };
        let header = self.header.map(|header| {
            let (span, text) = (header.span(), header.into_inner());
            let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
            text.parse().map_err(|error: String| source.error_at(span, error))
        });
        let types = self.types.into_iter().map(|(column, declared)| {
            let span = declared.span();
            let declared = declared.into_inner().read();
            let declared = declared.map_err(|error| source.error_at(span, format!("type of {column}: {error}")))?;
            Ok((column, declared))
        });
        Ok(TextOptions {
            separator: parsed(source, self.separator)?,
            quote,
            escape: parsed(source, self.escape)?,
            header: header.transpose()?,
            encoding: parsed(source, self.encoding)?,
            decimal: parsed(source, self.decimal)?,
            comment: parsed(source, self.comment)?,
            skip,
            on_bad_row: parsed(source, self.on_bad_row)?,
            types: types.collect::<Result<_, StudyError>>()?,
        })
    }

    /// Returns the name and place of a setting that is given.
    fn first(&self) -> Option<(&'static str, Range<usize>)> {
        let texts = [
            ("separator", &self.separator),
            ("quote", &self.quote),
            ("escape", &self.escape),
            ("encoding", &self.encoding),
            ("decimal", &self.decimal),
            ("comment", &self.comment),
            ("on_bad_row", &self.on_bad_row),
        ];
        let given = texts.iter().find_map(|(key, text)| text.as_ref().map(|text| (*key, text.span())));
        let header = self.header.as_ref().map(|header| ("header", header.span()));
        let skip = self.skip.as_ref().map(|skip| ("skip", skip.span()));
        let declared = self.types.values().next().map(|declared| ("[data.types]", declared.span()));
        given.or(header).or(skip).or(declared)
    }
}

/// Reads the time zone. A base in another engine has times of its own.
pub(super) fn timezone(
    source: &SourceFile,
    zone: Option<Spanned<String>>,
    is_remote: bool,
) -> Result<Option<Zone>, StudyError> {
    if let Some(zone) = zone.as_ref().filter(|_| is_remote) {
        let error = source.error_at(zone.span(), "timezone is a setting of tables in files");
        return Err(error.with_hint("the base is in another engine: remove the line"));
    }
    parsed(source, zone)
}

fn parsed<T: FromStr<Err = String>>(
    source: &SourceFile,
    text: Option<Spanned<String>>,
) -> Result<Option<T>, StudyError> {
    let parse = |text: Spanned<String>| {
        let span = text.span();
        text.into_inner().parse().map_err(|error: String| source.error_at(span, error))
    };
    text.map(parse).transpose()
}

impl RawType {
    fn read(self) -> Result<DeclaredType, String> {
        let form = match self {
            RawType::Name(kind) => RawForm { kind, ..RawForm::default() },
            RawType::Form(form) => *form,
        };
        form.check_keys()?;
        let kind = match form.kind.as_str() {
            "text" => DeclaredKind::Text,
            "number" => DeclaredKind::Number(form.number()?),
            "date" => DeclaredKind::Date(TimeFormat::parse(form.format.as_deref().unwrap_or("%Y-%m-%d"))?),
            "timestamp" => {
                DeclaredKind::Timestamp(TimeFormat::parse(form.format.as_deref().unwrap_or("%Y-%m-%d %H:%M:%S"))?)
            }
            "epoch" => DeclaredKind::Epoch(EpochUnit::parse(form.unit.as_deref().unwrap_or("s"))?),
            "boolean" => {
                let words = |words: Option<Vec<String>>, word: &str| words.unwrap_or_else(|| vec![word.to_owned()]);
                DeclaredKind::Boolean { yes: words(form.yes, "true"), no: words(form.no, "false") }
            }
            other => {
                return Err(format!(
                    "{other:?} is not a valid type: write one of {}",
                    KINDS.map(|(kind, _)| kind).join(", ")
                ));
            }
        };
        let null = match form.null {
            None => Vec::new(),
            Some(RawWords::One(word)) => vec![word],
            Some(RawWords::Many(words)) => words,
        };
        Ok(DeclaredType { kind, null })
    }
}

/// Types, and the keys that each may have besides `type` and `null`.
const KINDS: [(&str, &[&str]); 6] = [
    ("text", &[]),
    ("number", &["decimal", "thousands", "currency", "percent"]),
    ("date", &["format"]),
    ("timestamp", &["format"]),
    ("epoch", &["unit"]),
    ("boolean", &["yes", "no"]),
];

impl RawForm {
    /// Refuses keys that have no effect on the type.
    fn check_keys(&self) -> Result<(), String> {
        let given = [
            ("decimal", self.decimal.is_some()),
            ("thousands", self.thousands.is_some()),
            ("currency", self.currency.is_some()),
            ("percent", self.percent.is_some()),
            ("format", self.format.is_some()),
            ("unit", self.unit.is_some()),
            ("yes", self.yes.is_some()),
            ("no", self.no.is_some()),
        ];
        let Some((kind, keys)) = KINDS.iter().find(|(kind, _)| *kind == self.kind) else { return Ok(()) };
        match given.iter().find(|(key, given)| *given && !keys.contains(key)) {
            Some((key, _)) => Err(format!("{kind} has no {key}: remove it")),
            None => Ok(()),
        }
    }

    fn number(&self) -> Result<NumberForm, String> {
        let decimal: DecimalMark = self.decimal.as_deref().map_or(Ok(DecimalMark::Point), str::parse)?;
        let mark = if decimal == DecimalMark::Comma { ',' } else { '.' };
        let thousands = match self.thousands.as_deref() {
            None | Some("") => None,
            Some(text) => {
                let mut characters = text.chars();
                match (characters.next(), characters.next()) {
                    (Some(other), None) if !other.is_alphanumeric() && other != mark => Some(other),
                    _ => {
                        return Err(format!(
                            "{text:?} cannot separate thousands: write one character other than {mark:?}"
                        ));
                    }
                }
            }
        };
        let currency = match &self.currency {
            None | Some(RawCurrency::Any(false)) => Currency::None,
            Some(RawCurrency::Any(true)) => Currency::Symbol,
            Some(RawCurrency::Text(text)) if text.trim().is_empty() => return Err("currency is empty".into()),
            Some(RawCurrency::Text(text)) => Currency::Text(text.trim().to_owned()),
        };
        Ok(NumberForm { decimal, thousands, currency, percent: self.percent.unwrap_or(false) })
    }
}
