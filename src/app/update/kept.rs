//! Brings back what was typed and not saved when an earlier session was cut off.

use super::super::action::Effect;
use super::super::form::SegmentForm;
use super::super::kept::{Kept, KeptForm};
use super::super::persona_form::PersonaForm;
use super::super::state::{Overlay, State};
use super::views;

/// Restores the filter; the form follows once the definitions are checked, see [`form`].
pub fn bring_back(state: &mut State, kept: Kept) {
    let Kept { query, typed, form } = kept;
    let filter = (query.filter != state.query.filter || typed != query.filter).then_some("the filter".to_owned());
    let what = filter.into_iter().chain(form.as_ref().map(KeptForm::what)).collect::<Vec<_>>().join(" and ");
    state.query.filter = query.filter;
    if !query.group_by.is_empty() {
        state.query.group_by = query.group_by;
    }
    state.filter.set_text(typed);
    state.form_to_come = form;
    if !what.is_empty() {
        state.brought_back =
            Some(format!("brought back {what} of a session that was cut off · --fresh starts without"));
    }
}

/// Opens the form that was open, once there is a catalog, unless something else is open by now.
pub fn form(state: &mut State) -> Vec<Effect> {
    if !state.has_catalog() {
        return Vec::new();
    }
    if let Some(text) = state.brought_back.take() {
        state.say(text);
    }
    let Some(form) = state.form_to_come.take_if(|_| state.overlay.is_none()) else { return Vec::new() };
    let definitions = &state.definitions;
    match form {
        // The edited definition may be gone: then the text becomes a new one.
        KeptForm::Segment { editing, segment } => {
            let editing = editing.filter(|name| definitions.segments.iter().any(|other| other.name == *name));
            state.overlay = Some(Overlay::SegmentForm(SegmentForm { editing, ..SegmentForm::edit(&segment) }));
            Vec::new()
        }
        KeptForm::Persona { editing, persona, from_card } => {
            let before = definitions.personas.iter().find(|one| Some(&one.id) == editing.as_ref());
            let editing = before.map(|before| before.id.clone());
            let before = before.cloned().unwrap_or_default();
            let mut form = PersonaForm::new(&before, editing, &state.catalog).retyped(&persona);
            form.from_card = from_card;
            state.overlay = Some(Overlay::PersonaForm(Box::new(form)));
            views::ask(state)
        }
        KeptForm::Segmentation { editing, segmentation } => {
            let before = definitions.segmentations.iter().find(|one| Some(&one.name) == editing.as_ref()).cloned();
            let effects = views::builder::edit(state, &segmentation);
            if let Some(Overlay::Builder(builder)) = &mut state.overlay {
                builder.editing = before.map(Box::new);
            }
            effects
        }
    }
}
