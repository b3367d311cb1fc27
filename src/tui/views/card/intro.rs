//! The persona's portrait, quote, name and bio.

use super::blocks::{beside, padded};
use super::page::CardInput;
use crate::insight::card::initials;
use crate::model::Persona;
use crate::text;
use crate::text::wrap;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::page::Lines;

/// Maximum size of a portrait, as cells and lines.
const PORTRAIT: (usize, usize) = (24, 12);
/// Maximum width of bios and quotes, for legibility.
const READABLE: usize = 100;
/// Width below which the portrait is dropped.
const NARROW: usize = 44;

/// Returns the portrait with the quote beside it, and the persona's name in rules.
pub fn lines(shown: CardInput, width: usize) -> Lines {
    let mut lines = vec![Vec::new()];
    if width < NARROW {
        lines.extend(words(shown, width));
        return lines;
    }
    let portrait = portrait(shown.persona, &shown.entry.name);
    let at = portrait.iter().map(|line| super::blocks::width(line)).max().unwrap_or(0) + 2;
    lines.extend(beside(portrait, words(shown, width.saturating_sub(at)), at));
    lines
}

fn words(shown: CardInput, width: usize) -> Lines {
    let mut lines = Lines::new();
    let room = width.min(READABLE);
    match &shown.persona.quote {
        Some(quote) => {
            let quote = wrap(&format!("“{quote}”"), room);
            lines.extend(quote.into_iter().map(|line| vec![(line, Role::Strong)]));
        }
        None => lines.push(vec![(shown.entry.name.clone(), Role::Strong)]),
    }
    lines.push(vec![(format!("@{}", shown.entry.id), Role::Accent), (" in rules".into(), Role::Dim)]);
    lines
}

/// Returns why the persona is due for review.
pub fn stale(shown: CardInput, width: usize) -> Lines {
    let reasons = shown.facts.stale.iter();
    reasons.flat_map(|reason| super::blocks::hanging("! ", &format!("stale: {reason}"), width, Role::Notice)).collect()
}

/// Returns the study's portrait, or the initials in a box.
fn portrait(persona: &Persona, name: &str) -> Lines {
    let drawn = persona.portrait.as_deref().filter(|drawn| !drawn.trim().is_empty());
    let Some(drawn) = drawn else {
        let initials = initials(name);
        let inside = 6.max(text::width(&initials) + 2);
        let left = (inside - text::width(&initials)) / 2;
        let middle = padded(&format!("{}{initials}", " ".repeat(left)), inside);
        let edge = "─".repeat(inside);
        return vec![
            vec![(format!("╭{edge}╮"), Role::Border)],
            vec![("│".into(), Role::Border), (middle, Role::Strong), ("│".into(), Role::Border)],
            vec![(format!("╰{edge}╯"), Role::Border)],
        ];
    };
    let rows: Vec<_> = drawn.trim_matches('\n').lines().take(PORTRAIT.1).map(text::visible).collect();
    let widest = rows.iter().map(|row| text::width(row)).max().unwrap_or(0).min(PORTRAIT.0);
    rows.iter().map(|row| vec![(padded(row, widest), Role::Accent)]).collect()
}

/// Returns the bio, wrapped to a legible width.
pub fn bio(persona: &Persona, width: usize) -> Lines {
    let Some(bio) = &persona.bio else { return Lines::new() };
    let lines = wrap(bio, width.min(READABLE)).into_iter().map(|line| vec![(line, Role::Text)]);
    std::iter::once(Vec::new()).chain(lines).collect()
}
