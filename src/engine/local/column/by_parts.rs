//! Compacts columns of files part by part while they are read, so that a whole column and its compact form are never
//! in memory at the same time.

use polars::prelude::{Column, DataType, PlSmallStr, StringChunked};
use polars_arrow::bitmap::Bitmap;

use super::bits;
use super::cells::Run;
use super::dictionary::{Diversity, diversity_in};
use super::number::NumberColumn;
use super::pieces::Pieces;
use super::text::TextBuilder;
use super::{ColumnData, NumberCells, from_pages};
use crate::data::{Counter, DataError, DataFiles};
use crate::engine::local::machine;

impl ColumnData {
    /// Reads a column of files. Returns `None` for a column that must be read as a whole.
    ///
    /// # Errors
    /// Returns an error if the column cannot be read, or `cancelled` returns true.
    pub fn read_by_parts(
        files: &DataFiles,
        name: &str,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, DataError> {
        if let Some(flat) = files.flat(name)
            && let Some(column) = from_pages::column(files, &flat, name, counter, cancelled)?
        {
            return Ok(Some(column));
        }
        let parts = files.parts_of_rows().len();
        let data_type = files.columns().find(|(column, _)| *column == name).map(|(_, data_type)| data_type.clone());
        match data_type {
            Some(DataType::Float64) if parts > 1 => floats(files, name, counter, cancelled).map(Some),
            Some(DataType::String) if parts > 1 && files.is_uncoded(name) => texts(files, name, counter, cancelled),
            _ => Ok(None),
        }
    }
}

/// Copies each part of the numbers to its place.
fn floats(
    files: &DataFiles,
    name: &str,
    counter: &Counter,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<ColumnData, DataError> {
    let mut cells = machine::cells(files.rows());
    let places = from_pages::slices(&files.parts_of_rows(), &mut cells);
    let copy = |own: &mut [f64], part: &Column| -> Option<(usize, Option<Bitmap>)> {
        let column = part.f64().ok()?;
        let mut start = 0;
        for array in column.downcast_iter() {
            own.get_mut(start..start + array.values().len())?.copy_from_slice(array.values());
            start += array.values().len();
        }
        let mut known = column.downcast_iter().map(|array| array.validity().cloned());
        match column.chunks().len() {
            1 => Some((start, known.next()?)),
            _ => Some((start, Some(column.is_not_null().rechunk().downcast_iter().next()?.values().clone()))),
        }
    };
    let known = files.each_part(name, 0, places, counter, cancelled, copy)?;
    let known: Option<Vec<(usize, Option<Bitmap>)>> = known.into_iter().collect();
    let known = known.ok_or_else(|| DataError::NoColumn { column: name.to_owned() })?;
    let known = bits::known(known.iter().map(|(len, known)| (*len, known.as_ref())));
    let cells = NumberCells::F64(Run::from_vec(cells));
    Ok(ColumnData::Number(NumberColumn::from_floats(PlSmallStr::from_str(name), cells, known)))
}

/// Copies texts end to end, a few parts at a time. Returns `None` if a dictionary of the values pays off.
fn texts(
    files: &DataFiles,
    name: &str,
    counter: &Counter,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Option<ColumnData>, DataError> {
    let (rows, parts) = (files.rows(), files.parts_of_rows().len());
    let mut text = TextBuilder::new(PlSmallStr::from_str(name), rows);
    let at_a_time = rayon::current_num_threads().max(1);
    for first in (0..parts).step_by(at_a_time) {
        let slots = vec![(); at_a_time.min(parts - first)];
        let take = |(): (), part: &Column| part.str().ok().cloned();
        let read: Option<Vec<StringChunked>> =
            files.each_part(name, first, slots, counter, cancelled, take)?.into_iter().collect();
        let Some(read) = read else { return Ok(None) };
        for (at, strings) in read.into_iter().enumerate() {
            if first + at == 0 && diversity_in(&Pieces::new(&strings), rows) != Some(Diversity::TooHigh) {
                return Ok(None);
            }
            if text.push(strings).is_none() {
                return Ok(None);
            }
        }
    }
    Ok(text.finish().map(ColumnData::Text))
}
