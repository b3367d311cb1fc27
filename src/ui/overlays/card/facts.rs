//! How many they are, and which segments they come from.

use super::blocks::{heading, padded, padded_left};
use crate::app::State;
use crate::app::answers::PersonaCounts;
use crate::insight::suppress::Shown;
use crate::insight::{PersonaEntry, SpanEntry, figures};
use crate::term::text;
use crate::ui::canvas::Piece;
use crate::ui::figures::{Figures, answer_role, count_width, index_role};
use crate::ui::panes::personas::{audience, span};
use crate::ui::theme::Role;
use crate::ui::widgets::page::Lines;
use crate::ui::{format, highlight};

const BAR: usize = 20;

/// The audience in the filter and in the base, then the segments it spans.
pub fn lines(state: &State, at: usize, entry: &PersonaEntry, width: usize) -> Lines {
    let mut lines = vec![Vec::new()];
    match (&entry.audience, state.answers.personas.answer.as_ref()) {
        (Err(error), _) => lines.push(vec![(format!("! {error}"), Role::Error)]),
        (Ok(_), None) => lines.push(vec![waiting(state)]),
        (Ok(_), Some(counts)) => lines.extend(audience_lines(state, at, counts, width)),
    }
    lines.extend(span_lines(state, at, entry, width));
    lines.extend(narrowed(state, entry, width));
    lines
}

fn audience_lines(state: &State, at: usize, counts: &PersonaCounts, room: usize) -> Lines {
    let Some(count) = audience(counts, at) else { return vec![vec![waiting(state)]] };
    let fresh = state.answers.personas.fresh;
    let (figures, role) = (Figures::of(state, &state.answers.personas), answer_role(state, fresh));
    let in_filter = figures.single(count.in_filter);
    let in_base = figures.single(count.in_base);
    let reach = figures.share_of_filter(in_filter);
    let of_base = in_base.count().zip(state.customers()).and_then(|(part, whole)| figures::share(part, whole));
    let index = figures::index_of_shares(reach, of_base);
    let width = count_width(state);
    let cells = BAR.min(room.saturating_sub(width + 56));
    let line = |label: &str, shown: Shown, share: Option<f64>, of: &str| -> Vec<Piece> {
        let strong = if role == Role::Dim { Role::Dim } else { Role::Strong };
        let bar = if role == Role::Dim { Role::Dim } else { Role::Bar };
        let mut line = vec![
            (padded(label, 15), Role::Dim),
            (padded_left(&format::shown(shown), width), strong),
            ("  ".into(), role),
            (padded_left(&format::percent(share), 7), role),
            (padded(of, 13), Role::Dim),
        ];
        if cells >= 6 {
            let bar = (format::bar(share.unwrap_or(0.0), cells), bar);
            line.extend([("▕".into(), Role::Track), bar, ("▏  ".into(), Role::Track)]);
        }
        line
    };
    let mut first = line("in the filter", in_filter, reach, " reach");
    first.extend([("index ".into(), Role::Dim), (format::index(index).trim_end().into(), index_role(index, role))]);
    vec![first, line("in the base", in_base, of_base, " of base")]
}

fn span_lines(state: &State, at: usize, entry: &PersonaEntry, width: usize) -> Lines {
    if entry.spans.is_empty() {
        return Lines::new();
    }
    let mut lines = heading("Spans", "the segments they come from · share of the persona in the filter");
    let widest = entry.spans.iter().map(|span| text::width(&text::visible(&span.name))).max().unwrap_or(0);
    let name = widest.clamp(13, width.saturating_sub(40).clamp(13, 40));
    lines.extend(entry.spans.iter().enumerate().map(|(i, entry)| span_line(state, (at, i), entry, name)));
    lines
}

fn span_line(state: &State, (persona, at): (usize, usize), entry: &SpanEntry, name: usize) -> Vec<Piece> {
    let mut line = vec![(padded(&entry.name, name + 2), Role::Text)];
    if let Err(error) = &entry.segment {
        line.push((format!("! {error}"), Role::Error));
        return line;
    }
    let answer = &state.answers.personas;
    // Without an audience there is nothing to have a share of, and no count is on its way.
    if state.catalog.personas.get(persona).is_some_and(|entry| entry.audience.is_err()) {
        line.push((format::NOTHING.into(), Role::Dim));
        return line;
    }
    let Some((shown, share)) =
        answer.answer.as_ref().and_then(|counts| span(counts, persona, at, state.settings.min_cell))
    else {
        line.push(waiting(state));
        return line;
    };
    let role = answer_role(state, answer.fresh);
    line.extend([
        (padded_left(&format::shown(shown), count_width(state)), role),
        ("  ".into(), role),
        (padded_left(&format::percent(share), 7), role),
        ("  ".into(), role),
        (format::bar(share.unwrap_or(0.0), BAR), if role == Role::Dim { Role::Dim } else { Role::Bar }),
    ]);
    line
}

/// What stands where there is no count yet, or why there is none.
fn waiting(state: &State) -> Piece {
    match &state.answers.personas.error {
        Some(error) => (format!("cannot count: {error}"), Role::Error),
        None => ("counting…".into(), Role::Dim),
    }
}

/// The rule that narrows the audience.
fn narrowed(state: &State, entry: &PersonaEntry, width: usize) -> Lines {
    let persona = state.definitions.personas.iter().find(|persona| persona.id == entry.id);
    let Some(rule) = persona.and_then(|persona| persona.narrowed.as_deref()) else { return Lines::new() };
    let rule = text::visible(rule);
    let rule = text::truncate(&rule, width.saturating_sub(15));
    let mut line = vec![("only where  ".to_owned(), Role::Dim)];
    line.extend(highlight::pieces(&rule).into_iter().map(|(bytes, role)| (rule[bytes].to_owned(), role)));
    vec![line]
}
