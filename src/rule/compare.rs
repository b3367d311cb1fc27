//! Comparisons: which values may meet, what they become, and the one spelling that all others share.

use std::cmp::Ordering;
use std::sync::Arc;

use super::RuleError;
use super::checked::Tree;
use super::dates::{parse_date, parse_timestamp};
use super::simple::Simple;
use super::term::{Term, atom, atom_of};
use crate::model::{ColumnType, Datum};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    fn turned(self) -> Self {
        match self {
            Comparison::Less => Comparison::Greater,
            Comparison::LessOrEqual => Comparison::GreaterOrEqual,
            Comparison::Greater => Comparison::Less,
            Comparison::GreaterOrEqual => Comparison::LessOrEqual,
            same => same,
        }
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// `left <op> right`, turned so that equal conditions have equal text: a literal stands on the right.
pub(super) fn compare(op: Comparison, left: &Term, right: &Term) -> Result<Arc<Tree>, RuleError> {
    let (left, right) = meet(left, right)?;
    if left.is_null() || right.is_null() {
        return Ok(Arc::new(Tree::Constant(None)));
    }
    if let (Some(a), Some(b)) = (&left.literal, &right.literal) {
        let order = match (a, b) {
            (Datum::Integer(_), Datum::Float(_)) | (Datum::Float(_), Datum::Integer(_)) => {
                left.number().partial_cmp(&right.number())
            }
            _ => a.partial_cmp(b),
        };
        return Ok(Arc::new(Tree::Constant(order.map(|order| op.holds(order)))));
    }
    if op == Comparison::NotEqual {
        return Ok(Tree::negation(compare(Comparison::Equal, &left, &right)?));
    }
    let turn = left.literal.is_some() || (right.literal.is_none() && left.sealed() > right.sealed());
    let (op, left, right) = if turn { (op.turned(), right, left) } else { (op, left, right) };
    if left.kind == ColumnType::Boolean
        && op == Comparison::Equal
        && let Some(Datum::Boolean(truth)) = right.literal
    {
        let same = atom_of(left.sealed(), &[&left], Simple::holds(&left));
        return Ok(if truth { same } else { Tree::negation(same) });
    }
    let simple = Simple::compare(op, &left, &right);
    Ok(atom_of(format!("{} {} {}", left.side(), op.sign(), right.side()), &[&left, &right], simple))
}

/// `left IS NOT DISTINCT FROM right`: as `=`, but two nulls are the same.
pub(super) fn same(left: &Term, right: &Term) -> Result<Arc<Tree>, RuleError> {
    let (left, right) = meet(left, right)?;
    match (left.is_null(), right.is_null()) {
        (true, _) => return Ok(is_null(&right)),
        (_, true) => return Ok(is_null(&left)),
        _ => {}
    }
    if left.literal.is_some() && right.literal.is_some() {
        return compare(Comparison::Equal, &left, &right);
    }
    let turn = left.literal.is_some() || (right.literal.is_none() && left.sealed() > right.sealed());
    let (left, right) = if turn { (right, left) } else { (left, right) };
    Ok(atom(format!("{} IS NOT DISTINCT FROM {}", left.side(), right.side()), &[&left, &right]))
}

pub(super) fn is_null(term: &Term) -> Arc<Tree> {
    match &term.literal {
        Some(value) => Arc::new(Tree::Constant(Some(value.is_null()))),
        None => atom_of(format!("{} IS NULL", term.side()), &[term], Simple::null(term)),
    }
}

/// Both values as one kind, so that they can be compared.
pub(super) fn meet(left: &Term, right: &Term) -> Result<(Term, Term), RuleError> {
    let mut both = unify(vec![left.clone(), right.clone()])?;
    match (both.pop(), both.pop()) {
        (Some(right), Some(left)) => Ok((left, right)),
        _ => Ok((left.clone(), right.clone())),
    }
}

/// The terms as one kind: text literals become dates beside a date, days become midnights beside a timestamp,
/// whole numbers fit the number beside them. Nulls go with everything.
pub(super) fn unify(terms: Vec<Term>) -> Result<Vec<Term>, RuleError> {
    let Some(lead) = lead(&terms) else { return Ok(terms) };
    refuse_unspeakable(&terms)?;
    let with_timestamp = terms.iter().any(|t| t.kind == ColumnType::Timestamp);
    let kind = if with_timestamp && lead.kind == ColumnType::Date { ColumnType::Timestamp } else { lead.kind };
    let float = terms.iter().any(|t| t.kind == ColumnType::Float && t.literal.is_none());
    terms.iter().map(|term| fit(term, &lead, kind, float)).collect()
}

/// The term that the others have to fit: a column rather than a literal, a date rather than a text.
fn lead(terms: &[Term]) -> Option<Term> {
    let rank = |term: &&Term| match (&term.literal, term.kind) {
        (None, _) => 0,
        (Some(_), ColumnType::Date | ColumnType::Timestamp) => 1,
        (Some(_), _) => 2,
    };
    terms.iter().filter(|term| !term.is_null()).min_by_key(rank).cloned()
}

fn refuse_unspeakable(terms: &[Term]) -> Result<(), RuleError> {
    let odd = |kind| matches!(kind, ColumnType::Time | ColumnType::Duration | ColumnType::Other);
    match terms.iter().find(|term| !term.is_null() && odd(term.kind)) {
        None => Ok(()),
        Some(term) => Err(RuleError::new(term.place.clone(), format!("{} cannot be compared", a_kind(term.kind)))
            .with_hint("a rule can only ask whether it IS NULL")),
    }
}

fn fit(term: &Term, lead: &Term, kind: ColumnType, float: bool) -> Result<Term, RuleError> {
    use ColumnType::{Date, Float, Integer, Text, Timestamp};
    if term.is_null() {
        return Ok(term.clone());
    }
    match (term.kind, kind) {
        (Text, Date | Timestamp) => text_to_time(term, lead, kind),
        (Date, Timestamp) => Ok(term.to_timestamp()),
        (Timestamp, Date) => Ok(term.clone()),
        (Integer, Float | Integer) if float => Ok(term.to_float()),
        (Float, Integer) => Ok(whole(term)),
        (Integer, Float) => Ok(term.clone()),
        (a, b) if a == b => Ok(term.clone()),
        _ => Err(mismatch(term, lead)),
    }
}

/// `100.0` beside whole numbers is `100`; `2.5` stays.
fn whole(term: &Term) -> Term {
    match term.number() {
        Some(n) if n.fract() == 0.0 && n.abs() < 9e15 => Term::literal(Datum::Integer(n as i64), term.place.clone()),
        _ => term.clone(),
    }
}

fn text_to_time(term: &Term, lead: &Term, kind: ColumnType) -> Result<Term, RuleError> {
    let Some(text) = term.text() else {
        return Err(mismatch(term, lead).with_hint("write CAST(… AS DATE) around the text"));
    };
    let value = match kind {
        ColumnType::Date => parse_date(text).map(Datum::Date),
        _ => parse_timestamp(text).map(Datum::Timestamp),
    };
    let value = value.ok_or_else(|| no_date(text, kind, term))?;
    Ok(Term::literal(value, term.place.clone()))
}

fn no_date(text: &str, kind: ColumnType, term: &Term) -> RuleError {
    let shape = match kind {
        ColumnType::Date => "'YYYY-MM-DD'",
        _ => "'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'",
    };
    RuleError::new(term.place.clone(), format!("'{text}' is no {kind}")).with_hint(format!("write it as {shape}"))
}

fn mismatch(term: &Term, lead: &Term) -> RuleError {
    let error = RuleError::new(
        term.place.clone(),
        format!("{} is {}, {} is {}", describe(lead), a_kind(lead.kind), describe(term), a_kind(term.kind)),
    );
    match (&term.literal, lead.kind) {
        (Some(Datum::Integer(_) | Datum::Float(_)), ColumnType::Text) => {
            error.with_hint(format!("did you mean '{}'?", term.sealed()))
        }
        (Some(Datum::Text(text)), kind) if kind.is_number() && text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
            error.with_hint(format!("did you mean {}?", text.trim()))
        }
        (Some(Datum::Text(text)), ColumnType::Boolean)
            if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") =>
        {
            error.with_hint(format!("did you mean {}?", text.to_uppercase()))
        }
        (Some(Datum::Integer(_)), ColumnType::Date | ColumnType::Timestamp) => {
            error.with_hint("a date stands in single quotes: '2026-01-31'")
        }
        (Some(Datum::Integer(0 | 1)), ColumnType::Boolean) => error.with_hint("compare it with TRUE or FALSE"),
        _ => error,
    }
}

/// A column by its name, a literal as written, anything else as "the value".
fn describe(term: &Term) -> String {
    match (&term.literal, term.columns.first()) {
        (Some(_), _) => term.sealed(),
        (None, Some(column)) if term.columns.len() == 1 && term.sealed() == super::term::quote(column) => {
            format!("\"{column}\"")
        }
        _ => "the other side".into(),
    }
}

pub(super) fn a_kind(kind: ColumnType) -> String {
    match kind {
        ColumnType::Text => "text".into(),
        ColumnType::Integer | ColumnType::Float => "a number".into(),
        ColumnType::Other => "a nested value".into(),
        other => format!("a {other}"),
    }
}
