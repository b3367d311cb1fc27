//! Crosscut explores customer segments and personas by keyboard.

pub mod engine;
pub mod generate;
pub mod model;
pub mod rule;
