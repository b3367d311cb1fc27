//! Building blocks of pages.

use crate::insight::format;
use crate::text;
use crate::text::wrap;
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::bars;
use crate::tui::widgets::columns::{ColumnSlot, ListColumn, fit};
use crate::tui::widgets::list::{ListCell, ListRow};
use crate::tui::widgets::page::Lines;

/// Returns an empty line, and a title followed by a dim note.
pub fn heading(title: &str, note: &str) -> Lines {
    let mut line = vec![(title.to_owned(), Role::Strong)];
    if !note.is_empty() {
        line.push((format!("  {note}"), Role::Dim));
    }
    vec![Vec::new(), line]
}

/// Wraps each item, marked with a bullet.
pub fn bullets(items: &[String], width: usize) -> Lines {
    items.iter().flat_map(|item| hanging("· ", item, width, Role::Text)).collect()
}

/// Wraps the text, indented to follow a mark on the first line.
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

/// Joins two blocks side by side, the right one starting at cell `at`.
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

/// Returns the number of cells that the pieces take.
pub fn width(pieces: &[TextPiece]) -> usize {
    pieces.iter().map(|(content, _)| text::width(&text::visible(content))).sum()
}

/// Pads or truncates the text to exactly `width` cells.
pub fn padded(content: &str, width: usize) -> String {
    let content = text::visible(content);
    let content = text::truncate(&content, width);
    let gap = width.saturating_sub(text::width(&content));
    format!("{content}{}", " ".repeat(gap))
}

/// Pads the text on the left to `width` cells.
pub fn padded_left(content: &str, width: usize) -> String {
    let gap = width.saturating_sub(text::width(content));
    " ".repeat(gap) + content
}

/// Returns a table's lines, with a line of headings unless all are empty. Columns give way as in the panes.
pub fn table(columns: &[ListColumn], rows: Vec<ListRow>, width: usize) -> Lines {
    let slots = fit(columns, u16::try_from(width).unwrap_or(u16::MAX));
    let mut lines = Lines::new();
    if columns.iter().any(|column| !column.heading.is_empty()) {
        let heading = |(column, slot): (&ListColumn, &Option<ColumnSlot>)| {
            let whole = slot.is_some_and(|slot| text::width(column.heading) <= usize::from(slot.width));
            ListCell::text(if whole { column.heading } else { column.short }, Role::Dim)
        };
        let cells = columns.iter().zip(&slots).map(heading).collect();
        lines.push(table_line(columns, &slots, ListRow { cells, rest: None }, width));
    }
    lines.extend(rows.into_iter().map(|row| table_line(columns, &slots, row, width)));
    lines
}

fn table_line(columns: &[ListColumn], slots: &[Option<ColumnSlot>], row: ListRow, room: usize) -> Vec<TextPiece> {
    let mut line: Vec<TextPiece> = Vec::new();
    let mut at = 0;
    for (i, ((cell, column), slot)) in row.cells.into_iter().zip(columns).zip(slots).enumerate() {
        let Some(slot) = slot else { continue };
        let (x, slot_width) = (usize::from(slot.x), usize::from(slot.width));
        line.push((" ".repeat(x.saturating_sub(at)), Role::Text));
        if let Some((from, (content, role))) = &row.rest
            && i >= *from
        {
            line.push((text::truncate(&text::visible(content), room.saturating_sub(x)).into_owned(), *role));
            return line;
        }
        line.extend(in_cells(cell, slot_width, column.right));
        at = x + slot_width;
    }
    line
}

/// Returns a cell's pieces, padded or truncated to exactly `room` cells of the screen.
fn in_cells(cell: ListCell, room: usize, right: bool) -> Vec<TextPiece> {
    match cell {
        ListCell::Blank => vec![(" ".repeat(room), Role::Text)],
        ListCell::Text(content, role) if right => {
            let content = text::truncate(&text::visible(&content), room).into_owned();
            vec![(padded_left(&content, room), role)]
        }
        ListCell::Text(content, role) => vec![(padded(&content, room), role)],
        ListCell::Either(long, short, role) => {
            vec![(padded(if text::width(long) <= room { long } else { short }, room), role)]
        }
        ListCell::Bar(share, role) => vec![(format::line(share, room), role)],
        ListCell::Span(start, share, role) => vec![(format::line_from(start, share, room), role)],
        ListCell::Stack(stack) => stack.pieces(room),
        ListCell::Diverging(share, roles) => bars::diverging(share, roles, room),
        ListCell::Pieces(pieces) => {
            let mut left = room;
            let mut fitted = Vec::new();
            for (content, role) in pieces {
                let content = text::truncate(&text::visible(&content), left).into_owned();
                left -= text::width(&content).min(left);
                fitted.push((content, role));
            }
            fitted.push((" ".repeat(left), Role::Text));
            fitted
        }
    }
}
