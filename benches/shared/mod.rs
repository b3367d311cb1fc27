//! Shared by the benchmarks: a generated base that is kept, the sample study opened on it, a typing session, and a
//! table of results.

pub mod base;
pub mod desk;
pub mod report;
pub mod session;
pub mod shop;

use std::path::PathBuf;

use clap::Parser;

/// Arguments of both benchmarks after `--`.
#[derive(Debug, Clone, Parser)]
pub struct Arguments {
    /// Customers of the base; several sizes, as 1000000,10000000, give one table each
    #[arg(long, value_name = "N", value_delimiter = ',', default_value = "1000000")]
    pub rows: Vec<u64>,
    /// Use this base instead of a generated one; it must have the same columns
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Also write the results to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Run only these parts, for example conditions,overlap
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Accepted because cargo passes it to every benchmark
    #[arg(long = "bench", hide = true)]
    _is_bench: bool,
}

impl Arguments {
    pub fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    /// The base's file of each size, generated if missing; or the file that was named.
    pub fn files(&self) -> Vec<PathBuf> {
        match &self.data {
            Some(file) => vec![file.clone()],
            None => self.rows.iter().map(|&rows| base::file(rows)).collect(),
        }
    }
}
