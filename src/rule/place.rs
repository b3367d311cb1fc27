use std::ops::Range;

use sqlparser::tokenizer::{Location, Span};

/// Converts the parser's lines and columns, which count characters, to byte offsets in the rule's text.
pub(super) struct ByteOffsets {
    /// Byte offset of each character, followed by the end of the text.
    characters: Vec<usize>,
    /// Index of the first character of each line.
    lines: Vec<usize>,
}

impl ByteOffsets {
    pub(super) fn new(text: &str) -> Self {
        let characters = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let after_breaks = text.chars().enumerate().filter(|(_, c)| *c == '\n').map(|(i, _)| i + 1);
        Self { characters, lines: std::iter::once(0).chain(after_breaks).collect() }
    }

    fn end(&self) -> usize {
        self.characters.last().copied().unwrap_or(0)
    }

    /// Returns the byte offset of a place; the end of the text if the place is unknown or beyond it.
    pub(super) fn offset(&self, place: Location) -> usize {
        let (Some(line), Some(column)) = (place.line.checked_sub(1), place.column.checked_sub(1)) else {
            return self.end();
        };
        let character = self.lines.get(line as usize).map(|start| start + column as usize);
        character.and_then(|i| self.characters.get(i).copied()).unwrap_or(self.end())
    }

    /// Returns the bytes of a span; the whole text if the parser left the span empty.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        if span == Span::empty() {
            return 0..self.end();
        }
        let start = self.offset(span.start);
        start..self.offset(span.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_characters_and_lines() {
        let places = ByteOffsets::new("é = 1\nAND b");
        assert_eq!(places.offset(Location::new(1, 3)), 3);
        assert_eq!(places.range(Span::new(Location::new(2, 5), Location::new(2, 6))), 11..12);
        assert_eq!(places.offset(Location::new(9, 9)), 12);
    }
}
