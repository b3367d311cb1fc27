//! Editing of a persona as text, in the person's own editor.

use super::super::action::{Editing, Effect};
use super::super::key::{Code, Key};
use super::super::persona_form::PersonaForm;
use super::super::state::{EditAgain, Overlay, State};
use super::{is, persona_form, personas, saving};
use crate::study::{Change, persona_text, read_persona};

/// Opens the chosen persona in the editor.
pub fn open(state: &mut State) -> Vec<Effect> {
    let from_card = matches!(state.overlay, Some(Overlay::PersonaCard { .. }));
    match personas::chosen(state) {
        Ok((at, id)) => {
            let text = state.definitions.personas.get(at).map(persona_text).unwrap_or_default();
            vec![Effect::Editor(Editing { id, text, from_card })]
        }
        Err(why) => {
            state.complain(why);
            Vec::new()
        }
    }
}

/// Saves what the editor left, or reports what is wrong with it.
pub fn closed(state: &mut State, editing: Editing, text: Result<String, String>) -> Vec<Effect> {
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
    let Some(old) = state.definitions.personas.iter().find(|old| old.id == editing.id).cloned() else {
        return refuse(state, editing, "the persona is gone from the file".into());
    };
    if persona == old {
        state.say("nothing was changed");
        return Vec::new();
    }
    let mut form = PersonaForm::new(&old, Some(editing.id.clone()), &state.catalog).retyped(&persona);
    form.from_card = editing.from_card;
    form.saving = true;
    // The form waits beneath, so that nothing is lost if the save is declined.
    let before = state.overlay.replace(Overlay::PersonaForm(Box::new(form)));
    if let Some(problem) = persona_form::problem(state) {
        state.overlay = before;
        return refuse(state, editing, format!("{}: {}", problem.field.word(), problem.text));
    }
    saving::save(Change::EditPersona { id: editing.id, persona: Box::new(persona) }, false)
}

fn refuse(state: &mut State, editing: Editing, why: String) -> Vec<Effect> {
    state.overlay = Some(Overlay::EditAgain(EditAgain { editing, why }));
    Vec::new()
}

/// Handles keys while the person is asked whether to edit again.
pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let again = is(key, Code::Enter) || matches!(key.typed(), Some('y' | 'e' | 'E'));
    let leave = is(key, Code::Esc) || matches!(key.typed(), Some('n' | 'q'));
    match state.overlay.take_if(|overlay| (again || leave) && matches!(overlay, Overlay::EditAgain(_))) {
        Some(Overlay::EditAgain(EditAgain { editing, .. })) if again => vec![Effect::Editor(editing)],
        Some(_) => {
            state.say("nothing was written");
            Vec::new()
        }
        None => Vec::new(),
    }
}
