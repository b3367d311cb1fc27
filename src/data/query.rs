//! A base made of several tables by a query in SQL.

use std::collections::BTreeSet;

use polars::prelude::{Column as PolarsColumn, DataFrame, DataType, IntoColumn, IntoLazy, LazyFrame, PolarsError};
use polars_sql::{SQLContext, extract_table_identifiers};

use super::choice::listed;
use super::columnar::{Bytes, plain, plain_type};
use super::load_progress::LoadWatch;
use super::memory::described;
use super::selection::Selection;
use super::source::{BaseQuery, QueryTable};
use super::{BaseTable, DataError, LoadOptions, Notice, ReadTable, Rejects};
use crate::text::nearest;

/// Name in a query of the table that `[data] path` names.
pub const BASE: &str = "base";

/// Returns the tables that a query names.
///
/// # Errors
/// Returns [`DataError::Query`] if it is no query that can be read.
pub fn tables_of(sql: &str) -> Result<Vec<String>, DataError> {
    let first = sql.trim_start().split(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_uppercase();
    if !matches!(first.as_str(), "SELECT" | "WITH" | "FROM" | "") {
        let at = sql.len() - sql.trim_start().len();
        let problem = format!("the query begins with {first}: write one SELECT, which makes the customers");
        return Err(DataError::Query { at, problem });
    }
    extract_table_identifiers(sql, false, true).map_err(|error| query_error(sql, &error, &[], &BTreeSet::new()))
}

impl BaseQuery {
    /// Reads the tables that the query names, and makes the base of them.
    pub(super) fn read(
        &self,
        options: &LoadOptions,
        memory: usize,
        watch: &mut LoadWatch,
    ) -> Result<ReadTable, DataError> {
        let known: Vec<String> = self.tables.iter().map(|table| table.name.clone()).collect();
        let (mut context, mut columns, mut notices) = (SQLContext::new(), BTreeSet::new(), Vec::new());
        for name in tables_of(&self.sql)? {
            // A name of the query's own (WITH) is none of ours; others are reported when it runs.
            let Some(table) = self.tables.iter().find(|table| table.name == name) else { continue };
            let (frame, own) = table.read(options, &self.sql, watch)?;
            columns.extend(frame.get_column_names().iter().map(|name| name.to_string()));
            notices.extend(own);
            context.register(&name, frame.lazy());
        }
        watch.tick(0)?;
        let failed = |error: PolarsError| query_error(&self.sql, &error, &known, &columns);
        let frame = context.execute(&self.sql).and_then(LazyFrame::collect).map_err(failed)?;
        watch.tick(frame.height() as u64)?;
        if frame.estimated_size() > memory {
            let problem = format!("the query makes more than {}, the limit of [engine] memory", described(memory));
            return Err(DataError::Query { at: 0, problem: format!("{problem}: select fewer columns, or raise it") });
        }
        let names: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
        let places = Selection::new(options).places(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
        let columns = places.into_iter().map(|place| to_plain(&frame.columns()[place])).collect::<Result<_, _>>();
        let frame = columns.and_then(|columns| DataFrame::new(frame.height(), columns)).map_err(failed)?;
        let (table, rejects, selected) = (BaseTable::Memory(frame), Rejects::default(), Vec::new());
        Ok(ReadTable { table, notices, rejects, selected })
    }
}

impl QueryTable {
    /// Reads the columns that the query may need.
    fn read(
        &self,
        options: &LoadOptions,
        sql: &str,
        watch: &mut LoadWatch,
    ) -> Result<(DataFrame, Vec<Notice>), DataError> {
        let failed = |error: DataError| match error {
            DataError::Cancelled => DataError::Cancelled,
            error => DataError::Query { at: 0, problem: format!("{}: {error}", self.label) },
        };
        let own = LoadOptions {
            named: None,
            choice: self.choice.clone(),
            text: self.text.clone(),
            key: None,
            columns: None,
            timezone: options.timezone,
            memory: options.memory,
            cache: options.cache.clone(),
            min_cell: options.min_cell,
            grows_from: None,
        };
        let base = super::load(&self.location, &own, &mut |_| {}, &|| watch.is_cancelled()).map_err(failed)?;
        let notices = base.notices.iter().map(|notice| Notice(format!("{}: {notice}", self.label))).collect();
        let (words, all) = (sql.to_lowercase(), sql.contains('*'));
        let names = base.schema.columns().iter().map(|column| column.name.as_str());
        let wanted = names.filter(|name| all || words.contains(&name.to_lowercase()));
        let read = |name: &str| {
            let column = base.table.column(name)?;
            let is_coded = matches!(column.dtype(), DataType::Categorical(..));
            Ok(if is_coded { column.cast(&DataType::String).unwrap_or(column) } else { column })
        };
        let columns = wanted.map(read).collect::<Result<Vec<_>, DataError>>().map_err(failed)?;
        let frame = DataFrame::new(base.table.rows(), columns);
        let frame = frame.map_err(|error| DataError::Query { at: 0, problem: format!("{}: {error}", self.label) })?;
        Ok((frame, notices))
    }
}

fn to_plain(column: &PolarsColumn) -> Result<PolarsColumn, PolarsError> {
    let series = column.as_materialized_series().rechunk();
    let wanted = plain_type(series.dtype(), Bytes::Text);
    plain(series, Bytes::Text, &wanted).map(IntoColumn::into_column)
}

/// Describes an error of a query in plain words, with the place in it.
fn query_error(sql: &str, error: &PolarsError, tables: &[String], columns: &BTreeSet<String>) -> DataError {
    let message = error.to_string();
    let message = message.lines().next().unwrap_or_default();
    let quoted = |mark: char| message.split(mark).nth(1).filter(|name| !name.is_empty() && sql.contains(*name));
    let hint = |name: &str, known: Vec<&str>| match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("there are {}", listed(&known.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())),
    };
    if let Some((expected, place)) = message.split_once("sql parser error: ").map(|(_, rest)| split_place(rest)) {
        let at = place.map_or(sql.trim_end().len(), |(line, column)| byte_of(sql, line, column));
        let expected =
            expected.replace("Expected: ", "expected ").replace("found: ", "found ").replace("EOF", "its end");
        return DataError::Query { at, problem: format!("the query is not valid SQL: {expected}") };
    }
    if message.contains("relation")
        && let Some(name) = quoted('\'')
    {
        let known = tables.iter().map(String::as_str).collect();
        let problem = format!("the query names no table \"{name}\" of [tables]: {}", hint(name, known));
        return DataError::Query { at: place_of(sql, name), problem };
    }
    if (matches!(error, PolarsError::ColumnNotFound(_)) || message.contains("no column named"))
        && let Some(name) = quoted('"').or_else(|| quoted('\''))
    {
        let known = columns.iter().map(String::as_str).collect();
        let problem = format!("the query's tables have no column \"{name}\": {}", hint(name, known));
        return DataError::Query { at: place_of(sql, name), problem };
    }
    let at = quoted('\'').or_else(|| quoted('"')).or_else(|| quoted('`')).map_or(0, |name| place_of(sql, name));
    DataError::Query { at, problem: format!("the query cannot be run: {}", message.trim_end_matches('.')) }
}

/// Splits a parser's message from the line and column at its end.
fn split_place(message: &str) -> (&str, Option<(usize, usize)>) {
    let Some((before, place)) = message.rsplit_once(" at Line: ") else { return (message, None) };
    let mut numbers = place.split(", Column: ").map(|text| text.trim().parse().ok());
    match (numbers.next().flatten(), numbers.next().flatten()) {
        (Some(line), Some(column)) => (before, Some((line, column))),
        _ => (before, None),
    }
}

/// Returns the byte of a line and a column, both counted from 1.
fn byte_of(sql: &str, line: usize, column: usize) -> usize {
    let start: usize = sql.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = sql.get(start..).unwrap_or_default();
    start + rest.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

/// Returns the byte of a name in a query, as a word of its own if it is one.
fn place_of(sql: &str, name: &str) -> usize {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut found = sql.match_indices(name).map(|(at, _)| at);
    let whole =
        found.find(|&at| !is_word(sql[..at].chars().next_back()) && !is_word(sql[at + name.len()..].chars().next()));
    whole.or_else(|| sql.find(name)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_tables_are_names_after_from_and_join() {
        let sql = "WITH o AS (SELECT id FROM orders) SELECT * FROM c LEFT JOIN o ON c.id = o.id";
        let mut tables = tables_of(sql).expect("a query");
        tables.sort();
        assert_eq!(tables, ["c", "o", "orders"]);
        let DataError::Query { at, problem } = tables_of("  DROP TABLE c").unwrap_err() else {
            panic!("no such error")
        };
        assert!(at == 2 && problem.starts_with("the query begins with DROP"), "{at}: {problem}");
    }

    #[test]
    fn broken_query_error_has_place() {
        let sql = "SELECT id\nFROM c WHERE";
        let DataError::Query { at, problem } = tables_of(sql).unwrap_err() else { panic!("no such error") };
        assert!(at >= 10 && problem.starts_with("the query is not valid SQL: "), "{at}: {problem}");
    }
}
