//! Writer of rows as CSV or TSV.

use std::fs::File;
use std::io::Write;

use chrono::DateTime;
use rayon::prelude::*;

use super::calendar;
use super::table::{FieldGetter, Fields};

/// Number of rows that one thread formats at a time.
const ROWS_PER_PIECE: usize = 4096;

/// Encoder of a table as CSV.
pub struct CsvTable {
    file: File,
    separator: u8,
}

impl CsvTable {
    /// Writes the header.
    pub fn begin<R>(file: File, separator: u8, fields: Fields<R>) -> Result<Self, csv::Error> {
        let mut table = Self { file, separator };
        let mut writer = table.writer();
        writer.write_record(fields.iter().map(|(name, _)| name))?;
        table.file.write_all(&text_of(writer)?)?;
        Ok(table)
    }

    /// Writes the rows, which several threads format.
    pub fn write<R: Sync>(&mut self, fields: Fields<R>, rows: &[&R]) -> Result<(), csv::Error> {
        let pieces: Vec<_> = rows.par_chunks(ROWS_PER_PIECE).map(|piece| self.piece(fields, piece)).collect();
        for piece in pieces {
            self.file.write_all(&piece?)?;
        }
        Ok(())
    }

    fn piece<R>(&self, fields: Fields<R>, rows: &[&R]) -> Result<Vec<u8>, csv::Error> {
        let mut writer = self.writer();
        let mut text = Vec::new();
        for row in rows {
            for (_, field) in fields {
                text.clear();
                push_value(&mut text, field, row)?;
                writer.write_field(&text)?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        text_of(writer)
    }

    fn writer(&self) -> csv::Writer<Vec<u8>> {
        csv::WriterBuilder::new().delimiter(self.separator).from_writer(Vec::new())
    }
}

fn text_of(writer: csv::Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    writer.into_inner().map_err(|error| error.into_error().into())
}

/// Appends the value as text; a null leaves the field empty.
fn push_value<R>(text: &mut Vec<u8>, field: &FieldGetter<R>, row: &R) -> std::io::Result<()> {
    match field {
        FieldGetter::Word(get) => get(row).map_or(Ok(()), |word| text.write_all(word.as_bytes())),
        FieldGetter::Made(make) => text.write_all(make(row).as_bytes()),
        FieldGetter::Whole(get) => get(row).map_or(Ok(()), |number| write!(text, "{number}")),
        FieldGetter::Truth(get) => get(row).map_or(Ok(()), |truth| write!(text, "{truth}")),
        FieldGetter::Decimal(places, get) => get(row).map_or(Ok(()), |number| {
            let unit = 10_i64.pow(*places as u32);
            write!(text, "{}.{:0places$}", number / unit, number % unit)
        }),
        FieldGetter::Day(get) => get(row).map_or(Ok(()), |day| write!(text, "{}", calendar::date(day))),
        FieldGetter::Moment(get) => {
            let moment = get(row).and_then(|seconds| DateTime::from_timestamp(seconds, 0));
            moment.map_or(Ok(()), |moment| write!(text, "{}", moment.naive_utc()))
        }
    }
}
