//! Engines that speak SQL: a batch of questions becomes a few statements, and their Arrow batches become answers.

mod connection;

pub use connection::{Batches, Connection, RemoteColumn};
