//! Encoding of pictures as bytes: only what differs from what the terminal shows, in one synchronized update.

use std::io::{self, Write};

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::queue;
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Position;

use super::encode::write_cells;
use super::shift::LineShift;

/// A whole screen: its cells, and the cursor's position if it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Cells of the whole screen.
    pub cells: Buffer,
    /// Position of the cursor; `None` hides it.
    pub cursor: Option<Position>,
}

/// The picture that the terminal is known to show.
#[derive(Debug, Default)]
pub struct KnownScreen {
    shown: Option<Picture>,
}

impl KnownScreen {
    /// Forgets what the terminal shows: the next picture clears it and is drawn whole.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Records that the terminal has accepted all the bytes of `picture`.
    pub fn shows(&mut self, picture: Picture) {
        self.shown = Some(picture);
    }

    /// Appends the bytes that turn the screen into `next`; none if it shows that already.
    pub fn write_update(&self, next: &Picture, out: &mut Vec<u8>) -> io::Result<()> {
        let known = self.shown.as_ref().filter(|shown| shown.cells.area == next.cells.area);
        if known.is_some_and(|shown| shown == next) {
            return Ok(());
        }
        queue!(out, BeginSynchronizedUpdate)?;
        if known.is_none_or(|shown| shown.cursor.is_some()) {
            queue!(out, Hide)?;
        }
        if known.is_none() {
            queue!(out, SetAttribute(Attribute::Reset), Clear(ClearType::All))?;
        }
        let mut before = known.map_or_else(|| Buffer::empty(next.cells.area), |shown| shown.cells.clone());
        if let Some(shift) = LineShift::find(&before, &next.cells) {
            shift.apply(&mut before);
            shift.write(out)?;
        }
        expose_halves(&mut before, &next.cells);
        write_cells(&in_painting_order(before.diff(&next.cells)), &next.cells, out)?;
        if let Some(Position { x, y }) = next.cursor {
            queue!(out, MoveTo(x, y), Show)?;
        }
        queue!(out, EndSynchronizedUpdate)?;
        out.flush()
    }
}

/// Makes the second halves of wide characters that go away count as changed, whatever they become: a terminal leaves
/// their background there when only the first half is written over.
fn expose_halves(before: &mut Buffer, next: &Buffer) {
    const UNKNOWN: &str = "\u{fffd}";
    let (width, right) = (usize::from(before.area.width), before.area.right());
    for at in 0..before.content.len().min(next.content.len()) {
        let (x, _) = before.pos_of(at);
        let end = (x + before.content[at].cell_width().max(1)).min(right) - x;
        if end > 1 && width > 0 && before.content[at] != next.content[at] {
            for half in at + 1..at + usize::from(end) {
                before.content[half].set_symbol(UNKNOWN);
            }
        }
    }
}

/// Orders changes for painting. Terminals disagree with us, and with each other, on the width of a cluster of several
/// characters (emoji sequences, Indic syllables, marked katakana). Such cells go first, each positioned by itself and
/// onto blanks, so that one drawn wider or narrower than we count neither shifts its neighbours nor leaves an old
/// character beside it.
fn in_painting_order(changes: Vec<(u16, u16, &Cell)>) -> Vec<(u16, u16, &Cell)> {
    const BLANK: &Cell = &Cell::EMPTY;
    let (mut blanks, mut wide, mut plain) = (Vec::new(), Vec::new(), Vec::with_capacity(changes.len()));
    // The columns of a row that the last wide cell covers. A change beneath it is left to the blanks.
    let mut covered = (0, 0..0);
    for change in changes {
        let (x, y, cell) = change;
        if covered.0 == y && covered.1.contains(&x) {
            continue;
        }
        let (symbol, end) = (cell.symbol(), x.saturating_add(cell.cell_width()));
        let is_cluster = symbol.len() > 1 && symbol.chars().nth(1).is_some();
        if is_cluster {
            blanks.extend((x..end).map(|x| (x, y, BLANK)));
        }
        if is_cluster || end > x + 1 {
            covered = (y, x..end);
            wide.push(change);
        } else {
            plain.push(change);
        }
    }
    blanks.append(&mut wide);
    blanks.append(&mut plain);
    blanks
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::{Color, Modifier, Style};

    use super::*;

    fn picture(lines: &[&str]) -> Picture {
        Picture { cells: Buffer::with_lines(lines.iter().copied()), cursor: None }
    }

    /// Returns the bytes that bring `screen` to `next`, and updates the screen.
    fn update(screen: &mut KnownScreen, next: &Picture) -> String {
        let mut out = Vec::new();
        screen.write_update(next, &mut out).expect("a Vec takes every byte");
        screen.shows(next.clone());
        String::from_utf8(out).expect("text and escape sequences")
    }

    #[test]
    fn first_picture_clears_and_equal_picture_sends_nothing() {
        let mut screen = KnownScreen::default();
        let first = update(&mut screen, &picture(&["ab", "cd"]));
        assert!(first.starts_with("\x1b[?2026h") && first.ends_with("\x1b[?2026l"), "{first:?}");
        assert!(first.contains("\x1b[2J") && first.contains("\x1b[?25l"), "{first:?}");
        assert_eq!(update(&mut screen, &picture(&["ab", "cd"])), "");
    }

    #[test]
    fn changed_cells_alone_are_sent() {
        let mut screen = KnownScreen::default();
        update(&mut screen, &picture(&["ab", "cd"]));
        let second = update(&mut screen, &picture(&["ab", "cX"]));
        assert!(second.contains("\x1b[2;2HX") && !second.contains('a') && !second.contains("\x1b[2J"), "{second:?}");
    }

    #[test]
    fn mostly_emptied_line_is_erased_and_rewritten() {
        let mut screen = KnownScreen::default();
        update(&mut screen, &picture(&[&"x".repeat(60)]));
        let gap = " ".repeat(16);
        let sent = update(&mut screen, &picture(&[&format!("ab{gap}cd{gap}ef{:22}", "")]));
        assert!(sent.contains("ab\x1b[K\x1b[16Ccd\x1b[16Cef\x1b"), "{sent:?}");
    }

    #[test]
    fn forgotten_or_resized_screen_is_redrawn() {
        let mut screen = KnownScreen::default();
        update(&mut screen, &picture(&["ab"]));
        screen.forget();
        let again = update(&mut screen, &picture(&["ab"]));
        assert!(again.contains("\x1b[2J") && again.contains("ab"), "{again:?}");
        let wider = update(&mut screen, &picture(&["ab "]));
        assert!(wider.contains("\x1b[2J") && wider.contains("ab"), "{wider:?}");
    }

    #[test]
    fn cursor_move_sends_only_cursor() {
        let mut screen = KnownScreen::default();
        let mut next = picture(&["ab"]);
        update(&mut screen, &next);
        next.cursor = Some(Position::new(1, 0));
        assert_eq!(update(&mut screen, &next), "\x1b[?2026h\x1b[1;2H\x1b[?25h\x1b[?2026l");
        next.cursor = None;
        assert_eq!(update(&mut screen, &next), "\x1b[?2026h\x1b[?25l\x1b[?2026l");
    }

    /// Numbers that look random, the same in every run.
    fn numbers() -> impl FnMut(usize) -> usize {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        move |below| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state % below as u64) as usize
        }
    }

    #[test]
    fn terminal_emulator_shows_random_pictures_exactly() {
        const STYLES: [Style; 6] = [
            Style::new(),
            Style::new().fg(Color::Cyan),
            Style::new().add_modifier(Modifier::DIM),
            Style::new().fg(Color::Indexed(250)).bg(Color::Indexed(237)),
            Style::new().add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
            Style::new().add_modifier(Modifier::REVERSED),
        ];
        const WORDS: [&str; 7] = ["segment", "      ", "日本", "─────", " 12.5 % ", "é", "            "];
        let mut number = numbers();
        let (width, height) = (60_u16, 14_u16);
        let mut terminal = vt100::Parser::new(height.try_into().expect("not 0"), width.try_into().expect("not 0"), 0);
        let mut screen = KnownScreen::default();
        let mut cells = Buffer::empty(Rect::new(0, 0, width, height));
        for round in 0..400 {
            match number(3) {
                // Some lines move.
                0 => {
                    let (top, by) = (number(6) as u16, number(4) as u16);
                    let before = cells.clone();
                    for y in top..height - by {
                        (0..width).for_each(|x| cells[(x, y)] = before[(x, y + by)].clone());
                    }
                }
                // A wide character must not be cut in half, so whole lines are written.
                _ => {
                    let y = number(usize::from(height)) as u16;
                    (0..width).for_each(|x| cells[(x, y)].reset());
                    let mut x = number(5) as u16;
                    while x + 13 < width {
                        x = cells.set_stringn(x, y, WORDS[number(7)], usize::MAX, STYLES[number(6)]).0;
                    }
                }
            }
            crate::term::encode::make_blanks_plain(&mut cells);
            let sent = update(&mut screen, &Picture { cells: cells.clone(), cursor: None });
            terminal.process(sent.as_bytes());
            for y in 0..height {
                for x in 0..width {
                    let (cell, shown) = (&cells[(x, y)], terminal.screen().cell(y, x).expect("a cell"));
                    if shown.is_wide_continuation() {
                        continue;
                    }
                    let symbol = if shown.contents().is_empty() { " " } else { shown.contents() };
                    assert_eq!(symbol, cell.symbol(), "round {round}, line {y}, column {x}");
                    let has = |modifier| cell.modifier.contains(modifier);
                    assert_eq!(
                        (shown.inverse(), shown.underline()),
                        (has(Modifier::REVERSED), has(Modifier::UNDERLINED)),
                        "round {round}, line {y}, column {x}"
                    );
                    let background = matches!(shown.bgcolor(), vt100::Color::Default);
                    assert_eq!(background, cell.bg == Color::Reset, "round {round}, line {y}, column {x} {sent:?}");
                    if symbol != " " {
                        let colour = match cell.fg {
                            Color::Cyan => vt100::Color::Idx(6),
                            Color::Indexed(n) => vt100::Color::Idx(n),
                            _ => vt100::Color::Default,
                        };
                        assert_eq!(
                            (shown.fgcolor(), shown.bold(), shown.dim()),
                            (colour, has(Modifier::BOLD), has(Modifier::DIM))
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn reverse_video_in_reset_colours_reaches_last_cell() {
        let mut cells = Buffer::empty(Rect::new(0, 0, 6, 1));
        let selected = Style::new().fg(Color::Reset).bg(Color::Reset).add_modifier(Modifier::REVERSED);
        cells.set_string(0, 0, "sel", selected);
        cells.set_string(3, 0, "off", Style::reset());
        let sent = update(&mut KnownScreen::default(), &Picture { cells, cursor: None });
        assert!(sent.contains("\x1b[7msel\x1b[moff"), "{sent:?}");
    }

    #[test]
    fn cells_after_doubtful_width_are_positioned_explicitly() {
        let family = "👨\u{200d}👩\u{200d}👧";
        let sent = update(&mut KnownScreen::default(), &picture(&[&format!("a{family}b❤\u{fe0f}c")]));
        let (risky, plain) = (sent.find(family).expect("drawn"), sent.rfind('b').expect("placed"));
        assert!(risky < plain, "{sent:?}");
        assert!(sent.contains("\x1b[1Ha\x1b[2Cb\x1b[2Cc"), "{sent:?}");
    }
}
