//! Splits any text into the words of a rule with their places, for editing and completion of unfinished text.
//!
//! Unlike the parser's lexer it never fails: an unclosed quote runs to the end of the text.

use std::ops::Range;

/// Kind of a lexeme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LexemeKind {
    /// A plain word: a name, a function or a word of SQL. `@vip` is one too.
    Word,
    /// A name in double quotes or backticks.
    Quoted,
    /// Text in single quotes.
    Text,
    Number,
    Open,
    Close,
    Comma,
    Dot,
    /// Anything else that is neither space nor comment: `=`, `<>`, `+`, `::` …
    Operator,
}

/// A word or a sign of a rule's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lexeme {
    pub(super) kind: LexemeKind,
    pub(super) range: Range<usize>,
    /// True if the quote is not closed.
    pub(super) open: bool,
}

impl Lexeme {
    pub(super) fn text<'a>(&self, rule: &'a str) -> &'a str {
        &rule[self.range.clone()]
    }

    /// Returns true if it is this keyword, in any case.
    pub(super) fn is(&self, rule: &str, word: &str) -> bool {
        self.kind == LexemeKind::Word && self.text(rule).eq_ignore_ascii_case(word)
    }

    /// Returns the name or the text without its quotes.
    pub(super) fn value(&self, rule: &str) -> String {
        let text = self.text(rule);
        let Some(quote) = text.chars().next().filter(|_| matches!(self.kind, LexemeKind::Quoted | LexemeKind::Text))
        else {
            return text.to_owned();
        };
        let inner = &text[1..];
        let inner = if self.open { inner } else { inner.strip_suffix(quote).unwrap_or(inner) };
        inner.replace(&format!("{quote}{quote}"), &quote.to_string())
    }
}

pub(super) fn lex(rule: &str) -> Vec<Lexeme> {
    let mut lexemes = Vec::new();
    let mut at = 0;
    while let Some(first) = rule[at..].chars().next() {
        let rest = &rule[at..];
        let length = match space_or_comment(rest) {
            0 => {
                let (kind, length, open) = lexeme(first, rest);
                lexemes.push(Lexeme { kind, range: at..at + length, open });
                length
            }
            skipped => skipped,
        };
        at += length;
    }
    lexemes
}

/// Returns the maximum depth of calls inside the arguments of calls. `NOT (` counts as one: the parser tries to read it as a
/// call, too.
pub(super) fn call_depth(rule: &str) -> usize {
    const NO_CALLS: [&str; 6] = ["and", "or", "in", "when", "then", "else"];
    let (mut open, mut calls, mut deepest) = (Vec::new(), 0, 0);
    let mut after_name = false;
    for lexeme in lex(rule) {
        match lexeme.kind {
            LexemeKind::Open => {
                open.push(after_name);
                calls += usize::from(after_name);
                deepest = deepest.max(calls);
            }
            LexemeKind::Close => calls -= usize::from(open.pop() == Some(true)),
            _ => {}
        }
        after_name = lexeme.kind == LexemeKind::Word && !NO_CALLS.iter().any(|word| lexeme.is(rule, word));
    }
    deepest
}

fn space_or_comment(rest: &str) -> usize {
    if rest.starts_with("--") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return comment(rest);
    }
    rest.len() - rest.trim_start().len()
}

/// Returns the length of a comment that begins with `/*`. Comments can be nested, as the parser reads them.
fn comment(rest: &str) -> usize {
    let (mut at, mut depth) = (2, 1);
    while depth > 0 {
        let Some(found) = rest[at..].find(['*', '/']).map(|found| at + found) else { return rest.len() };
        (at, depth) = match &rest[found..] {
            mark if mark.starts_with("/*") => (found + 2, depth + 1),
            mark if mark.starts_with("*/") => (found + 2, depth - 1),
            _ => (found + 1, depth),
        };
    }
    at
}

fn lexeme(first: char, rest: &str) -> (LexemeKind, usize, bool) {
    match first {
        '\'' => quoted(LexemeKind::Text, first, rest),
        '"' | '`' => quoted(LexemeKind::Quoted, first, rest),
        '(' => (LexemeKind::Open, 1, false),
        ')' => (LexemeKind::Close, 1, false),
        ',' => (LexemeKind::Comma, 1, false),
        '.' if !rest[1..].starts_with(|c: char| c.is_ascii_digit()) => (LexemeKind::Dot, 1, false),
        c if c.is_ascii_digit() || c == '.' => (LexemeKind::Number, number(rest), false),
        c if starts_word(c) => (LexemeKind::Word, run(rest, continues_word), false),
        _ => (LexemeKind::Operator, operator(rest), false),
    }
}

fn quoted(kind: LexemeKind, quote: char, rest: &str) -> (LexemeKind, usize, bool) {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            match chars.peek() {
                Some((_, next)) if *next == quote => drop(chars.next()),
                _ => return (kind, at + 1, false),
            }
        }
    }
    (kind, rest.len(), true)
}

fn number(rest: &str) -> usize {
    let digits = run(rest, |c| c.is_ascii_digit() || c == '.');
    let after = &rest[digits..];
    let exponent = after.strip_prefix(['e', 'E']).map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    match exponent {
        Some(e) if e.starts_with(|c: char| c.is_ascii_digit()) => rest.len() - e.len() + run(e, |c| c.is_ascii_digit()),
        _ => digits,
    }
}

fn operator(rest: &str) -> usize {
    const MULTI_CHARACTER: [&str; 12] = ["!~*", "!~", "~*", "<>", "!=", "<=", ">=", "==", "||", "::", "//", "&&"];
    let one = rest.chars().next().map_or(0, char::len_utf8);
    MULTI_CHARACTER.iter().find(|long| rest.starts_with(**long)).map_or(one, |long| long.len())
}

fn run(text: &str, within: impl Fn(char) -> bool) -> usize {
    text.find(|c| !within(c)).unwrap_or(text.len())
}

/// Accepts the same letters as `sqlparser`'s GenericDialect.
fn starts_word(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '#' | '@')
}

fn continues_word(c: char) -> bool {
    starts_word(c) || c.is_ascii_digit() || c == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(rule: &str) -> Vec<&str> {
        lex(rule).iter().map(|l| l.text(rule)).collect()
    }

    #[test]
    fn comment_ends_where_parser_ends_comment() {
        assert_eq!(texts("a /*/ b */ c"), ["a", "c"]);
        assert_eq!(texts("a /* b /* c */ d */ e"), ["a", "e"]);
        assert_eq!(texts("a /* b /* c */ d"), ["a"]);
        assert_eq!(texts("a /***/ b /**/ c"), ["a", "b", "c"]);
    }

    #[test]
    fn lex_splits_rule_into_tokens() {
        assert_eq!(
            texts("@age.\"25-34\" AND spend>=1.5e3 -- why\nOR n IN ('it''s',.5)"),
            ["@age", ".", "\"25-34\"", "AND", "spend", ">=", "1.5e3", "OR", "n", "IN", "(", "'it''s'", ",", ".5", ")"]
        );
    }

    #[test]
    fn unclosed_quote_runs_to_end() {
        let rule = "country = 'U";
        let last = lex(rule).pop().unwrap();
        assert!(last.open);
        assert_eq!(last.value(rule), "U");
    }

    #[test]
    fn call_depth_counts_only_nested_calls() {
        assert_eq!(call_depth("abs(round(n, 2) + (1)) > (floor(n)) AND n NOT IN (1, 2)"), 2);
        assert_eq!(call_depth("NOT (a AND NOT (b OR (c)))"), 2);
        assert_eq!(call_depth(")) n ((("), 1);
    }

    #[test]
    fn token_value_unescapes_quotes() {
        let rule = "\"a \"\"b\"\"\"";
        assert_eq!(lex(rule)[0].value(rule), "a \"b\"");
    }
}
