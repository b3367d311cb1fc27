//! Units of the cells of a [`super::NumberColumn`] (days, microseconds, units of a decimal's last digit), and
//! positions of other values among the cells.

use polars::prelude::{DataType, TimeUnit};

use crate::model::{Datum, Decimal};

/// Returns the number of digits after the point: that of a decimal type, 0 for all other types.
pub fn scale(data_type: &DataType) -> u8 {
    match data_type {
        // Polars has no decimals of more than 38 digits.
        DataType::Decimal(_, scale) => (*scale).min(Decimal::MAX_SCALE.into()) as u8,
        _ => 0,
    }
}

/// Returns the number of cell units in one unit of the engine's output. The engine outputs timestamps in seconds and
/// decimals as their value.
pub fn cells_of_one(data_type: &DataType) -> f64 {
    match data_type {
        DataType::Datetime(TimeUnit::Microseconds, _) => 1e6,
        DataType::Decimal(..) => Decimal::new(10i128.pow(scale(data_type).into()), 0).to_f64(),
        _ => 1.0,
    }
}

/// Position of any value among the cells of a column: between two adjacent cells, or equal to one or more cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPosition {
    /// The greatest cell below the value.
    pub below: i128,
    /// The greatest cell that is at most the value; the same as `below` if no cell equals the value.
    pub through: i128,
}

impl CellPosition {
    /// Returns the position of a literal in a column of whole numbers, decimals, dates or timestamps. Returns `None`
    /// if the type has no such values, or if the position cannot be determined exactly.
    pub fn new(literal: &Datum, data_type: &DataType) -> Option<Self> {
        match (literal, data_type) {
            (Datum::Date(date), DataType::Date) => Some(Self::on(date.to_epoch_days().into())),
            (Datum::Timestamp(at), DataType::Datetime(..)) => Some(Self::on(at.and_utc().timestamp_micros().into())),
            (Datum::Float(float), DataType::Decimal(..)) => Self::from_float(*float, scale(data_type)),
            (Datum::Float(float), whole) if whole.is_integer() => Self::from_exact_float(*float),
            (exact, whole) if whole.is_integer() || whole.is_decimal() => {
                exact.decimal().map(|decimal| Self::from_decimal(decimal, scale(data_type)))
            }
            _ => None,
        }
    }

    fn on(cell: i128) -> Self {
        Self { below: cell.saturating_sub(1), through: cell }
    }

    fn after(cell: i128) -> Self {
        Self { below: cell, through: cell }
    }

    /// Returns the position of a decimal among numbers with `scale` digits after the point.
    pub fn from_decimal(decimal: Decimal, scale: u8) -> Self {
        let (units, own) = (decimal.units(), decimal.scale());
        match own.checked_sub(scale) {
            None | Some(0) => {
                let one = 10i128.pow(u32::from(scale - own));
                // A number that overflows is beyond every cell, since cells have at most 38 digits.
                units.checked_mul(one).map_or_else(|| Self::after(units.saturating_mul(one)), Self::on)
            }
            Some(more) => {
                let one = 10i128.pow(more.into());
                let cell = units.div_euclid(one);
                if units.rem_euclid(one) == 0 { Self::on(cell) } else { Self::after(cell) }
            }
        }
    }

    /// Returns the position of a float among whole numbers, as far as floats distinguish them.
    fn from_exact_float(float: f64) -> Option<Self> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let cell = float.floor() as i128;
        (float.abs() < EXACT).then(|| if float.fract() == 0.0 { Self::on(cell) } else { Self::after(cell) })
    }

    /// Returns the position of a float among decimals. As in every SQL engine, a decimal is compared with a float as
    /// a float, so that several decimals may be equal to it.
    fn from_float(float: f64, scale: u8) -> Option<Self> {
        if float.is_nan() {
            return None;
        }
        let value = |cell: i128| Decimal::new(cell, scale).to_f64();
        let below = last(|cell| value(cell) < float);
        Some(Self { below, through: last(|cell| value(cell) <= float) })
    }
}

/// Returns the greatest cell for which a monotonic condition is true; the least possible cell if there is none.
fn last(holds: impl Fn(i128) -> bool) -> i128 {
    let (mut low, mut high) = (i128::MIN, i128::MAX);
    if holds(high) {
        return high;
    }
    // Invariant: the condition is true at `low`, or for no cell, and false at `high`. Halves are added, since the
    // distance could overflow.
    while low + 1 < high {
        let middle = (low >> 1) + (high >> 1) + (low & high & 1);
        if holds(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// Returns the least cell that is at or above a break point, which is given in the engine's output units. In a column
/// of decimals the break point is the decimal that its shortest digits say, not the exact float.
pub fn first_from(at: f64, data_type: &DataType) -> i128 {
    let written = match data_type {
        DataType::Decimal(..) => Decimal::parse(&at.to_string()),
        _ => None,
    };
    match written {
        Some(decimal) => CellPosition::from_decimal(decimal, scale(data_type)).below.saturating_add(1),
        None => (at * cells_of_one(data_type)).ceil() as i128,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTS: DataType = DataType::Decimal(38, 2);

    fn place(literal: Datum, data_type: &DataType) -> Option<(i128, i128)> {
        CellPosition::new(&literal, data_type).map(|place| (place.below, place.through))
    }

    fn decimal(text: &str) -> Datum {
        Datum::Decimal(Decimal::parse(text).unwrap())
    }

    #[test]
    fn exact_literal_has_unit_or_lies_between_two() {
        assert_eq!(place(decimal("12.5"), &CENTS), Some((1249, 1250)));
        assert_eq!(place(decimal("12.500"), &CENTS), Some((1249, 1250)));
        assert_eq!(place(decimal("12.509"), &CENTS), Some((1250, 1250)));
        assert_eq!(place(decimal("-12.509"), &CENTS), Some((-1251, -1251)));
        assert_eq!(place(Datum::Integer(-3), &CENTS), Some((-301, -300)));
        assert_eq!(place(decimal("3.0"), &DataType::Int64), Some((2, 3)));
        assert_eq!(
            place(decimal("18446744073709551615.5"), &DataType::Decimal(38, 0)).unwrap().0,
            i128::from(u64::MAX)
        );
        let most = decimal("99999999999999999999999999999999999999");
        assert_eq!(place(most, &CENTS), Some((i128::MAX, i128::MAX)));
        assert_eq!(place(Datum::Text("1".into()), &CENTS), None);
    }

    #[test]
    fn float_literal_equals_nearest_decimal() {
        assert_eq!(place(Datum::Float(0.1), &CENTS), Some((9, 10)));
        assert_eq!(place(Datum::Float(0.105), &CENTS), Some((10, 10)));
        assert_eq!(place(Datum::Float(-0.29), &CENTS), Some((-30, -29)));
        let units = DataType::Decimal(38, 0);
        let two_to_53 = 9_007_199_254_740_992.0;
        // 2^53 + 1 is halfway and goes to the even neighbour.
        assert_eq!(place(Datum::Float(two_to_53), &units), Some((9_007_199_254_740_991, 9_007_199_254_740_993)));
        assert_eq!(place(Datum::Float(f64::INFINITY), &units), Some((i128::MAX, i128::MAX)));
        assert_eq!(place(Datum::Float(f64::NEG_INFINITY), &units), Some((i128::MIN, i128::MIN)));
        assert_eq!(place(Datum::Float(f64::NAN), &units), None);
    }

    #[test]
    fn break_points_have_their_written_value() {
        assert_eq!(first_from(19.99, &CENTS), 1999);
        assert_eq!(first_from(0.29, &CENTS), 29);
        assert_eq!(first_from(0.291, &CENTS), 30);
        assert_eq!(first_from(-0.291, &CENTS), -29);
        assert_eq!(first_from(1e300, &CENTS), i128::MAX);
        assert_eq!(first_from(2.5, &DataType::Int64), 3);
        assert_eq!(first_from(1.5, &DataType::Datetime(TimeUnit::Microseconds, None)), 1_500_000);
    }
}
