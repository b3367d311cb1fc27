//! Keys in the persona form, and the counts while one types.

use super::{LiveFigures, PersonaField, PersonaForm, RecordKeyEffect, draw, problems};
use crate::insight::inquiry::Inquiry;
use crate::model::Persona;
use crate::study::Change;
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::{Effect, State, input, requests, saving};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::create_study::with_study;

/// Opens an empty form.
pub fn new(state: &mut State) -> Vec<Effect> {
    with_study(state, open_empty)
}

fn open_empty(state: &mut State) -> Vec<Effect> {
    open(state, &Persona::default(), None)
}

/// Opens the form on the persona at this index of the definitions.
pub fn edit(state: &mut State, at: usize) -> Vec<Effect> {
    let Some(persona) = state.definitions.personas.get(at).cloned() else { return Vec::new() };
    let id = persona.id.clone();
    open(state, &persona, Some(id))
}

fn open(state: &mut State, persona: &Persona, editing: Option<String>) -> Vec<Effect> {
    state.over.push(PersonaForm::new(persona, editing, &state.catalog));
    ask(state)
}

fn form(state: &mut State) -> Option<&mut PersonaForm> {
    state.over.get_mut()
}

/// Handles a key in the form.
pub fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(form) = form(state) else { return Vec::new() };
    if form.saving {
        return Vec::new();
    }
    if key == KeyPress::ctrl('s') {
        return submit(state);
    }
    if form.leaving {
        match key.code {
            KeySymbol::Char('y') if key.typed().is_some() => return close(state),
            KeySymbol::Char('n' | 'q') | KeySymbol::Esc => form.leaving = false,
            _ => {}
        }
        return Vec::new();
    }
    let in_record = form.records_mut().is_some_and(|records| records.open);
    match key.code {
        KeySymbol::Tab if !in_record => {
            form.field = form.field.step(if key.shift { -1 } else { 1 });
            ask(state)
        }
        _ if form.field == PersonaField::Spans => spans_key(state, key),
        _ if form.records_mut().is_some() => records_key(state, key),
        _ => text_key(state, key),
    }
}

fn text_key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(form) = form(state) else { return Vec::new() };
    if is(key, KeySymbol::Esc) {
        return leave(state);
    }
    let one_line = form.text(form.field).is_some_and(|text| text.is_one_line());
    match key.code {
        KeySymbol::Enter if one_line => return submit(state),
        KeySymbol::Down if one_line => form.field = form.field.step(1),
        KeySymbol::Up if one_line => form.field = form.field.step(-1),
        _ => {
            if form.text_mut().and_then(|text| text.key(key)) != Some(true) {
                return Vec::new();
            }
            form.edited();
        }
    }
    ask(state)
}

fn records_key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(form) = form(state) else { return Vec::new() };
    match form.records_mut().map_or(RecordKeyEffect::Nothing, |records| records.key(key)) {
        RecordKeyEffect::Leave => leave(state),
        RecordKeyEffect::Edited => {
            form.edited();
            ask(state)
        }
        RecordKeyEffect::Moved | RecordKeyEffect::Nothing => Vec::new(),
    }
}

fn spans_key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(form) = form(state) else { return Vec::new() };
    let picker = &mut form.spans.picker;
    match key.code {
        KeySymbol::Esc if picker.input.value().is_empty() => return leave(state),
        KeySymbol::Esc => {
            picker.input.reset();
            picker.narrow();
        }
        KeySymbol::Down => picker.step(1),
        KeySymbol::Up => picker.step(-1),
        KeySymbol::PageDown => picker.step(10),
        KeySymbol::PageUp => picker.step(-10),
        KeySymbol::Enter | KeySymbol::Char(' ') => {
            if form.spans.toggle() {
                form.edited();
                return ask(state);
            }
        }
        _ => {
            if input::edit(&mut picker.input, key) == Some(true) {
                picker.narrow();
            }
        }
    }
    Vec::new()
}

/// Goes to the field of the list that the mouse was pressed on.
pub fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    let Some(form) = form(state).filter(|form| !form.saving && !form.leaving) else { return Vec::new() };
    match draw::field_at(page, form, at) {
        Some(field) => {
            form.field = field;
            ask(state)
        }
        None => Vec::new(),
    }
}

/// Inserts a paste into the field being typed in, as one edit.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    let Some(form) = form(state).filter(|form| !form.saving) else { return Vec::new() };
    if form.field == PersonaField::Spans {
        input::insert(&mut form.spans.picker.input, text.trim());
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
    let mut effects = state.go_back();
    effects.extend(requests::views(state));
    effects
}

fn submit(state: &mut State) -> Vec<Effect> {
    let problem = problems::first(state);
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

/// Counts what is typed.
fn ask(state: &mut State) -> Vec<Effect> {
    requests::views(state)
}

/// Updates the form's figures to what is typed. Returns true if their questions have changed.
pub fn renew(state: &mut State) -> bool {
    renewed(state).unwrap_or(false)
}

fn renewed(state: &mut State) -> Option<bool> {
    let form = state.over.find::<PersonaForm>()?;
    let live = LiveFigures::new(form, &state.definitions, state.cells.as_ref()?, &state.card_context()?);
    let form = state.over.find_mut::<PersonaForm>()?;
    let has_changed = live.open() != form.live.open();
    form.live = live;
    Some(has_changed)
}
