//! A line of text with a cursor that stays in sight.

use std::ops::Range;

use tui_input::Input;
use unicode_segmentation::UnicodeSegmentation;

use crate::text;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;

/// The visible part of a text, and the positions in it. Only the visible part is read, however long the text is.
#[derive(Debug, Clone)]
pub struct VisibleText {
    /// Range of the bytes that are drawn.
    pub bytes: Range<usize>,
    width: usize,
}

impl VisibleText {
    /// Selects as much of `content` as fits into `width` cells around the byte at `cursor`, with a cell to spare for
    /// the cursor. Up to a quarter of the width shows what follows the cursor.
    pub fn new(content: &str, cursor: usize, width: usize) -> Self {
        let cursor = content.floor_char_boundary(cursor);
        let (before, after) = content.split_at(cursor);
        let ahead: usize = after.graphemes(true).map(shown_width).take(width / 4).sum();
        let behind = width.saturating_sub(ahead.min(width / 4).max(1));
        let start = cursor - bytes_that_fit(before.graphemes(true).rev(), behind);
        let end = start + bytes_that_fit(content[start..].graphemes(true), width);
        Self { bytes: start..end, width }
    }

    /// Returns the cell, counted from the left edge, at which a byte of the text is drawn; the nearer edge if it is
    /// out of sight.
    pub fn cell(&self, content: &str, byte: usize) -> usize {
        match byte {
            _ if byte <= self.bytes.start => 0,
            _ if byte > self.bytes.end => self.width,
            _ => content.get(self.bytes.start..byte).map_or(0, cells),
        }
    }
}

/// Returns the bytes of the first clusters that fit into `room` cells.
fn bytes_that_fit<'a>(clusters: impl Iterator<Item = &'a str>, room: usize) -> usize {
    let fits = |room: &mut usize, cluster: &'a str| {
        *room = room.checked_sub(shown_width(cluster))?;
        Some(cluster.len())
    };
    clusters.scan(room, fits).sum()
}

/// Returns the number of cells that the text takes.
pub fn cells(content: &str) -> usize {
    content.graphemes(true).map(shown_width).sum()
}

fn shown_width(cluster: &str) -> usize {
    text::width(&text::visible(cluster))
}

/// Returns the cursor as a byte offset into the text.
pub fn cursor_byte(input: &Input) -> usize {
    input.value().char_indices().nth(input.cursor()).map_or(input.value().len(), |(byte, _)| byte)
}

/// Draws the input in `width` cells. With `cursor`, shows the terminal's cursor in it.
pub fn draw(canvas: &mut Canvas, x: u16, y: u16, width: u16, input: &Input, cursor: bool) {
    let at = if cursor { cursor_byte(input) } else { 0 };
    let sight = VisibleText::new(input.value(), at, usize::from(width));
    canvas.text(x, y, width, &input.value()[sight.bytes.clone()], Role::Text);
    if cursor {
        canvas.show_cursor(x + sight.cell(input.value(), at) as u16, y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursor_is_always_in_sight() {
        let content = "country IN ('日本','U\u{1b}S') AND spend > 250";
        for width in 1..60 {
            for (byte, _) in content.char_indices().chain([(content.len(), ' ')]) {
                let sight = VisibleText::new(content, byte, width);
                assert!(sight.cell(content, byte) < width, "{byte} in {width}");
                assert!(cells(&content[sight.bytes.clone()]) <= width);
            }
        }
    }

    #[test]
    fn sight_keeps_text_after_cursor_visible() {
        let content = "0123456789".repeat(10);
        assert_eq!(VisibleText::new(&content, 50, 20).bytes, 35..55);
        assert_eq!(VisibleText::new(&content, 98, 20).bytes, 80..100);
        assert_eq!(VisibleText::new(&content, 3, 20).bytes, 0..20);
        assert_eq!(
            [10, 35, 50, 55, 90].map(|byte| VisibleText::new(&content, 50, 20).cell(&content, byte)),
            [0, 0, 15, 20, 20]
        );
    }

    #[test]
    fn sight_of_long_text_takes_under_50_ms() {
        let content = "'1234567', ".repeat(1_000_000);
        let began = std::time::Instant::now();
        for cursor in [0, content.len() / 2, content.len()] {
            let sight = VisibleText::new(&content, cursor, 200);
            assert!(sight.cell(&content, cursor) < 200 && sight.cell(&content, content.len()) <= 200);
        }
        assert!(began.elapsed().as_millis() < 50, "{:?}", began.elapsed());
    }

    #[test]
    fn fitting_text_does_not_scroll() {
        assert_eq!(VisibleText::new("abc", 3, 4).bytes, 0..3);
        assert_eq!(VisibleText::new("abc", 3, 3).bytes, 1..3);
    }
}
