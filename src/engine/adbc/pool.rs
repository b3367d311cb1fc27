//! Keeps connections open for later statements.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use adbc_core::error::{Error, Result, Status};
use adbc_core::{Connection as _, Database as _, Driver as _, Statement as _};
use adbc_driver_manager::{ManagedConnection, ManagedDatabase, ManagedDriver};

use super::settings::ConnectionSettings;
use crate::engine::{Cancel, EngineError};
use crate::rule::print::SqlDialect;

/// Maximum number of connections in use at the same time. A further statement waits.
const MAX_CONNECTIONS: usize = 4;
/// Maximum number of statements that were given up and whose threads still wait for their driver.
const MAX_STUCK: usize = 16;

/// Time after which an unused connection to a server is replaced. A router or firewall may have dropped it without
/// notice, for example while a laptop slept, and a statement on it would hang for a minute.
const MAX_IDLE: Duration = Duration::from_secs(300);

/// A database, its open connections, and how many are in use.
pub(super) struct Pool {
    driver: ManagedDriver,
    pub settings: ConnectionSettings,
    state: Mutex<PoolState>,
    /// Notified when a connection is free, or a waiting statement is cancelled.
    freed: Condvar,
    stuck: AtomicUsize,
}

/// Open connections of a pool.
#[derive(Default)]
struct PoolState {
    database: Option<ManagedDatabase>,
    /// Idle connections, each with the time of its last use. `SystemTime`, unlike `Instant`, advances while the
    /// machine sleeps.
    idle: Vec<(ManagedConnection, SystemTime)>,
    in_use: usize,
    /// Number of lost connections so far. A connection from before the last loss is closed instead of kept.
    generation: u64,
}

/// A connection taken out of the pool.
pub(super) struct Lease {
    pub connection: ManagedConnection,
    /// True if the connection has answered before; it may have been lost since.
    pub is_reused: bool,
    generation: u64,
}

/// Permission to use one of the [`MAX_CONNECTIONS`] connections. Dropping it admits the next statement.
pub(super) struct ConnectionPermit<'a>(&'a Pool);

impl Pool {
    pub fn new(driver: ManagedDriver, settings: ConnectionSettings) -> Self {
        Self { driver, settings, state: Mutex::default(), freed: Condvar::new(), stuck: AtomicUsize::new(0) }
    }

    /// Waits until a connection may be used.
    ///
    /// # Errors
    /// Returns `Cancelled`, or `Unreachable` if [`MAX_STUCK`] earlier statements hang.
    pub fn turn<'a>(
        self: &'a std::sync::Arc<Self>,
        cancel: &Cancel,
    ) -> std::result::Result<ConnectionPermit<'a>, EngineError> {
        let stuck = self.stuck.load(Ordering::Relaxed);
        if stuck >= MAX_STUCK {
            let reason = format!("{stuck} earlier statements still wait for the server");
            return Err(EngineError::Unreachable(reason));
        }
        let pool = self.clone();
        let _guard = cancel.on_raise(move || {
            // Locked so that a statement that is about to wait does not miss the notification.
            drop(pool.lock());
            pool.freed.notify_all();
        });
        let mut state = self.lock();
        while state.in_use >= MAX_CONNECTIONS {
            cancel.check()?;
            state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        cancel.check()?;
        state.in_use += 1;
        Ok(ConnectionPermit(self))
    }

    /// Returns an idle connection, or opens one. Blocks as long as the driver does.
    pub fn open(&self) -> Result<Lease> {
        let (database, generation, old) = {
            let mut state = self.lock();
            let generation = state.generation;
            // The last connection was used most recently: if it is too old, so are all others.
            match state.idle.pop() {
                Some((connection, since)) if !self.is_too_old(since) => {
                    return Ok(Lease { connection, is_reused: true, generation });
                }
                popped => (state.database.clone(), generation, (popped, std::mem::take(&mut state.idle))),
            }
        };
        drop(old);
        let database = match database {
            Some(database) => database,
            // Opened without holding the lock: some drivers connect here, and may hang.
            None => {
                let database = self.driver.clone().new_database_with_opts(self.settings.options.iter().cloned())?;
                self.lock().database.get_or_insert(database).clone()
            }
        };
        let mut connection = database.new_connection()?;
        for prepare in self.settings.dialect.map_or(&[][..], first_statements) {
            let mut statement = connection.new_statement()?;
            statement.set_sql_query(prepare)?;
            statement.execute_update()?;
        }
        Ok(Lease { connection, is_reused: false, generation })
    }

    /// Returns true if a connection has been unused for so long that it may be lost. Connections to databases in this
    /// process cannot be lost.
    fn is_too_old(&self, since: SystemTime) -> bool {
        let is_local = matches!(self.settings.dialect, Some(SqlDialect::DuckDb | SqlDialect::Sqlite));
        !is_local && since.elapsed().is_ok_and(|idle| idle > MAX_IDLE)
    }

    /// Keeps a connection that still works for the next statement, unless a connection was lost since it was opened.
    pub fn give_back(&self, lease: Lease) {
        let mut state = self.lock();
        if state.generation == lease.generation && state.idle.len() < MAX_CONNECTIONS {
            state.idle.push((lease.connection, SystemTime::now()));
        } else {
            drop(state);
            drop(lease);
        }
    }

    /// Closes all idle connections after one was lost, since the server is probably gone.
    pub fn forget(&self) {
        let idle = {
            let mut state = self.lock();
            state.generation += 1;
            std::mem::take(&mut state.idle)
        };
        drop(idle);
    }

    /// Counts a statement that was given up and still holds its thread.
    pub fn add_stuck(&self) {
        self.stuck.fetch_add(1, Ordering::Relaxed);
    }

    /// Removes a statement of [`Self::add_stuck`] whose driver has returned.
    pub fn remove_stuck(&self) {
        self.stuck.fetch_sub(1, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, PoolState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the statements that each new connection runs first. They set the time zone to UTC, so that timestamps with
/// a zone are read as UTC whatever the server's zone is.
///
/// They also turn off PostgreSQL's JIT compiler. For a hundred counts it takes each server process a second or more,
/// which cannot be cancelled, and it saves less on most filters. Some servers that speak PostgreSQL's protocol lack
/// this setting, and a value of it in the address is kept.
fn first_statements(dialect: SqlDialect) -> &'static [&'static str] {
    match dialect {
        SqlDialect::Postgres => &[
            "SET TIME ZONE 'UTC'",
            "SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit' AND source <> 'client'",
        ],
        SqlDialect::Snowflake => &["ALTER SESSION SET TIMEZONE = 'UTC'"],
        SqlDialect::DuckDb | SqlDialect::Sqlite | SqlDialect::Spark | SqlDialect::BigQuery | SqlDialect::ClickHouse => {
            &[]
        }
    }
}

impl Drop for ConnectionPermit<'_> {
    fn drop(&mut self) {
        self.0.lock().in_use -= 1;
        self.0.freed.notify_one();
    }
}

/// Creates an error of our own as a value of the driver's error type.
pub(super) fn error(message: &str, status: Status) -> Error {
    Error::with_message_and_status(message, status)
}
