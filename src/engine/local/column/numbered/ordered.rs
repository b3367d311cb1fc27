//! Groups rows by sorting them. Used for floats, numbers that are far apart and text of many values, where nearly
//! every row may be a group of its own and a hash table would be as long as the base.

use std::cmp::Ordering;

use polars::prelude::*;
use rayon::prelude::*;

use super::NumberedGroups;
use crate::engine::local::column::cells::{CellNumber, NumberCells, each_width};
use crate::engine::local::column::coding::head;
use crate::engine::local::column::ordering::{of_float, of_whole};
use crate::engine::local::column::{CHUNK, ColumnData, NumberColumn, TextColumn};
use crate::engine::local::failed;
use crate::engine::{Cancel, EngineError};

/// A number in the same order as the row's value, and the row. Rows with different values may have the same number.
type KeyedRow = (u64, u32);

pub fn numbers(number: &NumberColumn, cancel: &Cancel) -> Result<NumberedGroups, EngineError> {
    let rows = 0..number.rows();
    let sorted = match number.cells() {
        NumberCells::F64(run) => {
            let placed = place(rows, |row| (!number.is_null(row)).then(|| of_float(run[row])));
            SortedRows::new(placed, |_, _| Ordering::Equal, cancel)?
        }
        NumberCells::I128(run) => {
            let placed = place(rows, |row| (!number.is_null(row)).then(|| of_whole((run[row] >> 64) as i64)));
            SortedRows::new(placed, |a, b| run[a as usize].cmp(&run[b as usize]), cancel)?
        }
        cells => {
            let placed =
                each_width!(cells, run => place(rows, |row| (!number.is_null(row)).then(|| of_whole(run[row].wide()))));
            SortedRows::new(placed, |_, _| Ordering::Equal, cancel)?
        }
    };
    let null = (0..number.rows()).find(|&row| number.is_null(row)).map(|row| row as u32);
    let firsts: Vec<u32> = sorted.firsts.iter().copied().chain(null).collect();
    let keys = number.slice(0..number.rows()).and_then(|column| column.take_slice(&firsts)).map_err(failed)?;
    Ok(sorted.numbered(number.rows(), keys))
}

pub fn texts(text: &TextColumn, cancel: &Cancel) -> Result<NumberedGroups, EngineError> {
    let same = same_beginning(text);
    let value = |row: u32| text.get(row as usize).unwrap_or_default();
    let placed = place(0..text.rows(), |row| text.get(row).map(|text| head(&text.as_bytes()[same..])));
    let sorted = SortedRows::new(placed, |a, b| value(a).cmp(value(b)), cancel)?;
    let mut keys = StringChunkedBuilder::new(text.name().into(), sorted.firsts.len() + 1);
    sorted.firsts.iter().for_each(|&row| keys.append_value(value(row)));
    if text.nulls() > 0 {
        keys.append_null();
    }
    Ok(sorted.numbered(text.rows(), keys.finish().into_column()))
}

/// Returns the length of the longest prefix of all values, such as `https://`, in bytes. It does not affect the
/// order.
fn same_beginning(text: &TextColumn) -> usize {
    let mut values = (0..text.rows()).filter_map(|row| text.get(row)).map(str::as_bytes);
    let Some(first) = values.next() else { return 0 };
    let mut same = first.len();
    for value in values {
        if !value.starts_with(&first[..same]) {
            same = first.iter().zip(value).take_while(|(a, b)| a == b).count();
        }
    }
    same
}

/// Returns the rows that have a value, each with its number.
fn place(rows: std::ops::Range<usize>, number: impl Fn(usize) -> Option<u64> + Sync) -> Vec<KeyedRow> {
    let placed = |row| number(row).map(|number| (number, row as u32));
    rows.into_par_iter().with_min_len(CHUNK).filter_map(placed).collect()
}

/// The rows that have a value, in order, and the first row of each group.
struct SortedRows {
    rows: Vec<u32>,
    firsts: Vec<u32>,
    counts: Vec<u64>,
}

impl SortedRows {
    fn new(
        mut placed: Vec<KeyedRow>,
        compare: impl Fn(u32, u32) -> Ordering + Sync,
        cancel: &Cancel,
    ) -> Result<Self, EngineError> {
        cancel.check()?;
        let order = |a: &KeyedRow, b: &KeyedRow| a.0.cmp(&b.0).then_with(|| compare(a.1, b.1));
        placed.par_sort_unstable_by(|a, b| order(a, b).then(a.1.cmp(&b.1)));
        cancel.check()?;
        let mut sorted = Self { rows: Vec::with_capacity(placed.len()), firsts: vec![], counts: vec![] };
        for group in placed.chunk_by(|a, b| order(a, b).is_eq()) {
            sorted.rows.extend(group.iter().map(|placed| placed.1));
            sorted.firsts.push(group[0].1);
            sorted.counts.push(group.len() as u64);
        }
        Ok(sorted)
    }

    /// Returns the groups of all `rows` rows; rows without a value are in the last group. `keys` are the values of
    /// the groups.
    fn numbered(mut self, rows: usize, keys: polars::prelude::Column) -> NumberedGroups {
        let mut codes = vec![self.firsts.len() as u32; rows];
        let mut sorted = self.rows.iter();
        for (code, &count) in self.counts.iter().enumerate() {
            sorted.by_ref().take(count as usize).for_each(|&row| codes[row as usize] = code as u32);
        }
        if self.rows.len() < rows {
            self.counts.push((rows - self.rows.len()) as u64);
        }
        NumberedGroups { codes, counts: self.counts, keys: ColumnData::compact(keys) }
    }
}
