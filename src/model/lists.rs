use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::{ColumnType, Datum};

/// Values from a file that a rule names, as in `IN FILE 'suppress.csv'`.
#[derive(Debug)]
pub struct FileValues {
    texts: Vec<String>,
    fingerprint: u64,
    /// The values converted to the kinds of columns that have been compared with them.
    converted: Mutex<HashMap<ColumnType, ConvertedValues>>,
}

/// The values of a file, converted to one kind of column.
#[derive(Debug, Clone)]
pub struct ConvertedValues {
    /// Values in ascending order, without duplicates.
    pub values: Arc<Vec<Datum>>,
    /// Number of texts that cannot be converted to the kind.
    pub left_out: usize,
}

impl FileValues {
    /// Creates the list from the values' texts, of which none is empty. `fingerprint` is a hash of the file's
    /// content.
    pub fn new(texts: Vec<String>, fingerprint: u64) -> Self {
        Self { texts, fingerprint, converted: Mutex::default() }
    }

    /// Returns the hash of the file's content.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Returns the values converted to a kind of column. Calls `convert` once for each kind.
    pub fn of_kind(&self, kind: ColumnType, convert: impl FnOnce(&[String]) -> ConvertedValues) -> ConvertedValues {
        let mut converted = self.converted.lock().unwrap_or_else(PoisonError::into_inner);
        converted.entry(kind).or_insert_with(|| convert(&self.texts)).clone()
    }
}

/// Reads a file's values, given the path in a rule and the name of the column to compare with.
type ReadFile = dyn Fn(&str, &str) -> Result<Arc<FileValues>, String> + Send + Sync;

/// Access to the files that rules may name: a function that reads them. By default there are no files. Cheap to
/// clone.
#[derive(Clone, Default)]
pub struct FileLists(Option<Arc<ReadFile>>);

impl FileLists {
    /// Creates the access. `read` takes a file's path and the name of the column to compare with, and returns the
    /// file's values.
    pub fn new(read: impl Fn(&str, &str) -> Result<Arc<FileValues>, String> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(read)))
    }

    /// Reads the values of a file. `column` is the name of the column that they are compared with; if the file has
    /// several columns, the values are those of the column of this name.
    ///
    /// # Errors
    /// Returns one line if the values cannot be read.
    pub fn read(&self, path: &str, column: &str) -> Result<Arc<FileValues>, String> {
        match &self.0 {
            Some(read) => read(path, column),
            None => Err("files cannot be read here".into()),
        }
    }
}

impl fmt::Debug for FileLists {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "FileLists" } else { "no FileLists" })
    }
}

impl PartialEq for FileLists {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Eq for FileLists {}
