//! Coverage: customers in no persona, in one or in several, in which one first, and in both of two.

use ratatui::layout::Rect;

use super::CoverageView;
use super::parts::name;
use super::{pairs, rows, words};
use crate::insight::coverage::PersonaCoverage;
use crate::insight::format;
use crate::insight::table::{Table, TableCell};
use crate::text;
use crate::tui::core::State;
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::{Canvas, Position, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::coverage::{CoverageLine, lines};
use crate::tui::widgets::columns::{ListColumn, Yields};
use crate::tui::widgets::figures::{answer_role, count_width};
use crate::tui::widgets::list::{List, ListRow, Window};

/// Draws the sums, the waterfall and the pairs, as far as they are in sight.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let view = state.views.get::<CoverageView>();
    let coverage = view.coverage.found.answer.as_ref().filter(|coverage| !coverage.steps.is_empty());
    let all = coverage.map_or_else(Vec::new, |coverage| page(state, coverage, area));
    let choices = lines(view);
    let at = choices.get(view.cursor).and_then(|chosen| all.iter().position(|(line, _)| *line == Some(*chosen)));
    let window = window(area, at, (view.cursor, choices.len()), all.len());
    let sight = all.into_iter().take(window.sight.end).skip(window.sight.start);
    let list = List {
        title: words::title(state),
        columns: columns(state),
        rows: sight.map(|(_, row)| row).collect(),
        window,
        focused: !state.filter.editing,
        legend: words::legend(state, area.width),
        empty: words::empty(state),
        ..List::default()
    };
    list.draw(canvas, area);
}

/// Returns the index among the lines that can be selected of the one at a place of the view.
pub fn line_at(state: &State, area: Rect, at: Position) -> Option<usize> {
    let view = state.views.get::<CoverageView>();
    let all = page(state, view.coverage.found.answer.as_ref()?, area);
    let choices = lines(view);
    let selected = choices.get(view.cursor).and_then(|chosen| all.iter().position(|(line, _)| *line == Some(*chosen)));
    let inner = inside(area);
    let line = at.y.checked_sub(inner.y).filter(|_| inner.contains(at))?;
    let first = window(area, selected, (view.cursor, choices.len()), all.len()).sight.start;
    let (line, _) = all.get(first + usize::from(line))?;
    choices.iter().position(|choice| Some(*choice) == *line)
}

/// Returns the sums and the steps to copy, each step with the customers that it shares with those before it.
pub fn table(state: &State) -> Option<Table> {
    let view = state.views.get::<CoverageView>();
    let coverage = view.coverage.found.answer.as_ref().filter(|coverage| !coverage.steps.is_empty())?;
    let steps = coverage.steps.len();
    let sums = [CoverageLine::None, CoverageLine::One, CoverageLine::Several]
        .map(|line| rows::sum(line, coverage, Role::Text));
    let rows = sums.into_iter().chain((0..steps).map(|at| rows::step(at, state, coverage, Role::Text)));
    let list = List { title: words::title(state), columns: columns(state), rows: rows.collect(), ..List::default() };
    let mut table = list.table();
    let shared: Vec<String> = coverage.steps[..steps - 1].iter().map(|step| format!("in both: {}", step.id)).collect();
    table.add_columns(&shared.iter().map(String::as_str).collect::<Vec<_>>());
    for (at, row) in table.rows.iter_mut().enumerate() {
        let step = at.checked_sub(3);
        if let Some(step) = step {
            row[0] = TableCell::text(name(state, &coverage.steps[step].id));
        }
        let both = |other: usize| step.filter(|step| other < *step).and_then(|step| coverage.both[step].get(other));
        row.extend(
            (0..steps - 1).map(|other| both(other).map_or_else(|| format::copied(""), |both| TableCell::Count(*both))),
        );
    }
    Some(table)
}

/// Returns all lines from top to bottom, with the identity of those that can be selected.
fn page(state: &State, coverage: &PersonaCoverage, area: Rect) -> Vec<(Option<CoverageLine>, ListRow)> {
    let role = answer_role(state, state.views.get::<CoverageView>().coverage.found.fresh);
    let steps = coverage.steps.len();
    let mut page: Vec<(Option<CoverageLine>, ListRow)> = [CoverageLine::None, CoverageLine::One, CoverageLine::Several]
        .into_iter()
        .map(|line| (Some(line), rows::sum(line, coverage, role)))
        .collect();
    page.push((None, rows::said(words::redundancy(coverage), Role::Dim)));
    page.push((None, ListRow::default()));
    page.push((None, rows::heading("Waterfall", "each customer's first persona, from the top", role)));
    let step = |at: usize| (Some(CoverageLine::Step(at)), rows::step(at, state, coverage, role));
    page.extend((0..steps).map(step));
    if steps > 1 {
        let room = area.width.saturating_sub(name_width(state) + 8);
        page.push((None, ListRow::default()));
        page.push((None, pairs::heading(state, coverage, room, role)));
        page.extend((1..steps).map(|at| (Some(CoverageLine::Pairs(at)), pairs::row(at, state, coverage, room, role))));
    }
    page
}

/// Returns the lines in sight. If the first line is selected, the head is in sight too, whatever the height.
fn window(area: Rect, at: Option<usize>, place: (usize, usize), lines: usize) -> Window {
    let height = usize::from(area.height.saturating_sub(2));
    let first = first_in_sight(at.unwrap_or(0), lines, height);
    let place = at.map(|_| place);
    Window { cursor: at, lines, sight: first..lines.min(first + height), place }
}

fn columns(state: &State) -> Vec<ListColumn> {
    let count = count_width(state);
    let mut columns = vec![
        ListColumn::name(usize::from(name_width(state)), 14),
        ListColumn::growing(6, Yields::Bar),
        ListColumn::number("customers", "takes", count, Yields::Never),
        ListColumn::number("of filter", "share", 7, Yields::Share),
    ];
    if state.settings.value.is_some() {
        columns.push(ListColumn::number("of value", "value", 7, Yields::Value));
    }
    columns.extend([
        ListColumn::number("loses", "loses", count.max(5), Yields::Value),
        ListColumn { natural: 18, ..ListColumn::number("mostly to", "to", 10, Yields::Note) },
        ListColumn::number("only here", "only here", count, Yields::Kind),
        ListColumn::number("so far", "so far", 7, Yields::Index),
    ]);
    columns
}

/// Returns the width of the widest name, with its number, in cells.
fn name_width(state: &State) -> u16 {
    let names = state.catalog.personas.iter().map(|persona| 5 + text::width(&text::visible(&persona.name)));
    u16::try_from(names.max().unwrap_or(0).clamp(18, 30)).unwrap_or(30)
}
