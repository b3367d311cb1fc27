//! Conditions: IS, IN, BETWEEN, LIKE and their kin.

use std::sync::Arc;

use sqlparser::ast::{Expr, Value as Literal, ValueWithSpan};

use super::RuleError;
use super::checked::Tree;
use super::compare::{self, Comparison, a_kind};
use super::like;
use super::read::{Reader, Value};
use super::simple::Simple;
use super::term::{Term, atom, atom_of, tree_sql};
use crate::model::{ColumnType, Datum};

/// LIKE or ILIKE, of a value, a pattern and an escape character.
type Question = fn(&Term, &Term, Option<char>) -> Result<Arc<Tree>, RuleError>;

impl Reader<'_> {
    /// The expression's tree if it is a condition of SQL's own syntax; `None` if it is something else.
    pub(super) fn condition(&self, expr: &Expr) -> Result<Option<Arc<Tree>>, RuleError> {
        let tree = match expr {
            Expr::IsNull(inner) | Expr::IsUnknown(inner) => self.is_null(inner)?,
            Expr::IsNotNull(inner) | Expr::IsNotUnknown(inner) => Tree::negation(self.is_null(inner)?),
            Expr::IsTrue(inner) => is_true(self.truth(inner)?),
            Expr::IsNotTrue(inner) => Tree::negation(is_true(self.truth(inner)?)),
            Expr::IsFalse(inner) => is_true(Tree::negation(self.truth(inner)?)),
            Expr::IsNotFalse(inner) => Tree::negation(is_true(Tree::negation(self.truth(inner)?))),
            Expr::Between { expr: value, negated, low, high } => negate(*negated, self.between(value, low, high)?),
            Expr::InList { expr: value, list, negated } => negate(*negated, self.in_list(value, list)?),
            Expr::Like { negated, any: false, expr: value, pattern, escape_char } => {
                negate(*negated, self.like(value, pattern, escape_char.as_ref(), like::like)?)
            }
            Expr::ILike { negated, any: false, expr: value, pattern, escape_char } => {
                negate(*negated, self.like(value, pattern, escape_char.as_ref(), like::ilike)?)
            }
            Expr::RLike { negated, expr: value, pattern, .. } => negate(*negated, self.regex(value, pattern, false)?),
            _ => return Ok(None),
        };
        Ok(Some(tree))
    }

    fn is_null(&self, inner: &Expr) -> Result<Arc<Tree>, RuleError> {
        match self.value(inner)? {
            Value::Truth(tree) => Ok(truth_is_null(&tree)),
            Value::Term(term) => Ok(compare::is_null(&term)),
            Value::Interval(_) => Err(self.error(inner, "an interval is never null")),
        }
    }

    fn between(&self, value: &Expr, low: &Expr, high: &Expr) -> Result<Arc<Tree>, RuleError> {
        let value = self.term(value)?;
        let from = compare::compare(Comparison::GreaterOrEqual, &value, &self.term(low)?)?;
        let to = compare::compare(Comparison::LessOrEqual, &value, &self.term(high)?)?;
        Ok(Tree::all([from, to]))
    }

    /// Literals make one atom; anything else in the list is compared on its own.
    fn in_list(&self, value: &Expr, list: &[Expr]) -> Result<Arc<Tree>, RuleError> {
        let value = self.term(value)?;
        let mut literals: Vec<Term> = Vec::new();
        let mut parts: Vec<Arc<Tree>> = Vec::new();
        for item in list {
            let (left, item) = compare::meet(&value, &self.right_side(item)?)?;
            let plain = item.literal.is_some() && !item.is_null() && left.literal.is_none();
            // A fraction beside whole numbers would turn the whole list to floating point.
            let odd = left.kind != item.kind || left.sealed() != value.sealed();
            if plain && !odd && item.kind != ColumnType::Boolean {
                literals.push(item);
            } else {
                parts.push(compare::compare(Comparison::Equal, &left, &item)?);
            }
        }
        parts.extend(one_of(&value, literals)?);
        Ok(Tree::any(parts))
    }

    fn like(
        &self,
        value: &Expr,
        pattern: &Expr,
        escape: Option<&ValueWithSpan>,
        question: Question,
    ) -> Result<Arc<Tree>, RuleError> {
        let value = self.text_term(value, "LIKE")?;
        let pattern_term = self.term(pattern)?;
        let escape = match escape.map(|e| &e.value) {
            None => None,
            Some(Literal::SingleQuotedString(text)) if text.chars().count() <= 1 => text.chars().next(),
            Some(_) => return Err(self.error(pattern, "ESCAPE takes one character in quotes")),
        };
        if value.is_null() || pattern_term.is_null() {
            return Ok(Arc::new(Tree::Constant(None)));
        }
        question(&value, &pattern_term, escape)
    }

    pub(super) fn regex(&self, value: &Expr, pattern: &Expr, any_case: bool) -> Result<Arc<Tree>, RuleError> {
        let value = self.text_term(value, "a regular expression")?;
        let pattern = self.term(pattern)?;
        if value.is_null() || pattern.is_null() {
            return Ok(Arc::new(Tree::Constant(None)));
        }
        like::regex(&value, &pattern, any_case)
    }

    /// The expression as a text, for `what`.
    pub(super) fn text_term(&self, expr: &Expr, what: &str) -> Result<Term, RuleError> {
        let term = self.term(expr)?;
        if term.kind == ColumnType::Text || term.is_null() {
            return Ok(term);
        }
        Err(self.error(expr, format!("{what} needs text, this is {}", a_kind(term.kind))).with_hint("CAST it AS TEXT"))
    }
}

/// `value IN (literals)`: sorted and without repeats; of one literal, plain equality.
fn one_of(value: &Term, mut literals: Vec<Term>) -> Result<Option<Arc<Tree>>, RuleError> {
    literals.sort_by(|a, b| order(a).partial_cmp(order(b)).unwrap_or_else(|| a.sealed().cmp(&b.sealed())));
    literals.dedup_by(|a, b| a.literal == b.literal);
    match literals.as_slice() {
        [] => Ok(None),
        [only] => compare::compare(Comparison::Equal, value, only).map(Some),
        many => {
            let list = many.iter().map(Term::listed).collect::<Vec<_>>().join(", ");
            Ok(Some(atom_of(format!("{} IN ({list})", value.side()), &[value], Simple::one_of(value, many))))
        }
    }
}

fn order(term: &Term) -> &Datum {
    term.literal.as_ref().unwrap_or(&Datum::Null)
}

fn negate(negated: bool, tree: Arc<Tree>) -> Arc<Tree> {
    if negated { Tree::negation(tree) } else { tree }
}

fn is_true(tree: Arc<Tree>) -> Arc<Tree> {
    match tree.as_ref() {
        Tree::Constant(truth) => Arc::new(Tree::Constant(Some(truth.unwrap_or(false)))),
        _ => {
            let whole = Term::of_tree(&tree, 0..0);
            atom(format!("COALESCE({}, FALSE)", tree_sql(&tree)), &[&whole])
        }
    }
}

fn truth_is_null(tree: &Tree) -> Arc<Tree> {
    match tree {
        Tree::Constant(truth) => Arc::new(Tree::Constant(Some(truth.is_none()))),
        _ => compare::is_null(&Term::of_tree(tree, 0..0)),
    }
}
