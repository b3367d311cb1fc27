//! Types arithmetic, and computes literals at once and exactly.

use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::super::RuleError;
use super::super::dates::Interval;
use super::super::expr::{ArithmeticOperation, Expr, Node};
use super::comparison::{exact, to_timestamp};
use super::with_article;
use crate::model::{ColumnType, Datum, Decimal};

/// Builds `left <op> right`.
pub(super) fn operate(op: ArithmeticOperation, left: &Arc<Expr>, right: &Arc<Expr>) -> Result<Arc<Expr>, RuleError> {
    use ColumnType::{Boolean, Date, Integer, Text, Timestamp};
    let span = span_of(left, right);
    if left.is_null() || right.is_null() {
        return Ok(Arc::new(Expr::null(span)));
    }
    match (left.kind, right.kind) {
        (a, b) if a.is_number() && b.is_number() => numbers(op, left, right, span),
        (Date, Date) if op == ArithmeticOperation::Subtract => Ok(match (left.as_literal(), right.as_literal()) {
            (Some(Datum::Date(a)), Some(Datum::Date(b))) => {
                Arc::new(Expr::literal(Datum::Integer(a.signed_duration_since(*b).num_days()), span))
            }
            _ => node(op, left, right, Integer, span),
        }),
        (Date, Integer) if matches!(op, ArithmeticOperation::Add | ArithmeticOperation::Subtract) => {
            day_shifted(op, left, right, span)
        }
        (Integer, Date) if op == ArithmeticOperation::Add => day_shifted(op, right, left, span),
        (Timestamp, Timestamp | Date) | (Date, Timestamp) if op == ArithmeticOperation::Subtract => {
            Err(refused(op, left, right).with_hint("CAST both AS DATE to count the days between"))
        }
        (Boolean | Text, _) => Err(not_a_number(op, left)),
        (_, Boolean | Text) => Err(not_a_number(op, right)),
        _ => Err(refused(op, left, right)),
    }
}

fn span_of(left: &Expr, right: &Expr) -> Range<usize> {
    left.span.start.min(right.span.start)..left.span.end.max(right.span.end)
}

fn node(
    op: ArithmeticOperation,
    left: &Arc<Expr>,
    right: &Arc<Expr>,
    kind: ColumnType,
    span: Range<usize>,
) -> Arc<Expr> {
    Arc::new(Expr::new(Node::Arithmetic(op, left.clone(), right.clone()), kind, span))
}

fn refused(op: ArithmeticOperation, left: &Expr, right: &Expr) -> RuleError {
    let (a, b) = (with_article(left.kind), with_article(right.kind));
    RuleError::new(span_of(left, right), format!("{a} {} {b} has no meaning", op.sign()))
}

fn not_a_number(op: ArithmeticOperation, value: &Expr) -> RuleError {
    let message = format!("{} needs numbers, this is {}", op.sign(), with_article(value.kind));
    let error = RuleError::new(value.span.clone(), message);
    if value.kind == ColumnType::Text { error.with_hint("texts are joined with ||") } else { error }
}

fn numbers(
    op: ArithmeticOperation,
    left: &Arc<Expr>,
    right: &Arc<Expr>,
    span: Range<usize>,
) -> Result<Arc<Expr>, RuleError> {
    let is_zero = right.as_literal().and_then(Datum::number) == Some(0.0);
    if matches!(op, ArithmeticOperation::Divide | ArithmeticOperation::Remainder) && is_zero {
        return Ok(Arc::new(Expr::null(span)));
    }
    let kind = result_kind(op, left, right, &span)?;
    if let (Some(a), Some(b)) = (left.as_literal(), right.as_literal())
        && let Some(folded) = fold(op, a, b)
    {
        return Ok(Arc::new(Expr::literal(folded, span)));
    }
    Ok(node(op, left, right, kind, span))
}

fn result_kind(
    op: ArithmeticOperation,
    left: &Expr,
    right: &Expr,
    span: &Range<usize>,
) -> Result<ColumnType, RuleError> {
    use ColumnType::{Decimal, Float, Integer};
    let scale = |kind| if let Decimal(scale) = kind { scale } else { 0 };
    Ok(match (left.kind, right.kind) {
        _ if op == ArithmeticOperation::Divide => Float,
        (Float, _) | (_, Float) => Float,
        (Integer, Integer) => Integer,
        (a, b) if op == ArithmeticOperation::Multiply => match scale(a) + scale(b) {
            digits if digits <= crate::model::Decimal::MAX_SCALE => Decimal(digits),
            digits => {
                let message = format!("the product would have {digits} digits after the point, 38 are possible");
                return Err(RuleError::new(span.clone(), message).with_hint("CAST one of them AS DOUBLE"));
            }
        },
        (a, b) => Decimal(scale(a).max(scale(b))),
    })
}

/// Computes an operation on two literals: exactly if neither is a float. Returns `None` if there is no exact result.
fn fold(op: ArithmeticOperation, left: &Datum, right: &Datum) -> Option<Datum> {
    if let (Some(a), Some(b)) = (exact(left), exact(right)) {
        let result = match op {
            ArithmeticOperation::Add => a.checked_add(b),
            ArithmeticOperation::Subtract => a.checked_sub(b),
            ArithmeticOperation::Multiply => a.checked_mul(b),
            ArithmeticOperation::Remainder => a.checked_rem(b),
            ArithmeticOperation::Divide => return quotient(a.to_f64(), b.to_f64()),
        };
        let both_whole = matches!((left, right), (Datum::Integer(_), Datum::Integer(_)));
        return result.map(|result| if both_whole { number(result) } else { Datum::Decimal(result) });
    }
    let (a, b) = (left.number()?, right.number()?);
    let result = match op {
        ArithmeticOperation::Add => a + b,
        ArithmeticOperation::Subtract => a - b,
        ArithmeticOperation::Multiply => a * b,
        ArithmeticOperation::Divide => return quotient(a, b),
        ArithmeticOperation::Remainder => a % b,
    };
    Some(if result.is_nan() { Datum::Null } else { Datum::Float(result) })
}

fn quotient(a: f64, b: f64) -> Option<Datum> {
    let result = a / b;
    Some(if b == 0.0 || result.is_nan() { Datum::Null } else { Datum::Float(result) })
}

/// Returns a whole number if it fits 64 bits, else the decimal.
fn number(value: Decimal) -> Datum {
    match value.to_i64() {
        Some(whole) if value.scale() == 0 => Datum::Integer(whole),
        _ => Datum::Decimal(value),
    }
}

/// Builds `-x` or `+x`.
pub(super) fn signed(value: Arc<Expr>, minus: bool) -> Result<Arc<Expr>, RuleError> {
    let span = value.span.clone();
    if value.is_null() {
        return Ok(value);
    }
    if !value.kind.is_number() {
        return Err(RuleError::new(span, format!("a sign needs a number, this is {}", with_article(value.kind))));
    }
    if !minus {
        return Ok(value);
    }
    if let Some(negative) = value.as_literal().and_then(negative) {
        return Ok(Arc::new(Expr::literal(negative, span)));
    }
    let zero = if value.kind == ColumnType::Float { Datum::Float(0.0) } else { Datum::Integer(0) };
    operate(ArithmeticOperation::Subtract, &Arc::new(Expr::literal(zero, span)), &value)
}

fn negative(value: &Datum) -> Option<Datum> {
    match value {
        Datum::Float(number) => Some(Datum::Float(-number)),
        other => exact(other).and_then(Decimal::checked_neg).map(number),
    }
}

/// Builds `date + days` or `date - days`.
fn day_shifted(
    op: ArithmeticOperation,
    date: &Arc<Expr>,
    days: &Arc<Expr>,
    span: Range<usize>,
) -> Result<Arc<Expr>, RuleError> {
    let (Some(Datum::Date(start)), Some(Datum::Integer(count))) = (date.as_literal(), days.as_literal()) else {
        return Ok(node(op, date, days, ColumnType::Date, span));
    };
    let count = if op == ArithmeticOperation::Subtract { count.checked_neg() } else { Some(*count) };
    let end = count.and_then(TimeDelta::try_days).and_then(|delta| start.checked_add_signed(delta));
    match end.filter(in_calendar) {
        Some(end) => Ok(Arc::new(Expr::literal(Datum::Date(end), span))),
        None => Err(beyond_the_calendar(span)),
    }
}

fn in_calendar(date: &NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

fn beyond_the_calendar(place: Range<usize>) -> RuleError {
    RuleError::new(place, "this date is beyond the calendar")
}

/// Builds `date + INTERVAL '…'`.
pub(super) fn shifted(date: &Arc<Expr>, interval: Interval) -> Result<Arc<Expr>, RuleError> {
    let span = date.span.clone();
    let start = match date.as_literal() {
        Some(Datum::Null) => return Ok(date.clone()),
        Some(Datum::Date(date)) => Some((*date).into()),
        Some(Datum::Timestamp(at)) => Some(*at),
        _ if matches!(date.kind, ColumnType::Date | ColumnType::Timestamp) => None,
        _ => {
            let what = with_article(date.kind);
            return Err(RuleError::new(span, format!("an interval can only be added to a date, this is {what}"))
                .with_hint("write DATE '2026-01-31' + INTERVAL '1 month'"));
        }
    };
    let days_only = date.kind == ColumnType::Date && interval.micros == 0;
    match start {
        Some(start) => {
            let end = interval.after(start).filter(|end| in_calendar(&end.date()));
            let end = end.ok_or_else(|| beyond_the_calendar(span.clone()))?;
            let value = if days_only { Datum::Date(end.date()) } else { Datum::Timestamp(end) };
            Ok(Arc::new(Expr::literal(value, span)))
        }
        None => {
            let from = if days_only { date.clone() } else { to_timestamp(date) };
            let kind = from.kind;
            Ok(Arc::new(Expr::new(Node::Shift(from, interval), kind, span)))
        }
    }
}
