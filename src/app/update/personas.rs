//! What the personas pane's lines do.

use super::super::action::Effect;
use super::super::lines::{PersonaLine, persona_lines};
use super::super::state::{Overlay, State};
use super::commands::{narrow, show};
use super::views;
use crate::insight::PersonaEntry;
use crate::insight::coverage::{in_none, in_several};
use crate::model::reference;

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
    let chosen = match persona_lines(state).get(state.personas.cursor) {
        Some(PersonaLine::Persona { at, .. }) => Some(*at),
        Some(PersonaLine::Span { persona, .. }) => Some(*persona),
        Some(PersonaLine::InNone | PersonaLine::InSeveral) | None => None,
    };
    match chosen {
        Some(persona) => {
            show(state, Overlay::PersonaCard { persona, scroll: 0 });
            views::card::ask(state)
        }
        None => complain(state, "no persona is chosen: go to one in the personas pane".into()),
    }
}
