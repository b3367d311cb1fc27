//! Draws the question.

use super::CreateStudy;
use crate::text::wrap;
use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::paint::canvas::{Canvas, Position, Rect};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::answers::{self, BoxAnswer, draw_answers};
use crate::tui::widgets::boxes::{box_area, open_box};

const WIDTH: u16 = 72;

const ANSWERS: [BoxAnswer; 2] = [
    BoxAnswer { key: KeySymbol::Char('y'), does: "create it and continue" },
    BoxAnswer { key: KeySymbol::Char('n'), does: "write nothing" },
];

/// Draws the question and its two answers.
pub fn draw(canvas: &mut Canvas, screen: Rect, question: &CreateStudy) {
    let (lines, answers) = layout(screen, question);
    let area = open_box(canvas, screen, WIDTH, lines.len() as u16 + 5, "Create a study here?", "");
    for (line, y) in lines.iter().zip(area.y + 1..area.bottom().saturating_sub(2)) {
        canvas.text(area.x + 3, y, answers.width, line, Role::Text);
    }
    match question.is_creating {
        true => _ = canvas.text(answers.x, answers.y, answers.width, "creating it…", Role::Notice),
        false => draw_answers(canvas, answers, &ANSWERS),
    }
}

/// Returns the key of the answer at a place of the screen.
pub fn answer_at(screen: Rect, question: &CreateStudy, at: Position) -> Option<KeyPress> {
    answers::answer_at(layout(screen, question).1, &ANSWERS, at)
}

/// Returns the question's lines, and the area of the answers.
fn layout(screen: Rect, question: &CreateStudy) -> (Vec<String>, Rect) {
    let width = WIDTH.min(screen.width).saturating_sub(6);
    let text = format!(
        "Segments and personas are saved in a study: config.toml, segments.toml and personas.toml beside {}. \
         The filter is kept.",
        question.table
    );
    let lines = wrap(&text, usize::from(width));
    let area = box_area(screen, WIDTH, lines.len() as u16 + 5);
    (lines, Rect { x: area.x + 3, y: area.bottom().saturating_sub(2), width, height: 1 })
}
