//! The traits that set the persona apart, and its typical values.

use super::blocks::{heading, padded_left, table};
use super::page::CardInput;
use crate::insight::card::{Typical, TypicalValue};
use crate::insight::format;
use crate::insight::format::traits::{effect, name, shown as value, sides};
use crate::insight::why::Trait;
use crate::model::Datum;
use crate::tui::core::key;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::list::{ListCell, ListRow};
use crate::tui::widgets::page::Lines;

/// Maximum number of traits shown, the largest effects first.
const MAX_TRAITS: usize = 8;
/// Maximum number of traits in columns that the audience's own rule reads: they say less.
const OF_THE_RULE: usize = 3;
const TYPICAL: usize = 12;

/// Returns the largest differences from everyone else.
pub fn lines(shown: CardInput, width: usize) -> Lines {
    if shown.facts.size.error.is_some() {
        return Lines::new();
    }
    let traits = &shown.facts.traits;
    let counting = traits.done < traits.of || shown.facts.size.is_waiting();
    let note = match counting {
        true if traits.of == 0 => "counting…".into(),
        true => format!("counting… {} of {} columns", traits.done, traits.of),
        false => "largest effect first".into(),
    };
    let mut lines = heading("What sets them apart", &note);
    if traits.found.is_empty() && traits.of_the_rule.is_empty() {
        let word = match (counting, traits.too_few) {
            (true, _) => return lines,
            (_, true) => "too few customers on one side to compare",
            _ => "nothing beyond the persona's own rule",
        };
        lines.push(vec![(word.into(), Role::Dim)]);
        return lines;
    }
    let names = traits.found.iter().chain(&traits.of_the_rule).map(|one| name(one).chars().count() + 2);
    let columns = [
        ListColumn::name(names.max().unwrap_or(0), 14),
        ListColumn::number("persona", "persona", 10, Yields::Never),
        ListColumn::number("others", "others", 10, Yields::Share),
        ListColumn::number("effect", "effect", 6, Yields::Value),
    ];
    let found = traits.found.iter().take(MAX_TRAITS).map(|one| row(shown, one));
    let defining = traits.of_the_rule.iter().take(OF_THE_RULE).map(|one| row(shown, one));
    lines.extend(table(&columns, found.chain(defining).collect(), width));
    if !traits.of_the_rule.is_empty() {
        lines.push(vec![("· used in the persona's own rule".into(), Role::Dim)]);
    }
    lines
}

fn row(shown: CardInput, one: &Trait) -> ListRow {
    let role = if one.mentioned { Role::Dim } else { shown.role(Role::Text) };
    let mark = if one.mentioned { "· " } else { "" };
    let sides = sides(one);
    ListRow {
        cells: vec![
            ListCell::text(format!("{mark}{}", name(one)), role),
            ListCell::text(sides.inside, role),
            ListCell::text(sides.outside, Role::Dim),
            ListCell::text(effect(one.smd), role),
        ],
        rest: None,
    }
}

/// Returns medians and most frequent values, beside the base's.
pub fn typical(shown: CardInput, width: usize) -> Lines {
    let typical = &shown.facts.typical;
    if typical.is_empty() {
        return Lines::new();
    }
    let more = typical.len().saturating_sub(TYPICAL);
    let note = match more {
        0 => "quartiles, or the most frequent".to_owned(),
        more => format!("{more} more columns: {} shows one", key(shown.state, "profile")),
    };
    let mut lines = heading("Typical customer", &note);
    let names = typical.iter().take(TYPICAL).map(|one| one.column.chars().count());
    let columns = [
        ListColumn::name(names.max().unwrap_or(0).min(24), 10),
        ListColumn::number("persona", "persona", 22, Yields::Never),
        ListColumn::number("base", "base", 10, Yields::Share),
    ];
    let role = shown.role(Role::Text);
    // Quartiles and shares stand in a column of their own, so that medians and values are aligned.
    let detail = |one: &Typical| match &one.what {
        // There is no room for two more dates.
        TypicalValue::Middle { lower, median: Datum::Float(_), upper, .. } => {
            format!("{}–{}", number(lower), number(upper))
        }
        TypicalValue::Middle { .. } => String::new(),
        TypicalValue::Most { share, .. } => format::percent(Some(*share)),
    };
    let widest = typical.iter().take(TYPICAL).map(|one| crate::text::width(&detail(one))).max().unwrap_or(0);
    let rows = typical.iter().take(TYPICAL).map(|one| {
        let (they, base) = match &one.what {
            TypicalValue::Middle { median, in_base, .. } => (number(median), number(in_base)),
            TypicalValue::Most { value: most, in_base, .. } => (format::value(most), format::percent(Some(*in_base))),
        };
        let detail = format!("  {}", padded_left(&detail(one), widest));
        ListRow {
            cells: vec![
                ListCell::text(one.column.clone(), Role::Dim),
                at_right(vec![(they, role), (detail, Role::Dim)], 22),
                ListCell::text(base, Role::Dim),
            ],
            rest: None,
        }
    });
    lines.extend(table(&columns, rows.collect(), width));
    lines
}

/// Formats a quartile, without decimals if it is a whole number.
fn number(at: &Datum) -> String {
    match at {
        Datum::Float(whole) if whole.fract() == 0.0 => format::grouped(*whole, 0),
        other => value(other),
    }
}

/// Aligns pieces to the right of `room` cells.
fn at_right(mut pieces: Vec<crate::tui::paint::canvas::TextPiece>, room: usize) -> ListCell {
    let gap = room.saturating_sub(super::blocks::width(&pieces));
    pieces.insert(0, (" ".repeat(gap), Role::Text));
    ListCell::Pieces(pieces)
}
