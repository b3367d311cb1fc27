//! Keys and questions of the combinations.

use super::{UpSetView, draw, sets};
use crate::insight::upset::{SetsToCombine, UpSetInquiry, UpSetOrder};
use crate::tui::core::changes::narrow_to_all;
use crate::tui::core::copying::copy_conditions;
use crate::tui::core::{Effect, State, requests};
use crate::tui::paint::canvas::{Position, Rect};
use crate::tui::views::press_enter;

/// Renews the inquiry if its subject has changed. Returns true if it did.
pub fn renew(state: &mut State) -> bool {
    if !state.views.get::<UpSetView>().upset.needs_asking() || state.filter.problem.is_some() || !state.has_catalog() {
        return false;
    }
    let (filter, min_cell) = (state.rule.clone(), state.settings.min_cell);
    let inquiry = UpSetInquiry::new(SetsToCombine { filter, sets: sets(state), min_cell });
    let view = state.views.get_mut::<UpSetView>();
    view.upset = inquiry.after(std::mem::take(&mut view.upset));
    true
}

/// Lists the largest combinations first, or those of the fewest sets.
pub fn reorder(state: &mut State) -> Vec<Effect> {
    let view: &mut UpSetView = state.views.get_mut();
    view.order = if view.order == UpSetOrder::Size { UpSetOrder::Sets } else { UpSetOrder::Size };
    view.cursor = 0;
    Vec::new()
}

/// Combines segments instead of personas, or the other way round.
pub fn other_sets(state: &mut State) -> Vec<Effect> {
    let view: &mut UpSetView = state.views.get_mut();
    view.of_segments ^= true;
    (view.upset, view.cursor) = Default::default();
    requests::views(state)
}

/// Narrows the filter to the selected combination.
pub fn enter(state: &mut State) -> Vec<Effect> {
    let conditions = conditions(state);
    narrow_to_all(state, &conditions)
}

/// Copies the conditions of the selected combination as one rule.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let conditions = conditions(state);
    copy_conditions(state, &conditions)
}

fn conditions(state: &State) -> Vec<String> {
    let chosen = state.views.get::<UpSetView>().at();
    chosen.map_or_else(Vec::new, |(upset, at)| upset.conditions(&upset.combinations[at]))
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut UpSetView = state.views.get_mut();
    view.cursor = view.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

/// Selects the line that the mouse was pressed on; on the selected one, does what Enter does.
pub fn pressed(state: &mut State, area: Rect, at: Position) -> Vec<Effect> {
    let Some(line) = draw::line_at(state, area, at) else { return Vec::new() };
    let view: &mut UpSetView = state.views.get_mut();
    let was_selected = std::mem::replace(&mut view.cursor, line) == line;
    if was_selected { press_enter(state) } else { Vec::new() }
}

/// Moves the cursor up if there are fewer combinations than before.
pub fn keep_cursor(state: &mut State) {
    let view = state.views.get_mut::<UpSetView>();
    let lines = view.upset.found.answer.as_ref().map_or(0, |upset| upset.combinations.len());
    view.cursor = view.cursor.min(lines.saturating_sub(1));
}
