use ratatui::layout::Rect;

use crate::text::wrap;
use crate::tui::core::State;
use crate::tui::core::key;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;

/// Draws why there are no customers to show, and what to do about it.
pub fn draw(canvas: &mut Canvas, area: Rect, reason: &str, state: &State) {
    let reasons = wrap(reason, usize::from(area.width.saturating_sub(8).min(100)));
    let mut lines = vec![("the customers could not be read".to_owned(), Role::Strong), (String::new(), Role::Text)];
    lines.extend(reasons.into_iter().map(|line| (line, Role::Error)));
    let (again, quit) = (key(state, "redraw"), key(state, "quit"));
    let way_out = format!("fix it and press {again} to try again · {quit} to quit");
    lines.extend([(String::new(), Role::Text), (way_out, Role::Dim)]);
    let top = area.y + area.height.saturating_sub(lines.len() as u16) / 3;
    for ((line, role), y) in lines.iter().zip(top..area.bottom()) {
        canvas.text_centred(area, y, line, *role);
    }
}
