//! Keys and questions of *why*.

use super::{REST, WhyView, is_of_personas, lines, names, rule_named, subject};
use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::settings::informative_columns;
use crate::model::Column;
use crate::tui::core::changes::{ask_for, narrow};
use crate::tui::core::copying::copy_line_if_any;
use crate::tui::core::picker::PickItem;
use crate::tui::core::{Effect, State, requests};
use crate::tui::views::picker;

/// Renews the inquiry if its subject has changed. Returns true if it did. It asks about all columns at once; each is
/// drawn as it arrives.
pub fn renew(state: &mut State) -> bool {
    if !state.views.get::<WhyView>().contrasts.needs_asking() || state.filter.problem.is_some() || !state.has_catalog()
    {
        return false;
    }
    let earlier = std::mem::take(&mut state.views.get_mut::<WhyView>().contrasts);
    let Some(subject) = subject(state) else { return false };
    let against = state.views.get::<WhyView>().against.as_deref().and_then(|name| rule_named(state, name));
    let inquiry = ContrastsInquiry::new(&subject.rule, against, columns(state));
    state.views.get_mut::<WhyView>().contrasts = inquiry.after(earlier);
    true
}

/// Returns the columns that may be disclosed, and the column of the personas if it is informative.
fn columns(state: &State) -> Vec<&Column> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let persona = schema.persona().filter(|column| !is_of_personas(state) && !state.is_masked(&column.name));
    informative_columns(schema, &state.settings.mask).into_iter().chain(persona).collect()
}

/// Shows or hides the columns that the rule mentions.
pub fn toggle_mentioned(state: &mut State) -> Vec<Effect> {
    state.views.get_mut::<WhyView>().with_mentioned ^= true;
    keep_cursor(state);
    Vec::new()
}

/// Shows one line per column, or every trait.
pub fn reorder(state: &mut State) -> Vec<Effect> {
    let view: &mut WhyView = state.views.get_mut();
    view.by_column ^= true;
    view.cursor = 0;
    Vec::new()
}

/// Copies the condition of the selected trait.
pub fn copy(state: &mut State) -> Vec<Effect> {
    let cursor = state.views.get::<WhyView>().cursor;
    let condition = lines(state).get(cursor).map(|line| line.one.telling());
    copy_line_if_any(state, condition)
}

/// Adds the trait's condition to the filter, or its opposite if the trait is rarer. An empty filter starts with the
/// subject.
pub fn add(state: &mut State) -> Vec<Effect> {
    let Some(line) = lines(state).into_iter().nth(state.views.get::<WhyView>().cursor) else { return Vec::new() };
    match subject(state) {
        Some(subject) if state.query.filter.trim().is_empty() => {
            let filter = format!("{} AND {}", subject.name, line.one.telling());
            ask_for(state, |query| query.filter = filter)
        }
        _ => narrow(state, &line.one.telling()),
    }
}

/// Asks for the set to compare with.
pub fn pick(state: &mut State) -> Vec<Effect> {
    let item = |label: String| PickItem { label, ..PickItem::default() };
    let items = std::iter::once(REST.to_owned()).chain(names(state)).map(item).collect();
    picker::open(state, "Compare with", items, chosen)
}

/// Compares with the set that was picked.
fn chosen(state: &mut State, label: String) -> Vec<Effect> {
    state.views.get_mut::<WhyView>().against = (label != REST).then_some(label);
    state.views.get_mut::<WhyView>().contrasts.outdate();
    state.views.get_mut::<WhyView>().cursor = 0;
    requests::views(state)
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    let view: &mut WhyView = state.views.get_mut();
    view.cursor = view.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

/// Moves the cursor up if there are fewer traits than before.
pub fn keep_cursor(state: &mut State) {
    let last = lines(state).len().saturating_sub(1);
    let view: &mut WhyView = state.views.get_mut();
    view.cursor = view.cursor.min(last);
}
