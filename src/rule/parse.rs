//! Parses a rule's text to `sqlparser`'s syntax tree. An error has a place, a reason and a remedy.

use sqlparser::ast::Expr;
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, TokenizerError, Word};

use super::RuleError;
use super::lex::call_depth;
use super::place::ByteOffsets;

/// Maximum length of a rule. This and the following bounds keep a hostile text from exhausting the stack or the memory;
/// rules that people write stay far below them.
const MAX_BYTES: usize = 1 << 20;
/// Maximum number of operators and names; the values of an `IN` list do not count.
const MAX_WORDS: usize = 2_500;
/// Maximum number of words between two ANDs, ORs or commas: `a + a + a …` is a deep tree, and dropping it recurses.
const MAX_WORDS_IN_A_ROW: usize = 300;

/// Maximum number of dots between names, as in `orders.count()`, that lie inside each other or in a row. The parser reads
/// what follows a dot a second time if it is no expression, so its time doubles per dot.
const MAX_DOTS: usize = 8;

/// Maximum depth of calls inside each other. The parser reads each argument more than once, so its time doubles per
/// level.
const MAX_CALL_DEPTH: usize = 10;

/// Tokens that stand for `IS NOT DISTINCT FROM` and `IS DISTINCT FROM`; the parser reads them as `PGLikeMatch` and its
/// opposite.
const SAME: Token = Token::DoubleTilde;
const DISTINCT: Token = Token::ExclamationMarkDoubleTilde;

/// Reads the whole text as one expression.
pub(super) fn parse(text: &str) -> Result<Expr, RuleError> {
    if text.len() > MAX_BYTES {
        return Err(RuleError::new(0..text.len(), "the rule is longer than a mebibyte"));
    }
    tracing::trace!(bytes = text.len(), "rule parsed");
    let places = ByteOffsets::new(text);
    let tokens = tokens(text, &places)?;
    let open = tokens.iter().filter(|token| token.token == Token::LParen).count();
    let closed = tokens.iter().filter(|token| token.token == Token::RParen).count();
    if call_depth(text) > MAX_CALL_DEPTH {
        return Err(if open > closed { stops_short(text, "a closing )") } else { too_deep(text) });
    }
    let mut parser = Parser::new(&GenericDialect).with_tokens_with_locations(tokens);
    let parsed = parser.parse_expr().map_err(|error| parse_error(error, text, &places));
    let next = parser.peek_token();
    match parsed {
        Ok(expr) if next.token == Token::EOF => Ok(expr),
        Ok(_) => Err(RuleError { unfinished: open > closed, ..trailing(&next, text, &places) }),
        Err(error) => Err(RuleError { unfinished: error.unfinished || open > closed, ..error }),
    }
}

fn tokens(text: &str, places: &ByteOffsets) -> Result<Vec<TokenWithSpan>, RuleError> {
    let tokens = Tokenizer::new(&GenericDialect, text)
        .tokenize_with_location()
        .map_err(|error| token_error(&error, text, places))?;
    refuse_endless(&tokens, text)?;
    refuse_dots(&tokens, places)?;
    let tokens = join_quoted_names(tokens);
    let mut before: Option<&Token> = None;
    for token in tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))) {
        if let Some(error) = foreign(token, places).or_else(|| misplaced(before, token, places)) {
            return Err(error);
        }
        before = Some(&token.token);
    }
    match missing_at_end(before, &tokens) {
        Some(expected) => Err(stops_short(text, expected)),
        None => Ok(bind_files(bind_distinct(tokens))),
    }
}

/// Returns what an unfinished text still lacks, in cases where the parser would take a keyword for a column.
fn missing_at_end(last: Option<&Token>, tokens: &[TokenWithSpan]) -> Option<&'static str> {
    let count = |word| tokens.iter().filter(|token| keyword(&token.token) == Some(word)).count();
    match last {
        Some(Token::AtSign) => Some("a name after @"),
        Some(last) if keyword(last) == Some(Keyword::NOT) => Some("a condition"),
        Some(last) if keyword(last) == Some(Keyword::FILE) => Some("a path in quotes"),
        Some(last) if keyword(last) == Some(Keyword::INTERVAL) => Some("a span as '90 days'"),
        _ if count(Keyword::CASE) > count(Keyword::END) => Some("END"),
        _ => None,
    }
}

/// Replaces `IS [NOT] DISTINCT FROM` by an operator token. The parser takes everything that follows as its right side:
/// in `a IS DISTINCT FROM b AND c` that is `b AND c`. The tokens used here bind as a comparison, and `foreign` has
/// refused them in the text.
fn bind_distinct(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut bound: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let is = |token: Option<&TokenWithSpan>, word| token.is_some_and(|t| keyword(&t.token) == Some(word));
    for token in tokens.into_iter().filter(|token| !matches!(token.token, Token::Whitespace(_))) {
        let behind = |n: usize| bound.len().checked_sub(n).and_then(|i| bound.get(i));
        if !(is(Some(&token), Keyword::FROM) && is(behind(1), Keyword::DISTINCT)) {
            bound.push(token);
            continue;
        }
        let negated = is(behind(2), Keyword::NOT);
        let words = if negated { 3 } else { 2 };
        if !is(behind(words), Keyword::IS) {
            bound.push(token);
            continue;
        }
        bound.truncate(bound.len() - words);
        let operator = if negated { SAME } else { DISTINCT };
        bound.push(TokenWithSpan::new(operator, token.span));
    }
    bound
}

/// Replaces `IN FILE 'path'` by `IN UNNEST('path')`, which the parser knows.
fn bind_files(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut bound: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let is_file = |token: &TokenWithSpan| keyword(&token.token) == Some(Keyword::FILE);
    for token in tokens {
        let is_path = matches!(token.token, Token::SingleQuotedString(_));
        let follows_file = bound.last().is_some_and(is_file)
            && bound.iter().nth_back(1).is_some_and(|before| keyword(&before.token) == Some(Keyword::IN));
        if is_path && follows_file {
            let span = token.span;
            let word = bound.pop().map_or(span, |word| word.span);
            bound.push(TokenWithSpan::new(Token::make_keyword("UNNEST"), word));
            bound.push(TokenWithSpan::new(Token::LParen, span));
            bound.push(token);
            bound.push(TokenWithSpan::new(Token::RParen, span));
        } else {
            bound.push(token);
        }
    }
    bound
}

fn refuse_endless(tokens: &[TokenWithSpan], text: &str) -> Result<(), RuleError> {
    let (mut words, mut in_a_row) = (0, 0);
    for token in tokens.iter().map(|token| &token.token) {
        if matches!(token, Token::Comma) || matches!(keyword(token), Some(Keyword::AND | Keyword::OR)) {
            in_a_row = 0;
        }
        let counts = usize::from(!is_light(token));
        (words, in_a_row) = (words + counts, in_a_row + counts);
        if words > MAX_WORDS || in_a_row > MAX_WORDS_IN_A_ROW {
            return Err(RuleError::new(0..text.len(), "the rule has too many words")
                .with_hint("make segments of its parts and refer to them by @name"));
        }
    }
    Ok(())
}

/// Refuses names that are joined by too many dots. Those in parentheses count with those before the parenthesis.
fn refuse_dots(tokens: &[TokenWithSpan], places: &ByteOffsets) -> Result<(), RuleError> {
    // Dots so far, and those before each open parenthesis.
    let (mut dots, mut open) = (0, Vec::new());
    let mut follows_dot = false;
    for token in tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))) {
        match &token.token {
            Token::Period => dots += 1,
            Token::LParen => open.push(dots),
            Token::RParen => dots = open.pop().unwrap_or(0),
            _ if follows_dot => {}
            _ => dots = open.last().copied().unwrap_or(0),
        }
        follows_dot = token.token == Token::Period;
        if dots > MAX_DOTS {
            let error = RuleError::new(places.range(token.span), "too many names are joined by dots");
            return Err(error.with_hint("a column of a table is named as table.column"));
        }
    }
    Ok(())
}

fn keyword(token: &Token) -> Option<Keyword> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.keyword),
        _ => None,
    }
}

/// Refuses keywords in places where the parser would take them for columns.
fn misplaced(before: Option<&Token>, token: &TokenWithSpan, places: &ByteOffsets) -> Option<RuleError> {
    let error = || RuleError::new(places.range(token.span), format!("unexpected {}", token.token));
    let at_start = match before {
        None | Some(Token::LParen) => true,
        Some(before) => matches!(keyword(before), Some(Keyword::AND | Keyword::OR | Keyword::NOT)),
    };
    match keyword(&token.token)? {
        Keyword::AND | Keyword::OR if at_start => Some(error().with_hint("expected a condition before it")),
        Keyword::SELECT | Keyword::WHERE | Keyword::FROM | Keyword::WITH if before.is_none() => {
            Some(error().with_hint("a rule is only the condition that would follow WHERE"))
        }
        _ => None,
    }
}

fn is_light(token: &Token) -> bool {
    matches!(token, Token::Whitespace(_) | Token::Comma | Token::Number(..) | Token::SingleQuotedString(_))
}

/// Refuses tokens of other languages, with what SQL writes instead.
fn foreign(token: &TokenWithSpan, places: &ByteOffsets) -> Option<RuleError> {
    let hint = match &token.token {
        Token::Overlap => "write AND",
        Token::SemiColon => "a rule is one condition, without a ;",
        Token::ExclamationMark => "write NOT",
        Token::RArrow => "write >=",
        Token::LBracket | Token::LBrace => "write a list in parentheses: IN (1, 2)",
        Token::RBracket | Token::RBrace | Token::Arrow | Token::LongArrow | Token::Backslash | Token::Colon => {
            "not allowed in a rule"
        }
        Token::DoubleTilde
        | Token::ExclamationMarkDoubleTilde
        | Token::DoubleTildeAsterisk
        | Token::ExclamationMarkDoubleTildeAsterisk => "write LIKE, ILIKE or NOT LIKE",
        Token::Placeholder(_) => "placeholders are not supported in rules",
        // `6LAND` would be `6L AND` here, and `6 LAND` where the text is cut into conditions.
        Token::Number(_, true) => "a number cannot have a letter after it",
        Token::Char('‘' | '’' | '“' | '”' | '„' | '‚' | '«' | '»' | '´') => {
            "write text in straight quotes: 'text'"
        }
        Token::Char('≥') => "write >=",
        Token::Char('≤') => "write <=",
        Token::Char('≠') => "write <>",
        Token::Char('−' | '–' | '—') => "write -",
        Token::Char(_) => "a name with such a character needs double quotes",
        _ => return None,
    };
    let found = &token.token;
    Some(RuleError::new(places.range(token.span), format!("unexpected {found}")).with_hint(hint))
}

/// Joins `@` and a quoted name to one word, so that `@"odd name"` reads as `@plain` does.
fn join_quoted_names(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut joined: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for mut token in tokens {
        if let (Token::Word(word), Some(last)) = (&mut token.token, joined.last())
            && word.quote_style.is_some()
            && is_lone_at(&last.token)
            && last.span.end == token.span.start
        {
            word.value.insert(0, '@');
            word.quote_style = None;
            token.span.start = last.span.start;
            joined.pop();
        }
        joined.push(token);
    }
    joined
}

fn is_lone_at(token: &Token) -> bool {
    match token {
        Token::AtSign => true,
        Token::Word(Word { value, quote_style: None, .. }) => value == "@",
        _ => false,
    }
}

fn token_error(error: &TokenizerError, text: &str, places: &ByteOffsets) -> RuleError {
    let start = places.offset(error.location);
    let message = error.message.to_lowercase();
    let open = message.contains("unterminated") || message.contains("expected close delimiter") || {
        message.contains("unexpected eof")
    };
    let mut said = if open && message.contains("comment") {
        RuleError::new(start..text.len(), "the comment is not closed").with_hint("close it with */")
    } else if open {
        let error = RuleError::new(start..text.len(), "the quote is not closed");
        let another = text[..start].contains('\'');
        if another { error.with_hint("a quote inside a text is doubled: 'it''s'") } else { error }
    } else {
        RuleError::new(start..text.len(), "the text cannot be read from here on")
    };
    said.unfinished = open;
    said
}

fn parse_error(error: ParserError, text: &str, places: &ByteOffsets) -> RuleError {
    let message = match error {
        ParserError::RecursionLimitExceeded => return too_deep(text),
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
    };
    let (message, place) = split_place(&message);
    let start = place.map(|place| places.offset(place));
    let Some((expected, found)) = message.strip_prefix("Expected: ").and_then(|m| m.rsplit_once(", found: ")) else {
        // The parser's other messages are about statements and dialects, which a rule has none of.
        let at = start.unwrap_or(text.len());
        return RuleError::new(at..text.len(), "the rule cannot be read from here on")
            .with_hint("a rule is one condition as it would follow WHERE in SQL");
    };
    let expected = plainer(expected);
    if found == "EOF" {
        return stops_short(text, &expected);
    }
    let at = start.unwrap_or(text.len());
    let end = (at + found.len()).min(text.len());
    let end = if text.is_char_boundary(end) { end } else { text.len() };
    RuleError::new(at..end, format!("unexpected {found}")).with_hint(format!("expected {expected}"))
}

fn stops_short(text: &str, expected: &str) -> RuleError {
    let message = format!("incomplete rule: expected {expected}");
    RuleError { unfinished: true, ..RuleError::new(text.len()..text.len(), message) }
}

/// Rewrites what the parser expected in plain words.
fn plainer(expected: &str) -> String {
    match expected {
        "an expression" | "an expression:" => "a column, a value or a condition".into(),
        ")" => "a closing )".into(),
        "(" => "an opening (".into(),
        after_is if after_is.ends_with("after IS") => "NULL, NOT NULL, TRUE, FALSE or DISTINCT FROM after IS".into(),
        other => other.trim_end_matches(':').to_owned(),
    }
}

/// Returns the error for a rule that is nested too deeply.
pub(super) fn too_deep(text: &str) -> RuleError {
    RuleError::new(0..text.len(), "the rule is nested too deeply")
        .with_hint("make segments of its parts and refer to them by @name")
}

/// Splits `… at Line: 1, Column: 7` off the parser's message.
fn split_place(message: &str) -> (&str, Option<Location>) {
    let Some((before, place)) = message.rsplit_once(" at Line: ") else {
        return (message, None);
    };
    let place = place
        .split_once(", Column: ")
        .and_then(|(line, column)| Some(Location::new(line.trim().parse().ok()?, column.trim().parse().ok()?)));
    (before, place)
}

fn trailing(next: &TokenWithSpan, text: &str, places: &ByteOffsets) -> RuleError {
    let place = places.range(next.span);
    let error = RuleError::new(place.clone(), format!("unexpected {}", next.token));
    match &next.token {
        Token::RParen => error.with_hint("no ( opens it"),
        Token::Comma => error.with_hint("join two conditions with AND or OR"),
        Token::Word(_) if matches!(text[..place.start].trim_end().chars().last(), Some('"' | '\'')) => {
            error.with_hint("join two conditions with AND or OR; a quote inside a text is doubled: 'it''s'")
        }
        _ => error.with_hint("a rule is one condition; join two with AND or OR"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each dot before the fault doubles the time: thirty take minutes.
    #[test]
    fn long_chain_of_dots_is_refused_at_its_place() {
        let inside = format!("{}1", "a.b(".repeat(30));
        for text in ["a.".repeat(30), "a.b().".repeat(30), format!("n > 1 AND {}", "a . ".repeat(30)), inside] {
            let error = parse(&text).expect_err("too many dots");
            assert_eq!(error.message, "too many names are joined by dots", "{text}");
            assert_eq!(&text[error.place], ".");
        }
    }

    #[test]
    fn negations_in_parentheses_are_bounded_as_calls_are() {
        let nested = |depth: usize, inner: &str| format!("{}{inner}{}", "NOT (".repeat(depth), ")".repeat(depth));
        assert!(parse(&nested(MAX_CALL_DEPTH, "a > 1")).is_ok());
        for text in [nested(30, "a > 1"), nested(30, "a b"), "NOT(".repeat(60)] {
            assert!(parse(&text).is_err(), "{text}");
        }
        assert_eq!(parse(&nested(30, "a > 1")).expect_err("too deep").message, "the rule is nested too deeply");
    }

    #[test]
    fn number_with_suffix_is_refused() {
        let error = parse("a < 6LAND b").expect_err("a suffix");
        assert_eq!((error.message.as_str(), error.place), ("unexpected 6L", 4..6));
        assert!(parse("a < 6 AND b").is_ok());
    }

    #[test]
    fn dots_of_separate_names_are_not_counted_together() {
        let sum = vec!["o.count(o.n + o.m) + o.x"; 15].join(" + ");
        let choice = format!("CASE {} END", "WHEN o.a THEN o.b ".repeat(20));
        let list = format!("coalesce({})", vec!["o.a"; 40].join(", "));
        for text in [&sum, &choice, &list, "a.b.c.d = 1.5"] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }
}
