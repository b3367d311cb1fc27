//! Keys and questions of the coverage.

use super::{CoverageLine, CoverageView, chosen, conditions, draw, lines, sets};
use crate::insight::coverage::CoverageInquiry;
use crate::model::reference;
use crate::study::Change;
use crate::tui::core::changes::narrow_to_all;
use crate::tui::core::copying::copy_conditions;
use crate::tui::core::{Effect, State, requests, saving};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::{press_enter, switch, why};

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    if !state.views.get::<CoverageView>().coverage.needs_asking()
        || state.filter.problem.is_some()
        || !state.has_catalog()
    {
        return false;
    }
    let (sets, value, min_cell) = (sets(state), state.settings.value.as_deref(), state.settings.min_cell);
    let inquiry = CoverageInquiry::new(&state.rule, &sets, value, min_cell);
    let view = state.views.get_mut::<CoverageView>();
    view.coverage = inquiry.after(std::mem::take(&mut view.coverage));
    true
}

/// Follows the answer: moves the cursor along with a moved persona, and keeps it within the lines.
pub fn arrived(state: &mut State) {
    follow(state);
    keep_cursor(state);
}

/// Narrows the filter to the selected line's customers and opens *why* on it; without a selected line, opens *why* on
/// the filter.
pub fn why(state: &mut State) -> Vec<Effect> {
    if chosen(state.views.get::<CoverageView>()).is_none() {
        return switch(state, why::NAME);
    }
    let mut effects = narrow_to_line(state);
    state.go_to(why::NAME);
    effects.extend(requests::views(state));
    effects
}

/// Copies the conditions of the selected line as one rule.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let view: &CoverageView = state.views.get();
    let conditions = chosen(view).map_or_else(Vec::new, |line| conditions(view, line));
    copy_conditions(state, &conditions)
}

/// Swaps the selected step's persona with the next one in order of priority.
pub fn move_down(state: &mut State) -> Vec<Effect> {
    move_persona(state, 1)
}

/// Swaps the selected step's persona with the previous one in order of priority.
pub fn move_up(state: &mut State) -> Vec<Effect> {
    move_persona(state, -1)
}

/// Selects the previous persona in a line of pairs.
pub fn left(state: &mut State) -> Vec<Effect> {
    step_column(state, -1)
}

/// Selects the next persona in a line of pairs.
pub fn right(state: &mut State) -> Vec<Effect> {
    step_column(state, 1)
}

fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut CoverageView = state.views.get_mut();
    if let Some(CoverageLine::Pairs(at)) = chosen(view) {
        view.column = view.other(at).saturating_add_signed(by);
        view.column = view.other(at);
    }
    Vec::new()
}

/// Narrows the filter to the selected line's customers.
pub fn narrow_to_line(state: &mut State) -> Vec<Effect> {
    let view = state.views.get::<CoverageView>();
    let conditions = chosen(view).map_or_else(Vec::new, |line| conditions(view, line));
    narrow_to_all(state, &conditions)
}

/// Swaps the persona of the selected step with its neighbour: those above come first.
fn move_persona(state: &mut State, by: isize) -> Vec<Effect> {
    let view = state.views.get::<CoverageView>();
    let Some(CoverageLine::Step(at)) = chosen(view) else {
        state.complain("select a persona in the waterfall first");
        return Vec::new();
    };
    let ids: Vec<&str> = view.coverage.ids().iter().map(String::as_str).collect();
    let (Some(id), Some(other)) = (ids.get(at), at.checked_add_signed(by).and_then(|at| ids.get(at))) else {
        let problem =
            ids.get(at).map(|id| format!("{} is already {}", reference(id), if by < 0 { "first" } else { "last" }));
        state.complain(problem.unwrap_or_default());
        return Vec::new();
    };
    let to = state.definitions.personas.iter().position(|persona| persona.id == *other);
    let (id, Some(to)) = ((*id).to_owned(), to) else { return Vec::new() };
    state.views.get_mut::<CoverageView>().follow = Some(id.clone());
    saving::save(Change::MovePersona { id, to }, false)
}

/// Moves the cursor along with the persona that was moved.
fn follow(state: &mut State) {
    let view = state.views.get_mut::<CoverageView>();
    let Some(id) = view.follow.take() else { return };
    let at =
        view.coverage.found.answer.as_ref().and_then(|coverage| coverage.steps.iter().position(|step| step.id == id));
    let line = at.and_then(|at| lines(view).iter().position(|line| *line == CoverageLine::Step(at)));
    view.cursor = line.unwrap_or(view.cursor);
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut CoverageView = state.views.get_mut();
    view.cursor = view.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

/// Selects the line that the mouse was pressed on; on the selected one, does what Enter does.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let Some(line) = draw::line_at(state, area, at) else { return Vec::new() };
    let view: &mut CoverageView = state.views.get_mut();
    let was_selected = std::mem::replace(&mut view.cursor, line) == line;
    if was_selected { press_enter(state) } else { Vec::new() }
}

fn keep_cursor(state: &mut State) {
    let view = state.views.get_mut::<CoverageView>();
    view.cursor = view.cursor.min(lines(view).len().saturating_sub(1));
}
