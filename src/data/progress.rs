use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::DataError;
use crate::model::Schema;

/// Stage of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Copying stdin to a temporary file, since reading it may take two passes.
    Spooling,
    Reading,
    /// Reading columns a second time that a late value showed to be text.
    Rereading,
    /// Reading columns of bytes to find out what they are; counts parts of the file instead of bytes.
    Decoding,
    /// Checking for missing and repeated keys.
    Keys,
}

impl Stage {
    /// Returns the word for a loading screen: `reading`.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Spooling => "receiving",
            Stage::Reading => "reading",
            Stage::Rereading => "reading text columns again",
            Stage::Decoding => "decoding",
            Stage::Keys => "checking keys",
        }
    }
}

/// Progress of loading.
#[derive(Debug, Clone)]
pub struct LoadProgress {
    pub stage: Stage,
    /// Bytes read in this stage, as stored in the file (compressed if it is).
    pub done: u64,
    /// Bytes of this stage, if known.
    pub total: Option<u64>,
    pub rows: u64,
    /// The columns, once the first rows are known. A type may still widen.
    pub schema: Option<Arc<Schema>>,
}

const EVERY: Duration = Duration::from_millis(200);

/// Reports progress at intervals, and checks for cancellation.
pub(super) struct Watch<'a> {
    on_progress: &'a mut dyn FnMut(LoadProgress),
    cancelled: &'a dyn Fn() -> bool,
    stage: Stage,
    total: Option<u64>,
    done: Arc<AtomicU64>,
    schema: Option<Arc<Schema>>,
    last: Option<Instant>,
}

impl<'a> Watch<'a> {
    pub fn new(on_progress: &'a mut dyn FnMut(LoadProgress), cancelled: &'a dyn Fn() -> bool) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        Self { on_progress, cancelled, stage: Stage::Reading, total: None, done, schema: None, last: None }
    }

    pub fn begin(&mut self, stage: Stage, total: Option<u64>) {
        self.stage = stage;
        self.total = total;
        self.done.store(0, Ordering::Relaxed);
        self.last = None;
    }

    /// Restarts the stage: its `total` bytes are read again.
    pub fn restart(&mut self, stage: Stage) {
        self.begin(stage, self.total);
    }

    /// Returns the counter in which readers, on any thread, count the bytes they have read.
    pub fn counter(&self) -> Arc<AtomicU64> {
        self.done.clone()
    }

    /// Returns true once the load is cancelled.
    pub fn is_cancelled(&self) -> bool {
        (self.cancelled)()
    }

    /// Reports progress; call it between batches of rows.
    pub fn tick(&mut self, rows: u64) -> Result<(), DataError> {
        self.tick_with(rows, || None)
    }

    /// Reports progress as [`Watch::tick`] does; `schema` is only called when a report is due. The first schema is
    /// reported at once.
    pub fn tick_with(&mut self, rows: u64, schema: impl FnOnce() -> Option<Schema>) -> Result<(), DataError> {
        if (self.cancelled)() {
            return Err(DataError::Cancelled);
        }
        let due = self.last.is_none_or(|last| last.elapsed() >= EVERY);
        if !due && self.schema.is_some() {
            return Ok(());
        }
        match schema() {
            Some(schema) if self.schema.as_deref() != Some(&schema) => self.schema = Some(Arc::new(schema)),
            _ if !due => return Ok(()),
            _ => {}
        }
        self.last = Some(Instant::now());
        let done = self.done.load(Ordering::Relaxed);
        let done = self.total.map_or(done, |total| done.min(total));
        (self.on_progress)(LoadProgress {
            stage: self.stage,
            done,
            total: self.total,
            rows,
            schema: self.schema.clone(),
        });
        Ok(())
    }
}

/// Result of a pass over a file.
pub enum ReadPass {
    Complete,
    /// A file turned out to be read wrongly, and it is known how it is to be read: the pass starts again.
    Again,
}

/// Number of rows of a column read so far, for display by another thread.
#[derive(Debug, Default)]
pub struct Counter {
    done: AtomicU64,
    total: AtomicU64,
}

impl Counter {
    /// Returns the number of rows read.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Returns the number of rows to read; 0 before reading has begun.
    pub fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    pub(super) fn begin(&self, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    pub(super) fn add(&self, rows: u64) {
        self.done.fetch_add(rows, Ordering::Relaxed);
    }
}
