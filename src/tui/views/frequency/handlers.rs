//! Keys and questions of the frequencies.

use super::{FrequencyOrder, FrequencyView};
use crate::insight::facet::{self, FacetInquiry, FacetRules};
use crate::insight::settings::values_not_shown;
use crate::model::Datum;
use crate::tui::core::changes::narrow;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::groups::{cut, keep_range, range};
use crate::tui::core::{Effect, Facet, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::{facets, picker, pressed_line, switch};

/// Renews the inquiry if its subject has changed. Returns true if it did.
///
/// A condition on the column itself counts as any other: the values are those of the customers on screen.
pub fn renew(state: &mut State) -> bool {
    let view: &FrequencyView = state.views.get();
    let Some(facet) = view.facet.clone() else { return false };
    if !view.inquiry.needs_asking() || state.filter.problem.is_some() {
        return false;
    }
    let range = range(state, &facet);
    let rules = FacetRules {
        column_type: state.column_type(&facet.column),
        value: state.settings.value.clone(),
        filter: state.rule.clone(),
        without_own: None,
        facet,
    };
    let view: &mut FrequencyView = state.views.get_mut();
    view.inquiry = FacetInquiry::new(rules, range, std::mem::take(&mut view.inquiry));
    true
}

/// Follows answers: keeps the range, and moves the cursor up if there are fewer groups than before.
pub fn arrived(state: &mut State) {
    let view: &mut FrequencyView = state.views.get_mut();
    keep_range(&view.inquiry, &mut state.ranges);
    view.cursor = view.cursor.min(view.lines().saturating_sub(1));
}

/// Opens the frequencies of the selected column, or goes back. Asks for the column if none is selected.
pub fn open(state: &mut State) -> Vec<Effect> {
    if state.view == super::NAME {
        return switch(state, super::NAME);
    }
    match state.front().and_then(|front| front.column(state)) {
        Some(column) => open_column(state, column),
        None => {
            let columns = picker::columns(state);
            picker::open(state, "Frequency of", columns, open_column)
        }
    }
}

/// Opens the frequencies of a column. Numbers come in bins and dates in periods.
pub fn open_column(state: &mut State, column: String) -> Vec<Effect> {
    if state.is_masked(&column) {
        state.complain(values_not_shown(&column));
        return Vec::new();
    }
    let facet = facets::sensible(&column, state.column_type(&column));
    let view: &mut FrequencyView = state.views.get_mut();
    if view.facet.as_ref().map(|facet| &facet.column) != Some(&column) {
        *view = FrequencyView { order: default_order(&facet), facet: Some(facet), ..FrequencyView::default() };
    }
    view.marked.clear();
    state.go_to(super::NAME);
    requests::views(state)
}

fn default_order(facet: &Facet) -> FrequencyOrder {
    if facet.cut.is_values() { FrequencyOrder::Customers } else { FrequencyOrder::Value }
}

/// Adds the marked groups, or the selected one, to the filter, and goes back to the previous view.
pub fn drill(state: &mut State) -> Vec<Effect> {
    let view: &FrequencyView = state.views.get();
    let keys = match view.marked.is_empty() {
        true => view.selected().into_iter().collect(),
        false => view.marked.clone(),
    };
    let Some(condition) = condition(state, &keys) else { return Vec::new() };
    state.views.get_mut::<FrequencyView>().marked.clear();
    let mut effects = state.go_back();
    effects.extend(narrow(state, &condition));
    effects.extend(requests::views(state));
    effects
}

fn condition(state: &State, keys: &[Datum]) -> Option<String> {
    let facet = state.views.get::<FrequencyView>().facet.as_ref()?;
    facet::condition(&facet.column, state.column_type(&facet.column), &cut(state, facet)?, keys)
}

/// Marks the selected group or unmarks it, and goes to the next one.
pub fn mark(state: &mut State) -> Vec<Effect> {
    let view: &mut FrequencyView = state.views.get_mut();
    if let Some(key) = view.selected() {
        match view.marked.iter().position(|marked| *marked == key) {
            Some(at) => drop(view.marked.remove(at)),
            None => view.marked.push(key),
        }
    }
    step(state, 1)
}

/// Switches to the next order. The cursor stays on its value.
pub fn reorder(state: &mut State) -> Vec<Effect> {
    let view: &mut FrequencyView = state.views.get_mut();
    let selected = view.selected();
    view.order = match view.order {
        FrequencyOrder::Customers => FrequencyOrder::Value,
        FrequencyOrder::Value => FrequencyOrder::Customers,
    };
    let groups = view.groups().map(|groups| groups.groups).unwrap_or_default();
    view.cursor = groups.iter().position(|group| group.key.first() == selected.as_ref()).unwrap_or(0);
    Vec::new()
}

/// Switches to the next number of bins, or the next unit of dates.
pub fn other_cut(state: &mut State) -> Vec<Effect> {
    let Some(facet) = state.views.get::<FrequencyView>().facet.clone() else { return Vec::new() };
    let Some(cut) = facets::next_cut(state.column_type(&facet.column), facet.cut) else {
        state.complain(facets::NOT_CUT);
        return Vec::new();
    };
    let facet = Facet { cut, ..facet };
    let view: &mut FrequencyView = state.views.get_mut();
    *view = FrequencyView { order: default_order(&facet), facet: Some(facet), ..FrequencyView::default() };
    requests::views(state)
}

/// Switches to the previous column that may be shown.
pub fn left(state: &mut State) -> Vec<Effect> {
    step_column(state, -1)
}

/// Switches to the next column that may be shown.
pub fn right(state: &mut State) -> Vec<Effect> {
    step_column(state, 1)
}

/// Switches to the next column that may be shown.
fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let columns = schema.columns().iter().filter(|column| !state.is_masked(&column.name));
    let names: Vec<String> = columns.map(|column| column.name.clone()).collect();
    let now = state.views.get::<FrequencyView>().facet.as_ref().map(|facet| &facet.column);
    let at = names.iter().position(|name| Some(name) == now).unwrap_or(0);
    let to = (at as isize + by).rem_euclid(names.len().max(1) as isize) as usize;
    match names.into_iter().nth(to) {
        Some(name) => open_column(state, name),
        None => Vec::new(),
    }
}

/// Copies the selected group as a condition.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let keys: Vec<Datum> = state.views.get::<FrequencyView>().selected().into_iter().collect();
    let text = condition(state, &keys);
    copy_line_if_any(state, text)
}

/// Selects the line that the mouse was pressed on; the selected one becomes a condition.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let view: &FrequencyView = state.views.get();
    let (cursor, lines) = (view.cursor, view.lines());
    pressed_line(state, area, at, cursor, lines)
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut FrequencyView = state.views.get_mut();
    view.cursor = view.cursor.saturating_add_signed(by).min(view.lines().saturating_sub(1));
    Vec::new()
}

impl FrequencyView {
    fn lines(&self) -> usize {
        self.inquiry.found.groups.answer.as_ref().map_or(0, |groups| groups.groups.len())
    }

    /// Returns the key of the selected group.
    fn selected(&self) -> Option<Datum> {
        self.groups()?.groups.get(self.cursor)?.key.first().cloned()
    }
}
