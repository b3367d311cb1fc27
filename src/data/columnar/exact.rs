//! Converts numbers of types that rules do not read to exact decimals or 64-bit floats.

use polars::prelude::{
    ArrowDataType, ChunkedArray, DataType, DecimalChunked, Float32Chunked, Float64Chunked, Int128Chunked, IntoSeries,
    PolarsNumericType, PolarsResult, Series,
};
use polars_arrow::array::PrimitiveArray;
use polars_arrow::types::NativeType;
use rayon::prelude::*;

/// Maximum number of digits of a decimal.
pub const DIGITS: usize = 38;

/// Number of values that one thread converts at once.
const CHUNK: usize = 1 << 15;

/// Converts whole numbers to decimals without digits after the point.
///
/// # Errors
/// Returns an error if a number has more than [`DIGITS`] digits.
pub fn decimal<T: PolarsNumericType<Native: Into<i128>>>(numbers: &ChunkedArray<T>) -> PolarsResult<Series> {
    let chunks = numbers.downcast_iter().map(|array| {
        let units: Vec<i128> = array.values().iter().map(|&value| value.into()).collect();
        PrimitiveArray::from_vec(units).with_validity(array.validity().cloned())
    });
    let units = Int128Chunked::from_chunk_iter(numbers.name().clone(), chunks);
    Ok(units.into_decimal(DIGITS, 0)?.into_series())
}

/// Returns the same decimals with room for [`DIGITS`] digits.
pub fn widened(decimals: &DecimalChunked) -> Series {
    decimals.physical().clone().into_decimal_unchecked(DIGITS, decimals.scale()).into_series()
}

/// Converts numbers of more than 64 bits to units of decimals.
///
/// # Errors
/// Returns an error if a number has more than [`DIGITS`] digits.
pub fn units<T: NativeType>(
    array: &PrimitiveArray<T>,
    unit: impl Fn(T) -> Option<i128>,
) -> Result<PrimitiveArray<i128>, String> {
    const BOUND: u128 = 10u128.pow(DIGITS as u32);
    let unit = |value: Option<&T>| match value {
        None => Ok(None),
        Some(value) => match unit(*value).filter(|unit| unit.unsigned_abs() < BOUND) {
            Some(unit) => Ok(Some(unit)),
            None => Err(format!("a number has more than {DIGITS} digits")),
        },
    };
    let units: Vec<Option<i128>> = array.iter().map(unit).collect::<Result<_, _>>()?;
    Ok(PrimitiveArray::from(units).to(ArrowDataType::Int128))
}

/// Converts 32-bit floats to 64-bit floats with the same digits: 0.1 in 32 bits becomes 0.1, not 0.10000000149011612.
pub fn doubles(floats: &Float32Chunked) -> Series {
    let chunks = floats.downcast_iter().map(|array| {
        let mut doubles = vec![0.0; array.len()];
        let pieces = doubles.par_chunks_mut(CHUNK).zip(array.values().par_chunks(CHUNK));
        pieces.for_each(|(doubles, floats)| {
            doubles.iter_mut().zip(floats).for_each(|(double, float)| *double = shortest(*float));
        });
        PrimitiveArray::from_vec(doubles).with_validity(array.validity().cloned())
    });
    Float64Chunked::from_chunk_iter(floats.name().clone(), chunks).into_series()
}

/// Returns the number with the shortest text among those nearest to this float.
pub fn shortest(float: f32) -> f64 {
    let (exact, size) = (f64::from(float), f64::from(float.abs()));
    // Above this range the shortest text may end in zeros before the point; below it, it has more digits than `POWERS`
    // covers.
    const WHOLE: f64 = 16_777_216.0;
    if !(1e-4..WHOLE).contains(&size) {
        return if size == 0.0 || !exact.is_finite() { exact } else { float.to_string().parse().unwrap_or(exact) };
    }
    fewest_digits(exact, |number| number as f32 == float)
}

/// Returns the nearest number with the fewest digits after the point for which `same` holds.
fn fewest_digits(exact: f64, same: impl Fn(f64) -> bool) -> f64 {
    const POWERS: [f64; 14] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13];
    // Halves away from zero, as texts are rounded; faster than a rounding function.
    let rounded = |power: &f64| ((exact.abs() * power + 0.5) as i64 as f64 / power).copysign(exact);
    POWERS.iter().map(rounded).find(|number| same(*number)).unwrap_or(exact)
}

/// Converts a 16-bit float as [`shortest`] does.
pub fn shortest_half(bits: u16) -> f64 {
    let (exact, sign) = (half(bits & 0x7fff), if bits >> 15 == 1 { -1.0 } else { 1.0 });
    if !exact.is_finite() || exact == 0.0 {
        return sign * exact;
    }
    // Halfway to its neighbours; the largest has none above.
    let below = (exact + half((bits & 0x7fff) - 1)) / 2.0;
    let above = exact + (exact - below);
    sign * fewest_digits(exact, |number| below < number && number < above)
}

/// Decodes an IEEE 754 binary16 without its sign.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10), f64::from(bits & 0x3ff) / 1024.0);
    match exponent {
        0 => fraction * 2f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2f64.powi(exponent - 15),
    }
}

/// Type of [`decimal`]'s columns.
pub const WHOLE: DataType = DataType::Decimal(DIGITS, 0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn float32_has_value_of_shortest_text() {
        let of_text = |float: f32| float.to_string().parse::<f64>().unwrap();
        let mut bits = 0x9E37_79B9u32;
        for _ in 0..300_000 {
            bits ^= bits << 13;
            bits ^= bits >> 17;
            bits ^= bits << 5;
            let any = f32::from_bits(bits);
            let plain = (bits % 20_000_001) as f32 / [1.0, 10.0, 100.0, 1e4, 1e6][bits as usize % 5];
            for float in [any, plain, -plain] {
                if !float.is_nan() {
                    assert_eq!(shortest(float), of_text(float), "{float:?}");
                }
            }
        }
        for float in [0.1f32, 1e-4, 9.999e-5, 16_777_216.0, 16_777_215.0, f32::MAX, f32::MIN_POSITIVE, 1e-45, 0.3] {
            assert_eq!(shortest(float), of_text(float), "{float:?}");
        }
        assert!(shortest(-0.0).is_sign_negative() && shortest(f32::NAN).is_nan());
        assert_eq!(shortest(f32::NEG_INFINITY), f64::NEG_INFINITY);
    }

    #[test]
    fn float16_has_value_of_shortest_text() {
        // numpy.float16: 0.1 is 0x2e66, 65504 the largest, 6e-08 the least.
        assert_eq!(shortest_half(0x2e66), 0.1);
        assert_eq!(shortest_half(0xae66), -0.1);
        assert_eq!(shortest_half(0x3c00), 1.0);
        assert_eq!(shortest_half(0x7bff), 65504.0);
        assert_eq!(shortest_half(0x0001), 6e-8);
        assert_eq!(shortest_half(0x7c00), f64::INFINITY);
        assert!(shortest_half(0x7e00).is_nan());
    }
}
