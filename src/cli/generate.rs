use std::io::{self, IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;

use super::Failure;
use crate::generate;
use crate::text::numbers::count;

#[derive(Debug, Args)]
pub struct Generate {
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

/// Width of the progress bar, in cells.
const BAR: u64 = 30;

impl Generate {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let Generate { rows, seed, out, orders } = self;
        let options = generate::Options { rows, seed, out, orders };
        let mut bar = Bar { rows, drawn: None };
        let result = generate::generate(&options, &mut |done| {
            bar.draw(done);
            ControlFlow::Continue(())
        });
        bar.clear();
        result.map_err(Failure::failed)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A progress bar on stderr, drawn only if that is a terminal.
struct Bar {
    rows: u64,
    drawn: Option<Instant>,
}

impl Bar {
    fn draw(&mut self, done: u64) {
        let just_drawn = self.drawn.is_some_and(|at| at.elapsed() < Duration::from_millis(100));
        if just_drawn || !io::stderr().is_terminal() {
            return;
        }
        self.drawn = Some(Instant::now());
        let filled = (done * BAR).checked_div(self.rows).unwrap_or(BAR) as usize;
        let bar = format!("{}{}", "█".repeat(filled), "·".repeat(BAR as usize - filled));
        let (done, rows) = (count(done), count(self.rows));
        // Failing to draw the progress bar is no reason to stop.
        drop(write!(io::stderr(), "\r{bar} {done} of {rows} customers"));
    }

    fn clear(&self) {
        if self.drawn.is_some() {
            drop(write!(io::stderr(), "\r\x1b[K"));
        }
    }
}
