//! Reads conditions of SQL's own syntax: IS, IN, BETWEEN, LIKE and regular expressions.

use std::ops::Range;
use std::sync::Arc;

use sqlparser::ast::{Expr as Syntax, Value as SyntaxValue, ValueWithSpan};

use super::super::RuleError;
use super::super::expr::{Comparison, Expr, ListedFile, Node};
use super::super::functions::FunctionId;
use super::comparison::{self, compare, is_null, meet, same};
use super::{Reader, negated, with_article};
use crate::model::{ColumnType, ConvertedValues, Datum};

impl Reader<'_> {
    /// Reads a condition of SQL's own syntax; `None` if the syntax is something else.
    pub(super) fn sql_condition(&self, syntax: &Syntax) -> Result<Option<Arc<Expr>>, RuleError> {
        let place = || self.place(syntax);
        let maybe_not = |negate: bool, expr: Arc<Expr>| {
            if negate { Arc::new(negated(expr, place())) } else { self.placed(expr, syntax) }
        };
        let expr = match syntax {
            Syntax::IsNull(inner) | Syntax::IsUnknown(inner) => self.is_null(inner)?,
            Syntax::IsNotNull(inner) | Syntax::IsNotUnknown(inner) => maybe_not(true, self.is_null(inner)?),
            Syntax::IsTrue(inner) => is_true(self.condition(inner)?),
            Syntax::IsNotTrue(inner) => maybe_not(true, is_true(self.condition(inner)?)),
            Syntax::IsFalse(inner) => is_true(Arc::new(negated(self.condition(inner)?, self.place(inner)))),
            Syntax::IsNotFalse(inner) => {
                let is_false = is_true(Arc::new(negated(self.condition(inner)?, self.place(inner))));
                maybe_not(true, is_false)
            }
            Syntax::Between { expr, negated, low, high } => {
                maybe_not(*negated, self.between(expr, low, high, place())?)
            }
            Syntax::InList { expr, list, negated } => maybe_not(*negated, self.in_list(expr, list, place())?),
            Syntax::InUnnest { expr, array_expr: file, negated } => {
                maybe_not(*negated, self.in_file(expr, file, place())?)
            }
            Syntax::Like { negated, any: false, expr, pattern, escape_char } => {
                maybe_not(*negated, self.like(expr, pattern, escape_char.as_ref(), false)?)
            }
            Syntax::ILike { negated, any: false, expr, pattern, escape_char } => {
                maybe_not(*negated, self.like(expr, pattern, escape_char.as_ref(), true)?)
            }
            Syntax::RLike { negated, expr, pattern, .. } => maybe_not(*negated, self.regex(expr, pattern, false)?),
            _ => return Ok(None),
        };
        Ok(Some(expr))
    }

    pub(super) fn same(&self, left: &Syntax, right: &Syntax) -> Result<Arc<Expr>, RuleError> {
        same(&self.expr(left)?, &self.expr(right)?)
    }

    fn is_null(&self, inner: &Syntax) -> Result<Arc<Expr>, RuleError> {
        if let Some(column) = self.presence(inner)? {
            return Ok(is_null(&column));
        }
        match self.value(inner)? {
            super::Meaning::Expr(expr) => Ok(is_null(&expr)),
            super::Meaning::Interval(_) => Err(self.error(inner, "an interval is never null")),
        }
    }

    fn between(
        &self,
        value: &Syntax,
        low: &Syntax,
        high: &Syntax,
        place: Range<usize>,
    ) -> Result<Arc<Expr>, RuleError> {
        let (value, low, high) = (self.expr(value)?, self.expr(low)?, self.expr(high)?);
        let (from, low) = meet(&value, &low, Comparison::GreaterOrEqual)?;
        let (to, high) = meet(&value, &high, Comparison::LessOrEqual)?;
        let plain = from.as_literal().is_none() && [&low, &high].iter().all(|bound| !bound.is_null());
        if plain && from == to {
            return Ok(Arc::new(Expr::condition(Node::Between { value: from, low, high }, place)));
        }
        let bounds = [compare(Comparison::GreaterOrEqual, &from, &low)?, compare(Comparison::LessOrEqual, &to, &high)?];
        Ok(Arc::new(Expr::condition(Node::And(bounds.into()), place)))
    }

    /// Reads an IN list. Literals make one list; other items are compared one by one.
    fn in_list(&self, value: &Syntax, list: &[Syntax], place: Range<usize>) -> Result<Arc<Expr>, RuleError> {
        let value = self.expr(value)?;
        let mut literals: Vec<Datum> = Vec::with_capacity(list.len());
        let mut parts: Vec<Arc<Expr>> = Vec::new();
        for item in list {
            let (left, item) = meet(&value, &self.right_side(item)?, Comparison::Equal)?;
            match item.as_literal() {
                Some(literal)
                    if !literal.is_null()
                        && left.as_literal().is_none()
                        && left.kind == value.kind
                        && item.kind != ColumnType::Boolean =>
                {
                    literals.push(literal.clone());
                }
                _ => parts.push(compare(Comparison::Equal, &left, &item)?),
            }
        }
        literals.sort_by(|a, b| comparison::order(a, b).unwrap_or(std::cmp::Ordering::Equal));
        literals.dedup_by(|a, b| a == b);
        match literals.len() {
            0 => {}
            1 => {
                let only = literals.swap_remove(0);
                parts.push(compare(Comparison::Equal, &value, &Arc::new(Expr::literal(only, place.clone())))?);
            }
            _ => {
                let node = Node::In { value, list: Arc::new(literals), file: None };
                parts.push(Arc::new(Expr::condition(node, place.clone())));
            }
        }
        Ok(match parts.len() {
            1 => parts.swap_remove(0),
            _ => Arc::new(Expr::condition(Node::Or(parts), place)),
        })
    }

    /// Reads `value IN FILE 'path'`, which `parse` hands over as `IN UNNEST('path')`.
    fn in_file(&self, value: &Syntax, file: &Syntax, place: Range<usize>) -> Result<Arc<Expr>, RuleError> {
        let Syntax::Value(path) = file else {
            return Err(self
                .error(file, "UNNEST is not supported in rules")
                .with_hint("write IN FILE 'ids.csv', or IN (1, 2)"));
        };
        let SyntaxValue::SingleQuotedString(path) = &path.value else {
            return Err(self.error(file, "write a file's path in single quotes: IN FILE 'ids.csv'"));
        };
        let value = self.expr(value)?;
        let column = value.as_column().map_or_else(|| value.to_string(), str::to_owned);
        let error = |message: String| self.error(file, message);
        let read = self.cx.schema.lists().read(path, &column).map_err(error)?;
        let converted = read.of_kind(value.kind, |texts| convert(texts, &value));
        if converted.values.is_empty() {
            return Err(error(format!("{path} has no value to compare {column} with")));
        }
        let file = ListedFile { path: path.clone(), fingerprint: read.fingerprint(), left_out: converted.left_out };
        let node = Node::In { value, list: converted.values, file: Some(file) };
        Ok(Arc::new(Expr::condition(node, place)))
    }

    fn like(
        &self,
        value: &Syntax,
        pattern: &Syntax,
        escape: Option<&ValueWithSpan>,
        any_case: bool,
    ) -> Result<Arc<Expr>, RuleError> {
        let word = if any_case { "ILIKE" } else { "LIKE" };
        let (value, pattern_expr) = (self.text(value, "LIKE")?, self.expr(pattern)?);
        let escape = match escape {
            None => None,
            Some(escape) => match &escape.value {
                SyntaxValue::SingleQuotedString(text) if text.chars().count() <= 1 => text.chars().next(),
                _ => return Err(self.error(pattern, "ESCAPE takes one character in quotes")),
            },
        };
        if value.is_null() || pattern_expr.is_null() {
            return Ok(Arc::new(Expr::truth(None)));
        }
        let Some(Datum::Text(text)) = pattern_expr.as_literal() else {
            if pattern_expr.kind != ColumnType::Text {
                let what = with_article(pattern_expr.kind);
                return Err(self.error(pattern, format!("{word} needs a text as its pattern, this is {what}")));
            }
            let node = Node::Like { value, pattern: pattern_expr, escape, any_case };
            return Ok(Arc::new(Expr::condition(node, self.place(pattern))));
        };
        let Some(mut pieces) = pieces(text, escape) else {
            return Err(self.error(pattern, "the pattern ends in its escape character"));
        };
        let place = pattern_expr.span.clone();
        let value = if any_case {
            pieces.iter_mut().for_each(PatternPiece::make_lowercase);
            let span = value.span.clone();
            Arc::new(Expr::new(Node::Call(FunctionId::Lower, vec![value]), ColumnType::Text, span))
        } else {
            value
        };
        like_pieces(value, &pieces, place)
    }

    /// Reads `value ~ pattern`.
    pub(super) fn regex(&self, value: &Syntax, pattern: &Syntax, any_case: bool) -> Result<Arc<Expr>, RuleError> {
        let value = self.text(value, "a regular expression")?;
        let pattern_expr = self.expr(pattern)?;
        if value.is_null() || pattern_expr.is_null() {
            return Ok(Arc::new(Expr::truth(None)));
        }
        let Some(Datum::Text(text)) = pattern_expr.as_literal() else {
            return Err(self.error(pattern, "a pattern has to be text in quotes"));
        };
        let text = if any_case { format!("(?i){text}") } else { text.clone() };
        check_regex(&text, pattern_expr.span.clone())?;
        let place = value.span.start..pattern_expr.span.end;
        Ok(Arc::new(Expr::condition(Node::Matches { value, pattern: text }, place)))
    }

    /// Reads a text. `what` names its purpose in an error.
    pub(super) fn text(&self, syntax: &Syntax, what: &str) -> Result<Arc<Expr>, RuleError> {
        let expr = self.expr(syntax)?;
        if expr.kind == ColumnType::Text || expr.is_null() {
            return Ok(expr);
        }
        Err(self
            .error(syntax, format!("{what} needs text, this is {}", with_article(expr.kind)))
            .with_hint("CAST it AS TEXT"))
    }
}

/// Refuses a text that is not a regular expression.
pub(super) fn check_regex(pattern: &str, place: Range<usize>) -> Result<(), RuleError> {
    let Err(error) = regex::Regex::new(pattern) else { return Ok(()) };
    // The last line of the parser's message says what is wrong.
    let text = error.to_string();
    let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    Err(RuleError::new(place, "this is not a valid regular expression").with_hint(reason))
}

fn is_true(condition: Arc<Expr>) -> Arc<Expr> {
    let span = condition.span.clone();
    Arc::new(match condition.as_literal() {
        Some(value) => Expr::truth(Some(*value == Datum::Boolean(true))).at(span),
        None => Expr::condition(Node::IsTrue(condition), span),
    })
}

/// A piece of a LIKE pattern.
enum PatternPiece {
    Text(String),
    AnyCharacter,
    AnyText,
}

impl PatternPiece {
    /// Converts each character by itself, as LOWER does.
    fn make_lowercase(&mut self) {
        if let PatternPiece::Text(text) = self {
            *text = text.chars().filter_map(|c| c.to_lowercase().next()).collect();
        }
    }
}

/// Parses a pattern. Returns `None` if it ends in its escape character.
fn pieces(pattern: &str, escape: Option<char>) -> Option<Vec<PatternPiece>> {
    let mut pieces: Vec<PatternPiece> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            c if Some(c) == escape => push_character(&mut pieces, chars.next()?),
            '%' if matches!(pieces.last(), Some(PatternPiece::AnyText)) => {}
            '%' => pieces.push(PatternPiece::AnyText),
            '_' => pieces.push(PatternPiece::AnyCharacter),
            c => push_character(&mut pieces, c),
        }
    }
    Some(pieces)
}

fn push_character(pieces: &mut Vec<PatternPiece>, c: char) {
    match pieces.last_mut() {
        Some(PatternPiece::Text(text)) => text.push(c),
        _ => pieces.push(PatternPiece::Text(c.into())),
    }
}

/// Returns the simplest condition that matches the pieces: plain patterns are comparisons and searches.
fn like_pieces(value: Arc<Expr>, pieces: &[PatternPiece], place: Range<usize>) -> Result<Arc<Expr>, RuleError> {
    let literal = |text: &str| Arc::new(Expr::literal(Datum::Text(text.to_owned()), place.clone()));
    let span = value.span.start..place.end;
    let call = |function, value: Arc<Expr>, text: &str| {
        let node = Node::Call(function, vec![value, literal(text)]);
        Ok(Arc::new(Expr::condition(node, span.clone())))
    };
    match pieces {
        [] => compare(Comparison::Equal, &value, &literal("")),
        [PatternPiece::Text(text)] => compare(Comparison::Equal, &value, &literal(text)),
        [PatternPiece::AnyText] => call(FunctionId::StartsWith, value, ""),
        [PatternPiece::Text(text), PatternPiece::AnyText] => call(FunctionId::StartsWith, value, text),
        [PatternPiece::AnyText, PatternPiece::Text(text)] => call(FunctionId::EndsWith, value, text),
        [PatternPiece::AnyText, PatternPiece::Text(text), PatternPiece::AnyText] => {
            call(FunctionId::Contains, value, text)
        }
        pieces => {
            let (pattern, escape) = written(pieces);
            let node = Node::Like { value, pattern: literal(&pattern), escape, any_case: false };
            Ok(Arc::new(Expr::condition(node, span)))
        }
    }
}

/// Returns the pattern of the pieces, with a backslash as its escape if it needs one: one text for all spellings.
fn written(pieces: &[PatternPiece]) -> (String, Option<char>) {
    let special = |c: char| matches!(c, '%' | '_');
    let needs = pieces.iter().any(|piece| matches!(piece, PatternPiece::Text(text) if text.contains(special)));
    let mut pattern = String::new();
    for piece in pieces {
        match piece {
            PatternPiece::AnyCharacter => pattern.push('_'),
            PatternPiece::AnyText => pattern.push('%'),
            PatternPiece::Text(text) if !needs => pattern.push_str(text),
            PatternPiece::Text(text) => text.chars().for_each(|c| {
                if special(c) || c == '\\' {
                    pattern.push('\\');
                }
                pattern.push(c);
            }),
        }
    }
    (pattern, needs.then_some('\\'))
}

/// Reads texts as values that can be compared with `value`, as literals in a rule are.
fn convert(texts: &[String], value: &Arc<Expr>) -> ConvertedValues {
    let read = |text: &String| {
        let literal = match value.kind.is_number() {
            true => super::number_literal(text.trim())?,
            false => Datum::Text(text.clone()),
        };
        let (left, literal) = meet(value, &Arc::new(Expr::literal(literal, 0..0)), Comparison::Equal).ok()?;
        literal.as_literal().filter(|literal| left.kind == value.kind && !literal.is_null()).cloned()
    };
    let mut values: Vec<Datum> = texts.iter().filter_map(read).collect();
    let left_out = texts.len() - values.len();
    values.sort_by(|a, b| comparison::order(a, b).unwrap_or(std::cmp::Ordering::Equal));
    values.dedup_by(|a, b| a == b);
    ConvertedValues { values: Arc::new(values), left_out }
}
