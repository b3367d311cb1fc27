//! Every answer of the local engine is that of plain polars on the same question, on random tables, rules and
//! questions, whatever the engine keeps, however it cuts the base in pieces and wherever the base lies.
//!
//! The cases are the same in every run. `CROSSCUT_CASES=20 cargo test --release --test it agree::` runs twenty times as
//! many of them, `CROSSCUT_SEED=7` others.

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
