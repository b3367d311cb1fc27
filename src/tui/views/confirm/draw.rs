use ratatui::layout::Rect;

use super::Confirm;
use crate::text::wrap;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::open_box;
use crate::tui::widgets::page::Lines;

const WIDTH: u16 = 68;

/// Draws a question, the reasons against it, and the two answers.
pub fn draw(canvas: &mut Canvas, screen: Rect, confirm: &Confirm) {
    let width = usize::from(WIDTH.min(screen.width).saturating_sub(6));
    let most = usize::from(screen.height.saturating_sub(2));
    let lines = lines(confirm, width, most);
    let area = open_box(canvas, screen, WIDTH, lines.len() as u16 + 2, "Sure?", "");
    for (line, y) in lines.iter().zip(area.y + 1..area.bottom().saturating_sub(1)) {
        canvas.pieces(area.x + 3, y, width as u16, line);
    }
}

/// Returns the box's lines, at most `most`. If there are too many, empty lines go first, then details, which are
/// counted.
fn lines(confirm: &Confirm, width: usize, most: usize) -> Lines {
    let piece = |role: Role| move |line: String| vec![(line, role)];
    let question: Lines = wrap(&confirm.question, width).into_iter().map(piece(Role::Strong)).collect();
    let mut details: Lines =
        confirm.details.iter().flat_map(|detail| bullet(detail, width)).map(piece(Role::Text)).collect();
    let keys = vec![
        ("y".to_owned(), Role::Accent),
        (format!(" {}", confirm.verb), Role::Text),
        ("     n".to_owned(), Role::Accent),
        (" keep".to_owned(), Role::Text),
    ];
    let airy = question.len() + details.len() + 5 <= most;
    let room = most.saturating_sub(question.len() + 1);
    if !airy && details.len() > room {
        let hidden = details.len() - room.saturating_sub(1);
        details.truncate(room.saturating_sub(1));
        details.push(vec![(format!("… {hidden} more lines"), Role::Dim)]);
    }
    let air = || std::iter::repeat_n(Vec::new(), usize::from(airy));
    let blank = || std::iter::repeat_n(Vec::new(), usize::from(airy && !details.is_empty()));
    let body = blank().chain(details.iter().cloned());
    air().chain(question).chain(body).chain(air()).chain([keys]).chain(air()).collect()
}

fn bullet(detail: &str, width: usize) -> Vec<String> {
    let lines = wrap(detail, width.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(i, line)| format!("{}{line}", if i == 0 { "· " } else { "  " })).collect()
}
