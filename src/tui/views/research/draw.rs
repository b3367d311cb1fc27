//! Research by persona: the answers, and beside or below them the quotes and who gave them.

use ratatui::layout::Rect;

use super::ResearchView;
use super::frame::{draw_words, frame, is_focused};
use super::{likeness, quotes, table, words};
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, Position, inside};
use crate::tui::views::research::{self, DetailContent, ResearchPlace};

/// Minimum width to show both parts side by side, and below, minimum height to stack them; otherwise they take turns.
const WIDE: u16 = 150;
const HIGH: u16 = 13;
/// Lines that the lower part needs, its frame included.
const MIN_LOWER_HEIGHT: u16 = 6;

/// Draws the answers and the lower part, or the one with the focus if there is no room for both.
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
    let above =
        (lines + table::FRAME_LINES).clamp(MIN_LOWER_HEIGHT, (area.height * 3 / 5).min(area.height - MIN_LOWER_HEIGHT));
    let below = Rect { y: area.y + above, height: area.height - above, ..area };
    (Some(Rect { height: above, ..area }), Some(below))
}

/// Returns the part of the view at a position.
pub fn place_at(state: &State, area: Rect, at: Position) -> Option<ResearchPlace> {
    let view = state.views.get::<ResearchView>();
    let (above, below) = split(area, state);
    if let Some(above) = above.filter(|above| above.contains(at)) {
        return table::place_at(state, above, at);
    }
    let below = below.filter(|below| below.contains(at))?;
    Some(ResearchPlace::Below(match view.below {
        DetailContent::Quotes => quotes::quote_at(state, below, at),
        DetailContent::Likeness => likeness::line_at(state, below, at),
    }))
}

fn draw_empty(canvas: &mut Canvas, area: Rect, state: &State) {
    frame(canvas, area, &words::title(state), "", is_focused(state, state.views.get::<ResearchView>().is_below));
    let lines = words::empty(state);
    draw_words(canvas, inside(area), &lines);
}
