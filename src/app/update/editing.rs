//! The filter line: typing, suggestions, history.

use tui_input::{Input, InputRequest};

use super::super::action::Effect;
use super::super::filter::Suggestions;
use super::super::key::{Code, Key};
use super::super::state::State;
use super::{answers, asking, is};
use crate::rule::{self, complete};

pub fn begin(state: &mut State) -> Vec<Effect> {
    state.filter.editing = true;
    state.filter.before = Some(state.query.clone());
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
        _ => match edit(&mut state.filter.input, key) {
            Some(true) => changed(state),
            Some(false) => suggest(state),
            None => Vec::new(),
        },
    }
}

/// The text has changed: check it, ask for its answers, suggest what comes next.
pub fn changed(state: &mut State) -> Vec<Effect> {
    state.filter.recalled = None;
    let mut effects = apply_typed(state);
    effects.extend(suggest(state));
    effects
}

/// Makes the typed text the filter if it is a rule. Otherwise the last good one stays asked, and what is still on its way
/// for it is taken in: the panes then show one and the same filter, dimmed.
pub fn apply_typed(state: &mut State) -> Vec<Effect> {
    let text = state.filter.text().to_owned();
    match answers::check(state, &text) {
        Ok(rule) => {
            let same = rule == state.rule && state.filter.problem.is_none();
            if rule != state.rule {
                (state.rows.cursor, state.rows.offset) = (0, 0);
            }
            (state.rule, state.query.filter, state.filter.problem) = (rule, text.trim().to_owned(), None);
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
    if let Some(problem) = &state.filter.problem {
        let text = problem.describe(state.filter.text());
        state.complain(format!("{text} · esc goes back to the last good filter"));
        return Vec::new();
    }
    let text = state.filter.text().trim().to_owned();
    if rule::edit::equals_null(&text) {
        state.complain("nothing equals NULL, not even NULL: write IS NULL or IS NOT NULL");
    }
    remember(state, text);
    stop(state);
    Vec::new()
}

/// Leaves the line at once; a text that is no rule is kept in the history, and the last good filter is shown again.
pub fn leave(state: &mut State) -> Vec<Effect> {
    let mut effects = Vec::new();
    let text = state.filter.text().trim().to_owned();
    remember(state, text);
    if state.filter.problem.is_some() {
        state.filter.set_text(state.query.filter.as_str());
        effects = apply_typed(state);
    }
    stop(state);
    effects
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

fn remember(state: &mut State, text: String) {
    let history = &mut state.filter.history;
    if !text.is_empty() && history.last() != Some(&text) {
        history.retain(|old| *old != text);
        history.push(text);
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
    let text = state.filter.text();
    let (Some(before), Some(after)) = (text.get(..suggestions.replace.start), text.get(suggestions.replace.end..))
    else {
        return Vec::new();
    };
    let in_list = suggestions.values_of.is_some() && before.trim_end().ends_with(['(', ',']);
    let (gap, step) = if in_list { ("", 0) } else { gap_after(&item.insert, after) };
    let cursor = before.chars().count() + item.insert.chars().count() + step;
    let text = format!("{before}{}{gap}{after}", item.insert);
    state.filter.input = Input::new(text).with_cursor(cursor);
    changed(state)
}

/// The space to put after an accepted word, and the characters from the word to where one types on: never two spaces.
fn gap_after(insert: &str, after: &str) -> (&'static str, usize) {
    match after.chars().next() {
        _ if insert.ends_with('(') => ("", 0),
        Some(')' | ',') => ("", 0),
        Some(c) if c.is_whitespace() => ("", 1),
        _ => (" ", 1),
    }
}

/// What could come at the cursor; a column's values are asked for when they are first wanted.
pub fn suggest(state: &mut State) -> Vec<Effect> {
    let Some(schema) = state.schema().cloned() else { return Vec::new() };
    let chosen_before = state.filter.completion.as_ref().and_then(|s| s.chosen);
    let today = state.settings.today;
    let cx = rule::Context { schema: &schema, names: &state.catalog.names, today };
    let completion = complete::complete(state.filter.text(), state.filter.cursor_byte(), &cx);
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

/// Edits a line as a shell does. `Some(true)` when the text changed, `Some(false)` when only the cursor did, `None`
/// when the key means nothing to it.
pub fn edit(input: &mut Input, key: Key) -> Option<bool> {
    let request = request(key)?;
    Some(input.handle(request).is_some_and(|changed| changed.value))
}

fn request(key: Key) -> Option<InputRequest> {
    use InputRequest::*;
    if let Some(c) = key.typed() {
        return Some(InsertChar(c));
    }
    Some(match (key.code, key.ctrl, key.alt) {
        (Code::Backspace, false, false) => DeletePrevChar,
        (Code::Delete, false, false) => DeleteNextChar,
        (Code::Left, false, false) => GoToPrevChar,
        (Code::Right, false, false) => GoToNextChar,
        (Code::Left, true, _) | (Code::Char('b'), false, true) => GoToPrevWord,
        (Code::Right, true, _) | (Code::Char('f'), false, true) => GoToNextWord,
        (Code::Home, ..) | (Code::Char('a'), true, false) => GoToStart,
        (Code::End, ..) | (Code::Char('e'), true, false) => GoToEnd,
        (Code::Char('b'), true, false) => GoToPrevChar,
        (Code::Char('f'), true, false) => GoToNextChar,
        (Code::Char('d'), true, false) => DeleteNextChar,
        (Code::Char('w'), true, false) | (Code::Backspace, _, true) => DeletePrevWord,
        (Code::Char('d'), false, true) => DeleteNextWord,
        (Code::Char('u'), true, false) => DeleteFromStart,
        (Code::Char('k'), true, false) => DeleteTillEnd,
        (Code::Char('y'), true, false) => Yank,
        _ => return None,
    })
}

pub fn insert(input: &mut Input, text: &str) {
    for c in text.chars() {
        input.handle(InputRequest::InsertChar(c));
    }
}
