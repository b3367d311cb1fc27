//! The attributes: rules as they are typed, and below them the customers of each, and of all combined.

use ratatui::layout::Rect;

use super::is_typed;
use crate::insight::card::AttributeFacts;
use crate::insight::format;
use crate::insight::inquiry::FactState;
use crate::text;
use crate::tui::paint::canvas::Canvas;
use crate::tui::paint::theme::Role;
use crate::tui::views::persona_form::{PersonaField, PersonaForm};
use crate::tui::widgets::area;
use crate::tui::widgets::columns::{ColumnSlot, ListColumn, Yields, fit};
use crate::tui::widgets::figures::index_role;

/// Width of a bar, in cells.
const BAR: u16 = 10;

/// Draws the rules as typed, and below them the counts.
pub fn draw(canvas: &mut Canvas, area: Rect, form: &PersonaForm) {
    let Some(text) = form.text(PersonaField::Attributes) else { return };
    let lines = area::wrap(text.rows(), usize::from(area.width)).len() as u16;
    let facts = form.live.facts.as_ref().map(|facts| facts.attributes.as_slice()).unwrap_or_default();
    let wanted = if facts.is_empty() { 0 } else { facts.len() as u16 + 3 };
    // The typed text comes first: at least two lines of it are in sight.
    let room = area.height.saturating_sub(wanted).max(area.height / 2).max(2);
    let height = lines.max(2).min(room).min(area.height);
    area::draw(canvas, Rect { height, ..area }, text, is_typed(form));
    let meter = Rect { y: area.y + height + 1, height: area.height.saturating_sub(height + 1), ..area };
    if !facts.is_empty() && meter.height > 1 {
        draw_meter(canvas, meter, facts);
    }
}

fn draw_meter(canvas: &mut Canvas, area: Rect, facts: &[AttributeFacts]) {
    let widest = facts.iter().map(|fact| text::width(&text::visible(&fact.text))).max().unwrap_or(0);
    let columns = [
        ListColumn::name(widest.max(9), 12),
        ListColumn::number("of base", "of base", 7, Yields::Share),
        ListColumn::number("of audience", "audience", 7, Yields::Value),
        ListColumn::number("index", "index", 7, Yields::Index),
        ListColumn::number("all so far", "so far", 9, Yields::Never),
        ListColumn::number("of base", "of base", 7, Yields::Never),
        ListColumn { natural: BAR, ..ListColumn::growing(6, Yields::Bar) },
    ];
    let slots = fit(&columns, area.width);
    let headings = ["attribute", "of base", "of audience", "index", "all so far", "of base", ""];
    for (n, heading) in headings.into_iter().enumerate() {
        let short = if slots[n].is_some_and(|slot| usize::from(slot.width) < heading.len()) {
            columns[n].short
        } else {
            heading
        };
        put(canvas, area, area.y, &columns[n], slots[n], short, Role::Dim);
    }
    // The last lines are the ones being edited.
    let rows = usize::from(area.height - 1);
    for (fact, y) in facts.iter().skip(facts.len().saturating_sub(rows)).zip(area.y + 1..area.bottom()) {
        put(canvas, area, y, &columns[0], slots[0], &fact.text, Role::Text);
        match fact.figures.state() {
            FactState::Waiting => put(canvas, area, y, &columns[4], slots[4], "…", Role::Dim),
            FactState::Wrong(error) => {
                let x = area.x + slots[0].map_or(0, |slot| slot.x + slot.width + 2);
                canvas.text(x, y, area.right().saturating_sub(x), &format!("! {error}"), Role::Error);
            }
            FactState::Known(figures) => {
                let texts = [
                    (format::percent(figures.share_of_base), Role::Text),
                    (format::percent(figures.share_of_audience), Role::Text),
                    (format::index(figures.index), index_role(figures.index, Role::Text)),
                    (format::shown(figures.all_so_far), Role::Strong),
                    (format::percent(figures.all_share_of_base), Role::Text),
                ];
                for (n, (content, role)) in (1..).zip(texts) {
                    put(canvas, area, y, &columns[n], slots[n], &content, role);
                }
                if let Some(slot) = slots[6] {
                    let bar = format::line(figures.all_share_of_base.unwrap_or(0.0), usize::from(slot.width.min(24)));
                    canvas.text(area.x + slot.x, y, slot.width, &bar, Role::Bar);
                }
            }
        }
    }
}

/// Draws a text in its column, unless the column gave way.
pub(super) fn put(
    canvas: &mut Canvas,
    area: Rect,
    y: u16,
    column: &ListColumn,
    slot: Option<ColumnSlot>,
    content: &str,
    role: Role,
) {
    let Some(slot) = slot else { return };
    let (x, right) = (area.x + slot.x, area.x + slot.x + slot.width);
    match column.right {
        true => canvas.text_right(x, right, y, content, role),
        false => {
            canvas.text(x, y, slot.width, content, role);
        }
    }
}
