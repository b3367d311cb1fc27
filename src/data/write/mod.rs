mod base;
mod columns;
mod file;
mod sheet;

use std::fs::File;

use chrono::NaiveDateTime;
use polars::prelude::{
    BooleanChunked, DataFrame, DataType, Float64Chunked, Int32Chunked, Int64Chunked, Int128Chunked, IntoColumn,
    IntoSeries, NewChunkedArray, PlSmallStr, PolarsResult, Series, StringChunked, TimeUnit,
};
use polars_io::parquet::write::ParquetWriter;

use super::columnar::DECIMAL_DIGITS;
use crate::model::{self, ColumnType, Datum, FileFormat};

pub use base::{each_piece, write_base, write_parquet_frame};
use columns::ColumnRows;
use file::FormatFile;
use sheet::SheetRows;

/// Writes columns of this many rows as a Parquet file. Leaves out a column if one of its values is not of its type, or
/// its type is none that rules can use; returns the columns that were written.
///
/// # Errors
/// Returns an error if the file cannot be written.
pub fn write_parquet(
    file: File,
    rows: usize,
    columns: impl Iterator<Item = (model::Column, Vec<Datum>)>,
) -> Result<Vec<model::Column>, String> {
    let failed = |error: polars::error::PolarsError| error.to_string();
    let (mut kept, mut written) = (Vec::new(), Vec::new());
    for (column, values) in columns {
        if let Some(values) = series(&column, &values) {
            written.push(values.map_err(failed)?.into_column());
            kept.push(column);
        }
    }
    let mut frame = DataFrame::new(rows, written).map_err(failed)?;
    let (file, error) = FormatFile::new(file);
    ParquetWriter::new(file).finish(&mut frame).map_err(|of_library| error.or(of_library))?;
    Ok(kept)
}

/// Writer of rows as a binary file: Parquet, Arrow or a workbook.
pub enum BinaryRows {
    Columns(Box<ColumnRows>),
    Sheet(Box<SheetRows>),
}

impl BinaryRows {
    /// Begins a file with these columns; `None` for a format that is text.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn begin(file: File, format: FileFormat, columns: Vec<model::Column>) -> Option<Result<Self, String>> {
        Some(match format {
            FileFormat::Parquet | FileFormat::Arrow => {
                ColumnRows::begin(file, format, columns).map(|rows| BinaryRows::Columns(Box::new(rows)))
            }
            FileFormat::Xlsx => SheetRows::begin(file, columns).map(|rows| BinaryRows::Sheet(Box::new(rows))),
            _ => return None,
        })
    }

    /// Adds rows, each with a value per column.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written, or a value does not fit.
    pub fn write(&mut self, rows: Vec<Vec<Datum>>) -> Result<(), String> {
        match self {
            BinaryRows::Columns(columns) => columns.write(rows),
            BinaryRows::Sheet(sheet) => sheet.write(&rows),
        }
    }

    /// Writes what waits, and the end of the file, without which it is not valid.
    ///
    /// # Errors
    /// Same as [`BinaryRows::write`].
    pub fn finish(self) -> Result<(), String> {
        match self {
            BinaryRows::Columns(columns) => columns.finish(),
            BinaryRows::Sheet(sheet) => sheet.finish(),
        }
    }
}

fn frame(columns: &[model::Column], values: &[Vec<Datum>]) -> Result<DataFrame, String> {
    let series = columns.iter().zip(values).map(|(column, values)| {
        let unfit = || {
            let (name, word) = (&column.name, column.column_type.word());
            format!("a value of {name} is not exactly of the type {word}; csv and ndjson have it as it is")
        };
        let series = series(column, values).ok_or_else(unfit)?;
        series.map(IntoColumn::into_column).map_err(|error| error.to_string())
    });
    let rows = values.first().map_or(0, Vec::len);
    DataFrame::new(rows, series.collect::<Result<_, String>>()?).map_err(|error| error.to_string())
}

/// Returns the values as a column of their type; `None` if one of them does not fit.
fn series(column: &model::Column, values: &[Datum]) -> Option<PolarsResult<Series>> {
    let name = PlSmallStr::from_str(&column.name);
    Some(match column.column_type {
        ColumnType::Integer => {
            let values = each(values, |value| if let Datum::Integer(n) = value { Some(*n) } else { None })?;
            Ok(Int64Chunked::from_iter_options(name, values.into_iter()).into_series())
        }
        ColumnType::Decimal(scale) => {
            let values = each(values, |value| match value {
                Datum::Decimal(number) if number.scale() == scale => Some(number.units()),
                _ => None,
            })?;
            let units = Int128Chunked::from_iter_options(name, values.into_iter());
            units.into_decimal(DECIMAL_DIGITS, scale.into()).map(IntoSeries::into_series)
        }
        ColumnType::Float => {
            let values = each(values, |value| if let Datum::Float(x) = value { Some(*x) } else { None })?;
            Ok(Float64Chunked::from_iter_options(name, values.into_iter()).into_series())
        }
        ColumnType::Boolean => {
            let values = each(values, |value| if let Datum::Boolean(truth) = value { Some(*truth) } else { None })?;
            Ok(BooleanChunked::from_iter_options(name, values.into_iter()).into_series())
        }
        ColumnType::Text => {
            let values = each(values, Datum::text)?;
            Ok(StringChunked::from_iter_options(name, values.into_iter()).into_series())
        }
        ColumnType::Date => {
            let values =
                each(values, |value| if let Datum::Date(day) = value { Some(day.to_epoch_days()) } else { None })?;
            Int32Chunked::from_iter_options(name, values.into_iter()).into_series().cast(&DataType::Date)
        }
        ColumnType::Timestamp => {
            let values = each(values, |value| if let Datum::Timestamp(at) = value { microseconds(*at) } else { None })?;
            let moments = Int64Chunked::from_iter_options(name, values.into_iter()).into_series();
            moments.cast(&DataType::Datetime(TimeUnit::Microseconds, None))
        }
        ColumnType::Time | ColumnType::Duration | ColumnType::Other => return None,
    })
}

/// Reads each value; `None` if one of them cannot be read. Null stays null.
fn each<'v, T>(values: &'v [Datum], read: impl Fn(&'v Datum) -> Option<T>) -> Option<Vec<Option<T>>> {
    values.iter().map(|value| if value.is_null() { Some(None) } else { read(value).map(Some) }).collect()
}

/// Returns microseconds since 1970-01-01, unless digits would be lost.
fn microseconds(at: NaiveDateTime) -> Option<i64> {
    let moment = at.and_utc();
    moment.timestamp_subsec_nanos().is_multiple_of(1_000).then(|| moment.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{BaseLocation, LoadOptions, datum, load};
    use crate::model::Decimal;

    fn written(columns: &[(&str, ColumnType, Vec<Datum>)]) -> Vec<(String, ColumnType, Vec<Datum>)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("t.parquet");
        let rows = columns[0].2.len();
        let column = |(name, column_type, values): &(&str, ColumnType, Vec<Datum>)| {
            (model::Column { name: (*name).into(), column_type: *column_type }, values.clone())
        };
        write_parquet(File::create(&path).expect("a file"), rows, columns.iter().map(column)).expect("Parquet");
        let base = load(&BaseLocation::Path(path), &LoadOptions::default(), &mut |_| {}, &|| false).expect("a table");
        let read = |column: &model::Column| {
            let values = base.table.column(&column.name).expect("a column");
            (column.name.clone(), column.column_type, (0..rows).map(|row| datum(&values, row)).collect())
        };
        base.schema.columns().iter().map(read).collect()
    }

    #[test]
    fn written_columns_read_back_with_types_and_values() {
        let moment = "2026-01-31T12:30:00.000001".parse().expect("a moment");
        let columns = [
            ("n", ColumnType::Integer, vec![Datum::Integer(i64::MAX), Datum::Null]),
            ("price", ColumnType::Decimal(2), vec![Datum::Decimal(Decimal::new(-1250, 2)), Datum::Null]),
            ("x", ColumnType::Float, vec![Datum::Null, Datum::Float(f64::INFINITY)]),
            ("ok", ColumnType::Boolean, vec![Datum::Boolean(true), Datum::Null]),
            ("name", ColumnType::Text, vec![Datum::Text(String::new()), Datum::Null]),
            ("day", ColumnType::Date, vec![Datum::Date("1969-12-31".parse().expect("a day")), Datum::Null]),
            ("at", ColumnType::Timestamp, vec![Datum::Timestamp(moment), Datum::Null]),
        ];
        let expected = columns.iter().map(|(name, kind, values)| ((*name).to_owned(), *kind, values.clone()));
        assert_eq!(written(&columns), expected.collect::<Vec<_>>());
    }

    #[test]
    fn column_with_value_that_would_change_is_not_written() {
        let finer = "2026-01-31T12:30:00.000000001".parse().expect("a moment");
        let columns = [
            ("n", ColumnType::Integer, vec![Datum::Integer(1)]),
            ("day", ColumnType::Date, vec![Datum::Text("2147483647".into())]),
            ("at", ColumnType::Timestamp, vec![Datum::Timestamp(finer)]),
            ("price", ColumnType::Decimal(2), vec![Datum::Decimal(Decimal::new(1, 3))]),
            ("list", ColumnType::Other, vec![Datum::Text("[]".into())]),
        ];
        assert_eq!(written(&columns).len(), 1);
    }
}
