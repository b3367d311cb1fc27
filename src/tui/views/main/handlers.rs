//! Moves among panes and lines.

use crate::model::reference;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use crate::tui::core::{Effect, State, groups, key};
use crate::tui::core::state::{ListPane, Pane};
use crate::tui::views::{facets, picker};

/// Opens the segmentation or persona of the selected line.
pub fn open_line(state: &mut State) -> Vec<Effect> {
    set_open(state, true)
}

/// Closes the segmentation or persona of the selected line.
pub fn close_line(state: &mut State) -> Vec<Effect> {
    set_open(state, false)
}

fn set_open(state: &mut State, wanted: bool) -> Vec<Effect> {
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

pub fn next_pane(state: &mut State) -> Vec<Effect> {
    turn(state, 1)
}

pub fn previous_pane(state: &mut State) -> Vec<Effect> {
    turn(state, -1)
}

fn turn(state: &mut State, by: isize) -> Vec<Effect> {
    let at = Pane::ALL.iter().position(|pane| *pane == state.focus).unwrap_or(0) as isize;
    state.focus = Pane::ALL[(at + by).rem_euclid(Pane::ALL.len() as isize) as usize];
    Vec::new()
}

/// Moves the cursor of the pane in focus; `isize::MIN` and `isize::MAX` go to its ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let lines = match state.focus {
        Pane::Segments => segment_lines(state).len(),
        Pane::Groups => groups::lines(&state.answers.groups),
        Pane::Personas => persona_lines(state).len(),
    };
    let pane = pane_of(state);
    let before = pane.cursor;
    pane.cursor = pane.cursor.saturating_add_signed(by).min(lines.saturating_sub(1));
    // The keys of the first and last line once had other meanings here.
    let (end, name, what) = match by {
        isize::MIN => ("first", "group", "groups by a column"),
        isize::MAX => ("last", "segmentation", "builds a segmentation"),
        _ => return Vec::new(),
    };
    if pane.cursor == before {
        let key = key(state, name);
        state.say(format!("this is the {end} line; {key} {what}"));
    }
    Vec::new()
}

/// Asks for the column to group by.
pub fn pick_group(state: &mut State) -> Vec<Effect> {
    let columns = picker::columns(state);
    picker::open(state, "Group by", columns, facets::group_by)
}

/// Keeps only the selected group in the filter; without groups, asks for the column.
pub fn enter_group(state: &mut State) -> Vec<Effect> {
    if state.query.group_by.is_empty() { pick_group(state) } else { facets::only(state) }
}

/// Copies the persona's rule, or the name of the segment that it spans.
pub fn copy_persona(state: &mut State) -> Vec<Effect> {
    let text = match persona_lines(state).get(state.personas.cursor) {
        Some(PersonaLine::Persona { entry, .. }) => Some(entry.text.clone()),
        Some(PersonaLine::Span { entry, .. }) => Some(reference(&entry.name)),
        _ => None,
    };
    copy_line_if_any(state, text)
}
