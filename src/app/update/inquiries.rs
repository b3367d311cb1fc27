//! The screen's inquiries: which asker owns which, what each still has to ask, and where an answer goes.

use std::collections::BTreeSet;

use super::super::action::{Ask, Asker, Effect};
use super::super::state::{Flight, Overlay, State, View};
use super::views;
use crate::engine::{Answer, EngineError};
use crate::insight::inquiry::{ErasedInquiry, Slot};

/// Returns the inquiry of an asker.
fn inquiry(state: &mut State, asker: Asker) -> Option<&mut dyn ErasedInquiry> {
    let views = &mut state.views;
    Some(match asker {
        Asker::Panes => &mut state.answers.panes,
        Asker::Groups => &mut state.answers.groups,
        Asker::Rows => &mut state.answers.page,
        Asker::Values => &mut state.answers.values,
        Asker::View(View::UpSet) => &mut views.upset.upset,
        Asker::View(View::Why) => &mut views.why.contrasts,
        Asker::View(View::Consolidate) => &mut views.consolidate.counted,
        Asker::View(View::Research) => &mut views.research.asked,
        Asker::Card => views.card.card.as_mut()?,
        Asker::Builder => match &mut state.overlay {
            Some(Overlay::Builder(builder)) => &mut builder.inquiry,
            _ => return None,
        },
        Asker::PersonaForm => match &mut state.overlay {
            Some(Overlay::PersonaForm(form)) => &mut form.live,
            _ => return None,
        },
        Asker::Naming => match &mut state.overlay {
            Some(Overlay::Naming(naming)) => &mut naming.contrasts,
            _ => return None,
        },
        Asker::View(View::Facets) => &mut views.facets.panes,
        Asker::View(View::Matrix) => &mut views.matrix.matrix,
        Asker::View(View::Coverage) => &mut views.coverage.coverage,
        Asker::View(View::Profile) => &mut views.profile.profile,
        Asker::Attrition => &mut views.attrition.steps,
        Asker::View(_) => return None,
    })
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
    let slots: BTreeSet<Slot> = open.iter().map(|(slot, _)| *slot).collect();
    let personas = &state.catalog.counted;
    let questions = open.into_iter().map(|(slot, question)| (slot, question.or_personas(personas))).collect();
    let generation = state.asked.entry(asker.lane()).or_default();
    *generation += 1;
    state.flights.insert(asker.lane(), Flight { asker, slots });
    Some(Effect::Ask(Ask { asker, generation: *generation, questions }))
}

/// Hands an answer to the inquiry that asked for it. Once nothing else is in flight, asks the questions that it
/// opened.
pub fn answered(state: &mut State, asker: Asker, slot: Slot, answer: Result<Answer, EngineError>) -> Vec<Effect> {
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
    let mut effects = views::came(state, asker, slot);
    effects.extend(ask(state, asker));
    effects
}

/// Gives up on the asker's open questions, which were cancelled.
pub fn stop(state: &mut State, asker: Asker, reason: &str) {
    if let Some(inquiry) = inquiry(state, asker) {
        inquiry.give_up(reason);
    }
    state.flights.remove(&asker.lane());
}
