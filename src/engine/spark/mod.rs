//! Connects to Spark by the Spark Connect protocol: Apache Spark 4 and compatible servers (Sail, Databricks).

mod address;
mod execute;
mod failure;
mod session;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::engine::secrets::{is_secret_key, one_line};
use crate::engine::sql::column_types::column_type;
use crate::engine::sql::{Batches, Connection, RemoteColumn};
use crate::engine::{Cancel, EngineError};
use crate::rule::print::SqlDialect;
use address::Address;
use execute::{SparkFailure, SparkOperation};
use session::Session;

/// Time that the caller waits for a stopped statement to end, so that it usually no longer runs on the server.
const GRACE: Duration = Duration::from_millis(300);
/// Time that closing a connection waits for statements that are still being stopped.
const LAST_STOPS: Duration = Duration::from_secs(2);

/// Connection settings as a study contains them, without the token: see docs/remote.md.
#[derive(Clone, Default)]
pub struct SparkOptions {
    /// Address such as `sc://host:15002`, with parameters as in Spark's own clients: `sc://host:443/;use_ssl=true`.
    pub url: String,
    /// Settings of the session (`spark.sql.…`), and `connect_timeout`, `statement_timeout` (seconds).
    pub options: BTreeMap<String, String>,
}

/// Connects to a server and checks that it answers.
///
/// # Errors
/// Returns `Unreachable` or `Unauthorised` if the server refuses, `Failed` if the settings are wrong.
pub fn connect(options: &SparkOptions, cancel: &Cancel) -> Result<Box<dyn Connection>, EngineError> {
    let address = Address::new(options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| EngineError::Failed(format!("no threads for the connection: {error}")))?;
    let session = {
        // Creating the channel spawns a task, which needs a current runtime.
        let _entered = runtime.enter();
        Arc::new(Session::new(address)?)
    };
    let connection = SparkConnection { session, runtime: Some(runtime), stopping: Mutex::default() };
    let limit = connection.session.address.connect_timeout;
    let begun = connection.wait(cancel, limit, connection.session.begin())?;
    let secrets = &connection.session.address.secrets;
    let no_answer = || EngineError::Unreachable(format!("no answer within {} s", limit.as_secs_f64()));
    begun.ok_or_else(no_answer)?.map_err(|status| failure::engine_error(&status, false, secrets))?;
    Ok(Box::new(connection))
}

/// A connection to a Spark Connect server.
struct SparkConnection {
    session: Arc<Session>,
    /// Runtime of all requests; `None` only while the connection is dropped.
    runtime: Option<Runtime>,
    /// Tasks that stop cancelled statements.
    stopping: Mutex<Vec<JoinHandle<()>>>,
}

impl Connection for SparkConnection {
    fn name(&self) -> &str {
        "spark"
    }

    fn dialect(&self) -> SqlDialect {
        SqlDialect::Spark
    }

    fn place(&self) -> String {
        let address = &self.session.address;
        let settings = address.settings.iter().filter(|(key, _)| !is_secret_key(key));
        let settings: Vec<String> = settings.map(|(key, value)| format!("{key}={value}")).collect();
        address.secrets.scrub(&format!("{}:{}\n{}", address.host, address.port, settings.join("\n")))
    }

    fn columns(&self, table: &str, cancel: &Cancel) -> Result<Vec<RemoteColumn>, EngineError> {
        let answer = self.run(&format!("SELECT * FROM {table} WHERE 1 = 0"), cancel)?;
        let column = |field: &Arc<arrow_schema::Field>| RemoteColumn {
            name: field.name().clone(),
            column_type: column_type(field.data_type()),
        };
        Ok(answer.schema.fields().iter().map(column).collect())
    }

    fn run(&self, statement: &str, cancel: &Cancel) -> Result<Batches, EngineError> {
        match self.attempt(statement, cancel)? {
            SparkOutcome::Answered(answer) => answer,
            // Sent again: a session that the server no longer knows has not run the statement.
            SparkOutcome::SessionGone => match self.attempt(statement, cancel)? {
                SparkOutcome::Answered(answer) => answer,
                SparkOutcome::SessionGone => Err(EngineError::Lost("the server does not keep the session".into())),
            },
        }
    }

    fn progress(&self) -> Option<u16> {
        self.session.progress.permille()
    }
}

/// Outcome of a statement.
enum SparkOutcome {
    Answered(Result<Batches, EngineError>),
    SessionGone,
}

impl SparkConnection {
    fn attempt(&self, statement: &str, cancel: &Cancel) -> Result<SparkOutcome, EngineError> {
        cancel.check()?;
        let address = &self.session.address;
        let operation = SparkOperation::new(&self.session);
        let id = operation.session_id.clone();
        let limit = address.statement_timeout;
        let answer = match self.wait(cancel, limit, operation.run(statement)) {
            Ok(Some(answer)) => answer,
            Ok(None) => {
                self.stop(operation);
                return Err(EngineError::Failed(format!("no answer within {} s", limit.as_secs_f64())));
            }
            Err(cancelled) => {
                self.stop(operation);
                return Err(cancelled);
            }
        };
        let error = match answer {
            Ok(batches) => return Ok(SparkOutcome::Answered(Ok(batches))),
            Err(SparkFailure::Incomplete(reason)) => {
                operation.release_on(self.runtime()?);
                return Ok(SparkOutcome::Answered(Err(EngineError::Lost(one_line(&address.secrets.scrub(&reason))))));
            }
            Err(SparkFailure::Status(status)) => status,
        };
        if failure::is_session_gone(&error) {
            self.wait(cancel, address.connect_timeout, self.session.renew(&id))?;
            return Ok(SparkOutcome::SessionGone);
        }
        Ok(SparkOutcome::Answered(Err(failure::engine_error(&error, id.server_side.is_some(), &address.secrets))))
    }

    /// Waits for the future, its cancel or its time limit. Returns `None` after the time limit.
    fn wait<T>(
        &self,
        cancel: &Cancel,
        limit: Duration,
        work: impl Future<Output = T>,
    ) -> Result<Option<T>, EngineError> {
        let raised = Arc::new(Notify::new());
        let waking = raised.clone();
        let _guard = cancel.on_raise(move || waking.notify_one());
        self.runtime()?.block_on(async {
            tokio::select! {
                biased;
                () = raised.notified() => Err(EngineError::Cancelled),
                done = tokio::time::timeout(limit, work) => Ok(done.ok()),
            }
        })
    }

    /// Stops the statement on the server in the background, and waits at most [`GRACE`] for it.
    fn stop(&self, operation: SparkOperation) {
        let Ok(runtime) = self.runtime() else { return };
        let mut stopping = runtime.spawn(operation.stop());
        if runtime.block_on(async { tokio::time::timeout(GRACE, &mut stopping).await }).is_err() {
            let mut all = self.stopping.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|other| !other.is_finished());
            all.push(stopping);
        }
    }

    fn runtime(&self) -> Result<&Runtime, EngineError> {
        self.runtime.as_ref().ok_or_else(|| EngineError::Lost("the connection is closed".into()))
    }
}

impl Drop for SparkConnection {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            let stopping = std::mem::take(&mut *self.stopping.lock().unwrap_or_else(PoisonError::into_inner));
            let ended = async {
                for statement in stopping {
                    drop(statement.await);
                }
            };
            drop(runtime.block_on(async { tokio::time::timeout(LAST_STOPS, ended).await }));
            drop(runtime.block_on(async { tokio::time::timeout(GRACE, self.session.end()).await }));
            // Shut down without waiting, since a look-up of a host name may hang.
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for SparkOptions {
    /// Omits the values of the settings, since any of them may contain a secret by mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SparkOptions").field("options", &self.options.keys()).finish_non_exhaustive()
    }
}
