//! Their picture, what they say, who they are.

use super::Shown;
use super::blocks::{beside, padded};
use crate::insight::card::initials;
use crate::model::Persona;
use crate::term::text;
use crate::ui::theme::Role;
use crate::ui::widgets::page::Lines;
use crate::ui::widgets::wrap::wrap;

/// A picture takes no more than this.
const PORTRAIT: (usize, usize) = (24, 12);
/// Bios and quotes are read in lines no longer than this.
const READABLE: usize = 100;
/// Under this width there is no room for a picture beside the words.
const NARROW: usize = 44;

/// The picture with the quote beside it, and how the persona is named in rules.
pub fn lines(shown: Shown, width: usize) -> Lines {
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

fn words(shown: Shown, width: usize) -> Lines {
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

/// Why the persona is to be looked over again.
pub fn stale(shown: Shown, width: usize) -> Lines {
    let reasons = shown.facts.stale.iter();
    reasons.flat_map(|reason| super::hanging("! ", &format!("stale: {reason}"), width, Role::Notice)).collect()
}

/// The picture that the study draws, or else the initials in a box.
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

/// Who they are, in lines that can be read.
pub fn bio(persona: &Persona, width: usize) -> Lines {
    let Some(bio) = &persona.bio else { return Lines::new() };
    let lines = wrap(bio, width.min(READABLE)).into_iter().map(|line| vec![(line, Role::Text)]);
    std::iter::once(Vec::new()).chain(lines).collect()
}
