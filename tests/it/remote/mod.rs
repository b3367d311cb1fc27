//! Connections to engines elsewhere, on real servers: that they answer, stop and fail as docs/engine.md says, and never show
//! a secret.
//!
//! `tests/engines/up.sh` installs and starts the servers. Where one is missing, its tests say so and pass; with
//! `CROSSCUT_ENGINES=required`, as `.ci/run` sets it, they fail.

mod adbc_credentials;
mod adbc_drivers;
mod adbc_faults;
mod adbc_postgres;
mod servers;
#[cfg(feature = "spark")]
mod spark;
#[cfg(feature = "spark")]
mod spark_faults;
