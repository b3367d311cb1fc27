//! Columns that are made: of customers' events, of a column's order, of the key. Made when first needed, kept like a column
//! that was read, and made again when the memory had to go.

mod aggregate;
mod join;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use polars::prelude::{BooleanChunked, IntoColumn, NamedFrom, Series};

use super::column::Column;
use super::memory::Key;
use super::{LocalEngine, Tuning, failed, kernel, quantiles, sums};
use crate::data::EventBase;
use crate::engine::{Cancel, Cost, EngineError, Reading};
use crate::model::{self, Datum, Events, Schema};
use crate::rule::{Checked, derived};

/// What made columns are made of, and what they took.
#[derive(Default)]
pub struct Derived {
    events: HashMap<String, OfEvents>,
    /// Names that the study gives to calls.
    named: BTreeMap<String, String>,
    today: chrono::NaiveDate,
    making: Mutex<Option<String>>,
    costs: Mutex<HashMap<String, Cost>>,
}

/// A table of events with an engine of its own: its masks, its columns.
struct OfEvents {
    engine: LocalEngine,
    key: String,
    date: Option<String>,
}

impl LocalEngine {
    /// The same with tables of events, and with names for columns made of them.
    ///
    /// # Errors
    /// One line on the first name that stands for no column, or would show values of a masked one.
    pub fn with_events(
        mut self,
        events: Vec<EventBase>,
        named: &BTreeMap<String, String>,
        mask: &[String],
        today: chrono::NaiveDate,
    ) -> Result<Self, String> {
        let of_schema = |events: &EventBase| Events {
            name: events.name.clone(),
            key: events.key.clone(),
            date: events.date.clone(),
            schema: events.base.schema.clone(),
        };
        let mut schema = std::mem::take(&mut self.schema).with_events(events.iter().map(of_schema).collect());
        for (name, text) in named {
            if schema.get(name).is_some() {
                return Err(format!("[columns] {name}: the base has a column of this name"));
            }
            let (derived, column_type) = derived::read(text, &schema, today)
                .map_err(|error| format!("[columns] {name}: {}", error.describe(text)))?;
            if let Some(masked) =
                derived.shows().filter(|column| mask.iter().any(|name| name.eq_ignore_ascii_case(column)))
            {
                return Err(format!("[columns] {name}: it would show values of \"{masked}\", which is masked"));
            }
            schema = schema.with_column(model::Column { name: name.clone(), column_type });
        }
        let tuning = Tuning { memory: self.memory.budget() / 4, ..Tuning::default() };
        let own = |events: EventBase| {
            let of_events =
                OfEvents { key: events.key, date: events.date, engine: LocalEngine::with(events.base, tuning) };
            (events.name, of_events)
        };
        self.schema = schema;
        self.derived = Derived {
            events: events.into_iter().map(own).collect(),
            named: named.clone(),
            today,
            ..Derived::default()
        };
        Ok(self)
    }
}

impl Derived {
    /// Whether the column is made: named by the study, or a call that no column of the base is called.
    pub fn knows(&self, name: &str, schema: &Schema) -> bool {
        self.named.contains_key(name) || (derived::looks_made(name) && schema.get(name).is_none())
    }

    pub fn reading(&self) -> Option<Reading> {
        let making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        making.clone().map(|column| Reading { column, permille: 0 })
    }

    pub fn cost(&self, column: &str) -> Option<Cost> {
        self.costs.lock().unwrap_or_else(PoisonError::into_inner).get(column).copied()
    }

    fn set_making(&self, name: Option<&str>) {
        *self.making.lock().unwrap_or_else(PoisonError::into_inner) = name.map(str::to_owned);
    }
}

/// A made column.
pub fn column(engine: &LocalEngine, name: &str, cancel: &Cancel) -> Result<Arc<Column>, EngineError> {
    let key = Key::Column(name.to_owned());
    if let Some(kept) = engine.memory.get(&key) {
        return Ok(kept);
    }
    let began = Instant::now();
    engine.derived.set_making(Some(name));
    let made = make(engine, name, cancel);
    engine.derived.set_making(None);
    let (column, rows) = made?;
    let column = Arc::new(column);
    let cost = Cost { rows, took: began.elapsed(), bytes: column.bytes() };
    engine.derived.costs.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), cost);
    engine.memory.keep(key, &column, column.bytes());
    Ok(column)
}

/// The column, and the rows that were gone through for it.
fn make(engine: &LocalEngine, name: &str, cancel: &Cancel) -> Result<(Column, u64), EngineError> {
    let of = &engine.derived;
    let text = of.named.get(name).map_or(name, String::as_str);
    let (derived, _) =
        derived::read(text, &engine.schema, of.today).map_err(|error| EngineError::Failed(error.describe(text)))?;
    let rows = engine.rows() as u64;
    match derived {
        derived::Derived::Events(of_events) => {
            let events = of.events.get(&of_events.table);
            let events =
                events.ok_or_else(|| EngineError::Failed(format!("the table {} is not there", of_events.table)))?;
            let column = aggregate::aggregate(engine, events, &of_events, name, cancel)?;
            Ok((Column::compact(column), events.engine.rows() as u64))
        }
        derived::Derived::Top { column, percent, lowest } => {
            Ok((Column::compact(top(engine, &column, percent, lowest, name, cancel)?), rows))
        }
        derived::Derived::Split { parts, salt } => {
            Ok((Column::compact(split(engine, parts, &salt, name, cancel)?), rows))
        }
    }
}

/// Who has the highest values, or the lowest: at least so many per cent of those who have one.
fn top(
    engine: &LocalEngine,
    column: &str,
    percent: f64,
    lowest: bool,
    name: &str,
    cancel: &Cancel,
) -> Result<polars::prelude::Column, EngineError> {
    let everyone = engine.mask(&Checked::everyone(), cancel)?;
    let numbers = sums::numbers(engine, column, cancel)?;
    let Column::Number(number) = numbers.as_ref() else {
        return Err(EngineError::Failed(format!("\"{column}\" has no order to be at the top of")));
    };
    let known = quantiles::known_within(engine, number, &everyone, cancel)?;
    let wanted = ((percent / 100.0 * known as f64 - 1e-9).ceil() as u64).clamp(1, known.max(1));
    let rank = if lowest { wanted } else { known + 1 - wanted.min(known) };
    let bound = match known {
        0 => f64::NAN,
        _ => quantiles::ranked(engine, number, &everyone, &[rank], cancel)?
            .first()
            .and_then(Datum::number)
            .unwrap_or(f64::NAN),
    };
    let bound = bound / super::moments::unit(number);
    let inside = super::column::each_width!(number.cells(), cells => {
        let inside = |row: usize| {
            let value = kernel::Number::as_f64(cells[row]);
            (!number.is_null(row)).then_some(if lowest { value <= bound } else { value >= bound })
        };
        (0..number.rows()).map(inside).collect::<BooleanChunked>()
    });
    cancel.check()?;
    Ok(inside.into_column().with_name(name.into()))
}

/// A part of the customers by their key.
fn split(
    engine: &LocalEngine,
    parts: u64,
    salt: &str,
    name: &str,
    cancel: &Cancel,
) -> Result<polars::prelude::Column, EngineError> {
    let key = engine.schema.key().ok_or_else(|| EngineError::Failed("no column is known to be the key".into()))?;
    let keys = engine.column(key, cancel)?;
    let pieces = engine.chunks.map(cancel, |rows| {
        let mut text = String::new();
        let mut part = |row: usize| {
            text.clear();
            text.push_str(salt);
            join::push_key(&keys, row, &mut text)?;
            Some((xxhash_rust::xxh3::xxh3_64(text.as_bytes()) % parts) as u32)
        };
        Ok(rows.map(&mut part).collect::<Vec<Option<u32>>>())
    })?;
    let all: Vec<Option<u32>> = pieces.into_iter().flatten().collect();
    Series::new(name.into(), all).into_column().cast(&polars::prelude::DataType::Int64).map_err(failed)
}
