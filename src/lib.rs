//! Crosscut explores customer segments and personas by keyboard.

pub mod data;
pub mod engine;
pub mod model;
pub mod rule;
