//! Literals as bounds on a column's cells: the numbers between two, both included.

use std::ops::Bound;

use polars::prelude::DataType;

use crate::model::Datum;

/// Beyond this a float no longer tells whole numbers apart, and polars compares as floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The cells that lie between two literals: none, or all from the first to the second.
pub type Between<T> = Option<(T, T)>;

/// Bounds on whole numbers, dates and timestamps, in the unit of the column's type. `None` if they cannot be told exactly.
pub fn whole(low: &Bound<Datum>, high: &Bound<Datum>, data_type: &DataType) -> Option<Between<i64>> {
    let low = match low {
        Bound::Unbounded => Some(i64::MIN),
        Bound::Included(literal) => at_least(literal, data_type)?,
        Bound::Excluded(literal) => above(literal, data_type)?,
    };
    let high = match high {
        Bound::Unbounded => Some(i64::MAX),
        Bound::Included(literal) => at_most(literal, data_type)?,
        Bound::Excluded(literal) => below(literal, data_type)?,
    };
    Some(low.zip(high).filter(|(low, high)| low <= high))
}

/// Bounds on floats.
pub fn float(low: &Bound<Datum>, high: &Bound<Datum>) -> Option<Between<f64>> {
    let low = match low {
        Bound::Unbounded => Some(f64::NEG_INFINITY),
        Bound::Included(literal) => Some(number(literal)?),
        Bound::Excluded(literal) => Some(number(literal)?).filter(|low| *low < f64::INFINITY).map(f64::next_up),
    };
    let high = match high {
        Bound::Unbounded => Some(f64::INFINITY),
        Bound::Included(literal) => Some(number(literal)?),
        Bound::Excluded(literal) => Some(number(literal)?).filter(|high| *high > f64::NEG_INFINITY).map(f64::next_down),
    };
    Some(low.zip(high).filter(|(low, high)| low <= high))
}

fn number(literal: &Datum) -> Option<f64> {
    match literal {
        Datum::Integer(number) => Some(*number as f64),
        Datum::Decimal(number) => Some(number.to_f64()),
        Datum::Float(number) if !number.is_nan() => Some(*number),
        _ => None,
    }
}

fn at_least(literal: &Datum, data_type: &DataType) -> Option<Option<i64>> {
    cell(literal, data_type, f64::ceil).map(Some)
}

fn at_most(literal: &Datum, data_type: &DataType) -> Option<Option<i64>> {
    cell(literal, data_type, f64::floor).map(Some)
}

/// The least cell above the literal, if there is one.
fn above(literal: &Datum, data_type: &DataType) -> Option<Option<i64>> {
    cell(literal, data_type, f64::floor).map(|cell| cell.checked_add(1))
}

fn below(literal: &Datum, data_type: &DataType) -> Option<Option<i64>> {
    cell(literal, data_type, f64::ceil).map(|cell| cell.checked_sub(1))
}

/// The literal in the unit of the column; a fraction is rounded by `round`.
fn cell(literal: &Datum, data_type: &DataType, round: fn(f64) -> f64) -> Option<i64> {
    match (literal, data_type) {
        (Datum::Date(date), DataType::Date) => Some(i64::from(date.to_epoch_days())),
        (Datum::Timestamp(at), DataType::Datetime(..)) => Some(at.and_utc().timestamp_micros()),
        (Datum::Integer(number), whole) if whole.is_integer() => Some(*number),
        (Datum::Float(number), whole) if whole.is_integer() && number.abs() < EXACT => Some(round(*number) as i64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integers(low: Bound<Datum>, high: Bound<Datum>) -> Option<Between<i64>> {
        whole(&low, &high, &DataType::Int64)
    }

    #[test]
    fn whole_numbers_beside_fractions_are_bounded_by_the_whole_ones_within() {
        let float = |number| Datum::Float(number);
        use Bound::{Excluded, Included, Unbounded};
        assert_eq!(integers(Excluded(float(2.5)), Unbounded), Some(Some((3, i64::MAX))));
        assert_eq!(integers(Included(float(2.5)), Unbounded), Some(Some((3, i64::MAX))));
        assert_eq!(integers(Unbounded, Excluded(float(-2.5))), Some(Some((i64::MIN, -3))));
        assert_eq!(integers(Excluded(float(2.0)), Excluded(float(4.0))), Some(Some((3, 3))));
        assert_eq!(integers(Included(float(2.5)), Included(float(2.5))), Some(None));
        assert_eq!(integers(Included(float(1e300)), Unbounded), None);
    }

    #[test]
    fn nothing_lies_beyond_the_ends() {
        use Bound::{Excluded, Unbounded};
        assert_eq!(integers(Excluded(Datum::Integer(i64::MAX)), Unbounded), Some(None));
        assert_eq!(integers(Unbounded, Excluded(Datum::Integer(i64::MIN))), Some(None));
        assert_eq!(float(&Excluded(Datum::Float(f64::INFINITY)), &Unbounded), Some(None));
        assert_eq!(float(&Unbounded, &Excluded(Datum::Float(f64::NEG_INFINITY))), Some(None));
    }

    #[test]
    fn floats_are_bounded_by_their_neighbours() {
        let above_zero = float(&Bound::Excluded(Datum::Float(-0.0)), &Bound::Unbounded);
        assert_eq!(above_zero, Some(Some((f64::from_bits(1), f64::INFINITY))));
    }
}
