//! The steps: a line for each number of groups.

use ratatui::layout::Rect;

use super::ConsolidateView;
use super::labels::{legend, title};
use crate::insight::consolidate::{ConsolidationFigures, Method, StepFigures};
use crate::insight::format;
use crate::tui::core::State;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::{answer_role, count_width};
use crate::tui::widgets::list::{List, ListCell, ListRow, Window};

/// Draws a line per number of groups, with what they cover; the selected number is marked.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State, figures: &ConsolidationFigures) {
    let view = state.views.get::<ConsolidateView>();
    let method = view.consolidation.answer.as_ref().map_or(view.method, |all| all.method);
    let window = Window::new(area, view.k().saturating_sub(1), figures.steps.len());
    let role = answer_role(state, view.consolidation.fresh);
    let sight = figures.steps[window.sight.clone()].iter();
    let list = List {
        title: title(view, area.width),
        columns: columns(state, method),
        rows: sight.map(|step| row(state, step, method, step.k == view.k(), role)).collect(),
        window,
        legend: legend(state),
        ..List::default()
    };
    list.draw(canvas, area);
}

fn columns(state: &State, method: Method) -> Vec<ListColumn> {
    let count = count_width(state);
    let mut columns = vec![
        ListColumn::name(3, 2),
        ListColumn::growing(4, Yields::Bar),
        ListColumn::number("covered", "covered", count.max(7), Yields::Never),
        ListColumn::number("of filter", "share", 7, Yields::Never),
    ];
    if state.settings.value.is_some() {
        columns.push(ListColumn::number("of value", "value", 7, Yields::Value));
    }
    columns.push(ListColumn::number("redundancy", "redund.", 7, Yields::Index));
    columns.push(match method {
        Method::Greedy => ListColumn::number("next adds", "next", count.max(5), Yields::Share),
        Method::Tree => ListColumn::number("distance", "dist.", 5, Yields::Share),
        Method::Nmf => ListColumn::number("unexplained", "unexp.", 7, Yields::Share),
    });
    columns.push(ListColumn::number("largest", "largest", count.max(7), Yields::Kind));
    columns.push(ListColumn::number("smallest", "smallest", count.max(8), Yields::Note));
    columns
}

fn row(state: &State, step: &StepFigures, method: Method, chosen: bool, role: Role) -> ListRow {
    let text_role = if chosen && role == Role::Text { Role::Strong } else { role };
    let bar = if role == Role::Text { Role::Bar } else { Role::Dim };
    let text_cell = |text: Option<String>| ListCell::text(text.unwrap_or_else(|| format::NOTHING.into()), text_role);
    let mut cells = vec![
        ListCell::text(step.k.to_string(), text_role),
        ListCell::Bar(step.share.unwrap_or(0.0), bar),
        text_cell(step.covered.map(format::count)),
        ListCell::text(format::percent(step.share), text_role),
    ];
    if state.settings.value.is_some() {
        cells.push(ListCell::text(format::percent(step.value_share), text_role));
    }
    cells.push(text_cell(step.redundancy.map(|times| format!("{times:.2}"))));
    cells.push(match method {
        Method::Greedy => text_cell(step.lost.map(|lost| format::count(lost.unsigned_abs()))),
        Method::Tree => text_cell(step.cost.map(|apart| format!("{apart:.2}"))),
        Method::Nmf => ListCell::text(format::percent(step.cost), text_role),
    });
    cells.push(ListCell::text(format::shown(step.largest), role));
    cells.push(ListCell::text(format::shown(step.smallest), role));
    ListRow { cells, rest: None }
}
