//! Generator of the sample shop at any size: a table of customers and, optionally, one of their orders.
//!
//! The same seed and number of rows give the same bytes on every machine, and a smaller table is a prefix of a larger
//! one: each customer depends only on the seed and the row number. Seven hidden archetypes (`archetype`) make the
//! groups differ. The orders are drawn first and a customer's figures derived from them, so the two tables always
//! agree. Memory stays bounded: rows are made and written in blocks.

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
use self::file::{GeneratedFormat, TableFile, WholeFile};
use self::order::ShopOrder;

/// Number of customers in memory at a time, and in a row group of Parquet.
const BLOCK: u64 = 100_000;

/// Options of the generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneratorOptions {
    /// Number of customers.
    pub rows: u64,
    /// Seed of all random draws.
    pub seed: u64,
    /// File of the customers. Its name ends in `.csv`, `.tsv` or `.parquet`. An existing file is replaced.
    pub out: PathBuf,
    /// File of the orders, likewise.
    pub orders: Option<PathBuf>,
}

/// Reason why no data was generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    #[error("{}: cannot tell the format: end the name in .csv, .tsv or .parquet", .0.display())]
    UnknownFormat(PathBuf),
    #[error("{}: customers and orders cannot be the same file", .0.display())]
    SameFile(PathBuf),
    #[error("{}: cannot write: {cause}", .path.display())]
    Write { path: PathBuf, cause: Cause },
    /// The progress function asked to stop.
    #[error("stopped: no file was written")]
    Stopped,
}

/// Cause why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Polars(#[from] PolarsError),
}

/// Writes the tables. Each appears at its path only once all are complete; a failure or a stop leaves nothing behind.
///
/// `on_progress` is called with the number of customers done after every block; `Break` stops the work.
pub fn generate(
    options: &GeneratorOptions,
    on_progress: &mut dyn FnMut(u64) -> ControlFlow<()>,
) -> Result<(), GenerateError> {
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
            orders.write(&block.iter().flat_map(|customer| &customer.orders).collect::<Vec<&ShopOrder>>())?;
        }
        done = end;
        if on_progress(done).is_break() {
            return Err(GenerateError::Stopped);
        }
    }
    let whole = [Some(customers.finish()?), orders.map(TableFile::finish).transpose()?];
    whole.into_iter().flatten().try_for_each(WholeFile::place)
}

/// Checks what can be checked before any work is done.
fn check(options: &GeneratorOptions) -> Result<(), GenerateError> {
    GeneratedFormat::from_path(&options.out)?;
    let Some(orders) = &options.orders else { return Ok(()) };
    GeneratedFormat::from_path(orders)?;
    if file::place_of(orders) == file::place_of(&options.out) {
        return Err(GenerateError::SameFile(orders.clone()));
    }
    Ok(())
}
