//! Parses patterns of `LIKE`.

/// A piece of a `LIKE` pattern.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LikePiece {
    Text(String),
    /// `_`
    AnyCharacter,
    /// `%`
    AnyText,
}

/// Parses a pattern. An escape character at its end stands for itself.
pub(super) fn like_pieces(pattern: &str, escape: Option<char>) -> Vec<LikePiece> {
    let mut pieces: Vec<LikePiece> = Vec::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        let literal = match c {
            _ if Some(c) == escape => chars.next().unwrap_or(c),
            '%' => {
                pieces.push(LikePiece::AnyText);
                continue;
            }
            '_' => {
                pieces.push(LikePiece::AnyCharacter);
                continue;
            }
            c => c,
        };
        match pieces.last_mut() {
            Some(LikePiece::Text(text)) => text.push(literal),
            _ => pieces.push(LikePiece::Text(literal.into())),
        }
    }
    pieces
}

/// Returns true if one of the texts contains one of these characters.
pub(super) fn has_special(pieces: &[LikePiece], special: &str) -> bool {
    pieces.iter().any(|piece| matches!(piece, LikePiece::Text(text) if text.contains(|c| special.contains(c))))
}

/// Returns the pattern with `escape` in front of special characters.
pub(super) fn escaped_like(pieces: &[LikePiece], special: &str, escape: &str) -> String {
    let piece = |piece: &LikePiece| match piece {
        LikePiece::AnyText => "%".to_owned(),
        LikePiece::AnyCharacter => "_".to_owned(),
        LikePiece::Text(text) => text
            .chars()
            .flat_map(
                |c| if special.contains(c) { vec![escape.to_owned(), c.to_string()] } else { vec![c.to_string()] },
            )
            .collect(),
    };
    pieces.iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_patterns_split_with_and_without_escape() {
        let text = |text: &str| LikePiece::Text(text.into());
        assert_eq!(like_pieces("a!%b%", Some('!')), [text("a%b"), LikePiece::AnyText]);
        assert_eq!(like_pieces("a!%", None), [text("a!"), LikePiece::AnyText]);
        assert_eq!(escaped_like(&like_pieces("50!%_", Some('!')), "%_!", "!"), "50!%_");
    }
}
