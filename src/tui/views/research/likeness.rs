//! Comparison of the selected column's respondents with its other customers.

use ratatui::layout::Rect;

use super::ResearchView;
use super::frame::is_focused;
use super::words;
use crate::insight::format;
use crate::insight::format::traits;
use crate::insight::research::{Likeness, Verdict};
use crate::insight::suppress;
use crate::insight::table::Table;
use crate::rule::Checked;
use crate::text;
use crate::tui::core::State;
use crate::tui::core::key;
use crate::tui::paint::canvas::{Canvas, Position, TextPiece};
use crate::tui::paint::theme::Role;
use crate::tui::views::why::WhyLine;
use crate::tui::views::why::draw::{columns, full, row};
use crate::tui::widgets::list::{List, WHOLE, Window};

/// Draws the list of differences.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    list(area, state).draw(canvas, area);
}

/// Returns the differences to copy.
pub fn table(state: &State) -> Table {
    list(WHOLE, state).table()
}

/// Returns the index of the difference at a place of the list.
pub fn line_at(state: &State, area: Rect, at: Position) -> Option<usize> {
    let view = state.views.get::<ResearchView>();
    let lines = view.asked.likeness.read(state.settings.min_cell).map_or(0, |found| found.traits.len());
    Window::line_at(area, view.below_row, lines, at)
}

fn list(area: Rect, state: &State) -> List {
    let view = state.views.get::<ResearchView>();
    let found = view.asked.likeness.read(state.settings.min_cell);
    let fresh = view.asked.likeness.is_fresh();
    let traits = found.as_ref().map(|found| found.traits.clone()).unwrap_or_default();
    let lines: Vec<WhyLine> = traits.into_iter().map(|one| WhyLine { one, repeated: Vec::new(), fresh }).collect();
    let window = Window::new(area, view.below_row, lines.len());
    let names = lines.iter().map(|line| text::width(&text::visible(&traits::name(&line.one))));
    List {
        title: title(state, found.as_ref()),
        columns: columns(names.max().unwrap_or(0)),
        rows: lines[window.sight.clone()].iter().map(|line| row(line, full(&lines))).collect(),
        window,
        focused: is_focused(state, true),
        legend: Some(legend(state, found.as_ref())),
        empty: empty(state, found.as_ref()),
        ..List::default()
    }
}

/// Returns the title with the answer, once it is known.
fn title(state: &State, found: Option<&Likeness>) -> String {
    let view = state.views.get::<ResearchView>();
    let who =
        view.asked.voices.found.answer.as_ref().map(|found| words::name_of(found, view.column)).unwrap_or_default();
    match found {
        Some(found) if view.asked.likeness.is_fresh() => format!("{who}: {}", found.verdict.words()),
        _ => format!("{who}: do they resemble the rest?"),
    }
}

fn legend(state: &State, found: Option<&Likeness>) -> TextPiece {
    let likeness = &state.views.get::<ResearchView>().asked.likeness;
    if let Some(error) = likeness.error() {
        return (error.to_owned(), Role::Error);
    }
    if state.views.get::<ResearchView>().waits_below() {
        return (
            format!("{} of {} columns", likeness.contrasts.done(), likeness.contrasts.columns.len()),
            Role::Notice,
        );
    }
    let Some(found) = found else { return (String::new(), Role::Dim) };
    let min_cell = state.settings.min_cell;
    let (base, is_narrowed) = (state.customers().unwrap_or_default(), state.rule != Checked::everyone());
    let is_of_persona = state.views.get::<ResearchView>().column > 0;
    let inside = format::shown(suppress::single(found.customers.inside, min_cell));
    let outside = format::shown(found.others(is_of_persona, is_narrowed, base, min_cell));
    let chance = if found.traits.iter().any(|one| !one.significant) { " · dim: may be chance" } else { "" };
    (format!("respondents: {inside} · others in the audience: {outside}{chance}"), Role::Dim)
}

fn empty(state: &State, found: Option<&Likeness>) -> Vec<TextPiece> {
    let toggle = format!("{} shows quotes", key(state, "toggle"));
    match found.map(|found| found.verdict) {
        None => vec![("counting…".into(), Role::Dim)],
        Some(Verdict::TooFew) => {
            let least = state.settings.min_cell;
            vec![(format!("fewer than {least} on one side: too few to compare"), Role::Text), (toggle, Role::Dim)]
        }
        Some(verdict) => vec![(verdict.words(), Role::Text), (toggle, Role::Dim)],
    }
}
