//! Writes rows as a file of columns: Parquet or Arrow, a group of rows at a time.

use std::fs::File;

use polars::prelude::{CompatLevel, DataFrame, PolarsResult, Schema, SchemaExt};
use polars_arrow::io::ipc::write::default_ipc_fields;
use polars_io::SerWriter;
use polars_io::ipc::{IpcCompression, IpcWriter};
use polars_io::parquet::write::{BatchedWriter as ParquetBatches, ParquetWriter};

use super::file::{FileError, FormatFile};
use super::frame;
use crate::model::{Column, ColumnType, Datum, FileFormat};

/// Number of rows in a group of rows.
pub const ROW_GROUP: usize = 100_000;

/// Writer of data frames as one file.
pub struct FrameFile {
    writer: FrameWriter,
    error: FileError,
}

enum FrameWriter {
    Parquet(Box<ParquetBatches<FormatFile>>),
    Arrow(Box<polars_io::ipc::BatchedWriter<FormatFile>>),
}

impl FrameFile {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn begin(file: File, format: FileFormat, schema: &Schema) -> Result<Self, String> {
        let (file, error) = FormatFile::new(file);
        let begun = Self::writer(file, format, schema).map_err(|of_library| error.or(of_library));
        Ok(Self { writer: begun?, error })
    }

    fn writer(file: FormatFile, format: FileFormat, schema: &Schema) -> PolarsResult<FrameWriter> {
        if format == FileFormat::Arrow {
            // Types that every reader of Arrow knows: other programs are often older.
            let level = CompatLevel::oldest();
            let fields = default_ipc_fields(schema.to_arrow(level).iter_values());
            let writer = IpcWriter::new(file).with_compat_level(level).with_compression(Some(IpcCompression::LZ4));
            return writer.batched(schema, fields).map(|writer| FrameWriter::Arrow(Box::new(writer)));
        }
        ParquetWriter::new(file).batched(schema).map(|writer| FrameWriter::Parquet(Box::new(writer)))
    }

    /// Adds the rows of a frame.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn write(&mut self, frame: &mut DataFrame) -> Result<(), String> {
        frame.align_chunks();
        let written = match &mut self.writer {
            FrameWriter::Parquet(writer) => writer.write_batch(frame),
            FrameWriter::Arrow(writer) => writer.write_batch(frame),
        };
        written.map_err(|of_library| self.error.or(of_library))
    }

    /// Writes the footer, without which the file is not valid.
    ///
    /// # Errors
    /// Same as [`FrameFile::write`].
    pub fn finish(self) -> Result<(), String> {
        let finished = match self.writer {
            FrameWriter::Parquet(writer) => writer.finish().map(drop),
            FrameWriter::Arrow(mut writer) => writer.finish(),
        };
        finished.map_err(|of_library| self.error.or(of_library))
    }
}

/// Writer of rows as columns: a group of rows at a time, so that the table is never in memory as a whole.
pub struct ColumnRows {
    file: FrameFile,
    /// Columns as they are written: types that these formats have no counterpart of are text.
    columns: Vec<Column>,
    /// Values of each column that wait for their group of rows.
    waiting: Vec<Vec<Datum>>,
}

impl ColumnRows {
    /// Begins a file with these columns.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn begin(file: File, format: FileFormat, columns: Vec<Column>) -> Result<Self, String> {
        let as_written = |column: Column| match column.column_type {
            ColumnType::Time | ColumnType::Duration | ColumnType::Other => {
                Column { column_type: ColumnType::Text, ..column }
            }
            _ => column,
        };
        let columns: Vec<Column> = columns.into_iter().map(as_written).collect();
        let waiting = vec![Vec::new(); columns.len()];
        let schema = frame(&columns, &waiting)?.schema().as_ref().clone();
        Ok(Self { file: FrameFile::begin(file, format, &schema)?, columns, waiting })
    }

    /// Adds rows, each with a value per column.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written, or a value is not of its column's type.
    pub fn write(&mut self, rows: Vec<Vec<Datum>>) -> Result<(), String> {
        for row in rows {
            for ((values, column), value) in self.waiting.iter_mut().zip(&self.columns).zip(row) {
                values.push(match (column.column_type, value) {
                    (_, value @ (Datum::Null | Datum::Text(_))) => value,
                    (ColumnType::Text, value) => Datum::Text(value.to_string()),
                    (ColumnType::Float, Datum::Integer(number)) => Datum::Float(number as f64),
                    (_, value) => value,
                });
            }
        }
        let is_full = self.waiting.first().is_some_and(|values| values.len() >= ROW_GROUP);
        if is_full { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), String> {
        let mut frame = frame(&self.columns, &self.waiting)?;
        self.waiting.iter_mut().for_each(Vec::clear);
        self.file.write(&mut frame)
    }

    /// Writes the rows that wait, and the footer.
    ///
    /// # Errors
    /// Same as [`ColumnRows::write`].
    pub fn finish(mut self) -> Result<(), String> {
        if self.waiting.first().is_some_and(|values| !values.is_empty()) {
            self.flush()?;
        }
        self.file.finish()
    }
}
