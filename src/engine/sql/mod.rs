//! Engines that speak SQL: a batch of questions becomes a few statements, and their Arrow batches become answers.
//!
//! `terms` names the conditions and values that questions are about, each evaluated once per customer; `plan` gathers them
//! into statements, one scan of sums for the whole batch where that can be, `listing` the values of many columns; a file for
//! each kind of question says which figures it needs and makes the answer of them; `engine` runs the statements. What
//! differs between engines is in their [`Connection`] and in [`crate::rule::print`].

mod base_sums;
mod cache;
pub(crate) mod column_types;
mod connection;
mod contrast;
mod counts;
mod cut;
mod driver_value;
mod engine;
mod functions;
mod groups;
mod listing;
mod page;
mod plan;
mod profile;
mod read;
mod remote;
mod results;
mod running;
mod sample;
mod scan;
mod sets;
mod strata;
mod terms;
mod values;
mod voices;

pub use connection::{Batches, Connection, RemoteColumn};
pub use engine::{PlannedStatement, SqlEngine};
pub use remote::{KeyCounts, RemoteBase, RemoteTable};
pub use sample::DrawnSample;

use super::EngineError;
use crate::rule::print::Refused;

/// A part of a question that the dialect cannot say: asking again does not help.
impl From<Refused> for EngineError {
    fn from(refused: Refused) -> Self {
        EngineError::Unsupported { what: refused.what, way_out: refused.why }
    }
}
