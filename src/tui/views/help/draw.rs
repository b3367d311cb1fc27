//! Draws the help page.

use ratatui::layout::Rect;

use super::HelpView;
use crate::text;
use crate::text::wrap;
use crate::tui::core::arrivals::tells_a_fault;
use crate::tui::core::binding::TYPING;
use crate::tui::core::keymap::Bound;
use crate::tui::core::{BaseState, State};
use crate::tui::paint::canvas::{Canvas, TextPiece};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::input;
use crate::tui::widgets::page::{self, Lines};

/// Width of the column of keys, in cells.
const KEYS: usize = 18;
/// The same on a narrow screen, and the width below which it is one.
const FEW_KEYS: usize = 8;
const NARROW: usize = 60;

const RULES: [(&str, &str); 6] = [
    ("a rule", "is a SQL condition over the columns: country IN ('US','CA') AND spend > 250"),
    ("@name", "stands for a segment, a cell or a persona: @active AND NOT @plan.basic"),
    ("today", "is the as-of date: last_order < today - INTERVAL '90 days'"),
    ("'text'", "text goes in single quotes; \"a name\" with spaces in double quotes"),
    ("nulls", "never count as true: spend IS NULL finds them"),
    ("case", "matters in values, not in names: LIKE and ILIKE take % and _"),
];

/// Lines that belong together: a heading, a key, a figure.
struct HelpBlock {
    /// Index of the heading's block.
    heading: usize,
    lines: Lines,
    /// Words of the block in lower case, to search in.
    words: String,
}

/// Draws every key, and short notes on rules and figures.
pub fn draw(canvas: &mut Canvas, area: Rect, view: &HelpView, state: &State) {
    let lines = shown(view, state, usize::from(area.width.saturating_sub(4)));
    page::draw(canvas, area, "Help", &lines, view.scroll);
    if view.search.is_typed && area.height > 2 && area.width > 12 {
        let y = area.bottom() - 1;
        let x = canvas.text(area.x + 2, y, area.width - 4, " search › ", Role::Accent);
        let width = (area.width / 2).min(area.right().saturating_sub(x + 1));
        canvas.clear(Rect { x, y, width, height: 1 });
        input::draw(canvas, x, y, width, &view.search.input, true);
    }
}

/// Returns the lines to draw: all, or those that have the text that is being typed. The text is marked in them.
fn shown(view: &HelpView, state: &State, width: usize) -> Lines {
    let (text, blocks) = (view.search.text(), blocks(state, width));
    if text.is_empty() {
        return blocks.into_iter().flat_map(|block| block.lines).collect();
    }
    let is_found = |block: &HelpBlock| block.words.contains(&text);
    let is_wanted = |at: usize| {
        let is_heading = blocks[at].heading == at;
        !view.search.is_typed
            || if is_heading {
                blocks.iter().any(|other| other.heading == at && is_found(other))
            } else {
                is_found(&blocks[at])
            }
    };
    let mut lines: Lines = (0..blocks.len())
        .filter(|at| is_wanted(*at))
        .flat_map(|at| blocks[at].lines.clone())
        .map(|line| marked(line, &text))
        .collect();
    if lines.is_empty() {
        lines.push(vec![(format!("not found: {}", view.search.input.value().trim()), Role::Dim)]);
    }
    lines
}

/// Returns the lines of the whole page at which blocks begin that have the text that is searched for.
pub(super) fn found(state: &State) -> Vec<usize> {
    let Some(view) = state.over.find::<HelpView>() else { return Vec::new() };
    let text = view.search.text();
    let mut line = 0;
    let mut found = Vec::new();
    for (at, block) in blocks(state, page_width(state)).into_iter().enumerate() {
        if block.heading != at && block.words.contains(&text) {
            found.push(line);
        }
        line += block.lines.len();
    }
    found
}

/// Marks `text`, which is in lower case, in a line. Pieces whose length changes in lower case stay unmarked, because
/// places in both would differ.
fn marked(line: Vec<TextPiece>, text: &str) -> Vec<TextPiece> {
    let mut pieces = Vec::new();
    for (piece, role) in line {
        let lower = piece.to_lowercase();
        if lower.len() != piece.len() {
            pieces.push((piece, role));
            continue;
        }
        let mut rest = 0;
        for (at, part) in lower.match_indices(text) {
            let (Some(before), Some(part)) = (piece.get(rest..at), piece.get(at..at + part.len())) else { continue };
            pieces.extend([(before.to_owned(), role), (part.to_owned(), Role::Focus)]);
            rest = at + part.len();
        }
        pieces.push((piece.get(rest..).unwrap_or_default().to_owned(), role));
    }
    pieces
}

fn page_width(state: &State) -> usize {
    usize::from(state.width.saturating_sub(4))
}

/// Returns the largest scroll offset, in lines. The frame takes two lines, and the last one of the screen may hold a
/// message.
pub fn last_scroll(state: &State) -> usize {
    let lines = state.over.find::<HelpView>().map_or(0, |view| shown(view, state, page_width(state)).len());
    lines.saturating_sub(usize::from(state.height.saturating_sub(3)))
}

/// Returns all lines of the page, about the view below it.
pub fn lines(state: &State, width: usize) -> Lines {
    blocks(state, width).into_iter().flat_map(|block| block.lines).collect()
}

fn blocks(state: &State, width: usize) -> Vec<HelpBlock> {
    let mut blocks = Vec::new();
    let Some(view) = state.beneath() else { return blocks };
    for group in state.keymap.groups(view, &state.views, state.focus) {
        let rows = group.bindings.iter().map(|bound| (keys(bound), bound.binding.doc));
        section(&mut blocks, group.title, rows, width);
    }
    let notes = |rows: &'static [(&str, &'static str)]| rows.iter().map(|(word, doc)| ((*word).to_owned(), *doc));
    if !view.figures().is_empty() {
        section(&mut blocks, "Figures", notes(view.figures()), width);
    }
    section(&mut blocks, "While typing", notes(TYPING), width);
    section(&mut blocks, "Rules", notes(&RULES), width);
    if let BaseState::Ready { notices, .. } = &state.base
        && !notices.is_empty()
    {
        let mark = |notice: &str| if tells_a_fault(notice) { "!" } else { "·" }.to_owned();
        let notices = notices.iter().map(|notice| (mark(notice), notice.as_str()));
        section(&mut blocks, "About these customers", notices, width);
    }
    blocks
}

/// Returns the keys that stand for the binding, or its name in the palette.
fn keys(Bound { binding, keys }: &Bound) -> String {
    match keys.is_empty() {
        true => format!(":{}", binding.name),
        false => keys.iter().map(ToString::to_string).collect::<Vec<_>>().join("  "),
    }
}

fn section<'a>(blocks: &mut Vec<HelpBlock>, title: &str, rows: impl Iterator<Item = (String, &'a str)>, width: usize) {
    let heading = blocks.len();
    let mut lines = if heading > 0 { vec![Vec::new()] } else { Lines::new() };
    lines.push(vec![(title.into(), Role::Strong)]);
    blocks.push(HelpBlock { heading, lines, words: String::new() });
    for (left, doc) in rows {
        let keys = key_cells(&left, width);
        let mut lines = Lines::new();
        for (i, part) in wrap(doc, width.saturating_sub(keys + 2)).into_iter().enumerate() {
            let left = if i == 0 { left.as_str() } else { "" };
            lines.push(vec![padded(left, width), (part, Role::Text)]);
        }
        blocks.push(HelpBlock { heading, lines, words: format!("{left} {doc}").to_lowercase() });
    }
}

/// Returns the cells of the key column. Long keys push their text to the right.
fn key_cells(left: &str, width: usize) -> usize {
    let keys = if width < NARROW { FEW_KEYS } else { KEYS };
    keys.max(text::width(left) + 2)
}

fn padded(left: &str, width: usize) -> TextPiece {
    let gap = key_cells(left, width) - text::width(left);
    (format!("  {left}{}", " ".repeat(gap)), Role::Accent)
}
