//! The parts of the main screen and of the rows view.

pub mod filter;
pub mod footer;
pub mod groups;
pub mod header;
pub mod personas;
pub mod rows;
pub mod segments;
pub mod summary;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::layout::{Panes, SIDE_BY_SIDE};
use super::theme::Role;
use super::widgets::list::List;
use crate::app::{Pane, State};

/// Draws the three panes side by side if there is room, otherwise the one in focus.
pub fn draw(canvas: &mut Canvas, main: Rect, state: &State) {
    if main.width < SIDE_BY_SIDE {
        let mut list = list(state, state.focus, main);
        list.tabs = Pane::ALL.map(|pane| (word(pane), pane == state.focus)).into();
        return list.draw(canvas, main);
    }
    let panes = Panes::beside(main, groups::lines(state));
    let areas = [(Pane::Segments, panes.segments), (Pane::Groups, panes.groups), (Pane::Personas, panes.personas)];
    // The pane in focus is drawn last, so that its frame covers the line that it shares.
    let (last, first): (Vec<_>, Vec<_>) = areas.into_iter().partition(|(pane, _)| *pane == state.focus);
    for (pane, area) in first.into_iter().chain(last) {
        list(state, pane, area).draw(canvas, area);
    }
    join(canvas, panes.groups, if state.focus == Pane::Personas { Role::Border } else { Role::FocusBorder });
    // The title and headings of the lower pane lie on the shared line.
    if state.focus == Pane::Segments {
        list(state, Pane::Groups, panes.groups).draw_top(canvas, panes.groups);
    }
}

fn join(canvas: &mut Canvas, lower: Rect, role: Role) {
    canvas.text(lower.x, lower.y, 1, "├", role);
    canvas.text(lower.right().saturating_sub(1), lower.y, 1, "┤", role);
}

fn list(state: &State, pane: Pane, area: Rect) -> List {
    let mut list = match pane {
        Pane::Segments => segments::list(state, area),
        Pane::Groups => groups::list(state, area),
        Pane::Personas => personas::list(state, area),
    };
    list.focused = state.focus == pane && !state.filter.editing;
    list
}

fn word(pane: Pane) -> &'static str {
    match pane {
        Pane::Segments => "Segments",
        Pane::Groups => "Group by",
        Pane::Personas => "Personas",
    }
}
