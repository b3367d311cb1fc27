//! The builder of segmentations.

use super::super::super::action::{Effect, Part};
use super::super::super::key::Key;
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

/// Says how to write a segmentation.
pub fn open(state: &mut State) -> Vec<Effect> {
    state.say("write [[segmentation]] in segments.toml: breaks, top, quantiles, part, age, cross, rfm or cells");
    Vec::new()
}

pub fn key(_state: &mut State, _key: Key) -> Vec<Effect> {
    Vec::new()
}
