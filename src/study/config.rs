//! `config.toml`: what it says, and the defaults of what it does not say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use chrono::NaiveDate;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::Source;
use super::error::StudyError;
use crate::model::{TableColumns, TableKind};

/// A study's settings: built-in defaults, then the user's own, then the study's. Paths are absolute.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    pub data: DataConfig,
    pub study: StudyConfig,
    pub privacy: Privacy,
    pub look: Look,
    pub engine: EngineConfig,
    /// `[tables.NAME]`: what customers did.
    pub tables: BTreeMap<String, TableConfig>,
    pub research: Thresholds,
    /// `[columns]`: a name, and what it stands for: `orders.count('30 days')`.
    pub columns: BTreeMap<String, String>,
    /// Command name to its keys, as written: `ctrl-r`, `g`, `space`. They replace the command's own.
    pub keys: BTreeMap<String, Vec<String>>,
}

/// `[data]`: the base.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DataConfig {
    /// A file, a glob or a remote source (`scheme://…`).
    pub path: Option<String>,
    /// The column that names a customer.
    pub key: Option<String>,
    /// The columns that are kept, besides the key; all if nothing is said.
    pub columns: Option<Vec<String>>,
    /// What `today` means in rules.
    pub as_of: Option<NaiveDate>,
}

/// `[tables.NAME]`: a table of events, answers or coded passages, a row each.
#[derive(Debug, Clone, PartialEq)]
pub struct TableConfig {
    /// As `[data] path`.
    pub path: String,
    /// As the study spells them; without a key it is the base's.
    pub columns: TableColumns,
}

/// `[study]`: what is said about the base.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyConfig {
    /// Shown in the title line.
    pub name: Option<String>,
    pub segments: Option<PathBuf>,
    pub personas: Option<PathBuf>,
    /// The money column that shares of value are taken of.
    pub value: Option<String>,
}

/// `[privacy]`: what is kept from eyes and files.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Privacy {
    /// Columns never drawn nor exported in the clear.
    pub mask: Vec<String>,
    /// Smaller counts are drawn as `<min_cell`; 0 turns it off.
    pub min_cell: u64,
}

/// `[research]`: when a persona is to be looked over again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Days after which evidence is old.
    pub stale_after: i64,
    /// Relative change of the audience's share of the base since it was last reviewed.
    pub changed: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { stale_after: 365, changed: 0.2 }
    }
}

/// `[engine]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EngineConfig {
    /// Bytes that may be kept between questions; half of the machine's memory otherwise.
    pub memory: Option<usize>,
}

/// `[look]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Look {
    pub theme: ThemeName,
}

/// Which colours the screen uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// Whatever suits the terminal.
    #[default]
    Auto,
    Dark,
    Light,
    /// No colour at all: bold, dim and reverse only.
    Mono,
}

/// What a user prefers in every study: `$XDG_CONFIG_HOME/crosscut/config.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Preferences {
    look: RawLook,
    engine: RawEngine,
    keys: BTreeMap<String, RawKeys>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawConfig {
    data: RawData,
    study: RawStudy,
    privacy: Privacy,
    research: RawResearch,
    tables: BTreeMap<String, RawTable>,
    columns: BTreeMap<String, String>,
    look: RawLook,
    engine: RawEngine,
    keys: BTreeMap<String, RawKeys>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTable {
    path: Spanned<String>,
    key: Option<String>,
    key_until: Option<String>,
    on: Option<String>,
    date: Option<String>,
    #[serde(default)]
    kind: TableKind,
    theme: Option<String>,
    theme_separator: Option<Spanned<String>>,
    quote: Option<String>,
    min_cell: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawData {
    path: Option<Spanned<String>>,
    key: Option<String>,
    columns: Option<Spanned<Vec<String>>>,
    as_of: Option<Spanned<toml::Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawStudy {
    name: Option<String>,
    segments: Option<Spanned<PathBuf>>,
    personas: Option<Spanned<PathBuf>>,
    value: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawResearch {
    stale_after: Option<Spanned<i64>>,
    changed: Option<Spanned<f64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawLook {
    theme: Option<ThemeName>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawEngine {
    #[serde(deserialize_with = "bytes")]
    memory: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a key such as \"ctrl-r\", or a list of keys")]
enum RawKeys {
    One(String),
    Many(Vec<String>),
}

impl RawTable {
    fn read(self, source: &Source, folder: &Path) -> Result<TableConfig, StudyError> {
        let path = data_path(source, folder, self.path)?;
        if let Some(separator) = self.theme_separator.as_ref().filter(|separator| separator.as_ref().is_empty()) {
            let error = source.error_at(separator.span(), "theme_separator is empty");
            return Err(error.with_hint("write what stands between two themes, such as \",\", or take the line out"));
        }
        let columns = TableColumns {
            key: self.key,
            key_until: self.key_until.filter(|mark| !mark.is_empty()),
            on: self.on,
            date: self.date,
            kind: self.kind,
            theme: self.theme,
            theme_separator: self.theme_separator.map(Spanned::into_inner),
            quote: self.quote,
            min_cell: self.min_cell,
        };
        Ok(TableConfig { path, columns })
    }
}

impl Config {
    /// The study's own settings over the user's. Paths are taken to be relative to the config file's folder.
    pub(super) fn read(source: &Source, preferences: Preferences) -> Result<Self, StudyError> {
        let raw: RawConfig = source.parse()?;
        let folder = source.path.parent().unwrap_or(Path::new("/"));
        let mut config = Config::preferred(preferences);
        config.prefer(Preferences { look: raw.look, engine: raw.engine, keys: raw.keys });
        config.data = DataConfig {
            path: raw.data.path.map(|path| data_path(source, folder, path)).transpose()?,
            key: raw.data.key,
            columns: raw.data.columns.map(|columns| some_columns(source, columns)).transpose()?,
            as_of: raw.data.as_of.map(|date| as_of(source, date)).transpose()?,
        };
        config.study = StudyConfig {
            name: raw.study.name,
            segments: raw.study.segments.map(|path| file_path(source, folder, path)).transpose()?,
            personas: raw.study.personas.map(|path| file_path(source, folder, path)).transpose()?,
            value: raw.study.value,
        };
        config.privacy = raw.privacy;
        config.research = thresholds(source, raw.research)?;
        config.columns = raw.columns;
        let table = |(name, raw): (String, RawTable)| Ok((name, raw.read(source, folder)?));
        config.tables = raw.tables.into_iter().map(table).collect::<Result<_, StudyError>>()?;
        Ok(config)
    }

    /// The defaults with the user's preferences.
    pub(super) fn preferred(preferences: Preferences) -> Self {
        let mut config = Config::default();
        config.prefer(preferences);
        config
    }

    fn prefer(&mut self, preferences: Preferences) {
        self.look.theme = preferences.look.theme.unwrap_or(self.look.theme);
        self.engine.memory = preferences.engine.memory.or(self.engine.memory);
        self.keys.extend(preferences.keys.into_iter().map(|(command, keys)| match keys {
            RawKeys::One(key) => (command, vec![key]),
            RawKeys::Many(keys) => (command, keys),
        }));
    }
}

fn data_path(source: &Source, folder: &Path, path: Spanned<String>) -> Result<String, StudyError> {
    let span = path.span();
    match path.into_inner() {
        empty if empty.trim().is_empty() => Err(source.error_at(span, "the path is empty")),
        remote if remote.contains("://") => Ok(remote),
        // A folder that is not UTF-8 cannot be told in TOML, but it can hold a study: keep what can be kept.
        file => Ok(folder.join(file).to_string_lossy().into_owned()),
    }
}

fn file_path(source: &Source, folder: &Path, path: Spanned<PathBuf>) -> Result<PathBuf, StudyError> {
    match path.as_ref().as_os_str().is_empty() {
        true => Err(source.error_at(path.span(), "the path is empty")),
        false => Ok(folder.join(path.into_inner())),
    }
}

fn some_columns(source: &Source, columns: Spanned<Vec<String>>) -> Result<Vec<String>, StudyError> {
    match columns.as_ref().is_empty() {
        true => {
            let error = source.error_at(columns.span(), "columns names no column");
            Err(error.with_hint("name those to keep, or take the line out to keep all"))
        }
        false => Ok(columns.into_inner()),
    }
}

/// What is not said stays as it is built in.
fn thresholds(source: &Source, raw: RawResearch) -> Result<Thresholds, StudyError> {
    let mut thresholds = Thresholds::default();
    if let Some(days) = raw.stale_after {
        if *days.get_ref() < 1 {
            return Err(source.error_at(days.span(), "stale_after is a number of days, 1 at least"));
        }
        thresholds.stale_after = days.into_inner();
    }
    if let Some(changed) = raw.changed {
        if !(changed.get_ref().is_finite() && *changed.get_ref() > 0.0) {
            let error = source.error_at(changed.span(), "changed is a share above 0");
            return Err(error.with_hint("0.2 calls an audience changed when its share of the base is a fifth off"));
        }
        thresholds.changed = changed.into_inner();
    }
    Ok(thresholds)
}

/// A TOML date or a text of the same form.
fn as_of(source: &Source, value: Spanned<toml::Value>) -> Result<NaiveDate, StudyError> {
    let span = value.span();
    let text = match value.into_inner() {
        toml::Value::String(text) => text,
        toml::Value::Datetime(date) => date.to_string(),
        other => other.to_string(),
    };
    parse_date(&text).ok_or_else(|| {
        source
            .error_at(span, format!("{text:?} is not a date"))
            .with_hint("write a day as YYYY-MM-DD, such as \"2026-06-30\"")
    })
}

/// `"8GB"`, `"512 MiB"`, or plain bytes as a number.
fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let text = match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => text,
        other => other.to_string(),
    };
    let bytes = text.parse::<ByteSize>().ok().and_then(|size| usize::try_from(size.as_u64()).ok());
    bytes.map(Some).ok_or_else(|| D::Error::custom(format!("{text} is no amount of memory: write it as \"8GB\"")))
}

/// `YYYY-MM-DD` and nothing else: chrono alone would also take `2026-6-3` and `+2026-06-03`.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}
