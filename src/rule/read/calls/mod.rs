//! Reads calls of functions.

mod arguments;
mod dates;

use std::sync::Arc;

use sqlparser::ast::{Expr as Syntax, Function as SyntaxCall, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::super::RuleError;
use super::super::expr::{ArithmeticOperation, CastType, Comparison, Expr};
use super::super::functions::{self, FORMS, FUNCTIONS};
use super::comparison::compare;
use super::forms::choose;
use super::{Reader, arithmetic, casts, with_article};
use crate::model::{Datum, Lookup};
use crate::text::nearest;

/// Names of functions that aggregate over many customers in engines.
const AGGREGATES: [&str; 18] = [
    "count",
    "sum",
    "avg",
    "mean",
    "min",
    "max",
    "median",
    "stddev",
    "variance",
    "first",
    "last",
    "quantile_cont",
    "string_agg",
    "array_agg",
    "total",
    "mode",
    "stddev_pop",
    "var_pop",
];

/// Names for forms in other engines.
const FORM_ALIASES: [(&str, &str); 8] = [
    ("regexp_like", "regexp_matches"),
    ("iff", "if"),
    ("datepart", "date_part"),
    ("datetrunc", "date_trunc"),
    ("datediff", "date_diff"),
    ("weekofyear", "week"),
    ("dayofmonth", "day"),
    ("current_date", "today"),
];

impl Reader<'_> {
    pub(in crate::rule::read) fn function(&self, call: &SyntaxCall, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let name = call.name.to_string();
        let lower = name.to_lowercase();
        if let Some(column) = self.computed_column(call, syntax)? {
            return Ok(column);
        }
        if call.over.is_some() {
            return Err(self.error(
                syntax,
                format!("{name} … OVER is computed over customers, but a rule is evaluated per customer"),
            ));
        }
        let arguments = match &call.args {
            FunctionArguments::None => return self.bare_function(&lower, call, syntax),
            FunctionArguments::List(list) if list.duplicate_treatment.is_none() && list.clauses.is_empty() => {
                &list.args
            }
            _ => return Err(self.aggregate_or_unknown(&name, syntax)),
        };
        let mut plain = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => plain.push(inner),
                _ => return Err(self.aggregate_or_unknown(&name, syntax)),
            }
        }
        if call.filter.is_some() || !call.within_group.is_empty() || call.null_treatment.is_some() {
            return Err(self.aggregate_or_unknown(&name, syntax));
        }
        self.call(&name, &plain, syntax)
    }

    /// Reads `CURRENT_DATE`, and columns such as `user` that the parser takes for functions.
    fn bare_function(&self, lower: &str, call: &SyntaxCall, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        if lower == "current_date" {
            return Ok(Arc::new(self.today(syntax)));
        }
        let ident = match call.name.0.as_slice() {
            [part] => part.as_ident(),
            _ => None,
        };
        match ident {
            Some(ident) if matches!(self.cx.schema.find(&ident.value), Lookup::Found(_)) => self.column(ident, syntax),
            _ => Err(self.aggregate_or_unknown(lower, syntax)),
        }
    }

    fn aggregate_or_unknown(&self, name: &str, syntax: &Syntax) -> RuleError {
        let start = self.place(syntax).start;
        let place = start..(start + name.len()).min(self.text.len());
        let lower = name.to_lowercase();
        if AGGREGATES.contains(&lower.as_str()) {
            return RuleError::new(
                place,
                format!("{name} aggregates over customers, but a rule is evaluated per customer"),
            )
            .with_hint("compare the column itself");
        }
        let error = RuleError::new(place, format!("unknown function {name}"));
        if matches!(lower.as_str(), "now" | "current_timestamp" | "localtimestamp" | "getdate") {
            return error.with_hint("write today");
        }
        let names = FUNCTIONS.iter().flat_map(|f| std::iter::once(f.name).chain(f.aliases.iter().copied()));
        let forms = FORMS.iter().map(|form| form.0).chain(FORM_ALIASES.iter().map(|alias| alias.0));
        match nearest(name, names.chain(forms)) {
            Some(near) => error.with_hint(format!("did you mean {near}?")),
            None => error,
        }
    }

    pub(in crate::rule::read) fn call(
        &self,
        name: &str,
        arguments: &[&Syntax],
        syntax: &Syntax,
    ) -> Result<Arc<Expr>, RuleError> {
        let lower = name.to_lowercase();
        if let Some(function) = functions::find(&lower) {
            if let Some(engine) = self.cx.schema.refuses(&function.name.to_lowercase()) {
                let start = self.place(syntax).start;
                let message = format!("{engine} has no function that does what {name} does");
                return Err(RuleError::new(start..start + name.len(), message)
                    .with_hint("write the rule without it, or make a column of its values there"));
            }
            let most = if function.variadic { 100 } else { function.parameters.len() };
            self.check_number(name, arguments.len(), function.required, most, syntax)?;
            return self.apply(name, function, arguments, syntax);
        }
        let canonical = FORM_ALIASES.iter().find(|(also, _)| *also == lower).map_or(lower.as_str(), |(_, known)| known);
        self.special(name, canonical, arguments, syntax)
    }

    fn check_number(
        &self,
        name: &str,
        given: usize,
        fewest: usize,
        most: usize,
        syntax: &Syntax,
    ) -> Result<(), RuleError> {
        if (fewest..=most).contains(&given) {
            return Ok(());
        }
        let wants = match (fewest, most) {
            (1, 1) => "1 value".to_owned(),
            _ if fewest == most => format!("{fewest} values"),
            _ => format!("{fewest} to {most} values"),
        };
        Err(self.error(syntax, format!("{name} takes {wants}, not {given}")))
    }

    /// Reads a form that looks like a call.
    fn special(
        &self,
        name: &str,
        canonical: &str,
        arguments: &[&Syntax],
        syntax: &Syntax,
    ) -> Result<Arc<Expr>, RuleError> {
        let needs = |count: usize| self.check_number(name, arguments.len(), count, count, syntax);
        match canonical {
            "today" => needs(0).map(|()| Arc::new(self.today(syntax))),
            "regexp_matches" => {
                needs(2)?;
                self.regex(arguments[0], arguments[1], false)
            }
            "if" => {
                needs(3)?;
                let condition = self.condition(arguments[0])?;
                let results = vec![self.expr(arguments[1])?, self.expr(arguments[2])?];
                choose(vec![condition], results, self.place(syntax))
            }
            "nullif" => {
                needs(2)?;
                let (left, right) = (self.expr(arguments[0])?, self.expr(arguments[1])?);
                if left.is_null() || right.is_null() {
                    return Ok(left);
                }
                let equal = compare(Comparison::Equal, &left, &right)?;
                choose(vec![equal], vec![Arc::new(Expr::null(left.span.clone())), left], self.place(syntax))
            }
            "mod" => {
                needs(2)?;
                let (left, right) = (self.expr(arguments[0])?, self.expr(arguments[1])?);
                if let Some(odd) = [&left, &right].into_iter().find(|side| !side.kind.is_number() && !side.is_null()) {
                    return Err(needs_number("mod", odd));
                }
                let remainder = arithmetic::operate(ArithmeticOperation::Remainder, &left, &right);
                remainder.map_err(|error| RuleError { place: self.place(syntax), ..error })
            }
            "date" => {
                needs(1)?;
                casts::cast(&self.expr(arguments[0])?, CastType::Date)
            }
            "date_part" => {
                needs(2)?;
                match self.expr(arguments[0])?.as_literal() {
                    Some(Datum::Text(part)) => self.date_part(part, arguments[1], syntax),
                    _ => Err(self.error(arguments[0], "DATE_PART takes the part as text: 'year'")),
                }
            }
            "date_trunc" => {
                needs(2)?;
                self.date_trunc(self.unit(arguments[0])?, arguments[1])
            }
            "date_diff" => {
                needs(3)?;
                self.date_diff(self.unit(arguments[0])?, arguments[1], arguments[2], syntax)
            }
            "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute" | "second" | "dayofweek"
            | "dayofyear" | "isodow" => {
                needs(1)?;
                self.date_part(canonical, arguments[0], syntax)
            }
            _ => Err(self.aggregate_or_unknown(name, syntax)),
        }
    }
}

fn needs_number(name: &str, expr: &Expr) -> RuleError {
    RuleError::new(expr.span.clone(), format!("{name} needs a number, this is {}", with_article(expr.kind)))
}
