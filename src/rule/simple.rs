//! Conditions so plain that an engine can answer them on a column's own bytes, without SQL.

use std::ops::Bound;

use super::compare::Comparison;
use super::term::Term;
use crate::model::{ColumnType, Datum};

/// What a simple atom asks of its one column, whose values are of the literals' kind. A null is neither true nor false
/// for any but [`Simple::Null`].
#[derive(Debug, Clone, PartialEq)]
pub enum Simple {
    /// It lies between two literals; `=` is between one and itself. Integers may stand beside a fraction.
    Between(Bound<Datum>, Bound<Datum>),
    /// It is one of several literals.
    OneOf(Vec<Datum>),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    /// It is null.
    Null,
    /// It is a boolean, and true.
    Holds,
}

impl Simple {
    /// `left <op> right`, if that is a column beside a literal of its kind.
    pub(super) fn compare(op: Comparison, left: &Term, right: &Term) -> Option<Self> {
        let literal = literal_beside(left, right)?;
        let (low, high) = match op {
            Comparison::Equal => (Bound::Included(literal.clone()), Bound::Included(literal)),
            Comparison::Less => (Bound::Unbounded, Bound::Excluded(literal)),
            Comparison::LessOrEqual => (Bound::Unbounded, Bound::Included(literal)),
            Comparison::Greater => (Bound::Excluded(literal), Bound::Unbounded),
            Comparison::GreaterOrEqual => (Bound::Included(literal), Bound::Unbounded),
            Comparison::NotEqual => return None,
        };
        Some(Simple::Between(low, high))
    }

    /// `left IN (literals)`.
    pub(super) fn one_of(left: &Term, literals: &[Term]) -> Option<Self> {
        literals.iter().map(|literal| literal_beside(left, literal)).collect::<Option<_>>().map(Simple::OneOf)
    }

    /// A question on the text of a column, `kind` being one of the three.
    pub(super) fn text(kind: fn(String) -> Self, value: &Term, text: &str) -> Option<Self> {
        (value.is_column() && value.kind == ColumnType::Text).then(|| kind(text.to_owned()))
    }

    pub(super) fn null(value: &Term) -> Option<Self> {
        value.is_column().then_some(Simple::Null)
    }

    pub(super) fn holds(value: &Term) -> Option<Self> {
        (value.is_column() && value.kind == ColumnType::Boolean).then_some(Simple::Holds)
    }
}

fn literal_beside(column: &Term, literal: &Term) -> Option<Datum> {
    use ColumnType::{Date, Float, Integer, Text, Timestamp};
    let fits = match (column.kind, literal.kind) {
        (Integer | Float, Integer | Float) => true,
        (a @ (Text | Date | Timestamp), b) => a == b,
        _ => false,
    };
    literal.literal.clone().filter(|_| fits && column.is_column())
}
