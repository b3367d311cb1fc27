//! Finding and loading a driver's library.

use std::path::{Path, PathBuf};

use adbc_core::options::AdbcVersion;
use adbc_core::{LOAD_FLAG_SEARCH_ENV, LOAD_FLAG_SEARCH_SYSTEM, LOAD_FLAG_SEARCH_USER};
use adbc_driver_manager::ManagedDriver;

use super::settings::ConnectionSettings;
use crate::engine::EngineError;
use crate::engine::secrets::one_line;
use crate::rule::print::SqlDialect;

/// Words in the names of drivers' libraries, the names that we use, and the SQL of the servers behind them.
const KNOWN: [(&str, &str, Option<SqlDialect>); 8] = [
    ("postgres", "postgresql", Some(SqlDialect::Postgres)),
    ("snowflake", "snowflake", Some(SqlDialect::Snowflake)),
    ("bigquery", "bigquery", Some(SqlDialect::BigQuery)),
    ("duckdb", "duckdb", Some(SqlDialect::DuckDb)),
    ("sqlite", "sqlite", Some(SqlDialect::Sqlite)),
    ("clickhouse", "clickhouse", Some(SqlDialect::ClickHouse)),
    ("chdb", "chdb", Some(SqlDialect::ClickHouse)),
    ("flightsql", "flightsql", None),
];

/// Returns the driver's short name: `postgresql` of `/opt/adbc/libadbc_driver_postgresql.so`.
pub(super) fn driver_name(driver: &str) -> String {
    let stem = Path::new(driver).file_name().map(|name| name.to_string_lossy().into_owned());
    let stem = stem.as_deref().unwrap_or(driver);
    let stem = stem.split('.').find(|part| !part.is_empty()).unwrap_or(stem);
    match KNOWN.iter().find(|(word, ..)| stem.contains(word)) {
        Some((_, name, _)) => (*name).to_owned(),
        None => stem.trim_start_matches("lib").trim_start_matches("adbc_driver_").to_owned(),
    }
}

/// Returns the SQL of the servers that a driver speaks with, by its short name.
pub(super) fn known_dialect(name: &str) -> Option<SqlDialect> {
    KNOWN.iter().find(|(_, known, _)| *known == name)?.2
}

/// Loads the library: by its absolute path, by a driver manifest, or by its name in `ADBC_DRIVER_PATH`, an active Python or
/// Conda environment, and where the system keeps libraries. A study comes from others, so that no path relative to it is
/// taken.
///
/// # Errors
/// `Failed` with where to get the driver, or why the library cannot be loaded.
pub(super) fn load(settings: &ConnectionSettings) -> Result<ManagedDriver, EngineError> {
    let driver = settings.driver.as_str();
    let short = settings.name.trim_start_matches("adbc:");
    if driver.contains('/') && !Path::new(driver).is_absolute() {
        return Err(EngineError::Failed(format!("driver {driver}: name its library by an absolute path")));
    }
    let entrypoint = settings.entrypoint.as_deref().or(match short {
        "duckdb" => Some("duckdb_adbc_init"),
        "chdb" => Some("chdb_adbc_init"),
        _ => None,
    });
    let folders = driver_folders(driver);
    let mut reason = String::new();
    for name in [driver.to_owned(), format!("adbc_driver_{driver}")] {
        // Drivers of the first revision of ADBC cannot cancel, but answer.
        for version in [AdbcVersion::V110, AdbcVersion::V100] {
            let flags = LOAD_FLAG_SEARCH_ENV | LOAD_FLAG_SEARCH_USER | LOAD_FLAG_SEARCH_SYSTEM;
            let entrypoint = entrypoint.map(str::as_bytes);
            match ManagedDriver::load_from_name(&name, entrypoint, version, flags, Some(folders.clone())) {
                Ok(driver) => return Ok(driver),
                Err(error) if reason.is_empty() => reason = error.message,
                Err(_) => {}
            }
        }
        if Path::new(driver).is_absolute() {
            return Err(EngineError::Failed(format!("driver {driver}: cannot be loaded: {}", one_line(&reason))));
        }
    }
    Err(EngineError::Failed(format!(
        "driver {driver}: not found: pip install adbc-driver-{short} and activate its environment, or set \
         ADBC_DRIVER_PATH to the folder of libadbc_driver_{short}.so"
    )))
}

/// Folders that hold the libraries of Python wheels and of Conda packages.
fn driver_folders(driver: &str) -> Vec<PathBuf> {
    let package = format!("adbc_driver_{driver}");
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let mut folders = Vec::new();
    for path in variable("ADBC_DRIVER_PATH").iter().flat_map(std::env::split_paths) {
        folders.push(path.join(&package));
    }
    if let Some(environment) = variable("VIRTUAL_ENV") {
        let versions = std::fs::read_dir(Path::new(&environment).join("lib")).into_iter().flatten().flatten();
        folders.extend(versions.map(|version| version.path().join("site-packages").join(&package)));
    }
    folders.extend(variable("CONDA_PREFIX").map(|prefix| Path::new(&prefix).join("lib")));
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_name_is_found_in_names_and_paths() {
        for (driver, name) in [
            ("postgresql", "postgresql"),
            ("adbc_driver_postgresql", "postgresql"),
            ("/a/libadbc_driver_sqlite.so", "sqlite"),
            ("/a/libduckdb.so", "duckdb"),
            ("/a/b.d/libadbc_driver_flightsql.so.1", "flightsql"),
            ("adbc_driver_exasol", "exasol"),
        ] {
            assert_eq!(driver_name(driver), name);
        }
        assert_eq!(known_dialect("postgresql"), Some(SqlDialect::Postgres));
        assert_eq!(known_dialect("flightsql"), None);
    }
}
