//! Writes changed cells in few bytes: short moves of the cursor, short changes of the style, erasing in place of blanks.
//!
//! It uses only sequences that all terminals have had since the VT220 (CUP, CUF, SGR, EL, ECH), and of erasing only what
//! looks the same whether or not a terminal erases in the background's colour.

use std::io::{self, Write};

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Position;
use ratatui::style::{Color, Modifier};

/// Modifiers that show on a blank.
const ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);
/// Codes that turn a modifier on, and off.
const MODIFIERS: [(Modifier, &str, &str); 8] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];
/// Number of blanks from which on erasing to the line's end, or erasing a number of cells, is shorter than writing them.
const ERASED_TO_END: u16 = 4;
const ERASED: u16 = 12;
/// Longest gap, in cells, that may be written again to save a move of the cursor.
const LONGEST_GAP: u16 = 3;

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
/// again.
pub(super) fn write_cells(changes: &[(u16, u16, &Cell)], next: &Buffer, out: &mut Vec<u8>) -> io::Result<()> {
    let mut writer = CellWriter { out, next, style: CellStyle::PLAIN, cursor: None };
    let mut rest = changes;
    while let Some(((x, y, cell), others)) = rest.split_first() {
        let blanks = writer.blanks(rest);
        if blanks > 0 && writer.erase((*x, *y), &rest[..blanks])? {
            rest = &rest[blanks..];
        } else {
            writer.write((*x, *y), cell)?;
            rest = others;
        }
    }
    writer.set_style(CellStyle::PLAIN)
}

/// Style of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct CellStyle {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl CellStyle {
    const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    fn from_cell(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Returns true if a blank in this style looks like one in the plain style.
    fn leaves_blanks(self) -> bool {
        self.bg == Color::Reset && !self.modifier.intersects(ON_BLANKS)
    }
}

struct CellWriter<'a> {
    out: &'a mut Vec<u8>,
    next: &'a Buffer,
    /// Style that the terminal writes in.
    style: CellStyle,
    /// Position of the terminal's cursor, where it is certain.
    cursor: Option<Position>,
}

impl CellWriter<'_> {
    fn write(&mut self, (x, y): (u16, u16), cell: &Cell) -> io::Result<()> {
        self.move_to(x, y)?;
        if !(is_blank(cell) && self.style.leaves_blanks()) {
            self.set_style(CellStyle::from_cell(cell))?;
        }
        self.out.write_all(cell.symbol().as_bytes())?;
        // Terminals disagree on the width of anything but a single narrow character, and on what the last column does.
        let is_narrow = cell.symbol().chars().count() == 1 && crate::text::width(cell.symbol()) == 1;
        self.cursor = (is_narrow && x + 1 < self.next.area.right()).then_some(Position { x: x + 1, y });
        Ok(())
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
        self.move_to(x, y)?;
        if !self.style.leaves_blanks() {
            self.set_style(CellStyle::PLAIN)?;
        }
        match is_to_end {
            true => self.out.write_all(b"\x1b[K")?,
            false => write!(self.out, "\x1b[{width}X")?,
        }
        Ok(true)
    }

    fn move_to(&mut self, x: u16, y: u16) -> io::Result<()> {
        let to = Position { x, y };
        if self.cursor == Some(to) {
            return Ok(());
        }
        match self.cursor {
            Some(from) if from.y == y && from.x < x && self.can_repeat(from, x) => {
                for x in from.x..x {
                    self.out.write_all(self.next[(x, y)].symbol().as_bytes())?;
                }
            }
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

    /// Returns true if the cells up to `x` are there already and can be written again in place of a move.
    fn can_repeat(&self, from: Position, x: u16) -> bool {
        let is_same = |cell: &Cell| match is_blank(cell) {
            true => self.style.leaves_blanks(),
            false => CellStyle::from_cell(cell) == self.style,
        };
        x - from.x <= LONGEST_GAP
            && (from.x..x).all(|x| {
                let cell = &self.next[(x, from.y)];
                cell.symbol().is_ascii() && is_same(cell)
            })
    }

    fn set_style(&mut self, style: CellStyle) -> io::Result<()> {
        if style == self.style {
            return Ok(());
        }
        let change = change_codes(self.style, style);
        let anew = anew_codes(style);
        let codes = if anew.len() < change.len() { anew } else { change };
        self.style = style;
        write!(self.out, "\x1b[{codes}m")
    }
}

/// Returns the codes that lead from one style to another.
fn change_codes(from: CellStyle, to: CellStyle) -> String {
    let mut codes: Vec<String> = Vec::new();
    let mut kept = from.modifier;
    for (modifier, _, off) in MODIFIERS {
        if kept.contains(modifier) && !to.modifier.contains(modifier) {
            codes.push(off.to_owned());
            // One code ends bold and dim.
            kept = MODIFIERS.iter().filter(|(_, _, other)| *other == off).fold(kept, |kept, (other, ..)| kept - *other);
        }
    }
    let added = MODIFIERS.iter().filter(|(modifier, ..)| to.modifier.contains(*modifier) && !kept.contains(*modifier));
    codes.extend(added.map(|(_, on, _)| (*on).to_owned()));
    if from.fg != to.fg {
        codes.push(colour(to.fg, false));
    }
    if from.bg != to.bg {
        codes.push(colour(to.bg, true));
    }
    codes.join(";")
}

/// Returns the codes that lead to a style from any other; for the plain one none, which resets.
fn anew_codes(to: CellStyle) -> String {
    let codes = change_codes(CellStyle::PLAIN, to);
    if codes.is_empty() { codes } else { format!("0;{codes}") }
}

/// Returns the code of a colour of the text, or of the background.
fn colour(colour: Color, is_background: bool) -> String {
    let base = if is_background { 40 } else { 30 };
    let named = |n: u8| (u16::from(n) + if n < 8 { base } else { base + 52 }).to_string();
    match colour {
        Color::Reset => (base + 9).to_string(),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(8),
        Color::LightRed => named(9),
        Color::LightGreen => named(10),
        Color::LightYellow => named(11),
        Color::LightBlue => named(12),
        Color::LightMagenta => named(13),
        Color::LightCyan => named(14),
        Color::White => named(15),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(fg: Color, modifier: Modifier) -> CellStyle {
        CellStyle { fg, modifier, ..CellStyle::PLAIN }
    }

    #[test]
    fn styles_change_by_the_shortest_codes() {
        let cyan = style(Color::Cyan, Modifier::empty());
        assert_eq!(change_codes(CellStyle::PLAIN, cyan), "36");
        assert_eq!(anew_codes(CellStyle::PLAIN), "");
        let (bold, dim) = (style(Color::Reset, Modifier::BOLD), style(Color::Reset, Modifier::DIM));
        assert_eq!(change_codes(bold, dim), "22;2");
        assert_eq!(change_codes(style(Color::Reset, Modifier::BOLD | Modifier::DIM), bold), "22;1");
        let tinted = CellStyle { bg: Color::Indexed(237), ..cyan };
        assert_eq!(change_codes(tinted, style(Color::LightRed, Modifier::empty())), "91;49");
        assert_eq!(change_codes(cyan, CellStyle { bg: Color::Rgb(1, 2, 3), ..cyan }), "48;2;1;2;3");
    }

    #[test]
    fn blanks_in_another_colour_are_no_change() {
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
