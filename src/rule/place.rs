use std::ops::Range;

use sqlparser::tokenizer::{Location, Span};

/// Turns the parser's lines and columns, which count characters, into bytes of the rule's text.
pub(super) struct Places<'a> {
    text: &'a str,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text }
    }

    /// The byte at which a place begins; the end of the text for a place that is beyond it or unknown.
    pub(super) fn offset(&self, place: Location) -> usize {
        if place.line == 0 || place.column == 0 {
            return self.text.len();
        }
        let mut begin = 0;
        for _ in 1..place.line {
            match self.text[begin..].find('\n') {
                Some(at) => begin += at + 1,
                None => return self.text.len(),
            }
        }
        let line = &self.text[begin..];
        line.char_indices().nth(place.column as usize - 1).map_or(self.text.len(), |(at, _)| begin + at)
    }

    /// The bytes of a span; the whole text for a span that the parser left empty.
    pub(super) fn range(&self, span: Span) -> Range<usize> {
        if span == Span::empty() {
            return 0..self.text.len();
        }
        let start = self.offset(span.start);
        start..self.offset(span.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_many_bytes_and_lines_count_as_one() {
        let places = Places::new("é = 1\nAND b");
        assert_eq!(places.offset(Location::new(1, 3)), 3);
        assert_eq!(places.range(Span::new(Location::new(2, 5), Location::new(2, 6))), 11..12);
        assert_eq!(places.offset(Location::new(9, 9)), 12);
    }
}
