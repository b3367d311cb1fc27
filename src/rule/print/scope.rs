//! Several conditions and values printed into one statement over the base, whose joins they share.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use super::joins::{self, BASE};
use super::printer::Printer;
use super::tables::DatabaseTables;
use super::{Refused, SqlDialect};
use crate::model::{ColumnType, Schema};
use crate::rule::expr::{Expr, Node};

/// The rows of the base under the alias `base`, joined with the aggregated events that some expressions read.
pub struct Scope<'a> {
    printer: Printer<'a>,
    from: String,
}

impl<'a> Scope<'a> {
    /// Creates a scope for these expressions, and for no others.
    ///
    /// # Errors
    /// Returns an error if the dialect cannot express the joins that they need.
    pub fn new<'e>(
        expressions: impl IntoIterator<Item = &'e Expr>,
        dialect: SqlDialect,
        tables: &'a DatabaseTables,
    ) -> Result<Self, Refused> {
        let syntax = dialect.syntax();
        let joins = joins::joins(expressions, syntax, tables)?;
        let say = Refused::from_tables::<super::sql::SqlPiece>;
        let base = say(syntax.identifier(BASE))?;
        let mut from = format!("{} {}{base}", say(tables.base_sql(syntax))?, syntax.alias());
        for join in &joins.joins {
            from.push_str(&format!(" LEFT JOIN ({}) {}{} ON {}", join.select, syntax.alias(), join.name, join.on));
        }
        let computed = joins.values.into_iter().map(|(text, joined)| (text, joined.sql)).collect();
        Ok(Self { printer: printer(dialect, tables, &tables.schema, Some(base), computed), from })
    }

    /// Returns the tables after `FROM`.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// Prints a condition or a value.
    ///
    /// # Errors
    /// Returns an error if the dialect cannot express a part of it with the same meaning.
    pub fn value(&self, expr: &Expr) -> Result<String, Refused> {
        self.printer.shown(expr)
    }

    /// Prints a condition whose numbers are other ones in the next statement, as those of a filter that is being typed.
    ///
    /// # Errors
    /// Returns an error if the dialect cannot express a part of it with the same meaning.
    pub fn varying_condition(&self, expr: &Expr) -> Result<String, Refused> {
        self.printer.has_varying_numbers.set(true);
        let condition = self.value(expr);
        self.printer.has_varying_numbers.set(false);
        condition
    }

    /// Prints the condition that the hash of a customer's key, a number of 32 bits, is below `bound`. It holds for the
    /// same customers every time, and for more of them the higher the bound is.
    ///
    /// # Errors
    /// Returns an error if the dialect has no hash that stays the same, or no text of such a key.
    pub fn is_sampled(&self, key: &str, bound: u32) -> Result<String, Refused> {
        let syntax = self.printer.syntax;
        let kind = self.printer.schema.type_of(key);
        let refused = |why| Refused { what: "a sample".into(), why, place: 0..0 };
        let name = self.printer.name(key, &Expr::new(Node::Column(key.to_owned()), kind, 0..0))?;
        // Only one engine ever compares its texts of keys, so that they may be its own.
        let text = match kind {
            ColumnType::Decimal(_) | ColumnType::Other => {
                Ok(super::sql::cast(&name, &syntax.type_name(ColumnType::Text)))
            }
            kind => syntax.key_text(&name, kind),
        };
        let hash = text.and_then(|text| syntax.text_hash(&text)).map_err(refused)?;
        let bound = syntax.text(&format!("{bound:08x}")).map_err(refused)?;
        Ok(super::sql::comparison(&syntax.in_byte_order(&hash), "<", &bound).text)
    }

    /// Prints the base's side of the join with a table of events: the key as a value that can be compared with theirs.
    ///
    /// # Errors
    /// Returns an error if the table is unknown, or the keys cannot be compared.
    pub fn key_of(&self, table: &str) -> Result<String, Refused> {
        let (_, key) = joins::keys(self.printer.tables, self.printer.syntax, table)?;
        Ok(key.text)
    }
}

/// The rows of one table of events.
pub struct EventScope<'a> {
    printer: Printer<'a>,
    from: String,
    key: String,
}

impl<'a> EventScope<'a> {
    /// Creates a scope for the rows of a table of events.
    ///
    /// # Errors
    /// Returns an error if the table is unknown, or its key cannot be compared with the base's.
    pub fn new(table: &str, dialect: SqlDialect, tables: &'a DatabaseTables) -> Result<Self, Refused> {
        let syntax = dialect.syntax();
        let (key, _) = joins::keys(tables, syntax, table)?;
        let events = tables.schema.events(table).ok_or_else(|| format!("the table {table} is not known"));
        let events = Refused::from_tables(events)?;
        let from = Refused::from_tables(tables.events_sql(&events.name, syntax))?.text;
        let printer = printer(dialect, tables, &events.schema, None, HashMap::new());
        Ok(Self { printer, from, key: key.text })
    }

    /// Returns the table after `FROM`.
    pub fn from(&self) -> &str {
        &self.from
    }

    /// Returns the customer's key, as a value that can be compared with [`Scope::key_of`].
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Prints a condition or a value over the table's own columns.
    ///
    /// # Errors
    /// Returns an error if the dialect cannot express a part of it with the same meaning.
    pub fn value(&self, expr: &Expr) -> Result<String, Refused> {
        self.printer.shown(expr)
    }
}

fn printer<'a>(
    dialect: SqlDialect,
    tables: &'a DatabaseTables,
    schema: &'a Schema,
    qualifier: Option<super::sql::SqlPiece>,
    computed: HashMap<String, super::sql::SqlPiece>,
) -> Printer<'a> {
    let (references, has_varying_numbers) = (RefCell::default(), Cell::default());
    Printer { syntax: dialect.syntax(), tables, schema, qualifier, computed, references, has_varying_numbers }
}

impl Printer<'_> {
    /// Prints the value. A column of a type that rules do not know is printed as text.
    fn shown(&self, expr: &Expr) -> Result<String, Refused> {
        match (&expr.node, expr.kind) {
            (Node::Column(name), ColumnType::Time | ColumnType::Duration | ColumnType::Other) => {
                let name = self.name(name, expr)?;
                Ok(super::sql::cast(&name, &self.syntax.type_name(ColumnType::Text)).text)
            }
            _ => Ok(self.value(expr)?.text),
        }
    }
}
