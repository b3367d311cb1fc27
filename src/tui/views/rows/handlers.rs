//! Keys and questions of the rows.

use super::draw::{self, RowsHit};
use super::{NAME, PageInquiry, RowsView, cells, find, layout, sorting};
use crate::engine::PageQuestion;
use crate::insight::facet::condition;
use crate::insight::inquiry::QuestionSlot;
use crate::insight::privacy::MASK;
use crate::insight::settings::values_not_shown;
use crate::model::Cut;
use crate::tui::core::changes::narrow;
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::{Effect, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::columns::ColumnList;
use crate::tui::views::{customer, profile};

/// Renews the inquiry for the page in sight, unless that is known. Returns true if it did. Under a broken filter the
/// rows are those of the last good one.
pub fn renew(state: &mut State) -> bool {
    let height = state.page_height();
    let asked = Some((state.rule.clone(), state.query.sort.clone()));
    let view: &mut RowsView = state.views.get_mut();
    if view.asked != asked {
        if view.asked.as_ref().map(|(rule, _)| rule) != asked.as_ref().map(|(rule, _)| rule) {
            (view.cursor, view.offset) = (0, 0);
        }
        view.page.outdate();
        view.asked = asked;
    }
    scroll_to_cursor(view, height as u64);
    let is_known = view.page.found.get().is_some_and(|page| {
        let wanted = height.min(page.total.saturating_sub(view.offset) as usize);
        page.offset == view.offset && page.rows.len() >= wanted
    });
    if is_known {
        return false;
    }
    let (filter, sort) = (state.rule.clone(), state.query.sort.clone());
    let (columns, tests, offset) = (Vec::new(), Vec::new(), view.offset);
    let question = PageQuestion { filter, columns, sort, tests, offset, limit: height };
    view.page = PageInquiry::from_question(question).after(std::mem::take(&mut view.page));
    true
}

/// Scrolls the cursor into sight, onto a full page if there are enough rows.
fn scroll_to_cursor(view: &mut RowsView, height: u64) {
    if view.cursor < view.offset {
        view.offset = view.cursor;
    } else if view.cursor >= view.offset + height {
        view.offset = view.cursor + 1 - height;
    }
    if let Some(page) = &view.page.found.answer {
        view.offset = view.offset.min(page.total.saturating_sub(height));
    }
}

/// Follows an answer.
pub fn arrived(state: &mut State, slot: QuestionSlot) -> Vec<Effect> {
    if slot == RowsView::FIND {
        return find::arrived(state);
    }
    remember_widths(state);
    find::select_column(state);
    keep_cursor(state)
}

/// Makes columns as wide as the widest value that was on any page so far.
fn remember_widths(state: &mut State) {
    let view: &RowsView = state.views.get();
    let Some(page) = view.page.found.get() else { return };
    let width = |at: usize, name: &String| cells::natural_width(&cells::cells(page, at, state.is_masked(name)));
    let widths = page.columns.iter().enumerate().map(|(at, name)| (name.clone(), width(at, name)));
    let widths: Vec<(String, u16)> = widths.collect();
    let view: &mut RowsView = state.views.get_mut();
    for (name, width) in widths {
        let seen = view.seen.entry(name).or_default();
        *seen = width.max(*seen);
    }
}

/// Moves the cursor back onto the rows: the filter may have left fewer than it stood on.
fn keep_cursor(state: &mut State) -> Vec<Effect> {
    let height = state.page_height() as u64;
    let view: &mut RowsView = state.views.get_mut();
    let Some(page) = view.page.found.get() else { return Vec::new() };
    let (last, offset) = (page.total.saturating_sub(1), view.offset);
    view.cursor = view.cursor.min(last);
    scroll_to_cursor(view, height);
    if view.offset == offset { Vec::new() } else { requests::views(state) }
}

/// Moves the cursor by rows; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    if state.views.get::<RowsView>().is_in_columns {
        return step_column(state, by);
    }
    let view: &mut RowsView = state.views.get_mut();
    let total = view.page.found.answer.as_ref().map_or(0, |page| page.total);
    view.cursor = view.cursor.saturating_add_signed(by as i64).min(total.saturating_sub(1));
    requests::views(state)
}

/// Moves the focus to the list of columns, showing it if it is hidden, or back to the rows.
pub fn other_part(state: &mut State) -> Vec<Effect> {
    let view: &mut RowsView = state.views.get_mut();
    view.is_in_columns ^= true;
    if view.is_in_columns {
        state.views.get_mut::<ColumnList>().host = Some(NAME);
    }
    requests::views(state)
}

/// Shows or hides the list of columns.
pub fn toggle_columns(state: &mut State) -> Vec<Effect> {
    let list: &mut ColumnList = state.views.get_mut();
    list.host = if list.host.is_some() { None } else { Some(NAME) };
    if list.host.is_none() {
        state.views.get_mut::<RowsView>().is_in_columns = false;
    }
    requests::views(state)
}

/// Opens the selected customer; from the list of columns, the profile of the selected column.
pub fn enter(state: &mut State) -> Vec<Effect> {
    let view: &RowsView = state.views.get();
    if !view.is_in_columns {
        let is_there = view.page.found.answer.as_ref().is_some_and(|page| view.cursor < page.total);
        return if is_there { customer::open(state) } else { Vec::new() };
    }
    match state.front().and_then(|front| front.column(state)) {
        Some(column) => profile::open_column(state, column),
        None => Vec::new(),
    }
}

/// Follows the mouse: selects the cell or the column, opens the selected row, sorts by a heading.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let view: &RowsView = state.views.get();
    let was_selected = !view.is_in_columns;
    let (cursor, column) = (view.cursor, view.column);
    let Some(hit) = draw::hit(area, view, state, at) else { return Vec::new() };
    let view: &mut RowsView = state.views.get_mut();
    match hit {
        RowsHit::Cell(row, at) => {
            (view.cursor, view.column, view.is_in_columns) = (row, at, false);
            if was_selected && row == cursor { enter(state) } else { requests::views(state) }
        }
        RowsHit::Heading(at) => {
            (view.column, view.is_in_columns) = (at, false);
            sorting::sort_next(state)
        }
        RowsHit::ListedColumn(at) => {
            view.column = at;
            view.is_in_columns = true;
            if !was_selected && at == column { enter(state) } else { Vec::new() }
        }
    }
}

/// Adds the condition that the selected column has the selected row's value to the filter.
pub fn filter_by_cell(state: &mut State) -> Vec<Effect> {
    let view: &RowsView = state.views.get();
    let Some(page) = view.page.found.get() else { return Vec::new() };
    let row = view.cursor.checked_sub(page.offset).and_then(|row| page.rows.get(row as usize));
    let Some((column, value)) =
        page.columns.get(view.column).cloned().zip(row.and_then(|row| row.get(view.column)).cloned())
    else {
        return Vec::new();
    };
    if state.is_masked(&column) {
        state.complain(values_not_shown(&column));
        return Vec::new();
    }
    match condition(&column, state.column_type(&column), &Cut::Values, &[value]) {
        Some(condition) => narrow(state, &condition),
        None => Vec::new(),
    }
}

/// Goes from the list of columns back to the rows, or closes the view.
pub fn back(state: &mut State) -> Vec<Effect> {
    match std::mem::take(&mut state.views.get_mut::<RowsView>().is_in_columns) {
        true => Vec::new(),
        false => state.go_back(),
    }
}

/// Selects the next or previous row while its customer is open. Returns false at the end.
pub fn step_customer(state: &mut State, by: isize) -> bool {
    let view: &mut RowsView = state.views.get_mut();
    let total = view.page.found.answer.as_ref().map_or(0, |page| page.total);
    let to = view.cursor.saturating_add_signed(by as i64).min(total.saturating_sub(1));
    to != std::mem::replace(&mut view.cursor, to)
}

/// Selects the previous shown column.
pub fn left(state: &mut State) -> Vec<Effect> {
    step_column(state, -1)
}

/// Selects the next shown column.
pub fn right(state: &mut State) -> Vec<Effect> {
    step_column(state, 1)
}

fn step_column(state: &mut State, by: isize) -> Vec<Effect> {
    if !state.views.get::<RowsView>().is_in_columns {
        layout::step(state, by);
        return Vec::new();
    }
    let columns = state.schema().map_or(0, |schema| schema.columns().len());
    let view: &mut RowsView = state.views.get_mut();
    view.column = view.column.saturating_add_signed(by).min(columns.saturating_sub(1));
    Vec::new()
}

/// Copies the selected row with tabs between its values; masked columns stay masked.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let row = chosen_row(state);
    copy_line_if_any(state, row)
}

/// Returns the selected row, tab-separated; masked columns stay masked.
fn chosen_row(state: &State) -> Option<String> {
    let view: &RowsView = state.views.get();
    let page = view.page.found.answer.as_ref()?;
    let row = page.rows.get(view.cursor.checked_sub(page.offset)? as usize)?;
    let shown = layout::shown(state).indexes.into_iter();
    let cells = shown.filter_map(|at| page.columns.get(at).zip(row.get(at))).map(|(column, datum)| {
        if state.is_masked(column) {
            MASK.to_owned()
        } else if datum.is_null() {
            String::new()
        } else {
            datum.to_string()
        }
    });
    Some(cells.collect::<Vec<_>>().join("\t"))
}
