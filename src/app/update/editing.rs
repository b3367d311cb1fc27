//! The filter line: typing, checking, suggestions, history.

use super::super::action::Effect;
use super::super::check::{Check, CheckOutcome, LONGEST_AT_ONCE, PendingCheck};
use super::super::filter::Suggestions;
pub use super::super::input::{edit, insert};
use super::super::key::{Code, Key};
use super::super::state::State;
use super::{answers, asking, is};
use crate::rule::complete::{self, Completion};
use crate::rule::{self, Checked, RuleError};

/// Bytes of earlier filters that are kept.
const HISTORY_BYTES: usize = 32 * 1024 * 1024;

pub fn begin(state: &mut State) -> Vec<Effect> {
    let line = &mut state.filter;
    line.editing = true;
    // The editing goes on while the check is still under way.
    line.before.get_or_insert_with(|| state.query.clone());
    line.pending = line.pending.map(|_| PendingCheck::Stay);
    suggest(state)
}

pub fn key(state: &mut State, key: Key) -> Vec<Effect> {
    let suggestions = state.filter.completion.as_ref().map_or(0, |s| s.items.len());
    let chosen = state.filter.completion.as_ref().and_then(|s| s.chosen);
    match key.code {
        _ if is(key, Code::Enter) => match chosen {
            Some(_) => accept(state),
            None => finish(state),
        },
        _ if is(key, Code::Esc) && state.filter.completion.is_some() => {
            state.filter.completion = None;
            Vec::new()
        }
        _ if is(key, Code::Esc) => leave(state),
        _ if is(key, Code::Tab) && suggestions > 0 => accept(state),
        _ if is(key, Code::Tab) => suggest(state),
        Code::Tab => choose(state, -1),
        Code::Down if suggestions > 0 => choose(state, 1),
        Code::Up if chosen.is_some() => choose(state, -1),
        Code::Up => recall(state, -1),
        Code::Down => recall(state, 1),
        _ => match state.filter.edit(key) {
            Some(true) => changed(state),
            Some(false) => {
                if is_long(state) {
                    // Until the next ones come, those of another place are not to be taken.
                    state.filter.completion = None;
                }
                suggest(state)
            }
            None => Vec::new(),
        },
    }
}

/// The text has changed: check it, ask for its answers, suggest what comes next.
pub fn changed(state: &mut State) -> Vec<Effect> {
    state.filter.recalled = None;
    let mut effects = apply_typed(state);
    // A check that is under way suggests as well.
    if state.filter.pending.is_none() {
        effects.extend(suggest(state));
    }
    effects
}

/// Makes the typed text the filter if it is a rule; of a long one that is known later. Until then, and if it is none, the
/// last good one stays asked, and what is still on its way for it is taken in: the panes then show one and the same
/// filter, dimmed.
pub fn apply_typed(state: &mut State) -> Vec<Effect> {
    state.filter.pending = None;
    if is_long(state) {
        return vec![check_apart(state)];
    }
    state.filter.checks += 1;
    let result = answers::check(state, state.filter.text());
    take_in(state, result)
}

/// Returns true if the text is checked on a thread of its own.
pub fn is_long(state: &State) -> bool {
    state.filter.text().len() > LONGEST_AT_ONCE && state.schema().is_some()
}

/// Checks the text, from the start, on a thread of its own; what is wanted once that is over stays wanted.
pub fn check_apart(state: &mut State) -> Effect {
    state.filter.pending.get_or_insert_default();
    (state.filter.problem, state.filter.completion) = (None, None);
    asking::outdate_panes(state);
    check(state)
}

/// The next check of a long text: of its rule if that is not known, and for suggestions if keys go to it.
fn check(state: &mut State) -> Effect {
    let line = &mut state.filter;
    line.checks += 1;
    let (number, reads_rule, cursor) = (line.checks, line.pending.is_some(), line.editing.then(|| line.cursor_byte()));
    Effect::Check(Box::new(Check {
        number,
        text: state.filter.text().into(),
        reads_rule,
        cursor,
        schema: state.schema().cloned().unwrap_or_default(),
        names: state.catalog.names.clone(),
        today: state.settings.today,
        awaits_names: !state.has_catalog(),
    }))
}

/// A check is over; of an older text, or for an older place of the cursor, it says nothing any more.
pub fn checked(state: &mut State, outcome: CheckOutcome) -> Vec<Effect> {
    if outcome.number != state.filter.checks {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if let (Some(result), Some(pending)) = (outcome.rule, state.filter.pending.take()) {
        effects = take_in(state, result);
        if state.filter.problem.is_some() {
            // The definitions may have changed meanwhile, and so what the view and the rows show.
            effects.extend(asking::everything(state));
        }
        effects.extend(match pending {
            PendingCheck::Stay => Vec::new(),
            PendingCheck::Keep => finish(state),
            PendingCheck::Leave => leave(state),
        });
    }
    if let Some(completion) = outcome.completion.filter(|_| state.filter.editing && state.filter.recalled.is_none()) {
        effects.extend(offer(state, completion));
    }
    effects
}

fn take_in(state: &mut State, result: Result<Checked, RuleError>) -> Vec<Effect> {
    match result {
        Ok(rule) => {
            let same = rule == state.rule && state.filter.problem.is_none();
            if rule != state.rule {
                (state.rows.cursor, state.rows.offset) = (0, 0);
            }
            let text = state.filter.text().trim().to_owned();
            (state.rule, state.query.filter, state.filter.problem) = (rule, text, None);
            if !same {
                asking::outdate_all(state);
            }
            asking::everything(state)
        }
        Err(problem) => {
            state.filter.problem = Some(problem);
            asking::outdate_panes(state);
            Vec::new()
        }
    }
}

fn finish(state: &mut State) -> Vec<Effect> {
    if let Some(pending) = &mut state.filter.pending {
        *pending = PendingCheck::Keep;
        return Vec::new();
    }
    if let Some(problem) = &state.filter.problem {
        let text = problem.describe(state.filter.text());
        state.complain(format!("{text} · esc goes back to the last good filter"));
        return Vec::new();
    }
    if rule::edit::equals_null(state.filter.text()) {
        state.complain("nothing equals NULL, not even NULL: write IS NULL or IS NOT NULL");
    }
    remember(state);
    stop(state);
    Vec::new()
}

/// Leaves the line at once; a text that is no rule is kept in the history, and the last good filter is shown again.
pub fn leave(state: &mut State) -> Vec<Effect> {
    if let Some(pending) = &mut state.filter.pending {
        *pending = PendingCheck::Leave;
        state.filter.editing = false;
        state.filter.completion = None;
        return Vec::new();
    }
    remember(state);
    let effects = if state.filter.problem.is_some() { go_back(state) } else { Vec::new() };
    stop(state);
    effects
}

/// Leaves the line, or the panes that wait for it, without waiting for its check: the last good filter is shown again.
pub fn abandon(state: &mut State) -> Vec<Effect> {
    state.say("the filter was still being checked: up in the filter line brings it back");
    remember(state);
    state.filter.pending = None;
    let effects = go_back(state);
    stop(state);
    effects
}

/// Before what is asked changes in another way: a text that was left to be checked gives way, as one that is no rule.
pub fn settle(state: &mut State) {
    if state.filter.pending.take().is_some() {
        state.filter.checks += 1;
        remember(state);
        state.filter.set_text(state.query.filter.as_str());
        stop(state);
    }
}

/// Shows the last good filter again.
fn go_back(state: &mut State) -> Vec<Effect> {
    state.filter.set_text(state.query.filter.as_str());
    if !is_long(state) {
        return apply_typed(state);
    }
    // It was good when it was checked; whether it still is need not be known to go on with its answers.
    state.filter.checks += 1;
    state.filter.problem = None;
    asking::everything(state)
}

fn stop(state: &mut State) {
    let line = &mut state.filter;
    line.editing = false;
    line.completion = None;
    line.recalled = None;
    if let Some(before) = line.before.take()
        && before != state.query
    {
        state.history.push(before);
    }
}

fn remember(state: &mut State) {
    let text = state.filter.text().trim();
    let history = &state.filter.history;
    if text.is_empty() || history.last().is_some_and(|last| last == text) {
        return;
    }
    let text = text.to_owned();
    let history = &mut state.filter.history;
    history.retain(|old| *old != text);
    history.push(text);
    let mut bytes: usize = history.iter().map(String::len).sum();
    while bytes > HISTORY_BYTES && history.len() > 1 {
        bytes -= history.remove(0).len();
    }
}

fn recall(state: &mut State, by: isize) -> Vec<Effect> {
    let line = &mut state.filter;
    let (at, draft) = line.recalled.take().unwrap_or_else(|| (line.history.len(), line.text().to_owned()));
    let to = at.saturating_add_signed(by).min(line.history.len());
    let text = line.history.get(to).cloned().unwrap_or_else(|| draft.clone());
    line.set_text(text);
    let effects = changed(state);
    state.filter.completion = None;
    state.filter.recalled = Some((to, draft));
    effects
}

fn choose(state: &mut State, by: isize) -> Vec<Effect> {
    if let Some(suggestions) = &mut state.filter.completion
        && !suggestions.items.is_empty()
    {
        let count = suggestions.items.len() as isize;
        let next = match suggestions.chosen {
            Some(at) => at as isize + by,
            None if by > 0 => 0,
            None => -1,
        };
        suggestions.chosen = Some(next.rem_euclid(count) as usize);
    }
    Vec::new()
}

/// Puts the chosen suggestion, or the first, into the text.
fn accept(state: &mut State) -> Vec<Effect> {
    let Some(suggestions) = state.filter.completion.take() else { return Vec::new() };
    let Some(item) = suggestions.items.get(suggestions.chosen.unwrap_or(0)) else { return Vec::new() };
    let (text, part) = (state.filter.text(), suggestions.replace.clone());
    let (Some(before), Some(after)) = (text.get(..part.start), text.get(part.end..)) else { return Vec::new() };
    let in_list = suggestions.values_of.is_some() && before.trim_end().ends_with(['(', ',']);
    let (gap, step) = if in_list { ("", 0) } else { gap_after(&item.insert, after) };
    let inserted = format!("{}{gap}", item.insert);
    state.filter.replace(part, &inserted, step - gap.len());
    changed(state)
}

/// The space to put after an accepted word, and the bytes from the word to where one types on: never two spaces.
fn gap_after(insert: &str, after: &str) -> (&'static str, usize) {
    match after.chars().next() {
        _ if insert.ends_with('(') => ("", 0),
        Some(')' | ',') => ("", 0),
        Some(c) if c.is_whitespace() => ("", c.len_utf8()),
        _ => (" ", 1),
    }
}

/// What could come at the cursor; a column's values are asked for when they are first wanted.
pub fn suggest(state: &mut State) -> Vec<Effect> {
    let Some(schema) = state.schema().cloned() else { return Vec::new() };
    if is_long(state) {
        return vec![check(state)];
    }
    let today = state.settings.today;
    let cx = rule::Context { schema: &schema, names: &state.catalog.names, today };
    let completion = complete::complete(state.filter.text(), state.filter.cursor_byte(), &cx);
    offer(state, completion)
}

fn offer(state: &mut State, completion: Completion) -> Vec<Effect> {
    let chosen_before = state.filter.completion.as_ref().and_then(|s| s.chosen);
    let mut items = completion.items;
    let mut effects = Vec::new();
    let mut waiting = false;
    if let Some(wanted) = &completion.values_of
        && !state.is_masked(&wanted.column)
    {
        match state.answers.values.get(&wanted.column) {
            Some(values) => items.splice(0..0, complete::value_items(&values.values, wanted)).for_each(drop),
            None => {
                waiting = true;
                effects = asking::values(state, &wanted.column);
            }
        }
    }
    // The list is the same one when it only grew by its values: what was chosen stays chosen.
    let chosen = chosen_before.filter(|&at| !waiting && at < items.len() && state.filter.recalled.is_none());
    let same_place = state.filter.completion.as_ref().is_some_and(|old| old.items == items);
    state.filter.completion = (!items.is_empty() || waiting).then_some(Suggestions {
        replace: completion.replace,
        items,
        chosen: chosen.filter(|_| same_place),
        values_of: completion.values_of,
        waiting,
    });
    effects
}
