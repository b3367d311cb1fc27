//! Reads columns on demand and compacts them when a question first needs them, on a thread of their own, so that a
//! superseded question need not wait for the end and the next one finds the column.

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

/// Maximum number of parts that are read for a page of rows; beyond that the whole column is read.
const MAX_PARTS: usize = 4;

/// Longest wait of a read ahead until it looks again for an end of the questions.
const IDLE_WAIT: Duration = Duration::from_millis(100);

/// A base's columns.
pub struct ColumnStore {
    shared: Arc<SharedColumns>,
    /// Rows of each part of a table in files.
    parts: Vec<Range<usize>>,
}

/// Columns of a table, shared with the threads that read them.
struct SharedColumns {
    table: BaseTable,
    state: Mutex<ColumnState>,
    /// Notified when a column was read or could not be read, or when a question that waits for one is cancelled.
    came: Condvar,
    /// Notified when a read ahead may go on, or must end.
    idle: Condvar,
    /// The only thread that reads ahead; `None` if the system has none to give.
    aside: OnceLock<Option<ThreadPool>>,
    closed: AtomicBool,
}

/// Columns that are in memory or being read.
#[derive(Default)]
struct ColumnState {
    /// For a table in memory: parsed columns that no question has needed yet.
    parsed: HashMap<String, polars::prelude::Column>,
    /// For a table in memory: compact columns, which cannot be read again.
    compact: HashMap<String, Arc<ColumnData>>,
    reading: HashMap<String, Arc<ColumnJob>>,
    /// Number of calls that answer questions now.
    answering: usize,
    /// Columns that a single condition needs, once.
    passing: BTreeSet<String>,
}

/// A column that is being read.
#[derive(Default)]
struct ColumnJob {
    counter: Counter,
    /// True if it is read before a question needs it: on one thread, while no question is answered.
    is_ahead: bool,
    /// True once a question waits for it.
    is_needed: AtomicBool,
    /// True if nobody is going to need it.
    is_dropped: AtomicBool,
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
            let job = match state.reading.get(name).cloned() {
                // All cores have read it sooner than the one thread reads the rest.
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

    /// Begins to read columns that a question is likely to need soon, one after the other, while no question is answered.
    /// Columns that were read ahead before and are not among them any more are given up.
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

    /// Sets the columns that a single condition needs, once: they need not be kept.
    pub fn let_pass(&self, names: BTreeSet<String>) {
        self.shared.lock().passing = names;
    }

    /// Reads a column that need not be kept part by part of the files, and returns what `take` makes of each part, in order.
    /// Returns `None` for other columns, and where that is not possible.
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

    /// Notes that questions are being answered until the returned value is dropped: no column is read ahead meanwhile.
    pub fn answering(&self) -> impl Drop {
        self.shared.lock().answering += 1;
        AnsweringGuard(self.shared.clone())
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
        (parts.len() <= MAX_PARTS).then_some(places)
    }

    /// Returns the columns of a table in memory that no question has needed yet.
    pub fn parsed(&self) -> Vec<String> {
        self.shared.lock().parsed.keys().cloned().collect()
    }

    /// Returns a column that is being read and that somebody waits for, if any.
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
            // Waiting threads are notified even if reading panics.
            let read = catch_unwind(AssertUnwindSafe(|| shared.read_on_threads(&name, parsed, &of_thread)));
            let fault = || {
                Err(EngineError::Failed(format!("reading the column \"{name}\" failed: internal error, please report")))
            };
            shared.finish(&name, &memory, &of_thread, read.unwrap_or_else(|_| fault()));
        });
        job
    }
}

/// Stops a read in progress, since nobody will ask any more.
impl Drop for ColumnStore {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        self.shared.idle.notify_all();
    }
}

/// A column that was read.
struct ReadColumn {
    column: ColumnData,
    /// True if much memory was used for the read that it does not take.
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

/// A call that answers questions.
struct AnsweringGuard(Arc<SharedColumns>);

impl Drop for AnsweringGuard {
    fn drop(&mut self) {
        self.0.lock().answering -= 1;
        self.0.idle.notify_all();
    }
}

impl SharedColumns {
    /// Reads a column on all cores, or on the thread for reads ahead.
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

    /// Returns true if a read is to end. Makes a read ahead wait while questions are answered that do not need it.
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
            // The read may succeed for another question: the file may be back by then.
            (Err(_), _) => {}
        }
        *job.lock() = Some(read);
        // A read that was dropped may have been begun anew.
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
