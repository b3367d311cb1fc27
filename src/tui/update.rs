//! The update step: [`update`] applies one action to the state and returns the effects to carry out.

use super::core::estimates::Sampled;
use super::core::{
    Action, BaseState, EditedText, Effect, SaveFailed, State, arrivals, dispatch, editing, estimating, paste, requests,
    saving,
};
use super::mouse;
use super::views::{card, confirm, consolidate, create_study, edit_again, export, restore, themes, tutor};

/// Applies an action to the state, and returns the effects for the program's loop to carry out.
pub fn update(state: &mut State, action: Action) -> Vec<Effect> {
    let mut effects = apply(state, action);
    effects.extend(tutor::follow(state));
    effects
}

fn apply(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Key(key) => return dispatch::key_typed(state, key),
        Action::Burst(keys) => return paste::burst(state, &keys),
        Action::Paste(text) => return paste::paste(state, &text),
        Action::Resize { width, height } => {
            tutor::fit(state, width, height);
            return requests::views(state);
        }
        Action::Loading(progress) => match &mut state.base {
            BaseState::Loading(known) => *known = Some(progress),
            BaseState::Ready { part: Some(known), .. } => *known = progress,
            BaseState::Ready { part: None, .. } | BaseState::Failed(_) => {}
        },
        Action::Loaded(loaded) => return arrivals::loaded(state, *loaded),
        Action::CellsFound(cells) => {
            let mut effects = arrivals::cells_found(state, cells);
            effects.extend(restore::form(state));
            return effects;
        }
        Action::Vetted(faults) => return arrivals::vetted(state, faults),
        Action::Noticed(notices) => arrivals::noticed(state, notices),
        Action::LoadFailed(reason) => arrivals::load_failed(state, reason),
        Action::Answered(answered) => return arrivals::answered(state, answered),
        Action::Sampled { size, columns, is_new } => {
            return estimating::sampled(state, Sampled { size, columns }, is_new);
        }
        Action::NotSampled(reason) => estimating::not_opened(state, &reason),
        Action::Estimated(answered) => estimating::estimated(state, answered),
        Action::FilterChecked(outcome) => return editing::checked(state, *outcome),
        Action::Saved { change, definitions, before, after } => {
            let effects = saving::saved(state, &change, definitions, (before, after));
            consolidate::saved(state, &change);
            return effects;
        }
        Action::StudyCreated(created) => return create_study::created(state, *created),
        Action::StudyNotCreated(reason) => create_study::failed(state, &reason),
        Action::EditorClosed { editing, text } => {
            return match &editing.subject {
                EditedText::Filter => editing::edited_outside(state, &editing.text, text),
                EditedText::Persona(id) => {
                    let id = id.clone();
                    edit_again::closed(state, editing, &id, text)
                }
            };
        }
        Action::SaveFailed { change, reason: SaveFailed::ChangedOnDisk(file) } => {
            confirm::overwrite(state, change, &file)
        }
        Action::SaveFailed { reason: SaveFailed::Other(reason), .. } => {
            if let Some(saving) = state.over.top_mut().and_then(|form| form.saving()) {
                *saving = false;
            }
            state.complain(reason);
        }
        Action::Grouped(Ok(consolidation)) => consolidate::grouped(state, *consolidation),
        Action::Grouped(Err(reason)) => consolidate::fail(state, &reason),
        Action::Tick(activity) => {
            state.ticks = state.ticks.wrapping_add(1);
            state.activity = activity;
        }
        Action::Mouse(input) => return mouse::moused(state, input),
        Action::ThemeKept { theme, file, is_overridden } => themes::kept(state, theme, &file, is_overridden),
        Action::ThemeNotKept(reason) => state.complain(format!("the theme was not saved: {reason}")),
        Action::NotesRead(notes) => card::notes_read(state, notes),
        Action::Exported { rows, path } => export::exported(state, rows, &path),
        Action::ExportExists => export::exists(state),
        Action::NotExported(reason) => export::failed(state, reason),
        Action::TutorNotOpened(reason) => state.complain(format!("the tutor could not be opened: {reason}")),
        Action::Copied(message) => state.say(message),
        Action::NotCopied { bytes, limit } => state.complain(format!(
            "not copied: {bytes} bytes are more than the {limit} that the terminal's clipboard can hold"
        )),
    }
    Vec::new()
}
