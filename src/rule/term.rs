//! Values inside a condition, on their way to the SQL that polars evaluates.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::checked::{Atom, Tree};
use super::simple::Simple;
use crate::model::{Column, ColumnType, Datum};

/// How closely a piece of SQL holds together: whether it needs parentheses as part of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hold {
    Loose,
    Sum,
    Product,
    Tight,
}

/// A value of one customer: a column, a literal, or something computed from them.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) kind: ColumnType,
    /// Canonical SQL for `polars::sql::sql_expr`. Of integer arithmetic, it may overflow: see `seal`.
    sql: String,
    hold: Hold,
    pub(super) columns: BTreeSet<String>,
    pub(super) literal: Option<Datum>,
    /// Integer arithmetic once more, in floating point: tells whether the exact one overflowed.
    approximate: Option<String>,
    may_be_nan: bool,
    /// Where it stands in the rule.
    pub(super) place: Range<usize>,
}

impl Term {
    pub(super) fn column(column: &Column, place: Range<usize>) -> Self {
        let mut term = Self::new(column.column_type, quote(&column.name), Hold::Tight, place);
        term.columns.insert(column.name.clone());
        term
    }

    pub(super) fn literal(value: Datum, place: Range<usize>) -> Self {
        let kind = match &value {
            Datum::Null => ColumnType::Other,
            Datum::Boolean(_) => ColumnType::Boolean,
            Datum::Integer(_) => ColumnType::Integer,
            Datum::Float(_) => ColumnType::Float,
            Datum::Text(_) => ColumnType::Text,
            Datum::Date(_) => ColumnType::Date,
            Datum::Timestamp(_) => ColumnType::Timestamp,
        };
        let mut term = Self::new(kind, literal_sql(&value), Hold::Tight, place);
        term.literal = Some(value);
        term
    }

    pub(super) fn null(place: Range<usize>) -> Self {
        Self::literal(Datum::Null, place)
    }

    /// A condition taken as a value.
    pub(super) fn of_tree(tree: &Tree, place: Range<usize>) -> Self {
        match tree {
            Tree::Constant(None) => Self::null(place),
            Tree::Constant(Some(truth)) => Self::literal(Datum::Boolean(*truth), place),
            _ => {
                let mut term = Self::new(ColumnType::Boolean, tree_sql(tree), Hold::Loose, place);
                collect_columns(tree, &mut term.columns);
                if term.is_column() {
                    term.hold = Hold::Tight;
                }
                term
            }
        }
    }

    /// Something computed from `parts` by `sql`.
    pub(super) fn computed(kind: ColumnType, sql: String, hold: Hold, parts: &[&Term]) -> Self {
        let start = parts.iter().map(|p| p.place.start).min().unwrap_or(0);
        let end = parts.iter().map(|p| p.place.end).max().unwrap_or(0);
        let mut term = Self::new(kind, sql, hold, start..end);
        for part in parts {
            term.columns.extend(part.columns.iter().cloned());
        }
        term
    }

    /// A function call.
    pub(super) fn call(kind: ColumnType, name: &str, arguments: &[&Term]) -> Self {
        let list = arguments.iter().map(|a| a.sealed()).collect::<Vec<_>>().join(", ");
        Self::computed(kind, format!("{name}({list})"), Hold::Tight, arguments)
    }

    fn new(kind: ColumnType, sql: String, hold: Hold, place: Range<usize>) -> Self {
        Self { kind, sql, hold, columns: BTreeSet::new(), literal: None, approximate: None, may_be_nan: false, place }
    }

    pub(super) fn with_approximate(mut self, sql: String) -> Self {
        self.approximate = Some(sql);
        self
    }

    /// Marks a computed number that can come out as NaN, which a rule takes for null.
    pub(super) fn with_nan(mut self, may_be_nan: bool) -> Self {
        self.may_be_nan = may_be_nan;
        self
    }

    pub(super) fn placed(mut self, place: Range<usize>) -> Self {
        self.place = place;
        self
    }

    /// The literal as a member of an `IN` list, where polars takes no function calls.
    pub(super) fn listed(&self) -> String {
        match &self.literal {
            Some(Datum::Date(date)) => format!("DATE '{date}'"),
            Some(Datum::Timestamp(at)) => format!("TIMESTAMP '{at}'"),
            _ => self.sql.clone(),
        }
    }

    /// A column itself, nothing computed from it.
    pub(super) fn is_column(&self) -> bool {
        let bare = self.literal.is_none() && self.approximate.is_none() && !self.may_be_nan && self.columns.len() == 1;
        bare && self.columns.first().is_some_and(|column| self.sql == quote(column))
    }

    pub(super) fn is_null(&self) -> bool {
        self.literal == Some(Datum::Null)
    }

    /// Bytes of its SQL.
    pub(super) fn size(&self) -> usize {
        self.sql.len() + self.approximate.as_ref().map_or(0, String::len)
    }

    pub(super) fn may_be_nan(&self) -> bool {
        self.may_be_nan
    }

    /// The literal number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match &self.literal {
            Some(Datum::Integer(n)) => Some(*n as f64),
            Some(Datum::Float(n)) => Some(*n),
            _ => None,
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match &self.literal {
            Some(Datum::Integer(n)) => Some(*n),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match &self.literal {
            Some(Datum::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// SQL of the finished value: null where integer arithmetic overflowed or a number came out as NaN.
    pub(super) fn sealed(&self) -> String {
        match &self.approximate {
            Some(approximate) => format!("CASE WHEN ABS({approximate}) < 9.2e18 THEN {} END", self.sql),
            None if self.may_be_nan => format!("NULLIF({}, CAST('NaN' AS DOUBLE))", self.sql),
            None => self.sql.clone(),
        }
    }

    /// The finished value as one side of a comparison.
    pub(super) fn side(&self) -> String {
        let bare = self.approximate.is_none() && !self.may_be_nan && self.hold < Hold::Sum;
        if bare || self.approximate.is_some() { format!("({})", self.sealed()) } else { self.sealed() }
    }

    /// The unfinished value as a part of arithmetic that binds as closely as `hold`.
    pub(super) fn part(&self, hold: Hold) -> String {
        if self.hold < hold { format!("({})", self.sql) } else { self.sql.clone() }
    }

    /// An integer operand of exact arithmetic: 64 bits wide, or unchanged if it is such already.
    pub(super) fn exact(&self, hold: Hold) -> String {
        match (&self.literal, &self.approximate) {
            (None, None) => format!("TRY_CAST({} AS BIGINT)", self.sql),
            _ => self.part(hold),
        }
    }

    /// A number as an operand of floating-point arithmetic.
    pub(super) fn floating(&self, hold: Hold) -> String {
        match (&self.literal, &self.approximate) {
            (Some(_), _) => self.number().map_or_else(|| "CAST(NULL AS DOUBLE)".into(), float_sql),
            (None, Some(approximate)) if hold > Hold::Sum => format!("({approximate})"),
            (None, Some(approximate)) => approximate.clone(),
            (None, None) if self.kind == ColumnType::Float => self.part(hold),
            (None, None) => format!("CAST({} AS DOUBLE)", self.sql),
        }
    }

    /// The same number, of kind Float.
    pub(super) fn to_float(&self) -> Term {
        if self.kind == ColumnType::Float || self.is_null() {
            return self.clone();
        }
        if let Some(number) = self.number() {
            return Term::literal(Datum::Float(number), self.place.clone());
        }
        let hold = if self.approximate.is_some() { Hold::Sum } else { Hold::Tight };
        Term::computed(ColumnType::Float, self.floating(Hold::Sum), hold, &[self])
    }

    /// The same day, at midnight, of kind Timestamp.
    pub(super) fn to_timestamp(&self) -> Term {
        match &self.literal {
            Some(Datum::Date(date)) => Term::literal(Datum::Timestamp((*date).into()), self.place.clone()),
            None if self.kind == ColumnType::Date => {
                let sql = format!("CAST({} AS TIMESTAMP)", self.sql);
                Term::computed(ColumnType::Timestamp, sql, Hold::Tight, &[self])
            }
            _ => self.clone(),
        }
    }
}

/// An atom of this SQL over the columns of its parts.
pub(super) fn atom(sql: String, parts: &[&Term]) -> Arc<Tree> {
    atom_of(sql, parts, None)
}

/// As [`atom`]; `simple` means the same as the SQL.
pub(super) fn atom_of(sql: String, parts: &[&Term], simple: Option<Simple>) -> Arc<Tree> {
    let columns = parts.iter().flat_map(|part| part.columns.iter().cloned()).collect();
    Arc::new(Tree::Atom(Atom { sql, columns, simple }))
}

/// The tree as one piece of SQL: its canonical text, but for a null that knows its type.
pub(super) fn tree_sql(tree: &Tree) -> String {
    let joined = |parts: &[Arc<Tree>], word: &str| {
        parts.iter().map(|part| format!("({})", tree_sql(part))).collect::<Vec<_>>().join(word)
    };
    match tree {
        Tree::Constant(None) => "CAST(NULL AS BOOLEAN)".into(),
        Tree::Constant(_) | Tree::Atom(_) => tree.canonical(),
        Tree::Not(part) => format!("NOT ({})", tree_sql(part)),
        Tree::And(parts) => joined(parts, " AND "),
        Tree::Or(parts) => joined(parts, " OR "),
    }
}

pub(super) fn collect_columns(tree: &Tree, into: &mut BTreeSet<String>) {
    match tree {
        Tree::Constant(_) => {}
        Tree::Atom(atom) => into.extend(atom.columns.iter().cloned()),
        Tree::Not(part) => collect_columns(part, into),
        Tree::And(parts) | Tree::Or(parts) => parts.iter().for_each(|part| collect_columns(part, into)),
    }
}

pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn text_sql(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A float that polars reads as one: with a point, and a minus that it may see as an operator.
fn float_sql(number: f64) -> String {
    let text = format!("{number:?}");
    if text.contains('.') {
        return text;
    }
    match text.split_once('e') {
        Some((mantissa, exponent)) => format!("{mantissa}.0e{exponent}"),
        None => format!("{text}.0"),
    }
}

fn literal_sql(value: &Datum) -> String {
    match value {
        Datum::Null => "NULL".into(),
        Datum::Boolean(truth) => if *truth { "TRUE" } else { "FALSE" }.into(),
        Datum::Integer(number) => number.to_string(),
        Datum::Float(number) => float_sql(*number),
        Datum::Text(text) => text_sql(text),
        // `DATE '…'` is a cast to polars, which warns on the screen that such casts will go.
        Datum::Date(date) => format!("DATE('{date}')"),
        Datum::Timestamp(at) => format!("TIMESTAMP '{at}'"),
    }
}
