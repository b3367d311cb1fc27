//! Turns the columns of a table into a frame, once all rows are read or so far.

use polars::prelude::{Column, DataFrame, PolarsResult};
use rayon::prelude::*;

use super::{CellSlot, PassFacts, TableBuilder, TableState};
use crate::data::text::column::ColumnBuilder;
use crate::model;

impl TableBuilder {
    /// Returns the columns and their types so far.
    pub fn schema(&self) -> model::Schema {
        let column = |slot: &CellSlot| {
            let column_type = match &slot.state {
                TableState::Building(column) => column.column_type(),
                TableState::Done(column) => crate::data::column_type(column.dtype()),
                TableState::Unread(column_type) => *column_type,
                TableState::Skipped => return None,
            };
            Some(model::Column { name: slot.name.clone(), column_type })
        };
        model::Schema::new(self.slots.iter().filter_map(column).collect())
    }

    /// Returns the rows so far; `None` if the type of a column is in doubt.
    pub(super) fn so_far(&mut self) -> Option<DataFrame> {
        if self.rows_before.is_some() {
            return None;
        }
        let places = self.selection.places(&self.names().collect::<Vec<_>>()).ok()?;
        let selected = self.slots.iter_mut().enumerate().filter(|(place, _)| places.binary_search(place).is_ok());
        let building = selected.filter_map(|(_, slot)| match &mut slot.state {
            TableState::Building(column) => Some(column),
            _ => None,
        });
        let columns = building.map(|column| column.so_far().map(Column::from)).collect::<Option<Vec<_>>>()?;
        let columns = self.without_empty(columns);
        (!columns.is_empty()).then(|| DataFrame::new(self.rows as usize, columns).ok())?
    }

    /// Returns the frame, or the table for a second pass over the same rows.
    pub fn finish(mut self) -> Result<PolarsResult<DataFrame>, Box<TableBuilder>> {
        let finish = |slot: CellSlot| {
            let CellSlot { name, state, declared, .. } = slot;
            let state = match state {
                TableState::Building(column) => match column.finish() {
                    Some(series) => TableState::Done(series.into()),
                    None => TableState::Building(ColumnBuilder::text(&name)),
                },
                other => other,
            };
            CellSlot { name, state, declared, filled: 0, in_files: 0 }
        };
        let slots: Vec<CellSlot> = std::mem::take(&mut self.slots).into_par_iter().map(finish).collect();
        if slots.iter().any(|slot| matches!(slot.state, TableState::Building(_))) {
            let rows_before = Some(self.rows);
            return Err(Box::new(TableBuilder {
                slots,
                rows: 0,
                begun: 0,
                rows_before,
                measured_at: 0,
                tally: PassFacts::default(),
                ..self
            }));
        }
        let done = |slot: CellSlot| match slot.state {
            TableState::Done(column) => Some(column),
            TableState::Building(_) | TableState::Skipped | TableState::Unread(_) => None,
        };
        let columns = self.without_empty(slots.into_iter().filter_map(done).collect());
        Ok(DataFrame::new(self.rows as usize, columns))
    }

    /// Drops the columns without values that the file does not mean as columns.
    fn without_empty(&self, mut columns: Vec<Column>) -> Vec<Column> {
        columns.truncate(columns.len() - self.empty_at_end(&columns));
        self.drop_missing_objects(&mut columns);
        columns
    }

    /// Drops the columns of members that are objects or missing: their own members are columns.
    fn drop_missing_objects(&self, columns: &mut Vec<Column>) {
        let nested: Vec<String> = columns
            .iter()
            .filter(|column| column.name().contains('.'))
            .map(|column| column.name().to_string())
            .collect();
        if self.is_named || nested.is_empty() {
            return;
        }
        let has_members =
            |name: &str| nested.iter().any(|other| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
        columns.retain(|column| column.null_count() < column.len() || !has_members(column.name()));
    }

    /// Returns the number of columns at the end that the header does not name and no row has a value in: those that a
    /// spreadsheet writes behind a table.
    fn empty_at_end(&self, columns: &[Column]) -> usize {
        let is_empty = |column: &&Column| column.null_count() == column.len() && !column.is_empty();
        let all = self.places.len();
        let is_unnamed = |column: &&Column| {
            self.places.get(column.name().as_str()).is_some_and(|place| *place + self.unnamed_at_end >= all)
        };
        columns.iter().rev().take_while(|column| is_unnamed(column) && is_empty(column)).count()
    }
}
