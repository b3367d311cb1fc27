//! Reads `config.toml`, with defaults for missing keys.

mod raw;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use etcetera::BaseStrategy;
use schemars::JsonSchema;
use serde::Deserialize;

use self::raw::{
    RawConfig, RawEngine, RawKeys, RawLook, RawResearch, RawTable, cache, data_path, file_path, query_text, sheet,
    some_columns,
};
use super::SourceFile;
use super::error::StudyError;
use super::remote::{self, RawRemote, RemoteConfig};
use super::spanned::Spanned;
use super::text_options::{self, RawText};
use crate::data::{TableChoice, TextOptions, Zone};
use crate::model::TableColumns;

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
    /// The table to read, if the file holds several.
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

/// Settings of `[engine]`: the memory that this process may use.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EngineConfig {
    /// Bytes that may be kept between questions; half of the machine's memory by default.
    pub memory: Option<usize>,
}

/// Settings of `[look]`: theme, mouse and characters of the screen.
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
            return Err(error.with_hint("with 0.2, a persona is stale once its share of the base changes by 20 %"));
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

/// Parses `YYYY-MM-DD` and nothing else: chrono alone would also accept `2026-6-3` and `+2026-06-03`.
fn parse_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape.then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}
