use ratatui::layout::Rect;

use super::open_box;
use crate::app::lines::first_in_sight;
use crate::app::picker::{PickItem, Picker};
use crate::term::text;
use crate::ui::canvas::{Canvas, inside};
use crate::ui::theme::Role;
use crate::ui::widgets::input;
use crate::ui::format;

const WIDTH: u16 = 84;
const HEIGHT: u16 = 20;

/// A list that narrows while one types.
pub fn draw(canvas: &mut Canvas, screen: Rect, picker: &Picker) {
    let lines = picker.items.len() as u16;
    let area = open_box(canvas, screen, WIDTH, HEIGHT.min(lines + 5).max(8), picker.title, "enter picks · esc leaves");
    let inner = inside(area);
    canvas.text(inner.x + 1, inner.y, 1, "›", Role::Accent);
    input::draw(canvas, inner.x + 3, inner.y, inner.width.saturating_sub(14), &picker.input, true);
    let (found, all) = (picker.matches.len() as u64, picker.items.len() as u64);
    let position = format!("{}/{}", format::count(found), format::count(all));
    canvas.text_right(inner.x, inner.right().saturating_sub(1), inner.y, &position, Role::Dim);
    canvas.text(area.x, inner.y + 1, area.width, &format!("├{}┤", "─".repeat(usize::from(inner.width))), Role::FocusBorder);
    let list = Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner };
    draw_items(canvas, list, picker);
}

fn draw_items(canvas: &mut Canvas, area: Rect, picker: &Picker) {
    if picker.matches.is_empty() {
        canvas.text(area.x + 3, area.y, area.width.saturating_sub(4), "nothing by that name", Role::Dim);
    }
    let items = || picker.matches.iter().filter_map(|&at| picker.items.get(at));
    let widest = items().map(|item| text::width(&text::visible(&item.label))).max().unwrap_or(0) as u16;
    let first = first_in_sight(picker.cursor, picker.matches.len(), usize::from(area.height));
    for ((i, item), y) in items().enumerate().skip(first).zip(area.top()..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        draw_item(canvas, line, item, widest.min(area.width / 2));
        if i == picker.cursor {
            canvas.paint(line, Role::Focus);
            canvas.text(line.x + 1, y, 1, "›", Role::Focus);
        }
    }
}

/// The label, and beside it what it is, or why it cannot be chosen now.
fn draw_item(canvas: &mut Canvas, line: Rect, item: &PickItem, widest: u16) {
    let role = if item.disabled.is_some() { Role::Dim } else { Role::Text };
    canvas.text(line.x + 3, line.y, widest, &item.label, role);
    let x = line.x + 3 + widest + 2;
    let detail = item.disabled.map_or_else(|| item.detail.clone(), |reason| format!("not now: {reason}"));
    canvas.text(x, line.y, line.right().saturating_sub(x + 1), &detail, Role::Dim);
}
