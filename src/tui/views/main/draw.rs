//! Draws the three panes.

use ratatui::layout::Rect;

use super::{draw_groups as groups, draw_personas as personas, draw_segments as segments, selected};
use crate::tui::core::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use crate::tui::core::{Pane, State};
use crate::tui::paint::canvas::{Canvas, Position, cells};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::layout::{Panes, SIDE_BY_SIDE};
use crate::tui::widgets::list::List;

/// Draws the three panes side by side if there is room, and a card of the selected line; otherwise the pane in focus,
/// and the personas in a strip below it.
pub fn draw(canvas: &mut Canvas, main: Rect, state: &State) {
    if main.width < SIDE_BY_SIDE {
        let (area, strip) = narrow(main, state);
        if let Some(strip) = strip {
            personas::strip(state, strip).draw(canvas, strip);
        }
        let mut list = list(state, state.focus, area);
        list.tabs = Pane::ALL.map(|pane| (word(pane), pane == state.focus)).into();
        list.draw(canvas, area);
        if let Some(strip) = strip {
            join(canvas, strip, Role::Border);
            personas::strip(state, strip).draw_top(canvas, strip);
        }
        return;
    }
    let panes = beside(main, state);
    let areas = [(Pane::Segments, panes.segments), (Pane::Groups, panes.groups), (Pane::Personas, panes.personas)];
    // The pane in focus is drawn last, so that its frame covers the line that it shares.
    let (last, first): (Vec<_>, Vec<_>) = areas.into_iter().partition(|(pane, _)| *pane == state.focus);
    for (pane, area) in first.into_iter().chain(last) {
        list(state, pane, area).draw(canvas, area);
    }
    let is_focused = state.focus == Pane::Groups && !state.filter.editing;
    join(canvas, panes.groups, if is_focused { Role::FocusBorder } else { Role::Border });
    // The title and headings of the lower pane lie on the shared line.
    if state.focus == Pane::Segments {
        list(state, Pane::Groups, panes.groups).draw_top(canvas, panes.groups);
    }
    selected::draw(canvas, panes.card, state);
}

/// Divides the area of a wide screen.
pub fn beside(main: Rect, state: &State) -> Panes {
    Panes::beside(main, groups::lines(state), personas::height(state))
}

/// Divides the area of a narrow screen into the pane in focus and the strip of personas, if there is one.
pub fn narrow(main: Rect, state: &State) -> (Rect, Option<Rect>) {
    let lines = if state.focus == Pane::Personas { 0 } else { personas::strip_height(state) };
    Panes::with_strip(main, lines)
}

/// Returns the pane whose tab is at a place of the upper line.
pub fn tab_at(area: Rect, at: Position) -> Option<Pane> {
    if at.y != area.y {
        return None;
    }
    let mut left = area.x + 1;
    Pane::ALL.into_iter().find(|pane| {
        let right = left + cells(word(*pane)) + 2;
        let is_here = (left..right).contains(&at.x);
        left = right;
        is_here
    })
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

/// Returns the selected line's error in full: the line itself seldom has room.
pub fn chosen_error(state: &State) -> Option<String> {
    if state.view != super::NAME || !state.is_loaded() {
        return None;
    }
    let (name, error) = match state.focus {
        Pane::Segments => segment_error(state)?,
        Pane::Personas => persona_error(state)?,
        Pane::Groups => return None,
    };
    Some(format!("! {name}: {error}"))
}

fn segment_error(state: &State) -> Option<(String, String)> {
    let line = *segment_lines(state).get(state.segments.cursor)?;
    let error = match line {
        SegmentLine::Segmentation { entry, .. } => entry.cells()?.as_ref().err()?.clone(),
        _ => line.rule()?.as_ref().err()?.to_string(),
    };
    Some((line.name().to_owned(), error))
}

fn persona_error(state: &State) -> Option<(String, String)> {
    let (name, error) = match *persona_lines(state).get(state.personas.cursor)? {
        PersonaLine::Persona { entry, .. } => (&entry.name, entry.audience.as_ref().err()?),
        PersonaLine::Span { entry, .. } => (&entry.name, entry.segment.as_ref().err()?),
        PersonaLine::InNone | PersonaLine::InSeveral => return None,
    };
    Some((name.clone(), error.to_string()))
}

/// Returns true if the pane in focus has lines: keys that act on one are of use.
pub fn has_lines(state: &State) -> bool {
    match state.focus {
        Pane::Segments => !state.catalog.segments.is_empty(),
        Pane::Groups => crate::tui::core::groups::lines(&state.answers.groups) > 0,
        Pane::Personas => !state.catalog.personas.is_empty(),
    }
}
