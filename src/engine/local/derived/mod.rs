//! Columns that are made: of customers' events, of a column's order, of the key. Made when first needed, kept like a column
//! that was read, and made again when the memory had to go.

mod aggregate;
mod join;
mod keys;
pub mod voices;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use polars::prelude::{BooleanChunked, IntoColumn, NamedFrom, Series};

use super::column::Column;
use super::memory::Key;
use super::{LocalEngine, Tuning, failed, kernel, quantiles, sums};
use crate::data::{EventBase, EventTables};
use crate::engine::{Cancel, Cost, EngineError, Reading};
use crate::model::{self, Datum, Events, Missing, Schema, TableColumns};
use crate::rule::{Checked, derived};

/// What made columns are made of, and what they took.
#[derive(Default)]
pub struct Derived {
    events: HashMap<String, OfEvents>,
    /// Names that the study gives to calls.
    named: BTreeMap<String, String>,
    today: chrono::NaiveDate,
    making: Mutex<Option<String>>,
    /// Of a thousand, how much of what is being made is there.
    permille: AtomicU16,
    costs: Mutex<HashMap<String, Cost>>,
}

/// A table of events with an engine of its own: its masks, its columns.
struct OfEvents {
    engine: LocalEngine,
    key: String,
    /// Where a key of more than the customer ends.
    key_until: Option<String>,
    /// The base's column that has the same values.
    on: String,
    date: Option<String>,
}

impl LocalEngine {
    /// The same with tables of events, and with names for columns made of them. What is made of a table that is not there
    /// is not there either.
    ///
    /// # Errors
    /// One line on the first name that stands for no column, or would show values of a masked one.
    pub fn with_events(
        mut self,
        tables: impl Into<EventTables>,
        named: &BTreeMap<String, String>,
        mask: &[String],
        today: chrono::NaiveDate,
    ) -> Result<Self, String> {
        let EventTables { read, missing } = tables.into();
        let tuning = Tuning { memory: self.memory.budget() / 4, ..Tuning::default() };
        let (mut of_schema, mut events, mut missing) = (Vec::new(), HashMap::new(), missing);
        for table in read {
            match column_to_join(&self.schema, &table) {
                Ok(on) => {
                    let EventBase { name, base, key, columns } = table;
                    of_schema.push(Events {
                        name: name.clone(),
                        columns: columns.clone(),
                        schema: base.schema.clone(),
                    });
                    let engine = LocalEngine::with(base, tuning);
                    let TableColumns { key_until, date, .. } = columns;
                    events.insert(name, OfEvents { engine, key, key_until, on, date });
                }
                Err(reason) => missing.push(Missing { name: table.name, reason, is_coming: false }),
            }
        }
        let mut schema = std::mem::take(&mut self.schema).with_events(of_schema).with_missing(missing.clone());
        for (name, text) in named {
            if schema.get(name).is_some() {
                return Err(format!("[columns] {name}: the base has a column of this name"));
            }
            if let Some(of) = missing.iter().find(|of| speaks_of(text, &of.name)).cloned() {
                let how = if of.is_coming { "still being read" } else { "not there" };
                let reason = format!("{name} is made of {}, which is {how}", of.name);
                missing.push(Missing { name: name.clone(), reason, is_coming: of.is_coming });
                continue;
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
        self.schema = schema.with_missing(missing);
        self.derived = Arc::new(Derived { events, named: named.clone(), today, ..Derived::default() });
        Ok(self)
    }

    /// The same base, columns and answers kept, before anything was made of it: for an engine that is to know more.
    pub fn twin(&self) -> Self {
        Self {
            columns: self.columns.clone(),
            schema: self.schema.clone(),
            memory: self.memory.clone(),
            chunks: self.chunks,
            derived: Arc::default(),
            personas: Arc::default(),
        }
    }
}

/// The base's column that a table's key is found in.
fn column_to_join(schema: &Schema, table: &EventBase) -> Result<String, String> {
    let Some(on) = &table.columns.on else {
        let missing = || format!("[tables.{}]: the base has no key to join by", table.name);
        return schema.key().map(str::to_owned).ok_or_else(missing);
    };
    match schema.find(on) {
        model::Lookup::Found(column) => Ok(column.name.clone()),
        _ => Err(format!("[tables.{}]: on = \"{on}\" names no column of the base", table.name)),
    }
}

/// Whether the text of a call may be one of this table's: `orders.count()`.
fn speaks_of(text: &str, table: &str) -> bool {
    let (text, table) = (text.to_lowercase(), table.to_lowercase());
    text.contains(&format!("{table}.")) || text.contains(&format!("\"{table}\"."))
}

impl LocalEngine {
    /// The type of a column, or of what a call makes.
    pub(super) fn column_type(&self, name: &str) -> model::ColumnType {
        derived::type_of(name, &self.schema, self.derived.today)
    }
}

impl Derived {
    /// Whether the column is made: named by the study, or a call that no column of the base is called.
    pub fn knows(&self, name: &str, schema: &Schema) -> bool {
        self.named.contains_key(name) || (derived::looks_made(name) && schema.get(name).is_none())
    }

    fn table(&self, name: &str) -> Result<&OfEvents, EngineError> {
        self.events.get(name).ok_or_else(|| EngineError::Failed(format!("the table {name} is not there")))
    }

    pub fn reading(&self) -> Option<Reading> {
        let making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let permille = self.permille.load(Ordering::Relaxed);
        making.clone().map(|column| Reading { column, permille })
    }

    pub fn cost(&self, column: &str) -> Option<Cost> {
        self.costs.lock().unwrap_or_else(PoisonError::into_inner).get(column).copied()
    }

    /// So many of `whole` are gone through.
    fn progress(&self, done: usize, whole: usize) {
        let permille = (done as u64 * 1000 / (whole as u64).max(1)).min(1000) as u16;
        self.permille.fetch_max(permille, Ordering::Relaxed);
    }

    /// What made columns took so far, by name.
    pub fn costs(&self) -> Vec<(String, Cost)> {
        let costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut costs: Vec<_> = costs.iter().map(|(name, cost)| (name.clone(), *cost)).collect();
        costs.sort_by(|a, b| a.0.cmp(&b.0));
        costs
    }

    fn set_making(&self, name: Option<&str>) {
        self.permille.store(0, Ordering::Relaxed);
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
            let events = of.table(&of_events.table)?;
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
