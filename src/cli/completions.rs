use std::io::Write;
use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Failure, Options, streams};

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell that reads the script
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        options.take_only("completions", &[])?;
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "crosscut", &mut script);
        streams::stdout().write_all(&script).map_err(Failure::failed)?;
        Ok(ExitCode::SUCCESS)
    }
}
