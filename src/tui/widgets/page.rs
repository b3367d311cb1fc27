//! A page of lines that scrolls, in a frame with a title.

use ratatui::layout::Rect;

use crate::insight::format;
use crate::tui::paint::canvas::{Canvas, TextPiece, inside};
use crate::tui::paint::theme::Role;

/// Lines of text, each as pieces from left to right.
pub type Lines = Vec<Vec<TextPiece>>;

/// Returns the first line to draw for a scroll offset, limited so that the last line never rises above the bottom.
pub fn scrolled(scroll: usize, lines: usize, height: usize) -> usize {
    scroll.min(lines.saturating_sub(height))
}

/// Draws the lines from the scroll offset on, with a frame, the title and the position.
pub fn draw(canvas: &mut Canvas, area: Rect, title: &str, lines: &Lines, scroll: usize) {
    canvas.clear(area);
    canvas.frame(area, Role::FocusBorder);
    if area.height < 3 || area.width < 4 {
        return;
    }
    let inner = inside(area);
    let height = usize::from(inner.height);
    let first = scrolled(scroll, lines.len(), height);
    let right = area.right() - 2;
    canvas.text(area.x + 1, area.y, area.width - 3, &format!(" {title} "), Role::Focus);
    if lines.len() > height {
        let position = format!(" {}–{} of {} ", first + 1, first + height, format::count(lines.len() as u64));
        canvas.text_right(area.x + 2, right, area.bottom() - 1, &position, Role::Dim);
    }
    for (line, y) in lines.iter().skip(first).zip(inner.top()..inner.bottom()) {
        canvas.pieces(inner.x + 1, y, inner.width.saturating_sub(2), line);
    }
}
