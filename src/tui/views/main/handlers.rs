//! Moves among panes and lines.

use crate::model::reference;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::lines::{PersonaLine, SegmentLine, persona_lines, segment_lines};
use crate::tui::core::state::{ListPane, Pane};
use crate::tui::core::{Effect, State, groups, key, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::{facets, picker};
use crate::tui::widgets::layout::SIDE_BY_SIDE;
use crate::tui::widgets::list::Window;

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
    requests::views(state)
}

/// Opens the cells of all segmentations, or the segments of all personas.
pub fn open_all(state: &mut State) -> Vec<Effect> {
    let names: Vec<String> = match state.focus {
        Pane::Segments => {
            let cuts = state.catalog.segments.iter().filter(|entry| entry.cells().is_some());
            cuts.map(|entry| entry.name.clone()).collect()
        }
        Pane::Personas => state.catalog.personas.iter().map(|persona| persona.id.clone()).collect(),
        Pane::Groups => Vec::new(),
    };
    set_all_open(state, names)
}

/// Closes the cells of all segmentations, or the segments of all personas.
pub fn close_all(state: &mut State) -> Vec<Effect> {
    set_all_open(state, Vec::new())
}

/// Makes these the names that are open. The cursor stays on its line, or goes to the line that the closed one was
/// under.
fn set_all_open(state: &mut State, names: Vec<String>) -> Vec<Effect> {
    let Some(selected) = branch(state) else { return Vec::new() };
    pane_of(state).open = names.into_iter().collect();
    let line = match state.focus {
        Pane::Segments => {
            let lines = segment_lines(state);
            let at = |name: &str| lines.iter().position(|line| line.name() == name);
            at(&selected.own).or_else(|| at(&selected.parent))
        }
        _ => {
            let lines = persona_lines(state);
            let is_own = |line: &PersonaLine| name_of(state, line) == (selected.parent.clone(), selected.own.clone());
            let is_parent =
                |line: &PersonaLine| matches!(line, PersonaLine::Persona { entry, .. } if entry.id == selected.parent);
            lines.iter().position(is_own).or_else(|| lines.iter().position(is_parent))
        }
    };
    pane_of(state).cursor = line.unwrap_or(0);
    requests::views(state)
}

/// Name of the selected line, and of the line that it belongs to: its own name if it belongs to none.
struct LinePath {
    own: String,
    parent: String,
}

fn branch(state: &State) -> Option<LinePath> {
    match state.focus {
        Pane::Segments => {
            let line = *segment_lines(state).get(state.segments.cursor)?;
            let own = line.name().to_owned();
            let parent = match line {
                SegmentLine::Cell(cell) => own.strip_suffix(&format!(".{}", cell.name)).unwrap_or(&own).to_owned(),
                _ => own.clone(),
            };
            Some(LinePath { own, parent })
        }
        Pane::Personas => {
            let (parent, own) = name_of(state, persona_lines(state).get(state.personas.cursor)?);
            Some(LinePath { own, parent })
        }
        Pane::Groups => None,
    }
}

/// Returns the id of the line's persona and the name of the segment that it spans. Lines without a persona have an
/// empty id and a name of their own.
fn name_of(state: &State, line: &PersonaLine) -> (String, String) {
    match line {
        PersonaLine::Persona { entry, .. } => (entry.id.clone(), String::new()),
        PersonaLine::Span { persona, entry, .. } => (state.catalog.personas[*persona].id.clone(), entry.name.clone()),
        PersonaLine::InNone => (String::new(), "none".into()),
        PersonaLine::InSeveral => (String::new(), "several".into()),
    }
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

/// Moves the focus to the next pane.
pub fn next_pane(state: &mut State) -> Vec<Effect> {
    turn(state, 1)
}

/// Moves the focus to the previous pane.
pub fn previous_pane(state: &mut State) -> Vec<Effect> {
    turn(state, -1)
}

fn turn(state: &mut State, by: isize) -> Vec<Effect> {
    let at = Pane::ALL.iter().position(|pane| *pane == state.focus).unwrap_or(0) as isize;
    state.focus = Pane::ALL[(at + by).rem_euclid(Pane::ALL.len() as isize) as usize];
    requests::views(state)
}

/// Goes to the pane and to the line that the mouse was pressed on; on the selected line, does what Enter does.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    if area.width < SIDE_BY_SIDE {
        let (pane, strip) = super::draw::narrow(area, state);
        if let Some(tab) = super::draw::tab_at(pane, at) {
            state.focus = tab;
            return Vec::new();
        }
        if strip.is_some_and(|strip| at.y > strip.y && strip.contains(at)) {
            state.focus = Pane::Personas;
            return Vec::new();
        }
        return press_in(state, state.focus, pane, at);
    }
    let panes = super::draw::beside(area, state);
    let places = [(Pane::Segments, panes.segments), (Pane::Groups, panes.groups), (Pane::Personas, panes.personas)];
    // Two panes share a line, which is the lower one's.
    match places.into_iter().rev().find(|(_, place)| place.contains(at)) {
        Some((pane, place)) => press_in(state, pane, place, at),
        None => Vec::new(),
    }
}

fn press_in(state: &mut State, pane: Pane, place: Rect, at: Position) -> Vec<Effect> {
    let had_focus = state.focus == pane;
    state.focus = pane;
    let lines = lines(state);
    let cursor = pane_of(state).cursor.min(lines.saturating_sub(1));
    if had_focus {
        return super::super::pressed_line(state, place, at, cursor, lines);
    }
    if let Some(line) = Window::line_at(place, cursor, lines, at) {
        pane_of(state).cursor = line;
    }
    requests::views(state)
}

/// Returns the number of lines of the pane in focus.
fn lines(state: &State) -> usize {
    match state.focus {
        Pane::Segments => segment_lines(state).len(),
        Pane::Groups => groups::lines(&state.answers.groups),
        Pane::Personas => persona_lines(state).len(),
    }
}

/// Moves the cursor of the pane in focus; `isize::MIN` and `isize::MAX` go to its ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let lines = lines(state);
    let pane = pane_of(state);
    let before = pane.cursor;
    pane.cursor = pane.cursor.saturating_add_signed(by).min(lines.saturating_sub(1));
    // The keys of the first and last line once had other meanings here.
    let (end, name, what) = match by {
        isize::MIN => ("first", "group", "groups by a column"),
        isize::MAX => ("last", "segmentation", "builds a segmentation"),
        _ => return requests::views(state),
    };
    if pane.cursor == before {
        let key = key(state, name);
        state.say(format!("this is the {end} line; {key} {what}"));
    }
    requests::views(state)
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
