//! Finds the exact places of conditions. The parser's own spans leave out keywords and brackets; the words of the text
//! do not.

use std::ops::Range;
use std::sync::Arc;

use sqlparser::ast::{BinaryOperator, Expr as Syntax, UnaryOperator};

use super::super::RuleError;
use super::super::expr::{Expr, Node};
use super::super::lex::{Lexeme, LexemeKind, lex};
use super::{Reader, negated};

/// The words of a rule.
pub(super) struct Regions<'a> {
    text: &'a str,
    lexemes: Vec<Lexeme>,
}

/// A run of words, by their indices.
pub(super) type Region = Range<usize>;

impl<'a> Regions<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, lexemes: lex(text) }
    }

    pub(super) fn whole(&self) -> Region {
        0..self.lexemes.len()
    }

    fn span(&self, region: &Region) -> Option<Range<usize>> {
        let words = self.lexemes.get(region.clone())?;
        Some(words.first()?.range.start..words.last()?.range.end)
    }

    fn begins_with(&self, region: &Region, word: &str) -> bool {
        self.lexemes.get(region.start).is_some_and(|lexeme| lexeme.is(self.text, word))
    }

    /// Returns the region inside the parentheses that enclose all of it.
    fn inside(&self, region: &Region) -> Option<Region> {
        let words = self.lexemes.get(region.clone())?;
        let mut depth = 0usize;
        for (at, word) in words.iter().enumerate() {
            match word.kind {
                LexemeKind::Open => depth += 1,
                LexemeKind::Close => depth = depth.checked_sub(1)?,
                _ => {}
            }
            if depth == 0 {
                let encloses = at + 1 == words.len() && at > 0;
                return encloses.then(|| region.start + 1..region.end - 1);
            }
        }
        None
    }

    /// Returns the regions between the words of a chain (`and` or `or`) outside of all parentheses and CASE
    /// expressions.
    fn split(&self, region: &Region, word: &str) -> Vec<Region> {
        let (mut depth, mut in_between, mut start) = (0usize, false, region.start);
        let mut parts = Vec::new();
        for at in region.clone() {
            let lexeme = &self.lexemes[at];
            let is = |word| lexeme.is(self.text, word);
            if lexeme.kind == LexemeKind::Open || is("case") {
                depth += 1;
            } else if lexeme.kind == LexemeKind::Close || is("end") {
                depth = depth.saturating_sub(1);
            } else if depth == 0 && is("between") {
                in_between = true;
            } else if depth == 0 && is("and") && in_between {
                in_between = false;
            } else if depth == 0 && is(word) {
                parts.push(start..at);
                start = at + 1;
            }
        }
        parts.push(start..region.end);
        parts
    }
}

impl Reader<'_> {
    /// Reads a condition from the words of the region.
    pub(super) fn condition_in(&self, syntax: &Syntax, region: Region) -> Result<Arc<Expr>, RuleError> {
        let span = self.regions.span(&region).unwrap_or_else(|| self.place(syntax));
        let read = match syntax {
            Syntax::Nested(inner) => match self.regions.inside(&region) {
                Some(inside) => self.deeper(|| self.condition_in(inner, inside))?,
                None => self.condition(inner)?,
            },
            Syntax::UnaryOp { op: UnaryOperator::Not, expr } if self.regions.begins_with(&region, "not") => {
                let part = self.deeper(|| self.condition_in(expr, region.start + 1..region.end))?;
                Arc::new(negated(part, span.clone()))
            }
            Syntax::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), .. } => {
                self.chain_in(op, syntax, &region)?
            }
            _ => self.condition(syntax)?,
        };
        Ok(if read.span == span { read } else { Arc::new(Arc::unwrap_or_clone(read).at(span)) })
    }

    fn chain_in(&self, op: &BinaryOperator, syntax: &Syntax, region: &Region) -> Result<Arc<Expr>, RuleError> {
        let parts = links(op, syntax);
        let word = if *op == BinaryOperator::And { "and" } else { "or" };
        let regions = self.regions.split(region, word);
        let read = if regions.len() == parts.len() {
            let pairs = parts.into_iter().zip(regions);
            pairs.map(|(part, region)| self.deeper(|| self.condition_in(part, region))).collect()
        } else {
            parts.into_iter().map(|part| self.condition(part)).collect::<Result<Vec<_>, _>>()
        };
        Ok(chained(op, read?, self.place(syntax)))
    }

    /// Reads a chain of conditions inside a value.
    pub(super) fn chain(&self, op: &BinaryOperator, syntax: &Syntax) -> Result<Arc<Expr>, RuleError> {
        let parts = links(op, syntax).into_iter().map(|part| self.condition(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(chained(op, parts, self.place(syntax)))
    }
}

fn chained(op: &BinaryOperator, parts: Vec<Arc<Expr>>, place: Range<usize>) -> Arc<Expr> {
    let node = if *op == BinaryOperator::And { Node::And(parts) } else { Node::Or(parts) };
    Arc::new(Expr::condition(node, place))
}

/// Returns the parts of `a AND b AND c`, which the parser nests to the left, without recursion.
fn links<'s>(word: &BinaryOperator, syntax: &'s Syntax) -> Vec<&'s Syntax> {
    let mut parts = Vec::new();
    let mut rest = syntax;
    while let Syntax::BinaryOp { left, op, right } = rest
        && op == word
    {
        parts.push(right.as_ref());
        rest = left;
    }
    parts.push(rest);
    parts.reverse();
    parts
}
