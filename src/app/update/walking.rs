//! Cursor movement among panes, lines, rows and columns.

use super::super::action::Effect;
use super::super::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use super::super::state::{ListPane, Overlay, Pane, State, View};
use super::commands::ask_for;
use super::{asking, views};
use crate::engine::Sort;
use crate::insight::settings::values_not_shown;

pub fn open(state: &mut State, wanted: bool) -> Vec<Effect> {
    let name = match state.focus {
        Pane::Segments => match segment_lines(state).get(state.segments.cursor) {
            Some(SegmentLine::Segmentation { entry, .. }) => Some(entry.name.clone()),
            Some(SegmentLine::Cell(cell)) if !wanted => {
                cell.full.strip_suffix(&format!(".{}", cell.name)).map(str::to_owned)
            }
            _ => None,
        },
        Pane::Personas => match persona_lines(state).get(state.personas.cursor) {
            Some(PersonaLine::Persona { entry, .. }) => Some(entry.id.clone()),
            Some(PersonaLine::Span { persona, .. }) if !wanted => Some(state.catalog.personas[*persona].id.clone()),
            _ => None,
        },
        Pane::Groups => None,
    };
    let Some(name) = name else { return Vec::new() };
    let pane = if state.focus == Pane::Segments { &mut state.segments } else { &mut state.personas };
    if wanted {
        pane.open.insert(name);
    } else {
        pane.open.remove(&name);
        let line = line_of(state, &name);
        pane_of(state).cursor = line;
    }
    Vec::new()
}

/// Returns the line of a name that was closed.
fn line_of(state: &State, name: &str) -> usize {
    let segments = || segment_lines(state).iter().position(|line| line.name() == name);
    let personas = || {
        let is_it = |line: &PersonaLine| matches!(line, PersonaLine::Persona { entry, .. } if entry.id == name);
        persona_lines(state).iter().position(is_it)
    };
    if state.focus == Pane::Segments { segments() } else { personas() }.unwrap_or(0)
}

fn pane_of(state: &mut State) -> &mut ListPane {
    match state.focus {
        Pane::Segments => &mut state.segments,
        Pane::Groups => &mut state.groups,
        Pane::Personas => &mut state.personas,
    }
}

pub fn switch_rows(state: &mut State) -> Vec<Effect> {
    state.view = if state.view == View::Rows { View::Main } else { View::Rows };
    asking::page_if_shown(state)
}

pub fn sort(state: &mut State, descending: bool) -> Vec<Effect> {
    let Some(column) = state.schema().and_then(|schema| schema.columns().get(state.rows.column)) else {
        return Vec::new();
    };
    if state.is_masked(&column.name) {
        let reason = values_not_shown(&column.name);
        state.complain(reason);
        return Vec::new();
    }
    let wanted = Some(Sort { column: column.name.clone(), descending });
    (state.rows.cursor, state.rows.offset) = (0, 0);
    ask_for(state, |query| query.sort = if query.sort == wanted { None } else { wanted })
}

pub fn next_pane(state: &mut State, by: isize) -> Vec<Effect> {
    let at = Pane::ALL.iter().position(|pane| *pane == state.focus).unwrap_or(0) as isize;
    state.focus = Pane::ALL[(at + by).rem_euclid(Pane::ALL.len() as isize) as usize];
    Vec::new()
}

pub fn page(state: &State) -> isize {
    (state.page_height() / 2).max(1) as isize
}

/// Returns the scroll offset, in lines, of the page that lies over the screen.
pub fn page_scroll(state: &mut State) -> Option<&mut usize> {
    match &mut state.overlay {
        Some(Overlay::Help { scroll }) => Some(scroll),
        Some(Overlay::PersonaCard { scroll, .. }) => match &mut state.views.card.reading {
            Some(reading) => Some(&mut reading.scroll),
            None => Some(scroll),
        },
        _ => None,
    }
}

/// Scrolls as little as needed to show these lines of the card, or the first of them, with one empty line around.
pub fn bring_into_sight(state: &mut State, lines: std::ops::Range<usize>) {
    // The frame, and the line of hints below.
    let height = usize::from(state.height.saturating_sub(3)).max(1);
    state.views.card.follow = false;
    if let Some(scroll) = page_scroll(state) {
        let least = (lines.end + 1).saturating_sub(height);
        *scroll = (*scroll).max(least).min(lines.start.saturating_sub(1));
    }
}

/// Moves the cursor of whatever has the focus; `isize::MIN` and `isize::MAX` go to its ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    // Only the screen knows the page's length: see `Action::PageEnd`.
    if let Some(scroll) = page_scroll(state) {
        *scroll = scroll.saturating_add_signed(by).min(usize::from(u16::MAX));
        return Vec::new();
    }
    if state.overlay.is_some() {
        return Vec::new();
    }
    if state.view == View::Rows {
        let total = state.answers.page.found.answer.as_ref().map_or(0, |page| page.total);
        let to = state.rows.cursor.saturating_add_signed(by as i64);
        state.rows.cursor = to.min(total.saturating_sub(1));
        return asking::page_if_shown(state);
    }
    if state.view != View::Main {
        return views::step(state, by);
    }
    let lines = match state.focus {
        Pane::Segments => segment_lines(state).len(),
        Pane::Groups => state.answers.groups.found.groups.answer.as_ref().map_or(0, |groups| groups.groups.len()),
        Pane::Personas => persona_lines(state).len(),
    };
    let pane = pane_of(state);
    pane.cursor = pane.cursor.saturating_add_signed(by).min(lines.saturating_sub(1));
    Vec::new()
}

pub fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    let columns = state.schema().map_or(0, |schema| schema.columns().len());
    state.rows.column = state.rows.column.saturating_add_signed(by).min(columns.saturating_sub(1));
    Vec::new()
}
