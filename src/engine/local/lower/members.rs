//! Evaluates `value IN (literals)` by a set of the literals that is built once.

use std::collections::HashSet;

use super::loops::map;
use super::{Evaluated, TruthVector, Vector, compare, logic};
use crate::engine::local::hashing::Hashing;
use crate::model::{ColumnType, Datum, Decimal};
use crate::rule::Comparison;

/// 2^53. Above it floats do not distinguish all whole numbers, and whole numbers are compared with floats as floats.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The literals of a list, converted to cells of one kind.
pub enum Members {
    /// Whole numbers, dates as days, timestamps as microseconds.
    Whole(WholeSet),
    /// The bits of floats. Zero is always positive zero.
    Floats(HashSet<u64, Hashing>),
    /// Units of decimals, and their number of digits after the point.
    Decimals(HashSet<i128, Hashing>, u8),
    Texts(HashSet<Box<str>, Hashing>),
    /// At least one literal does not fit the kind, so the literals are compared one by one.
    Unfit,
}

impl Members {
    /// Converts the literals to cells of a column of this kind.
    pub fn new(list: &[Datum], kind: ColumnType) -> Self {
        /// Collects the cells of the literals. `cell` returns `None` for a literal that does not fit, and then so
        /// does `all`. It returns `Some(None)` for a literal that no cell can equal, which is omitted.
        fn all<T, S: FromIterator<T>>(list: &[Datum], cell: impl Fn(&Datum) -> Option<Option<T>>) -> Option<S> {
            let cells = list.iter().map(cell).filter(|cell| !matches!(cell, Some(None)));
            cells.map(Option::flatten).collect()
        }
        let set = match kind {
            ColumnType::Integer => all(list, whole).map(Self::of_whole),
            ColumnType::Date => all(list, |literal| match literal {
                Datum::Date(date) => Some(Some(i64::from(date.to_epoch_days()))),
                _ => None,
            })
            .map(Self::of_whole),
            ColumnType::Timestamp => all(list, |literal| match literal {
                Datum::Timestamp(at) => Some(Some(at.and_utc().timestamp_micros())),
                _ => None,
            })
            .map(Self::of_whole),
            ColumnType::Float => all(list, |literal| match literal {
                number if number.is_number() => Some(number.number().map(float_key)),
                _ => None,
            })
            .map(Self::Floats),
            ColumnType::Decimal(scale) => all(list, |literal| match literal {
                // A decimal must be compared with a float as a float.
                Datum::Float(_) => None,
                exact => exact.decimal().map(|decimal| decimal.rescale(scale).map(Decimal::units)),
            })
            .map(|units| Self::Decimals(units, scale)),
            ColumnType::Text => all(list, |literal| literal.text().map(|text| Some(text.into()))).map(Self::Texts),
            _ => None,
        };
        set.unwrap_or(Self::Unfit)
    }

    fn of_whole(numbers: Vec<i64>) -> Self {
        Self::Whole(WholeSet::new(numbers))
    }
}

/// Returns the literal as a whole number; `Some(None)` if no whole number equals it, and `None` if this cannot be
/// determined exactly.
fn whole(literal: &Datum) -> Option<Option<i64>> {
    match literal {
        Datum::Integer(number) => Some(Some(*number)),
        Datum::Decimal(decimal) => Some(decimal.to_i64()),
        Datum::Float(number) if number.abs() < EXACT => Some((number.fract() == 0.0).then_some(*number as i64)),
        _ => None,
    }
}

/// Returns the key of a float in the set.
pub fn float_key(number: f64) -> u64 {
    // Adding zero converts negative zero to positive zero.
    (number + 0.0).to_bits()
}

/// A set of whole numbers.
pub enum WholeSet {
    /// One bit for each number from the least to the greatest, for numbers that are close together, as ids are.
    Bits {
        least: i64,
        bits: Vec<u64>,
    },
    Hashed(HashSet<i64, Hashing>),
}

impl WholeSet {
    /// Maximum number of words per number in a bit set. Up to this size it takes less memory than hashes and causes
    /// no more cache misses.
    const WORDS: usize = 8;

    fn new(numbers: Vec<i64>) -> Self {
        let (least, most) = (numbers.iter().min().copied(), numbers.iter().max().copied());
        let words = least.zip(most).and_then(|(least, most)| usize::try_from(most.checked_sub(least)?).ok());
        match (least, words.map(|span| span / 64 + 1)) {
            (Some(least), Some(words)) if words <= Self::WORDS * numbers.len() => {
                let mut bits = vec![0; words];
                numbers.iter().for_each(|number| {
                    let at = (number - least) as usize;
                    bits[at / 64] |= 1 << (at % 64);
                });
                WholeSet::Bits { least, bits }
            }
            _ => WholeSet::Hashed(numbers.into_iter().collect()),
        }
    }

    #[inline(always)]
    pub fn contains(&self, number: i64) -> bool {
        match self {
            WholeSet::Bits { least, bits } => {
                let at = number.wrapping_sub(*least) as u64;
                let word = bits.get((at / 64) as usize).copied().unwrap_or(0);
                number >= *least && word >> (at % 64) & 1 == 1
            }
            WholeSet::Hashed(numbers) => numbers.contains(&number),
        }
    }
}

pub fn contained<'s>(values: Vector<'s>, list: &[Datum], members: Option<&Members>) -> Evaluated<'s> {
    Ok(Vector::Truth(match (values, members) {
        (Vector::Null, _) => return Ok(Vector::Null),
        (Vector::Integer(cells) | Vector::Timestamp(cells), Some(Members::Whole(set))) => {
            map(&cells, |number| set.contains(number))
        }
        (Vector::Date(cells), Some(Members::Whole(set))) => map(&cells, |days| set.contains(days.into())),
        (Vector::Float(cells), Some(Members::Floats(set))) => map(&cells, |number| set.contains(&float_key(number))),
        (Vector::Decimal(cells, scale), Some(Members::Decimals(set, of))) if scale == *of => {
            map(&cells, |units| set.contains(&units))
        }
        (Vector::Text(texts), Some(Members::Texts(set))) => map(&texts, |text| set.contains(text)),
        (values, _) => one_by_one(values, list)?,
    }))
}

/// Evaluates `value = a OR value = b OR …`.
fn one_by_one(values: Vector, list: &[Datum]) -> Result<TruthVector, super::EvaluationError> {
    let mut any = TruthVector::one(Some(false));
    for literal in list {
        let equal = compare::compare(Comparison::Equal, values.clone(), Vector::from_literal(literal))?;
        any = logic::joined(any, equal.into_truths()?, false);
    }
    Ok(any)
}
