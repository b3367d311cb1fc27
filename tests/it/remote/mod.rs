//! Engines elsewhere. The engine over SQL gives the local engine's answers on DuckDB and PostgreSQL: on random tables
//! (`random`), the sample study (`study`) and the tables of the rule cases (`cases`); the statements that views cost are counted
//! (`cost`), and a failing one is met (`faults`). Spark is slow: `cargo nextest run --run-ignored all`. Connections to real
//! servers answer, stop and fail as docs/engine.md says, and never show a secret.
//!
//! `tests/engines/up.sh` installs and starts the servers. Where one is missing, its tests say so and pass; with
//! `CROSSCUT_ENGINES=required`, as `.ci/run` sets it, they fail.

mod adbc_credentials;
mod adbc_drivers;
mod adbc_faults;
mod adbc_postgres;
mod alike;
mod canned;
mod cases;
mod cost;
pub mod database;
mod faults;
mod program;
mod random;
mod sample;
mod servers;
#[cfg(feature = "spark")]
mod spark;
#[cfg(feature = "spark")]
mod spark_faults;
mod study;
