//! Writes rows as the sheet of an Excel workbook.

use std::fs::File;
use std::io::BufWriter;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

use super::file::FormatFile;
use crate::model::{Column, Datum};

/// Maximum number of rows of a sheet, with the header.
const MAX_ROWS: u32 = 1_048_576;
/// Maximum number of characters of a cell, counted as Excel does.
const MAX_TEXT: usize = 32_767;
/// Whole numbers of more than 15 digits are not exact in a sheet.
const EXACT: i64 = 1_000_000_000_000_000;

/// Writer of rows as a workbook of one sheet, which is in memory until it is finished.
pub struct SheetRows {
    book: Workbook,
    file: File,
    columns: Vec<Column>,
    /// Next row of the sheet.
    row: u32,
    day: Format,
    moment: Format,
}

impl SheetRows {
    /// Begins a sheet with the names of these columns.
    ///
    /// # Errors
    /// Returns an error if a sheet cannot hold them.
    pub fn begin(file: File, columns: Vec<Column>) -> Result<Self, String> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        let bold = Format::new().set_bold();
        for (place, column) in columns.iter().enumerate() {
            let place = u16::try_from(place).map_err(|_| too_wide())?;
            sheet.write_string_with_format(0, place, &column.name, &bold).map_err(|error| failed(&error))?;
        }
        sheet.set_freeze_panes(1, 0).map_err(|error| failed(&error))?;
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        Ok(Self { book, file, columns, row: 1, day, moment })
    }

    /// Adds rows, each with a value per column. Texts stay texts, also those that look like formulas; whole numbers of
    /// more than 15 digits, which a sheet would round, are texts.
    ///
    /// # Errors
    /// Returns an error if a row or a text is one too many for a sheet.
    pub fn write(&mut self, rows: &[Vec<Datum>]) -> Result<(), String> {
        let sheet = self.book.worksheet_from_index(0).map_err(|error| failed(&error))?;
        for row in rows {
            if self.row >= MAX_ROWS {
                let limit = crate::text::numbers::count(u64::from(MAX_ROWS - 1));
                return Err(format!("a sheet has room for {limit} rows only: write csv or parquet"));
            }
            for ((place, datum), column) in (0..).zip(row).zip(&self.columns) {
                let (row, text) = (self.row, || datum.to_string());
                let written = match datum {
                    Datum::Null => continue,
                    Datum::Boolean(truth) => sheet.write_boolean(row, place, *truth),
                    Datum::Integer(number) if number.abs() < EXACT => sheet.write_number(row, place, *number as f64),
                    Datum::Float(number) if number.is_finite() => sheet.write_number(row, place, *number),
                    Datum::Decimal(number) if number.units().unsigned_abs() < EXACT as u128 => {
                        sheet.write_number(row, place, datum.number().unwrap_or_default())
                    }
                    Datum::Date(date) => match day(*date) {
                        Some(day) => sheet.write_datetime_with_format(row, place, &day, &self.day),
                        None => sheet.write_string(row, place, text()),
                    },
                    Datum::Timestamp(at) => match moment(*at) {
                        Some(at) => sheet.write_datetime_with_format(row, place, &at, &self.moment),
                        None => sheet.write_string(row, place, text()),
                    },
                    Datum::Text(text) if text.encode_utf16().count() > MAX_TEXT => {
                        let limit = crate::text::numbers::count(MAX_TEXT as u64);
                        let problem = format!("a text of {} is longer than a cell of a sheet", column.name);
                        return Err(format!("{problem} ({limit} characters): write csv or parquet"));
                    }
                    Datum::Text(text) => sheet.write_string(row, place, text),
                    Datum::Integer(_) | Datum::Float(_) | Datum::Decimal(_) => sheet.write_string(row, place, text()),
                };
                written.map_err(|error| failed(&error))?;
            }
            self.row += 1;
        }
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Returns an error if it cannot be written.
    pub fn finish(mut self) -> Result<(), String> {
        let sheet = self.book.worksheet_from_index(0).map_err(|error| failed(&error))?;
        if let Some(last) = self.columns.len().checked_sub(1) {
            let last = u16::try_from(last).map_err(|_| too_wide())?;
            sheet.autofilter(0, 0, self.row - 1, last).map_err(|error| failed(&error))?;
        }
        let (file, error) = FormatFile::new(self.file);
        self.book.save_to_writer(BufWriter::new(file)).map_err(|of_library| error.or(failed(&of_library)))
    }
}

fn failed(error: &XlsxError) -> String {
    match error {
        XlsxError::RowColumnLimitError => too_wide(),
        other => other.to_string(),
    }
}

fn too_wide() -> String {
    "a sheet has room for 16,384 columns only: write csv or parquet, or choose columns".to_owned()
}

/// Returns a day as sheets count them; `None` for days before 1900, which they do not have.
fn day(date: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok().filter(|year| *year >= 1900)?;
    ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8).ok()
}

/// Returns a moment as sheets count them; `None` if it has parts of a second that they do not have.
fn moment(at: NaiveDateTime) -> Option<ExcelDateTime> {
    let milli = at.nanosecond() / 1_000_000;
    if !at.nanosecond().is_multiple_of(1_000_000) {
        return None;
    }
    let day = day(at.date())?;
    day.and_hms_milli(at.hour() as u16, at.minute() as u8, at.second() as u8, milli as u16).ok()
}
