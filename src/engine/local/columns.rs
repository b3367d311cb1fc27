//! Reads columns on demand and compacts them when a question first needs them, on a thread of their own, so that a
//! superseded question need not wait for the end and the next one finds the column.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use polars::prelude::DataFrame;

use super::column::ColumnData;
use super::machine;
use super::memory::{Memory, MemoryKey};
use crate::data::{self, BaseTable, Counter, DataError};
use crate::engine::{Activity, Cancel, EngineError};
use crate::model::Datum;

/// Maximum number of parts that are read for a page of rows; beyond that the whole column is read.
const MOST_PARTS: usize = 4;

/// A base's columns.
pub struct ColumnStore {
    shared: Arc<SharedColumns>,
    /// Rows of each part of a table in files.
    parts: Vec<Range<usize>>,
}

struct SharedColumns {
    table: BaseTable,
    state: Mutex<ColumnState>,
    /// Notified when a column was read or could not be read, or when a question that waits for one is cancelled.
    came: Condvar,
    closed: AtomicBool,
}

#[derive(Default)]
struct ColumnState {
    /// For a table in memory: parsed columns that no question has needed yet.
    parsed: HashMap<String, polars::prelude::Column>,
    /// For a table in memory: compact columns, which cannot be read again.
    compact: HashMap<String, Arc<ColumnData>>,
    reading: HashMap<String, Arc<ColumnJob>>,
}

/// A column that is being read.
struct ColumnJob {
    counter: Counter,
    /// Result, set once.
    result: Mutex<Option<Result<Arc<ColumnData>, EngineError>>>,
}

impl ColumnStore {
    pub fn new(table: BaseTable) -> Self {
        let mut state = ColumnState::default();
        let table = match table {
            BaseTable::Memory(frame) => {
                let rows = frame.height();
                let named = |column: polars::prelude::Column| (column.name().to_string(), column);
                state.parsed = frame.into_columns().into_iter().map(named).collect();
                BaseTable::Memory(DataFrame::empty_with_height(rows))
            }
            files => files,
        };
        let parts = match &table {
            BaseTable::Files(files) => files.parts_of_rows(),
            BaseTable::Memory(_) => Vec::new(),
        };
        let shared =
            SharedColumns { table, state: Mutex::new(state), came: Condvar::new(), closed: AtomicBool::new(false) };
        Self { shared: Arc::new(shared), parts }
    }

    /// Returns the column as soon as it was read.
    ///
    /// # Errors
    /// Returns an error if the column cannot be read, or the question is cancelled meanwhile. A cancelled read
    /// continues for the next question.
    pub fn get(&self, name: &str, memory: &Arc<Memory>, cancel: &Cancel) -> Result<Arc<ColumnData>, EngineError> {
        cancel.check()?;
        if let Some(kept) = memory.get(&MemoryKey::Column(name.to_owned())) {
            return Ok(kept);
        }
        let job = {
            let mut state = self.shared.lock();
            if let Some(kept) = state.compact.get(name) {
                return Ok(kept.clone());
            }
            match state.reading.get(name) {
                Some(job) => job.clone(),
                None => self.begin(name, &mut state, memory),
            }
        };
        self.shared.wait(&job, cancel)
    }

    /// Returns a column's values in the rows. For a column that no rule has needed yet, only the parts of the files
    /// that contain the rows are read, unless there are many.
    pub fn cells(
        &self,
        name: &str,
        rows: &[usize],
        memory: &Arc<Memory>,
        cancel: &Cancel,
    ) -> Result<Vec<Datum>, EngineError> {
        let kept: Option<Arc<ColumnData>> = memory.get(&MemoryKey::Column(name.to_owned()));
        let of_parts = match (&kept, &self.shared.table) {
            (None, BaseTable::Files(files)) => self.places(rows).map(|places| (files, places)),
            _ => None,
        };
        let Some((files, places)) = of_parts else {
            let column = kept.map_or_else(|| self.get(name, memory, cancel), Ok)?;
            return Ok(rows.iter().map(|&row| column.datum(row)).collect());
        };
        let mut parts = HashMap::new();
        for part in places.iter().map(|(part, _)| *part).collect::<BTreeSet<_>>() {
            cancel.check()?;
            let make = || files.read_part(name, part).map_err(|error| EngineError::Failed(error.to_string()));
            let size = |column: &polars::prelude::Column| column.as_materialized_series().estimated_size();
            parts.insert(part, memory.get_or_make(MemoryKey::Part(name.to_owned(), part), make, size)?);
        }
        Ok(places.iter().map(|(part, row)| data::datum(&parts[part], *row)).collect())
    }

    /// Returns for each row its part and its position there; `None` if they lie in many parts.
    fn places(&self, rows: &[usize]) -> Option<Vec<(usize, usize)>> {
        let place = |&row: &usize| {
            let part = self.parts.partition_point(|part| part.end <= row);
            Some((part, row - self.parts.get(part)?.start))
        };
        let places: Vec<(usize, usize)> = rows.iter().map(place).collect::<Option<_>>()?;
        let parts: BTreeSet<usize> = places.iter().map(|(part, _)| *part).collect();
        (parts.len() <= MOST_PARTS).then_some(places)
    }

    /// Returns the columns of a table in memory that no question has needed yet.
    pub fn parsed(&self) -> Vec<String> {
        self.shared.lock().parsed.keys().cloned().collect()
    }

    /// Returns the column that is being read, if any.
    pub fn activity(&self) -> Option<Activity> {
        let state = self.shared.lock();
        let (column, job) = state.reading.iter().next()?;
        let permille = (1000 * job.counter.done()).checked_div(job.counter.total()).unwrap_or(0).min(1000);
        Some(Activity { what: format!("reading {column}"), permille: Some(permille as u16) })
    }

    fn begin(&self, name: &str, state: &mut ColumnState, memory: &Arc<Memory>) -> Arc<ColumnJob> {
        let job = Arc::new(ColumnJob { counter: Counter::default(), result: Mutex::new(None) });
        state.reading.insert(name.to_owned(), job.clone());
        let parsed = state.parsed.remove(name);
        let (shared, memory, name, of_thread) = (self.shared.clone(), memory.clone(), name.to_owned(), job.clone());
        std::thread::spawn(move || {
            // Waiting threads are notified even if reading panics.
            let read = catch_unwind(AssertUnwindSafe(|| shared.read(&name, parsed, &of_thread.counter)));
            let fault =
                || Err(EngineError::Failed(format!("reading the column \"{name}\" broke: a fault of Crosscut")));
            shared.finish(&name, &memory, &of_thread, read.unwrap_or_else(|_| fault()));
        });
        job
    }
}

/// Stops a read in progress, since nobody will ask any more.
impl Drop for ColumnStore {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
    }
}

impl SharedColumns {
    fn read(
        &self,
        name: &str,
        parsed: Option<polars::prelude::Column>,
        counter: &Counter,
    ) -> Result<ColumnData, EngineError> {
        let column = match parsed {
            Some(parsed) => parsed,
            None => {
                let failed = |error: DataError| EngineError::Failed(error.to_string());
                let closed = || self.closed.load(Ordering::Relaxed);
                if let BaseTable::Files(files) = &self.table
                    && let Some(column) = ColumnData::read_by_parts(files, name, counter, &closed).map_err(failed)?
                {
                    return Ok(column);
                }
                self.table.read(name, counter, &closed).map_err(failed)?
            }
        };
        Ok(ColumnData::compact(column))
    }

    fn finish(&self, name: &str, memory: &Memory, job: &ColumnJob, read: Result<ColumnData, EngineError>) {
        let read = read.map(Arc::new);
        let mut state = self.lock();
        match (&read, &self.table) {
            (Ok(column), BaseTable::Memory(_)) => drop(state.compact.insert(name.to_owned(), column.clone())),
            (Ok(column), BaseTable::Files(_)) => {
                memory.keep(MemoryKey::Column(name.to_owned()), column, column.bytes())
            }
            // The read may succeed for another question: the file may be back by then.
            (Err(_), _) => {}
        }
        *job.lock() = Some(read);
        state.reading.remove(name);
        let last = state.reading.is_empty();
        drop(state);
        self.came.notify_all();
        if last {
            machine::give_back();
        }
    }

    fn wait(self: &Arc<Self>, job: &ColumnJob, cancel: &Cancel) -> Result<Arc<ColumnData>, EngineError> {
        let shared = self.clone();
        let _woken = cancel.on_raise(move || {
            // Notifies under the lock, so that the waiting thread has either not checked yet or is already asleep.
            let _state = shared.lock();
            shared.came.notify_all();
        });
        let mut state = self.lock();
        loop {
            if let Some(result) = job.lock().as_ref() {
                return result.clone();
            }
            cancel.check()?;
            state = self.came.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Locks the state. It is consistent whenever the lock is free, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, ColumnState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ColumnJob {
    fn lock(&self) -> MutexGuard<'_, Option<Result<Arc<ColumnData>, EngineError>>> {
        self.result.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_that_waits_for_a_column_is_woken_when_it_is_given_up() {
        let columns = ColumnStore::new(BaseTable::Memory(DataFrame::empty()));
        // Nobody finishes this job: only the cancel ends the wait.
        let job = ColumnJob { counter: Counter::default(), result: Mutex::new(None) };
        let cancel = Cancel::new();
        let ended = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| columns.shared.wait(&job, &cancel).map(drop));
            cancel.raise();
            waiting.join().expect("no panic")
        });
        assert_eq!(ended, Err(EngineError::Cancelled));
    }
}
