//! Turns what the screen needs into questions.

use super::super::action::{Asker, Effect, Lane};
use super::super::answers::PageInquiry;
use super::super::state::{Base, State, View};
use super::{estimating, inquiries, views};
use crate::engine::PageQuestion;
use crate::insight::panes::PanesInquiry;

/// Marks every answer on screen as outdated: the query has changed.
pub fn outdate_all(state: &mut State) {
    state.is_unanswered = false;
    state.answers.panes.outdate();
    state.answers.groups.outdate();
    outdate_page(state);
    drop_awaited(state, Lane::Panes);
    // The new question for the groups waits for the summary; until then an answer to the old one must not be taken for
    // its answer.
    drop_awaited(state, Lane::Groups);
    views::outdate(state);
    estimating::outdate(state);
}

/// Drops a page that is still in flight: outside of the rows view no newer question replaces it.
pub fn outdate_page(state: &mut State) {
    state.answers.page.outdate();
    drop_awaited(state, Lane::Rows);
}

/// Drops the answers that are still in flight on the lane.
pub fn drop_awaited(state: &mut State, lane: Lane) {
    state.flights.remove(&lane);
    *state.asked.entry(lane).or_default() += 1;
}

/// Marks the panes' answers as outdated, including those in flight. The rows stay: under a broken filter they belong
/// to the last good one, and can still be paged through.
pub fn outdate_panes(state: &mut State) {
    state.answers.panes.found.outdate();
    state.answers.groups.found.outdate();
}

/// Asks for everything on screen that is outdated, the most urgent first.
pub fn everything(state: &mut State) -> Vec<Effect> {
    let mut effects = panes(state);
    effects.extend(groups(state));
    effects.extend(page_if_shown(state));
    effects.extend(views::ask(state));
    effects.extend(estimating::ask(state));
    effects
}

/// Asks for the panes' answers that are outdated.
pub fn panes(state: &mut State) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) || state.filter.problem.is_some() {
        return Vec::new();
    }
    let has_catalog = state.has_catalog();
    let panes = &mut state.answers.panes;
    // Until the definitions are known, there is only the summary to ask for.
    if panes.needs_asking() && (has_catalog || panes.found.summary.is_waiting()) {
        let (value, catalog) = (state.settings.value.as_deref(), has_catalog.then_some(&state.catalog));
        *panes = PanesInquiry::new(&state.rule, value, catalog, std::mem::take(panes));
        state.flights.remove(&Lane::Panes);
    }
    inquiries::ask(state, Asker::Panes).into_iter().collect()
}

/// Asks for the groups if they are outdated and no other pane is waiting: they come last.
pub fn groups(state: &mut State) -> Vec<Effect> {
    let Some(facet) = state.query.group_by.first().cloned() else { return Vec::new() };
    let panes = &state.answers.panes.found;
    if panes.summary.fresh && !panes.waits_for_definitions() && state.answers.groups.needs_asking() {
        let earlier = std::mem::take(&mut state.answers.groups);
        state.answers.groups = views::facets::inquiry(state, facet, earlier);
        state.flights.remove(&Lane::Groups);
    }
    inquiries::ask(state, Asker::Groups).into_iter().collect()
}

/// Asks for the rows in sight, if they are shown and not known yet. With a broken filter these are the last good one's
/// rows.
pub fn page_if_shown(state: &mut State) -> Vec<Effect> {
    if state.view != View::Rows || !matches!(state.base, Base::Ready { .. }) {
        return Vec::new();
    }
    scroll_to_cursor(state);
    let (offset, limit) = (state.rows.offset, state.page_height());
    let there = state.answers.page.found.get().is_some_and(|page| {
        let wanted = limit.min(page.total.saturating_sub(offset) as usize);
        page.offset == offset && page.rows.len() >= wanted
    });
    if there {
        return Vec::new();
    }
    let (filter, sort) = (state.rule.clone(), state.query.sort.clone());
    let inquiry = PageInquiry::of(PageQuestion { filter, columns: Vec::new(), sort, offset, limit });
    state.answers.page = inquiry.after(std::mem::take(&mut state.answers.page));
    state.flights.remove(&Lane::Rows);
    inquiries::ask(state, Asker::Rows).into_iter().collect()
}

/// Scrolls the cursor into sight, onto a full page if there are enough rows.
pub fn scroll_to_cursor(state: &mut State) {
    let height = state.page_height() as u64;
    let total = state.answers.page.found.answer.as_ref().map(|page| page.total);
    let rows = &mut state.rows;
    if rows.cursor < rows.offset {
        rows.offset = rows.cursor;
    } else if rows.cursor >= rows.offset + height {
        rows.offset = rows.cursor + 1 - height;
    }
    if let Some(total) = total {
        rows.offset = rows.offset.min(total.saturating_sub(height));
    }
}

/// Asks for a column's values, once.
pub fn values(state: &mut State, column: &str) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) {
        return Vec::new();
    }
    state.answers.values.want(column);
    state.flights.remove(&Lane::Values);
    inquiries::ask(state, Asker::Values).into_iter().collect()
}
