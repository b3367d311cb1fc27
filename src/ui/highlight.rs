//! The words of a rule, told apart sparingly: what is compared stands out, what connects it steps back.

use std::ops::Range;

use super::theme::Role;

const CONNECTIVES: [&str; 17] = [
    "and", "or", "not", "in", "between", "like", "ilike", "is", "null", "true", "false", "case", "when", "then",
    "else", "end", "escape",
];

/// The text cut in pieces, each with what it is, in order and without a gap.
pub fn pieces(rule: &str) -> Vec<(Range<usize>, Role)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(first) = rule[at..].chars().next() {
        let length = length(&rule[at..], first);
        let end = at + length;
        pieces.push((at..end, role(&rule[at..end], first)));
        at = end;
    }
    pieces
}

fn role(piece: &str, first: char) -> Role {
    match first {
        '\'' => Role::Literal,
        '@' => Role::Accent,
        _ if CONNECTIVES.contains(&piece.to_lowercase().as_str()) => Role::Dim,
        _ => Role::Text,
    }
}

/// Bytes of the piece at the start of `rest`.
fn length(rest: &str, first: char) -> usize {
    match first {
        '\'' | '"' => quoted(rest, first),
        '@' => name(rest),
        _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
        _ => first.len_utf8(),
    }
}

/// `@name`, `@name.cell`, `@name."any cell"`
fn name(rest: &str) -> usize {
    let name = 1 + rest[1..].find(|c| !is_word(c)).unwrap_or(rest.len() - 1);
    let Some(cell) = rest[name..].strip_prefix('.') else { return name };
    let cell = match cell.chars().next() {
        Some('"') => quoted(cell, '"'),
        _ => cell.find(|c| !is_word(c)).unwrap_or(cell.len()),
    };
    name + 1 + cell
}

/// Up to and with the closing quote; a doubled quote is part of the text. An open quote reaches to the end.
fn quoted(rest: &str, quote: char) -> usize {
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
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
    fn names_values_and_connectives_are_told_apart() {
        let rule = r#"city IN ('O''Hara', 'é') AND @age."25-34" or "and" > 2"#;
        assert_eq!(of_role(rule, Role::Literal), ["'O''Hara'", "'é'"]);
        assert_eq!(of_role(rule, Role::Accent), [r#"@age."25-34""#]);
        assert_eq!(of_role(rule, Role::Dim), ["IN", "AND", "or"]);
    }

    #[test]
    fn no_text_is_lost() {
        for rule in ["", "'", "@", "@a.", "@a.\"", "\"x", "日本 = '日", "a AND 'b''"] {
            assert_eq!(pieces(rule).into_iter().map(|piece| &rule[piece.0]).collect::<String>(), rule);
        }
    }
}
