use serde::{Deserialize, Serialize};
use tui_input::Input;

use super::check::PendingCheck;
use super::input;
use super::key::KeyPress;
use super::query::Query;
use crate::rule::RuleError;
use crate::rule::complete::{CompletionItem, ValuesOf};

/// The filter line: its text, what is wrong with it, and suggestions for what comes next.
#[derive(Debug, Clone, Default)]
pub struct FilterLine {
    /// Text being edited, of one line or many.
    input: Input,
    /// Cursor as a byte offset into the text. Cached, because computing it walks all characters before it.
    cursor: usize,
    /// True while the line has the focus.
    pub editing: bool,
    /// Reason why the text is not a rule (yet). Meanwhile the last good filter stays in effect.
    pub problem: Option<RuleError>,
    /// Set while a long text is being checked. Meanwhile the last good filter stays in effect.
    pub pending: Option<PendingCheck>,
    /// Number of the newest check. Outcomes of older checks are dropped.
    pub checks: u64,
    /// Suggestions at the cursor; `None` while none are shown.
    pub completion: Option<Suggestions>,
    /// Filters entered before, oldest first.
    pub history: Vec<String>,
    /// Filters applied before, in earlier sessions too, oldest first.
    pub past: Vec<PastFilter>,
    /// Position of Up and Down in the history, and the text that was being edited before.
    pub recalled: Option<(usize, String)>,
    /// Query in effect when editing began: the whole edit is one step of undo.
    pub before: Option<Query>,
    /// Text that came as keys where no field takes typing: it is offered as part of the filter.
    pub offered: Option<String>,
}

/// A filter that was applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PastFilter {
    /// The filter as typed, a valid rule.
    pub text: String,
    /// Seconds since 1970, when it was last applied.
    pub at: i64,
    /// Customers that it had then, if they were counted and are not suppressed.
    pub customers: Option<u64>,
}

/// Suggestions for what to type at the cursor.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestions {
    /// Bytes of the text that a choice replaces.
    pub replace: std::ops::Range<usize>,
    /// Suggestions, the best first.
    pub items: Vec<CompletionItem>,
    /// Selected item, once Down or Tab went into the list.
    pub chosen: Option<usize>,
    /// Column whose values are (or will be) among the items.
    pub values_of: Option<ValuesOf>,
    /// True while the values are being counted.
    pub waiting: bool,
}

impl FilterLine {
    /// Returns the text being edited.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Returns the cursor as a byte offset into the text.
    pub fn cursor_byte(&self) -> usize {
        self.cursor
    }

    /// Returns true if the text is the rule in effect.
    pub fn is_asked(&self) -> bool {
        self.problem.is_none() && self.pending.is_none()
    }

    /// Edits the text as a shell does. Returns `Some(true)` if the text changed, `Some(false)` if only the cursor
    /// moved, `None` if the key has no meaning here.
    pub fn edit(&mut self, key: KeyPress) -> Option<bool> {
        let edited = input::edit(&mut self.input, key);
        self.find_cursor();
        edited
    }

    /// Replaces the whole text, and puts the cursor at its end.
    pub fn set_text(&mut self, text: impl Into<String>) {
        self.set(text.into(), usize::MAX);
    }

    /// Inserts text at the cursor, in one step however long it is.
    pub fn insert(&mut self, text: &str) {
        self.replace(self.cursor..self.cursor, text, 0);
    }

    /// Replaces a part with text, and puts the cursor `behind` bytes after it. Does nothing if the part does not lie
    /// on character boundaries.
    pub fn replace(&mut self, part: std::ops::Range<usize>, text: &str, behind: usize) {
        let Some((before, after)) = self.text().get(..part.start).zip(self.text().get(part.end..)) else { return };
        let cursor = before.len() + text.len() + behind;
        let text = [before, text, after].concat();
        self.set(text, cursor);
    }

    /// Rewrites every text that the line holds, its history included. The cursor keeps its place in the rule.
    pub fn rewrite(&mut self, rewrite: impl Fn(&str) -> String) {
        let cursor = rewrite(&self.text()[..self.cursor]).len();
        self.set(rewrite(self.text()), cursor);
        self.completion = None;
        self.history.iter_mut().for_each(|text| *text = rewrite(text));
        self.past.iter_mut().for_each(|past| past.text = rewrite(&past.text));
        if let Some((_, draft)) = &mut self.recalled {
            *draft = rewrite(draft);
        }
        if let Some(before) = &mut self.before {
            before.filter = rewrite(&before.filter);
        }
    }

    fn set(&mut self, text: String, cursor: usize) {
        let cursor = text.floor_char_boundary(cursor);
        let characters = text[..cursor].chars().count();
        self.input = Input::new(text).with_cursor(characters);
        self.cursor = cursor;
    }

    fn find_cursor(&mut self) {
        let text = self.input.value();
        self.cursor = text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(byte, _)| byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::core::key::KeySymbol;

    fn line(text: &str) -> FilterLine {
        let mut line = FilterLine::default();
        line.set_text(text);
        line
    }

    #[test]
    fn filter_insert_keeps_line_breaks_at_cursor() {
        let mut line = line("日 = 'a'");
        line.edit(KeyPress::plain(KeySymbol::Left));
        line.insert("b\n-- c\né");
        assert_eq!((line.text(), line.cursor_byte()), ("日 = 'ab\n-- c\né'", "日 = 'ab\n-- c\né".len()));
        line.edit(KeyPress::plain(KeySymbol::Backspace));
        line.edit(KeyPress::plain(KeySymbol::Char('x')));
        assert_eq!(line.text(), "日 = 'ab\n-- c\nx'");
    }

    #[test]
    fn filter_replace_changes_range_and_cursor() {
        let mut line = line("cou = 'DE'");
        line.replace(0..3, "country", 1);
        assert_eq!((line.text(), line.cursor_byte()), ("country = 'DE'", 8));
        line.replace(100..200, "x", 0);
        assert_eq!(line.text(), "country = 'DE'");
    }

    #[test]
    fn megabyte_insert_takes_under_half_second() {
        let text = "'1234567', ".repeat(100_000);
        let mut line = line("id IN ()");
        line.edit(KeyPress::plain(KeySymbol::Left));
        let began = std::time::Instant::now();
        line.insert(&text);
        line.edit(KeyPress::plain(KeySymbol::Char('1')));
        assert!(began.elapsed().as_millis() < 500, "{:?}", began.elapsed());
        assert_eq!(line.text().len(), text.len() + 9);
    }
}
