//! Parses formats of `strftime`.

/// A format's pieces, in order.
pub(super) struct TimePattern(pub(super) Vec<FormatPiece>);

/// Piece of a format: plain text or a part of a time.
pub(super) enum FormatPiece {
    Text(String),
    /// `%Y`; `%-d` has no leading zeros.
    Part {
        letter: char,
        unpadded: bool,
    },
}

impl TimePattern {
    pub(super) fn parse(format: &str) -> Self {
        let mut pieces: Vec<FormatPiece> = Vec::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            let part = match c {
                '%' => match chars.next() {
                    Some('%') | None => None,
                    Some('-') => chars.next().map(|letter| FormatPiece::Part { letter, unpadded: true }),
                    Some(letter) => Some(FormatPiece::Part { letter, unpadded: false }),
                },
                _ => None,
            };
            match (part, pieces.last_mut()) {
                (Some(part), _) => pieces.push(part),
                (None, Some(FormatPiece::Text(text))) => text.push(c),
                (None, _) => pieces.push(FormatPiece::Text(c.into())),
            }
        }
        Self(pieces)
    }

    /// Returns the format in the words of an engine.
    ///
    /// # Errors
    /// Returns an error if the engine has no word for a part.
    pub(super) fn in_words(&self, engine: &str, words: &str, text: impl Fn(&str) -> String) -> Result<String, String> {
        let word = |letter: char, unpadded: bool| {
            let key = if unpadded { format!("-{letter}") } else { letter.to_string() };
            time_word(words, &key).map(str::to_owned)
        };
        self.translated(engine, word, text)
    }

    /// Returns the format in an engine's own language.
    ///
    /// # Errors
    /// Returns an error if the engine has no specifier for a part.
    pub(super) fn translated(
        &self,
        engine: &str,
        part: impl Fn(char, bool) -> Option<String>,
        text: impl Fn(&str) -> String,
    ) -> Result<String, String> {
        let piece = |piece: &FormatPiece| match piece {
            FormatPiece::Text(literal) => Ok(text(literal)),
            FormatPiece::Part { letter, unpadded } => part(*letter, *unpadded).ok_or_else(|| {
                let dash = if *unpadded { "-" } else { "" };
                format!("{engine} has no equivalent of %{dash}{letter}")
            }),
        };
        self.0.iter().map(piece).collect()
    }
}

/// Returns an engine's word for a part of a time. `words` has `Y=YYYY` for `%Y` and `-d=D` for `%-d`, between blanks.
pub(super) fn time_word<'w>(words: &'w str, part: &str) -> Option<&'w str> {
    words.split(' ').filter_map(|word| word.split_once('=')).find(|(known, _)| *known == part).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_patterns_are_translated_for_dialect() {
        let part = |letter: char, unpadded| match (letter, unpadded) {
            ('Y', false) => Some("yyyy".to_owned()),
            ('d', true) => Some("d".to_owned()),
            _ => None,
        };
        let translated =
            |format: &str| TimePattern::parse(format).translated("Spark", part, |text| format!("'{text}'"));
        assert_eq!(translated("%Y 100%% on %-d.").as_deref(), Ok("yyyy' 100% on 'd'.'"));
        assert_eq!(translated("%d"), Err("Spark has no equivalent of %d".into()));
    }
}
