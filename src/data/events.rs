//! Reads tables of customers' actions or answers, one row per event, which belong to a base by one of its columns.

use std::path::PathBuf;

use super::{Base, BaseLocation, LoadOptions, TableChoice, TextOptions, Zone, load};
use crate::model::{ColumnType, Lookup, Missing, Schema, TableColumns};

/// Location of a table of events, and its columns for the customer and the date.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EventSource {
    /// Name in rules.
    pub name: String,
    pub path: String,
    /// Column names, as the study spells them; the key is the base's by default.
    pub columns: TableColumns,
    /// The table to read, if the file holds several.
    pub choice: TableChoice,
    /// Settings of delimited text that are not detected.
    pub text: TextOptions,
    /// Time zone to which moments are converted; UTC if absent.
    pub timezone: Option<Zone>,
    /// Bytes that a table of text may take in memory; half of the machine's memory by default.
    pub memory: Option<usize>,
    /// Folder in which tables are kept as Parquet for the next start, if any.
    pub cache: Option<PathBuf>,
}

/// A table of events that was read.
#[derive(Debug, Clone)]
pub struct EventBase {
    pub name: String,
    pub base: Base,
    /// Column with the customer's key, as the table's schema spells it.
    pub key: String,
    /// Column names, as the table's schema spells them, except `on`, which is a column of the base.
    pub columns: TableColumns,
}

/// The tables of a study: those that were read, and those that could not be.
#[derive(Debug, Clone, Default)]
pub struct EventTables {
    pub read: Vec<EventBase>,
    pub missing: Vec<Missing>,
}

impl From<Vec<EventBase>> for EventTables {
    fn from(read: Vec<EventBase>) -> Self {
        Self { read, missing: Vec::new() }
    }
}

impl EventTables {
    /// Returns the tables as missing, since they are still to be read.
    pub fn to_come(sources: &[EventSource]) -> Self {
        let missing = |source: &EventSource| Missing {
            name: source.name.clone(),
            reason: format!("{} is still being read", source.name),
            is_coming: true,
        };
        Self { read: Vec::new(), missing: sources.iter().map(missing).collect() }
    }

    /// Returns notices on how the tables were read, one line each.
    pub fn notices(&self) -> Vec<String> {
        let of_table = |table: &EventBase| {
            let notices = table.base.notices.iter();
            notices.map(|notice| format!("[tables.{}]: {notice}", table.name)).collect::<Vec<_>>()
        };
        self.read.iter().flat_map(of_table).collect()
    }
}

/// Reads all tables in parallel. A table that cannot be read is missing, and does not affect the others.
pub fn read_events(
    sources: &[EventSource],
    base_key: Option<&str>,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> EventTables {
    let read = std::thread::scope(|scope| {
        let one = |source| scope.spawn(move || load_events(source, base_key, cancelled));
        let threads: Vec<_> = sources.iter().map(one).collect();
        threads.into_iter().map(|thread| thread.join()).collect::<Vec<_>>()
    });
    let mut tables = EventTables::default();
    for (source, read) in sources.iter().zip(read) {
        match read {
            Ok(Ok(table)) => tables.read.push(table),
            Ok(Err(reason)) => tables.missing.push(Missing { name: source.name.clone(), reason, is_coming: false }),
            Err(_) => {
                let reason = format!("[tables.{}]: it could not be read: internal error, please report", source.name);
                tables.missing.push(Missing { name: source.name.clone(), reason, is_coming: false });
            }
        }
    }
    tables
}

/// Reads a table of events: Parquet and Arrow by their metadata, text as a whole.
///
/// # Errors
/// Returns one line that names the table and the remedy.
pub fn load_events(
    source: &EventSource,
    base_key: Option<&str>,
    cancelled: &dyn Fn() -> bool,
) -> Result<EventBase, String> {
    let named = |reason: String| format!("[tables.{}]: {reason}", source.name);
    let wanted = &source.columns;
    let key = wanted.key.as_deref().or(wanted.on.as_deref()).or(base_key);
    let key = key.ok_or_else(|| named("write key = \"…\": the column that names the customer".into()))?;
    if base_key.is_none() && wanted.on.is_none() {
        return Err(named("the base has no key to join by: write key = \"…\" under [data]".into()));
    }
    let options = LoadOptions {
        choice: source.choice.clone(),
        text: source.text.clone(),
        timezone: source.timezone,
        memory: source.memory,
        cache: source.cache.clone(),
        ..LoadOptions::default()
    };
    let base =
        load(&BaseLocation::parse(&source.path), &options, &mut |_| {}, cancelled).map_err(|e| named(e.to_string()))?;
    let find = |column: &str| spelled(&base.schema, column).map_err(named);
    let (key, of) = (find(key)?, |column: &Option<String>| column.as_deref().map(find).transpose());
    let columns = TableColumns {
        key: Some(key.clone()),
        date: of(&wanted.date)?,
        theme: of(&wanted.theme)?,
        quote: of(&wanted.quote)?,
        ..wanted.clone()
    };
    check_types(&base.schema, &columns).map_err(named)?;
    Ok(EventBase { name: source.name.clone(), base, key, columns })
}

fn check_types(schema: &Schema, columns: &TableColumns) -> Result<(), String> {
    let is = |column: &Option<String>, fits: fn(ColumnType) -> bool, what: &str| match column {
        Some(name) if !fits(schema.type_of(name)) => Err(format!("\"{name}\" is {}, not {what}", schema.type_of(name))),
        _ => Ok(()),
    };
    is(&columns.date, |kind| matches!(kind, ColumnType::Date | ColumnType::Timestamp), "a date")?;
    is(&columns.quote, |kind| kind != ColumnType::Other, "text for quotes")?;
    is(&columns.theme, |kind| kind != ColumnType::Other, "a theme")?;
    match columns.theme_separator {
        Some(_) => is(&columns.theme, |kind| kind == ColumnType::Text, "text that theme_separator could split"),
        None => Ok(()),
    }
}

fn spelled(schema: &Schema, name: &str) -> Result<String, String> {
    match schema.find(name) {
        Lookup::Found(column) => Ok(column.name.clone()),
        Lookup::Ambiguous(names) => Err(format!("column \"{name}\" is ambiguous: write one of {}", names.join(", "))),
        Lookup::Missing => {
            let columns: Vec<&str> = schema.columns().iter().map(|column| column.name.as_str()).collect();
            Err(format!("there is no column \"{name}\"; there are {}", columns.join(", ")))
        }
    }
}
