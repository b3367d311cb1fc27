//! The filter line: typing, checking, suggestions, history.

use crate::rule::complete::{self, Completion};
use crate::rule::{self, Checked, RuleError};
use crate::tui::core::action::{EditedText, Editing, Effect};
use crate::tui::core::check::{CheckJob, CheckOutcome, MAX_BYTES_AT_ONCE, PendingCheck};
use crate::tui::core::filter::Suggestions;
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::state::State;
use crate::tui::core::{dispatch, requests};

/// Maximum total size, in bytes, of the earlier filters that are kept.
const HISTORY_BYTES: usize = 32 * 1024 * 1024;

/// Begins to edit the filter.
pub fn begin(state: &mut State) -> Vec<Effect> {
    let line = &mut state.filter;
    line.editing = true;
    // If a check is still in progress, the same edit goes on.
    line.before.get_or_insert_with(|| state.query.clone());
    line.pending = line.pending.map(|_| PendingCheck::Stay);
    suggest(state)
}

/// Handles a key while the filter is edited.
pub fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let suggestions = state.filter.completion.as_ref().map_or(0, |s| s.items.len());
    let chosen = state.filter.completion.as_ref().and_then(|s| s.chosen);
    match key.code {
        _ if is(key, KeySymbol::Enter) => match chosen {
            Some(_) => accept(state),
            None => finish(state),
        },
        _ if is(key, KeySymbol::Esc) && state.filter.completion.is_some() => {
            state.filter.completion = None;
            Vec::new()
        }
        _ if is(key, KeySymbol::Esc) => leave(state),
        // Ctrl-e moves to the end; pressed at the end, it opens the person's own editor.
        KeySymbol::Char('e') if key.ctrl && state.filter.cursor_byte() == state.filter.text().len() => {
            edit_outside(state)
        }
        KeySymbol::Char('r') if key.ctrl => match dispatch::named(state, "filter-history") {
            Some(history) => dispatch::run(state, history),
            None => Vec::new(),
        },
        _ if is(key, KeySymbol::Tab) && suggestions > 0 => accept(state),
        _ if is(key, KeySymbol::Tab) => suggest(state),
        KeySymbol::Tab => choose(state, -1),
        KeySymbol::Down if suggestions > 0 => choose(state, 1),
        KeySymbol::Up if chosen.is_some() => choose(state, -1),
        KeySymbol::Up => recall(state, -1),
        KeySymbol::Down => recall(state, 1),
        _ => match state.filter.edit(key) {
            Some(true) => changed(state),
            Some(false) => {
                if is_long(state) {
                    // Suggestions of another place must not be accepted before the new ones arrive.
                    state.filter.completion = None;
                }
                suggest(state)
            }
            None => Vec::new(),
        },
    }
}

/// Opens the filter in the person's own editor, for rules of several lines.
pub fn edit_outside(state: &mut State) -> Vec<Effect> {
    vec![Effect::Editor(Editing { subject: EditedText::Filter, text: state.filter.text().to_owned() })]
}

/// Handles the text that the editor left: makes it the filter if it is a rule, otherwise shows it in the filter line
/// with its error.
pub fn edited_outside(state: &mut State, before: &str, text: Result<String, String>) -> Vec<Effect> {
    let text = match text {
        Ok(text) => text.trim_end().to_owned(),
        Err(why) => {
            state.complain(why);
            return Vec::new();
        }
    };
    if text == before {
        state.say("nothing was changed");
        return Vec::new();
    }
    let mut effects = begin(state);
    state.filter.set_text(text);
    effects.extend(changed(state));
    if state.filter.problem.is_none() {
        effects.extend(finish(state));
    }
    // Nobody is typing yet, so the error is shown instead of suggestions. Esc goes back.
    state.filter.completion = None;
    effects
}

/// Reacts to a change of the text: checks it, asks for its answers, suggests what comes next.
pub fn changed(state: &mut State) -> Vec<Effect> {
    state.filter.recalled = None;
    let mut effects = apply_typed(state);
    // A check that is in progress also suggests.
    if state.filter.pending.is_none() {
        effects.extend(suggest(state));
    }
    effects
}

/// Makes the typed text the filter if it is a rule; a long text is checked in the background. Until then, and if it is
/// not a rule, the last good filter stays in effect and answers in flight for it are still accepted: the panes all
/// show that one filter, dimmed.
pub fn apply_typed(state: &mut State) -> Vec<Effect> {
    state.filter.pending = None;
    if is_long(state) {
        return vec![check_apart(state)];
    }
    state.filter.checks += 1;
    let result = state.check(state.filter.text());
    take_in(state, result)
}

/// Returns true if the text is checked on a thread of its own.
pub fn is_long(state: &State) -> bool {
    state.filter.text().len() > MAX_BYTES_AT_ONCE && state.schema().is_some()
}

/// Returns the request to check the whole text on its own thread. A follow-up that is already pending stays pending.
pub fn check_apart(state: &mut State) -> Effect {
    state.filter.pending.get_or_insert_default();
    (state.filter.problem, state.filter.completion) = (None, None);
    requests::outdate_panes(state);
    check(state)
}

/// Returns the next check of a long text: of its rule if that is unknown, and for suggestions if the line is being
/// edited.
fn check(state: &mut State) -> Effect {
    let line = &mut state.filter;
    line.checks += 1;
    let (number, reads_rule, cursor) = (line.checks, line.pending.is_some(), line.editing.then(|| line.cursor_byte()));
    Effect::Check(Box::new(CheckJob {
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

/// Handles a finished check. Ignores it if the text or the cursor has changed since.
pub fn checked(state: &mut State, outcome: CheckOutcome) -> Vec<Effect> {
    if outcome.number != state.filter.checks {
        return Vec::new();
    }
    let mut effects = Vec::new();
    if let (Some(result), Some(pending)) = (outcome.rule, state.filter.pending.take()) {
        effects = take_in(state, result);
        if state.filter.problem.is_some() {
            // The base or the definitions may have changed in the meantime, and with them what the view and the rows
            // show.
            effects.extend(requests::everything_of_last_filter(state));
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
            let text = state.filter.text().trim().to_owned();
            (state.rule, state.query.filter, state.filter.problem) = (rule, text, None);
            if !same {
                requests::outdate_all(state);
            }
            requests::everything(state)
        }
        Err(problem) => {
            state.filter.problem = Some(problem);
            requests::outdate_panes(state);
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

/// Leaves the line at once. A text that is not a rule is kept in the history, and the last good filter is shown again.
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

/// Leaves the line, or the panes that wait for it, without waiting for its check. The last good filter is shown again.
pub fn abandon(state: &mut State) -> Vec<Effect> {
    state.say("the filter was still being checked: up in the filter line brings it back");
    remember(state);
    state.filter.pending = None;
    let effects = go_back(state);
    stop(state);
    effects
}

/// Drops a check that was left pending, before the query changes in another way. Its text is kept in the history, as
/// one that is not a rule.
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
    // It was valid when it was checked; its answers can be used without checking it again.
    state.filter.checks += 1;
    state.filter.problem = None;
    requests::everything(state)
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

/// Inserts the selected suggestion, or the first.
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

/// Returns the space to insert after an accepted word, and the number of bytes from the word to where typing goes on.
/// Never leaves two spaces.
fn gap_after(insert: &str, after: &str) -> (&'static str, usize) {
    match after.chars().next() {
        _ if insert.ends_with('(') => ("", 0),
        Some(')' | ',') => ("", 0),
        Some(c) if c.is_whitespace() => ("", c.len_utf8()),
        _ => (" ", 1),
    }
}

/// Suggests what could come at the cursor. Asks for a column's values when they are first needed.
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
                effects = requests::values(state, &wanted.column);
            }
        }
    }
    // If only values were added, the selected item is still at the same index.
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
