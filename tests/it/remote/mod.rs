//! The engine over SQL, run on DuckDB, PostgreSQL and SQLite: its answers are the local engine's, on random tables
//! (`random`), the sample study (`study`) and the tables of the rule cases (`cases`); the statements that views cost (`cost`); and what happens
//! when one fails (`faults`). Spark is slow: `cargo nextest run --run-ignored all`.

mod alike;
mod canned;
mod cases;
mod cost;
pub mod database;
mod faults;
mod random;
mod study;
