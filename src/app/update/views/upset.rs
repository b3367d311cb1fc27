//! Customers by the exact combination of sets they are in.

use super::super::super::action::Effect;
use super::super::super::command::Command;
use super::super::super::state::State;
use super::super::super::views::upset::sets;
use crate::insight::upset::{Order, SetsToCombine, UpSetInquiry};

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    if !state.views.upset.upset.needs_asking() || state.filter.problem.is_some() || !state.has_catalog() {
        return false;
    }
    let (filter, min_cell) = (state.rule.clone(), state.settings.min_cell);
    let inquiry = UpSetInquiry::new(SetsToCombine { filter, sets: sets(state), min_cell });
    let view = &mut state.views.upset;
    view.upset = inquiry.after(std::mem::take(&mut view.upset));
    true
}

/// Runs a command that has its own meaning in this view; `None` for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    let view = &mut state.views.upset;
    match command {
        Command::Order => {
            view.order = if view.order == Order::Size { Order::Sets } else { Order::Size };
            view.cursor = 0;
        }
        Command::Sets => {
            view.of_segments ^= true;
            (view.upset, view.cursor) = Default::default();
            return Some(super::ask(state));
        }
        Command::Enter | Command::Copy => {
            let conditions = conditions(state);
            return super::act_on(state, command, &conditions);
        }
        _ => return None,
    }
    Some(Vec::new())
}

fn conditions(state: &State) -> Vec<String> {
    let chosen = state.views.upset.at();
    chosen.map_or_else(Vec::new, |(upset, at)| upset.conditions(&upset.combinations[at]))
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    state.views.upset.cursor = state.views.upset.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

pub fn keep_cursor(state: &mut State) {
    let view = &mut state.views.upset;
    let lines = view.upset.found.answer.as_ref().map_or(0, |upset| upset.combinations.len());
    view.cursor = view.cursor.min(lines.saturating_sub(1));
}
