use ratatui::layout::Rect;

use super::EditAgain;
use crate::text::wrap;
use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::paint::canvas::{Canvas, Position};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::answers::{self, BoxAnswer, draw_answers};
use crate::tui::widgets::boxes::{box_area, open_box};

const WIDTH: u16 = 76;

const ANSWERS: [BoxAnswer; 2] = [
    BoxAnswer { key: KeySymbol::Enter, does: "edits it again" },
    BoxAnswer { key: KeySymbol::Esc, does: "discards the text" },
];

/// Draws what is wrong with the text that the editor left, and the two answers.
pub fn draw(canvas: &mut Canvas, screen: Rect, again: &EditAgain) {
    let (lines, answers) = layout(screen, again);
    let title = format!("{} is not saved", again.editing.subject.name());
    let area = open_box(canvas, screen, WIDTH, lines.len() as u16 + 6, &title, "");
    for (line, y) in lines.iter().zip(area.y + 2..area.bottom().saturating_sub(1)) {
        canvas.text(area.x + 3, y, answers.width, line, Role::Error);
    }
    draw_answers(canvas, answers, &ANSWERS);
}

/// Returns the key of the answer at a place of the screen.
pub fn answer_at(screen: Rect, again: &EditAgain, at: Position) -> Option<KeyPress> {
    answers::answer_at(layout(screen, again).1, &ANSWERS, at)
}

/// Returns the reason's lines, and the area of the answers.
fn layout(screen: Rect, again: &EditAgain) -> (Vec<String>, Rect) {
    let width = WIDTH.min(screen.width).saturating_sub(6);
    let lines = wrap(&again.why, usize::from(width));
    let area = box_area(screen, WIDTH, lines.len() as u16 + 6);
    (lines, Rect { x: area.x + 3, y: area.bottom().saturating_sub(3), width, height: 1 })
}
