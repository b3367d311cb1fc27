//! Blocks of lines that pages are put together from.

use crate::term::text;
use crate::ui::canvas::Piece;
use crate::ui::theme::Role;
use crate::ui::widgets::page::Lines;
use crate::ui::widgets::wrap::wrap;

/// An empty line, and a title with a dim word on it.
pub fn heading(title: &str, note: &str) -> Lines {
    let mut line = vec![(title.to_owned(), Role::Strong)];
    if !note.is_empty() {
        line.push((format!("  {note}"), Role::Dim));
    }
    vec![Vec::new(), line]
}

/// Each item on lines of its own, the first with a mark.
pub fn bullets(items: &[String], width: usize) -> Lines {
    items.iter().flat_map(|item| hanging("· ", item, width, Role::Text)).collect()
}

/// The text in lines that stand in after a mark.
pub fn hanging(mark: &str, content: &str, width: usize, role: Role) -> Lines {
    let indent = text::width(mark);
    let lines = wrap(content, width.saturating_sub(indent)).into_iter().enumerate();
    lines
        .map(|(i, line)| {
            let mark = if i == 0 { mark.to_owned() } else { " ".repeat(indent) };
            vec![(mark, Role::Dim), (line, role)]
        })
        .collect()
}

/// Two blocks beside each other, the right one beginning at cell `at`.
pub fn beside(left: Lines, right: Lines, at: usize) -> Lines {
    let mut lines: Lines = Vec::with_capacity(left.len().max(right.len()));
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return lines,
            (line, None) => lines.extend(line),
            (line, Some(more)) => {
                let mut line = line.unwrap_or_default();
                line.push((" ".repeat(at.saturating_sub(width(&line))), Role::Text));
                line.extend(more);
                lines.push(line);
            }
        }
    }
}

/// Cells that pieces take.
pub fn width(pieces: &[Piece]) -> usize {
    pieces.iter().map(|(content, _)| text::width(&text::visible(content))).sum()
}

/// The text in exactly `width` cells.
pub fn padded(content: &str, width: usize) -> String {
    let content = text::visible(content);
    let content = text::truncate(&content, width);
    let gap = width.saturating_sub(text::width(&content));
    format!("{content}{}", " ".repeat(gap))
}

/// The text in exactly `width` cells, at the right.
pub fn padded_left(content: &str, width: usize) -> String {
    let gap = width.saturating_sub(text::width(content));
    " ".repeat(gap) + content
}
