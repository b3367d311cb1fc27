//! Answers questions about rules. A question is a plain value, an answer is a plain value.
//!
//! [`Engine`] is the contract that every engine keeps; `docs/engine.md` states what each question means. The sub-commands,
//! the TUI and the tests ask the same questions. [`local`] answers them in this process; [`adbc`] and `spark` connect to servers
//! that answer them in SQL.

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

/// Something that knows a base and answers questions about it. Asked from several threads at once.
pub trait Engine: Send + Sync {
    /// Returns the engine's name for messages: `local`.
    fn name(&self) -> &str;

    /// Columns of the base and tables beside it. The column `persona` is in no engine's schema: the personas that it is
    /// made of come with the questions.
    fn schema(&self) -> &Schema;

    /// N: the customers of the base.
    fn customers(&self) -> u64;

    fn capabilities(&self) -> Capabilities;

    /// Returns what is under way now, without waiting for it.
    fn status(&self) -> Status;

    /// Begins to read the columns that the next questions are likely to need, and no others, as long as no question is being
    /// answered. Does nothing where columns cannot be read ahead.
    fn read_ahead(&self, columns: &[String]) {
        _ = columns;
    }

    /// Announces that from now on customers of these rules are counted, each rule once, and nothing else is asked: what is
    /// read for them need not be kept. Other questions are still answered.
    fn ask_only(&self, rules: &[Checked]) {
        _ = rules;
    }

    /// Answers all questions: calls `answered` once for each, with its place, on this thread, in whatever order the
    /// answers come. One that fails harms no other. Soon after `cancel` is raised, what has no answer yet is answered with
    /// [`EngineError::Cancelled`], and the call returns.
    fn ask(
        &self,
        questions: &[Question],
        cancel: &Cancel,
        answered: &mut dyn FnMut(usize, Result<Answer, EngineError>),
    );
}
