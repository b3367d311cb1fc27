//! The update step: [`update`] applies one action to the state and returns the effects to carry out.

mod answers;
mod asking;
mod commands;
mod editing;
mod editor;
mod estimating;
mod inquiries;
mod kept;
mod naming;
mod overlays;
mod paste;
mod persona_form;
mod personas;
mod recut;
mod saving;
mod sql;
mod views;
mod walking;

pub use self::kept::bring_back;
pub use self::views::why::against_name;
use super::action::{Action, Effect};
use super::command;
use super::estimates::Sampled;
use super::input;
use super::key::{Code, Key};
use super::state::{Base, Overlay, State};

pub fn update(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Key(key) => {
            state.message = None;
            match behind_escape(state, key) {
                Some(key) => {
                    let mut effects = key_pressed(state, Key::plain(Code::Esc));
                    effects.extend(key_pressed(state, key));
                    effects
                }
                None => key_pressed(state, key),
            }
        }
        Action::Burst(keys) => paste::burst(state, &keys),
        Action::Paste(text) => paste::paste(state, &text),
        Action::Resize { width, height } => resize(state, width, height),
        Action::Loading(progress) => {
            if matches!(state.base, Base::Loading(_)) {
                state.base = Base::Loading(Some(progress));
            }
            Vec::new()
        }
        Action::Loaded(loaded) => answers::loaded(state, *loaded),
        Action::CellsFound(cells) => {
            state.cells.get_or_insert_default().extend(cells);
            state.is_vetted = false;
            let mut effects = answers::definitions_changed(state);
            effects.extend(recut::missing(state));
            effects.extend(kept::form(state));
            effects
        }
        Action::Vetted(faults) => answers::vetted(state, faults),
        Action::Noticed(notices) => {
            answers::noticed(state, notices);
            Vec::new()
        }
        Action::LoadFailed(reason) => {
            state.base = Base::Failed(reason);
            Vec::new()
        }
        Action::Answered(answered) => answers::answered(state, answered),
        Action::Sampled { size, columns, is_new } => estimating::sampled(state, Sampled { size, columns }, is_new),
        Action::NotSampled(reason) => {
            estimating::not_opened(state, &reason);
            Vec::new()
        }
        Action::Estimated(answered) => {
            estimating::estimated(state, answered);
            Vec::new()
        }
        Action::FilterChecked(outcome) => editing::checked(state, *outcome),
        Action::Saved { change, definitions, before, after } => {
            saving::saved(state, &change, definitions, (before, after))
        }
        Action::EditorClosed { editing, text } => editor::closed(state, editing, text),
        Action::SaveFailed { change, reason } => saving::failed(state, change, reason),
        Action::Grouped(Ok(consolidation)) => views::consolidate::grouped(state, *consolidation),
        Action::Grouped(Err(reason)) => {
            views::consolidate::fail(state, &reason);
            Vec::new()
        }
        Action::Tick(activity) => {
            state.ticks = state.ticks.wrapping_add(1);
            state.activity = activity;
            Vec::new()
        }
        Action::PageEnd(end) => {
            if let Some(scroll) = walking::page_scroll(state) {
                *scroll = end.min(*scroll);
            }
            Vec::new()
        }
        Action::Sight(lines) => {
            walking::bring_into_sight(state, lines);
            Vec::new()
        }
        Action::NotesRead(notes) => {
            state.views.card.notes = notes.into_iter().collect();
            Vec::new()
        }
        Action::Copied(bytes) => {
            state.say(format!("sent {bytes} bytes to the terminal's clipboard"));
            Vec::new()
        }
        Action::NotCopied { bytes, limit } => {
            state.complain(format!(
                "not copied: {bytes} bytes are more than the {limit} that a terminal's clipboard takes"
            ));
            Vec::new()
        }
    }
}

/// Handles a key. Forms, lists and the filter line take keys as typing; all other keys are commands.
fn key_pressed(state: &mut State, key: Key) -> Vec<Effect> {
    if let Some(effects) = always(state, key) {
        return effects;
    }
    if state.filter.offered.is_some() {
        return paste::offered_key(state, key);
    }
    match state.overlay {
        Some(
            Overlay::Palette(_)
            | Overlay::GroupPicker(_)
            | Overlay::ProfilePicker(_)
            | Overlay::AgainstPicker(_)
            | Overlay::AnswersPicker(_),
        ) => {
            return overlays::picker_key(state, key);
        }
        Some(Overlay::Builder(_)) => return views::builder::key(state, key),
        Some(Overlay::SegmentForm(_)) => return overlays::form_key(state, key),
        Some(Overlay::PersonaForm(_)) => return persona_form::key(state, key),
        Some(Overlay::Naming(_)) => return naming::key(state, key),
        Some(Overlay::Confirm(_)) => return overlays::confirm_key(state, key),
        Some(Overlay::EditAgain(_)) => return editor::key(state, key),
        Some(Overlay::Sql(_)) => return sql::key(state, key),
        Some(Overlay::Help { .. } | Overlay::PersonaCard { .. }) => {}
        None if state.filter.editing => return editing::key(state, key),
        None => {}
    }
    match state.keymap.command(key, command::place(state)) {
        Some(command) => commands::run(state, command),
        None => Vec::new(),
    }
}

/// Handles keys that have the same meaning wherever text is typed.
fn always(state: &mut State, key: Key) -> Option<Vec<Effect>> {
    use command::Command::{Cancel, Redraw, Suspend};
    let command = [Cancel, Redraw, Suspend]
        .into_iter()
        .find(|command| state.keymap.keys(*command).contains(&key) && key.typed().is_none())?;
    Some(match command {
        Cancel if state.filter.offered.is_some() => paste::offered_key(state, key),
        Cancel if state.overlay.is_some() => overlays::close(state),
        Cancel if state.filter.pending.is_some() => editing::abandon(state),
        Cancel if state.filter.editing => editing::leave(state),
        _ => commands::run(state, command),
    })
}

/// Returns the key that followed an Esc. Terminals send alt with a key as Esc and the key, which looks like Esc pressed
/// first. Where the combination has no meaning, it is taken for two keys.
fn behind_escape(state: &State, key: Key) -> Option<Key> {
    let is_sent_so = matches!(key.code, Code::Char(_) | Code::Enter | Code::Tab | Code::Backspace);
    if !key.alt || !is_sent_so {
        return None;
    }
    let is_known = match state.overlay {
        // Its fields support more editing keys than a single line.
        Some(Overlay::PersonaForm(_)) => true,
        None if !state.filter.editing => false,
        Some(ref overlay) if !overlay.takes_text() => false,
        _ => input::means_something(key),
    };
    let is_bound = state.keymap.command(key, command::place(state)).is_some();
    (!is_known && !is_bound).then_some(Key { alt: false, ..key })
}

fn resize(state: &mut State, width: u16, height: u16) -> Vec<Effect> {
    (state.width, state.height) = (width, height);
    asking::page_if_shown(state)
}

/// Returns true if the key is this one without modifiers (Enter, Esc and the like), wherever text is typed.
fn is(key: Key, code: Code) -> bool {
    key == Key::plain(code)
}
