use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use crate::text::visible;

/// The reason why a rule was refused, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// Bytes of the rule's text that are wrong; an empty range at the end if something is missing there.
    pub place: Range<usize>,
    /// One line, lower case, no full stop: `unknown column "contry"`.
    pub message: String,
    /// Remedy: `did you mean "country"?`
    pub hint: Option<String>,
    /// True if more typing may still make the text a rule, as with `spend >`. The screen shows no error yet.
    pub unfinished: bool,
}

impl RuleError {
    /// Creates an error. What it quotes of the rule is made visible: a message is one line, and nothing in it acts on a
    /// terminal.
    pub fn new(place: Range<usize>, message: impl Into<String>) -> Self {
        Self { place, message: shown(message.into()), hint: None, unfinished: false }
    }

    /// Adds a remedy to the error.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(shown(hint.into()));
        self
    }

    /// Returns the character, counted from 1, at which the error begins in `rule`.
    pub fn column(&self, rule: &str) -> usize {
        rule.char_indices().take_while(|(i, _)| *i < self.place.start).count() + 1
    }

    /// Formats the error with its place: `unknown column "contry" at 1: did you mean "country"?`
    pub fn describe(&self, rule: &str) -> String {
        let hint = self.hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default();
        format!("{} at {}{hint}", self.message, self.column(rule))
    }
}

fn shown(text: String) -> String {
    match visible(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(shown) => shown,
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, ": {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleError {}
