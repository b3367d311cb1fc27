//! Bindings of keys. A binding is the one row that holds a key's handler, name, help, hint and reason for being
//! disabled; dispatch, footer, help page, palette and docs/keys.md all read it.

use super::{Pane, State};
use crate::tui::core::action::Effect;

/// Function of a key: changes the state and returns the effects to carry out.
pub type Handler = fn(&mut State) -> Vec<Effect>;

/// A command of a view, or one that several views share.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Name in the palette, and under `[keys]` in a config file. Bindings of different views may share a name: they
    /// share their keys too.
    pub name: &'static str,
    /// Default keys, as [`super::KeyPress`] parses them. The first one is shown in hints.
    pub keys: &'static [&'static str],
    /// Sentence for help and palette, about the view that the binding belongs to.
    pub doc: &'static str,
    /// Word in the footer; `None` leaves the binding to help and palette.
    pub hint: Option<&'static str>,
    /// Words that people may search for in the palette instead of the name.
    pub synonyms: &'static [&'static str],
    /// Handler of the key.
    pub run: Handler,
    /// Returns the reason why the binding is disabled now; `None` if it can be used.
    pub disabled: fn(&State) -> Option<&'static str>,
    /// True if it does nothing but move a cursor.
    pub moves: bool,
    /// True if its hint gives way to those of the bindings that views share.
    pub is_late: bool,
}

impl Binding {
    /// Creates a binding. `name` is its name in config files, `doc` its line on the help page.
    pub const fn new(name: &'static str, keys: &'static [&'static str], doc: &'static str, run: Handler) -> Self {
        Self { name, keys, doc, hint: None, synonyms: &[], run, disabled: |_| None, moves: false, is_late: false }
    }

    /// Adds a word for the footer.
    pub const fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// Adds a word for the footer, which comes after those of the bindings that views share.
    pub const fn late_hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), is_late: true, ..self }
    }

    /// Adds words that the palette finds the binding by.
    pub const fn synonyms(self, synonyms: &'static [&'static str]) -> Self {
        Self { synonyms, ..self }
    }

    /// Adds the reason for being disabled.
    pub const fn disabled(self, disabled: fn(&State) -> Option<&'static str>) -> Self {
        Self { disabled, ..self }
    }

    /// Marks the binding as one that only moves a cursor.
    pub const fn moves(self) -> Self {
        Self { moves: true, ..self }
    }
}

/// Bindings that apply together.
#[derive(Debug)]
pub struct BindingSection {
    /// Heading on the help page.
    pub title: &'static str,
    /// Bindings in the order of the help page.
    pub bindings: &'static [Binding],
    /// Pane that has to have the focus; `None` for all.
    pub pane: Option<Pane>,
}

impl BindingSection {
    /// Creates a section that applies whichever pane has the focus.
    pub const fn new(title: &'static str, bindings: &'static [Binding]) -> Self {
        Self { title, bindings, pane: None }
    }

    /// Creates a section that applies while this pane has the focus.
    pub const fn for_pane(pane: Pane, title: &'static str, bindings: &'static [Binding]) -> Self {
        Self { title, bindings, pane: Some(pane) }
    }
}

/// Keys of the filter line and of text fields. They are typing rather than bindings, but help lists them too.
pub const TYPING: &[(&str, &str)] = &[
    ("enter", "apply the filter and return to the panes"),
    ("esc  ctrl-c", "return to the panes; esc closes open suggestions first"),
    ("tab  shift-tab", "accept the suggestion; cycle through suggestions"),
    ("down  up", "cycle through the suggestions; without them, filters applied before"),
    ("ctrl-r", "search the filters applied before, in earlier sessions too"),
    ("ctrl-a  ctrl-e", "to the start, to the end; from the end of the filter, ctrl-e opens $EDITOR"),
    ("alt-b  alt-f", "previous word, next word"),
    ("ctrl-w  ctrl-u  ctrl-k", "delete the previous word, all before, all after"),
];

/// Reason why a command is disabled while only the first rows are read.
pub const ONLY_PART: &str = "available once the whole table is loaded";

/// Reason why a command that saves is disabled without a study.
pub const NO_STUDY: &str = "there is no study to save to: `crosscut init` makes one";

/// Returns a reason while the base is still being read.
pub fn until_loaded(state: &State) -> Option<&'static str> {
    (!state.is_loaded()).then_some("the customers are still being read")
}

/// Returns a reason while the base is still being read, or if only its first rows are read: their counts must be
/// neither saved nor copied nor exported.
pub fn until_whole(state: &State) -> Option<&'static str> {
    until_loaded(state).or_else(|| state.part().map(|_| ONLY_PART))
}

/// Returns a reason while the base is still being read, or if there is no study.
pub fn without_study(state: &State) -> Option<&'static str> {
    until_loaded(state).or_else(|| (!state.settings.can_save).then_some(NO_STUDY))
}

/// Returns a reason while the base is still being read, or if there is no study and none can be created
/// yet: it is made from all rows.
pub fn without_place_for_study(state: &State) -> Option<&'static str> {
    match without_study(state) {
        Some(_) if state.is_loaded() && state.settings.can_create.is_some() => until_whole(state),
        reason => reason,
    }
}
