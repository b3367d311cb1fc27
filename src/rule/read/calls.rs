//! Reads calls of functions and checks them against the table.

use std::sync::Arc;

use sqlparser::ast::{Expr as Syntax, Function as SyntaxCall, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::super::RuleError;
use super::super::dates::DateField;
use super::super::expr::{ArithmeticOperation, CastType, Comparison, Expr, Node};
use super::super::functions::{self, FORMS, FUNCTIONS, Function, FunctionId, Parameter, Returns};
use super::comparison::{compare, to_timestamp, unify_kinds};
use super::conditions::check_regex;
use super::forms::choose;
use super::growth::check_growth;
use super::{Reader, arithmetic, casts, with_article};
use crate::model::{ColumnType, Datum, Lookup};
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

/// Letters that a format of strftime may use.
const FORMAT_LETTERS: &str = "YmdHMSjybBaAuwVGIpf%";

/// Maximum number of digits, either way, that a number is rounded to: a float has no more.
const MAX_DIGITS: i64 = 15;

impl Reader<'_> {
    pub(super) fn function(&self, call: &SyntaxCall, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let name = call.name.to_string();
        let lower = name.to_lowercase();
        if let Some(made) = self.made(call, syntax)? {
            return Ok(made);
        }
        if call.over.is_some() {
            return Err(self.error(syntax, format!("{name} … OVER needs many customers, but a rule sees one")));
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
            return RuleError::new(place, format!("{name} needs many customers, but a rule sees one"))
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

    pub(super) fn call(&self, name: &str, arguments: &[&Syntax], syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
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

    /// Checks the arguments against the function's parameters.
    fn apply(
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
                self.check_argument(written, function, n, parameter, expr)?;
            }
        }
        let leaves_nulls_out = matches!(
            function.id,
            FunctionId::Coalesce | FunctionId::Concat | FunctionId::ConcatWs | FunctionId::Greatest | FunctionId::Least
        );
        if !leaves_nulls_out && exprs.iter().any(|expr| expr.is_null()) {
            return Ok(Arc::new(Expr::null(place)));
        }
        if leaves_nulls_out && function.id != FunctionId::ConcatWs {
            exprs.retain(|expr| !expr.is_null());
        }
        self.check_details(function, &exprs)?;
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

    fn check_argument(
        &self,
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
                let last = function.parameters.len().saturating_sub(1);
                let parameter = function.parameters.get(n.min(last)).map_or("argument", |(name, _)| name);
                error(format!("{name} takes its {parameter} as text in quotes"))
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

    /// Checks constraints beyond a parameter's kind.
    fn check_details(&self, function: &Function, exprs: &[Arc<Expr>]) -> Result<(), RuleError> {
        let text = |n: usize| match exprs.get(n).map(|expr| (expr.as_literal(), expr.span.clone())) {
            Some((Some(Datum::Text(text)), span)) => Some((text.as_str(), span)),
            _ => None,
        };
        match function.id {
            FunctionId::RegexpExtract | FunctionId::RegexpReplace => {
                if let Some((pattern, span)) = text(1) {
                    check_regex(pattern, span)?;
                }
                match text(3) {
                    Some((options, span)) if options.chars().any(|c| !"gimsc".contains(c)) => {
                        Err(RuleError::new(span, "the options of regexp_replace are g, i, m, s and c"))
                    }
                    _ => Ok(()),
                }
            }
            FunctionId::Round => match exprs.get(1) {
                Some(digits) => match digits.as_literal() {
                    Some(Datum::Integer(count)) if (-MAX_DIGITS..=MAX_DIGITS).contains(count) => Ok(()),
                    _ => Err(RuleError::new(digits.span.clone(), "round takes -15 to 15 digits")),
                },
                None => Ok(()),
            },
            FunctionId::SplitPart => match exprs.get(2).map(|n| (n.as_literal(), n.span.clone())) {
                Some((Some(Datum::Integer(0)), span)) => {
                    Err(RuleError::new(span, "split_part counts parts from 1, or from the end with -1"))
                }
                _ => Ok(()),
            },
            FunctionId::Strftime => match text(1) {
                Some((format, span)) => check_format(format, span),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn unit(&self, syntax: &Syntax) -> Result<DateField, RuleError> {
        // Some engines write the unit as a bare word.
        let word = match syntax {
            Syntax::Identifier(word) => Some(word.value.clone()),
            _ => match self.expr(syntax)?.as_literal() {
                Some(Datum::Text(text)) => Some(text.clone()),
                _ => None,
            },
        };
        let unit = word.as_deref().and_then(DateField::parse).filter(|unit| unit.is_unit());
        unit.ok_or_else(|| {
            self.error(syntax, "this is no unit of time")
                .with_hint("write 'year', 'quarter', 'month', 'week', 'day', 'hour', 'minute' or 'second'")
        })
    }

    fn date(&self, syntax: &Syntax, what: &str) -> Result<Arc<Expr>, RuleError> {
        let expr = self.expr(syntax)?;
        if expr.is_null() || matches!(expr.kind, ColumnType::Date | ColumnType::Timestamp) {
            return Ok(expr);
        }
        // A text in quotes is read as a date, as it is in a comparison.
        if let Some(Datum::Text(_)) = expr.as_literal() {
            let date = casts::cast(&expr, CastType::Timestamp)?;
            if !date.is_null() {
                return Ok(date);
            }
        }
        Err(self.error(syntax, format!("{what} needs a date, this is {}", with_article(expr.kind))))
    }

    pub(super) fn date_part(&self, part: &str, inner: &Syntax, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let Some(field) = DateField::parse(part) else {
            return Err(self
                .error(syntax, format!("a date has no part {part}"))
                .with_hint("it has year, quarter, month, week, day, dow, isodow, doy, hour, minute and second"));
        };
        let mut date = self.date(inner, part)?;
        if date.is_null() {
            return Ok(date);
        }
        if field.is_of_day() {
            date = to_timestamp(&date);
        }
        Ok(Arc::new(Expr::new(Node::DatePart(field, date), ColumnType::Integer, self.place(syntax))))
    }

    fn date_trunc(&self, unit: DateField, inner: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let mut date = self.date(inner, "date_trunc")?;
        if date.is_null() {
            return Ok(date);
        }
        if unit.is_of_day() {
            date = to_timestamp(&date);
        }
        let (kind, span) = (date.kind, date.span.clone());
        Ok(Arc::new(Expr::new(Node::DateTrunc(unit, date), kind, span)))
    }

    fn date_diff(&self, unit: DateField, from: &Syntax, to: &Syntax, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let (mut from, mut to) = (self.date(from, "date_diff")?, self.date(to, "date_diff")?);
        if from.is_null() || to.is_null() {
            return Ok(Arc::new(Expr::null(self.place(syntax))));
        }
        if unit.is_of_day() || from.kind != to.kind {
            (from, to) = (to_timestamp(&from), to_timestamp(&to));
        }
        let node = Node::DateDiff(unit, from, to);
        Ok(Arc::new(Expr::new(node, ColumnType::Integer, self.place(syntax))))
    }
}

fn needs_number(name: &str, expr: &Expr) -> RuleError {
    RuleError::new(expr.span.clone(), format!("{name} needs a number, this is {}", with_article(expr.kind)))
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

fn check_format(format: &str, place: std::ops::Range<usize>) -> Result<(), RuleError> {
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
