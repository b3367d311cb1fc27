//! Answers questions about rules. A question is a plain value, an answer is a plain value.
//!
//! [`Engine`] is the spine of the house: the sub-commands, the TUI and the tests all ask it the same questions.
//! [`local`] answers them in this process.

mod answer;
mod cancel;
pub mod local;
mod question;

pub use answer::{
    Answer, Bins, Combination, Combinations, Contrast, Contrasted, Count, Coverage, EventRows, Group, Groups, Heard,
    Layer, Moments, Overlap, Page, Portion, Profile, Quantiles, Sides, Spread, Spreads, Summary, ValueSums, Values,
    Voices,
};
pub use cancel::Cancel;
pub use question::{By, Question, Sort, VoicesOf};

use std::sync::Arc;

use crate::model::Schema;
use crate::rule::Checked;

/// Something that knows a base and answers questions about it. Asked from several threads at once.
pub trait Engine: Send + Sync {
    fn schema(&self) -> &Schema;

    /// N: the customers of the base.
    fn customers(&self) -> u64;

    /// The column that is being read for some question, if any: what a person waits for.
    fn reading(&self) -> Option<Reading> {
        None
    }

    /// What a derived column took to be made, once it was.
    fn cost(&self, _column: &str) -> Option<Cost> {
        None
    }

    /// What every derived column took that was made so far, by name.
    fn costs(&self) -> Vec<(String, Cost)> {
        Vec::new()
    }

    /// The same base for whoever knows these personas, by id and in the order of their priority: then there is a column
    /// [`crate::model::PERSONA`], each customer's first one. None if it cannot be had of this engine.
    fn with_personas(&self, _personas: &[(String, Checked)]) -> Option<Arc<dyn Engine>> {
        None
    }

    /// Answers, or stops soon after `cancel` is raised.
    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Answer, EngineError>;
}

/// What a derived column took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Rows that were gone through: of the table of events, or of the base.
    pub rows: u64,
    pub took: std::time::Duration,
    /// Bytes that it takes while it is kept.
    pub bytes: usize,
}

/// How far the reading of a column has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub column: String,
    /// Of the column's bytes in the file, from 0 to 1000.
    pub permille: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// A newer question took this one's place.
    #[error("cancelled")]
    Cancelled,
    #[error("{0}")]
    Failed(String),
}
