//! Patterns: `LIKE`, `ILIKE` and regular expressions.

use std::sync::Arc;

use super::RuleError;
use super::checked::Tree;
use super::compare::{Comparison, compare};
use super::simple::Simple;
use super::term::{Hold, Term, atom_of, text_sql};
use crate::model::{ColumnType, Datum};

enum Piece {
    Text(String),
    AnyOne,
    AnyRun,
}

/// `value LIKE pattern`. Plain patterns become the cheaper question they are: equal, starts, ends, contains.
pub(super) fn like(value: &Term, pattern: &Term, escape: Option<char>) -> Result<Arc<Tree>, RuleError> {
    let Some(text) = pattern.text() else {
        return Err(RuleError::new(pattern.place.clone(), "a pattern has to be text in quotes"));
    };
    let pieces = pieces(text, escape)
        .ok_or_else(|| RuleError::new(pattern.place.clone(), "the pattern ends in its escape character"))?;
    let literal = |text: &str| Term::literal(Datum::Text(text.to_owned()), pattern.place.clone());
    match pieces.as_slice() {
        [] => compare(Comparison::Equal, value, &literal("")),
        [Piece::Text(text)] => compare(Comparison::Equal, value, &literal(text)),
        [Piece::AnyRun] => Ok(starts_with(value, &literal(""))),
        [Piece::Text(text), Piece::AnyRun] => Ok(starts_with(value, &literal(text))),
        [Piece::AnyRun, Piece::Text(text)] => Ok(ends_with(value, &literal(text))),
        [Piece::AnyRun, Piece::Text(text), Piece::AnyRun] => Ok(contains(value, text)),
        pieces => Ok(matches(value, &whole_expression(pieces))),
    }
}

/// `value ILIKE pattern`: as `LIKE` on both in lower case.
pub(super) fn ilike(value: &Term, pattern: &Term, escape: Option<char>) -> Result<Arc<Tree>, RuleError> {
    let lowered = Term::call(ColumnType::Text, "LOWER", &[value]);
    match pattern.text() {
        Some(text) => {
            let pattern = Term::literal(Datum::Text(text.to_lowercase()), pattern.place.clone());
            like(&lowered, &pattern, escape)
        }
        None => like(&lowered, pattern, escape),
    }
}

/// `value ~ pattern`: the regular expression is found somewhere in the text.
pub(super) fn regex(value: &Term, pattern: &Term, any_case: bool) -> Result<Arc<Tree>, RuleError> {
    let Some(text) = pattern.text() else {
        return Err(RuleError::new(pattern.place.clone(), "a pattern has to be text in quotes"));
    };
    let text = if any_case { format!("(?i){text}") } else { text.to_owned() };
    match regex::Regex::new(&text) {
        Ok(_) => Ok(matches(value, &text)),
        Err(error) => {
            Err(RuleError::new(pattern.place.clone(), "this is no regular expression").with_hint(reason(&error)))
        }
    }
}

/// The last line of the parser's drawing says what is wrong.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

pub(super) fn starts_with(value: &Term, start: &Term) -> Arc<Tree> {
    call("STARTS_WITH", value, start, Simple::StartsWith)
}

pub(super) fn ends_with(value: &Term, end: &Term) -> Arc<Tree> {
    call("ENDS_WITH", value, end, Simple::EndsWith)
}

pub(super) fn contains(value: &Term, text: &str) -> Arc<Tree> {
    matches_as(value, &regex::escape(text), Simple::text(Simple::Contains, value, text))
}

fn call(name: &str, value: &Term, other: &Term, kind: fn(String) -> Simple) -> Arc<Tree> {
    let simple = other.text().and_then(|text| Simple::text(kind, value, text));
    atom_of(format!("{name}({}, {})", value.sealed(), other.sealed()), &[value, other], simple)
}

fn matches(value: &Term, expression: &str) -> Arc<Tree> {
    matches_as(value, expression, None)
}

fn matches_as(value: &Term, expression: &str, simple: Option<Simple>) -> Arc<Tree> {
    atom_of(format!("{} ~ {}", value.part(Hold::Tight), text_sql(expression)), &[value], simple)
}

/// `None` if the pattern ends in its escape character.
fn pieces(pattern: &str, escape: Option<char>) -> Option<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            c if Some(c) == escape => push_text(&mut pieces, chars.next()?),
            '%' if matches!(pieces.last(), Some(Piece::AnyRun)) => {}
            '%' => pieces.push(Piece::AnyRun),
            '_' => pieces.push(Piece::AnyOne),
            c => push_text(&mut pieces, c),
        }
    }
    Some(pieces)
}

fn push_text(pieces: &mut Vec<Piece>, c: char) {
    match pieces.last_mut() {
        Some(Piece::Text(text)) => text.push(c),
        _ => pieces.push(Piece::Text(c.into())),
    }
}

fn whole_expression(pieces: &[Piece]) -> String {
    let body: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => regex::escape(text),
            Piece::AnyOne => ".".into(),
            Piece::AnyRun => ".*".into(),
        })
        .collect();
    format!("(?s)^{body}$")
}
