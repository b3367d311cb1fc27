//! Writes changed cells in few bytes: short moves of the cursor, short changes of the style, erasing in place of
//! blanks.
//!
//! It uses only sequences that all terminals have had since the VT220 (CUP, CUF, SGR, EL, ECH), and of erasing only
//! what looks the same whether or not a terminal erases in the background's colour. Repeating a character (REP) would
//! save more on bars, but not all terminals have it.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};

use super::sgr::{CellStyle, ON_BLANKS, shortest_codes};

/// Minimum number of blanks for which erasing is shorter than writing them: up to the line's end and, below, within a
/// line.
const ERASED_TO_END: u16 = 4;
const ERASED: u16 = 11;
/// Longest gap, in cells, that may be written again to save a move of the cursor.
const MAX_GAP: u16 = 6;

/// Gives blanks the plain style: what is not seen must not count as a change.
pub(super) fn make_blanks_plain(cells: &mut Buffer) {
    for cell in cells.content.iter_mut().filter(|cell| is_blank(cell)) {
        (cell.fg, cell.modifier) = (Color::Reset, Modifier::empty());
    }
}

/// Returns true if nothing is seen in the cell, not even a background.
pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(ON_BLANKS)
}

/// Appends the bytes that bring `changes` of `next` to a screen, whose style has to be the plain one. Afterwards it is
/// again. The changes of a line follow each other from left to right, unless they are of wide characters.
pub(super) fn write_cells(changes: &[(u16, u16, &Cell)], next: &Buffer, out: &mut Vec<u8>) -> io::Result<()> {
    let mut writer = CellWriter { out: Vec::new(), next, style: CellStyle::PLAIN, cursor: None };
    for line in changes.chunk_by(|a, b| a.1 == b.1 && a.0 < b.0) {
        writer.write_line(line)?;
    }
    writer.set_style(CellStyle::PLAIN)?;
    out.append(&mut writer.out);
    Ok(())
}

/// Writer of changed cells as escape sequences.
#[derive(Clone)]
struct CellWriter<'a> {
    out: Vec<u8>,
    next: &'a Buffer,
    /// Style that the terminal writes in.
    style: CellStyle,
    /// Position of the terminal's cursor, where it is certain.
    cursor: Option<Position>,
}

impl<'a> CellWriter<'a> {
    /// Writes changes of a line in the shorter of two ways: cell by cell, or with the rest of the line erased from one
    /// of them on and its text written anew.
    fn write_line(&mut self, changes: &[(u16, u16, &'a Cell)]) -> io::Result<()> {
        let mut best = self.fork();
        best.write_changes(changes)?;
        for first in self.erasable(changes) {
            let mut other = self.fork();
            other.write_erased(changes, first)?;
            if other.out.len() < best.out.len() {
                best = other;
            }
        }
        self.out.append(&mut best.out);
        (self.style, self.cursor) = (best.style, best.cursor);
        Ok(())
    }

    fn fork(&self) -> Self {
        Self { out: Vec::new(), ..*self }
    }

    fn write_changes(&mut self, changes: &[(u16, u16, &'a Cell)]) -> io::Result<()> {
        let mut rest = changes;
        while let Some(((x, y, cell), others)) = rest.split_first() {
            let blanks = self.blanks(rest);
            if blanks > 0 && self.erase((*x, *y), &rest[..blanks])? {
                rest = &rest[blanks..];
            } else {
                self.write((*x, *y), cell)?;
                rest = others;
            }
        }
        Ok(())
    }

    /// Returns the places of changes from which on erasing the line may be shorter: more blanks are new there than
    /// characters stay. Wide characters may be on the screen already, so their lines are not erased.
    fn erasable(&self, changes: &[(u16, u16, &Cell)]) -> Vec<usize> {
        let Some((_, y, _)) = changes.first() else { return Vec::new() };
        let right = self.next.area.right();
        let is_narrow = |x: u16| self.next[(x, *y)].symbol().chars().count() == 1 && width_of(&self.next[(x, *y)]) == 1;
        if !(0..right).all(is_narrow) {
            return Vec::new();
        }
        let mut places = Vec::new();
        let (mut balance, mut end) = (0_i32, right);
        // From the right, so that what lies to the right of a place is known.
        for (at, (x, _, cell)) in changes.iter().enumerate().rev() {
            let stays: i32 = (x + 1..end).map(|x| &self.next[(x, *y)]).filter(|c| !is_blank(c)).map(bytes_of).sum();
            balance -= stays;
            end = *x;
            balance += i32::from(is_blank(cell));
            let begins_blanks = is_blank(cell) && !changes[..at].last().is_some_and(|before| is_blank(before.2));
            if balance > 0 && (at == 0 || begins_blanks) {
                places.push(at);
            }
        }
        places
    }

    /// Writes the changes before a place, erases the rest of the line, and writes all text of it.
    fn write_erased(&mut self, changes: &[(u16, u16, &'a Cell)], first: usize) -> io::Result<()> {
        let (before, erased) = changes.split_at(first);
        let Some((x, y, _)) = erased.first() else { return Ok(()) };
        self.write_changes(before)?;
        self.erase_to_end(*x, *y)?;
        let next = self.next;
        for x in *x..next.area.right() {
            let cell = &next[(x, *y)];
            if !is_blank(cell) {
                self.write((x, *y), cell)?;
            }
        }
        Ok(())
    }

    fn erase_to_end(&mut self, x: u16, y: u16) -> io::Result<()> {
        self.move_to(x, y)?;
        if !self.style.leaves_blanks() {
            self.set_style(CellStyle::PLAIN)?;
        }
        self.out.write_all(b"\x1b[K")
    }

    fn write(&mut self, (x, y): (u16, u16), cell: &Cell) -> io::Result<()> {
        if !self.fill_gap(x, y, cell)? {
            self.move_to(x, y)?;
        }
        self.put((x, y), cell)
    }

    /// Writes a cell at the cursor.
    fn put(&mut self, (x, y): (u16, u16), cell: &Cell) -> io::Result<()> {
        if !(is_blank(cell) && self.style.leaves_blanks()) {
            self.set_style(CellStyle::from_cell(cell))?;
        }
        self.out.write_all(cell.symbol().as_bytes())?;
        // Terminals disagree on the width of anything but a single narrow character, and on what the last column does.
        let is_narrow = cell.symbol().chars().count() == 1 && width_of(cell) == 1;
        self.cursor = (is_narrow && x + 1 < self.next.area.right()).then_some(Position { x: x + 1, y });
        Ok(())
    }

    /// Writes the cells between the cursor and a place again, if that is no longer than moving there before `cell` is
    /// written. Returns true if it did.
    fn fill_gap(&mut self, x: u16, y: u16, cell: &Cell) -> io::Result<bool> {
        let Some(from) = self.cursor.filter(|from| from.y == y && from.x < x && x - from.x <= MAX_GAP) else {
            return Ok(false);
        };
        if !(from.x..x).all(|x| self.next[(x, y)].symbol().is_ascii()) {
            return Ok(false);
        }
        let (mut moved, mut filled) = (self.fork(), self.fork());
        moved.go_right(x - from.x)?;
        for x in from.x..x {
            filled.put((x, y), &self.next[(x, y)])?;
        }
        let style = CellStyle::from_cell(cell);
        let is_shorter = filled.out.len() + filled.style_bytes(style) <= moved.out.len() + moved.style_bytes(style);
        if is_shorter {
            self.out.append(&mut filled.out);
            (self.style, self.cursor) = (filled.style, filled.cursor);
        }
        Ok(is_shorter)
    }

    /// Returns the number of bytes that setting a style takes.
    fn style_bytes(&self, style: CellStyle) -> usize {
        if style == self.style { 0 } else { shortest_codes(self.style, style).len() + 3 }
    }

    /// Returns the number of changes at the start that are blanks of one run on a line.
    fn blanks(&self, changes: &[(u16, u16, &Cell)]) -> usize {
        let Some((x, y, _)) = changes.first() else { return 0 };
        let end = self.end_of_blanks(*x, *y);
        changes.iter().take_while(|change| change.1 == *y && (*x..end).contains(&change.0)).count()
    }

    /// Returns the end of the blanks that begin at a place of the next screen.
    fn end_of_blanks(&self, x: u16, y: u16) -> u16 {
        (x..self.next.area.right()).find(|x| !is_blank(&self.next[(*x, y)])).unwrap_or(self.next.area.right())
    }

    /// Erases blanks if that is shorter than writing them. Returns true if it did.
    fn erase(&mut self, (x, y): (u16, u16), blanks: &[(u16, u16, &Cell)]) -> io::Result<bool> {
        let is_to_end = self.end_of_blanks(x, y) == self.next.area.right();
        let width = blanks.last().map_or(0, |last| last.0 + 1 - x);
        let is_shorter = width >= if is_to_end { ERASED_TO_END } else { ERASED };
        if !is_shorter {
            return Ok(false);
        }
        if is_to_end {
            self.erase_to_end(x, y)?;
            return Ok(true);
        }
        self.move_to(x, y)?;
        if !self.style.leaves_blanks() {
            self.set_style(CellStyle::PLAIN)?;
        }
        write!(self.out, "\x1b[{width}X")?;
        Ok(true)
    }

    fn move_to(&mut self, x: u16, y: u16) -> io::Result<()> {
        let to = Position { x, y };
        if self.cursor == Some(to) {
            return Ok(());
        }
        match self.cursor {
            Some(from) if from.y == y && from.x < x => self.go_right(x - from.x)?,
            // In raw mode a line feed goes straight down, and it does so anywhere but in the last line.
            Some(from) if from.y + 1 == y => {
                self.out.write_all(b"\r\n")?;
                self.go_right(x)?;
            }
            _ if x == 0 => write!(self.out, "\x1b[{}H", y + 1)?,
            _ => write!(self.out, "\x1b[{};{}H", y + 1, x + 1)?,
        }
        self.cursor = Some(to);
        Ok(())
    }

    fn go_right(&mut self, by: u16) -> io::Result<()> {
        match by {
            0 => Ok(()),
            1 => self.out.write_all(b"\x1b[C"),
            _ => write!(self.out, "\x1b[{by}C"),
        }
    }

    fn set_style(&mut self, style: CellStyle) -> io::Result<()> {
        if style == self.style {
            return Ok(());
        }
        let codes = shortest_codes(self.style, style);
        self.style = style;
        write!(self.out, "\x1b[{codes}m")
    }
}

/// Returns the number of columns of a cell's text.
fn width_of(cell: &Cell) -> usize {
    crate::text::width(cell.symbol())
}

fn bytes_of(cell: &Cell) -> i32 {
    i32::try_from(cell.symbol().len()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_with_other_foreground_are_unchanged() {
        let area = ratatui::layout::Rect::new(0, 0, 4, 1);
        let (mut dim, mut reversed) = (Buffer::empty(area), Buffer::empty(area));
        dim.set_string(0, 0, "a  b", ratatui::style::Style::new().fg(Color::Red));
        make_blanks_plain(&mut dim);
        assert_eq!((dim[(0, 0)].fg, dim[(1, 0)].fg), (Color::Red, Color::Reset));
        reversed.set_string(0, 0, "    ", ratatui::style::Style::new().add_modifier(Modifier::REVERSED));
        make_blanks_plain(&mut reversed);
        assert!(reversed[(1, 0)].modifier.contains(Modifier::REVERSED));
    }
}
