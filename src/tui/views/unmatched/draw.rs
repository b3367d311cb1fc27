//! Draws the line of the lists, and the page of the values that no customer has.

use super::{lists, way_to_it};
use crate::insight::table::{Table, TableCell};
use crate::text;
use crate::tui::core::State;
use crate::tui::paint::canvas::{Canvas, Rect, TextPiece};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::page::{self, Lines};

/// Returns the line below the filter; `None` if the filter names no list, or before it is counted.
pub fn line(state: &State) -> Option<TextPiece> {
    let min_cell = state.settings.min_cell;
    let lists = lists(state);
    if let Some(error) = lists.iter().find_map(|list| list.found.error.as_ref()) {
        return Some((format!("the list could not be compared: {error}"), Role::Error));
    }
    let counted: Vec<String> = lists.iter().filter_map(|list| list.line(min_cell)).collect();
    if counted.is_empty() {
        return None;
    }
    let others = lists.iter().filter_map(|list| list.unmatched(min_cell).ok()).any(|unmatched| !unmatched.is_empty());
    let way = if others { format!(" · {}", way_to_it(state)) } else { String::new() };
    Some((format!("{}{way}", counted.join(" · ")), Role::Dim))
}

/// Draws the page of the values, from the scroll offset on.
pub fn draw(canvas: &mut Canvas, area: Rect, scroll: usize, state: &State) {
    page::draw(
        canvas,
        area,
        "Values without a customer",
        &lines(state, usize::from(area.width.saturating_sub(4))),
        scroll,
    );
}

/// Returns the largest scroll offset, in lines.
pub fn last_scroll(state: &State) -> usize {
    let lines = lines(state, usize::from(state.width.saturating_sub(4))).len();
    lines.saturating_sub(usize::from(state.height.saturating_sub(3)))
}

fn lines(state: &State, width: usize) -> Lines {
    let min_cell = state.settings.min_cell;
    let mut lines = Lines::new();
    for list in lists(state) {
        if !lines.is_empty() {
            lines.push(Vec::new());
        }
        let head = list.line(min_cell).unwrap_or_else(|| format!("{}: counting…", list.file.path));
        lines.extend(text::wrap(&head, width).into_iter().map(|line| vec![(line, Role::Strong)]));
        match list.unmatched(min_cell) {
            Ok(unmatched) => lines.extend(unmatched.iter().map(|value| vec![(format!("  {value}"), Role::Text)])),
            Err(reason) => lines.extend(text::wrap(&reason, width).into_iter().map(|line| vec![(line, Role::Dim)])),
        }
    }
    lines
}

/// Returns the values with their files.
pub fn table(state: &State) -> Table {
    let mut table = Table::new(["file", "value"]);
    table.title = "Values without a customer".to_owned();
    for list in lists(state) {
        let unmatched = list.unmatched(state.settings.min_cell).unwrap_or_default();
        table.rows.extend(
            unmatched
                .iter()
                .map(|value| vec![TableCell::text(list.file.path.as_str()), TableCell::Datum(value.clone())]),
        );
    }
    table
}
