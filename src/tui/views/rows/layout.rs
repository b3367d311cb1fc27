//! Arranges the columns of the rows: hides, pins, moves and resizes them, and goes to one by its name.

use super::{RowsView, cells};
use crate::engine::RowPage;
use crate::model::Column;
use crate::tui::core::changes::ask_for;
use crate::tui::core::picker::PickItem;
use crate::tui::core::{Effect, ShownColumns, State};
use crate::tui::views::picker;

/// Least and greatest width that a person can give a column, in cells.
const WIDTHS: (u16, u16) = (3, 200);

/// Returns the columns that are shown, in their order.
pub fn shown(state: &State) -> ShownColumns {
    state.schema().map(|schema| state.query.columns.shown(schema)).unwrap_or_default()
}

/// Returns the names of the shown columns in their order; `None` if the person has arranged nothing.
pub fn arrangement(state: &State) -> Option<Vec<String>> {
    let schema = state.schema()?;
    let names = shown(state).indexes.into_iter().filter_map(|at| schema.columns().get(at));
    (state.query.columns != Default::default()).then(|| names.map(|column| column.name.clone()).collect())
}

/// Returns a page with the shown columns alone, in their order.
pub fn arranged(page: RowPage, state: &State) -> RowPage {
    if arrangement(state).is_none() {
        return page;
    }
    let shown = shown(state).indexes;
    let columns = shown.iter().filter_map(|at| page.columns.get(*at).cloned()).collect();
    let row = |row: &Vec<_>| shown.iter().filter_map(|at| row.get(*at).cloned()).collect();
    RowPage { columns, rows: page.rows.iter().map(row).collect(), ..page }
}

fn selected(state: &State) -> Option<Column> {
    state.schema()?.columns().get(state.views.get::<RowsView>().column).cloned()
}

/// Selects the shown column that is `by` places further.
pub fn step(state: &mut State, by: isize) {
    let shown = shown(state).indexes;
    let view: &mut RowsView = state.views.get_mut();
    let place = shown.iter().position(|at| *at == view.column).unwrap_or(0);
    let to = place.saturating_add_signed(by).min(shown.len().saturating_sub(1));
    view.column = shown.get(to).copied().unwrap_or(view.column);
}

/// Hides the selected column, and selects its neighbour; shows a hidden one, which only the list of columns can select.
pub fn hide(state: &mut State) -> Vec<Effect> {
    let Some(Column { name, .. }) = selected(state) else { return Vec::new() };
    if state.query.columns.hidden.contains(&name) {
        return ask_for(state, |query| query.columns.show(&name));
    }
    let columns = shown(state).indexes;
    if columns.len() <= 1 {
        state.complain("the last shown column stays");
        return Vec::new();
    }
    if !state.views.get::<RowsView>().is_in_columns {
        let is_last = columns.last() == Some(&state.views.get::<RowsView>().column);
        step(state, if is_last { -1 } else { 1 });
    }
    let effects = ask_for(state, |query| query.columns.hide(&name));
    state.say(format!("{name} is hidden: + shows all columns, u undoes"));
    effects
}

/// Shows all hidden columns again.
pub fn show_all(state: &mut State) -> Vec<Effect> {
    ask_for(state, |query| query.columns.hidden.clear())
}

/// Pins the selected column to the left, or unpins it.
pub fn pin(state: &mut State) -> Vec<Effect> {
    let Some(Column { name, .. }) = selected(state) else { return Vec::new() };
    if state.schema().and_then(|schema| schema.key()) == Some(name.as_str()) {
        state.complain("the key is always pinned");
        return Vec::new();
    }
    let mut is_pinned = false;
    let effects = ask_for(state, |query| is_pinned = query.columns.toggle_pin(&name));
    state.say(format!("{name} is {}", if is_pinned { "pinned" } else { "no longer pinned" }));
    effects
}

/// Moves the selected column past its neighbour.
pub fn shift(state: &mut State, by: isize) -> Vec<Effect> {
    let Some(schema) = state.schema().cloned() else { return Vec::new() };
    let at = state.views.get::<RowsView>().column;
    let is_pinned = {
        let shown = shown(state);
        shown.indexes[..shown.pinned].contains(&at)
    };
    let mut moved = false;
    let effects = ask_for(state, |query| moved = query.columns.shift(&schema, at, by));
    if !moved && is_pinned {
        state.complain("a pinned column does not move: ! unpins it");
    }
    effects
}

/// Makes the selected column wider or narrower. Numbers and dates keep room for their widest value.
pub fn resize(state: &mut State, by: i16) -> Vec<Effect> {
    let Some((column, natural)) = natural(state) else { return Vec::new() };
    let least = if cells::is_whole(column.column_type) { natural } else { WIDTHS.0 };
    let view: &mut RowsView = state.views.get_mut();
    let now = view.widths.get(&column.name).copied();
    let now = now.unwrap_or_else(|| cells::default_width(natural, Some(column.column_type)));
    view.widths.insert(column.name, now.saturating_add_signed(by).clamp(least.min(WIDTHS.1), WIDTHS.1));
    Vec::new()
}

/// Makes the selected column as wide as its values; if the person has set a width, returns to the default one instead.
pub fn fit(state: &mut State) -> Vec<Effect> {
    let Some((column, natural)) = natural(state) else { return Vec::new() };
    let view: &mut RowsView = state.views.get_mut();
    if view.widths.remove(&column.name).is_none() {
        view.widths.insert(column.name, natural.clamp(WIDTHS.0, WIDTHS.1));
    }
    Vec::new()
}

/// Returns the selected column, and the width of its widest value on any page so far, in cells.
fn natural(state: &State) -> Option<(Column, u16)> {
    let column = selected(state)?;
    let view: &RowsView = state.views.get();
    let page = view.page.found.answer.as_ref()?;
    let here = cells::natural_width(&cells::cells(page, view.column, state.is_masked(&column.name)));
    let seen = view.seen.get(&column.name).copied().unwrap_or(0);
    Some((column, here.max(seen)))
}

/// Asks for the column to go to.
pub fn pick(state: &mut State) -> Vec<Effect> {
    let hidden = |column: &Column| state.query.columns.hidden.contains(&column.name);
    let item = |column: &Column| PickItem {
        label: column.name.clone(),
        about: if hidden(column) { "hidden: it is shown again".into() } else { String::new() },
        detail: column.column_type.word().to_owned(),
        ..PickItem::default()
    };
    let items = state.schema().map(|schema| schema.columns().iter().map(item).collect()).unwrap_or_default();
    picker::open(state, "Go to column", items, go_to)
}

/// Selects the column of this name, and shows it if it is hidden.
fn go_to(state: &mut State, name: String) -> Vec<Effect> {
    let at = state.schema().and_then(|schema| schema.columns().iter().position(|column| column.name == name));
    let Some(at) = at else { return Vec::new() };
    state.views.get_mut::<RowsView>().column = at;
    ask_for(state, |query| query.columns.show(&name))
}
