//! Search in the help page: while a text is typed, only the lines that contain it are shown; afterwards it is marked on
//! the whole page.

use tui_input::Input;

use super::{HelpView, draw};
use crate::tui::core::key::{KeyPress, KeySymbol, is};
use crate::tui::core::paste::line_of;
use crate::tui::core::{Effect, State, input};

/// The text that is searched for.
#[derive(Debug, Default)]
pub struct HelpSearch {
    /// Text as typed.
    pub input: Input,
    /// True while the text has the focus.
    pub is_typed: bool,
    /// Line of the whole page that was gone to last.
    pub line: Option<usize>,
}

impl HelpSearch {
    /// Returns true if nothing is searched for.
    pub fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// Returns the text in lower case, without blanks around it.
    pub fn text(&self) -> String {
        self.input.value().trim().to_lowercase()
    }
}

/// Starts a search with an empty text.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    if let Some(view) = state.over.get_mut::<HelpView>() {
        view.search = HelpSearch { is_typed: true, ..HelpSearch::default() };
        view.scroll = 0;
    }
    Vec::new()
}

/// Handles a key while the text is typed.
pub(super) fn key(state: &mut State, key: KeyPress) -> Vec<Effect> {
    let Some(view) = state.over.get_mut::<HelpView>() else { return Vec::new() };
    match key.code {
        _ if is(key, KeySymbol::Esc) => view.search = HelpSearch::default(),
        _ if is(key, KeySymbol::Enter) => {
            view.search.is_typed = false;
            view.scroll = 0;
            return if view.search.is_empty() { Vec::new() } else { again(state, true) };
        }
        KeySymbol::Down => return super::step(state, 1),
        KeySymbol::Up => return super::step(state, -1),
        _ => {
            if input::edit(&mut view.search.input, key) == Some(true) {
                view.scroll = 0;
            }
        }
    }
    Vec::new()
}

/// Inserts a paste into the text.
pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(view) = state.over.get_mut::<HelpView>() {
        input::insert(&mut view.search.input, &line_of(text));
        view.scroll = 0;
    }
    Vec::new()
}

/// Drops the search, or closes the page.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    match state.over.get_mut::<HelpView>() {
        Some(view) if !view.search.is_empty() => {
            view.search = HelpSearch::default();
            Vec::new()
        }
        _ => state.go_back(),
    }
}

/// Goes to the next or previous line that has the text, and from the last one to the first.
pub(super) fn again(state: &mut State, is_forward: bool) -> Vec<Effect> {
    let found = draw::found(state);
    let Some(view) = state.over.get::<HelpView>() else { return Vec::new() };
    let text = view.search.input.value().trim().to_owned();
    let from = view.search.line;
    let next = match is_forward {
        true => found.iter().find(|line| from.is_none_or(|from| **line > from)).or(found.first()),
        false => found.iter().rev().find(|line| from.is_none_or(|from| **line < from)).or(found.last()),
    };
    let Some(line) = next.copied() else {
        state.complain(format!("not found: {text}"));
        return Vec::new();
    };
    let place = found.iter().position(|other| *other == line).unwrap_or(0) + 1;
    state.say(format!("{text}: {place} of {}", found.len()));
    let last = draw::last_scroll(state);
    let above = usize::from(state.height) / 3;
    if let Some(view) = state.over.get_mut::<HelpView>() {
        view.search.line = Some(line);
        view.scroll = line.saturating_sub(above).min(last);
    }
    Vec::new()
}
