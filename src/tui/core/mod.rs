//! The state of the full-screen program, the actions that change it, and the effects that follow. No I/O, no drawing.
//!
//! [`State`] is everything that a screen shows. [`super::update()`] takes an [`Action`] (a key, an answer, a finished
//! save) and returns [`Effect`]s (questions to ask, files to save) for the program's loop to carry out. [`View`] is the
//! contract of everything that takes keys; [`binding`] holds what a key does, [`dispatch`] finds it.

pub mod action;
pub mod answers;
pub mod arrivals;
pub mod cell_cache;
pub mod changes;
pub mod check;
pub mod column_layout;
pub mod copying;
pub mod dispatch;
pub mod estimates;
pub mod estimating;
pub mod filter;
pub mod groups;
pub mod history;
pub mod input;
pub mod inquiries;
pub mod kept_session;
pub mod key;
pub mod lines;
pub mod mouse;
pub mod picker;
pub mod query;
pub mod requests;
pub mod saving;
pub mod state;
pub mod text;

pub use binding::{Binding, BindingSection};
pub use keymap::Keymap;
pub use view::{CustomerListing, Hooks, Overlays, View, ViewKeys, Views};

pub use crate::tui::paint::abilities::Abilities;
pub use action::{
    Action, Answered, Asker, CreatedStudy, EditedText, Editing, Effect, Lane, LoadedBase, Request, SaveFailed, Saving,
    ViewName,
};
pub use answers::Answers;
pub use check::{CheckJob, CheckOutcome};
pub use column_layout::{ColumnLayout, ShownColumns};
pub use dispatch::{editing, key, paste};
pub use estimates::Estimates;
pub use history::{History, SavedStep};
pub use kept_session::{KeptForm, KeptSession};
pub use key::{KeyPress, KeySymbol};
pub use query::{Facet, FacetCut, MAX_FACETS, Query};
pub use state::{BaseState, Pane, RunSettings, State, StatusMessage, binding, keymap, view};
