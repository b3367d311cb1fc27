use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::{ColumnType, Datum};

/// Values of a file, which a rule names as `IN FILE 'suppress.csv'`.
#[derive(Debug)]
pub struct FileValues {
    texts: Vec<String>,
    fingerprint: u64,
    /// The values as a kind of column has them.
    converted: Mutex<HashMap<ColumnType, ConvertedValues>>,
}

/// The values of a file for one kind of column.
#[derive(Debug, Clone)]
pub struct ConvertedValues {
    /// Ascending, without repeats.
    pub values: Arc<Vec<Datum>>,
    /// Number of texts that are no values of the kind.
    pub left_out: usize,
}

impl FileValues {
    /// Creates the values of a file from their texts, without empty ones. The fingerprint is a hash of the contents.
    pub fn new(texts: Vec<String>, fingerprint: u64) -> Self {
        Self { texts, fingerprint, converted: Mutex::default() }
    }

    /// Returns a hash of the values.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// Returns the values for a kind of column. `convert` is called once for each kind.
    pub fn of_kind(&self, kind: ColumnType, convert: impl FnOnce(&[String]) -> ConvertedValues) -> ConvertedValues {
        let mut converted = self.converted.lock().unwrap_or_else(PoisonError::into_inner);
        converted.entry(kind).or_insert_with(|| convert(&self.texts)).clone()
    }
}

/// Reads a file's values by the path in a rule, for a column of this name.
type ReadFile = dyn Fn(&str, &str) -> Result<Arc<FileValues>, String> + Send + Sync;

/// The files that rules may name: a function that reads them, and none by default. Cheap to clone.
#[derive(Clone, Default)]
pub struct FileLists(Option<Arc<ReadFile>>);

impl FileLists {
    /// Creates the lists. `read` returns the values of a file by the name of the column to compare with and the file's
    /// path.
    pub fn new(read: impl Fn(&str, &str) -> Result<Arc<FileValues>, String> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(read)))
    }

    /// Reads the values of a file. `column` is the name of the column that they are compared with: of a table with several
    /// columns, the one of this name is read.
    ///
    /// # Errors
    /// Returns one line if there are no such values.
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
