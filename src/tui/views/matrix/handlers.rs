//! The matrix's keys and questions.

use super::{MatrixView, draw};
use crate::insight::matrix::{MatrixInquiry, MatrixOrder};
use crate::model::reference;
use crate::tui::core::changes::narrow_to_all;
use crate::tui::core::copying::copy_conditions;
use crate::tui::core::{Effect, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::press_enter;

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    if !state.views.get::<MatrixView>().matrix.needs_asking() || state.filter.problem.is_some() || !state.has_catalog()
    {
        return false;
    }
    let (rows, columns) = state.views.get::<MatrixView>().sides.sets(state);
    let view = state.views.get_mut::<MatrixView>();
    let inquiry = MatrixInquiry::new(&state.rule, &rows, &columns, view.order == MatrixOrder::Clustered);
    view.matrix = inquiry.after(std::mem::take(&mut view.matrix));
    true
}

/// Selects the previous column.
pub fn left(state: &mut State) -> Vec<Effect> {
    step_column(state, -1)
}

/// Selects the next column.
pub fn right(state: &mut State) -> Vec<Effect> {
    step_column(state, 1)
}

fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut MatrixView = state.views.get_mut();
    view.column = view.column.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

/// Shows the next figure in the cells.
pub fn figure(state: &mut State) -> Vec<Effect> {
    let view: &mut MatrixView = state.views.get_mut();
    view.figure = view.figure.next();
    Vec::new()
}

/// Crosses the next pair of lists.
pub fn sets(state: &mut State) -> Vec<Effect> {
    let view: &mut MatrixView = state.views.get_mut();
    view.sides = view.sides.next();
    view.matrix = Default::default();
    (view.row, view.column) = (0, 0);
    requests::views(state)
}

/// Narrows the filter to the selected cell.
pub fn enter(state: &mut State) -> Vec<Effect> {
    let conditions = conditions(state);
    narrow_to_all(state, &conditions)
}

/// Copies the conditions of the selected cell as one rule.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let conditions = conditions(state);
    copy_conditions(state, &conditions)
}

/// Switches to the next order. Clustering first needs the sets of one side compared with each other.
pub fn reorder(state: &mut State) -> Vec<Effect> {
    let view = state.views.get_mut::<MatrixView>();
    view.order = view.order.next();
    if view.order != MatrixOrder::Clustered
        || view.matrix.found.answer.as_ref().is_some_and(|matrix| matrix.can_cluster())
    {
        return Vec::new();
    }
    view.matrix.outdate();
    requests::views(state)
}

/// Returns the conditions of the selected row and column; a single one if they are the same.
fn conditions(state: &State) -> Vec<String> {
    let Some((matrix, row, column)) = state.views.get::<MatrixView>().chosen() else { return Vec::new() };
    let mut conditions = vec![reference(&matrix.rows[row].name), reference(&matrix.columns[column].name)];
    conditions.dedup();
    conditions
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut MatrixView = state.views.get_mut();
    view.row = view.row.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

/// Selects the cell that the mouse was pressed on; on the selected one, does what Enter does.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let Some((row, column)) = draw::cell_at(state, area, at) else { return Vec::new() };
    let view: &mut MatrixView = state.views.get_mut();
    let before = (view.row, view.column);
    (view.row, view.column) = (row, column.unwrap_or(view.column));
    if column.is_some() && before == (row, view.column) { press_enter(state) } else { Vec::new() }
}

/// Moves the cursor back into the matrix if it has fewer rows or columns than before.
pub fn keep_cursor(state: &mut State) {
    let view = state.views.get_mut::<MatrixView>();
    let (rows, columns) = view.matrix.found.answer.as_ref().map_or((0, 0), |m| (m.rows.len(), m.columns.len()));
    view.row = view.row.min(rows.saturating_sub(1));
    view.column = view.column.min(columns.saturating_sub(1));
}
