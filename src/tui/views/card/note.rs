//! A research note that lies over the card.

use std::cell::RefCell;
use std::rc::Rc;

use super::{CardView, OpenNote};
use crate::text;
use crate::text::wrap;
use crate::tui::paint::theme::Role;
use crate::tui::widgets::page::Lines;

/// Maximum width of lines, for legibility.
const READABLE: usize = 100;

thread_local! {
    /// The note that was wrapped last. A long one must not be wrapped again for every key that scrolls it.
    static LAST: RefCell<Option<(NoteAtWidth, Rc<Lines>)>> = const { RefCell::new(None) };
}

/// Identifies a note's text by its length and hash, and the width it is wrapped at.
#[derive(PartialEq, Eq)]
struct NoteAtWidth {
    bytes: usize,
    hash: u64,
    width: usize,
}

/// Returns the note's lines, wrapped. Markdown is shown as written, with headings and quotes highlighted.
pub fn lines(view: &CardView, reading: &OpenNote, width: usize) -> Rc<Lines> {
    let note = match view.notes.get(&reading.note) {
        Some(Ok(note)) => note,
        Some(Err(reason)) => return Rc::new(vec![vec![(format!("! {reason}"), Role::Error)]]),
        None => return Rc::new(vec![vec![("reading…".into(), Role::Dim)]]),
    };
    let of = NoteAtWidth { bytes: note.len(), hash: xxhash_rust::xxh3::xxh3_64(note.as_bytes()), width };
    if let Some((last, lines)) = LAST.take()
        && last == of
    {
        LAST.set(Some((last, lines.clone())));
        return lines;
    }
    let lines = Rc::new(wrapped(note, width));
    LAST.set(Some((of, lines.clone())));
    lines
}

fn wrapped(note: &str, width: usize) -> Lines {
    let room = width.min(READABLE);
    let lines = paragraphs(note).into_iter().flat_map(|line| {
        let role = match line.trim_start() {
            line if line.starts_with('#') => Role::Strong,
            line if line.starts_with('>') => Role::Accent,
            _ => Role::Text,
        };
        let indent = (text::width(&line) - text::width(line.trim_start())).min(width / 2);
        let rest = wrap(&line, room.saturating_sub(indent));
        rest.into_iter().map(move |rest| vec![(" ".repeat(indent), Role::Text), (rest, role)]).collect::<Lines>()
    });
    std::iter::once(Vec::new()).chain(lines).collect()
}

/// Joins the lines of each paragraph, as Markdown does.
fn paragraphs(note: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in note.lines() {
        let goes_on = lines.last().is_some_and(|before| !before.trim().is_empty() && !before.starts_with('#'));
        match lines.last_mut() {
            Some(before) if goes_on && !begins(line) => {
                before.push(' ');
                before.push_str(line.trim().trim_start_matches('>').trim_start());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Returns true for lines that start a new block: headings, items, tables, quotes and blank lines.
fn begins(line: &str) -> bool {
    let line = line.trim_start();
    let marked = line.starts_with(['#', '-', '*', '|', '+', '>']) || line.starts_with("```");
    line.is_empty() || marked || line.starts_with(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn note_joins_lines_of_paragraph() {
        let note = "# Title\nShe said\nso.\n\n- one\n  more\n- two\n> quote";
        assert_eq!(paragraphs(note), ["# Title", "She said so.", "", "- one more", "- two", "> quote"]);
    }
}
