//! Makes the sample shop at any size: a table of customers and, if wanted, one of their orders.
//!
//! The same seed and the same number of rows give the same bytes on every machine, and a smaller table is the
//! beginning of a larger one: each customer depends on the seed and the row's number alone. Seven hidden archetypes
//! (`archetype`) make the groups differ; the orders come first and a customer's figures are taken from them, so the
//! two tables always agree. Memory stays bounded: rows are made, written and forgotten in blocks.

mod archetype;
mod calendar;
mod csv_table;
mod customer;
mod dice;
mod file;
mod names;
mod order;
mod parquet_table;
mod table;

use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

use polars::error::PolarsError;
use rayon::prelude::*;

use self::customer::Customer;
use self::dice::DiceBox;
use self::file::{Format, TableFile, WholeFile};
use self::order::Order;

/// Customers that are in memory at a time, and in a row group of Parquet.
const BLOCK: u64 = 100_000;

/// What to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Number of customers.
    pub rows: u64,
    pub seed: u64,
    /// The customers' file: its name ends in `.csv`, `.tsv` or `.parquet`. An existing one is replaced.
    pub out: PathBuf,
    /// The orders' file, likewise.
    pub orders: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    #[error("{}: cannot tell the format: end the name in .csv, .tsv or .parquet", .0.display())]
    UnknownFormat(PathBuf),
    #[error("{}: customers and orders cannot be the same file", .0.display())]
    SameFile(PathBuf),
    #[error("{}: cannot write: {cause}", .path.display())]
    Write { path: PathBuf, cause: Cause },
    /// The progress function asked for it.
    #[error("stopped: no file was written")]
    Stopped,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Polars(#[from] PolarsError),
}

/// Writes the tables. Each comes to be at its path only when all are whole; a failure, or a stop, leaves nothing.
///
/// `on_progress` is called with the number of customers done after every block; `Break` stops the work.
pub fn generate(options: &Options, on_progress: &mut dyn FnMut(u64) -> ControlFlow<()>) -> Result<(), GenerateError> {
    check(options)?;
    let mut customers = TableFile::create(&options.out, table::CUSTOMERS)?;
    let mut orders = options.orders.as_deref().map(|path| TableFile::create(path, table::ORDERS)).transpose()?;
    let dice = DiceBox::new(options.seed);
    let mut done = 0;
    while done < options.rows {
        let end = options.rows.min(done + BLOCK);
        let block: Vec<Customer> = (done..end).into_par_iter().map(|row| customer::customer(&dice, row + 1)).collect();
        customers.write(&block.iter().collect::<Vec<_>>())?;
        if let Some(orders) = &mut orders {
            orders.write(&block.iter().flat_map(|customer| &customer.orders).collect::<Vec<&Order>>())?;
        }
        done = end;
        if on_progress(done).is_break() {
            return Err(GenerateError::Stopped);
        }
    }
    let whole = [Some(customers.finish()?), orders.map(TableFile::finish).transpose()?];
    whole.into_iter().flatten().try_for_each(WholeFile::place)
}

/// What can be known to be wrong before any work is done.
fn check(options: &Options) -> Result<(), GenerateError> {
    Format::of(&options.out)?;
    let Some(orders) = &options.orders else { return Ok(()) };
    Format::of(orders)?;
    if file::place_of(orders) == file::place_of(&options.out) {
        return Err(GenerateError::SameFile(orders.clone()));
    }
    Ok(())
}
