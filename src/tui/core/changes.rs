//! Changes of the query, undo and redo, and the commands that every view shares.

use super::action::{Asker, Effect, Lane};
use super::history::StepOutcome;
use super::query::{Facet, Query};
use super::state::{BaseState, State};
use super::{arrivals, editing, inquiries, requests, saving};
use crate::rule::edit;
use crate::study::Change;

/// Changes the query, as one step of undo.
pub fn ask_for(state: &mut State, change: impl FnOnce(&mut Query)) -> Vec<Effect> {
    editing::settle(state);
    let before = state.query.clone();
    change(&mut state.query);
    if state.query == before {
        return Vec::new();
    }
    let after = state.query.clone();
    state.history.push(before.clone());
    move_to(state, &before, after)
}

/// Makes `query` the current one, and asks only for what differs.
fn move_to(state: &mut State, before: &Query, query: Query) -> Vec<Effect> {
    if query.group_by.first() != before.group_by.first() {
        state.answers.groups = Default::default();
        state.groups.cursor = 0;
    }
    let filter_changed = query.filter != before.filter || state.filter.problem.is_some();
    state.query = query;
    if filter_changed {
        state.filter.set_text(state.query.filter.as_str());
        let mut effects = editing::apply_typed(state);
        if state.filter.problem.is_some() {
            effects.extend(requests::views(state));
        }
        effects
    } else {
        requests::everything(state)
    }
}

/// Undoes the last step if `back` is true, otherwise redoes the step that was undone last.
pub fn history_step(state: &mut State, back: bool) -> Vec<Effect> {
    editing::settle(state);
    let before = state.query.clone();
    let to = if back { state.history.undo(&before) } else { state.history.redo(&before) };
    match to {
        None => Vec::new(),
        Some(StepOutcome::Asked(to)) => {
            state.say(if back { undone(&before, &to) } else { redone(&before, &to) });
            move_to(state, &before, to)
        }
        Some(StepOutcome::Saved(step)) => {
            let texts = if back { step.before.clone() } else { step.after.clone() };
            saving::save(Change::Restore(Box::new(texts)), false)
        }
    }
}

/// Describes what going back from `now` to `before` undid.
fn undone(now: &Query, before: &Query) -> String {
    let filter = (now.filter != before.filter).then(|| format!("filter back to {}", filter_text(before)));
    let sort = (now.sort != before.sort).then(|| sort_text(now));
    let group = (now.group_by != before.group_by).then(|| group_text(now));
    let columns = (now.columns != before.columns).then(|| "columns".to_owned());
    format!("undone: {}", [filter, sort, group, columns].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn redone(now: &Query, after: &Query) -> String {
    let filter = (now.filter != after.filter).then(|| format!("filter {}", filter_text(after)));
    let sort = (now.sort != after.sort).then(|| sort_text(after));
    let group = (now.group_by != after.group_by).then(|| group_text(after));
    let columns = (now.columns != after.columns).then(|| "columns".to_owned());
    format!("redone: {}", [filter, sort, group, columns].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn filter_text(query: &Query) -> &str {
    if query.filter.is_empty() { "everyone" } else { &query.filter }
}

fn sort_text(query: &Query) -> String {
    match query.sort.as_slice() {
        [] => "file order".into(),
        sorts => format!("sort by {}", sorts.iter().map(|sort| sort.column.as_str()).collect::<Vec<_>>().join(", ")),
    }
}

fn group_text(query: &Query) -> String {
    match query.group_by.as_slice() {
        [] => "no grouping".into(),
        facets => format!("group by {}", facets.iter().map(Facet::words).collect::<Vec<_>>().join(", ")),
    }
}

/// Narrows the filter by a condition.
pub fn narrow(state: &mut State, condition: &str) -> Vec<Effect> {
    narrow_to_all(state, &[condition.to_owned()])
}

/// Same as [`narrow`] with several conditions, as one step of undo.
pub fn narrow_to_all(state: &mut State, conditions: &[String]) -> Vec<Effect> {
    ask_for(state, |query| {
        query.filter = conditions.iter().fold(query.filter.clone(), |filter, one| edit::narrow(&filter, one));
    })
}

/// Redraws the screen. Opens the base again if it could not be read or has changed, asks again if a question has no
/// answer, and draws the sample again if there is one.
pub fn redraw(state: &mut State) -> Vec<Effect> {
    let mut effects = vec![Effect::Redraw];
    let has_changed = std::mem::take(&mut state.has_base_changed);
    match &state.base {
        BaseState::Loading(_) => {}
        // A column that could not be read may be repaired by now.
        BaseState::Ready { .. } if !has_changed && !state.faults.is_empty() => {
            (state.faults, state.is_vetted) = (Vec::new(), false);
            effects.extend(arrivals::definitions_changed(state));
        }
        BaseState::Ready { .. } if !has_changed && !state.is_unanswered => {}
        BaseState::Ready { .. } if !has_changed => {
            requests::definitions_changed(state);
            requests::outdate_all(state);
            effects.extend(requests::everything(state));
        }
        BaseState::Ready { .. } | BaseState::Failed(_) => {
            state.base = BaseState::Loading(None);
            effects.push(Effect::Open);
        }
    }
    if state.estimates.is_wanted {
        state.say("drawing the sample again");
        effects.push(Effect::Sample);
    }
    effects
}

/// Stops what is being counted. If nothing is, quits.
pub fn cancel(state: &mut State) -> Vec<Effect> {
    if !state.is_loaded() || !state.is_busy() {
        return vec![Effect::Quit];
    }
    let stopped = "stopped; change the filter to count again";
    // Questions that wait for the summary are stopped too.
    if state.answers.groups.found.groups.is_waiting() {
        state.answers.groups.found.groups.fail(stopped.to_owned());
    }
    for asker in [Asker::Panes, Asker::Groups] {
        inquiries::stop(state, asker, stopped);
    }
    let open: Vec<_> = state.open_views().map(|view| (view.name(), view.lane(), view.hooks())).collect();
    for (name, lane, hooks) in open {
        inquiries::stop(state, Asker::View(name, lane), stopped);
        (hooks.stopped)(state, stopped);
    }
    state.complain(stopped);
    let lanes = [Lane::Panes, Lane::Groups, Lane::Rows, Lane::View, Lane::Attrition, Lane::Columns, Lane::Lists];
    lanes.into_iter().chain([Lane::Warnings, Lane::Selected]).map(Effect::Cancel).collect()
}
