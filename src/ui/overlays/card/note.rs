//! A research note that lies over the card.

use crate::app::State;
use crate::app::views::card::Reading;
use crate::term::text;
use crate::ui::theme::Role;
use crate::ui::widgets::page::Lines;
use crate::ui::widgets::wrap::wrap;

/// Maximum width of lines, for legibility.
const READABLE: usize = 100;

/// Returns the note's lines, wrapped. Markdown is shown as written, with headings and quotes highlighted.
pub fn lines(state: &State, reading: &Reading, width: usize) -> Lines {
    let note = match state.views.card.notes.get(&reading.note) {
        Some(Ok(note)) => note,
        Some(Err(reason)) => return vec![vec![(format!("! {reason}"), Role::Error)]],
        None => return vec![vec![("reading…".into(), Role::Dim)]],
    };
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
    fn lines_of_a_paragraph_are_one() {
        let note = "# Title\nShe said\nso.\n\n- one\n  more\n- two\n> quote";
        assert_eq!(paragraphs(note), ["# Title", "She said so.", "", "- one more", "- two", "> quote"]);
    }
}
