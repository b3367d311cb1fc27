//! Every answer of the local engine is that of plain polars on the same question, on random tables, rules and
//! questions, whatever the engine keeps, however it cuts the base in pieces and wherever the base lies.
//!
//! The cases are the same in every run. `CROSSCUT_CASES=20 cargo test --release --test it agree::` runs twenty times as
//! many of them, `CROSSCUT_SEED=7` others.

mod again;
mod alike;
mod apart;
mod bounds;
mod cancelled;
mod cases;
mod engines;
mod fields;
mod files;
mod large;
mod plain;
mod questions;
mod random;
mod rules;
mod sets;
mod tables;
mod the_table;
