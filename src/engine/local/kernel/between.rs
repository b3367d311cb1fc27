//! Tests whether the numbers of a column are within an interval.

use super::blocks::words;
use super::cpu::{self, Isa, Kernel};

/// A number type of a column's cells.
pub trait KernelNumber: Copy + PartialOrd + Send + Sync + 'static {
    fn as_f64(self) -> f64;

    /// Converts a number. Whole numbers are exact, floats are truncated.
    fn as_i128(self) -> i128;
}

macro_rules! number {
    ($($number:ty),*) => { $(impl KernelNumber for $number {
        #[inline(always)]
        fn as_f64(self) -> f64 {
            self as f64
        }

        #[inline(always)]
        fn as_i128(self) -> i128 {
            self as i128
        }
    })* };
}
number!(i8, i16, i32, i64, i128, f64);

/// Sets the bits of the rows whose value is neither below `low` nor above `high`. As in IEEE 754, NaN is in no interval
/// and -0.0 is 0.0.
pub fn between<T: KernelNumber>(values: &[T], low: T, high: T, out: &mut [u64]) {
    cpu::run(BetweenKernel { values, low, high, out });
}

/// Kernel of [`between`].
struct BetweenKernel<'a, T> {
    values: &'a [T],
    low: T,
    high: T,
    out: &'a mut [u64],
}

impl<T: KernelNumber> Kernel for BetweenKernel<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(self, isa: I) {
        let (low, high) = (self.low, self.high);
        words(isa, self.values, self.out, |value| (low <= value) & (value <= high));
    }
}

#[cfg(test)]
mod tests {
    use super::super::cpu::on_each_level;
    use super::super::tests::{LENS, Random, bits};
    use super::*;

    fn assert_between<T: KernelNumber + std::fmt::Debug>(mut value: impl FnMut() -> T, ends: &[T]) {
        for len in LENS {
            let values: Vec<T> = (0..len).map(|_| value()).collect();
            for (&low, &high) in ends.iter().flat_map(|low| ends.iter().map(move |high| (low, high))) {
                let expected = bits(values.iter().map(|value| low <= *value && *value <= high));
                on_each_level(|| {
                    let mut out = vec![u64::MAX; expected.len()];
                    between(&values, low, high, &mut out);
                    assert_eq!(out, expected, "{low:?} to {high:?} of {len}");
                });
            }
        }
    }

    macro_rules! integers {
        ($($name:ident: $number:ty),*) => { $(
            #[test]
            fn $name() {
                let ends = [<$number>::MIN, <$number>::MIN + 1, -3, 0, 7, <$number>::MAX];
                let mut random = Random::default();
                assert_between(|| random.bits() as $number, &ends);
                assert_between(|| random.below(16) as $number - 8, &ends);
                assert_between(|| ends[random.below(6) as usize], &ends);
                assert_between(|| 7, &ends);
            }
        )* };
    }
    integers!(
        i8s_are_compared: i8,
        i16s_are_compared: i16,
        i32s_are_compared: i32,
        i64s_are_compared: i64,
        i128s_are_compared: i128
    );

    #[test]
    fn f64_between_follows_ieee_754() {
        let ends = [f64::NEG_INFINITY, f64::MIN, -1.5, -0.0, 0.0, 1.5, f64::MAX, f64::INFINITY, f64::NAN, -f64::NAN];
        let mut random = Random::default();
        assert_between(|| random.below(1000) as f64 / 100.0 - 5.0, &ends);
        assert_between(|| ends[random.below(10) as usize], &ends);
        assert_between(|| f64::NAN, &ends);
        let mut out = [0];
        between(&[f64::NAN, -0.0, f64::INFINITY], f64::NEG_INFINITY, f64::INFINITY, &mut out);
        assert_eq!(out, [0b110]);
    }
}
