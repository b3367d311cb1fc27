//! Computes the mean and variance of a column over the rows of a row set.

use std::ops::Range;

use super::chunks::words_of;
use super::column::{NumberColumn, cells_of_one, each_width};
use super::{LocalEngine, kernel};
use crate::engine::{Cancel, EngineError, Moments};

/// Returns a number near the column's values, from which distances are small: the middle of the range or, for columns
/// that store no range, such as floats, the mean of some of the first values; 0 if there is none.
pub fn near(number: &NumberColumn) -> f64 {
    match number.range() {
        Some((least, most)) => (least as f64 + most as f64) / 2.0,
        None => first_finite(number).unwrap_or(0.0),
    }
}

fn first_finite(number: &NumberColumn) -> Option<f64> {
    let known = (0..number.rows().min(10_000)).filter(|&row| !number.is_null(row));
    let sample: Vec<f64> =
        each_width!(number.cells(), run => known.map(|row| kernel::KernelNumber::as_f64(run[row])).collect());
    let finite: Vec<f64> = sample.into_iter().filter(|value| value.is_finite()).collect();
    let mean = finite.iter().map(|value| value / finite.len() as f64).sum::<f64>();
    mean.is_finite().then_some(mean)
}

/// Returns the sums for the moments of the rows. `row_set` has one bit per customer of the whole base.
pub fn of_rows(number: &NumberColumn, row_set: &[u64], rows: Range<usize>, near: f64) -> kernel::MomentSums {
    let words = words_of(&rows);
    let (known, row_set) = (number.known().map(|known| &known[words.clone()]), &row_set[words]);
    each_width!(number.cells(), cells => kernel::moments(&cells[rows], known, row_set, near))
}

/// Returns the mean and the sample variance of the row set's rows from the sums of their distances from `near`. If
/// the values are close together but far from `near`, sums the distances from their mean instead, since the
/// difference of large squares has few exact digits.
pub fn refined(
    engine: &LocalEngine,
    number: &NumberColumn,
    row_set: &[u64],
    (mut sums, mut near): (kernel::MomentSums, f64),
    cancel: &Cancel,
) -> Result<Moments, EngineError> {
    for _ in 0..MAX_PASSES {
        let from_near = sums.sum / sums.known as f64;
        let mean = near + from_near;
        let is_sound = sums.squares - sums.sum * from_near >= sums.squares * WORN;
        if sums.known < 2 || is_sound || !mean.is_finite() || mean == near {
            break;
        }
        near = mean;
        let parts = engine.chunks.map(cancel, |rows| Ok(of_rows(number, row_set, rows, near)))?;
        sums = kernel::MomentSums::default();
        parts.into_iter().for_each(|part| sums += part);
    }
    Ok(moments(number, sums, near))
}

/// Ratio of the difference to the sum of squares below which half of a float's digits are lost.
const WORN: f64 = 1e-6;
/// Maximum number of additional passes. If `near` was very far from the values, the mean for the first additional
/// pass has few exact digits; the one for the second is precise enough.
const MAX_PASSES: usize = 2;

/// Returns the mean and sample variance in the engine's output units: days for dates, seconds for timestamps.
fn moments(number: &NumberColumn, sums: kernel::MomentSums, near: f64) -> Moments {
    let (n, one) = (sums.known as f64, cells_of_one(number.data_type()));
    if sums.known == 0 {
        return Moments::default();
    }
    let from_near = sums.sum / n;
    let squares = (sums.squares - sums.sum * from_near).max(0.0);
    let variance = if sums.known < 2 { 0.0 } else { squares / (n - 1.0) };
    Moments { known: sums.known, mean: (near + from_near) / one, variance: variance / one / one, largest: 0.0 }
}
