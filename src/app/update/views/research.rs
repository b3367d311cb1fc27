//! What was asked and said, by persona.

use super::super::super::action::{Effect, Part};
use super::super::super::command::Command;
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

/// A command that means something of its own here; None for all others.
pub fn run(_state: &mut State, _command: Command) -> Option<Vec<Effect>> {
    None
}

/// Moves by lines; `MIN` and `MAX` are the ends.
pub fn step(_state: &mut State, _by: isize) -> Vec<Effect> {
    Vec::new()
}
