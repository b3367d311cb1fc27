mod ordered;

use polars::prelude::*;

use crate::engine::local::column::cells::{CellNumber, each_width};
use crate::engine::local::column::{ColumnData, NumberColumn};
use crate::engine::local::failed;
use crate::engine::{Cancel, EngineError};
use crate::model::Datum;

/// The groups of any column, of which none is empty, with the group of every row. Finding them reads the whole column
/// and the result takes four bytes per row, so it is kept.
#[derive(Debug, Clone)]
pub struct NumberedGroups {
    pub(super) codes: Vec<u32>,
    pub(super) counts: Vec<u64>,
    /// Value of each group, one row per group.
    pub(super) keys: ColumnData,
}

impl NumberedGroups {
    pub fn build(column: &ColumnData, cancel: &Cancel) -> Result<Self, EngineError> {
        match column {
            ColumnData::Number(number) => match RankedRange::from_column(number) {
                Some(ranks) => ranks.numbered(number, cancel),
                None => ordered::numbers(number, cancel),
            },
            ColumnData::Text(text) => ordered::texts(text, cancel),
            _ => Self::by_value(column, cancel),
        }
    }

    pub fn len(&self) -> usize {
        self.counts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Returns every row's group.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// Returns the number of rows in each group; none is 0.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    pub fn key(&self, code: u32) -> Datum {
        self.keys.datum(code as usize)
    }

    /// Returns the values by group.
    pub fn values(&self) -> PolarsResult<polars::prelude::Column> {
        self.keys.slice(0..self.keys.rows())
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&self.codes[..]) + size_of_val(&self.counts[..]) + self.keys.bytes()
    }

    /// Groups rows by polars' hashes.
    fn by_value(column: &ColumnData, cancel: &Cancel) -> Result<Self, EngineError> {
        let rows = column.rows();
        let column = column.slice(0..rows).map_err(failed)?.with_name("key".into());
        cancel.check()?;
        let frame = DataFrame::new(rows, vec![column]).map_err(failed)?;
        let grouped = frame.group_by(["key"]).map_err(failed)?;
        cancel.check()?;
        let (keys, place) = sorted(grouped.keys())?;
        cancel.check()?;
        let mut codes = vec![0u32; rows];
        let mut counts = vec![0u64; place.len()];
        for (group, rows) in grouped.get_groups().iter().enumerate() {
            let code = place[group];
            counts[code as usize] = rows.len() as u64;
            match rows {
                GroupsIndicator::Idx((_, rows)) => rows.iter().for_each(|&row| codes[row as usize] = code),
                GroupsIndicator::Slice([first, len]) => codes[first as usize..(first + len) as usize].fill(code),
            }
        }
        Ok(Self { codes, counts, keys: ColumnData::compact(keys) })
    }
}

/// Returns the keys in ascending order, nulls last, and the position of each of the given keys in this order.
fn sorted(keys: Vec<polars::prelude::Column>) -> Result<(polars::prelude::Column, Vec<u32>), EngineError> {
    let key = keys.into_iter().next().ok_or_else(|| EngineError::Failed("a group has no value".into()))?;
    let order = key.arg_sort(SortOptions::default().with_nulls_last(true));
    let keys = key.take(&order).map_err(failed)?;
    let mut place = vec![0u32; order.len()];
    order.iter().flatten().enumerate().for_each(|(at, group)| place[group as usize] = at as u32);
    Ok((keys, place))
}

/// A counter for each whole number of a range at most twice as long as the number of rows. Counting is then faster
/// than hashing.
struct RankedRange {
    least: i64,
    counts: Vec<u32>,
    nulls: u64,
}

impl RankedRange {
    fn from_column(number: &NumberColumn) -> Option<Self> {
        let (least, most) = number.range()?;
        let distance = usize::try_from(most.checked_sub(least)?).ok()?;
        if distance > 2 * number.rows() {
            return None;
        }
        Some(Self { least, counts: vec![0; distance + 1], nulls: number.nulls() })
    }

    fn numbered(mut self, number: &NumberColumn, cancel: &Cancel) -> Result<NumberedGroups, EngineError> {
        each_width!(number.cells(), run => {
            let places = run.iter().map(|cell| cell.wide().wrapping_sub(self.least) as usize);
            places.enumerate().filter(|&(row, _)| !number.is_null(row)).for_each(|(_, place)| self.counts[place] += 1);
        });
        cancel.check()?;
        let there = || self.counts.iter().enumerate().filter(|&(_, &count)| count > 0);
        let mut ranks = vec![0u32; self.counts.len()];
        there().enumerate().for_each(|(rank, (place, _))| ranks[place] = rank as u32);
        let keys: Vec<i64> = there().map(|(place, _)| self.least + place as i64).collect();
        let counts = there().map(|(_, &count)| count.into()).chain((self.nulls > 0).then_some(self.nulls)).collect();
        let null = keys.len() as u32;
        cancel.check()?;
        let codes = each_width!(number.cells(), run => {
            let places = run.iter().map(|cell| cell.wide().wrapping_sub(self.least) as usize);
            let code = |(row, place)| if number.is_null(row) { null } else { ranks[place] };
            places.enumerate().map(code).collect()
        });
        Ok(NumberedGroups { codes, counts, keys: self.keys(number, keys)? })
    }

    fn keys(&self, number: &NumberColumn, keys: Vec<i64>) -> Result<ColumnData, EngineError> {
        let keys = keys.into_iter().map(Some).chain((self.nulls > 0).then_some(None));
        Ok(ColumnData::compact(number.polars(keys.collect()).map_err(failed)?))
    }
}
