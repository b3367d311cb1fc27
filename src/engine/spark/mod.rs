//! Spark by the Spark Connect protocol: Apache Spark 4, and servers that speak the same (Sail, Databricks).

use std::collections::BTreeMap;
use std::fmt;

use crate::engine::sql::Connection;
use crate::engine::{Cancel, EngineError};

/// Connection settings as a study says them. The token is not among them: see docs/remote.md.
#[derive(Clone, Default)]
pub struct SparkOptions {
    /// `sc://host:15002`, with parameters as in Spark's own clients: `sc://host:443/;use_ssl=true`.
    pub url: String,
    /// Settings of the session (`spark.sql.…`), and `connect_timeout`, `statement_timeout` (seconds).
    pub options: BTreeMap<String, String>,
}

/// Connects to a server, and checks that it answers.
///
/// # Errors
/// `Unreachable` or `Unauthorised` if the server refuses, `Failed` if the settings are wrong.
pub fn connect(options: &SparkOptions, cancel: &Cancel) -> Result<Box<dyn Connection>, EngineError> {
    let _ = (options, cancel);
    Err(EngineError::failed("spark: not there yet"))
}

impl fmt::Debug for SparkOptions {
    /// Leaves out the values, any of which may hold a secret by mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparkOptions").field("options", &self.options.keys()).finish_non_exhaustive()
    }
}
