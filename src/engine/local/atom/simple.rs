//! Conditions so plain that they are answered on a column's own bytes.

use std::ops::Bound;
use std::sync::Arc;

use crate::model::{ColumnType, Datum};
use crate::rule::functions::FunctionId;
use crate::rule::{Comparison, Expr, Node};

/// A condition on one column that the engine answers from the column's own bytes; the column's values are of the literals' kind. A null is neither true nor false
/// for any but [`Simple::Null`].
#[derive(Debug, Clone, PartialEq)]
pub enum Simple {
    /// It lies between two literals; `=` is between one and itself. Numbers may be of any kinds.
    Between(Bound<Datum>, Bound<Datum>),
    /// It is one of several literals.
    OneOf(Arc<Vec<Datum>>),
    StartsWith(String),
    EndsWith(String),
    Contains(String),
    /// It is null.
    Null,
    /// It is a boolean, and true.
    Holds,
}

impl Simple {
    /// The node of the column that a condition is about, and what it asks; None if it is not simple.
    pub fn parse(expr: &Expr) -> Option<(&Expr, Self)> {
        let (column, simple) = match &expr.node {
            node if node.is_source() && expr.kind == ColumnType::Boolean => (expr, Simple::Holds),
            Node::IsNull(value) => (value.as_ref(), Simple::Null),
            Node::In { value, list } => (value.as_ref(), Simple::OneOf(list.clone())),
            Node::Compare(op, value, literal) => {
                let fits = (value.kind.is_number() && literal.kind.is_number()) || value.kind == literal.kind;
                let literal = literal.as_literal().filter(|_| fits && value.kind != ColumnType::Boolean)?;
                (value.as_ref(), Self::compared(*op, literal)?)
            }
            Node::Call(function, arguments) => {
                let [value, part] = arguments.as_slice() else { return None };
                let part = part.as_literal()?.text()?.to_owned();
                let simple = match function {
                    FunctionId::StartsWith => Simple::StartsWith(part),
                    FunctionId::EndsWith => Simple::EndsWith(part),
                    FunctionId::Contains => Simple::Contains(part),
                    _ => return None,
                };
                (value.as_ref(), simple)
            }
            // A pattern without any special character is a text to look for.
            Node::Matches { value, pattern } if regex::escape(pattern) == *pattern => {
                (value.as_ref(), Simple::Contains(pattern.clone()))
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
        Some(Simple::Between(low, high))
    }
}
