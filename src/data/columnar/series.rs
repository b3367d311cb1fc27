//! Converts Arrow arrays to polars columns; types that polars was built without become numbers or text.

use polars::prelude::{
    BooleanChunked, DataType, Float64Chunked, Int32Chunked, Int128Chunked, IntoSeries, NewChunkedArray, PolarsError,
    PolarsResult, Series, StringChunked,
};
use polars_arrow::array::{Array, BooleanArray, FixedSizeBinaryArray, PrimitiveArray};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::types::{NativeType, i256};

use super::guard::guarded;
use super::plain::uuid;
use super::{exact, json};

/// Conversion of an Arrow type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SeriesConversion {
    /// A type that polars has.
    Known,
    /// 16-bit floats, read as their bits.
    Half,
    /// Whole numbers of 128 bits without a sign.
    Unsigned,
    /// Decimals of 256 bits that have no more digits than those of 128.
    Wide,
    /// Milliseconds that are whole days.
    Days,
    /// Intervals, shown as SQL writes them.
    Interval,
    /// Sixteen bytes that are an id.
    Uuid,
    /// Truth values in a byte each.
    Bytes,
    /// Nested values, shown as JSON.
    Nested,
}

/// Name of the extension type for truth values of a byte.
const BOOL8: &str = "arrow.bool8";

/// Name of the extension type for ids of sixteen bytes.
pub const UUID: &str = "arrow.uuid";

/// Returns the field as readers need it and [`series`] takes it: extension types other than [`UUID`] and [`BOOL8`] are
/// replaced by their storage type, timestamps are in UTC.
pub fn readable(field: Field) -> Field {
    if is_uuid(&field.dtype) || is_bool8(&field.dtype) {
        return field;
    }
    let dtype = match field.dtype.to_storage() {
        ArrowDataType::Timestamp(unit, _) => ArrowDataType::Timestamp(*unit, None),
        storage => storage.clone(),
    };
    Field { dtype, ..field }
}

/// Returns the polars type into which [`series`] converts a field.
pub fn data_type(field: &Field) -> DataType {
    match kind(field) {
        SeriesConversion::Known if is_usual(field) => DataType::from_arrow_field(field),
        SeriesConversion::Known => {
            guarded(|| Ok::<_, String>(DataType::from_arrow_field(field))).unwrap_or(DataType::String)
        }
        SeriesConversion::Half => DataType::Float64,
        SeriesConversion::Unsigned => exact::WHOLE,
        SeriesConversion::Wide => DataType::Decimal(exact::DIGITS, scale(field)),
        SeriesConversion::Days => DataType::Date,
        SeriesConversion::Bytes => DataType::Boolean,
        SeriesConversion::Interval | SeriesConversion::Uuid | SeriesConversion::Nested => DataType::String,
    }
}

/// Returns true if every reader knows the type, so that a column of it is readable.
pub fn is_plain(field: &Field) -> bool {
    use ArrowDataType::*;
    matches!(
        field.dtype,
        Boolean
            | Int8
            | Int16
            | Int32
            | Int64
            | UInt8
            | UInt16
            | UInt32
            | UInt64
            | Float32
            | Float64
            | Date32
            | Timestamp(..)
            | Decimal(..)
            | Utf8
            | LargeUtf8
            | Utf8View
            | Binary
            | LargeBinary
            | BinaryView
    )
}

/// Returns true for a type that polars converts without fail. All others are tried on another thread, which takes longer than
/// the rest of opening a file of many columns.
fn is_usual(field: &Field) -> bool {
    is_plain(field) && !matches!(field.dtype, ArrowDataType::Decimal(..))
}

/// Converts arrays that were read for a [`readable`] field to a column.
pub fn series(field: &Field, mut arrays: Vec<Box<dyn Array>>) -> PolarsResult<Series> {
    match kind(field) {
        SeriesConversion::Known => {
            // The file's own type may have details that were left out of the field.
            arrays.iter_mut().for_each(|array| *array.dtype_mut() = field.dtype.clone());
            Series::try_from((field, arrays))
        }
        SeriesConversion::Half => {
            let halves = arrays.iter().map(|array| halves(array.as_ref())).collect::<PolarsResult<_>>()?;
            Ok(Float64Chunked::from_chunk_iter(field.name.clone(), Vec::into_iter(halves)).into_series())
        }
        SeriesConversion::Unsigned => units(field, &arrays, |value: u128| value.try_into().ok()),
        SeriesConversion::Wide => units(field, &arrays, |value: i256| value.0.try_into().ok()),
        SeriesConversion::Days => {
            let millis = arrays.iter().map(|array| {
                let days = array.as_any().downcast_ref::<PrimitiveArray<i64>>().ok_or_else(|| odd(array.as_ref()))?;
                let of_day = days.values().iter().map(|millis| day(*millis)).collect();
                Ok(PrimitiveArray::<i32>::from_vec(of_day).with_validity(days.validity().cloned()))
            });
            let days: Vec<PrimitiveArray<i32>> = millis.collect::<PolarsResult<_>>()?;
            Ok(Int32Chunked::from_chunk_iter(field.name.clone(), days).into_date().into_series())
        }
        SeriesConversion::Bytes => {
            let truths = arrays.iter().map(|array| {
                let bytes = array.as_any().downcast_ref::<PrimitiveArray<i8>>().ok_or_else(|| odd(array.as_ref()))?;
                let truths: Bitmap = bytes.values().iter().map(|byte| *byte != 0).collect();
                Ok(BooleanArray::new(ArrowDataType::Boolean, truths, bytes.validity().cloned()))
            });
            let truths: Vec<BooleanArray> = truths.collect::<PolarsResult<_>>()?;
            Ok(BooleanChunked::from_chunk_iter(field.name.clone(), truths).into_series())
        }
        SeriesConversion::Interval | SeriesConversion::Uuid | SeriesConversion::Nested => {
            let texts = arrays.iter().flat_map(|array| (0..array.len()).map(|row| text(field, array.as_ref(), row)));
            Ok(StringChunked::from_iter_options(field.name.clone(), texts).into_series())
        }
    }
}

fn kind(field: &Field) -> SeriesConversion {
    match &field.dtype {
        _ if is_usual(field) => SeriesConversion::Known,
        ArrowDataType::Float16 => SeriesConversion::Half,
        ArrowDataType::UInt128 => SeriesConversion::Unsigned,
        ArrowDataType::Decimal256(precision, _) if *precision <= exact::DIGITS => SeriesConversion::Wide,
        ArrowDataType::Date64 => SeriesConversion::Days,
        ArrowDataType::Interval(_) => SeriesConversion::Interval,
        uuid if is_uuid(uuid) => SeriesConversion::Uuid,
        truths if is_bool8(truths) => SeriesConversion::Bytes,
        other if is_known(other) && guarded(|| Ok::<_, String>(DataType::from_arrow_field(field))).is_ok() => {
            SeriesConversion::Known
        }
        _ => SeriesConversion::Nested,
    }
}

/// Returns true if the type is [`BOOL8`].
pub fn is_bool8(dtype: &ArrowDataType) -> bool {
    let is = |name: &str, inner: &ArrowDataType| name == BOOL8 && *inner == ArrowDataType::Int8;
    matches!(dtype, ArrowDataType::Extension(extension) if is(&extension.name, &extension.inner))
}

/// Returns true if the type is [`UUID`].
pub fn is_uuid(dtype: &ArrowDataType) -> bool {
    let is = |name: &str, inner: &ArrowDataType| name == UUID && *inner == ArrowDataType::FixedSizeBinary(16);
    matches!(dtype, ArrowDataType::Extension(extension) if is(&extension.name, &extension.inner))
}

/// Returns the day of a moment; days beyond the range of dates saturate.
fn day(millis: i64) -> i32 {
    let day = millis.div_euclid(86_400_000);
    day.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

/// Returns true if polars can read the type, and rules have a type for it. For some types polars has one, but cannot read
/// them; lists and structs are read as JSON, whether polars knows them or not.
fn is_known(dtype: &ArrowDataType) -> bool {
    match dtype {
        ArrowDataType::Float16
        | ArrowDataType::Decimal256(..)
        | ArrowDataType::Union(_)
        | ArrowDataType::Interval(_)
        | ArrowDataType::Extension(_)
        | ArrowDataType::List(_)
        | ArrowDataType::LargeList(_)
        | ArrowDataType::FixedSizeList(..)
        | ArrowDataType::Struct(_)
        | ArrowDataType::Map(..) => false,
        ArrowDataType::Dictionary(_, values, _) => is_known(values),
        _ => true,
    }
}

fn text(field: &Field, array: &dyn Array, row: usize) -> Option<String> {
    match (array.as_any().downcast_ref::<FixedSizeBinaryArray>(), kind(field)) {
        (Some(bytes), SeriesConversion::Interval) => bytes.get(row).map(json::parquet_interval),
        (Some(bytes), SeriesConversion::Uuid) => bytes.get(row).map(uuid),
        _ => json::text(array, row),
    }
}

fn scale(field: &Field) -> usize {
    match field.dtype {
        ArrowDataType::Decimal256(_, scale) => scale,
        _ => 0,
    }
}

fn units<T: NativeType>(
    field: &Field,
    arrays: &[Box<dyn Array>],
    unit: impl Fn(T) -> Option<i128> + Copy,
) -> PolarsResult<Series> {
    let units = arrays.iter().map(|array| {
        let array = array.as_any().downcast_ref::<PrimitiveArray<T>>().ok_or_else(|| odd(array.as_ref()))?;
        exact::units(array, unit).map_err(|reason| PolarsError::ComputeError(reason.into()))
    });
    let units: Vec<PrimitiveArray<i128>> = units.collect::<PolarsResult<_>>()?;
    let units = Int128Chunked::from_chunk_iter(field.name.clone(), units);
    Ok(units.into_decimal_unchecked(exact::DIGITS, scale(field)).into_series())
}

/// Converts 16-bit floats, read as their bits: two bytes in Parquet, whole numbers in Arrow.
fn halves(array: &dyn Array) -> PolarsResult<PrimitiveArray<f64>> {
    if let Some(bits) = array.as_any().downcast_ref::<PrimitiveArray<u16>>() {
        let values: Vec<f64> = bits.values().iter().map(|bits| exact::shortest_half(*bits)).collect();
        return Ok(PrimitiveArray::from_vec(values).with_validity(bits.validity().cloned()));
    }
    let bytes = array.as_any().downcast_ref::<FixedSizeBinaryArray>().ok_or_else(|| odd(array))?;
    let value = |bytes: &[u8]| exact::shortest_half(u16::from_le_bytes([bytes[0], bytes[1]]));
    let values: Vec<f64> = bytes.values().chunks_exact(2).map(value).collect();
    Ok(PrimitiveArray::from_vec(values).with_validity(bytes.validity().cloned()))
}

fn odd(array: &dyn Array) -> PolarsError {
    PolarsError::ComputeError(format!("it was read as {:?}", array.dtype()).into())
}
