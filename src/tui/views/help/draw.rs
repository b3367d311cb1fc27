//! Draws the help page.

use ratatui::layout::Rect;

use crate::text;
use crate::text::wrap;
use crate::tui::core::arrivals::tells_a_fault;
use crate::tui::core::binding::TYPING;
use crate::tui::core::keymap::Bound;
use crate::tui::core::{BaseState, State};
use crate::tui::paint::canvas::{Canvas, TextPiece};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::page::{self, Lines};

/// Width of the column of keys, in cells.
const KEYS: usize = 18;

const RULES: [(&str, &str); 6] = [
    ("a rule", "is a SQL condition over the columns: country IN ('US','CA') AND spend > 250"),
    ("@name", "stands for a segment, a cell or a persona: @active AND NOT @plan.basic"),
    ("today", "is the as-of date: last_order < today - INTERVAL '90 days'"),
    ("'text'", "stands in single quotes; \"a column\" whose name has spaces in double ones"),
    ("nulls", "never count as true: spend IS NULL finds them"),
    ("case", "matters in values, not in names: LIKE and ILIKE take % and _"),
];

/// Draws every key, and short notes on rules and figures.
pub fn draw(canvas: &mut Canvas, area: Rect, scroll: usize, state: &State) {
    let lines = lines(state, usize::from(area.width.saturating_sub(4)));
    page::draw(canvas, area, "Help", &lines, scroll);
}

/// Returns the largest scroll offset, in lines. The frame takes two lines, and the last one of the screen may hold a
/// message.
pub fn last_scroll(state: &State) -> usize {
    let lines = lines(state, usize::from(state.width.saturating_sub(4))).len();
    lines.saturating_sub(usize::from(state.height.saturating_sub(3)))
}

/// Returns all lines of the page, about the view below it.
pub fn lines(state: &State, width: usize) -> Lines {
    let mut lines = Lines::new();
    let Some(view) = state.beneath() else { return lines };
    for group in state.keymap.groups(view, &state.views, state.focus) {
        let rows = group.bindings.iter().map(|bound| (keys(bound), bound.binding.doc));
        section(&mut lines, group.title, rows, width);
    }
    let notes = |rows: &'static [(&str, &'static str)]| rows.iter().map(|(word, doc)| ((*word).to_owned(), *doc));
    if !view.figures().is_empty() {
        section(&mut lines, "Figures", notes(view.figures()), width);
    }
    section(&mut lines, "While typing", notes(TYPING), width);
    section(&mut lines, "Rules", notes(&RULES), width);
    if let BaseState::Ready { notices, .. } = &state.base
        && !notices.is_empty()
    {
        let mark = |notice: &str| if tells_a_fault(notice) { "!" } else { "·" }.to_owned();
        let notices = notices.iter().map(|notice| (mark(notice), notice.as_str()));
        section(&mut lines, "About these customers", notices, width);
    }
    lines
}

/// Returns the keys that stand for the binding, or its name in the palette.
fn keys(Bound { binding, keys }: &Bound) -> String {
    match keys.is_empty() {
        true => format!(":{}", binding.name),
        false => keys.iter().map(ToString::to_string).collect::<Vec<_>>().join("  "),
    }
}

fn section<'a>(lines: &mut Lines, title: &str, rows: impl Iterator<Item = (String, &'a str)>, width: usize) {
    if !lines.is_empty() {
        lines.push(Vec::new());
    }
    lines.push(vec![(title.into(), Role::Strong)]);
    for (left, doc) in rows {
        let keys = key_cells(&left);
        for (i, part) in wrap(doc, width.saturating_sub(keys + 2)).into_iter().enumerate() {
            let left = if i == 0 { left.as_str() } else { "" };
            lines.push(vec![padded(left), (part, Role::Text)]);
        }
    }
}

/// Returns the cells of the key column. Long keys push their text to the right.
fn key_cells(left: &str) -> usize {
    KEYS.max(text::width(left) + 2)
}

fn padded(left: &str) -> TextPiece {
    let gap = key_cells(left) - text::width(left);
    (format!("  {left}{}", " ".repeat(gap)), Role::Accent)
}
