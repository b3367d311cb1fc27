//! What each condition of the filter removes.

use super::super::super::action::{Effect, Part};
use super::super::super::state::State;
use super::super::answers::check;
use crate::engine::{Answer, CountsQuestion, Question};
use crate::insight::attrition::rules;
use crate::rule::{Checked, edit};

/// What is out of date, to be asked in this order.
pub fn questions(state: &mut State) -> Vec<(Part, Question)> {
    let pane = &state.views.attrition;
    if !pane.shown || pane.counts.fresh || state.filter.problem.is_some() {
        return Vec::new();
    }
    let conditions = edit::conditions(&state.query.filter);
    // Each is a part of a rule that is good; a comment between them may spoil one for itself.
    let checked: Option<Vec<Checked>> = conditions.iter().map(|condition| check(state, condition).ok()).collect();
    let pane = &mut state.views.attrition;
    pane.conditions = conditions;
    match checked {
        Some(checked) if !checked.is_empty() => {
            vec![(Part::Attrition, CountsQuestion { filter: Checked::everyone(), rules: rules(&checked) }.into())]
        }
        _ => {
            pane.answered = pane.conditions.clone();
            pane.counts.set(Vec::new(), None);
            Vec::new()
        }
    }
}

pub fn store(state: &mut State, _part: Part, answer: Answer) -> Vec<Effect> {
    let pane = &mut state.views.attrition;
    if let Answer::Counts(counts) = answer {
        pane.answered = pane.conditions.clone();
        pane.counts.set(counts, None);
    }
    Vec::new()
}

pub fn fail(state: &mut State, _part: &Part, reason: &str) {
    let pane = &mut state.views.attrition;
    if pane.is_waiting() {
        pane.counts.fail(reason.to_owned());
    }
}

/// Shows the strip, or hides it.
pub fn switch(state: &mut State) -> Vec<Effect> {
    state.views.attrition.shown ^= true;
    super::ask(state)
}
