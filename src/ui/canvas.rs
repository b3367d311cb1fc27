use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;

use super::theme::{Role, Theme};
use crate::term::text;

/// A piece of text and what it is to the reader.
pub type Piece = (String, Role);

/// Where everything is drawn. Whatever lies outside of the screen is left out, and text that could move the cursor or
/// the reading direction becomes visible stand-ins here, in the one place that all of it passes.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: Theme,
    /// Where the terminal's cursor is to be shown.
    pub cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    pub fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme, cursor: None }
    }

    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Writes at most `width` cells and gives the place after them. Text that is too long ends in `…`.
    pub fn text(&mut self, x: u16, y: u16, width: u16, content: &str, role: Role) -> u16 {
        let width = width.min(self.area().right().saturating_sub(x));
        if width == 0 || !self.area().contains(Position { x, y }) {
            return x;
        }
        let content = text::visible(beginning(content, usize::from(width)));
        let style = self.theme.style(role);
        if text::width(&content) <= usize::from(width) {
            self.buffer.set_stringn(x, y, content, usize::from(width), style).0
        } else {
            let content = text::truncate(&content, usize::from(width));
            self.buffer.set_stringn(x, y, content, usize::from(width), style).0
        }
    }

    /// Writes so that the text ends before `right`; it does not begin before `left`.
    pub fn text_right(&mut self, left: u16, right: u16, y: u16, content: &str, role: Role) {
        let width = cells(content).min(right.saturating_sub(left));
        self.text(right.saturating_sub(width), y, width, content, role);
    }

    /// A role's style, for a widget that draws by itself.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Draws one of ratatui's own widgets. Text from data must not be in it: it would go to the screen as it is.
    pub fn widget(&mut self, area: Rect, widget: impl Widget) {
        widget.render(area.intersection(self.area()), self.buffer);
    }

    pub fn text_centred(&mut self, area: Rect, y: u16, content: &str, role: Role) {
        let width = cells(content).min(area.width);
        self.text(area.x + (area.width - width) / 2, y, width, content, role);
    }

    /// Writes pieces one after another and gives the place after them.
    pub fn pieces(&mut self, x: u16, y: u16, width: u16, pieces: &[Piece]) -> u16 {
        let right = x.saturating_add(width);
        pieces.iter().fold(x, |x, (content, role)| self.text(x, y, right.saturating_sub(x), content, *role))
    }

    /// Gives an area one style, whatever stands there.
    pub fn paint(&mut self, area: Rect, role: Role) {
        let style = self.theme.style(role);
        let area = area.intersection(self.area());
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                let cell = &mut self.buffer[(x, y)];
                cell.modifier = Modifier::empty();
                cell.set_style(style);
            }
        }
    }

    /// Empties an area.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.area());
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buffer[(x, y)].reset();
            }
            // A wide character that reached in would hide the area's first cell.
            if let Some(before) = area.x.checked_sub(1)
                && self.buffer.cell((before, y)).is_some_and(|cell| text::width(cell.symbol()) > 1)
            {
                self.buffer[(before, y)].set_symbol(" ");
            }
        }
    }

    /// A frame along the edge of an area.
    pub fn frame(&mut self, area: Rect, role: Role) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        let (left, right) = (area.left(), area.right() - 1);
        let (top, bottom) = (area.top(), area.bottom() - 1);
        let line = "─".repeat(usize::from(area.width - 2));
        self.text(left, top, area.width, &format!("┌{line}┐"), role);
        for y in top + 1..bottom {
            self.text(left, y, 1, "│", role);
            self.text(right, y, 1, "│", role);
        }
        self.text(left, bottom, area.width, &format!("└{line}┘"), role);
    }

    /// Asks for the terminal's cursor, if the place is on the screen.
    pub fn show_cursor(&mut self, x: u16, y: u16) {
        let place = Position { x, y };
        self.cursor = self.area().contains(place).then_some(place);
    }
}

/// The cells that a text takes once it is drawn.
pub fn cells(content: &str) -> u16 {
    let content = beginning(content, usize::from(u16::MAX));
    u16::try_from(text::width(&text::visible(content))).unwrap_or(u16::MAX)
}

/// As much of a long text as is sure to be wider than `width` cells, that no time is spent on what is not seen.
fn beginning(content: &str, width: usize) -> &str {
    // More bytes than the characters of a cell have, unless marks are piled up on them.
    const BYTES_PER_CELL: usize = 64;
    &content[..content.floor_char_boundary((width + 1) * BYTES_PER_CELL)]
}

/// The area without its frame.
pub fn inside(area: Rect) -> Rect {
    area.inner(ratatui::layout::Margin::new(1, 1))
}
