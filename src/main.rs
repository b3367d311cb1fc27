//! Parses the command line, runs it, and maps what happened to an exit code.

use std::process::ExitCode;

use clap::Parser;
use crosscut::cli::{self, Cli, Failure};
use crosscut::term;
use crosscut::tui::run;

fn main() -> ExitCode {
    term::install_panic_hook();
    let cli = Cli::parse();
    match cli::log_file::start(&cli.options).and_then(|()| execute(cli)) {
        Ok(code) => code,
        Err(failure) => {
            tracing::error!(exit_code = failure.code(), "failed");
            cli::streams::message(&format!("crosscut: {failure}"));
            ExitCode::from(term::interrupted().map_or(failure.code(), term::Signal::exit_code))
        }
    }
}

fn execute(cli: Cli) -> Result<ExitCode, Failure> {
    if let Some(command) = cli.command {
        return cli::run(command, &cli.options);
    }
    let opening = cli::open::for_screen(&cli.options, cli.table.as_deref(), cli.fresh)?;
    match run::run(opening).map_err(Failure::failed)? {
        run::Ended::Quit => Ok(ExitCode::SUCCESS),
        run::Ended::Signal(signal) => Ok(ExitCode::from(signal.exit_code())),
        run::Ended::Lost => Ok(ExitCode::from(term::Signal::Hangup.exit_code())),
    }
}
