//! The views beside the panes and the rows, the strip of conditions under the filter, and the builder: which of them a
//! command, an answer or a change of the filter goes to.

pub mod attrition;
pub mod builder;
pub mod card;
pub mod consolidate;
pub mod coverage;
pub mod facets;
pub mod matrix;
pub mod profile;
pub mod research;
pub mod upset;
pub mod why;

use super::super::action::{Effect, Lane, Part};
use super::super::command::Command;
use super::super::state::{Base, Overlay, State, View};
use super::{asking, commands, persona_form};
use crate::engine::{Answer, Question};

/// Opens a view in place of the panes, or goes back to them.
pub fn switch(state: &mut State, view: View) -> Vec<Effect> {
    state.view = if state.view == view { View::Main } else { view };
    ask(state)
}

/// Asks for what is out of date of the view that is open, of the builder, and of the strip of conditions.
pub fn ask(state: &mut State) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) {
        return Vec::new();
    }
    let mut effects = Vec::new();
    let questions = questions(state);
    if !questions.is_empty() {
        effects.push(asking::ask(state, Lane::View, questions));
    }
    effects.extend(persona_form::ask(state));
    let questions = attrition::questions(state);
    if !questions.is_empty() {
        effects.push(asking::ask(state, Lane::Attrition, questions));
    }
    effects.extend(card::ask(state));
    effects
}

fn questions(state: &mut State) -> Vec<(Part, Question)> {
    if matches!(state.overlay, Some(Overlay::Builder(_))) {
        return builder::questions(state);
    }
    match state.view {
        View::Main | View::Rows => Vec::new(),
        View::Matrix => matrix::questions(state),
        View::UpSet => upset::questions(state),
        View::Why => why::questions(state),
        View::Facets => facets::questions(state),
        View::Profile => profile::questions(state),
        View::Consolidate => consolidate::questions(state),
        View::Coverage => coverage::questions(state),
        View::Research => research::questions(state),
    }
}

/// The filter or the definitions have changed.
pub fn outdate(state: &mut State) {
    let views = &mut state.views;
    views.matrix.outdate();
    views.upset.outdate();
    views.why.outdate();
    views.facets.outdate();
    views.profile.outdate();
    views.attrition.outdate();
    views.consolidate.outdate();
    views.coverage.outdate();
    views.research.outdate();
    if let Some(Overlay::Builder(builder)) = &mut state.overlay {
        builder.outdate();
    }
    asking::drop_awaited(state, Lane::View);
    asking::drop_awaited(state, Lane::Attrition);
}

/// Takes an answer in; None if it is not for a view.
pub fn store(state: &mut State, part: &Part, answer: Answer) -> Result<Vec<Effect>, Answer> {
    let part = part.clone();
    Ok(match part {
        Part::Matrix => matrix::store(state, part, answer),
        Part::UpSet => upset::store(state, part, answer),
        Part::Why(_) => why::store(state, part, answer),
        Part::Facet(_) => facets::store(state, part, answer),
        Part::Profile => profile::store(state, part, answer),
        Part::Builder(_) => builder::store(state, part, answer),
        Part::Attrition => attrition::store(state, part, answer),
        Part::Consolidate(_) => consolidate::store(state, part, answer),
        Part::Coverage(_) => coverage::store(state, part, answer),
        Part::Research(_) => research::store(state, part, answer),
        Part::Card(_) => card::store(state, part, answer),
        Part::PersonaForm(n) => {
            persona_form::store(state, n, answer);
            Vec::new()
        }
        _ => return Err(answer),
    })
}

pub fn fail(state: &mut State, part: &Part, reason: &str) {
    match part {
        Part::Matrix => matrix::fail(state, part, reason),
        Part::UpSet => upset::fail(state, part, reason),
        Part::Why(_) => why::fail(state, part, reason),
        Part::Facet(_) => facets::fail(state, part, reason),
        Part::Profile => profile::fail(state, part, reason),
        Part::Builder(_) => builder::fail(state, part, reason),
        Part::Attrition => attrition::fail(state, part, reason),
        Part::Consolidate(_) => consolidate::fail(state, part, reason),
        Part::Coverage(_) => coverage::fail(state, part, reason),
        Part::Research(_) => research::fail(state, part, reason),
        Part::Card(_) => card::fail(state, part, reason),
        Part::PersonaForm(n) => persona_form::fail(state, *n, reason),
        _ => {}
    }
}

/// A command that means something of its own in the view that is open.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    // The card lies over the view, and takes its keys.
    if matches!(state.overlay, Some(Overlay::PersonaCard { .. })) {
        return card::run(state, command);
    }
    match state.view {
        View::Main | View::Rows => None,
        View::Matrix => matrix::run(state, command),
        View::UpSet => upset::run(state, command),
        View::Why => why::run(state, command),
        View::Facets => facets::run(state, command),
        View::Profile => profile::run(state, command),
        View::Consolidate => consolidate::run(state, command),
        View::Coverage => coverage::run(state, command),
        View::Research => research::run(state, command),
    }
}

/// Enter narrows the filter to conditions that all hold of what is chosen, Copy copies them.
fn act_on(state: &mut State, command: Command, conditions: &[String]) -> Option<Vec<Effect>> {
    match command {
        Command::Enter => Some(commands::narrow_to_all(state, conditions)),
        Command::Copy if !conditions.is_empty() => Some(vec![Effect::Copy(conditions.join(" AND "))]),
        _ => None,
    }
}

pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    match state.view {
        View::Main | View::Rows => Vec::new(),
        View::Matrix => matrix::step(state, by),
        View::UpSet => upset::step(state, by),
        View::Why => why::step(state, by),
        View::Facets => facets::step(state, by),
        View::Profile => profile::step(state, by),
        View::Consolidate => consolidate::step(state, by),
        View::Coverage => coverage::step(state, by),
        View::Research => research::step(state, by),
    }
}

/// Nobody works any more on what a view waits for.
pub fn stop(state: &mut State, reason: &str) {
    let parts = [
        Part::Matrix,
        Part::UpSet,
        Part::Why(0),
        Part::Facet(0),
        Part::Profile,
        Part::Attrition,
        Part::Consolidate(0),
        Part::Coverage(0),
        Part::Research(0),
    ];
    parts.iter().for_each(|part| fail(state, part, reason));
}
