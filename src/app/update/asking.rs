//! From what is wanted to questions.

use super::super::action::{Asker, Effect, Lane};
use super::super::answers::PageInquiry;
use super::super::state::{Base, State, View};
use super::{inquiries, views};
use crate::engine::PageQuestion;
use crate::insight::panes::PanesInquiry;

/// What is asked has changed: the answers on screen are to an older question.
pub fn outdate_all(state: &mut State) {
    state.is_unanswered = false;
    state.answers.panes.outdate();
    state.answers.groups.outdate();
    outdate_page(state);
    drop_awaited(state, Lane::Panes);
    // The newer question for the groups waits for the summary; the older one's answer must not pass for it meanwhile.
    drop_awaited(state, Lane::Groups);
    views::outdate(state);
}

/// A page that is still on its way is dropped: outside of the rows view no newer question takes its place.
pub fn outdate_page(state: &mut State) {
    state.answers.page.outdate();
    drop_awaited(state, Lane::Rows);
}

/// What is still on its way on the lane no longer fits.
pub fn drop_awaited(state: &mut State, lane: Lane) {
    state.flights.remove(&lane);
    *state.asked.entry(lane).or_default() += 1;
}

/// Shows the panes' answers as old, those on their way included. The rows stay: under a broken filter they are those of the
/// last good one, which one still pages through.
pub fn outdate_panes(state: &mut State) {
    state.answers.panes.found.outdate();
    state.answers.groups.found.outdate();
}

/// Asks for everything on screen that is not to what is asked now, the most wanted first.
pub fn everything(state: &mut State) -> Vec<Effect> {
    let mut effects = panes(state);
    effects.extend(groups(state));
    effects.extend(page_if_shown(state));
    effects.extend(views::ask(state));
    effects
}

/// Asks for the panes' answers that are out of date.
pub fn panes(state: &mut State) -> Vec<Effect> {
    if !matches!(state.base, Base::Ready { .. }) || state.filter.problem.is_some() {
        return Vec::new();
    }
    let has_catalog = state.has_catalog();
    let panes = &mut state.answers.panes;
    // Without the definitions there is no more to ask than the summary.
    if panes.needs_asking() && (has_catalog || panes.found.summary.is_waiting()) {
        let (value, catalog) = (state.settings.value.as_deref(), has_catalog.then_some(&state.catalog));
        *panes = PanesInquiry::new(&state.rule, value, catalog, std::mem::take(panes));
        state.flights.remove(&Lane::Panes);
    }
    inquiries::ask(state, Asker::Panes).into_iter().collect()
}

/// Asks for the groups if they are out of date and nothing else is waited for: they come after the other panes.
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

/// Asks for the rows in sight, when they are shown and not there yet; of the last good filter if there is a problem.
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

/// Brings the cursor in sight, on a page that is full when there are rows enough.
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
