//! The typed tree of a rule: names are resolved, types are checked, and every node has its place in the text.
//!
//! The tree has the meaning of SQL; how an engine evaluates it is left to the engine. It has two forms: as written, in the
//! order of the text and with its `@names`; and the normal form of [`super::Checked`], in which names are replaced by their
//! rules, and equal conditions are equal trees.

mod checked;
pub mod computed_column;
mod normal;
mod operations;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::dates::{DateField, Interval};
use super::functions::FunctionId;
use crate::model::{ColumnType, Datum, PERSONA};
pub use checked::{Checked, FileCondition};
pub use computed_column::{Aggregate, ComputedColumn, ComputedDefinition, EventCall, EventPattern, PatternShape};
pub use operations::{ArithmeticOperation, CastType, Comparison};

/// A value or a condition over the row of one customer.
#[derive(Debug, Clone)]
pub struct Expr {
    pub node: Node,
    /// Type of the value; [`ColumnType::Other`] for a bare `NULL`, which fits every type.
    pub kind: ColumnType,
    /// Place in the rule's text, in bytes. A condition's span includes the parentheses around it.
    pub span: Range<usize>,
}

/// Operation of an [`Expr`] with its operands. The reader ensures that operands have the types that the comments name.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A literal. A number with a decimal point is an exact [`Datum::Decimal`], one with an exponent a float.
    Literal(Datum),
    /// A column of the base, spelled as in the schema.
    Column(String),
    /// The id of the customer's first persona. The personas come with the question.
    Persona,
    /// A column computed from events, from a ranking of values or from the key.
    Computed(Arc<ComputedColumn>),
    /// `@name`: the rule of a segment, a cell or a persona. It does not occur in the normal form.
    Reference { name: String, rule: Checked },
    /// Two or more conditions. In the normal form they are flat, sorted by text and distinct.
    And(Vec<Arc<Expr>>),
    /// Two or more conditions; see [`Node::And`].
    Or(Vec<Arc<Expr>>),
    /// The negation of a condition.
    Not(Arc<Expr>),
    /// A comparison of operands of one type, or of any two types of numbers. A literal stands on the right.
    Compare(Comparison, Arc<Expr>, Arc<Expr>),
    /// `IS NOT DISTINCT FROM`: like `=`, but two nulls are equal, and the result is never null.
    Same(Arc<Expr>, Arc<Expr>),
    /// `IS NULL`.
    IsNull(Arc<Expr>),
    /// `IS TRUE`: true if the condition is true; false if it is false or null.
    IsTrue(Arc<Expr>),
    /// `value BETWEEN low AND high`, both included.
    Between { value: Arc<Expr>, low: Arc<Expr>, high: Arc<Expr> },
    /// `value IN (literals)`. The literals have the value's type, and are sorted, distinct and not null. There are at least
    /// two, unless they come from a file.
    In {
        value: Arc<Expr>,
        list: Arc<Vec<Datum>>,
        /// File that the literals were read from, if any.
        file: Option<ListedFile>,
    },
    /// `value LIKE pattern`, or `ILIKE` if `any_case` is true. Without `escape`, only `%` and `_` are special.
    Like { value: Arc<Expr>, pattern: Arc<Expr>, escape: Option<char>, any_case: bool },
    /// A match of a regular expression anywhere in the text. The pattern is valid in the syntax of the `regex` crate.
    Matches { value: Arc<Expr>, pattern: String },
    /// Arithmetic with numbers, a date and a number of days, or two dates (the result is the days between them).
    Arithmetic(ArithmeticOperation, Arc<Expr>, Arc<Expr>),
    /// A date or timestamp plus an interval.
    Shift(Arc<Expr>, Interval),
    /// A part of a date or timestamp, such as the month, as a whole number.
    DatePart(DateField, Arc<Expr>),
    /// `date_trunc`: the start of the unit that a date or timestamp is in.
    DateTrunc(DateField, Arc<Expr>),
    /// `date_diff(unit, from, to)`: the number of unit starts between the two; for weeks, the number of whole 7-day periods.
    DateDiff(DateField, Arc<Expr>, Arc<Expr>),
    /// A function of [`super::functions::FUNCTIONS`].
    Call(FunctionId, Vec<Arc<Expr>>),
    /// `CASE`: the result of the first condition that is true. Results have the node's type or are null.
    Case { whens: Vec<(Arc<Expr>, Arc<Expr>)>, otherwise: Option<Arc<Expr>> },
    /// A value converted to another type; null if it cannot be converted.
    Cast(Arc<Expr>, CastType),
}

/// The file of `IN FILE 'suppress.csv'`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    /// Path as written in the rule.
    pub path: String,
    /// Hash of the contents.
    pub fingerprint: u64,
    /// Number of the file's values that are not of the column's type.
    pub left_out: usize,
}

/// Compares trees without their places in a text.
impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.node == other.node
    }
}

impl Expr {
    /// Creates an expression from its parts. The caller ensures that the types fit.
    pub fn new(node: Node, kind: ColumnType, span: Range<usize>) -> Self {
        Self { node, kind, span }
    }

    /// Creates a condition.
    pub fn condition(node: Node, span: Range<usize>) -> Self {
        Self::new(node, ColumnType::Boolean, span)
    }

    /// Creates a literal of the value's own type.
    pub fn literal(value: Datum, span: Range<usize>) -> Self {
        let kind = match &value {
            Datum::Null => ColumnType::Other,
            Datum::Boolean(_) => ColumnType::Boolean,
            Datum::Integer(_) => ColumnType::Integer,
            Datum::Decimal(decimal) => ColumnType::Decimal(decimal.scale()),
            Datum::Float(_) => ColumnType::Float,
            Datum::Text(_) => ColumnType::Text,
            Datum::Date(_) => ColumnType::Date,
            Datum::Timestamp(_) => ColumnType::Timestamp,
        };
        Self::new(Node::Literal(value), kind, span)
    }

    /// Creates a bare `NULL`.
    pub fn null(span: Range<usize>) -> Self {
        Self::literal(Datum::Null, span)
    }

    /// Creates a condition with the same truth for every customer; `None` is null.
    pub fn truth(truth: Option<bool>) -> Self {
        let value = truth.map_or(Datum::Null, Datum::Boolean);
        Self::condition(Node::Literal(value), 0..0)
    }

    /// Returns the literal if the expression is one.
    pub fn as_literal(&self) -> Option<&Datum> {
        match &self.node {
            Node::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// Returns true if the expression is the literal `NULL`.
    pub fn is_null(&self) -> bool {
        self.as_literal().is_some_and(Datum::is_null)
    }

    /// Returns the column's name if the expression is a column.
    pub fn as_column(&self) -> Option<&str> {
        match &self.node {
            Node::Column(name) => Some(name),
            Node::Persona => Some(PERSONA),
            _ => None,
        }
    }

    /// Returns the same expression with another place in the text.
    pub fn at(self, span: Range<usize>) -> Self {
        Self { span, ..self }
    }

    /// Returns the operands of the node in the order of the text. A computed column has none.
    pub fn children(&self) -> Vec<&Arc<Expr>> {
        match &self.node {
            Node::Literal(_) | Node::Column(_) | Node::Persona | Node::Computed(_) => Vec::new(),
            Node::Reference { rule, .. } => vec![rule.expr()],
            Node::Not(one)
            | Node::IsNull(one)
            | Node::IsTrue(one)
            | Node::In { value: one, .. }
            | Node::Matches { value: one, .. }
            | Node::Shift(one, _)
            | Node::DatePart(_, one)
            | Node::DateTrunc(_, one)
            | Node::Cast(one, _) => vec![one],
            Node::Compare(_, a, b)
            | Node::Same(a, b)
            | Node::Arithmetic(_, a, b)
            | Node::DateDiff(_, a, b)
            | Node::Like { value: a, pattern: b, .. } => vec![a, b],
            Node::Between { value, low, high } => vec![value, low, high],
            Node::And(parts) | Node::Or(parts) | Node::Call(_, parts) => parts.iter().collect(),
            Node::Case { whens, otherwise } => {
                let pairs = whens.iter().flat_map(|(when, then)| [when, then]);
                pairs.chain(otherwise).collect()
            }
        }
    }

    /// Returns every column that is read: columns of the base by name, computed ones by the study's name for them or by
    /// their text.
    pub fn columns(&self) -> BTreeSet<String> {
        let mut columns = BTreeSet::new();
        self.visit(&mut |expr| match &expr.node {
            Node::Column(name) => drop(columns.insert(name.clone())),
            Node::Persona => drop(columns.insert(PERSONA.to_owned())),
            Node::Computed(computed) => drop(columns.insert(computed.name().to_owned())),
            _ => {}
        });
        columns
    }

    /// Returns the columns whose own values the expression reveals in full or in part: columns of the base, and columns
    /// of event tables by their names there.
    pub fn shown_columns(&self) -> BTreeSet<String> {
        fn collect(expr: &Expr, shown: &mut BTreeSet<String>) {
            match &expr.node {
                Node::Column(name) => drop(shown.insert(name.clone())),
                Node::Persona => drop(shown.insert(PERSONA.to_owned())),
                Node::Computed(computed) => shown.extend(computed.shows()),
                // Only whether there is a value.
                Node::IsNull(value) if matches!(value.node, Node::Column(_)) => {}
                _ => expr.children().into_iter().for_each(|child| collect(child, shown)),
            }
        }
        let mut shown = BTreeSet::new();
        collect(self, &mut shown);
        shown
    }

    /// Returns the nodes of the columns that are read, each once, ordered by name.
    pub fn sources(&self) -> Vec<&Expr> {
        fn collect<'e>(expr: &'e Expr, into: &mut Vec<(String, &'e Expr)>) {
            match &expr.node {
                Node::Column(name) => into.push((name.clone(), expr)),
                Node::Persona => into.push((PERSONA.to_owned(), expr)),
                Node::Computed(computed) => into.push((computed.text.clone(), expr)),
                _ => expr.children().into_iter().for_each(|child| collect(child, into)),
            }
        }
        let mut named = Vec::new();
        collect(self, &mut named);
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named.dedup_by(|a, b| a.0 == b.0);
        named.into_iter().map(|(_, expr)| expr).collect()
    }

    /// Calls `f` with this node and with all nodes below it.
    pub fn visit(&self, f: &mut impl FnMut(&Expr)) {
        f(self);
        self.children().into_iter().for_each(|child| child.visit(f));
    }
}

impl Node {
    /// Returns true if the node is a customer's value that is not computed from other values of the row: a column, the
    /// persona, or a computed column.
    pub fn is_source(&self) -> bool {
        matches!(self, Node::Column(_) | Node::Persona | Node::Computed(_))
    }

    /// Returns the node with each of its operands replaced by `f`.
    pub fn map(&self, f: impl Fn(&Arc<Expr>) -> Arc<Expr>) -> Self {
        match self {
            Node::Literal(_) | Node::Column(_) | Node::Persona | Node::Computed(_) | Node::Reference { .. } => {
                self.clone()
            }
            Node::And(parts) => Node::And(parts.iter().map(f).collect()),
            Node::Or(parts) => Node::Or(parts.iter().map(f).collect()),
            Node::Not(part) => Node::Not(f(part)),
            Node::Compare(op, a, b) => Node::Compare(*op, f(a), f(b)),
            Node::Same(a, b) => Node::Same(f(a), f(b)),
            Node::IsNull(part) => Node::IsNull(f(part)),
            Node::IsTrue(part) => Node::IsTrue(f(part)),
            Node::Between { value, low, high } => Node::Between { value: f(value), low: f(low), high: f(high) },
            Node::In { value, list, file } => Node::In { value: f(value), list: list.clone(), file: file.clone() },
            Node::Like { value, pattern, escape, any_case } => {
                Node::Like { value: f(value), pattern: f(pattern), escape: *escape, any_case: *any_case }
            }
            Node::Matches { value, pattern } => Node::Matches { value: f(value), pattern: pattern.clone() },
            Node::Arithmetic(op, a, b) => Node::Arithmetic(*op, f(a), f(b)),
            Node::Shift(part, interval) => Node::Shift(f(part), *interval),
            Node::DatePart(field, part) => Node::DatePart(*field, f(part)),
            Node::DateTrunc(field, part) => Node::DateTrunc(*field, f(part)),
            Node::DateDiff(field, a, b) => Node::DateDiff(*field, f(a), f(b)),
            Node::Call(function, parts) => Node::Call(*function, parts.iter().map(f).collect()),
            Node::Case { whens, otherwise } => Node::Case {
                whens: whens.iter().map(|(when, then)| (f(when), f(then))).collect(),
                otherwise: otherwise.as_ref().map(f),
            },
            Node::Cast(part, to) => Node::Cast(f(part), *to),
        }
    }
}
