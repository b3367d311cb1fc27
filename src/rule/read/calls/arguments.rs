//! Checks arguments against the table of functions.

use std::ops::Range;
use std::sync::Arc;

use sqlparser::ast::Expr as Syntax;

use crate::model::{ColumnType, Datum};
use crate::rule::RuleError;
use crate::rule::expr::{Expr, Node};
use crate::rule::functions::{ArgumentCheck, Function, FunctionId, Nulls, Parameter, Returns};
use crate::rule::read::comparison::unify_kinds;
use crate::rule::read::conditions::check_regex;
use crate::rule::read::text_growth_limit::check_growth;
use crate::rule::read::{Reader, with_article};

/// Letters that a format of strftime may use.
const FORMAT_LETTERS: &str = "YmdHMSjybBaAuwVGIpf%";

impl Reader<'_> {
    /// Checks the arguments against the function's parameters.
    pub(super) fn apply(
        &self,
        name: &str,
        function: &'static Function,
        arguments: &[&Syntax],
        syntax: &Syntax,
    ) -> Result<Arc<Expr>, RuleError> {
        let place = self.place(syntax);
        let mut exprs = arguments.iter().map(|argument| self.expr(argument)).collect::<Result<Vec<_>, _>>()?;
        let written = if name.eq_ignore_ascii_case(function.name) { function.name } else { name };
        for (n, expr) in exprs.iter().enumerate() {
            if let Some(parameter) = function.parameter(n) {
                check_argument(written, function, n, parameter, expr)?;
            }
        }
        match function.nulls {
            Nulls::Spread if exprs.iter().any(|expr| expr.is_null()) => return Ok(Arc::new(Expr::null(place))),
            Nulls::LeftOut => exprs.retain(|expr| !expr.is_null()),
            Nulls::Spread | Nulls::Kept => {}
        }
        for (n, check) in function.checks {
            if let Some(expr) = exprs.get(*n) {
                check_value(function, *n, *check, expr)?;
            }
        }
        let kind = match (function.returns, exprs.first()) {
            (Returns::Kind(kind), _) => kind,
            (Returns::Common, _) => {
                let (unified, kind) = unify_kinds(exprs)?;
                exprs = unified;
                kind
            }
            (Returns::First, first) => first.map_or(ColumnType::Other, |first| first.kind),
            (Returns::Rounded, first) => rounded_kind(first, exprs.get(1)),
        };
        match (function.id, exprs.as_slice()) {
            (FunctionId::Concat, []) => return Ok(Arc::new(Expr::literal(Datum::Text(String::new()), place))),
            (_, []) => return Ok(Arc::new(Expr::null(place))),
            (FunctionId::Coalesce | FunctionId::Greatest | FunctionId::Least, [only]) => return Ok(only.clone()),
            (FunctionId::Coalesce, [first, ..]) if first.as_literal().is_some() => return Ok(first.clone()),
            // Rounding leaves a whole number as it is.
            (FunctionId::Floor | FunctionId::Ceil | FunctionId::Trunc, [whole])
                if whole.kind == ColumnType::Integer =>
            {
                return Ok(whole.clone());
            }
            (FunctionId::Round, [whole, digits @ ..])
                if whole.kind == ColumnType::Integer
                    && digits.first().is_none_or(|d| !matches!(d.as_literal(), Some(Datum::Integer(..0)))) =>
            {
                return Ok(whole.clone());
            }
            (FunctionId::Replace, [text, from, _]) if from.as_literal() == Some(&Datum::Text(String::new())) => {
                return Ok(text.clone());
            }
            _ => {}
        }
        let call = Expr::new(Node::Call(function.id, exprs), kind, place);
        check_growth(&call)?;
        Ok(Arc::new(call))
    }
}

/// Checks that the argument is of the parameter's kind. Null is of every kind.
fn check_argument(
    name: &str,
    function: &Function,
    n: usize,
    parameter: Parameter,
    expr: &Expr,
) -> Result<(), RuleError> {
    if expr.is_null() {
        return Ok(());
    }
    let error = |message: String| Err(RuleError::new(expr.span.clone(), message));
    let what = with_article(expr.kind);
    match parameter {
        Parameter::Text | Parameter::QuotedText if expr.kind != ColumnType::Text => {
            error(format!("{name} needs text, this is {what}"))
        }
        Parameter::QuotedText if expr.as_literal().is_none() => {
            error(format!("{name} takes its {} as text in quotes", function.parameter_name(n)))
        }
        Parameter::Number if !expr.kind.is_number() => error(format!("{name} needs a number, this is {what}")),
        Parameter::WholeNumber if expr.kind != ColumnType::Integer => {
            error(format!("{name} needs a whole number, this is {what}"))
        }
        Parameter::Digits(least) => match expr.as_literal() {
            Some(Datum::Integer(count)) if (least..=i64::from(i32::MAX)).contains(count) => Ok(()),
            _ => error(format!("{name} takes a whole number from {least} up")),
        },
        Parameter::Date if !matches!(expr.kind, ColumnType::Date | ColumnType::Timestamp) => {
            error(format!("{name} needs a date, this is {what}"))
        }
        _ => Ok(()),
    }
}

/// Checks a constraint beyond the parameter's kind.
fn check_value(function: &Function, n: usize, check: ArgumentCheck, expr: &Expr) -> Result<(), RuleError> {
    let (name, parameter) = (function.name, function.parameter_name(n));
    let error = |message: String| Err(RuleError::new(expr.span.clone(), message));
    match (check, expr.as_literal()) {
        (ArgumentCheck::Regex, Some(Datum::Text(pattern))) => check_regex(pattern, expr.span.clone()),
        (ArgumentCheck::TimeFormat, Some(Datum::Text(format))) => check_format(format, expr.span.clone()),
        (ArgumentCheck::Letters(known), Some(Datum::Text(text))) if text.chars().any(|c| !known.contains(&c)) => {
            let known: Vec<String> = known.iter().map(char::to_string).collect();
            let (last, others) =
                known.split_last().map_or(("", String::new()), |(last, all)| (last.as_str(), all.join(", ")));
            error(format!("the {parameter} of {name} are {others} and {last}"))
        }
        (ArgumentCheck::Within(low, high), Some(Datum::Integer(n))) if (low..=high).contains(n) => Ok(()),
        (ArgumentCheck::Within(low, high), _) => error(format!("{name} takes {low} to {high} {parameter}")),
        (ArgumentCheck::PartNumber, Some(Datum::Integer(0))) => {
            error(format!("{name} counts parts from 1, or from the end with -1"))
        }
        _ => Ok(()),
    }
}

/// Returns the kind of a rounded number: a decimal keeps the requested number of digits.
fn rounded_kind(value: Option<&Arc<Expr>>, digits: Option<&Arc<Expr>>) -> ColumnType {
    let digits = match digits.and_then(|digits| digits.as_literal()) {
        Some(Datum::Integer(digits)) => u8::try_from(*digits).unwrap_or(0),
        _ => 0,
    };
    match value.map_or(ColumnType::Other, |value| value.kind) {
        ColumnType::Decimal(scale) => ColumnType::Decimal(scale.min(digits)),
        other => other,
    }
}

fn check_format(format: &str, place: Range<usize>) -> Result<(), RuleError> {
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            continue;
        }
        match chars.next() {
            Some('-') => match chars.next() {
                Some(c) if FORMAT_LETTERS.contains(c) => {}
                _ => return Err(RuleError::new(place, "the format ends in %-")),
            },
            Some(c) if FORMAT_LETTERS.contains(c) => {}
            Some(c) => {
                return Err(RuleError::new(place, format!("the format %{c} is unknown"))
                    .with_hint("write for instance '%Y-%m-%d', '%H:%M', '%b %Y' or '%A'"));
            }
            None => return Err(RuleError::new(place, "the format ends in %")),
        }
    }
    Ok(())
}
