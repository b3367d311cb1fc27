//! Keys and questions of the profile.

use super::{BINS, ProfileView, draw};
use crate::engine::ProfileQuestion;
use crate::insight::profile::ProfileInquiry;
use crate::insight::settings::values_not_shown;
use crate::tui::core::{Effect, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::{picker, press_enter, switch};

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    let view = state.views.get_mut::<ProfileView>();
    let Some(column) = &view.column else { return false };
    if !view.profile.needs_asking() || state.filter.problem.is_some() {
        return false;
    }
    let (filter, column, bins) = (state.rule.clone(), column.clone(), BINS[view.bins % BINS.len()]);
    let inquiry = ProfileInquiry::from_question(ProfileQuestion { filter, column, bins });
    view.profile = inquiry.after(std::mem::take(&mut view.profile));
    true
}

/// Moves the cursor up if the answer lists fewer values than before.
pub fn arrived(state: &mut State) {
    let view = state.views.get_mut::<ProfileView>();
    let values = view.profile.found.answer.as_ref().map_or(0, |profile| profile.top.len());
    view.cursor = view.cursor.min(values.saturating_sub(1));
}

/// Switches to the previous column that may be shown.
pub fn left(state: &mut State) -> Vec<Effect> {
    step_column(state, -1)
}

/// Switches to the next column that may be shown.
pub fn right(state: &mut State) -> Vec<Effect> {
    step_column(state, 1)
}

/// Cuts the numbers or dates into the next number of bins.
pub fn next_bins(state: &mut State) -> Vec<Effect> {
    let view: &mut ProfileView = state.views.get_mut();
    view.bins = (view.bins + 1) % BINS.len();
    view.profile.outdate();
    requests::views(state)
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view = state.views.get_mut::<ProfileView>();
    let last = view.shown().map_or(0, |profile| profile.top.len()).saturating_sub(1);
    view.cursor = view.cursor.saturating_add_signed(by).min(last);
    Vec::new()
}

/// Selects the value that the mouse was pressed on. On the title, does what Enter does: asks for another column.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    if at.y == area.y {
        return press_enter(state);
    }
    if let Some(value) = draw::value_at(state, area, at) {
        state.views.get_mut::<ProfileView>().cursor = value;
    }
    Vec::new()
}

/// Opens the profile, or goes back. Asks for the column if none is at hand.
pub fn open(state: &mut State) -> Vec<Effect> {
    if state.view == super::NAME {
        return switch(state, super::NAME);
    }
    match column_at_hand(state) {
        Some(column) => chosen(state, column),
        None => pick(state),
    }
}

/// Returns the column that is selected in the view in front, or the one that was last profiled.
fn column_at_hand(state: &State) -> Option<String> {
    let selected = state.front().and_then(|front| front.column(state));
    selected.or_else(|| state.views.get::<ProfileView>().column.clone())
}

/// Asks for the column to profile.
pub fn pick(state: &mut State) -> Vec<Effect> {
    let columns = picker::columns(state);
    picker::open(state, "Profile of", columns, chosen)
}

/// Opens the profile of the column that was picked.
pub fn chosen(state: &mut State, column: String) -> Vec<Effect> {
    if state.is_masked(&column) {
        state.complain(values_not_shown(&column));
        return Vec::new();
    }
    let view = state.views.get_mut::<ProfileView>();
    if view.column.as_ref() != Some(&column) {
        view.column = Some(column);
        view.cursor = 0;
        view.profile = Default::default();
    }
    state.go_to(super::NAME);
    requests::views(state)
}

/// Switches to the next column that may be shown.
fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let names = schema.columns().iter().map(|column| &column.name).filter(|name| !state.is_masked(name));
    let names: Vec<&String> = names.collect();
    let at = names.iter().position(|name| Some(*name) == state.views.get::<ProfileView>().column.as_ref()).unwrap_or(0);
    let to = (at as isize + by).rem_euclid(names.len().max(1) as isize) as usize;
    match names.get(to).map(|name| (*name).clone()) {
        Some(name) => chosen(state, name),
        None => Vec::new(),
    }
}
