//! Reads the files that rules name: `customer_id IN FILE 'suppress.csv'`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use crate::data::{self, BaseLocation, LoadOptions};
use crate::model::{Datum, FileLists, FileValues, Lookup, Schema};

/// A file that was read, and the state in which it was.
struct ReadList {
    size: u64,
    modified: Option<SystemTime>,
    values: Arc<FileValues>,
}

/// Returns the files that rules may name. Paths are relative to `folder`, which is the study's, or the current one. A file is
/// read again when its size or time has changed.
pub fn file_lists(folder: Option<&Path>) -> FileLists {
    let folder = folder.map(Path::to_path_buf);
    let kept: Mutex<HashMap<(PathBuf, String), ReadList>> = Mutex::default();
    FileLists::new(move |path, column| {
        let path = folder.as_deref().map_or_else(|| PathBuf::from(path), |folder| folder.join(path));
        let state = std::fs::metadata(&path).map_err(|error| format!("{}: {}", path.display(), plain(&error)))?;
        if !state.is_file() {
            return Err(format!("{}: it is not a file", path.display()));
        }
        let (size, modified) = (state.len(), state.modified().ok());
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (path, column.to_owned());
        if let Some(list) = kept.get(&key).filter(|list| list.size == size && list.modified == modified) {
            return Ok(list.values.clone());
        }
        let values = Arc::new(read(&key.0, column)?);
        kept.insert(key, ReadList { size, modified, values: values.clone() });
        Ok(values)
    })
}

fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "you may not read it".into(),
        _ => error.to_string(),
    }
}

/// Reads the values of a file's only column, or of the one that is named like `column`.
fn read(path: &Path, column: &str) -> Result<FileValues, String> {
    let location = BaseLocation::Path(path.to_path_buf());
    let base = data::load(&location, &LoadOptions::default(), &mut |_| {}, &|| false);
    let base = base.map_err(|error| error.to_string())?;
    let found = column_in(&base.schema, column).map_err(|reason| format!("{}: {reason}", path.display()))?;
    let values = base.table.column(&found).map_err(|error| error.to_string())?;
    let mut texts: Vec<String> = Vec::with_capacity(values.len() + 1);
    // The first line of a file with one column may be a heading or a value: taken for a value, a heading finds nobody.
    if base.schema.columns().len() == 1 && !found.eq_ignore_ascii_case(column) {
        texts.push(found);
    }
    for row in 0..values.len() {
        match data::datum(&values, row) {
            Datum::Null => {}
            value => texts.push(value.to_string()),
        }
    }
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    for text in &texts {
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    }
    let fingerprint = hash.digest();
    Ok(FileValues::new(texts, fingerprint))
}

fn column_in(schema: &Schema, column: &str) -> Result<String, String> {
    match (schema.columns(), schema.find(column)) {
        ([only], _) => Ok(only.name.clone()),
        (_, Lookup::Found(found)) => Ok(found.name.clone()),
        (columns, _) => {
            let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            Err(format!("none of its columns is named {column}: it has {}", names.join(", ")))
        }
    }
}
