//! Converts literals to inclusive bounds on a column's cells.

use std::ops::Bound;

use polars::prelude::DataType;

use crate::engine::local::column::CellPosition;
use crate::model::Datum;

/// The cells between two literals: `None` if there are none, otherwise the first and the last one, both included.
pub type CellRange<T> = Option<(T, T)>;

/// Returns the bounds on whole numbers, decimals, dates or timestamps, in the unit of the column's type. Returns `None`
/// if they cannot be converted exactly.
pub fn wide(low: &Bound<Datum>, high: &Bound<Datum>, data_type: &DataType) -> Option<CellRange<i128>> {
    let low = match low {
        Bound::Unbounded => Some(i128::MIN),
        Bound::Included(literal) => CellPosition::new(literal, data_type)?.below.checked_add(1),
        Bound::Excluded(literal) => CellPosition::new(literal, data_type)?.through.checked_add(1),
    };
    let high = match high {
        Bound::Unbounded => i128::MAX,
        Bound::Included(literal) => CellPosition::new(literal, data_type)?.through,
        Bound::Excluded(literal) => CellPosition::new(literal, data_type)?.below,
    };
    Some(low.map(|low| (low, high)).filter(|(low, high)| low <= high))
}

/// Returns the bounds of [`wide`], limited to cells of 64 bits.
pub fn whole(low: &Bound<Datum>, high: &Bound<Datum>, data_type: &DataType) -> Option<CellRange<i64>> {
    let within = |(low, high): (i128, i128)| {
        let (low, high) = (low.max(i64::MIN.into()), high.min(i64::MAX.into()));
        Some((i64::try_from(low).ok()?, i64::try_from(high).ok()?)).filter(|_| low <= high)
    };
    Some(wide(low, high, data_type)?.and_then(within))
}

/// Returns the bounds on floats.
pub fn float(low: &Bound<Datum>, high: &Bound<Datum>) -> Option<CellRange<f64>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Decimal;

    fn integers(low: Bound<Datum>, high: Bound<Datum>) -> Option<CellRange<i64>> {
        whole(&low, &high, &DataType::Int64)
    }

    #[test]
    fn integer_bounds_from_fractions_round_inwards() {
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
    fn decimal_bounds_are_exact_units() {
        let decimal = |text| Datum::Decimal(Decimal::parse(text).unwrap());
        let cents = |low, high| whole(&low, &high, &DataType::Decimal(38, 2));
        use Bound::{Excluded, Included, Unbounded};
        assert_eq!(cents(Included(decimal("0.3")), Included(decimal("0.3"))), Some(Some((30, 30))));
        assert_eq!(cents(Included(Datum::Float(0.3)), Included(Datum::Float(0.3))), Some(Some((30, 30))));
        assert_eq!(cents(Included(decimal("0.305")), Included(decimal("0.305"))), Some(None));
        assert_eq!(cents(Excluded(decimal("0.305")), Unbounded), Some(Some((31, i64::MAX))));
        assert_eq!(cents(Excluded(Datum::Integer(-1)), Excluded(Datum::Integer(1))), Some(Some((-99, 99))));
        assert_eq!(cents(Excluded(Datum::Float(f64::INFINITY)), Unbounded), Some(None));
        assert_eq!(cents(Unbounded, Included(Datum::Float(f64::NEG_INFINITY))), Some(None));
        let units = |low, high| wide(&low, &high, &DataType::Decimal(38, 0));
        let id = decimal("18446744073709551615");
        let cell = i128::from(u64::MAX);
        assert_eq!(units(Included(id.clone()), Included(id)), Some(Some((cell, cell))));
    }

    #[test]
    fn bounds_beyond_type_limits_are_empty() {
        use Bound::{Excluded, Unbounded};
        assert_eq!(integers(Excluded(Datum::Integer(i64::MAX)), Unbounded), Some(None));
        assert_eq!(integers(Unbounded, Excluded(Datum::Integer(i64::MIN))), Some(None));
        let most = Datum::Decimal(Decimal::new(i64::MAX.into(), 0));
        assert_eq!(whole(&Excluded(most), &Unbounded, &DataType::Decimal(38, 0)), Some(None));
        assert_eq!(float(&Excluded(Datum::Float(f64::INFINITY)), &Unbounded), Some(None));
        assert_eq!(float(&Unbounded, &Excluded(Datum::Float(f64::NEG_INFINITY))), Some(None));
    }

    #[test]
    fn float_bound_excludes_to_next_float() {
        let above_zero = float(&Bound::Excluded(Datum::Float(-0.0)), &Bound::Unbounded);
        assert_eq!(above_zero, Some(Some((f64::from_bits(1), f64::INFINITY))));
    }
}
