//! State of the screen that is remembered when a person leaves a study: the view, the pane, the columns of the rows,
//! and the filters applied so far. The next session of the study starts from it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Local, TimeZone};
use serde::{Deserialize, Serialize};

use super::picker;
use super::rows::RowsView;
use crate::engine::Sort;
use crate::insight::format;
use crate::insight::suppress;
use crate::tui::core::filter::PastFilter;
use crate::tui::core::picker::PickItem;
use crate::tui::core::state::Pane;
use crate::tui::core::{ColumnLayout, Effect, State, editing};

/// Maximum number of filters that are kept.
const MAX_FILTERS: usize = 500;
/// Longest filter, in bytes, that is kept: longer ones list customers.
const MAX_FILTER_BYTES: usize = 16 * 1024;
/// Views that have no subject of their own, which a session can begin in.
const VIEWS: [&str; 9] = ["main", "rows", "matrix", "why", "facets", "upset", "consolidate", "coverage", "research"];

/// State of a study's screen at the end of a session. Of the base's values it holds only those in filters, which cannot
/// name values of masked columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RememberedState {
    /// Name of the view that was used last.
    pub view: String,
    /// Index of the pane in focus.
    pub pane: usize,
    pub open_segments: BTreeSet<String>,
    pub open_personas: BTreeSet<String>,
    /// Order of the rows.
    pub sort: Vec<Sort>,
    pub columns: ColumnLayout,
    /// Widths of columns that the person has set, in cells.
    pub widths: BTreeMap<String, u16>,
    /// Filters applied so far, oldest first.
    pub filters: Vec<PastFilter>,
}

impl RememberedState {
    /// Returns what is to be remembered of a state.
    pub fn from_state(state: &State) -> Self {
        let widths = state.views.get::<RowsView>().widths.clone();
        Self {
            view: state.view.to_owned(),
            pane: Pane::ALL.iter().position(|pane| *pane == state.focus).unwrap_or(0),
            open_segments: state.segments.open.clone(),
            open_personas: state.personas.open.clone(),
            sort: state.query.sort.clone(),
            columns: state.query.columns.clone(),
            widths,
            filters: state.filter.past.clone(),
        }
    }

    /// Adds the filters that another session has kept meanwhile.
    pub fn merge_filters(&mut self, others: Vec<PastFilter>) {
        for other in others {
            match self.filters.iter_mut().find(|own| own.text == other.text) {
                Some(own) if own.at >= other.at => {}
                Some(own) => *own = other,
                None => self.filters.push(other),
            }
        }
        self.filters.sort_by_key(|one| one.at);
        let surplus = self.filters.len().saturating_sub(MAX_FILTERS);
        self.filters.drain(..surplus);
    }

    /// Begins a session as the last one ended.
    pub fn restore(self, state: &mut State) {
        if let Some(view) = VIEWS.into_iter().find(|view| *view == self.view) {
            state.go_to(view);
        }
        state.focus = Pane::ALL.get(self.pane).copied().unwrap_or(state.focus);
        state.segments.open.extend(self.open_segments);
        state.personas.open.extend(self.open_personas);
        state.query.sort = self.sort;
        state.query.columns = self.columns;
        state.views.get_mut::<RowsView>().widths = self.widths;
        state.filter.history.extend(self.filters.iter().map(|past| past.text.clone()));
        state.filter.past = self.filters;
    }
}

/// Records the applied filter with the time `at`, in seconds since 1970, and its customers once they are counted. Call
/// it whenever one of these may have changed.
pub fn note_filter(state: &mut State, at: i64) {
    let filter = &state.query.filter;
    let is_settled = !state.filter.editing && state.filter.is_asked() && state.is_loaded();
    if filter.is_empty() || filter.len() > MAX_FILTER_BYTES || !is_settled {
        return;
    }
    let summary = state.answers.panes.found.summary.get();
    let counted = summary.map(|summary| suppress::single(summary.customers, state.settings.min_cell));
    // Counts of the first rows alone are not remembered.
    let customers = counted.and_then(suppress::DisclosedCount::count).filter(|_| state.part().is_none());
    let past = &mut state.filter.past;
    if let Some(last) = past.last_mut().filter(|last| last.text == *filter) {
        last.customers = customers.or(last.customers);
        return;
    }
    past.retain(|one| one.text != *filter);
    past.push(PastFilter { text: filter.clone(), at, customers });
    let surplus = past.len().saturating_sub(MAX_FILTERS);
    past.drain(..surplus);
}

/// Lists the filters applied so far, the newest first, in this session and in earlier ones.
pub fn open_history(state: &mut State) -> Vec<Effect> {
    let now = Local::now();
    let item = |past: &PastFilter| {
        let customers = past.customers.map(|customers| format::counted(customers, "customer", "customers"));
        let at = Local.timestamp_opt(past.at, 0).single().map(|at| moment(at, now));
        PickItem {
            label: past.text.clone(),
            detail: customers.into_iter().chain(at).collect::<Vec<_>>().join(" · "),
            ..PickItem::default()
        }
    };
    let items: Vec<PickItem> = state.filter.past.iter().rev().map(item).collect();
    if items.is_empty() {
        state.complain("no filter was applied yet");
        return Vec::new();
    }
    state.filter.completion = None;
    picker::open(state, "Filters applied before", items, take)
}

/// Puts a filter into the line, where it can be changed before it is applied.
fn take(state: &mut State, filter: String) -> Vec<Effect> {
    let mut effects = if state.filter.editing { Vec::new() } else { editing::begin(state) };
    state.filter.set_text(filter);
    effects.extend(editing::changed(state));
    state.filter.completion = None;
    effects
}

/// Formats a moment for people: the time of today, or the day.
fn moment(at: DateTime<Local>, now: DateTime<Local>) -> String {
    match at.date_naive() == now.date_naive() {
        true => at.format("%H:%M").to_string(),
        false => at.format("%Y-%m-%d").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(text: &str, at: i64) -> PastFilter {
        PastFilter { text: text.into(), at, customers: None }
    }

    #[test]
    fn filters_of_two_sessions_merge_by_last_use() {
        let mut remembered =
            RememberedState { filters: vec![past("a", 1), past("b", 5)], ..RememberedState::default() };
        remembered.merge_filters(vec![past("a", 7), past("b", 2), past("c", 3)]);
        assert_eq!(remembered.filters, [past("c", 3), past("b", 5), past("a", 7)]);
    }

    #[test]
    fn oldest_filters_are_dropped_beyond_limit() {
        let mut remembered = RememberedState::default();
        remembered.merge_filters((0..MAX_FILTERS as i64 + 3).map(|at| past(&at.to_string(), at)).collect());
        assert_eq!((remembered.filters.len(), remembered.filters[0].text.as_str()), (MAX_FILTERS, "3"));
    }
}
