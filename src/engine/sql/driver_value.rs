//! Values of an Arrow array as a driver gives them, and as the base's columns have them.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType};
use arrow_schema::{DataType, TimeUnit};
use chrono::{DateTime, NaiveDate};

use crate::engine::EngineError;
use crate::model::{ColumnType, Datum, Decimal};
use crate::rule::{parse_date, parse_timestamp};

pub(super) fn fault(why: String) -> EngineError {
    EngineError::Failed(format!("the engine's answer has {why}"))
}

/// One value of an answer, in the type that the driver gave it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DriverValue {
    Null,
    Boolean(bool),
    Whole(i128),
    Decimal(Decimal),
    Float(f64),
    Text(String),
    /// Days since 1970-01-01.
    Day(i64),
    /// Units since 1970-01-01, and the number of units in a second.
    Moment(i64, i64),
}

pub(super) fn format_cell(cell: &DriverValue) -> String {
    match cell {
        DriverValue::Text(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
        other => format!("{other:?}"),
    }
}

/// Returns the array without a dictionary.
pub(super) fn plain(array: &ArrayRef) -> Result<ArrayRef, EngineError> {
    let Some(dictionary) = array.as_any_dictionary_opt() else { return Ok(array.clone()) };
    let values = plain(dictionary.values())?;
    if values.is_empty() {
        return Ok(std::sync::Arc::new(arrow_array::NullArray::new(dictionary.len())));
    }
    let keys = dictionary.normalized_keys();
    let cells = cells(&values)?;
    // Texts are what dictionaries are made of.
    let text = |row: usize| match cells(keys[row]) {
        _ if dictionary.is_null(row) || values.is_null(keys[row]) => Ok(None),
        DriverValue::Text(text) => Ok(Some(text)),
        other => Err(fault(format!("a dictionary of {}", format_cell(&other)))),
    };
    let texts = (0..dictionary.len()).map(text).collect::<Result<arrow_array::StringArray, _>>()?;
    Ok(std::sync::Arc::new(texts))
}

pub(super) type DriverColumn<'a> = Box<dyn Fn(usize) -> DriverValue + 'a>;

/// Reads the known values of an array.
pub(super) fn cells(array: &ArrayRef) -> Result<DriverColumn<'_>, EngineError> {
    fn whole<T: ArrowPrimitiveType<Native: Into<i128>>>(array: &ArrayRef) -> DriverColumn<'_> {
        let array = array.as_primitive::<T>();
        Box::new(|row| DriverValue::Whole(array.value(row).into()))
    }
    fn decimal<T: ArrowPrimitiveType<Native: Into<i128>>>(array: &ArrayRef, scale: i8) -> DriverColumn<'_> {
        let array = array.as_primitive::<T>();
        Box::new(move |row| units(array.value(row).into(), scale))
    }
    fn moment<T: ArrowPrimitiveType<Native = i64>>(array: &ArrayRef, second: i64) -> DriverColumn<'_> {
        let array = array.as_primitive::<T>();
        Box::new(move |row| DriverValue::Moment(array.value(row), second))
    }
    Ok(match array.data_type() {
        DataType::Null => Box::new(|_| DriverValue::Null),
        DataType::Boolean => {
            let array = array.as_boolean();
            Box::new(|row| DriverValue::Boolean(array.value(row)))
        }
        DataType::Int8 => whole::<Int8Type>(array),
        DataType::Int16 => whole::<Int16Type>(array),
        DataType::Int32 => whole::<Int32Type>(array),
        DataType::Int64 => whole::<Int64Type>(array),
        DataType::UInt8 => whole::<UInt8Type>(array),
        DataType::UInt16 => whole::<UInt16Type>(array),
        DataType::UInt32 => whole::<UInt32Type>(array),
        DataType::UInt64 => whole::<UInt64Type>(array),
        DataType::Float32 => {
            let array = array.as_primitive::<Float32Type>();
            // By its shortest digits: 0.1 of 32 bits is 0.1.
            Box::new(|row| {
                let number = array.value(row);
                DriverValue::Float(number.to_string().parse().unwrap_or(f64::from(number)))
            })
        }
        DataType::Float64 => {
            let array = array.as_primitive::<Float64Type>();
            Box::new(|row| DriverValue::Float(array.value(row)))
        }
        DataType::Decimal32(_, scale) => decimal::<Decimal32Type>(array, *scale),
        DataType::Decimal64(_, scale) => decimal::<Decimal64Type>(array, *scale),
        DataType::Decimal128(_, scale) => decimal::<Decimal128Type>(array, *scale),
        DataType::Decimal256(_, scale) => {
            let (array, scale) = (array.as_primitive::<Decimal256Type>(), *scale);
            Box::new(move |row| match array.value(row).to_i128() {
                Some(number) => units(number, scale),
                None => DriverValue::Text(array.value_as_string(row)),
            })
        }
        DataType::Utf8 => {
            let array = array.as_string::<i32>();
            Box::new(|row| DriverValue::Text(array.value(row).to_owned()))
        }
        DataType::LargeUtf8 => {
            let array = array.as_string::<i64>();
            Box::new(|row| DriverValue::Text(array.value(row).to_owned()))
        }
        DataType::Utf8View => {
            let array = array.as_string_view();
            Box::new(|row| DriverValue::Text(array.value(row).to_owned()))
        }
        DataType::Date32 => {
            let array = array.as_primitive::<Date32Type>();
            Box::new(|row| DriverValue::Day(array.value(row).into()))
        }
        DataType::Date64 => {
            let array = array.as_primitive::<Date64Type>();
            Box::new(|row| DriverValue::Day(array.value(row).div_euclid(86_400_000)))
        }
        DataType::Timestamp(TimeUnit::Second, _) => moment::<TimestampSecondType>(array, 1),
        DataType::Timestamp(TimeUnit::Millisecond, _) => moment::<TimestampMillisecondType>(array, 1_000),
        DataType::Timestamp(TimeUnit::Microsecond, _) => moment::<TimestampMicrosecondType>(array, 1_000_000),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => moment::<TimestampNanosecondType>(array, 1_000_000_000),
        other => return Err(fault(format!("values of the type {other}, which has no reading"))),
    })
}

/// Creates a decimal of this many units. If its scale is too large, returns the nearest float.
fn units(number: i128, scale: i8) -> DriverValue {
    match u8::try_from(scale) {
        Ok(0) => DriverValue::Whole(number),
        Ok(scale) if scale <= Decimal::MAX_SCALE => DriverValue::Decimal(Decimal::new(number, scale)),
        _ => DriverValue::Float(number as f64 / 10f64.powi(scale.into())),
    }
}

/// Parses a whole number with digits after the point, such as `12.000`.
pub(super) fn whole(text: &str) -> Option<u64> {
    let (whole, rest) = text.trim().split_once('.')?;
    rest.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok()).flatten()
}

/// Converts the value to the type of the base's column.
pub(super) fn datum(cell: DriverValue, kind: ColumnType) -> Option<Datum> {
    Some(match (kind, cell) {
        (_, DriverValue::Null) => Datum::Null,
        (ColumnType::Integer, DriverValue::Whole(number)) => Datum::Integer(i64::try_from(number).ok()?),
        (ColumnType::Integer, DriverValue::Decimal(number)) => Datum::Integer(number.to_i64()?),
        (ColumnType::Integer, DriverValue::Text(text)) => Datum::Integer(text.trim().parse().ok()?),
        (ColumnType::Integer, DriverValue::Float(number)) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Datum::Integer(number as i64)
        }
        (ColumnType::Decimal(scale), DriverValue::Whole(number)) => {
            Datum::Decimal(Decimal::new(number, 0).rescale(scale)?)
        }
        (ColumnType::Decimal(scale), DriverValue::Decimal(number)) => {
            Datum::Decimal(number.rescale(scale).unwrap_or(number))
        }
        (ColumnType::Decimal(scale), DriverValue::Text(text)) => {
            let number = Decimal::parse(text.trim())?;
            Datum::Decimal(number.rescale(scale).unwrap_or(number))
        }
        (ColumnType::Float, DriverValue::Float(number)) if number.is_nan() => Datum::Null,
        (ColumnType::Float | ColumnType::Decimal(_), DriverValue::Float(number)) => Datum::Float(number),
        (ColumnType::Float, DriverValue::Whole(number)) => Datum::Float(number as f64),
        (ColumnType::Float, DriverValue::Decimal(number)) => Datum::Float(number.to_f64()),
        (ColumnType::Float, DriverValue::Text(text)) => match text.trim().parse::<f64>().ok()? {
            number if number.is_nan() => Datum::Null,
            number => Datum::Float(number),
        },
        (ColumnType::Boolean, DriverValue::Boolean(truth)) => Datum::Boolean(truth),
        (ColumnType::Boolean, DriverValue::Whole(number @ (0 | 1))) => Datum::Boolean(number == 1),
        (ColumnType::Date, DriverValue::Day(days)) => day(days)?,
        (ColumnType::Date, DriverValue::Moment(count, second)) => day(count.div_euclid(second.checked_mul(86_400)?))?,
        (ColumnType::Date, DriverValue::Text(text)) => Datum::Date(parse_date(&text)?),
        (ColumnType::Timestamp, DriverValue::Moment(count, second)) => moment(count, second)?,
        (ColumnType::Timestamp, DriverValue::Day(days)) => moment(days.checked_mul(86_400)?, 1)?,
        (ColumnType::Timestamp, DriverValue::Text(text)) => Datum::Timestamp(parse_timestamp(&text)?),
        (ColumnType::Text | ColumnType::Time | ColumnType::Duration | ColumnType::Other, DriverValue::Text(text)) => {
            Datum::Text(text)
        }
        _ => return None,
    })
}

fn day(days: i64) -> Option<Datum> {
    let date = i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days);
    Some(date.map_or_else(|| Datum::Text(days.to_string()), Datum::Date))
}

fn moment(count: i64, second: i64) -> Option<Datum> {
    let nanos = count.rem_euclid(second) * (1_000_000_000 / second);
    let at = DateTime::from_timestamp(count.div_euclid(second), u32::try_from(nanos).ok()?);
    Some(at.map_or_else(|| Datum::Text(count.to_string()), |at| Datum::Timestamp(at.naive_utc())))
}
