//! A text of many lines, wrapped, with a cursor that stays in sight.

use std::ops::Range;

use ratatui::layout::Rect;

use crate::text;
use crate::tui::core::lines::first_in_sight;
use crate::tui::core::text::TextField;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;

/// A line as drawn: the row of the text, and the range of its characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaLine {
    /// Index of the row in the text.
    pub row: usize,
    /// Characters of the row that the line shows.
    pub chars: Range<usize>,
}

/// Wraps the rows into lines of at most `width` cells, after a space if there is one. The end of a line reserves a
/// cell for the cursor.
pub fn wrap(rows: &[String], width: usize) -> Vec<AreaLine> {
    let width = width.max(2) - 1;
    let mut lines = Vec::new();
    for (row, content) in rows.iter().enumerate() {
        let chars: Vec<char> = content.chars().collect();
        let (mut start, mut used, mut blank) = (0, 0, None);
        for (n, &c) in chars.iter().enumerate() {
            let cells = cells_of(c);
            // A space at the end of a line may take the cursor's cell.
            if used + cells > width + usize::from(c == ' ') && n > start {
                let end = blank.filter(|&end| end > start).unwrap_or(n);
                lines.push(AreaLine { row, chars: start..end });
                (start, blank) = (end, None);
                used = chars[start..n].iter().map(|&c| cells_of(c)).sum();
            }
            used += cells;
            if c == ' ' {
                blank = Some(n + 1);
            }
        }
        lines.push(AreaLine { row, chars: start..chars.len() });
    }
    lines
}

fn cells_of(c: char) -> usize {
    text::width(&text::visible(c.encode_utf8(&mut [0; 4])))
}

/// Returns the index of the line that the cursor is on.
fn line_of(lines: &[AreaLine], (row, column): (usize, usize)) -> usize {
    lines.iter().rposition(|line| line.row == row && line.chars.start <= column).unwrap_or(0)
}

/// Draws as much of the text as fits. If `is_active`, shows the terminal's cursor and scrolls to it.
pub fn draw(canvas: &mut Canvas, area: Rect, content: &TextField, is_active: bool) {
    let lines = wrap(content.rows(), usize::from(area.width));
    let cursor = content.cursor();
    let at = line_of(&lines, cursor);
    let first = first_in_sight(if is_active { at } else { 0 }, lines.len(), usize::from(area.height));
    for ((n, line), y) in lines.iter().enumerate().skip(first).zip(area.top()..area.bottom()) {
        let Some(row) = content.rows().get(line.row) else { continue };
        let chars: Vec<char> = row.chars().collect();
        let shown =
            |range: Range<usize>| chars.get(range).map(|chars| chars.iter().collect::<String>()).unwrap_or_default();
        canvas.text(area.x, y, area.width, &shown(line.chars.clone()), Role::Text);
        if let Some(selected) = selected(content, line).filter(|_| is_active) {
            let before = text::width(&text::visible(&shown(line.chars.start..selected.start))) as u16;
            canvas.text(area.x + before, y, area.width.saturating_sub(before), &shown(selected), Role::Focus);
        }
        if is_active && n == at {
            let before = text::width(&text::visible(&shown(line.chars.start..cursor.1))) as u16;
            canvas.show_cursor(area.x + before.min(area.width.saturating_sub(1)), y);
        }
    }
}

/// Returns the characters of a line that are selected.
fn selected(content: &TextField, line: &AreaLine) -> Option<Range<usize>> {
    let ((from_row, from), (to_row, to)) = content.selection()?;
    if line.row < from_row || line.row > to_row {
        return None;
    }
    let from = if line.row == from_row { from } else { 0 };
    let to = if line.row == to_row { to } else { usize::MAX };
    let (start, end) = (line.chars.start.max(from), line.chars.end.min(to));
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str, width: usize) -> Vec<String> {
        let rows: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let part = |line: &AreaLine| rows[line.row].chars().skip(line.chars.start).take(line.chars.len()).collect();
        wrap(&rows, width).iter().map(part).collect()
    }

    #[test]
    fn wrapped_lines_break_after_blanks_and_keep_all_text() {
        assert_eq!(wrapped("I never pay full", 8), ["I never ", "pay ", "full"]);
        assert_eq!(wrapped("abcdefgh\n\nx", 5), ["abcd", "efgh", "", "x"]);
        assert_eq!(wrapped("日本語", 5), ["日本", "語"]);
        for width in 0..12 {
            let text = "a bb  ccc dddddddddddd e";
            assert_eq!(wrapped(text, width).concat(), text);
        }
    }

    #[test]
    fn cursor_is_on_its_wrapped_line() {
        let rows = ["I never pay".to_owned()];
        let lines = wrap(&rows, 8);
        assert_eq!([0, 7, 8, 11].map(|column| line_of(&lines, (0, column))), [0, 0, 1, 1]);
    }
}
