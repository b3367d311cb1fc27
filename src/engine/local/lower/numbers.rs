//! Evaluates functions of numbers.

use super::arithmetic::{power_of_ten, rescaled, without_nan};
use super::loops::{map, zip};
use super::vector::{LoopOperand, NumberVector};
use super::{Evaluated, Vector};
use crate::model::{ColumnType, Decimal};
use crate::rule::functions::FunctionId;

/// Evaluates a function of numbers. `value` is the first argument and `rest` the others.
pub fn call<'s>(function: FunctionId, value: Vector<'s>, mut rest: Vec<Vector<'s>>, kind: ColumnType) -> Evaluated<'s> {
    use FunctionId as Id;
    let second = rest.pop();
    let float =
        |f: fn(f64) -> f64| -> Evaluated<'s> { Ok(Vector::Float(without_nan(map(&value.clone().into_floats()?, f)))) };
    match (function, second) {
        (Id::Abs, _) => absolute(value),
        (Id::Sign, _) => sign(value),
        (Id::Round, None) => rounded(value, 0, kind),
        (Id::Round, Some(digits)) => match digits.into_integers()?.value(0) {
            Some(digits) => rounded(value, digits, kind),
            None => Ok(Vector::Null),
        },
        (Id::Trunc, _) => {
            cut(value, f64::trunc, |decimal| if decimal.units() < 0 { decimal.ceil() } else { decimal.floor() })
        }
        (Id::Floor, _) => cut(value, f64::floor, Decimal::floor),
        (Id::Ceil, _) => cut(value, f64::ceil, Decimal::ceil),
        // Outside of their domains these functions return NaN, which becomes null. The logarithm of zero is
        // undefined, too.
        (Id::Sqrt, _) => float(f64::sqrt),
        (Id::Exp, _) => float(f64::exp),
        (Id::Ln, _) => float(|x| if x > 0.0 { x.ln() } else { f64::NAN }),
        (Id::Log10, _) | (Id::Log, None) => float(log10),
        (Id::Log, Some(number)) => {
            let log = |base: f64, x: f64| if base == 1.0 { f64::NAN } else { log10(x) / log10(base) };
            Ok(Vector::Float(without_nan(zip(&value.into_floats()?, &number.into_floats()?, log))))
        }
        (Id::Power, Some(exponent)) => {
            // Zero has no negative powers, as it has no reciprocal.
            let power = |base: f64, exponent: f64| {
                if base == 0.0 && exponent < 0.0 { f64::NAN } else { base.powf(exponent) }
            };
            Ok(Vector::Float(without_nan(zip(&value.into_floats()?, &exponent.into_floats()?, power))))
        }
        _ => Err(value.unfit("an argument of this function")),
    }
}

fn log10(x: f64) -> f64 {
    if x > 0.0 { x.log10() } else { f64::NAN }
}

fn absolute(value: Vector) -> Evaluated {
    Ok(match value {
        Vector::Integer(cells) => Vector::Integer(map(&cells, i64::checked_abs)),
        Vector::Decimal(cells, scale) => Vector::Decimal(map(&cells, i128::checked_abs), scale),
        other => Vector::Float(map(&other.into_floats()?, f64::abs)),
    })
}

fn sign(value: Vector) -> Evaluated {
    Ok(Vector::Integer(match value {
        Vector::Integer(cells) => map(&cells, i64::signum),
        Vector::Decimal(cells, _) => map(&cells, |units| units.signum() as i64),
        other => map(&other.into_floats()?, |number| i64::from(number > 0.0) - i64::from(number < 0.0)),
    }))
}

/// Evaluates FLOOR, CEIL or TRUNC. Whole numbers are unchanged.
fn cut<'s>(value: Vector<'s>, float: fn(f64) -> f64, decimal: fn(Decimal) -> Decimal) -> Evaluated<'s> {
    Ok(match value {
        Vector::Integer(cells) => Vector::Integer(cells),
        Vector::Decimal(cells, scale) => {
            Vector::Decimal(map(&cells, |units| decimal(Decimal::new(units, scale)).units()), 0)
        }
        other => Vector::Float(map(&other.into_floats()?, float)),
    })
}

/// Evaluates ROUND. Halves are rounded away from zero. A negative number of digits rounds to tens, hundreds and so
/// on.
fn rounded<'s>(value: Vector<'s>, digits: i64, kind: ColumnType) -> Evaluated<'s> {
    Ok(match value {
        Vector::Integer(cells) if digits >= 0 => Vector::Integer(cells),
        Vector::Integer(cells) => {
            let tens = 0i64.saturating_sub(digits).try_into().unwrap_or(u8::MAX);
            Vector::Integer(map(&cells, |number| i64::try_from(round_to_tens(number.into(), 0, tens)?).ok()))
        }
        Vector::Decimal(cells, scale) => rounded_decimals(&cells, scale, digits, kind),
        other => Vector::Float(map(&other.into_floats()?, round_float(digits))),
    })
}

fn rounded_decimals<'s>(cells: &NumberVector<i128>, scale: u8, digits: i64, kind: ColumnType) -> Vector<'s> {
    let kept = u8::try_from(digits.clamp(0, scale.into())).unwrap_or(0);
    let cells: NumberVector<i128> = match u8::try_from(0i64.saturating_sub(digits)) {
        Ok(tens @ 1..) => map(cells, |units| round_to_tens(units, scale, tens)),
        // With more than 255 digits before the point, every number is rounded to 0.
        _ if digits < 0 => map(cells, |_| 0i128),
        _ => map(cells, |units| Decimal::new(units, scale).rounded(kept).map(Decimal::units)),
    };
    match kind {
        ColumnType::Decimal(wanted) if wanted != kept => Vector::Decimal(rescaled(&cells, kept, wanted), wanted),
        _ => Vector::Decimal(cells, kept),
    }
}

/// Returns the multiple of 10^`tens` nearest to a decimal.
fn round_to_tens(units: i128, scale: u8, tens: u8) -> Option<i128> {
    match scale.checked_add(tens).filter(|dropped| *dropped <= Decimal::MAX_SCALE) {
        Some(dropped) => {
            Decimal::new(units, dropped).rounded(0)?.units().checked_mul(power_of_ten(tens.min(Decimal::MAX_SCALE)))
        }
        // All 128-bit numbers are less than half of 10^39, so they are rounded to 0.
        None => Some(0),
    }
}

/// 2^53. All floats from this number on are whole numbers.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Rounds a float by its exact value, as DuckDB 2.0 does: the float 2.675 is slightly less than its text says, and
/// becomes 2.67.
fn round_float(digits: i64) -> impl Fn(f64) -> f64 {
    // Parsed from text, which yields the nearest float; repeated multiplication accumulates errors.
    let power: f64 = format!("1e{}", digits.unsigned_abs()).parse().unwrap_or(f64::INFINITY);
    move |number| {
        let (rounded, beyond) = match digits < 0 {
            // A float of this size has no digits to round.
            false if (number * power).abs() >= WHOLE => return number,
            true => {
                let scaled = number / power;
                // The exact remainder of the division determines on which side of `scaled` the exact quotient is.
                (round_exactly(scaled, (-scaled).mul_add(power, number)) * power, 0.0)
            }
            false => {
                let scaled = number * power;
                (round_exactly(scaled, number.mul_add(power, -scaled)) / power, number)
            }
        };
        if rounded.is_finite() || number.is_infinite() { rounded } else { beyond }
    }
}

/// Rounds an exact number that is near the float `scaled`: above it if `error` is positive, below it if negative.
/// `scaled` alone would round wrongly only where it is a half and the exact number is not. Exact halves are rounded
/// away from zero.
fn round_exactly(scaled: f64, error: f64) -> f64 {
    match (scaled.fract().abs() == 0.5, error * scaled.signum() < 0.0) {
        (true, true) => scaled.trunc(),
        _ => scaled.round(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The decimal module of Python rounds the exact values of these floats, halves away from zero.
    #[test]
    fn rounding_judges_floats_next_to_half_by_exact_value() {
        let cases = [(2.675, 2.67), (-2.675, -2.67), (2.685, 2.69), (1.005, 1.0), (0.125, 0.13), (-0.125, -0.13)];
        for (number, rounded) in cases {
            assert_eq!(round_float(2)(number), rounded, "{number}");
        }
        assert_eq!((round_float(-1)(25.0), round_float(-1)(24.999)), (30.0, 20.0));
    }
}
