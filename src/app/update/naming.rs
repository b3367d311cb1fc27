//! A group of segments becomes the draft of a persona: it is given a name, its traits are looked for meanwhile.

use super::super::action::{Effect, Lane, Part};
use super::super::command::NO_STUDY;
use super::super::key::{Code, Key};
use super::super::naming::Naming;
use super::super::state::{Overlay, State};
use super::{asking, editing, is, saving};
use crate::engine::{Answer, ContrastQuestion, Question};
use crate::insight::settings::told_columns;
use crate::insight::why::VALUES;
use crate::model::reference;
use crate::study::Change;

/// Opens the box on the chosen group, and asks for its traits.
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
    let columns: Vec<_> = columns.into_iter().map(|column| (column.name.clone(), column.column_type)).collect();
    let question = |inside: &crate::rule::Checked, column: &str| ContrastQuestion {
        inside: inside.clone(),
        outside: None,
        column: column.to_owned(),
        limit: VALUES,
    };
    let asked = columns.iter().enumerate();
    let questions: Vec<(Part, Question)> = match &rule {
        Some(rule) => asked.map(|(i, (name, _))| (Part::Consolidate(i + 1), question(rule, name).into())).collect(),
        None => Vec::new(),
    };
    let columns = if questions.is_empty() { Vec::new() } else { columns };
    state.overlay = Some(Overlay::Naming(Box::new(Naming { spans, rule, columns, ..Naming::default() })));
    if questions.is_empty() { Vec::new() } else { vec![asking::ask(state, Lane::Card, questions)] }
}

/// A column's answer came.
pub fn store(state: &mut State, answer: Answer) {
    let min_cell = state.settings.min_cell;
    if let (Some(Overlay::Naming(naming)), Answer::Contrast(contrast)) = (&mut state.overlay, answer) {
        naming.take(&contrast, min_cell);
    }
}

/// What could not be told of is not waited for.
pub fn fail(state: &mut State) {
    if let Some(Overlay::Naming(naming)) = &mut state.overlay {
        naming.done += 1;
    }
}

pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(Overlay::Naming(naming)) = &mut state.overlay else { return Vec::new() };
    if naming.saving {
        return Vec::new();
    }
    if is(key, Code::Esc) {
        state.overlay = None;
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
