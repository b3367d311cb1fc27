//! A pane that is a list: frame, title, position, column headings, lines.

use std::ops::Range;

use ratatui::layout::Rect;

use super::columns::{Column, Slot, fit};
use crate::app::lines::first_in_sight;
use crate::term::text;
use crate::ui::canvas::{Canvas, Piece, cells, inside};
use crate::ui::format;
use crate::ui::theme::Role;

#[derive(Debug, Default)]
pub struct List {
    pub title: String,
    /// Where panes take turns: all of them in their order, and which one this is.
    pub tabs: Vec<(&'static str, bool)>,
    pub columns: Vec<Column>,
    /// The lines in sight only.
    pub rows: Vec<Row>,
    pub window: Window,
    pub focused: bool,
    /// A word at the bottom on what the lines do not say.
    pub legend: Option<Piece>,
    /// What stands in a pane without lines, and says what to press.
    pub empty: Vec<Piece>,
}

/// Which lines of a list are in sight.
#[derive(Debug, Clone, Default)]
pub struct Window {
    pub cursor: Option<usize>,
    pub lines: usize,
    pub sight: Range<usize>,
}

#[derive(Debug, Default)]
pub struct Row {
    /// One for each column.
    pub cells: Vec<Cell>,
    /// Takes the place of every cell from this column on.
    pub rest: Option<(usize, Piece)>,
}

#[derive(Debug, Default)]
pub enum Cell {
    #[default]
    Blank,
    Text(String, Role),
    /// Pieces one after another.
    Pieces(Vec<Piece>),
    /// The first text that fits.
    Either(&'static str, &'static str, Role),
    /// A share between 0 and 1.
    Bar(f64, Role),
}

impl Window {
    /// The lines that a list in `area` has room for.
    pub fn new(area: Rect, cursor: usize, lines: usize) -> Self {
        let height = usize::from(area.height.saturating_sub(2));
        let cursor = cursor.min(lines.saturating_sub(1));
        let first = first_in_sight(cursor, lines, height);
        Self { cursor: (lines > 0).then_some(cursor), lines, sight: first..lines.min(first + height) }
    }

    /// Lines of which none is chosen.
    pub fn without_cursor(area: Rect, lines: usize) -> Self {
        Self { cursor: None, ..Self::new(area, 0, lines) }
    }

    /// `3/41`
    fn position(&self) -> Option<String> {
        let place = self.cursor? as u64 + 1;
        Some(format!("{}/{}", format::count(place), format::count(self.lines as u64)))
    }
}

impl List {
    pub fn draw(&self, canvas: &mut Canvas, area: Rect) {
        canvas.frame(area, if self.focused { Role::FocusBorder } else { Role::Border });
        self.draw_top(canvas, area);
        self.draw_legend(canvas, area);
        let inner = inside(area);
        let slots = self.slots(area);
        for (i, row) in self.rows.iter().enumerate().take(usize::from(inner.height)) {
            let line = Rect { y: inner.y + i as u16, height: 1, ..inner };
            row.draw(canvas, line, &self.columns, &slots);
            if self.window.cursor == Some(self.window.sight.start + i) {
                self.draw_mark(canvas, line);
            }
        }
        if self.rows.is_empty() {
            draw_empty(canvas, inner, &self.empty);
        }
    }

    /// The title and the headings, on the frame's upper line.
    pub fn draw_top(&self, canvas: &mut Canvas, area: Rect) {
        let after_title = self.draw_title(canvas, area);
        if !self.rows.is_empty() {
            self.draw_headings(canvas, area, &self.slots(area), after_title);
        }
    }

    /// One cell at the left is for the mark, one at the right for air.
    fn slots(&self, area: Rect) -> Vec<Option<Slot>> {
        fit(&self.columns, inside(area).width.saturating_sub(2))
    }

    /// On the frame's lower line; where panes take turns, the position stands there too.
    fn draw_legend(&self, canvas: &mut Canvas, area: Rect) {
        if area.height < 3 {
            return;
        }
        let (y, mut right) = (area.bottom() - 1, area.right().saturating_sub(2));
        if let (false, Some(position)) = (self.tabs.is_empty(), self.window.position()) {
            let position = format!(" {position} ");
            canvas.text_right(area.x + 2, right, y, &position, Role::Dim);
            right = right.saturating_sub(cells(&position) + 1);
        }
        if let Some((legend, role)) = &self.legend {
            canvas.text_right(area.x + 2, right, y, &format!(" {legend} "), *role);
        }
    }

    fn draw_mark(&self, canvas: &mut Canvas, line: Rect) {
        if self.focused {
            canvas.paint(line, Role::Focus);
            canvas.text(line.x, line.y, 1, "›", Role::Focus);
        } else {
            canvas.text(line.x, line.y, 1, "›", Role::Dim);
        }
    }

    fn draw_title(&self, canvas: &mut Canvas, area: Rect) -> u16 {
        if area.height == 0 {
            return area.x;
        }
        let right = area.right().saturating_sub(2);
        let room = |x: u16| right.saturating_sub(x);
        let role = if self.focused { Role::Focus } else { Role::Strong };
        let mut x = area.x + 1;
        if self.tabs.is_empty() {
            x = canvas.text(x, area.y, room(x), &format!(" {} ", self.title), role);
            let position = self.window.position().map(|position| format!(" {position} ")).unwrap_or_default();
            return canvas.text(x, area.y, room(x), &position, Role::Dim);
        }
        for (tab, here) in &self.tabs {
            let (title, role) = if *here { (self.title.as_str(), role) } else { (*tab, Role::Dim) };
            x = canvas.text(x, area.y, room(x), &format!(" {title} "), role);
        }
        x
    }

    /// Headings stand in the frame, over their columns; those that the title has no room for are left out.
    fn draw_headings(&self, canvas: &mut Canvas, area: Rect, slots: &[Option<Slot>], after_title: u16) {
        for (column, slot) in self.columns.iter().zip(slots) {
            let Some(slot) = slot else { continue };
            let heading =
                if text::width(column.heading) <= usize::from(slot.width) { column.heading } else { column.short };
            let width = text::width(heading) as u16;
            let left = area.x + 2 + slot.x;
            let left = if column.right { (left + slot.width).saturating_sub(width) } else { left };
            if width > 0 && left > after_title + 1 && left + width < area.right() {
                canvas.text(left - 1, area.y, width + 2, &format!(" {heading} "), Role::Dim);
            }
        }
    }
}

impl Row {
    fn draw(&self, canvas: &mut Canvas, line: Rect, columns: &[Column], slots: &[Option<Slot>]) {
        let left = line.x + 1;
        for (i, (cell, slot)) in self.cells.iter().zip(slots).enumerate() {
            let Some(slot) = slot else { continue };
            let x = left + slot.x;
            if let Some((from, (content, role))) = &self.rest
                && i >= *from
            {
                canvas.text(x, line.y, line.right().saturating_sub(x + 1), content, *role);
                return;
            }
            let right = columns.get(i).is_some_and(|column| column.right);
            cell.draw(canvas, x, line.y, slot.width, right);
        }
    }
}

impl Cell {
    pub fn text(content: impl Into<String>, role: Role) -> Self {
        Cell::Text(content.into(), role)
    }

    fn draw(&self, canvas: &mut Canvas, x: u16, y: u16, width: u16, right: bool) {
        match self {
            Cell::Blank => {}
            Cell::Text(content, role) if right => canvas.text_right(x, x + width, y, content, *role),
            Cell::Text(content, role) => {
                canvas.text(x, y, width, content, *role);
            }
            Cell::Pieces(pieces) => {
                canvas.pieces(x, y, width, pieces);
            }
            Cell::Either(long, short, role) => {
                let fits = text::width(long) <= usize::from(width);
                canvas.text(x, y, width, if fits { long } else { short }, *role);
            }
            Cell::Bar(share, role) => {
                canvas.text(x, y, width, &format::bar(*share, usize::from(width)), *role);
            }
        }
    }
}

/// Lines of words in the upper third of an empty pane.
fn draw_empty(canvas: &mut Canvas, inner: Rect, lines: &[Piece]) {
    let height = lines.len() as u16;
    let top = inner.y + inner.height.saturating_sub(height) / 3;
    for ((content, role), y) in lines.iter().zip(top..inner.bottom()) {
        let padded = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        canvas.text_centred(padded, y, content, *role);
    }
}
