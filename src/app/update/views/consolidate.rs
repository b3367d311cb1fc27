//! From many segments to a few personas.

use std::sync::Arc;

use super::super::super::action::{Effect, Lane, Part};
use super::super::super::command::Command;
use super::super::super::state::{State, View};
use super::super::super::views::consolidate::{Line, Stage, lines};
use super::super::{asking, naming};
use crate::engine::{Answer, Question};
use crate::insight::consolidate::{self, Consolidation, Plan};

/// The sizes of the segments first: they decide which take part.
pub fn questions(state: &mut State) -> Vec<(Part, Question)> {
    let view = &mut state.views.consolidate;
    if !view.is_waiting() || matches!(view.stage, Stage::Grouping(_)) {
        return Vec::new();
    }
    if state.filter.problem.is_some() || !state.has_catalog() {
        return Vec::new();
    }
    state.views.consolidate.stage = Stage::Counting;
    let segments = state.views.consolidate.source.sets(state);
    vec![(Part::Consolidate(0), consolidate::sizes(&state.rule, &segments).into())]
}

pub fn store(state: &mut State, part: Part, answer: Answer) -> Vec<Effect> {
    match (part, answer) {
        (Part::Consolidate(0), Answer::Counts(counts)) => {
            let segments = state.views.consolidate.source.sets(state);
            let value = state.settings.value.as_deref();
            let plan = Plan::new(&state.rule, &segments, &counts, &state.views.consolidate.switched, value);
            let Some((plan, question)) = plan else { return Vec::new() };
            state.views.consolidate.stage = Stage::Planned(plan);
            vec![asking::ask(state, Lane::View, vec![(Part::Consolidate(0), question.into())])]
        }
        (Part::Consolidate(0), Answer::Combinations(found)) => {
            let has_value = state.settings.value.is_some();
            let view = &mut state.views.consolidate;
            if let Stage::Planned(plan) = std::mem::take(&mut view.stage) {
                view.stage = Stage::Grouping(Arc::new(plan.with(found, has_value)));
            }
            group(state)
        }
        (_, answer) => {
            naming::store(state, answer);
            Vec::new()
        }
    }
}

/// The method is at work on a thread of its own.
fn group(state: &State) -> Vec<Effect> {
    state.views.consolidate.work().map(|work| Effect::Group(Box::new(work))).into_iter().collect()
}

/// The method is done. What has changed since is asked anew, or is on its way.
pub fn grouped(state: &mut State, consolidation: Consolidation) -> Vec<Effect> {
    let view = &mut state.views.consolidate;
    let is_newest = view
        .work()
        .is_some_and(|work| Arc::ptr_eq(&work.found, &consolidation.found) && work.method == consolidation.method);
    if is_newest {
        view.stage = Stage::Done(consolidation.found.clone());
        let whole = consolidation.found.whole;
        view.consolidation.set(consolidation, Some(whole));
        keep_cursor(state);
    }
    Vec::new()
}

pub fn fail(state: &mut State, part: &Part, reason: &str) {
    match part {
        // What is not looked at has not been asked: it is when it is opened.
        Part::Consolidate(0) if state.view == View::Consolidate => {
            state.views.consolidate.consolidation.stop(reason);
            state.views.consolidate.stage = Stage::Counting;
        }
        Part::Consolidate(0) => {}
        _ => naming::fail(state),
    }
}

/// A command that means something of its own here; None for all others.
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

/// What was counted stays: only the method is at work again.
fn next_method(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.consolidate;
    (view.method, view.k, view.cursor) = (view.method.next(), None, 0);
    match std::mem::take(&mut view.stage) {
        Stage::Done(found) | Stage::Grouping(found) => {
            view.consolidation.outdate();
            view.stage = Stage::Grouping(found);
            group(state)
        }
        stage => {
            view.stage = stage;
            Vec::new()
        }
    }
}

/// Takes the chosen segment out, or in.
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

/// Moves by lines; `MIN` and `MAX` are the ends.
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
