//! The matrix of dots, with a column for each set, and the sets' names above.

use ratatui::layout::Rect;

use crate::insight::figures;
use crate::insight::format;
use crate::insight::upset::UpSet;
use crate::model::reference;
use crate::text;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;

/// Maximum number of lines of upright names.
const UPRIGHT: u16 = 8;

/// Layout of the dots.
pub struct Dots {
    /// Number of sets that fit.
    sets: usize,
    /// Cells from one set to the next: 2 with a line between them, 1 without.
    step: u16,
    /// Width of the dots in cells.
    pub width: u16,
    /// Number of lines of the names.
    pub head: u16,
    /// True if each name has a line of its own; otherwise the names stand upright.
    stairs: bool,
    /// True if not all sets are drawn.
    cut: bool,
}

impl Dots {
    /// Lays out dots for `sets` sets in a view of this area, on at most `room` cells.
    pub fn new(sets: usize, area: Rect, room: u16) -> Self {
        let step = if sets * 2 <= usize::from(room) + 1 { 2 } else { 1 };
        let drawn = sets.min(usize::from(room.saturating_sub(1)).max(1));
        let (drawn, cut) = if step == 2 { (sets, false) } else { (drawn, drawn < sets) };
        let stairs = sets <= usize::from(area.height / 2).saturating_sub(1);
        let head = match stairs {
            true => sets as u16,
            false if area.height >= 12 => UPRIGHT.min(area.height / 3),
            false => 0,
        };
        let width = (drawn as u16 * step).saturating_sub(step - 1) + u16::from(cut);
        Self { sets: drawn, step, width, head, stairs, cut }
    }

    /// Returns the dots of a combination, such as `●─·─●`, with a line from its first set to its last.
    pub fn text(&self, combination: u64) -> String {
        let inside: Vec<usize> = (0..self.sets).filter(|set| combination >> set & 1 == 1).collect();
        let (first, last) = (inside.first().copied(), inside.last().copied());
        let mut text = String::new();
        for set in 0..self.sets {
            text.push(if combination >> set & 1 == 1 { '●' } else { '·' });
            if self.step == 2 && set + 1 < self.sets {
                let between = first.is_some_and(|first| first <= set) && last.is_some_and(|last| set < last);
                text.push(if between { '─' } else { ' ' });
            }
        }
        if self.cut {
            text.push('…');
        }
        text
    }

    /// Draws the sets' names above the dots.
    pub fn draw_heads(&self, canvas: &mut Canvas, area: Rect, upset: &UpSet, min_cell: u64, role: Role) {
        if self.head == 0 {
            return;
        }
        if self.stairs {
            self.draw_stairs(canvas, area, upset, min_cell, role)
        } else {
            self.draw_upright(canvas, area, upset, role)
        }
    }

    /// Draws a line for each name, with the set's size. Lines lead down to the columns of dots.
    fn draw_stairs(&self, canvas: &mut Canvas, area: Rect, upset: &UpSet, min_cell: u64, role: Role) {
        for (i, set) in upset.sets.iter().enumerate() {
            let y = area.y + i as u16;
            for before in 0..i as u16 {
                canvas.text(area.x + 1 + before * self.step, y, 1, "│", Role::Dim);
            }
            let x = area.x + 1 + i as u16 * self.step;
            let x = canvas.text(x, y, 2, "┌ ", Role::Dim);
            let x = canvas.text(x, y, area.right().saturating_sub(x + 1), &reference(&set.name), role);
            let shown = upset.size(set, min_cell);
            let share = shown.count().and_then(|count| figures::share(count, upset.whole));
            let size = format!("  {} ({})", format::shown(shown), format::percent(share));
            canvas.text(x, y, area.right().saturating_sub(x + 1), &size, Role::Dim);
        }
    }

    fn draw_upright(&self, canvas: &mut Canvas, area: Rect, upset: &UpSet, role: Role) {
        for (i, set) in upset.sets.iter().take(self.sets).enumerate() {
            let x = area.x + 1 + i as u16 * self.step;
            let name = text::visible(&set.name);
            let letters: Vec<char> = name.chars().take(usize::from(self.head)).collect();
            let top = area.y + self.head - letters.len() as u16;
            // Every second name is dim, to tell neighbours apart.
            let role = if i % 2 == 0 { role } else { Role::Dim };
            for (y, letter) in (top..).zip(letters) {
                let letter = letter.to_string();
                canvas.text(x, y, 1, if text::width(&letter) == 1 { &letter } else { "·" }, role);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dots(sets: usize, room: u16) -> Dots {
        Dots::new(sets, Rect::new(0, 0, 80, 24), room)
    }

    #[test]
    fn line_joins_first_and_last_dot() {
        assert_eq!(dots(4, 40).text(0b1101), "●─·─●─●");
        assert_eq!(dots(4, 40).text(0b0100), "· · ● ·");
        assert_eq!(dots(3, 40).text(0), "· · ·");
    }

    #[test]
    fn dots_without_room_close_up_and_cut_last() {
        assert_eq!(dots(4, 4).text(0b1101), "●·●…");
        assert_eq!(dots(4, 5).text(0b1101), "●·●●");
        assert_eq!(dots(64, 20).width, 20);
    }
}
