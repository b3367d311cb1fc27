//! Connects to a base that another engine holds: turns the study's settings into an engine.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::engine::adbc::{self, AdbcOptions};
use crate::engine::sql::{Connection, RemoteBase, RemoteTable, SqlEngine};
use crate::engine::{Cancel, Engine, EngineError};
use crate::model::TableColumns;
use crate::study::{EngineConnection, RemoteConfig, Study};

/// Connects to the engine that holds a study's base, and reads the base's columns.
///
/// # Errors
/// Returns an error if the engine cannot be reached, or has no such table.
pub fn connect(
    study: &Study,
    remote: &RemoteConfig,
    today: NaiveDate,
    cancel: &Cancel,
) -> Result<Arc<SqlEngine>, EngineError> {
    open(&remote.reach, &remote_base(study, remote, today), cancel)
}

/// Returns the base of a study, in the terms of the engine that holds it.
pub fn remote_base(study: &Study, remote: &RemoteConfig, today: NaiveDate) -> RemoteBase {
    let key = study.config.data.key.clone();
    let tables = study.config.tables.iter().map(|(name, table)| RemoteTable {
        name: name.clone(),
        table: table.path.clone(),
        columns: TableColumns { key: table.columns.key.clone().or(key.clone()), ..table.columns.clone() },
        order: None,
    });
    RemoteBase {
        table: remote.table.clone(),
        key: key.clone(),
        tables: tables.collect(),
        columns: study.config.columns.clone(),
        masked: study.config.privacy.mask.clone(),
        masked_in_rules: study.config.privacy.masked_in_rules().to_vec(),
        lists: super::file_lists(study.file.as_deref().and_then(std::path::Path::parent)),
        today,
    }
}

/// Connects to an engine for a base without a study.
///
/// # Errors
/// Returns the errors of [`connect`].
pub fn connect_table(remote: &RemoteConfig, today: NaiveDate, cancel: &Cancel) -> Result<Arc<dyn Engine>, EngineError> {
    let base = RemoteBase { table: remote.table.clone(), today, ..RemoteBase::default() };
    Ok(open(&remote.reach, &base, cancel)?)
}

fn open(reach: &EngineConnection, base: &RemoteBase, cancel: &Cancel) -> Result<Arc<SqlEngine>, EngineError> {
    let connection = reach_out(reach, cancel)?;
    Ok(Arc::new(SqlEngine::open(connection, base, cancel)?))
}

fn reach_out(reach: &EngineConnection, cancel: &Cancel) -> Result<Box<dyn Connection>, EngineError> {
    match reach {
        EngineConnection::Adbc { driver, profile, uri, options, dialect } => {
            let options = AdbcOptions {
                driver: driver.clone(),
                profile: profile.clone(),
                uri: uri.clone(),
                options: options.clone(),
                dialect: *dialect,
            };
            adbc::connect(&options, cancel)
        }
        #[cfg(feature = "spark")]
        EngineConnection::Spark { url, options } => {
            let options = crate::engine::spark::SparkOptions { url: url.clone(), options: options.clone() };
            crate::engine::spark::connect(&options, cancel)
        }
        #[cfg(not(feature = "spark"))]
        EngineConnection::Spark { .. } => Err(EngineError::Unsupported {
            what: "engine = \"spark\"".into(),
            way_out: "this program was built without it: cargo install --features spark (docs/remote.md)".into(),
        }),
    }
}
