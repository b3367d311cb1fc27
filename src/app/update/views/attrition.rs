//! What each condition of the filter removes.

use super::super::super::action::{Effect, Part};
use super::super::super::state::State;
use crate::engine::{Answer, Question};

/// What is out of date, to be asked in this order.
pub fn questions(_state: &mut State) -> Vec<(Part, Question)> {
    Vec::new()
}

pub fn store(_state: &mut State, _part: Part, _answer: Answer) -> Vec<Effect> {
    Vec::new()
}

pub fn fail(_state: &mut State, _part: &Part, _reason: &str) {}

/// Shows the strip, or hides it.
pub fn switch(_state: &mut State) -> Vec<Effect> {
    Vec::new()
}
