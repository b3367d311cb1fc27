//! Tables of what customers did, a row an event, that belong to a base by its key.

use super::{Base, LoadOptions, Source, load};
use crate::model::{ColumnType, Lookup, Schema};

/// Where a table of events is, and which of its columns say who and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventSource {
    /// What rules call it.
    pub name: String,
    pub path: String,
    /// The column that names the customer; the base's key if nothing is said.
    pub key: Option<String>,
    pub date: Option<String>,
}

/// A table of events as it was read.
#[derive(Debug, Clone)]
pub struct EventBase {
    pub name: String,
    pub base: Base,
    /// As its schema spells it, like the date.
    pub key: String,
    pub date: Option<String>,
}

/// Reads a table of events; Parquet and Arrow by their metadata, text as a whole.
///
/// # Errors
/// One line that names the table and the way out.
pub fn load_events(
    source: &EventSource,
    base_key: Option<&str>,
    cancelled: &dyn Fn() -> bool,
) -> Result<EventBase, String> {
    let named = |reason: String| format!("[tables.{}]: {reason}", source.name);
    let key = source.key.as_deref().or(base_key);
    let key = key.ok_or_else(|| named("write key = \"…\": the column that names the customer".into()))?;
    if base_key.is_none() {
        return Err(named("the base has no key to join by: write key = \"…\" under [data]".into()));
    }
    let options = LoadOptions::default();
    let base =
        load(&Source::parse(&source.path), &options, &mut |_| {}, cancelled).map_err(|e| named(e.to_string()))?;
    let key = spelled(&base.schema, key).map_err(named)?;
    let date = source.date.as_deref().map(|date| spelled(&base.schema, date)).transpose().map_err(named)?;
    if let Some(date) = &date
        && let Some(column) = base.schema.get(date)
        && !matches!(column.column_type, ColumnType::Date | ColumnType::Timestamp)
    {
        return Err(named(format!("\"{date}\" is {}, not a date", column.column_type)));
    }
    Ok(EventBase { name: source.name.clone(), base, key, date })
}

fn spelled(schema: &Schema, name: &str) -> Result<String, String> {
    match schema.find(name) {
        Lookup::Found(column) => Ok(column.name.clone()),
        Lookup::Ambiguous(names) => Err(format!("\"{name}\" may be any of {}", names.join(", "))),
        Lookup::Missing => {
            let columns: Vec<&str> = schema.columns().iter().map(|column| column.name.as_str()).collect();
            Err(format!("there is no column \"{name}\"; there are {}", columns.join(", ")))
        }
    }
}
