//! The TUI's state, the actions that change it, and the effects that follow. No I/O, no drawing.
//!
//! [`State`] is everything that a screen shows. [`update()`] takes an [`Action`] (a key, an answer, a finished save)
//! and returns [`Effect`]s (questions to ask, files to save) for the program's loop to carry out.
//! [`command::COMMANDS`] is the table behind keys, footer, `?` help, the `:` palette and docs/keys.md.

pub mod action;
pub mod answers;
pub mod check;
pub mod command;
pub mod estimates;
pub mod filter;
pub mod form;
pub mod history;
mod input;
pub mod kept;
pub mod key;
mod keymap;
pub mod lines;
pub mod naming;
pub mod persona_form;
pub mod picker;
pub mod query;
pub mod sql_page;
pub mod state;
mod update;
pub mod views;

pub use action::{Action, Answered, Ask, Asker, Editing, Effect, Lane, SaveFailed, Saving};
pub use answers::{Answers, PageInquiry};
pub use check::{Check, CheckOutcome};
pub use command::Command;
pub use estimates::Estimates;
pub use history::{History, SavedStep};
pub use kept::Kept;
pub use key::Key;
pub use keymap::Keymap;
pub use query::{Facet, FacetCut, MOST_FACETS, Query};
pub use state::{Base, Loaded, Overlay, Pane, Settings, State, View};
pub use update::{against_name, bring_back, update};
