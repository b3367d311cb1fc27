//! Compares every answer of the local engine with plain polars, on random tables, rules and questions, for every state
//! of the cache, every chunk size and every kind of base.
//!
//! The cases are the same in every run. `CROSSCUT_CASES=20 cargo test --release --test it agree::` runs twenty times as
//! many, `CROSSCUT_SEED=7` runs different ones.

mod again;
pub mod alike;
mod apart;
mod batch;
mod bounds;
mod cancelled;
pub mod cases;
pub mod engines;
pub mod fields;
pub mod files;
mod large;
pub mod plain;
pub mod questions;
mod random;
pub mod rules;
mod sets;
pub mod tables;
mod the_table;
