//! A pane with a list: frame, title, position, column headings, lines.

use std::ops::Range;

use ratatui::layout::{Position, Rect};

use super::bars::{self, Stack};
use super::columns::{ColumnSlot, GAP, ListColumn, fit};
use crate::insight::format;
use crate::insight::table::{self, Table};
use crate::text;
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::{Canvas, TextPiece, cells, inside};
use crate::tui::paint::theme::Role;

/// A framed list of lines in columns.
#[derive(Debug, Default)]
pub struct List {
    /// Title on the frame's upper line.
    pub title: String,
    /// All panes in their order, each with true if it is this one. Empty if panes do not take turns.
    pub tabs: Vec<(&'static str, bool)>,
    /// Columns, from left to right.
    pub columns: Vec<ListColumn>,
    /// Lines in sight.
    pub rows: Vec<ListRow>,
    /// Part of the list that is in sight.
    pub window: Window,
    /// True if keys go to this list.
    pub focused: bool,
    /// Remark on the lower line of the frame.
    pub legend: Option<TextPiece>,
    /// Text for a pane without lines, naming the keys to press.
    pub empty: Vec<TextPiece>,
}

/// The lines of a list that are in sight.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// Index of the selected line among all lines; `None` if lines cannot be selected.
    pub cursor: Option<usize>,
    /// Number of all lines.
    pub lines: usize,
    /// Range of the lines in sight.
    pub sight: Range<usize>,
    /// Position to show if not every line can be selected: the index among those that can, and their number.
    pub place: Option<(usize, usize)>,
}

/// A line of a list.
#[derive(Debug, Default)]
pub struct ListRow {
    /// Cells, one for each column.
    pub cells: Vec<ListCell>,
    /// Text that replaces every cell from this column on.
    pub rest: Option<(usize, TextPiece)>,
}

/// Content of a line in one column.
#[derive(Debug, Default)]
pub enum ListCell {
    #[default]
    Blank,
    Text(String, Role),
    /// Pieces one after another.
    Pieces(Vec<TextPiece>),
    /// The first of two texts if it fits, otherwise the second.
    Either(&'static str, &'static str, Role),
    /// Bar of a share between 0 and 1.
    Bar(f64, Role),
    /// Bar of a share that starts where another one ends: start and size.
    Span(f64, f64, Role),
    /// Bar of the parts of a whole. It takes the room that the cells on its left leave, up to [`WIDEST_STACK`].
    Stack(Stack),
    /// Bar from the middle of a share between −1 and 1, and the roles above and below 0.
    Diverging(f64, [Role; 2]),
}

/// Maximum width of a stacked bar, in cells.
const WIDEST_STACK: u16 = 24;

impl Window {
    /// Returns the lines that a list in `area` has room for.
    pub fn new(area: Rect, cursor: usize, lines: usize) -> Self {
        let height = usize::from(area.height.saturating_sub(2));
        let cursor = cursor.min(lines.saturating_sub(1));
        let first = first_in_sight(cursor, lines, height);
        Self { cursor: (lines > 0).then_some(cursor), lines, sight: first..lines.min(first + height), place: None }
    }

    /// Returns the lines of a list in which none is selected.
    pub fn without_cursor(area: Rect, lines: usize) -> Self {
        Self { cursor: None, ..Self::new(area, 0, lines) }
    }

    /// Returns the line at a place of a list in `area`.
    pub fn line_at(area: Rect, cursor: usize, lines: usize, at: Position) -> Option<usize> {
        let inner = inside(area);
        if !inner.contains(at) {
            return None;
        }
        let line = Self::new(area, cursor, lines).sight.start + usize::from(at.y - inner.y);
        (line < lines).then_some(line)
    }

    /// Returns the position, as `3/41`.
    fn position(&self) -> Option<String> {
        let (place, lines) = self.place.unwrap_or((self.cursor?, self.lines));
        Some(format!("{}/{}", format::count(place as u64 + 1), format::count(lines as u64)))
    }
}

/// Area in which every line of a list is in sight, to copy the list.
pub const WHOLE: Rect = Rect { x: 0, y: 0, width: 400, height: u16::MAX };

impl List {
    /// Returns the list as a table: the columns with a title, whether or not there is room for them, and the lines in
    /// sight, which are all in [`WHOLE`]. Bars become percentages. Numbers are not grouped.
    pub fn table(&self) -> Table {
        let copied: Vec<usize> = (0..self.columns.len()).filter(|at| !self.columns[*at].title.is_empty()).collect();
        let mut table = Table::new(copied.iter().map(|at| self.columns[*at].title));
        table.title.clone_from(&self.title);
        let cells = |row: &ListRow| copied.iter().map(|at| row.copied(*at, self.columns[*at].right)).collect();
        table.rows = self.rows.iter().map(cells).collect();
        table
    }

    /// Draws the frame with its title and headings, and the lines in sight.
    pub fn draw(&self, canvas: &mut Canvas, area: Rect) {
        canvas.pane_frame(area, self.focused);
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

    /// Draws the title and the headings on the frame's upper line. The title yields to the headings: a column of
    /// numbers means nothing without its name.
    pub fn draw_top(&self, canvas: &mut Canvas, area: Rect) {
        if area.height == 0 {
            return;
        }
        let headings = self.headings(area);
        self.draw_title(canvas, area, title_end(area, &headings));
        for (x, heading) in headings {
            canvas.text(x - 1, area.y, cells(heading) + 2, &format!(" {heading} "), Role::Dim);
        }
    }

    /// Returns the headings of the columns in sight, with their x positions.
    fn headings(&self, area: Rect) -> Vec<(u16, &'static str)> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let slots = self.slots(area);
        let shown = self.columns.iter().zip(&slots).filter_map(|(column, slot)| {
            let slot = (*slot)?;
            let whole = text::width(column.heading) <= usize::from(slot.width);
            let heading = if whole { column.heading } else { column.short };
            let left = area.x + 2 + slot.x;
            let x = if column.right { (left + slot.width).saturating_sub(cells(heading)) } else { left };
            (!heading.is_empty()).then_some((x, heading))
        });
        shown.collect()
    }

    /// Returns the columns' positions. One cell on the left is for the mark, and one on the right stays empty.
    fn slots(&self, area: Rect) -> Vec<Option<ColumnSlot>> {
        let width = inside(area).width.saturating_sub(2);
        let mut columns = self.columns.clone();
        let headed = columns.iter().position(|column| !column.heading.is_empty()).unwrap_or(0);
        let tabs: u16 = self.tabs.iter().map(|(tab, _)| cells(tab) + 2).sum();
        let before: u16 = columns[..headed].iter().map(|column| column.natural + GAP).sum();
        // If there is room, the first heading starts right of the tabs.
        if let Some(name) = columns.first_mut()
            && !self.columns[..headed].iter().any(|column| column.grows)
        {
            name.natural += tabs.saturating_sub(before);
        }
        fit(&columns, width)
    }

    /// Returns true if the position does not fit beside the title.
    fn position_is_below(&self, area: Rect) -> bool {
        let room = title_end(area, &self.headings(area)).saturating_sub(area.x + 1);
        let position = self.window.position().map_or(0, |position| cells(&position) + 2);
        let title = match self.tabs.is_empty() {
            true => cells(&self.title) + 2,
            false => {
                let others = self.tabs.iter().filter(|(_, here)| !here);
                others.map(|(tab, _)| cells(tab) + 2).sum::<u16>() + cells(&self.title) + 2
            }
        };
        title + position > room
    }

    /// Draws the lower line of the frame: the legend, and the position if it does not fit on the upper line.
    fn draw_legend(&self, canvas: &mut Canvas, area: Rect) {
        if area.height < 3 {
            return;
        }
        let (y, mut right) = (area.bottom() - 1, area.right().saturating_sub(2));
        if let (true, Some(position)) = (self.position_is_below(area), self.window.position()) {
            let position = format!(" {position} ");
            canvas.text_right(area.x + 2, right, y, &position, Role::Dim);
            right = right.saturating_sub(cells(&position) + 1);
        }
        if let Some((legend, role)) = self.legend.as_ref().filter(|(legend, _)| !legend.is_empty()) {
            canvas.text_right(area.x + 2, right, y, &format!(" {legend} "), *role);
        }
    }

    fn draw_mark(&self, canvas: &mut Canvas, line: Rect) {
        canvas.text(line.x, line.y, 1, "›", if self.focused { Role::Accent } else { Role::Dim });
        if self.focused {
            canvas.select(line);
        }
    }

    /// Draws the title and the position, or the tabs, left of `right`. A title that is too long ends in `…`; if the
    /// tabs do not fit, only the title is drawn.
    fn draw_title(&self, canvas: &mut Canvas, area: Rect, right: u16) {
        let role = if self.focused { Role::Focus } else { Role::Strong };
        let titled = |room: u16| format!(" {} ", fitted(&self.title, room.saturating_sub(2)));
        let mut x = area.x + 1;
        let room = right.saturating_sub(x);
        let position = self.window.position().filter(|_| !self.position_is_below(area));
        let position = position.map(|position| format!(" {position} ")).unwrap_or_default();
        if self.tabs.is_empty() {
            x = canvas.text(x, area.y, room, &titled(room), role);
            canvas.text(x, area.y, right.saturating_sub(x), &position, Role::Dim);
            return;
        }
        let room = room.saturating_sub(cells(&position));
        let others: u16 = self.tabs.iter().filter(|(_, here)| !here).map(|(tab, _)| cells(tab) + 2).sum();
        let least = self.tabs.iter().find(|(_, here)| *here).map_or(0, |(tab, _)| cells(tab) + 2);
        let all = others + least <= room;
        for (tab, here) in self.tabs.iter().filter(|(_, here)| *here || all) {
            x = match here {
                true => canvas.text(x, area.y, room, &titled(if all { room - others } else { room }), role),
                false => canvas.text(x, area.y, right.saturating_sub(x), &format!(" {tab} "), Role::Dim),
            };
            if *here {
                x = canvas.text(x, area.y, right.saturating_sub(x), &position, Role::Dim);
            }
        }
    }
}

/// Returns where the title has to end: before the first heading.
fn title_end(area: Rect, headings: &[(u16, &str)]) -> u16 {
    headings.first().map_or(area.right().saturating_sub(2), |(x, _)| x.saturating_sub(2))
}

/// Truncates the text to at most `width` cells.
fn fitted(content: &str, width: u16) -> String {
    text::truncate(&text::visible(content), usize::from(width)).into_owned()
}

impl ListRow {
    /// Returns the cell of a column for a table. The text that replaces several cells stands in the first of them.
    fn copied(&self, at: usize, is_number: bool) -> table::TableCell {
        match &self.rest {
            Some((from, (text, _))) if at == *from => table::TableCell::text(text.trim()),
            Some((from, _)) if at > *from => format::copied(""),
            _ => self.cells.get(at).map_or_else(|| format::copied(""), |cell| cell.copied(is_number)),
        }
    }

    fn draw(&self, canvas: &mut Canvas, line: Rect, columns: &[ListColumn], slots: &[Option<ColumnSlot>]) {
        let left = line.x + 1;
        // End of the cell before, with a gap.
        let mut free = left;
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
            match cell {
                ListCell::Stack(_) => {
                    let end = x + slot.width;
                    let start = free.max(end.saturating_sub(WIDEST_STACK)).min(x);
                    cell.draw(canvas, start, line.y, end - start, right);
                }
                _ => cell.draw(canvas, x, line.y, slot.width, right),
            }
            free = x + slot.width + GAP;
        }
    }
}

impl ListCell {
    /// Creates a cell of text in one role.
    pub fn text(content: impl Into<String>, role: Role) -> Self {
        ListCell::Text(content.into(), role)
    }

    fn copied(&self, is_number: bool) -> table::TableCell {
        let text = match self {
            ListCell::Blank => String::new(),
            ListCell::Text(text, _) if is_number => return format::copied(text),
            ListCell::Text(text, _) => text.clone(),
            ListCell::Pieces(pieces) => pieces.iter().map(|(text, _)| text.as_str()).collect(),
            ListCell::Either(long, ..) => (*long).to_owned(),
            ListCell::Bar(share, _) | ListCell::Span(_, share, _) => format::percent(Some(*share)),
            ListCell::Stack(_) | ListCell::Diverging(..) => String::new(),
        };
        if text.trim().is_empty() { format::copied("") } else { table::TableCell::text(text.trim()) }
    }

    fn draw(&self, canvas: &mut Canvas, x: u16, y: u16, width: u16, right: bool) {
        match self {
            ListCell::Blank => {}
            ListCell::Text(content, role) if right => canvas.text_right(x, x + width, y, content, *role),
            ListCell::Text(content, role) => {
                canvas.text(x, y, width, content, *role);
            }
            ListCell::Pieces(pieces) => {
                canvas.pieces(x, y, width, pieces);
            }
            ListCell::Either(long, short, role) => {
                let fits = text::width(long) <= usize::from(width);
                canvas.text(x, y, width, if fits { long } else { short }, *role);
            }
            ListCell::Bar(share, role) => {
                canvas.text(x, y, width, &format::line(*share, usize::from(width)), *role);
            }
            ListCell::Span(start, share, role) => {
                canvas.text(x, y, width, &format::line_from(*start, *share, usize::from(width)), *role);
            }
            ListCell::Stack(stack) => {
                canvas.pieces(x, y, width, &stack.pieces(usize::from(width)));
            }
            ListCell::Diverging(share, roles) => {
                canvas.pieces(x, y, width, &bars::diverging(*share, *roles, usize::from(width)));
            }
        }
    }
}

/// Draws lines of text in the upper third of an empty pane.
fn draw_empty(canvas: &mut Canvas, inner: Rect, lines: &[TextPiece]) {
    let height = lines.len() as u16;
    let top = inner.y + inner.height.saturating_sub(height) / 3;
    for ((content, role), y) in lines.iter().zip(top..inner.bottom()) {
        let padded = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        canvas.text_centred(padded, y, content, *role);
    }
}
