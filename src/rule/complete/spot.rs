//! Finds out what can follow the words before the cursor.

use std::ops::Range;

use crate::model::{Column, ColumnType, Lookup, Schema};
use crate::rule::lex::{Lexeme, LexemeKind, lex};

/// A place in a rule.
pub(super) struct CompletionPlace {
    pub(super) replace: Range<usize>,
    /// The part of the word at the cursor that is before it, without quotes.
    pub(super) typed: String,
    /// True if the word is a text in single quotes.
    pub(super) quoted: bool,
    pub(super) wanted: ExpectedKind,
}

/// Kind of word that can follow.
pub(super) enum ExpectedKind {
    Nothing,
    /// A column, a name or a function: the beginning of a condition or a value.
    /// `begins` is true where only a condition can begin, so that a masked column may be named.
    Operand {
        begins: bool,
    },
    /// After `IS` of a masked column: whether there is a value.
    Presence,
    /// An operator for a value of this type.
    Operator(ColumnType),
    /// AND, OR
    Joint,
    AfterIs,
    AfterNot,
    Value {
        column: String,
        column_type: ColumnType,
    },
}

/// Finds out what can follow the words before the cursor.
pub(super) fn spot(text: &str, cursor: usize, schema: &Schema) -> CompletionPlace {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let before = &text[..cursor];
    let lexemes = lex(before);
    let begun = begun(before, &lexemes);
    let done = &lexemes[..lexemes.len() - begun];
    let start = lexemes.get(done.len()).map_or(cursor, |first| first.range.start);
    let last = lexemes.last().filter(|_| begun > 0);
    let quoted = last.is_some_and(|l| l.kind == LexemeKind::Text);
    let typed = match last {
        Some(last) if begun == 1 && matches!(last.kind, LexemeKind::Quoted | LexemeKind::Text) => last.value(before),
        _ => before[start..].replace('"', ""),
    };
    let wanted = if in_comment(before, &lexemes) { ExpectedKind::Nothing } else { expected_kind(before, done, schema) };
    CompletionPlace { replace: start..cursor + rest_of_word(&text[cursor..], last), typed, quoted, wanted }
}

/// Counts the words at the end that make up the name being typed: none after a space, three for `@plan.pr`.
fn begun(before: &str, lexemes: &[Lexeme]) -> usize {
    let Some(last) = lexemes.last().filter(|l| l.range.end == before.len()) else { return 0 };
    let is_reference =
        |l: Option<&Lexeme>| l.is_some_and(|l| l.kind == LexemeKind::Word && l.text(before).starts_with('@'));
    let behind = |n: usize| lexemes.len().checked_sub(n).and_then(|i| lexemes.get(i));
    match last.kind {
        LexemeKind::Dot if is_reference(behind(2)) => 2,
        LexemeKind::Word | LexemeKind::Quoted
            if behind(2).is_some_and(|l| l.kind == LexemeKind::Dot) && is_reference(behind(3)) =>
        {
            3
        }
        LexemeKind::Word | LexemeKind::Number => 1,
        LexemeKind::Quoted | LexemeKind::Text if last.open => 1,
        _ => 0,
    }
}

/// Returns the number of bytes after the cursor that belong to the word at it.
fn rest_of_word(after: &str, last: Option<&Lexeme>) -> usize {
    let Some(last) = last else { return 0 };
    match last.kind {
        LexemeKind::Text if last.open => usize::from(after.starts_with('\'')),
        LexemeKind::Quoted if last.open => usize::from(after.starts_with('"')),
        LexemeKind::Word => after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len()),
        _ => 0,
    }
}

fn in_comment(before: &str, lexemes: &[Lexeme]) -> bool {
    let end = lexemes.last().map_or(0, |last| last.range.end);
    let gap = &before[end..];
    gap.rfind("--").is_some_and(|at| !gap[at..].contains('\n'))
        || (gap.contains("/*") && !gap.trim_end().ends_with("*/"))
}

fn expected_kind(rule: &str, done: &[Lexeme], schema: &Schema) -> ExpectedKind {
    let Some(last) = done.last() else { return ExpectedKind::Operand { begins: true } };
    let before = &done[..done.len() - 1];
    match last.kind {
        LexemeKind::Operator if is_comparison(last.text(rule)) => value_of(rule, before, schema),
        LexemeKind::Operator if last.text(rule).contains('~') => ExpectedKind::Nothing,
        LexemeKind::Operator => ExpectedKind::Operand { begins: false },
        LexemeKind::Dot => ExpectedKind::Nothing,
        LexemeKind::Open | LexemeKind::Comma => match in_list(rule, done) {
            Some(before) => value_of(rule, before, schema),
            None => ExpectedKind::Operand { begins: last.kind == LexemeKind::Open && is_group(rule, before) },
        },
        LexemeKind::Close => after_close(rule, done),
        LexemeKind::Text | LexemeKind::Number => after_value(rule, before, ColumnType::Text),
        LexemeKind::Quoted => after_name(rule, before, schema.find(&last.value(rule)), schema),
        LexemeKind::Word => after_word(rule, last, before, schema),
    }
}

fn after_word(rule: &str, last: &Lexeme, before: &[Lexeme], schema: &Schema) -> ExpectedKind {
    let word = last.text(rule).to_lowercase();
    let column_before = column_at_end(rule, before, schema);
    match word.as_str() {
        "not" if before.last().is_some_and(|l| l.is(rule, "is")) => after_is(rule, &before[..before.len() - 1], schema),
        "not" if column_before.is_some_and(|column| schema.is_masked(&column.name)) => ExpectedKind::Nothing,
        "not" if column_before.is_some() => ExpectedKind::AfterNot,
        "and" => match between(rule, before) {
            Some(start) => value_of(rule, &before[..start], schema),
            None => ExpectedKind::Operand { begins: true },
        },
        "or" | "not" | "when" => ExpectedKind::Operand { begins: true },
        "then" | "else" | "case" => ExpectedKind::Operand { begins: false },
        "is" => after_is(rule, before, schema),
        "between" => value_of(rule, without_not(rule, before), schema),
        "like" | "ilike" | "escape" | "in" | "interval" => ExpectedKind::Nothing,
        "null" | "true" | "false" | "end" => ExpectedKind::Joint,
        "today" | "current_date" => after_value(rule, before, ColumnType::Date),
        _ if word.starts_with('@') => ExpectedKind::Joint,
        _ => after_name(rule, before, schema.find(last.text(rule)), schema),
    }
}

/// Returns what follows a column: its operators, unless the comparison is complete, as in `spend > other`.
fn after_name(rule: &str, before: &[Lexeme], found: Lookup, schema: &Schema) -> ExpectedKind {
    match (before.last(), found) {
        (Some(dot), _) if dot.kind == LexemeKind::Dot => ExpectedKind::Joint,
        // A rule can only ask whether a masked column has a value.
        (_, Lookup::Found(column)) if schema.is_masked(&column.name) => after_value(rule, before, ColumnType::Other),
        (_, Lookup::Found(column)) => after_value(rule, before, column.column_type),
        _ => ExpectedKind::Nothing,
    }
}

/// Returns what follows a value: AND or OR if it is the right side of a comparison, else an operator.
fn after_value(rule: &str, before: &[Lexeme], column_type: ColumnType) -> ExpectedKind {
    let complete = match before.last() {
        Some(l) if l.kind == LexemeKind::Operator => is_compared(rule, before),
        Some(l) if l.is(rule, "like") || l.is(rule, "ilike") || l.is(rule, "interval") || l.is(rule, "from") => true,
        Some(l) if l.is(rule, "and") => between(rule, &before[..before.len() - 1]).is_some(),
        Some(l) if l.is(rule, "between") => return ExpectedKind::Nothing,
        Some(l) if l.kind == LexemeKind::Comma || l.kind == LexemeKind::Open => {
            if in_list(rule, before).is_some() {
                return ExpectedKind::Nothing;
            }
            false
        }
        _ => false,
    };
    if complete { ExpectedKind::Joint } else { ExpectedKind::Operator(column_type) }
}

/// Returns true if the condition at the end of these words has its comparison: `b = a + 1` has, `a + 1` has not.
fn is_compared(rule: &str, lexemes: &[Lexeme]) -> bool {
    let begins = |l: &&Lexeme| l.kind == LexemeKind::Open || ["and", "or", "not"].iter().any(|word| l.is(rule, word));
    let condition = lexemes.iter().rev().take_while(|l| !begins(l));
    condition.into_iter().any(|l| is_comparison(l.text(rule)) || l.text(rule).contains('~'))
}

/// Returns what follows `)`: AND or OR after a list or a group, an operator after a function's arguments.
fn after_close(rule: &str, done: &[Lexeme]) -> ExpectedKind {
    let Some(open) = opening(&done[..done.len() - 1]) else { return ExpectedKind::Joint };
    let before = &done[..open];
    match before.last() {
        Some(name) if name.kind == LexemeKind::Word && !is_word_before_group(rule, name) => {
            after_value(rule, &before[..before.len() - 1], ColumnType::Float)
        }
        _ => ExpectedKind::Joint,
    }
}

fn is_word_before_group(rule: &str, lexeme: &Lexeme) -> bool {
    ["and", "or", "not", "in", "when", "then", "else"].iter().any(|word| lexeme.is(rule, word))
}

/// Returns the column before an operator, whose values fit after it.
fn value_of(rule: &str, before: &[Lexeme], schema: &Schema) -> ExpectedKind {
    match column_at_end(rule, before, schema) {
        Some(column) if schema.is_masked(&column.name) => ExpectedKind::Nothing,
        Some(column) => ExpectedKind::Value { column: column.name.clone(), column_type: column.column_type },
        None => ExpectedKind::Operand { begins: false },
    }
}

fn after_is(rule: &str, before: &[Lexeme], schema: &Schema) -> ExpectedKind {
    match column_at_end(rule, before, schema) {
        Some(column) if schema.is_masked(&column.name) => ExpectedKind::Presence,
        _ => ExpectedKind::AfterIs,
    }
}

/// Returns true if a parenthesis after these words groups conditions: it opens no function's arguments.
fn is_group(rule: &str, before: &[Lexeme]) -> bool {
    before.last().is_none_or(|last| match last.kind {
        LexemeKind::Open => true,
        LexemeKind::Word => ["and", "or", "not", "when"].iter().any(|word| last.is(rule, word)),
        _ => false,
    })
}

fn column_at_end<'a>(rule: &str, lexemes: &[Lexeme], schema: &'a Schema) -> Option<&'a Column> {
    let last = lexemes.last().filter(|l| matches!(l.kind, LexemeKind::Word | LexemeKind::Quoted))?;
    match schema.find(&last.value(rule)) {
        Lookup::Found(column) => Some(column),
        _ => None,
    }
}

/// Returns the words before `IN (` if that is the innermost open parenthesis.
fn in_list<'a>(rule: &str, done: &'a [Lexeme]) -> Option<&'a [Lexeme]> {
    let open = opening(done)?;
    let before = &done[..open];
    before.last().filter(|l| l.is(rule, "in"))?;
    Some(without_not(rule, &before[..before.len() - 1]))
}

fn without_not<'a>(rule: &str, lexemes: &'a [Lexeme]) -> &'a [Lexeme] {
    match lexemes.split_last() {
        Some((last, rest)) if last.is(rule, "not") => rest,
        _ => lexemes,
    }
}

/// Returns the index of the innermost open parenthesis.
fn opening(lexemes: &[Lexeme]) -> Option<usize> {
    let mut closed = 0usize;
    for (i, lexeme) in lexemes.iter().enumerate().rev() {
        match lexeme.kind {
            LexemeKind::Close => closed += 1,
            LexemeKind::Open if closed == 0 => return Some(i),
            LexemeKind::Open => closed -= 1,
            _ => {}
        }
    }
    None
}

/// Returns the number of words before a BETWEEN, if an AND here would belong to it.
fn between(rule: &str, lexemes: &[Lexeme]) -> Option<usize> {
    for (i, lexeme) in lexemes.iter().enumerate().rev() {
        if lexeme.is(rule, "and") || lexeme.is(rule, "or") || lexeme.kind == LexemeKind::Open {
            return None;
        }
        if lexeme.is(rule, "between") {
            return Some(without_not(rule, &lexemes[..i]).len());
        }
    }
    None
}

fn is_comparison(operator: &str) -> bool {
    matches!(operator, "=" | "==" | "<>" | "!=" | "<" | ">" | "<=" | ">=")
}
