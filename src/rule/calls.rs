//! What the functions are to polars, where its own differ or lack something.

use std::ops::Range;
use std::sync::Arc;

use super::RuleError;
use super::arithmetic::{self, Operation, widened};
use super::checked::Tree;
use super::compare::{self, Comparison, a_kind};
use super::forms::{choose, search, trimmed, value_of};
use super::read::Value;
use super::term::{Hold, Term};
use crate::model::{ColumnType, Datum};

/// Calls a function of the table with as many arguments as it says.
pub(super) fn apply(name: &str, terms: &[Term], place: Range<usize>) -> Result<Value, RuleError> {
    match name {
        "coalesce" | "ifnull" => return first_known(terms),
        "concat" => return concat(terms),
        "greatest" | "least" => return extreme(name, terms),
        _ => {}
    }
    let first = &terms[0];
    if name == "nullif" {
        return null_if(first, &terms[1]);
    }
    if let Some(null) = terms.iter().find(|term| term.is_null()) {
        return Ok(Value::Term(null.clone()));
    }
    let wants_text = matches!(
        name,
        "lower"
            | "upper"
            | "length"
            | "trim"
            | "ltrim"
            | "rtrim"
            | "substr"
            | "left"
            | "right"
            | "replace"
            | "contains"
            | "starts_with"
            | "ends_with"
    );
    if wants_text {
        expect_text(name, first)?;
        return text_function(name, terms);
    }
    if name == "date" {
        return super::cast::cast(first, ColumnType::Date).map(Value::Term);
    }
    if !first.kind.is_number() {
        return Err(RuleError::new(
            first.place.clone(),
            format!("{name} needs a number, this is {}", a_kind(first.kind)),
        ));
    }
    number_function(name, terms, place).map(Value::Term)
}

fn expect_text(name: &str, term: &Term) -> Result<(), RuleError> {
    if term.kind == ColumnType::Text {
        return Ok(());
    }
    Err(RuleError::new(term.place.clone(), format!("{name} needs text, this is {}", a_kind(term.kind))))
}

fn text_function(name: &str, terms: &[Term]) -> Result<Value, RuleError> {
    let value = &terms[0];
    let text =
        |sql: String, parts: &[&Term]| Ok(Value::Term(Term::computed(ColumnType::Text, sql, Hold::Tight, parts)));
    match name {
        "lower" => Ok(Value::Term(Term::call(ColumnType::Text, "LOWER", &[value]))),
        "upper" => Ok(Value::Term(Term::call(ColumnType::Text, "UPPER", &[value]))),
        // polars counts in an unsigned type, whose subtraction would wrap.
        "length" => {
            let sql = format!("CAST(LENGTH({}) AS BIGINT)", value.sealed());
            Ok(Value::Term(Term::computed(ColumnType::Integer, sql, Hold::Tight, &[value])))
        }
        "trim" => Ok(Value::Term(trimmed(value, "BOTH", " "))),
        "ltrim" => Ok(Value::Term(trimmed(value, "LEADING", " "))),
        "rtrim" => Ok(Value::Term(trimmed(value, "TRAILING", " "))),
        "replace" => {
            expect_text(name, &terms[1])?;
            expect_text(name, &terms[2])?;
            match terms[1].text() {
                Some("") => Ok(Value::Term(value.clone())),
                Some(_) => Ok(Value::Term(Term::call(ColumnType::Text, "REPLACE", &[value, &terms[1], &terms[2]]))),
                None => Err(RuleError::new(terms[1].place.clone(), "replace looks for text in quotes")),
            }
        }
        "left" => {
            let count = count_literal(name, &terms[1], 0)?;
            text(format!("SUBSTR({}, 1, {count})", value.sealed()), &[value])
        }
        // polars' RIGHT of nothing loses nulls.
        "right" if terms[1].integer() == Some(0) => text(format!("SUBSTR({}, 1, 0)", value.sealed()), &[value]),
        "right" => {
            // polars counts back past the beginning of a shorter text.
            let (count, inner) = (count_literal(name, &terms[1], 0)?, value.sealed());
            text(
                format!("CASE WHEN LENGTH({inner}) <= {count} THEN {inner} ELSE RIGHT({inner}, {count}) END"),
                &[value],
            )
        }
        "substr" => {
            let start = count_literal(name, &terms[1], 1)?;
            let inner = value.sealed();
            match terms.get(2) {
                None => text(format!("SUBSTR({inner}, {start})"), &[value]),
                Some(length) => {
                    text(format!("SUBSTR({inner}, {start}, {})", count_literal(name, length, 0)?), &[value])
                }
            }
        }
        "starts_with" => searched("STARTS_WITH", value, &terms[1]),
        "ends_with" => searched("ENDS_WITH", value, &terms[1]),
        _ => searched("CONTAINS", value, &terms[1]),
    }
}

fn searched(name: &str, value: &Term, part: &Term) -> Result<Value, RuleError> {
    expect_text(name, part)?;
    search(name, value, part).map(Value::Truth)
}

/// A literal count of characters; engines disagree on what negative ones mean.
fn count_literal(name: &str, term: &Term, least: i64) -> Result<i64, RuleError> {
    match term.integer() {
        Some(count) if count >= least => Ok(count.min(i64::from(i32::MAX))),
        _ => Err(RuleError::new(term.place.clone(), format!("{name} takes a whole number from {least} up"))),
    }
}

fn number_function(name: &str, terms: &[Term], place: Range<usize>) -> Result<Term, RuleError> {
    let value = &terms[0];
    let inner = value.sealed();
    let float = |sql: String| Term::computed(ColumnType::Float, sql, Hold::Tight, &[value]);
    let defined_where = |sign: &str, call: &str| {
        let inner = value.floating(Hold::Loose);
        float(format!("CASE WHEN {inner} {sign} 0.0 THEN {call} END")).with_nan(value.may_be_nan())
    };
    let argument = value.floating(Hold::Loose);
    Ok(match name {
        "abs" if value.kind == ColumnType::Integer => {
            Term::computed(ColumnType::Integer, format!("ABS({})", widened(value)), Hold::Tight, &[value])
        }
        "abs" => float(format!("ABS({inner})")),
        "floor" | "ceil" | "round" if value.kind == ColumnType::Integer && terms.len() == 1 => value.clone(),
        "floor" => float(format!("FLOOR({inner})")),
        "ceil" => float(format!("CEIL({inner})")),
        "round" => rounded(value, terms.get(1))?,
        "sqrt" => defined_where(">=", &format!("SQRT({argument})")),
        "ln" => defined_where(">", &format!("LN({argument})")),
        "log10" => defined_where(">", &format!("LOG10({argument})")),
        "exp" => float(format!("EXP({argument})")).with_nan(value.may_be_nan()),
        _ => match arithmetic::operate(Operation::Remainder, value, &terms[1]) {
            Ok(term) => term,
            Err(error) => return Err(RuleError { place, ..error }),
        },
    })
}

/// Half away from zero, as SQL rounds floating numbers; polars' ROUND goes to the even neighbour.
fn rounded(value: &Term, digits: Option<&Term>) -> Result<Term, RuleError> {
    let digits = match digits {
        None => 0,
        Some(digits) => match digits.integer() {
            Some(count) if (0..=15).contains(&count) => count,
            _ => return Err(RuleError::new(digits.place.clone(), "round takes 0 to 15 digits")),
        },
    };
    if value.kind == ColumnType::Integer {
        return Ok(value.clone());
    }
    let scale = 10f64.powi(digits as i32);
    let scaled = if digits == 0 { value.sealed() } else { format!("{} * {scale:?}", value.side()) };
    let size = format!("ABS({scaled})");
    let up = format!("CASE WHEN {size} - FLOOR({size}) >= 0.5 THEN CEIL({size}) ELSE FLOOR({size}) END");
    let signed = format!("CASE WHEN {scaled} < 0.0 THEN 0.0 - {up} ELSE {up} END");
    let sql = if digits == 0 { signed } else { format!("({signed} / {scale:?})") };
    Ok(Term::computed(ColumnType::Float, sql, Hold::Tight, &[value]))
}

fn first_known(terms: &[Term]) -> Result<Value, RuleError> {
    let terms: Vec<Term> = compare::unify(terms.to_vec())?.into_iter().filter(|term| !term.is_null()).collect();
    match terms.as_slice() {
        [] => Ok(Value::Term(Term::null(0..0))),
        [only] => Ok(value_of(only.clone())),
        [first, ..] if first.literal.is_some() => Ok(value_of(first.clone())),
        many => Ok(value_of(Term::call(common_kind(many), "COALESCE", &many.iter().collect::<Vec<_>>()))),
    }
}

fn common_kind(terms: &[Term]) -> ColumnType {
    let float = terms.iter().any(|term| term.kind == ColumnType::Float);
    if float { ColumnType::Float } else { terms.first().map_or(ColumnType::Other, |term| term.kind) }
}

fn null_if(left: &Term, right: &Term) -> Result<Value, RuleError> {
    if left.is_null() || right.is_null() {
        return Ok(value_of(left.clone()));
    }
    let equal: Arc<Tree> = compare::compare(Comparison::Equal, left, right)?;
    choose(&[equal], vec![Term::null(left.place.clone()), left.clone()])
}

/// SQL's CONCAT leaves nulls out.
fn concat(terms: &[Term]) -> Result<Value, RuleError> {
    let known: Vec<&Term> = terms.iter().filter(|term| !term.is_null()).collect();
    known.iter().try_for_each(|term| expect_text("concat", term))?;
    if known.is_empty() {
        return Ok(Value::Term(Term::literal(Datum::Text(String::new()), 0..0)));
    }
    Ok(Value::Term(Term::call(ColumnType::Text, "CONCAT", &known)))
}

/// GREATEST and LEAST leave nulls out, too.
fn extreme(name: &str, terms: &[Term]) -> Result<Value, RuleError> {
    let terms: Vec<Term> = compare::unify(terms.to_vec())?.into_iter().filter(|term| !term.is_null()).collect();
    let Some(first) = terms.first() else { return Ok(Value::Term(Term::null(0..0))) };
    if !first.kind.is_number() && !matches!(first.kind, ColumnType::Date | ColumnType::Timestamp) {
        let what = a_kind(first.kind);
        return Err(RuleError::new(first.place.clone(), format!("{name} needs numbers or dates, this is {what}")));
    }
    let parts: Vec<&Term> = terms.iter().collect();
    Ok(Value::Term(Term::call(common_kind(&terms), &name.to_uppercase(), &parts)))
}
