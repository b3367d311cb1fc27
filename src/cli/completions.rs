use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use clap_complete::Shell;

use super::output::finished;
use super::{CommandError, allowed_options, streams};

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell that reads the script
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

impl CompletionsArgs {
    pub fn run(self) -> Result<ExitCode, CommandError> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut allowed_options::command(), "crosscut", &mut script);
        finished(streams::stdout().write_all(&script))
    }
}
