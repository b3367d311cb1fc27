//! Grouping of many segments into a few personas.

use std::sync::Arc;

use super::super::super::action::Effect;
use super::super::super::command::Command;
use super::super::super::state::State;
use super::super::super::views::consolidate::{Line, lines};
use super::super::naming;
use crate::insight::consolidate::{ConsolidateInquiry, Consolidation, Segments};

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    let view = &state.views.consolidate;
    if !view.is_waiting() || !view.counted.needs_asking() || state.filter.problem.is_some() || !state.has_catalog() {
        return false;
    }
    let of = Segments {
        filter: state.rule.clone(),
        segments: view.source.sets(state),
        switched: view.switched.clone(),
        with_everyone: false,
        value: state.settings.value.clone(),
    };
    state.views.consolidate.counted = ConsolidateInquiry::new(of);
    true
}

/// Takes in an answer: once counted, the segments can be grouped.
pub fn came(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.consolidate;
    if let Some(reason) = &view.counted.found.error {
        view.consolidation.fail(reason.clone());
    }
    group(state)
}

/// Starts the method on its own thread, if there is something to group.
fn group(state: &State) -> Vec<Effect> {
    state.views.consolidate.work().map(|work| Effect::Group(Box::new(work))).into_iter().collect()
}

/// Takes in the method's result, unless its input has changed since: then a new result is on its way.
pub fn grouped(state: &mut State, consolidation: Consolidation) -> Vec<Effect> {
    let view = &mut state.views.consolidate;
    let is_newest = view
        .work()
        .is_some_and(|work| Arc::ptr_eq(&work.found, &consolidation.found) && work.method == consolidation.method);
    if is_newest {
        view.consolidation.set(consolidation);
        keep_cursor(state);
    }
    Vec::new()
}

/// Marks the result as stopped: its computation was cancelled.
pub fn fail(state: &mut State, reason: &str) {
    state.views.consolidate.consolidation.stop(reason);
}

/// Runs a command that has its own meaning in this view; `None` for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    match command {
        Command::Left | Command::Right => {
            let view = &mut state.views.consolidate;
            let by = if command == Command::Left { -1 } else { 1 };
            view.k = Some(view.k().saturating_add_signed(by).max(1));
            view.k = Some(view.k());
            keep_cursor(state);
            Some(Vec::new())
        }
        Command::Sets => Some(next_method(state)),
        Command::Order => {
            let source = state.views.consolidate.source.next(state);
            state.views.consolidate.source = source;
            Some(anew(state))
        }
        Command::Toggle => Some(toggle(state)),
        Command::Enter => Some(naming::open(state)),
        Command::Copy => {
            let rule = state.views.consolidate.group().map(|(all, group)| all.found.rule(group));
            rule.map(|rule| vec![Effect::Copy(rule)])
        }
        _ => None,
    }
}

/// Switches to the next method. The counts stay valid; only the method runs again.
fn next_method(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.consolidate;
    (view.method, view.k, view.cursor) = (view.method.next(), None, 0);
    if view.counted.found.fresh {
        view.consolidation.outdate();
    }
    group(state)
}

/// Takes the selected segment out, or back in.
fn toggle(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.consolidate;
    let Some(name) = view.segment().map(str::to_owned) else {
        state.complain("go to a segment's own line: it is taken out or in");
        return Vec::new();
    };
    if !view.switched.remove(&name) {
        view.switched.insert(name);
    }
    view.outdate();
    super::ask(state)
}

fn anew(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.consolidate;
    (view.k, view.cursor) = (None, 0);
    view.outdate();
    super::ask(state)
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    state.views.consolidate.cursor = state.views.consolidate.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

fn keep_cursor(state: &mut State) {
    let view = &mut state.views.consolidate;
    let all: Vec<Line> = lines(view);
    view.cursor = view.cursor.min(all.len().saturating_sub(1));
}
