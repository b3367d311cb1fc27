//! Finds and loads a driver's library.

use std::path::{Path, PathBuf};

use adbc_core::options::AdbcVersion;
use adbc_core::{LOAD_FLAG_SEARCH_ENV, LOAD_FLAG_SEARCH_SYSTEM, LOAD_FLAG_SEARCH_USER};
use adbc_driver_manager::ManagedDriver;

use super::settings::ConnectionSettings;
use crate::engine::EngineError;
use crate::engine::secrets::one_line;

/// Loads the library: by its absolute path, by a driver manifest, or by its name in `ADBC_DRIVER_PATH`, in an active
/// Python or Conda environment, or in the system's library folders. Refuses relative paths: a study may come from
/// somebody else, who could ship a library beside it.
///
/// # Errors
/// Returns `Failed` with where to get the driver, or with the reason why the library cannot be loaded.
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
        // Drivers of ADBC 1.0 cannot cancel a statement, but they answer.
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

/// Returns the folders in which Python wheels and Conda packages install the driver's library.
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
