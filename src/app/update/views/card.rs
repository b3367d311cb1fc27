//! The persona card: its questions, its claims, the notes behind them.

use super::super::super::action::{Asker, Effect, Lane};
use super::super::super::command::Command;
use super::super::super::state::{Overlay, State};
use super::super::super::views::CardView;
use super::super::super::views::card::{Reading, notes, persona};
use super::super::{asking, inquiries, saving};
use chrono::Datelike;

use crate::insight::card::Card;
use crate::insight::inquiry::{Fact, FactState, Inquiry};
use crate::model::{Persona, Review};
use crate::study::Change;

/// Asks for what the open card shows and is not counted yet, and reads the persona's notes.
pub fn ask(state: &mut State) -> Vec<Effect> {
    let Some(wanted) = persona(state).cloned() else { return Vec::new() };
    if state.views.card.of != wanted.id {
        state.views.card = CardView::of(&wanted.id);
    }
    if !state.has_catalog() {
        return Vec::new();
    }
    if state.views.card.card.is_some() {
        // Asks again for what was open when something else took the lane.
        return inquiries::ask(state, Asker::Card).into_iter().collect();
    }
    let Some(card) = planned(state) else { return Vec::new() };
    let view = &mut state.views.card;
    view.old = view.facts.is_some() && card.is_waiting();
    if !view.old {
        view.facts = Some(card.result().clone());
    }
    view.card = Some(card);
    state.flights.remove(&Lane::Card);
    let mut effects = vec![Effect::ReadNotes(notes(&wanted))];
    effects.extend(inquiries::ask(state, Asker::Card));
    effects
}

fn planned(state: &State) -> Option<Card> {
    let persona = persona(state)?;
    let entry = state.catalog.personas.iter().find(|entry| entry.id == persona.id)?;
    Some(Card::new(persona, entry, &state.card_context()?))
}

/// Marks the card as outdated: the definitions have changed.
pub fn outdate(state: &mut State) {
    state.views.card.card = None;
    asking::drop_awaited(state, Lane::Card);
}

/// Drops the card and cancels its questions: it was closed.
pub fn closed(state: &mut State) -> Vec<Effect> {
    state.views.card = CardView::default();
    asking::drop_awaited(state, Lane::Card);
    vec![Effect::Cancel(Lane::Card)]
}

/// Takes in an answer. The previous facts stay, dimmed, until everything that rules count has arrived.
pub fn came(state: &mut State) {
    let view = &mut state.views.card;
    let Some(card) = &view.card else { return };
    if !view.old || card.has_counted_rules() {
        view.facts = Some(card.result().clone());
        view.old = false;
    }
}

/// Runs a command that has its own meaning on the card; `None` for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    let reading = state.views.card.reading.is_some();
    if reading && matches!(command, Command::Toggle | Command::NextPane | Command::PreviousPane) {
        return Some(Vec::new());
    }
    match command {
        Command::Toggle => toggle(state),
        Command::NextPane => step_claim(state, 1),
        Command::PreviousPane => step_claim(state, -1),
        Command::Note => read(state),
        Command::Review => return Some(review(state)),
        Command::Left => return Some(step_persona(state, -1)),
        Command::Right => return Some(step_persona(state, 1)),
        _ => return None,
    }
    Some(Vec::new())
}

/// Opens or closes the selected claim; with none selected, all of them.
fn toggle(state: &mut State) {
    let claims = persona(state).map_or(0, |persona| persona.claims.len());
    let view = &mut state.views.card;
    match view.claim {
        Some(at) => {
            if !view.open.remove(&at) {
                view.open.insert(at);
            }
            view.follow = true;
        }
        None if view.open.is_empty() => view.open = (0..claims).collect(),
        None => view.open.clear(),
    }
}

fn step_claim(state: &mut State, by: isize) {
    let claims = persona(state).map_or(0, |persona| persona.claims.len());
    if claims == 0 {
        return state.complain("the persona claims nothing yet");
    }
    let view = &mut state.views.card;
    let from = view.claim.map_or(if by > 0 { -1 } else { 0 }, |at| at as isize);
    view.claim = Some((from + by).rem_euclid(claims as isize) as usize);
    view.follow = true;
}

/// Opens the note behind the selected claim, or the persona's first note if no claim is selected. Repeated, goes to
/// the next note.
fn read(state: &mut State) {
    let Some(of) = persona(state) else { return };
    let chosen = state.views.card.claim.and_then(|at| of.claims.get(at));
    let all = notes(&Persona {
        claims: chosen.map_or_else(|| of.claims.clone(), |claim| vec![claim.clone()]),
        ..Persona::default()
    });
    let view = &state.views.card;
    let there: Vec<&String> = all.iter().filter(|note| matches!(view.notes.get(*note), Some(Ok(_)))).collect();
    let before = view.reading.as_ref().and_then(|reading| there.iter().position(|note| **note == reading.note));
    let next = before.map_or(0, |at| (at + 1) % there.len().max(1));
    match (there.get(next), all.first().map(|note| view.notes.get(note))) {
        (Some(note), _) => state.views.card.reading = Some(Reading { note: (*note).clone(), scroll: 0 }),
        (None, None) => state.complain("no note is named here: evidence names one as note = \"notes/int-07.md\""),
        (None, Some(Some(Err(reason)))) => state.complain(reason.clone()),
        (None, Some(_)) => state.say("reading the notes…"),
    }
}

/// Records today's size of the audience in the persona, as the review that later sizes are compared with.
fn review(state: &mut State) -> Vec<Effect> {
    let counted = state.views.card.facts.as_ref().filter(|_| !state.views.card.old).map(|facts| facts.size.clone());
    let (Some(persona), Some(base)) = (persona(state), state.customers()) else { return Vec::new() };
    let customers = match counted.as_ref().map(Fact::state) {
        Some(FactState::Known(size)) => size.customers.count().ok_or("too few customers to be written down"),
        Some(FactState::Wrong(_)) => Err("the audience cannot be counted: there is no size to write down"),
        Some(FactState::Waiting) | None => Err("the audience is still being counted"),
    };
    match customers {
        Ok(customers) => {
            let reviewed = Some(Review { date: toml_date(state.settings.today), customers, base });
            let (id, persona) = (persona.id.clone(), Box::new(Persona { reviewed, ..persona.clone() }));
            saving::save(Change::EditPersona { id, persona }, false)
        }
        Err(why) => {
            state.complain(why);
            Vec::new()
        }
    }
}

fn toml_date(day: chrono::NaiveDate) -> toml::value::Date {
    toml::value::Date { year: day.year().clamp(0, 9999) as u16, month: day.month() as u8, day: day.day() as u8 }
}

/// Shows the card of the previous or next persona.
fn step_persona(state: &mut State, by: isize) -> Vec<Effect> {
    let personas = state.catalog.personas.len();
    let Some(Overlay::PersonaCard { persona, scroll }) = &mut state.overlay else { return Vec::new() };
    let to = persona.saturating_add_signed(by).min(personas.saturating_sub(1));
    if to == *persona {
        return Vec::new();
    }
    (*persona, *scroll) = (to, 0);
    state.views.card.reading = None;
    ask(state)
}

/// Goes from a note back to the card. Returns true if a note was open.
pub fn leave_note(state: &mut State) -> bool {
    state.views.card.reading.take().is_some()
}
