//! The size of the audience, and its value.

use super::blocks::{hanging, padded, padded_left, width};
use super::page::{CardInput, unknown};
use crate::insight::card::Size;
use crate::insight::figures;
use crate::insight::format;
use crate::insight::panes::PersonaCounts;
use crate::text;
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::views::main::draw_personas::audience;
use crate::tui::widgets::figures::{FigureContext, answer_role, count_width, index_role};
use crate::tui::widgets::page::Lines;
use crate::tui::widgets::{bars, highlight};

const BAR: usize = 20;
/// Width of the label before the figures, in cells.
const LABEL: usize = 10;

/// Returns the audience in the base with its value, in the filter if there is one, and the rule that narrows it.
pub fn lines(shown: CardInput, width: usize) -> Lines {
    let mut lines = vec![Vec::new()];
    match shown.facts.size.get() {
        Some(size) => lines.extend(in_base(shown, size, width)),
        None => {
            let (reason, role) = unknown(&shown.facts.size);
            lines.extend(hanging("", &reason, width, role));
        }
    }
    if let Some(counts) = filtered(shown) {
        lines.extend(in_filter(shown, counts));
    }
    lines.extend(narrowed(shown, width));
    lines
}

fn in_base(shown: CardInput, size: &Size, width: usize) -> Lines {
    let role = shown.role(Role::Text);
    let mut line = vec![
        (format::shown(size.customers), shown.role(Role::Strong)),
        (" customers  ".into(), role),
        (format::percent(size.share_of_base), role),
        (" of base".into(), Role::Dim),
    ];
    let cells = BAR.min(width.saturating_sub(super::blocks::width(&line) + 4));
    if cells >= 6 {
        line.push(("  ".into(), Role::Track));
        line.extend(bars::tracked(size.share_of_base.unwrap_or(0.0), cells, shown.role(Role::Bar)));
    }
    let mut lines = vec![line];
    if size.value.is_some() {
        lines.push(value_line(shown, size, width));
    }
    lines
}

/// Returns as much as fits of the share of value, the mean and the index.
fn value_line(shown: CardInput, size: &Size, room: usize) -> Vec<TextPiece> {
    let role = shown.role(Role::Text);
    let index = size.value_index;
    let parts: [Vec<TextPiece>; 3] = [
        vec![(format::percent(size.share_of_value), role), (" of value".into(), Role::Dim)],
        vec![("mean ".into(), Role::Dim), (format::amount(size.mean_value), role)],
        vec![("value index ".into(), Role::Dim), (format::index(index).trim_end().to_owned(), index_role(index, role))],
    ];
    let mut line = Vec::new();
    for part in parts {
        if width(&line) + width(&part) + 3 > room {
            break;
        }
        if !line.is_empty() {
            line.push((" · ".into(), Role::Dim));
        }
        line.extend(part);
    }
    line
}

/// Returns the panes' counts, if there is a filter that narrows them.
fn filtered(shown: CardInput<'_>) -> Option<&PersonaCounts> {
    let state = shown.state;
    if state.query.filter.trim().is_empty() || shown.entry.audience.is_err() {
        return None;
    }
    state.answers.panes.found.personas.answer.as_ref()
}

fn in_filter(shown: CardInput, counts: &PersonaCounts) -> Lines {
    let state = shown.state;
    let Some(count) = audience(counts, shown.view.at) else { return Lines::new() };
    let fresh = state.answers.panes.found.personas.fresh;
    let (figures, role) = (FigureContext::new(state, fresh, Some(counts.whole)), answer_role(state, fresh));
    let (here, in_base) = figures.pair(count);
    let reach = figures.share_of_filter(here);
    let of_base = in_base.count().zip(state.customers());
    let of_base = of_base.and_then(|(part, whole)| figures::share(part, whole));
    let index = figures::index_of_shares(reach, of_base);
    vec![vec![
        (padded("in filter", LABEL), Role::Dim),
        (padded_left(&format::shown(here), count_width(state).min(9)), role),
        ("  ".into(), role),
        (format::percent(reach), role),
        (" reach · index ".into(), Role::Dim),
        (format::index(index).trim_end().to_owned(), index_role(index, role)),
    ]]
}

/// Returns the rule that narrows the audience.
fn narrowed(shown: CardInput, width: usize) -> Lines {
    let Some(rule) = shown.persona.narrowed.as_deref() else { return Lines::new() };
    let mut line = vec![(padded("only where", LABEL + 1), Role::Dim)];
    line.extend(rule_pieces(rule, width.saturating_sub(LABEL + 1)));
    vec![line]
}

/// Returns a rule's pieces, truncated to `room` cells.
pub fn rule_pieces(rule: &str, room: usize) -> Vec<TextPiece> {
    let rule = text::visible(rule);
    let rule = text::truncate(&rule, room);
    highlight::pieces(&rule).into_iter().map(|(bytes, role)| (rule[bytes].to_owned(), role)).collect()
}
