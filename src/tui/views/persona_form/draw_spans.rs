//! The segments to span: which are ticked, and the customers that each would add.

use ratatui::layout::Rect;

use super::draw_attributes::put;
use super::is_typed;
use crate::insight::figures;
use crate::insight::format;
use crate::insight::suppress::{self, DisclosedCount};
use crate::text;
use crate::tui::core::State;
use crate::tui::core::lines::first_in_sight;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::views::persona_form::{PersonaForm, SpanCount};
use crate::tui::widgets::columns::{ListColumn, Yields, fit};
use crate::tui::widgets::figures::count_width;
use crate::tui::widgets::input;

/// Draws the checklist with its counts.
pub fn draw(canvas: &mut Canvas, area: Rect, form: &PersonaForm, state: &State) {
    let picker = &form.spans.picker;
    canvas.text(area.x, area.y, 1, "›", Role::Accent);
    input::draw(canvas, area.x + 2, area.y, area.width.saturating_sub(24), &picker.input, is_typed(form));
    let (found, chosen) = (picker.matches.len() as u64, form.spans.chosen.len() as u64);
    let position = format!("{} ticked · {}", format::count(chosen), format::counted(found, "segment", "segments"));
    canvas.text_right(area.x + 4, area.right(), area.y, &position, Role::Dim);
    if picker.items.is_empty() {
        canvas.text(
            area.x,
            area.y + 2,
            area.width,
            "the study has no segments yet: s saves a filter as one",
            Role::Dim,
        );
        return;
    }
    if let Some(error) = form.live.spans_error() {
        canvas.text(area.x, area.y + 1, area.width, &format!("! {error}"), Role::Error);
    }
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if picker.matches.is_empty() {
        canvas.text(list.x, list.y + 1, list.width, "no segment by that name", Role::Dim);
        return;
    }
    draw_list(canvas, list, form, state);
}

fn draw_list(canvas: &mut Canvas, area: Rect, form: &PersonaForm, state: &State) {
    let picker = &form.spans.picker;
    let widest = picker.items.iter().map(|item| text::width(&text::visible(&item.label))).max().unwrap_or(0);
    let wide = count_width(state);
    let columns = [
        ListColumn::name(widest + 4, 16),
        ListColumn::number("customers", "customers", wide, Yields::Share),
        ListColumn::number("would add", "adds", wide + " alone".len(), Yields::Never),
        ListColumn::number("overlap", "overlap", wide, Yields::Value),
        ListColumn::number("of segment", "share", 7, Yields::Index),
    ];
    let slots = fit(&columns, area.width);
    let headings = ["segment", "customers", "would add", "overlap", "of segment"];
    for (n, heading) in headings.into_iter().enumerate() {
        let cut = slots[n].is_some_and(|slot| usize::from(slot.width) < heading.len());
        let heading = if cut { columns[n].short } else { heading };
        put(canvas, area, area.y, &columns[n], slots[n], if n == 0 { "    segment" } else { heading }, Role::Dim);
    }
    let rows = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let first = first_in_sight(picker.cursor, picker.matches.len(), usize::from(rows.height));
    for ((n, &at), y) in picker.matches.iter().enumerate().skip(first).zip(rows.top()..rows.bottom()) {
        let Some(item) = picker.items.get(at) else { continue };
        let ticked = form.spans.is_chosen(&item.label);
        let role = if ticked { Role::Strong } else { Role::Text };
        let mark = if ticked { "[x]" } else { "[ ]" };
        put(canvas, rows, y, &columns[0], slots[0], &format!("{mark} {}", item.label), role);
        match form.live.span(&item.label) {
            Some((count, fresh)) => {
                let role = if fresh { Role::Text } else { Role::Dim };
                let texts = figures_of(count, ticked, state.settings.min_cell);
                for (n, text) in (1..).zip(texts) {
                    let role = if n == 2 && fresh && !ticked { Role::Strong } else { role };
                    put(canvas, rows, y, &columns[n], slots[n], &text, role);
                }
            }
            None => put(canvas, rows, y, &columns[2], slots[2], "…", Role::Dim),
        }
        if n == picker.cursor {
            canvas.select(Rect { y, height: 1, ..rows });
        }
    }
}

/// Returns the customers, what the segment would add (if ticked, what it alone holds), the overlap, and its share of
/// the segment.
fn figures_of(count: SpanCount, ticked: bool, min_cell: u64) -> [String; 4] {
    let SpanCount { segment, adds, both, alone } = count;
    // Together with the customers that the narrowing rule excludes, these add up to the segment.
    let parts = suppress::parts_of_total(&[both, adds, segment.saturating_sub(both + adds)], min_cell);
    let (whole, [both, adds, _]) = (suppress::single(segment, min_cell), [parts[0], parts[1], parts[2]]);
    let added = match (ticked, alone) {
        (true, Some(alone)) => format!("{} alone", format::shown(suppress::single(alone, min_cell))),
        (true, None) => "…".to_owned(),
        (false, _) if adds == DisclosedCount::Count(0) => "0".to_owned(),
        (false, _) => format!("+{}", format::shown(adds)),
    };
    let share = both.count().zip(whole.count()).and_then(|(both, whole)| figures::share(both, whole));
    [format::shown(whole), added, format::shown(both), format::percent(share)]
}
