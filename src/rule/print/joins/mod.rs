//! Computed columns: a table with one row per customer is joined to the base for each of them.

mod aggregates;
mod customers;
mod keys;
mod patterns;
mod top;

use std::collections::HashMap;
use std::sync::Arc;

use super::Refused;
use super::printer::Printer;
use super::sql::{Printed, SqlPiece};
use super::syntax::DialectSyntax;
use super::tables::DatabaseTables;
use crate::model::{Events, Schema};
use crate::rule::expr::computed_column::{Aggregate, ComputedColumn, ComputedDefinition};
use crate::rule::expr::{Expr, Node};
pub(super) use keys::keys;

/// A table of events, one row per customer, to be joined to the base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AggregateJoin {
    /// Name of the joined table, quoted.
    pub name: String,
    /// `SELECT` that makes the joined table.
    pub select: String,
    /// Condition of the join.
    pub on: String,
}

/// The joins of a rule, and the values of its computed columns in them.
pub(super) struct Joins {
    pub(super) joins: Vec<AggregateJoin>,
    /// Values in the joined tables, by the column's canonical text.
    pub(super) values: HashMap<String, JoinedColumn>,
    /// Notes for the reader of the statement, one line each.
    pub(super) notes: Vec<String>,
}

/// A computed column in a joined table.
pub(super) struct JoinedColumn {
    pub(super) sql: SqlPiece,
    /// Name for the column in a statement of several steps.
    pub(super) name: String,
}

/// An event call, and the node of the rule that contains it.
type Call<'e> = (Arc<ComputedColumn>, &'e Expr);

/// Name of the base in statements with joins.
pub(super) const BASE: &str = "base";
/// Name of the customer's key in a joined table.
const CUSTOMER: &str = "customer";

/// Builds the joins that the rules need.
pub(super) fn joins<'e>(
    rules: impl IntoIterator<Item = &'e Expr>,
    syntax: &'static dyn DialectSyntax,
    tables: &DatabaseTables,
) -> Result<Joins, Refused> {
    let mut calls: Vec<Call> = Vec::new();
    for rule in rules {
        collect(rule, &mut calls);
    }
    // Calls over the same events share one table; those that choose one event have one of their own, as all others do.
    let mut shared: Vec<(String, Vec<Call>)> = Vec::new();
    for (computed, expr) in calls {
        let group = match &computed.source {
            ComputedDefinition::Events(event) => {
                let own = if is_of_one_event(event.aggregate) { computed.text.as_str() } else { "" };
                format!("{}\n{}\n{own}", event.table, event.filter.key())
            }
            _ => computed.text.clone(),
        };
        match shared.iter_mut().find(|(known, _)| *known == group) {
            Some((_, calls)) => calls.push((computed, expr)),
            None => shared.push((group, vec![(computed, expr)])),
        }
    }
    let mut built = Joins { joins: Vec::new(), values: HashMap::new(), notes: Vec::new() };
    for (_, calls) in &shared {
        JoinBuilder { syntax, tables }.join(calls, &mut built)?;
    }
    Ok(built)
}

/// Collects every event call below, each once.
fn collect<'e>(expr: &'e Expr, into: &mut Vec<Call<'e>>) {
    match &expr.node {
        Node::Computed(computed) if is_joined(&computed.source) => {
            if !into.iter().any(|(known, _)| known == computed) {
                into.push((computed.clone(), expr));
            }
        }
        _ => expr.children().into_iter().for_each(|child| collect(child, into)),
    }
}

/// Returns true if the computed column is read from a joined table.
fn is_joined(source: &ComputedDefinition) -> bool {
    match source {
        ComputedDefinition::Events(_) | ComputedDefinition::Pattern(_) => true,
        ComputedDefinition::Top { within, .. } => within.is_some(),
        ComputedDefinition::Split { .. } | ComputedDefinition::OfCustomer(_) => false,
    }
}

/// Returns true if the aggregate is the value of one of the events.
fn is_of_one_event(aggregate: Aggregate) -> bool {
    aggregate.is_by_date() || aggregate == Aggregate::Mode
}

/// Builds the joins of computed columns.
struct JoinBuilder<'a> {
    syntax: &'static dyn DialectSyntax,
    tables: &'a DatabaseTables,
}

impl<'a> JoinBuilder<'a> {
    /// Returns the printer of conditions over the columns of one table.
    fn printer<'s>(&self, schema: &'s Schema) -> Printer<'s>
    where
        'a: 's,
    {
        Printer {
            syntax: self.syntax,
            tables: self.tables,
            schema,
            qualifier: None,
            computed: HashMap::new(),
            references: HashMap::new().into(),
            has_varying_numbers: false.into(),
        }
    }

    /// Turns the reason why the dialect has no SQL into a refusal of this expression.
    fn say(&self, said: Printed, expr: &Expr) -> Result<SqlPiece, Refused> {
        said.map_err(|why| Refused::new(expr, why))
    }

    fn quoted(&self, name: &str, expr: &Expr) -> Result<SqlPiece, Refused> {
        self.say(self.syntax.identifier(name), expr)
    }

    fn events(&self, table: &str, expr: &Expr) -> Result<&'a Events, Refused> {
        let events = self.tables.schema.events(table);
        events.ok_or_else(|| Refused::new(expr, format!("the table {table} is not known")))
    }

    /// Prints the customer's key in a table of events and in the base.
    fn keys(&self, events: &Events, expr: &Expr) -> Result<(SqlPiece, SqlPiece), Refused> {
        keys(self.tables, self.syntax, &events.name).map_err(|refused| Refused::new(expr, refused.why))
    }

    /// Builds the join of calls that share one table.
    fn join(&self, calls: &[Call], built: &mut Joins) -> Result<(), Refused> {
        let Some((first, expr)) = calls.first() else { return Ok(()) };
        match &first.source {
            ComputedDefinition::Events(call) => self.aggregates((call, *expr), calls, built),
            ComputedDefinition::Pattern(pattern) => self.pattern(first, pattern, expr, built),
            ComputedDefinition::Top { column, percent, lowest, within: Some(within) } => {
                self.top_within(first, (column, within), (*percent, *lowest), expr, built)
            }
            ComputedDefinition::Top { .. } | ComputedDefinition::Split { .. } | ComputedDefinition::OfCustomer(_) => {
                Ok(())
            }
        }
    }
}
