//! The study: `config.toml` and the files it names, which git can diff.
//!
//! [`load`] reads them, with file, line and column in its errors. [`problems`] checks them as far as possible without
//! the base. [`save`] changes them, keeps the person's comments, order and spacing, and writes whole files or nothing
//! ([`atomic`]). [`starter`] makes the first study for a table.
//!
//! A complete `config.toml`. Every key may be missing; paths are relative to the file.
//!
//! ```toml
//! [data]
//! path = "sample/customers.csv"     # docs/files.md lists the formats; a folder, a glob, or a remote source
//! # table = "customers"             # of an SQLite database; sheet = "…" of a workbook
//! key = "customer_id"               # column with the customer's key
//! as_of = "2026-06-30"              # the value of `today` in rules; the day of the run by default
//! columns = ["country", "spend_12m", "email", "name"]   # only these and the key are kept; all by default
//!
//! [study]
//! name = "shop"                     # shown in the title line
//! segments = "sample/segments.toml"
//! personas = "sample/personas.toml"
//! value = "spend_12m"               # the value column, of which shares of value are computed
//!
//! [privacy]
//! mask = ["email", "name"]          # columns whose values are never shown or exported
//! min_cell = 10                     # smaller counts are drawn as "<10"; 0 turns it off
//! rules = "refuse"                  # the default; "allow": rules may read masked columns
//! rows = "allow"                    # the default; "refuse": customers are not listed
//!
//! [tables.orders]                   # actions of customers, one row per event
//! path = "sample/orders.csv"
//! key = "customer_id"               # the customer; the base's key by default
//! date = "date"                     # the date, for windows
//!
//! [tables.interviews]               # answers of customers; see [`crate::model::TableColumns`] for all keys
//! path = "sample/interviews.csv"
//! kind = "interviews"               # events (the default), survey, interviews
//! theme = "theme"                   # themes; with theme_separator = "," a cell may have several
//! quote = "quote"                   # verbatim quotes
//!
//! [columns]                         # names for computed columns
//! orders_90d = "orders.count('90 days')"
//!
//! [look]
//! theme = "auto"                    # auto, dark, light, ember, contrast, mono
//! mouse = false                     # true: the mouse selects, scrolls, sorts and opens
//! ascii = false                     # true: ASCII alone; by default the locale decides
//!
//! [keys]                            # the keys of a command, in place of its defaults
//! redo = "ctrl-r"
//! group = ["b", "ctrl-b"]
//! ```
//!
//! `[look]`, `[engine]` and `[keys]` may also be in the user's own `$XDG_CONFIG_HOME/crosscut/config.toml`; a
//! study's settings take precedence.

pub mod atomic;
mod config;
mod edit;
mod error;
mod notes;
mod place;
mod preferences;
mod problems;
mod remote;
mod save;
mod source;
mod spanned;
pub mod starter;
mod text_options;
mod users;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::data::{BASE, BaseLocation, BaseQuery, QueryTable, tables_of};
use crate::model::{Definitions, Persona, Segment, Segmentation, TableColumns};
use atomic::{Fingerprint, FolderLock, LockMode};

pub use config::{
    Config, DataConfig, LookConfig, Permission, PrivacyConfig, StudyConfig, TableConfig, ThemeName, Thresholds,
};
pub use edit::{persona_text, read_persona};
pub use error::StudyError;
pub use place::{FilePlace, StudyItem};
pub use preferences::keep_theme;
pub use problems::{DefinitionProblem, Severity, problems};
pub use remote::{EngineConnection, RemoteConfig};
pub use save::{Change, Overwrite, SaveError, save};
pub use source::SourceFile;
pub use users::users_of;

/// One of the files of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StudyFileKind {
    Config,
    Segments,
    Personas,
}

/// Returns the JSON Schema of a file of a study, by which editors complete and check it. TOML's dates are strings in it.
pub fn schema(file: StudyFileKind) -> serde_json::Value {
    let schema = match file {
        StudyFileKind::Config => config::schema(),
        StudyFileKind::Segments => schemars::schema_for!(SegmentsFile),
        StudyFileKind::Personas => schemars::schema_for!(PersonasFile),
    };
    schema.to_value()
}

/// A study that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    pub config: Config,
    /// Absolute path of the `config.toml`; `None` if a table was opened without a study.
    pub file: Option<PathBuf>,
    pub definitions: Definitions,
    pub files: StudyFiles,
    /// Notices on how it was read: an interrupted save that was finished.
    pub notices: Vec<String>,
}

/// The files of a study, as far as it has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyFiles {
    pub config: Option<SourceFile>,
    pub segments: Option<SourceFile>,
    pub personas: Option<SourceFile>,
    /// The user's own preferences.
    pub user: Option<SourceFile>,
}

/// Texts of the definition files; `None` for a file that the study does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DefinitionTexts {
    pub segments: Option<String>,
    pub personas: Option<String>,
}

impl Study {
    /// Returns the current texts of the definition files, which [`Change::Restore`] can restore.
    pub fn texts(&self) -> DefinitionTexts {
        let text = |file: &Option<SourceFile>| file.as_ref().map(|file| file.text.clone());
        DefinitionTexts { segments: text(&self.files.segments), personas: text(&self.files.personas) }
    }

    /// Returns true if the study's own config sets a theme, which then comes before the user's.
    pub fn sets_theme(&self) -> bool {
        let config = self.files.config.as_ref().and_then(|config| config.text.parse::<toml::Table>().ok());
        config.is_some_and(|config| config.get("look").and_then(|look| look.get("theme")).is_some())
    }

    /// Returns the query that makes the base, if there is one, with the tables that it may name.
    pub fn query(&self) -> Option<BaseQuery> {
        let data = &self.config.data;
        let of_path = |path: &String| QueryTable {
            name: BASE.to_owned(),
            location: BaseLocation::parse(path),
            choice: data.choice.clone(),
            text: data.text.clone(),
            label: "[data] path".to_owned(),
        };
        let of_table = |(name, table): (&String, &TableConfig)| QueryTable {
            name: name.clone(),
            location: BaseLocation::parse(&table.path),
            choice: table.choice.clone(),
            text: table.text.clone(),
            label: format!("[tables.{name}]"),
        };
        let tables = data.path.iter().map(of_path).chain(self.config.tables.iter().map(of_table)).collect();
        Some(BaseQuery { sql: data.query.clone()?, tables })
    }

    /// Returns the tables of events that the config names. A table that the query of the base names is one only if a
    /// setting says how its rows belong to customers.
    pub fn event_sources(&self) -> Vec<crate::data::EventSource> {
        let source = |(name, table): (&String, &TableConfig)| crate::data::EventSource {
            name: name.clone(),
            path: table.path.clone(),
            choice: table.choice.clone(),
            columns: table.columns.clone(),
            text: table.text.clone(),
            timezone: self.config.data.timezone,
            memory: self.config.engine.memory,
            cache: self.config.data.cache_folder(),
        };
        let in_query = self.config.data.query.as_deref().and_then(|sql| tables_of(sql).ok()).unwrap_or_default();
        let is_of_events = |(name, table): &(&String, &TableConfig)| {
            !in_query.contains(name) || table.columns != TableColumns::default()
        };
        self.config.tables.iter().filter(is_of_events).map(source).collect()
    }

    /// Returns the missing tables, each with the reason and the place in the config.
    pub fn missing_tables<'a>(
        &'a self,
        schema: &'a crate::model::Schema,
    ) -> impl Iterator<Item = (Option<FilePlace>, &'a crate::model::Missing)> {
        let tables = schema.all_missing().iter().filter(|missing| self.config.tables.contains_key(&missing.name));
        tables.map(|missing| (self.place(StudyItem::Table(&missing.name)), missing))
    }

    /// Returns the study for `crosscut DATA`: no definitions, only the user's preferences. `data` is used unchanged.
    ///
    /// # Errors
    /// Returns an error if the user's preferences cannot be read.
    pub fn without_file(data: &str, user: Option<&Path>) -> Result<Self, StudyError> {
        let (preferences, user) = read_preferences(user)?;
        let mut config = Config::preferred(preferences);
        config.data.path = Some(data.to_owned());
        let files = StudyFiles { user, ..StudyFiles::default() };
        Ok(Self { config, file: None, definitions: Definitions::default(), files, notices: Vec::new() })
    }
}

/// Reads a study: its `config.toml`, the files that it names, and the user's preferences if there are any. Finishes a
/// save of its files that was interrupted.
///
/// Errors in the definitions themselves (names used twice, spans of missing segments) do not stop a study from being
/// read; [`problems`] reports them.
///
/// # Errors
/// Returns the first thing that cannot be read, with its place.
pub fn load(config_file: &Path, user: Option<&Path>) -> Result<Study, StudyError> {
    let path = absolute(config_file)?;
    let (preferences, user) = read_preferences(user)?;
    let mut notices = Vec::new();
    recover(&[&path], &mut notices);
    let read_config = || -> Result<(SourceFile, Config), StudyError> {
        let source = SourceFile::read(&path)?;
        let config = Config::read(&source, preferences.clone())?;
        Ok((source, config))
    };
    let (config_source, config) = read_config()?;
    let named = [&config.study.segments, &config.study.personas].into_iter().flatten().map(PathBuf::as_path);
    let elsewhere: Vec<&Path> = named.filter(|file| file.parent() != path.parent()).collect();
    recover(&elsewhere, &mut notices);
    // Without a lock, files that are being saved together could be read half before and half after.
    let folders = elsewhere.iter().copied().chain([path.as_path()]).filter_map(Path::parent);
    let _lock = FolderLock::take(folders, LockMode::Shared);
    let (config_source, config) = match Fingerprint::on_disk(&path) {
        Ok(now) if now == config_source.fingerprint => (config_source, config),
        _ => read_config()?,
    };
    let read = |path: &Option<PathBuf>, key: &str| {
        path.as_ref()
            .map(|path| SourceFile::read(path).map_err(|error| named_by(&config_source, key, error)))
            .transpose()
    };
    let segments = read(&config.study.segments, "segments")?;
    let personas = read(&config.study.personas, "personas")?;
    let definitions = read_definitions(segments.as_ref(), personas.as_ref())?;
    let files = StudyFiles { config: Some(config_source), segments, personas, user };
    Ok(Study { config, file: Some(path), definitions, files, notices })
}

/// Finishes interrupted saves in the folders of these files, and reports them.
fn recover(files: &[&Path], notices: &mut Vec<String>) {
    // A save replaces the file at the end of a symbolic link.
    let real: Vec<PathBuf> = files.iter().filter_map(|file| file.canonicalize().ok()).collect();
    let mut folders: Vec<&Path> = real.iter().filter_map(|file| file.parent()).collect();
    folders.dedup();
    let names = |files: &[PathBuf]| {
        let names = files.iter().map(|file| error::shown(file).to_string());
        names.collect::<Vec<_>>().join(", ")
    };
    match atomic::recover(&folders) {
        Ok(recovered) => {
            if !recovered.finished.is_empty() {
                notices.push(format!("finished a save that was interrupted: {}", names(&recovered.finished)));
            }
            if !recovered.edited.is_empty() {
                let edited = names(&recovered.edited);
                notices.push(format!("a save was interrupted, and {edited} edited since: compare it by hand"));
            }
        }
        Err(atomic::LockError::Busy(_)) => {}
        Err(atomic::LockError::Io(file, error)) => {
            let reason = source::reason(&error);
            notices.push(format!("a save was interrupted and cannot be finished: {}: {reason}", error::shown(&file)));
        }
    }
}

/// Returns `./config.toml`, if it is a study: many programs have a file of that name.
pub fn find() -> Option<PathBuf> {
    find_in(Path::new("."))
}

/// Returns the folder's `config.toml`, if it is a study.
pub fn find_in(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("config.toml");
    let text = SourceFile::read(&path).ok()?.text;
    let is_study = match text.parse::<toml::Table>() {
        Ok(table) => ["data", "study"].iter().any(|key| table.get(*key).is_some_and(toml::Value::is_table)),
        // A broken study counts as a study, so that its error is shown.
        Err(_) => text.lines().any(|line| line.starts_with("[data]") || line.starts_with("[study]")),
    };
    is_study.then_some(path)
}

/// Returns the user's own preferences: `$XDG_CONFIG_HOME/crosscut/config.toml`, if there is such a file.
pub fn user_file() -> Option<PathBuf> {
    user_path().filter(|path| path.exists())
}

/// Returns the path of the user's own preferences, whether or not there is such a file; `None` without a home.
pub fn user_path() -> Option<PathBuf> {
    Some(etcetera::base_strategy::Xdg::new().ok()?.config_dir().join("crosscut/config.toml"))
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct SegmentsFile {
    segment: Vec<Segment>,
    segmentation: Vec<Segmentation>,
}

#[derive(Deserialize, Default, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct PersonasFile {
    persona: Vec<Persona>,
}

fn read_definitions(segments: Option<&SourceFile>, personas: Option<&SourceFile>) -> Result<Definitions, StudyError> {
    let SegmentsFile { segment, segmentation } = segments.map(SourceFile::parse).transpose()?.unwrap_or_default();
    let PersonasFile { persona } = personas.map(SourceFile::parse).transpose()?.unwrap_or_default();
    Ok(Definitions { segments: segment, segmentations: segmentation, personas: persona })
}

fn read_preferences(user: Option<&Path>) -> Result<(config::Preferences, Option<SourceFile>), StudyError> {
    let Some(path) = user else { return Ok(Default::default()) };
    let source = SourceFile::read(&absolute(path)?)?;
    Ok((source.parse()?, Some(source)))
}

fn absolute(path: &Path) -> Result<PathBuf, StudyError> {
    std::path::absolute(path).map_err(|error| StudyError::in_file(path, source::reason(&error)))
}

/// Places an error about a whole file at the line of the config that names it; an error with a line of its own keeps
/// it.
fn named_by(config: &SourceFile, key: &str, error: StudyError) -> StudyError {
    let span = place::Parsed::parse(config).and_then(|parsed| parsed.span(&["study".into(), key.into()]));
    match (error.line, span) {
        (None, Some(span)) => {
            let message = format!("{} {}", error::shown(&error.file), error.message);
            StudyError { hint: error.hint, ..config.error_at(span, message) }
        }
        _ => error,
    }
}
