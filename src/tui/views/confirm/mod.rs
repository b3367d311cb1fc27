//! A question before a change that is hard to undo. It lies over the form that made the change, if one did.

mod draw;

use crate::study::Change;
use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::core::{Effect, Hooks, State, View, ViewKeys, ViewName, requests, saving};
use crate::tui::paint::canvas::{Canvas, Position, Rect};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "confirm";

/// Box with the question, and the change that it is about.
#[derive(Debug)]
pub struct Confirm {
    pub question: String,
    /// Reasons against it, such as who uses the segment, or whose change would be overwritten.
    pub details: Vec<String>,
    /// Label of the confirming key `y`: `delete`, `save anyway`.
    pub verb: &'static str,
    /// The change to save after a yes.
    pub change: Change,
    /// True to save it although someone else has changed the file.
    pub onto_changed: bool,
}

impl View for Confirm {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(key)
    }

    fn hooks(&self) -> Hooks {
        Hooks { back: declined, pressed, ..Hooks::default() }
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, _state: &State) {
        draw::draw(canvas, area, self);
    }
}

/// Asks whether to save although the file was changed by someone else.
pub fn overwrite(state: &mut State, change: Change, file: &str) {
    let (question, details, verb) = match change {
        Change::Restore(_) => {
            (format!("{file} was changed by someone else since"), "undo would also revert their change", "undo anyway")
        }
        _ => (
            format!("{file} was changed by someone else since it was read"),
            "nothing is written yet; their change stays either way",
            "save and keep their change",
        ),
    };
    state.over.push(Confirm { question, details: vec![details.into()], verb, change, onto_changed: true });
}

fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    match key.code {
        KeySymbol::Char('y') if key.typed().is_some() => match state.over.take::<Confirm>() {
            Some(confirm) => {
                // The form stays open with its text, in case the save fails.
                set_saving(state, true);
                saving::save(confirm.change, confirm.onto_changed)
            }
            None => Vec::new(),
        },
        KeySymbol::Esc | KeySymbol::Char('n' | 'q') => declined(state),
        _ => Vec::new(),
    }
}

/// Takes the answer that the mouse was pressed on.
fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    let answer = state.over.get().and_then(|confirm| draw::answer_at(page, confirm, at));
    answer.map_or_else(Vec::new, |answer| key(state, answer))
}

/// Returns to the form, so that nothing typed is lost.
fn declined(state: &mut State) -> Vec<Effect> {
    if state.over.take::<Confirm>().is_some() {
        set_saving(state, false);
        state.say("nothing was written");
    }
    requests::views(state)
}

fn set_saving(state: &mut State, is_saving: bool) {
    if let Some(saving) = state.over.top_mut().and_then(|form| form.saving()) {
        *saving = is_saving;
    }
}
