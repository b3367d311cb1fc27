//! The cohorts as a heat map.

use std::ops::Range;

use ratatui::layout::Rect;

use super::RetentionView;
use crate::insight::format;
use crate::insight::privacy;
use crate::insight::retention::{Cohort, Retention};
use crate::insight::table::{Table, TableCell};
use crate::model::Datum;
use crate::text::wrap;
use crate::tui::core::lines::first_in_sight;
use crate::tui::core::{State, key};
use crate::tui::paint::canvas::{Canvas, Position, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::figures::{answer_role, count_width};
use crate::tui::widgets::heat;

/// Width of a period's column: a shade, a blank, `100.0 %` and a blank.
const CELL: u16 = 11;
/// Least share of each shade but the first.
const SHARES: [f64; 4] = [0.05, 0.15, 0.3, 0.6];
/// Share from which on the gradient's colour stays the same.
const FULL: f64 = 0.6;

/// Draws a line per cohort and a column per period.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let focused = !state.filter.editing;
    canvas.pane_frame(area, focused);
    let title_role = if focused { Role::Focus } else { Role::Strong };
    let x = canvas.text(area.x + 1, area.y, area.width.saturating_sub(3), &format!(" {} ", title(state)), title_role);
    let view = state.views.get::<RetentionView>();
    let Some(retention) = view.retention().filter(|retention| !retention.cohorts.is_empty()) else {
        return draw_empty(canvas, inside(area), state);
    };
    let position = format!(" {}/{} ", view.cursor + 1, retention.cohorts.len());
    canvas.text(x, area.y, area.right().saturating_sub(x + 2), &position, Role::Dim);
    RetentionLayout::new(state, retention, inside(area)).draw(canvas);
    draw_legend(canvas, area, state);
}

/// Returns the cohort and the period at a place of the view; no period beside the cells.
pub fn cell_at(state: &State, area: Rect, at: Position) -> Option<(usize, Option<usize>)> {
    let layout = RetentionLayout::new(state, state.views.get::<RetentionView>().retention()?, inside(area));
    // Below the heading and the line over all cohorts.
    let cohort = layout.cohorts.clone().nth(usize::from(at.y.checked_sub(layout.area.y + 2)?))?;
    let period = layout.periods.clone().find(|one| (layout.x(*one)..layout.x(*one) + CELL).contains(&at.x));
    layout.area.contains(at).then_some((cohort, period))
}

fn title(state: &State) -> String {
    let view = state.views.get::<RetentionView>();
    let table = view.retention().map_or("events", |retention| retention.table.as_str());
    format!("Retention of {table} by {}", view.unit)
}

/// Returns the cohorts to copy.
pub fn table(state: &State) -> Option<Table> {
    let retention = state.views.get::<RetentionView>().retention()?;
    let mut table = Table::new(["cohort", "customers"]);
    table.title = title(state);
    table.columns.extend((0..=retention.periods).map(|period| period.to_string()));
    for cohort in &retention.cohorts {
        let mut row = vec![TableCell::Text(label(retention, cohort)), TableCell::Count(cohort.customers)];
        row.extend((0..=retention.periods).map(|period| match cohort.active.get(period) {
            None => TableCell::text(""),
            Some(active) if active.count().is_none() => TableCell::Count(*active),
            Some(_) => format::copied(&format::percent(retention.share(cohort, period))),
        }));
        table.rows.push(row);
    }
    Some(table)
}

fn label(retention: &Retention, cohort: &Cohort) -> String {
    retention.unit.label(&Datum::Date(cohort.start))
}

/// Layout of the view.
struct RetentionLayout<'a> {
    state: &'a State,
    retention: &'a Retention,
    area: Rect,
    count: u16,
    sentence: Vec<String>,
    cohorts: Range<usize>,
    periods: Range<usize>,
    role: Role,
}

/// Width of a cohort's name, its mark and gap included.
const NAME: u16 = 13;

impl<'a> RetentionLayout<'a> {
    fn new(state: &'a State, retention: &'a Retention, area: Rect) -> Self {
        let view = state.views.get::<RetentionView>();
        let count = (count_width(state) as u16).max(9) + 2;
        let fits = usize::from(area.width.saturating_sub(NAME + count) / CELL).max(1);
        let first = first_in_sight(view.period, retention.periods + 1, fits);
        let periods = first..(retention.periods + 1).min(first + fits);
        let mut sentence = wrap(&sentence(view), usize::from(area.width.saturating_sub(2)));
        sentence.truncate(if area.height < 9 { 1 } else { 2 });
        // The heading, and the line over all cohorts.
        let height = usize::from(area.height).saturating_sub(2 + sentence.len());
        let first = first_in_sight(view.cursor, retention.cohorts.len(), height);
        let cohorts = first..retention.cohorts.len().min(first + height);
        let role = answer_role(state, view.inquiry.found.fresh);
        Self { state, retention, area, count, sentence, cohorts, periods, role }
    }

    fn x(&self, period: usize) -> u16 {
        self.area.x + NAME + self.count + (period - self.periods.start) as u16 * CELL
    }

    fn draw(&self, canvas: &mut Canvas) {
        let view = self.state.views.get::<RetentionView>();
        let (left, y) = (self.area.x, self.area.y);
        canvas.text(left + 1, y, NAME, "first in", Role::Dim);
        canvas.text_right(left + NAME - 2, left + NAME + self.count - 2, y, "customers", Role::Dim);
        for period in self.periods.clone() {
            let head = format!("+{period}");
            let role = if period == view.period { Role::Strong } else { Role::Dim };
            // Above the figures, which keep off the edge of a coloured cell.
            let right = self.x(period) + CELL - if canvas.has_gradient() { 2 } else { 1 };
            canvas.text_right(self.x(period), right, y, &head, role);
        }
        let y = y + 1;
        canvas.text(left + 1, y, NAME, "all", Role::Dim);
        for period in self.periods.clone() {
            self.draw_share(canvas, (self.x(period), y), self.retention.total_share(period), "");
        }
        for (y, at) in (y + 1..).zip(self.cohorts.clone()) {
            self.draw_cohort(canvas, y, at);
        }
        let top = self.area.bottom().saturating_sub(self.sentence.len() as u16);
        for (y, line) in (top..).zip(&self.sentence) {
            canvas.text(left + 1, y, self.area.width.saturating_sub(2), line, self.role);
        }
    }

    fn draw_cohort(&self, canvas: &mut Canvas, y: u16, at: usize) {
        let view = self.state.views.get::<RetentionView>();
        let (cohort, left) = (&self.retention.cohorts[at], self.area.x);
        let (mark, role) = if at == view.cursor { ("›", Role::Strong) } else { (" ", self.role) };
        canvas.text(left, y, 1, mark, Role::Dim);
        canvas.text(left + 1, y, NAME - 2, &label(self.retention, cohort), role);
        let right = left + NAME + self.count - 2;
        canvas.text_right(left + NAME - 2, right, y, &format::shown(cohort.customers), Role::Dim);
        for period in self.periods.clone() {
            let Some(active) = cohort.active.get(period) else { continue };
            let x = self.x(period);
            match active.count() {
                None => canvas.text_right(x + 3, x + CELL - 1, y, &format::shown(*active), Role::Dim),
                Some(_) => {
                    let running = if self.retention.is_running(cohort, period) { "…" } else { "" };
                    self.draw_share(canvas, (x, y), self.retention.share(cohort, period), running);
                }
            };
            if (at, period) == (view.cursor, view.period) {
                if !self.state.filter.editing {
                    canvas.select_cell(Rect { x, y, width: CELL - 1, height: 1 });
                    canvas.text(x + CELL - 1, y, 1, "‹", Role::Accent);
                }
                canvas.text(x.saturating_sub(1), y, 1, "›", Role::Accent);
            }
        }
    }

    fn draw_share(&self, canvas: &mut Canvas, (x, y): (u16, u16), share: Option<f64>, mark: &str) {
        let has_gradient = canvas.has_gradient();
        if !has_gradient {
            let bar = if self.role == Role::Text { Role::Bar } else { Role::Dim };
            heat::draw_shade(canvas, x, y, share, SHARES, bar);
        }
        let role = if share.unwrap_or(0.0) > 0.0 { self.role } else { Role::Dim };
        // The selected cell has its mark beside it, so that a figure keeps off the edge.
        let right = if has_gradient { x + CELL - 2 } else { x + CELL - 1 };
        canvas.text_right(x + 2, right, y, &format!("{}{mark}", format::percent(share)), role);
        if let (true, Some(share)) = (has_gradient && role != Role::Dim, share) {
            canvas.heat(Rect { x, y, width: CELL - 1, height: 1 }, (share / FULL).min(1.0));
        }
    }
}

/// Describes the selected cell.
fn sentence(view: &RetentionView) -> String {
    let Some((retention, cohort)) = view.at() else { return String::new() };
    let name = label(retention, cohort);
    let (table, unit) = (&retention.table, retention.unit);
    let customers = format::shown(cohort.customers);
    if view.period == 0 {
        return format!("{customers} customers had their first of {table} in {name}");
    }
    let active = cohort.active.get(view.period).map_or_else(String::new, |active| format::shown(*active));
    let plural = if view.period == 1 { "" } else { "s" };
    let share = format::percent(retention.share(cohort, view.period));
    let running = if retention.is_running(cohort, view.period) { "; that period is incomplete" } else { "" };
    format!(
        "of the {customers} customers of {name}, {active} ({share}) came back {} {unit}{plural} later{running}",
        view.period
    )
}

/// Draws the scale of the shades, or the state of the counting.
fn draw_legend(canvas: &mut Canvas, area: Rect, state: &State) {
    let view = state.views.get::<RetentionView>();
    let y = area.bottom().saturating_sub(1);
    let left = match canvas.has_gradient() {
        true => area.x + 2,
        false => canvas.text(area.x + 2, y, area.width.saturating_sub(4), &scale(), Role::Dim) + 1,
    };
    let right: TextPiece = if let Some(error) = &view.inquiry.found.error {
        (error.clone(), Role::Error)
    } else if view.inquiry.found.is_waiting() {
        ("counting…".into(), Role::Notice)
    } else {
        return;
    };
    canvas.text_right(left, area.right().saturating_sub(2), y, &format!(" {} ", right.0), right.1);
}

/// Describes the scale of the shades.
fn scale() -> String {
    format!(" from {} % ", heat::scale(SHARES.map(|share| (share * 100.0).round())))
}

fn draw_empty(canvas: &mut Canvas, inner: Rect, state: &State) {
    let view = state.views.get::<RetentionView>();
    let (content, role) = match (&view.inquiry.found.error, view.retention()) {
        (Some(error), _) => (error.clone(), Role::Error),
        (None, None) => ("counting…".into(), Role::Dim),
        (None, Some(retention)) if retention.whole == 0 && state.settings.min_cell > 0 => {
            (privacy::too_few(state.settings.min_cell), Role::Text)
        }
        (None, Some(retention)) => (
            format!("no customer of the filter is in {}; {} clears the filter", retention.table, key(state, "clear")),
            Role::Text,
        ),
    };
    for (y, line) in (inner.y + inner.height / 3..inner.bottom()).zip(wrap(&content, usize::from(inner.width))) {
        canvas.text_centred(inner, y, &line, role);
    }
}
