//! Reads `config.toml`, with defaults for missing keys.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use chrono::NaiveDate;
use etcetera::BaseStrategy;
use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::SourceFile;
use super::error::StudyError;
use super::remote::{self, RawRemote, RemoteConfig};
use super::spanned::Spanned;
use super::text_options::{self, RawText, RawType};
use crate::data::{TableChoice, TextOptions, Zone};
use crate::model::{SameKey, TableColumns, TableKind};

/// A study's settings: the defaults, overridden by the user's, overridden by the study's. Paths are absolute.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    pub data: DataConfig,
    pub study: StudyConfig,
    pub privacy: PrivacyConfig,
    pub look: LookConfig,
    pub engine: EngineConfig,
    /// `[tables.NAME]`: tables of customers' actions.
    pub tables: BTreeMap<String, TableConfig>,
    pub research: Thresholds,
    /// `[columns]`: expressions of named columns, such as `orders.count('30 days')`.
    pub columns: BTreeMap<String, String>,
    /// Keys by command name, as written: `ctrl-r`, `g`, `space`. They replace the command's default keys.
    pub keys: BTreeMap<String, Vec<String>>,
}

/// `[data]`: the base.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DataConfig {
    /// A file, a glob or a remote source (`scheme://…`).
    pub path: Option<String>,
    /// SQL that makes the base from `[tables.*]`, and from `path` under the name `base`.
    pub query: Option<String>,
    /// Column with the customer's key.
    pub key: Option<String>,
    /// Table that is read, of a file that holds several.
    pub choice: TableChoice,
    /// Columns that are kept, besides the key; all by default.
    pub columns: Option<Vec<String>>,
    /// Settings of delimited text that are not detected.
    pub text: TextOptions,
    /// True if tables of text are kept as Parquet for the next start.
    pub cache: bool,
    /// Time zone in which days are counted; UTC if absent.
    pub timezone: Option<Zone>,
    /// As-of date, the value of `today` in rules.
    pub as_of: Option<NaiveDate>,
    /// Engine that holds the base; then there is no path.
    pub remote: Option<RemoteConfig>,
    /// Number of customers of a base in another engine that are kept here, for estimates.
    pub sample: Option<u64>,
}

/// `[tables.NAME]`: a table of events, answers or coded passages, one row each.
#[derive(Debug, Clone, PartialEq)]
pub struct TableConfig {
    /// Same as `[data] path`; for a base in another engine, the table's name there, as `[data] table`.
    pub path: String,
    /// Same as that of `[data]`.
    pub choice: TableChoice,
    /// Column names, as the study spells them; the key is the base's by default.
    pub columns: TableColumns,
    /// Same as those of `[data]`.
    pub text: TextOptions,
}

/// `[study]`: settings of the base.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyConfig {
    /// Name shown in the title line.
    pub name: Option<String>,
    pub segments: Option<PathBuf>,
    pub personas: Option<PathBuf>,
    /// Value column, of which shares of value are computed.
    pub value: Option<String>,
}

/// `[privacy]`: limits of what is shown and exported.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PrivacyConfig {
    /// Columns whose values are never shown or exported.
    pub mask: Vec<String>,
    /// Smaller counts are drawn as `<min_cell`; 0 turns it off.
    pub min_cell: u64,
    /// Use of masked columns in rules.
    pub rules: Permission,
    /// Listing of customers row by row.
    pub rows: Permission,
}

/// Something that a study allows or refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    Allow,
    Refuse,
}

impl Default for PrivacyConfig {
    fn default() -> Self {
        Self { mask: Vec::new(), min_cell: 0, rules: Permission::Refuse, rows: Permission::Allow }
    }
}

impl PrivacyConfig {
    /// Returns the columns whose values no rule may read.
    pub fn masked_in_rules(&self) -> &[String] {
        if self.rules == Permission::Refuse { &self.mask } else { &[] }
    }
}

/// `[research]`: thresholds at which a persona needs another review.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// Number of days after which evidence is old.
    pub stale_after: i64,
    /// Relative change of the audience's share of the base since its last review.
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
    /// Bytes that may be kept between questions; half of the machine's memory by default.
    pub memory: Option<usize>,
}

/// `[look]`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LookConfig {
    pub theme: ThemeName,
    /// True if the mouse selects, scrolls and opens; by default it is left to the terminal, to select text.
    pub mouse: bool,
    /// True to draw in ASCII alone, false not to; by default the locale decides.
    pub ascii: Option<bool>,
}

/// Colours of the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// Chosen to suit the terminal: its own colours, or dark or light where it names its background.
    #[default]
    Auto,
    Dark,
    Light,
    /// Warm, on a dark background.
    Ember,
    /// Strong contrasts, which eyes with any colour deficiency can distinguish.
    Contrast,
    /// No colours: bold, dim and reverse only.
    Mono,
}

impl ThemeName {
    pub const ALL: [Self; 6] = [Self::Auto, Self::Dark, Self::Light, Self::Ember, Self::Contrast, Self::Mono];

    /// Returns the name as config files spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Ember => "ember",
            Self::Contrast => "contrast",
            Self::Mono => "mono",
        }
    }
}

/// A user's preferences for every study: `$XDG_CONFIG_HOME/crosscut/config.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Preferences {
    look: RawLook,
    engine: RawEngine,
    keys: BTreeMap<String, RawKeys>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawConfig {
    data: RawData,
    study: RawStudy,
    privacy: PrivacyConfig,
    research: RawResearch,
    tables: BTreeMap<String, Spanned<RawTable>>,
    columns: BTreeMap<String, String>,
    look: RawLook,
    engine: RawEngine,
    keys: BTreeMap<String, RawKeys>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawTable {
    path: Option<Spanned<String>>,
    table: Option<Spanned<String>>,
    sheet: Option<Spanned<String>>,
    key: Option<String>,
    key_until: Option<String>,
    on: Option<String>,
    case: Option<Spanned<String>>,
    trim: Option<Spanned<bool>>,
    date: Option<String>,
    #[serde(default)]
    kind: TableKind,
    theme: Option<String>,
    theme_separator: Option<Spanned<String>>,
    quote: Option<String>,
    min_cell: Option<u64>,
    separator: Option<Spanned<String>>,
    quote_mark: Option<Spanned<String>>,
    #[serde(default)]
    plain_quotes: bool,
    escape: Option<Spanned<String>>,
    #[schemars(with = "Option<HeaderSetting>")]
    header: Option<Spanned<toml::Value>>,
    encoding: Option<Spanned<String>>,
    decimal: Option<Spanned<String>>,
    comment: Option<Spanned<String>>,
    skip: Option<Spanned<i64>>,
    on_bad_row: Option<Spanned<String>>,
    #[serde(default)]
    types: BTreeMap<String, Spanned<RawType>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawData {
    path: Option<Spanned<String>>,
    query: Option<Spanned<String>>,
    cache: Option<Spanned<bool>>,
    key: Option<String>,
    columns: Option<Spanned<Vec<String>>>,
    separator: Option<Spanned<String>>,
    quote: Option<Spanned<String>>,
    plain_quotes: bool,
    escape: Option<Spanned<String>>,
    #[schemars(with = "Option<HeaderSetting>")]
    header: Option<Spanned<toml::Value>>,
    encoding: Option<Spanned<String>>,
    decimal: Option<Spanned<String>>,
    comment: Option<Spanned<String>>,
    skip: Option<Spanned<i64>>,
    on_bad_row: Option<Spanned<String>>,
    types: BTreeMap<String, Spanned<RawType>>,
    timezone: Option<Spanned<String>>,
    /// A date: `2026-06-30`, bare or in quotes.
    #[schemars(with = "Option<String>")]
    as_of: Option<Spanned<toml::Value>>,
    engine: Option<Spanned<String>>,
    driver: Option<Spanned<String>>,
    profile: Option<Spanned<String>>,
    uri: Option<Spanned<String>>,
    url: Option<Spanned<String>>,
    table: Option<Spanned<String>>,
    sheet: Option<Spanned<String>>,
    dialect: Option<Spanned<String>>,
    options: Option<Spanned<BTreeMap<String, String>>>,
    sample: Option<Spanned<i64>>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawStudy {
    name: Option<String>,
    segments: Option<Spanned<PathBuf>>,
    personas: Option<Spanned<PathBuf>>,
    value: Option<String>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawResearch {
    stale_after: Option<Spanned<i64>>,
    changed: Option<Spanned<f64>>,
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawLook {
    theme: Option<ThemeName>,
    mouse: Option<bool>,
    ascii: Option<bool>,
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RawEngine {
    /// Bytes, or a size such as `"8GB"`.
    #[serde(deserialize_with = "bytes")]
    #[schemars(with = "Option<SizeSetting>")]
    memory: Option<usize>,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected a key such as \"ctrl-r\", or a list of keys")]
enum RawKeys {
    One(String),
    Many(Vec<String>),
}

/// `header`: whether there is a line of names, or its number.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes the setting")]
enum HeaderSetting {
    Present(bool),
    Line(u64),
}

/// `memory`: a number of bytes, or a size with its unit.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it only describes the setting")]
enum SizeSetting {
    Bytes(u64),
    Size(String),
}

/// Returns the JSON Schema of `config.toml`.
pub(super) fn schema() -> schemars::Schema {
    schemars::schema_for!(RawConfig)
}

impl DataConfig {
    /// Returns the folder in which tables are kept, if the study keeps them: `$XDG_CACHE_HOME/crosscut/tables`.
    pub fn cache_folder(&self) -> Option<PathBuf> {
        let folder = || Some(etcetera::base_strategy::Xdg::new().ok()?.cache_dir().join("crosscut/tables"));
        self.cache.then(folder).flatten()
    }
}

impl RawTable {
    fn read(
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
                let error = source.error_at(other.span(), format!("[tables.{name}] is to be where the base is"));
                return Err(
                    error.with_hint("the base is in another engine: name the table there by table = \"…\" alone")
                );
            }
            (_, Some(table)) => {
                let error = source.error_at(table.span(), format!("[tables.{name}] names a table of no engine"));
                return Err(error.with_hint("without [data] engine a table is a file: write path = \"…\""));
            }
            (_, None) => {
                let key = if is_remote { "table" } else { "path" };
                return Err(source.error_at(span, format!("[tables.{name}] needs a line {key} = \"…\"")));
            }
        };
        if let Some(separator) = self.theme_separator.as_ref().filter(|separator| separator.as_ref().is_empty()) {
            let error = source.error_at(separator.span(), "theme_separator is empty");
            return Err(error.with_hint("write what stands between two themes, such as \",\", or take the line out"));
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

impl Config {
    /// Reads the study's settings over the user's. Paths are relative to the config file's folder.
    pub(super) fn read(source: &SourceFile, preferences: Preferences) -> Result<Self, StudyError> {
        let mut raw: RawConfig = source.parse()?;
        let folder = source.path.parent().unwrap_or(Path::new("/"));
        let mut config = Config::preferred(preferences);
        config.prefer(Preferences { look: raw.look, engine: raw.engine, keys: raw.keys });
        let is_file =
            raw.data.path.is_some() && raw.data.engine.as_ref().is_none_or(|engine| engine.get_ref() == "local");
        let table = if is_file { raw.data.table.take() } else { None };
        let remote = RawRemote {
            engine: raw.data.engine,
            driver: raw.data.driver,
            profile: raw.data.profile,
            uri: raw.data.uri,
            url: raw.data.url,
            table: raw.data.table,
            dialect: raw.data.dialect,
            options: raw.data.options,
            path: raw.data.path.as_ref().map(Spanned::span),
        };
        let remote = remote.read(source)?;
        let is_remote = remote.is_some();
        let text = RawText {
            separator: raw.data.separator,
            quote: raw.data.quote,
            plain_quotes: raw.data.plain_quotes,
            escape: raw.data.escape,
            header: raw.data.header,
            encoding: raw.data.encoding,
            decimal: raw.data.decimal,
            comment: raw.data.comment,
            skip: raw.data.skip,
            on_bad_row: raw.data.on_bad_row,
            types: raw.data.types,
        };
        config.data = DataConfig {
            sample: raw.data.sample.map(|size| remote::sample_size(source, size, is_remote)).transpose()?,
            remote,
            path: raw.data.path.map(|path| data_path(source, folder, path)).transpose()?,
            cache: cache(source, raw.data.cache, is_remote)?,
            query: raw.data.query.map(|query| query_text(source, query, is_remote)).transpose()?,
            key: raw.data.key,
            choice: TableChoice {
                table: table.map(|table| remote::name(source, table)).transpose()?,
                sheet: sheet(source, raw.data.sheet, is_remote)?,
            },
            columns: raw.data.columns.map(|columns| some_columns(source, columns)).transpose()?,
            text: text.read(source, is_remote)?,
            timezone: text_options::timezone(source, raw.data.timezone, is_remote)?,
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
        let table = |(name, raw): (String, Spanned<RawTable>)| {
            let span = raw.span();
            let table = raw.into_inner().read(source, &name, span, folder, is_remote)?;
            Ok((name, table))
        };
        config.tables = raw.tables.into_iter().map(table).collect::<Result<_, StudyError>>()?;
        Ok(config)
    }

    /// Returns the defaults with the user's preferences.
    pub(super) fn preferred(preferences: Preferences) -> Self {
        let mut config = Config::default();
        config.prefer(preferences);
        config
    }

    fn prefer(&mut self, preferences: Preferences) {
        self.look.theme = preferences.look.theme.unwrap_or(self.look.theme);
        self.look.mouse = preferences.look.mouse.unwrap_or(self.look.mouse);
        self.look.ascii = preferences.look.ascii.or(self.look.ascii);
        self.engine.memory = preferences.engine.memory.or(self.engine.memory);
        self.keys.extend(preferences.keys.into_iter().map(|(command, keys)| match keys {
            RawKeys::One(key) => (command, vec![key]),
            RawKeys::Many(keys) => (command, keys),
        }));
    }
}

/// Reads how the keys of a table are compared. Another engine compares them itself.
fn same_key(
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
            let error = source.error_at(span, format!("case = {other:?} is no way to compare keys"));
            return Err(error.with_hint("write \"ignore\" or \"exact\""));
        }
    };
    Ok(SameKey { ignores_case, trims: trim.is_some_and(Spanned::into_inner) })
}

/// Reads the name of a sheet. A base in another engine has none.
fn sheet(source: &SourceFile, sheet: Option<Spanned<String>>, is_remote: bool) -> Result<Option<String>, StudyError> {
    match sheet {
        Some(sheet) if is_remote => {
            let error = source.error_at(sheet.span(), "sheet is a setting of workbooks");
            Err(error.with_hint("the base is in another engine: take the line out"))
        }
        sheet => Ok(sheet.map(Spanned::into_inner)),
    }
}

/// Reads whether tables are kept for the next start. A base in another engine is not read.
fn cache(source: &SourceFile, cache: Option<Spanned<bool>>, is_remote: bool) -> Result<bool, StudyError> {
    match cache {
        Some(cache) if is_remote => {
            let error = source.error_at(cache.span(), "cache is a setting of tables in files");
            Err(error.with_hint("the base is in another engine: take the line out; sample = 100_000 keeps a sample"))
        }
        cache => Ok(cache.is_some_and(Spanned::into_inner)),
    }
}

/// Reads the query that makes the base. A base in another engine is a table or a view there.
fn query_text(source: &SourceFile, query: Spanned<String>, is_remote: bool) -> Result<String, StudyError> {
    if is_remote {
        let error = source.error_at(query.span(), "query joins tables in files");
        return Err(error.with_hint("the base is in another engine: make a view there, and name it by table = \"…\""));
    }
    match query.get_ref().trim().is_empty() {
        true => {
            Err(source.error_at(query.span(), "the query is empty").with_hint("write a SELECT, or take the line out"))
        }
        false => Ok(query.into_inner()),
    }
}

fn data_path(source: &SourceFile, folder: &Path, path: Spanned<String>) -> Result<String, StudyError> {
    let span = path.span();
    match path.into_inner() {
        empty if empty.trim().is_empty() => Err(source.error_at(span, "the path is empty")),
        remote if remote.contains("://") => Ok(remote),
        // TOML cannot express a folder that is not UTF-8, but the folder can hold a study: keep as much as possible.
        file => Ok(folder.join(file).to_string_lossy().into_owned()),
    }
}

fn file_path(source: &SourceFile, folder: &Path, path: Spanned<PathBuf>) -> Result<PathBuf, StudyError> {
    match path.as_ref().as_os_str().is_empty() {
        true => Err(source.error_at(path.span(), "the path is empty")),
        false => Ok(folder.join(path.into_inner())),
    }
}

fn some_columns(source: &SourceFile, columns: Spanned<Vec<String>>) -> Result<Vec<String>, StudyError> {
    match columns.as_ref().is_empty() {
        true => {
            let error = source.error_at(columns.span(), "columns names no column");
            Err(error.with_hint("name those to keep, or take the line out to keep all"))
        }
        false => Ok(columns.into_inner()),
    }
}

/// Returns the thresholds, with defaults for missing ones.
fn thresholds(source: &SourceFile, raw: RawResearch) -> Result<Thresholds, StudyError> {
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

/// Parses a TOML date or a text of the same form.
fn as_of(source: &SourceFile, value: Spanned<toml::Value>) -> Result<NaiveDate, StudyError> {
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

/// Parses `"8GB"`, `"512 MiB"`, or bytes as a number.
fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<usize>, D::Error> {
    let text = match toml::Value::deserialize(deserializer)? {
        toml::Value::String(text) => text,
        other => other.to_string(),
    };
    let bytes = text.parse::<ByteSize>().ok().and_then(|size| usize::try_from(size.as_u64()).ok());
    bytes.map(Some).ok_or_else(|| D::Error::custom(format!("{text} is no amount of memory: write it as \"8GB\"")))
}

/// Parses `YYYY-MM-DD` and nothing else: chrono alone would also accept `2026-6-3` and `+2026-06-03`.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}
