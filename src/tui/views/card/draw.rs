//! The persona card, as one would show it to a colleague: portrait and size, traits, journey and flow, spans, claims.

use ratatui::layout::Rect;

use super::blocks::{beside, bullets, hanging, heading};
use super::page::{CardInput, CardPage};
use super::{CardView, attributes, claims, intro, journey, note, size, spans, traits};
use crate::insight::card::{Facts, needs_research};
use crate::model::Persona;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, Position, inside};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::page::{self, Lines};

/// Minimum width to show the facts beside the profile.
const TWO_COLUMNS: usize = 90;
/// Minimum width to split the profile into two columns of its own.
const THREE_COLUMNS: usize = 160;
const GUTTER: usize = 4;

impl CardInput<'_> {
    /// Returns the role for figures: dim if they are outdated.
    pub fn role(&self, role: Role) -> Role {
        if self.view.old { Role::Dim } else { role }
    }
}

/// Draws the card, or the note that is open on it.
pub fn draw(canvas: &mut Canvas, area: Rect, view: &CardView, state: &State) {
    let width = usize::from(area.width.saturating_sub(4));
    if let Some(reading) = &view.reading {
        return page::draw(canvas, area, &reading.note, &note::lines(view, reading, width), reading.scroll);
    }
    let title = state.catalog.personas.get(view.at).map_or_else(|| "Persona".into(), |entry| entry.name.clone());
    page::draw(canvas, area, &title, &page(state, view, width).lines, view.scroll);
}

/// Returns the width of the page's text, and the number of lines in sight. The frame takes two of each, and the last
/// line of the screen may hold a message.
fn room(state: &State) -> (usize, usize) {
    (usize::from(state.width.saturating_sub(4)), usize::from(state.height.saturating_sub(3)).max(1))
}

/// Returns the number of lines of the page that are in sight.
pub fn height(state: &State) -> usize {
    room(state).1
}

/// Returns the number of lines of the page.
pub fn lines(state: &State) -> usize {
    let (Some(view), (width, _)) = (state.over.find::<CardView>(), room(state)) else { return 0 };
    match &view.reading {
        Some(reading) => note::lines(view, reading, width).len(),
        None => page(state, view, width).lines.len(),
    }
}

/// Returns the index of the claim at a place of the page.
pub fn claim_at(state: &State, area: Rect, at: Position) -> Option<usize> {
    let view = state.over.find::<CardView>().filter(|view| view.reading.is_none())?;
    let inner = inside(area);
    let page = page(state, view, usize::from(area.width.saturating_sub(4)));
    let first = page::scrolled(view.scroll, page.lines.len(), usize::from(inner.height));
    let line = first + usize::from(at.y.checked_sub(inner.y).filter(|_| inner.contains(at))?);
    page.claims.iter().position(|claim| claim.contains(&line))
}

/// Returns the range of a claim's lines on the page; `None` if there is no such claim.
pub fn lines_of_claim(state: &State, claim: usize) -> Option<std::ops::Range<usize>> {
    let view = state.over.find::<CardView>()?;
    page(state, view, room(state).0).claims.get(claim).cloned()
}

/// Returns the whole page.
fn page(state: &State, view: &CardView, width: usize) -> CardPage {
    let Some(entry) = state.catalog.personas.get(view.at) else {
        let gone = ("this persona is no longer in the study".into(), Role::Dim);
        return CardPage { lines: vec![vec![gone]], ..CardPage::default() };
    };
    let nobody = Persona::default();
    let persona = state.definitions.personas.iter().find(|persona| persona.id == entry.id).unwrap_or(&nobody);
    let uncounted = Facts::uncounted(persona, entry);
    let facts = view.facts.as_ref().filter(|_| view.of == entry.id).unwrap_or(&uncounted);
    let shown = CardInput { state, view, persona, entry, facts };
    let mut page = CardPage { lines: head(shown, width), claims: Vec::new() };
    page.lines.extend(journey::lines(shown, width));
    page.lines.extend(spans::lines(shown, width));
    claims::add(&mut page, shown, width);
    if width < TWO_COLUMNS {
        page.lines.extend(missing(persona, width));
    }
    page
}

/// Returns the head of the page: the profile on the left and the live facts on the right, or interleaved if it is
/// narrow.
fn head(shown: CardInput, width: usize) -> Lines {
    let persona = shown.persona;
    let (drive, habits) = (drives(persona), habits(persona));
    if width < TWO_COLUMNS {
        let mut lines = intro::lines(shown, width);
        lines.extend(size::lines(shown, width));
        lines.extend(intro::stale(shown, width));
        lines.extend(intro::bio(persona, width));
        lines.extend(facts(shown, width));
        lines.extend(sections(&drive, width));
        lines.extend(sections(&habits, width));
        return lines;
    }
    if width < THREE_COLUMNS {
        let half = (width - GUTTER) / 2;
        let mut left = intro::lines(shown, half);
        left.extend(intro::stale(shown, half));
        left.extend(intro::bio(persona, half));
        left.extend(sections(&drive, half));
        left.extend(sections(&habits, half));
        left.extend(missing(persona, half));
        let mut right = size::lines(shown, width - GUTTER - half);
        right.extend(facts(shown, width - GUTTER - half));
        return beside(left, right, half + GUTTER);
    }
    let third = (width - 2 * GUTTER) / 3;
    let mut left = intro::lines(shown, third);
    left.extend(intro::stale(shown, third));
    left.extend(intro::bio(persona, third));
    left.extend(sections(&drive, third));
    left.extend(missing(persona, third));
    let middle = sections(&habits, third);
    let mut right = size::lines(shown, third);
    right.extend(facts(shown, third));
    beside(beside(left, middle, third + GUTTER), right, 2 * (third + GUTTER))
}

fn facts(shown: CardInput, width: usize) -> Lines {
    let mut lines = traits::lines(shown, width);
    lines.extend(attributes::lines(shown, width));
    lines.extend(traits::typical(shown, width));
    lines
}

/// A title and its items.
type CardSection<'a> = (&'static str, &'a Vec<String>);

fn drives(persona: &Persona) -> [CardSection<'_>; 3] {
    [("Goals", &persona.goals), ("Motivations", &persona.motivations), ("Frustrations", &persona.frustrations)]
}

fn habits(persona: &Persona) -> [CardSection<'_>; 4] {
    [
        ("Behaviours", &persona.behaviours),
        ("Attitudes", &persona.attitudes),
        ("Experiences", &persona.experiences),
        ("Channels", &persona.channels),
    ]
}

fn sections(sections: &[CardSection], width: usize) -> Lines {
    let filled = sections.iter().filter(|(_, items)| !items.is_empty());
    filled
        .flat_map(|(title, items)| {
            let mut lines = heading(title, "");
            lines.extend(bullets(items, width));
            lines
        })
        .collect()
}

/// Lists the parts of the profile that are still empty.
fn missing(persona: &Persona, room: usize) -> Lines {
    let parts = needs_research(persona);
    if parts.is_empty() {
        return Lines::new();
    }
    let mut lines = vec![Vec::new()];
    lines.extend(hanging("needs research  ", &parts.join(", "), room, Role::Dim));
    lines
}
