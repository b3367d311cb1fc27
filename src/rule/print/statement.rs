//! Statements for the customers for whom a rule holds.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use super::joins::{self, BASE, Joins};
use super::names::{self, unused};
use super::printer::Printer;
use super::sql::{Printed, SqlPiece};
use super::syntax::DialectSyntax;
use super::tables::DatabaseTables;
use super::{Condition, Refused, Select};
use crate::rule::Checked;
use crate::rule::expr::{Expr, Node};

/// The context of a statement that is being printed.
struct StatementContext<'a> {
    syntax: &'static dyn DialectSyntax,
    tables: &'a DatabaseTables,
}

/// Prints the condition of a `WHERE`, and the joins that it reads.
pub(super) fn condition(
    rule: &Expr,
    syntax: &'static dyn DialectSyntax,
    tables: &DatabaseTables,
) -> Result<Condition, Refused> {
    let statement = StatementContext { syntax, tables };
    let joins = statement.joins(rule)?;
    let computed = joins.values.iter().map(|(text, joined)| (text.clone(), joined.sql.clone())).collect();
    let qualifier = if joins.joins.is_empty() { None } else { Some(statement.quoted(BASE, rule)?) };
    let printer = statement.printer(qualifier, computed);
    let text = printer.value(rule)?.text;
    Ok(Condition { text, joins: joins.joins, notes: joins.notes })
}

pub(super) fn statement(
    rule: &Checked,
    select: Select,
    with_ctes: bool,
    syntax: &'static dyn DialectSyntax,
    tables: &DatabaseTables,
) -> Result<String, Refused> {
    let written = rule.written();
    let statement = StatementContext { syntax, tables };
    if with_ctes && select != Select::Where {
        return statement.in_steps(written, select);
    }
    let condition = condition(written, syntax, tables)?;
    let notes: String = condition.notes.iter().map(|note| names::comment(note)).collect();
    let base = statement.say(tables.base_sql(syntax), written)?;
    if condition.joins.is_empty() {
        return Ok(match select {
            Select::Where => condition.text,
            _ => {
                format!("SELECT {}\nFROM {base}\nWHERE {}", statement.selected(select, None, written)?, condition.text)
            }
        });
    }
    let alias = statement.quoted(BASE, written)?;
    let selected =
        statement.selected(if select == Select::Where { Select::Ids } else { select }, Some(&alias), written)?;
    let mut text = format!("SELECT {selected}\nFROM {base} {}{alias}", syntax.alias());
    for join in &condition.joins {
        text.push_str(&format!("\nLEFT JOIN ({}) {}{} ON {}", join.select, syntax.alias(), join.name, join.on));
    }
    text.push_str(&format!("\nWHERE {}", condition.text));
    Ok(match select {
        Select::Where => {
            let key = statement.key(None, written)?;
            format!("{notes}{key} IN ({text})")
        }
        _ => notes + &text,
    })
}

impl<'a> StatementContext<'a> {
    fn say(&self, said: Printed, rule: &Expr) -> Result<SqlPiece, Refused> {
        said.map_err(|why| Refused::new(rule, why))
    }

    fn quoted(&self, name: &str, rule: &Expr) -> Result<SqlPiece, Refused> {
        self.say(self.syntax.identifier(name), rule)
    }

    fn printer(&self, qualifier: Option<SqlPiece>, computed: HashMap<String, SqlPiece>) -> Printer<'a> {
        Printer {
            syntax: self.syntax,
            tables: self.tables,
            schema: &self.tables.schema,
            qualifier,
            computed,
            references: RefCell::default(),
            has_varying_numbers: Cell::default(),
        }
    }

    /// Returns the joins of a rule, and of the audiences if it reads the customer's persona.
    fn joins(&self, rule: &Expr) -> Result<Joins, Refused> {
        let persona = self.tables.schema.persona().is_some_and(|column| rule.columns().contains(&column.name));
        let audiences =
            self.tables.personas.iter().filter(|_| persona).map(|(_, audience)| audience.written().as_ref());
        joins::joins(std::iter::once(rule).chain(audiences), self.syntax, self.tables)
    }

    fn key(&self, qualifier: Option<&SqlPiece>, rule: &Expr) -> Result<SqlPiece, Refused> {
        let key = self.tables.schema.key();
        let key = key.ok_or_else(|| {
            let why = "no column is known to be the key: write key = \"…\" under [data] in config.toml";
            Refused { what: "the customers' ids".into(), why: why.into(), place: rule.span.clone() }
        })?;
        let key = self.quoted(key, rule)?;
        Ok(match qualifier {
            Some(table) => SqlPiece::tight(format!("{table}.{key}")),
            None => key,
        })
    }

    fn selected(&self, select: Select, qualifier: Option<&SqlPiece>, rule: &Expr) -> Result<SqlPiece, Refused> {
        match select {
            Select::Ids | Select::Where => self.key(qualifier, rule),
            Select::Count => Ok(SqlPiece::tight(format!("COUNT(*) AS {}", self.quoted("customers", rule)?))),
        }
    }

    /// Prints a statement in which every `@name` is a column that a step of its own adds: three-valued, as in the rule.
    fn in_steps(&self, rule: &Arc<Expr>, select: Select) -> Result<String, Refused> {
        let joins = self.joins(rule)?;
        let schema = &self.tables.schema;
        let mut columns: Vec<String> = schema.columns().iter().map(|column| column.name.clone()).collect();
        let mut tables: Vec<String> = schema.all_events().iter().map(|events| events.name.clone()).collect();
        tables.push(self.tables.base.as_str().to_owned());
        tables.extend(joins.joins.iter().map(|join| join.name.trim_matches(['"', '`']).to_owned()));
        let mut steps: Vec<String> =
            joins.joins.iter().map(|join| format!("{} AS ({})", join.name, join.select)).collect();
        let mut from = self.say(self.tables.base_sql(self.syntax), rule)?.text;
        let mut computed = HashMap::new();
        if !joins.joins.is_empty() {
            let base = self.quoted(BASE, rule)?;
            let mut list = vec![format!("{base}.*")];
            let mut values: Vec<_> = joins.values.iter().collect();
            values.sort_by(|a, b| a.1.name.cmp(&b.1.name));
            for (text, joined) in values {
                let name = self.quoted(&unused(&joined.name, &mut columns), rule)?;
                list.push(format!("{} AS {name}", joined.sql));
                computed.insert(text.clone(), name);
            }
            let step = self.quoted(&unused("with_events", &mut tables), rule)?;
            let mut text = format!("SELECT {} FROM {from} {}{base}", list.join(", "), self.syntax.alias());
            for join in &joins.joins {
                text.push_str(&format!(" LEFT JOIN {} ON {}", join.name, join.on));
            }
            steps.push(format!("{step} AS ({text})"));
            from = step.text;
        }
        let printer = self.printer(None, computed);
        let mut references = Vec::new();
        collect_references(rule, &mut references);
        for (name, referred) in references {
            let condition = printer.value(referred.written()).map_err(|refused| refused.inside(&name, rule))?;
            let plain = names::plain(&name);
            let column = self.quoted(&unused(&format!("in_{plain}"), &mut columns), rule)?;
            let step = self.quoted(&unused(&format!("with_{plain}"), &mut tables), rule)?;
            steps.push(format!("{step} AS (SELECT *, {} AS {column} FROM {from})", condition.operand()));
            from = step.text;
            printer.references.borrow_mut().insert(name, column);
        }
        let notes: String = joins.notes.iter().map(|note| names::comment(note)).collect();
        let with = if steps.is_empty() { String::new() } else { format!("WITH {}\n", steps.join(",\n  ")) };
        let (selected, condition) = (self.selected(select, None, rule)?, printer.value(rule)?);
        Ok(format!("{notes}{with}SELECT {selected}\nFROM {from}\nWHERE {condition}"))
    }
}

/// Collects every `@name` below; names that others mention come first.
fn collect_references(expr: &Expr, into: &mut Vec<(String, Checked)>) {
    if let Node::Reference { name, rule } = &expr.node {
        if into.iter().any(|(known, _)| known == name) {
            return;
        }
        collect_references(rule.written(), into);
        into.push((name.clone(), rule.clone()));
        return;
    }
    expr.children().into_iter().for_each(|child| collect_references(child, into));
}
