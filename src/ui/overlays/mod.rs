//! Overlays over the screen: pages, lists to pick from, forms, confirmations.

pub mod card;
pub mod confirm;
pub mod edit_again;
pub mod failed;
pub mod form;
pub mod help;
pub mod naming;
pub mod persona_form;
pub mod picker;
pub mod sql;
pub mod suggestions;

use std::ops::Range;

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::theme::Role;
use super::views;
use crate::app::{Overlay, State};

/// Draws the overlay, if there is one.
pub fn draw(canvas: &mut Canvas, screen: Rect, state: &State) {
    // The last line is left free: it may hold a message.
    let page = Rect { height: screen.height.saturating_sub(1), ..screen };
    match &state.overlay {
        None => {}
        Some(Overlay::Help { scroll }) => help::draw(canvas, page, *scroll, state),
        Some(Overlay::Palette(picker)) => picker::draw(canvas, page, picker, "not now: "),
        // A masked column stays masked, so "not now" would mislead.
        Some(
            Overlay::GroupPicker(picker)
            | Overlay::ProfilePicker(picker)
            | Overlay::AgainstPicker(picker)
            | Overlay::AnswersPicker(picker),
        ) => picker::draw(canvas, page, picker, ""),
        Some(Overlay::Builder(_)) => views::builder::draw(canvas, page, state),
        Some(Overlay::PersonaCard { persona, scroll }) => card::draw(canvas, page, *persona, *scroll, state),
        Some(Overlay::SegmentForm(form)) => form::draw(canvas, page, form),
        Some(Overlay::PersonaForm(form)) => persona_form::draw(canvas, page, form, state),
        Some(Overlay::Naming(naming)) => naming::draw(canvas, page, naming),
        Some(Overlay::Confirm(confirm)) => confirm::draw(canvas, page, confirm),
        Some(Overlay::EditAgain(again)) => edit_again::draw(canvas, page, again),
        Some(Overlay::Sql(sql)) => sql::draw(canvas, page, sql),
    }
}

/// Returns the largest scroll offset, in lines, of the page that lies over the screen; `None` without a page.
pub fn scroll_end(state: &State) -> Option<usize> {
    let (width, height) = (usize::from(state.width.saturating_sub(4)), usize::from(state.height.saturating_sub(3)));
    let lines = match &state.overlay {
        Some(Overlay::Help { .. }) => help::lines(state, width).len(),
        Some(Overlay::PersonaCard { persona, .. }) => card::height(state, *persona, width),
        _ => return None,
    };
    Some(lines.saturating_sub(height))
}

/// Returns the lines of the card to scroll into sight: those of the claim that was just selected.
pub fn lines_to_see(state: &State) -> Option<Range<usize>> {
    let view = &state.views.card;
    let Some(Overlay::PersonaCard { persona, .. }) = &state.overlay else { return None };
    let claim = view.claim.filter(|_| view.follow)?;
    card::page(state, *persona, usize::from(state.width.saturating_sub(4))).claims.get(claim).cloned()
}

/// Empties an area and frames it, with an empty cell on both sides to set it off from what lies beneath.
fn clear_for_box(canvas: &mut Canvas, area: Rect) {
    canvas.clear(Rect { x: area.x.saturating_sub(1), width: area.width + 2, ..area });
    canvas.frame(area, Role::FocusBorder);
}

/// Draws an empty framed box of at most this size in the upper middle of the screen, with a title and, at the bottom,
/// its keys. Returns its area.
pub(super) fn open_box(canvas: &mut Canvas, screen: Rect, width: u16, height: u16, title: &str, keys: &str) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    let x = screen.x + (screen.width - width) / 2;
    let y = screen.y + (screen.height - height) / 3;
    let area = Rect { x, y, width, height };
    clear_for_box(canvas, area);
    canvas.text(x + 1, y, width.saturating_sub(2), &format!(" {title} "), Role::Focus);
    if !keys.is_empty() && height > 1 {
        canvas.text(x + 2, area.bottom() - 1, width.saturating_sub(4), &format!(" {keys} "), Role::Dim);
    }
    area
}
