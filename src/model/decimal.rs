//! Decimal numbers with a fixed number of digits after the point, as SQL's `DECIMAL(38, s)`.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// An exact decimal number: `units` / 10^`scale`.
///
/// Equality, order and hash depend on the number and not on its scale: 0.10 equals 0.1. Every operation is exact or
/// returns `None`; only [`Decimal::rounded`], [`Decimal::floor`], [`Decimal::ceil`] and [`Decimal::to_f64`] round.
#[derive(Debug, Clone, Copy)]
pub struct Decimal {
    units: i128,
    scale: u8,
}

/// Powers of ten that a float represents exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

impl Decimal {
    /// Maximum number of digits after the point: 10^38 is the largest power of ten that `i128` holds.
    pub const MAX_SCALE: u8 = 38;

    /// Creates the number `units` / 10^`scale`.
    ///
    /// # Panics
    /// Panics if `scale` is above [`Self::MAX_SCALE`].
    pub const fn new(units: i128, scale: u8) -> Self {
        assert!(scale <= Self::MAX_SCALE, "a decimal has at most 38 digits after the point");
        Self { units, scale }
    }

    /// Creates a whole number, which has the scale 0.
    pub const fn from_integer(number: i64) -> Self {
        Self { units: number as i128, scale: 0 }
    }

    /// Parses digits with at most one point and a leading minus: `-12.50`, `.5`, `5.`. No exponent, no spaces, no plus
    /// sign. Returns `None` also if there are more digits than `i128` holds.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let scale = u8::try_from(fraction.len()).ok().filter(|scale| *scale <= Self::MAX_SCALE)?;
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut units: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = byte.is_ascii_digit().then(|| i128::from(byte - b'0'))?;
            // Counts down for a negative number: the least i128 has no positive counterpart.
            let digit = if negative { -digit } else { digit };
            units = units.checked_mul(10)?.checked_add(digit)?;
        }
        Some(Self { units, scale })
    }

    /// Returns the number times 10 to the power of its scale: the digits without the point.
    pub const fn units(self) -> i128 {
        self.units
    }

    /// Returns the number of digits after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// Returns the nearest float.
    pub fn to_f64(self) -> f64 {
        // Dividing two exact floats is correctly rounded.
        const EXACT_UNITS: u128 = 1 << 53;
        match EXACT_POWERS.get(usize::from(self.scale)) {
            Some(power) if self.units.unsigned_abs() <= EXACT_UNITS => self.units as f64 / power,
            _ => self.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// Returns the number as an integer; `None` if it has a fraction or does not fit.
    pub fn to_i64(self) -> Option<i64> {
        let whole = self.rescale(0)?;
        whole.units.try_into().ok()
    }

    /// Returns the same number with `scale` digits after the point; `None` if non-zero digits would be lost or the
    /// result does not fit.
    pub fn rescale(self, scale: u8) -> Option<Self> {
        if scale > Self::MAX_SCALE {
            return None;
        }
        let units = match scale.checked_sub(self.scale) {
            Some(more) => self.units.checked_mul(power(more))?,
            None => exact_quotient(self.units, power(self.scale - scale))?,
        };
        Some(Self { units, scale })
    }

    /// Returns the number rounded to `scale` digits after the point, halves away from zero; `None` if it does not fit.
    pub fn rounded(self, scale: u8) -> Option<Self> {
        if scale >= self.scale {
            return self.rescale(scale);
        }
        let one = power(self.scale - scale);
        let (whole, rest) = (self.units / one, self.units % one);
        let up = if rest.abs() >= one / 2 { self.units.signum() } else { 0 };
        Some(Self { units: whole + up, scale })
    }

    /// Returns the greatest whole number that is not greater than this one.
    pub fn floor(self) -> Self {
        Self { units: self.units.div_euclid(power(self.scale)), scale: 0 }
    }

    /// Returns the least whole number that is not less than this one.
    pub fn ceil(self) -> Self {
        let one = power(self.scale);
        let up = i128::from(self.units.rem_euclid(one) != 0);
        Self { units: self.units.div_euclid(one) + up, scale: 0 }
    }

    /// Returns the sum, which has the larger of both scales.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (a, b, scale) = self.aligned(other)?;
        Some(Self { units: a.checked_add(b)?, scale })
    }

    /// Returns the difference, which has the larger of both scales.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let (a, b, scale) = self.aligned(other)?;
        Some(Self { units: a.checked_sub(b)?, scale })
    }

    /// Returns the product. Its scale is the sum of both scales, or [`Self::MAX_SCALE`] if that is smaller and no
    /// non-zero digit is lost.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let units = self.units.checked_mul(other.units)?;
        let scale = self.scale + other.scale;
        match scale.checked_sub(Self::MAX_SCALE) {
            Some(excess) => Some(Self { units: exact_quotient(units, power(excess))?, scale: Self::MAX_SCALE }),
            None => Some(Self { units, scale }),
        }
    }

    /// Returns the remainder of the division towards zero, which has the dividend's sign; `None` for a division by
    /// zero. The result has the larger of both scales.
    pub fn checked_rem(self, other: Self) -> Option<Self> {
        if other.units == 0 {
            return None;
        }
        let scale = self.scale.max(other.scale);
        let Some(divisor) = other.units.checked_mul(power(scale - other.scale)) else {
            // The divisor is greater than any dividend, and the dividend already has this scale.
            return Some(self);
        };
        // Computed digit by digit, since multiplying the dividend by a power of ten may overflow although the
        // remainder fits.
        let mut rest = self.units.checked_rem(divisor).unwrap_or(0);
        for _ in self.scale..scale {
            rest = rest.checked_mul(10)?.checked_rem(divisor).unwrap_or(0);
        }
        Some(Self { units: rest, scale })
    }

    /// Returns the number with the opposite sign, of the same scale; `None` if it does not fit.
    pub fn checked_neg(self) -> Option<Self> {
        Some(Self { units: self.units.checked_neg()?, scale: self.scale })
    }

    /// Returns the same number without trailing zeros in the fraction.
    pub fn normalized(mut self) -> Self {
        while self.scale > 0 && self.units % 10 == 0 {
            self = Self { units: self.units / 10, scale: self.scale - 1 };
        }
        self
    }

    /// Returns the units of both numbers at the larger of their scales, and that scale.
    fn aligned(self, other: Self) -> Option<(i128, i128, u8)> {
        let scale = self.scale.max(other.scale);
        Some((self.rescale(scale)?.units, other.rescale(scale)?.units, scale))
    }

    /// Returns the greatest whole number that is not greater than this one, and the units that remain.
    fn split(self) -> (i128, i128) {
        let one = power(self.scale);
        (self.units.div_euclid(one), self.units.rem_euclid(one))
    }
}

/// Returns 10^`digits`, for at most [`Decimal::MAX_SCALE`] digits.
fn power(digits: u8) -> i128 {
    10i128.pow(u32::from(digits))
}

fn exact_quotient(units: i128, by: i128) -> Option<i128> {
    (units % by == 0).then(|| units / by)
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        if self.scale == other.scale {
            return self.units.cmp(&other.units);
        }
        let scale = self.scale.max(other.scale);
        let ((whole, rest), (other_whole, other_rest)) = (self.split(), other.split());
        // A fraction at the larger scale is below 10^38, so it cannot overflow.
        let fraction = |rest: i128, own: u8| rest * power(scale - own);
        whole.cmp(&other_whole).then_with(|| fraction(rest, self.scale).cmp(&fraction(other_rest, other.scale)))
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { units, scale } = self.normalized();
        (units, scale).hash(state);
    }
}

/// Formats the number with all `scale` digits after the point: `12.50`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (units, scale) = (self.units.unsigned_abs(), usize::from(self.scale));
        let mut digits = format!("{units:0>width$}", width = scale + 1);
        if scale > 0 {
            digits.insert(digits.len() - scale, '.');
        }
        f.pad_integral(self.units >= 0, "", &digits)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text} is a decimal"))
    }

    const MAX_UNITS: &str = "170141183460469231731687303715884105727";
    const MIN_UNITS: &str = "-170141183460469231731687303715884105728";

    #[test]
    fn decimals_print_as_parsed() {
        for text in ["0", "-12.50", "0.10", "-0.01", "9007199254740993", "100", "12345.678900", MAX_UNITS, MIN_UNITS] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal(".5").to_string(), "0.5");
        assert_eq!(decimal("5.").to_string(), "5");
        assert_eq!(decimal("007.5").to_string(), "7.5");
        assert_eq!(decimal("-0.00").to_string(), "0.00");
        let smallest = decimal("0.00000000000000000000000000000000000001");
        assert_eq!((smallest.units(), smallest.scale()), (1, 38));
        assert_eq!(
            format!("{:>8}|{:<8}|{:+}", decimal("-1.5"), decimal("1.5"), decimal("1.5")),
            "    -1.5|1.5     |+1.5"
        );
    }

    #[test]
    fn malformed_decimal_is_not_parsed() {
        for text in ["", "-", ".", "-.", "+1", "1e5", "1.2.3", " 1", "1 ", "--1", "1,5", "x", "1-", "١"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal::parse("170141183460469231731687303715884105728"), None);
        assert_eq!(Decimal::parse("0.000000000000000000000000000000000000001"), None);
    }

    #[test]
    fn decimal_equality_order_and_hash_follow_value() {
        assert_eq!(decimal("0.10"), decimal("0.1"));
        assert_eq!(HashSet::from([decimal("0.10"), decimal("0.1"), decimal("-0"), decimal("0.000")]).len(), 2);
        let ascending = [MIN_UNITS, "-1.01", "-1", "-0.99", "0", "0.099", "0.10", "0.101", "1", "1.5", "2", MAX_UNITS];
        for pair in ascending.windows(2) {
            assert!(decimal(pair[0]) < decimal(pair[1]), "{pair:?}");
        }
        // Aligned to one scale, these would overflow.
        let tiny = decimal("0.99999999999999999999999999999999999999");
        assert!(decimal(MAX_UNITS) > tiny && decimal(MIN_UNITS) < tiny && decimal("1") > tiny && decimal("0") < tiny);
    }

    #[test]
    fn rescale_is_lossless_or_none() {
        assert_eq!(decimal("1.50").rescale(1).map(|d| d.to_string()), Some("1.5".into()));
        assert_eq!(decimal("1.5").rescale(4).map(|d| d.to_string()), Some("1.5000".into()));
        assert_eq!(decimal("1.51").rescale(1), None);
        assert_eq!(decimal(MAX_UNITS).rescale(1), None);
        assert_eq!(decimal("1").rescale(39), None);
        let normalized = |text: &str| decimal(text).normalized().to_string();
        assert_eq!(["1.500", "100", "0.00", "-2.0"].map(normalized), ["1.5", "100", "0", "-2"]);
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let rounded = |text: &str, scale| decimal(text).rounded(scale).map(|d| d.to_string());
        assert_eq!(rounded("2.345", 2).as_deref(), Some("2.35"));
        assert_eq!(rounded("-2.345", 2).as_deref(), Some("-2.35"));
        assert_eq!(rounded("2.3449", 2).as_deref(), Some("2.34"));
        assert_eq!(rounded("0.5", 0).as_deref(), Some("1"));
        assert_eq!(rounded("-0.4", 0).as_deref(), Some("0"));
        assert_eq!(rounded("1.5", 3).as_deref(), Some("1.500"));
        assert_eq!(rounded(MAX_UNITS, 1), None);
        let ends = |text: &str| [decimal(text).floor(), decimal(text).ceil()].map(|d| d.to_string());
        assert_eq!(ends("1.01"), ["1", "2"]);
        assert_eq!(ends("-1.01"), ["-2", "-1"]);
        assert_eq!(ends("3.00"), ["3", "3"]);
    }

    #[test]
    fn arithmetic_is_exact_or_refused() {
        let shown = |result: Option<Decimal>| result.map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(shown(decimal("0.10").checked_add(decimal("0.2"))), "0.30");
        assert_eq!(shown(decimal("5").checked_sub(decimal("0.125"))), "4.875");
        assert_eq!(shown(decimal("1.10").checked_mul(decimal("-3.5"))), "-3.850");
        assert_eq!(decimal(MAX_UNITS).checked_add(decimal("1")), None);
        assert_eq!(decimal(MAX_UNITS).checked_add(decimal("0.1")), None);
        assert_eq!(decimal(MAX_UNITS).checked_mul(decimal("2")), None);
        assert_eq!(decimal(MIN_UNITS).checked_neg(), None);
        assert_eq!(shown(decimal("1.5").checked_neg()), "-1.5");
        // 10^-20 squared has 40 digits; 5 × 10^-20 times 4 × 10^-19 ends in a zero that can be dropped.
        assert_eq!(Decimal::new(1, 20).checked_mul(Decimal::new(1, 20)), None);
        assert_eq!(Decimal::new(5, 20).checked_mul(Decimal::new(4, 19)), Some(Decimal::new(2, 38)));
    }

    #[test]
    fn remainder_has_sign_of_dividend() {
        let rest = |a: &str, b: &str| decimal(a).checked_rem(decimal(b)).map(|d| d.to_string());
        assert_eq!(rest("7.5", "2").as_deref(), Some("1.5"));
        assert_eq!(rest("-7.5", "2").as_deref(), Some("-1.5"));
        assert_eq!(rest("7.5", "-2.25").as_deref(), Some("0.75"));
        assert_eq!(rest("1", "0.3").as_deref(), Some("0.1"));
        assert_eq!(rest("1", "0.00"), None);
        // Python: 170141183460469231731687303715884105727 * 100 % 7 = 2
        assert_eq!(rest(MAX_UNITS, "0.07").as_deref(), Some("0.02"));
        assert_eq!(rest("0.00000000000000000000000000000000000001", MAX_UNITS).map(|r| r.len()), Some(40));
        assert_eq!(rest(MIN_UNITS, "-1").as_deref(), Some("0"));
    }

    #[test]
    fn decimal_converts_to_nearest_float_and_exact_integer() {
        assert_eq!(decimal("0.1").to_f64(), 0.1);
        assert_eq!(decimal("-12.50").to_f64(), -12.5);
        assert_eq!(decimal("9007199254740993").to_f64(), 9_007_199_254_740_992.0);
        assert_eq!(decimal("9007199254740993.01").to_f64(), 9_007_199_254_740_994.0);
        assert_eq!(decimal(MAX_UNITS).to_f64(), 2f64.powi(127));
        assert_eq!(decimal("0.1000000000000000055511151231257827021").to_f64(), 0.1);
        assert_eq!(decimal("5.00").to_i64(), Some(5));
        assert_eq!(decimal("5.01").to_i64(), None);
        assert_eq!(decimal("-9223372036854775808").to_i64(), Some(i64::MIN));
        assert_eq!(decimal("9223372036854775808").to_i64(), None);
        assert_eq!(Decimal::from_integer(-3).to_string(), "-3");
    }
}
