//! Text that arrives in one piece: a paste, or keys faster than a person types.
//!
//! Keys that arrive at once where no field takes typing are a paste from a terminal without bracketed paste. As
//! commands they would change and save whatever their letters stand for, so they are offered to the filter instead.

use super::editing;
use super::{binding, key_pressed};
use crate::tui::core::action::Effect;
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::state::State;
use crate::tui::core::view::{View, ViewKeys};

/// Inserts a pasted text into the field that has the focus; where keys are commands, into the filter. A paste is one
/// edit.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    match state.over.top().map(|over| over.hooks().paste) {
        Some(Some(paste)) => paste(state, text),
        Some(None) => Vec::new(),
        None => insert_in_filter(state, &text_of_lines(text)),
    }
}

/// Returns a pasted text as a single line.
pub fn line_of(text: &str) -> String {
    text_of_lines(text).replace(['\n', '\t'], " ")
}

/// Cleans up a rule of many lines. Line breaks stay, because a comment ends with its line; other control characters
/// mean nothing in a rule and become spaces.
pub fn text_of_lines(text: &str) -> String {
    let keeps = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    text.trim_end().chars().map(|c| if keeps(c) { c } else { ' ' }).collect()
}

fn insert_in_filter(state: &mut State, text: &str) -> Vec<Effect> {
    state.filter.offered = None;
    if !state.filter.editing {
        // Suggestions for the previous text no longer apply.
        drop(editing::begin(state));
    }
    state.filter.insert(text);
    editing::changed(state)
}

/// Handles keys that arrived at once.
pub fn burst(state: &mut State, keys: &[KeyPress]) -> Vec<Effect> {
    state.message = None;
    let text = typed_text(keys);
    let characters = text.chars().count();
    match state.over.top().map(|over| over.hooks().paste) {
        _ if is_walk(state, keys) => keys.iter().flat_map(|key| key_pressed(state, *key)).collect(),
        None if state.filter.editing => type_in(state, keys),
        None => match typed_ahead(state, keys) {
            Some(filter) => insert_in_filter(state, text_of_lines(&filter).as_str()),
            None => {
                let before = state.filter.offered.take().unwrap_or_default();
                state.filter.offered = Some(before + &text);
                Vec::new()
            }
        },
        Some(None) => {
            state.complain(format!("{characters} characters came at once, like a paste: nothing here accepts text"));
            Vec::new()
        }
        Some(Some(_)) => type_in(state, keys),
    }
}

/// Inserts keys that arrived at once into the field with the focus. A single Enter after one line counts as pressed,
/// because people who type on a slow line end a field with it. Enters among several lines are line breaks.
fn type_in(state: &mut State, keys: &[KeyPress]) -> Vec<Effect> {
    let enter = KeyPress::plain(KeySymbol::Enter);
    match keys.split_last() {
        Some((last, line)) if *last == enter && line.iter().all(|key| key.typed().is_some()) => {
            let mut effects = paste(state, &typed_text(line));
            effects.extend(key_pressed(state, enter));
            effects
        }
        _ => paste(state, &typed_text(keys)),
    }
}

/// Returns the text that the keys type.
fn typed_text(keys: &[KeyPress]) -> String {
    let line_end = KeyPress::plain(KeySymbol::Enter);
    let mut text = String::new();
    for (i, key) in keys.iter().enumerate() {
        match (key.code, key.typed()) {
            (_, Some(c)) => text.push(c),
            (KeySymbol::Tab, _) => text.push('\t'),
            // The second half of a CR LF is not a line break of its own.
            (KeySymbol::Char('j'), _) if i > 0 && keys[i - 1] == line_end => {}
            _ => text.push('\n'),
        }
    }
    text
}

/// Returns true if the keys only move the cursor: on a slow line, many such presses may arrive at once.
fn is_walk(state: &State, keys: &[KeyPress]) -> bool {
    let takes_commands = match state.over.top().map(View::keys) {
        None => !state.filter.editing,
        Some(ViewKeys::Commands(_)) => true,
        Some(ViewKeys::Typing(_)) => false,
    };
    takes_commands && keys.iter().all(|key| binding(state, *key).is_some_and(|binding| binding.moves))
}

/// Returns the text after the key that opens the filter line, for a filter that was typed before the screen could show
/// it.
fn typed_ahead(state: &State, keys: &[KeyPress]) -> Option<String> {
    let (first, rest) = keys.split_first()?;
    let text = typed_text(rest);
    // A comment starts with the same character.
    let opens = binding(state, *first).is_some_and(|binding| binding.name == "filter") && !text.starts_with('*');
    opens.then_some(text)
}

/// Handles keys while a text is offered. They decide what happens to it, and do nothing else.
pub fn offered_key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let is_cancel = binding(state, key).is_some_and(|binding| binding.name == "cancel");
    if is(key, KeySymbol::Esc) || is_cancel {
        state.filter.offered = None;
    } else if is(key, KeySymbol::Enter)
        && let Some(text) = state.filter.offered.take()
    {
        return insert_in_filter(state, &text_of_lines(&text));
    }
    Vec::new()
}
