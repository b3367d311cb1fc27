//! Brings back what was typed and not saved when an earlier session was cut off.

use super::builder;
use super::persona_form::PersonaForm;
use super::segment_form::SegmentForm;
use crate::tui::core::{Effect, KeptForm, KeptSession, State, requests};

/// Restores the filter; the form follows once the definitions are checked, see [`form`].
pub fn restore_session(state: &mut State, kept: KeptSession) {
    let KeptSession { query, typed, form } = kept;
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
            Some(format!("restored {what} from an interrupted session · start with --fresh to ignore it"));
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
    let Some(form) = state.form_to_come.take_if(|_| state.over.is_empty()) else { return Vec::new() };
    let definitions = &state.definitions;
    match form {
        // The edited definition may be gone: then the text becomes a new one.
        KeptForm::Segment { editing, segment } => {
            let editing = editing.filter(|name| definitions.segments.iter().any(|other| other.name == *name));
            state.over.push(SegmentForm { editing, ..SegmentForm::edit(&segment) });
            Vec::new()
        }
        KeptForm::Persona { editing, persona } => {
            let before = definitions.personas.iter().find(|one| Some(&one.id) == editing.as_ref());
            let editing = before.map(|before| before.id.clone());
            let before = before.cloned().unwrap_or_default();
            let form = PersonaForm::new(&before, editing, &state.catalog).retyped(&persona);
            state.over.push(form);
            requests::views(state)
        }
        KeptForm::Segmentation { editing, segmentation } => {
            let before = definitions.segmentations.iter().find(|one| Some(&one.name) == editing.as_ref()).cloned();
            let effects = builder::edit(state, &segmentation);
            if let Some(builder) = state.over.get_mut::<builder::SegmentationBuilder>() {
                builder.editing = before.map(Box::new);
            }
            effects
        }
    }
}
