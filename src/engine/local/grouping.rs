//! Numbers the groups of customers by the values of one or more columns.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::LocalEngine;
use super::column::{CellNumber, ColumnData, NumberCells, NumberedGroups, RowGroups, each_width, first_from};
use super::memory::MemoryKey;
use super::periods::Periods;
use super::sums;
use crate::engine::{Cancel, EngineError, Grouping};
use crate::model::{Cut, Datum, breaks};

/// Number of rows whose groups are computed at once, so that their numbers fit the first-level cache.
pub const BLOCK: usize = 4096;
/// Maximum number of combinations that are all numbered, including those without a customer.
const MAX_PLACES: usize = 1 << 22;

/// The groups by one or more columns, numbered in ascending order of their keys, nulls last.
pub struct GroupAssignment {
    parts: Vec<ColumnGroups>,
    /// The combinations that occur; `None` if all combinations are numbered, because they are not too many.
    occurring: Option<Arc<OccurringGroups>>,
}

/// The groups by one column.
enum ColumnGroups {
    Direct(Arc<ColumnData>),
    Numbered(Arc<NumberedGroups>),
    Cut(BreakParts),
    Periods(Periods),
}

/// The parts into which break points divide a column's numbers, followed by null.
struct BreakParts {
    column: Arc<ColumnData>,
    /// Break points as they were given, for comparison with floats.
    breaks: Vec<f64>,
    /// For each break point, the least cell of a whole number, decimal, date or timestamp that is at or above it.
    firsts: Vec<i128>,
    names: Vec<String>,
}

/// The combinations of values that some customers have.
struct OccurringGroups {
    /// Group of each customer.
    groups: Vec<u32>,
    /// Numbers of the combinations that occur, among all possible ones, in ascending order.
    places: Vec<u64>,
}

impl GroupAssignment {
    pub fn new(engine: &LocalEngine, by: &[Grouping], cancel: &Cancel) -> Result<Self, EngineError> {
        let parts = by.iter().map(|by| ColumnGroups::new(engine, by, cancel)).collect::<Result<Vec<_>, _>>()?;
        let mut grouping = Self { parts, occurring: None };
        if grouping.places() > MAX_PLACES as u64 && grouping.parts.len() > 1 {
            let make = || grouping.find_occurring(engine, cancel);
            let bytes = |found: &OccurringGroups| 4 * found.groups.len() + 8 * found.places.len();
            grouping.occurring = Some(engine.memory.get_or_make(MemoryKey::Occurring(key_of(by)), make, bytes)?);
        }
        Ok(grouping)
    }

    /// Returns the number of groups: of those that occur, or of all possible ones.
    pub fn len(&self) -> usize {
        match &self.occurring {
            Some(occurring) => occurring.places.len(),
            None => self.places() as usize,
        }
    }

    /// Writes the group of each of the rows, of which there must be at most [`BLOCK`].
    pub fn codes_into(&self, rows: Range<usize>, out: &mut [u32]) {
        if let Some(occurring) = &self.occurring {
            return out.copy_from_slice(&occurring.groups[rows]);
        }
        let mut parts = self.parts.iter();
        match parts.next() {
            None => out.fill(0),
            Some(first) => first.codes_into(rows.clone(), out),
        }
        let mut codes = [0; BLOCK];
        for part in parts {
            let codes = &mut codes[..out.len()];
            part.codes_into(rows.clone(), codes);
            let width = part.len() as u32;
            out.iter_mut().zip(codes).for_each(|(group, code)| *group = *group * width + *code);
        }
    }

    /// Returns the group of each of the first `rows` rows.
    pub fn codes(&self, rows: usize) -> Vec<u32> {
        let mut codes = vec![0; rows];
        for (block, out) in codes.chunks_mut(BLOCK).enumerate() {
            self.codes_into(block * BLOCK..block * BLOCK + out.len(), out);
        }
        codes
    }

    /// Returns a group's values, one per column.
    pub fn key(&self, group: u32) -> Vec<Datum> {
        let mut place = match &self.occurring {
            Some(occurring) => occurring.places[group as usize],
            None => u64::from(group),
        };
        let mut key = Vec::with_capacity(self.parts.len());
        for part in self.parts.iter().rev() {
            let width = part.len().max(1) as u64;
            key.push(part.key((place % width) as u32));
            place /= width;
        }
        key.reverse();
        key
    }

    /// Returns the number of customers of the base in each group, if the column has counted them; otherwise `None`.
    pub fn counts(&self) -> Option<&[u64]> {
        match self.parts.as_slice() {
            [only] => only.groups()?.counts(),
            _ => None,
        }
    }

    /// Returns the number of all combinations of the columns' values.
    fn places(&self) -> u64 {
        self.parts.iter().fold(1, |places: u64, part| places.saturating_mul(part.len() as u64))
    }

    fn find_occurring(&self, engine: &LocalEngine, cancel: &Cancel) -> Result<OccurringGroups, EngineError> {
        let blocks = engine.chunks.map(cancel, |rows| Ok(self.places_of(rows)))?;
        let mut places: Vec<u64> = blocks.iter().flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        cancel.check()?;
        let numbers: HashMap<u64, u32> = places.iter().copied().zip(0..).collect();
        let groups = blocks.iter().flatten().map(|place| numbers.get(place).copied().unwrap_or_default()).collect();
        Ok(OccurringGroups { groups, places })
    }

    fn places_of(&self, rows: Range<usize>) -> Vec<u64> {
        let mut places = vec![0; rows.len()];
        let mut codes = vec![0; rows.len()];
        for part in &self.parts {
            part.codes_into(rows.clone(), &mut codes);
            let width = part.len() as u64;
            places.iter_mut().zip(&codes).for_each(|(place, code)| *place = *place * width + u64::from(*code));
        }
        places
    }
}

impl ColumnGroups {
    fn new(engine: &LocalEngine, by: &Grouping, cancel: &Cancel) -> Result<Self, EngineError> {
        let name = &by.column;
        match &by.cut {
            Cut::Breaks(breaks) => return BreakParts::new(engine, name, breaks, cancel).map(ColumnGroups::Cut),
            Cut::Dates(unit) => return Periods::new(engine, name, *unit, cancel).map(ColumnGroups::Periods),
            Cut::Values => {}
        }
        let column = engine.column(name, cancel)?;
        if column.groups().is_some() {
            return Ok(ColumnGroups::Direct(column));
        }
        let make = || NumberedGroups::build(&column, cancel);
        Ok(ColumnGroups::Numbered(engine.memory.get_or_make(
            MemoryKey::Numbered(name.to_owned()),
            make,
            NumberedGroups::bytes,
        )?))
    }

    /// Returns the column's groups; `None` if break points divide it.
    fn groups(&self) -> Option<RowGroups<'_>> {
        match self {
            ColumnGroups::Direct(column) => column.groups(),
            ColumnGroups::Numbered(numbered) => Some(RowGroups::Numbered(numbered)),
            ColumnGroups::Cut(_) | ColumnGroups::Periods(_) => None,
        }
    }

    fn len(&self) -> usize {
        match self {
            ColumnGroups::Cut(cut) => cut.names.len() + 1,
            ColumnGroups::Periods(periods) => periods.len(),
            _ => self.groups().map_or(0, |groups| groups.len()),
        }
    }

    fn codes_into(&self, rows: Range<usize>, out: &mut [u32]) {
        match self {
            ColumnGroups::Cut(cut) => cut.codes_into(rows, out),
            ColumnGroups::Periods(periods) => periods.codes_into(rows, out),
            _ => self.groups().iter().for_each(|groups| groups.codes_into(rows.clone(), out)),
        }
    }

    fn key(&self, code: u32) -> Datum {
        match self {
            ColumnGroups::Cut(cut) => cut.names.get(code as usize).cloned().map_or(Datum::Null, Datum::Text),
            ColumnGroups::Periods(periods) => periods.key(code),
            _ => self.groups().map_or(Datum::Null, |groups| groups.key(code)),
        }
    }
}

impl BreakParts {
    /// Divides a column at break points, given in the engine's output units: days for dates, seconds for timestamps.
    fn new(engine: &LocalEngine, name: &str, breaks: &[f64], cancel: &Cancel) -> Result<Self, EngineError> {
        if let Some(fault) = breaks::fault(breaks) {
            return Err(EngineError::Failed(fault));
        }
        let refused = || EngineError::Failed(format!("\"{name}\" holds no numbers to cut by breaks"));
        if !matches!(engine.column(name, cancel)?.as_ref(), ColumnData::Number(_) | ColumnData::Plain(_)) {
            return Err(refused());
        }
        let column = sums::numbers(engine, name, cancel)?;
        let ColumnData::Number(number) = column.as_ref() else { return Err(refused()) };
        let names = breaks::names(breaks, number.is_whole());
        let firsts = breaks.iter().map(|at| first_from(*at, number.data_type())).collect();
        Ok(Self { names, breaks: breaks.to_vec(), firsts, column })
    }

    /// Writes the part of each number, which is the number of break points at or below it.
    fn codes_into(&self, rows: Range<usize>, out: &mut [u32]) {
        let ColumnData::Number(number) = self.column.as_ref() else { return };
        match number.cells() {
            NumberCells::F64(cells) => reached(&cells[rows.clone()], &self.breaks, |cell| cell, out),
            NumberCells::I128(cells) => reached(&cells[rows.clone()], &self.firsts, |cell| cell, out),
            cells => {
                // A break point beyond 64 bits is greater than every cell of these widths.
                let firsts = self.firsts.iter().filter_map(|&first| i64::try_from(first.max(i64::MIN.into())).ok());
                let firsts: Vec<i64> = firsts.collect();
                each_width!(cells, cells => reached(&cells[rows.clone()], &firsts, CellNumber::wide, out));
            }
        }
        if number.nulls() > 0 {
            let null = self.names.len() as u32;
            out.iter_mut().zip(rows).filter(|(_, row)| number.is_null(*row)).for_each(|(code, _)| *code = null);
        }
    }
}

/// Writes, for each cell, the number of ascending break points that are not greater than its value.
fn reached<T: Copy, V: Copy + PartialOrd>(cells: &[T], breaks: &[V], value: impl Fn(T) -> V, out: &mut [u32]) {
    out.fill(0);
    for at in breaks {
        out.iter_mut().zip(cells).for_each(|(code, cell)| *code += u32::from(value(*cell) >= *at));
    }
}

/// Returns the key under which groups by these columns are kept.
pub fn key_of(by: &[Grouping]) -> Vec<String> {
    by.iter().map(|by| format!("{} {:?}", by.column, by.cut)).collect()
}
