//! Writer of rows as row groups of Parquet, compressed with zstd.

use std::fs::File;

use polars::prelude::*;
use polars_io::parquet::write::{BatchedWriter, ParquetWriter};
use rayon::prelude::*;

use super::table::{FieldGetter, Fields};

/// Encoder of a table as Parquet.
pub struct ParquetTable {
    writer: BatchedWriter<File>,
}

impl ParquetTable {
    /// Opens a writer for a table with these columns.
    pub fn begin<R: Sync>(file: File, fields: Fields<R>) -> PolarsResult<Self> {
        let schema = frame(fields, &[])?.schema().as_ref().clone();
        Ok(Self { writer: ParquetWriter::new(file).batched(&schema)? })
    }

    /// Writes the rows as one row group.
    pub fn write<R: Sync>(&mut self, fields: Fields<R>, rows: &[&R]) -> PolarsResult<()> {
        self.writer.write_batch(&frame(fields, rows)?)
    }

    /// Writes the footer, without which the file is not valid Parquet.
    pub fn finish(self) -> PolarsResult<()> {
        self.writer.finish().map(|_| ())
    }
}

fn frame<R: Sync>(fields: Fields<R>, rows: &[&R]) -> PolarsResult<DataFrame> {
    let columns: Vec<Column> =
        fields.par_iter().map(|(name, field)| column(name, field, rows)).collect::<PolarsResult<_>>()?;
    DataFrame::new(rows.len(), columns)
}

fn column<R>(name: &str, field: &FieldGetter<R>, rows: &[&R]) -> PolarsResult<Column> {
    let name = PlSmallStr::from_str(name);
    let rows = rows.iter().copied();
    let series = match field {
        FieldGetter::Word(get) => StringChunked::from_iter_options(name, rows.map(get)).into_series(),
        FieldGetter::Made(make) => StringChunked::from_iter_values(name, rows.map(make)).into_series(),
        FieldGetter::Whole(get) => Int32Chunked::from_iter_options(name, rows.map(get)).into_series(),
        FieldGetter::Truth(get) => BooleanChunked::from_iter_options(name, rows.map(get)).into_series(),
        FieldGetter::Decimal(places, get) => {
            // Both are exact, so the quotient is the double nearest to the decimal, as if it were parsed from text.
            let unit = 10_f64.powi(*places as i32);
            Float64Chunked::from_iter_options(name, rows.map(|row| get(row).map(|n| n as f64 / unit))).into_series()
        }
        FieldGetter::Day(get) => {
            Int32Chunked::from_iter_options(name, rows.map(get)).into_series().cast(&DataType::Date)?
        }
        FieldGetter::Moment(get) => {
            let millis = rows.map(|row| get(row).map(|seconds| seconds * 1000));
            let moments = Int64Chunked::from_iter_options(name, millis).into_series();
            moments.cast(&DataType::Datetime(TimeUnit::Milliseconds, None))?
        }
    };
    Ok(series.into_column())
}
