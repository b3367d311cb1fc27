//! Evaluates `CAST`. A value that cannot be cast is null, so that a single malformed value does not prevent the count
//! of a million others.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use super::loops::{map, write_texts};
use super::vector::{NumberVector, TextVector};
use super::{Evaluated, EvaluationError, Vector, arithmetic, dates};
use crate::data::shortest;
use crate::model::{ColumnType, Decimal};
use crate::rule::{CastType, parse_date, parse_timestamp};

/// Evaluates a cast. Texts may take at most `limit` bytes per block.
pub fn cast<'s>(value: Vector<'s>, to: CastType, limit: usize) -> Evaluated<'s> {
    if let Vector::Null = value {
        return Ok(Vector::Null);
    }
    match to {
        CastType::Integer { bits } => to_integer(value, bits).map(Vector::Integer),
        CastType::Float => to_float(value).map(Vector::Float),
        CastType::Real => to_float(value).map(|floats| Vector::Float(to_real(&floats))),
        CastType::Decimal { precision, scale } => {
            to_decimal(value, precision, scale).map(|cells| Vector::Decimal(cells, scale))
        }
        CastType::Text => to_text(value, limit).map(Vector::Text),
        CastType::Boolean => to_boolean(value),
        CastType::Date => to_date(value).map(Vector::Date),
        CastType::Timestamp => match value {
            Vector::Text(texts) => Ok(Vector::Timestamp(map(&texts, |text| {
                parse_timestamp(text).map(|at| at.and_utc().timestamp_micros())
            }))),
            other => other.into_timestamps().map(Vector::Timestamp),
        },
    }
}

/// Converts values to another kind that represents them without loss, or to the nearest float. Used where values of
/// different kinds are combined, as in CASE.
pub fn to_kind<'s>(value: Vector<'s>, kind: ColumnType) -> Evaluated<'s> {
    match (value, kind) {
        (Vector::Null, _) => Ok(Vector::Null),
        (value, ColumnType::Float) if value.is_number() => value.into_floats().map(Vector::Float),
        (value @ (Vector::Integer(_) | Vector::Decimal(..)), ColumnType::Decimal(scale)) => {
            let (cells, from) = value.into_decimals()?;
            let cells = if from == scale { cells } else { arithmetic::rescaled(&cells, from, scale) };
            Ok(Vector::Decimal(cells, scale))
        }
        (value @ Vector::Date(_), ColumnType::Timestamp) => value.into_timestamps().map(Vector::Timestamp),
        (value, _) => Ok(value),
    }
}

fn to_integer(value: Vector<'_>, bits: u8) -> Result<NumberVector<'_, i64>, EvaluationError> {
    let most = i64::MAX >> (64 - u32::from(bits.clamp(1, 64)));
    let within = |number: i64| (-most - 1..=most).contains(&number).then_some(number);
    Ok(match value {
        Vector::Integer(cells) if bits >= 64 => cells,
        Vector::Integer(cells) => map(&cells, within),
        Vector::Truth(truths) => map(&truths, i64::from),
        Vector::Text(texts) => map(&texts, |text| whole_number(trimmed(text)).and_then(within)),
        Vector::Decimal(cells, scale) => map(&cells, |units| {
            let rounded = Decimal::new(units, scale).rounded(0)?.units();
            i64::try_from(rounded).ok().and_then(within)
        }),
        // Ties are rounded to the even number, as in DuckDB and PostgreSQL.
        Vector::Float(cells) => map(&cells, |number| {
            let rounded = number.round_ties_even();
            // 2^63, the least positive float that does not fit 64 bits.
            const BEYOND: f64 = 9_223_372_036_854_775_808.0;
            (-BEYOND..BEYOND).contains(&rounded).then_some(rounded as i64).and_then(within)
        }),
        other => return Err(other.unfit("a value that can become a whole number")),
    })
}

/// Parses digits with an optional sign. Unlike DuckDB it neither rounds `2.5` nor accepts `1e3`, since these are not
/// whole numbers.
fn whole_number(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn to_float(value: Vector<'_>) -> Result<NumberVector<'_, f64>, EvaluationError> {
    Ok(match value {
        Vector::Truth(truths) => map(&truths, |truth| f64::from(u8::from(truth))),
        Vector::Text(texts) => map(&texts, |text| trimmed(text).parse::<f64>().ok().filter(|number| !number.is_nan())),
        other => other.into_floats()?,
    })
}

/// Rounds floats to 32-bit precision. A number beyond the range of 32-bit floats becomes null.
fn to_real(floats: &NumberVector<f64>) -> NumberVector<'static, f64> {
    map(floats, |number| {
        let real = number as f32;
        (real.is_finite() || number.is_infinite()).then(|| shortest(real))
    })
}

fn to_decimal(value: Vector<'_>, precision: u8, scale: u8) -> Result<NumberVector<'_, i128>, EvaluationError> {
    let precision = precision.min(Decimal::MAX_SCALE);
    let most = arithmetic::power_of_ten(precision) - 1;
    let within = |units: i128| (-most..=most).contains(&units).then_some(units);
    let rounded = |decimal: Decimal| decimal.rounded(scale).map(Decimal::units).and_then(within);
    Ok(match value {
        Vector::Truth(truths) => map(&truths, |truth| within(i128::from(truth) * arithmetic::power_of_ten(scale))),
        Vector::Integer(cells) => map(&cells, |number| rounded(Decimal::from_integer(number))),
        Vector::Decimal(cells, from) => map(&cells, |units| rounded(Decimal::new(units, from))),
        Vector::Float(cells) => {
            let one = arithmetic::power_of_ten(scale) as f64;
            // A float beyond 2^127 becomes the greatest 128-bit number, which exceeds every precision and so becomes
            // null.
            map(&cells, |number| within((number * one).round() as i128))
        }
        Vector::Text(texts) => map(&texts, |text| decimal_units(trimmed(text), scale).and_then(within)),
        other => return Err(other.unfit("a value that can become a decimal")),
    })
}

/// Parses `-12.345`, `+.5` or `1.5e3`, with any number of digits. Rounds to `scale` digits after the point, halves
/// away from zero.
fn decimal_units(text: &str, scale: u8) -> Option<i128> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() + fraction.len() == 0 {
        return None;
    }
    // The number of digits before the point once the exponent is applied, and the number of digits that are kept.
    let point = i64::try_from(whole.len()).ok()? + i64::from(exponent);
    let kept = point + i64::from(scale);
    let mut units: i128 = 0;
    let mut digits = 0;
    let mut rounds_up = false;
    for byte in whole.bytes().chain(fraction.bytes()) {
        let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
        if digits < kept {
            units = units.checked_mul(10)?.checked_add(digit)?;
        } else if digits == kept {
            rounds_up = digit >= 5;
        }
        digits += 1;
    }
    let missing = kept - digits;
    if missing > 0 && units != 0 {
        let zeros = u8::try_from(missing).ok().filter(|zeros| *zeros <= Decimal::MAX_SCALE)?;
        units = units.checked_mul(arithmetic::power_of_ten(zeros))?;
    }
    units = units.checked_add(i128::from(rounds_up))?;
    Some(if negative { -units } else { units })
}

fn to_text(value: Vector<'_>, limit: usize) -> Result<TextVector<'_>, EvaluationError> {
    macro_rules! written {
        ($side:expr, $value:ident => $shown:expr) => {
            write_texts($side, limit, |$value, out: &mut String| match $shown {
                Some(shown) => write!(out, "{shown}").is_ok(),
                None => false,
            })?
        };
    }
    Ok(match value {
        Vector::Text(texts) => texts,
        Vector::Integer(cells) => written!(&cells, number => Some(number)),
        Vector::Truth(truths) => written!(&truths, truth => Some(truth)),
        Vector::Decimal(cells, scale) => written!(&cells, units => Some(Decimal::new(units, scale))),
        Vector::Date(cells) => written!(&cells, days => NaiveDate::from_epoch_days(days).map(IsoDate)),
        Vector::Timestamp(cells) => written!(&cells, micros => dates::moment(micros).map(IsoMoment)),
        Vector::Float(cells) => written!(&cells, number => Some(Digits(number))),
        other => return Err(other.unfit("a value that can become a text")),
    })
}

/// A date formatted as `2026-01-31`. A year beyond 9999 has no plus sign.
struct IsoDate(NaiveDate);

impl std::fmt::Display for IsoDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

/// A moment formatted as `2026-01-31 12:00:00.5`, with as many digits of a second as needed.
struct IsoMoment(NaiveDateTime);

impl std::fmt::Display for IsoMoment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (date, time) = (IsoDate(self.0.date()), self.0.time());
        write!(f, "{date} {:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())?;
        match time.nanosecond() / 1_000 {
            0 => Ok(()),
            micros => f.write_str(format!(".{micros:06}").trim_end_matches('0')),
        }
    }
}

/// A float formatted with the fewest digits that identify it, as in DuckDB, C and Python: `0.5`, `100.0`, `1e+16`,
/// `1.5e-07`.
struct Digits(f64);

impl std::fmt::Display for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scientific = format!("{:e}", self.0);
        match scientific.split_once('e').and_then(|(digits, exponent)| Some((digits, exponent.parse::<i32>().ok()?))) {
            Some((digits, exponent)) if !(-4..16).contains(&exponent) => {
                let sign = if exponent < 0 { '-' } else { '+' };
                write!(f, "{digits}e{sign}{:02}", exponent.unsigned_abs())
            }
            _ => write!(f, "{:?}", self.0),
        }
    }
}

fn to_boolean(value: Vector) -> Evaluated {
    Ok(Vector::Truth(match value {
        Vector::Truth(truths) => truths,
        Vector::Integer(cells) => map(&cells, |number| number != 0),
        Vector::Decimal(cells, _) => map(&cells, |units| units != 0),
        Vector::Float(cells) => map(&cells, |number| number != 0.0),
        other => return Err(other.unfit("a number")),
    }))
}

fn to_date(value: Vector<'_>) -> Result<NumberVector<'_, i32>, EvaluationError> {
    Ok(match value {
        Vector::Date(cells) => cells,
        Vector::Text(texts) => map(&texts, |text| parse_date(text).map(|date| date.to_epoch_days())),
        other => map(&other.into_timestamps()?, dates::day_of),
    })
}

/// Returns the text without white space around it.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c| matches!(c, ' ' | '\t'..='\r'))
}
