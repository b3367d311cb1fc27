//! Sorts the rows by one column or by several.

use super::RowsView;
use crate::engine::Sort;
use crate::insight::settings::values_not_shown;
use crate::tui::core::changes::ask_for;
use crate::tui::core::{Effect, State};

/// Sorts by the selected column alone; repeated, returns to the file's order.
pub fn sort(state: &mut State, descending: bool) -> Vec<Effect> {
    let Some(column) = sortable(state) else { return Vec::new() };
    let wanted = vec![Sort { column, descending }];
    go_to_first_row(state);
    ask_for(state, |query| query.sort = if query.sort == wanted { Vec::new() } else { wanted })
}

/// Sorts by the selected column in its next order: smallest first, largest first, file order.
pub fn sort_next(state: &mut State) -> Vec<Effect> {
    let Some(column) = sortable(state) else { return Vec::new() };
    let is_by = |descending| state.query.sort == [Sort { column: column.clone(), descending }];
    // Sorting again by what it is sorted by returns to file order.
    let descending = is_by(false) || is_by(true);
    sort(state, descending)
}

/// Adds the selected column to those that the rows are sorted by, as the last one. If it is one of them, turns its
/// direction, or takes it out if it has this direction already.
pub fn sort_also(state: &mut State, descending: bool) -> Vec<Effect> {
    let Some(column) = sortable(state) else { return Vec::new() };
    go_to_first_row(state);
    ask_for(state, |query| match query.sort.iter().position(|sort| sort.column == column) {
        Some(at) if query.sort[at].descending == descending => drop(query.sort.remove(at)),
        Some(at) => query.sort[at].descending = descending,
        None => query.sort.push(Sort { column, descending }),
    })
}

/// Returns the selected column, unless the order of the rows would disclose its values.
fn sortable(state: &mut State) -> Option<String> {
    let column = state.front().and_then(|front| front.column(state))?;
    if state.is_masked(&column) {
        state.complain(values_not_shown(&column));
        return None;
    }
    Some(column)
}

fn go_to_first_row(state: &mut State) {
    let view: &mut RowsView = state.views.get_mut();
    (view.cursor, view.offset) = (0, 0);
}
