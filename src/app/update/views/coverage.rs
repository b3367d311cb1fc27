//! Coverage: customers in no persona, in one or in several, and in which one first.

use super::super::super::action::Effect;
use super::super::super::command::{Command, NO_STUDY};
use super::super::super::state::{State, View};
use super::super::super::views::coverage::{Line, chosen, conditions, lines, sets};
use super::super::commands::narrow_to_all;
use super::super::saving;
use crate::insight::coverage::CoverageInquiry;
use crate::study::Change;

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    if !state.views.coverage.coverage.needs_asking() || state.filter.problem.is_some() || !state.has_catalog() {
        return false;
    }
    let (sets, value, min_cell) = (sets(state), state.settings.value.as_deref(), state.settings.min_cell);
    let inquiry = CoverageInquiry::new(&state.rule, &sets, value, min_cell);
    let view = &mut state.views.coverage;
    view.coverage = inquiry.after(std::mem::take(&mut view.coverage));
    true
}

/// Takes in the answer.
pub fn came(state: &mut State) {
    follow(state);
    keep_cursor(state);
}

/// Runs a command that has its own meaning in this view; `None` for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    match command {
        Command::Enter => Some(narrow_to_line(state)),
        Command::Why if chosen(&state.views.coverage).is_some() => {
            let mut effects = narrow_to_line(state);
            state.view = View::Why;
            effects.extend(super::ask(state));
            Some(effects)
        }
        Command::Copy => {
            let conditions = chosen(&state.views.coverage).map(|line| conditions(&state.views.coverage, line))?;
            Some(vec![Effect::Copy(conditions.join(" AND "))])
        }
        Command::MoveDown => Some(move_persona(state, 1)),
        Command::MoveUp => Some(move_persona(state, -1)),
        Command::Left | Command::Right => {
            let by = if command == Command::Left { -1 } else { 1 };
            if let Some(Line::Pairs(at)) = chosen(&state.views.coverage) {
                let view = &mut state.views.coverage;
                view.column = view.other(at).saturating_add_signed(by);
                view.column = view.other(at);
            }
            Some(Vec::new())
        }
        _ => None,
    }
}

fn narrow_to_line(state: &mut State) -> Vec<Effect> {
    let view = &state.views.coverage;
    let conditions = chosen(view).map_or_else(Vec::new, |line| conditions(view, line));
    narrow_to_all(state, &conditions)
}

/// Swaps the persona of the selected step with its neighbour: those above come first.
fn move_persona(state: &mut State, by: isize) -> Vec<Effect> {
    if !state.settings.can_save {
        state.complain(NO_STUDY);
        return Vec::new();
    }
    let view = &state.views.coverage;
    let Some(Line::Step(at)) = chosen(view) else {
        state.complain("go to a step of the waterfall: that persona can be moved");
        return Vec::new();
    };
    let ids: Vec<&str> = view.coverage.about().map_or(&[][..], |about| &about.ids).iter().map(String::as_str).collect();
    let (Some(id), Some(other)) = (ids.get(at), at.checked_add_signed(by).and_then(|at| ids.get(at))) else {
        state.complain(if by < 0 { "it is the first already" } else { "it is the last already" });
        return Vec::new();
    };
    let to = state.definitions.personas.iter().position(|persona| persona.id == *other);
    let (id, Some(to)) = ((*id).to_owned(), to) else { return Vec::new() };
    state.views.coverage.follow = Some(id.clone());
    saving::save(Change::MovePersona { id, to }, false)
}

/// Moves the cursor along with the persona that was moved.
fn follow(state: &mut State) {
    let view = &mut state.views.coverage;
    let Some(id) = view.follow.take() else { return };
    let at =
        view.coverage.found.answer.as_ref().and_then(|coverage| coverage.steps.iter().position(|step| step.id == id));
    let line = at.and_then(|at| lines(view).iter().position(|line| *line == Line::Step(at)));
    view.cursor = line.unwrap_or(view.cursor);
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    state.views.coverage.cursor = state.views.coverage.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

fn keep_cursor(state: &mut State) {
    let view = &mut state.views.coverage;
    view.cursor = view.cursor.min(lines(view).len().saturating_sub(1));
}
