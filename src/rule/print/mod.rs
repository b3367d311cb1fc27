//! Prints a typed rule as SQL of another engine, with the meaning that it has here: three-valued logic, exact whole
//! numbers and decimals, null if a number is NaN or a cast fails. A part that an engine cannot express is refused, with
//! its place and reason.
//!
//! `printer` walks the tree, with `comparisons`, `numbers`, `like`, `patterns`, `formats` and `joins`; `statement` puts a
//! `SELECT` around it; `scope` prints many into one statement. `syntax` has the traits of a dialect, and each dialect has a
//! file or folder that implements them.

mod aggregates;
mod bigquery;
mod casts;
mod clickhouse;
mod comparisons;
mod duckdb;
mod formats;
mod joins;
mod like;
mod names;
mod numbers;
mod patterns;
mod postgres;
mod printer;
mod scope;
mod snowflake;
mod spark;
mod sql;
mod sqlite;
mod statement;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

pub use aggregates::Aggregates;
pub use joins::AggregateJoin;
pub use scope::{EventScope, Scope};
pub use tables::{DatabaseTables, TableName};

use super::Checked;
use super::expr::{Expr, Node};
use super::functions;
use syntax::DialectSyntax;

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SqlDialect {
    DuckDb,
    Postgres,
    Sqlite,
    Spark,
    Snowflake,
    BigQuery,
    ClickHouse,
}

impl SqlDialect {
    pub const ALL: [SqlDialect; 7] = [
        SqlDialect::DuckDb,
        SqlDialect::Postgres,
        SqlDialect::Sqlite,
        SqlDialect::Spark,
        SqlDialect::Snowflake,
        SqlDialect::BigQuery,
        SqlDialect::ClickHouse,
    ];

    /// Returns the name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            SqlDialect::DuckDb => "duckdb",
            SqlDialect::Postgres => "postgres",
            SqlDialect::Sqlite => "sqlite",
            SqlDialect::Spark => "spark",
            SqlDialect::Snowflake => "snowflake",
            SqlDialect::BigQuery => "bigquery",
            SqlDialect::ClickHouse => "clickhouse",
        }
    }

    /// Returns the engine's own name.
    pub fn title(self) -> &'static str {
        self.syntax().title()
    }

    fn syntax(self) -> &'static dyn DialectSyntax {
        match self {
            SqlDialect::DuckDb => &duckdb::DuckDb,
            SqlDialect::Postgres => &postgres::Postgres,
            SqlDialect::Sqlite => &sqlite::Sqlite,
            SqlDialect::Spark => &spark::Spark,
            SqlDialect::Snowflake => &snowflake::Snowflake,
            SqlDialect::BigQuery => &bigquery::BigQuery,
            SqlDialect::ClickHouse => &clickhouse::ClickHouse,
        }
    }
}

impl fmt::Display for SqlDialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SqlDialect {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|dialect| dialect.name().eq_ignore_ascii_case(name));
        known.ok_or_else(|| format!("no dialect is called {name}: {}", Self::ALL.map(SqlDialect::name).join(", ")))
    }
}

/// A part of a rule that a dialect cannot express with the rule's meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The part, in the rule's canonical spelling: `lower("city") = 'zürich'`.
    pub what: String,
    /// Reason in one line, with the remedy if there is one.
    pub why: String,
    /// Bytes of the rule's text.
    pub place: Range<usize>,
}

/// Maximum length of a part that a refusal quotes.
const MAX_QUOTED: usize = 80;

impl Refused {
    fn new(expr: &Expr, why: impl Into<String>) -> Self {
        let what = match &expr.node {
            Node::Computed(computed) => computed.label.clone(),
            Node::Call(id, _) => functions::name(*id).to_owned(),
            _ => expr.to_string(),
        };
        let cut = what.char_indices().nth(MAX_QUOTED).map(|(at, _)| at);
        let what = cut.map_or(what.clone(), |at| format!("{}…", &what[..at]));
        Self { what, why: why.into(), place: expr.span.clone() }
    }

    /// Turns an error of the tables into a refusal without a place in the rule.
    fn from_tables<T>(said: Result<T, String>) -> Result<T, Self> {
        said.map_err(|why| Self { what: "the tables".into(), why, place: 0..0 })
    }

    /// Returns the refusal of a part of a rule that this one refers to by `name`.
    fn inside(self, name: &str, reference: &Expr) -> Self {
        let what = format!("{} in {}", self.what, crate::model::reference(name));
        Self { what, place: reference.span.clone(), ..self }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

impl std::error::Error for Refused {}

/// The condition after `WHERE`, and the joins that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub text: String,
    /// Aggregated tables of events. If there are any, the condition calls the base `base`.
    pub joins: Vec<AggregateJoin>,
    /// Notes for the reader, one line each.
    pub notes: Vec<String>,
}

/// The result of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select {
    /// Keys of the customers for whom the rule holds.
    Ids,
    /// Number of customers for whom the rule holds.
    Count,
    /// The condition alone, without a statement.
    Where,
}

impl Select {
    pub const ALL: [(&str, Select); 3] = [("ids", Select::Ids), ("count", Select::Count), ("where", Select::Where)];
}

/// Prints a rule as a condition.
///
/// # Errors
/// Returns an error if the dialect cannot express a part of it with the same meaning.
pub fn condition(rule: &Expr, dialect: SqlDialect, tables: &DatabaseTables) -> Result<Condition, Refused> {
    statement::condition(rule, dialect.syntax(), tables)
}

/// Prints a rule as a complete statement. `@names` are unfolded in place or, if `with_ctes`, each becomes a step of its
/// own.
///
/// # Errors
/// Returns an error if the dialect cannot express a part of it with the same meaning, or ids are wanted and no column
/// is known to be the key.
pub fn statement(
    rule: &Checked,
    select: Select,
    with_ctes: bool,
    dialect: SqlDialect,
    tables: &DatabaseTables,
) -> Result<String, Refused> {
    statement::statement(rule, select, with_ctes, dialect.syntax(), tables)
}
