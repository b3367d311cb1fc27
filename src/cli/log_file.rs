//! The log file: what was opened, asked and saved, how long it took, and what kind of error there was.
//!
//! A log is sent to others, so no line has a value of the data, or the text of a rule, a statement or an error that may
//! quote one. `tests/it/cli/log.rs` looks for them.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};

use super::{CommandError, CommonOptions};

/// First line of a log. Nothing is appended to a file without it: `--log customers.csv` would damage the table.
const HEADER: &str = "# log of crosscut\n";

/// Starts the log if `--log` or `CROSSCUT_LOG` names its file.
///
/// # Errors
/// Returns an error if no log can be written there.
pub fn start(options: &CommonOptions) -> Result<(), CommandError> {
    let variable = || std::env::var_os("CROSSCUT_LOG").filter(|value| !value.is_empty()).map(PathBuf::from);
    let Some(path) = options.log.clone().or_else(variable) else { return Ok(()) };
    let refused = |reason: String| {
        CommandError::failed(format!("{}: {reason}; name another file by --log or CROSSCUT_LOG", path.display()))
    };
    let file = open(&path).map_err(|error| refused(format!("no log can be written there: {error}")))?;
    let file = file.ok_or_else(|| refused("it is not a log of crosscut".to_owned()))?;
    // Libraries trace what they send, credentials included: only our own events are written. A full disk is no reason to
    // write on the screen.
    let ours = Targets::new().with_target("crosscut", LevelFilter::DEBUG);
    let lines = tracing_subscriber::fmt::layer().with_writer(Mutex::new(file)).with_target(false);
    let lines = lines.log_internal_errors(false).with_filter(ours);
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines))
        .map_err(CommandError::failed)?;
    tracing::info!(version = env!("CARGO_PKG_VERSION"), process = std::process::id(), "started");
    Ok(())
}

/// Opens a log for its owner alone, and writes the first line of a new one; `None` for a file of another kind.
fn open(path: &Path) -> io::Result<Option<File>> {
    let mut file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Ok(Some(file));
    }
    if about.len() == 0 {
        file.write_all(HEADER.as_bytes())?;
    } else {
        let mut first = Vec::new();
        (&file).take(HEADER.len() as u64).read_to_end(&mut first)?;
        if first != HEADER.as_bytes() {
            return Ok(None);
        }
    }
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(Some(file))
}
