//! From options to a study, a base and checked rules.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::{Failure, Options};
use crate::app::{Keymap, Query, Settings};
use crate::data::{self, LoadOptions, Source};
use crate::engine::local::LocalEngine;
use crate::engine::{Answer, Cancel, Engine, Question};
use crate::insight::Catalog;
use crate::insight::catalog::find_cells;
use crate::model::Lookup;
use crate::rule::{self, Checked};
use crate::run::Opening;
use crate::study::{self, Study, ThemeName};

const NOTHING_TO_OPEN: &str = "there is no study here (no config.toml) and no table was named
  crosscut DATA        opens a table: customers.csv, customers.parquet, - for a pipe
  crosscut init DATA   writes a starter study beside a table
  crosscut --help      shows everything else";

/// A study, its base in memory, and its definitions read against it.
pub struct Opened {
    pub study: Study,
    pub engine: LocalEngine,
    pub catalog: Catalog,
    pub today: NaiveDate,
    /// The value column, as the schema spells it.
    pub value: Option<String>,
    /// The rule of `--filter`.
    pub filter: Checked,
}

impl Opened {
    pub fn new(options: &Options) -> Result<Self, Failure> {
        let (study, source) = study_and_source(options, None)?;
        let load = LoadOptions { key: study.config.data.key.clone() };
        let base = data::load(&source, &load, &mut |_| {}, &|| false).map_err(Failure::failed)?;
        for notice in &base.notices {
            eprintln!("crosscut: {}: {notice}", base.source);
        }
        let engine = LocalEngine::new(base);
        let today = today(options, &study);
        let value = value(options, &study);
        let cells = find_cells(&study.definitions, &engine, &Cancel::new()).map_err(Failure::failed)?;
        let catalog = Catalog::new(&study.definitions, &cells, engine.schema(), today);
        let mut opened = Self { study, engine, catalog, today, value: None, filter: Checked::everyone() };
        opened.value = value.map(|column| opened.column(&column)).transpose()?;
        opened.filter = opened.rule(options.filter.as_deref().unwrap_or_default())?;
        Ok(opened)
    }

    pub fn rule(&self, text: &str) -> Result<Checked, Failure> {
        let cx = rule::Context { schema: self.engine.schema(), names: &self.catalog.names, today: self.today };
        rule::check(text, &cx).map_err(|error| Failure::Failed(pointed(text, &error)))
    }

    /// A column as the schema spells it.
    pub fn column(&self, name: &str) -> Result<String, Failure> {
        match self.engine.schema().find(name) {
            Lookup::Found(column) => Ok(column.name.clone()),
            Lookup::Ambiguous(columns) => {
                Err(Failure::Failed(format!("\"{name}\" may be any of {}: write one of them", columns.join(", "))))
            }
            Lookup::Missing => {
                let names: Vec<&str> = self.engine.schema().columns().iter().map(|c| c.name.as_str()).collect();
                Err(Failure::Failed(format!("there is no column \"{name}\"; there are {}", names.join(", "))))
            }
        }
    }

    pub fn ask(&self, question: &Question) -> Result<Answer, Failure> {
        self.engine.ask(question, &Cancel::new()).map_err(Failure::failed)
    }

    pub fn min_cell(&self) -> u64 {
        self.study.config.privacy.min_cell
    }

    pub fn is_masked(&self, column: &str) -> bool {
        self.study.config.privacy.mask.iter().any(|masked| masked.eq_ignore_ascii_case(column))
    }
}

/// An answer of the kind that was asked for; another one is a fault of the engine.
macro_rules! expect_answer {
    ($opened:expr, $kind:ident, $question:expr) => {
        match $opened.ask(&$question)? {
            crate::engine::Answer::$kind(answer) => answer,
            _ => return Err(crate::cli::Failure::failed("the engine gave an answer to another question")),
        }
    };
}
pub(super) use expect_answer;

/// The error with the rule above it and a caret under the place.
fn pointed(text: &str, error: &rule::RuleError) -> String {
    if text.contains('\n') {
        return error.describe(text);
    }
    let before = text.get(..error.place.start).unwrap_or(text);
    let marked = text.get(error.place.clone()).unwrap_or_default();
    let gap = " ".repeat(crate::term::text::width(before));
    let carets = "^".repeat(crate::term::text::width(marked).max(1));
    format!("{}\n  {text}\n  {gap}{carets}", error.describe(text))
}

/// What the TUI is started with.
pub fn for_screen(options: &Options, table: Option<&Path>) -> Result<Opening, Failure> {
    let (study, source) = study_and_source(options, table)?;
    let config = &study.config;
    let keymap = Keymap::with(&config.keys).map_err(Failure::usage)?;
    let title = config.study.name.clone().unwrap_or_else(|| source.title());
    let settings = Settings {
        title,
        value: value(options, &study),
        mask: config.privacy.mask.clone(),
        min_cell: config.privacy.min_cell,
        theme: theme(config.look.theme),
        today: today(options, &study),
        can_save: study.file.is_some(),
    };
    let load = LoadOptions { key: config.data.key.clone() };
    let by_value = study.definitions.segmentations.iter().find(|segmentation| segmentation.breaks.is_none());
    let query = Query {
        filter: options.filter.clone().unwrap_or_default(),
        group_by: by_value.map(|segmentation| segmentation.column.clone()),
        sort: None,
    };
    Ok(Opening { study, source, load, settings, keymap, query })
}

/// NO_COLOR (no-color.org) is the person's word on every program, and so above the study's.
fn theme(wanted: ThemeName) -> ThemeName {
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if no_colour { ThemeName::Mono } else { wanted }
}

/// The study to use and where its base is: `--config`, else `./config.toml`, else none; and the table named on the
/// command line rather than the study's. A table of its own, without `--config`, stands outside of the study here.
fn study_and_source(options: &Options, table: Option<&Path>) -> Result<(Study, Source), Failure> {
    let table = table.or(options.data.as_deref());
    let config = options.config.clone().or_else(|| if table.is_none() { study::find() } else { None });
    let study = match (&config, table) {
        (Some(file), _) => study::load(file, study::user_file().as_deref()).map_err(Failure::failed)?,
        (None, Some(table)) => {
            let table = table.to_string_lossy();
            Study::without_file(&table, study::user_file().as_deref()).map_err(Failure::failed)?
        }
        (None, None) => return Err(Failure::usage(NOTHING_TO_OPEN)),
    };
    let path = match table {
        Some(table) => table.to_owned(),
        None => PathBuf::from(study.config.data.path.as_deref().ok_or_else(|| no_table(config.as_deref()))?),
    };
    Ok((study, source(path)))
}

fn no_table(config: Option<&Path>) -> Failure {
    let config = config.unwrap_or(Path::new("config.toml")).display();
    Failure::Failed(format!("{config}: [data] path names no table; write one there, or use --data FILE"))
}

fn source(path: PathBuf) -> Source {
    if path == Path::new("-") { Source::Stdin } else { Source::Path(path) }
}

fn today(options: &Options, study: &Study) -> NaiveDate {
    options.as_of.or(study.config.data.as_of).unwrap_or_else(|| chrono::Local::now().date_naive())
}

fn value(options: &Options, study: &Study) -> Option<String> {
    options.value.clone().or_else(|| study.config.study.value.clone())
}
