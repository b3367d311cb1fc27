//! Title, legend and other texts around the lines.

use super::CoverageView;
use super::pairs;
use crate::insight::coverage::PersonaCoverage;
use crate::insight::format;
use crate::insight::suppress::DisclosedCount;
use crate::model::reference;
use crate::tui::core::key;
use crate::tui::core::{State, View};
use crate::tui::paint::canvas::TextPiece;
use crate::tui::paint::theme::Role;
use crate::tui::views::coverage::{CoverageLine, chosen};
use crate::tui::widgets::figures::HIDDEN_NOTE;

/// Returns the title with the coverage itself, the number that answers the question.
pub fn title(state: &State) -> String {
    let within = if state.query.filter.is_empty() { "everyone" } else { "the filter" };
    let coverage =
        state.views.get::<CoverageView>().coverage.found.answer.as_ref().filter(|coverage| !coverage.steps.is_empty());
    match coverage.and_then(|coverage| coverage.covered.share) {
        Some(share) => format!("Coverage {} of {within}", format::percent(Some(share))),
        None => "Coverage".into(),
    }
}

/// Describes how much is counted twice.
pub fn redundancy(coverage: &PersonaCoverage) -> String {
    let value = super::parts::percent_of(coverage.covered.value_share, "of value covered");
    let redundancy = coverage.redundancy.map(|n| format!("redundancy {n:.2}"));
    let exclusive = super::parts::percent_of(coverage.exclusive, "in one only");
    [redundancy, exclusive, value].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Describes the selected line with its keys, the state of the counting, and the personas left out.
pub fn legend(state: &State, width: u16) -> Option<TextPiece> {
    let view = state.views.get::<CoverageView>();
    if let Some(error) = &view.coverage.found.error {
        return Some((error.clone(), Role::Error));
    }
    let coverage = view.coverage.found.answer.as_ref().filter(|coverage| !coverage.steps.is_empty())?;
    if view.is_waiting() {
        return Some(("counting…".into(), Role::Notice));
    }
    let line = chosen(view)?;
    let enter = format!("{} filters", key(state, "enter"));
    let why = format!("{} explains", key(state, "why"));
    let parts = match line {
        CoverageLine::Pairs(at) => vec![pairs::sentence(at, view.other(at), coverage), enter],
        CoverageLine::Step(_) if state.settings.can_save => {
            let keys = format!("{} {} move it", key(state, "move-down"), key(state, "move-up"));
            vec![keys, enter, why]
        }
        _ => vec![enter, why],
    };
    let without = without(state);
    let is_hidden = coverage.both.iter().flatten().any(|both| *both == DisclosedCount::Hidden);
    let hidden = is_hidden.then(|| HIDDEN_NOTE.to_owned());
    let mut words = parts.into_iter().chain(hidden).collect::<Vec<_>>().join(" · ");
    if let Some(without) = without.filter(|without| words.len() + without.len() + 20 < usize::from(width)) {
        words = format!("{without} · {words}");
    }
    Some((words, Role::Dim))
}

/// Names the personas in error, which are in no count.
fn without(state: &State) -> Option<String> {
    let in_error = state.catalog.personas.iter().filter(|entry| entry.audience.is_err());
    let names: Vec<String> = in_error.map(|entry| reference(&entry.id)).collect();
    (!names.is_empty()).then(|| format!("without {}: rule has an error", names.join(", ")))
}

/// Returns the text to show if there are no personas to count.
pub fn empty(state: &State) -> Vec<TextPiece> {
    let view = state.views.get::<CoverageView>();
    if let Some(error) = &view.coverage.found.error {
        return vec![(error.clone(), Role::Error)];
    }
    if !state.has_catalog() || view.coverage.found.answer.is_none() {
        return vec![("counting…".into(), Role::Dim)];
    }
    let back = key(state, "back");
    let way_on = match (state.settings.can_save, state.catalog.personas.is_empty()) {
        (_, false) => format!("{back} goes back to the panes, which say what is wrong"),
        (true, true) => format!("{back}, then {} in the personas pane makes one", key(state, "new")),
        (false, true) => "`crosscut init` makes a study to write them in".into(),
    };
    let what = if state.catalog.personas.is_empty() { "no personas yet" } else { "every persona's rule has an error" };
    vec![(what.into(), Role::Text), (way_on, Role::Dim)]
}
