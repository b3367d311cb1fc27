//! Boxes over the screen: framed areas with a title and their keys.

use ratatui::layout::Rect;

use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;

/// Empties an area and frames it, with an empty cell on both sides to set it off from what lies beneath.
pub fn clear_for_box(canvas: &mut Canvas, area: Rect) {
    canvas.clear(Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area });
    canvas.frame(area, Role::FocusBorder);
}

/// Returns the area of a box of at most this size in the upper middle of the screen.
pub fn box_area(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    let x = screen.x + (screen.width - width) / 2;
    let y = screen.y + (screen.height - height) / 3;
    Rect { x, y, width, height }
}

/// Draws an empty framed box of at most this size in the upper middle of the screen, with a title and, at the bottom,
/// its keys. Returns its area.
pub fn open_box(canvas: &mut Canvas, screen: Rect, width: u16, height: u16, title: &str, keys: &str) -> Rect {
    let area = box_area(screen, width, height);
    let Rect { x, y, width, height } = area;
    clear_for_box(canvas, area);
    canvas.text(x + 1, y, width.saturating_sub(2), &format!(" {title} "), Role::Focus);
    if !keys.is_empty() && height > 1 {
        canvas.text(x + 2, area.bottom() - 1, width.saturating_sub(4), &format!(" {keys} "), Role::Dim);
    }
    area
}
