//! Reads columns when a question first needs them, and compacts them. Each read runs on its own thread, so that a
//! cancelled question need not wait for its end, and the next question finds the column.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use polars::prelude::DataFrame;
use rayon::ThreadPool;

use super::column::{self, ColumnData};
use super::machine;
use super::memory::{Memory, MemoryKey};
use crate::data::{self, BaseTable, Counter, DataError};
use crate::engine::{Activity, Cancel, EngineError};
use crate::model::Datum;

/// Maximum number of parts that are read for a page of rows. For more parts the whole column is read.
const MAX_PARTS: usize = 4;

/// Maximum time between two checks of a paused read-ahead whether questions are still being answered.
const IDLE_WAIT: Duration = Duration::from_millis(100);

/// A base's columns.
pub struct ColumnStore {
    shared: Arc<SharedColumns>,
    /// Rows of each part of the files; empty for a table in memory.
    parts: Vec<Range<usize>>,
}

/// Columns of a table and the state of their reads, shared with the threads that read.
struct SharedColumns {
    table: BaseTable,
    state: Mutex<ColumnState>,
    /// Notified when a column was read, when a read failed, and when a question that waits for a column is cancelled.
    came: Condvar,
    /// Notified when a read-ahead may continue, or must end.
    idle: Condvar,
    /// Thread pool of one thread that reads ahead; `None` if the thread could not be created.
    aside: OnceLock<Option<ThreadPool>>,
    closed: AtomicBool,
}

/// Columns that are in memory or being read.
#[derive(Default)]
struct ColumnState {
    /// For a table in memory: parsed columns that no question has needed yet.
    parsed: HashMap<String, polars::prelude::Column>,
    /// For a table in memory: compact columns. They are never dropped, since they cannot be read again.
    compact: HashMap<String, Arc<ColumnData>>,
    reading: HashMap<String, Arc<ColumnJob>>,
    /// Number of calls that are answering questions.
    answering: usize,
    /// Columns that only one condition needs, once; see [`ColumnStore::let_pass`].
    passing: BTreeSet<String>,
}

/// A column that is being read.
#[derive(Default)]
struct ColumnJob {
    counter: Counter,
    /// True if it was read before a question needed it: on one thread, and only while no question is answered.
    is_ahead: bool,
    /// True once a question waits for the column.
    is_needed: AtomicBool,
    /// True if the column is no longer wanted, so that its read should end.
    is_dropped: AtomicBool,
    /// Result of the read, set once.
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
        let shared = SharedColumns {
            table,
            state: Mutex::new(state),
            came: Condvar::new(),
            idle: Condvar::new(),
            aside: OnceLock::new(),
            closed: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared), parts }
    }

    /// Returns the column. Waits until it has been read.
    ///
    /// # Errors
    /// Returns an error if the column cannot be read, or if the question is cancelled. The read of a cancelled
    /// question continues, for the next one.
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
            let job = match state.reading.get(name).cloned() {
                // Starting again on all cores takes less time than the rest of the read on one thread.
                Some(job) if job.is_ahead && !job.is_half_done() => {
                    job.is_dropped.store(true, Ordering::Relaxed);
                    self.begin(name, &mut state, memory, false)
                }
                Some(job) => job,
                None => self.begin(name, &mut state, memory, false),
            };
            job.is_needed.store(true, Ordering::Relaxed);
            job
        };
        self.shared.idle.notify_all();
        self.shared.wait(&job, cancel)
    }

    /// Starts to read columns that a question is likely to need soon, one after the other, while no question is
    /// answered. Stops reading ahead those columns of earlier calls that are not in `names`.
    pub fn read_ahead(&self, names: &[String], memory: &Arc<Memory>) {
        let BaseTable::Files(files) = &self.shared.table else { return };
        let mut state = self.shared.lock();
        state.reading.retain(|name, job| {
            let is_dropped = job.is_ahead && !job.is_needed.load(Ordering::Relaxed) && !names.contains(name);
            job.is_dropped.fetch_or(is_dropped, Ordering::Relaxed);
            !is_dropped
        });
        for name in names {
            let kept: Option<Arc<ColumnData>> = memory.get(&MemoryKey::Column(name.clone()));
            let is_stored = files.columns().any(|(column, _)| column == name);
            if kept.is_none() && is_stored && !state.reading.contains_key(name) {
                self.begin(name, &mut state, memory, true);
            }
        }
        drop(state);
        self.shared.idle.notify_all();
    }

    /// Sets the columns that only one condition needs, once, so that they need not be kept.
    pub fn let_pass(&self, names: BTreeSet<String>) {
        self.shared.lock().passing = names;
    }

    /// Reads a column of [`Self::let_pass`] part by part, and returns the results of `take` for the parts, in order.
    /// Returns `None` for other columns, and if the column cannot be read in this way.
    ///
    /// # Errors
    /// Returns an error if a file is no longer the one that was opened, the question is cancelled, or `take` fails.
    pub fn pass<T: Send>(
        &self,
        name: &str,
        memory: &Memory,
        cancel: &Cancel,
        take: impl Fn(ColumnData) -> Result<T, EngineError> + Sync,
    ) -> Result<Option<Vec<T>>, EngineError> {
        let BaseTable::Files(files) = &self.shared.table else { return Ok(None) };
        let state = self.shared.lock();
        if !state.passing.contains(name) || state.reading.contains_key(name) {
            return Ok(None);
        }
        drop(state);
        let is_kept = memory.get::<ColumnData>(&MemoryKey::Column(name.to_owned())).is_some();
        let Some(flat) = files.flat(name).filter(|_| !is_kept) else { return Ok(None) };
        let made = column::each_part(files, &flat, name, &|| cancel.is_raised(), |part| take(part).map_err(PassError));
        made.map_err(|PassError(error)| error)
    }

    /// Pauses reading ahead until the returned guard is dropped. Call it while questions are being answered.
    pub fn answering(&self) -> impl Drop {
        self.shared.lock().answering += 1;
        AnsweringGuard(self.shared.clone())
    }

    /// Returns a column's values in the rows. If the column is not in memory, reads only the parts of the files that
    /// contain the rows, unless there are many.
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

    /// Returns each row's part and its position in the part; `None` if the rows are in more than [`MAX_PARTS`] parts.
    fn places(&self, rows: &[usize]) -> Option<Vec<(usize, usize)>> {
        let place = |&row: &usize| {
            let part = self.parts.partition_point(|part| part.end <= row);
            Some((part, row - self.parts.get(part)?.start))
        };
        let places: Vec<(usize, usize)> = rows.iter().map(place).collect::<Option<_>>()?;
        let parts: BTreeSet<usize> = places.iter().map(|(part, _)| *part).collect();
        (parts.len() <= MAX_PARTS).then_some(places)
    }

    /// Returns the columns of a table in memory that no question has needed yet.
    pub fn parsed(&self) -> Vec<String> {
        self.shared.lock().parsed.keys().cloned().collect()
    }

    /// Returns a column that is being read and that a question waits for, if any.
    pub fn activity(&self) -> Option<Activity> {
        let state = self.shared.lock();
        let is_needed = |job: &ColumnJob| !job.is_ahead || job.is_needed.load(Ordering::Relaxed);
        let (column, job) = state.reading.iter().find(|(_, job)| is_needed(job))?;
        let permille = (1000 * job.counter.done()).checked_div(job.counter.total()).unwrap_or(0).min(1000);
        Some(Activity { what: format!("reading {column}"), permille: Some(permille as u16) })
    }

    fn begin(&self, name: &str, state: &mut ColumnState, memory: &Arc<Memory>, is_ahead: bool) -> Arc<ColumnJob> {
        let job = Arc::new(ColumnJob { is_ahead, ..ColumnJob::default() });
        state.reading.insert(name.to_owned(), job.clone());
        let parsed = state.parsed.remove(name);
        let (shared, memory, name, of_thread) = (self.shared.clone(), memory.clone(), name.to_owned(), job.clone());
        std::thread::spawn(move || {
            // Caught, so that waiting threads are notified even if reading panics.
            let read = catch_unwind(AssertUnwindSafe(|| shared.read_on_threads(&name, parsed, &of_thread)));
            let fault = || {
                Err(EngineError::Failed(format!("reading the column \"{name}\" failed: internal error, please report")))
            };
            shared.finish(&name, &memory, &of_thread, read.unwrap_or_else(|_| fault()));
        });
        job
    }
}

/// Stops all reads, since nobody can ask for their columns any more.
impl Drop for ColumnStore {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        self.shared.idle.notify_all();
    }
}

/// A column that was read.
struct ReadColumn {
    column: ColumnData,
    /// True if the read allocated much memory that is not part of the column and is free now.
    leaves_much: bool,
}

/// An error of [`ColumnStore::pass`].
struct PassError(EngineError);

impl From<DataError> for PassError {
    fn from(error: DataError) -> Self {
        PassError(match error {
            DataError::Cancelled => EngineError::Cancelled,
            error => EngineError::Failed(error.to_string()),
        })
    }
}

/// Guard of a call that is answering questions.
struct AnsweringGuard(Arc<SharedColumns>);

impl Drop for AnsweringGuard {
    fn drop(&mut self) {
        self.0.lock().answering -= 1;
        self.0.idle.notify_all();
    }
}

impl SharedColumns {
    /// Reads a column on all cores, or on the read-ahead thread.
    fn read_on_threads(
        &self,
        name: &str,
        parsed: Option<polars::prelude::Column>,
        job: &ColumnJob,
    ) -> Result<ReadColumn, EngineError> {
        if !job.is_ahead {
            return self.read(name, parsed, job);
        }
        match self.aside.get_or_init(data::background_thread) {
            Some(thread) => thread.install(|| self.read(name, parsed, job)),
            None => Err(EngineError::Cancelled),
        }
    }

    fn read(
        &self,
        name: &str,
        parsed: Option<polars::prelude::Column>,
        job: &ColumnJob,
    ) -> Result<ReadColumn, EngineError> {
        let counter = &job.counter;
        let column = match parsed {
            Some(parsed) => parsed,
            None => {
                let failed = |error: DataError| EngineError::Failed(error.to_string());
                let closed = || self.is_over(job);
                if let BaseTable::Files(files) = &self.table
                    && let Some(column) = ColumnData::read_by_parts(files, name, counter, &closed).map_err(failed)?
                {
                    return Ok(ReadColumn { column, leaves_much: files.flat(name).is_none() });
                }
                self.table.read(name, counter, &closed).map_err(failed)?
            }
        };
        Ok(ReadColumn { column: ColumnData::compact(column), leaves_much: true })
    }

    /// Returns true if a read should end. A read-ahead that no question waits for is paused here while questions are
    /// answered.
    fn is_over(&self, job: &ColumnJob) -> bool {
        let is_over = || self.closed.load(Ordering::Relaxed) || job.is_dropped.load(Ordering::Relaxed);
        if job.is_ahead && !job.is_needed.load(Ordering::Relaxed) {
            let mut state = self.lock();
            while state.answering > 0 && !job.is_needed.load(Ordering::Relaxed) && !is_over() {
                state = self.idle.wait_timeout(state, IDLE_WAIT).unwrap_or_else(PoisonError::into_inner).0;
            }
        }
        is_over()
    }

    fn finish(&self, name: &str, memory: &Memory, job: &Arc<ColumnJob>, read: Result<ReadColumn, EngineError>) {
        let leaves_much = read.as_ref().is_ok_and(|read| read.leaves_much);
        let read = read.map(|read| Arc::new(read.column));
        let mut state = self.lock();
        match (&read, &self.table) {
            (Ok(column), BaseTable::Memory(_)) => drop(state.compact.insert(name.to_owned(), column.clone())),
            (Ok(column), BaseTable::Files(_)) => {
                memory.keep(MemoryKey::Column(name.to_owned()), column, column.bytes())
            }
            // Not kept: the read may succeed for a later question, for example if the file is available again.
            (Err(_), _) => {}
        }
        *job.lock() = Some(read);
        // After a read was dropped, another read of the same column may have begun.
        if state.reading.get(name).is_some_and(|reading| Arc::ptr_eq(reading, job)) {
            state.reading.remove(name);
        }
        let last = state.reading.is_empty();
        drop(state);
        self.came.notify_all();
        if last && leaves_much {
            machine::give_back();
        }
    }

    fn wait(self: &Arc<Self>, job: &ColumnJob, cancel: &Cancel) -> Result<Arc<ColumnData>, EngineError> {
        let shared = self.clone();
        let _woken = cancel.on_raise(move || {
            // Notifies while holding the lock, so that a waiting thread either has not checked yet or already sleeps.
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

    /// Locks the state. It is consistent whenever it is unlocked, so it remains usable after a panic elsewhere.
    fn lock(&self) -> MutexGuard<'_, ColumnState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ColumnJob {
    fn is_half_done(&self) -> bool {
        let total = self.counter.total();
        total > 0 && self.counter.done() * 2 >= total
    }

    fn lock(&self) -> MutexGuard<'_, Option<Result<Arc<ColumnData>, EngineError>>> {
        self.result.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
