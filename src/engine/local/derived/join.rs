//! Finds each event's customer, which is the row of the base with the event's key.

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

/// Maximum number of table slots per customer. If the range of whole-number keys needs more slots, the keys are
/// hashed.
const MAX_SLOTS_PER_ROW: usize = 4;

/// The customers of a table's events. Customers who share a key share all events with this key.
pub struct CustomerEvents {
    /// The first customer with the key of each event, or [`NOBODY`].
    pub firsts: Vec<u32>,
    /// For each customer, the first customer with the same key; `None` if no key is shared. For a customer without a
    /// key it is that customer itself.
    pub first_of: Option<Vec<u32>>,
}

impl CustomerEvents {
    fn bytes(&self) -> usize {
        4 * (self.firsts.len() + self.first_of.as_ref().map_or(0, Vec::len))
    }

    /// Gives each customer the column's value of the first customer with the same key, for columns computed from
    /// events.
    pub fn for_sharers(&self, column: Column) -> Result<Column, EngineError> {
        match &self.first_of {
            Some(first_of) => column.take(&IdxCa::from_vec("".into(), first_of.clone())).map_err(failed),
            None => Ok(column),
        }
    }

    /// Returns the customers who share each key, by the first customer with the key.
    pub fn sharers(&self) -> KeySharers {
        let Some(first_of) = &self.first_of else { return KeySharers { ends: Vec::new(), rows: Vec::new() } };
        let mut ends = vec![0u32; first_of.len()];
        first_of.iter().for_each(|&first| ends[first as usize] += 1);
        let mut sum = 0;
        for end in &mut ends {
            // Temporarily the index at which the key's next customer is written; at the end it has become the end.
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
    /// End of each first customer's sharers in `rows`; empty if no key is shared.
    ends: Vec<u32>,
    rows: Vec<u32>,
}

impl KeySharers {
    /// Calls `f` with each customer who has the same key as `first`, which must be the first of them.
    pub fn each(&self, first: u32, f: impl FnMut(usize)) {
        let Some(&end) = self.ends.get(first as usize) else { return std::iter::once(first as usize).for_each(f) };
        let start = if first == 0 { 0 } else { self.ends[first as usize - 1] };
        self.rows[start as usize..end as usize].iter().map(|&row| row as usize).for_each(f);
    }
}

/// Returns the customers of each event. They are kept in memory.
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

/// Returns the engine of a table of events, extended so that its rules may read values of the events' customers.
pub fn owned(engine: &LocalEngine, events: &EventTable, joined: &Arc<CustomerEvents>) -> LocalEngine {
    let base = engine.knowing(&engine.personas, &engine.memory);
    let mut owned = events.engine.knowing(&Personas::default(), &events.engine.memory);
    owned.owner = Some(Arc::new(EventOwner { engine: base, events: joined.clone() }));
    owned
}

/// Returns a value of each event's customer; null where the event has none.
///
/// # Errors
/// Returns an error if customers share a key, since an event then has several customers with different values.
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

    /// Returns an event's key as text, up to the table's separator.
    pub fn own_key(&self, own: &ColumnData, row: usize) -> Option<String> {
        Some(before(&written(own, row)?, self.events.key_until.as_deref()).to_owned())
    }

    /// Finds the customer of each event. Whole numbers are compared as numbers, and text is compared without a copy.
    /// Other keys are compared as text, since a number in one file may be text in the other. An event's key ends at
    /// the table's separator, if it has one.
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

    /// Finds the customers by keys that are whole numbers. `ends` are the least and the greatest key of the base.
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

    /// Writes the first row with each key to a table of `places` slots, on all cores.
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

    /// Looks up the customer of each event. Computes the slots of a whole block first, so that the processor fetches
    /// several slots of the table at the same time: most of them are in no cache.
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

    /// Looks up, for each customer, the first customer with the same key.
    fn first_of(&self, first: impl Fn(usize) -> Option<u32> + Sync) -> Result<Vec<u32>, EngineError> {
        let mut firsts = machine::cells(self.engine.rows());
        self.engine.chunks.fill(&mut firsts, self.cancel, |customers, firsts: &mut [u32]| {
            customers.zip(firsts).for_each(|(customer, place)| *place = first(customer).unwrap_or(customer as u32));
        })?;
        Ok(firsts)
    }

    /// Looks up the customer of each event, in chunks on all cores.
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

/// The first row of each key, for keys in a range of whole numbers.
struct RowTable {
    /// One more than the row of each slot's key; 0 for a key that no row has.
    rows: Vec<AtomicU32>,
    /// True if several rows share a key.
    is_shared: AtomicBool,
}

impl RowTable {
    /// Adds a row. Keeps the lowest row of a key, since other threads may already have added later ones.
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

/// Returns the slot of a key in a table that begins with the key `least`. The slot of a lower key is past the end of
/// every table.
#[inline]
fn place(key: i64, least: i64) -> usize {
    key.checked_sub(least).and_then(|place| usize::try_from(place).ok()).unwrap_or(usize::MAX)
}

/// Returns true if the keys are whole numbers of at most 64 bits.
fn is_whole(keys: &NumberColumn) -> bool {
    keys.is_whole() && !matches!(keys.cells(), NumberCells::I128(_))
}

fn number(keys: &NumberColumn, row: usize) -> Option<i64> {
    (!keys.is_null(row)).then(|| each_width!(keys.cells(), cells => CellNumber::wide(cells[row])))
}

fn before<'k>(key: &'k str, until: Option<&str>) -> &'k str {
    until.and_then(|until| key.find(until)).map_or(key, |end| &key[..end])
}

/// Returns a row's key as text. Equal numbers of different types have the same text.
pub fn written(keys: &ColumnData, row: usize) -> Option<String> {
    let mut key = String::new();
    push_key(keys, row, &mut key)?;
    Some(key)
}

/// Appends a row's key as text. Returns `None` if the row has no key.
pub fn push_key(keys: &ColumnData, row: usize, out: &mut String) -> Option<()> {
    match keys {
        ColumnData::Text(_) | ColumnData::Coded(_) => out.push_str(text(keys, row)?),
        other => match other.datum(row) {
            Datum::Null => return None,
            Datum::Float(0.0) => out.push('0'),
            // Written without an exponent and trailing zeros, since the same key may be 17850.0 in one file, 17850 in
            // another and a decimal in a third.
            Datum::Float(number) => write!(out, "{number}").ok()?,
            Datum::Decimal(number) => write!(out, "{}", number.normalized()).ok()?,
            datum => write!(out, "{datum}").ok()?,
        },
    }
    Some(())
}
