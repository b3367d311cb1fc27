//! Profile of one column: its values, spread and chart.

use super::super::super::action::Effect;
use super::super::super::command::Command;
use super::super::super::picker::Picker;
use super::super::super::state::{Overlay, Pane, State, View};
use super::super::super::views::profile::BINS;
use super::super::commands::{columns_to_pick, show};
use crate::engine::ProfileQuestion;
use crate::insight::profile::ProfileInquiry;
use crate::insight::settings::values_not_shown;

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    let view = &mut state.views.profile;
    let Some(column) = &view.column else { return false };
    if !view.profile.needs_asking() || state.filter.problem.is_some() {
        return false;
    }
    let (filter, column, bins) = (state.rule.clone(), column.clone(), BINS[view.bins % BINS.len()]);
    let inquiry = ProfileInquiry::of(ProfileQuestion { filter, column, bins });
    view.profile = inquiry.after(std::mem::take(&mut view.profile));
    true
}

/// Takes in the answer, which may list fewer values.
pub fn came(state: &mut State) {
    let view = &mut state.views.profile;
    let values = view.profile.found.answer.as_ref().map_or(0, |profile| profile.top.len());
    view.cursor = view.cursor.min(values.saturating_sub(1));
}

/// Runs a command that has its own meaning in this view; `None` for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    match command {
        Command::Enter => Some(pick(state)),
        Command::Left => Some(step_column(state, -1)),
        Command::Right => Some(step_column(state, 1)),
        Command::Cut => {
            state.views.profile.bins = (state.views.profile.bins + 1) % BINS.len();
            state.views.profile.outdate();
            Some(super::ask(state))
        }
        _ => None,
    }
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view = &mut state.views.profile;
    let last = view.shown().map_or(0, |profile| profile.top.len()).saturating_sub(1);
    view.cursor = view.cursor.saturating_add_signed(by).min(last);
    Vec::new()
}

/// Opens the profile, or goes back. Asks for the column if none is at hand.
pub fn open(state: &mut State) -> Vec<Effect> {
    if state.view == View::Profile {
        return super::switch(state, View::Profile);
    }
    match column_at_hand(state) {
        Some(column) => chosen(state, column),
        None => pick(state),
    }
}

/// Returns the rows' column, the groups' column, or the column that was last profiled.
fn column_at_hand(state: &State) -> Option<String> {
    let column = match (state.view, state.focus) {
        (View::Rows, _) => state.schema()?.columns().get(state.rows.column).map(|column| column.name.clone()),
        (View::Main, Pane::Groups) => state.query.group_by.first().map(|facet| facet.column.clone()),
        (View::Facets, _) => state.query.group_by.get(state.views.facets.at).map(|facet| facet.column.clone()),
        _ => None,
    };
    column.or_else(|| state.views.profile.column.clone())
}

fn pick(state: &mut State) -> Vec<Effect> {
    let picker = Picker::new("Profile of", columns_to_pick(state));
    show(state, Overlay::ProfilePicker(picker))
}

/// Opens the profile of the column that was picked.
pub fn chosen(state: &mut State, column: String) -> Vec<Effect> {
    if state.is_masked(&column) {
        state.complain(values_not_shown(&column));
        return Vec::new();
    }
    let view = &mut state.views.profile;
    if view.column.as_ref() != Some(&column) {
        view.column = Some(column);
        view.cursor = 0;
        view.profile = Default::default();
    }
    state.view = View::Profile;
    super::ask(state)
}

/// Switches to the next column that may be shown.
fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let names = schema.columns().iter().map(|column| &column.name).filter(|name| !state.is_masked(name));
    let names: Vec<&String> = names.collect();
    let at = names.iter().position(|name| Some(*name) == state.views.profile.column.as_ref()).unwrap_or(0);
    let to = (at as isize + by).rem_euclid(names.len().max(1) as isize) as usize;
    match names.get(to).map(|name| (*name).clone()) {
        Some(name) => chosen(state, name),
        None => Vec::new(),
    }
}
