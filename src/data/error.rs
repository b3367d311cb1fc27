use std::io;

/// Reason why a base was not loaded, as one line with the remedy.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    #[error("cancelled")]
    Cancelled,
    /// A problem with the whole file: it is missing, unreadable, empty, or of an unsupported format.
    #[error("{file}: {problem}")]
    File { file: String, problem: String },
    /// A problem with one line of a text file. Lines count from 1, and a quoted line break counts, too.
    #[error("{file}: line {line} {problem}")]
    Line { file: String, line: u64, problem: String },
    /// The requested key is not a column.
    #[error("key column \"{key}\" not found: {hint}")]
    Key { key: String, hint: String },
    /// A requested column is not in the table.
    #[error("column \"{column}\" to keep not found: {hint}")]
    Columns { column: String, hint: String },
    /// A column with a declared type is not in the table.
    #[error("column \"{column}\" of [data.types] not found: {hint}")]
    Types { column: String, hint: String },
    /// A problem with the query that makes the base, at a byte of it.
    #[error("{problem}")]
    Query { at: usize, problem: String },
    /// A column whose values are needed is not in the base.
    #[error("there is no column \"{column}\"")]
    NoColumn { column: String },
}

impl DataError {
    pub(super) fn file(file: impl Into<String>, problem: impl Into<String>) -> Self {
        DataError::File { file: file.into(), problem: problem.into() }
    }

    /// Describes the system's error on a file in plain words.
    pub(super) fn io(file: impl Into<String>, error: &io::Error) -> Self {
        let problem = match error.kind() {
            io::ErrorKind::NotFound => "there is no such file: check the path".into(),
            io::ErrorKind::PermissionDenied => "may not be read: ask for permission to read it (chmod, chown)".into(),
            io::ErrorKind::IsADirectory => "is a directory: name a file in it, or all of them as *.csv".into(),
            _ => format!("could not be read: {error}"),
        };
        DataError::File { file: file.into(), problem }
    }
}
