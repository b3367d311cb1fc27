//! Computes columns from customers' events, from the order of another column, or from the key. A column is computed
//! when it is first needed and kept like one that was read. It is computed again if its memory was needed for other
//! results.

mod aggregate;
mod join;
mod keys;
mod match_rates;
mod patterns;
mod text_keys;
mod tops;
pub mod voices;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use polars::prelude::{IntoColumn, NamedFrom, Series};

pub(super) use self::join::CustomerEvents;
use super::column::ColumnData;
use super::memory::MemoryKey;
use super::{LocalEngine, Tuning, failed};
use crate::data::{EventBase, EventTables};
use crate::engine::defining::define;
use crate::engine::{Activity, Cancel, Cost, EngineError, Personas};
use crate::model::{self, Events, FileLists, Missing, SameKey, Schema, TableColumns};
use crate::rule::{ComputedColumn, ComputedDefinition};

/// Sources of computed columns, and the cost of computing them.
#[derive(Default)]
pub struct Derived {
    events: HashMap<String, EventTable>,
    pub(super) today: chrono::NaiveDate,
    making: Mutex<Option<String>>,
    /// Progress of the current computation, in thousandths.
    permille: AtomicU16,
    /// Costs by the column's canonical text, each with the name for display.
    costs: Mutex<HashMap<String, (String, Cost)>>,
}

/// A table of events, with its own engine that keeps the table's row sets and columns.
struct EventTable {
    engine: LocalEngine,
    key: String,
    /// Separator at which the customer's key ends; the rest of the text is ignored.
    key_until: Option<String>,
    /// Ways in which two keys are equal although they are spelled differently.
    same_key: SameKey,
    /// Column of the base that contains the keys' values.
    on: String,
    date: Option<String>,
}

impl LocalEngine {
    /// Returns the engine with tables of events and with the named columns that are computed from them. A column that
    /// is computed from a missing table is missing, too.
    ///
    /// # Errors
    /// Returns one line about the first column whose definition is wrong, or would disclose values of a masked
    /// column.
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
                    let TableColumns { key_until, same_key, date, .. } = columns;
                    events.insert(name, EventTable { engine, key, key_until, same_key, on, date });
                }
                Err(reason) => missing.push(Missing { name: table.name, reason, is_coming: false }),
            }
        }
        let schema = Schema::clone(&self.schema).with_events(of_schema).with_missing(missing);
        self.schema = Arc::new(define(schema, named, mask, today)?);
        self.derived = Arc::new(Derived { events, today, ..Derived::default() });
        Ok(self)
    }

    /// Returns the engine with columns whose values no rule may read. Tables of events that are added later have them
    /// masked, too.
    pub fn with_masked(mut self, columns: &[String]) -> Self {
        self.schema = Arc::new(Schema::clone(&self.schema).with_masked(columns));
        self
    }

    /// Returns the engine with access to the files that rules may name.
    pub fn with_lists(mut self, lists: FileLists) -> Self {
        self.schema = Arc::new(Schema::clone(&self.schema).with_lists(lists));
        self
    }

    /// Returns an engine over the same base that shares its columns and kept results, but has no tables of events.
    /// Other tables can be added to it.
    pub fn twin(&self) -> Self {
        Self {
            columns: self.columns.clone(),
            schema: self.schema.clone(),
            memory: self.memory.clone(),
            chunks: self.chunks,
            derived: Arc::default(),
            personas: Personas::default(),
            is_guarded: false,
            owner: None,
        }
    }
}

/// Returns the column of the base that contains the values of a table's key.
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

impl Derived {
    fn table(&self, name: &str) -> Result<&EventTable, EngineError> {
        self.events.get(name).ok_or_else(|| EngineError::Failed(format!("the table {name} is missing")))
    }

    /// Returns the column that is being computed, if any.
    pub fn activity(&self) -> Option<Activity> {
        let making = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let permille = self.permille.load(Ordering::Relaxed);
        making.as_ref().map(|column| Activity { what: format!("reading {column}"), permille: Some(permille) })
    }

    /// Returns the cost of a computed column, given its canonical text; `None` if it has not been computed.
    pub fn cost(&self, text: &str) -> Option<Cost> {
        self.costs.lock().unwrap_or_else(PoisonError::into_inner).get(text).map(|(_, cost)| *cost)
    }

    /// Records that `done` of `whole` steps have been processed.
    fn progress(&self, done: usize, whole: usize) {
        let permille = (done as u64 * 1000 / (whole as u64).max(1)).min(1000) as u16;
        self.permille.fetch_max(permille, Ordering::Relaxed);
    }

    /// Returns the costs of the columns computed so far, by name.
    pub fn costs(&self) -> Vec<(String, Cost)> {
        let costs = self.costs.lock().unwrap_or_else(PoisonError::into_inner);
        let mut costs: Vec<_> = costs.values().cloned().collect();
        costs.sort_by(|a, b| a.0.cmp(&b.0));
        costs
    }

    fn set_computing(&self, name: Option<&str>) {
        self.permille.store(0, Ordering::Relaxed);
        *self.making.lock().unwrap_or_else(PoisonError::into_inner) = name.map(str::to_owned);
    }
}

/// Returns a computed column.
pub fn column(
    engine: &LocalEngine,
    computed: &ComputedColumn,
    cancel: &Cancel,
) -> Result<Arc<ColumnData>, EngineError> {
    let key = MemoryKey::Column(computed.text.clone());
    if let Some(kept) = engine.memory.get(&key) {
        return Ok(kept);
    }
    let shown = computed.name.as_ref().unwrap_or(&computed.label);
    let began = Instant::now();
    engine.derived.set_computing(Some(shown));
    let result = compute(engine, computed, cancel);
    engine.derived.set_computing(None);
    let (column, rows) = result?;
    let column = Arc::new(ColumnData::compact(column));
    let cost = Cost { rows, took: began.elapsed(), bytes: column.bytes() };
    let mut costs = engine.derived.costs.lock().unwrap_or_else(PoisonError::into_inner);
    costs.insert(computed.text.clone(), (shown.clone(), cost));
    drop(costs);
    engine.memory.keep(key, &column, column.bytes());
    Ok(column)
}

/// Computes the column. Returns it with the number of rows that were read to compute it.
fn compute(
    engine: &LocalEngine,
    computed: &ComputedColumn,
    cancel: &Cancel,
) -> Result<(polars::prelude::Column, u64), EngineError> {
    let rows = engine.rows() as u64;
    match &computed.source {
        ComputedDefinition::Events(call) => {
            let events = engine.derived.table(&call.table)?;
            let column = aggregate::aggregate(engine, events, call, &computed.text, cancel)?;
            Ok((column, events.engine.rows() as u64))
        }
        ComputedDefinition::Pattern(pattern) => {
            let events = engine.derived.table(&pattern.table)?;
            let column = patterns::find(engine, events, pattern, &computed.text, cancel)?;
            Ok((column, events.engine.rows() as u64))
        }
        ComputedDefinition::OfCustomer(value) => {
            let Some(owner) = &engine.owner else {
                return Err(EngineError::Failed("these rows belong to no customer".into()));
            };
            Ok((join::of_customers(owner, value, cancel)?, rows))
        }
        ComputedDefinition::Top { column, percent, lowest, within: None } => {
            Ok((tops::top(engine, column, *percent, *lowest, &computed.text, cancel)?, rows))
        }
        ComputedDefinition::Top { column, percent, lowest, within: Some(within) } => {
            Ok((tops::top_within(engine, (column, within), *percent, *lowest, &computed.text, cancel)?, rows))
        }
        ComputedDefinition::Split { parts, salt } => Ok((split(engine, *parts, salt, &computed.text, cancel)?, rows)),
    }
}

/// Assigns each customer to one of `parts` parts, by a hash of the salt and the key. Customers without a key are in
/// no part.
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
