use ratatui::layout::Rect;

use super::Confirm;
use crate::study::Change;
use crate::text::wrap;
use crate::tui::core::key::{KeyPress, KeySymbol};
use crate::tui::paint::canvas::{Canvas, Position};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::answers::{self, BoxAnswer, draw_answers};
use crate::tui::widgets::boxes::{box_area, open_box};
use crate::tui::widgets::page::Lines;

const WIDTH: u16 = 68;

/// Draws a question, the reasons against it, and the two answers.
pub fn draw(canvas: &mut Canvas, screen: Rect, confirm: &Confirm) {
    let layout = ConfirmLayout::new(screen, confirm);
    let height = layout.lines.len() as u16 + 2;
    let area = open_box(canvas, screen, WIDTH, height, title(&confirm.change), "");
    for (line, y) in layout.lines.iter().zip(area.y + 1..area.bottom().saturating_sub(1)) {
        canvas.pieces(area.x + 3, y, layout.answers.width, line);
    }
    draw_answers(canvas, layout.answers, &answers(confirm));
}

fn title(change: &Change) -> &'static str {
    match change {
        Change::DeleteSegment { .. } => "Delete segment",
        Change::DeleteSegmentation { .. } => "Delete segmentation",
        Change::DeletePersona { .. } => "Delete persona",
        Change::Restore(_) => "Undo",
        _ => "Save",
    }
}

/// Returns the key of the answer at a place of the screen.
pub fn answer_at(screen: Rect, confirm: &Confirm, at: Position) -> Option<KeyPress> {
    answers::answer_at(ConfirmLayout::new(screen, confirm).answers, &answers(confirm), at)
}

fn answers(confirm: &Confirm) -> [BoxAnswer; 2] {
    let answer = |key, does| BoxAnswer { key: KeySymbol::Char(key), does };
    [answer('y', confirm.verb), answer('n', "keep")]
}

/// Layout of the box.
struct ConfirmLayout {
    lines: Lines,
    /// Line of the answers.
    answers: Rect,
}

impl ConfirmLayout {
    /// Lays out the box in at most the screen's height. If there are too many lines, empty ones go first, then details,
    /// which are counted.
    fn new(screen: Rect, confirm: &Confirm) -> Self {
        let width = usize::from(WIDTH.min(screen.width).saturating_sub(6));
        let most = usize::from(screen.height.saturating_sub(2));
        let piece = |role: Role| move |line: String| vec![(line, role)];
        let question: Lines = wrap(&confirm.question, width).into_iter().map(piece(Role::Strong)).collect();
        let mut details: Lines =
            confirm.details.iter().flat_map(|detail| bullet(detail, width)).map(piece(Role::Text)).collect();
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
        let above: Lines = air().chain(question).chain(body).chain(air()).collect();
        let line = above.len() as u16;
        // An empty line for the answers, which are drawn later, and one below if there is room.
        let lines: Lines = above.into_iter().chain([Vec::new()]).chain(air()).collect();
        let area = box_area(screen, WIDTH, lines.len() as u16 + 2);
        Self { lines, answers: Rect { x: area.x + 3, y: area.y + 1 + line, width: width as u16, height: 1 } }
    }
}

fn bullet(detail: &str, width: usize) -> Vec<String> {
    let lines = wrap(detail, width.saturating_sub(2)).into_iter().enumerate();
    lines.map(|(i, line)| format!("{}{line}", if i == 0 { "· " } else { "  " })).collect()
}
