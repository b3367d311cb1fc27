//! The filtered customers as a table that scrolls both ways.

use std::ops::Range;

use ratatui::layout::Rect;

use super::{NAME, RowsView};
use crate::engine::RowPage;
use crate::model::{ColumnType, Datum};
use crate::text;
use crate::tui::paint::canvas::{Canvas, cells as cells_of};
use crate::tui::core::{BaseState, State};
use crate::tui::views::columns::{self, ColumnList};
use crate::tui::widgets::figures::answer_role;
use crate::tui::widgets::layout::SIDE_BY_SIDE;
use crate::tui::widgets::format;
use crate::tui::core::key;
use crate::tui::widgets::mask::MASK;
use crate::tui::paint::theme::Role;

/// Maximum width of a column, in cells; longer values end in `…`.
const WIDEST: usize = 32;
const GAP: u16 = 2;
/// Least and greatest width of the list of columns beside the rows, in cells.
const LIST: (u16, u16) = (60, 84);
/// Maximum number of characters read from a value: some hold whole documents.
const LONGEST: usize = 200;
/// Longest fraction, decimal point included, that numbers are aligned for: longer ones are not worth the padding.
const FRACTION: usize = 5;

/// Draws the rows, and the list of columns beside them where there is room for both, otherwise the part that has the
/// keys.
pub fn draw(canvas: &mut Canvas, area: Rect, view: &RowsView, state: &State) {
    if state.views.get::<ColumnList>().host != Some(NAME) {
        return draw_rows(canvas, area, view, state);
    }
    let is_focused = view.is_in_columns && !state.filter.editing;
    if area.width < SIDE_BY_SIDE {
        return match view.is_in_columns {
            true => columns::draw_list(canvas, area, view.column, is_focused, state),
            false => draw_rows(canvas, area, view, state),
        };
    }
    let width = (area.width * 2 / 5).clamp(LIST.0, LIST.1);
    let rows = Rect { width: area.width - width, ..area };
    draw_rows(canvas, rows, view, state);
    let list = Rect { x: rows.right(), width, ..area };
    columns::draw_list(canvas, list, view.column, is_focused, state);
}

fn draw_rows(canvas: &mut Canvas, area: Rect, view: &RowsView, state: &State) {
    if area.height == 0 {
        return;
    }
    let Some(page) = &view.page.found.answer else {
        let (word, role) = match &view.page.found.error {
            Some(error) => (format!("cannot show the rows: {error}"), Role::Error),
            None => ("fetching the rows…".into(), Role::Dim),
        };
        draw_title(canvas, area, "", "");
        return canvas.text_centred(area, area.y + area.height / 3, &word, role);
    };
    if page.total == 0 {
        draw_title(canvas, area, "no rows", "");
        let back = format!("no customer fits the filter: {} takes the last change back", key(state, "undo"));
        return canvas.text_centred(area, area.y + area.height / 3, &back, Role::Text);
    }
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let table = VisibleRows::new(page, body, view, state);
    let (first, last) = (page.offset + table.rows.start as u64 + 1, page.offset + table.rows.end as u64);
    let place = format!("rows {}–{} of {}", format::count(first), format::count(last), format::count(page.total));
    draw_title(canvas, area, &place, &table.about());
    table.draw(canvas, body);
}

/// Draws a line across the screen, with the position and the order.
fn draw_title(canvas: &mut Canvas, area: Rect, place: &str, order: &str) {
    canvas.text(area.x, area.y, area.width, &"─".repeat(usize::from(area.width)), Role::Border);
    let x = canvas.text(area.x + 1, area.y, area.width.saturating_sub(2), " Rows ", Role::Focus);
    let mut after = x;
    if !place.is_empty() {
        after = canvas.text(x, area.y, area.right().saturating_sub(x + 1), &format!(" {place} "), Role::Dim);
    }
    let right = area.right().saturating_sub(2);
    if !order.is_empty() && after + cells_of(order) + 3 <= right {
        canvas.text_right(after, right, area.y, &format!(" {order} "), Role::Dim);
    }
}

fn order(state: &State) -> String {
    match &state.query.sort {
        Some(sort) if sort.descending => format!("by {}, largest first", sort.column),
        Some(sort) => format!("by {}, smallest first", sort.column),
        None if matches!(state.base, BaseState::Ready { engine: Some(_), .. }) => "in the order of the key".into(),
        None => "in file order".into(),
    }
}

/// The part of a page that is in sight.
struct VisibleRows<'a> {
    page: &'a RowPage,
    view: &'a RowsView,
    state: &'a State,
    /// Rows of the page in sight.
    rows: Range<usize>,
    columns: Vec<TableColumn>,
    role: Role,
}

struct TableColumn {
    /// Index among the page's columns.
    at: usize,
    heading: String,
    right: bool,
    chosen: bool,
    cells: Vec<String>,
    x: u16,
    width: u16,
}

impl<'a> VisibleRows<'a> {
    fn new(page: &'a RowPage, body: Rect, view: &'a RowsView, state: &'a State) -> Self {
        let cursor = view.cursor.saturating_sub(page.offset) as usize;
        let height = usize::from(body.height);
        let first = (cursor + 1).saturating_sub(height).min(page.rows.len().saturating_sub(1));
        let rows = first..page.rows.len().min(first + height);
        let role = answer_role(state, view.page.found.fresh);
        let mut table = Self { page, view, state, rows, columns: Vec::new(), role };
        table.columns = table.columns_in_sight(body.width.saturating_sub(2));
        table
    }

    /// Returns the columns in sight: the first, which is frozen, and as many of the others as fit around the selected
    /// one.
    fn columns_in_sight(&self, width: u16) -> Vec<TableColumn> {
        let all = self.page.columns.len();
        let chosen = self.chosen();
        let first = (all > 0).then(|| self.column(0));
        let frozen = first.as_ref().map_or(0, |first| first.width + GAP);
        let freezes = frozen * 2 <= width;
        let room = if freezes { width.saturating_sub(frozen) } else { width };
        let lowest = usize::from(freezes);
        let mut columns: Vec<TableColumn> = Vec::new();
        let mut used = 0;
        // Goes left from the selected column, then right with the room that is left.
        let leftwards: Vec<usize> = (lowest..=chosen.max(lowest)).rev().filter(|at| *at < all).collect();
        let mut rightwards = chosen.max(lowest) + 1;
        for at in leftwards {
            let column = self.column(at);
            if used > 0 && used + column.width > room {
                break;
            }
            used += column.width + GAP;
            columns.insert(0, column);
        }
        while rightwards < all && used < room {
            let column = self.column(rightwards);
            used += column.width + GAP;
            columns.push(column);
            rightwards += 1;
        }
        columns.splice(0..0, first.filter(|_| freezes));
        placed(columns, width)
    }

    /// Returns the selected column's type, and the order of the rows.
    fn about(&self) -> String {
        let name = self.page.columns.get(self.chosen()).map_or("", String::as_str);
        let column = self.state.schema().and_then(|schema| schema.get(name));
        let kind = column.map(|column| format!("{}: {}  ·  ", column.name, column.column_type));
        format!("{}{}", kind.unwrap_or_default(), order(self.state))
    }

    fn chosen(&self) -> usize {
        self.view.column.min(self.page.columns.len().saturating_sub(1))
    }

    fn column(&self, at: usize) -> TableColumn {
        let name = self.page.columns.get(at).map_or("", String::as_str);
        let kind = self.state.schema().and_then(|schema| schema.get(name)).map(|column| column.column_type);
        let cells = cells(self.page, at, self.state.is_masked(name));
        let arrow = match &self.state.query.sort {
            Some(sort) if sort.column == name => {
                if sort.descending {
                    " ▼"
                } else {
                    " ▲"
                }
            }
            _ => "",
        };
        let heading = format!("{name}{arrow}");
        let widest = cells.iter().map(|cell| text::width(cell)).chain([text::width(&text::visible(&heading))]).max();
        TableColumn {
            at,
            heading,
            right: kind.is_some_and(ColumnType::is_number),
            chosen: at == self.chosen(),
            width: widest.unwrap_or(1).clamp(1, WIDEST) as u16,
            cells,
            x: 0,
        }
    }

    fn draw(&self, canvas: &mut Canvas, body: Rect) {
        for column in &self.columns {
            let x = body.x + 1 + column.x;
            let role = if column.chosen { Role::Focus } else { Role::Dim };
            let heading_y = body.y.saturating_sub(1);
            column.write(canvas, x, heading_y, &column.heading, role);
            for (row, y) in self.rows.clone().zip(body.top()..body.bottom()) {
                let Some(cell) = column.cells.get(row) else { continue };
                let quiet = cell == crate::tui::widgets::format::NOTHING || cell == MASK;
                column.write(canvas, x, y, cell, if quiet { Role::Dim } else { self.role });
            }
            if column.at == 0 && self.columns.get(1).is_some_and(|next| next.at > 1) {
                draw_cut(canvas, x + column.width, body);
            }
        }
        self.draw_cursor(canvas, body);
    }

    fn draw_cursor(&self, canvas: &mut Canvas, body: Rect) {
        let Some(row) = self.view.cursor.checked_sub(self.page.offset).map(|row| row as usize) else { return };
        if !self.rows.contains(&row) {
            return;
        }
        let line = Rect { y: body.y + (row - self.rows.start) as u16, height: 1, ..body };
        canvas.paint(line, Role::Focus);
        canvas.text(line.x, line.y, 1, "›", Role::Focus);
    }
}

impl TableColumn {
    fn write(&self, canvas: &mut Canvas, x: u16, y: u16, content: &str, role: Role) {
        if self.right {
            canvas.text_right(x, x + self.width, y, content, role);
        } else {
            canvas.text(x, y, self.width, content, role);
        }
    }
}

/// Draws a line between the first column and the others, if columns between them are out of sight.
fn draw_cut(canvas: &mut Canvas, x: u16, body: Rect) {
    for y in body.y.saturating_sub(1)..body.bottom() {
        canvas.text(x, y, 1, "│", Role::Border);
    }
}

fn placed(mut columns: Vec<TableColumn>, width: u16) -> Vec<TableColumn> {
    let mut x = 0;
    for column in &mut columns {
        column.x = x;
        column.width = column.width.min(width.saturating_sub(x));
        x = x.saturating_add(column.width + GAP);
    }
    columns.retain(|column| column.width > 0);
    columns
}

/// Returns a column's values as text. Numbers are neither grouped nor rounded, as they may be identifiers. Fractions
/// are padded, so that the decimal points align.
fn cells(page: &RowPage, at: usize, masked: bool) -> Vec<String> {
    let values = || page.rows.iter().map(|row| row.get(at).unwrap_or(&Datum::Null));
    let longest = values().map(fraction).filter(|cells| *cells <= FRACTION).max().unwrap_or(0);
    let show = |value: &Datum| match value {
        Datum::Null => format::NOTHING.to_owned(),
        _ if masked => MASK.to_owned(),
        Datum::Float(number) => format!("{number}{}", " ".repeat(longest.saturating_sub(fraction(value)))),
        Datum::Text(value) => {
            let end = value.char_indices().nth(LONGEST).map_or(value.len(), |(end, _)| end);
            text::visible(&value[..end]).into_owned()
        }
        value => value.to_string(),
    };
    values().map(show).collect()
}

/// Returns the cells of a number's decimal point and what follows it.
fn fraction(value: &Datum) -> usize {
    match value {
        Datum::Float(number) => {
            let text = number.to_string();
            text.find('.').map_or(0, |point| text.len() - point)
        }
        _ => 0,
    }
}
