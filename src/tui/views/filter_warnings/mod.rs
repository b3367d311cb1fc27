//! Warnings about the filter, in the line below it: valid conditions that hold for nobody, and texts that no customer
//! has.

use crate::insight::absent_values::AbsentValuesInquiry;
use crate::insight::inquiry::ErasedInquiry;
use crate::rule::warnings::{RuleWarning, compared_texts, warnings};
use crate::tui::core::{BaseState, Hooks, Lane, State, View, ViewName};

const NAME: ViewName = "filter-warnings";

/// Texts of the filter that no customer has.
#[derive(Debug, Clone, Default)]
pub struct FilterWarnings {
    absent: AbsentValuesInquiry,
    /// True if the texts are those of the filter.
    is_current: bool,
}

impl View for FilterWarnings {
    fn name(&self) -> ViewName {
        NAME
    }

    fn hooks(&self) -> Hooks {
        Hooks { renew, ..Hooks::default() }
    }

    fn inquiry(&mut self) -> Option<&mut dyn ErasedInquiry> {
        Some(&mut self.absent)
    }

    fn lane(&self) -> Lane {
        Lane::Warnings
    }

    fn is_beside(&self, state: &State) -> bool {
        // A compared text stands in quotes. Searching for a quote first is cheap, as this is called for every frame.
        state.query.filter.contains('\'') && !compared_texts(&state.rule).is_empty()
    }

    fn is_waiting(&self) -> bool {
        self.absent.is_waiting()
    }

    fn outdate(&mut self) {
        self.is_current = false;
    }
}

fn renew(state: &mut State) -> bool {
    if state.views.get::<FilterWarnings>().is_current || state.filter.problem.is_some() || !may_ask(state) {
        return false;
    }
    let absent = AbsentValuesInquiry::new(&state.rule, &state.settings.mask, state.settings.min_cell);
    *state.views.get_mut::<FilterWarnings>() = FilterWarnings { absent, is_current: true };
    true
}

/// Returns true if the question is worth its cost: in a database, only once the filter holds for nobody.
fn may_ask(state: &State) -> bool {
    if state.part().is_some() {
        // While only the first rows are read, later customers may still have the text.
        return false;
    }
    let is_elsewhere = matches!(&state.base, BaseState::Ready { engine: Some(_), .. });
    let holds_for_nobody = || {
        let summary = &state.answers.panes.found.summary;
        !summary.is_waiting() && summary.get().is_some_and(|summary| summary.customers == 0)
    };
    !is_elsewhere || holds_for_nobody()
}

/// Returns the first warning about the filter that the person is not just typing at, and the number of others.
pub fn first(state: &State) -> Option<(RuleWarning, usize)> {
    if state.filter.problem.is_some() || state.query.filter.is_empty() {
        return None;
    }
    let view = state.views.get::<FilterWarnings>();
    let absent = if view.is_current { view.absent.warnings() } else { &[] };
    let mut found: Vec<RuleWarning> = warnings(&state.rule).into_iter().chain(absent.iter().cloned()).collect();
    found.retain(|warning| !is_being_typed(state, warning));
    found.sort_by_key(|warning| warning.place.start);
    let others = found.len().saturating_sub(1);
    found.into_iter().next().map(|first| (first, others))
}

/// Returns true if the cursor is in the condition, or at its end while values are suggested.
fn is_being_typed(state: &State, warning: &RuleWarning) -> bool {
    let cursor = state.filter.cursor_byte();
    let suggests_values = || state.filter.completion.as_ref().is_some_and(|list| list.values_of.is_some());
    let at_end = cursor == warning.place.end && suggests_values();
    state.filter.editing && (at_end || (warning.place.start < cursor && cursor < warning.place.end))
}
