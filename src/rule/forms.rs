//! Operators and forms that make values: CASE, CAST, EXTRACT, `||` and the like.

use std::sync::Arc;

use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, CeilFloorKind, DataType, DateTimeField, Expr, TrimWhereField,
};

use super::arithmetic::{self, Operation};
use super::checked::Tree;
use super::compare::{self, Comparison, a_kind};
use super::read::{Reader, Value};
use super::resolve::find_references;
use super::term::{Hold, Term, atom, tree_sql};
use super::{RuleError, cast, like};
use crate::model::{ColumnType, Datum};

impl Reader<'_> {
    pub(super) fn operator(
        &self,
        left: &Expr,
        op: &BinaryOperator,
        right: &Expr,
        expr: &Expr,
    ) -> Result<Value, RuleError> {
        use BinaryOperator as Op;
        let operation = match op {
            Op::Plus => Operation::Add,
            Op::Minus => Operation::Subtract,
            Op::Multiply => Operation::Multiply,
            Op::Divide => Operation::Divide,
            Op::Modulo => Operation::Remainder,
            Op::StringConcat => return self.joined(left, right),
            Op::PGRegexMatch | Op::Regexp => return self.regex(left, right, false).map(Value::Truth),
            Op::PGRegexIMatch => return self.regex(left, right, true).map(Value::Truth),
            Op::PGRegexNotMatch => return self.regex(left, right, false).map(|t| Value::Truth(Tree::negation(t))),
            Op::PGRegexNotIMatch => return self.regex(left, right, true).map(|t| Value::Truth(Tree::negation(t))),
            Op::DuckIntegerDivide | Op::MyIntegerDivide => {
                return Err(self.error(expr, format!("a rule knows no operator {op}")).with_hint("write FLOOR(a / b)"));
            }
            other => return Err(self.error(expr, format!("a rule knows no operator {other}"))),
        };
        match (self.value(left)?, operation, self.value(right)?) {
            (Value::Interval(interval), Operation::Add, date) => {
                arithmetic::shifted(&self.as_term(date, right)?, interval).map(Value::Term)
            }
            (date, Operation::Add, Value::Interval(interval)) => {
                arithmetic::shifted(&self.as_term(date, left)?, interval).map(Value::Term)
            }
            (date, Operation::Subtract, Value::Interval(interval)) => {
                arithmetic::shifted(&self.as_term(date, left)?, interval.negated()).map(Value::Term)
            }
            (left_value, operation, right_value) => {
                let left = self.as_term(left_value, left)?;
                let right = self.as_term(right_value, right)?;
                arithmetic::operate(operation, &left, &right).map(Value::Term)
            }
        }
    }

    fn joined(&self, left: &Expr, right: &Expr) -> Result<Value, RuleError> {
        let pair = (self.term(left)?, self.term(right)?);
        for (term, expr) in [(&pair.0, left), (&pair.1, right)] {
            if term.kind == ColumnType::Boolean {
                return Err(self.error(expr, "|| joins texts, this is a condition").with_hint("write OR"));
            }
            if term.kind != ColumnType::Text && !term.is_null() {
                return Err(self
                    .error(expr, format!("|| joins texts, this is {}", a_kind(term.kind)))
                    .with_hint("CAST it AS TEXT"));
            }
        }
        let (left, right) = (&pair.0, &pair.1);
        if left.is_null() || right.is_null() {
            return Ok(Value::Term(Term::null(left.place.clone())));
        }
        if let (Some(a), Some(b)) = (left.text(), right.text()) {
            return Ok(Value::Term(Term::literal(Datum::Text(format!("{a}{b}")), left.place.clone())));
        }
        let sql = format!("{} || {}", left.part(Hold::Loose), right.part(Hold::Tight));
        Ok(Value::Term(Term::computed(ColumnType::Text, sql, Hold::Loose, &[left, right])))
    }

    /// Syntax of its own that makes a value.
    pub(super) fn special_form(&self, expr: &Expr) -> Result<Value, RuleError> {
        match expr {
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Expr::Cast { kind, expr: inner, data_type, format: None, .. } => self.cast(kind, inner, data_type, expr),
            Expr::Extract { field, expr: inner, .. } => self.date_part(&field.to_string(), inner, expr),
            Expr::Ceil { expr: inner, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                self.call("CEIL", &[inner.as_ref()], expr)
            }
            Expr::Floor { expr: inner, field: CeilFloorKind::DateTimeField(DateTimeField::NoDateTime) } => {
                self.call("FLOOR", &[inner.as_ref()], expr)
            }
            Expr::Substring { expr: inner, substring_from: Some(from), substring_for, .. } => {
                let mut arguments = vec![inner.as_ref(), from.as_ref()];
                arguments.extend(substring_for.as_deref());
                self.call("SUBSTR", &arguments, expr)
            }
            Expr::Trim { trim_where, trim_what, expr: inner, trim_characters: None } => {
                self.trim(trim_where.as_ref(), trim_what.as_deref(), inner)
            }
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } | Expr::InUnnest { .. } => Err(self
                .error(expr, "a rule holds no sub-query")
                .with_hint("it looks at one customer; other segments are referred to by @name")),
            Expr::AnyOp { .. } | Expr::AllOp { .. } => {
                Err(self.error(expr, "a rule knows no ANY or ALL").with_hint("write IN (…)"))
            }
            Expr::SimilarTo { .. } => {
                Err(self.error(expr, "a rule knows no SIMILAR TO").with_hint("write ~ 'regular expression'"))
            }
            Expr::Tuple(_) => Err(self.error(expr, "a list stands only after IN")),
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => Err(self.error(expr, "* names no column")),
            _ => self.odd_reference(expr),
        }
    }

    /// `@plan.true`: the parser does not read a cell that is called like a word of SQL as a name.
    fn odd_reference(&self, expr: &Expr) -> Result<Value, RuleError> {
        let place = self.place(expr);
        let shown = self.text.get(place.clone()).unwrap_or_default().trim();
        match find_references(shown).as_slice() {
            [only] if only.place == (0..shown.len()) => self.reference(&only.name, expr).map(Value::Truth),
            _ => Err(RuleError::new(place, format!("a rule cannot say this: {shown}"))),
        }
    }

    fn case(&self, operand: Option<&Expr>, whens: &[CaseWhen], otherwise: Option<&Expr>) -> Result<Value, RuleError> {
        let operand = operand.map(|operand| self.term(operand)).transpose()?;
        let mut conditions = Vec::new();
        let mut results = Vec::new();
        for when in whens {
            conditions.push(match &operand {
                Some(operand) => compare::compare(Comparison::Equal, operand, &self.term(&when.condition)?)?,
                None => self.truth(&when.condition)?,
            });
            results.push(self.term(&when.result)?);
        }
        results.push(match otherwise {
            Some(otherwise) => self.term(otherwise)?,
            None => Term::null(0..0),
        });
        choose(&conditions, results)
    }

    fn cast(&self, kind: &CastKind, inner: &Expr, to: &DataType, expr: &Expr) -> Result<Value, RuleError> {
        let _ = kind; // CAST, TRY_CAST and :: are alike here: what cannot be cast is null, and stops no count.
        let wanted =
            cast::kind_of(to).map_err(|hint| self.error(expr, format!("a rule knows no type {to}")).with_hint(hint))?;
        cast::cast(&self.term(inner)?, wanted).map(value_of)
    }

    fn trim(&self, side: Option<&TrimWhereField>, characters: Option<&Expr>, inner: &Expr) -> Result<Value, RuleError> {
        let value = self.text_term(inner, "TRIM")?;
        if value.is_null() {
            return Ok(Value::Term(value));
        }
        let characters = match characters {
            None => " ".to_owned(),
            Some(expr) => match self.term(expr)?.text() {
                Some(text) if !text.is_empty() => text.to_owned(),
                _ => return Err(self.error(expr, "TRIM takes its characters as text in quotes")),
            },
        };
        let side = match side {
            None | Some(TrimWhereField::Both) => "BOTH",
            Some(TrimWhereField::Leading) => "LEADING",
            Some(TrimWhereField::Trailing) => "TRAILING",
        };
        Ok(Value::Term(trimmed(&value, side, &characters)))
    }
}

/// polars strips every kind of white space unless told which characters; SQL strips spaces.
pub(super) fn trimmed(value: &Term, side: &str, characters: &str) -> Term {
    let sql = format!("TRIM({side} {} FROM {})", super::term::text_sql(characters), value.sealed());
    Term::computed(ColumnType::Text, sql, Hold::Tight, &[value])
}

/// A computed boolean is a condition, anything else a value.
pub(super) fn value_of(term: Term) -> Value {
    match (&term.literal, term.kind) {
        (Some(Datum::Boolean(truth)), _) => Value::Truth(Arc::new(Tree::Constant(Some(*truth)))),
        (None, ColumnType::Boolean) => Value::Truth(atom(term.sealed(), &[&term])),
        _ => Value::Term(term),
    }
}

/// `CASE WHEN … THEN … ELSE … END`; there is one result more than conditions.
pub(super) fn choose(conditions: &[Arc<Tree>], results: Vec<Term>) -> Result<Value, RuleError> {
    let results = compare::unify(results)?;
    let Some(kind) = results.iter().find(|r| !r.is_null()).map(|r| r.kind) else {
        return Ok(Value::Term(Term::null(0..0)));
    };
    let kind = if results.iter().any(|r| r.kind == ColumnType::Float) { ColumnType::Float } else { kind };
    let mut sql = String::from("CASE");
    for (condition, result) in conditions.iter().zip(&results) {
        sql.push_str(&format!(" WHEN {} THEN {}", tree_sql(condition), result.sealed()));
    }
    if let Some(otherwise) = results.last() {
        sql.push_str(&format!(" ELSE {}", otherwise.sealed()));
    }
    sql.push_str(" END");
    let whens: Vec<Term> = conditions.iter().map(|tree| Term::of_tree(tree, 0..0)).collect();
    let parts: Vec<&Term> = results.iter().chain(&whens).collect();
    Ok(value_of(Term::computed(kind, sql, Hold::Tight, &parts)))
}

/// `contains(text, part)` and its kin.
pub(super) fn search(name: &str, value: &Term, part: &Term) -> Result<Arc<Tree>, RuleError> {
    match (name, part.text()) {
        ("STARTS_WITH", _) => Ok(like::starts_with(value, part)),
        ("ENDS_WITH", _) => Ok(like::ends_with(value, part)),
        (_, Some(text)) => Ok(like::contains(value, text)),
        _ => Err(RuleError::new(part.place.clone(), "CONTAINS looks for text in quotes")),
    }
}
