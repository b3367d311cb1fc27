//! Finds the study and the base that the options name.

use std::path::{Path, PathBuf};

use crate::cli::streams::say;
use crate::cli::{CommandError, CommonOptions};
use crate::data::{BaseLocation, LoadOptions};
use crate::insight::settings::Setting;
use crate::session::{BaseSource, Opening};
use crate::study::{self, Study};
use crate::text::nearest;

/// Prepares the study that the options name for opening.
pub(super) fn opening(options: &CommonOptions, table: Option<&Path>) -> Result<Opening, CommandError> {
    let (mut study, mut source) = study_and_source(options, table)?;
    if let (BaseSource::Elsewhere(_), Some(option)) = (&source, options.text.given().first()) {
        return Err(CommandError::usage(format!("{option} is for text tables: this base is in another engine")));
    }
    if let (BaseSource::Elsewhere(_), Some(option)) = (&source, options.choice.given().first()) {
        return Err(CommandError::usage(format!("{option} is for files: this base is in another engine")));
    }
    study.config.data.choice = options.choice.choice().or(std::mem::take(&mut study.config.data.choice));
    study.config.data.text = options.text.options().or(std::mem::take(&mut study.config.data.text));
    options.text.check(&study.config.data.text)?;
    // With the options of the command line for the file that the query calls base.
    if let (BaseSource::Here(BaseLocation::Query(query)), Some(now)) = (&mut source, study.query()) {
        **query = now;
    }
    let value = options.value.clone().or_else(|| study.config.study.value.clone());
    let now = || match study.config.data.timezone {
        Some(zone) => zone.today(),
        None => chrono::Local::now().date_naive(),
    };
    let today = options.as_of.or(study.config.data.as_of).unwrap_or_else(now);
    Ok(Opening { study, source, value, today, wants_cells: true, named: None, grows_from: None })
}

/// Returns the files of the base that the options name, how they are loaded, and the columns that the study masks.
pub fn file_and_options(
    options: &CommonOptions,
    table: Option<&Path>,
) -> Result<(BaseLocation, LoadOptions, Vec<String>), CommandError> {
    let opening = opening(options, table)?;
    let BaseSource::Here(source) = opening.source else {
        return Err(CommandError::usage("describe is for tables in files: this base is in another engine"));
    };
    let config = opening.study.config;
    let load = LoadOptions {
        key: config.data.key,
        columns: config.data.columns,
        choice: config.data.choice,
        named: None,
        text: config.data.text,
        timezone: config.data.timezone,
        memory: config.engine.memory,
        // `describe` shows how the file itself is read.
        cache: None,
        min_cell: config.privacy.min_cell,
        grows_from: None,
    };
    Ok((source, load, config.privacy.mask))
}

/// Returns the study and the location of its base. The study is that of `--config`, else `./config.toml`, else none. A
/// table on the command line replaces the study's. Without `--config` it is opened without the study in this folder,
/// whose mask then does not apply; a message says so.
fn study_and_source(options: &CommonOptions, table: Option<&Path>) -> Result<(Study, BaseSource), CommandError> {
    let table = table.or(options.data.as_deref());
    let here = if options.config.is_none() { study::find() } else { None };
    if table.is_some() && here.is_some() {
        say!("crosscut: {CONFIG_IGNORED}");
    }
    let config = options.config.clone().or(here.filter(|_| table.is_none()));
    let study = match (&config, table) {
        (Some(file), _) => study::load(file, study::user_file().as_deref()).map_err(CommandError::failed)?,
        (None, Some(table)) => {
            let table = table.to_string_lossy();
            Study::without_file(&table, study::user_file().as_deref()).map_err(CommandError::failed)?
        }
        (None, None) => return Err(nothing_to_open()),
    };
    let path = match (table, &study.config.data.remote) {
        (Some(table), _) => table.to_owned(),
        (None, Some(remote)) => return Ok((study.clone(), BaseSource::Elsewhere(remote.clone()))),
        (None, None) if let Some(query) = study.query() => {
            let source = BaseSource::Here(BaseLocation::Query(Box::new(query)));
            return Ok((study, source));
        }
        (None, None) => PathBuf::from(study.config.data.path.as_deref().ok_or_else(|| no_table(config.as_deref()))?),
    };
    Ok((study, BaseSource::Here(source(path))))
}

fn nothing_to_open() -> CommandError {
    CommandError::usage(match table_after_command() {
        Some((command, table)) => {
            format!(
                "there is no study here (no config.toml): name the table first, as in crosscut {} {command} …",
                table.display()
            )
        }
        None => NOTHING_TO_OPEN.to_owned(),
    })
}

fn no_table(config: Option<&Path>) -> CommandError {
    let config = config.unwrap_or(Path::new("config.toml")).display();
    CommandError::Failed(format!("{config}: [data] path names no table; write one there, or use --data FILE"))
}

fn source(path: PathBuf) -> BaseLocation {
    if path == Path::new("-") { BaseLocation::Stdin } else { BaseLocation::Path(path) }
}

/// Returns the error for a first word that is neither a sub-command nor a table.
pub(in crate::cli) fn unknown_word(word: &str) -> CommandError {
    let names = crate::cli::allowed_options::names();
    let way_out = match nearest(word, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => "crosscut --help lists the commands".to_owned(),
    };
    CommandError::usage(format!("no command and no file is called {word}: {way_out}"))
}

/// Returns true for a pipe, a file, or a pattern that matches a file.
pub(in crate::cli) fn is_there(table: &Path) -> bool {
    let fits = |pattern: &str| glob::glob(pattern).is_ok_and(|mut paths| paths.next().is_some());
    table == Path::new("-") || table.exists() || table.to_str().is_some_and(fits)
}

/// Returns the sub-command of the command line, and the first word after it that is a file.
pub(in crate::cli) fn table_after_command() -> Option<(String, PathBuf)> {
    let names = crate::cli::allowed_options::names();
    let mut words = std::env::args().skip(1);
    let command = words.find(|word| names.contains(word))?;
    let table = words.map(PathBuf::from).find(|word| word.is_file())?;
    Some((command, table))
}

pub(super) const CONFIG_IGNORED: &str =
    "config.toml is ignored: name it with --config to use its segments, mask and min_cell";

pub(super) fn is_from_options(options: &CommonOptions, setting: Setting) -> bool {
    setting == Setting::Value && options.value.is_some()
}

pub(super) const NOTHING_TO_OPEN: &str = "there is no study here (no config.toml) and no table was named
  crosscut DATA        opens a table: customers.csv, customers.parquet, - for a pipe
  crosscut FOLDER      opens the study in a folder
  crosscut demo        opens a sample study
  crosscut init DATA   writes a starter study beside a table
  crosscut --help      shows everything else";
