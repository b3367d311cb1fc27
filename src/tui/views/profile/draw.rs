//! Profile of one column: its values, spread and chart.

use ratatui::layout::Rect;

use super::ProfileView;
use super::{chart, facts, values};
use crate::engine::ColumnProfile;
use crate::insight::format;
use crate::insight::suppress::{self};
use crate::insight::table::Table;
use crate::tui::core::State;
use crate::tui::core::key;
use crate::tui::paint::canvas::{Canvas, Position, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::list::{List, Window};

/// Width of the facts beside the chart, in cells.
const FACTS: u16 = 42;
/// Minimum size of a legible chart, as width and height.
const MIN_CHART_SIZE: (u16, u16) = (24, 8);

/// Draws the facts, and beside or below them the chart or the values.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let view = state.views.get::<ProfileView>();
    let Some(column) = &view.column else {
        let word = format!("{} picks a column", key(state, "enter"));
        return framed("Profile".into(), vec![(word, Role::Text)], state).draw(canvas, area);
    };
    let title = format!("Profile of {column} · {}", state.column_type(column));
    if let Some(error) = &view.profile.found.error {
        return framed(title, vec![(error.clone(), Role::Error)], state).draw(canvas, area);
    }
    let Some(profile) = view.shown() else {
        return framed(title, vec![("counting…".into(), Role::Dim)], state).draw(canvas, area);
    };
    let frame = List { legend: legend(profile, state), ..framed(title, vec![(String::new(), Role::Dim)], state) };
    frame.draw(canvas, area);
    let inner = inside(area);
    let (facts, rest) = split(inner, facts::height(profile));
    facts::draw(canvas, facts, profile, state);
    if !is_legible(rest) {
        return;
    }
    match &profile.bins {
        Some(bins) => chart::draw(canvas, rest, profile, bins, state),
        None => values::draw(canvas, rest, profile, state),
    }
}

/// Returns the facts to copy, and below them the bins of the chart or the values.
pub fn table(state: &State) -> Option<Table> {
    let profile = state.views.get::<ProfileView>().shown()?;
    let mut table = Table::new(["figure", "value", "in filter", "in base", "customers", "index"]);
    table.title = format!("Profile of {} · {}", profile.column, state.column_type(&profile.column));
    table.rows = facts::copied(profile, state);
    table.rows.extend(match &profile.bins {
        Some(bins) => chart::copied(profile, bins, state),
        None => values::copied(profile, state),
    });
    Some(table)
}

fn framed(title: String, empty: Vec<TextPiece>, state: &State) -> List {
    List { title, empty, focused: !state.filter.editing, ..List::default() }
}

fn is_legible(chart: Rect) -> bool {
    chart.width >= MIN_CHART_SIZE.0 && chart.height >= MIN_CHART_SIZE.1
}

/// Returns the index of the listed value at a place of the view.
pub fn value_at(state: &State, area: Rect, at: Position) -> Option<usize> {
    let view = state.views.get::<ProfileView>();
    let profile = view.shown().filter(|profile| profile.bins.is_none())?;
    let (_, rest) = split(inside(area), facts::height(profile));
    Window::line_at(rest, view.cursor, profile.top.len(), at).filter(|_| is_legible(rest))
}

/// Splits the area side by side if there is room, otherwise one above the other.
fn split(inner: Rect, facts: u16) -> (Rect, Rect) {
    if inner.width >= FACTS + MIN_CHART_SIZE.0 + 2 {
        let left = Rect { width: FACTS, ..inner };
        return (left, Rect { x: inner.x + FACTS + 2, width: inner.width - FACTS - 2, ..inner });
    }
    let height = facts.min(inner.height);
    (Rect { height, ..inner }, Rect { y: inner.y + height, height: inner.height - height, ..inner })
}

fn legend(profile: &ColumnProfile, state: &State) -> Option<TextPiece> {
    let above = profile.bins.as_ref().filter(|bins| bins.above.in_base > 0).map(|bins| {
        let shown = |count| format::shown(suppress::single(count, state.settings.min_cell));
        let (base, filter) = (shown(bins.above.in_base), shown(bins.above.in_filter));
        format!("{base} values beyond the axis ({filter} in filter)")
    });
    above.map(|above| (above, Role::Dim))
}
