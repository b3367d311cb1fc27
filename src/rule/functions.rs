//! The functions a rule can call. Each says what it takes, and how polars' SQL says it.

use sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::RuleError;
use super::calls::apply;
use super::compare::a_kind;
use super::forms::choose;
use super::near::nearest;
use super::read::{Reader, Value};
use super::term::{Hold, Term};
use crate::model::{ColumnType, Lookup};

/// Name, fewest and most arguments; completion offers them in this order.
pub(super) const FUNCTIONS: [(&str, usize, usize); 45] = [
    ("lower", 1, 1),
    ("upper", 1, 1),
    ("length", 1, 1),
    ("trim", 1, 1),
    ("ltrim", 1, 1),
    ("rtrim", 1, 1),
    ("substr", 2, 3),
    ("left", 2, 2),
    ("right", 2, 2),
    ("replace", 3, 3),
    ("concat", 1, 100),
    ("contains", 2, 2),
    ("starts_with", 2, 2),
    ("ends_with", 2, 2),
    ("regexp_matches", 2, 2),
    ("abs", 1, 1),
    ("round", 1, 2),
    ("floor", 1, 1),
    ("ceil", 1, 1),
    ("sqrt", 1, 1),
    ("ln", 1, 1),
    ("log10", 1, 1),
    ("exp", 1, 1),
    ("mod", 2, 2),
    ("coalesce", 1, 100),
    ("ifnull", 2, 2),
    ("nullif", 2, 2),
    ("if", 3, 3),
    ("greatest", 1, 100),
    ("least", 1, 100),
    ("year", 1, 1),
    ("quarter", 1, 1),
    ("month", 1, 1),
    ("week", 1, 1),
    ("day", 1, 1),
    ("hour", 1, 1),
    ("minute", 1, 1),
    ("second", 1, 1),
    ("dayofweek", 1, 1),
    ("dayofyear", 1, 1),
    ("isodow", 1, 1),
    ("date_part", 2, 2),
    ("today", 0, 0),
    ("current_date", 0, 0),
    ("date", 1, 1),
];

/// Other engines' names for the same.
const ALSO: [(&str, &str); 16] = [
    ("len", "length"),
    ("char_length", "length"),
    ("character_length", "length"),
    ("lcase", "lower"),
    ("ucase", "upper"),
    ("substring", "substr"),
    ("ceiling", "ceil"),
    ("prefix", "starts_with"),
    ("startswith", "starts_with"),
    ("suffix", "ends_with"),
    ("endswith", "ends_with"),
    ("regexp_like", "regexp_matches"),
    ("nvl", "ifnull"),
    ("weekofyear", "week"),
    ("dayofmonth", "day"),
    ("iff", "if"),
];

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

impl Reader<'_> {
    pub(super) fn function(&self, call: &Function, expr: &Expr) -> Result<Value, RuleError> {
        let name = call.name.to_string();
        let lower = name.to_lowercase();
        if let Some(derived) = self.derived(call, expr)? {
            return Ok(derived);
        }
        if call.over.is_some() {
            return Err(self.error(expr, format!("{name} … OVER needs many customers, but a rule sees one")));
        }
        let arguments = match &call.args {
            FunctionArguments::None => return self.bare_function(&lower, call, expr),
            FunctionArguments::List(list) if list.duplicate_treatment.is_none() && list.clauses.is_empty() => {
                &list.args
            }
            _ => return Err(self.aggregate_or_unknown(&name, expr)),
        };
        let mut plain = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(inner)) => plain.push(inner),
                _ => return Err(self.aggregate_or_unknown(&name, expr)),
            }
        }
        if call.filter.is_some() || !call.within_group.is_empty() || call.null_treatment.is_some() {
            return Err(self.aggregate_or_unknown(&name, expr));
        }
        self.call(&name, &plain, expr)
    }

    /// `CURRENT_DATE`, and columns such as `user` that the parser takes for functions.
    fn bare_function(&self, lower: &str, call: &Function, expr: &Expr) -> Result<Value, RuleError> {
        if lower == "current_date" {
            return Ok(Value::Term(self.today(expr)));
        }
        let ident = match call.name.0.as_slice() {
            [part] => part.as_ident(),
            _ => None,
        };
        match ident {
            Some(ident) if matches!(self.cx.schema.find(&ident.value), Lookup::Found(_)) => self.column(ident, expr),
            _ => Err(self.aggregate_or_unknown(lower, expr)),
        }
    }

    fn aggregate_or_unknown(&self, name: &str, expr: &Expr) -> RuleError {
        let start = self.place(expr).start;
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
        let known = FUNCTIONS.iter().map(|f| f.0).chain(ALSO.iter().map(|f| f.0));
        match nearest(name, known) {
            Some(near) => error.with_hint(format!("did you mean {near}?")),
            None => error,
        }
    }

    pub(super) fn call(&self, name: &str, arguments: &[&Expr], expr: &Expr) -> Result<Value, RuleError> {
        let lower = name.to_lowercase();
        let canonical = ALSO.iter().find(|(also, _)| *also == lower).map_or(lower.as_str(), |(_, known)| known);
        let Some(&(known, fewest, most)) = FUNCTIONS.iter().find(|(known, ..)| *known == canonical) else {
            return Err(self.aggregate_or_unknown(name, expr));
        };
        if !(fewest..=most).contains(&arguments.len()) {
            let wants = match (fewest, most) {
                (1, 1) => "1 value".to_owned(),
                _ if fewest == most => format!("{fewest} values"),
                _ => format!("{fewest} to {most} values"),
            };
            return Err(self.error(expr, format!("{name} takes {wants}, not {}", arguments.len())));
        }
        match known {
            "today" | "current_date" => Ok(Value::Term(self.today(expr))),
            "regexp_matches" => self.regex(arguments[0], arguments[1], false).map(Value::Truth),
            "if" => {
                let condition = self.truth(arguments[0])?;
                choose(&[condition], vec![self.term(arguments[1])?, self.term(arguments[2])?])
            }
            "date_part" => match self.term(arguments[0])?.text() {
                Some(part) => self.date_part(part, arguments[1], expr),
                None => Err(self.error(arguments[0], "DATE_PART takes the part as text: 'year'")),
            },
            "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute" | "second" | "dayofweek"
            | "dayofyear" | "isodow" => self.date_part(known, arguments[0], expr),
            _ => {
                let terms = arguments.iter().map(|a| self.term(a)).collect::<Result<Vec<_>, _>>()?;
                apply(known, &terms, self.place(expr))
            }
        }
    }

    pub(super) fn date_part(&self, part: &str, inner: &Expr, expr: &Expr) -> Result<Value, RuleError> {
        let lower = part.to_lowercase();
        let field = match lower.trim_end_matches('s') {
            "year" => "YEAR",
            "quarter" => "QUARTER",
            "month" => "MONTH",
            "week" | "isoweek" => "WEEK",
            "day" => "DAY",
            "dow" | "dayofweek" => "DOW",
            "isodow" => "ISODOW",
            "doy" | "dayofyear" => "DOY",
            "hour" => "HOUR",
            "minute" => "MINUTE",
            "second" => "SECOND",
            _ => {
                return Err(self
                    .error(expr, format!("a date has no part {part}"))
                    .with_hint("it has year, quarter, month, week, day, dow, isodow, doy, hour, minute and second"));
            }
        };
        let mut term = self.term(inner)?;
        if term.is_null() {
            return Ok(Value::Term(term));
        }
        if matches!(field, "HOUR" | "MINUTE" | "SECOND") {
            term = term.to_timestamp();
        }
        if !matches!(term.kind, ColumnType::Date | ColumnType::Timestamp) {
            return Err(self.error(inner, format!("{part} needs a date, this is {}", a_kind(term.kind))));
        }
        let sql = format!("CAST(EXTRACT({field} FROM {}) AS BIGINT)", term.sealed());
        Ok(Value::Term(Term::computed(ColumnType::Integer, sql, Hold::Tight, &[&term])))
    }
}
