//! Runs one statement on a thread of its own. The caller waits for the answer, its cancel or the time limit,
//! whichever comes first. A driver that does not return blocks only the statement's thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use adbc_core::error::{Error, Status};
use adbc_core::{CancelHandle, Connection as _, Statement as _};

use super::failure::{DriverStep, engine_error, is_lost, is_stopped, is_unreachable};
use super::pool::{Lease, Pool, error};
use crate::engine::sql::Batches;
use crate::engine::{Cancel, EngineError};

/// Time that the caller waits for a stopped statement to end, so that it usually no longer runs on the server.
const GRACE: Duration = Duration::from_millis(300);
/// Time between two requests to stop. They are repeated, since the first one may arrive before the statement runs.
const STOP_AGAIN: Duration = Duration::from_millis(50);
/// Maximum time after which a statement fails if its connection was lost while idle. A later loss happened while it
/// ran.
const IDLE_FAILURE_TIME: Duration = Duration::from_secs(1);
/// Maximum number of requests to stop one statement; after that it is left to the server.
const MAX_STOPS: usize = 40;

/// Runs a statement to its end. If its connection was lost while idle, runs it once more on another one.
///
/// # Errors
/// Returns the errors of [`crate::engine::sql::Connection::run`].
pub(super) fn run(pool: &Arc<Pool>, statement: &str, cancel: &Cancel) -> Result<Batches, EngineError> {
    match attempt(pool, statement, cancel)? {
        AdbcOutcome::Answered(answer) => answer,
        AdbcOutcome::Stale => match attempt(pool, statement, cancel)? {
            AdbcOutcome::Answered(answer) => answer,
            AdbcOutcome::Stale => Err(EngineError::Lost("the connection ended before the answer was complete".into())),
        },
    }
}

/// Outcome of a statement.
enum AdbcOutcome {
    Answered(Result<Batches, EngineError>),
    /// The connection was lost before the statement, or a stop request for an earlier statement hit this one: run it
    /// again.
    Stale,
}

/// State of the statement, shared by the thread that waits, the one that runs it and the one that stops it.
struct StatementJob {
    pool: Arc<Pool>,
    statement: String,
    state: Mutex<JobState>,
    /// Notified at each change of the state.
    changed: Condvar,
}

/// State of a statement that a driver runs.
struct JobState {
    step: DriverStep,
    since: Instant,
    /// Handle to stop the statement on the server; `None` until the statement is created.
    handle: Option<Arc<dyn CancelHandle>>,
    /// True if nobody waits for the answer any more.
    is_given_up: bool,
    /// True while a thread sends requests to stop.
    stopping: bool,
    is_stuck: bool,
    has_ended: bool,
    ended: Option<AdbcOutcome>,
}

fn attempt(pool: &Arc<Pool>, statement: &str, cancel: &Cancel) -> Result<AdbcOutcome, EngineError> {
    let _turn = pool.turn(cancel)?;
    let job = Arc::new(StatementJob {
        pool: pool.clone(),
        statement: statement.to_owned(),
        state: Mutex::new(JobState {
            step: DriverStep::Connecting,
            since: Instant::now(),
            handle: None,
            is_given_up: false,
            stopping: false,
            is_stuck: false,
            has_ended: false,
            ended: None,
        }),
        changed: Condvar::new(),
    });
    let running = job.clone();
    let started = std::thread::Builder::new().name("adbc statement".into()).spawn(move || running.work());
    started.map_err(|error| EngineError::Failed(format!("no thread for the statement: {error}")))?;
    let waking = job.clone();
    let _guard = cancel.on_raise(move || {
        // Locked so that a thread that is about to wait does not miss the notification.
        drop(waking.lock());
        waking.changed.notify_all();
    });
    job.wait(cancel)
}

impl StatementJob {
    /// Waits for the end, the cancel or the time limit.
    fn wait(self: &Arc<Self>, cancel: &Cancel) -> Result<AdbcOutcome, EngineError> {
        let mut state = self.lock();
        let stopped = loop {
            // Checked before the answer: an answer that came together with the cancel is no longer wanted.
            if cancel.is_raised() {
                break EngineError::Cancelled;
            }
            if let Some(ended) = state.ended.take() {
                return Ok(ended);
            }
            let limit = self.limit(state.step);
            let left = limit.saturating_sub(state.since.elapsed());
            if left.is_zero() {
                let reason = format!("no answer within {} s", limit.as_secs_f64());
                break match state.step {
                    DriverStep::Connecting => EngineError::Unreachable(reason),
                    DriverStep::Running => EngineError::Failed(reason),
                };
            }
            (state, _) = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        };
        drop(state);
        self.stop();
        Err(stopped)
    }

    fn limit(&self, step: DriverStep) -> Duration {
        match step {
            DriverStep::Connecting => self.pool.settings.connect_timeout,
            DriverStep::Running => self.pool.settings.statement_timeout,
        }
    }

    /// Gives the statement up, requests to stop it on the server, and waits at most [`GRACE`] for its end.
    fn stop(self: &Arc<Self>) {
        let mut state = self.lock();
        state.is_given_up = true;
        if state.has_ended {
            return;
        }
        // Done on a thread of its own: with some drivers a request to stop opens another connection, and may hang.
        let stopping = self.clone();
        let started = std::thread::Builder::new().name("adbc cancel".into()).spawn(move || stopping.request_stops());
        state.stopping = started.is_ok();
        let until = Instant::now() + GRACE;
        while !state.has_ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.is_stuck = true;
                self.pool.add_stuck();
                break;
            }
            (state, _) = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn request_stops(&self) {
        for _ in 0..MAX_STOPS {
            let state = self.lock();
            if state.has_ended {
                break;
            }
            let handle = state.handle.clone();
            drop(state);
            let stopped = handle.map_or(Ok(()), |handle| handle.try_cancel());
            if stopped.is_err_and(|error| error.status == Status::NotImplemented) {
                break;
            }
            let state = self.lock();
            if !state.has_ended {
                drop(self.changed.wait_timeout(state, STOP_AGAIN).unwrap_or_else(PoisonError::into_inner));
            }
        }
        self.lock().stopping = false;
        self.changed.notify_all();
    }

    /// Runs the statement. This is the main function of the statement's thread.
    fn work(&self) {
        let worked = catch_unwind(AssertUnwindSafe(|| self.connect_and_execute()));
        let (ended, kept) = worked.unwrap_or_else(|_| {
            let reason = "the driver's answer cannot be read".into();
            (AdbcOutcome::Answered(Err(EngineError::Failed(reason))), None)
        });
        let mut state = self.lock();
        let is_given_up = state.is_given_up;
        if let Some(lease) = kept {
            if is_given_up {
                state.has_ended = true;
                self.changed.notify_all();
                // A request to stop that is still under way must not hit the next statement on this connection.
                while state.stopping {
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
            drop(state);
            self.pool.give_back(lease);
            state = self.lock();
        }
        state.has_ended = true;
        state.ended = Some(ended);
        if std::mem::take(&mut state.is_stuck) {
            self.pool.remove_stuck();
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Returns how the statement ended, and the connection if it can be used again.
    fn connect_and_execute(&self) -> (AdbcOutcome, Option<Lease>) {
        let answered = |answer| AdbcOutcome::Answered(answer);
        let secrets = &self.pool.settings.secrets;
        let mut lease = match self.pool.open() {
            Ok(lease) => lease,
            Err(error) => return (answered(Err(engine_error(&error, DriverStep::Connecting, secrets))), None),
        };
        let began = Instant::now();
        {
            let mut state = self.lock();
            (state.step, state.since) = (DriverStep::Running, began);
        }
        // The time limit of a running statement differs from that of connecting, so the waiting thread must recompute
        // it.
        self.changed.notify_all();
        let mut is_among_rows = false;
        let error = match self.execute(&mut lease, &mut is_among_rows) {
            Ok(batches) => return (answered(Ok(batches)), Some(lease)),
            Err(error) => error,
        };
        let is_lost = is_lost(&error);
        if is_lost {
            self.pool.forget();
        }
        let is_given_up = self.lock().is_given_up;
        let is_stray_stop = is_stopped(&error) && !is_given_up;
        if lease.is_reused && !is_given_up && (is_lost && began.elapsed() < IDLE_FAILURE_TIME || is_stray_stop) {
            return (AdbcOutcome::Stale, None);
        }
        // The server may still be sending rows: it stops only when the connection is closed.
        let is_usable = !is_lost && !is_stray_stop && !is_among_rows && error.status != Status::IO;
        let step =
            if !lease.is_reused && is_unreachable(&error) { DriverStep::Connecting } else { DriverStep::Running };
        (answered(Err(engine_error(&error, step, secrets))), is_usable.then_some(lease))
    }

    fn execute(&self, lease: &mut Lease, is_among_rows: &mut bool) -> Result<Batches, Error> {
        let mut statement = lease.connection.new_statement()?;
        statement.set_sql_query(&self.statement)?;
        let mut state = self.lock();
        state.handle = Some(Arc::from(statement.get_cancel_handle()));
        drop(state);
        self.check_wanted()?;
        let reader = statement.execute()?;
        *is_among_rows = true;
        let schema = reader.schema();
        let mut batches = Vec::new();
        for batch in reader {
            self.check_wanted()?;
            batches.push(batch?);
        }
        Ok(Batches { schema, batches })
    }

    fn check_wanted(&self) -> Result<(), Error> {
        match self.lock().is_given_up {
            true => Err(error("cancelled", Status::Cancelled)),
            false => Ok(()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, JobState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
