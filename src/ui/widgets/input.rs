//! A line of text with a cursor that stays in sight.

use std::ops::Range;

use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;

use crate::term::text;
use crate::ui::canvas::Canvas;
use crate::ui::theme::Role;

/// Which part of a text is in sight, and where places of it are drawn.
#[derive(Debug, Clone)]
pub struct Sight {
    /// Bytes that are drawn.
    pub bytes: Range<usize>,
    /// Cells before the first drawn byte.
    skipped: usize,
}

impl Sight {
    /// As much of `content` as `width` cells hold, with the byte at `cursor` among it and a cell to spare for it.
    pub fn new(content: &str, cursor: usize, width: usize) -> Self {
        let before = cells(content, cursor);
        let skip = (before + 1).saturating_sub(width);
        let (mut used, mut start, mut skipped) = (0, content.len(), before);
        for (byte, cluster) in content.grapheme_indices(true) {
            if used >= skip {
                (start, skipped) = (byte, used);
                break;
            }
            used += shown_width(cluster);
        }
        let mut end = start;
        let mut room = width;
        for (byte, cluster) in content[start..].grapheme_indices(true) {
            let Some(rest) = room.checked_sub(shown_width(cluster)) else { break };
            room = rest;
            end = start + byte + cluster.len();
        }
        Self { bytes: start..end, skipped }
    }

    /// The cell, counted from the left edge, at which a byte of the text is drawn.
    pub fn cell(&self, content: &str, byte: usize) -> usize {
        cells(content, byte).saturating_sub(self.skipped)
    }
}

/// Cells that the text takes before a byte. A byte inside a character counts as its start.
pub fn cells(content: &str, byte: usize) -> usize {
    let clusters = content.grapheme_indices(true).take_while(|(at, cluster)| at + cluster.len() <= byte);
    clusters.map(|(_, cluster)| shown_width(cluster)).sum()
}

fn shown_width(cluster: &str) -> usize {
    text::width(&text::visible(cluster))
}

/// The cursor as a byte of the text.
pub fn cursor_byte(input: &Input) -> usize {
    input.value().char_indices().nth(input.cursor()).map_or(input.value().len(), |(byte, _)| byte)
}

/// Draws the input in `width` cells; with `cursor` the terminal's cursor is shown in it.
pub fn draw(canvas: &mut Canvas, x: u16, y: u16, width: u16, input: &Input, cursor: bool) {
    let at = if cursor { cursor_byte(input) } else { 0 };
    let sight = Sight::new(input.value(), at, usize::from(width));
    canvas.text(x, y, width, &input.value()[sight.bytes.clone()], Role::Text);
    if cursor {
        canvas.show_cursor(x + sight.cell(input.value(), at) as u16, y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_always_in_sight() {
        let content = "country IN ('日本','U\u{1b}S') AND spend > 250";
        for width in 1..60 {
            for (byte, _) in content.char_indices().chain([(content.len(), ' ')]) {
                let sight = Sight::new(content, byte, width);
                assert!(sight.cell(content, byte) < width, "{byte} in {width}");
                assert!(cells(&content[sight.bytes.clone()], usize::MAX) <= width);
            }
        }
    }

    #[test]
    fn a_text_that_fits_does_not_scroll() {
        assert_eq!(Sight::new("abc", 3, 4).bytes, 0..3);
        assert_eq!(Sight::new("abc", 3, 3).bytes, 1..3);
    }
}
