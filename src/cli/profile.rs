use std::process::ExitCode;

use clap::Args;

use super::{Failure, Options};

#[derive(Debug, Args)]
pub struct Profile {}

impl Profile {
    pub fn run(self, _options: &Options) -> Result<ExitCode, Failure> {
        Err(Failure::failed("being built"))
    }
}
