//! Matrix of two lists of sets, drawn as a heat map.

use super::super::super::action::Effect;
use super::super::super::command::Command;
use super::super::super::state::State;
use crate::insight::matrix::{MatrixInquiry, Order};
use crate::model::reference;

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    if !state.views.matrix.matrix.needs_asking() || state.filter.problem.is_some() || !state.has_catalog() {
        return false;
    }
    let (rows, columns) = state.views.matrix.sides.sets(state);
    let view = &mut state.views.matrix;
    let inquiry = MatrixInquiry::new(&state.rule, &rows, &columns, view.order == Order::Clustered);
    view.matrix = inquiry.after(std::mem::take(&mut view.matrix));
    true
}

/// Runs a command that has its own meaning in this view; `None` for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    let view = &mut state.views.matrix;
    match command {
        Command::Left | Command::Right => {
            view.column = view.column.saturating_add_signed(if command == Command::Left { -1 } else { 1 });
            keep_cursor(state);
        }
        Command::Figure => view.figure = view.figure.next(),
        Command::Order => return Some(reorder(state)),
        Command::Sets => {
            view.sides = view.sides.next();
            view.matrix = Default::default();
            (view.row, view.column) = (0, 0);
            return Some(super::ask(state));
        }
        Command::Enter | Command::Copy => {
            let conditions = conditions(state);
            return super::act_on(state, command, &conditions);
        }
        _ => return None,
    }
    Some(Vec::new())
}

/// Switches to the next order. Clustering first needs the sets of one side compared with each other.
fn reorder(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.matrix;
    view.order = view.order.next();
    if view.order != Order::Clustered || view.matrix.found.answer.as_ref().is_some_and(|matrix| matrix.can_cluster()) {
        return Vec::new();
    }
    view.matrix.outdate();
    super::ask(state)
}

/// Returns the conditions of the selected row and column; a single one if they are the same.
fn conditions(state: &State) -> Vec<String> {
    let Some((matrix, row, column)) = state.views.matrix.chosen() else { return Vec::new() };
    let mut conditions = vec![reference(&matrix.rows[row].name), reference(&matrix.columns[column].name)];
    conditions.dedup();
    conditions
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    state.views.matrix.row = state.views.matrix.row.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

pub fn keep_cursor(state: &mut State) {
    let view = &mut state.views.matrix;
    let (rows, columns) = view.matrix.found.answer.as_ref().map_or((0, 0), |m| (m.rows.len(), m.columns.len()));
    view.row = view.row.min(rows.saturating_sub(1));
    view.column = view.column.min(columns.saturating_sub(1));
}
