//! Naming of a group of segments, which makes it the draft of a persona. Its traits are computed meanwhile.

use super::super::action::{Asker, Effect, Lane};
use super::super::command::NO_STUDY;
use super::super::key::{Code, Key};
use super::super::naming::Naming;
use super::super::state::{Overlay, State};
use super::{asking, editing, inquiries, is, saving};
use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::settings::told_columns;
use crate::model::reference;
use crate::study::Change;

/// Opens the box for the selected group, and asks for its traits.
pub fn open(state: &mut State) -> Vec<Effect> {
    if !state.settings.can_save {
        state.complain(NO_STUDY);
        return Vec::new();
    }
    let chosen = state.views.consolidate.group().map(|(all, group)| {
        let spans: Vec<String> = group.sets.iter().map(|&set| all.sets()[set].name.clone()).collect();
        (spans, all.found.rule(group))
    });
    let Some((spans, text)) = chosen else {
        state.complain("go to a group: it becomes the draft of a persona");
        return Vec::new();
    };
    let rule = super::answers::check(state, &text).ok();
    let columns = state.schema().map(|schema| told_columns(schema, &state.settings.mask)).unwrap_or_default();
    let (mentioned, contrasts) = match &rule {
        Some(rule) => (rule.columns(), ContrastsInquiry::new(rule, None, columns)),
        None => Default::default(),
    };
    state.overlay = Some(Overlay::Naming(Box::new(Naming { spans, mentioned, contrasts, ..Naming::default() })));
    inquiries::ask(state, Asker::Naming).into_iter().collect()
}

/// Takes in a column's answer.
pub fn came(state: &mut State) {
    let min_cell = state.settings.min_cell;
    if let Some(Overlay::Naming(naming)) = &mut state.overlay {
        naming.look_through(min_cell);
    }
}

pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(Overlay::Naming(naming)) = &mut state.overlay else { return Vec::new() };
    if naming.saving {
        return Vec::new();
    }
    if is(key, Code::Esc) {
        state.overlay = None;
        asking::drop_awaited(state, Lane::Card);
        return vec![Effect::Cancel(Lane::Card)];
    }
    if is(key, Code::Enter) {
        return submit(state);
    }
    if editing::edit(&mut naming.name, key) == Some(true) {
        naming.problem = None;
    }
    Vec::new()
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Naming(naming)) = &state.overlay else { return Vec::new() };
    let problem = match naming.id() {
        None => Some("give it a name that begins with a letter from a to z".to_owned()),
        Some(id) if saving::is_taken(&state.definitions, &id) => Some(format!("{} is taken", reference(&id))),
        Some(_) if naming.is_waiting() => Some("its traits are still being counted".to_owned()),
        Some(_) => None,
    };
    let persona = naming.persona();
    let Some(Overlay::Naming(naming)) = &mut state.overlay else { return Vec::new() };
    match (problem, persona) {
        (None, Some(persona)) => {
            naming.saving = true;
            saving::save(Change::AddPersona { persona: Box::new(persona), at: None }, false)
        }
        (problem, _) => {
            naming.problem = problem;
            Vec::new()
        }
    }
}
