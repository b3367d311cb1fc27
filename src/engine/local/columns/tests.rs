//! Tests of columns that are read on demand and ahead.

use std::time::Instant;

use polars_io::parquet::write::ParquetWriter;
use tempfile::NamedTempFile;

use super::*;
use crate::data::{BaseLocation, LoadOptions, load};

/// A column of a file that is read ahead.
struct AgesInFile {
    columns: ColumnStore,
    memory: Arc<Memory>,
    _file: NamedTempFile,
}

impl AgesInFile {
    fn new() -> Self {
        let mut frame = polars::prelude::df!("age" => (0..5000i64).collect::<Vec<_>>()).unwrap();
        let file = NamedTempFile::new().unwrap();
        ParquetWriter::new(file.as_file()).with_row_group_size(Some(100)).finish(&mut frame).unwrap();
        let location = BaseLocation::Path(file.path().to_owned());
        let base = load(&location, &LoadOptions::default(), &mut |_| {}, &|| false).unwrap();
        Self { columns: ColumnStore::new(base.table), memory: Arc::new(Memory::new(1 << 20)), _file: file }
    }

    fn read_ahead(&self, names: &[&str]) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        self.columns.read_ahead(&names, &self.memory);
    }

    fn is_read(&self) -> bool {
        self.memory.get::<ColumnData>(&MemoryKey::Column("age".into())).is_some()
    }

    fn wait_until_read(&self) {
        let began = Instant::now();
        while !self.is_read() {
            assert!(began.elapsed() < Duration::from_secs(20), "it is not read");
            std::thread::yield_now();
        }
    }
}

#[test]
fn column_is_read_ahead_of_question() {
    let ages = AgesInFile::new();
    ages.read_ahead(&["no column", "age"]);
    ages.wait_until_read();
    let age = ages.columns.get("age", &ages.memory, &Cancel::new()).unwrap();
    assert_eq!(age.datum(4321), Datum::Integer(4321));
}

#[test]
fn read_ahead_waits_while_questions_are_answered() {
    let ages = AgesInFile::new();
    let answering = ages.columns.answering();
    ages.read_ahead(&["age"]);
    std::thread::sleep(Duration::from_millis(30));
    assert!(!ages.is_read() && ages.columns.activity().is_none());
    drop(answering);
    ages.wait_until_read();
}

#[test]
fn question_gets_column_whose_read_ahead_waits() {
    let ages = AgesInFile::new();
    let _answering = ages.columns.answering();
    ages.read_ahead(&["age"]);
    let age = ages.columns.get("age", &ages.memory, &Cancel::new()).unwrap();
    assert_eq!((age.rows(), age.datum(4999)), (5000, Datum::Integer(4999)));
}

#[test]
fn column_no_longer_named_is_not_read_ahead() {
    let ages = AgesInFile::new();
    let answering = ages.columns.answering();
    ages.read_ahead(&["age"]);
    let job = ages.columns.shared.lock().reading.get("age").cloned().unwrap();
    ages.read_ahead(&[]);
    drop(answering);
    let began = Instant::now();
    while job.lock().is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "the read does not end");
        std::thread::yield_now();
    }
    assert!(!ages.is_read() && ages.columns.shared.lock().reading.is_empty());
}

#[test]
fn question_waiting_for_column_wakes_on_cancel() {
    let columns = ColumnStore::new(BaseTable::Memory(DataFrame::empty()));
    // Nobody finishes this job: only the cancel ends the wait.
    let job = ColumnJob::default();
    let cancel = Cancel::new();
    let ended = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| columns.shared.wait(&job, &cancel).map(drop));
        cancel.raise();
        waiting.join().expect("no panic")
    });
    assert_eq!(ended, Err(EngineError::Cancelled));
}
