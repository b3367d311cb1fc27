//! The rule language: text to a checked tree.
//!
//! A rule is a boolean SQL expression. It is parsed once, by `sqlparser`; names are found in the [`Schema`] and in
//! [`Names`]; the result is a [`Checked`] rule whose tree an engine walks. Nothing here evaluates anything.

mod checked;
mod error;
mod names;

pub use checked::{Atom, Checked, Tree};
pub use error::RuleError;
pub use names::{NameKind, Named, Names};

use crate::model::Schema;

/// What a rule is read against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub schema: &'a Schema,
    pub names: &'a Names,
    /// The as-of date, which `today` and `CURRENT_DATE` mean.
    pub today: chrono::NaiveDate,
}
