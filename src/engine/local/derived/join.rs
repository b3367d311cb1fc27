//! Each event's customer: the row of the base whose key the event bears.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use super::super::LocalEngine;
use super::super::column::Column;
use super::super::memory::Key;
use super::OfEvents;
use crate::engine::{Cancel, EngineError};
use crate::model::Datum;

/// An event of nobody who is in the base.
pub const NOBODY: u32 = u32::MAX;

/// The customer of each event, found once and kept.
pub fn customers(
    engine: &LocalEngine,
    events: &OfEvents,
    table: &str,
    cancel: &Cancel,
) -> Result<Arc<Vec<u32>>, EngineError> {
    let make = || {
        let (base, own) = (engine.column(&events.on, cancel)?, events.engine.column(&events.key, cancel)?);
        find(&base, &own, events.key_until.as_deref(), cancel)
    };
    engine.memory.get_or_make(Key::Join(table.to_owned()), make, |found| 4 * found.len())
}

/// Keys are compared as they are written: a number in one file may be text in the other. The first row with a key is it.
/// Of an event's key only what stands before `until` counts.
fn find(base: &Column, events: &Column, until: Option<&str>, cancel: &Cancel) -> Result<Vec<u32>, EngineError> {
    let mut rows: HashMap<String, u32> = HashMap::with_capacity(base.rows());
    let mut key = String::new();
    for row in 0..base.rows() {
        if row % (1 << 16) == 0 {
            cancel.check()?;
        }
        key.clear();
        if push_key(base, row, &mut key).is_some() && !rows.contains_key(key.as_str()) {
            rows.insert(key.clone(), row as u32);
        }
    }
    let mut found = Vec::with_capacity(events.rows());
    // Events of one customer often follow each other.
    let mut last = (String::new(), NOBODY);
    for row in 0..events.rows() {
        if row % (1 << 16) == 0 {
            cancel.check()?;
        }
        key.clear();
        let there = push_key(events, row, &mut key);
        if let Some(end) = until.and_then(|until| key.find(until)) {
            key.truncate(end);
        }
        found.push(match there {
            None => NOBODY,
            Some(()) if key == last.0 => last.1,
            Some(()) => {
                last = (key.clone(), rows.get(key.as_str()).copied().unwrap_or(NOBODY));
                last.1
            }
        });
    }
    Ok(found)
}

/// Adds a row's key as text; None if it has none.
pub fn push_key(keys: &Column, row: usize, out: &mut String) -> Option<()> {
    match keys {
        Column::Text(text) => out.push_str(text.get(row)?),
        Column::Coded(coded) => out.push_str(coded.get(row)?),
        other => match other.datum(row) {
            Datum::Null => return None,
            // What was written 17850.0 in one file is 17850 in the other.
            Datum::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                write!(out, "{}", number as i64).ok()?
            }
            datum => write!(out, "{datum}").ok()?,
        },
    }
    Some(())
}
