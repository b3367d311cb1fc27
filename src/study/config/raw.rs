//! The settings as written in the file.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::{PrivacyConfig, TableConfig, ThemeName};
use crate::data::TableChoice;
use crate::model::{SameKey, TableColumns, TableKind};
use crate::study::SourceFile;
use crate::study::error::StudyError;
use crate::study::remote;
use crate::study::spanned::Spanned;
use crate::study::text_options::{RawText, RawType};

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConfig {
    pub(super) data: RawData,
    pub(super) study: RawStudy,
    pub(super) privacy: PrivacyConfig,
    pub(super) research: RawResearch,
    pub(super) tables: BTreeMap<String, Spanned<RawTable>>,
    pub(super) columns: BTreeMap<String, String>,
    pub(super) look: RawLook,
    pub(super) engine: RawEngine,
    pub(super) keys: BTreeMap<String, RawKeys>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTable {
    pub(super) path: Option<Spanned<String>>,
    pub(super) table: Option<Spanned<String>>,
    pub(super) sheet: Option<Spanned<String>>,
    pub(super) key: Option<String>,
    pub(super) key_until: Option<String>,
    pub(super) on: Option<String>,
    pub(super) case: Option<Spanned<String>>,
    pub(super) trim: Option<Spanned<bool>>,
    pub(super) date: Option<String>,
    #[serde(default)]
    pub(super) kind: TableKind,
    pub(super) theme: Option<String>,
    pub(super) theme_separator: Option<Spanned<String>>,
    pub(super) quote: Option<String>,
    pub(super) min_cell: Option<u64>,
    pub(super) separator: Option<Spanned<String>>,
    pub(super) quote_mark: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) plain_quotes: bool,
    pub(super) escape: Option<Spanned<String>>,
    #[schemars(with = "Option<HeaderSetting>")]
    pub(super) header: Option<Spanned<toml::Value>>,
    pub(super) encoding: Option<Spanned<String>>,
    pub(super) decimal: Option<Spanned<String>>,
    pub(super) comment: Option<Spanned<String>>,
    pub(super) skip: Option<Spanned<i64>>,
    pub(super) on_bad_row: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) types: BTreeMap<String, Spanned<RawType>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawData {
    pub(super) path: Option<Spanned<String>>,
    pub(super) query: Option<Spanned<String>>,
    pub(super) cache: Option<Spanned<bool>>,
    pub(super) key: Option<String>,
    pub(super) columns: Option<Spanned<Vec<String>>>,
    pub(super) separator: Option<Spanned<String>>,
    pub(super) quote: Option<Spanned<String>>,
    pub(super) plain_quotes: bool,
    pub(super) escape: Option<Spanned<String>>,
    #[schemars(with = "Option<HeaderSetting>")]
    pub(super) header: Option<Spanned<toml::Value>>,
    pub(super) encoding: Option<Spanned<String>>,
    pub(super) decimal: Option<Spanned<String>>,
    pub(super) comment: Option<Spanned<String>>,
    pub(super) skip: Option<Spanned<i64>>,
    pub(super) on_bad_row: Option<Spanned<String>>,
    pub(super) types: BTreeMap<String, Spanned<RawType>>,
    pub(super) timezone: Option<Spanned<String>>,
    /// A date: `2026-06-30`, bare or in quotes.
    #[schemars(with = "Option<String>")]
    pub(super) as_of: Option<Spanned<toml::Value>>,
    pub(super) engine: Option<Spanned<String>>,
    pub(super) driver: Option<Spanned<String>>,
    pub(super) profile: Option<Spanned<String>>,
    pub(super) uri: Option<Spanned<String>>,
    pub(super) url: Option<Spanned<String>>,
    pub(super) table: Option<Spanned<String>>,
    pub(super) sheet: Option<Spanned<String>>,
    pub(super) dialect: Option<Spanned<String>>,
    pub(super) options: Option<Spanned<BTreeMap<String, String>>>,
    pub(super) sample: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawStudy {
    pub(super) name: Option<String>,
    pub(super) segments: Option<Spanned<PathBuf>>,
    pub(super) personas: Option<Spanned<PathBuf>>,
    pub(super) value: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawResearch {
    pub(super) stale_after: Option<Spanned<i64>>,
    pub(super) changed: Option<Spanned<f64>>,
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLook {
    pub(super) theme: Option<ThemeName>,
    pub(super) mouse: Option<bool>,
    pub(super) ascii: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawEngine {
    /// Bytes, or a size such as `"8GB"`.
    #[serde(deserialize_with = "bytes")]
    #[schemars(with = "Option<SizeSetting>")]
    pub(super) memory: Option<usize>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a key such as \"ctrl-r\", or a list of keys")]
pub(super) enum RawKeys {
    One(String),
    Many(Vec<String>),
}

/// `header`: whether there is a line of names, or its number.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes the setting")]
pub(super) enum HeaderSetting {
    Present(bool),
    Line(u64),
}

/// `memory`: a number of bytes, or a size with its unit.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes the setting")]
pub(super) enum SizeSetting {
    Bytes(u64),
    Size(String),
}

impl RawTable {
    pub(super) fn read(
        self,
        source: &SourceFile,
        name: &str,
        span: Range<usize>,
        folder: &Path,
        is_remote: bool,
    ) -> Result<TableConfig, StudyError> {
        let sheet = sheet(source, self.sheet, is_remote)?;
        let mut choice = TableChoice { table: None, sheet };
        let path = match (self.path, self.table) {
            (Some(path), table) if !is_remote => {
                choice.table = table.map(|table| remote::name(source, table)).transpose()?;
                data_path(source, folder, path)?
            }
            (None, Some(table)) if is_remote => remote::name(source, table)?,
            (Some(other), _) | (None, Some(other)) if is_remote => {
                let error =
                    source.error_at(other.span(), format!("[tables.{name}] must be in the same engine as the base"));
                return Err(
                    error.with_hint("the base is in another engine: name the table there by table = \"…\" alone")
                );
            }
            (_, Some(table)) => {
                let error = source.error_at(table.span(), format!("[tables.{name}] has table, but no engine is set"));
                return Err(error.with_hint("without engine under [data] a table is a file: write path = \"…\""));
            }
            (_, None) => {
                let key = if is_remote { "table" } else { "path" };
                return Err(source.error_at(span, format!("[tables.{name}] needs a line {key} = \"…\"")));
            }
        };
        if let Some(separator) = self.theme_separator.as_ref().filter(|separator| separator.as_ref().is_empty()) {
            let error = source.error_at(separator.span(), "theme_separator is empty");
            return Err(error.with_hint("write the separator of two themes, such as \",\", or remove the line"));
        }
        let columns = TableColumns {
            key: self.key,
            key_until: self.key_until.filter(|mark| !mark.is_empty()),
            on: self.on,
            same_key: same_key(source, self.case, self.trim, is_remote)?,
            date: self.date,
            kind: self.kind,
            theme: self.theme,
            theme_separator: self.theme_separator.map(Spanned::into_inner),
            quote: self.quote,
            min_cell: self.min_cell,
        };
        let text = RawText {
            separator: self.separator,
            quote: self.quote_mark,
            plain_quotes: self.plain_quotes,
            escape: self.escape,
            header: self.header,
            encoding: self.encoding,
            decimal: self.decimal,
            comment: self.comment,
            skip: self.skip,
            on_bad_row: self.on_bad_row,
            types: self.types,
        };
        Ok(TableConfig { path, choice, columns, text: text.read(source, is_remote)? })
    }
}

/// Reads how the keys of a table are compared. Another engine compares them itself.
pub(super) fn same_key(
    source: &SourceFile,
    case: Option<Spanned<String>>,
    trim: Option<Spanned<bool>>,
    is_remote: bool,
) -> Result<SameKey, StudyError> {
    let given = case.as_ref().map(|case| ("case", case.span()));
    if let Some((key, span)) = given.or(trim.as_ref().map(|trim| ("trim", trim.span()))).filter(|_| is_remote) {
        let error = source.error_at(span, format!("{key} is a setting of tables in files"));
        return Err(error.with_hint("the base is in another engine: make a view there whose key is spelled alike"));
    }
    let ignores_case = match case.as_ref().map(|case| case.get_ref().as_str()) {
        None | Some("exact") => false,
        Some("ignore") => true,
        Some(other) => {
            let span = case.as_ref().map(Spanned::span).unwrap_or_default();
            let error = source.error_at(span, format!("case = {other:?} is not valid"));
            return Err(error.with_hint("write \"ignore\" or \"exact\""));
        }
    };
    Ok(SameKey { ignores_case, trims: trim.is_some_and(Spanned::into_inner) })
}

/// Reads the name of a sheet. A base in another engine has none.
pub(super) fn sheet(
    source: &SourceFile,
    sheet: Option<Spanned<String>>,
    is_remote: bool,
) -> Result<Option<String>, StudyError> {
    match sheet {
        Some(sheet) if is_remote => {
            let error = source.error_at(sheet.span(), "sheet is a setting of workbooks");
            Err(error.with_hint("the base is in another engine: remove the line"))
        }
        sheet => Ok(sheet.map(Spanned::into_inner)),
    }
}

/// Reads whether tables are kept for the next start. A base in another engine is not read.
pub(super) fn cache(source: &SourceFile, cache: Option<Spanned<bool>>, is_remote: bool) -> Result<bool, StudyError> {
    match cache {
        Some(cache) if is_remote => {
            let error = source.error_at(cache.span(), "cache is a setting of tables in files");
            Err(error.with_hint("the base is in another engine: remove the line; sample = 100_000 keeps a sample"))
        }
        cache => Ok(cache.is_some_and(Spanned::into_inner)),
    }
}

/// Reads the query that makes the base. A base in another engine is a table or a view there.
pub(super) fn query_text(source: &SourceFile, query: Spanned<String>, is_remote: bool) -> Result<String, StudyError> {
    if is_remote {
        let error = source.error_at(query.span(), "query joins tables in files");
        return Err(error.with_hint("the base is in another engine: make a view there, and name it by table = \"…\""));
    }
    match query.get_ref().trim().is_empty() {
        true => {
            Err(source.error_at(query.span(), "the query is empty").with_hint("write a SELECT, or remove the line"))
        }
        false => Ok(query.into_inner()),
    }
}

pub(super) fn data_path(source: &SourceFile, folder: &Path, path: Spanned<String>) -> Result<String, StudyError> {
    let span = path.span();
    match path.into_inner() {
        empty if empty.trim().is_empty() => Err(source.error_at(span, "the path is empty")),
        remote if remote.contains("://") => Ok(remote),
        // TOML cannot express a folder that is not UTF-8, but the folder can hold a study: keep as much as possible.
        file => Ok(folder.join(file).to_string_lossy().into_owned()),
    }
}

pub(super) fn file_path(source: &SourceFile, folder: &Path, path: Spanned<PathBuf>) -> Result<PathBuf, StudyError> {
    match path.as_ref().as_os_str().is_empty() {
        true => Err(source.error_at(path.span(), "the path is empty")),
        false => Ok(folder.join(path.into_inner())),
    }
}

pub(super) fn some_columns(source: &SourceFile, columns: Spanned<Vec<String>>) -> Result<Vec<String>, StudyError> {
    match columns.as_ref().is_empty() {
        true => {
            let error = source.error_at(columns.span(), "columns names no column");
            Err(error.with_hint("name those to keep, or remove the line to keep all"))
        }
        false => Ok(columns.into_inner()),
    }
}

/// Parses `"8GB"`, `"512 MiB"`, or bytes as a number.
fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let text = match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => text,
        other => other.to_string(),
    };
    let bytes = text.parse::<ByteSize>().ok().and_then(|size| usize::try_from(size.as_u64()).ok());
    bytes.map(Some).ok_or_else(|| D::Error::custom(format!("{text} is not an amount of memory: write it as \"8GB\"")))
}
