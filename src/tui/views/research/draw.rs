//! Research by persona: the answers, and beside or below them the quotes and who gave them.

use super::ResearchView;
use super::{likeness, quotes, table, words};

use ratatui::layout::Rect;

use crate::text::wrap;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::research::{self, DetailContent};

/// Minimum width to show both parts side by side, and below, minimum height to stack them; otherwise they take turns.
const WIDE: u16 = 150;
const HIGH: u16 = 13;
/// Lines that the lower part needs, its frame included.
const BELOW: u16 = 6;

pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let view = state.views.get::<ResearchView>();
    let there = research::table(state).is_some() && view.asked.voices.found.answer.is_some();
    if !there {
        return draw_empty(canvas, area, state);
    }
    let (above, below) = split(area, state);
    if let Some(above) = above {
        table::draw(canvas, above, state);
    }
    match (below, view.below) {
        (Some(below), DetailContent::Quotes) => quotes::draw(canvas, below, state),
        (Some(below), DetailContent::Likeness) => likeness::draw(canvas, below, state),
        (None, _) => {}
    }
}

fn split(area: Rect, state: &State) -> (Option<Rect>, Option<Rect>) {
    let view = state.views.get::<ResearchView>();
    if area.width >= WIDE {
        let left = area.width * 3 / 5;
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        return (Some(Rect { width: left, ..area }), Some(right));
    }
    if area.height < HIGH {
        return if view.is_below { (None, Some(area)) } else { (Some(area), None) };
    }
    let lines = view.asked.voices.found.answer.as_ref().map_or(0, |found| found.lines.len()) as u16;
    let above = (lines + table::AROUND).clamp(BELOW, (area.height * 3 / 5).min(area.height - BELOW));
    let below = Rect { y: area.y + above, height: area.height - above, ..area };
    (Some(Rect { height: above, ..area }), Some(below))
}

/// Returns true if keys go to this part: the lower one, or the upper one.
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

fn draw_empty(canvas: &mut Canvas, area: Rect, state: &State) {
    frame(canvas, area, &words::title(state), "", is_focused(state, state.views.get::<ResearchView>().is_below));
    let lines = words::empty(state);
    draw_words(canvas, inside(area), &lines);
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
