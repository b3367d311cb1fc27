//! Answers to a question in a box: a line of keys and what they do, which the mouse presses too.

use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::paint::canvas::{Canvas, Position, Rect, TextPiece};
use crate::tui::paint::theme::Role;

/// Cells between two answers.
const GAP: u16 = 5;

/// An answer: its key, and what that does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxAnswer {
    pub key: KeySymbol,
    /// Word for what the key does.
    pub does: &'static str,
}

impl BoxAnswer {
    /// Returns the answer as it is drawn: `y delete`.
    fn pieces(self) -> [TextPiece; 2] {
        [(KeyPress::plain(self.key).to_string(), Role::Accent), (format!(" {}", self.does), Role::Text)]
    }

    fn width(self) -> u16 {
        self.pieces().iter().map(|(text, _)| crate::text::width(text) as u16).sum()
    }
}

/// Draws answers on a line.
pub fn draw_answers(canvas: &mut Canvas, line: Rect, answers: &[BoxAnswer]) {
    let mut x = line.x;
    for answer in answers {
        canvas.pieces(x, line.y, line.right().saturating_sub(x), &answer.pieces());
        x += answer.width() + GAP;
    }
}

/// Returns the key of the answer at a place of the line.
pub fn answer_at(line: Rect, answers: &[BoxAnswer], at: Position) -> Option<KeyPress> {
    let mut x = line.x;
    for answer in answers {
        if line.contains(at) && (x..x + answer.width()).contains(&at.x) {
            return Some(KeyPress::plain(answer.key));
        }
        x += answer.width() + GAP;
    }
    None
}
