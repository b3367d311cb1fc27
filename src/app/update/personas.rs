//! What the personas pane's lines do.

use super::super::action::Effect;
use super::super::lines::{PersonaLine, persona_lines};
use super::super::state::{Overlay, State};
use super::commands::{narrow, show};
use super::{saving, views};
use crate::insight::PersonaEntry;
use crate::insight::coverage::{in_none, in_several};
use crate::model::{Persona, reference};
use crate::study::Change;

pub fn enter(state: &mut State) -> Vec<Effect> {
    let lines = persona_lines(state);
    match lines.get(state.personas.cursor) {
        None => Vec::new(),
        Some(PersonaLine::Persona { .. }) => open_card(state),
        Some(PersonaLine::Span { persona, entry, .. }) => {
            let of = &state.catalog.personas[*persona];
            let error = of.audience.as_ref().err().or(entry.segment.as_ref().err());
            match error.map(ToString::to_string) {
                Some(error) => complain(state, error),
                None => {
                    let condition = format!("{} AND {}", reference(&of.id), reference(&entry.name));
                    narrow(state, &condition)
                }
            }
        }
        Some(PersonaLine::InNone) => narrow_to(state, in_none),
        Some(PersonaLine::InSeveral) => narrow_to(state, in_several),
    }
}

fn complain(state: &mut State, text: String) -> Vec<Effect> {
    state.complain(text);
    Vec::new()
}

/// Narrows to a condition on all personas. One whose rule is in error would break it and is left out, as it is in the
/// counts of these lines.
fn narrow_to(state: &mut State, condition: fn(&[&str]) -> String) -> Vec<Effect> {
    let good = |entry: &&PersonaEntry| entry.audience.is_ok();
    let (kept, left): (Vec<_>, Vec<_>) = state.catalog.personas.iter().partition(good);
    let kept: Vec<&str> = kept.iter().map(|entry| entry.id.as_str()).collect();
    let left = left.iter().map(|entry| reference(&entry.id)).collect::<Vec<_>>().join(", ");
    if kept.is_empty() {
        return complain(state, format!("every persona's rule is in error: {left}"));
    }
    let condition = condition(&kept);
    let effects = narrow(state, &condition);
    if !left.is_empty() {
        state.complain(format!("without {left}: in error"));
    }
    effects
}

/// The card of the persona that the personas pane's cursor is on, wherever the keys go.
pub fn open_card(state: &mut State) -> Vec<Effect> {
    match chosen(state) {
        Ok((persona, _)) => {
            show(state, Overlay::PersonaCard { persona, scroll: 0 });
            views::card::ask(state)
        }
        Err(why) => complain(state, why.into()),
    }
}

/// The persona whose card is open, or that the personas pane's cursor is on or below: its place, and its id.
pub fn chosen(state: &State) -> Result<(usize, String), &'static str> {
    let at = match (&state.overlay, persona_lines(state).get(state.personas.cursor)) {
        (Some(Overlay::PersonaCard { persona, .. }), _) => Some(*persona),
        (_, Some(PersonaLine::Persona { at, .. })) => Some(*at),
        (_, Some(PersonaLine::Span { persona, .. })) => Some(*persona),
        (_, Some(PersonaLine::InNone | PersonaLine::InSeveral) | None) => None,
    };
    let found = at.and_then(|at| Some((at, state.definitions.personas.get(at)?.id.clone())));
    found.ok_or("no persona is chosen: go to one in the personas pane")
}

/// The id of the persona that the pane's cursor is on or below.
pub fn chosen_line(state: &State) -> Option<String> {
    let lines = persona_lines(state);
    match lines.get(state.personas.cursor)? {
        PersonaLine::Persona { entry, .. } => Some(entry.id.clone()),
        PersonaLine::Span { persona, .. } => Some(state.catalog.personas.get(*persona)?.id.clone()),
        PersonaLine::InNone | PersonaLine::InSeveral => None,
    }
}

/// The id that the cursor should go to after this change.
pub fn changed(change: &Change) -> Option<String> {
    match change {
        Change::AddPersona { persona, .. } | Change::EditPersona { persona, .. } => Some(persona.id.clone()),
        Change::MovePersona { id, .. } => Some(id.clone()),
        _ => None,
    }
}

/// The cursor goes to this persona, unless it stands on one of its lines; and never beyond the last line.
pub fn keep_chosen(state: &mut State, id: Option<String>) {
    if let Some(id) = id.filter(|id| chosen_line(state).as_ref() != Some(id)) {
        let at = persona_lines(state)
            .iter()
            .position(|line| matches!(line, PersonaLine::Persona { entry, .. } if entry.id == id));
        state.personas.cursor = at.unwrap_or(state.personas.cursor);
    }
    let last = persona_lines(state).len().saturating_sub(1);
    state.personas.cursor = state.personas.cursor.min(last);
}

/// A copy of the persona below it, under a name of its own.
pub fn duplicate(state: &mut State) -> Vec<Effect> {
    let (at, id) = match chosen(state) {
        Ok(chosen) => chosen,
        Err(why) => return complain(state, why.into()),
    };
    let Some(old) = state.definitions.personas.get(at) else { return Vec::new() };
    let persona = Persona {
        id: free_id(state, &id),
        name: format!("{} (copy)", old.name),
        // Nobody has looked this one over.
        reviewed: None,
        ..old.clone()
    };
    saving::save(Change::AddPersona { persona: Box::new(persona), at: Some(at + 1) }, false)
}

/// `dana_2`, or the next that nothing is called by.
pub fn free_id(state: &State, wanted: &str) -> String {
    let stem = wanted.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = stem.strip_suffix('_').filter(|stem| !stem.is_empty()).unwrap_or(wanted);
    let free = |id: &String| !saving::is_taken(&state.definitions, id);
    (2..).map(|n| format!("{stem}_{n}")).find(free).unwrap_or_else(|| wanted.to_owned())
}

/// Moves the persona among all: those above come first in the waterfall.
pub fn shift(state: &mut State, by: isize) -> Vec<Effect> {
    let (at, id) = match chosen(state) {
        Ok(chosen) => chosen,
        Err(why) => return complain(state, why.into()),
    };
    let last = state.definitions.personas.len().saturating_sub(1);
    match at.checked_add_signed(by).filter(|to| *to <= last) {
        Some(to) => saving::save(Change::MovePersona { id, to }, false),
        None => complain(state, format!("{} is the {} already", reference(&id), if by < 0 { "first" } else { "last" })),
    }
}
