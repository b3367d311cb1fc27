//! Computed columns: aggregates of events as joins, orders as sub-selects.

use std::collections::HashMap;
use std::sync::Arc;

use super::Refused;
use super::printer::Printer;
use super::speech::{Speech, repeatable};
use super::sql::{Printed, SqlPiece, call, comparison};
use super::tables::DatabaseTables;
use crate::model::{Column, ColumnType, Datum, Schema};
use crate::rule::expr::made::{Aggregate, ComputedDefinition, EventCall, EventPattern, Made, PatternShape};
use crate::rule::expr::{Comparison, Expr, Node};
use crate::rule::read::apart;

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
type Call<'e> = (Arc<Made>, &'e Expr);

/// Name of the base in statements with joins.
pub(super) const BASE: &str = "base";
/// Name of the customer's key in a joined table.
const CUSTOMER: &str = "customer";

/// Builds the joins that the rules need.
pub(super) fn joins<'e>(
    rules: impl IntoIterator<Item = &'e Expr>,
    speech: &'static dyn Speech,
    tables: &DatabaseTables,
) -> Result<Joins, Refused> {
    let mut calls: Vec<Call> = Vec::new();
    for rule in rules {
        collect(rule, &mut calls);
    }
    // Calls over the same events share one table; those that choose one event have one of their own, as all others do.
    let mut shared: Vec<(String, Vec<Call>)> = Vec::new();
    for (made, expr) in calls {
        let group = match &made.source {
            ComputedDefinition::Events(event) => {
                let own = if is_of_one_event(event.aggregate) { made.text.as_str() } else { "" };
                format!("{}\n{}\n{own}", event.table, event.filter.key())
            }
            _ => made.text.clone(),
        };
        match shared.iter_mut().find(|(known, _)| *known == group) {
            Some((_, calls)) => calls.push((made, expr)),
            None => shared.push((group, vec![(made, expr)])),
        }
    }
    let mut built = Joins { joins: Vec::new(), values: HashMap::new(), notes: Vec::new() };
    for (_, calls) in &shared {
        JoinBuilder { speech, tables }.join(calls, &mut built)?;
    }
    Ok(built)
}

/// Collects every event call below, each once.
fn collect<'e>(expr: &'e Expr, into: &mut Vec<Call<'e>>) {
    match &expr.node {
        Node::Made(made) if is_joined(&made.source) => {
            if !into.iter().any(|(known, _)| known == made) {
                into.push((made.clone(), expr));
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

/// Values of the customers, joined to their events.
struct Owners {
    /// `JOIN …`, to stand behind the table of events.
    join: String,
    /// Names of the values, by canonical text.
    values: HashMap<String, SqlPiece>,
}

struct JoinBuilder<'a> {
    speech: &'static dyn Speech,
    tables: &'a DatabaseTables,
}

impl<'a> JoinBuilder<'a> {
    /// Returns the printer of conditions over the columns of one table.
    fn printer<'s>(&self, schema: &'s Schema) -> Printer<'s>
    where
        'a: 's,
    {
        Printer {
            speech: self.speech,
            tables: self.tables,
            schema,
            qualifier: None,
            made: HashMap::new(),
            references: HashMap::new().into(),
        }
    }

    fn join(&self, calls: &[Call], built: &mut Joins) -> Result<(), Refused> {
        let Some((first, expr)) = calls.first() else { return Ok(()) };
        let call = match &first.source {
            ComputedDefinition::Events(call) => call,
            ComputedDefinition::Pattern(pattern) => return self.pattern(first, pattern, expr, built),
            ComputedDefinition::Top { column, percent, lowest, within: Some(within) } => {
                return self.top_within(first, (column, within), (*percent, *lowest), expr, built);
            }
            ComputedDefinition::Top { .. } | ComputedDefinition::Split { .. } | ComputedDefinition::OfCustomer(_) => {
                return Ok(());
            }
        };
        let say = |said: Printed| said.map_err(|why| Refused::new(expr, why));
        let quoted = |name: &str| say(self.speech.identifier(name));
        let Some(events) = self.tables.schema.events(&call.table) else {
            return Err(Refused::new(expr, format!("the table {} is not known", call.table)));
        };
        let mut printer = self.printer(&events.schema);
        let (own_key, base_key) = keys(self.tables, self.speech, &events.name)
            .map_err(|refused| Refused { place: expr.span.clone(), ..Refused::new(expr, refused.why) })?;
        let alias = format!("{}_{}", plain(&call.table), built.joins.len() + 1);
        let table = quoted(&alias)?;
        // Avoids the names of columns: some engines would take the column for it in a filter.
        let mut used: Vec<String> = events.schema.columns().iter().map(|column| column.name.clone()).collect();
        let customer = quoted(&unused(CUSTOMER, &mut used))?;
        let mut source = say(self.tables.events_sql(&events.name, self.speech))?.text;
        let arguments = calls.iter().filter_map(|(made, _)| match &made.source {
            ComputedDefinition::Events(call) => call.argument.as_deref(),
            _ => None,
        });
        let read: Vec<&Expr> = arguments.chain([call.filter.expr().as_ref()]).collect();
        if let Some(owners) = self.owners(&read, (&events.name, &own_key), &mut used, expr)? {
            source.push_str(&owners.join);
            printer.made = owners.values;
        }
        let filter = match call.filter.expr().as_literal() {
            Some(Datum::Boolean(true)) => String::new(),
            _ => format!(" WHERE {}", printer.value(call.filter.expr())?),
        };
        let mut columns = Vec::new();
        for (made, expr) in calls {
            let ComputedDefinition::Events(call) = &made.source else { continue };
            let mut name = call.aggregate.name().to_owned();
            if let Some(argument) = &call.argument {
                name = format!("{name}_{}", plain(argument.as_column().unwrap_or("value")));
            }
            let name = unused(&name, &mut used);
            let value = self.aggregate(call, &printer, expr)?;
            let read = SqlPiece::tight(format!("{table}.{}", quoted(&name)?));
            let sql = self.read(call.aggregate, expr, read);
            built.values.insert(made.text.clone(), JoinedColumn { sql, name: format!("{alias}_{name}") });
            columns.push((name, value));
        }
        let select = if call.aggregate == Aggregate::Mode {
            let Some((name, value)) = columns.first() else { return Ok(()) };
            let (value_name, place) = (quoted(name)?, quoted(&unused("place", &mut used))?);
            let is_text = call.argument.as_ref().is_some_and(|argument| argument.kind == ColumnType::Text);
            let ordered = if is_text { self.speech.in_byte_order(value) } else { value.clone() };
            let known = if filter.is_empty() {
                format!(" WHERE {value} IS NOT NULL")
            } else {
                format!("{filter} AND {value} IS NOT NULL")
            };
            format!(
                "SELECT {customer}, {value_name} FROM (SELECT {own_key} AS {customer}, {value} AS {value_name}, \
                 ROW_NUMBER() OVER (PARTITION BY {own_key} ORDER BY COUNT(*) DESC, {ordered} ASC) AS {place} \
                 FROM {source}{known} GROUP BY {own_key}, {value}) {}{} WHERE {place} = 1",
                self.speech.alias(),
                quoted("ranked")?,
            )
        } else if call.aggregate.is_by_date() {
            let Some((name, value)) = columns.first() else { return Ok(()) };
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
            let (value_name, place) = (quoted(name)?, quoted(&unused("place", &mut used))?);
            format!(
                "SELECT {customer}, {value_name} FROM (SELECT {own_key} AS {customer}, {value} AS {value_name}, \
                 ROW_NUMBER() OVER (PARTITION BY {own_key} ORDER BY {date} {direction}, {tie} {direction}) AS {place} \
                 FROM {source}{filter}) {}{} WHERE {place} = {}",
                self.speech.alias(),
                quoted("ranked")?,
                if let Aggregate::Nth(place) = call.aggregate { place } else { 1 },
            )
        } else {
            let mut list = vec![format!("{own_key} AS {customer}")];
            for (name, value) in &columns {
                list.push(format!("{value} AS {}", quoted(name)?));
            }
            format!("SELECT {} FROM {source}{filter} GROUP BY {own_key}", list.join(", "))
        };
        let on = comparison(&SqlPiece::tight(format!("{table}.{customer}")), "=", &base_key).text;
        built.joins.push(AggregateJoin { name: table.text, select, on });
        Ok(())
    }

    /// Builds the join of the events to the values of their customers that these rules over events read; `None` if they read
    /// none.
    fn owners(
        &self,
        rules: &[&Expr],
        (events, own_key): (&str, &SqlPiece),
        used: &mut Vec<String>,
        expr: &Expr,
    ) -> Result<Option<Owners>, Refused> {
        let mut values: Vec<(String, Arc<Expr>)> = Vec::new();
        for rule in rules {
            rule.visit(&mut |expr| {
                if let Node::Made(made) = &expr.node
                    && let ComputedDefinition::OfCustomer(value) = &made.source
                    && !values.iter().any(|(text, _)| *text == made.text)
                {
                    values.push((made.text.clone(), value.clone()));
                }
            });
        }
        if values.is_empty() {
            return Ok(None);
        }
        let base = &self.tables.schema;
        let on = base.events(events).and_then(|events| events.columns.on.as_deref());
        if on.is_some_and(|on| base.key() != Some(on)) {
            let why = "the events are not joined by the customers' key, so that an event has no one customer";
            return Err(Refused::new(expr, why));
        }
        let say = |said: Printed| said.map_err(|why| Refused::new(expr, why));
        let (_, base_key) = keys(self.tables, self.speech, events)?;
        let nested = joins(values.iter().map(|(_, value)| value.as_ref()), self.speech, self.tables)?;
        let printer = Printer {
            qualifier: Some(say(self.speech.identifier(BASE))?),
            made: nested.values.into_iter().map(|(text, joined)| (text, joined.sql)).collect(),
            ..self.printer(base)
        };
        let key = say(self.speech.identifier(&unused("customer_key", used)))?;
        let mut list = vec![format!("{base_key} AS {key}")];
        let mut columns = HashMap::new();
        for (text, value) in &values {
            let name = say(self.speech.identifier(&unused("of_customer", used)))?;
            list.push(format!("{} AS {name}", printer.value(value)?));
            columns.insert(text.clone(), name);
        }
        let (alias, base_name) = (self.speech.alias(), say(self.speech.identifier(BASE))?);
        let mut select =
            format!("SELECT {} FROM {} {alias}{base_name}", list.join(", "), say(self.tables.base_sql(self.speech))?);
        for join in &nested.joins {
            select.push_str(&format!(" LEFT JOIN ({}) {alias}{} ON {}", join.select, join.name, join.on));
        }
        let owners = say(self.speech.identifier(&unused("owners", used)))?;
        let join = format!(" JOIN ({select}) {alias}{owners} ON {}", comparison(own_key, "=", &key).text);
        Ok(Some(Owners { join, values: columns }))
    }

    /// Builds the join for a pattern of events: a row with the number 1 for each customer whose events have it.
    fn pattern(&self, made: &Made, pattern: &EventPattern, expr: &Expr, built: &mut Joins) -> Result<(), Refused> {
        let say = |said: Printed| said.map_err(|why| Refused::new(expr, why));
        let quoted = |name: &str| say(self.speech.identifier(name));
        let Some(events) = self.tables.schema.events(&pattern.table) else {
            return Err(Refused::new(expr, format!("the table {} is not known", pattern.table)));
        };
        let date = events.columns.date.as_deref().ok_or_else(|| Refused::new(expr, "the table has no date"))?;
        let kind = events.schema.type_of(date);
        let of_events = self.printer(&events.schema);
        let (own_key, base_key) = keys(self.tables, self.speech, &events.name)
            .map_err(|refused| Refused { place: expr.span.clone(), ..Refused::new(expr, refused.why) })?;
        let alias = format!("{}_{}", plain(&pattern.table), built.joins.len() + 1);
        let table = quoted(&alias)?;
        let mut used: Vec<String> = events.schema.columns().iter().map(|column| column.name.clone()).collect();
        let mut name = |wanted: &str| unused(wanted, &mut used);
        let (earlier, later) = (name("earlier"), name("later"));
        let [customer, other, hit] = [quoted(&name(CUSTOMER))?, quoted(&name("other"))?, quoted(&name("hit"))?];
        // The dates of two events, as columns of the sub-selects below.
        let columns = [&earlier, &later].map(|name| Column { name: name.clone(), column_type: kind });
        let pair = Schema::new(columns.to_vec());
        let of_pair = self.printer(&pair);
        let apart = |comparison, length| {
            let condition = apart(comparison, (&earlier, &later), kind, length);
            let condition = condition.map_err(|error| Refused::new(expr, error.message))?;
            of_pair.value(&condition)
        };
        let (earlier_name, later_name) = (quoted(&earlier)?, quoted(&later)?);
        let source = say(self.tables.events_sql(&events.name, self.speech))?;
        let moment = self.speech.column(of_events.name(date, expr)?, kind);
        let (as_word, steps, others) = (self.speech.alias(), quoted("steps")?, quoted("others")?);
        let select = match &pattern.shape {
            PatternShape::Return { after } => {
                let filter = of_events.value(pattern.filter.expr())?;
                let apart = apart(Comparison::GreaterOrEqual, *after)?;
                format!(
                    "SELECT {customer}, MAX(CASE WHEN {apart} THEN 1 ELSE 0 END) AS {hit} FROM (SELECT {own_key} AS {customer}, \
                     {moment} AS {later_name}, LAG({moment}) OVER (PARTITION BY {own_key} ORDER BY {moment}) AS {earlier_name} \
                     FROM {source} WHERE {filter}) {as_word}{steps} GROUP BY {customer}"
                )
            }
            PatternShape::Sequence { first, then, within } => {
                let first = of_events.value(pattern.filter.and(first).expr())?;
                let then = of_events.value(pattern.filter.and(then).expr())?;
                let within = match within {
                    Some(within) => format!(" AND {}", apart(Comparison::LessOrEqual, *within)?.operand()),
                    None => String::new(),
                };
                format!(
                    "SELECT {customer}, 1 AS {hit} FROM (SELECT {own_key} AS {customer}, {moment} AS {earlier_name} \
                     FROM {source} WHERE {first}) {as_word}{steps} JOIN (SELECT {own_key} AS {other}, {moment} AS {later_name} \
                     FROM {source} WHERE {then}) {as_word}{others} ON {customer} = {other} AND {later_name} > {earlier_name}{within} \
                     GROUP BY {customer}"
                )
            }
        };
        let on = comparison(&SqlPiece::tight(format!("{table}.{customer}")), "=", &base_key).text;
        let known = call("COALESCE", &[&SqlPiece::tight(format!("{table}.{hit}")), &SqlPiece::tight("0")]);
        let sql = comparison(&known, "=", &SqlPiece::tight("1"));
        built.values.insert(made.text.clone(), JoinedColumn { sql, name: format!("{alias}_hit") });
        built.joins.push(AggregateJoin { name: table.text, select, on });
        Ok(())
    }

    /// Builds the join for the highest or lowest values within each value of another column: the last one of each.
    fn top_within(
        &self,
        made: &Made,
        (column, within): (&str, &str),
        (percent, lowest): (f64, bool),
        expr: &Expr,
        built: &mut Joins,
    ) -> Result<(), Refused> {
        let say = |said: Printed| said.map_err(|why| Refused::new(expr, why));
        let quoted = |name: &str| say(self.speech.identifier(name));
        let schema = &self.tables.schema;
        let read = |name: &str, of: Option<&SqlPiece>| {
            let kind = schema.type_of(name);
            match self.speech.refuses_kind(kind) {
                Some(why) => Err(Refused::new(expr, why)),
                None => {
                    let bare = quoted(name)?;
                    let bare = of.map_or(bare.clone(), |table| SqlPiece::tight(format!("{table}.{bare}")));
                    Ok(self.speech.column(bare, kind))
                }
            }
        };
        let alias = format!("top_{}", built.joins.len() + 1);
        let (table, base) = (quoted(&alias)?, quoted(BASE)?);
        let (own_value, own_part) = (read(column, None)?, read(within, None)?);
        let [value, part, place, known] = [quoted("value")?, quoted("part")?, quoted("place")?, quoted("known")?];
        let (limit, ranked) = (quoted("limit_value")?, quoted("ranked")?);
        let (bound, sign, direction) = if lowest { ("MAX", "<=", "ASC") } else { ("MIN", ">=", "DESC") };
        let (share, tolerance) = (say(self.speech.float(percent / 100.0))?, say(self.speech.float(1e-9))?);
        let source = say(self.tables.base_sql(self.speech))?;
        let select = format!(
            "SELECT {part}, {bound}({value}) AS {limit} FROM (SELECT {own_part} AS {part}, {own_value} AS {value}, \
             ROW_NUMBER() OVER (PARTITION BY {own_part} ORDER BY {own_value} {direction}) AS {place}, \
             COUNT(*) OVER (PARTITION BY {own_part}) AS {known} FROM {source} WHERE {own_value} IS NOT NULL) {}{ranked} \
             WHERE {place} - 1 < {known} * {share} - {tolerance} GROUP BY {part}",
            self.speech.alias(),
        );
        let (base_value, base_part) = (read(column, Some(&base))?, read(within, Some(&base))?);
        let on = format!("({base_part} = {table}.{part} OR ({base_part} IS NULL AND {table}.{part} IS NULL))");
        let sql = comparison(&base_value, sign, &SqlPiece::tight(format!("{table}.{limit}")));
        built.values.insert(made.text.clone(), JoinedColumn { sql, name: format!("{alias}_holds") });
        built.joins.push(AggregateJoin { name: table.text, select, on });
        Ok(())
    }

    /// Prints the aggregate over one customer's rows; for the first and the last event, the value of a row.
    fn aggregate(&self, call: &EventCall, printer: &Printer, expr: &Expr) -> Result<SqlPiece, Refused> {
        let Some(argument) = &call.argument else { return Ok(self.speech.aggregated(call_star())) };
        let kind = argument.kind;
        if let Some(why) = self.speech.refuses_kind(kind) {
            return Err(Refused::new(expr, why));
        }
        let value = match argument.as_column() {
            Some(column) => self.speech.column(printer.name(column, expr)?, kind),
            None => printer.value(argument)?,
        };
        let aggregate = match call.aggregate {
            Aggregate::First | Aggregate::Last | Aggregate::Nth(_) | Aggregate::Mode => return Ok(value),
            Aggregate::Median => {
                let value = if kind == ColumnType::Float { value } else { self.speech.to_float(&value) };
                SqlPiece::tight(self.speech.median(&value.text).map_err(|why| Refused::new(expr, why))?)
            }
            Aggregate::Count | Aggregate::Distinct => SqlPiece::tight(format!("COUNT(DISTINCT {value})")),
            Aggregate::Sum if kind == ColumnType::Integer => self.speech.sum_of_whole(&value),
            Aggregate::Sum => call_of("SUM", &value),
            Aggregate::Mean if kind == ColumnType::Float => call_of("AVG", &value),
            Aggregate::Mean => call_of("AVG", &self.speech.to_float(&value)),
            Aggregate::Min => call_of("MIN", &value),
            Aggregate::Max => call_of("MAX", &value),
        };
        Ok(self.speech.aggregated(aggregate))
    }

    /// Prints the value in the statement: customers without events have counts of zero.
    fn read(&self, aggregate: Aggregate, expr: &Expr, column: SqlPiece) -> SqlPiece {
        match aggregate {
            Aggregate::Count | Aggregate::Distinct => call("COALESCE", &[&column, &SqlPiece::tight("0")]),
            // The sum of infinities may be NaN.
            Aggregate::Sum | Aggregate::Mean | Aggregate::Median if expr.kind == ColumnType::Float => {
                self.speech.without_nan(&column)
            }
            _ => column,
        }
    }
}

/// Prints the customer's key in a table of events and in the base, as values that can be compared.
pub(super) fn keys(
    tables: &DatabaseTables,
    speech: &'static dyn Speech,
    table: &str,
) -> Result<(SqlPiece, SqlPiece), Refused> {
    Refused::of_tables(keys_of(tables, speech, table))
}

fn keys_of(tables: &DatabaseTables, speech: &'static dyn Speech, table: &str) -> Result<(SqlPiece, SqlPiece), String> {
    let base = &tables.schema;
    let events = base.events(table).ok_or_else(|| format!("the table {table} is not known"))?;
    let missing = |what: &str| format!("{what} to join {} by", events.name);
    let key = events.columns.key.as_deref().ok_or_else(|| missing("the events have no key"))?;
    let on = events.columns.on.as_deref().or(base.key()).ok_or_else(|| missing("the base has no key"))?;
    let (own_kind, base_kind) = (events.schema.type_of(key), base.type_of(on));
    let own = speech.identifier(key)?;
    let base_key = SqlPiece::tight(format!("{}.{}", speech.identifier(BASE)?, speech.identifier(on)?));
    let until = events.columns.key_until.as_deref();
    let is_plain = match (own_kind, base_kind) {
        (ColumnType::Text, ColumnType::Text) => true,
        (a, b) => a.is_number() && b.is_number() && until.is_none(),
    };
    let text = |key: SqlPiece, kind| if is_plain { Ok(key) } else { speech.key_text(&key, kind) };
    let own = text(own, own_kind)?;
    let own = match until {
        Some(until) => speech.before(&own, until)?,
        None => own,
    };
    Ok((own, text(base_key, base_kind)?))
}

fn call_star() -> SqlPiece {
    SqlPiece::tight("COUNT(*)")
}

fn call_of(name: &str, value: &SqlPiece) -> SqlPiece {
    call(name, &[value])
}

/// Returns the name with characters other than ASCII letters, digits and `_` replaced by `_`, for use in a statement's
/// names.
pub(super) fn plain(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if plain.is_empty() { "x".into() } else { plain }
}

/// Returns a line of a comment.
pub(super) fn comment(note: &str) -> String {
    let one_line: String = note.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("-- {one_line}\n")
}

impl Printer<'_> {
    /// Prints a condition that is true if the column's value is among the highest or lowest of all. Ties with the last
    /// of them are included.
    pub(super) fn top(&self, column: &str, percent: f64, lowest: bool, expr: &Expr) -> Result<SqlPiece, Refused> {
        let say = |said: Printed| self.said(said, expr);
        let quoted = |name: &str| say(self.speech.identifier(name));
        let kind = self.schema.type_of(column);
        if let Some(why) = self.speech.refuses_kind(kind) {
            return Err(Refused::new(expr, why));
        }
        let bare = say(self.speech.identifier(column))?;
        let bare = self.speech.column(bare, kind);
        let outer = self.speech.column(self.name(column, expr)?, kind);
        let [value, place, known, ranked] = [quoted("value")?, quoted("place")?, quoted("known")?, quoted("ranked")?];
        let (bound, sign, direction) = if lowest { ("MAX", "<=", "ASC") } else { ("MIN", ">=", "DESC") };
        let share = say(self.speech.float(percent / 100.0))?;
        let tolerance = say(self.speech.float(1e-9))?;
        let base = say(self.tables.base_sql(self.speech))?;
        let alias = self.speech.alias();
        let sub = format!(
            "(SELECT {bound}({value}) FROM (SELECT {bare} AS {value}, ROW_NUMBER() OVER (ORDER BY {bare} {direction}) AS {place}, \
             COUNT(*) OVER () AS {known} FROM {base} WHERE {bare} IS NOT NULL) {alias}{ranked} \
             WHERE {place} - 1 < {known} * {share} - {tolerance})"
        );
        say(repeatable(&bare).map(|_| ()).map(|()| comparison(&outer, sign, &SqlPiece::tight(sub))))
    }
}

/// Returns a name that none of the used ones equals in any case, and adds it to them.
pub(super) fn unused(wanted: &str, used: &mut Vec<String>) -> String {
    let is_used = |name: &str, used: &[String]| used.iter().any(|other| other.eq_ignore_ascii_case(name));
    let mut name = wanted.to_owned();
    let mut n = 1;
    while is_used(&name, used) {
        n += 1;
        name = format!("{wanted}_{n}");
    }
    used.push(name.clone());
    name
}
