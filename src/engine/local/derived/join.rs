//! Finds each event's customer: the row of the base with the event's key.

use std::fmt::Write;
use std::hash::Hash;
use std::sync::Arc;

use super::super::LocalEngine;
use super::super::column::{Cell, Cells, Column, Number, each_width};
use super::super::memory::Key;
use super::OfEvents;
use super::keys::Keys;
use crate::engine::{Cancel, EngineError};
use crate::model::Datum;

pub use super::keys::NOBODY;

/// Maximum number of table slots per row: keys within that range are looked up in a table.
const PLACES: usize = 4;

/// Returns the customer of each event, found once and kept.
pub fn customers(
    engine: &LocalEngine,
    events: &OfEvents,
    table: &str,
    cancel: &Cancel,
) -> Result<Arc<Vec<u32>>, EngineError> {
    let make = || {
        let (base, own) = (engine.column(&events.on, cancel)?, events.engine.column(&events.key, cancel)?);
        Join { engine, events, cancel }.find(&base, &own)
    };
    engine.memory.get_or_make(Key::Join(table.to_owned()), make, |found| 4 * found.len())
}

struct Join<'a> {
    engine: &'a LocalEngine,
    events: &'a OfEvents,
    cancel: &'a Cancel,
}

impl Join<'_> {
    /// Finds the row of each event. Whole numbers are compared as such and text as text, without a copy; other keys are
    /// compared as they are written, since a number in one file may be text in the other. The first row with a key
    /// wins. Only the part of an event's key before the table's separator counts.
    fn find(&self, base: &Column, own: &Column) -> Result<Vec<u32>, EngineError> {
        let until = self.events.key_until.as_deref();
        match (base, own) {
            (Column::Number(base), Column::Number(own)) if until.is_none() && is_whole(base) && is_whole(own) => {
                self.by_number(base, own)
            }
            (Column::Text(_) | Column::Coded(_), Column::Text(_) | Column::Coded(_)) => {
                self.by_key(|row| text(base, row), |row| Some(before(text(own, row)?, until)))
            }
            _ => self.by_key(|row| written(base, row), |row| Some(before(&written(own, row)?, until).to_owned())),
        }
    }

    fn by_number(&self, base: &Number, own: &Number) -> Result<Vec<u32>, EngineError> {
        let span = base.range().and_then(|(least, most)| Some((least, most.checked_sub(least)?)));
        match span {
            Some((least, span)) if usize::try_from(span).is_ok_and(|span| span / PLACES <= base.rows()) => {
                let mut rows = vec![NOBODY; span as usize + 1];
                // Backwards, so that the first row with a key is written last.
                each_width!(base.cells(), cells => for row in (0..base.rows()).rev().filter(|&row| !base.is_null(row)) {
                    rows[(Cell::wide(cells[row]) - least) as usize] = row as u32;
                });
                self.look_up(|event| {
                    let place = number(own, event)?.checked_sub(least)?;
                    rows.get(usize::try_from(place).ok()?).copied()
                })
            }
            _ => self.by_key(|row| number(base, row), |event| number(own, event)),
        }
    }

    fn by_key<K: Hash + Eq + Send + Sync>(
        &self,
        of_base: impl Fn(usize) -> Option<K> + Sync,
        of_event: impl Fn(usize) -> Option<K> + Sync,
    ) -> Result<Vec<u32>, EngineError> {
        let keys = Keys::of(&self.engine.chunks, of_base, self.cancel)?;
        self.look_up(|event| Some(keys.row(&of_event(event)?)))
    }

    /// Looks up the row of each event, in pieces on all cores.
    fn look_up(&self, row: impl Fn(usize) -> Option<u32> + Sync) -> Result<Vec<u32>, EngineError> {
        let chunks = self.events.engine.chunks;
        let pieces = chunks.map(self.cancel, |events| {
            self.engine.derived.progress(events.end / 2, chunks.rows());
            Ok(events.map(|event| row(event).unwrap_or(NOBODY)).collect::<Vec<u32>>())
        })?;
        Ok(pieces.concat())
    }
}

/// Returns true if the keys are whole numbers within 64 bits.
fn is_whole(keys: &Number) -> bool {
    keys.is_whole() && !matches!(keys.cells(), Cells::I128(_))
}

fn number(keys: &Number, row: usize) -> Option<i64> {
    (!keys.is_null(row)).then(|| each_width!(keys.cells(), cells => Cell::wide(cells[row])))
}

fn text(keys: &Column, row: usize) -> Option<&str> {
    match keys {
        Column::Text(text) => text.get(row),
        Column::Coded(coded) => coded.get(row),
        _ => None,
    }
}

fn before<'k>(key: &'k str, until: Option<&str>) -> &'k str {
    until.and_then(|until| key.find(until)).map_or(key, |end| &key[..end])
}

fn written(keys: &Column, row: usize) -> Option<String> {
    let mut key = String::new();
    push_key(keys, row, &mut key)?;
    Some(key)
}

/// Appends a row's key as text; returns `None` if it has none.
pub fn push_key(keys: &Column, row: usize, out: &mut String) -> Option<()> {
    match keys {
        Column::Text(_) | Column::Coded(_) => out.push_str(text(keys, row)?),
        other => match other.datum(row) {
            Datum::Null => return None,
            // A key written 17850.0 in one file is 17850 in the other.
            Datum::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                write!(out, "{}", number as i64).ok()?
            }
            Datum::Decimal(number) => write!(out, "{}", number.normalized()).ok()?,
            datum => write!(out, "{datum}").ok()?,
        },
    }
    Some(())
}
