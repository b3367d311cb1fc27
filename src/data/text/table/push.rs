//! Adds rows to the columns of a table.

use std::borrow::Cow;

use super::{BadValue, CellSource, FilePart, TableBuilder, TableState};
use crate::data::text::batch::FieldBatch;
use crate::data::text::column::ColumnBuilder;
use crate::data::text::declared::DeclaredType;
use crate::data::text::options::OnBadRow;
use crate::data::text::rejects::Reject;
use crate::data::text::value::{self, FieldValue};

impl TableBuilder {
    /// Adds rows that have one field for each column of the file.
    ///
    /// # Errors
    /// Returns the first value that is not of its declared type, unless such rows are left out or repaired.
    pub fn push_batch(&mut self, file: &str, batch: &mut FieldBatch) -> Result<(), BadValue> {
        self.tally.rejects.skipped = self.on_bad_row == OnBadRow::Skip;
        let mut rejects = std::mem::take(&mut batch.rejects);
        if self.has_declared() {
            self.push_declared(file, batch, &mut rejects)?;
        } else {
            self.push_all(batch);
        }
        rejects.sort_by_key(|reject| reject.line);
        rejects.into_iter().for_each(|reject| self.tally.rejects.add(reject));
        Ok(())
    }

    /// Adds the rows of a table with declared types, checking all values before any is added.
    fn push_declared(&mut self, file: &str, batch: &FieldBatch, rejects: &mut Vec<Reject>) -> Result<(), BadValue> {
        let rows = batch.rows();
        let mut is_bad = vec![false; rows];
        let mut values: Vec<Option<Vec<Option<FieldValue>>>> = Vec::with_capacity(self.slots.len());
        for (place, slot) in self.slots.iter().enumerate() {
            let declared = slot.declared.as_ref().filter(|_| !matches!(slot.state, TableState::Skipped));
            let (Some(declared), false) = (declared, matches!(self.sources[place], CellSource::Missing)) else {
                values.push(None);
                continue;
            };
            let mut read = Vec::with_capacity(rows);
            for (row, is_bad) in is_bad.iter_mut().enumerate() {
                let field = self.sources[place].text(batch, row);
                read.push(match declared.read(field) {
                    Ok(value) => value,
                    Err(problem) => {
                        let (line, column) = (batch.line(row), slot.name.clone());
                        if self.on_bad_row == OnBadRow::Error {
                            let problem = format!("{field:?} {problem}");
                            return Err(BadValue { line, field: place + 1, column, problem });
                        }
                        let problem = format!("has a value in {column} that {problem}");
                        rejects.push(Reject { file: file.to_owned(), line, problem, text: field.to_owned() });
                        *is_bad = true;
                        None
                    }
                });
            }
            values.push(Some(read));
        }
        let kept: Vec<usize> = (0..rows).filter(|&row| self.on_bad_row != OnBadRow::Skip || !is_bad[row]).collect();
        for ((place, slot), values) in self.slots.iter_mut().enumerate().zip(values) {
            let is_moment = slot.declared.as_ref().is_some_and(DeclaredType::is_moment);
            let TableState::Building(column) = &mut slot.state else { continue };
            for &row in &kept {
                let field = self.sources[place].text(batch, row);
                match values.as_ref().map(|values| values[row]) {
                    None => column.push_field(field),
                    Some(Some(value)) => column.push_declared(value, is_moment, field),
                    Some(None) => column.push_null(),
                }
            }
        }
        self.rows += kept.len() as u64;
        Ok(())
    }

    /// Returns the columns that take their values from fields of the file that is being read, for building parts of them.
    pub fn parts(&self) -> impl Iterator<Item = FilePart> {
        let slots = self.sources.iter().zip(&self.slots).enumerate();
        slots.filter_map(|(place, (source, slot))| match (source, &slot.state) {
            (CellSource::Field(field), TableState::Building(column)) => {
                Some(FilePart { place, field: *field, empty: column.of_part(0) })
            }
            _ => None,
        })
    }

    /// Adds the rows of one part of the file: columns of [`TableBuilder::parts`] by their places. `again` builds one of them
    /// once more, as text.
    ///
    /// # Errors
    /// Returns the error of `again`.
    pub fn push_parts<E>(
        &mut self,
        columns: impl IntoIterator<Item = (usize, ColumnBuilder)>,
        rows: usize,
        again: impl Fn(usize) -> Result<ColumnBuilder, E>,
    ) -> Result<(), E> {
        for (place, part) in columns {
            let Some(slot) = self.slots.get_mut(place) else { continue };
            let TableState::Building(column) = &mut slot.state else { continue };
            if !column.absorb(part) {
                // A part of text is absorbed by a column of text, which this one is by now.
                column.absorb(again(place)?);
            }
        }
        for (source, slot) in self.sources.iter().zip(&mut self.slots) {
            let TableState::Building(column) = &mut slot.state else { continue };
            match source {
                CellSource::Field(_) => {}
                CellSource::Constant(Some(text)) => (0..rows).for_each(|_| column.push_field(text)),
                CellSource::Constant(None) | CellSource::Missing => (0..rows).for_each(|_| column.push_null()),
            }
        }
        self.rows += rows as u64;
        Ok(())
    }

    fn push_all(&mut self, batch: &FieldBatch) {
        let first = self.rows == 0;
        for (source, slot) in self.sources.iter().zip(&mut self.slots) {
            let TableState::Building(column) = &mut slot.state else { continue };
            let push = |column: &mut ColumnBuilder| match source {
                CellSource::Field(field) => {
                    (0..batch.rows()).for_each(|row| column.push_field(batch.field(row, *field)))
                }
                constant => (0..batch.rows()).for_each(|row| column.push_field(constant.text(batch, row))),
            };
            push(column);
            // The first rows are still available: no need to read the file again for this column.
            if first && column.is_disproved() {
                *column = ColumnBuilder::text(&slot.name);
                push(column);
            }
        }
        self.rows += batch.rows() as u64;
    }

    /// Adds one row: values by the indices of their columns, each with its text; null for the others. A [`FieldValue::Text`]
    /// that is a date or a time becomes one.
    ///
    /// # Errors
    /// Returns the first value that is not of its declared type, unless such rows are left out or repaired.
    pub fn push_row<'v>(
        &mut self,
        file: &str,
        line: u64,
        values: impl Iterator<Item = (usize, FieldValue, Cow<'v, str>)>,
    ) -> Result<(), BadValue> {
        if self.has_declared() {
            let mut values: Vec<(usize, FieldValue, Cow<'v, str>)> = values.collect();
            if self.read_declared(file, line, &mut values)? {
                self.push_values(values.into_iter());
            }
        } else {
            self.push_values(values);
        }
        Ok(())
    }

    /// Reads the values of declared columns. Returns false if the row is left out.
    fn read_declared(
        &mut self,
        file: &str,
        line: u64,
        values: &mut [(usize, FieldValue, Cow<'_, str>)],
    ) -> Result<bool, BadValue> {
        self.tally.rejects.skipped = self.on_bad_row == OnBadRow::Skip;
        for (place, value, text) in values {
            let Some(slot) = self.slots.get(*place).filter(|slot| !matches!(slot.state, TableState::Skipped)) else {
                continue;
            };
            let Some(declared) = &slot.declared else { continue };
            match declared.convert(*value, text) {
                Ok(Some(read)) => *value = read,
                Ok(None) => *value = FieldValue::Blank,
                Err(problem) => {
                    let column = slot.name.clone();
                    if self.on_bad_row == OnBadRow::Error {
                        let problem = format!("{text:?} {problem}");
                        return Err(BadValue { line, field: *place + 1, column, problem });
                    }
                    let problem = format!("has a value in {column} that {problem}");
                    let reject = Reject { file: file.to_owned(), line, problem, text: text.to_string() };
                    self.tally.rejects.add(reject);
                    if self.on_bad_row == OnBadRow::Skip {
                        return Ok(false);
                    }
                    *value = FieldValue::Blank;
                }
            }
        }
        Ok(true)
    }

    fn push_values<'v>(&mut self, values: impl Iterator<Item = (usize, FieldValue, Cow<'v, str>)>) {
        self.rows += 1;
        for (place, value, text) in values {
            let Some(slot) = self.slots.get_mut(place).filter(|slot| slot.filled < self.rows) else { continue };
            slot.filled = self.rows;
            let TableState::Building(column) = &mut slot.state else { continue };
            match (&slot.declared, value) {
                (Some(_), FieldValue::Blank) => column.push_null(),
                (Some(declared), value) => column.push_declared(value, declared.is_moment(), &text),
                (None, FieldValue::Text) if text.trim().is_empty() => column.push(FieldValue::Blank, &text),
                (None, FieldValue::Text) => column.push(value::moment(&text).unwrap_or(FieldValue::Text), &text),
                (None, value) => column.push(value, &text),
            }
        }
        for (slot, source) in self.slots.iter_mut().zip(&self.sources).filter(|(slot, _)| slot.filled < self.rows) {
            slot.filled = self.rows;
            let TableState::Building(column) = &mut slot.state else { continue };
            match (source, &slot.declared) {
                (CellSource::Constant(Some(text)), None) => column.push_field(text),
                (CellSource::Constant(Some(text)), Some(declared)) => match declared.read(text) {
                    Ok(Some(value)) => column.push_declared(value, declared.is_moment(), text),
                    _ => column.push_null(),
                },
                _ => column.push_null(),
            }
        }
    }
}

impl CellSource {
    /// Returns the text of a row's cell; a missing one is empty.
    fn text<'a>(&'a self, batch: &'a FieldBatch, row: usize) -> &'a str {
        match self {
            CellSource::Field(field) => batch.field(row, *field),
            CellSource::Constant(value) => value.as_deref().unwrap_or_default(),
            CellSource::Missing => "",
        }
    }
}
