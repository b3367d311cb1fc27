//! The filtered customers as a table that scrolls both ways.

use std::ops::Range;

use ratatui::layout::{Position, Rect};

use super::cells::{cells, default_width, is_whole, natural_width, type_mark};
use super::{NAME, RowsView, find, layout};
use crate::engine::RowPage;
use crate::insight::format;
use crate::model::ColumnType;
use crate::text;
use crate::tui::core::key;
use crate::tui::core::{BaseState, ShownColumns, State};
use crate::tui::paint::canvas::{Canvas, cells as cells_of};
use crate::tui::paint::theme::Role;
use crate::tui::views::columns::{self, ColumnList};
use crate::tui::widgets::figures::answer_role;
use crate::tui::widgets::layout::SIDE_BY_SIDE;
use crate::tui::widgets::list::Window;
use crate::tui::widgets::mask::MASK;

const GAP: u16 = 2;
/// Least and greatest width of the list of columns beside the rows, in cells.
const LIST: (u16, u16) = (60, 84);

/// Draws the rows, and the list of columns beside them; without room for both, only the part with the focus.
pub fn draw(canvas: &mut Canvas, area: Rect, view: &RowsView, state: &State) {
    let (rows, list) = parts(area, view, state);
    if let Some(rows) = rows {
        draw_rows(canvas, rows, view, state);
    }
    if let Some(list) = list {
        let is_focused = view.is_in_columns && !state.filter.editing;
        columns::draw_list(canvas, list, view.column, is_focused, state);
    }
}

/// Part of the rows view at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowsHit {
    /// Heading of the column with this index in the schema.
    Heading(usize),
    /// Row, as an index among the filter's customers, and column.
    Cell(u64, usize),
    /// Line of the list of columns.
    ListedColumn(usize),
}

/// Returns what is drawn at a position of the view's area.
pub fn hit(area: Rect, view: &RowsView, state: &State, at: Position) -> Option<RowsHit> {
    let columns = state.schema().map_or(0, |schema| schema.columns().len());
    let (rows, list) = parts(area, view, state);
    if let Some(line) = list.and_then(|list| Window::line_at(list, view.column, columns, at)) {
        return Some(RowsHit::ListedColumn(line));
    }
    let (rows, page) = rows.zip(view.page.found.answer.as_ref())?;
    let body = body(rows);
    let table = VisibleRows::new(page, body, view, state);
    let is_over = |column: &&TableColumn| {
        let x = body.x + 1 + column.x;
        (x..x + column.width).contains(&at.x)
    };
    let column = table.columns.iter().find(is_over)?.at;
    if at.y + 1 == body.y {
        return Some(RowsHit::Heading(column));
    }
    let line = usize::from(at.y.checked_sub(body.y)?);
    let row = table.rows.clone().nth(line).filter(|_| body.contains(at))?;
    Some(RowsHit::Cell(page.offset + row as u64, column))
}

/// Returns the areas of the rows and of the list of columns. Without room for both, only the part with the focus has
/// one.
fn parts(area: Rect, view: &RowsView, state: &State) -> (Option<Rect>, Option<Rect>) {
    if state.views.get::<ColumnList>().host != Some(NAME) {
        return (Some(area), None);
    }
    if area.width < SIDE_BY_SIDE {
        return if view.is_in_columns { (None, Some(area)) } else { (Some(area), None) };
    }
    let width = (area.width * 2 / 5).clamp(LIST.0, LIST.1);
    let rows = Rect { width: area.width - width, ..area };
    (Some(rows), Some(Rect { x: rows.right(), width, ..area }))
}

/// Returns the area of the rows without title and headings.
fn body(area: Rect) -> Rect {
    Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area }
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
        let back = format!("no customer matches the filter: {} undoes the last change", key(state, "undo"));
        return canvas.text_centred(area, area.y + area.height / 3, &back, Role::Text);
    }
    let body = body(area);
    let table = VisibleRows::new(page, body, view, state);
    let (first, last) = (page.offset + table.rows.start as u64 + 1, page.offset + table.rows.end as u64);
    let mut place = format!("rows {}–{} of {}", format::count(first), format::count(last), format::count(page.total));
    if let Some(text) = &view.search {
        place.push_str(&format!(" · find {}", text::visible(text)));
    }
    let all = state.schema().map_or(0, |schema| schema.columns().len());
    let hidden = all.saturating_sub(layout::shown(state).indexes.len());
    if hidden > 0 {
        place.push_str(&format!(" · {hidden} hidden"));
    }
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
    let one = |sort: &crate::engine::Sort| {
        format!("{}, {} first", sort.column, if sort.descending { "largest" } else { "smallest" })
    };
    match state.query.sort.as_slice() {
        [] if matches!(state.base, BaseState::Ready { engine: Some(_), .. }) => "in the order of the key".into(),
        [] => "in file order".into(),
        sorts => format!("by {}", sorts.iter().map(one).collect::<Vec<_>>().join(", then ")),
    }
}

/// The part of a page that is in sight.
struct VisibleRows<'a> {
    page: &'a RowPage,
    view: &'a RowsView,
    state: &'a State,
    /// Columns that are not hidden.
    shown: ShownColumns,
    /// Rows of the page in sight.
    rows: Range<usize>,
    columns: Vec<TableColumn>,
    role: Role,
}

/// A column of the rows in sight.
struct TableColumn {
    /// Index in the schema.
    at: usize,
    heading: String,
    right: bool,
    /// True if a value must not be cut.
    is_whole: bool,
    /// True if columns before it are out of sight.
    follows_cut: bool,
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
        let shown = layout::shown(state);
        let mut table = Self { page, view, state, shown, rows, columns: Vec::new(), role };
        table.columns = table.columns_in_sight(body.width.saturating_sub(2));
        table
    }

    /// Returns the columns in sight: the pinned ones, and as many of the others as fit around the selected one.
    fn columns_in_sight(&self, width: u16) -> Vec<TableColumn> {
        let mut columns: Vec<TableColumn> = Vec::new();
        let mut frozen = 0;
        for at in self.shown.indexes.iter().take(self.shown.pinned) {
            let column = self.column(*at);
            if (frozen + column.width + GAP).saturating_mul(2) > width {
                break;
            }
            frozen += column.width + GAP;
            columns.push(column);
        }
        let others = &self.shown.indexes[columns.len()..];
        let room = width.saturating_sub(frozen);
        let chosen = others.iter().position(|at| *at == self.chosen()).unwrap_or(0);
        let (mut first, mut used) = (chosen, 0);
        let mut scrolled: Vec<TableColumn> = Vec::new();
        // Goes left from the selected column, then right with the room that is left.
        for (place, at) in others.iter().enumerate().take(chosen + 1).rev() {
            let column = self.column(*at);
            if used > 0 && used + column.width > room {
                break;
            }
            used += column.width + GAP;
            first = place;
            scrolled.insert(0, column);
        }
        for at in others.iter().skip(chosen + 1) {
            if used >= room {
                break;
            }
            let column = self.column(*at);
            used += column.width + GAP;
            scrolled.push(column);
        }
        if let Some(column) = scrolled.first_mut() {
            column.follows_cut = first > 0 && !columns.is_empty();
        }
        columns.extend(scrolled);
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

    /// Returns the name of a column with the marks of its type and of the order.
    fn heading(&self, name: &str, kind: Option<ColumnType>) -> String {
        let sorts = &self.state.query.sort;
        let arrow = match sorts.iter().position(|sort| sort.column == name) {
            Some(at) => {
                let arrow = if sorts[at].descending { "▼" } else { "▲" };
                let place = if sorts.len() > 1 { (at + 1).to_string() } else { String::new() };
                format!(" {arrow}{place}")
            }
            None => String::new(),
        };
        format!("{name}{}{arrow}", kind.map_or("", type_mark))
    }

    fn column(&self, at: usize) -> TableColumn {
        let name = self.page.columns.get(at).map_or("", String::as_str);
        let kind = self.state.schema().and_then(|schema| schema.get(name)).map(|column| column.column_type);
        let cells = cells(self.page, at, self.state.is_masked(name));
        let heading = self.heading(name, kind);
        let seen = self.view.seen.get(name).copied().unwrap_or(0);
        let widest = natural_width(&cells).max(seen);
        let widest = widest.max(u16::try_from(text::width(&text::visible(&heading))).unwrap_or(u16::MAX));
        let own = self.view.widths.get(name).copied();
        TableColumn {
            at,
            heading,
            right: kind.is_some_and(ColumnType::is_number),
            is_whole: kind.is_some_and(is_whole),
            follows_cut: false,
            chosen: at == self.chosen(),
            width: own.unwrap_or_else(|| default_width(widest, kind)),
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
                let quiet = cell == format::NULL || cell == MASK;
                column.write(canvas, x, y, cell, if quiet { Role::Dim } else { self.role });
            }
            if column.follows_cut {
                draw_cut(canvas, x.saturating_sub(GAP), body);
            }
        }
        self.draw_cursor(canvas, body);
        self.draw_found(canvas, body);
    }

    /// Marks the text that was searched for, wherever it is in sight.
    fn draw_found(&self, canvas: &mut Canvas, body: Rect) {
        let Some(text) = &self.view.search else { return };
        for column in &self.columns {
            for (row, y) in self.rows.clone().zip(body.top()..body.bottom()) {
                let cell = column.cells.get(row).filter(|cell| *cell != MASK && *cell != format::NULL);
                let Some((cell, found)) = cell.and_then(|cell| Some((cell, find::place(cell, text)?))) else {
                    continue;
                };
                let width = u16::try_from(text::width(cell)).unwrap_or(u16::MAX).min(column.width);
                let left = body.x + 1 + column.x + if column.right { column.width - width } else { 0 };
                let before = u16::try_from(text::width(&cell[..found.start])).unwrap_or(u16::MAX);
                let size = u16::try_from(text::width(&cell[found.clone()])).unwrap_or(u16::MAX);
                // Columns beyond the edge are out of sight.
                if before.saturating_add(size) > width {
                    continue;
                }
                let place = Rect { x: left + before, y, width: size, height: 1 };
                canvas.clear(place);
                canvas.text(place.x, y, size, &cell[found], Role::Accent);
                if self.page.offset + row as u64 == self.view.cursor && !column.chosen {
                    canvas.select(place);
                }
            }
        }
    }

    fn draw_cursor(&self, canvas: &mut Canvas, body: Rect) {
        let Some(row) = self.view.cursor.checked_sub(self.page.offset).map(|row| row as usize) else { return };
        if !self.rows.contains(&row) {
            return;
        }
        let line = Rect { y: body.y + (row - self.rows.start) as u16, height: 1, ..body };
        canvas.text(line.x, line.y, 1, "›", Role::Accent);
        canvas.select(line);
        let chosen = self.columns.iter().find(|column| column.chosen);
        if let Some(column) = chosen.filter(|_| !self.view.is_in_columns) {
            canvas.paint(Rect { x: body.x + 1 + column.x, width: column.width, ..line }, Role::Focus);
        }
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

/// Gives each column its position, and cuts the last one off at the edge, unless a part of its values would be another
/// value.
fn placed(mut columns: Vec<TableColumn>, width: u16) -> Vec<TableColumn> {
    let mut x = 0;
    for column in &mut columns {
        column.x = x;
        let room = width.saturating_sub(x);
        let fits = column.width <= room || !column.is_whole || column.chosen;
        column.width = if fits { column.width.min(room) } else { 0 };
        x = x.saturating_add(column.width + GAP);
    }
    columns.retain(|column| column.width > 0);
    columns
}
