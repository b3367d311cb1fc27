use ratatui::layout::Rect;

use super::SqlPage;
use crate::rule::print::{Select, SqlDialect};
use crate::text;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::boxes::open_box;

const WIDTH: u16 = 110;

/// Draws the filter as SQL, with the engines to choose from.
pub fn draw(canvas: &mut Canvas, screen: Rect, page: &SqlPage) {
    let width = usize::from(WIDTH.min(screen.width).saturating_sub(4));
    let role = if page.statement.is_ok() { Role::Text } else { Role::Error };
    let (Ok(content) | Err(content)) = &page.statement;
    let lines = broken(content, width);
    let keys = "←/→ engine · s ids/count/where · y copy · ↑/↓ scroll · esc close";
    let area = open_box(canvas, screen, WIDTH, lines.len() as u16 + 4, "The filter as SQL", keys);
    let mut x = area.x + 2;
    for dialect in SqlDialect::ALL {
        let role = if dialect == page.dialect { Role::Focus } else { Role::Dim };
        let word = format!("{dialect} ");
        canvas.text(x, area.y + 1, area.right().saturating_sub(x + 1), &word, role);
        x = x.saturating_add(text::width(&word) as u16).min(area.right());
    }
    let select = Select::ALL.iter().find(|(_, select)| *select == page.select).map_or("", |(name, _)| name);
    canvas.text(x, area.y + 1, area.right().saturating_sub(x + 1), &format!("· {select}"), Role::Accent);
    let height = usize::from(area.height.saturating_sub(4));
    let scroll = page.scroll.min(lines.len().saturating_sub(height));
    for (line, y) in lines.iter().skip(scroll).zip(area.y + 3..area.bottom().saturating_sub(1)) {
        canvas.text(area.x + 2, y, area.width.saturating_sub(4), line, role);
    }
}

/// Breaks a statement's long lines at the edge, keeping the spaces within its text.
fn broken(statement: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in statement.lines() {
        let visible = text::visible(line);
        let mut part = String::new();
        for c in visible.chars() {
            if text::width(&part) + text::width(c.encode_utf8(&mut [0; 4])) > width.max(1) {
                lines.push(std::mem::take(&mut part));
            }
            part.push(c);
        }
        lines.push(part);
    }
    lines
}
