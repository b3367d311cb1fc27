//! Arithmetic of numbers and dates, so that no answer is wrong by overflow, NaN or a division by zero.
//!
//! Integers are exact: they are widened to 64 bits, and a result beyond those is null. Division is floating, and by
//! zero null. A remainder has the sign of what was divided, as in SQL, where polars gives it the divisor's.

use super::RuleError;
use super::compare::a_kind;
use super::dates::Interval;
use super::term::{Hold, Term, quote};
use crate::model::{ColumnType, Datum};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operation {
    fn sign(self) -> &'static str {
        match self {
            Operation::Add => "+",
            Operation::Subtract => "-",
            Operation::Multiply => "*",
            Operation::Divide => "/",
            Operation::Remainder => "%",
        }
    }

    fn hold(self) -> Hold {
        match self {
            Operation::Add | Operation::Subtract => Hold::Sum,
            _ => Hold::Product,
        }
    }

    /// The hold that its right side needs: `a - (b - c)` keeps its parentheses.
    fn right_hold(self) -> Hold {
        match self.hold() {
            Hold::Sum => Hold::Product,
            _ => Hold::Tight,
        }
    }
}

pub(super) fn operate(op: Operation, left: &Term, right: &Term) -> Result<Term, RuleError> {
    if left.is_null() || right.is_null() {
        return Ok(Term::null(left.place.start..right.place.end));
    }
    match (left.kind, right.kind) {
        (a, b) if a.is_number() && b.is_number() => numbers(op, left, right),
        (ColumnType::Date, ColumnType::Date) if op == Operation::Subtract => days_between(left, right),
        (ColumnType::Date, ColumnType::Integer) if matches!(op, Operation::Add | Operation::Subtract) => {
            day_shifted(op, left, right)
        }
        (ColumnType::Integer, ColumnType::Date) if op == Operation::Add => day_shifted(op, right, left),
        (ColumnType::Timestamp, ColumnType::Timestamp | ColumnType::Date)
        | (ColumnType::Date, ColumnType::Timestamp)
            if op == Operation::Subtract =>
        {
            Err(refused(op, left, right).with_hint("CAST both AS DATE to count the days between"))
        }
        (ColumnType::Boolean | ColumnType::Text, _) => Err(not_a_number(op, left)),
        (_, ColumnType::Boolean | ColumnType::Text) => Err(not_a_number(op, right)),
        _ => Err(refused(op, left, right)),
    }
}

fn refused(op: Operation, left: &Term, right: &Term) -> RuleError {
    let (a, b) = (a_kind(left.kind), a_kind(right.kind));
    RuleError::new(left.place.start..right.place.end, format!("{a} {} {b} has no meaning", op.sign()))
}

fn not_a_number(op: Operation, term: &Term) -> RuleError {
    let error =
        RuleError::new(term.place.clone(), format!("{} needs numbers, this is {}", op.sign(), a_kind(term.kind)));
    if term.kind == ColumnType::Text { error.with_hint("texts are joined with ||") } else { error }
}

fn numbers(op: Operation, left: &Term, right: &Term) -> Result<Term, RuleError> {
    if let Some(folded) = fold(op, left, right) {
        return Ok(Term::literal(folded, left.place.start..right.place.end));
    }
    let both_whole = left.kind == ColumnType::Integer && right.kind == ColumnType::Integer;
    match op {
        Operation::Remainder if both_whole => Ok(remainder(left, right)),
        Operation::Remainder => Err(RuleError::new(left.place.start..right.place.end, "% needs whole numbers")
            .with_hint("CAST them AS INTEGER")),
        Operation::Divide => Ok(quotient(left, right)),
        _ if both_whole => Ok(whole(op, left, right)),
        _ => Ok(floating(op, left, right)),
    }
}

/// Two literals at once; `None` where it is not two of them, or not exact.
fn fold(op: Operation, left: &Term, right: &Term) -> Option<Datum> {
    if let (Some(a), Some(b)) = (left.integer(), right.integer()) {
        let whole = match op {
            Operation::Add => a.checked_add(b),
            Operation::Subtract => a.checked_sub(b),
            Operation::Multiply => a.checked_mul(b),
            Operation::Remainder => a.checked_rem(b),
            Operation::Divide => None,
        };
        if let Some(whole) = whole {
            return Some(Datum::Integer(whole));
        }
    }
    let (a, b) = (left.number()?, right.number()?);
    let result = match op {
        Operation::Add => a + b,
        Operation::Subtract => a - b,
        Operation::Multiply => a * b,
        Operation::Divide if b != 0.0 => a / b,
        Operation::Remainder if b != 0.0 => a % b,
        Operation::Divide | Operation::Remainder => return Some(Datum::Null),
    };
    Some(if result.is_nan() { Datum::Null } else { Datum::Float(result) })
}

fn whole(op: Operation, left: &Term, right: &Term) -> Term {
    let (hold, right_hold) = (op.hold(), op.right_hold());
    let exact = format!("{} {} {}", left.exact(hold), op.sign(), right.exact(right_hold));
    let approximate = format!("{} {} {}", left.floating(hold), op.sign(), right.floating(right_hold));
    // The text of a product of sums keeps the parentheses of its parts, so both texts hold alike.
    Term::computed(ColumnType::Integer, exact, hold, &[left, right]).with_approximate(approximate)
}

fn floating(op: Operation, left: &Term, right: &Term) -> Term {
    let sql = format!("{} {} {}", left.floating(op.hold()), op.sign(), right.floating(op.right_hold()));
    let scaled = |literal: Option<f64>| literal.is_some_and(|n| op != Operation::Multiply || n != 0.0);
    // Infinity and a number make no NaN; infinity and infinity, or zero times infinity, may.
    let safe = scaled(left.number()) || scaled(right.number());
    Term::computed(ColumnType::Float, sql, op.hold(), &[left, right])
        .with_nan(!safe || left.may_be_nan() || right.may_be_nan())
}

fn quotient(left: &Term, right: &Term) -> Term {
    let dividend = left.floating(Hold::Product);
    let place = left.place.start..right.place.end;
    let (divisor, safe) = match (left.number(), right.number()) {
        (_, Some(0.0)) => return Term::null(place),
        (Some(left), Some(right)) => return Term::literal(Datum::Float(left / right), place),
        (_, Some(_)) => (right.floating(Hold::Tight), true),
        (left, None) => (format!("NULLIF({}, 0.0)", right.floating(Hold::Loose)), left.is_some()),
    };
    let divisor = if right.columns.is_empty() { as_long_as_a_column(&divisor, left) } else { divisor };
    Term::computed(ColumnType::Float, format!("{dividend} / {divisor}"), Hold::Product, &[left, right])
        .with_nan(!safe || left.may_be_nan() || right.may_be_nan())
}

/// The same divisor for every customer. polars divides a column by a single number by multiplying with 1/x, and then
/// 7 / 10 is not 0.7; it divides column by column exactly.
fn as_long_as_a_column(divisor: &str, left: &Term) -> String {
    match left.columns.first() {
        Some(column) => format!("(CAST({} IS NULL AS DOUBLE) * 0.0 + {divisor})", quote(column)),
        None => divisor.to_owned(),
    }
}

fn remainder(left: &Term, right: &Term) -> Term {
    let divisor = match right.integer() {
        Some(0) => return Term::null(left.place.start..right.place.end),
        Some(n) if n != i64::MIN => n.abs().to_string(),
        _ => format!("ABS(NULLIF({}, 0))", widened(right)),
    };
    let dividend = widened(left);
    let sql = format!("CASE WHEN {dividend} < 0 THEN 0 - ABS({dividend}) % {divisor} ELSE {dividend} % {divisor} END");
    // `sealed` later widens it once more, which keeps its parentheses in one place.
    Term::computed(ColumnType::Integer, format!("({sql})"), Hold::Tight, &[left, right])
}

/// A finished integer of 64 bits.
pub(super) fn widened(term: &Term) -> String {
    if term.literal.is_some() { term.sealed() } else { format!("TRY_CAST({} AS BIGINT)", term.sealed()) }
}

/// `-x` or `+x`.
pub(super) fn signed(term: Term, minus: bool) -> Result<Term, RuleError> {
    let place = term.place.clone();
    match &term.literal {
        Some(Datum::Null) => return Ok(term),
        Some(Datum::Integer(n)) if minus => return Ok(Term::literal(Datum::Integer(-n), place)),
        Some(Datum::Float(n)) if minus => return Ok(Term::literal(Datum::Float(-n), place)),
        _ if !term.kind.is_number() => {
            return Err(RuleError::new(place, format!("a sign needs a number, this is {}", a_kind(term.kind))));
        }
        _ if !minus => return Ok(term),
        _ => {}
    }
    let zero = if term.kind == ColumnType::Integer { Datum::Integer(0) } else { Datum::Float(0.0) };
    operate(Operation::Subtract, &Term::literal(zero, place.clone()), &term)
}

/// `date - date`: days. As text, a date's day number is an exact integer.
fn days_between(left: &Term, right: &Term) -> Result<Term, RuleError> {
    numbers(Operation::Subtract, &day_number(left), &day_number(right))
}

fn day_number(term: &Term) -> Term {
    match &term.literal {
        Some(Datum::Date(date)) => {
            let days = date.signed_duration_since(chrono::NaiveDate::default()).num_days();
            Term::literal(Datum::Integer(days), term.place.clone())
        }
        _ => Term::computed(ColumnType::Integer, format!("CAST({} AS INT)", term.sealed()), Hold::Tight, &[term]),
    }
}

/// `date + days` and `date - days`.
fn day_shifted(op: Operation, date: &Term, days: &Term) -> Result<Term, RuleError> {
    let place = date.place.start.min(days.place.start)..date.place.end.max(days.place.end);
    let number = numbers(op, &day_number(date), days)?;
    match number.integer() {
        Some(number) => chrono::TimeDelta::try_days(number)
            .and_then(|delta| chrono::NaiveDate::default().checked_add_signed(delta))
            .filter(in_calendar)
            .map(|date| Term::literal(Datum::Date(date), place.clone()))
            .ok_or_else(|| beyond_the_calendar(place)),
        None => {
            let sql = format!("CAST(TRY_CAST({} AS INT) AS DATE)", number.sealed());
            Ok(Term::computed(ColumnType::Date, sql, Hold::Tight, &[date, days]))
        }
    }
}

fn in_calendar(date: &chrono::NaiveDate) -> bool {
    use chrono::Datelike;
    (1..=9999).contains(&date.year())
}

fn beyond_the_calendar(place: std::ops::Range<usize>) -> RuleError {
    RuleError::new(place, "this date is beyond the calendar")
}

/// `date + INTERVAL '…'`.
pub(super) fn shifted(date: &Term, interval: Interval) -> Result<Term, RuleError> {
    let place = date.place.clone();
    let start = match &date.literal {
        Some(Datum::Null) => return Ok(date.clone()),
        Some(Datum::Date(date)) => Some((*date).into()),
        Some(Datum::Timestamp(at)) => Some(*at),
        _ if matches!(date.kind, ColumnType::Date | ColumnType::Timestamp) => None,
        _ => {
            let what = a_kind(date.kind);
            return Err(RuleError::new(place, format!("an interval can only be added to a date, this is {what}"))
                .with_hint("write DATE '2026-01-31' + INTERVAL '1 month'"));
        }
    };
    let days_only = date.kind == ColumnType::Date && interval.micros == 0;
    match start {
        Some(start) => {
            let end = interval.after(start).filter(|end| in_calendar(&end.date()));
            let end = end.ok_or_else(|| beyond_the_calendar(place.clone()))?;
            Ok(Term::literal(if days_only { Datum::Date(end.date()) } else { Datum::Timestamp(end) }, place))
        }
        None => {
            let from = if days_only { date.clone() } else { date.to_timestamp() };
            let mut sql = from.part(Hold::Sum);
            for (add, step) in interval.steps() {
                sql = format!("{sql} {} INTERVAL {step}", if add { "+" } else { "-" });
            }
            Ok(Term::computed(from.kind, sql, Hold::Sum, &[date]))
        }
    }
}
