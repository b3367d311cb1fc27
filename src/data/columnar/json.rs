//! Formats values of nested and rare types as text: nested ones as JSON, intervals as SQL writes them.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, NaiveTime};
use polars_arrow::array::{
    Array, BinaryArray, BinaryViewArray, BooleanArray, DictionaryArray, DictionaryKey, FixedSizeBinaryArray,
    FixedSizeListArray, ListArray, MapArray, PrimitiveArray, StructArray, UnionArray, Utf8Array, Utf8ViewArray,
    get_value_display,
};
use polars_arrow::datatypes::{ArrowDataType, IntegerType, IntervalUnit, PhysicalType, TimeUnit};
use polars_arrow::types::{NativeType, days_ms, i256, months_days_ns};

use crate::model::Decimal;

/// Returns a row's value, if it has one. Text and numbers are not quoted.
pub fn text(array: &dyn Array, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    if let Some(unions) = array.as_any().downcast_ref::<UnionArray>() {
        let (field, row) = unions.index(row);
        return text(unions.fields()[field].as_ref(), row);
    }
    Some(plain(array, row).unwrap_or_else(|| json(array, row)))
}

/// Returns the text of a value that is a string in JSON, too.
fn plain(array: &dyn Array, row: usize) -> Option<String> {
    let any = array.as_any();
    let bytes = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")),
    };
    Some(match array.dtype().to_storage() {
        ArrowDataType::Utf8 => any.downcast_ref::<Utf8Array<i32>>()?.value(row).to_owned(),
        ArrowDataType::LargeUtf8 => any.downcast_ref::<Utf8Array<i64>>()?.value(row).to_owned(),
        ArrowDataType::Utf8View => any.downcast_ref::<Utf8ViewArray>()?.value(row).to_owned(),
        ArrowDataType::Binary => bytes(any.downcast_ref::<BinaryArray<i32>>()?.value(row)),
        ArrowDataType::LargeBinary => bytes(any.downcast_ref::<BinaryArray<i64>>()?.value(row)),
        ArrowDataType::BinaryView => bytes(any.downcast_ref::<BinaryViewArray>()?.value(row)),
        ArrowDataType::FixedSizeBinary(_) => bytes(any.downcast_ref::<FixedSizeBinaryArray>()?.value(row)),
        ArrowDataType::Date32 => date(number::<i32>(array, row)?.into()),
        ArrowDataType::Date64 => date(number::<i64>(array, row)?.div_euclid(86_400_000)),
        ArrowDataType::Timestamp(unit, _) => moment(number::<i64>(array, row)?, *unit),
        ArrowDataType::Time32(unit) => time(number::<i32>(array, row)?.into(), *unit),
        ArrowDataType::Time64(unit) => time(number::<i64>(array, row)?, *unit),
        ArrowDataType::Duration(unit) => span(nanos(number::<i64>(array, row)?, *unit)),
        ArrowDataType::Interval(unit) => interval(array, row, *unit)?,
        _ => return None,
    })
}

fn value(array: &dyn Array, row: usize, out: &mut String) {
    if array.is_null(row) {
        return out.push_str("null");
    }
    if let Some(text) = plain(array, row) {
        return out.push_str(&serde_json::Value::String(text).to_string());
    }
    let any = array.as_any();
    let written = match array.dtype().to_storage() {
        ArrowDataType::Boolean => any.downcast_ref::<BooleanArray>().map(|truths| truths.value(row).to_string()),
        ArrowDataType::Float32 => number::<f32>(array, row).map(|float| finite(float.into(), float)),
        ArrowDataType::Float64 => number::<f64>(array, row).map(|float| finite(float, float)),
        ArrowDataType::Decimal32(_, scale) => number::<i32>(array, row).map(|units| decimal(units, *scale)),
        ArrowDataType::Decimal64(_, scale) => number::<i64>(array, row).map(|units| decimal(units, *scale)),
        ArrowDataType::Decimal(_, scale) => number::<i128>(array, row).map(|units| decimal(units, *scale)),
        ArrowDataType::Decimal256(_, scale) => number::<i256>(array, row).map(|units| decimal(units.0, *scale)),
        ArrowDataType::List(_) => any.downcast_ref::<ListArray<i32>>().map(|lists| list(lists.value(row).as_ref())),
        ArrowDataType::LargeList(_) => {
            any.downcast_ref::<ListArray<i64>>().map(|lists| list(lists.value(row).as_ref()))
        }
        ArrowDataType::FixedSizeList(..) => {
            any.downcast_ref::<FixedSizeListArray>().map(|lists| list(lists.value(row).as_ref()))
        }
        ArrowDataType::Struct(_) => any.downcast_ref::<StructArray>().map(|rows| object(rows, row)),
        ArrowDataType::Map(..) => any.downcast_ref::<MapArray>().map(|maps| map(maps.value(row).as_ref())),
        ArrowDataType::Union(_) => any.downcast_ref::<UnionArray>().map(|unions| {
            let (field, row) = unions.index(row);
            json(unions.fields()[field].as_ref(), row)
        }),
        ArrowDataType::Dictionary(key, ..) => dictionary(array, *key, row),
        _ => None,
    };
    match written {
        Some(written) => out.push_str(&written),
        // Whole numbers, and types of later versions of Arrow, in Arrow's own format.
        None if matches!(array.dtype().to_physical_type(), PhysicalType::Primitive(_)) => {
            // Writing to a string cannot fail.
            let _ = get_value_display(array, "null")(out, row);
        }
        None => out.push_str("null"),
    }
}

fn json(array: &dyn Array, row: usize) -> String {
    let mut out = String::new();
    value(array, row, &mut out);
    out
}

fn number<T: NativeType>(array: &dyn Array, row: usize) -> Option<T> {
    array.as_any().downcast_ref::<PrimitiveArray<T>>().map(|numbers| numbers.value(row))
}

/// Formats a float; JSON has no NaN and no infinity.
fn finite(float: f64, written: impl ToString) -> String {
    if float.is_finite() { written.to_string() } else { "null".into() }
}

/// Formats units of any width as a number with `scale` digits after the point.
fn decimal(units: impl ToString, scale: usize) -> String {
    let text = units.to_string();
    if let (Ok(units), Some(scale)) = (text.parse(), u8::try_from(scale).ok().filter(|s| *s <= Decimal::MAX_SCALE)) {
        return Decimal::new(units, scale).to_string();
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let mut digits = format!("{digits:0>width$}", width = scale + 1);
    if scale > 0 {
        digits.insert(digits.len() - scale, '.');
    }
    format!("{sign}{digits}")
}

fn list(values: &dyn Array) -> String {
    let values: Vec<String> = (0..values.len()).map(|row| json(values, row)).collect();
    format!("[{}]", values.join(","))
}

fn object(rows: &StructArray, row: usize) -> String {
    let fields = rows.fields().iter().zip(rows.values());
    let fields = fields.map(|(field, values)| {
        format!("{}:{}", serde_json::Value::String(field.name.to_string()), json(values.as_ref(), row))
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}

/// Formats the entries of a map by key and value.
fn map(entries: &dyn Array) -> String {
    let Some(entries) = entries.as_any().downcast_ref::<StructArray>() else { return "null".into() };
    let [keys, values] = entries.values() else { return "null".into() };
    let entry = |row: usize| {
        let key = text(keys.as_ref(), row).unwrap_or_default();
        format!("{}:{}", serde_json::Value::String(key), json(values.as_ref(), row))
    };
    format!("{{{}}}", (0..entries.len()).map(entry).collect::<Vec<_>>().join(","))
}

fn dictionary(array: &dyn Array, key: IntegerType, row: usize) -> Option<String> {
    fn of<K: DictionaryKey>(array: &dyn Array, row: usize) -> Option<String> {
        let dictionary = array.as_any().downcast_ref::<DictionaryArray<K>>()?;
        Some(json(dictionary.values().as_ref(), dictionary.key_value(row)))
    }
    match key {
        IntegerType::Int8 => of::<i8>(array, row),
        IntegerType::Int16 => of::<i16>(array, row),
        IntegerType::Int32 => of::<i32>(array, row),
        IntegerType::Int64 => of::<i64>(array, row),
        IntegerType::UInt8 => of::<u8>(array, row),
        IntegerType::UInt16 => of::<u16>(array, row),
        IntegerType::UInt32 => of::<u32>(array, row),
        IntegerType::UInt64 => of::<u64>(array, row),
        _ => None,
    }
}

/// Formats a date; a day beyond the calendar is formatted as its number.
fn date(days: i64) -> String {
    let day = i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days);
    day.map_or_else(|| days.to_string(), |day| day.to_string())
}

fn moment(count: i64, unit: TimeUnit) -> String {
    let moment = match unit {
        TimeUnit::Second => DateTime::from_timestamp(count, 0),
        TimeUnit::Millisecond => DateTime::from_timestamp_millis(count),
        TimeUnit::Microsecond => DateTime::from_timestamp_micros(count),
        TimeUnit::Nanosecond => Some(DateTime::from_timestamp_nanos(count)),
    };
    moment.map_or_else(|| count.to_string(), |moment| moment.naive_utc().to_string())
}

fn nanos(count: i64, unit: TimeUnit) -> i128 {
    i128::from(count)
        * match unit {
            TimeUnit::Second => 1_000_000_000,
            TimeUnit::Millisecond => 1_000_000,
            TimeUnit::Microsecond => 1_000,
            TimeUnit::Nanosecond => 1,
        }
}

fn time(count: i64, unit: TimeUnit) -> String {
    let since_midnight = nanos(count, unit);
    let (seconds, rest) = (since_midnight.div_euclid(1_000_000_000), since_midnight.rem_euclid(1_000_000_000));
    let time = u32::try_from(seconds).ok().and_then(|s| NaiveTime::from_num_seconds_from_midnight_opt(s, rest as u32));
    time.map_or_else(|| count.to_string(), |time| time.to_string())
}

/// Formats hours, minutes and seconds: `04:05:06.5`, with any number of hours.
fn span(nanos: i128) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let (seconds, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let mut text = format!("{sign}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest > 0 {
        let _ = write!(text, "{}", format!(".{rest:09}").trim_end_matches('0'));
    }
    text
}

/// Formats an interval as DuckDB and PostgreSQL do: `1 year 2 months 3 days 04:05:06`.
fn interval(array: &dyn Array, row: usize, unit: IntervalUnit) -> Option<String> {
    Some(match unit {
        IntervalUnit::YearMonth => written_interval(number::<i32>(array, row)?.into(), 0, 0),
        IntervalUnit::DayTime => {
            let span = number::<days_ms>(array, row)?;
            written_interval(0, span.days().into(), i128::from(span.milliseconds()) * 1_000_000)
        }
        IntervalUnit::MonthDayNano | IntervalUnit::MonthDayMillis => {
            let span = number::<months_days_ns>(array, row)?;
            written_interval(span.months().into(), span.days().into(), span.ns().into())
        }
    })
}

/// Formats the twelve bytes of a Parquet interval: months, days and milliseconds, all unsigned.
pub fn parquet_interval(bytes: &[u8]) -> String {
    let mut parts = bytes.as_chunks::<4>().0.iter().map(|part| u32::from_le_bytes(*part));
    let mut next = || parts.next().unwrap_or(0);
    written_interval(next().into(), next().into(), i128::from(next()) * 1_000_000)
}

fn written_interval(months: i64, days: i64, nanos: i128) -> String {
    let parts = [(months / 12, "year"), (months % 12, "month"), (days, "day")];
    let part = |(count, unit): (i64, &str)| {
        let plural = if count.abs() == 1 { "" } else { "s" };
        (count != 0).then(|| format!("{count} {unit}{plural}"))
    };
    let mut parts: Vec<String> = parts.into_iter().filter_map(part).collect();
    if nanos != 0 || parts.is_empty() {
        parts.push(span(nanos));
    }
    parts.join(" ")
}
