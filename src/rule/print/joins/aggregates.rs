//! Aggregates of events: one row per customer, with a column for each call over the same events.

use super::{AggregateJoin, CUSTOMER, Call, JoinBuilder, JoinedColumn, Joins};
use crate::model::{ColumnType, Datum, Events};
use crate::rule::expr::Expr;
use crate::rule::expr::computed_column::{Aggregate, ComputedDefinition, EventCall};
use crate::rule::print::Refused;
use crate::rule::print::names::{plain, unused};
use crate::rule::print::printer::Printer;
use crate::rule::print::sql::{SqlPiece, call, comparison};

/// Parts of the statement for the aggregates of one table of events.
struct AggregateSource<'a> {
    events: &'a Events,
    printer: Printer<'a>,
    /// The events' own key.
    key: SqlPiece,
    /// Name of the key in the joined table.
    customer: SqlPiece,
    /// Table of events, with the values of the customers that its filter reads.
    from: String,
    /// ` WHERE …`, or nothing.
    filter: String,
}

impl JoinBuilder<'_> {
    /// Builds the join for calls over the same events.
    pub(super) fn aggregates(
        &self,
        first: (&EventCall, &Expr),
        calls: &[Call],
        built: &mut Joins,
    ) -> Result<(), Refused> {
        let (call, expr) = first;
        let events = self.events(&call.table, expr)?;
        let (key, base_key) = self.keys(events, expr)?;
        let alias = format!("{}_{}", plain(&call.table), built.joins.len() + 1);
        let table = self.quoted(&alias, expr)?;
        // Avoids the names of columns: some engines would take the column for it in a filter.
        let mut used: Vec<String> = events.schema.columns().iter().map(|column| column.name.clone()).collect();
        let customer = self.quoted(&unused(CUSTOMER, &mut used), expr)?;
        let mut printer = self.printer(&events.schema);
        let mut from = self.say(self.tables.events_sql(&events.name, self.syntax), expr)?.text;
        let arguments = calls.iter().filter_map(|(computed, _)| match &computed.source {
            ComputedDefinition::Events(call) => call.argument.as_deref(),
            _ => None,
        });
        let read: Vec<&Expr> = arguments.chain([call.filter.expr().as_ref()]).collect();
        if let Some(owners) = self.owners(&read, (&events.name, &key), &mut used, expr)? {
            from.push_str(&owners.join);
            printer.computed = owners.values;
        }
        let filter = match call.filter.expr().as_literal() {
            Some(Datum::Boolean(true)) => String::new(),
            _ => format!(" WHERE {}", printer.value(call.filter.expr())?),
        };
        let source = AggregateSource { events, printer, key, customer, from, filter };
        let mut columns = Vec::new();
        for (computed, expr) in calls {
            let ComputedDefinition::Events(call) = &computed.source else { continue };
            let mut name = call.aggregate.name().to_owned();
            if let Some(argument) = &call.argument {
                name = format!("{name}_{}", plain(argument.as_column().unwrap_or("value")));
            }
            let name = unused(&name, &mut used);
            let value = self.aggregate(call, &source.printer, expr)?;
            let column = self.quoted(&name, expr)?;
            let sql = self.read(call.aggregate, expr, SqlPiece::tight(format!("{table}.{column}")));
            built.values.insert(computed.text.clone(), JoinedColumn { sql, name: format!("{alias}_{name}") });
            columns.push((column, value));
        }
        let AggregateSource { key, customer, from, filter, .. } = &source;
        let select = match columns.as_slice() {
            [(name, value)] if call.aggregate == Aggregate::Mode => {
                let place = self.quoted(&unused("place", &mut used), expr)?;
                self.most_frequent(call, (name, value), &place, &source, expr)?
            }
            [(name, value)] if call.aggregate.is_by_date() => {
                let place = self.quoted(&unused("place", &mut used), expr)?;
                self.by_date(call, (name, value), &place, &source, (expr, &mut *built))?
            }
            columns => {
                let columns: String = columns.iter().map(|(name, value)| format!(", {value} AS {name}")).collect();
                format!("SELECT {key} AS {customer}{columns} FROM {from}{filter} GROUP BY {key}")
            }
        };
        let on = comparison(&SqlPiece::tight(format!("{table}.{customer}")), "=", &base_key).text;
        built.joins.push(AggregateJoin { name: table.text, select, on });
        Ok(())
    }

    /// Prints the `SELECT` of the most frequent value, the least of them if several are.
    fn most_frequent(
        &self,
        call: &EventCall,
        (name, value): (&SqlPiece, &SqlPiece),
        place: &SqlPiece,
        AggregateSource { key, customer, from, filter, .. }: &AggregateSource,
        expr: &Expr,
    ) -> Result<String, Refused> {
        let is_text = call.argument.as_ref().is_some_and(|argument| argument.kind == ColumnType::Text);
        let ordered = if is_text { self.syntax.in_byte_order(value) } else { value.clone() };
        let known = if filter.is_empty() { " WHERE" } else { " AND" };
        Ok(format!(
            "SELECT {customer}, {name} FROM (SELECT {key} AS {customer}, {value} AS {name}, \
             ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY COUNT(*) DESC, {ordered} ASC) AS {place} \
             FROM {from}{filter}{known} {value} IS NOT NULL GROUP BY {key}, {value}) {}{} WHERE {place} = 1",
            self.syntax.alias(),
            self.quoted("ranked", expr)?,
        ))
    }

    /// Prints the `SELECT` of the value of the first, the last or the n-th event.
    fn by_date(
        &self,
        call: &EventCall,
        (name, value): (&SqlPiece, &SqlPiece),
        place: &SqlPiece,
        AggregateSource { events, printer, key, customer, from, filter }: &AggregateSource,
        (expr, built): (&Expr, &mut Joins),
    ) -> Result<String, Refused> {
        let date = events.columns.date.as_deref().ok_or_else(|| Refused::new(expr, "the table has no date"))?;
        let date = printer.name(date, expr)?;
        let direction = if call.aggregate == Aggregate::Last { "DESC" } else { "ASC" };
        let tie = match self.tables.event_order.get(&events.name) {
            Some(column) => printer.name(column, expr)?,
            None => {
                built.notes.push(format!(
                    "Several rows of {} may have the same time: the one with the {} value counts as the {}, as SQL has no row order.",
                    events.name,
                    if call.aggregate == Aggregate::Last { "greatest" } else { "least" },
                    call.aggregate.name(),
                ));
                value.clone()
            }
        };
        Ok(format!(
            "SELECT {customer}, {name} FROM (SELECT {key} AS {customer}, {value} AS {name}, \
             ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {date} {direction}, {tie} {direction}) AS {place} \
             FROM {from}{filter}) {}{} WHERE {place} = {}",
            self.syntax.alias(),
            self.quoted("ranked", expr)?,
            if let Aggregate::Nth(place) = call.aggregate { place } else { 1 },
        ))
    }

    /// Prints the aggregate over one customer's rows; for the first and the last event, the value of a row.
    fn aggregate(&self, event: &EventCall, printer: &Printer, expr: &Expr) -> Result<SqlPiece, Refused> {
        let Some(argument) = &event.argument else { return Ok(self.syntax.aggregated(SqlPiece::tight("COUNT(*)"))) };
        let kind = argument.kind;
        if let Some(why) = self.syntax.refuses_kind(kind) {
            return Err(Refused::new(expr, why));
        }
        let value = match argument.as_column() {
            Some(column) => self.syntax.column(printer.name(column, expr)?, kind),
            None => printer.value(argument)?,
        };
        let aggregate = match event.aggregate {
            Aggregate::First | Aggregate::Last | Aggregate::Nth(_) | Aggregate::Mode => return Ok(value),
            Aggregate::Median => {
                let value = if kind == ColumnType::Float { value } else { self.syntax.to_float(&value) };
                SqlPiece::tight(self.syntax.median(&value.text).map_err(|why| Refused::new(expr, why))?)
            }
            Aggregate::Count | Aggregate::Distinct => SqlPiece::tight(format!("COUNT(DISTINCT {value})")),
            Aggregate::Sum if kind == ColumnType::Integer => self.syntax.sum_of_whole(&value),
            Aggregate::Sum => call("SUM", &[&value]),
            Aggregate::Mean if kind == ColumnType::Float => call("AVG", &[&value]),
            Aggregate::Mean => call("AVG", &[&self.syntax.to_float(&value)]),
            Aggregate::Min => call("MIN", &[&value]),
            Aggregate::Max => call("MAX", &[&value]),
        };
        Ok(self.syntax.aggregated(aggregate))
    }

    /// Prints the value in the statement: customers without events have counts of zero.
    fn read(&self, aggregate: Aggregate, expr: &Expr, column: SqlPiece) -> SqlPiece {
        match aggregate {
            Aggregate::Count | Aggregate::Distinct => call("COALESCE", &[&column, &SqlPiece::tight("0")]),
            // The sum of infinities may be NaN.
            Aggregate::Sum | Aggregate::Mean | Aggregate::Median if expr.kind == ColumnType::Float => {
                self.syntax.without_nan(&column)
            }
            _ => column,
        }
    }
}
