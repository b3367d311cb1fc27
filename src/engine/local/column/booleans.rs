use std::ops::Range;

use polars::prelude::{BooleanChunked, IntoColumn, PlSmallStr};
use polars_arrow::array::BooleanArray;
use polars_arrow::datatypes::ArrowDataType;

use super::bits::{self, Bits, bit};

/// A column of booleans: one bit per row, and another bit per row if there are nulls.
#[derive(Debug, Clone)]
pub struct Booleans {
    name: PlSmallStr,
    rows: usize,
    trues: Vec<u64>,
    known: Option<Vec<u64>>,
}

impl Booleans {
    /// Converts a column of booleans; returns `None` for other types.
    pub(super) fn compact(column: &polars::prelude::Column) -> Option<Self> {
        let booleans = column.bool().ok()?;
        let arrays = booleans.downcast_iter().map(|array| (array.values().len(), array.validity()));
        let known = bits::known(arrays.collect::<Vec<_>>().into_iter());
        let mut trues = Bits::with_capacity(booleans.len());
        booleans.downcast_iter().for_each(|array| trues.append(array.values()));
        let mut trues = trues.into_words();
        if let Some(known) = &known {
            trues.iter_mut().zip(known).for_each(|(trues, known)| *trues &= known);
        }
        Some(Self { name: column.name().clone(), rows: booleans.len(), trues, known })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the bits of the rows that are true. The bit of a row without a value is 0.
    pub fn trues(&self) -> &[u64] {
        &self.trues
    }

    /// Returns the bits of the rows that have a value; `None` if all have.
    pub fn known(&self) -> Option<&[u64]> {
        self.known.as_deref()
    }

    pub fn nulls(&self) -> u64 {
        bits::nulls(self.known.as_ref(), self.rows)
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&self.trues[..]) + self.known.as_ref().map_or(0, |known| size_of_val(&known[..]))
    }

    pub fn get(&self, row: usize) -> Option<bool> {
        let known = row < self.rows && self.known.as_ref().is_none_or(|known| bit(known, row));
        known.then(|| bit(&self.trues, row))
    }

    pub(super) fn slice(&self, rows: Range<usize>) -> polars::prelude::Column {
        let known = self.known.as_ref().map(|known| bits::bitmap(known, rows.clone()));
        let array = BooleanArray::new(ArrowDataType::Boolean, bits::bitmap(&self.trues, rows), known);
        BooleanChunked::with_chunk(self.name.clone(), array).into_column()
    }
}
