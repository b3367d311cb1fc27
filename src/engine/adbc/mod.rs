//! Connects to databases and warehouses through an ADBC driver, a library that the user names: PostgreSQL, Snowflake,
//! BigQuery, DuckDB, SQLite, and servers with Flight SQL.
//!
//! `settings` collects the connection settings, `driver` loads the library, `pool` keeps connections, `job` runs one
//! statement on a thread of its own, so that a driver that does not return blocks nobody else. `failure` sorts a
//! driver's errors.

mod columns;
mod driver;
mod failure;
mod job;
mod known;
mod pool;
mod settings;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::engine::sql::{Batches, Connection, RemoteColumn};
use crate::engine::{Cancel, EngineError};
use crate::rule::print::SqlDialect;

/// Connection settings as a study contains them, without secrets: see docs/remote.md.
#[derive(Clone, Default)]
pub struct AdbcOptions {
    /// Name of the driver (`postgresql`) or absolute path of its library; optional if there is a profile.
    pub driver: Option<String>,
    /// Name or path of an ADBC connection profile.
    pub profile: Option<String>,
    /// Address of the database, in the driver's own form. Optional: a profile or a variable may contain it.
    pub uri: Option<String>,
    /// Options of the driver; and ours: `connect_timeout`, `statement_timeout` (seconds), `password_file`,
    /// `entrypoint`.
    pub options: BTreeMap<String, String>,
    /// SQL of the server; needed only if it does not follow from the driver's name.
    pub dialect: Option<SqlDialect>,
}

/// Connects to a database and checks that it answers. At most four statements run on the connection at a time.
///
/// # Errors
/// Returns `Unreachable` or `Unauthorised` if the server refuses, `Failed` if the settings or the driver are wrong.
pub fn connect(options: &AdbcOptions, cancel: &Cancel) -> Result<Box<dyn Connection>, EngineError> {
    let settings = settings::ConnectionSettings::new(options)?;
    let driver = driver::load(&settings)?;
    let unknown_dialect = || EngineError::Unsupported {
        what: format!("the SQL of the driver {}", settings.driver),
        way_out: "name it by dialect under [data], as dialect = \"postgres\"".into(),
    };
    let dialect = settings.dialect.ok_or_else(unknown_dialect)?;
    let connection = AdbcConnection { pool: Arc::new(pool::Pool::new(driver, settings)), dialect };
    connection.run("SELECT 1", cancel)?;
    Ok(Box::new(connection))
}

/// A connection to a server through an ADBC driver.
struct AdbcConnection {
    pool: Arc<pool::Pool>,
    dialect: SqlDialect,
}

impl Connection for AdbcConnection {
    fn name(&self) -> &str {
        &self.pool.settings.name
    }

    fn dialect(&self) -> SqlDialect {
        self.dialect
    }

    fn place(&self) -> String {
        self.pool.settings.place()
    }

    fn columns(&self, table: &str, cancel: &Cancel) -> Result<Vec<RemoteColumn>, EngineError> {
        let answer = self.run(&columns::statement(table, self.dialect), cancel)?;
        columns::read(&answer, table, self.dialect)
    }

    fn run(&self, statement: &str, cancel: &Cancel) -> Result<Batches, EngineError> {
        job::run(&self.pool, statement, cancel)
    }
}

impl fmt::Debug for AdbcOptions {
    /// Omits the values of the settings, since any of them may contain a secret by mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AdbcOptions")
            .field("driver", &self.driver)
            .field("profile", &self.profile)
            .field("options", &self.options.keys())
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}
