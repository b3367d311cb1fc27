//! Crosscut explores customer segments and personas by keyboard.

pub mod engine;
pub mod model;
pub mod rule;
pub mod term;
