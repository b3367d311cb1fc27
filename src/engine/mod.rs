//! Questions about the customers of a base, and engines that answer them.
//!
//! A [`Question`] and its [`Answer`] are plain values. [`Engine`] is the trait that every engine implements;
//! `docs/engine.md` defines the answer to each question. [`local`] answers questions in this process; [`sql`] sends
//! statements to a database, over the connections of [`adbc`] and `spark`.

pub mod adbc;
mod answer;
mod ask;
mod cancel;
mod contrasting;
mod defining;
mod error;
pub mod local;
mod match_rate;
mod personas;
mod question;
mod secrets;
#[cfg(feature = "spark")]
pub mod spark;
mod spread;
pub mod sql;
mod status;

pub use answer::{
    Bins, BothSides, ColumnProfile, Combination, Combinations, Contrast, Contrasted, CustomerCount, EventRows,
    FrequentValues, GroupAnswer, GroupFigures, Layer, LayeredOverlap, Moments, Overlap, Portion, Quantiles, RowPage,
    Spread, Spreads, Summary, ValueSums, VoiceFigures, Voices,
};
pub use ask::{QuestionBatch, ask_all, ask_batch, ask_each, ask_one};
pub use cancel::{Cancel, OnRaise};
pub use error::EngineError;
pub use match_rate::{MatchRate, NearMisses};
pub use personas::Personas;
pub use question::{
    Answer, CombinationsQuestion, ContrastQuestion, CountsQuestion, CoverageQuestion, EventsQuestion, FindQuestion,
    Grouping, GroupsQuestion, MembershipsQuestion, OverlapQuestion, PageQuestion, ProfileQuestion, QuantilesQuestion,
    Question, QuestionBody, QuestionKind, Sort, SummaryQuestion, TypedQuestion, ValuesQuestion, VoicesQuestion,
    WithPersonas,
};
pub use status::{Activity, Capabilities, Cost, Status};

use crate::model::Schema;
use crate::rule::Checked;

/// An engine that answers questions about one base. Several threads may use it at the same time.
pub trait Engine: Send + Sync {
    /// Returns the engine's name for messages, such as `local`.
    fn name(&self) -> &str;

    /// Returns the columns of the base and the tables beside it.
    ///
    /// The column `persona` is in no engine's schema: its definition comes with each question.
    fn schema(&self) -> &Schema;

    /// Returns the number of customers in the base (N).
    fn customers(&self) -> u64;

    /// Returns the kinds of questions that the engine can answer, and how fast it usually is.
    fn capabilities(&self) -> Capabilities;

    /// Returns the engine's current work and its cost so far, without waiting for the work.
    fn status(&self) -> Status;

    /// Starts to read these columns in the background, between questions, since the next questions are likely to need
    /// them. Does nothing by default.
    fn read_ahead(&self, columns: &[String]) {
        _ = columns;
    }

    /// Announces that only the customers of these rules will be counted, each rule once, so that the engine can
    /// discard what it reads for them. It still answers any other question. Does nothing by default.
    fn ask_only(&self, rules: &[Checked]) {
        _ = rules;
    }

    /// Answers all questions. Calls `answered` once per question with its index, on this thread, in any order.
    ///
    /// A question that fails does not affect the others. Soon after `cancel` is raised, all questions without an
    /// answer get [`EngineError::Cancelled`], and the call returns.
    fn ask(
        &self,
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    );
}
