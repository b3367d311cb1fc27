//! Why: the traits that set the filtered customers apart.

use super::super::super::action::Effect;
use super::super::super::command::Command;
use super::super::super::picker::{PickItem, Picker};
use super::super::super::state::{Overlay, State, View};
use super::super::super::views::why::{is_of_personas, lines, names, rule_named, subject};
use super::super::commands::narrow;
use crate::insight::contrasts::ContrastsInquiry;
use crate::insight::settings::told_columns;
use crate::model::{Column, reference};

/// Label for everyone else among the sets to compare with.
const REST: &str = "the rest";

/// Renews the inquiry if its subject has changed. Returns true if it did. It asks about all columns at once; each is
/// drawn as it arrives.
pub fn renew(state: &mut State) -> bool {
    if !state.views.why.contrasts.needs_asking() || state.filter.problem.is_some() || !state.has_catalog() {
        return false;
    }
    let earlier = std::mem::take(&mut state.views.why.contrasts);
    let Some(subject) = subject(state) else { return false };
    let against = state.views.why.against.as_deref().and_then(|name| rule_named(state, name));
    let inquiry = ContrastsInquiry::new(&subject.rule, against, columns(state));
    state.views.why.contrasts = inquiry.after(earlier);
    true
}

/// Returns the columns that may be disclosed, and the column of the personas if it is informative.
fn columns(state: &State) -> Vec<&Column> {
    let Some(schema) = state.schema() else { return Vec::new() };
    let persona = schema.persona().filter(|column| !is_of_personas(state) && !state.is_masked(&column.name));
    told_columns(schema, &state.settings.mask).into_iter().chain(persona).collect()
}

/// Runs a command that has its own meaning in this view; `None` for all others.
pub fn run(state: &mut State, command: Command) -> Option<Vec<Effect>> {
    match command {
        Command::Enter => Some(add(state)),
        Command::Toggle => {
            state.views.why.with_mentioned ^= true;
            keep_cursor(state);
            Some(Vec::new())
        }
        Command::Order => {
            state.views.why.by_column ^= true;
            state.views.why.cursor = 0;
            Some(Vec::new())
        }
        Command::Sets => Some(pick(state)),
        Command::Copy => Some(
            lines(state)
                .get(state.views.why.cursor)
                .map_or_else(Vec::new, |line| vec![Effect::Copy(line.one.telling())]),
        ),
        _ => None,
    }
}

/// Adds the trait's condition to the filter, or its opposite if the trait is rarer. An empty filter starts with the
/// subject.
fn add(state: &mut State) -> Vec<Effect> {
    let Some(line) = lines(state).into_iter().nth(state.views.why.cursor) else { return Vec::new() };
    match subject(state) {
        Some(subject) if state.query.filter.trim().is_empty() => {
            let filter = format!("{} AND {}", subject.name, line.one.telling());
            super::super::commands::ask_for(state, |query| query.filter = filter)
        }
        _ => narrow(state, &line.one.telling()),
    }
}

fn pick(state: &mut State) -> Vec<Effect> {
    let item = |label: String| PickItem { label, about: String::new(), detail: String::new(), disabled: None };
    let items = std::iter::once(REST.to_owned()).chain(names(state)).map(item).collect();
    state.overlay = Some(Overlay::AgainstPicker(Picker::new("Compare with", items)));
    Vec::new()
}

/// Compares with the set that was picked.
pub fn chosen(state: &mut State, label: String) -> Vec<Effect> {
    state.views.why.against = (label != REST).then_some(label);
    state.views.why.outdate();
    state.views.why.cursor = 0;
    if state.view == View::Why { super::ask(state) } else { Vec::new() }
}

/// Moves the cursor by lines; `isize::MIN` and `isize::MAX` go to the ends.
pub fn step(state: &mut State, by: isize) -> Vec<Effect> {
    state.views.why.cursor = state.views.why.cursor.saturating_add_signed(by);
    keep_cursor(state);
    Vec::new()
}

pub fn keep_cursor(state: &mut State) {
    let last = lines(state).len().saturating_sub(1);
    state.views.why.cursor = state.views.why.cursor.min(last);
}

/// Returns the name of what is compared with, as the screen shows it.
pub fn against_name(state: &State) -> String {
    state.views.why.against.as_deref().map_or_else(|| REST.to_owned(), reference)
}
