//! Draws the consolidation: what k groups cover, and the groups of the selected k.

use ratatui::layout::Rect;

use super::{groups, lines, steps};
use crate::insight::consolidate::ConsolidationFigures;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, Position};
use crate::tui::views::consolidate::ConsolidateView;
use crate::tui::widgets::list::Window;

/// Minimum width to show the steps beside the groups.
const MIN_WIDTH_BESIDE: u16 = 112;
/// Minimum height to show more than the groups.
const BOTH: u16 = 14;

/// Draws the steps and the groups, side by side or stacked; on a low screen the groups alone.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let view = state.views.get::<ConsolidateView>();
    let figures = view.consolidation.answer.as_ref().map(|all| ConsolidationFigures::new(all, state.settings.min_cell));
    let Some(figures) = figures.filter(|figures| !figures.steps.is_empty()) else {
        return groups::draw_empty(canvas, area, state);
    };
    if area.height < BOTH {
        return groups::draw(canvas, area, state, &figures);
    }
    let (left, right) = split(area, figures.steps.len());
    steps::draw(canvas, left, state, &figures);
    groups::draw(canvas, right, state, &figures);
}

/// Part of the view that the mouse can be pressed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsolidatePlace {
    /// The step of this many groups.
    Step(usize),
    /// A line of the groups.
    Line(usize),
}

/// Returns the part of the view at a position.
pub fn place_at(state: &State, area: Rect, at: Position) -> Option<ConsolidatePlace> {
    let view = state.views.get::<ConsolidateView>();
    let steps = view.consolidation.answer.as_ref()?.steps.len();
    let (left, right) = if area.height < BOTH { (Rect::default(), area) } else { split(area, steps) };
    if left.contains(at) {
        return Window::line_at(left, view.k().saturating_sub(1), steps, at)
            .map(|step| ConsolidatePlace::Step(step + 1));
    }
    Window::line_at(right, view.cursor, lines(view).len(), at).map(ConsolidatePlace::Line)
}

fn split(area: Rect, steps: usize) -> (Rect, Rect) {
    if area.width >= MIN_WIDTH_BESIDE {
        let width = (area.width * 2 / 5).clamp(54, 76);
        return (Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area });
    }
    let height = (steps as u16 + 2).min(area.height / 3).max(5);
    (Rect { height, ..area }, Rect { y: area.y + height, height: area.height - height, ..area })
}
