//! The form that exports the table on screen, or customers, to a file.

mod draw;
mod handlers;

use tui_input::Input;

use crate::insight::export::ExportContent;
use crate::tui::core::{Hooks, State, View, ViewKeys, ViewName};
use crate::tui::paint::canvas::{Canvas, Rect};

pub use handlers::{exists, exported, failed, open};

/// Name by which the state and other views refer to this view.
pub const NAME: ViewName = "export";

/// Form for exporting a table or customers to a file.
#[derive(Debug)]
pub struct ExportForm {
    /// Path of the file as typed.
    pub path: Input,
    /// Everything that can be exported here: at least one.
    pub choices: Vec<ExportChoice>,
    /// Index of the choice that is exported.
    pub at: usize,
    /// Reason why nothing was written.
    pub problem: Option<String>,
    /// True while the form asks whether to replace a file.
    pub asks_to_replace: bool,
    /// True while the file is being written.
    pub is_writing: bool,
}

/// Something that can be exported.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportChoice {
    /// Phrase such as `ids of @vip` or `12 rows on screen`.
    pub label: String,
    /// File name without its ending.
    pub file: String,
    /// Content, or why it cannot be exported.
    pub content: Result<ExportContent, String>,
}

impl ExportForm {
    /// Creates the form with the first choice that can be exported.
    pub fn new(choices: Vec<ExportChoice>) -> Self {
        let at = choices.iter().position(|choice| choice.content.is_ok()).unwrap_or(0);
        let path = choices.get(at).map(ExportChoice::default_path).unwrap_or_default();
        Self { path: Input::new(path), choices, at, problem: None, asks_to_replace: false, is_writing: false }
    }

    /// Returns the choice that is exported; `None` only if there are none.
    pub fn choice(&self) -> Option<&ExportChoice> {
        self.choices.get(self.at)
    }

    /// Goes to the next choice.
    pub fn next_choice(&mut self) {
        self.choose((self.at + 1) % self.choices.len().max(1));
    }

    /// Goes to a choice. A path that was not edited follows.
    pub fn choose(&mut self, at: usize) {
        let is_default = self.choice().is_some_and(|choice| choice.default_path() == self.path.value());
        self.at = at;
        if let Some(choice) = self.choices.get(self.at) {
            self.problem = choice.content.as_ref().err().cloned();
            if is_default {
                self.path = Input::new(choice.default_path());
            }
        }
    }
}

impl ExportChoice {
    fn default_path(&self) -> String {
        format!("{}.csv", self.file)
    }
}

/// Returns a name for a file without its ending: other characters than letters and digits become one `_`.
pub fn file_name(words: &str) -> String {
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("_")
}

impl View for ExportForm {
    fn name(&self) -> ViewName {
        NAME
    }

    fn keys(&self) -> ViewKeys {
        ViewKeys::Typing(handlers::key)
    }

    fn hooks(&self) -> Hooks {
        Hooks { paste: Some(handlers::paste), pressed: handlers::pressed, ..Hooks::default() }
    }

    fn is_waiting(&self) -> bool {
        self.is_writing
    }

    fn draw(&self, canvas: &mut Canvas, area: Rect, _: &State) {
        draw::draw(canvas, area, self);
    }
}
