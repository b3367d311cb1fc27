//! A study at work: its engine, and inquiries driven to their end.
//!
//! The sub-commands, the TUI and the tests open a study here; nothing above names the engine that answers.

mod driving;

pub use driving::{ask, drive};
