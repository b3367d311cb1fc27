use std::io;

/// Why a base was not loaded, as one line with the way out.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    #[error("cancelled")]
    Cancelled,
    /// The whole file is at fault: it is missing, unreadable, empty, of a format that is not read.
    #[error("{file}: {problem}")]
    File { file: String, problem: String },
    /// One line of a text file is at fault. Lines count from 1, and a quoted line break counts too.
    #[error("{file}: line {line} {problem}")]
    Line { file: String, line: u64, problem: String },
    /// The key that was asked for is no column.
    #[error("no column \"{key}\" to be the key: {hint}")]
    Key { key: String, hint: String },
    /// A column that was asked for is none of the table's.
    #[error("no column \"{column}\" to keep: {hint}")]
    Columns { column: String, hint: String },
    /// The values of a column that the base does not have.
    #[error("there is no column \"{column}\"")]
    NoColumn { column: String },
}

impl DataError {
    pub(super) fn file(file: impl Into<String>, problem: impl Into<String>) -> Self {
        DataError::File { file: file.into(), problem: problem.into() }
    }

    /// What the system said about a file, in plain words.
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
