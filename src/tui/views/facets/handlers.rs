//! Keys and questions of the facets. The groups selected in a facet are a part of the filter's text. A facet is counted
//! under the rest of the filter, so that it keeps showing all its groups.

use super::{FacetsView, draw};
use crate::insight::facet::{self, FacetFigures, KeptCustomers};
use crate::model::{Column, ColumnType, DateUnit, Datum};
use crate::rule::edit;
use crate::tui::core::changes::ask_for;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::groups::{cut, inquiry, keep_range, lines, without_own};
use crate::tui::core::{Effect, Facet, FacetCut, MAX_FACETS, State};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::{picker, press_enter, switch};

/// Number of bins of a numeric column at first and, below, the numbers that `z` steps through.
const BINS: usize = 10;
const OTHER_BINS: [usize; 4] = [BINS, 5, 40, 20];

/// Reason why a column cannot be cut in another way.
pub const NOT_CUT: &str = "only numbers and dates are cut coarser or finer";

/// Renews the inquiries that are outdated. Returns true if any was.
pub fn renew(state: &mut State) -> bool {
    if state.filter.problem.is_some() {
        return false;
    }
    state.views.get_mut::<FacetsView>().fit(&state.query);
    let mut renewed = false;
    for (at, facet) in state.query.group_by.clone().into_iter().enumerate() {
        if state.views.get::<FacetsView>().panes.0[at].needs_asking() {
            let earlier = std::mem::take(&mut state.views.get_mut::<FacetsView>().panes.0[at]);
            let renewed_pane = inquiry(state, facet, earlier);
            state.views.get_mut::<FacetsView>().panes.0[at] = renewed_pane;
            renewed = true;
        }
    }
    renewed
}

/// Follows answers: keeps ranges, and moves cursors up if there are fewer groups than before.
pub fn arrived(state: &mut State) {
    let facets = state.views.get_mut::<FacetsView>();
    for (pane, cursor) in facets.panes.0.iter().zip(&mut facets.cursors) {
        keep_range(pane, &mut state.ranges);
        *cursor = (*cursor).min(lines(pane).saturating_sub(1));
    }
}

/// Opens the view. If there is a single facet, adds others beside it, as one step of undo.
pub fn open(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.view != super::NAME && state.query.group_by.len() < 2 {
        let more = others(state);
        effects = ask_for(state, |query| query.group_by.extend(more));
    }
    effects.extend(switch(state, super::NAME));
    effects
}

/// Suggests a column of dates, one of booleans and one of numbers: all are quick to count, and none is grouped by
/// every value.
fn others(state: &State) -> Vec<Facet> {
    let columns = state.schema().map(|schema| schema.columns()).unwrap_or_default();
    let is_free = |column: &&Column| {
        let is_key = state.schema().and_then(|schema| schema.key()) == Some(column.name.as_str());
        let is_there = state.query.group_by.iter().any(|facet| facet.column == column.name);
        !is_key && !is_there && !state.is_masked(&column.name)
    };
    let first = |fits: fn(ColumnType) -> bool| columns.iter().filter(is_free).find(|column| fits(column.column_type));
    let found = [
        first(|kind| matches!(kind, ColumnType::Date | ColumnType::Timestamp)),
        first(ColumnType::is_number),
        first(|kind| kind == ColumnType::Boolean),
    ];
    found.into_iter().flatten().map(|column| sensible(&column.name, column.column_type)).collect()
}

/// Returns the facet of a column: numbers in bins, dates in years, everything else by value.
pub fn sensible(column: &str, column_type: ColumnType) -> Facet {
    let cut = match column_type {
        ColumnType::Date | ColumnType::Timestamp => FacetCut::Dates(DateUnit::Year),
        kind if kind.is_number() => FacetCut::Bins(BINS),
        _ => FacetCut::Values,
    };
    Facet { column: column.to_owned(), cut }
}

/// Moves the focus to the next facet.
pub fn next(state: &mut State) -> Vec<Effect> {
    turn(state, 1)
}

/// Moves the focus to the previous facet.
pub fn previous(state: &mut State) -> Vec<Effect> {
    turn(state, -1)
}

fn turn(state: &mut State, by: isize) -> Vec<Effect> {
    let facets: &mut FacetsView = state.views.get_mut();
    let count = facets.panes.0.len().max(1) as isize;
    facets.at = (facets.at as isize + by).rem_euclid(count) as usize;
    Vec::new()
}

/// Moves the cursor of the facet with the focus up by a line.
pub fn up(state: &mut State) -> Vec<Effect> {
    step(state, -1)
}

/// Moves the cursor of the facet with the focus down by a line.
pub fn down(state: &mut State) -> Vec<Effect> {
    step(state, 1)
}

/// Switches the selected group on or off beside the others.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    select(state, false)
}

/// Makes the selected group the only one that the filter keeps.
pub fn only(state: &mut State) -> Vec<Effect> {
    select(state, true)
}

/// Asks for the column of another facet.
pub fn pick(state: &mut State) -> Vec<Effect> {
    let columns = picker::columns(state);
    picker::open(state, "Group by", columns, chosen)
}

/// Copies the condition that the selected group stands for.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let condition = chosen_condition(state);
    copy_line_if_any(state, condition)
}

/// Removes the facet with the focus.
pub fn close(state: &mut State) -> Vec<Effect> {
    let at = state.views.get::<FacetsView>().at;
    if at >= state.query.group_by.len() {
        return Vec::new();
    }
    ask_for(state, |query| drop(query.group_by.remove(at)))
}

/// Switches to the next number of bins, or the next unit of dates.
pub fn other_cut(state: &mut State) -> Vec<Effect> {
    // The group-by pane has the first facet.
    let at = if state.view == super::NAME { state.views.get::<FacetsView>().at } else { 0 };
    let Some(facet) = state.query.group_by.get(at) else { return Vec::new() };
    let Some(cut) = next_cut(state.column_type(&facet.column), facet.cut) else {
        state.complain(NOT_CUT);
        return Vec::new();
    };
    ask_for(state, |query| query.group_by[at].cut = cut)
}

/// Returns the next cut of a column of numbers or dates; `None` for other columns, which have one only.
pub fn next_cut(column_type: ColumnType, cut: FacetCut) -> Option<FacetCut> {
    Some(match (column_type, cut) {
        (ColumnType::Date | ColumnType::Timestamp, FacetCut::Dates(unit)) => {
            let units = if column_type == ColumnType::Date { 6 } else { 7 };
            let place = DateUnit::ALL.iter().position(|other| *other == unit).unwrap_or(0);
            FacetCut::Dates(DateUnit::ALL[(place + 1) % units])
        }
        (ColumnType::Date | ColumnType::Timestamp, _) => FacetCut::Dates(DateUnit::Year),
        (kind, cut) if kind.is_number() => next_bins(cut),
        _ => return None,
    })
}

fn next_bins(cut: FacetCut) -> FacetCut {
    let place = OTHER_BINS.iter().position(|bins| cut == FacetCut::Bins(*bins));
    match place {
        Some(place) => OTHER_BINS.get(place + 1).map_or(FacetCut::Values, |bins| FacetCut::Bins(*bins)),
        None => FacetCut::Bins(BINS),
    }
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let facets = state.views.get_mut::<FacetsView>();
    if let (Some(pane), Some(cursor)) = (facets.panes.0.get(facets.at), facets.cursors.get_mut(facets.at)) {
        *cursor = cursor.saturating_add_signed(by).min(lines(pane).saturating_sub(1));
    }
    Vec::new()
}

/// Selects the facet and the line that the mouse was pressed on; on the selected line, does what Enter does.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let Some((facet, line)) = draw::line_at(state, area, at) else { return Vec::new() };
    let facets: &mut FacetsView = state.views.get_mut();
    let had_focus = std::mem::replace(&mut facets.at, facet) == facet;
    let (Some(cursor), Some(line)) = (facets.cursors.get_mut(facet), line) else { return Vec::new() };
    let was_selected = std::mem::replace(cursor, line) == line;
    if had_focus && was_selected { press_enter(state) } else { Vec::new() }
}

/// Adds the column that was picked as a facet. If there are four already, it replaces the one with the focus.
fn chosen(state: &mut State, label: String) -> Vec<Effect> {
    let facet = sensible(&label, state.column_type(&label));
    let count = state.query.group_by.len();
    let at = if count < MAX_FACETS { count } else { state.views.get::<FacetsView>().at };
    let effects = ask_for(state, |query| match query.group_by.get_mut(at) {
        Some(old) => *old = facet,
        None => query.group_by.push(facet),
    });
    state.views.get_mut::<FacetsView>().at = at;
    effects
}

/// Groups the group-by pane by the column that was picked: numbers in bins, dates in years.
pub fn group_by(state: &mut State, label: String) -> Vec<Effect> {
    let facet = sensible(&label, state.column_type(&label));
    ask_for(state, |query| match query.group_by.first_mut() {
        Some(first) if first.column == label => {}
        Some(first) => *first = facet,
        None => query.group_by.push(facet),
    })
}

/// Returns the facet with the focus, its selected group's key, and the groups that the filter keeps.
fn at_cursor(state: &State) -> Option<(&Facet, Datum, KeptCustomers)> {
    let facets = state.views.get::<FacetsView>();
    let (at, pane, cursor) = match state.view {
        super::NAME => (facets.at, facets.panes.0.get(facets.at)?, *facets.cursors.get(facets.at)?),
        _ => (0, &state.answers.groups, state.groups.cursor),
    };
    let FacetFigures { groups, kept, .. } = &pane.found;
    let key = groups.answer.as_ref()?.groups.get(cursor)?.key.first()?.clone();
    Some((state.query.group_by.get(at)?, key, kept.answer.clone().unwrap_or_default()))
}

/// Switches the selected group on or off beside the others. With `only`, makes it the only group that the filter
/// keeps, or keeps all groups again if it was the only one.
pub fn select(state: &mut State, only: bool) -> Vec<Effect> {
    let Some((facet, key, kept)) = at_cursor(state) else { return Vec::new() };
    let facet = facet.clone();
    let Some(cut) = cut(state, &facet) else { return Vec::new() };
    let mut keys = kept.keys();
    let is_on = keys.contains(&key);
    match (only, is_on) {
        (true, true) if keys.len() == 1 => keys.clear(),
        (true, _) => keys = vec![key],
        (false, true) => keys.retain(|other| *other != key),
        (false, false) => keys.push(key),
    }
    let rest = without_own(state, &facet.column);
    let filter = match facet::condition(&facet.column, state.column_type(&facet.column), &cut, &keys) {
        Some(condition) => edit::narrow(&rest, &condition),
        None => rest,
    };
    // The marks change at once; the counts follow when they arrive.
    let marked = KeptCustomers(keys.into_iter().map(|key| (key, u64::MAX)).collect());
    let facets = state.views.get_mut::<FacetsView>();
    match (state.view, facets.panes.0.get_mut(facets.at)) {
        (super::NAME, Some(pane)) => pane.found.kept.answer = Some(marked),
        _ => state.answers.groups.found.kept.answer = Some(marked),
    }
    ask_for(state, |query| query.filter = filter)
}

/// Returns the condition that the selected group stands for.
pub fn chosen_condition(state: &State) -> Option<String> {
    let (facet, key, _) = at_cursor(state)?;
    facet::condition(&facet.column, state.column_type(&facet.column), &cut(state, facet)?, &[key])
}
