//! Keys and questions of the persona card.

use chrono::Datelike;

use super::draw;
use super::{CardView, OpenNote, notes, persona};
use crate::insight::card::Card;
use crate::insight::inquiry::{FactState, Inquiry, NewestFact};
use crate::model::{Persona, Review, reference};
use crate::study::Change;
use crate::tui::core::binding::ONLY_PART;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::{Effect, Lane, State, requests, saving};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::{edit_again, persona_form};

/// Opens the card of the persona at this index in the catalog.
pub fn open(state: &mut State, at: usize) -> Vec<Effect> {
    state.over.push(CardView { at, ..CardView::default() });
    requests::views(state)
}

/// Plans what the open card shows and is not counted yet, and reads the persona's notes.
pub fn plan(state: &mut State) -> Vec<Effect> {
    let Some(wanted) = persona(state).cloned() else { return Vec::new() };
    let Some(view) = state.over.find_mut::<CardView>() else { return Vec::new() };
    if view.of != wanted.id {
        *view = CardView { of: wanted.id.clone(), at: view.at, scroll: view.scroll, ..CardView::default() };
    }
    if view.card.is_some() || !state.has_catalog() {
        return Vec::new();
    }
    let Some(card) = planned(state) else { return Vec::new() };
    let Some(view) = state.over.find_mut::<CardView>() else { return Vec::new() };
    view.old = view.facts.is_some() && card.is_waiting();
    if !view.old {
        view.facts = Some(card.result().clone());
    }
    view.card = Some(card);
    state.flights.remove(&Lane::Card);
    vec![Effect::ReadNotes(notes(&wanted))]
}

fn planned(state: &State) -> Option<Card> {
    let persona = persona(state)?;
    let entry = state.catalog.personas.iter().find(|entry| entry.id == persona.id)?;
    Some(Card::new(persona, entry, &state.card_context()?))
}

/// Follows an answer. The previous facts stay, dimmed, until everything that rules count has arrived.
pub fn arrived(state: &mut State) {
    let Some(view) = state.over.find_mut::<CardView>() else { return };
    let Some(card) = &view.card else { return };
    if !view.old || card.has_counted_rules() {
        view.facts = Some(card.result().clone());
        view.old = false;
    }
}

/// Opens or closes the selected claim; with none selected, all of them.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    let claims = persona(state).map_or(0, |persona| persona.claims.len());
    let Some(view) = unread(state) else { return Vec::new() };
    match view.claim {
        Some(at) => {
            if !view.open.remove(&at) {
                view.open.insert(at);
            }
            bring_claim_into_sight(state, at);
        }
        None if view.open.is_empty() => view.open = (0..claims).collect(),
        None => view.open.clear(),
    }
    Vec::new()
}

/// Selects the claim that the mouse was pressed on; opens or closes the selected one.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let Some(claim) = draw::claim_at(state, area, at) else { return Vec::new() };
    match unread(state) {
        Some(view) if view.claim == Some(claim) => toggle(state),
        Some(view) => {
            view.claim = Some(claim);
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Returns the card, unless a note lies over it.
fn unread(state: &mut State) -> Option<&mut CardView> {
    state.over.find_mut::<CardView>().filter(|view| view.reading.is_none())
}

/// Selects the next claim and scrolls to it.
pub fn next_claim(state: &mut State) -> Vec<Effect> {
    step_claim(state, 1)
}

/// Selects the previous claim and scrolls to it.
pub fn previous_claim(state: &mut State) -> Vec<Effect> {
    step_claim(state, -1)
}

fn step_claim(state: &mut State, by: isize) -> Vec<Effect> {
    let claims = persona(state).map_or(0, |persona| persona.claims.len());
    if claims == 0 {
        state.complain("the persona has no claims yet");
        return Vec::new();
    }
    let Some(view) = unread(state) else { return Vec::new() };
    let from = view.claim.map_or(if by > 0 { -1 } else { 0 }, |at| at as isize);
    let to = (from + by).rem_euclid(claims as isize) as usize;
    view.claim = Some(to);
    bring_claim_into_sight(state, to);
    Vec::new()
}

/// Scrolls as little as needed to show a claim, or its first lines, with one empty line around.
fn bring_claim_into_sight(state: &mut State, claim: usize) {
    let Some(lines) = draw::lines_of_claim(state, claim) else { return };
    let height = draw::height(state);
    if let Some(view) = state.over.find_mut::<CardView>() {
        let least = (lines.end + 1).saturating_sub(height);
        view.scroll = view.scroll.max(least).min(lines.start.saturating_sub(1));
    }
}

/// Scrolls by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let last = draw::lines(state).saturating_sub(draw::height(state));
    if let Some(view) = state.over.find_mut::<CardView>() {
        let scroll = view.reading.as_mut().map_or(&mut view.scroll, |reading| &mut reading.scroll);
        *scroll = (*scroll).min(last).saturating_add_signed(by).min(last);
    }
    Vec::new()
}

/// Opens the note behind the selected claim, or the persona's first note if no claim is selected. Repeated, goes to
/// the next note.
pub fn read(state: &mut State) -> Vec<Effect> {
    let (Some(of), Some(view)) = (persona(state), state.over.find::<CardView>()) else { return Vec::new() };
    let chosen = view.claim.and_then(|at| of.claims.get(at));
    let all = notes(&Persona {
        claims: chosen.map_or_else(|| of.claims.clone(), |claim| vec![claim.clone()]),
        ..Persona::default()
    });
    let there: Vec<&String> = all.iter().filter(|note| matches!(view.notes.get(*note), Some(Ok(_)))).collect();
    let before = view.reading.as_ref().and_then(|reading| there.iter().position(|note| **note == reading.note));
    let next = before.map_or(0, |at| (at + 1) % there.len().max(1));
    match (there.get(next), all.first().map(|note| view.notes.get(note))) {
        (Some(note), _) => {
            let reading = Some(OpenNote { note: (*note).clone(), scroll: 0 });
            if let Some(view) = state.over.find_mut::<CardView>() {
                view.reading = reading;
            }
        }
        (None, None) => state.complain("no note is named here: evidence names one as note = \"notes/int-07.md\""),
        (None, Some(Some(Err(reason)))) => state.complain(reason.clone()),
        (None, Some(_)) => state.say("reading the notes…"),
    }
    Vec::new()
}

/// Stores the texts of notes.
pub fn notes_read(state: &mut State, notes: Vec<(String, Result<String, String>)>) {
    if let Some(view) = state.over.find_mut::<CardView>() {
        view.notes = notes.into_iter().collect();
    }
}

/// Records today's size of the audience in the persona, as the review that later sizes are compared with.
pub fn review(state: &mut State) -> Vec<Effect> {
    let view = state.over.find::<CardView>();
    let counted = view.filter(|view| !view.old).and_then(|view| Some(view.facts.as_ref()?.size.clone()));
    let (Some(persona), Some(base)) = (persona(state), state.customers()) else { return Vec::new() };
    let customers = match counted.as_ref().map(NewestFact::state) {
        _ if state.part().is_some() => Err(ONLY_PART),
        Some(FactState::Known(size)) => size.customers.count().ok_or("the audience is too small to record (min_cell)"),
        Some(FactState::Wrong(_)) => Err("the audience cannot be counted, so no size can be recorded"),
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

/// Opens the card of the next persona.
pub fn next_persona(state: &mut State) -> Vec<Effect> {
    step_persona(state, 1)
}

/// Opens the card of the previous persona.
pub fn previous_persona(state: &mut State) -> Vec<Effect> {
    step_persona(state, -1)
}

fn step_persona(state: &mut State, by: isize) -> Vec<Effect> {
    let personas = state.catalog.personas.len();
    let Some(view) = state.over.find_mut::<CardView>() else { return Vec::new() };
    let to = view.at.saturating_add_signed(by).min(personas.saturating_sub(1));
    if to != view.at {
        *view = CardView { at: to, ..CardView::default() };
    }
    requests::views(state)
}

/// Goes from a note back to the card, or closes the card.
pub fn back(state: &mut State) -> Vec<Effect> {
    let was_reading = state.over.get_mut::<CardView>().is_some_and(|view| view.reading.take().is_some());
    if was_reading { Vec::new() } else { state.go_back() }
}

/// Copies the persona's rule.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let entry = state.over.find::<CardView>().and_then(|view| state.catalog.personas.get(view.at));
    let text = entry.map(|entry| format!("{} = {}", reference(&entry.id), entry.text));
    copy_line_if_any(state, text)
}

/// Opens the form on the persona.
pub fn edit(state: &mut State) -> Vec<Effect> {
    let at = state.over.find::<CardView>().map(|view| view.at);
    at.map_or_else(Vec::new, |at| persona_form::edit(state, at))
}

/// Opens the persona as text in the person's own editor.
pub fn edit_as_text(state: &mut State) -> Vec<Effect> {
    let at = state.over.find::<CardView>().map(|view| view.at);
    at.map_or_else(Vec::new, |at| edit_again::open(state, at))
}
