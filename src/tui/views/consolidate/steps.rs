//! The steps: a line for each number of groups.

use super::ConsolidateView;
use ratatui::layout::Rect;

use super::draw::{legend, title};
use crate::insight::consolidate::{Figures, Method, ShownStep};
use crate::tui::paint::canvas::Canvas;
use crate::tui::core::State;
use crate::tui::widgets::figures::{answer_role, count_width};
use crate::tui::widgets::format;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::columns::{Column, Yields};
use crate::tui::widgets::list::{Cell, List, Row, Window};

pub fn draw(canvas: &mut Canvas, area: Rect, state: &State, figures: &Figures) {
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

fn columns(state: &State, method: Method) -> Vec<Column> {
    let count = count_width(state);
    let mut columns = vec![
        Column::name(3, 2),
        Column::growing(4, Yields::Bar),
        Column::number("covered", "covered", count.max(7), Yields::Never),
        Column::number("of filter", "share", 7, Yields::Never),
    ];
    if state.settings.value.is_some() {
        columns.push(Column::number("of value", "value", 7, Yields::Value));
    }
    columns.push(Column::number("redundancy", "redund.", 7, Yields::Index));
    columns.push(match method {
        Method::Greedy => Column::number("next adds", "next", count.max(5), Yields::Share),
        Method::Tree => Column::number("apart", "apart", 5, Yields::Share),
        Method::Nmf => Column::number("unexplained", "unexpl.", 7, Yields::Share),
    });
    columns.push(Column::number("largest", "largest", count.max(7), Yields::Kind));
    columns.push(Column::number("smallest", "smallest", count.max(8), Yields::Note));
    columns
}

fn row(state: &State, step: &ShownStep, method: Method, chosen: bool, role: Role) -> Row {
    let text_role = if chosen && role == Role::Text { Role::Strong } else { role };
    let bar = if role == Role::Text { Role::Bar } else { Role::Dim };
    let told = |text: Option<String>| Cell::text(text.unwrap_or_else(|| format::NOTHING.into()), text_role);
    let mut cells = vec![
        Cell::text(step.k.to_string(), text_role),
        Cell::Bar(step.share.unwrap_or(0.0), bar),
        told(step.covered.map(format::count)),
        Cell::text(format::percent(step.share), text_role),
    ];
    if state.settings.value.is_some() {
        cells.push(Cell::text(format::percent(step.value_share), text_role));
    }
    cells.push(told(step.redundancy.map(|times| format!("{times:.2}"))));
    cells.push(match method {
        Method::Greedy => told(step.lost.map(|lost| format::count(lost.unsigned_abs()))),
        Method::Tree => told(step.cost.map(|apart| format!("{apart:.2}"))),
        Method::Nmf => Cell::text(format::percent(step.cost), text_role),
    });
    cells.push(Cell::text(format::shown(step.largest), role));
    cells.push(Cell::text(format::shown(step.smallest), role));
    Row { cells, rest: None }
}
