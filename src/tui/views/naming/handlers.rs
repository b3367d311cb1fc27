//! Keys and questions of the box.

use super::Naming;
use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::settings::informative_columns;
use crate::model::reference;
use crate::study::Change;
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::paste::line_of;
use crate::tui::core::{Effect, State, input, requests, saving};

/// Opens the box for a group of these segments, whose rule is given, and asks for its traits.
pub fn open(state: &mut State, spans: Vec<String>, rule: &str) -> Vec<Effect> {
    let rule = state.check(rule).ok();
    let columns = state.schema().map(|schema| informative_columns(schema, &state.settings.mask)).unwrap_or_default();
    let (mentioned, contrasts) = match &rule {
        Some(rule) => (rule.columns(), ContrastsInquiry::new(rule, None, columns)),
        None => Default::default(),
    };
    state.over.push(Naming { spans, mentioned, contrasts, ..Naming::default() });
    requests::views(state)
}

/// Collects the traits again after a column's answer.
pub fn arrived(state: &mut State) {
    let min_cell = state.settings.min_cell;
    if let Some(naming) = state.over.find_mut::<Naming>() {
        naming.look_through(min_cell);
    }
}

pub fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(naming) = state.over.get_mut::<Naming>() else { return Vec::new() };
    if naming.saving {
        return Vec::new();
    }
    if is(key, KeySymbol::Esc) {
        return state.go_back();
    }
    if is(key, KeySymbol::Enter) {
        return submit(state);
    }
    if input::edit(&mut naming.name, key) == Some(true) {
        naming.problem = None;
    }
    Vec::new()
}

/// Inserts a paste into the name.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(naming) = state.over.get_mut::<Naming>().filter(|naming| !naming.saving) {
        input::insert(&mut naming.name, &line_of(text));
        naming.problem = None;
    }
    Vec::new()
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Some(naming) = state.over.get::<Naming>() else { return Vec::new() };
    let problem = match naming.id() {
        None => Some("give it a name that begins with a letter from a to z".to_owned()),
        Some(id) if saving::is_taken(&state.definitions, &id) => Some(format!("{} is taken", reference(&id))),
        Some(_) if naming.is_counting() => Some("its traits are still being counted".to_owned()),
        Some(_) => None,
    };
    let persona = naming.persona();
    let Some(naming) = state.over.get_mut::<Naming>() else { return Vec::new() };
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
