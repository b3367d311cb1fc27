//! The screen's inquiries: what each still has to ask, and where an answer goes.

use std::collections::BTreeSet;

use super::action::{Asker, Effect, Request};
use super::groups;
use super::state::{InFlight, State};
use crate::engine::{Answer, EngineError};
use crate::insight::inquiry::{ErasedInquiry, QuestionSlot};

/// Returns the inquiry of an asker; `None` if the asker is closed or asks nothing.
fn inquiry(state: &mut State, asker: Asker) -> Option<&mut dyn ErasedInquiry> {
    match asker {
        Asker::Panes => Some(&mut state.answers.panes),
        Asker::Groups => Some(&mut state.answers.groups),
        Asker::Values => Some(&mut state.answers.values),
        Asker::View(name, _) => state.view_mut(name)?.inquiry(),
    }
}

/// Asks the open questions of the asker's inquiry, unless they are in flight already.
pub fn ask(state: &mut State, asker: Asker) -> Option<Effect> {
    if state.flights.get(&asker.lane()).is_some_and(|flight| flight.asker == asker && !flight.slots.is_empty()) {
        return None;
    }
    let open = inquiry(state, asker)?.open();
    if open.is_empty() {
        return None;
    }
    let slots: BTreeSet<QuestionSlot> = open.iter().map(|(slot, _)| *slot).collect();
    let personas = &state.catalog.counted;
    let questions = open.into_iter().map(|(slot, question)| (slot, question.or_personas(personas))).collect();
    let generation = state.asked.entry(asker.lane()).or_default();
    *generation += 1;
    state.flights.insert(asker.lane(), InFlight { asker, slots });
    Some(Effect::Ask(Request { asker, generation: *generation, questions }))
}

/// Hands an answer to the inquiry that asked for it. Once nothing else is in flight, asks the questions that it
/// opened.
pub fn answered(
    state: &mut State,
    asker: Asker,
    slot: QuestionSlot,
    answer: Result<Answer, EngineError>,
) -> Vec<Effect> {
    let Some(inquiry) = inquiry(state, asker) else {
        // The asker is closed, perhaps only for a while: it asks again when it is reopened.
        if state.flights.get(&asker.lane()).is_some_and(|flight| flight.asker == asker) {
            state.flights.remove(&asker.lane());
        }
        return Vec::new();
    };
    inquiry.take(slot, answer);
    if let Some(flight) = state.flights.get_mut(&asker.lane()) {
        flight.slots.remove(&slot);
    }
    let mut effects = arrived(state, asker, slot);
    effects.extend(ask(state, asker));
    effects
}

fn arrived(state: &mut State, asker: Asker, slot: QuestionSlot) -> Vec<Effect> {
    match asker {
        Asker::View(name, _) => match state.view_mut(name).map(|view| view.hooks()) {
            Some(hooks) => (hooks.arrived)(state, slot),
            None => Vec::new(),
        },
        Asker::Groups => {
            groups::arrived(state);
            Vec::new()
        }
        Asker::Panes | Asker::Values => Vec::new(),
    }
}

/// Gives up on the asker's open questions, which were cancelled.
pub fn stop(state: &mut State, asker: Asker, reason: &str) {
    if let Some(inquiry) = inquiry(state, asker) {
        inquiry.give_up(reason);
    }
    state.flights.remove(&asker.lane());
}
