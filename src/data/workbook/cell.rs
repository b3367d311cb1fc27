//! Values of a sheet's cells.

use calamine::{DataRef, DataType, ExcelDateTime};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use crate::data::text::FieldValue;

/// A cell that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub enum SheetCell {
    /// A value with its text.
    Value(FieldValue, String),
    /// An error, such as `#N/A`.
    Error(String),
    /// A formula whose result the file does not have: the program that wrote it does not compute.
    NoResult,
}

/// Whole numbers beyond this are not exact in a sheet, which stores all numbers as floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl SheetCell {
    /// Returns a cell's value; `None` if it is empty.
    pub fn new(data: &DataRef) -> Option<Self> {
        if data.is_empty() {
            return None;
        }
        Some(match data {
            DataRef::Error(error) => SheetCell::Error(error.to_string()),
            DataRef::Int(number) => SheetCell::Value(FieldValue::Integer(*number), number.to_string()),
            DataRef::Float(number) => of_number(*number),
            DataRef::Bool(truth) => SheetCell::Value(FieldValue::Boolean(*truth), truth.to_string()),
            DataRef::DateTime(moment) => of_moment(moment),
            DataRef::DurationIso(text) => {
                SheetCell::Value(FieldValue::Text, clock(text).unwrap_or_else(|| text.clone()))
            }
            text => {
                SheetCell::Value(FieldValue::Text, text.get_string().map(str::to_owned).unwrap_or_else(|| iso(text)))
            }
        })
    }

    /// Returns the text of the cell.
    pub fn text(&self) -> &str {
        match self {
            SheetCell::Value(_, text) | SheetCell::Error(text) => text,
            SheetCell::NoResult => "",
        }
    }
}

/// Returns the text of a day or a time in ISO 8601.
fn iso(data: &DataRef) -> String {
    data.get_datetime_iso().unwrap_or_default().to_owned()
}

fn of_number(number: f64) -> SheetCell {
    if number.fract() == 0.0 && number.abs() < EXACT {
        return SheetCell::Value(FieldValue::Integer(number as i64), format!("{}", number as i64));
    }
    let value = if number.is_finite() { FieldValue::Float(number) } else { FieldValue::NotANumber };
    SheetCell::Value(value, number.to_string())
}

fn of_moment(moment: &ExcelDateTime) -> SheetCell {
    let number = moment.as_f64();
    if moment.is_duration() || (0.0..1.0).contains(&number) {
        let seconds = (number * 86_400.0).round() as i64;
        let sign = if seconds < 0 { "-" } else { "" };
        let (hours, rest) = (seconds.abs() / 3_600, seconds.abs() % 3_600);
        return SheetCell::Value(FieldValue::Text, format!("{sign}{hours:02}:{:02}:{:02}", rest / 60, rest % 60));
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)).filter(|_| number > 0.0);
    let time = NaiveTime::from_hms_milli_opt(u32::from(hour), u32::from(minute), u32::from(second), u32::from(milli));
    match (date, time) {
        (Some(date), Some(NaiveTime::MIN)) => {
            SheetCell::Value(FieldValue::Date(date.to_epoch_days()), date.to_string())
        }
        (Some(date), Some(time)) => {
            let at = NaiveDateTime::new(date, time);
            SheetCell::Value(FieldValue::Timestamp(at.and_utc().timestamp_micros()), at.to_string())
        }
        // Excel knows a 29 February 1900, and numbers below 0 that look like dates.
        _ => of_number(number),
    }
}

/// Returns a duration such as `PT10H30M00S` as `10:30:00`.
fn clock(text: &str) -> Option<String> {
    let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split('.').next()?;
    let number = |text: &str| text.parse::<u32>().ok();
    Some(format!("{:02}:{:02}:{:02}", number(hours)?, number(minutes)?, number(seconds)?))
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    fn cell(data: DataRef) -> SheetCell {
        SheetCell::new(&data).expect("a cell that is not empty")
    }

    fn moment(number: f64, kind: ExcelDateTimeType) -> SheetCell {
        cell(DataRef::DateTime(ExcelDateTime::new(number, kind, false)))
    }

    #[test]
    fn sheet_numbers_are_whole_where_possible() {
        assert_eq!(cell(DataRef::Float(12.0)), SheetCell::Value(FieldValue::Integer(12), "12".into()));
        assert_eq!(cell(DataRef::Float(0.5)), SheetCell::Value(FieldValue::Float(0.5), "0.5".into()));
        assert_eq!(
            cell(DataRef::Float(1e20)),
            SheetCell::Value(FieldValue::Float(1e20), "100000000000000000000".into())
        );
        assert_eq!(cell(DataRef::Error(CellErrorType::NA)), SheetCell::Error("#N/A".into()));
        assert_eq!(SheetCell::new(&DataRef::Empty), None);
    }

    /// The moments are those that Excel shows for the numbers.
    #[test]
    fn serial_numbers_are_days_times_and_durations() {
        let day = moment(45_296.0, ExcelDateTimeType::DateTime);
        assert_eq!(day.text(), "2024-01-05");
        assert_eq!(moment(45_296.437_5, ExcelDateTimeType::DateTime).text(), "2024-01-05 10:30:00");
        assert_eq!(moment(0.4375, ExcelDateTimeType::DateTime).text(), "10:30:00");
        assert_eq!(moment(1.5, ExcelDateTimeType::TimeDelta).text(), "36:00:00");
        assert_eq!(cell(DataRef::DurationIso("PT09H05M00S".into())).text(), "09:05:00");
    }
}
