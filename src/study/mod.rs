//! The study: `config.toml` and the files it names, which git can diff.
//!
//! They are read by [`load`], whose errors name file, line and column; looked over by [`problems`], as far as that goes
//! without the base; and changed by [`save`], which keeps the person's comments, order and spacing and writes whole
//! files or nothing ([`atomic`]). [`starter`] makes the first study for a table.
//!
//! A complete `config.toml`. Every key may be missing; paths are relative to the file.
//!
//! ```toml
//! [data]
//! path = "sample/customers.csv"     # csv tsv parquet ipc ndjson, a glob, or a remote source
//! key = "customer_id"               # the column that names a customer
//! as_of = "2026-06-30"              # what `today` means in rules; the day of the run otherwise
//! columns = ["country", "spend_12m", "email", "name"]   # only these and the key are there; all if it says nothing
//!
//! [study]
//! name = "shop"                     # shown in the title line
//! segments = "sample/segments.toml"
//! personas = "sample/personas.toml"
//! value = "spend_12m"               # the money column that shares of value are taken of
//!
//! [privacy]
//! mask = ["email", "name"]          # never drawn nor exported in the clear
//! min_cell = 10                     # smaller counts are drawn as "<10"; 0 turns it off
//!
//! [tables.orders]                   # what customers did, a row an event
//! path = "sample/orders.csv"
//! key = "customer_id"               # the customer; the base's key if nothing is said
//! date = "date"                     # when: what windows look at
//!
//! [tables.interviews]               # what customers said; see [`crate::model::TableColumns`] for all keys
//! path = "sample/interviews.csv"
//! kind = "interviews"               # events, if nothing is said; survey, interviews
//! theme = "theme"                   # the column of themes, theme_separator = "," where a cell has several
//! quote = "quote"                   # the column of what was said
//!
//! [columns]                         # names for made columns
//! orders_90d = "orders.count('90 days')"
//!
//! [look]
//! theme = "auto"                    # auto, dark, light, mono
//!
//! [keys]                            # the keys of a command, in place of its own
//! redo = "ctrl-r"
//! group = ["g", "ctrl-g"]
//! ```
//!
//! `[look]`, `[engine]` and `[keys]` may also stand in the user's own `$XDG_CONFIG_HOME/crosscut/config.toml`; a study's word counts more.

pub mod atomic;
mod config;
mod edit;
mod error;
mod layout;
mod notes;
mod place;
mod problems;
mod references;
mod remote;
mod save;
mod source;
pub mod starter;

use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::Deserialize;

use crate::model::{Definitions, Persona, Segment, Segmentation};

pub use config::{Config, DataConfig, Look, Privacy, StudyConfig, TableConfig, ThemeName, Thresholds};
pub use edit::{persona_text, read_persona};
pub use error::StudyError;
pub use place::{Item, Place};
pub use problems::{Problem, Severity, problems};
pub use references::users_of;
pub use remote::{Reach, RemoteConfig};
pub use save::{Change, Overwrite, SaveError, save};
pub use source::Source;

/// A study as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    pub config: Config,
    /// The `config.toml`, absolute; none when a table was opened without a study.
    pub file: Option<PathBuf>,
    pub definitions: Definitions,
    pub files: Files,
}

/// The files of a study, as far as it has them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Files {
    pub config: Option<Source>,
    pub segments: Option<Source>,
    pub personas: Option<Source>,
    /// The user's own preferences.
    pub user: Option<Source>,
}

/// What the definition files say; none of a file that the study does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    pub segments: Option<String>,
    pub personas: Option<String>,
}

impl Study {
    /// What its definition files say now: what [`Change::Restore`] goes back to.
    pub fn texts(&self) -> Texts {
        let text = |file: &Option<Source>| file.as_ref().map(|file| file.text.clone());
        Texts { segments: text(&self.files.segments), personas: text(&self.files.personas) }
    }

    /// The tables of events that the config names.
    pub fn event_sources(&self) -> Vec<crate::data::EventSource> {
        let source = |(name, table): (&String, &TableConfig)| crate::data::EventSource {
            name: name.clone(),
            path: table.path.clone(),
            columns: table.columns.clone(),
        };
        self.config.tables.iter().map(source).collect()
    }

    /// Its tables that are not there, each with the reason and the place in the config.
    pub fn missing_tables<'a>(
        &'a self,
        schema: &'a crate::model::Schema,
    ) -> impl Iterator<Item = (Option<Place>, &'a crate::model::Missing)> {
        let tables = schema.all_missing().iter().filter(|missing| self.config.tables.contains_key(&missing.name));
        tables.map(|missing| (self.place(Item::Table(&missing.name)), missing))
    }

    /// What `crosscut DATA` opens: no definitions, only the user's preferences. `data` is taken as it is.
    ///
    /// # Errors
    /// When the user's preferences cannot be read.
    pub fn without_file(data: &str, user: Option<&Path>) -> Result<Self, StudyError> {
        let (preferences, user) = read_preferences(user)?;
        let mut config = Config::preferred(preferences);
        config.data.path = Some(data.to_owned());
        Ok(Self { config, file: None, definitions: Definitions::default(), files: Files { user, ..Files::default() } })
    }
}

/// Reads a study: its `config.toml`, the files that it names, and the user's preferences if there are any.
///
/// What is wrong with the definitions themselves (names used twice, spans of nothing) does not stop a study from being
/// read; [`problems`] tells it.
///
/// # Errors
/// The first thing that cannot be read, with its place.
pub fn load(config_file: &Path, user: Option<&Path>) -> Result<Study, StudyError> {
    let path = absolute(config_file)?;
    let config_source = Source::read(&path)?;
    let (preferences, user) = read_preferences(user)?;
    let config = Config::read(&config_source, preferences)?;
    let read = |path: &Option<PathBuf>, key: &str| {
        path.as_ref().map(|path| Source::read(path).map_err(|error| named_by(&config_source, key, error))).transpose()
    };
    let segments = read(&config.study.segments, "segments")?;
    let personas = read(&config.study.personas, "personas")?;
    let definitions = read_definitions(segments.as_ref(), personas.as_ref())?;
    let files = Files { config: Some(config_source), segments, personas, user };
    Ok(Study { config, file: Some(path), definitions, files })
}

/// `./config.toml`, if it is a study: many programs have a file of that name.
pub fn find() -> Option<PathBuf> {
    find_in(Path::new("."))
}

/// The folder's `config.toml`, if it is a study.
pub fn find_in(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("config.toml");
    let text = Source::read(&path).ok()?.text;
    let is_study = match text.parse::<toml::Table>() {
        Ok(table) => ["data", "study"].iter().any(|key| table.get(*key).is_some_and(toml::Value::is_table)),
        // Take a broken study for a study, so that its error is shown.
        Err(_) => text.lines().any(|line| line.starts_with("[data]") || line.starts_with("[study]")),
    };
    is_study.then_some(path)
}

/// The user's own preferences: `$XDG_CONFIG_HOME/crosscut/config.toml`, if there is such a file.
pub fn user_file() -> Option<PathBuf> {
    let path = etcetera::base_strategy::Xdg::new().ok()?.config_dir().join("crosscut/config.toml");
    path.exists().then_some(path)
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct SegmentsFile {
    segment: Vec<Segment>,
    segmentation: Vec<Segmentation>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct PersonasFile {
    persona: Vec<Persona>,
}

fn read_definitions(segments: Option<&Source>, personas: Option<&Source>) -> Result<Definitions, StudyError> {
    let SegmentsFile { segment, segmentation } = segments.map(Source::parse).transpose()?.unwrap_or_default();
    let PersonasFile { persona } = personas.map(Source::parse).transpose()?.unwrap_or_default();
    Ok(Definitions { segments: segment, segmentations: segmentation, personas: persona })
}

fn read_preferences(user: Option<&Path>) -> Result<(config::Preferences, Option<Source>), StudyError> {
    let Some(path) = user else { return Ok(Default::default()) };
    let source = Source::read(&absolute(path)?)?;
    Ok((source.parse()?, Some(source)))
}

fn absolute(path: &Path) -> Result<PathBuf, StudyError> {
    std::path::absolute(path).map_err(|error| StudyError::of_file(path, source::reason(&error)))
}

/// A file that cannot be read as such is told of at the line that names it; an error with a line of its own stays there.
fn named_by(config: &Source, key: &str, error: StudyError) -> StudyError {
    let span = place::Parsed::of(config).and_then(|parsed| parsed.span(&["study".into(), key.into()]));
    match (error.line, span) {
        (None, Some(span)) => {
            let message = format!("{} {}", error::shown(&error.file), error.message);
            StudyError { hint: error.hint, ..config.error_at(span, message) }
        }
        _ => error,
    }
}
