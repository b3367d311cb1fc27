//! A persona's page: who they are, how many they are, what the research says.

mod blocks;
mod curve;
mod facts;
mod journey;
mod research;

use ratatui::layout::Rect;

use crate::app::State;
use crate::insight::PersonaEntry;
use crate::model::Persona;
use crate::ui::canvas::Canvas;
use crate::ui::theme::Role;
use crate::ui::widgets::page::{self, Lines};
use crate::ui::widgets::wrap::wrap;
use blocks::{beside, bullets, heading};

/// From this width on the profile has two columns.
const TWO_COLUMNS: usize = 90;
const GUTTER: usize = 4;

/// Draws the page of the catalog's persona at `at`.
pub fn draw(canvas: &mut Canvas, area: Rect, at: usize, scroll: usize, state: &State) {
    let width = usize::from(area.width.saturating_sub(4));
    let title = state.catalog.personas.get(at).map_or_else(|| "Persona".into(), |entry| entry.name.clone());
    page::draw(canvas, area, &title, &lines(state, at, width), scroll);
}

/// All lines of the page.
pub fn lines(state: &State, at: usize, width: usize) -> Lines {
    let Some(entry) = state.catalog.personas.get(at) else {
        return vec![vec![("this persona is no longer in the study".into(), Role::Dim)]];
    };
    let nobody = Persona::default();
    let persona = state.definitions.personas.iter().find(|persona| persona.id == entry.id).unwrap_or(&nobody);
    let mut lines = introduction(persona, entry, width);
    lines.extend(facts::lines(state, at, entry, width));
    lines.extend(profile(persona, width));
    lines.extend(journey::lines(&persona.journey, width));
    lines.extend(research::claims(&persona.claims, width));
    lines.extend(research::missing(persona, width));
    lines
}

fn introduction(persona: &Persona, entry: &PersonaEntry, width: usize) -> Lines {
    let mut lines = vec![Vec::new()];
    let reference = vec![(format!("@{}", entry.id), Role::Accent), (" in rules".into(), Role::Dim)];
    match &persona.quote {
        Some(quote) => {
            let quote = wrap(&format!("“{quote}”"), width.min(100));
            lines.extend(quote.into_iter().map(|line| vec![(line, Role::Strong)]));
        }
        None => lines.push(vec![(entry.name.clone(), Role::Strong)]),
    }
    lines.push(reference);
    if let Some(bio) = &persona.bio {
        lines.push(Vec::new());
        lines.extend(wrap(bio, width.min(100)).into_iter().map(|line| vec![(line, Role::Text)]));
    }
    lines
}

/// What drives them at the left, what they do at the right; one under the other where there is no room.
fn profile(persona: &Persona, width: usize) -> Lines {
    let left =
        [("Goals", &persona.goals), ("Motivations", &persona.motivations), ("Frustrations", &persona.frustrations)];
    let right = [
        ("Behaviours", &persona.behaviours),
        ("Attitudes", &persona.attitudes),
        ("Experiences", &persona.experiences),
        ("Channels", &persona.channels),
    ];
    if width < TWO_COLUMNS {
        let mut lines = sections(&left, width);
        lines.extend(sections(&right, width));
        return lines;
    }
    let half = (width - GUTTER) / 2;
    beside(sections(&left, half), sections(&right, half), half + GUTTER)
}

fn sections(sections: &[(&str, &Vec<String>)], width: usize) -> Lines {
    let told = sections.iter().filter(|(_, items)| !items.is_empty());
    told.flat_map(|(title, items)| {
        let mut lines = heading(title, "");
        lines.extend(bullets(items, width));
        lines
    })
    .collect()
}
