//! Customers by the exact combination of sets they are in.

use super::super::super::action::{Effect, Lane, Part};
use super::super::super::command::Command;
use super::super::super::state::{State, View};
use super::super::super::views::upset::sets;
use super::super::asking;
use crate::engine::{Answer, Question};
use crate::insight::upset::{self, Order};

/// The sizes of the sets first: they decide which are combined.
pub fn questions(state: &mut State) -> Vec<(Part, Question)> {
    if !state.views.upset.is_waiting() || state.filter.problem.is_some() || !state.has_catalog() {
        return Vec::new();
    }
    state.views.upset.chosen = None;
    vec![(Part::UpSet, upset::sizes(&state.rule, &sets(state)).into())]
}

pub fn store(state: &mut State, _part: Part, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Counts(counts) => {
            let Some((chosen, question)) = upset::combine(&state.rule, &sets(state), &counts) else {
                return Vec::new();
            };
            state.views.upset.chosen = Some(chosen);
            vec![asking::ask(state, Lane::View, vec![(Part::UpSet, question.into())])]
        }
        Answer::Combinations(found) => {
            if let Some(chosen) = state.views.upset.chosen.take() {
                let whole = chosen.whole;
                let upset = chosen.with(found, state.settings.min_cell);
                state.views.upset.upset.set(upset, Some(whole));
            }
            keep_cursor(state);
            Vec::new()
        }
        _ => Vec::new(),
    }
}

pub fn fail(state: &mut State, _part: &Part, reason: &str) {
    // What is not looked at has not been asked: it is when it is opened.
    if state.view == View::UpSet {
        state.views.upset.upset.stop(reason);
    }
}

/// A command that means something of its own here; None for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    let view = &mut state.views.upset;
    match command {
        Command::Order => {
            view.order = if view.order == Order::Size { Order::Sets } else { Order::Size };
            view.cursor = 0;
        }
        Command::Sets => {
            view.of_segments ^= true;
            (view.upset, view.chosen, view.cursor) = Default::default();
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

/// Moves by lines; `MIN` and `MAX` are the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    state.views.upset.cursor = state.views.upset.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

fn keep_cursor(state: &mut State) {
    let view = &mut state.views.upset;
    let lines = view.upset.answer.as_ref().map_or(0, |upset| upset.combinations.len());
    view.cursor = view.cursor.min(lines.saturating_sub(1));
}
