//! Keys in the persona form, and the counts while one types.

mod problems;

use super::super::action::{Asker, Effect, Lane};
use super::super::key::{Code, Key};
use super::super::persona_form::{Done, Field, Live, PersonaForm, Problem};
use super::super::state::{Overlay, State};
use super::{asking, editing, inquiries, is, personas, saving};
use crate::insight::inquiry::Inquiry;
use crate::model::Persona;
use crate::study::Change;

/// Opens an empty form.
pub fn new(state: &mut State) -> Vec<Effect> {
    open(state, &Persona::default(), None)
}

/// Opens the form on the selected persona, or on the one whose card is open.
pub fn edit(state: &mut State) -> Vec<Effect> {
    let found = personas::chosen(state).map(|(at, _)| state.definitions.personas.get(at).cloned());
    match found {
        Ok(Some(persona)) => {
            let id = persona.id.clone();
            open(state, &persona, Some(id))
        }
        Ok(None) => Vec::new(),
        Err(why) => {
            state.complain(why);
            Vec::new()
        }
    }
}

fn open(state: &mut State, persona: &Persona, editing: Option<String>) -> Vec<Effect> {
    let mut form = PersonaForm::new(persona, editing, &state.catalog);
    form.from_card = matches!(state.overlay, Some(Overlay::PersonaCard { .. }));
    state.overlay = Some(Overlay::PersonaForm(Box::new(form)));
    ask(state)
}

/// Returns the first problem that keeps the persona from being saved.
pub fn problem(state: &State) -> Option<Problem> {
    problems::first(state)
}

fn form(state: &mut State) -> Option<&mut PersonaForm> {
    match &mut state.overlay {
        Some(Overlay::PersonaForm(form)) => Some(form),
        _ => None,
    }
}

pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(form) = form(state) else { return Vec::new() };
    if form.saving {
        return Vec::new();
    }
    if key == Key::ctrl('s') {
        return submit(state);
    }
    if form.leaving {
        match key.code {
            Code::Char('y') if key.typed().is_some() => return close(state),
            Code::Char('n' | 'q') | Code::Esc => form.leaving = false,
            _ => {}
        }
        return Vec::new();
    }
    let in_record = form.records_mut().is_some_and(|records| records.open);
    match key.code {
        Code::Tab if !in_record => {
            form.field = form.field.step(if key.shift { -1 } else { 1 });
            ask(state)
        }
        _ if form.field == Field::Spans => spans_key(state, key),
        _ if form.records_mut().is_some() => records_key(state, key),
        _ => text_key(state, key),
    }
}

fn text_key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(form) = form(state) else { return Vec::new() };
    if is(key, Code::Esc) {
        return leave(state);
    }
    let one_line = form.text(form.field).is_some_and(|text| text.is_one_line());
    match key.code {
        Code::Enter if one_line => return submit(state),
        Code::Down if one_line => form.field = form.field.step(1),
        Code::Up if one_line => form.field = form.field.step(-1),
        _ => {
            if form.text_mut().and_then(|text| text.key(key)) != Some(true) {
                return Vec::new();
            }
            form.edited();
        }
    }
    ask(state)
}

fn records_key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(form) = form(state) else { return Vec::new() };
    match form.records_mut().map_or(Done::Nothing, |records| records.key(key)) {
        Done::Leave => leave(state),
        Done::Edited => {
            form.edited();
            ask(state)
        }
        Done::Moved | Done::Nothing => Vec::new(),
    }
}

fn spans_key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(form) = form(state) else { return Vec::new() };
    let picker = &mut form.spans.picker;
    match key.code {
        Code::Esc if picker.input.value().is_empty() => return leave(state),
        Code::Esc => {
            picker.input.reset();
            picker.narrow();
        }
        Code::Down => picker.step(1),
        Code::Up => picker.step(-1),
        Code::PageDown => picker.step(10),
        Code::PageUp => picker.step(-10),
        Code::Enter | Code::Char(' ') => {
            if form.spans.toggle() {
                form.edited();
                return ask(state);
            }
        }
        _ => {
            if editing::edit(&mut picker.input, key) == Some(true) {
                picker.narrow();
            }
        }
    }
    Vec::new()
}

/// Inserts a paste into the field being typed in, as one edit.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let Some(form) = form(state).filter(|form| !form.saving) else { return Vec::new() };
    if form.field == Field::Spans {
        editing::insert(&mut form.spans.picker.input, text.trim());
        form.spans.picker.narrow();
        return Vec::new();
    }
    if let Some(field) = form.text_mut() {
        field.insert(text);
        form.edited();
    }
    ask(state)
}

/// Leaves the form: at once if nothing would be lost, otherwise after asking.
fn leave(state: &mut State) -> Vec<Effect> {
    match form(state) {
        Some(form) if form.is_changed() => {
            form.leaving = true;
            Vec::new()
        }
        _ => close(state),
    }
}

fn close(state: &mut State) -> Vec<Effect> {
    let from_card = form(state).is_some_and(|form| form.from_card);
    state.overlay = None;
    asking::drop_awaited(state, Lane::Card);
    let mut effects = vec![Effect::Cancel(Lane::Card)];
    if from_card {
        effects.extend(personas::open_card(state));
    }
    effects
}

fn submit(state: &mut State) -> Vec<Effect> {
    let problem = problem(state);
    let Some(form) = form(state) else { return Vec::new() };
    form.leaving = false;
    if let Some(problem) = problem {
        form.field = problem.field;
        if let Some(records) = form.records_mut() {
            records.go(&problem.way);
        }
        form.problem = Some(problem);
        return Vec::new();
    }
    if !form.is_changed() {
        let effects = close(state);
        state.say("nothing was changed");
        return effects;
    }
    form.saving = true;
    let persona = Box::new(form.draft());
    saving::save(
        match form.editing.clone() {
            Some(id) => Change::EditPersona { id, persona },
            None => Change::AddPersona { persona, at: None },
        },
        false,
    )
}

/// Counts what is typed. Does nothing while the form is closed.
pub fn ask(state: &mut State) -> Vec<Effect> {
    if renew(state) == Some(true) {
        state.flights.remove(&Lane::Card);
    }
    inquiries::ask(state, Asker::PersonaForm).into_iter().collect()
}

/// Updates the form's figures to what is typed. Returns true if their questions have changed.
fn renew(state: &mut State) -> Option<bool> {
    let Some(Overlay::PersonaForm(form)) = &state.overlay else { return None };
    let live = Live::new(form, &state.definitions, state.cells.as_ref()?, &state.card_context()?);
    let form = self::form(state)?;
    let has_changed = live.open() != form.live.open();
    form.live = live;
    Some(has_changed)
}
