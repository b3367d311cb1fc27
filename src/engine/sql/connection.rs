use std::time::Instant;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::engine::{Cancel, EngineError};
use crate::model::ColumnType;
use crate::rule::print::SqlDialect;

/// A connection to a server that understands SQL. Several threads may use it at once.
pub trait Connection: Send + Sync {
    /// Returns the engine's name for messages, such as `adbc:postgresql` or `spark`.
    fn name(&self) -> &str;

    fn dialect(&self) -> SqlDialect;

    /// Identifies the server by its address and settings, without credentials. Wherever this text is the same, a
    /// table's name means the same table.
    fn place(&self) -> String {
        self.name().to_owned()
    }

    /// Returns the columns of a table, in its order, without reading rows.
    ///
    /// # Errors
    /// When the table is missing, cannot be read, or the engine cannot be reached.
    fn columns(&self, table: &str, cancel: &Cancel) -> Result<Vec<RemoteColumn>, EngineError>;

    /// Runs a statement and returns its whole answer. Returns soon after `cancel` is raised, and then stops the
    /// statement on the server.
    ///
    /// # Errors
    /// When the statement fails, is cancelled, or its answer is incomplete.
    fn run(&self, statement: &str, cancel: &Cancel) -> Result<Batches, EngineError>;

    /// Returns the progress of the running statements, from 0 to 1000; `None` if the server does not report it.
    fn progress(&self) -> Option<u16> {
        None
    }
}

/// Runs a statement, and logs its length and time. The log must not contain its text, which has the literals of rules
/// and may name a customer.
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

/// The complete answer to a statement.
#[derive(Debug, Clone)]
pub struct Batches {
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
}
