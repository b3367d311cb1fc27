use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use polars::prelude::DataFrame;

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

/// A step of loading, for display.
pub enum LoadStep {
    Progress(LoadProgress),
    /// The first rows, while the others are read. A later part has more of them.
    Part(FirstRows),
}

/// The first rows of a table whose other rows are still being read. A column has the narrowest type that its values so
/// far allow: a later row may widen it.
#[derive(Debug)]
pub struct FirstRows {
    pub(super) frame: DataFrame,
    pub read: LoadProgress,
}

const REPORT_INTERVAL: Duration = Duration::from_millis(200);

/// Reports progress at intervals, and the first rows if they are wanted. Checks for cancellation.
pub(super) struct LoadWatch<'a> {
    on_step: &'a mut dyn FnMut(LoadStep),
    cancelled: &'a dyn Fn() -> bool,
    stage: Stage,
    total: Option<u64>,
    done: Arc<AtomicU64>,
    schema: Option<Arc<Schema>>,
    last: Option<Instant>,
    /// Parts reported so far, if parts are wanted.
    growth: Option<ReportedParts>,
}

/// Parts of a table that were reported while it is read.
#[derive(Default)]
struct ReportedParts {
    /// Rows of the last part, and its time.
    last: Option<(u64, Instant)>,
}

/// Number of bytes that are read before the first part.
const FIRST_PART_BYTES: u64 = 1 << 20;

/// Factor by which a part has more rows than the previous one. The work on all parts is then a third of that on the last.
const PART_GROWTH: u64 = 4;

/// Time between two parts: the next one takes the place of the questions that are asked about this one.
const PART_INTERVAL: Duration = Duration::from_millis(300);

impl ReportedParts {
    /// Returns true if a part is due: the first once there are rows worth showing, a later one unless all rows are there
    /// soon.
    fn is_due(&self, progress: &LoadProgress) -> bool {
        let is_worth_it = |(rows, at): (u64, Instant)| {
            let is_soon_whole = progress.total.is_some_and(|total| progress.done > total / 2);
            progress.rows >= rows * PART_GROWTH && !is_soon_whole && at.elapsed() >= PART_INTERVAL
        };
        progress.rows > 0 && progress.done >= FIRST_PART_BYTES && self.last.is_none_or(is_worth_it)
    }
}

impl<'a> LoadWatch<'a> {
    pub fn new(on_step: &'a mut dyn FnMut(LoadStep), cancelled: &'a dyn Fn() -> bool) -> Self {
        let done = Arc::new(AtomicU64::new(0));
        Self { on_step, cancelled, stage: Stage::Reading, total: None, done, schema: None, last: None, growth: None }
    }

    /// Has the table that is read next shown in parts.
    pub fn grow(&mut self) {
        self.growth = Some(ReportedParts::default());
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

    /// Reports progress as [`LoadWatch::tick`] does; `schema` is only called when a report is due. The first schema is
    /// reported at once.
    pub fn tick_with(&mut self, rows: u64, schema: impl FnOnce() -> Option<Schema>) -> Result<(), DataError> {
        if (self.cancelled)() {
            return Err(DataError::Cancelled);
        }
        let due = self.last.is_none_or(|last| last.elapsed() >= REPORT_INTERVAL);
        if !due && self.schema.is_some() {
            return Ok(());
        }
        match schema() {
            Some(schema) if self.schema.as_deref() != Some(&schema) => self.schema = Some(Arc::new(schema)),
            _ if !due => return Ok(()),
            _ => {}
        }
        self.last = Some(Instant::now());
        let progress = self.progress(rows);
        (self.on_step)(LoadStep::Progress(progress));
        Ok(())
    }

    /// Tells the rows so far, if a part of the table is due. `frame` returns `None` if they cannot be shown yet.
    pub fn tick_part(&mut self, rows: u64, frame: impl FnOnce() -> Option<DataFrame>) {
        let progress = self.progress(rows);
        let Some(growth) = self.growth.as_mut().filter(|growth| growth.is_due(&progress)) else { return };
        growth.last = Some((rows, Instant::now()));
        match frame() {
            Some(frame) => (self.on_step)(LoadStep::Part(FirstRows { frame, read: progress })),
            // A doubt stays until all rows are read.
            None => self.growth = None,
        }
    }

    fn progress(&self, rows: u64) -> LoadProgress {
        let done = self.done.load(Ordering::Relaxed);
        let done = self.total.map_or(done, |total| done.min(total));
        LoadProgress { stage: self.stage, done, total: self.total, rows, schema: self.schema.clone() }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rows: u64, done: u64, total: Option<u64>) -> LoadProgress {
        LoadProgress { stage: Stage::Reading, done, total, rows, schema: None }
    }

    /// Returns true if a part is due after one of 100 rows, so long after it.
    fn is_due_after(past: Duration, progress: &LoadProgress) -> bool {
        let at = Instant::now().checked_sub(past).expect("a clock that runs for a second");
        ReportedParts { last: Some((100, at)) }.is_due(progress)
    }

    #[test]
    fn first_part_is_due_with_rows_of_one_mebibyte() {
        let growth = ReportedParts::default();
        assert!(growth.is_due(&read(1, FIRST_PART_BYTES, Some(FIRST_PART_BYTES))));
        assert!(!growth.is_due(&read(1, FIRST_PART_BYTES - 1, None)));
        assert!(!growth.is_due(&read(0, FIRST_PART_BYTES, None)));
    }

    #[test]
    fn later_part_is_due_with_four_times_rows_before_half_is_read() {
        let (done, total) = (FIRST_PART_BYTES, 2 * FIRST_PART_BYTES);
        assert!(is_due_after(PART_INTERVAL, &read(400, done, Some(total))));
        assert!(is_due_after(PART_INTERVAL, &read(400, done, None)));
        assert!(!is_due_after(PART_INTERVAL, &read(399, done, Some(total))));
        assert!(!is_due_after(PART_INTERVAL, &read(400, done + 1, Some(total))));
        assert!(!is_due_after(Duration::ZERO, &read(400, done, Some(total))));
    }

    #[test]
    fn table_in_doubt_has_no_later_part() {
        let (mut parts, mut asked) = (0, 0);
        let mut on_step = |step: LoadStep| parts += usize::from(matches!(step, LoadStep::Part(_)));
        let mut watch = LoadWatch::new(&mut on_step, &|| false);
        watch.begin(Stage::Reading, None);
        watch.counter().store(FIRST_PART_BYTES, Ordering::Relaxed);
        watch.tick_part(7, || Some(DataFrame::empty()));
        assert_eq!(asked, 0, "parts are not wanted");
        watch.grow();
        watch.tick_part(7, || Some(DataFrame::empty()));
        assert_eq!(watch.growth.as_ref().and_then(|growth| growth.last).map(|last| last.0), Some(7));
        watch.growth = Some(ReportedParts::default());
        for _ in 0..2 {
            watch.tick_part(9, || {
                asked += 1;
                None
            });
            if let Some(growth) = &mut watch.growth {
                growth.last = None;
            }
        }
        assert_eq!((asked, parts), (1, 1));
    }
}
