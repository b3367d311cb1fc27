//! Joins columns that were built from consecutive parts of a file at the same time.

use polars::prelude::Series;

use super::finish::{finished, joined};
use super::{ColumnBuilder, ColumnValues};
use crate::data::text::value::FieldValue;

impl ColumnBuilder {
    /// Creates an empty column for a later part of the same file, with room for this many values: text if this one is.
    pub fn of_part(&self, values: usize) -> Self {
        let mut part = Self::new(&self.name, 0).with_decimal_comma(self.decimal_comma).with_zone(self.zone);
        part.expected = values;
        if self.is_text() {
            part.become_text();
        }
        part
    }

    /// Creates an empty column of text for a later part of the same file.
    pub fn text_of_part(&self, values: usize) -> Self {
        let mut part = self.of_part(values);
        part.become_text();
        part
    }

    /// Returns true if the column is text, whatever values follow.
    pub fn is_text(&self) -> bool {
        matches!(self.values, ColumnValues::Text(_) | ColumnValues::Disproved)
    }

    /// Appends the values of the next part. Its type and this one widen each other, as if all values had been pushed to one
    /// column. Returns false if the text of the part is needed and lost: it is to be built again, as text.
    pub fn absorb(&mut self, mut part: ColumnBuilder) -> bool {
        if self.is_disproved() {
            return true;
        }
        if part.is_disproved() {
            self.become_text();
            return self.is_disproved();
        }
        if part.nan && matches!(part.values, ColumnValues::Unknown(_)) {
            self.widen_unknown(FieldValue::NotANumber);
        }
        if let (ColumnValues::Unknown(nulls), Some(first)) = (&self.values, part.representative()) {
            let nulls = *nulls;
            self.begin(first, nulls);
        }
        self.meet(&mut part);
        if self.is_disproved() {
            return true;
        }
        if matches!(self.values, ColumnValues::Text(_)) && !matches!(part.values, ColumnValues::Text(_)) {
            if !part.exact {
                return false;
            }
            part.become_text();
        }
        self.take(part);
        true
    }

    /// Widens a column with values so that it can hold `value`; one without values notes a `NaN`.
    fn widen_unknown(&mut self, value: FieldValue) {
        match self.values {
            ColumnValues::Unknown(_) => self.nan = true,
            ColumnValues::Float(_) | ColumnValues::Text(_) => {}
            _ => self.widen(value),
        }
    }

    /// Returns a value of the column's type; `None` if all values are missing.
    fn representative(&self) -> Option<FieldValue> {
        Some(match self.values {
            ColumnValues::Unknown(_) => return None,
            ColumnValues::Boolean(_) => FieldValue::Boolean(true),
            ColumnValues::Integer(_) => FieldValue::Integer(0),
            ColumnValues::Float(_) => FieldValue::Float(0.0),
            ColumnValues::Date(_) => FieldValue::Date(0),
            ColumnValues::Timestamp(_) => FieldValue::Timestamp(0),
            ColumnValues::Text(_) | ColumnValues::Disproved => FieldValue::Text,
        })
    }

    /// Widens two columns to a common type, which is text if they share no other.
    fn meet(&mut self, part: &mut ColumnBuilder) {
        use ColumnValues::{Date, Float, Integer, Timestamp, Unknown};
        match (&self.values, &part.values) {
            (_, Unknown(_)) => {}
            (Integer(_), Float(_)) => self.widen(FieldValue::Float(0.0)),
            (Float(_), Integer(_)) => part.widen(FieldValue::Float(0.0)),
            (Date(_), Timestamp(_)) => self.widen(FieldValue::Timestamp(0)),
            (Timestamp(_), Date(_)) => part.widen(FieldValue::Timestamp(0)),
            _ => {}
        }
        let same = std::mem::discriminant(&self.values) == std::mem::discriminant(&part.values);
        if !same && !matches!(part.values, Unknown(_)) {
            self.become_text();
        }
    }

    /// Appends the values of a part of the same type, or without values.
    fn take(&mut self, part: ColumnBuilder) {
        self.exact &= part.exact;
        self.codes |= part.codes;
        self.fractions |= part.fractions;
        self.nan |= part.nan;
        self.lost = self.lost.and(part.lost);
        self.long += part.long;
        match part.values {
            ColumnValues::Unknown(nulls) => (0..nulls).for_each(|_| self.push_null()),
            values => {
                let later = joined(part.earlier, finished(values, &self.name));
                self.close();
                self.earlier = joined(self.earlier.take(), later);
            }
        }
    }

    /// Moves the values that were pushed last to those from before.
    pub(super) fn close(&mut self) {
        let empty = self.emptied();
        let latest: Option<Series> = finished(std::mem::replace(&mut self.values, empty), &self.name);
        let latest = latest.filter(|latest| !latest.is_empty());
        self.earlier = joined(self.earlier.take(), latest);
    }
}
