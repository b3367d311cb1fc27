//! Evaluates arithmetic on numbers and dates.

use super::loops::{map, zip};
use super::vector::NumberVector;
use super::{Evaluated, Vector, dates};
use crate::model::{ColumnType, Decimal};
use crate::rule::ArithmeticOperation;

/// Evaluates an operation. `kind` is the kind of the result and, for decimals, determines its scale.
pub fn arithmetic<'s>(op: ArithmeticOperation, left: Vector<'s>, right: Vector<'s>, kind: ColumnType) -> Evaluated<'s> {
    Ok(match (left, right) {
        (Vector::Null, _) | (_, Vector::Null) => Vector::Null,
        (Vector::Date(a), Vector::Date(b)) => Vector::Integer(zip(&a, &b, |a, b| i64::from(a) - i64::from(b))),
        (Vector::Date(date), Vector::Integer(days)) | (Vector::Integer(days), Vector::Date(date)) => {
            let sign = if op == ArithmeticOperation::Subtract { -1 } else { 1 };
            Vector::Date(zip(&date, &days, |date, days| {
                let days = i64::from(date).checked_add(days.checked_mul(sign)?)?;
                i32::try_from(days).ok().filter(|days| dates::is_in_calendar(*days))
            }))
        }
        (Vector::Integer(a), Vector::Integer(b)) if op != ArithmeticOperation::Divide => {
            Vector::Integer(integers(op, &a, &b))
        }
        (a, b) if is_floating(op, &a, &b) => Vector::Float(floats(op, &a.into_floats()?, &b.into_floats()?)),
        (a, b) => decimals(op, a.into_decimals()?, b.into_decimals()?, kind),
    })
}

fn is_floating(op: ArithmeticOperation, a: &Vector, b: &Vector) -> bool {
    op == ArithmeticOperation::Divide || [a, b].iter().any(|side| matches!(side, Vector::Float(_)))
}

/// Computes with 64-bit integers. Overflow and a remainder by zero are null; division is computed with floats.
fn integers(op: ArithmeticOperation, a: &NumberVector<i64>, b: &NumberVector<i64>) -> NumberVector<'static, i64> {
    match op {
        ArithmeticOperation::Add => zip(a, b, |a, b| a.checked_add(b)),
        ArithmeticOperation::Subtract => zip(a, b, |a, b| a.checked_sub(b)),
        ArithmeticOperation::Multiply => zip(a, b, |a, b| a.checked_mul(b)),
        // The least integer divided by -1 overflows, but its remainder is 0.
        ArithmeticOperation::Divide | ArithmeticOperation::Remainder => {
            zip(a, b, |a, b| (b != 0).then(|| a.wrapping_rem(b)))
        }
    }
}

/// Computes with floats. A division by zero is null, and so is NaN, such as infinity minus infinity.
fn floats(op: ArithmeticOperation, a: &NumberVector<f64>, b: &NumberVector<f64>) -> NumberVector<'static, f64> {
    without_nan(match op {
        ArithmeticOperation::Add => zip(a, b, |a, b| a + b),
        ArithmeticOperation::Subtract => zip(a, b, |a, b| a - b),
        ArithmeticOperation::Multiply => zip(a, b, |a, b| a * b),
        ArithmeticOperation::Divide => zip(a, b, |a, b| if b == 0.0 { f64::NAN } else { a / b }),
        ArithmeticOperation::Remainder => zip(a, b, |a, b| a % b),
    })
}

/// Computes with decimals. A result is null if it has more than 38 digits, or more digits after the point than its
/// scale.
fn decimals<'s>(
    op: ArithmeticOperation,
    (a, s): (NumberVector<i128>, u8),
    (b, t): (NumberVector<i128>, u8),
    kind: ColumnType,
) -> Vector<'s> {
    let natural = match op {
        ArithmeticOperation::Multiply => (s + t).min(Decimal::MAX_SCALE),
        _ => s.max(t),
    };
    let scale = match kind {
        ColumnType::Decimal(scale) => scale,
        _ => natural,
    };
    let raised = |from: u8| scale.checked_sub(from).map(power_of_ten);
    let cells: NumberVector<i128> = match (op, raised(s), raised(t)) {
        (ArithmeticOperation::Add, Some(x), Some(y)) => {
            zip(&a, &b, |a, b| a.checked_mul(x)?.checked_add(b.checked_mul(y)?))
        }
        (ArithmeticOperation::Subtract, Some(x), Some(y)) => {
            zip(&a, &b, |a, b| a.checked_mul(x)?.checked_sub(b.checked_mul(y)?))
        }
        (ArithmeticOperation::Multiply, ..) if scale == s + t => zip(&a, &b, |a, b| a.checked_mul(b)),
        _ => zip(&a, &b, |a, b| {
            let (a, b) = (Decimal::new(a, s), Decimal::new(b, t));
            let result = match op {
                ArithmeticOperation::Add => a.checked_add(b),
                ArithmeticOperation::Subtract => a.checked_sub(b),
                ArithmeticOperation::Multiply => a.checked_mul(b),
                ArithmeticOperation::Divide | ArithmeticOperation::Remainder => a.checked_rem(b),
            };
            result?.rescale(scale).map(Decimal::units)
        }),
    };
    // A decimal has at most 38 digits; 128 bits hold some numbers of 39.
    Vector::Decimal(
        map(&cells, |units| (units.unsigned_abs() < power_of_ten(Decimal::MAX_SCALE) as u128).then_some(units)),
        scale,
    )
}

/// Converts decimals to another scale. A number becomes null if it would lose non-zero digits or does not fit 128
/// bits.
pub fn rescaled(cells: &NumberVector<i128>, from: u8, to: u8) -> NumberVector<'static, i128> {
    map(cells, |units| Decimal::new(units, from).rescale(to).map(Decimal::units))
}

/// Turns NaN into null.
pub fn without_nan(cells: NumberVector<'_, f64>) -> NumberVector<'_, f64> {
    if !cells.values().iter().fold(false, |any, value| any | value.is_nan()) {
        return cells;
    }
    map(&cells, |value| (!value.is_nan()).then_some(value))
}

/// Returns 10^`digits`, for at most 38 digits.
pub fn power_of_ten(digits: u8) -> i128 {
    10i128.pow(digits.into())
}
