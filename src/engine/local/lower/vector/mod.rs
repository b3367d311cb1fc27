//! Values of a block of rows.
//!
//! A vector of length 1 has the same value in every row: literals, and what is computed from literals alone. A cell
//! in a row without a value is arbitrary, so loops must not fail for any content.

pub mod loops;

use std::borrow::Cow;

use super::EvaluationError;
use crate::engine::local::column::CodedColumn;
use crate::model::{ColumnType, Datum, Decimal};
use loops::{Gather, bit, map};

/// The rows that have a value, one bit each; `None` if all rows have one. Bits past the last row are arbitrary.
pub type KnownRows = Option<Vec<u64>>;

/// The values of an expression in some rows.
#[derive(Debug, Clone)]
pub enum Vector<'a> {
    /// Null in every row, of any kind.
    Null,
    Truth(TruthVector),
    Integer(NumberVector<'a, i64>),
    /// Units of decimals, and their number of digits after the point.
    Decimal(NumberVector<'a, i128>, u8),
    /// Floats; a known value is never NaN.
    Float(NumberVector<'a, f64>),
    Text(TextVector<'a>),
    /// Days since 1970-01-01.
    Date(NumberVector<'a, i32>),
    /// Microseconds since 1970-01-01.
    Timestamp(NumberVector<'a, i64>),
    /// Values that a rule can only test for null: the known rows, and the number of rows.
    Opaque(KnownRows, usize),
}

/// Numbers, or dates as numbers.
#[derive(Debug, Clone)]
pub struct NumberVector<'a, T: Copy> {
    values: Cow<'a, [T]>,
    known: KnownRows,
}

/// Truths of a condition in some rows; null where it has no value.
#[derive(Debug, Clone)]
pub struct TruthVector {
    /// Bits of the rows that are true; arbitrary in a row without a value.
    trues: Vec<u64>,
    known: KnownRows,
    rows: usize,
}

/// Texts in some rows.
#[derive(Debug, Clone)]
pub enum TextVector<'a> {
    /// Row i is `text[offsets[i]..offsets[i + 1]]`.
    Flat {
        offsets: Cow<'a, [u32]>,
        text: Cow<'a, str>,
        known: KnownRows,
    },
    Coded {
        dictionary: &'a CodedColumn,
        codes: Vec<u32>,
        known: KnownRows,
    },
}

/// One operand of a loop.
pub trait LoopOperand {
    type Item<'s>: Copy
    where
        Self: 's;

    fn len(&self) -> usize;

    /// Returns the value of a row. It is arbitrary if the row has no value.
    fn get(&self, row: usize) -> Self::Item<'_>;

    fn items(&self) -> impl Iterator<Item = Self::Item<'_>>;

    fn known(&self) -> &KnownRows;

    fn is_known(&self, row: usize) -> bool {
        self.known().as_ref().is_none_or(|known| bit(known, row))
    }

    /// Returns the value of a row of the block, or `None` if it is null. A vector of length 1 has the same value in
    /// all rows.
    fn value(&self, row: usize) -> Option<Self::Item<'_>> {
        let row = if self.len() == 1 { 0 } else { row };
        self.is_known(row).then(|| self.get(row))
    }
}

impl<T: Copy> LoopOperand for NumberVector<'_, T> {
    type Item<'s>
        = T
    where
        Self: 's;

    fn len(&self) -> usize {
        self.values.len()
    }

    fn get(&self, row: usize) -> T {
        self.values[row]
    }

    fn items(&self) -> impl Iterator<Item = T> {
        self.values.iter().copied()
    }

    fn known(&self) -> &KnownRows {
        &self.known
    }
}

impl LoopOperand for TruthVector {
    type Item<'s> = bool;

    fn len(&self) -> usize {
        self.rows
    }

    fn get(&self, row: usize) -> bool {
        bit(&self.trues, row)
    }

    fn items(&self) -> impl Iterator<Item = bool> {
        (0..self.rows).map(|row| bit(&self.trues, row))
    }

    fn known(&self) -> &KnownRows {
        &self.known
    }
}

impl LoopOperand for TextVector<'_> {
    type Item<'s>
        = &'s str
    where
        Self: 's;

    fn len(&self) -> usize {
        match self {
            TextVector::Flat { offsets, .. } => offsets.len() - 1,
            TextVector::Coded { codes, .. } => codes.len(),
        }
    }

    fn get(&self, row: usize) -> &str {
        match self {
            TextVector::Flat { offsets, text, .. } => &text[offsets[row] as usize..offsets[row + 1] as usize],
            TextVector::Coded { dictionary, codes, .. } => dictionary.value(codes[row] as usize).unwrap_or_default(),
        }
    }

    fn items(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }

    fn known(&self) -> &KnownRows {
        match self {
            TextVector::Flat { known, .. } | TextVector::Coded { known, .. } => known,
        }
    }
}

impl<'a, T: Copy> NumberVector<'a, T> {
    pub fn new(values: impl Into<Cow<'a, [T]>>, known: KnownRows) -> Self {
        Self { values: values.into(), known }
    }

    pub fn values(&self) -> &[T] {
        &self.values
    }
}

impl TruthVector {
    pub fn new(trues: Vec<u64>, known: KnownRows, rows: usize) -> Self {
        Self { trues, known, rows }
    }

    pub fn one(truth: Option<bool>) -> Self {
        Gather::gather(std::iter::once(truth), None)
    }

    /// Returns the bits of the rows that are true. Bits of rows without a value are 0.
    pub fn trues(&self) -> Vec<u64> {
        match &self.known {
            None => self.trues.clone(),
            Some(known) => self.trues.iter().zip(known).map(|(truth, known)| truth & known).collect(),
        }
    }

    /// Extends a vector of length 1 to `rows` rows.
    pub fn spread(self, rows: usize) -> Self {
        if self.rows == rows {
            return self;
        }
        let whole = |words: &[u64]| vec![if bit(words, 0) { u64::MAX } else { 0 }; rows.div_ceil(64)];
        Self { trues: whole(&self.trues), known: self.known.as_deref().map(whole), rows }
    }

    /// Returns the rows that are true, in order.
    pub fn true_rows(&self) -> impl Iterator<Item = usize> {
        (0..self.rows).filter(|&row| self.value(row) == Some(true))
    }
}

impl TextVector<'_> {
    pub fn one(text: &str) -> TextVector<'_> {
        // A rule's length is limited, so it contains no text of 4 GB.
        TextVector::Flat { offsets: vec![0, text.len() as u32].into(), text: text.into(), known: None }
    }
}

impl<'a> Vector<'a> {
    pub fn from_literal(value: &Datum) -> Vector<'static> {
        fn cell<T: Copy>(value: T) -> NumberVector<'static, T> {
            NumberVector::new(vec![value], None)
        }
        match value {
            Datum::Null => Vector::Null,
            Datum::Boolean(truth) => Vector::Truth(TruthVector::one(Some(*truth))),
            Datum::Integer(number) => Vector::Integer(cell(*number)),
            Datum::Decimal(decimal) => Vector::Decimal(cell(decimal.units()), decimal.scale()),
            Datum::Float(number) if number.is_nan() => Vector::Null,
            Datum::Float(number) => Vector::Float(cell(*number)),
            Datum::Text(text) => match TextVector::one(text) {
                TextVector::Flat { offsets, text, known } => Vector::Text(TextVector::Flat {
                    offsets: offsets.into_owned().into(),
                    text: text.into_owned().into(),
                    known,
                }),
                TextVector::Coded { .. } => Vector::Null,
            },
            Datum::Date(date) => Vector::Date(cell(date.to_epoch_days())),
            Datum::Timestamp(at) => Vector::Timestamp(cell(at.and_utc().timestamp_micros())),
        }
    }

    /// Returns the number of rows; 1 if all rows have the same value.
    pub fn len(&self) -> usize {
        match self {
            Vector::Null => 1,
            Vector::Truth(truths) => truths.len(),
            Vector::Integer(cells) | Vector::Timestamp(cells) => cells.len(),
            Vector::Decimal(cells, _) => cells.len(),
            Vector::Float(cells) => cells.len(),
            Vector::Text(texts) => texts.len(),
            Vector::Date(cells) => cells.len(),
            Vector::Opaque(_, rows) => *rows,
        }
    }

    pub fn known(&self) -> KnownRows {
        match self {
            Vector::Null => Some(vec![0]),
            Vector::Truth(truths) => truths.known().clone(),
            Vector::Integer(cells) | Vector::Timestamp(cells) => cells.known().clone(),
            Vector::Decimal(cells, _) => cells.known().clone(),
            Vector::Float(cells) => cells.known().clone(),
            Vector::Text(texts) => texts.known().clone(),
            Vector::Date(cells) => cells.known().clone(),
            Vector::Opaque(known, _) => known.clone(),
        }
    }

    pub fn is_number(&self) -> bool {
        matches!(self, Vector::Integer(_) | Vector::Decimal(..) | Vector::Float(_))
    }

    /// Returns the kind of the values.
    pub fn kind(&self) -> ColumnType {
        match self {
            Vector::Null | Vector::Opaque(..) => ColumnType::Other,
            Vector::Truth(_) => ColumnType::Boolean,
            Vector::Integer(_) => ColumnType::Integer,
            Vector::Decimal(_, scale) => ColumnType::Decimal(*scale),
            Vector::Float(_) => ColumnType::Float,
            Vector::Text(_) => ColumnType::Text,
            Vector::Date(_) => ColumnType::Date,
            Vector::Timestamp(_) => ColumnType::Timestamp,
        }
    }

    pub fn into_truths(self) -> Result<TruthVector, EvaluationError> {
        match self {
            Vector::Truth(truths) => Ok(truths),
            Vector::Null => Ok(TruthVector::one(None)),
            other => Err(other.unfit("a condition")),
        }
    }

    pub fn into_texts(self) -> Result<TextVector<'a>, EvaluationError> {
        match self {
            Vector::Text(texts) => Ok(texts),
            other => Err(other.unfit("a text")),
        }
    }

    pub fn into_integers(self) -> Result<NumberVector<'a, i64>, EvaluationError> {
        match self {
            Vector::Integer(cells) => Ok(cells),
            other => Err(other.unfit("a whole number")),
        }
    }

    pub fn into_floats(self) -> Result<NumberVector<'a, f64>, EvaluationError> {
        match self {
            Vector::Float(cells) => Ok(cells),
            Vector::Integer(cells) => Ok(map(&cells, |number| number as f64)),
            Vector::Decimal(cells, scale) => Ok(map(&cells, |units| Decimal::new(units, scale).to_f64())),
            other => Err(other.unfit("a number")),
        }
    }

    /// Returns whole numbers and decimals as units, with their number of digits after the point.
    pub fn into_decimals(self) -> Result<(NumberVector<'a, i128>, u8), EvaluationError> {
        match self {
            Vector::Decimal(cells, scale) => Ok((cells, scale)),
            Vector::Integer(cells) => Ok((map(&cells, i128::from), 0)),
            other => Err(other.unfit("a decimal")),
        }
    }

    pub fn into_timestamps(self) -> Result<NumberVector<'a, i64>, EvaluationError> {
        match self {
            Vector::Timestamp(cells) => Ok(cells),
            Vector::Date(cells) => Ok(map(&cells, |days| i64::from(days).checked_mul(super::DAY))),
            other => Err(other.unfit("a date")),
        }
    }

    /// Returns the error for a value of a kind that the check of the rule should have refused.
    pub fn unfit(&self, wanted: &'static str) -> EvaluationError {
        EvaluationError::WrongKind { found: self.kind(), wanted }
    }
}
