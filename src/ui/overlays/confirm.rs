use ratatui::layout::Rect;

use super::open_box;
use crate::app::state::Confirm;
use crate::ui::canvas::Canvas;
use crate::ui::theme::Role;
use crate::ui::widgets::wrap::wrap;

const WIDTH: u16 = 68;

/// A question, what speaks against, and the two ways on.
pub fn draw(canvas: &mut Canvas, screen: Rect, confirm: &Confirm) {
    let width = usize::from(WIDTH.min(screen.width).saturating_sub(6));
    let question = wrap(&confirm.question, width);
    let details: Vec<String> = confirm.details.iter().flat_map(|detail| bullet(detail, width)).collect();
    let blank = usize::from(!details.is_empty());
    let height = (question.len() + blank + details.len() + 6) as u16;
    let area = open_box(canvas, screen, WIDTH, height, "Sure?", "");
    let last = area.bottom().saturating_sub(3).max(area.y + 1);
    let lines = question.iter().map(|line| (line.as_str(), Role::Strong));
    let lines = lines.chain(std::iter::repeat_n(("", Role::Text), blank));
    let lines = lines.chain(details.iter().map(|line| (line.as_str(), Role::Text)));
    for ((line, role), y) in lines.zip(area.y + 2..last) {
        canvas.text(area.x + 3, y, width as u16, line, role);
    }
    let keys = [
        ("y".to_owned(), Role::Accent),
        (format!(" {}", confirm.verb), Role::Text),
        ("     n".to_owned(), Role::Accent),
        (" leave it as it is".to_owned(), Role::Text),
    ];
    canvas.pieces(area.x + 3, last.min(area.bottom().saturating_sub(2)), width as u16, &keys);
}

fn bullet(detail: &str, width: usize) -> Vec<String> {
    let lines = wrap(detail, width.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(i, line)| format!("{}{line}", if i == 0 { "· " } else { "  " })).collect()
}
