//! Requests for what the screen needs: outdates answers, and asks again for those that are on screen.

use std::collections::BTreeSet;

use super::action::{Asker, Effect, Lane};
use super::state::State;
use super::{estimating, groups, inquiries};
use crate::insight::panes::PanesInquiry;
use crate::tui::core::view::View;

/// Marks every answer on screen as outdated: the query has changed.
pub fn outdate_all(state: &mut State) {
    state.is_unanswered = false;
    state.answers.panes.outdate();
    state.answers.groups.outdate();
    state.drop_awaited(Lane::Panes);
    // The new question for the groups waits for the summary; until then an answer to the old one must not be taken for
    // its answer.
    state.drop_awaited(Lane::Groups);
    outdate_views(state);
    estimating::outdate(state);
}

/// Marks the answers of all views as outdated. The persona card and its form do not depend on the filter: they outdate
/// themselves when the definitions change.
fn outdate_views(state: &mut State) {
    state.views.iter_mut().for_each(View::outdate);
    state.over.iter_mut().for_each(View::outdate);
    for lane in [Lane::View, Lane::Rows, Lane::Attrition, Lane::Columns, Lane::Lists, Lane::Warnings] {
        state.drop_awaited(lane);
    }
}

/// Drops everything in views that depends on the definitions.
pub fn definitions_changed(state: &mut State) {
    state.over.iter_mut().for_each(View::definitions_changed);
    state.drop_awaited(Lane::Card);
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
    effects.extend(group_pane(state));
    effects.extend(views(state));
    effects.extend(estimating::ask(state));
    effects
}

/// Asks for everything on screen that is outdated although the filter is in error: what stays on screen are the figures
/// of the last good filter, and they must be those of the base and the definitions as they are now.
pub fn everything_of_last_filter(state: &mut State) -> Vec<Effect> {
    let problem = state.filter.problem.take();
    let effects = everything(state);
    state.filter.problem = problem;
    effects
}

/// Asks for the panes' answers that are outdated.
pub fn panes(state: &mut State) -> Vec<Effect> {
    // While the text is no rule, the answers of the last good filter stay; if there are none yet, they are asked for.
    if !state.is_loaded() || (state.filter.problem.is_some() && state.answers.panes.found.has_answers()) {
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
pub fn group_pane(state: &mut State) -> Vec<Effect> {
    let Some(facet) = state.query.group_by.first().cloned() else { return Vec::new() };
    let panes = &state.answers.panes.found;
    if panes.summary.fresh && !panes.waits_for_definitions() && state.answers.groups.needs_asking() {
        let earlier = std::mem::take(&mut state.answers.groups);
        state.answers.groups = groups::inquiry(state, facet, earlier);
        state.flights.remove(&Lane::Groups);
    }
    inquiries::ask(state, Asker::Groups).into_iter().collect()
}

/// Asks for what is outdated in the open views. Of several views on one lane only the one in front asks: the others
/// ask when it is closed.
pub fn views(state: &mut State) -> Vec<Effect> {
    if !state.is_loaded() {
        return Vec::new();
    }
    let mut effects = Vec::new();
    let mut lanes = BTreeSet::new();
    let open: Vec<_> = state.open_views().map(|view| (view.name(), view.lane(), view.hooks())).collect();
    for (name, lane, hooks) in open {
        if !lanes.insert(lane) {
            continue;
        }
        effects.extend((hooks.before_asking)(state));
        if (hooks.renew)(state) {
            state.flights.remove(&lane);
        }
        effects.extend(inquiries::ask(state, Asker::View(name, lane)));
    }
    effects
}

/// Asks for a column's values, once.
pub fn values(state: &mut State, column: &str) -> Vec<Effect> {
    if !state.is_loaded() {
        return Vec::new();
    }
    state.answers.values.want(column);
    state.flights.remove(&Lane::Values);
    inquiries::ask(state, Asker::Values).into_iter().collect()
}
