use std::borrow::Cow;

use ratatui::layout::Rect;

use crate::insight::suppress;
use crate::rule::complete::CompletionItem;
use crate::tui::core::State;
use crate::tui::core::filter::Suggestions;
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::{Canvas, cells, inside};
use crate::tui::paint::theme::Role;
use crate::tui::panes::filter::column_of;
use crate::tui::widgets::boxes::clear_for_box;
use crate::tui::widgets::format;
use crate::tui::widgets::mask::{MASK, item_is_masked};

const MOST_LINES: usize = 8;
const WIDTH: (u16, u16) = (26, 64);

/// Draws the suggestions over the panes, so that the count above stays in sight.
pub fn draw(canvas: &mut Canvas, filter: Rect, main: Rect, state: &State) {
    let Some(suggestions) = &state.filter.completion else { return };
    if suggestions.items.is_empty() && !suggestions.waiting {
        return;
    }
    let lines = suggestions.items.len().min(MOST_LINES) + usize::from(suggestions.waiting);
    let (label, detail) = widths(suggestions, state);
    let width = (label + detail + 7).clamp(WIDTH.0, WIDTH.1.min(main.width).max(WIDTH.0));
    // The labels align with the word that they would replace.
    let x =
        column_of(filter, state, suggestions.replace.start).saturating_sub(3).min(main.right().saturating_sub(width));
    let area = Rect { x, y: main.y, width, height: (lines as u16 + 2).min(main.height) };
    clear_for_box(canvas, area);
    if let Some(values) = &suggestions.values_of {
        canvas.text(x + 2, area.y, width - 4, &format!(" values of {} ", values.column), Role::Dim);
    }
    draw_position(canvas, area, suggestions);
    draw_items(canvas, inside(area), suggestions, state);
}

fn widths(suggestions: &Suggestions, state: &State) -> (u16, u16) {
    let cells = |content: &str| cells(content).min(60);
    let label = suggestions.items.iter().map(|item| cells(label(item, state))).max();
    let detail = suggestions.items.iter().map(|item| cells(&detail(item, suggestions, state))).max();
    (label.unwrap_or(0), detail.unwrap_or(0))
}

/// Returns a suggestion's detail: a type, a kind of name, or a value's customers, which are suppressed if few.
fn detail<'a>(item: &'a CompletionItem, suggestions: &Suggestions, state: &State) -> Cow<'a, str> {
    match item.detail.parse() {
        Ok(customers) if suggestions.values_of.is_some() => {
            Cow::Owned(format::shown(suppress::single(customers, state.settings.min_cell)))
        }
        _ => Cow::Borrowed(&item.detail),
    }
}

fn label<'a>(item: &'a CompletionItem, state: &State) -> &'a str {
    if item_is_masked(state, item) { MASK } else { &item.label }
}

fn draw_position(canvas: &mut Canvas, area: Rect, suggestions: &Suggestions) {
    if suggestions.items.len() > MOST_LINES {
        let place = suggestions.chosen.map_or(String::new(), |at| format!("{}/", at + 1));
        let position = format!(" {place}{} ", format::count(suggestions.items.len() as u64));
        canvas.text_right(area.x + 1, area.right() - 2, area.bottom() - 1, &position, Role::Dim);
    }
}

fn draw_items(canvas: &mut Canvas, area: Rect, suggestions: &Suggestions, state: &State) {
    let height = usize::from(area.height) - usize::from(suggestions.waiting && area.height > 0);
    let first = first_in_sight(suggestions.chosen.unwrap_or(0), suggestions.items.len(), height);
    let mut y = area.y;
    for (i, item) in suggestions.items.iter().enumerate().skip(first).take(height) {
        let line = Rect { y, height: 1, ..area };
        let detail = detail(item, suggestions, state);
        let room = line.width.saturating_sub(cells(&detail) + 5);
        canvas.text(line.x + 2, y, room, label(item, state), Role::Text);
        canvas.text_right(line.x + 2, line.right().saturating_sub(1), y, &detail, Role::Dim);
        if suggestions.chosen == Some(i) {
            canvas.paint(line, Role::Focus);
            canvas.text(line.x, y, 1, "›", Role::Focus);
        }
        y += 1;
    }
    if suggestions.waiting {
        canvas.text(area.x + 2, y, area.width.saturating_sub(3), "counting values…", Role::Dim);
    }
}
