//! Conditions that are simple enough to be evaluated directly on a column's bytes.

use std::ops::Bound;
use std::sync::Arc;

use crate::model::{ColumnType, Datum};
use crate::rule::functions::FunctionId;
use crate::rule::{Comparison, Expr, Node};

/// A condition on one column that is evaluated directly on the column's bytes. The literals are of the kind of the
/// column's values. A null is neither true nor false, except for [`SimpleCondition::Null`].
#[derive(Debug, Clone, PartialEq)]
pub enum SimpleCondition {
    /// The value is between two literals. For `=` both are the same. Numbers may be of different kinds.
    Between(Bound<Datum>, Bound<Datum>),
    /// The value is one of several literals.
    OneOf(Arc<Vec<Datum>>),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    /// The value is null.
    Null,
    /// The value is a boolean and true.
    Holds,
}

impl SimpleCondition {
    /// Returns the expression that the condition tests, and the test. Returns `None` if the condition is not simple.
    pub fn parse(expr: &Expr) -> Option<(&Expr, Self)> {
        let (column, simple) = match &expr.node {
            node if node.is_source() && expr.kind == ColumnType::Boolean => (expr, SimpleCondition::Holds),
            Node::IsNull(value) => (value.as_ref(), SimpleCondition::Null),
            Node::In { value, list, .. } => (value.as_ref(), SimpleCondition::OneOf(list.clone())),
            Node::Compare(op, value, literal) => {
                let fits = (value.kind.is_number() && literal.kind.is_number()) || value.kind == literal.kind;
                let literal = literal.as_literal().filter(|_| fits && value.kind != ColumnType::Boolean)?;
                (value.as_ref(), Self::compared(*op, literal)?)
            }
            Node::Call(function, arguments) => {
                let [value, part] = arguments.as_slice() else { return None };
                let part = part.as_literal()?.text()?.to_owned();
                let simple = match function {
                    FunctionId::StartsWith => SimpleCondition::StartsWith(part),
                    FunctionId::EndsWith => SimpleCondition::EndsWith(part),
                    FunctionId::Contains => SimpleCondition::Contains(part),
                    _ => return None,
                };
                (value.as_ref(), simple)
            }
            // A pattern without special characters matches texts that contain it.
            Node::Matches { value, pattern } if regex::escape(pattern) == *pattern => {
                (value.as_ref(), SimpleCondition::Contains(pattern.clone()))
            }
            _ => return None,
        };
        column.node.is_source().then_some((column, simple))
    }

    fn compared(op: Comparison, literal: &Datum) -> Option<Self> {
        use Bound::{Excluded, Included, Unbounded};
        let literal = || literal.clone();
        let (low, high) = match op {
            Comparison::Equal => (Included(literal()), Included(literal())),
            Comparison::Less => (Unbounded, Excluded(literal())),
            Comparison::LessOrEqual => (Unbounded, Included(literal())),
            Comparison::Greater => (Excluded(literal()), Unbounded),
            Comparison::GreaterOrEqual => (Included(literal()), Unbounded),
            Comparison::NotEqual => return None,
        };
        Some(SimpleCondition::Between(low, high))
    }
}
