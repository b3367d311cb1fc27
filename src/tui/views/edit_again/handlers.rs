//! Hands a persona to the person's own editor, and takes back the text that it left.

use super::{EditAgain, draw};
use crate::study::{Change, persona_text, read_persona};
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::{EditedText, Editing, Effect, State, saving};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::persona_form::{self, PersonaForm};

/// Opens the persona at this index of the definitions in the editor.
pub fn open(state: &mut State, at: usize) -> Vec<Effect> {
    let Some(persona) = state.definitions.personas.get(at) else { return Vec::new() };
    vec![Effect::Editor(Editing { subject: EditedText::Persona(persona.id.clone()), text: persona_text(persona) })]
}

/// Saves what the editor left, or reports what is wrong with it.
pub fn closed(state: &mut State, editing: Editing, id: &str, text: Result<String, String>) -> Vec<Effect> {
    let text = match text {
        Ok(text) if text == editing.text => {
            state.say("nothing was changed");
            return Vec::new();
        }
        Ok(text) => text,
        Err(why) => {
            state.complain(why);
            return Vec::new();
        }
    };
    let editing = Editing { text, ..editing };
    let persona = match read_persona(&editing.text) {
        Ok(persona) => persona,
        Err(error) => {
            let line = error.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            return refuse(state, editing, format!("{line}{}", error.message));
        }
    };
    let Some(old) = state.definitions.personas.iter().find(|old| old.id == id).cloned() else {
        return refuse(state, editing, "the persona is gone from the file".into());
    };
    if persona == old {
        state.say("nothing was changed");
        return Vec::new();
    }
    let mut form = PersonaForm::new(&old, Some(id.to_owned()), &state.catalog).retyped(&persona);
    form.saving = true;
    // The form waits beneath, so that nothing is lost if the save is declined.
    state.over.push(form);
    if let Some(problem) = persona_form::problem(state) {
        state.over.pop();
        return refuse(state, editing, format!("{}: {}", problem.field.word(), problem.text));
    }
    saving::save(Change::EditPersona { id: id.to_owned(), persona: Box::new(persona) }, false)
}

fn refuse(state: &mut State, editing: Editing, why: String) -> Vec<Effect> {
    state.over.push(EditAgain { editing, why });
    Vec::new()
}

/// Handles keys while the person is asked whether to edit again.
pub fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let again = is(key, KeySymbol::Enter) || matches!(key.typed(), Some('y' | 'e' | 'E'));
    let leave = is(key, KeySymbol::Esc) || matches!(key.typed(), Some('n' | 'q'));
    if !again && !leave {
        return Vec::new();
    }
    match state.over.take() {
        Some(EditAgain { editing, .. }) if again => vec![Effect::Editor(editing)],
        Some(_) => {
            state.say("nothing was written");
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Takes the answer that the mouse was pressed on.
pub fn pressed(state: &mut State, page: Rect, at: Position) -> Vec<Effect> {
    let answer = state.over.get().and_then(|again| draw::answer_at(page, again, at));
    answer.map_or_else(Vec::new, |answer| key(state, answer))
}
