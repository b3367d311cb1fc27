use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CommandError;
use super::progress_bar::ProgressBar;
use crate::generate;

#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// Number of customers
    #[arg(long, value_name = "N")]
    rows: u64,
    /// The same seed makes the same shop
    #[arg(long, value_name = "S", default_value_t = 7)]
    seed: u64,
    /// The file to write: .csv, .tsv or .parquet
    #[arg(value_name = "OUT")]
    out: PathBuf,
    /// Write their orders too
    #[arg(long, value_name = "FILE")]
    orders: Option<PathBuf>,
}

impl GenerateArgs {
    pub fn run(self) -> Result<ExitCode, CommandError> {
        let GenerateArgs { rows, seed, out, orders } = self;
        let options = generate::GeneratorOptions { rows, seed, out, orders };
        let mut bar = ProgressBar::new(rows);
        let result = generate::generate(&options, &mut |done| {
            bar.draw(done);
            ControlFlow::Continue(())
        });
        bar.clear();
        result.map_err(CommandError::failed)?;
        Ok(ExitCode::SUCCESS)
    }
}
