//! Draws the form.

use super::ExportForm;
use crate::model::FileFormat;
use crate::text::wrap;
use crate::tui::paint::canvas::{Canvas, Position, Rect, inside};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::{box_area, open_box};
use crate::tui::widgets::input;

const WIDTH: u16 = 76;
/// Width of the labels, in cells.
const LABEL: u16 = 9;
/// Maximum number of lines below the path.
const MAX_LINES_BELOW: usize = 3;

/// Returns the choice at a place of the page.
pub fn choice_at(screen: Rect, form: &ExportForm, at: Position) -> Option<usize> {
    let area = box_area(screen, WIDTH, height(form));
    let line = usize::from(at.y.checked_sub(area.y + 1).filter(|_| inside(area).contains(at))?);
    (line < form.choices.len()).then_some(line)
}

fn height(form: &ExportForm) -> u16 {
    (form.choices.len() + MAX_LINES_BELOW + 4) as u16
}

/// Draws the box: path, choices, problem and keys.
pub fn draw(canvas: &mut Canvas, screen: Rect, form: &ExportForm) {
    let wide = WIDTH.min(screen.width).saturating_sub(4 + LABEL);
    let (below, role) = match &form.problem {
        _ if form.asks_to_replace => (format!("{} already exists. Replace it?", form.path.value()), Role::Notice),
        Some(problem) => (format!("! {problem}"), Role::Error),
        None => (format!("{}: the ending decides the format", FileFormat::ENDINGS), Role::Dim),
    };
    let mut below = wrap(&below, usize::from(wide));
    below.truncate(MAX_LINES_BELOW);
    let keys = match form.choices.len() {
        _ if form.is_writing => "writing…",
        _ if form.asks_to_replace => "y replaces it · n keeps it",
        1 => "enter writes the file · esc leaves",
        _ => "enter writes the file · tab next choice · esc leaves",
    };
    let area = open_box(canvas, screen, WIDTH, height(form), "Export", keys);
    let x = area.x + 2;
    let mut y = area.y + 1;
    for (at, choice) in form.choices.iter().enumerate() {
        let is_chosen = at == form.at;
        canvas.text(x, y, LABEL, if at == 0 { "export" } else { "" }, Role::Dim);
        canvas.text(x + LABEL, y, 2, if is_chosen { "● " } else { "○ " }, Role::Accent);
        let role = if is_chosen && choice.content.is_ok() { Role::Text } else { Role::Dim };
        canvas.text(x + LABEL + 2, y, wide.saturating_sub(2), &choice.label, role);
        y += 1;
    }
    canvas.text(x, y, LABEL, "to file", Role::Accent);
    input::draw(canvas, x + LABEL, y, wide, &form.path, !form.is_writing && !form.asks_to_replace);
    for (line, y) in below.iter().zip(y + 1..area.bottom().saturating_sub(1)) {
        canvas.text(x + LABEL, y, wide, line, role);
    }
}
