//! A table from bytes, by way of a file.

use std::cell::RefCell;
use std::fs;

use crosscut::data::{self, BaseLocation, BaseTable, LoadOptions};
use crosscut::model::Datum;

thread_local! {
    static FOLDER: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) };
}

/// Memory that a table may take.
const MEMORY: usize = 64 << 20;
/// Rows of which every value is read.
const READ: usize = 200;

/// Loads a file of these bytes, and reads its columns. What is refused must be refused in words.
pub fn load(name: &str, bytes: &[u8], options: LoadOptions) {
    let path = FOLDER.with_borrow_mut(|folder| {
        let folder = folder.get_or_insert_with(|| tempfile::tempdir().expect("a temporary folder"));
        folder.path().join(name)
    });
    fs::write(&path, bytes).expect("a writable folder");
    let options = LoadOptions { memory: Some(MEMORY), ..options };
    let location = BaseLocation::Path(path);
    let base = match data::load(&location, &options, &mut |_| {}, &|| false) {
        Ok(base) => base,
        Err(error) => return said(&error.to_string()),
    };
    let rows = base.table.rows();
    for column in base.schema.columns() {
        // Columns of files are read here for the first time, and may be broken.
        let values = match base.table.column(&column.name) {
            Ok(values) => values,
            Err(error) => {
                said(&error.to_string());
                continue;
            }
        };
        assert_eq!(values.len(), rows, "{} has other rows than the table", column.name);
        let read = |row| data::datum(&values, row);
        let nulls = (0..rows.min(READ)).map(read).filter(Datum::is_null).count();
        assert!(nulls <= values.null_count());
    }
    assert!(matches!(base.table, BaseTable::Memory(_) | BaseTable::Files(_)));
}

/// A message may quote a heading as it is: whatever prints it makes it visible (`privacy::terminal`).
fn said(message: &str) {
    assert!(!message.trim().is_empty(), "an error without a message");
}
