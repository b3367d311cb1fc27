//! The matrix of two lists of sets, as a heat map.

use std::ops::Range;

use ratatui::layout::Rect;

use super::{CrossedSets, MatrixView, cells, words};
use crate::insight::contained;
use crate::insight::format;
use crate::insight::matrix::Matrix;
use crate::insight::table::{Table, TableCell};
use crate::text;
use crate::text::wrap;
use crate::tui::core::State;
use crate::tui::core::key;
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::{Canvas, Position, TextPiece, inside};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::figures::{answer_role, count_width};

/// Maximum number of lines of a column's head.
const HEAD: usize = 3;

/// Draws the heat map with the names of its rows and columns, and the sentence on the selected cell.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let focused = !state.filter.editing;
    canvas.pane_frame(area, focused);
    let title_role = if focused { Role::Focus } else { Role::Strong };
    let x = canvas.text(
        area.x + 1,
        area.y,
        area.width.saturating_sub(3),
        &format!(" {} ", words::title(state)),
        title_role,
    );
    let view = state.views.get::<MatrixView>();
    let matrix =
        view.matrix.found.answer.as_ref().filter(|matrix| !matrix.rows.is_empty() && !matrix.columns.is_empty());
    let Some(matrix) = matrix else {
        return draw_empty(canvas, inside(area), state);
    };
    let limit = words::limit(state, matrix).map(|limit| format!("· {limit} ")).unwrap_or_default();
    let (rows, columns) = (matrix.rows.len(), matrix.columns.len());
    let position = format!(" row {}/{rows}, column {}/{columns} {limit}", view.row + 1, view.column + 1);
    canvas.text(x, area.y, area.right().saturating_sub(x + 2), &position, Role::Dim);
    let drawing = MatrixLayout::new(state, matrix, inside(area));
    drawing.draw_heads(canvas);
    drawing.draw_rows(canvas);
    let listed = drawing.draw_contained(canvas);
    drawing.draw_sentence(canvas);
    draw_legend(canvas, area, state, matrix, listed);
}

/// Returns the row and the column at a place of the view; no column beside the cells.
pub fn cell_at(state: &State, area: Rect, at: Position) -> Option<(usize, Option<usize>)> {
    let matrix = state.views.get::<MatrixView>().matrix.found.answer.as_ref()?;
    let layout = MatrixLayout::new(state, matrix, inside(area));
    let row = layout.rows.clone().nth(usize::from(at.y.checked_sub(layout.area.y + layout.head)?))?;
    let column = layout.columns.clone().find(|c| (layout.x(*c)..layout.x(*c) + layout.cell).contains(&at.x));
    layout.area.contains(at).then_some((row, column))
}

/// Returns the matrix to copy: a line per row and a column per column, in the order shown.
pub fn table(state: &State) -> Option<Table> {
    let view = state.views.get::<MatrixView>();
    let matrix = view.matrix.found.answer.as_ref().filter(|matrix| !matrix.columns.is_empty())?;
    let [rows, columns] = matrix.order(view.order);
    let min_cell = state.settings.min_cell;
    let mut table = Table::new(["name", "customers"]);
    table.title = words::title(state);
    let names: Vec<&str> = columns.iter().map(|column| matrix.columns[*column].name.as_str()).collect();
    table.add_columns(&names);
    table.rows.extend(rows.into_iter().map(|row| {
        let set = &matrix.rows[row];
        let pairs = columns.iter().map(|column| matrix.pair(row, *column, min_cell));
        let cells = pairs.map(|pair| format::copied(&cells::text(&pair, view.figure)));
        [TableCell::text(&set.name), TableCell::Count(matrix.size(set, min_cell))].into_iter().chain(cells).collect()
    }));
    Some(table)
}

/// Layout of the view.
struct MatrixLayout<'a> {
    state: &'a State,
    matrix: &'a Matrix,
    area: Rect,
    order: [Vec<usize>; 2],
    /// Width of the rows' names with their gap; below, of the rows' counts and of a column. In cells.
    name: u16,
    count: u16,
    cell: u16,
    head: u16,
    sentence: Vec<String>,
    rows: Range<usize>,
    columns: Range<usize>,
    role: Role,
}

impl<'a> MatrixLayout<'a> {
    fn new(state: &'a State, matrix: &'a Matrix, area: Rect) -> Self {
        let view = state.views.get::<MatrixView>();
        let order = matrix.order(view.order);
        let longest = matrix.rows.iter().map(|set| text::width(&text::visible(&set.name))).max().unwrap_or(0);
        let name = longest.min(usize::from(area.width) / 3) as u16 + 3;
        let count = if area.width >= 76 { count_width(state).max(9) as u16 + 2 } else { 0 };
        let cell = cells::width(view.figure, count_width(state)) as u16;
        let room = area.width.saturating_sub(name + count + 1);
        let fits = usize::from(room / cell.max(1)).max(1);
        let first = first_in_sight(view.column, order[1].len(), fits);
        let columns = first..order[1].len().min(first + fits);
        let heads = columns.clone().map(|c| head(&matrix.columns[order[1][c]].name, cell).len());
        let head = if area.height < 9 { 1 } else { heads.max().unwrap_or(1) as u16 };
        let width = usize::from(area.width.saturating_sub(2));
        let mut sentence = wrap(&if area.height < 9 { words::short(state) } else { words::sentence(state) }, width);
        sentence.truncate(if area.height < 9 { 1 } else { 3 });
        let height = usize::from(area.height).saturating_sub(usize::from(head) + sentence.len());
        let first = first_in_sight(view.row, order[0].len(), height);
        let rows = first..order[0].len().min(first + height);
        let role = answer_role(state, view.matrix.found.fresh);
        Self { state, matrix, area, order, name, count, cell, head, sentence, rows, columns, role }
    }

    fn x(&self, column: usize) -> u16 {
        self.area.x + self.name + self.count + (column - self.columns.start) as u16 * self.cell
    }

    fn draw_heads(&self, canvas: &mut Canvas) {
        let bottom = self.area.y + self.head;
        if self.count > 0 {
            let right = self.area.x + self.name + self.count - 2;
            canvas.text_right(self.area.x + self.name, right, bottom - 1, "customers", Role::Dim);
        }
        for c in self.columns.clone() {
            let lines = head(&self.matrix.columns[self.order[1][c]].name, self.cell);
            let lines = &lines[..lines.len().min(usize::from(self.head))];
            let role = if c == self.state.views.get::<MatrixView>().column { Role::Strong } else { Role::Dim };
            for (i, line) in lines.iter().enumerate() {
                let right = self.x(c) + self.cell - 1;
                canvas.text_right(self.x(c), right, bottom - (lines.len() - i) as u16, line, role);
            }
        }
    }

    fn draw_rows(&self, canvas: &mut Canvas) {
        let (view, min_cell) = (&self.state.views.get::<MatrixView>(), self.state.settings.min_cell);
        for (y, r) in (self.area.y + self.head..).zip(self.rows.clone()) {
            let row = self.order[0][r];
            let set = &self.matrix.rows[row];
            let (mark, role) = if r == view.row { ("›", Role::Strong) } else { (" ", self.role) };
            canvas.text(self.area.x, y, 1, mark, Role::Dim);
            canvas.text(self.area.x + 1, y, self.name - 2, &set.name, role);
            if self.count > 0 {
                let right = self.area.x + self.name + self.count - 2;
                let count = format::shown(self.matrix.size(set, min_cell));
                canvas.text_right(self.area.x + self.name, right, y, &count, Role::Dim);
            }
            for c in self.columns.clone() {
                let column = self.order[1][c];
                let itself = self.matrix.is_square() && row == column;
                let pair = self.matrix.pair(row, column, min_cell);
                let most = self.matrix.both.iter().flatten().copied().max().unwrap_or(0);
                let place = Rect { x: self.x(c), y, width: self.cell - 1, height: 1 };
                let is_spanned = self.is_spanned(row, column);
                let kind = cells::HeatCell { most, is_itself: itself, is_spanned };
                cells::draw(canvas, place, &pair, view.figure, kind, self.role);
                if (r, c) == (view.row, view.column) {
                    self.mark(canvas, place);
                }
            }
        }
    }

    /// Returns true if the study says that the persona of the column spans the segment of the row.
    fn is_spanned(&self, row: usize, column: usize) -> bool {
        if self.state.views.get::<MatrixView>().sides != CrossedSets::SegmentsPersonas {
            return false;
        }
        let (segment, id) = (&self.matrix.rows[row].name, &self.matrix.columns[column].name);
        let persona = self.state.catalog.personas.iter().find(|persona| persona.id == *id);
        persona.is_some_and(|persona| persona.spans.iter().any(|span| span.name == *segment))
    }

    /// Marks the selected cell, whose colour stays, between marks.
    fn mark(&self, canvas: &mut Canvas, place: Rect) {
        if !self.state.filter.editing {
            canvas.select_cell(place);
            canvas.text(place.right(), place.y, 1, "‹", Role::Accent);
        }
        canvas.text(place.x.saturating_sub(1), place.y, 1, "›", Role::Accent);
    }

    /// Lists pairs of sets of which one lies inside the other, on the lines that are free. Returns the number listed.
    fn draw_contained(&self, canvas: &mut Canvas) -> usize {
        let top = self.area.y + self.head + self.rows.len() as u16 + 1;
        let bottom = self.area.bottom().saturating_sub(self.sentence.len() as u16 + 1);
        if top + 1 >= bottom {
            return 0;
        }
        let found = contained::find(self.matrix, self.state.settings.min_cell);
        let mut listed = 0;
        for (y, pair) in (top..bottom).zip(&found) {
            canvas.text(self.area.x + 1, y, self.area.width.saturating_sub(2), &words::contained(pair), Role::Dim);
            listed += 1;
        }
        listed
    }

    fn draw_sentence(&self, canvas: &mut Canvas) {
        let top = self.area.bottom().saturating_sub(self.sentence.len() as u16);
        for (y, line) in (top..).zip(&self.sentence) {
            canvas.text(self.area.x + 1, y, self.area.width.saturating_sub(2), line, self.role);
        }
    }
}

/// Breaks a column's name into lines as wide as the column, after `_` and `.` if that helps.
fn head(name: &str, cell: u16) -> Vec<String> {
    let width = usize::from(cell.saturating_sub(1));
    let name = text::visible(name);
    if text::width(&name) <= width {
        return vec![name.into_owned()];
    }
    let mut lines: Vec<String> = vec![String::new()];
    for part in name.split_inclusive(['_', '.', ' ', '-']) {
        let fits = lines.last().is_some_and(|line| text::width(line) + text::width(part) <= width);
        match lines.last_mut() {
            Some(line) if fits || line.is_empty() => line.push_str(part),
            _ => lines.push(part.to_owned()),
        }
    }
    if lines.len() > HEAD {
        let rest = lines.split_off(HEAD - 1).concat();
        lines.push(rest);
    }
    lines.iter().map(|line| text::truncate(line, width).into_owned()).collect()
}

/// Draws the scale of the shades, and on the right the number of pairs that did not fit.
fn draw_legend(canvas: &mut Canvas, area: Rect, state: &State, matrix: &Matrix, listed: usize) {
    let y = area.bottom().saturating_sub(1);
    let view = state.views.get::<MatrixView>();
    let room = area.width.saturating_sub(4);
    let mut left = cells::draw_scale(canvas, area.x + 2, y, room, view.figure);
    if view.sides == CrossedSets::SegmentsPersonas {
        let legend = format!("{} spanned ", cells::SPANNED);
        left = canvas.text(left, y, (area.x + 2 + room).saturating_sub(left), &legend, Role::Dim);
    }
    let left = left + 1;
    let right: TextPiece = if let Some(error) = &view.matrix.found.error {
        (error.clone(), Role::Error)
    } else if view.matrix.found.is_waiting() {
        ("counting…".into(), Role::Notice)
    } else {
        let found = contained::find(matrix, state.settings.min_cell);
        match found.len() - listed {
            0 => return,
            more if listed > 0 => (format!("{more} more such pairs"), Role::Dim),
            1 => (words::contained(&found[0]), Role::Dim),
            more => (format!("{}, {} more", words::contained(&found[0]), more - 1), Role::Dim),
        }
    };
    canvas.text_right(left, area.right().saturating_sub(2), y, &format!(" {} ", right.0), right.1);
}

fn draw_empty(canvas: &mut Canvas, inner: Rect, state: &State) {
    let view = state.views.get::<MatrixView>();
    let (content, role) = match (&view.matrix.found.error, &view.matrix.found.answer) {
        (Some(error), _) => (error.clone(), Role::Error),
        (None, None) => ("counting…".into(), Role::Dim),
        (None, Some(_)) => (words::nothing(view.sides, &key(state, "sets")), Role::Text),
    };
    for (y, line) in (inner.y + inner.height / 3..inner.bottom()).zip(wrap(&content, usize::from(inner.width))) {
        canvas.text_centred(inner, y, &line, role);
    }
}
