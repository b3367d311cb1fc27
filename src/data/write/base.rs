//! Writes a table that was opened, piece by piece.

use std::fs::File;

use polars::prelude::{Column as PolarsColumn, DataFrame, DataType, IntoColumn};

use super::columns::{FrameFile, ROW_GROUP};
use crate::data::{Base, BaseTable, DataError, datum};
use crate::model::{Datum, FileFormat};

/// Writes a table as Parquet or Arrow, with the types of its columns. `name` is that of the file, for errors.
///
/// # Errors
/// Returns the error of `done`, which is called with the number of rows so far; or one if the table cannot be read, or the
/// file not be written.
pub fn write_base(
    base: &Base,
    (name, file): (&str, File),
    format: FileFormat,
    done: &mut dyn FnMut(u64) -> Result<(), DataError>,
) -> Result<u64, DataError> {
    let unwritable = |problem: String| DataError::file(name, format!("could not be written: {problem}"));
    let mut file = Some(file);
    let (mut frames, mut rows): (Option<FrameFile>, u64) = (None, 0);
    frames_of(base, &mut |mut frame| {
        if let Some(file) = file.take() {
            frames = Some(FrameFile::begin(file, format, frame.schema()).map_err(unwritable)?);
        }
        rows += frame.height() as u64;
        if let Some(frames) = &mut frames {
            frames.write(&mut frame).map_err(unwritable)?;
        }
        done(rows)
    })?;
    if let Some(frames) = frames {
        frames.finish().map_err(unwritable)?;
    }
    Ok(rows)
}

/// Writes a frame as Parquet.
///
/// # Errors
/// Returns the problem if the file cannot be written.
pub fn write_parquet_frame(file: File, frame: &DataFrame) -> Result<(), String> {
    let mut frames = FrameFile::begin(file, FileFormat::Parquet, frame.schema())?;
    let mut start = 0;
    while start == 0 || start < frame.height() {
        frames.write(&mut frame.slice(start as i64, ROW_GROUP))?;
        start += ROW_GROUP;
    }
    frames.finish()
}

/// Calls `take` with the rows of a table, some at a time, in order.
///
/// # Errors
/// Returns the error of `take`, or one if the table cannot be read.
pub fn each_piece(
    base: &Base,
    take: &mut dyn FnMut(Vec<Vec<Datum>>) -> Result<(), DataError>,
) -> Result<(), DataError> {
    const ROWS: usize = 10_000;
    frames_of(base, &mut |frame| {
        let columns = frame.columns();
        for start in (0..frame.height()).step_by(ROWS) {
            let rows = start..frame.height().min(start + ROWS);
            take(rows.map(|row| columns.iter().map(|column| datum(column, row)).collect()).collect())?;
        }
        Ok(())
    })
}

/// Calls `take` with frames of consecutive rows: at least one, which may be empty.
fn frames_of(base: &Base, take: &mut dyn FnMut(DataFrame) -> Result<(), DataError>) -> Result<(), DataError> {
    match &base.table {
        BaseTable::Memory(frame) => {
            let mut start = 0;
            while start == 0 || start < frame.height() {
                take(frame.slice(start as i64, ROW_GROUP))?;
                start += ROW_GROUP;
            }
            Ok(())
        }
        BaseTable::Files(files) => {
            let parts = files.parts_of_rows();
            if parts.is_empty() {
                let empty = files.columns().map(|(name, data_type)| PolarsColumn::new_empty(name.into(), data_type));
                return take(frame(base, 0, empty.collect())?);
            }
            for (part, rows) in parts.iter().enumerate() {
                let read = |(name, _): (&str, &DataType)| files.read_part(name, part).map(as_text);
                let columns = files.columns().map(read).collect::<Result<Vec<_>, _>>()?;
                take(frame(base, rows.len(), columns)?)?;
            }
            Ok(())
        }
    }
}

fn frame(base: &Base, rows: usize, columns: Vec<PolarsColumn>) -> Result<DataFrame, DataError> {
    DataFrame::new(rows, columns)
        .map_err(|error| DataError::file(&base.source, format!("could not be made a table: {error}")))
}

/// Returns categories as text: each part of a file has its own.
fn as_text(column: PolarsColumn) -> PolarsColumn {
    match column.dtype() {
        DataType::Categorical(..) => column.cast(&DataType::String).unwrap_or(column),
        _ => column.as_materialized_series().clone().into_column(),
    }
}
