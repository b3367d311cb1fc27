//! Sets against sets, as a heat map.

use super::super::super::action::Effect;
use super::super::super::command::Command;
use super::super::super::state::State;
use crate::insight::matrix::{MatrixInquiry, Order};
use crate::model::reference;

/// Makes the inquiry anew if what it is about has changed; whether it has.
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

/// A command that means something of its own here; None for all others.
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

/// The next order. To be clustered, the sets of one side have to be held against each other first.
fn reorder(state: &mut State) -> Vec<Effect> {
    let view = &mut state.views.matrix;
    view.order = view.order.next();
    if view.order != Order::Clustered || view.matrix.found.answer.as_ref().is_some_and(|matrix| matrix.can_cluster()) {
        return Vec::new();
    }
    view.matrix.outdate();
    super::ask(state)
}

/// The names of the chosen row and column as conditions: one where they are the same.
fn conditions(state: &State) -> Vec<String> {
    let Some((matrix, row, column)) = state.views.matrix.chosen() else { return Vec::new() };
    let mut conditions = vec![reference(&matrix.rows[row].name), reference(&matrix.columns[column].name)];
    conditions.dedup();
    conditions
}

/// Moves by lines; `MIN` and `MAX` are the ends.
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
