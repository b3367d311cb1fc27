use ratatui::buffer::Buffer;
pub use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;

use super::theme::{Role, Theme};
use crate::text;

/// A piece of text and its role.
pub type TextPiece = (String, Role);

/// The surface that everything is drawn on. It clips at the edges of the screen, and replaces characters that could
/// move the cursor or change the reading direction by visible stand-ins. All text passes here.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    theme: Theme,
    /// Position at which to show the terminal's cursor.
    pub cursor: Option<Position>,
}

impl<'a> Canvas<'a> {
    /// Creates a canvas over the cells of a screen, with no cursor.
    pub fn new(buffer: &'a mut Buffer, theme: Theme) -> Self {
        Self { buffer, theme, cursor: None }
    }

    /// Returns the area of the whole screen.
    pub fn area(&self) -> Rect {
        self.buffer.area
    }

    /// Writes at most `width` cells and returns the x position after them. Text that is too long ends in `…`.
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

    /// Writes text that ends before `right`. It does not start before `left`.
    pub fn text_right(&mut self, left: u16, right: u16, y: u16, content: &str, role: Role) {
        let width = cells(content).min(right.saturating_sub(left));
        self.text(right.saturating_sub(width), y, width, content, role);
    }

    /// Returns a role's style, for a widget that draws itself.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Draws one of ratatui's own widgets. It must not contain text from data, which would reach the screen
    /// unfiltered.
    pub fn widget(&mut self, area: Rect, widget: impl Widget) {
        widget.render(area.intersection(self.area()), self.buffer);
    }

    /// Writes text in the middle of the area's width, on line `y`.
    pub fn text_centred(&mut self, area: Rect, y: u16, content: &str, role: Role) {
        let width = cells(content).min(area.width);
        self.text(area.x + (area.width - width) / 2, y, width, content, role);
    }

    /// Writes pieces one after another and returns the x position after them.
    pub fn pieces(&mut self, x: u16, y: u16, width: u16, pieces: &[TextPiece]) -> u16 {
        let right = x.saturating_add(width);
        pieces.iter().fold(x, |x, (content, role)| self.text(x, y, right.saturating_sub(x), content, *role))
    }

    /// Marks an area as selected, whatever its content. Bars stay bars.
    pub fn select(&mut self, area: Rect) {
        let area = area.intersection(self.area());
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                let cell = &mut self.buffer[(x, y)];
                let is_bar = cell.symbol().chars().next().is_some_and(is_part_of_bar);
                let style = self.theme.selected(cell.style(), is_bar);
                cell.modifier = Modifier::empty();
                cell.set_style(style);
            }
        }
    }

    /// Colours an area by the gradient of heat maps, `share` from −1 to 1. Returns false where there is none.
    pub fn heat(&mut self, area: Rect, share: f64) -> bool {
        if let Some(style) = self.theme.heat(share) {
            let area = area.intersection(self.area());
            for y in area.top()..area.bottom() {
                for x in area.left()..area.right() {
                    let cell = &mut self.buffer[(x, y)];
                    cell.modifier = Modifier::empty();
                    cell.set_style(style);
                }
            }
        }
        self.theme.has_gradient()
    }

    /// Marks a cell of a table or of a heat map as selected: by a tint, or, where the colour is the figure, in bold and
    /// underlined. Its caller marks it beside the cell, too.
    pub fn select_cell(&mut self, area: Rect) {
        if self.has_gradient() { self.emphasize(area) } else { self.select(area) }
    }

    fn emphasize(&mut self, area: Rect) {
        let area = area.intersection(self.area());
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                self.buffer[(x, y)].modifier |= Modifier::BOLD | Modifier::UNDERLINED;
            }
        }
    }

    /// Returns true if heat maps have a gradient.
    pub fn has_gradient(&self) -> bool {
        self.theme.has_gradient()
    }

    /// Applies one style to an area, whatever its content.
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
            // A wide character that reaches into the area would hide its first cell.
            if let Some(before) = area.x.checked_sub(1)
                && self.buffer.cell((before, y)).is_some_and(|cell| text::width(cell.symbol()) > 1)
            {
                self.buffer[(before, y)].set_symbol(" ");
            }
        }
    }

    /// Draws a frame along the edge of an area.
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

    /// Draws the frame of a pane or view. With the focus its upper line is accented, and no more: the focus moves with
    /// a key, and a slow line has to carry every cell that changes.
    pub fn pane_frame(&mut self, area: Rect, is_focused: bool) {
        self.frame(area, Role::Border);
        if is_focused && area.width >= 2 && area.height >= 2 {
            self.paint(Rect { height: 1, ..area }, Role::FocusBorder);
        }
    }

    /// Requests the terminal's cursor at this position, if it is on the screen.
    pub fn show_cursor(&mut self, x: u16, y: u16) {
        let place = Position { x, y };
        self.cursor = self.area().contains(place).then_some(place);
    }
}

/// Returns true for the characters that bars and sketches are made of.
fn is_part_of_bar(c: char) -> bool {
    matches!(c, '━' | '╸' | '╺' | '╌' | '─' | '┄' | '▀'..='▟')
}

/// Returns the number of cells that a text takes when drawn.
pub fn cells(content: &str) -> u16 {
    let content = beginning(content, usize::from(u16::MAX));
    u16::try_from(text::width(&text::visible(content))).unwrap_or(u16::MAX)
}

/// Returns a prefix of a long text that is certainly wider than `width` cells, so that no time is spent on the rest.
fn beginning(content: &str, width: usize) -> &str {
    // Upper bound on the bytes of the characters in a cell, unless marks are piled up on them.
    const BYTES_PER_CELL: usize = 64;
    &content[..content.floor_char_boundary((width + 1) * BYTES_PER_CELL)]
}

/// Returns the area without its frame.
pub fn inside(area: Rect) -> Rect {
    area.inner(ratatui::layout::Margin::new(1, 1))
}
