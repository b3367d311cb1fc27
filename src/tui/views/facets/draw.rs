//! Up to four columns at once, each filtering the others.

use ratatui::layout::Rect;

use super::FacetsView;
use crate::engine::{CustomerCount, GroupAnswer, GroupFigures};
use crate::insight::facet::FacetInquiry;
use crate::insight::suppress;
use crate::insight::table::Table;
use crate::model::Datum;
use crate::tui::core::groups::lines;
use crate::tui::core::key;
use crate::tui::core::{Facet, FacetCut, State};
use crate::tui::paint::canvas::{Canvas, Position, inside};
use crate::tui::paint::theme::Role;
use crate::tui::views::main::draw_groups::{self, GroupsInput, counted, waiting};
use crate::tui::views::profile::chart::draw_column;
use crate::tui::widgets::layout::SIDE_BY_SIDE;
use crate::tui::widgets::list::{List, Window};

/// Lines of the chart over time, its frame included.
const COURSE: u16 = 6;
/// Minimum height to stack facets.
const LOW: u16 = 16;

/// Draws the facets in a grid if there is room, otherwise the one with the focus.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let facets = state.views.get::<FacetsView>();
    let pane = |(at, (inquiry, cursor))| (at, FacetPane { inquiry, cursor });
    let panes = facets.panes.0.iter().zip(facets.cursors.iter().copied()).enumerate();
    let panes: Vec<(usize, FacetPane)> = panes.map(pane).collect();
    if panes.is_empty() {
        return nothing(state).draw(canvas, area);
    }
    for (place, area) in places(area, panes.len(), facets.at) {
        if let Some((at, pane)) = panes.get(place) {
            draw_pane(canvas, state, *at, pane, area);
        }
    }
}

/// Returns the facets in sight, as indexes, and their areas: all in a grid if there is room, otherwise the one with the
/// focus.
fn places(area: Rect, count: usize, focus: usize) -> Vec<(usize, Rect)> {
    if area.width < SIDE_BY_SIDE || (area.height < LOW && count > 2) {
        return vec![(focus, area)];
    }
    grid(area, count).into_iter().enumerate().collect()
}

/// Returns the facet at a place of the view, and the line if there is one.
pub fn line_at(state: &State, area: Rect, at: Position) -> Option<(usize, Option<usize>)> {
    let facets = state.views.get::<FacetsView>();
    let places = places(area, facets.panes.0.len(), facets.at);
    let (facet, area) = places.into_iter().find(|(_, area)| area.contains(at))?;
    let (inquiry, cursor) = (facets.panes.0.get(facet)?, *facets.cursors.get(facet)?);
    let (list, _) = divided(area, &FacetPane { inquiry, cursor });
    Some((facet, Window::line_at(list, cursor, lines(inquiry), at)))
}

/// A facet and its selected line.
#[derive(Clone, Copy)]
struct FacetPane<'a> {
    inquiry: &'a FacetInquiry,
    cursor: usize,
}

/// Draws the list of groups; for dates also a chart over time below, if there is room.
fn draw_pane(canvas: &mut Canvas, state: &State, at: usize, pane: &FacetPane, area: Rect) {
    let (upper, lower) = divided(area, pane);
    list(state, at, pane, upper).draw(canvas, upper);
    if let Some((lower, groups)) = lower.zip(pane.inquiry.found.groups.answer.as_ref()) {
        draw_course(canvas, lower, groups, pane, state);
    }
}

/// Divides a facet's area into that of the list and that of the chart over time, if there is one.
fn divided(area: Rect, pane: &FacetPane) -> (Rect, Option<Rect>) {
    let is_course = matches!(pane.inquiry.facet().map(|facet| facet.cut), Some(FacetCut::Dates(_)));
    if !is_course || pane.inquiry.found.groups.answer.is_none() || area.height < COURSE + 7 {
        return (area, None);
    }
    let upper = Rect { height: area.height - COURSE, ..area };
    (upper, Some(Rect { y: upper.bottom(), height: COURSE, ..area }))
}

/// Draws a column for each period, the selected one marked below. If there are more periods than cells, neighbours
/// share a column.
fn draw_course(canvas: &mut Canvas, area: Rect, groups: &GroupAnswer, pane: &FacetPane, state: &State) {
    canvas.frame(area, Role::Border);
    canvas.text(area.x + 1, area.y, area.width.saturating_sub(2), " over time ", Role::Dim);
    let periods: Vec<&GroupFigures> =
        groups.groups.iter().filter(|group| !group.key.iter().any(Datum::is_null)).collect();
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..inside(area) };
    if periods.is_empty() || inner.width == 0 {
        return;
    }
    let each = periods.len().div_ceil(usize::from(inner.width));
    let counts: Vec<CustomerCount> = periods.iter().map(|group| group.customers).collect();
    let shown = suppress::pairs(&counts, groups.customers, state.settings.min_cell);
    let disclosed: Vec<u64> =
        shown.chunks(each).map(|some| some.iter().filter_map(|shown| shown.0.count()).sum()).collect();
    let most = disclosed.iter().copied().max().unwrap_or(0) as f64;
    let step = (inner.width / disclosed.len() as u16).clamp(1, 6);
    let wide = if step > 2 { step - 1 } else { step };
    let role = if pane.inquiry.found.groups.fresh { Role::Bar } else { Role::Dim };
    for (count, n) in disclosed.iter().zip(0..) {
        let column = Rect { x: inner.x + step * n, width: wide, ..inner };
        draw_column(canvas, column, Some(*count as f64), most, role);
    }
    let chosen = inner.x + step * (pane.cursor.min(periods.len() - 1) / each) as u16;
    canvas.text(chosen, area.bottom() - 1, 1, "▲", Role::Accent);
}

/// Divides an area into a grid for up to four; the last of three spans two.
fn grid(area: Rect, count: usize) -> Vec<Rect> {
    let (left, upper) = (area.width / 2, area.height / 2);
    let right = Rect { x: area.x + left, width: area.width - left, ..area };
    let left = Rect { width: left, ..area };
    let cut = |half: Rect| {
        let below = Rect { y: half.y + upper, height: half.height - upper, ..half };
        [Rect { height: upper, ..half }, below]
    };
    let ([a, c], [b, d]) = (cut(left), cut(right));
    match count {
        1 => vec![area],
        2 => vec![left, right],
        3 => vec![a, b, Rect { width: area.width, ..c }],
        _ => vec![a, b, c, d],
    }
}

fn list(state: &State, at: usize, pane: &FacetPane, area: Rect) -> List {
    let facets = state.views.get::<FacetsView>();
    let words = pane.inquiry.facet().map(Facet::words).unwrap_or_default();
    let title = match facets.panes.0.len() {
        many if many > 1 && area.width >= state.width => format!("{words} · {} of {many}", at + 1),
        _ => words,
    };
    let cut = pane.inquiry.facet().map_or(FacetCut::Values, |facet| facet.cut);
    let focused = at == facets.at && !state.filter.editing;
    let found = &pane.inquiry.found;
    let (answer, fresh) = (&found.groups, found.groups.fresh);
    let shown = GroupsInput { answer, kept: &found.kept, fresh, cursor: pane.cursor, cut, estimates: None };
    let list = match pane.inquiry.found.groups.answer.as_ref() {
        Some(groups) => counted(groups, shown, state, area),
        None => waiting(&pane.inquiry.found.groups),
    };
    List { title, focused, ..list }
}

/// Returns the groups of the facet in focus to copy.
pub fn table(state: &State) -> Option<Table> {
    let facets = state.views.get::<FacetsView>();
    let pane = facets.panes.0.get(facets.at)?;
    let (facet, groups) = (pane.facet()?, pane.found.groups.answer.as_ref()?);
    let (answer, fresh) = (&pane.found.groups, pane.found.groups.fresh);
    let shown = GroupsInput { answer, kept: &pane.found.kept, fresh, cursor: 0, cut: facet.cut, estimates: None };
    Some(draw_groups::table(groups, shown, facet.words(), state))
}

fn nothing(state: &State) -> List {
    let empty = vec![
        (format!("{} picks a column for a facet", key(state, "group")), Role::Text),
        ("a choice in one facet filters the others".into(), Role::Dim),
    ];
    List { title: "Facets".into(), focused: true, empty, ..List::default() }
}
