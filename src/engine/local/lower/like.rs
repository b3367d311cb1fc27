//! Evaluates `LIKE` and `ILIKE` with a matcher of our own, instead of by regular expressions. Patterns, which may
//! come from a column, need no compilation and may have any size, and a row takes only a few searches for literal
//! text. Constant patterns that mean equality, a prefix, a suffix or containment are recognized by the parser of
//! rules and do not get here.

use std::collections::HashMap;

use memchr::memmem::Finder;

use super::loops::{map, zip};
use super::texts::push_lower;
use super::vector::LoopOperand;
use super::{Evaluated, Vector};

/// A pattern of literal texts, `_` for any character, and `%` for any number of characters.
#[derive(Debug)]
pub struct LikePattern {
    /// Parts between the `%`. The first one must be at the start of the text and the last one at its end. If there is
    /// only one, it must match the whole text.
    segments: Vec<LikeSegment>,
}

/// Part of a pattern without `%`.
#[derive(Debug, Default)]
struct LikeSegment {
    pieces: Vec<SegmentPiece>,
    /// Finds the first literal text of the segment; the number is that of the characters before it.
    finder: Option<(usize, Finder<'static>)>,
}

/// Piece of a segment: literal text or arbitrary characters.
#[derive(Debug)]
enum SegmentPiece {
    Text(String),
    /// This number of arbitrary characters.
    Any(usize),
}

impl LikePattern {
    /// Parses a pattern. Returns `None` if it ends in its escape character.
    pub fn parse(pattern: &str, escape: Option<char>) -> Option<Self> {
        let mut segments = vec![LikeSegment::default()];
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            let last = segments.len() - 1;
            match c {
                c if Some(c) == escape => segments[last].push_text(chars.next()?),
                '%' => segments.push(LikeSegment::default()),
                '_' => segments[last].push_any(),
                c => segments[last].push_text(c),
            }
        }
        // Empty segments in the middle are dropped: `%%` means the same as `%`.
        let last = segments.len() - 1;
        let mut at = 0;
        segments.retain(|segment| {
            at += 1;
            at == 1 || at == last + 1 || !segment.pieces.is_empty()
        });
        segments.iter_mut().for_each(LikeSegment::prepare);
        Some(Self { segments })
    }

    pub fn matches(&self, text: &str) -> bool {
        match self.segments.as_slice() {
            [] => false,
            [whole] => whole.end_at_start(text) == Some(text.len()),
            // The segments in the middle are matched as far to the left as possible, which leaves the most text for
            // the following ones.
            [first, between @ .., last] => {
                let rest = first.end_at_start(text).map(|end| &text[end..]);
                let rest = rest.and_then(|rest| last.start_at_end(rest).map(|start| &rest[..start]));
                let found = between.iter().try_fold(rest, |rest, segment| {
                    let rest = rest?;
                    Some(segment.find_end(rest).map(|end| &rest[end..]))
                });
                found.flatten().is_some()
            }
        }
    }
}

impl LikeSegment {
    fn push_text(&mut self, c: char) {
        match self.pieces.last_mut() {
            Some(SegmentPiece::Text(text)) => text.push(c),
            _ => self.pieces.push(SegmentPiece::Text(c.into())),
        }
    }

    fn push_any(&mut self) {
        match self.pieces.last_mut() {
            Some(SegmentPiece::Any(count)) => *count += 1,
            _ => self.pieces.push(SegmentPiece::Any(1)),
        }
    }

    fn prepare(&mut self) {
        self.finder = match self.pieces.as_slice() {
            [SegmentPiece::Text(text), ..] => Some((0, Finder::new(text).into_owned())),
            [SegmentPiece::Any(count), SegmentPiece::Text(text), ..] => Some((*count, Finder::new(text).into_owned())),
            _ => None,
        };
    }

    /// Returns the end of the segment if the text begins with it.
    fn end_at_start(&self, text: &str) -> Option<usize> {
        end(&self.pieces, text)
    }

    /// Returns the start of the segment if the text ends with it.
    fn start_at_end(&self, text: &str) -> Option<usize> {
        self.pieces.iter().rev().try_fold(text.len(), |end, piece| match piece {
            SegmentPiece::Text(part) => text[..end].strip_suffix(part.as_str()).map(str::len),
            SegmentPiece::Any(count) => text[..end].char_indices().rev().nth(count - 1).map(|(at, _)| at),
        })
    }

    /// Returns the end of the leftmost occurrence of the segment.
    fn find_end(&self, text: &str) -> Option<usize> {
        let Some((skipped, finder)) = &self.finder else { return self.end_at_start(text) };
        let before = usize::from(*skipped > 0);
        let mut from = end(&self.pieces[..before], text)?;
        let after = &self.pieces[before + 1..];
        while let Some(at) = finder.find(&text.as_bytes()[from..]) {
            let found = from + at + finder.needle().len();
            match end(after, &text[found..]) {
                Some(more) => return Some(found + more),
                // Continues after the first byte of the match. This byte may be inside of a character, where no text
                // can match.
                None => from += at + 1,
            }
        }
        None
    }
}

/// Returns the end of the pieces if the text begins with them.
fn end(pieces: &[SegmentPiece], text: &str) -> Option<usize> {
    pieces.iter().try_fold(0, |start, piece| match piece {
        SegmentPiece::Text(part) => text[start..].starts_with(part.as_str()).then(|| start + part.len()),
        SegmentPiece::Any(count) => {
            let last = text[start..].char_indices().nth(count - 1);
            last.map(|(at, c)| start + at + c.len_utf8())
        }
    })
}

/// Matches texts with patterns. If `any_case`, both are converted to lower case first.
pub fn like<'s>(values: Vector<'s>, patterns: Vector<'s>, escape: Option<char>, any_case: bool) -> Evaluated<'s> {
    if matches!(values, Vector::Null) || matches!(patterns, Vector::Null) {
        return Ok(Vector::Null);
    }
    let (texts, patterns) = (values.into_texts()?, patterns.into_texts()?);
    let parse = |pattern: &str| {
        let mut lower = String::new();
        if any_case {
            push_lower(pattern, &mut lower);
        }
        // The escape character is part of the pattern, and is converted to lower case with it.
        let escape = escape.map(|c| if any_case { c.to_lowercase().next().unwrap_or(c) } else { c });
        LikePattern::parse(if any_case { &lower } else { pattern }, escape)
    };
    let mut scratch = String::new();
    if patterns.len() == 1 {
        let Some(pattern) = patterns.value(0).and_then(parse) else { return Ok(Vector::Null) };
        let matched = map(&texts, |text| pattern.matches(cased(text, any_case, &mut scratch)));
        return Ok(Vector::Truth(matched));
    }
    // A pattern that ends in its escape character is invalid, and the result is null.
    let mut parsed: HashMap<&str, Option<LikePattern>> = HashMap::new();
    let matched = zip(&texts, &patterns, |text, pattern| {
        let pattern = parsed.entry(pattern).or_insert_with(|| parse(pattern)).as_ref()?;
        Some(pattern.matches(cased(text, any_case, &mut scratch)))
    });
    Ok(Vector::Truth(matched))
}

fn cased<'t>(text: &'t str, any_case: bool, scratch: &'t mut String) -> &'t str {
    if !any_case {
        return text;
    }
    scratch.clear();
    push_lower(text, scratch);
    scratch
}
