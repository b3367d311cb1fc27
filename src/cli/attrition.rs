use std::process::ExitCode;

use clap::Args;

use super::{Failure, Options};

#[derive(Debug, Args)]
pub struct Attrition {}

impl Attrition {
    pub fn run(self, _options: &Options) -> Result<ExitCode, Failure> {
        Err(Failure::failed("being built"))
    }
}
