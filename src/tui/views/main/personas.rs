//! The actions on lines of the personas pane.

use crate::insight::PersonaEntry;
use crate::insight::coverage::{in_none, in_several};
use crate::model::{Persona, reference};
use crate::study::Change;
use crate::tui::core::changes::narrow;
use crate::tui::core::lines::{PersonaLine, persona_lines};
use crate::tui::core::{Effect, State, saving};
use crate::tui::views::{card, edit_again, persona_form};

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

/// Narrows the filter to a condition on all personas. A persona whose rule is in error would break the condition and
/// is left out, as it is from the counts of these lines.
fn narrow_to(state: &mut State, condition: fn(&[&str]) -> String) -> Vec<Effect> {
    let good = |entry: &&PersonaEntry| entry.audience.is_ok();
    let (kept, left): (Vec<_>, Vec<_>) = state.catalog.personas.iter().partition(good);
    let kept: Vec<&str> = kept.iter().map(|entry| entry.id.as_str()).collect();
    let left = left.iter().map(|entry| reference(&entry.id)).collect::<Vec<_>>().join(", ");
    if kept.is_empty() {
        return complain(state, format!("every persona's rule has an error: {left}"));
    }
    let condition = condition(&kept);
    let effects = narrow(state, &condition);
    if !left.is_empty() {
        state.complain(format!("without {left}: rule has an error"));
    }
    effects
}

/// Opens the card of the persona at the personas pane's cursor, whichever pane has the focus.
pub fn open_card(state: &mut State) -> Vec<Effect> {
    match chosen(state) {
        Ok((at, _)) => card::open(state, at),
        Err(why) => complain(state, why.into()),
    }
}

/// Returns index and id of the persona whose line or span the cursor is on, or why there is none.
pub fn chosen(state: &State) -> Result<(usize, String), &'static str> {
    let at = match persona_lines(state).get(state.personas.cursor) {
        Some(PersonaLine::Persona { at, .. }) => Some(*at),
        Some(PersonaLine::Span { persona, .. }) => Some(*persona),
        Some(PersonaLine::InNone | PersonaLine::InSeveral) | None => None,
    };
    let found = at.and_then(|at| Some((at, state.definitions.personas.get(at)?.id.clone())));
    found.ok_or("select a persona in the personas pane first")
}

/// Inserts a copy of the persona below it, under an id of its own.
pub fn duplicate(state: &mut State) -> Vec<Effect> {
    let (at, id) = match chosen(state) {
        Ok(chosen) => chosen,
        Err(why) => return complain(state, why.into()),
    };
    let Some(old) = state.definitions.personas.get(at) else { return Vec::new() };
    let persona = Persona {
        id: free_id(state, &id),
        name: format!("{} (copy)", old.name),
        // The copy has not been reviewed.
        reviewed: None,
        ..old.clone()
    };
    saving::save(Change::AddPersona { persona: Box::new(persona), at: Some(at + 1) }, false)
}

/// Returns the first free id of the form `dana_2`.
fn free_id(state: &State, wanted: &str) -> String {
    let stem = wanted.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = stem.strip_suffix('_').filter(|stem| !stem.is_empty()).unwrap_or(wanted);
    let free = |id: &String| !saving::is_taken(&state.definitions, id);
    (2..).map(|n| format!("{stem}_{n}")).find(free).unwrap_or_else(|| wanted.to_owned())
}

/// Moves the persona in the order of all: those above come first in the waterfall.
fn shift(state: &mut State, by: isize) -> Vec<Effect> {
    let (at, id) = match chosen(state) {
        Ok(chosen) => chosen,
        Err(why) => return complain(state, why.into()),
    };
    let last = state.definitions.personas.len().saturating_sub(1);
    match at.checked_add_signed(by).filter(|to| *to <= last) {
        Some(to) => saving::save(Change::MovePersona { id, to }, false),
        None => complain(state, format!("{} is already {}", reference(&id), if by < 0 { "first" } else { "last" })),
    }
}

/// Swaps the persona with the one below.
pub fn move_down(state: &mut State) -> Vec<Effect> {
    shift(state, 1)
}

/// Swaps the persona with the one above.
pub fn move_up(state: &mut State) -> Vec<Effect> {
    shift(state, -1)
}

pub fn edit(state: &mut State) -> Vec<Effect> {
    match chosen(state) {
        Ok((at, _)) => persona_form::edit(state, at),
        Err(why) => complain(state, why.into()),
    }
}

pub fn edit_as_text(state: &mut State) -> Vec<Effect> {
    match chosen(state) {
        Ok((at, _)) => edit_again::open(state, at),
        Err(why) => complain(state, why.into()),
    }
}
