//! Evaluates comparisons: exactly between whole numbers and decimals, as floats if one side is a float, by bytes for
//! texts.

use super::loops::{map, spread_known, zip};
use super::vector::{LoopOperand, NumberVector};
use super::{Evaluated, TruthVector, Vector};
use crate::model::Decimal;
use crate::rule::Comparison;

/// Evaluates a comparison. The result is null where a side is null.
pub fn compare<'s>(op: Comparison, left: Vector<'s>, right: Vector<'s>) -> Evaluated<'s> {
    let (op, left, right) = match op {
        Comparison::Greater | Comparison::GreaterOrEqual => (op.turned(), right, left),
        _ => (op, left, right),
    };
    Ok(Vector::Truth(match (left, right) {
        (Vector::Null, _) | (_, Vector::Null) => return Ok(Vector::Null),
        (Vector::Truth(a), Vector::Truth(b)) => ordered(op, &a, &b),
        (Vector::Integer(a), Vector::Integer(b)) => ordered(op, &a, &b),
        (Vector::Text(a), Vector::Text(b)) => ordered(op, &a, &b),
        (Vector::Date(a), Vector::Date(b)) => ordered(op, &a, &b),
        (a @ (Vector::Date(_) | Vector::Timestamp(_)), b @ (Vector::Date(_) | Vector::Timestamp(_))) => {
            ordered(op, &a.into_timestamps()?, &b.into_timestamps()?)
        }
        (a, b) if a.is_number() && b.is_number() => match (a, b) {
            (a @ Vector::Float(_), b) | (a, b @ Vector::Float(_)) => ordered(op, &a.into_floats()?, &b.into_floats()?),
            (a, b) => exact(op, a.into_decimals()?, b.into_decimals()?),
        },
        (a, b) => return Err(if a.is_number() { b } else { a }.unfit("a value that can be compared with the other")),
    }))
}

/// Compares two sides. The operator is selected outside of the loop. Floats are compared as in IEEE 754, so -0.0
/// equals 0.0; known values are never NaN.
fn ordered<'a, A: LoopOperand, B: LoopOperand>(op: Comparison, a: &'a A, b: &'a B) -> TruthVector
where
    A::Item<'a>: PartialOrd<B::Item<'a>>,
{
    match op {
        Comparison::Equal => zip(a, b, |a, b| a == b),
        Comparison::NotEqual => zip(a, b, |a, b| a != b),
        Comparison::Less => zip(a, b, |a, b| a < b),
        Comparison::LessOrEqual => zip(a, b, |a, b| a <= b),
        Comparison::Greater => zip(a, b, |a, b| a > b),
        Comparison::GreaterOrEqual => zip(a, b, |a, b| a >= b),
    }
}

/// Compares decimals. If the scales differ and one side is a literal without more digits than the other side,
/// compares units at the other side's scale.
fn exact(op: Comparison, (a, s): (NumberVector<i128>, u8), (b, t): (NumberVector<i128>, u8)) -> TruthVector {
    if s == t {
        return ordered(op, &a, &b);
    }
    if let Some(b) = rescaled_literal(&b, t, s) {
        return ordered(op, &a, &b);
    }
    if let Some(a) = rescaled_literal(&a, s, t) {
        return ordered(op, &a, &b);
    }
    zip(&a, &b, |a, b| op.holds(Decimal::new(a, s).cmp(&Decimal::new(b, t))))
}

fn rescaled_literal(cells: &NumberVector<i128>, from: u8, to: u8) -> Option<NumberVector<'static, i128>> {
    let same = |units| Decimal::new(units, from).rescale(to).map(Decimal::units);
    (cells.len() == 1 && same(cells.get(0)).is_some()).then(|| map(cells, same))
}

/// Evaluates IS NOT DISTINCT FROM: like `=`, but two nulls are equal, and the result is never null.
pub fn same<'s>(left: Vector<'s>, right: Vector<'s>) -> Evaluated<'s> {
    let rows = left.len().max(right.len());
    let known = |side: &Vector| {
        let known = spread_known(side.known(), side.len(), rows);
        known.unwrap_or_else(|| vec![u64::MAX; rows.div_ceil(64)])
    };
    let (a, b) = (known(&left), known(&right));
    let equal = compare(Comparison::Equal, left, right)?.into_truths()?.spread(rows).trues();
    let words = equal.iter().zip(a.iter().zip(&b)).map(|(equal, (a, b))| equal | !(a | b)).collect();
    Ok(Vector::Truth(TruthVector::new(words, None, rows)))
}
