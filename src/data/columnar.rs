//! Parquet and Arrow files: columns that come typed.

use std::any::Any;
use std::borrow::Cow;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use polars::prelude::{
    Column, DataFrame, DataType, Field, IntoColumn, PolarsResult, Series, StringChunkedBuilder, TimeUnit,
};
use polars_io::SerReader;
use polars_io::ipc::IpcReader;
use polars_io::parquet::read::ParquetReader;

use super::DataError;
use super::progress::{Stage, Watch};
use super::source::Input;
use crate::model::{self, Schema};

#[derive(Clone, Copy)]
pub enum Kind {
    Parquet,
    Arrow,
}

/// Reads files one after the other into one frame. Their columns must agree.
pub fn load(inputs: &[Input], kind: Kind, watch: &mut Watch) -> Result<DataFrame, DataError> {
    let mut whole: Option<DataFrame> = None;
    for input in inputs {
        let frame = read(input, kind, whole.as_ref().map_or(0, DataFrame::height), watch)?;
        whole = Some(match whole {
            None => frame,
            Some(whole) => append(whole, frame).map_err(|problem| DataError::file(&input.name, problem))?,
        });
    }
    let frame = whole.unwrap_or_default();
    let last = inputs.last().map(|input| input.name.as_str()).unwrap_or_default();
    // Column by column, so that no more than one of them is in memory twice.
    let height = frame.height();
    let columns = frame.into_columns().into_iter().map(|column| column.rechunk()).collect();
    DataFrame::new(height, columns).map_err(|error| DataError::file(last, first_line(&error.to_string())))
}

/// Column by column: so the columns are known at once, a wrong one can be named, and the work can be stopped.
fn read(input: &Input, kind: Kind, rows_before: usize, watch: &mut Watch) -> Result<DataFrame, DataError> {
    // Read, not mapped: a file that is cut short while it is mapped kills the process.
    let bytes = input.bytes(watch)?;
    let fields = kind.fields(&bytes).map_err(|reason| kind.damaged(input, &reason))?;
    if fields.is_empty() {
        return Err(DataError::file(&input.name, "holds no columns: a table has at least one"));
    }
    watch.begin(Stage::Decoding, Some(fields.len() as u64));
    let decoded = watch.counter();
    let mut columns: Vec<Column> = Vec::with_capacity(fields.len());
    for (at, field) in fields.iter().enumerate() {
        let rows = rows_before + columns.first().map_or(0, Column::len);
        watch.tick_with(rows as u64, || Some(schema(&fields)))?;
        let column = kind.decode(&bytes, at).map_err(|reason| match at {
            // Nothing of the file could be read so far: it is hardly this column that is at fault.
            0 if fields.len() == 1 || kind.decode(&bytes, 1).is_err() => kind.damaged(input, &reason),
            _ => unreadable(input, &field.name, &reason),
        })?;
        columns.push(plain(column).map_err(|error| unreadable(input, &field.name, &first_line(&error.to_string())))?);
        decoded.store(at as u64 + 1, Ordering::Relaxed);
    }
    let height = columns.first().map_or(0, Column::len);
    DataFrame::new(height, columns).map_err(|error| kind.damaged(input, &first_line(&error.to_string())))
}

/// What is known of the columns before any is read; [`plain`] may still change a type.
fn schema(fields: &[Field]) -> Schema {
    let column =
        |field: &Field| model::Column { name: field.name.to_string(), column_type: super::column_type(&field.dtype) };
    Schema::new(fields.iter().map(column).collect())
}

fn unreadable(input: &Input, column: &str, reason: &str) -> DataError {
    DataError::file(&input.name, format!("column \"{column}\" cannot be read ({reason}): write the file without it"))
}

impl Kind {
    fn fields(self, bytes: &[u8]) -> Result<Vec<Field>, String> {
        guarded(|| {
            let schema = match self {
                Kind::Parquet => ParquetReader::new(Cursor::new(bytes)).schema()?,
                Kind::Arrow => IpcReader::new(Cursor::new(bytes)).schema()?,
            };
            Ok(schema.iter_values().map(Field::from).collect())
        })
    }

    fn decode(self, bytes: &[u8], column: usize) -> Result<Column, String> {
        let projection = Some(vec![column]);
        let frame = guarded(|| match self {
            Kind::Parquet => ParquetReader::new(Cursor::new(bytes)).with_projection(projection).finish(),
            Kind::Arrow => IpcReader::new(Cursor::new(bytes)).with_projection(projection).finish(),
        })?;
        frame.into_columns().pop().ok_or_else(|| "it is not there".to_owned())
    }

    fn damaged(self, input: &Input, reason: &str) -> DataError {
        let format = match self {
            Kind::Parquet => "Parquet",
            Kind::Arrow => "Arrow",
        };
        DataError::file(&input.name, format!("is a damaged or cut {format} file ({reason}): write it anew"))
    }
}

/// The readers trust a file's own figures and panic on some that are wrong.
fn guarded<T>(read: impl FnOnce() -> PolarsResult<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(read) => read.map_err(|error| first_line(&error.to_string())),
        Err(panic) => Err(first_line(panic_message(panic.as_ref()))),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("unreadable")
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
        DataType::Binary => bytes_as_text(column),
        _ => Ok(column),
    }
}

/// Bytes that are text all through become text: older writers do not say which they mean. Bytes that are not, but
/// always 16, are ids, and become text as UUIDs are written.
fn bytes_as_text(column: Column) -> PolarsResult<Column> {
    let bytes = column.binary()?;
    let text = bytes.iter().flatten().all(|value| std::str::from_utf8(value).is_ok());
    if !text && bytes.iter().flatten().any(|value| value.len() != 16) {
        return Ok(column);
    }
    let mut builder = StringChunkedBuilder::new(column.name().clone(), column.len());
    for value in bytes.iter() {
        builder.append_option(value.map(|value| match std::str::from_utf8(value) {
            Ok(value) if text => Cow::Borrowed(value),
            _ => Cow::Owned(uuid(value)),
        }));
    }
    Ok(builder.finish().into_column())
}

/// `00112233-4455-6677-8899-aabbccddeeff`.
fn uuid(bytes: &[u8]) -> String {
    let dash = |i: usize| if matches!(i, 4 | 6 | 8 | 10) { "-" } else { "" };
    bytes.iter().enumerate().map(|(i, byte)| format!("{}{byte:02x}", dash(i))).collect()
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
