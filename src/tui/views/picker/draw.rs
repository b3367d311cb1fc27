use ratatui::layout::{Position, Rect};

use crate::insight::format;
use crate::text;
use crate::tui::core::lines::first_in_sight;
use crate::tui::core::picker::{PickItem, Picker};
use crate::tui::paint::canvas::{Canvas, inside};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::{box_area, open_box};
use crate::tui::widgets::input;

const WIDTH: u16 = 84;
const HEIGHT: u16 = 20;

/// Draws the list in a box. `why_not` precedes the reason why an item cannot be chosen.
pub fn draw_list(canvas: &mut Canvas, screen: Rect, picker: &Picker, why_not: &str) {
    let area = open_box(canvas, screen, WIDTH, height(picker), picker.title, "enter picks · esc leaves");
    let inner = inside(area);
    canvas.text(inner.x + 1, inner.y, 1, "›", Role::Accent);
    input::draw(canvas, inner.x + 3, inner.y, inner.width.saturating_sub(14), &picker.input, true);
    let (found, all) = (picker.matches.len() as u64, picker.items.len() as u64);
    let position = format!("{} of {}", format::count(found), format::count(all));
    canvas.text_right(inner.x, inner.right().saturating_sub(1), inner.y, &position, Role::Dim);
    let line = "─".repeat(usize::from(inner.width));
    canvas.text(area.x, inner.y + 1, area.width, &format!("├{line}┤"), Role::FocusBorder);
    let (list, whole) = areas(inner, picker);
    draw_items(canvas, list, picker, why_not);
    if let Some((area, item)) = whole.zip(picker.chosen()) {
        draw_whole(canvas, area, item, why_not);
    }
}

/// Lines for the whole description of the selected item, with the line above them.
const WHOLE: u16 = 3;
/// Fewest lines of the list beside them.
const MIN_LIST_HEIGHT: u16 = 6;

/// Divides the box into the list and, if the items have descriptions, the lines for that of the selected one.
fn areas(inner: Rect, picker: &Picker) -> (Rect, Option<Rect>) {
    let list = Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner };
    let is_described = picker.items.iter().any(|item| !item.about.is_empty());
    if !is_described || list.height < MIN_LIST_HEIGHT + WHOLE {
        return (list, None);
    }
    let upper = Rect { height: list.height - WHOLE, ..list };
    (upper, Some(Rect { y: upper.bottom(), height: WHOLE, ..list }))
}

/// Draws what the selected item does, or why it cannot be chosen, in full.
fn draw_whole(canvas: &mut Canvas, area: Rect, item: &PickItem, why_not: &str) {
    canvas.text(area.x, area.y, area.width, &"─".repeat(usize::from(area.width)), Role::Border);
    let width = area.width.saturating_sub(4);
    let text = item.disabled.as_ref().map_or_else(|| item.about.clone(), |reason| format!("{why_not}{reason}"));
    for (line, y) in text::wrap(&text, usize::from(width)).iter().zip(area.y + 1..area.bottom()) {
        canvas.text(area.x + 3, y, width, line, Role::Text);
    }
}

fn height(picker: &Picker) -> u16 {
    HEIGHT.min(u16::try_from(picker.items.len()).unwrap_or(HEIGHT).saturating_add(5)).max(8)
}

/// Returns the index among the matches of the item at a place of the page; otherwise an error, which is true if the
/// place is outside of the box.
pub fn item_at(screen: Rect, picker: &Picker, at: Position) -> Result<usize, bool> {
    let area = box_area(screen, WIDTH, height(picker));
    let (list, _) = areas(inside(area), picker);
    if !list.contains(at) {
        return Err(!area.contains(at));
    }
    let first = first_in_sight(picker.cursor, picker.matches.len(), usize::from(list.height));
    let item = first + usize::from(at.y - list.y);
    if item < picker.matches.len() { Ok(item) } else { Err(false) }
}

fn draw_items(canvas: &mut Canvas, area: Rect, picker: &Picker, why_not: &str) {
    if picker.matches.is_empty() {
        canvas.text(area.x + 3, area.y, area.width.saturating_sub(4), "nothing by that name", Role::Dim);
    }
    let widest = picker.items.iter().map(|item| text::width(&text::visible(&item.label))).max().unwrap_or(0);
    let widest = u16::try_from(widest).unwrap_or(u16::MAX).min(area.width / 2);
    let first = first_in_sight(picker.cursor, picker.matches.len(), usize::from(area.height));
    let items = picker.matches.iter().enumerate().skip(first);
    for ((i, &at), y) in items.zip(area.top()..area.bottom()) {
        let line = Rect { y, height: 1, ..area };
        if let Some(item) = picker.items.get(at) {
            draw_item(canvas, line, item, widest, why_not);
        }
        if i == picker.cursor {
            canvas.text(line.x + 1, y, 1, "›", Role::Accent);
            canvas.select(line);
        }
    }
}

/// Draws the name, the description or why it cannot be chosen now, and the detail on the right.
fn draw_item(canvas: &mut Canvas, line: Rect, item: &PickItem, widest: u16, why_not: &str) {
    let role = if item.disabled.is_some() { Role::Dim } else { Role::Text };
    canvas.text(line.x + 3, line.y, widest, &item.label, role);
    let x = line.x + 3 + widest + 2;
    let right = line.right().saturating_sub(1);
    let detail = text::width(&text::visible(&item.detail)) as u16;
    canvas.text_right(x, right, line.y, &item.detail, Role::Dim);
    let room = right.saturating_sub(x + detail + 2);
    match &item.disabled {
        Some(reason) => canvas.text(x, line.y, room, &format!("{why_not}{reason}"), Role::Dim),
        None => canvas.text(x, line.y, room, &item.about, Role::Dim),
    };
}
