//! Parquet and Arrow files: columns that come typed.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use polars::prelude::*;
use polars_io::SerReader;
use polars_io::ipc::IpcReader;
use polars_io::parquet::read::ParquetReader;

use super::DataError;
use super::progress::Watch;
use super::source::Input;

#[derive(Clone, Copy)]
pub enum Kind {
    Parquet,
    Arrow,
}

/// Reads files one after the other into one frame. Their columns must agree.
pub fn load(inputs: &[Input], kind: Kind, watch: &mut Watch) -> Result<DataFrame, DataError> {
    let mut whole: Option<DataFrame> = None;
    for input in inputs {
        let frame = read(input, kind, watch)?;
        let rows = |frame: Option<&DataFrame>| frame.map_or(0, DataFrame::height) as u64;
        let schema = super::schema_of(&frame);
        watch.tick_with(rows(whole.as_ref()) + rows(Some(&frame)), || Some(schema))?;
        whole = Some(match whole {
            None => frame,
            Some(whole) => append(whole, frame).map_err(|problem| DataError::file(&input.name, problem))?,
        });
    }
    let mut frame = whole.unwrap_or_default();
    if frame.width() == 0 {
        let last = inputs.last().map(|input| input.name.as_str()).unwrap_or_default();
        return Err(DataError::file(last, "holds no columns: a table has at least one"));
    }
    frame.rechunk_mut_par();
    Ok(frame)
}

fn read(input: &Input, kind: Kind, watch: &mut Watch) -> Result<DataFrame, DataError> {
    // Read, not mapped: a file that is cut short while it is mapped kills the process.
    let bytes = Cursor::new(input.bytes(watch)?);
    let damaged = |reason: &dyn std::fmt::Display| {
        let format = match kind {
            Kind::Parquet => "Parquet",
            Kind::Arrow => "Arrow",
        };
        DataError::file(&input.name, format!("is a damaged or unusual {format} file ({reason}): write it anew"))
    };
    // The readers trust the file's own figures and panic on some that are wrong.
    let decoded = catch_unwind(AssertUnwindSafe(|| match kind {
        Kind::Parquet => ParquetReader::new(bytes).finish(),
        Kind::Arrow => IpcReader::new(bytes).finish(),
    }));
    let frame = match decoded {
        Ok(Ok(frame)) => frame,
        Ok(Err(error)) => return Err(damaged(&first_line(&error.to_string()))),
        Err(panic) => return Err(damaged(&first_line(&panic_message(panic.as_ref())))),
    };
    let height = frame.height();
    let columns = frame.into_columns().into_iter().map(plain).collect::<PolarsResult<Vec<_>>>();
    columns
        .and_then(|columns| DataFrame::new(height, columns))
        .map_err(|error| damaged(&first_line(&error.to_string())))
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unreadable").to_owned()
}

fn append(mut whole: DataFrame, frame: DataFrame) -> Result<DataFrame, String> {
    let way_out = "name files of one table";
    if whole.width() != frame.width() {
        let (found, wanted) = (frame.width(), whole.width());
        return Err(format!("has {found} columns, the files before it have {wanted}: {way_out}"));
    }
    for (column, wanted) in frame.columns().iter().zip(whole.columns()) {
        if column.name() != wanted.name() {
            let (name, wanted) = (column.name(), wanted.name());
            return Err(format!("has a column \"{name}\" where the files before it have \"{wanted}\": {way_out}"));
        }
        if column.dtype() != wanted.dtype() {
            let (name, found, wanted) = (column.name(), column.dtype(), wanted.dtype());
            return Err(format!("column \"{name}\" is {found}, in the files before it {wanted}: {way_out}"));
        }
    }
    whole.vstack_mut_owned(frame).map_err(|error| first_line(&error.to_string()))?;
    Ok(whole)
}

/// The column as rules read it: no NaN, no categories, no decimals, no time zones.
fn plain(column: Column) -> PolarsResult<Column> {
    match column.dtype() {
        DataType::Float32 | DataType::Float64 => without_nan(column),
        DataType::Categorical(..) | DataType::Enum(..) | DataType::Null => column.cast(&DataType::String),
        DataType::Decimal(..) | DataType::Int128 | DataType::UInt128 | DataType::Float16 => {
            column.cast(&DataType::Float64).and_then(without_nan)
        }
        // Through the counted units, which are of UTC whatever the zone.
        DataType::Datetime(unit, Some(_)) => {
            let counted = column.cast(&DataType::Int64)?.cast(&DataType::Datetime(*unit, None))?;
            counted.cast(&DataType::Datetime(TimeUnit::Microseconds, None))
        }
        DataType::Datetime(TimeUnit::Milliseconds | TimeUnit::Nanoseconds, None) => {
            column.cast(&DataType::Datetime(TimeUnit::Microseconds, None))
        }
        _ => Ok(column),
    }
}

/// NaN becomes null: in SQL it would be larger than every number.
fn without_nan(column: Column) -> PolarsResult<Column> {
    let not_nan = column.as_materialized_series().is_not_nan()?;
    if not_nan.all() {
        return Ok(column);
    }
    let nulls = Series::full_null(column.name().clone(), column.len(), column.dtype());
    let kept = column.as_materialized_series().zip_with(&not_nan, &nulls)?;
    Ok(kept.into_column())
}
