//! Dispatch of commands, answers and changes of the filter to the views beside the panes and the rows, to the strip of
//! conditions under the filter, and to the builder.

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

use super::super::action::{Asker, Effect, Lane};
use super::super::command::Command;
use super::super::state::{Base, Overlay, State, View};
use super::{asking, commands, inquiries, naming, persona_form};
use crate::insight::inquiry::Slot;

/// Opens a view in place of the panes, or goes back to them.
pub fn switch(state: &mut State, view: View) -> Vec<Effect> {
    state.view = if state.view == view { View::Main } else { view };
    // The view that was left no longer waits for answers: it asks again when it is reopened.
    state.flights.remove(&Lane::View);
    ask(state)
}

/// Asks for what is outdated in the open view, in the builder, and in the strip of conditions.
pub fn ask(state: &mut State) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if matches!(state.overlay, Some(Overlay::Builder(_))) {
        if builder::renew(state) {
            state.flights.remove(&Lane::View);
        }
        effects.extend(inquiries::ask(state, Asker::Builder));
    } else {
        if renew(state) {
            state.flights.remove(&Lane::View);
        }
        effects.extend(inquiries::ask(state, Asker::View(state.view)));
    }
    effects.extend(persona_form::ask(state));
    if attrition::renew(state) {
        state.flights.remove(&Lane::Attrition);
    }
    effects.extend(inquiries::ask(state, Asker::Attrition));
    effects.extend(card::ask(state));
    effects
}

/// Renews the open view's inquiry if its subject has changed. Returns true if it did.
fn renew(state: &mut State) -> bool {
    match state.view {
        View::Matrix => matrix::renew(state),
        View::UpSet => upset::renew(state),
        View::Why => why::renew(state),
        View::Facets => facets::renew(state),
        View::Consolidate => consolidate::renew(state),
        View::Profile => profile::renew(state),
        View::Coverage => coverage::renew(state),
        View::Research => research::renew(state),
        _ => false,
    }
}

/// Marks all views as outdated: the filter or the definitions have changed.
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

/// Updates the asker's view, after its inquiry has taken in an answer.
pub fn came(state: &mut State, asker: Asker, slot: Slot) -> Vec<Effect> {
    match asker {
        Asker::View(View::UpSet) => upset::keep_cursor(state),
        Asker::View(View::Why) => why::keep_cursor(state),
        Asker::View(View::Consolidate) => return consolidate::came(state),
        Asker::View(View::Research) => return research::came(state, slot),
        Asker::Naming => naming::came(state),
        Asker::Card => card::came(state),
        Asker::Builder => builder::came(state),
        Asker::View(View::Matrix) => matrix::keep_cursor(state),
        Asker::View(View::Coverage) => coverage::came(state),
        Asker::View(View::Profile) => profile::came(state),
        Asker::View(View::Facets) => facets::came(state),
        Asker::Groups => facets::main_pane_came(state),
        _ => {}
    }
    Vec::new()
}

/// Runs a command that has its own meaning in the open view; `None` for all others.
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

/// Narrows the filter to all of the conditions on Enter; copies them on Copy.
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

/// Stops what the open view waits for: its questions were cancelled.
pub fn stop(state: &mut State, reason: &str) {
    inquiries::stop(state, Asker::View(state.view), reason);
    match state.view {
        View::Consolidate => consolidate::fail(state, reason),
        View::Research => research::stop(state, reason),
        _ => {}
    }
    inquiries::stop(state, Asker::Attrition, reason);
}
