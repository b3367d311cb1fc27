//! Reads calls that compute a column: `orders.count('30 days')`, `top(spend, 10)`, `split(10, 'spring')`.

mod aggregates;
mod event_rules;
mod patterns;
mod shares;
mod windows;

use std::ops::Range;
use std::sync::Arc;

use sqlparser::ast::{
    Expr as Syntax, Function as SyntaxCall, FunctionArg, FunctionArgExpr, FunctionArguments, Value as SyntaxValue,
};

use super::super::RuleError;
use super::super::expr::computed_column::{
    Aggregate, ComputedColumn, ComputedDefinition, EVENT_PATTERNS, EventCall, EventPattern, PatternShape,
};
use super::super::expr::{Expr, Node};
use super::super::names::quote;
use super::Reader;
use crate::model::{Column, ColumnType, Datum, Lookup, Schema};
use crate::text::nearest;
pub(in crate::rule) use windows::apart;

impl Reader<'_> {
    /// Reads the call as a computed column, if it makes one.
    pub(in crate::rule::read) fn computed_column(
        &self,
        call: &SyntaxCall,
        syntax: &Syntax,
    ) -> Result<Option<Arc<Expr>>, RuleError> {
        if let Some(value) = self.value_of_customer(syntax)? {
            return Ok(Some(value));
        }
        let parts: Vec<&str> = call.name.0.iter().filter_map(|part| Some(part.as_ident()?.value.as_str())).collect();
        let (source, kind) = match parts.as_slice() {
            [name] if ["top", "bottom", "split"].iter().any(|own| name.eq_ignore_ascii_case(own)) => {
                self.share(&name.to_lowercase(), call, syntax)?
            }
            [table, word] => match self.cx.schema.events(table) {
                Some(events) if word.eq_ignore_ascii_case("regular") => {
                    return self.regular(events, call, syntax).map(Some);
                }
                Some(events) if EVENT_PATTERNS.iter().any(|pattern| word.eq_ignore_ascii_case(pattern)) => {
                    self.pattern(events, &word.to_lowercase(), call, syntax)?
                }
                Some(events) => self.aggregate(events, word, call, syntax)?,
                None => return Err(self.unknown_table(table, syntax)),
            },
            _ => return Ok(None),
        };
        Ok(Some(computed(source, kind, call.to_string(), self.place(syntax))))
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

    fn own_column<'s>(&self, syntax: &Syntax, schema: &'s Schema) -> Result<&'s Column, RuleError> {
        let Syntax::Identifier(name) = syntax else {
            return Err(self.error(syntax, "expected a column's name"));
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

/// Creates a computed column. `label` is the call as it was written.
fn computed(source: ComputedDefinition, kind: ColumnType, label: String, place: Range<usize>) -> Arc<Expr> {
    let computed = ComputedColumn { text: text_of(&source), label, name: None, source };
    Arc::new(Expr::new(Node::Computed(Arc::new(computed)), kind, place))
}

/// Returns the canonical text of a computed column: everything that its values depend on, with windows as their dates.
fn text_of(source: &ComputedDefinition) -> String {
    match source {
        ComputedDefinition::Events(EventCall { table, aggregate, argument, filter }) => {
            let mut argument = argument.as_ref().map(ToString::to_string).unwrap_or_default();
            if let Aggregate::Nth(place) = aggregate {
                argument.push_str(&format!(", {place}"));
            }
            let call = format!("{}.{}({argument})", quote(table), aggregate.name());
            match filter.key() {
                "TRUE" => call,
                filter => format!("{call} FILTER (WHERE {filter})"),
            }
        }
        ComputedDefinition::Pattern(EventPattern { table, filter, shape }) => {
            let call = match shape {
                PatternShape::Sequence { first, then, within } => {
                    let within = within.map(|within| format!(", '{within}'")).unwrap_or_default();
                    format!("{}.seq({}, {}{within})", quote(table), first.key(), then.key())
                }
                PatternShape::Return { after } => format!("{}.again('{after}')", quote(table)),
            };
            format!("{call} FILTER (WHERE {})", filter.key())
        }
        ComputedDefinition::OfCustomer(value) => format!("customer({value})"),
        ComputedDefinition::Top { column, percent, lowest, within } => {
            let name = if *lowest { "bottom" } else { "top" };
            let within = within.as_ref().map(|within| format!(", {}", quote(within))).unwrap_or_default();
            format!("{name}({}, {percent}{within})", quote(column))
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
