//! Rule text to syntax tree, with errors that say where and why.

use sqlparser::ast::Expr;
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, TokenizerError, Word};

use super::RuleError;
use super::lex::call_depth;
use super::place::Places;

/// Bounds that no rule of a person meets. They keep a hostile text from filling stack or memory.
const MOST_BYTES: usize = 1 << 20;
/// Operators and names; the values of an `IN` list do not count.
const MOST_WORDS: usize = 2_500;
/// The same between two ANDs, ORs or commas: `a + a + a …` is a deep tree, and the parser's own drop recurses.
const MOST_WORDS_ON_END: usize = 300;

/// The parser reads each argument of a function twice, so that its time doubles with each call inside another.
pub(super) const MOST_CALLS: usize = 10;

/// Reads the whole text as one expression.
pub(super) fn parse(text: &str) -> Result<Expr, RuleError> {
    if text.len() > MOST_BYTES {
        return Err(RuleError::new(0..text.len(), "the rule is longer than a mebibyte"));
    }
    let places = Places::new(text);
    let tokens = tokens(text, &places)?;
    if call_depth(text) > MOST_CALLS {
        return Err(too_deep(text));
    }
    let open = tokens.iter().filter(|token| token.token == Token::LParen).count();
    let closed = tokens.iter().filter(|token| token.token == Token::RParen).count();
    let mut parser = Parser::new(&GenericDialect).with_tokens_with_locations(tokens);
    let parsed = parser.parse_expr().map_err(|error| parse_error(error, text, &places));
    let next = parser.peek_token();
    match parsed {
        Ok(expr) if next.token == Token::EOF => Ok(expr),
        Ok(_) => Err(RuleError { unfinished: open > closed, ..trailing(&next, text, &places) }),
        Err(error) => Err(RuleError { unfinished: error.unfinished || open > closed, ..error }),
    }
}

fn tokens(text: &str, places: &Places) -> Result<Vec<TokenWithSpan>, RuleError> {
    let tokens = Tokenizer::new(&GenericDialect, text)
        .tokenize_with_location()
        .map_err(|error| token_error(&error, text, places))?;
    refuse_endless(&tokens, text)?;
    let tokens = join_quoted_names(tokens);
    let mut before = None;
    for token in tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))) {
        if let Some(error) = foreign(token, places).or_else(|| misplaced(before, token, places)) {
            return Err(error);
        }
        before = Some(&token.token);
    }
    match missing_at_end(before, &tokens) {
        Some(expected) => Err(stops_short(text, expected)),
        None => Ok(tokens),
    }
}

/// What a text still lacks where the parser, rather than wait for it, would take a word of SQL for a column.
fn missing_at_end(last: Option<&Token>, tokens: &[TokenWithSpan]) -> Option<&'static str> {
    let count = |word| tokens.iter().filter(|token| keyword(&token.token) == Some(word)).count();
    match last {
        Some(Token::AtSign) => Some("a name after @"),
        Some(last) if keyword(last) == Some(Keyword::NOT) => Some("a condition"),
        Some(last) if keyword(last) == Some(Keyword::INTERVAL) => Some("a span as '90 days'"),
        _ if count(Keyword::CASE) > count(Keyword::END) => Some("END"),
        _ => None,
    }
}

fn refuse_endless(tokens: &[TokenWithSpan], text: &str) -> Result<(), RuleError> {
    let (mut words, mut on_end) = (0, 0);
    for token in tokens.iter().map(|token| &token.token) {
        if matches!(token, Token::Comma) || matches!(keyword(token), Some(Keyword::AND | Keyword::OR)) {
            on_end = 0;
        }
        let counts = usize::from(!is_light(token));
        (words, on_end) = (words + counts, on_end + counts);
        if words > MOST_WORDS || on_end > MOST_WORDS_ON_END {
            return Err(RuleError::new(0..text.len(), "the rule has too many words")
                .with_hint("make segments of its parts and refer to them by @name"));
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

/// Words that the parser would take for columns where they stand.
fn misplaced(before: Option<&Token>, token: &TokenWithSpan, places: &Places) -> Option<RuleError> {
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

/// What other languages write, and what SQL writes instead.
fn foreign(token: &TokenWithSpan, places: &Places) -> Option<RuleError> {
    let hint = match &token.token {
        Token::Overlap => "write AND",
        Token::SemiColon => "a rule is one condition, without a ;",
        Token::ExclamationMark => "write NOT",
        Token::RArrow => "write >=",
        Token::LBracket | Token::LBrace => "a list stands in parentheses: IN (1, 2)",
        Token::RBracket | Token::RBrace | Token::Arrow | Token::LongArrow | Token::Backslash | Token::Colon => {
            "a rule has no use for it"
        }
        Token::Placeholder(_) => "a rule has no placeholders",
        Token::Char('‘' | '’' | '“' | '”' | '„' | '‚' | '«' | '»' | '´') => {
            "text stands in straight quotes: 'text'"
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

/// `@"odd name"` comes as `@` and a quoted name; the rest of the house knows one word, as for `@plain`.
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

fn token_error(error: &TokenizerError, text: &str, places: &Places) -> RuleError {
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
        RuleError::new(start..text.len(), message)
    };
    said.unfinished = open;
    said
}

fn parse_error(error: ParserError, text: &str, places: &Places) -> RuleError {
    let message = match error {
        ParserError::RecursionLimitExceeded => return too_deep(text),
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
    };
    let (message, place) = split_place(&message);
    let start = place.map(|place| places.offset(place));
    let Some((expected, found)) = message.strip_prefix("Expected: ").and_then(|m| m.rsplit_once(", found: ")) else {
        let at = start.unwrap_or(text.len());
        return RuleError::new(at..text.len(), message.to_lowercase());
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
    let message = format!("the rule stops short: expected {expected}");
    RuleError { unfinished: true, ..RuleError::new(text.len()..text.len(), message) }
}

/// The parser's words for what it waited for, as a person would say them.
fn plainer(expected: &str) -> String {
    match expected {
        "an expression" | "an expression:" => "a column, a value or a condition".into(),
        ")" => "a closing )".into(),
        "(" => "an opening (".into(),
        other => other.trim_end_matches(':').to_owned(),
    }
}

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

fn trailing(next: &TokenWithSpan, text: &str, places: &Places) -> RuleError {
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
