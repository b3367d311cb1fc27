//! Draws the form.

use super::ExportForm;
use crate::text::wrap;
use crate::tui::paint::canvas::{Canvas, Rect};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::open_box;
use crate::tui::widgets::input;

const WIDTH: u16 = 76;
/// Width of the labels, in cells.
const LABEL: u16 = 9;
/// Maximum number of lines below the path.
const BELOW: usize = 3;

pub fn draw(canvas: &mut Canvas, screen: Rect, form: &ExportForm) {
    let wide = WIDTH.min(screen.width).saturating_sub(4 + LABEL);
    let (below, role) = match &form.problem {
        _ if form.asks_to_replace => (format!("{} is there already. Replace it?", form.path.value()), Role::Notice),
        Some(problem) => (format!("! {problem}"), Role::Error),
        None => (".csv, .tsv, .ndjson or .md: the ending decides the format".to_owned(), Role::Dim),
    };
    let mut below = wrap(&below, usize::from(wide));
    below.truncate(BELOW);
    let keys = match form.choices.len() {
        _ if form.is_writing => "writing…",
        _ if form.asks_to_replace => "y replaces it · n keeps it",
        1 => "enter writes the file · esc leaves",
        _ => "enter writes the file · tab next choice · esc leaves",
    };
    let height = (form.choices.len() + BELOW + 4) as u16;
    let area = open_box(canvas, screen, WIDTH, height, "Export", keys);
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
