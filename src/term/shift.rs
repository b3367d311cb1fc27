//! Finds lines that have moved up or down, so that the terminal moves them itself: a page that scrolls, or a view that
//! makes room for another line, takes a few bytes in place of all its cells.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::encode::is_blank;

/// Smallest number of cells that moving lines has to save.
const MIN_SAVED_CELLS: i64 = 60;
/// Largest number of lines that a line is looked for above and below its place.
const MAX_SHIFT: u16 = 24;
/// Number of lines whose left or right half has to have the same text for a shift to be looked at: comparing all cells
/// takes longer.
const MIN_LINES: usize = 2;

/// Lines that move up by `by`, or down by `-by`. Those that come in are blank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineShift {
    /// First line of the region and the one after its last: all of its lines move within it.
    top: u16,
    bottom: u16,
    by: i32,
}

impl LineShift {
    /// Returns the shift after which the fewest cells differ, if it is worth it.
    pub(super) fn find(known: &Buffer, next: &Buffer) -> Option<Self> {
        let Rect { height, .. } = next.area;
        let unmoved: Vec<i64> = (0..height).map(|y| differing(line(known, y), line(next, y))).collect();
        if unmoved.iter().sum::<i64>() < MIN_SAVED_CELLS {
            return None;
        }
        let blank: Vec<i64> =
            (0..height).map(|y| line(next, y).filter(|cell| !is_blank(cell)).count() as i64).collect();
        let farthest = i32::from(MAX_SHIFT.min(height / 2));
        // Panes side by side seldom scroll together, so it is enough if one half of the screen has moved.
        let (width, half) = (usize::from(next.area.width), usize::from(next.area.width / 2));
        let halves = [0..half, half..width].map(|part| [known, next].map(|cells| texts(cells, part.clone())));
        let moves = |by: i32| halves.iter().any(|texts| moved_lines(texts, by) >= MIN_LINES);
        let shifts = (-farthest..=farthest).filter(|by| *by != 0 && moves(*by));
        let best =
            shifts.filter_map(|by| best_region(known, next, by, &unmoved, &blank)).max_by_key(|(saved, _)| *saved);
        best.filter(|(saved, _)| *saved >= MIN_SAVED_CELLS).map(|(_, shift)| shift)
    }

    /// Moves the lines of a screen as the terminal does.
    pub(super) fn apply(self, cells: &mut Buffer) {
        let before = cells.clone();
        let area = cells.area;
        for y in self.top..self.bottom {
            let from = u16::try_from(i32::from(y) + self.by).ok().filter(|from| (self.top..self.bottom).contains(from));
            for x in area.left()..area.right() {
                cells[(x, area.y + y)] = from.map_or(Cell::EMPTY, |from| before[(x, area.y + from)].clone());
            }
        }
    }

    /// Appends the bytes that make the terminal move the lines. The style has to be the plain one. Afterwards the
    /// cursor's position is undefined.
    pub(super) fn write(self, out: &mut Vec<u8>) -> io::Result<()> {
        let command = if self.by > 0 { 'M' } else { 'L' };
        let (first, last, lines) = (self.top + 1, self.bottom, self.by.unsigned_abs());
        write!(out, "\x1b[{first};{last}r\x1b[{first}H\x1b[{lines}{command}\x1b[r")
    }
}

/// Returns the region in which moving by this number of lines saves the most cells, and that number.
fn best_region(known: &Buffer, next: &Buffer, by: i32, unmoved: &[i64], blank: &[i64]) -> Option<(i64, LineShift)> {
    let height = next.area.height;
    let lines = by.unsigned_abs() as u16;
    // Lines of the next screen that can come from elsewhere.
    let (from, to) = if by > 0 { (0, height - lines) } else { (lines, height) };
    let mut best = (0, from..from);
    // The largest sum of adjacent lines, from the first of them on (Kadane).
    let (mut sum, mut start) = (0, from);
    for y in from..to {
        if sum <= 0 {
            (sum, start) = (0, y);
        }
        let moved = (i32::from(y) + by) as u16;
        sum += unmoved[usize::from(y)] - differing(line(known, moved), line(next, y));
        if sum > best.0 {
            best = (sum, start..y + 1);
        }
    }
    let (saved, target) = best;
    let (top, bottom) = if by > 0 { (target.start, target.end + lines) } else { (target.start - lines, target.end) };
    let emptied = if by > 0 { target.end..bottom } else { top..target.start };
    let lost: i64 = emptied.map(usize::from).map(|y| (blank[y] - unmoved[y]).max(0)).sum();
    (saved > 0).then_some((saved - lost, LineShift { top, bottom, by }))
}

/// Returns a hash of the text in a range of columns, for each line.
fn texts(cells: &Buffer, part: Range<usize>) -> Vec<u64> {
    (0..cells.area.height).map(|y| text_of(line(cells, y).skip(part.start).take(part.len()))).collect()
}

/// Returns a hash of the cells' text without its style; 0 if all are blank.
fn text_of<'c>(cells: impl Iterator<Item = &'c Cell>) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut is_blank_line = true;
    for cell in cells {
        is_blank_line &= cell.symbol() == " ";
        cell.symbol().hash(&mut hasher);
    }
    if is_blank_line { 0 } else { hasher.finish() }
}

/// Returns the number of lines whose text comes from elsewhere with this shift.
fn moved_lines([known, next]: &[Vec<u64>; 2], by: i32) -> usize {
    let from = |y: usize| usize::try_from(y as i32 + by).ok().and_then(|y| known.get(y));
    let is_moved = |y: &usize| next[*y] != 0 && next[*y] != known[*y] && from(*y) == Some(&next[*y]);
    (0..next.len()).filter(is_moved).count()
}

fn line(cells: &Buffer, y: u16) -> impl Iterator<Item = &Cell> {
    let width = usize::from(cells.area.width);
    cells.content.iter().skip(usize::from(y) * width).take(width)
}

fn differing<'c>(a: impl Iterator<Item = &'c Cell>, b: impl Iterator<Item = &'c Cell>) -> i64 {
    a.zip(b).filter(|(a, b)| a != b).count() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(lines: &[&str]) -> Buffer {
        Buffer::with_lines(lines.iter().map(|line| format!("{line:<40}")))
    }

    const LONG: [&str; 5] = [
        "a first line of quite some length here",
        "another one, which is not at all alike",
        "the third of them has yet other words!",
        "and a fourth, whose end is nowhere near",
        "0123456789 0123456789 0123456789 012345",
    ];

    #[test]
    fn scrolled_page_moves_lines_between_fixed_lines() {
        let known = screen(&["head", LONG[0], LONG[1], LONG[2], LONG[3], "foot"]);
        let next = screen(&["head", LONG[1], LONG[2], LONG[3], LONG[4], "foot"]);
        for (known, next, by) in [(&known, &next, 1), (&next, &known, -1)] {
            let shift = LineShift::find(known, next).expect("a shift");
            assert_eq!(shift.by, by);
            let mut moved = known.clone();
            shift.apply(&mut moved);
            let lines = (0..6).filter(|y| differing(line(&moved, *y), line(next, *y)) > 0).count();
            assert!(lines <= 2, "all but the line that came in, and the foot: {moved:?}");
        }
    }

    #[test]
    fn few_changes_shift_no_line() {
        let known = screen(&[LONG[0], LONG[1], LONG[2]]);
        assert_eq!(LineShift::find(&known, &known), None);
        assert_eq!(LineShift::find(&known, &screen(&[LONG[0], LONG[3], LONG[2]])), None);
    }
}
