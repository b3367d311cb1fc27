//! Up to four columns at once, each filtering the others. The groups selected in a facet are a part of the filter's
//! text. A facet is counted under the rest of the filter, so that it keeps showing all its groups.

use std::collections::HashMap;

use super::super::super::action::Effect;
use super::super::super::command::Command;
use super::super::super::query::{Facet, FacetCut, MOST_FACETS};
use super::super::super::state::{State, View};
use super::super::{answers, commands};
use crate::insight::facet::{self, FacetFigures, FacetInquiry, FacetRules, Kept, Range};
use crate::model::{Column, ColumnType, Cut, DateUnit, Datum};
use crate::rule::{Checked, edit};

/// Number of bins for numeric columns, and the numbers that `b` steps through.
const BINS: usize = 10;
const OTHER_BINS: [usize; 4] = [BINS, 5, 40, 20];

/// Renews the inquiries that are outdated. Returns true if any was.
pub fn renew(state: &mut State) -> bool {
    if state.filter.problem.is_some() {
        return false;
    }
    state.views.facets.fit(&state.query);
    let mut renewed = false;
    for (at, facet) in state.query.group_by.clone().into_iter().enumerate() {
        if state.views.facets.panes.0[at].needs_asking() {
            let earlier = std::mem::take(&mut state.views.facets.panes.0[at]);
            state.views.facets.panes.0[at] = inquiry(state, facet, earlier);
            renewed = true;
        }
    }
    renewed
}

/// Returns the inquiry for the groups of a facet. If the filter has conditions on its column alone, it also asks how
/// many customers of each group the whole filter keeps.
pub fn inquiry(state: &State, facet: Facet, earlier: FacetInquiry) -> FacetInquiry {
    let without_own = without_own_rule(state, &facet.column);
    let range = state.views.facets.range(&facet);
    let rules = FacetRules {
        column_type: state.column_type(&facet.column),
        value: state.settings.value.clone(),
        filter: state.rule.clone(),
        without_own,
        facet,
    };
    FacetInquiry::new(rules, range, earlier)
}

/// Takes in answers: keeps ranges, and moves cursors up if there are fewer groups than before.
pub fn came(state: &mut State) {
    let facets = &mut state.views.facets;
    for (pane, cursor) in facets.panes.0.iter().zip(&mut facets.cursors) {
        keep_range(pane, &mut facets.ranges);
        *cursor = (*cursor).min(lines(pane).saturating_sub(1));
    }
}

/// Same as [`came`], for the group-by pane.
pub fn main_pane_came(state: &mut State) {
    keep_range(&state.answers.groups, &mut state.views.facets.ranges);
    state.groups.cursor = state.groups.cursor.min(lines(&state.answers.groups).saturating_sub(1));
}

fn keep_range(pane: &FacetInquiry, ranges: &mut HashMap<String, Range>) {
    if let (Some(range), Some(facet)) = (pane.found.range, pane.facet()) {
        ranges.insert(facet.column.clone(), range);
    }
}

fn lines(pane: &FacetInquiry) -> usize {
    pane.found.groups.answer.as_ref().map_or(0, |groups| groups.groups.len())
}

fn cut(state: &State, facet: &Facet) -> Option<Cut> {
    facet.cut(state.column_type(&facet.column), state.views.facets.range(facet))
}

/// Returns the filter's rule without its conditions on this column alone; `None` if it has none.
fn without_own_rule(state: &State, column: &str) -> Option<Checked> {
    if !state.filter.is_asked() || !state.rule.columns().contains(column) {
        return None;
    }
    let conditions = state.rule.conditions();
    let others: Vec<&Checked> = conditions.iter().filter(|condition| !is_own(condition, column)).collect();
    (others.len() < conditions.len()).then(|| Checked::all(others))
}

/// Returns the filter's text without its conditions on this column alone. Checks each condition's text if the filter's
/// text is not the rule in effect.
fn without_own(state: &State, column: &str) -> String {
    let filter = &state.query.filter;
    if !state.filter.is_asked() {
        let is_own_text = |text: &str| answers::check(state, text).is_ok_and(|condition| is_own(&condition, column));
        return edit::without_conditions(filter, is_own_text);
    }
    let conditions = state.rule.conditions();
    let places: Vec<_> = conditions.iter().map(Checked::place).collect();
    edit::without_places(filter, &places, |at| is_own(&conditions[at], column))
}

/// Returns true if a condition is about this column alone.
fn is_own(condition: &Checked, column: &str) -> bool {
    let columns = condition.columns();
    columns.len() == 1 && columns.contains(column) && !condition.has_references()
}

/// Opens the view. If there is a single facet, adds others beside it, as one step of undo.
pub fn open(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.view != View::Facets && state.query.group_by.len() < 2 {
        let more = others(state);
        effects = commands::ask_for(state, |query| query.group_by.extend(more));
    }
    effects.extend(super::switch(state, View::Facets));
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

fn sensible(column: &str, column_type: ColumnType) -> Facet {
    let cut = match column_type {
        ColumnType::Date | ColumnType::Timestamp => FacetCut::Dates(DateUnit::Year),
        kind if kind.is_number() => FacetCut::Bins(BINS),
        _ => FacetCut::Values,
    };
    Facet { column: column.to_owned(), cut }
}

/// Runs a command that has its own meaning in this view; `None` for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    let facets = &mut state.views.facets;
    let count = facets.panes.0.len();
    Some(match command {
        Command::NextPane | Command::PreviousPane => {
            let by = if command == Command::NextPane { 1 } else { count.saturating_sub(1) };
            facets.at = (facets.at + by) % count.max(1);
            Vec::new()
        }
        Command::Left => step(state, -1),
        Command::Right => step(state, 1),
        Command::Toggle => select(state, false),
        Command::Enter => select(state, true),
        Command::Delete => close(state),
        Command::Cut => other_cut(state),
        _ => return None,
    })
}

fn close(state: &mut State) -> Vec<Effect> {
    let at = state.views.facets.at;
    if at >= state.query.group_by.len() {
        return Vec::new();
    }
    commands::ask_for(state, |query| drop(query.group_by.remove(at)))
}

/// Switches to the next number of bins, or the next unit of dates.
fn other_cut(state: &mut State) -> Vec<Effect> {
    let at = state.views.facets.at;
    let Some(facet) = state.query.group_by.get(at) else { return Vec::new() };
    let column_type = state.column_type(&facet.column);
    let cut = match (column_type, facet.cut) {
        (ColumnType::Date | ColumnType::Timestamp, FacetCut::Dates(unit)) => {
            let units = if column_type == ColumnType::Date { 6 } else { 7 };
            let place = DateUnit::ALL.iter().position(|other| *other == unit).unwrap_or(0);
            FacetCut::Dates(DateUnit::ALL[(place + 1) % units])
        }
        (ColumnType::Date | ColumnType::Timestamp, _) => FacetCut::Dates(DateUnit::Year),
        (kind, cut) if kind.is_number() => next_bins(cut),
        _ => {
            state.complain("only numbers and dates are cut coarser or finer");
            return Vec::new();
        }
    };
    commands::ask_for(state, |query| query.group_by[at].cut = cut)
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
    let facets = &mut state.views.facets;
    if let (Some(pane), Some(cursor)) = (facets.panes.0.get(facets.at), facets.cursors.get_mut(facets.at)) {
        *cursor = cursor.saturating_add_signed(by).min(lines(pane).saturating_sub(1));
    }
    Vec::new()
}

/// Adds the column that was picked as a facet. If there are four already, it replaces the one with the focus.
pub fn chosen(state: &mut State, label: String) -> Vec<Effect> {
    let facet = sensible(&label, state.column_type(&label));
    let count = state.query.group_by.len();
    let at = if count < MOST_FACETS { count } else { state.views.facets.at };
    let effects = commands::ask_for(state, |query| match query.group_by.get_mut(at) {
        Some(old) => *old = facet,
        None => query.group_by.push(facet),
    });
    state.views.facets.at = at;
    effects
}

/// Groups the group-by pane by the column that was picked.
pub fn group_by(state: &mut State, label: String) -> Vec<Effect> {
    commands::ask_for(state, |query| match query.group_by.first_mut() {
        Some(first) if first.column == label => {}
        Some(first) => *first = label.into(),
        None => query.group_by.push(label.into()),
    })
}

/// Returns the facet with the focus, its selected group's key, and the groups that the filter keeps.
fn at_cursor(state: &State) -> Option<(&Facet, Datum, Kept)> {
    let facets = &state.views.facets;
    let (at, pane, cursor) = match state.view {
        View::Facets => (facets.at, facets.panes.0.get(facets.at)?, *facets.cursors.get(facets.at)?),
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
    let marked = Kept(keys.into_iter().map(|key| (key, u64::MAX)).collect());
    let facets = &mut state.views.facets;
    match (state.view, facets.panes.0.get_mut(facets.at)) {
        (View::Facets, Some(pane)) => pane.found.kept.answer = Some(marked),
        _ => state.answers.groups.found.kept.answer = Some(marked),
    }
    commands::ask_for(state, |query| query.filter = filter)
}

/// Returns the condition that the selected group stands for.
pub fn chosen_condition(state: &State) -> Option<String> {
    let (facet, key, _) = at_cursor(state)?;
    facet::condition(&facet.column, state.column_type(&facet.column), &cut(state, facet)?, &[key])
}
