//! Draws the question.

use super::CreateStudy;
use crate::text::wrap;
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::open_box;

const WIDTH: u16 = 72;

/// Draws the question and its two answers.
pub fn draw(canvas: &mut Canvas, screen: Rect, question: &CreateStudy) {
    let width = WIDTH.min(screen.width).saturating_sub(6);
    let text = format!(
        "Segments and personas are saved in a study: config.toml, segments.toml and personas.toml beside {}. \
         The filter is kept.",
        question.table
    );
    let lines = wrap(&text, usize::from(width));
    let area = open_box(canvas, screen, WIDTH, lines.len() as u16 + 5, "Create a study here?", "");
    for (line, y) in lines.iter().zip(area.y + 1..area.bottom().saturating_sub(2)) {
        canvas.text(area.x + 3, y, width, line, Role::Text);
    }
    let y = area.bottom().saturating_sub(2);
    if question.is_creating {
        canvas.text(area.x + 3, y, width, "creating it…", Role::Notice);
        return;
    }
    let keys = [
        ("y".to_owned(), Role::Accent),
        (" create it and go on".to_owned(), Role::Text),
        ("     n".to_owned(), Role::Accent),
        (" write nothing".to_owned(), Role::Text),
    ];
    canvas.pieces(area.x + 3, y, width, &keys);
}
