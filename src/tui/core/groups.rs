//! Groups of the filter's customers by a column. A column that the filter mentions is counted under the rest of the
//! filter, so that it keeps showing all its groups.

use std::collections::HashMap;

use super::query::Facet;
use super::state::State;
use crate::insight::facet::{BulkRange, FacetInquiry, FacetRules};
use crate::model::Cut;
use crate::rule::{Checked, edit};

/// Returns the inquiry for the groups of a facet. If the filter has conditions on its column alone, it also asks how
/// many customers of each group the whole filter keeps.
pub fn inquiry(state: &State, facet: Facet, earlier: FacetInquiry) -> FacetInquiry {
    let without_own = without_own_rule(state, &facet.column);
    let range = range(state, &facet);
    let rules = FacetRules {
        column_type: state.column_type(&facet.column),
        value: state.settings.value.clone(),
        filter: state.rule.clone(),
        without_own,
        facet,
    };
    FacetInquiry::new(rules, range, earlier)
}

/// Returns the range of the facet's column, if it was found before.
pub fn range(state: &State, facet: &Facet) -> Option<BulkRange> {
    state.ranges.get(&facet.column).copied()
}

/// Keeps the range that the inquiry found.
pub fn keep_range(pane: &FacetInquiry, ranges: &mut HashMap<String, BulkRange>) {
    if let (Some(range), Some(facet)) = (pane.found.range, pane.facet()) {
        ranges.insert(facet.column.clone(), range);
    }
}

/// Returns the number of groups that are known.
pub fn lines(pane: &FacetInquiry) -> usize {
    pane.found.groups.answer.as_ref().map_or(0, |groups| groups.groups.len())
}

/// Follows an answer for the group-by pane: keeps ranges, and moves the cursor up if there are fewer groups than
/// before.
pub fn arrived(state: &mut State) {
    keep_range(&state.answers.groups, &mut state.ranges);
    state.groups.cursor = state.groups.cursor.min(lines(&state.answers.groups).saturating_sub(1));
}

/// Returns how the facet's column is cut into groups.
pub fn cut(state: &State, facet: &Facet) -> Option<Cut> {
    facet.cut(state.column_type(&facet.column), range(state, facet))
}

/// Returns the filter's rule without its conditions on this column alone; `None` if it has none.
fn without_own_rule(state: &State, column: &str) -> Option<Checked> {
    if !state.filter.is_asked() || !state.rule.columns().contains(column) {
        return None;
    }
    let conditions = state.rule.conditions();
    let others: Vec<&Checked> = conditions.iter().filter(|condition| !is_own(condition, column)).collect();
    (others.len() < conditions.len()).then(|| Checked::all(others))
}

/// Returns the filter's text without its conditions on this column alone. Checks each condition's text if the filter's
/// text is not the rule in effect.
pub fn without_own(state: &State, column: &str) -> String {
    let filter = &state.query.filter;
    if !state.filter.is_asked() {
        let is_own_text = |text: &str| state.check(text).is_ok_and(|condition| is_own(&condition, column));
        return edit::without_conditions(filter, is_own_text);
    }
    let conditions = state.rule.conditions();
    let places: Vec<_> = conditions.iter().map(Checked::place).collect();
    edit::without_places(filter, &places, |at| is_own(&conditions[at], column))
}

/// Returns true if a condition is about this column alone.
fn is_own(condition: &Checked, column: &str) -> bool {
    let columns = condition.columns();
    columns.len() == 1 && columns.contains(column) && !condition.has_references()
}
