//! Frames of the parts of the research view, and what stands in an empty one.

use ratatui::layout::Rect;

use super::ResearchView;
use crate::text::wrap;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, TextPiece};
use crate::tui::paint::theme::Role;

/// Returns true if the lower or the upper pane has the focus.
pub fn is_focused(state: &State, below: bool) -> bool {
    !state.filter.editing && state.views.get::<ResearchView>().is_below == below
}

/// Draws a frame with a title, followed by the position.
pub fn frame(canvas: &mut Canvas, area: Rect, title: &str, position: &str, focused: bool) {
    canvas.pane_frame(area, focused);
    let role = if focused { Role::Focus } else { Role::Strong };
    let room = area.width.saturating_sub(3);
    let x = canvas.text(area.x + 1, area.y, room, &format!(" {title} "), role);
    canvas.text(x, area.y, area.right().saturating_sub(x + 1), position, Role::Dim);
}

/// Draws the legend on the frame's lower line, on the right.
pub fn draw_legend(canvas: &mut Canvas, area: Rect, (content, role): TextPiece) {
    if !content.is_empty() {
        let y = area.bottom().saturating_sub(1);
        canvas.text_right(area.x + 2, area.right().saturating_sub(2), y, &format!(" {content} "), role);
    }
}

/// Draws text in the upper third.
pub fn draw_words(canvas: &mut Canvas, inner: Rect, lines: &[TextPiece]) {
    let width = usize::from(inner.width.saturating_sub(2));
    let wrapped =
        lines.iter().flat_map(|(content, role)| wrap(content, width).into_iter().map(move |line| (line, *role)));
    let wrapped: Vec<TextPiece> = wrapped.collect();
    let top = inner.y + inner.height.saturating_sub(wrapped.len() as u16) / 3;
    for ((content, role), y) in wrapped.iter().zip(top..inner.bottom()) {
        canvas.text_centred(inner, y, content, *role);
    }
}
