//! The segments that the persona spans.

use super::blocks::{heading, table};
use super::page::CardInput;
use crate::insight::card::SpanFacts;
use crate::insight::format;
use crate::text;
use crate::tui::paint::theme::Role;
use crate::tui::views::main::draw_personas::span;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::{FigureContext, answer_role, count_width, index_role};
use crate::tui::widgets::list::{ListCell, ListRow};
use crate::tui::widgets::page::Lines;

const BAR: u16 = 12;

/// Returns a line per segment: the customers in both, their share of the persona and of the segment, and the index.
pub fn lines(shown: CardInput, width: usize) -> Lines {
    let spans = &shown.facts.spans;
    if spans.is_empty() {
        return Lines::new();
    }
    let mut lines = heading("Spans", "segments of the audience · bars: share of the persona");
    let names = spans.iter().map(|span| text::width(&text::visible(&span.name)));
    let counts = count_width(shown.state);
    let mut columns = vec![
        ListColumn::name(names.max().unwrap_or(0), 12),
        ListColumn::number("in both", "in both", counts, Yields::Never),
        ListColumn::number("of persona", "of pers.", 7, Yields::Share),
        ListColumn { natural: BAR, min: 6, grows: false, ..ListColumn::growing(6, Yields::Kind) },
        ListColumn::number("of segment", "of seg.", 7, Yields::Value),
        ListColumn::number("index", "index", 7, Yields::Index),
    ];
    let filtered = !shown.state.query.filter.trim().is_empty();
    if filtered {
        columns.push(ListColumn::number("in filter", "in filter", counts, Yields::Kind));
    }
    let rows = spans.iter().enumerate().map(|(at, span)| row(shown, at, span, filtered));
    lines.extend(table(&columns, rows.collect(), width));
    lines
}

fn row(shown: CardInput, at: usize, one: &SpanFacts, filtered: bool) -> ListRow {
    let name = ListCell::text(one.name.clone(), Role::Text);
    let Some(figures) = one.figures.get() else {
        // Without an audience nothing is being counted, and the head of the page gives the reason.
        let own = shown.entry.spans.get(at).and_then(|span| span.segment.as_ref().err());
        let rest = match (own, &shown.entry.audience) {
            (Some(error), _) => (format!("! {error}"), Role::Error),
            (None, Err(_)) => (format::NOTHING.to_owned(), Role::Dim),
            (None, Ok(_)) => super::page::unknown(&one.figures),
        };
        return ListRow { cells: vec![name, ListCell::Blank], rest: Some((1, rest)) };
    };
    let role = shown.role(Role::Text);
    let mut cells = vec![
        name,
        ListCell::text(format::shown(figures.both), role),
        ListCell::text(format::percent(figures.composition), role),
        ListCell::Bar(figures.composition.unwrap_or(0.0), shown.role(Role::Bar)),
        ListCell::text(format::percent(figures.penetration), role),
        ListCell::text(format::index(figures.index), index_role(figures.index, role)),
    ];
    if filtered {
        cells.push(in_filter(shown, at));
    }
    ListRow { cells, rest: None }
}

fn in_filter(shown: CardInput, at: usize) -> ListCell {
    let state = shown.state;
    let counts = state.answers.panes.found.personas.answer.as_ref();
    match counts.and_then(|counts| span(counts, shown.view.at, at, state)) {
        Some((count, _)) => {
            let role = answer_role(state, state.answers.panes.found.personas.fresh);
            if role == Role::Dim {
                ListCell::text(format::shown(count), role)
            } else {
                FigureContext::new(state, true, None).count(count)
            }
        }
        None => ListCell::text("…", Role::Dim),
    }
}
