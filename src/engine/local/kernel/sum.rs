//! Sums the numbers of a column, and finds the largest.

use std::ops::AddAssign;

use super::between::KernelNumber;
use super::blocks::{cut, each_set_bit, set_bits};
use super::cpu::{self, Isa, Kernel};

/// The sum of the rows that have a number, and the number of those rows.
///
/// The sum of two floats holds up to 106 bits. Sums of whole numbers that are added up chunk by chunk are exact, and
/// sums of other numbers are more precise than a single float.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sum {
    /// The float nearest to the sum.
    pub total: f64,
    /// The difference of the exact sum from `total`.
    pub rest: f64,
    /// Number of the rows that have a number.
    pub known: u64,
}

impl Sum {
    /// Converts an exact sum; beyond 106 bits it is rounded.
    pub fn from_whole(sum: i128, known: u64) -> Self {
        let total = sum as f64;
        Self { total, rest: sum.wrapping_sub(total as i128) as f64, known }
    }

    /// Adds a number without tracking the rounding error. Only for sums that `total` represents precisely enough.
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        self.total += value;
        self.known += 1;
    }
}

impl AddAssign for Sum {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        self.known += other.known;
        let (total, error) = two_sum(self.total, other.total);
        if !total.is_finite() {
            (self.total, self.rest) = (self.total + other.total, 0.0);
            return;
        }
        let (rest, finer) = two_sum(self.rest, other.rest);
        let (total, error) = two_sum(total, error + rest);
        (self.total, self.rest) = two_sum(total, error + finer);
    }
}

/// Returns the sum and its rounding error (Knuth's two-sum). Both together are exactly the sum of `a` and `b`.
#[inline(always)]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// Returns the sum of the rows whose bit is set in `words`, and in `known` if there is one.
///
/// The result depends only on which rows these are and on their positions, not on the CPU: the order of additions
/// determines the last digits of a floating-point sum.
pub fn sum<T: KernelNumber>(values: &[T], known: Option<&[u64]>, words: &[u64]) -> Sum {
    cpu::run(SumTotal { values, known, words })
}

/// Returns the same as [`sum`] for whole numbers whose sums floats do not represent exactly. The result is exact up
/// to 128 bits, beyond that as precise as two floats.
pub fn sum_whole<T: KernelNumber>(values: &[T], known: Option<&[u64]>, words: &[u64]) -> Sum {
    let mut sum = Sum::default();
    let (mut total, mut count) = (0i128, 0);
    each_row(values.len(), known, words, |row| {
        let value = values[row].as_i128();
        total = total.checked_add(value).unwrap_or_else(|| {
            sum += Sum::from_whole(total, 0);
            value
        });
        count += 1;
    });
    sum += Sum::from_whole(total, count);
    sum
}

/// Returns the largest absolute number of the rows whose bit is set in `words` and, if given, in `known`; 0 if there
/// are none. NaN is ignored.
pub fn largest<T: KernelNumber>(values: &[T], known: Option<&[u64]>, words: &[u64]) -> f64 {
    let mut largest = 0f64;
    each_row(values.len(), known, words, |row| largest = largest.max(values[row].as_f64().abs()));
    largest
}

/// Raises each code's element of `largest` to the largest absolute number of its rows; see [`largest`].
pub fn largest_by_code<T: KernelNumber>(
    codes: &[u32],
    values: &[T],
    known: Option<&[u64]>,
    words: &[u64],
    largest: &mut [f64],
) {
    each_row(values.len(), known, words, |row| {
        let of_code = &mut largest[codes[row] as usize];
        *of_code = of_code.max(values[row].as_f64().abs());
    });
}

/// Calls `f` with the rows below `rows` whose bit is set in `words` and, if given, in `known`.
pub fn each_row(rows: usize, known: Option<&[u64]>, words: &[u64], mut f: impl FnMut(usize)) {
    for (i, &word) in words.iter().enumerate().take(rows.div_ceil(64)) {
        let word = word & known.map_or(u64::MAX, |known| known[i]);
        set_bits(cut(word, rows - 64 * i)).for_each(|bit| f(64 * i + bit));
    }
}

/// Kernel that sums the values of some rows.
struct SumTotal<'a, T> {
    values: &'a [T],
    known: Option<&'a [u64]>,
    words: &'a [u64],
}

/// Number of partial sums. Each of sixteen consecutive rows has its own, so that vector instructions can add them.
const LANES: usize = 16;

impl<T: KernelNumber> Kernel for SumTotal<'_, T> {
    type Output = Sum;

    #[inline(always)]
    fn run<I: Isa>(self, _: I) -> Sum {
        let mut totals = [0.0; LANES];
        let mut known = 0;
        for (i, values) in self.values.chunks(64).enumerate() {
            let word = self.words[i] & self.known.map_or(u64::MAX, |known| known[i]);
            let word = cut(word, values.len());
            known += u64::from(word.count_ones());
            match values.first_chunk::<64>() {
                Some(values) if word == u64::MAX => add_all(&mut totals, values),
                _ => each_set_bit(word, |row| totals[row % LANES] += values[row].as_f64()),
            }
        }
        Sum { total: totals.iter().sum(), rest: 0.0, known }
    }
}

#[inline(always)]
fn add_all<T: KernelNumber>(totals: &mut [f64; LANES], values: &[T; 64]) {
    for values in values.as_chunks::<LANES>().0 {
        for (total, value) in totals.iter_mut().zip(values) {
            *total += value.as_f64();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_sums_are_exact_beyond_float_precision() {
        let values: Vec<i64> = (0..1000).map(|i| i64::MAX - i * 1_000_000_007).collect();
        let words = [u64::MAX; 16];
        let wanted: i128 = values.iter().map(|&value| i128::from(value)).sum();
        let exactly = |sum: Sum| sum.total as i128 + sum.rest as i128;
        let all = sum_whole(&values, None, &words);
        assert_eq!((exactly(all), all.known), (wanted, 1000));
        let mut pieces = Sum::default();
        values.chunks(64).for_each(|values| pieces += sum_whole(values, None, &words));
        assert_eq!(pieces, all);
        let some = sum_whole(&values, Some(&[0b110; 16]), &[0b011; 16]);
        assert_eq!((exactly(some), some.known), ((0..16).map(|i| i128::from(values[64 * i + 1])).sum(), 16));
    }

    #[test]
    fn largest_number_has_no_sign_and_is_none_of_other_rows() {
        let values = [3.0, -8.0, f64::NAN, 5.0, 9.0];
        assert_eq!(largest(&values, None, &[0b01111]), 8.0);
        assert_eq!(largest(&values, Some(&[0b11001]), &[0b01111]), 5.0);
        assert_eq!(largest(&values, None, &[0b00100]), 0.0);
        let mut by_code = [0.0; 2];
        largest_by_code(&[0, 1, 0, 0, 1], &values, None, &[0b01111], &mut by_code);
        assert_eq!(by_code, [5.0, 8.0]);
    }

    #[test]
    fn sums_beyond_128_bits_do_not_saturate() {
        let values = [10i128.pow(38) - 1; 64];
        let sum = sum_whole(&values, None, &[u64::MAX]);
        assert_eq!((sum.known, sum.total), (64, 64.0 * 1e38));
        let opposite: Vec<i128> = (0..64).map(|i| if i < 32 { values[0] } else { -values[0] }).collect();
        let sum = sum_whole(&opposite, None, &[u64::MAX]);
        assert_eq!((sum.known, sum.total + sum.rest), (64, 0.0));
    }

    #[test]
    fn infinite_sum_has_zero_rest() {
        let mut sum = Sum { total: 1.0, ..Sum::default() };
        sum += Sum { total: f64::INFINITY, ..Sum::default() };
        sum += Sum { total: 1.0, ..Sum::default() };
        assert_eq!((sum.total, sum.rest), (f64::INFINITY, 0.0));
    }
}
