//! Converts columns to the types that rules read: one kind of float, without NaN; signed whole numbers of 64 bits;
//! decimals for all other exact numbers; no time zones; and bytes only if they are not text.

use polars::prelude::{
    BinaryChunked, ChunkApply, DataType, DatetimeChunked, Float64Chunked, IntoSeries, NewChunkedArray, PolarsError,
    PolarsResult, Series, StringChunked, TimeUnit,
};

use super::exact;
use crate::data::Zone;

/// Content of a column of bytes, which only reading all of them can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bytes {
    /// All of them are text: older writers do not mark text as such.
    Text,
    /// All of them have 16 bytes: ids, which become text in the form of UUIDs.
    Ids,
    /// Neither text nor ids.
    Opaque,
}

/// Content of a column's bytes after some of its rows.
#[derive(Debug, Clone, Copy)]
pub struct DecodedPart {
    text: bool,
    ids: bool,
}

impl DecodedPart {
    pub const NOTHING_YET: Self = Self { text: true, ids: true };

    pub fn at(bytes: &BinaryChunked) -> Self {
        let values = || bytes.iter().flatten();
        Self {
            text: values().all(|value| std::str::from_utf8(value).is_ok()),
            ids: values().all(|value| value.len() == 16),
        }
    }

    pub fn and(self, other: Self) -> Self {
        Self { text: self.text && other.text, ids: self.ids && other.ids }
    }

    pub fn verdict(self) -> Bytes {
        match self {
            Self { text: true, .. } => Bytes::Text,
            Self { ids: true, .. } => Bytes::Ids,
            _ => Bytes::Opaque,
        }
    }
}

/// Returns the type of a column after conversion.
pub fn plain_type(data_type: &DataType, bytes: Bytes) -> DataType {
    match data_type {
        DataType::Categorical(..) | DataType::Enum(..) | DataType::Null => DataType::String,
        DataType::Decimal(_, scale) => DataType::Decimal(exact::DIGITS, *scale),
        DataType::UInt64 | DataType::Int128 => exact::WHOLE,
        DataType::Float32 => DataType::Float64,
        DataType::Datetime(..) => DataType::Datetime(TimeUnit::Microseconds, None),
        DataType::Binary if bytes != Bytes::Opaque => DataType::String,
        other => other.clone(),
    }
}

/// Returns the common type of a column that has these two types in its files; `None` if they do not go together.
pub fn common_type(one: &DataType, other: &DataType) -> Option<DataType> {
    match (one, other) {
        (DataType::Decimal(_, a), DataType::Decimal(_, b)) => Some(DataType::Decimal(exact::DIGITS, *a.max(b))),
        (DataType::Decimal(..), DataType::Float64) | (DataType::Float64, DataType::Decimal(..)) => {
            Some(DataType::Float64)
        }
        (DataType::Decimal(_, scale), whole) | (whole, DataType::Decimal(_, scale)) if whole.is_integer() => {
            Some(DataType::Decimal(exact::DIGITS, *scale))
        }
        (DataType::Float64, whole) | (whole, DataType::Float64) if whole.is_integer() => Some(DataType::Float64),
        (one, other) if one != other && one.is_integer() && other.is_integer() => Some(DataType::Int64),
        (DataType::Date, DataType::Datetime(..)) | (DataType::Datetime(..), DataType::Date) => {
            Some(DataType::Datetime(TimeUnit::Microseconds, None))
        }
        (one, other) => (one == other).then(|| one.clone()),
    }
}

/// Checks that whole numbers keep their digits as floats.
fn check_exact(series: &Series) -> PolarsResult<()> {
    const EXACT: i64 = 1 << 53;
    let Ok(numbers) = series.i64() else { return Ok(()) };
    match numbers.iter().flatten().all(|number| (-EXACT..=EXACT).contains(&number)) {
        true => Ok(()),
        false => Err(PolarsError::ComputeError(
            "a whole number of it has too many digits for the fractions that the column has in other files".into(),
        )),
    }
}

/// Converts some or all rows of a column to the type `wanted`, with which their [`plain_type`] goes together.
pub fn plain(series: Series, bytes: Bytes, wanted: &DataType) -> PolarsResult<Series> {
    let plain = match series.dtype() {
        DataType::Float32 => without_nan(exact::doubles(series.f32()?)),
        DataType::Float64 => without_nan(series),
        DataType::UInt64 => exact::decimal(series.u64()?),
        DataType::Int128 => exact::decimal(series.i128()?),
        DataType::Decimal(..) => Ok(exact::widened(series.decimal()?)),
        DataType::Datetime(..) => Ok(microseconds(series.datetime()?)),
        DataType::Binary => bytes_as_text(series, bytes),
        same if *same == plain_type(same, bytes) => Ok(series),
        other => series.cast(&plain_type(other, bytes)),
    }?;
    if plain.dtype() == wanted {
        return Ok(plain);
    }
    if *wanted == DataType::Float64 {
        check_exact(&plain)?;
    }
    plain.strict_cast(wanted)
}

/// Converts to microseconds since 1970 in UTC, whatever the zone. Times beyond the range of microseconds saturate.
fn microseconds(times: &DatetimeChunked) -> Series {
    let counts = times.physical();
    let counts = match times.time_unit() {
        TimeUnit::Nanoseconds => counts.apply_values(|count| count.div_euclid(1_000)),
        TimeUnit::Microseconds => counts.clone(),
        TimeUnit::Milliseconds => counts.apply_values(|count| count.saturating_mul(1_000)),
    };
    counts.into_datetime(TimeUnit::Microseconds, None).into_series()
}

/// Converts moments in microseconds to the local times of a zone.
pub fn localized(moments: &Series, zone: Zone) -> PolarsResult<Series> {
    let local = moments.datetime()?.physical().apply_values(|micros| zone.local(micros));
    Ok(local.into_datetime(TimeUnit::Microseconds, None).into_series())
}

fn bytes_as_text(series: Series, bytes: Bytes) -> PolarsResult<Series> {
    if bytes == Bytes::Opaque {
        return Ok(series);
    }
    let (name, values) = (series.name().clone(), series.binary()?);
    let text = match bytes {
        Bytes::Text => StringChunked::from_iter_options(name, values.iter().map(|v| v.map(String::from_utf8_lossy))),
        _ => StringChunked::from_iter_options(name, values.iter().map(|v| v.map(uuid))),
    };
    Ok(text.into_series())
}

/// Formats an id: `00112233-4455-6677-8899-aabbccddeeff`.
pub fn uuid(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(36);
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.extend([byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)])));
    }
    text
}

/// Turns NaN into null: in SQL it would be larger than every number.
fn without_nan(series: Series) -> PolarsResult<Series> {
    if !has_nan(&series) {
        return Ok(series);
    }
    let nulls = Series::full_null(series.name().clone(), series.len(), series.dtype());
    series.zip_with(&series.is_not_nan()?, &nulls)
}

/// Returns true if a number may be NaN. Reads the numbers once without converting them, as hardly any column has a NaN.
/// The content of a null may also be one.
fn has_nan(series: &Series) -> bool {
    let has = |column: &Float64Chunked| column.downcast_iter().any(|chunk| any(chunk.values(), |v| v.is_nan()));
    series.f64().is_ok_and(has)
}

/// Tests some hundreds of values at a time without a branch for each, so that the compiler can vectorize it.
fn any<T: Copy>(values: &[T], is: impl Fn(T) -> bool) -> bool {
    values.chunks(512).any(|values| values.iter().fold(false, |any, &value| any | is(value)))
}
