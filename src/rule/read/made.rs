//! Reads calls that compute a column: `orders.count('30 days')`, `top(spend, 10)`, `split(10, 'spring')`.

use std::sync::Arc;

use sqlparser::ast::{
    Expr as Syntax, Function as SyntaxCall, FunctionArg, FunctionArgExpr, FunctionArguments, Value as SyntaxValue,
};

use super::super::dates::Interval;
use super::super::expr::{ArithmeticOperation, Comparison, Expr, Node};
use super::super::made::{Aggregate, ComputedDefinition, EventCall, Made};
use super::super::names::quote;
use super::super::resolve::CheckedRules;
use super::super::{Checked, Context, Namespace, RuleError};
use super::{Reader, arithmetic, comparison};
use crate::model::{Column, ColumnType, Datum, Events, Lookup, Schema};
use crate::text::nearest;

/// Maximum number of parts of a split.
const MAX_PARTS: i64 = 10_000;

impl Reader<'_> {
    /// Reads the call as a computed column, if it makes one.
    pub(super) fn made(&self, call: &SyntaxCall, syntax: &Syntax) -> Result<Option<Arc<Expr>>, RuleError> {
        let parts: Vec<&str> = call.name.0.iter().filter_map(|part| Some(part.as_ident()?.value.as_str())).collect();
        let (source, kind) = match parts.as_slice() {
            [name] if ["top", "bottom", "split"].iter().any(|own| name.eq_ignore_ascii_case(own)) => {
                self.made_of_base(&name.to_lowercase(), call, syntax)?
            }
            [table, aggregate] => match self.cx.schema.events(table) {
                Some(events) => self.made_of_events(events, aggregate, call, syntax)?,
                None => return Err(self.unknown_table(table, syntax)),
            },
            _ => return Ok(None),
        };
        let made = Made { text: text_of(&source), label: call.to_string(), name: None, source };
        Ok(Some(Arc::new(Expr::new(Node::Made(Arc::new(made)), kind, self.place(syntax)))))
    }

    fn unknown_table(&self, table: &str, syntax: &Syntax) -> RuleError {
        if let Some(missing) = self.cx.schema.missing(table) {
            return self.missing(missing, syntax);
        }
        let tables = || self.cx.schema.all_events().iter().map(|events| events.name.as_str());
        let error = self.error(syntax, format!("there is no table of events \"{table}\""));
        match nearest(table, tables()) {
            Some(near) => error.with_hint(format!("did you mean {near}?")),
            None => error.with_hint(format!("name it in config.toml: [tables.{table}] with path, key and date")),
        }
    }

    fn made_of_base(
        &self,
        name: &str,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        let arguments = self.call_arguments(call, syntax)?;
        if name == "split" {
            return self.split(&arguments, syntax);
        }
        let [column, percent] = arguments.as_slice() else {
            return Err(self.error(syntax, format!("{name} takes a column and a percentage: {name}(spend, 10)")));
        };
        let column = self.own_column(column, self.cx.schema)?;
        if !column.column_type.is_number() && !is_time(column.column_type) {
            let message = format!("{name} needs numbers or dates, \"{}\" is {}", column.name, column.column_type);
            return Err(self.error(syntax, message));
        }
        match number(percent).filter(|percent| *percent > 0.0 && *percent <= 100.0) {
            Some(percent) => {
                let source = ComputedDefinition::Top { column: column.name.clone(), percent, lowest: name == "bottom" };
                Ok((source, ColumnType::Boolean))
            }
            None => Err(self.error(percent, "a percentage lies between 0 and 100")),
        }
    }

    fn split(&self, arguments: &[&Syntax], syntax: &Syntax) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        if let Some(key) = self.cx.schema.key().filter(|key| self.cx.schema.is_masked(key)) {
            let error = self.error(syntax, format!("split goes by the key, and {key} is masked"));
            return Err(error.with_hint("rules = \"allow\" under [privacy] lets rules read masked columns"));
        }
        if self.cx.schema.key().is_none() {
            let error = self.error(syntax, "split goes by the key, and no column is known to be it");
            return Err(error.with_hint("write key = \"…\" under [data] in config.toml"));
        }
        let parts = arguments.first().and_then(|parts| number(parts)).filter(|parts| parts.fract() == 0.0);
        let parts = parts.map(|parts| parts as i64).filter(|parts| (2..=MAX_PARTS).contains(parts));
        let salt = match arguments.get(1) {
            None => Some(String::new()),
            Some(salt) => quoted(salt),
        };
        match (parts, salt, arguments.len()) {
            (Some(parts), Some(salt), 1 | 2) => {
                Ok((ComputedDefinition::Split { parts: parts as u64, salt }, ColumnType::Integer))
            }
            _ => Err(self
                .error(syntax, "split takes a number of parts, from 2 up, and perhaps a text")
                .with_hint("split(10) = 0 is one in ten; split(10, 'spring') splits anew")),
        }
    }

    fn made_of_events(
        &self,
        events: &Events,
        aggregate: &str,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<(ComputedDefinition, ColumnType), RuleError> {
        let lower = aggregate.to_lowercase();
        let Some(&(word, aggregate)) = Aggregate::NAMES.iter().find(|(word, _)| *word == lower) else {
            let words = || Aggregate::NAMES.iter().map(|(word, _)| *word);
            let error = self.error(syntax, format!("{} has no {aggregate}", events.name));
            let near = nearest(&lower, words()).map(|near| format!("did you mean {}.{near}?", events.name));
            return Err(
                error.with_hint(near.unwrap_or_else(|| format!("it has {}", words().collect::<Vec<_>>().join(", "))))
            );
        };
        let mut arguments = self.call_arguments(call, syntax)?;
        let window = arguments.pop_if(|last| quoted(last).is_some());
        let column = match (aggregate, arguments.as_slice()) {
            (Aggregate::Count, []) => None,
            (Aggregate::Count, _) => {
                return Err(self.error(syntax, "count takes nothing, or a window: count('30 days')"));
            }
            (_, [column]) => Some(self.own_column(column, &events.schema)?),
            _ => return Err(self.error(syntax, format!("{word} takes a column of {}: {word}(amount)", events.name))),
        };
        let kind = self.kind_of(aggregate, word, column, events, syntax)?;
        let masked = events.columns.date.as_deref().filter(|date| events.schema.is_masked(date));
        if let Some(date) = masked.filter(|_| window.is_some() || aggregate.is_by_date()) {
            return Err(self.masked(date, syntax));
        }
        let mut filter = match &call.filter {
            Some(filter) => self.of_events(events, filter)?,
            None => Checked::everyone(),
        };
        filter = match window {
            Some(window) => filter.and(&self.window(window, events)?),
            None if aggregate.is_by_date() => match event_date(events) {
                // Events after the as-of date have not happened yet.
                Some(date) => filter.and(&until(&date, self.cx.today)?),
                None => filter,
            },
            None => filter,
        };
        let column = column.map(|column| column.name.clone());
        Ok((ComputedDefinition::Events(EventCall { table: events.name.clone(), aggregate, column, filter }), kind))
    }

    fn kind_of(
        &self,
        aggregate: Aggregate,
        word: &str,
        column: Option<&Column>,
        events: &Events,
        syntax: &Syntax,
    ) -> Result<ColumnType, RuleError> {
        let Some(column) = column else { return Ok(ColumnType::Integer) };
        let kind = column.column_type;
        let fits = match aggregate {
            Aggregate::Count | Aggregate::Distinct => true,
            Aggregate::Sum | Aggregate::Mean => kind.is_number(),
            Aggregate::Min | Aggregate::Max => kind.is_number() || is_time(kind),
            Aggregate::First | Aggregate::Last if events.columns.date.is_none() => {
                let error = self.error(syntax, format!("{word} needs to know when: {} has no date", events.name));
                return Err(error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name)));
            }
            Aggregate::First | Aggregate::Last => kind != ColumnType::Other,
        };
        if !fits {
            return Err(self.error(syntax, format!("\"{}\" is {kind}: it has no {word}", column.name)));
        }
        Ok(match aggregate {
            Aggregate::Count | Aggregate::Distinct => ColumnType::Integer,
            Aggregate::Mean => ColumnType::Float,
            _ => kind,
        })
    }

    /// Reads a rule over the events' own columns, where it stands in this one.
    fn of_events(&self, events: &Events, filter: &Syntax) -> Result<Checked, RuleError> {
        let (names, known) = (Namespace::default(), CheckedRules::default());
        let cx = Context { schema: &events.schema, names: &names, today: self.cx.today };
        Ok(Checked::new(Reader::new(self.text, &cx, &known).condition(filter)?))
    }

    /// Returns the condition for the days up to and including the as-of date:
    /// `date >= today - length + 1 day AND date < today + 1 day`.
    fn window(&self, window: &Syntax, events: &Events) -> Result<Checked, RuleError> {
        let length = quoted(window).unwrap_or_default();
        let Some(date) = event_date(events) else {
            let error = self.error(window, format!("{} has no date to look back from", events.name));
            return Err(error.with_hint(format!("write date = \"…\" under [tables.{}]", events.name)));
        };
        let begins_with_digit = length.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let from = Interval::parse(&length).filter(|_| begins_with_digit).and_then(|interval| {
            let today = Arc::new(Expr::literal(Datum::Date(self.cx.today), 0..0));
            let back = arithmetic::shifted(&today, interval.negated()).ok()?;
            let one_day = Interval { days: 1, ..Interval::default() };
            let from = arithmetic::shifted(&back, one_day).ok()?;
            comparison::compare(Comparison::GreaterOrEqual, &date, &from).ok()
        });
        let Some(from) = from else {
            return Err(self
                .error(window, format!("'{length}' is no stretch of time"))
                .with_hint("write '30 days' or '6 months'"));
        };
        Ok(Checked::new(from).and(&until(&date, self.cx.today)?))
    }

    fn own_column<'s>(&self, syntax: &Syntax, schema: &'s Schema) -> Result<&'s Column, RuleError> {
        let Syntax::Identifier(name) = syntax else {
            return Err(self.error(syntax, "a column's name stands here"));
        };
        match schema.find(&name.value) {
            Lookup::Found(column) if schema.is_masked(&column.name) => Err(self.masked(&column.name, syntax)),
            Lookup::Found(column) => Ok(column),
            _ => {
                let near = nearest(&name.value, schema.columns().iter().map(|column| column.name.as_str()));
                let mut error = self.error(syntax, format!("unknown column \"{}\"", name.value));
                error.hint = near.map(|near| format!("did you mean {}?", quote(near)));
                Err(error)
            }
        }
    }

    fn call_arguments<'s>(&self, call: &'s SyntaxCall, syntax: &Syntax) -> Result<Vec<&'s Syntax>, RuleError> {
        let strange = || self.error(syntax, "this call cannot be read").with_hint("write orders.count('30 days')");
        if call.over.is_some() || !call.within_group.is_empty() || call.null_treatment.is_some() {
            return Err(strange());
        }
        let FunctionArguments::List(list) = &call.args else { return Err(strange()) };
        if list.duplicate_treatment.is_some() || !list.clauses.is_empty() {
            return Err(strange());
        }
        let plain = |argument: &'s FunctionArg| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => Ok(Some(inner)),
            // count(*) is SQL's way to say count().
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => Ok(None),
            _ => Err(strange()),
        };
        list.args.iter().filter_map(|argument| plain(argument).transpose()).collect()
    }
}

/// Returns the column with the date of an event.
fn event_date(events: &Events) -> Option<Arc<Expr>> {
    let column = events.schema.get(events.columns.date.as_deref()?)?;
    Some(Arc::new(Expr::new(Node::Column(column.name.clone()), column.column_type, 0..0)))
}

/// Returns the condition `date < today + 1 day`.
fn until(date: &Arc<Expr>, today: chrono::NaiveDate) -> Result<Checked, RuleError> {
    let today = Arc::new(Expr::literal(Datum::Date(today), 0..0));
    let one = Arc::new(Expr::literal(Datum::Integer(1), 0..0));
    let tomorrow = arithmetic::operate(ArithmeticOperation::Add, &today, &one)?;
    Ok(Checked::new(comparison::compare(Comparison::Less, date, &tomorrow)?))
}

/// Returns the canonical text of a computed column: everything that its values depend on, with windows as their dates.
fn text_of(source: &ComputedDefinition) -> String {
    match source {
        ComputedDefinition::Events(EventCall { table, aggregate, column, filter }) => {
            let column = column.as_deref().map(quote).unwrap_or_default();
            let call = format!("{}.{}({column})", quote(table), aggregate.name());
            match filter.key() {
                "TRUE" => call,
                filter => format!("{call} FILTER (WHERE {filter})"),
            }
        }
        ComputedDefinition::Top { column, percent, lowest } => {
            let name = if *lowest { "bottom" } else { "top" };
            format!("{name}({}, {percent})", quote(column))
        }
        ComputedDefinition::Split { parts, salt } => format!("split({parts}, {})", Datum::Text(salt.clone()).sql()),
    }
}

fn is_time(kind: ColumnType) -> bool {
    matches!(kind, ColumnType::Date | ColumnType::Timestamp)
}

fn quoted(syntax: &Syntax) -> Option<String> {
    match syntax {
        Syntax::Value(value) => match &value.value {
            SyntaxValue::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn number(syntax: &Syntax) -> Option<f64> {
    match syntax {
        Syntax::Value(value) => match &value.value {
            SyntaxValue::Number(number, _) => number.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
