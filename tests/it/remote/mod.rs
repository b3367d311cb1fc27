//! Remote engines. The engine over SQL gives the local engine's answers on DuckDB and PostgreSQL: on random tables
//! (`random`), the sample study (`study`) and the tables of the rule cases (`cases`). `cost` counts the statements that
//! views send, `faults` makes statements fail. Spark is slow: `cargo nextest run --run-ignored all`. Connections to
//! real servers answer, stop and fail as docs/engine.md says, and never show a secret.
//!
//! `tests/engines/up.sh` installs and starts the servers. If one is missing, its tests report that and pass; with
//! `CROSSCUT_ENGINES=required`, which `.ci/run` sets, they fail.

mod adbc_credentials;
mod adbc_drivers;
mod adbc_faults;
mod adbc_postgres;
mod alike;
mod asleep;
mod canned;
mod cases;
mod cost;
pub mod database;
mod faults;
mod leaving;
mod log;
#[cfg(feature = "spark")]
mod own_servers;
mod program;
mod random;
mod sample;
mod servers;
#[cfg(feature = "spark")]
mod spark;
#[cfg(feature = "spark")]
mod spark_faults;
mod strata;
mod study;
#[cfg(feature = "spark")]
mod tls;
