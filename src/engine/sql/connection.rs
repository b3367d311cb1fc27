use std::time::Instant;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::engine::{Cancel, EngineError};
use crate::model::ColumnType;
use crate::rule::print::SqlDialect;

/// A connection to an engine that speaks SQL. Used from several threads at once.
pub trait Connection: Send + Sync {
    /// Returns the engine's name for messages, such as `adbc:postgresql` or `spark`.
    fn name(&self) -> &str;

    fn dialect(&self) -> SqlDialect;

    /// Identifies the server by its address and settings, without credentials: a table's name means the same table
    /// wherever this text is the same.
    fn place(&self) -> String {
        self.name().to_owned()
    }

    /// Returns the columns of a table, in its order, without reading rows.
    ///
    /// # Errors
    /// When the table is missing, cannot be read, or the engine cannot be reached.
    fn columns(&self, table: &str, cancel: &Cancel) -> Result<Vec<RemoteColumn>, EngineError>;

    /// Runs a statement to its end. Returns soon after `cancel` is raised, with the statement stopped on the server.
    ///
    /// # Errors
    /// When the statement fails, is cancelled, or its answer is incomplete.
    fn run(&self, statement: &str, cancel: &Cancel) -> Result<Batches, EngineError>;

    /// Progress of the statements under way, from 0 to 1000; `None` where the server does not tell it.
    fn progress(&self) -> Option<u16> {
        None
    }
}

/// Runs a statement, and logs its length and time. Its text has the literals of rules, which may name a customer.
pub(super) fn run(connection: &dyn Connection, statement: &str, cancel: &Cancel) -> Result<Batches, EngineError> {
    let began = Instant::now();
    let answer = connection.run(statement, cancel);
    let (engine, bytes, took) = (connection.name(), statement.len(), began.elapsed());
    match &answer {
        Ok(Batches { batches, .. }) => {
            let rows = batches.iter().map(RecordBatch::num_rows).sum::<usize>();
            tracing::debug!(engine, bytes, rows, ?took, "statement");
        }
        Err(error) => tracing::warn!(engine, bytes, error = error.kind(), ?took, "statement"),
    }
    answer
}

/// A column of a remote table, with the type that rules see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteColumn {
    pub name: String,
    pub column_type: ColumnType,
}

/// The rows of a statement's answer, complete.
#[derive(Debug, Clone)]
pub struct Batches {
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
}
