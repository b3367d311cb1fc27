use tui_input::Input;

use super::query::Query;
use crate::rule::RuleError;
use crate::rule::complete::{Item, ValuesOf};

/// The filter line: what is typed, what is wrong with it, and what could come next.
#[derive(Debug, Clone, Default)]
pub struct FilterLine {
    pub input: Input,
    /// Keys go to the line.
    pub editing: bool,
    /// Why the text is no rule (yet). What is asked is then still the last good one.
    pub problem: Option<RuleError>,
    pub completion: Option<Suggestions>,
    /// Filters entered before, oldest first.
    pub history: Vec<String>,
    /// Where in the history Up and Down are, and the text that was left for it.
    pub recalled: Option<(usize, String)>,
    /// What was asked when the editing began: one step of undo.
    pub before: Option<Query>,
}

/// What could be typed at the cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestions {
    /// Bytes of the text that a choice replaces.
    pub replace: std::ops::Range<usize>,
    pub items: Vec<Item>,
    /// The chosen item, once Down or Tab went into the list.
    pub chosen: Option<usize>,
    /// The column whose values are (or will be) among the items.
    pub values_of: Option<ValuesOf>,
    /// The values are still being counted.
    pub waiting: bool,
}

impl FilterLine {
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// The cursor as a byte of the text.
    pub fn cursor_byte(&self) -> usize {
        let text = self.text();
        text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(byte, _)| byte)
    }

    /// Changes every text that the line holds, also those it goes back to; the cursor stays where it was in the rule.
    pub fn rewrite(&mut self, rewrite: impl Fn(&str) -> String) {
        let cursor = rewrite(&self.text()[..self.cursor_byte()]).chars().count();
        self.input = Input::new(rewrite(self.text())).with_cursor(cursor);
        self.completion = None;
        self.history.iter_mut().for_each(|text| *text = rewrite(text));
        if let Some((_, draft)) = &mut self.recalled {
            *draft = rewrite(draft);
        }
        if let Some(before) = &mut self.before {
            before.filter = rewrite(&before.filter);
        }
    }

    pub fn set_text(&mut self, text: impl Into<String>) {
        self.input = Input::new(text.into());
    }
}
