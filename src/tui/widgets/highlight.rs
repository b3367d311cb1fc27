//! Highlighting of a rule: compared values stand out, and connectives are dim.

use std::ops::Range;

use crate::tui::paint::theme::Role;

const CONNECTIVES: [&str; 17] = [
    "and", "or", "not", "in", "between", "like", "ilike", "is", "null", "true", "false", "case", "when", "then",
    "else", "end", "escape",
];

/// Cuts the text into pieces, each with its role, in order and without gaps.
pub fn pieces(rule: &str) -> Vec<(Range<usize>, Role)> {
    pieces_within(rule, 0..rule.len())
}

/// Returns the pieces that overlap `sight` by at least a byte. Skips quickly over those before it, and does not read
/// those after it.
pub fn pieces_within(rule: &str, sight: Range<usize>) -> Vec<(Range<usize>, Role)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < sight.end
        && let Some(first) = rule[at..].chars().next()
    {
        let end = at + length(&rule[at..], first);
        if end > sight.start {
            pieces.push((at..end, role(&rule[at..end], first)));
        }
        at = end;
    }
    pieces
}

fn role(piece: &str, first: char) -> Role {
    match first {
        '\'' => Role::Literal,
        '@' => Role::Accent,
        '-' | '/' if piece.len() > 1 => Role::Dim,
        _ if CONNECTIVES.contains(&piece.to_lowercase().as_str()) => Role::Dim,
        _ => Role::Text,
    }
}

/// Returns the length in bytes of the piece at the start of `rest`.
fn length(rest: &str, first: char) -> usize {
    match first {
        '\'' => quoted(rest, b'\''),
        '"' => quoted(rest, b'"'),
        '-' if rest.starts_with("--") => memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len()),
        '/' if rest.starts_with("/*") => memchr::memmem::find(rest.as_bytes(), b"*/").map_or(rest.len(), |end| end + 2),
        '@' => name(rest),
        _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

/// Returns the length in bytes of `@name`, `@name.cell` or `@name."any cell"`.
fn name(rest: &str) -> usize {
    let name = 1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1);
    let Some(cell) = rest[name..].strip_prefix('.') else { return name };
    let cell = match cell.chars().next() {
        Some('"') => quoted(cell, b'"'),
        _ => cell.find(|c| !is_word(c)).unwrap_or(cell.len()),
    };
    name + 1 + cell
}

/// Returns the length up to and including the closing quote. A doubled quote is part of the text; an unclosed one
/// extends to the end.
fn quoted(rest: &str, quote: u8) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while let Some(found) = memchr::memchr(quote, bytes.get(at..).unwrap_or_default()) {
        at += found + 1;
        if bytes.get(at) != Some(&quote) {
            return at;
        }
        at += 1;
    }
    rest.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_role(rule: &str, role: Role) -> Vec<&str> {
        pieces(rule).into_iter().filter(|piece| piece.1 == role).map(|piece| &rule[piece.0]).collect()
    }

    #[test]
    fn names_values_and_connectives_have_distinct_roles() {
        let rule = r#"city IN ('O''Hara', 'é') AND @age."25-34" or "and" > 2"#;
        assert_eq!(of_role(rule, Role::Literal), ["'O''Hara'", "'é'"]);
        assert_eq!(of_role(rule, Role::Accent), [r#"@age."25-34""#]);
        assert_eq!(of_role(rule, Role::Dim), ["IN", "AND", "or"]);
    }

    #[test]
    fn comments_are_dim_to_their_end() {
        let rule = "a > 1 -- it's 'why'\nAND /* or 'not' */ b < 2 - 1";
        assert_eq!(of_role(rule, Role::Dim), ["-- it's 'why'", "AND", "/* or 'not' */"]);
        assert_eq!(of_role(rule, Role::Literal), [""; 0]);
    }

    #[test]
    fn pieces_within_range_equal_pieces_of_whole() {
        let rule = "city IN ('O''Hara', 'é') -- a 'b\nAND @age.\"25-34\"";
        for start in 0..=rule.len() {
            for end in start..=rule.len() {
                let whole = pieces(rule).into_iter().filter(|(piece, _)| piece.start < end && piece.end > start);
                assert_eq!(pieces_within(rule, start..end), whole.collect::<Vec<_>>(), "{start}..{end}");
            }
        }
    }

    #[test]
    fn highlight_pieces_cover_all_text() {
        for rule in
            ["", "'", "@", "@a.", "@a.\"", "\"x", "日本 = '日", "a AND 'b''", "a -- b\nc", "a /* b", "a - /b", "--"]
        {
            assert_eq!(pieces(rule).into_iter().map(|piece| &rule[piece.0]).collect::<String>(), rule);
        }
    }
}
