//! Problems that keep a persona from being saved.

use super::live::catalog_with;
use super::records::{RecordValue, day};
use super::{FormProblem, PersonaField, PersonaForm, Record};
use crate::model::{Persona, is_plain_name, reference};
use crate::rule::{self, Context};
use crate::tui::core::{State, saving};

/// Returns the first problem; `None` if the persona is valid.
pub fn first(state: &State) -> Option<FormProblem> {
    let form = state.over.get::<PersonaForm>()?;
    let draft = form.draft();
    let named = of_names(state, form, &draft).map(|(field, text)| FormProblem { field, way: Vec::new(), text });
    named.or_else(|| of_rules(state, form, &draft)).or_else(|| of_records(form))
}

fn of_names(state: &State, form: &PersonaForm, draft: &Persona) -> Option<(PersonaField, String)> {
    if draft.name.is_empty() {
        return Some((PersonaField::Name, "give it a display name, e.g. Deal-hunting Dana".into()));
    }
    if !is_plain_name(&draft.id) {
        return Some((PersonaField::Id, "use letters, digits and _, beginning with a letter".into()));
    }
    let is_new = form.editing.as_ref() != Some(&draft.id);
    let taken = is_new && saving::is_taken(&state.definitions, &draft.id);
    taken.then(|| (PersonaField::Id, format!("{} is taken", reference(&draft.id))))
}

/// Finds the first rule in error. Rules that were in error before the form was opened do not block saving other
/// changes.
fn of_rules(state: &State, form: &PersonaForm, draft: &Persona) -> Option<FormProblem> {
    let (cx, cells) = (state.card_context()?, state.cells.as_ref()?);
    let (catalog, at) = catalog_with(draft, form.editing.as_deref(), &state.definitions, cells, &cx);
    let rules = Context { schema: cx.schema, names: &catalog.names, today: cx.today };
    let before = state.definitions.personas.iter().find(|persona| Some(&persona.id) == form.editing.as_ref());
    let is_old = |text: &String| before.is_some_and(|before| before.rules().any(|rule| rule == text));
    let error = |text: &String| {
        let error = rule::check(text, &rules).err().filter(|_| !is_old(text));
        error.map(|error| error.describe(text))
    };
    let problem = |field, way: Vec<usize>, text| FormProblem { field, way, text };
    if let Some(text) = draft.narrowed.as_ref().and_then(error) {
        return Some(problem(PersonaField::Where, Vec::new(), text));
    }
    // A cycle shows only in the audience.
    let audience = catalog.personas.get(at).and_then(|entry| entry.audience.as_ref().err());
    let same = before.is_some_and(|before| before.narrowed == draft.narrowed && before.spans == draft.spans);
    if let Some(error) = audience.filter(|_| !same) {
        let field = if draft.narrowed.is_some() { PersonaField::Where } else { PersonaField::Spans };
        return Some(problem(field, Vec::new(), error.to_string()));
    }
    let lines = form.attribute_lines();
    if let Some((n, text)) = lines.iter().find_map(|(n, text)| Some((*n, error(text)?))) {
        return Some(problem(PersonaField::Attributes, Vec::new(), format!("line {}: {text}", n + 1)));
    }
    let stages = draft.journey.iter().enumerate();
    let stage = stages.into_iter().find_map(|(n, stage)| Some((n, error(stage.reached.as_ref()?)?)));
    if let Some((n, text)) = stage {
        return Some(problem(PersonaField::Journey, vec![n, 6], text));
    }
    let claims = draft.claims.iter().enumerate();
    let claim = claims.into_iter().find_map(|(n, claim)| Some((n, error(claim.check.as_ref()?)?)));
    claim.map(|(n, text)| problem(PersonaField::Claims, vec![n, 1], text))
}

/// Finds the first missing name or invalid day.
fn of_records(form: &PersonaForm) -> Option<FormProblem> {
    let problem = |field, way, text: &str| Some(FormProblem { field, way, text: text.to_owned() });
    for (n, stage) in form.journey.items.iter().enumerate() {
        if is_blank(stage, 0) {
            return problem(PersonaField::Journey, vec![n, 0], "give the stage a name");
        }
    }
    for (n, claim) in form.claims.items.iter().enumerate() {
        if is_blank(claim, 0) {
            return problem(PersonaField::Claims, vec![n, 0], "write what is claimed");
        }
        let evidence = claim.below.iter().flat_map(|below| below.items.iter().enumerate());
        for (m, evidence) in evidence {
            let way = |field| vec![n, claim.values.len(), m, field];
            if is_blank(evidence, 0) {
                return problem(PersonaField::Claims, way(0), "name the interview, survey or log that says so");
            }
            if !is_blank(evidence, 2) && day(evidence.shown(2).trim()).is_none() {
                return problem(PersonaField::Claims, way(2), "a day is written as 2026-03-14");
            }
        }
    }
    None
}

fn is_blank(record: &Record, field: usize) -> bool {
    matches!(record.values.get(field), Some(RecordValue::Text(text)) if text.is_empty())
}
