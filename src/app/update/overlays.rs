//! Keys in lists, forms and confirmations.

use super::super::action::Effect;
use super::super::command::Command;
use super::super::key::{Code, Key};
use super::super::state::{Overlay, State, View};
use super::{commands, editing, editor, is, naming, persona_form, saving, sql, views};

/// Closes the overlay as Esc does.
pub fn close(state: &mut State) -> Vec<Effect> {
    let esc = Key::plain(Code::Esc);
    match state.overlay {
        Some(
            Overlay::Palette(_)
            | Overlay::GroupPicker(_)
            | Overlay::ProfilePicker(_)
            | Overlay::AgainstPicker(_)
            | Overlay::AnswersPicker(_),
        ) => picker_key(state, esc),
        Some(Overlay::Builder(_)) => views::builder::key(state, esc),
        Some(Overlay::SegmentForm(_)) => form_key(state, esc),
        Some(Overlay::PersonaForm(_)) => persona_form::key(state, esc),
        Some(Overlay::Naming(_)) => naming::key(state, esc),
        Some(Overlay::Confirm(_)) => confirm_key(state, esc),
        Some(Overlay::EditAgain(_)) => editor::key(state, esc),
        Some(Overlay::Sql(_)) => sql::key(state, esc),
        Some(Overlay::Help { .. } | Overlay::PersonaCard { .. }) | None => commands::run(state, Command::Back),
    }
}

pub fn picker_key(state: &mut State, key: Key) -> Vec<Effect> {
    if is(key, Code::Esc) {
        state.overlay = None;
        return Vec::new();
    }
    if is(key, Code::Enter) {
        return choose(state);
    }
    let Some(picker) = state.overlay.as_mut().and_then(Overlay::picker_mut) else { return Vec::new() };
    match (key.code, key.ctrl) {
        (Code::Down, _) | (Code::Char('n'), true) => picker.step(1),
        (Code::Up, _) | (Code::Char('p'), true) => picker.step(-1),
        (Code::PageDown, _) => picker.step(10),
        (Code::PageUp, _) => picker.step(-10),
        (Code::Tab, _) => picker.step(if key.shift { -1 } else { 1 }),
        _ => {
            if editing::edit(&mut picker.input, key) == Some(true) {
                picker.narrow();
            }
        }
    }
    Vec::new()
}

fn choose(state: &mut State) -> Vec<Effect> {
    let Some(picker) = state.overlay.as_mut().and_then(Overlay::picker_mut) else { return Vec::new() };
    let Some(item) = picker.chosen().cloned() else { return Vec::new() };
    if let Some(why) = item.disabled {
        state.complain(why);
        return Vec::new();
    }
    match state.overlay.take() {
        Some(Overlay::Palette(_)) => match Command::named(&item.label) {
            Some(command) => commands::run(state, command),
            None => Vec::new(),
        },
        Some(Overlay::ProfilePicker(_)) => views::profile::chosen(state, item.label),
        Some(Overlay::AgainstPicker(_)) => views::why::chosen(state, item.label),
        Some(Overlay::AnswersPicker(_)) => views::research::chosen(state, item.label),
        Some(Overlay::GroupPicker(_)) if state.view == View::Facets => views::facets::chosen(state, item.label),
        Some(Overlay::GroupPicker(_)) => views::facets::group_by(state, item.label),
        _ => Vec::new(),
    }
}

pub fn form_key(state: &mut State, key: Key) -> Vec<Effect> {
    let Some(Overlay::SegmentForm(form)) = &mut state.overlay else { return Vec::new() };
    if form.saving {
        return Vec::new();
    }
    match key.code {
        _ if is(key, Code::Esc) => {
            state.overlay = None;
            return Vec::new();
        }
        _ if is(key, Code::Enter) => return saving::submit(state),
        _ if is(key, Code::Tab) || is(key, Code::Down) => form.field = form.field.step(1),
        Code::Tab | Code::Up => form.field = form.field.step(-1),
        _ => match form.input_mut() {
            Some(input) => {
                if editing::edit(input, key) == Some(true) {
                    form.problem = None;
                }
            }
            None => match key.code {
                Code::Right | Code::Char(' ' | 'l') => form.step_kind(1),
                Code::Left | Code::Char('h') => form.step_kind(-1),
                _ => {}
            },
        },
    }
    Vec::new()
}

pub fn confirm_key(state: &mut State, key: Key) -> Vec<Effect> {
    match key.code {
        Code::Char('y') if key.typed().is_some() => match state.overlay.take() {
            Some(Overlay::Confirm(confirm)) => {
                // What was typed stays, in case the save fails.
                state.overlay = confirm.beneath.map(|form| *form);
                if let Some(form) = &mut state.overlay {
                    form.set_saving(true);
                }
                saving::save(confirm.change, confirm.onto_changed)
            }
            _ => Vec::new(),
        },
        Code::Esc | Code::Char('n' | 'q') => match state.overlay.take() {
            Some(Overlay::Confirm(confirm)) => saving::declined(state, confirm),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
