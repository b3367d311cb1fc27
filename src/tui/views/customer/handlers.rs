//! Keys and questions of the customer.

use super::{CustomerView, MembershipLine, draw};
use crate::insight::customer::{CustomerPlace, CustomerReader, MembershipKind};
use crate::insight::privacy::MASK;
use crate::model::reference;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::{Effect, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::rows::{self, RowsView};
use crate::tui::widgets::list::Window;

/// Opens the selected customer of the rows.
pub fn open(state: &mut State) -> Vec<Effect> {
    let row = state.views.get::<RowsView>().cursor;
    state.over.push(CustomerView { row, ..CustomerView::default() });
    requests::views(state)
}

/// Renews the inquiry if it is about another customer or the definitions have changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    let Some(view) = state.over.find::<CustomerView>() else { return false };
    let Some(schema) = state.schema() else { return false };
    if !view.record.needs_asking() {
        return false;
    }
    let place = CustomerPlace { filter: state.rule.clone(), sort: state.query.sort.clone(), row: view.row };
    let inquiry = CustomerReader::inquiry(place, &state.catalog, schema, &state.settings.mask);
    if let Some(view) = state.over.find_mut::<CustomerView>() {
        view.record = inquiry.after(std::mem::take(&mut view.record));
    }
    true
}

/// Moves the cursors up if the answer has fewer lines than before.
pub fn arrived(state: &mut State) {
    if let Some(view) = state.over.find_mut::<CustomerView>() {
        view.keep_cursors();
    }
}

/// Moves the focus to the segments and personas, or back to the columns.
pub fn other_part(state: &mut State) -> Vec<Effect> {
    if let Some(view) = state.over.get_mut::<CustomerView>() {
        view.is_in_sets ^= true;
    }
    Vec::new()
}

/// Shows or hides the conditions of the selected segment or persona.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    let Some(view) = state.over.get_mut::<CustomerView>() else { return Vec::new() };
    if !view.is_in_sets {
        view.is_in_sets = true;
        return Vec::new();
    }
    let lines = view.lines();
    let Some(MembershipLine::Set(at) | MembershipLine::Span(at, _) | MembershipLine::Condition(at, _)) =
        lines.get(view.line).copied()
    else {
        return Vec::new();
    };
    let Some(one) = view.shown().and_then(|record| record.memberships.get(at)) else { return Vec::new() };
    let (name, is_segmentation) = (one.name.clone(), one.kind == MembershipKind::Segmentation);
    if is_segmentation {
        state.complain("a segmentation has cells in place of conditions: the value of its column decides");
        return Vec::new();
    }
    if !view.open.remove(&name) {
        view.open.insert(name);
    }
    let is_it = |line: &MembershipLine| *line == MembershipLine::Set(at);
    view.line = view.lines().iter().position(is_it).unwrap_or(0);
    Vec::new()
}

/// Goes to another customer of the rows, whose cursor comes along.
pub fn step_customer(state: &mut State, by: isize) -> Vec<Effect> {
    if !rows::step_customer(state, by) {
        return Vec::new();
    }
    let row = state.views.get::<RowsView>().cursor;
    if let Some(view) = state.over.get_mut::<CustomerView>() {
        view.row = row;
        view.record.outdate();
    }
    requests::views(state)
}

/// Selects the line that the mouse was pressed on; on the selected segment or persona, shows its conditions.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let Some(view) = state.over.get::<CustomerView>() else { return Vec::new() };
    let (values, sets) = draw::parts(area, view, state);
    let Some(view) = state.over.get_mut::<CustomerView>() else { return Vec::new() };
    let columns = view.shown().map_or(0, |record| record.values.len());
    if let Some(line) = values.and_then(|area| Window::line_at(area, view.column, columns, at)) {
        (view.is_in_sets, view.column) = (false, line);
        return Vec::new();
    }
    let lines = view.lines().len();
    let Some(line) = sets.and_then(|area| Window::line_at(area, view.line, lines, at)) else { return Vec::new() };
    let was_selected = view.is_in_sets && view.line == line;
    (view.is_in_sets, view.line) = (true, line);
    if was_selected { toggle(state) } else { Vec::new() }
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(view) = state.over.get_mut::<CustomerView>() else { return Vec::new() };
    let cursor = if view.is_in_sets { &mut view.line } else { &mut view.column };
    *cursor = cursor.saturating_add_signed(by);
    view.keep_cursors();
    Vec::new()
}

/// Copies the selected value, or the name of the selected segment or persona as rules write it.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let text = state.over.get::<CustomerView>().and_then(|view| chosen(view, state));
    copy_line_if_any(state, text)
}

fn chosen(view: &CustomerView, state: &State) -> Option<String> {
    let record = view.shown()?;
    if !view.is_in_sets {
        let (column, value) = record.values.get(view.column)?;
        let is_masked = state.is_masked(column);
        return (!value.is_null()).then(|| if is_masked { MASK.to_owned() } else { value.to_string() });
    }
    match *view.lines().get(view.line)? {
        MembershipLine::Set(at) => {
            let one = record.memberships.get(at)?;
            let is_cell = one.kind == MembershipKind::Segmentation && one.truth == Some(true);
            let name = if is_cell { format!("{}.{}", one.name, one.label) } else { one.name.clone() };
            Some(reference(&name))
        }
        MembershipLine::Span(at, span) => Some(record.memberships.get(at)?.spans.get(span)?.text.clone()),
        MembershipLine::Condition(at, condition) => {
            Some(record.memberships.get(at)?.conditions.get(condition)?.text.clone())
        }
    }
}

impl CustomerView {
    fn keep_cursors(&mut self) {
        let columns = self.shown().map_or(0, |record| record.values.len());
        self.column = self.column.min(columns.saturating_sub(1));
        self.line = self.line.min(self.lines().len().saturating_sub(1));
    }
}
