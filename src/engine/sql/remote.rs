//! The tables of a study as a database has them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Connection;
use super::read::DriverTable;
use crate::engine::defining::define;
use crate::engine::{Cancel, EngineError};
use crate::model::{Column, Events, FileLists, Lookup, Missing, Schema, TableColumns};
use crate::rule::print::{DatabaseTables, TableName};

/// The base and the tables beside it, as a study configures them.
#[derive(Debug, Clone, Default)]
pub struct RemoteBase {
    /// Name of the base in statements, such as `crm.customers`.
    pub table: String,
    /// Column that identifies a customer. Without one, no rows are shown and no tables are joined.
    pub key: Option<String>,
    pub tables: Vec<RemoteTable>,
    /// Columns that the study defines, with their expressions.
    pub columns: BTreeMap<String, String>,
    /// Columns whose values no definition may show.
    pub masked: Vec<String>,
    /// Masked columns whose values no rule may read either.
    pub masked_in_rules: Vec<String>,
    /// Files that rules may name.
    pub lists: FileLists,
    /// The as-of date.
    pub today: NaiveDate,
}

/// A table beside the base.
#[derive(Debug, Clone, Default)]
pub struct RemoteTable {
    /// Name in rules.
    pub name: String,
    /// Name in statements.
    pub table: String,
    pub columns: TableColumns,
    /// Column that grows from row to row, in place of the order of a file.
    pub order: Option<String>,
}

/// Tables as found on the server, and the number of customers.
pub(super) struct RemoteTables {
    pub(super) tables: DatabaseTables,
    pub(super) customers: u64,
}

/// Returns the difference between a table's current columns and the earlier ones; `None` if there is none, or the
/// columns cannot be read.
pub(super) fn change(connection: &dyn Connection, table: &str, before: &[Column], cancel: &Cancel) -> Option<String> {
    let now = columns(connection, table, cancel).ok()?;
    let of_name = |name: &str| now.iter().find(|column| column.name == name);
    before.iter().find_map(|column| match of_name(&column.name) {
        None => Some(format!("it has no column \"{}\" any more", column.name)),
        Some(other) if other.column_type != column.column_type => {
            Some(format!("\"{}\" was {} and is {}", column.name, column.column_type, other.column_type))
        }
        Some(_) => None,
    })
}

pub(super) fn open(
    connection: &dyn Connection,
    base: &RemoteBase,
    cancel: &Cancel,
) -> Result<RemoteTables, EngineError> {
    let mut schema = Schema::new(columns(connection, &base.table, cancel)?);
    let key =
        base.key.as_ref().map(|key| spelled(&schema, key).map_err(|why| failed(&base.table, &why))).transpose()?;
    schema = schema.with_key(key.clone());
    let mut tables = DatabaseTables::new(TableName::Written(base.table.clone()), Schema::default());
    let (mut events, mut missing) = (Vec::new(), Vec::new());
    for table in &base.tables {
        match open_table(connection, &schema, table, cancel) {
            Ok(found) => {
                tables.events.insert(table.name.clone(), TableName::Written(table.table.clone()));
                if let Some(order) = table.order.as_ref().and_then(|order| spelled(&found.schema, order).ok()) {
                    tables.event_order.insert(table.name.clone(), order);
                }
                events.push(found);
            }
            Err(EngineError::Cancelled) => return Err(EngineError::Cancelled),
            Err(error) => missing.push(missing_table(&table.name, &error.to_string())),
        }
    }
    let customers = count(connection, &base.table, cancel)?;
    schema = schema.with_events(events).with_missing(missing);
    let schema = schema.with_masked(&base.masked_in_rules).with_lists(base.lists.clone());
    tables.schema = define(schema, &base.columns, &base.masked, base.today).map_err(EngineError::Failed)?;
    Ok(RemoteTables { tables, customers })
}

fn missing_table(name: &str, reason: &str) -> Missing {
    Missing { name: name.to_owned(), reason: format!("[tables.{name}]: {reason}"), is_coming: false }
}

fn failed(table: &str, why: &str) -> EngineError {
    EngineError::Failed(format!("{table}: {why}"))
}

fn columns(connection: &dyn Connection, table: &str, cancel: &Cancel) -> Result<Vec<Column>, EngineError> {
    let columns = connection.columns(table, cancel)?;
    Ok(columns.into_iter().map(|column| Column { name: column.name, column_type: column.column_type }).collect())
}

/// Returns the column of this name, as the schema spells it.
fn spelled(schema: &Schema, name: &str) -> Result<String, String> {
    match schema.find(name) {
        Lookup::Found(column) => Ok(column.name.clone()),
        Lookup::Missing => Err(format!("no column is called \"{name}\"")),
        Lookup::Ambiguous(names) => Err(format!("column \"{name}\" is ambiguous: write one of {}", names.join(", "))),
    }
}

fn open_table(
    connection: &dyn Connection,
    base: &Schema,
    table: &RemoteTable,
    cancel: &Cancel,
) -> Result<Events, EngineError> {
    let schema = Schema::new(columns(connection, &table.table, cancel)?);
    let given = &table.columns;
    let own = |name: &Option<String>| {
        name.as_ref().map(|name| spelled(&schema, name).map_err(|why| failed(&table.table, &why))).transpose()
    };
    let key = own(&given.key)?.ok_or_else(|| failed(&table.table, "no column is known to name the customer"))?;
    let on = match (&given.on, base.key()) {
        (Some(on), _) => {
            spelled(base, on).map_err(|_| failed("on", &format!("\"{on}\" names no column of the base")))?
        }
        (None, Some(key)) => key.to_owned(),
        (None, None) => return Err(failed(&table.table, "the base has no key to join by")),
    };
    own(&table.order)?;
    let columns = TableColumns {
        key: Some(key),
        on: Some(on),
        date: own(&given.date)?,
        theme: own(&given.theme)?,
        quote: own(&given.quote)?,
        ..given.clone()
    };
    Ok(Events { name: table.name.clone(), columns, schema })
}

/// Counts the customers by one statement, which databases answer without reading the table, or with one pass over it.
fn count(connection: &dyn Connection, table: &str, cancel: &Cancel) -> Result<u64, EngineError> {
    let [customers] = figures(connection, table, "COUNT(*) AS n", cancel)?;
    Ok(customers)
}

/// Numbers of the customers' keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCounts {
    /// Number of customers without a key.
    pub missing: u64,
    /// Number of customers with a key.
    pub known: u64,
    /// Number of distinct keys.
    pub distinct: u64,
}

/// Counts the customers' keys by one statement, which sorts or hashes all of them.
pub(super) fn key_counts(
    connection: &dyn Connection,
    table: &str,
    key: &str,
    cancel: &Cancel,
) -> Result<KeyCounts, EngineError> {
    let key = connection.dialect().quoted(key)?;
    let list = format!("COUNT(*) AS n, COUNT({key}) AS k0, COUNT(DISTINCT {key}) AS d0");
    let [customers, known, distinct] = figures(connection, table, &list, cancel)?;
    Ok(KeyCounts { missing: customers.saturating_sub(known), known, distinct })
}

/// Returns the single row of counts that a select list yields over a table.
fn figures<const N: usize>(
    connection: &dyn Connection,
    table: &str,
    list: &str,
    cancel: &Cancel,
) -> Result<[u64; N], EngineError> {
    let answer = super::connection::run(connection, &format!("SELECT {list} FROM {table}"), cancel)?;
    let answer = DriverTable(&answer);
    let mut figures = [0; N];
    for (column, figure) in figures.iter_mut().enumerate() {
        let counted = answer.counts(column)?.first().copied();
        *figure = counted.ok_or_else(|| failed(table, "the engine counted no rows"))?;
    }
    Ok(figures)
}
