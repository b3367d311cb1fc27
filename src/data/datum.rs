use chrono::{DateTime, NaiveDate, NaiveDateTime};
use polars::prelude::{AnyValue, Column, DataType, Series, TimeUnit};

use super::columnar::shortest;
use crate::model::{Datum, Decimal};

/// Returns one value of a column. Values without a kind in [`Datum`] become the text of their display: times,
/// durations, lists, structs, bytes, and whole numbers beyond signed 64 bits. A row that does not exist is null.
pub fn datum(column: &Column, row: usize) -> Datum {
    match column.get(row) {
        Ok(value) => from_value(&value),
        Err(_) => Datum::Null,
    }
}

/// Returns the day or the moment that a number stands for in a column of dates or moments; `None` for other types.
pub fn moment_of(count: i64, data_type: &DataType) -> Option<Datum> {
    match data_type {
        DataType::Date => Some(from_value(&AnyValue::Date(i32::try_from(count).ok()?))),
        DataType::Datetime(unit, None) => Some(from_value(&AnyValue::Datetime(count, *unit, None))),
        _ => None,
    }
}

fn from_value(value: &AnyValue) -> Datum {
    match value {
        AnyValue::Null => Datum::Null,
        AnyValue::Boolean(value) => Datum::Boolean(*value),
        AnyValue::String(text) => Datum::Text((*text).to_owned()),
        AnyValue::StringOwned(text) => Datum::Text(text.to_string()),
        AnyValue::Float32(value) => Datum::Float(shortest(*value)),
        AnyValue::Float64(value) => Datum::Float(*value),
        AnyValue::Date(days) => NaiveDate::from_epoch_days(*days).map_or_else(|| bare(days), Datum::Date),
        AnyValue::Datetime(count, unit, _) | AnyValue::DatetimeOwned(count, unit, _) => {
            timestamp(*count, *unit).map_or_else(|| bare(count), Datum::Timestamp)
        }
        AnyValue::Categorical(..) | AnyValue::CategoricalOwned(..) | AnyValue::Enum(..) | AnyValue::EnumOwned(..) => {
            value.get_str().map_or(Datum::Null, |text| Datum::Text(text.to_owned()))
        }
        AnyValue::Decimal(units, _, scale) => decimal(*units, *scale).unwrap_or_else(|| text(value)),
        AnyValue::List(values) => Datum::Text(list(values)),
        integer if integer.is_integer() => integer.extract::<i64>().map_or_else(|| text(integer), Datum::Integer),
        other => text(other),
    }
}

fn decimal(units: i128, scale: usize) -> Option<Datum> {
    let scale = u8::try_from(scale).ok().filter(|scale| *scale <= Decimal::MAX_SCALE)?;
    Some(Datum::Decimal(Decimal::new(units, scale)))
}

/// Formats the values of a list, with texts in quotes: `[1, 2]`, `["a", "b"]`.
fn list(values: &Series) -> String {
    let value = |value: AnyValue| match from_value(&value) {
        Datum::Null => "null".to_owned(),
        Datum::Text(text) if matches!(value, AnyValue::String(_) | AnyValue::StringOwned(_)) => format!("{text:?}"),
        other => other.to_string(),
    };
    format!("[{}]", values.iter().map(value).collect::<Vec<_>>().join(", "))
}

fn text(value: &AnyValue) -> Datum {
    Datum::Text(value.to_string())
}

/// Returns a day or moment beyond the calendar as its stored number: polars would panic when formatting it.
fn bare(count: impl std::fmt::Display) -> Datum {
    Datum::Text(count.to_string())
}

fn timestamp(count: i64, unit: TimeUnit) -> Option<NaiveDateTime> {
    let moment = match unit {
        TimeUnit::Nanoseconds => DateTime::from_timestamp_nanos(count),
        TimeUnit::Microseconds => DateTime::from_timestamp_micros(count)?,
        TimeUnit::Milliseconds => DateTime::from_timestamp_millis(count)?,
    };
    Some(moment.naive_utc())
}

#[cfg(test)]
mod tests {
    use polars::prelude::*;

    use super::*;

    fn of(series: Series) -> Datum {
        datum(&series.into_column(), 0)
    }

    #[test]
    fn series_values_become_datums_of_their_kind() {
        assert_eq!(of(Series::new("a".into(), [7u8])), Datum::Integer(7));
        assert_eq!(of(Series::new("a".into(), [0.1f32])), Datum::Float(0.1));
        assert_eq!(of(Series::new("a".into(), ["x"])), Datum::Text("x".into()));
        assert_eq!(of(Series::new("a".into(), [None::<i64>])), Datum::Null);
        assert_eq!(datum(&Column::new("a".into(), [1]), 9), Datum::Null);
    }

    #[test]
    fn decimals_keep_all_digits() {
        let series = Series::new("a".into(), [12345678901234567i64]).cast(&DataType::Decimal(38, 2)).unwrap();
        assert_eq!(of(series).to_string(), "12345678901234567.00");
    }

    #[test]
    fn dates_and_times_become_iso_text() {
        let day = of(Series::new("a".into(), [20_000i32]).cast(&DataType::Date).unwrap());
        assert_eq!(day.to_string(), "2024-10-04");
        for unit in [TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds] {
            let second = match unit {
                TimeUnit::Milliseconds => 1_000i64,
                TimeUnit::Microseconds => 1_000_000,
                TimeUnit::Nanoseconds => 1_000_000_000,
            };
            let moment = of(Series::new("a".into(), [90_061 * second]).cast(&DataType::Datetime(unit, None)).unwrap());
            assert_eq!(moment.to_string(), "1970-01-02 01:01:01");
        }
    }

    #[test]
    fn days_beyond_calendar_become_plain_numbers() {
        let day = of(Series::new("a".into(), [i32::MAX]).cast(&DataType::Date).unwrap());
        assert_eq!(day, Datum::Text(i32::MAX.to_string()));
        for unit in [TimeUnit::Milliseconds, TimeUnit::Microseconds] {
            let moment = of(Series::new("a".into(), [i64::MAX]).cast(&DataType::Datetime(unit, None)).unwrap());
            assert_eq!(moment, Datum::Text(i64::MAX.to_string()));
        }
    }

    #[test]
    fn types_without_datum_kind_become_text() {
        assert_eq!(of(Series::new("a".into(), [u64::MAX])), Datum::Text(u64::MAX.to_string()));
        let list = Series::new("a".into(), [Series::new("".into(), [1, 2])]);
        assert_eq!(of(list), Datum::Text("[1, 2]".into()));
        let long: Vec<String> = (1..=50).map(|n| n.to_string()).collect();
        let list = Series::new("a".into(), [Series::new("".into(), (1..=50).collect::<Vec<i64>>())]);
        assert_eq!(of(list), Datum::Text(format!("[{}]", long.join(", "))));
        let list = Series::new("a".into(), [Series::new("".into(), [Some("a\"b"), None])]);
        assert_eq!(of(list), Datum::Text("[\"a\\\"b\", null]".into()));
        let time = Series::new("a".into(), [3_600_000_000_000i64]).cast(&DataType::Time).unwrap();
        assert_eq!(of(time), Datum::Text("01:00:00".into()));
    }
}
