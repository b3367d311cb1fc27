//! Parses the command line, runs it, and maps what happened to an exit code.

use std::process::ExitCode;

use crosscut::{cli, term};

fn main() -> ExitCode {
    term::install_panic_hook();
    match cli::parse().and_then(cli::run) {
        Ok(code) => code,
        Err(failure) => {
            tracing::error!(exit_code = failure.code(), "failed");
            cli::streams::failure(&format!("crosscut: {failure}"));
            ExitCode::from(term::interrupted().map_or(failure.code(), term::Signal::exit_code))
        }
    }
}
