//! Engines that speak SQL: a batch of questions becomes a few statements, and their Arrow batches become answers.

pub(crate) mod column_types;
mod connection;

pub use connection::{Batches, Connection, RemoteColumn};
