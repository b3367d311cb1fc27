use ratatui::layout::Rect;

use super::EditAgain;
use crate::text::wrap;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::open_box;

const WIDTH: u16 = 76;

/// Draws what is wrong with the text that the editor left, and the two answers.
pub fn draw(canvas: &mut Canvas, screen: Rect, again: &EditAgain) {
    let width = WIDTH.min(screen.width).saturating_sub(6);
    let lines = wrap(&again.why, usize::from(width));
    let title = format!("{} is not saved", again.editing.subject.name());
    let area = open_box(canvas, screen, WIDTH, lines.len() as u16 + 6, &title, "");
    for (line, y) in lines.iter().zip(area.y + 2..area.bottom().saturating_sub(1)) {
        canvas.text(area.x + 3, y, width, line, Role::Error);
    }
    let keys = [
        ("enter".to_owned(), Role::Accent),
        (" edits it again".to_owned(), Role::Text),
        ("     esc".to_owned(), Role::Accent),
        (" throws the text away".to_owned(), Role::Text),
    ];
    canvas.pieces(area.x + 3, area.bottom().saturating_sub(3), width, &keys);
}
