//! Sums of the value column, and customers by the number of sets they are in.

use std::sync::Arc;

use polars::prelude::*;

use super::LocalEngine;
use super::codes::Codes;
use super::mask::{Mask, set_rows};
use crate::engine::{EngineError, ValueSums};

pub fn value_sums(engine: &LocalEngine, column: &str, filter: &Mask) -> Result<ValueSums, EngineError> {
    let numbers = engine.caches.numbers(&engine.frame, column)?;
    let (in_filter, known_in_filter) = sum_of_rows(&numbers.values, filter);
    Ok(ValueSums { in_filter, known_in_filter, in_base: numbers.sum, known_in_base: numbers.known })
}

/// The sum over the mask's customers that have a number, and how many they are.
pub fn sum_of_rows(numbers: &Float64Chunked, mask: &Mask) -> (f64, u64) {
    let mut total = (0.0, 0);
    for_each_number(numbers, mask, |_, number| total = (total.0 + number, total.1 + 1));
    total
}

/// For each code the sum over the mask's customers that have a number, and how many they are; and [`value_sums`], in the
/// same pass and to the same digits.
pub fn sums_by_code(
    engine: &LocalEngine,
    column: &str,
    mask: &Mask,
    codes: &Codes,
) -> Result<(Vec<(f64, u64)>, ValueSums), EngineError> {
    let numbers = engine.caches.numbers(&engine.frame, column)?;
    let mut sums = vec![(0.0, 0u64); codes.len()];
    let mut total = (0.0, 0);
    for_each_number(&numbers.values, mask, |row, number| {
        for sum in [&mut sums[codes.codes[row] as usize], &mut total] {
            *sum = (sum.0 + number, sum.1 + 1);
        }
    });
    let (in_filter, known_in_filter) = total;
    let total = ValueSums { in_filter, known_in_filter, in_base: numbers.sum, known_in_base: numbers.known };
    Ok((sums, total))
}

fn for_each_number(numbers: &Float64Chunked, mask: &Mask, mut f: impl FnMut(usize, f64)) {
    // `Caches::numbers` keeps the column in one piece.
    for array in numbers.downcast_iter() {
        let (values, known) = (array.values().as_slice(), array.validity());
        match known {
            None => set_rows(mask.trues()).for_each(|row| f(row, values[row])),
            Some(known) => {
                set_rows(mask.trues()).filter(|&row| known.get_bit(row)).for_each(|row| f(row, values[row]));
            }
        }
    }
}

/// Element k: customers of the filter in exactly k of the sets. 64 customers at a time, their counts held as binary
/// digits in words ("vertical counters").
pub fn memberships(filter: &Mask, sets: &[Arc<Mask>]) -> Vec<u64> {
    let digits = usize::BITS as usize - sets.len().leading_zeros() as usize;
    let mut by_number = vec![0u64; sets.len() + 1];
    let mut planes = vec![0u64; digits];
    for (i, &inside) in filter.trues().iter().enumerate() {
        planes.fill(0);
        for set in sets {
            let mut carry = set.trues()[i];
            for plane in &mut planes {
                (*plane, carry) = (*plane ^ carry, *plane & carry);
            }
        }
        for (number, count) in by_number.iter_mut().enumerate() {
            let exactly = planes.iter().enumerate().fold(inside, |rest, (digit, plane)| {
                if number >> digit & 1 == 1 { rest & plane } else { rest & !plane }
            });
            *count += u64::from(exactly.count_ones());
        }
    }
    by_number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memberships_count_each_customer_once() {
        let set = |bits: u64| Arc::new(Mask::new(70, vec![bits, 0], None));
        let filter = Mask::constant(Some(true), 70);
        let sets = [set(0b0111), set(0b0110), set(0b1100)];
        assert_eq!(memberships(&filter, &sets), [66, 2, 1, 1]);
        assert_eq!(memberships(&filter, &[]), [70]);
        assert_eq!(memberships(&set(0b1001), &sets), [0, 2, 0, 0]);
    }
}
