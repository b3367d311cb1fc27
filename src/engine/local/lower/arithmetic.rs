//! Evaluates arithmetic of numbers and dates.

use super::loops::{map, zip};
use super::vector::Cells;
use super::{Evaluated, Vector, dates, numbers};
use crate::model::{ColumnType, Decimal};
use crate::rule::Operation;

/// Evaluates an operation. `kind` is the kind of the result, which has the scale of a decimal.
pub fn arithmetic<'s>(op: Operation, left: Vector<'s>, right: Vector<'s>, kind: ColumnType) -> Evaluated<'s> {
    Ok(match (left, right) {
        (Vector::Null, _) | (_, Vector::Null) => Vector::Null,
        (Vector::Date(a), Vector::Date(b)) => Vector::Integer(zip(&a, &b, |a, b| i64::from(a) - i64::from(b))),
        (Vector::Date(date), Vector::Integer(days)) | (Vector::Integer(days), Vector::Date(date)) => {
            let sign = if op == Operation::Subtract { -1 } else { 1 };
            Vector::Date(zip(&date, &days, |date, days| {
                let days = i64::from(date).checked_add(days.checked_mul(sign)?)?;
                i32::try_from(days).ok().filter(|days| dates::is_in_calendar(*days))
            }))
        }
        (Vector::Integer(a), Vector::Integer(b)) if op != Operation::Divide => Vector::Integer(integers(op, &a, &b)),
        (a, b) if is_floating(op, &a, &b) => Vector::Float(floats(op, &a.into_floats()?, &b.into_floats()?)),
        (a, b) => decimals(op, a.into_decimals()?, b.into_decimals()?, kind),
    })
}

fn is_floating(op: Operation, a: &Vector, b: &Vector) -> bool {
    op == Operation::Divide || [a, b].iter().any(|side| matches!(side, Vector::Float(_)))
}

/// Computes with 64 bits; overflow and a remainder by zero are null.
fn integers(op: Operation, a: &Cells<i64>, b: &Cells<i64>) -> Cells<'static, i64> {
    match op {
        Operation::Add => zip(a, b, |a, b| a.checked_add(b)),
        Operation::Subtract => zip(a, b, |a, b| a.checked_sub(b)),
        Operation::Multiply => zip(a, b, |a, b| a.checked_mul(b)),
        // The least integer divided by -1 overflows; its remainder is 0.
        Operation::Divide | Operation::Remainder => zip(a, b, |a, b| (b != 0).then(|| a.wrapping_rem(b))),
    }
}

/// Computes with floats. A division by zero is null, and so is NaN, as infinity minus infinity.
fn floats(op: Operation, a: &Cells<f64>, b: &Cells<f64>) -> Cells<'static, f64> {
    numbers::without_nan(match op {
        Operation::Add => zip(a, b, |a, b| a + b),
        Operation::Subtract => zip(a, b, |a, b| a - b),
        Operation::Multiply => zip(a, b, |a, b| a * b),
        Operation::Divide => zip(a, b, |a, b| if b == 0.0 { f64::NAN } else { a / b }),
        Operation::Remainder => zip(a, b, |a, b| a % b),
    })
}

/// Computes with decimals. A result of more than 38 digits, or more after the point than its scale, is null.
fn decimals<'s>(op: Operation, (a, s): (Cells<i128>, u8), (b, t): (Cells<i128>, u8), kind: ColumnType) -> Vector<'s> {
    let natural = match op {
        Operation::Multiply => (s + t).min(Decimal::MAX_SCALE),
        _ => s.max(t),
    };
    let scale = match kind {
        ColumnType::Decimal(scale) => scale,
        _ => natural,
    };
    let raised = |from: u8| scale.checked_sub(from).map(numbers::power_of_ten);
    let cells: Cells<i128> = match (op, raised(s), raised(t)) {
        (Operation::Add, Some(x), Some(y)) => zip(&a, &b, |a, b| a.checked_mul(x)?.checked_add(b.checked_mul(y)?)),
        (Operation::Subtract, Some(x), Some(y)) => zip(&a, &b, |a, b| a.checked_mul(x)?.checked_sub(b.checked_mul(y)?)),
        (Operation::Multiply, ..) if scale == s + t => zip(&a, &b, |a, b| a.checked_mul(b)),
        _ => zip(&a, &b, |a, b| {
            let (a, b) = (Decimal::new(a, s), Decimal::new(b, t));
            let result = match op {
                Operation::Add => a.checked_add(b),
                Operation::Subtract => a.checked_sub(b),
                Operation::Multiply => a.checked_mul(b),
                Operation::Divide | Operation::Remainder => a.checked_rem(b),
            };
            result?.rescale(scale).map(Decimal::units)
        }),
    };
    // A decimal has at most 38 digits; 128 bits hold some numbers of 39.
    Vector::Decimal(
        map(&cells, |units| {
            (units.unsigned_abs() < numbers::power_of_ten(Decimal::MAX_SCALE) as u128).then_some(units)
        }),
        scale,
    )
}

/// Converts decimals to another scale; a number that loses digits or is beyond 128 bits becomes null.
pub fn rescaled(cells: &Cells<i128>, from: u8, to: u8) -> Cells<'static, i128> {
    map(cells, |units| Decimal::new(units, from).rescale(to).map(Decimal::units))
}
