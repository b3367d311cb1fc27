use std::collections::HashMap;

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::batch::Batch;
use super::column::ColumnBuilder;
use super::value::{LostDetails, Value};
use crate::data::memory::described;
use crate::data::selection::Selection;
use crate::data::source::Input;
use crate::data::{DataError, Notice};
use crate::model;

/// The columns of a text file that is being read: once, or twice if some turn out to be text late.
pub struct Table {
    selection: Selection,
    slots: Vec<Slot>,
    /// Index of each column by its name.
    places: HashMap<String, usize>,
    pub rows: u64,
    /// Number of rows in the first pass, once it is complete.
    pub rows_before: Option<u64>,
    /// Maximum number of bytes of all columns.
    memory: usize,
    /// Rows at which the memory is measured next.
    measured_at: u64,
}

/// Number of rows between two measurements of the memory.
const MEASURED_EVERY: u64 = 1 << 12;

struct Slot {
    name: String,
    state: State,
    /// Number of rows for which it has a value: less than [`Table::rows`] only inside [`Table::push_row`].
    filled: u64,
}

enum State {
    Building(ColumnBuilder),
    /// Complete; the second pass is for other columns.
    Done(Column),
    /// Not selected: its values are dropped.
    Skipped,
}

impl Table {
    pub fn new(selection: &Selection, memory: usize) -> Self {
        let selection = selection.clone();
        let (slots, places) = (Vec::new(), HashMap::new());
        Self { selection, slots, places, rows: 0, rows_before: None, memory, measured_at: 0 }
    }

    /// Checks, every few thousand rows, that the columns fit into the memory that they may take.
    ///
    /// # Errors
    /// Returns an error that names the file, the limit and the remedy.
    pub fn check_memory(&mut self, input: &Input) -> Result<(), DataError> {
        if self.rows < self.measured_at {
            return Ok(());
        }
        self.measured_at = self.rows + MEASURED_EVERY;
        let bytes = |slot: &Slot| match &slot.state {
            State::Building(column) => column.bytes(self.rows as usize),
            State::Done(column) => column.as_materialized_series().estimated_size(),
            State::Skipped => 0,
        };
        if self.slots.iter().map(bytes).sum::<usize>() <= self.memory {
            return Ok(());
        }
        let limit = described(self.memory);
        let problem = format!("takes more than {limit} of memory, the limit of [engine] memory");
        let remedy = "convert it to Parquet, keep fewer columns ([data] columns), or raise the limit";
        Err(DataError::file(&input.name, format!("{problem}: {remedy}")))
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.slots.iter().map(|slot| slot.name.as_str())
    }

    /// Returns the index of a column. A column that does not exist is added, with null in the rows so far.
    pub fn place(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let state = match self.selection.may_keep(name) {
            true => State::Building(ColumnBuilder::new(name, self.rows as usize)),
            false => State::Skipped,
        };
        self.slots.push(Slot { name: name.to_owned(), state, filled: self.rows });
        self.places.insert(name.to_owned(), self.slots.len() - 1);
        self.slots.len() - 1
    }

    /// Drops the columns that are not selected, once all are known.
    ///
    /// # Errors
    /// Returns an error if a requested column is missing.
    pub fn select(&mut self) -> Result<(), DataError> {
        let places = self.selection.places(&self.names().collect::<Vec<_>>())?;
        for (place, slot) in self.slots.iter_mut().enumerate() {
            if places.binary_search(&place).is_err() {
                slot.state = State::Skipped;
            }
        }
        Ok(())
    }

    /// Adds rows that have one field for each column.
    pub fn push_batch(&mut self, batch: &Batch) {
        let first = self.rows == 0;
        for (place, slot) in self.slots.iter_mut().enumerate() {
            let State::Building(column) = &mut slot.state else { continue };
            (0..batch.rows()).for_each(|row| column.push_field(batch.field(row, place)));
            // The first rows are still available: no need to read the file again for this column.
            if first && column.is_disproved() {
                *column = ColumnBuilder::text(&slot.name);
                (0..batch.rows()).for_each(|row| column.push_field(batch.field(row, place)));
            }
        }
        self.rows += batch.rows() as u64;
    }

    /// Adds one row: values by the indices of their columns, null for the others.
    pub fn push_row<'v>(&mut self, values: impl Iterator<Item = (usize, Value, std::borrow::Cow<'v, str>)>) {
        self.rows += 1;
        for (place, value, text) in values {
            let Some(slot) = self.slots.get_mut(place) else { continue };
            if let State::Building(column) = &mut slot.state {
                column.push(value, &text);
            }
            slot.filled = self.rows;
        }
        for slot in self.slots.iter_mut().filter(|slot| slot.filled < self.rows) {
            if let State::Building(column) = &mut slot.state {
                column.push_null();
            }
            slot.filled = self.rows;
        }
    }

    /// Returns the columns and their types so far.
    pub fn schema(&self) -> model::Schema {
        let column = |slot: &Slot| {
            let column_type = match &slot.state {
                State::Building(column) => column.column_type(),
                State::Done(column) => crate::data::column_type(column.dtype()),
                State::Skipped => return None,
            };
            Some(model::Column { name: slot.name.clone(), column_type })
        };
        model::Schema::new(self.slots.iter().filter_map(column).collect())
    }

    /// Returns notices on the columns of this pass whose timestamps lose details.
    pub fn notices(&self) -> Vec<Notice> {
        let names = |is: fn(LostDetails) -> bool| {
            let columns = self.slots.iter().filter(|slot| match &slot.state {
                State::Building(column) => is(column.lost()),
                _ => false,
            });
            let names: Vec<&str> = columns.map(|slot| slot.name.as_str()).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let offset = names(|lost| lost.offset).map(|names| format!("{names}: times with an offset are read as UTC"));
        let digits = names(|lost| lost.digits).map(|names| format!("{names}: nanoseconds are read to the microsecond"));
        offset.into_iter().chain(digits).map(Notice).collect()
    }

    /// Returns the frame, or the table for a second pass over the same rows.
    pub fn finish(mut self) -> Result<PolarsResult<DataFrame>, Box<Table>> {
        let finish = |slot: Slot| {
            let state = match slot.state {
                State::Building(column) => match column.finish() {
                    Some(series) => State::Done(series.into()),
                    None => State::Building(ColumnBuilder::text(&slot.name)),
                },
                other => other,
            };
            Slot { name: slot.name, state, filled: 0 }
        };
        let slots: Vec<Slot> = std::mem::take(&mut self.slots).into_iter().map(finish).collect();
        if slots.iter().any(|slot| matches!(slot.state, State::Building(_))) {
            let rows_before = Some(self.rows);
            return Err(Box::new(Table { slots, rows: 0, rows_before, measured_at: 0, ..self }));
        }
        let done = |slot: Slot| match slot.state {
            State::Done(column) => Some(column),
            State::Building(_) | State::Skipped => None,
        };
        Ok(DataFrame::new(self.rows as usize, slots.into_iter().filter_map(done).collect()))
    }
}
