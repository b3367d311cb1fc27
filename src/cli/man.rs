use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use clap_mangen::Man;

use super::output::finished;
use super::{CommandError, allowed_options, streams};

#[derive(Debug, Args)]
pub struct ManualArgs {
    /// A sub-command, for its own page
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

impl ManualArgs {
    pub fn run(self) -> Result<ExitCode, CommandError> {
        let mut page = Vec::new();
        Man::new(self.described()?).render(&mut page).map_err(CommandError::failed)?;
        finished(streams::stdout().write_all(&page))
    }

    /// Returns the program, or its sub-command, as the page describes it.
    fn described(&self) -> Result<clap::Command, CommandError> {
        let mut program = allowed_options::command();
        // Gives the sub-commands their full names and the options of every command.
        program.build();
        let Some(name) = &self.command else { return Ok(program) };
        let found = program.find_subcommand(name).cloned();
        found.ok_or_else(|| {
            CommandError::usage(format!("there is no sub-command {name}: crosscut --help lists the sub-commands"))
        })
    }
}
