//! Work on the base that is done after opening, while the study is in use.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::data::{self, Base, EventTables, Notice};
use crate::engine::local::LocalEngine;
use crate::engine::sql::{KeyCounts, SqlEngine};
use crate::engine::{Cancel, Engine, EngineError, MatchRate, VoicesQuestion, ask_one};
use crate::insight::match_rates;
use crate::model::Events;
use crate::rule::Checked;
use crate::study::Study;
use crate::text::numbers::counted;

/// Work on the base that is done after opening, while the study is in use.
pub struct DeferredWork {
    /// The engine, if it is in this process.
    pub(super) local: Option<Arc<LocalEngine>>,
    /// The engine, if it is elsewhere.
    pub(super) elsewhere: Option<Arc<SqlEngine>>,
    /// The base, if its keys have not been checked yet.
    pub(super) unchecked: Option<Base>,
    /// Number of customers below which a notice does not count them.
    pub(super) min_cell: u64,
}

impl DeferredWork {
    /// Checks the base for missing and repeated keys, for which all keys are read. For tables that were read whole these
    /// notices came with the base.
    ///
    /// # Errors
    /// Returns the reason why the keys cannot be read.
    pub fn check_keys(&self, cancel: &Cancel) -> Result<Vec<Notice>, String> {
        if let Some(base) = &self.unchecked {
            return data::check_key(base, self.min_cell).map_err(|error| error.to_string());
        }
        let Some(engine) = &self.elsewhere else { return Ok(Vec::new()) };
        let counts = engine.key_counts(cancel).map_err(|error| error.to_string())?;
        let key = engine.schema().key().unwrap_or_default();
        Ok(counts.map(|counts| self.key_notices(counts, key)).unwrap_or_default())
    }

    fn key_notices(&self, counts: KeyCounts, key: &str) -> Vec<Notice> {
        let customers = |number: u64| match number < self.min_cell {
            true => "a few customers".to_owned(),
            false => counted(number, "customer", "customers"),
        };
        let repeated = counts.known.saturating_sub(counts.distinct);
        let missing = (counts.missing > 0).then(|| Notice(format!("{} without a {key}", customers(counts.missing))));
        let shared = (repeated > 0).then(|| Notice(format!("{} with a {key} that came before", customers(repeated))));
        missing.into_iter().chain(shared).collect()
    }

    /// Returns the place where the base's values are kept between questions.
    pub fn kept(&self) -> ValueStore {
        match (&self.local, &self.unchecked) {
            (None, _) => ValueStore::Elsewhere,
            (Some(_), Some(_)) => ValueStore::Files,
            (Some(_), None) => ValueStore::Memory,
        }
    }

    /// Returns how many rows of each table beside the base matched a customer.
    ///
    /// # Errors
    /// Returns an error if a key cannot be read, or if `cancel` is raised.
    pub fn match_rates(&self, engine: &dyn Engine, cancel: &Cancel) -> Result<Vec<MatchRate>, EngineError> {
        if let Some(local) = &self.local {
            return local.match_rates(cancel);
        }
        let schema = engine.schema();
        let rate = |events: &Events| {
            let question = VoicesQuestion {
                table: events.name.clone(),
                filter: Checked::everyone(),
                sets: Vec::new(),
                by: None,
                separator: None,
                limit: 0,
            };
            let voices = ask_one(engine, &question, cancel)?;
            let on = events.columns.on.as_deref().or(schema.key()).unwrap_or_default().to_owned();
            let (table, rows, found) = (events.name.clone(), voices.rows, voices.rows.saturating_sub(voices.strangers));
            Ok(MatchRate { table, on, rows, found, sharing: 0, misses: None })
        };
        schema.all_events().iter().map(rate).collect()
    }

    /// Compacts the base in memory and checks its keys, once no question is waiting for a column: the keys are often the
    /// largest column of all. Returns notices on the keys, and on tables with rows that match no customer.
    ///
    /// # Errors
    /// Returns an error if `cancel` is raised.
    pub fn finish(&self, cancel: &Cancel) -> Result<Vec<Notice>, String> {
        let Some(engine) = &self.local else { return self.check_keys(cancel) };
        while !cancel.wait(QUIET) && engine.status().activity.is_some() {}
        engine.compact_parsed(cancel).map_err(|error| error.to_string())?;
        let mut notices = self.check_keys(cancel).unwrap_or_else(|error| vec![Notice(error)]);
        match engine.match_rates(cancel) {
            Err(EngineError::Cancelled) => return Err(EngineError::Cancelled.to_string()),
            // A table that cannot be joined is reported where it is used.
            Err(_) => {}
            Ok(rates) => {
                let lossy = rates.iter().filter(|rate| rate.found < rate.rows);
                notices.extend(lossy.map(|rate| Notice(match_rates::line(rate, self.min_cell))));
            }
        }
        Ok(notices)
    }
}

/// The tables of events that are being read, on threads of their own.
pub(super) struct PendingTables(JoinHandle<EventTables>);

impl PendingTables {
    pub(super) fn begin(study: &Study, cancel: &Cancel) -> Self {
        let (sources, key, cancel) = (study.event_sources(), study.config.data.key.clone(), cancel.clone());
        Self(thread::spawn(move || data::read_events(&sources, key.as_deref(), &|| cancel.is_raised())))
    }

    pub(super) fn are_awaited(&self) -> bool {
        !self.0.is_finished()
    }

    pub(super) fn read(self) -> Result<EventTables, String> {
        self.0.join().map_err(|_| "the tables could not be read: internal error, please report".to_owned())
    }
}

/// Place where the values of a base are kept between questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueStore {
    Memory,
    /// Files, until the values are first needed.
    Files,
    Elsewhere,
}

/// Time that the engine must be idle before the keys are read.
const QUIET: Duration = Duration::from_millis(500);
