//! What both benchmarks stand on: a generated base that is kept, the sample study opened on it, a typing session, and
//! a table of results.

pub mod base;
pub mod desk;
pub mod report;
pub mod session;
pub mod shop;

use std::path::PathBuf;

use clap::Parser;

/// What both benchmarks take after `--`.
#[derive(Debug, Clone, Parser)]
pub struct Arguments {
    /// Customers of the base; of several sizes, as 1000000,10000000, each has a table of its own
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1000000")]
    pub rows: Vec<u64>,
    /// A base of one's own in place of a generated one; it has the generated one's columns
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Write the results here too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Only these parts, as conditions,overlap
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    pub only: Vec<String>,
    /// cargo tells every benchmark that it is one
    #[arg(long = "bench", hide = true)]
    _is_bench: bool,
}

impl Arguments {
    pub fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    /// The base's file of each size, made where it is not there yet; or the one that was named.
    pub fn files(&self) -> Vec<PathBuf> {
        match &self.data {
            Some(file) => vec![file.clone()],
            None => self.rows.iter().map(|&rows| base::file(rows)).collect(),
        }
    }
}
