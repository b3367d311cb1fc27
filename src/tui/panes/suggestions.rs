use std::borrow::Cow;

use ratatui::layout::Rect;

use super::filter::INDENT;
use crate::insight::format;
use crate::insight::suppress;
use crate::rule::complete::CompletionItem;
use crate::tui::core::State;
use crate::tui::core::filter::Suggestions;
use crate::tui::paint::canvas::{Canvas, cells};
use crate::tui::paint::theme::Role;
use crate::tui::widgets::mask::{MASK, item_is_masked};

/// Maximum width of a suggestion, in cells.
const MAX_ITEM_WIDTH: u16 = 44;
/// Cells between two columns of suggestions, the selected one's mark included.
const GAP: u16 = 3;
/// Minimum width of the area for a caption that says what the suggestions are.
const CAPTIONED: u16 = 70;

/// Draws the suggestions in columns, in lines of their own: they cover none of the figures that update.
pub fn draw(canvas: &mut Canvas, area: Rect, state: &State) {
    let Some(suggestions) = &state.filter.completion else { return };
    if area.height == 0 || (suggestions.items.is_empty() && !suggestions.waiting) {
        return;
    }
    let caption = caption(suggestions);
    let captioned = if area.width >= CAPTIONED { cells(&caption) + 2 } else { 0 };
    let indent = if area.width >= CAPTIONED { INDENT - 2 } else { 0 };
    let list = Rect { x: area.x + indent, width: area.width.saturating_sub(indent + captioned + 1), ..area };
    if captioned > 0 {
        canvas.text_right(list.right(), area.right().saturating_sub(1), area.y, &caption, Role::Dim);
    }
    let grid = Grid::new(suggestions, list, state);
    grid.draw(canvas, suggestions, state);
}

/// Names what is suggested and how many there are: `values of country 2/10`.
fn caption(suggestions: &Suggestions) -> String {
    let values = suggestions.values_of.as_ref().map(|values| format!("values of {} ", values.column));
    let place = suggestions.chosen.map_or(String::new(), |at| format!("{}/", at + 1));
    let count = match suggestions.items.len() {
        0 => String::new(),
        count => format!("{place}{}", format::count(count as u64)),
    };
    format!("{}{count}", values.unwrap_or_default())
}

/// Suggestions in columns, from top to bottom and then to the right, as the arrow keys step through them.
struct Grid {
    area: Rect,
    /// Width of a column with its gap.
    column: u16,
    /// Index of the first suggestion in sight, and the number in sight.
    first: usize,
    count: usize,
}

impl Grid {
    fn new(suggestions: &Suggestions, area: Rect, state: &State) -> Self {
        let width = |item: &CompletionItem| {
            let detail = cells(&detail(item, suggestions, state)).min(MAX_ITEM_WIDTH);
            (cells(label(item, state)).min(MAX_ITEM_WIDTH) + u16::from(detail > 0) * 2 + detail).min(MAX_ITEM_WIDTH)
        };
        let widest = suggestions.items.iter().map(width).max().unwrap_or(0);
        let column = (widest + GAP).min(area.width.max(1));
        let columns = usize::from((area.width / column.max(1)).max(1));
        let count = columns * usize::from(area.height);
        let first = suggestions.chosen.unwrap_or(0) / count.max(1) * count;
        Self { area, column, first, count }
    }

    fn draw(&self, canvas: &mut Canvas, suggestions: &Suggestions, state: &State) {
        let height = usize::from(self.area.height);
        let shown = suggestions.items.iter().enumerate().skip(self.first).take(self.count);
        let mut next = 0;
        for (at, item) in shown {
            let place = self.place(at - self.first, height);
            let detail = detail(item, suggestions, state);
            let room = place.width.saturating_sub(GAP + if detail.is_empty() { 0 } else { cells(&detail) + 2 });
            canvas.text(place.x + 2, place.y, room, label(item, state), Role::Text);
            canvas.text_right(place.x + 2, place.right().saturating_sub(1), place.y, &detail, Role::Dim);
            if suggestions.chosen == Some(at) {
                canvas.text(place.x, place.y, 1, "›", Role::Accent);
                canvas.select(place);
            }
            next = at - self.first + 1;
        }
        if suggestions.waiting && next < self.count {
            let place = self.place(next, height);
            let room = self.area.right().saturating_sub(place.x + 2);
            canvas.text(place.x + 2, place.y, room, "counting values…", Role::Dim);
        }
    }

    fn place(&self, at: usize, height: usize) -> Rect {
        let (column, row) = ((at / height) as u16, (at % height) as u16);
        Rect { x: self.area.x + column * self.column, y: self.area.y + row, width: self.column, height: 1 }
    }
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
