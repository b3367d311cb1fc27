//! Mean and variance of a column under a mask.

use std::ops::Range;

use super::chunks::words_of;
use super::column::{Number, cells_of_one, each_width};
use super::kernel;
use crate::engine::Moments;

/// Some number of the column: distances from it are no larger than the column is wide.
pub fn near(number: &Number) -> f64 {
    match number.range() {
        Some((least, most)) => (least as f64 + most as f64) / 2.0,
        None => first_finite(number).unwrap_or(0.0),
    }
}

fn first_finite(number: &Number) -> Option<f64> {
    let known = (0..number.rows().min(10_000)).filter(|&row| !number.is_null(row));
    let sample: Vec<f64> =
        each_width!(number.cells(), run => known.map(|row| kernel::Number::as_f64(run[row])).collect());
    let finite: Vec<f64> = sample.into_iter().filter(|value| value.is_finite()).collect();
    (!finite.is_empty()).then(|| finite.iter().sum::<f64>() / finite.len() as f64)
}

/// `mask` is a bit a customer of the whole base.
pub fn of_rows(number: &Number, mask: &[u64], rows: Range<usize>, near: f64) -> kernel::Moments {
    let words = words_of(&rows);
    let (known, mask) = (number.known().map(|known| &known[words.clone()]), &mask[words]);
    each_width!(number.cells(), cells => kernel::moments(&cells[rows], known, mask, near))
}

/// Mean and sample variance as numbers leave the engine: of dates in days, of timestamps in seconds.
pub fn moments(number: &Number, sums: kernel::Moments, near: f64) -> Moments {
    let (n, one) = (sums.known as f64, cells_of_one(number.data_type()));
    if sums.known == 0 {
        return Moments::default();
    }
    let from_near = sums.sum / n;
    let squares = (sums.squares - sums.sum * from_near).max(0.0);
    let variance = if sums.known < 2 { 0.0 } else { squares / (n - 1.0) };
    Moments { known: sums.known, mean: (near + from_near) / one, variance: variance / one / one }
}
