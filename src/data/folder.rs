//! Folders of files of one table, and the values that the names of folders give their files: `year=2024/part.parquet`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::DataError;

/// Values of a file's columns that stand in the names of its folders, in their order; `None` is a missing value.
pub type Partition = Vec<(String, Option<String>)>;

/// Word for a missing value in the name of a folder, as Hive and Spark write it.
const MISSING: &str = "__HIVE_DEFAULT_PARTITION__";

/// Endings of files of tables.
const ENDINGS: &[&str] = &[
    "parquet", "csv", "tsv", "tab", "txt", "ndjson", "jsonl", "json", "arrow", "arrows", "feather", "ipc", "xlsx",
    "xlsb", "xls", "ods", "db", "sqlite", "sqlite3",
];
const PACKED: &[&str] = &["gz", "zst", "bz2"];

/// Maximum depth of folders within each other.
const MAX_DEPTH: usize = 32;

/// Returns the files of a table in a folder: those in it, or those in its folders with names such as `year=2024`. Files
/// whose names begin with `.` or `_` are notes of the program that wrote the others.
///
/// # Errors
/// Returns an error if there are none, or if a log beside the files says which of them count.
pub fn files_in(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let name = folder.to_string_lossy();
    for (log, what) in [("_delta_log", "a Delta table"), (".hoodie", "a Hudi table"), ("metadata", "an Iceberg table")]
    {
        let is_log = folder.join(log).is_dir() && (log != "metadata" || folder.join("data").is_dir());
        if is_log {
            let problem = format!("is {what}, whose log says which files count: export the table as Parquet");
            return Err(DataError::file(name, problem));
        }
    }
    let mut files = Vec::new();
    gather(folder, 0, &mut files)?;
    if files.iter().any(|file| is_table(file)) {
        files.retain(|file| is_table(file));
    } else {
        // Hive writes files without an ending: 000000_0.
        files.retain(|file| file.extension().is_none());
    }
    files.sort();
    match files.is_empty() {
        true => Err(DataError::file(name, "is a folder without a table or a study: name a file, or files as *.csv")),
        false => Ok(files),
    }
}

fn gather(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), DataError> {
    let failed = |error: std::io::Error| DataError::io(folder.to_string_lossy(), &error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with(['.', '_']) && !name.contains('=') {
            continue;
        }
        match path.is_dir() {
            true if name.contains('=') && depth < MAX_DEPTH => gather(&path, depth + 1, files)?,
            true => {}
            false => files.push(path),
        }
    }
    Ok(())
}

fn is_table(file: &Path) -> bool {
    let ending = |path: &Path| path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending(file) {
        Some(packed) if PACKED.contains(&packed.as_str()) => {
            let inner = file.file_stem().map(Path::new).and_then(ending);
            inner.is_some_and(|inner| ENDINGS.contains(&inner.as_str()))
        }
        Some(ending) => ENDINGS.contains(&ending.as_str()),
        None => false,
    }
}

/// Returns the values that the names of folders below `root` give each file.
///
/// # Errors
/// Returns an error if some files have other columns of this kind than others.
pub fn partitions(root: &Path, files: &[PathBuf]) -> Result<Vec<Partition>, DataError> {
    let mut all: Vec<Partition> = files.iter().map(|file| partition(file.strip_prefix(root).unwrap_or(file))).collect();
    let names = |partition: &Partition| partition.iter().map(|(name, _)| name.clone()).collect::<Vec<String>>();
    let first = all.first().map(names).unwrap_or_default();
    if let Some((file, _)) = files.iter().zip(&all).find(|(_, partition)| names(partition) != first) {
        let problem = "has other columns in the names of its folders (year=…) than the previous files";
        return Err(DataError::file(
            file.to_string_lossy(),
            format!("{problem}: move it, or list only files of one table"),
        ));
    }
    for column in 0..first.len() {
        // A month 01 is a number, a postal code 01067 is not.
        let values: BTreeSet<&str> = all.iter().filter_map(|partition| partition[column].1.as_deref()).collect();
        let are_pairs = values.iter().all(|value| value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_digit()));
        if are_pairs {
            for value in all.iter_mut().filter_map(|partition| partition[column].1.as_mut()) {
                *value = value.strip_prefix('0').unwrap_or(value).to_owned();
            }
        }
    }
    Ok(all)
}

fn partition(file: &Path) -> Partition {
    let folders = file.parent().into_iter().flat_map(Path::components);
    let named = folders.filter_map(|component| match component {
        Component::Normal(name) => name.to_str()?.split_once('='),
        _ => None,
    });
    named.map(|(name, value)| (unescaped(name), Some(unescaped(value)).filter(|value| value != MISSING))).collect()
}

/// Returns the text without the escapes of file names: `a%2Fb` is `a/b`.
fn unescaped(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let escaped = (*first == b'%').then(|| std::str::from_utf8(tail.get(..2)?).ok()).flatten();
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(files: &[&str]) -> Vec<Partition> {
        let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        partitions(Path::new("ds"), &files).expect("partitions of one kind")
    }

    fn pair(name: &str, value: Option<&str>) -> (String, Option<String>) {
        (name.into(), value.map(str::to_owned))
    }

    #[test]
    fn partition_folder_names_become_column_values() {
        let found = values(&["ds/country=DE/month=01/a.csv", "ds/country=__HIVE_DEFAULT_PARTITION__/month=12/b.csv"]);
        assert_eq!(found[0], [pair("country", Some("DE")), pair("month", Some("1"))]);
        assert_eq!(found[1], [pair("country", None), pair("month", Some("12"))]);
        assert_eq!(values(&["ds/plz=01067/a.csv"])[0], [pair("plz", Some("01067"))]);
        assert_eq!(values(&["ds/city=K%C3%B6ln%2FBonn 5%/a.csv"])[0], [pair("city", Some("Köln/Bonn 5%"))]);
        assert_eq!(values(&["ds/a.csv"]), [Partition::new()]);
    }

    #[test]
    fn partitions_refuse_files_of_other_folders() {
        let files = [PathBuf::from("ds/year=2023/a.csv"), PathBuf::from("ds/b.csv")];
        assert!(partitions(Path::new("ds"), &files).is_err());
    }
}
