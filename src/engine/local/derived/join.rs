//! Finds each event's customer: the row of the base with the event's key.

use std::fmt::Write;
use std::hash::Hash;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use polars::prelude::{Column, IdxCa, NewChunkedArray};

use super::super::column::{CellNumber, ColumnData, NumberCells, NumberColumn, each_width};
use super::super::memory::MemoryKey;
use super::super::{EventOwner, LocalEngine, failed, machine};
use super::EventTable;
use super::keys::KeyIndex;
use super::text_keys::{KeyForm, packed, text};
use crate::engine::{Cancel, EngineError, Personas};
use crate::model::Datum;
use crate::rule::Expr;

pub use super::keys::NOBODY;

/// Maximum number of table slots per row: keys within that range are looked up in a table.
const MAX_SLOTS_PER_ROW: usize = 4;

/// A table's events with their customers. Customers who share a key share all events of it.
pub struct CustomerEvents {
    /// The first customer with each event's key, or [`NOBODY`].
    pub firsts: Vec<u32>,
    /// The first customer with the same key as each customer, if any customers share one. Customers without a key are
    /// their own.
    pub first_of: Option<Vec<u32>>,
}

impl CustomerEvents {
    fn bytes(&self) -> usize {
        4 * (self.firsts.len() + self.first_of.as_ref().map_or(0, Vec::len))
    }

    /// Returns a column of customers with the value of the first customer with a key for all who share it.
    pub fn for_sharers(&self, column: Column) -> Result<Column, EngineError> {
        match &self.first_of {
            Some(first_of) => column.take(&IdxCa::from_vec("".into(), first_of.clone())).map_err(failed),
            None => Ok(column),
        }
    }

    /// Returns the customers who share each key, by the first of them.
    pub fn sharers(&self) -> KeySharers {
        let Some(first_of) = &self.first_of else { return KeySharers { ends: Vec::new(), rows: Vec::new() } };
        let mut ends = vec![0u32; first_of.len()];
        first_of.iter().for_each(|&first| ends[first as usize] += 1);
        let mut sum = 0;
        for end in &mut ends {
            // For now the place of the next row.
            sum += std::mem::replace(end, sum);
        }
        let mut rows = vec![0; first_of.len()];
        for (row, &first) in first_of.iter().enumerate() {
            rows[ends[first as usize] as usize] = row as u32;
            ends[first as usize] += 1;
        }
        KeySharers { ends, rows }
    }
}

/// The customers who share each key; see [`CustomerEvents::sharers`].
pub struct KeySharers {
    /// End of each first customer's sharers in `rows`; empty if nobody shares a key.
    ends: Vec<u32>,
    rows: Vec<u32>,
}

impl KeySharers {
    /// Calls `f` with each customer who has the key of `first`, who is the first of them.
    pub fn each(&self, first: u32, f: impl FnMut(usize)) {
        let Some(&end) = self.ends.get(first as usize) else { return std::iter::once(first as usize).for_each(f) };
        let start = if first == 0 { 0 } else { self.ends[first as usize - 1] };
        self.rows[start as usize..end as usize].iter().map(|&row| row as usize).for_each(f);
    }
}

/// Returns the customers of each event, found once and kept.
pub fn customers(
    engine: &LocalEngine,
    events: &EventTable,
    table: &str,
    cancel: &Cancel,
) -> Result<Arc<CustomerEvents>, EngineError> {
    let make = || {
        let join = TableJoin { engine, events, cancel };
        join.find(join.base_keys()?.as_ref(), join.own_keys()?.as_ref())
    };
    engine.memory.get_or_make(MemoryKey::Join(table.to_owned()), make, CustomerEvents::bytes)
}

/// Returns the engine of a table of events, whose rules may read values of the customers.
pub fn owned(engine: &LocalEngine, events: &EventTable, joined: &Arc<CustomerEvents>) -> LocalEngine {
    let base = engine.knowing(&engine.personas, &engine.memory);
    let mut owned = events.engine.knowing(&Personas::default(), &events.engine.memory);
    owned.owner = Some(Arc::new(EventOwner { engine: base, events: joined.clone() }));
    owned
}

/// Returns a value of the customer of each event; null where the event has none.
///
/// # Errors
/// Returns an error if customers share events: each of them would have another value.
pub fn of_customers(owner: &EventOwner, value: &Expr, cancel: &Cancel) -> Result<Column, EngineError> {
    if owner.events.first_of.is_some() {
        let reason = "customers share a key of the events, so that an event has no one customer to compare with";
        return Err(EngineError::Failed(reason.into()));
    }
    let values = owner.engine.source(value, cancel)?;
    let values = values.slice(0..values.rows()).map_err(failed)?;
    let rows = owner.events.firsts.iter().map(|&row| (row != NOBODY).then_some(row));
    values.take(&IdxCa::from_iter_options("".into(), rows)).map_err(failed)
}

/// A table of events, joined to the customers of the base.
pub struct TableJoin<'a> {
    pub engine: &'a LocalEngine,
    pub events: &'a EventTable,
    pub cancel: &'a Cancel,
}

impl TableJoin<'_> {
    /// Returns the customers' keys.
    pub fn base_keys(&self) -> Result<Arc<ColumnData>, EngineError> {
        self.engine.column(&self.events.on, self.cancel)
    }

    /// Returns the events' keys.
    pub fn own_keys(&self) -> Result<Arc<ColumnData>, EngineError> {
        self.events.engine.column(&self.events.key, self.cancel)
    }

    /// Returns an event's key as it is written.
    pub fn own_key(&self, own: &ColumnData, row: usize) -> Option<String> {
        Some(before(&written(own, row)?, self.events.key_until.as_deref()).to_owned())
    }

    /// Finds the row of each event. Whole numbers are compared as such and text as text, without a copy; other keys are
    /// compared as they are written, since a number in one file may be text in the other. Only the part of an event's
    /// key before the table's separator counts.
    fn find(&self, base: &ColumnData, own: &ColumnData) -> Result<CustomerEvents, EngineError> {
        let until = self.events.key_until.as_deref();
        let same = self.events.same_key;
        if !same.is_exact() {
            return self.by_key(
                |row| Some(same.spelled(&written(base, row)?)),
                |row| Some(same.spelled(&self.own_key(own, row)?)),
            );
        }
        match (base, own) {
            (ColumnData::Number(base), ColumnData::Number(own))
                if until.is_none() && is_whole(base) && is_whole(own) =>
            {
                self.by_number(base.rows(), base.range(), |row| number(base, row), |event| number(own, event))
            }
            (ColumnData::Text(_) | ColumnData::Coded(_), ColumnData::Text(_) | ColumnData::Coded(_)) => {
                self.by_text(base, own, until)
            }
            _ => self.by_key(|row| written(base, row), |row| self.own_key(own, row)),
        }
    }

    fn by_text(&self, base: &ColumnData, own: &ColumnData, until: Option<&str>) -> Result<CustomerEvents, EngineError> {
        let own_text = |row: usize| Some(before(text(own, row)?, until));
        match KeyForm::from_column(base) {
            Some(KeyForm::Packed) => self.by_key(|row| packed(text(base, row)?), |event| packed(own_text(event)?)),
            Some(form @ KeyForm::Numbered { ends, .. }) => {
                let of_base = |row: usize| form.number(text(base, row)?);
                self.by_number(base.rows(), Some(ends), of_base, |event| form.number(own_text(event)?))
            }
            None => self.by_key(|row| text(base, row), own_text),
        }
    }

    /// Finds the rows by keys that are whole numbers; those of the base lie between `ends`.
    fn by_number(
        &self,
        base_rows: usize,
        ends: Option<(i64, i64)>,
        of_base: impl Fn(usize) -> Option<i64> + Sync,
        of_event: impl Fn(usize) -> Option<i64> + Sync,
    ) -> Result<CustomerEvents, EngineError> {
        let span = ends.and_then(|(least, most)| Some((least, most.checked_sub(least)?)));
        match span {
            Some((least, span)) if usize::try_from(span).is_ok_and(|span| span / MAX_SLOTS_PER_ROW <= base_rows) => {
                let table = self.table(least, span as usize + 1, &of_base)?;
                let firsts = self.look_up_numbers(&table, least, of_event)?;
                let row = |customer: usize| table.row(place(of_base(customer)?, least));
                let first_of = table.is_shared.load(Ordering::Relaxed).then(|| self.first_of(row)).transpose()?;
                Ok(CustomerEvents { firsts, first_of })
            }
            _ => self.by_key(of_base, of_event),
        }
    }

    /// Writes the first row with each key to a table of `places` places, on all cores.
    fn table(
        &self,
        least: i64,
        places: usize,
        of_base: impl Fn(usize) -> Option<i64> + Sync,
    ) -> Result<RowTable, EngineError> {
        let table = RowTable { rows: machine::cells_of(places, AtomicU32::default), is_shared: AtomicBool::new(false) };
        self.engine.chunks.map(self.cancel, |rows| {
            for row in rows {
                if let Some(key) = of_base(row) {
                    table.add(place(key, least), row as u32);
                }
            }
            Ok(())
        })?;
        Ok(table)
    }

    /// Looks up the row of each event. The keys of a block come first, so that the processor fetches several places of the table
    /// at once: most are in no cache.
    fn look_up_numbers(
        &self,
        table: &RowTable,
        least: i64,
        of_event: impl Fn(usize) -> Option<i64> + Sync,
    ) -> Result<Vec<u32>, EngineError> {
        const BLOCK: usize = 256;
        let chunks = self.events.engine.chunks;
        let mut firsts = machine::cells(chunks.rows());
        chunks.fill(&mut firsts, self.cancel, |events, firsts: &mut [u32]| {
            self.engine.derived.progress(events.end / 2, chunks.rows());
            let mut places = [0; BLOCK];
            for (start, firsts) in events.step_by(BLOCK).zip(firsts.chunks_mut(BLOCK)) {
                for (at, place_of) in places[..firsts.len()].iter_mut().enumerate() {
                    *place_of = of_event(start + at).map_or(usize::MAX, |key| place(key, least));
                }
                firsts.iter_mut().zip(places).for_each(|(first, place)| *first = table.row(place).unwrap_or(NOBODY));
            }
        })?;
        Ok(firsts)
    }

    fn by_key<K: Hash + Eq + Send + Sync>(
        &self,
        of_base: impl Fn(usize) -> Option<K> + Sync,
        of_event: impl Fn(usize) -> Option<K> + Sync,
    ) -> Result<CustomerEvents, EngineError> {
        let keys = KeyIndex::build(&self.engine.chunks, &of_base, self.cancel)?;
        let firsts = self.look_up(|event| Some(keys.row(&of_event(event)?)))?;
        let first_of = keys.are_shared.then(|| self.first_of(|row| Some(keys.row(&of_base(row)?)))).transpose()?;
        Ok(CustomerEvents { firsts, first_of })
    }

    /// Looks up the first customer with each customer's key.
    fn first_of(&self, first: impl Fn(usize) -> Option<u32> + Sync) -> Result<Vec<u32>, EngineError> {
        let mut firsts = machine::cells(self.engine.rows());
        self.engine.chunks.fill(&mut firsts, self.cancel, |customers, firsts: &mut [u32]| {
            customers.zip(firsts).for_each(|(customer, place)| *place = first(customer).unwrap_or(customer as u32));
        })?;
        Ok(firsts)
    }

    /// Looks up the row of each event, in pieces on all cores.
    fn look_up(&self, row: impl Fn(usize) -> Option<u32> + Sync) -> Result<Vec<u32>, EngineError> {
        let chunks = self.events.engine.chunks;
        let mut rows = machine::cells(chunks.rows());
        chunks.fill(&mut rows, self.cancel, |events, rows: &mut [u32]| {
            self.engine.derived.progress(events.end / 2, chunks.rows());
            events.zip(rows).for_each(|(event, place)| *place = row(event).unwrap_or(NOBODY));
        })?;
        Ok(rows)
    }
}

/// The first row with each key of a range of whole numbers.
struct RowTable {
    /// One more than the row, by the key's place; 0 for a key that no row has.
    rows: Vec<AtomicU32>,
    /// True if several rows share a key.
    is_shared: AtomicBool,
}

impl RowTable {
    /// Adds a row, which may have been preceded by later ones of other threads.
    fn add(&self, place: usize, row: u32) {
        let Some(known) = self.rows.get(place) else { return };
        let (row, mut before) = (row + 1, known.load(Ordering::Relaxed));
        loop {
            if before != 0 {
                self.is_shared.store(true, Ordering::Relaxed);
            }
            if before != 0 && before < row {
                return;
            }
            match known.compare_exchange_weak(before, row, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => before = other,
            }
        }
    }

    #[inline]
    fn row(&self, place: usize) -> Option<u32> {
        self.rows.get(place)?.load(Ordering::Relaxed).checked_sub(1)
    }
}

/// Returns the place of a key in a table that begins with `least`; one beyond every table for lower keys.
#[inline]
fn place(key: i64, least: i64) -> usize {
    key.checked_sub(least).and_then(|place| usize::try_from(place).ok()).unwrap_or(usize::MAX)
}

/// Returns true if the keys are whole numbers within 64 bits.
fn is_whole(keys: &NumberColumn) -> bool {
    keys.is_whole() && !matches!(keys.cells(), NumberCells::I128(_))
}

fn number(keys: &NumberColumn, row: usize) -> Option<i64> {
    (!keys.is_null(row)).then(|| each_width!(keys.cells(), cells => CellNumber::wide(cells[row])))
}

fn before<'k>(key: &'k str, until: Option<&str>) -> &'k str {
    until.and_then(|until| key.find(until)).map_or(key, |end| &key[..end])
}

/// Returns a row's key as text: equal numbers of any types are written alike.
pub fn written(keys: &ColumnData, row: usize) -> Option<String> {
    let mut key = String::new();
    push_key(keys, row, &mut key)?;
    Some(key)
}

/// Appends a row's key as text; returns `None` if it has none.
pub fn push_key(keys: &ColumnData, row: usize, out: &mut String) -> Option<()> {
    match keys {
        ColumnData::Text(_) | ColumnData::Coded(_) => out.push_str(text(keys, row)?),
        other => match other.datum(row) {
            Datum::Null => return None,
            Datum::Float(0.0) => out.push('0'),
            // Without an exponent: a key written 17850.0 in one file is 17850 in the other, in a third a decimal.
            Datum::Float(number) => write!(out, "{number}").ok()?,
            Datum::Decimal(number) => write!(out, "{}", number.normalized()).ok()?,
            datum => write!(out, "{datum}").ok()?,
        },
    }
    Some(())
}
