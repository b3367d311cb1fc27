//! Loops over the rows of one or two vectors that collect the results.

use super::EvaluationError;
use super::{KnownRows, LoopOperand, NumberVector, TextVector, TruthVector};

/// The result of a loop for one row. The implementation determines how the results of all rows are collected.
pub trait Gather: Sized {
    type Output;

    fn gather(items: impl Iterator<Item = Self>, known: KnownRows) -> Self::Output;
}

macro_rules! gather_cells {
    ($($native:ty),*) => {$(
        impl Gather for $native {
            type Output = NumberVector<'static, $native>;

            fn gather(items: impl Iterator<Item = Self>, known: KnownRows) -> Self::Output {
                NumberVector::new(items.collect::<Vec<_>>(), known)
            }
        }

        /// Collects cells in which `None` is null.
        impl Gather for Option<$native> {
            type Output = NumberVector<'static, $native>;

            fn gather(items: impl Iterator<Item = Self>, known: KnownRows) -> Self::Output {
                // Nulls are usually few, so that collecting them in a list is faster than a bit per row.
                let mut nulls = vec![];
                let value = |(row, item): (usize, Self)| {
                    item.unwrap_or_else(|| {
                        nulls.push(row);
                        <$native>::default()
                    })
                };
                let values: Vec<$native> = items.enumerate().map(value).collect();
                let own = known_but(&nulls, values.len());
                NumberVector::new(values, both(known, own))
            }
        }
    )*};
}
gather_cells!(i32, i64, i128, f64);

impl Gather for bool {
    type Output = TruthVector;

    fn gather(items: impl Iterator<Item = Self>, known: KnownRows) -> TruthVector {
        let truths: Vec<bool> = items.collect();
        TruthVector::new(packed(&truths), known, truths.len())
    }
}

impl Gather for Option<bool> {
    type Output = TruthVector;

    fn gather(items: impl Iterator<Item = Self>, known: KnownRows) -> TruthVector {
        let mut nulls = vec![];
        let truth = |(row, item): (usize, Self)| {
            item.unwrap_or_else(|| {
                nulls.push(row);
                false
            })
        };
        let truths: Vec<bool> = items.enumerate().map(truth).collect();
        let own = known_but(&nulls, truths.len());
        TruthVector::new(packed(&truths), both(known, own), truths.len())
    }
}

/// Calls `f` with the value of each row and collects the results. A row without a value stays null.
pub fn map<'s, A: LoopOperand, R: Gather>(a: &'s A, f: impl FnMut(A::Item<'s>) -> R) -> R::Output {
    R::gather(a.items().map(f), a.known().clone())
}

/// Calls `f` with both values of each row and collects the results. The result is null where a side is null.
pub fn zip<'s, A: LoopOperand, B: LoopOperand, R: Gather>(
    a: &'s A,
    b: &'s B,
    mut f: impl FnMut(A::Item<'s>, B::Item<'s>) -> R,
) -> R::Output {
    let known = both(spread(a, b.len()), spread(b, a.len()));
    match (a.len(), b.len()) {
        (rows, 1) if rows != 1 => {
            let b = b.get(0);
            R::gather(a.items().map(|a| f(a, b)), known)
        }
        (1, rows) if rows != 1 => {
            let a = a.get(0);
            R::gather(b.items().map(|b| f(a, b)), known)
        }
        _ => R::gather(a.items().zip(b.items()).map(|(a, b)| f(a, b)), known),
    }
}

/// Calls `write` with the value of each row, to append the result to the text. If it returns false, the row is null.
/// Rows without a value are null, too.
///
/// # Errors
/// Returns [`EvaluationError::TooLong`] if the texts take more than `limit` bytes, or the error of `write`.
pub fn write_texts<'s, A: LoopOperand>(
    a: &'s A,
    limit: usize,
    mut write: impl FnMut(A::Item<'s>, &mut String) -> bool,
) -> Result<TextVector<'static>, EvaluationError> {
    write_rows(a.len(), limit, |row, text| a.value(row).is_some_and(|value| write(value, text)))
}

/// Writes texts as [`write_texts`] does, but calls `write` with each row's index.
pub fn write_rows(
    rows: usize,
    limit: usize,
    mut write: impl FnMut(usize, &mut String) -> bool,
) -> Result<TextVector<'static>, EvaluationError> {
    let limit = limit.min(u32::MAX as usize);
    let mut offsets = Vec::with_capacity(rows + 1);
    offsets.push(0);
    let (mut text, mut nulls) = (String::new(), vec![]);
    for row in 0..rows {
        let before = text.len();
        if !write(row, &mut text) {
            text.truncate(before);
            nulls.push(row);
        }
        if text.len() > limit {
            return Err(EvaluationError::TooLong);
        }
        offsets.push(text.len() as u32);
    }
    Ok(TextVector::Flat { offsets: offsets.into(), text: text.into(), known: known_but(&nulls, rows) })
}

/// Packs the truths into bits, 64 to a word.
pub fn packed(truths: &[bool]) -> Vec<u64> {
    let word = |truths: &[bool]| match truths.len() {
        64 => truths.chunks_exact(8).rev().fold(0, |word, truths| word << 8 | u64::from(packed_byte(truths))),
        _ => truths.iter().rev().fold(0, |word, &truth| word << 1 | u64::from(truth)),
    };
    truths.chunks(64).map(word).collect()
}

/// Packs eight truths into a byte: the multiplication moves the lowest bit of each byte to its position in the
/// highest byte.
fn packed_byte(truths: &[bool]) -> u8 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(truths).for_each(|(byte, truth)| *byte = u8::from(*truth));
    (u64::from_le_bytes(bytes).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
}

/// Returns the known rows: all rows except `nulls`.
fn known_but(nulls: &[usize], rows: usize) -> KnownRows {
    let known = || {
        let mut words = vec![u64::MAX; rows.div_ceil(64)];
        nulls.iter().for_each(|row| words[row / 64] &= !(1 << (row % 64)));
        words
    };
    (!nulls.is_empty()).then(known)
}

pub fn bit(words: &[u64], at: usize) -> bool {
    words[at / 64] >> (at % 64) & 1 == 1
}

/// Returns the rows that have a value on both sides. Both sides must have the same number of rows.
pub fn both(a: KnownRows, b: KnownRows) -> KnownRows {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            a.iter_mut().zip(b).for_each(|(a, b)| *a &= b);
            Some(a)
        }
        (a, b) => a.or(b),
    }
}

/// Returns the known rows of one side, extended to the other side's length if the side has length 1.
fn spread<A: LoopOperand>(side: &A, other: usize) -> KnownRows {
    spread_known(side.known().clone(), side.len(), other)
}

/// Returns the known rows of a vector of length `own`, extended to `rows` if it has length 1.
pub fn spread_known(known: KnownRows, own: usize, rows: usize) -> KnownRows {
    match known {
        Some(words) if own == 1 && rows != 1 => (!bit(&words, 0)).then(|| vec![0; rows.div_ceil(64)]),
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_truths_keep_row_order() {
        for rows in [0usize, 1, 7, 63, 64, 65, 130, 4096] {
            let truths: Vec<bool> = (0..rows).map(|row| row % 3 == 1 || row % 7 == 2).collect();
            let words = packed(&truths);
            assert_eq!(words.len(), rows.div_ceil(64));
            assert!((0..rows).all(|row| bit(&words, row) == truths[row]), "{rows}");
        }
    }

    #[test]
    fn zip_is_null_where_side_or_result_is_null() {
        let cells = |values: [i64; 3], known| NumberVector::new(values.to_vec(), Some(vec![known]));
        let sums: NumberVector<i64> =
            zip(&cells([1, 2, i64::MAX], 0b101), &cells([1, 2, 3], 0b111), |a, b| a.checked_add(b));
        assert_eq!([0, 1, 2].map(|row| sums.value(row)), [Some(2), None, None]);
        // A vector of length 1: the same value in all rows.
        let one = NumberVector::new(vec![7i64], Some(vec![0]));
        let none: NumberVector<i64> = zip(&cells([1, 2, 3], 0b111), &one, |a, b| a.checked_add(b));
        assert_eq!([0, 1, 2].map(|row| none.value(row)), [None; 3]);
    }
}
