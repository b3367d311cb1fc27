//! Reads a table of an SQLite database, whose values have types of their own: a column's type is that of all its values.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tempfile::TempDir;

use super::choice::{self, TableChoice, listed};
use super::columnar::uuid;
use super::decision::Decision;
use super::load_progress::LoadWatch;
use super::load_progress::ReadPass;
use super::source::InputFile;
use super::text::{BadValue, FieldValue, HeaderNames, TableBuilder};
use super::{DataError, key};
use crate::model::{Column, ColumnType, Schema};

/// Number of rows between two calls of [`LoadWatch::tick`].
const ROWS_PER_CHECK: u64 = 1024;

/// An SQLite database, and how its table is read.
#[derive(Default)]
pub struct SqliteFile {
    table: String,
    /// Reason why this table is read.
    why: String,
    /// Columns that are not read as they stand, by name.
    readings: BTreeMap<String, ColumnReading>,
    notices: Vec<String>,
}

/// Reading of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnReading {
    /// Numbers 0 and 1 of a column that is declared to be boolean.
    Boolean,
    /// Values of its declared type: some numbers are other than 0 and 1.
    Plain,
    /// Values of 16 bytes as UUIDs.
    Ids,
    /// Not at all: some bytes are neither text nor an id.
    LeftOut,
}

/// Kinds of values that a column holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct ValueKinds {
    numbers: bool,
    texts: bool,
    /// Bytes that are text, that are 16 and no text, and that are neither.
    bytes: bool,
    ids: bool,
    other: bool,
    /// Bytes that are not 16.
    not_ids: bool,
    /// Numbers other than 0 and 1.
    not_booleans: bool,
    /// Texts that are not UTF-8.
    broken: u64,
    /// The study declares the column's type.
    is_declared: bool,
}

/// A column as it is declared.
struct DeclaredColumn {
    name: String,
    is_boolean: bool,
}

impl SqliteFile {
    /// Reads the rows of the table that is meant.
    ///
    /// # Errors
    /// Returns an error if it is not clear which table is meant, or the table cannot be read.
    pub fn read(
        &mut self,
        input: &InputFile,
        choice: &TableChoice,
        table: &mut TableBuilder,
        watch: &mut LoadWatch,
    ) -> Result<ReadPass, DataError> {
        let failed = |error: rusqlite::Error| DataError::file(&input.name, problem(&error));
        let database = Database::open(input)?;
        let connection = &database.connection;
        let found = tables(connection).map_err(failed)?;
        self.choose(input, choice, &found)?;
        let columns = columns(connection, &self.table).map_err(failed)?;
        let columns: Vec<DeclaredColumn> =
            columns.into_iter().filter(|column| !self.is_left_out(&column.name)).collect();
        if columns.is_empty() {
            return Err(DataError::file(&input.name, format!("table {} has no column that can be read", self.table)));
        }
        let names = columns.iter().map(|column| column.name.clone()).collect();
        let places = table.begin(input, &HeaderNames { names, ..HeaderNames::default() })?;
        let readings: Vec<ColumnReading> = columns.iter().map(|column| self.reading(column)).collect();
        let mut kinds = vec![ValueKinds::default(); columns.len()];
        let wanted: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let sql = format!("SELECT {} FROM {}", wanted.join(", "), quoted(&self.table));
        let mut statement = connection.prepare(&sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut line = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            line += 1;
            let mut cells = Vec::with_capacity(places.len());
            for (at, place) in places.iter().enumerate() {
                let value = row.get_ref(at).map_err(failed)?;
                if let Some((value, text)) = kinds[at].take(value, readings[at]) {
                    cells.push((*place, value, text));
                }
            }
            table.push_row(&input.name, line, cells.into_iter()).map_err(|bad| bad_value(input, line, bad))?;
            if line % ROWS_PER_CHECK == 0 {
                table.tick(watch)?;
                table.check_memory(input)?;
            }
        }
        if self.learn(&columns, &kinds) {
            return Ok(ReadPass::Again);
        }
        for (kinds, place) in kinds.iter_mut().zip(&places) {
            kinds.is_declared = table.is_declared(*place);
        }
        self.notices = self.about(&columns, &kinds, found.len());
        input.check_unchanged()?;
        Ok(ReadPass::Complete)
    }

    fn choose(&mut self, input: &InputFile, choice: &TableChoice, found: &[String]) -> Result<(), DataError> {
        let refused = |problem: String| Err(DataError::file(&input.name, problem));
        let stem = Path::new(&input.name).file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        let named: Vec<&String> = found.iter().filter(|name| name.to_lowercase() == stem).collect();
        let (table, why) = match (&choice.table, found, named.as_slice()) {
            (_, [], _) => return refused("is an SQLite database without a table".into()),
            (Some(wanted), _, _) => {
                let column = |name: &String| Column { name: name.clone(), column_type: ColumnType::Text };
                match key::spelled(&Schema::new(found.iter().map(column).collect()), wanted) {
                    Ok(name) => (name, "as set".to_owned()),
                    Err(hint) => {
                        let hint = hint.replace("the columns are", "there are");
                        return refused(format!("has no table \"{wanted}\": {hint}"));
                    }
                }
            }
            (None, [only], _) => (only.clone(), "it is the only table".to_owned()),
            (None, _, [named]) => ((*named).clone(), "it has the file's name".to_owned()),
            (None, several, _) => {
                let line = choice::line("table", &several[0]);
                return refused(format!(
                    "is an SQLite database of several tables ({}): name one by {line} under [data], or --table",
                    listed(several)
                ));
            }
        };
        (self.table, self.why) = (table, why);
        Ok(())
    }

    fn is_left_out(&self, column: &str) -> bool {
        self.readings.get(column) == Some(&ColumnReading::LeftOut)
    }

    fn reading(&self, column: &DeclaredColumn) -> ColumnReading {
        let declared = if column.is_boolean { ColumnReading::Boolean } else { ColumnReading::Plain };
        self.readings.get(&column.name).copied().unwrap_or(declared)
    }

    /// Notes which columns are to be read otherwise, as their values tell. Returns true if there are any.
    fn learn(&mut self, columns: &[DeclaredColumn], kinds: &[ValueKinds]) -> bool {
        let mut is_changed = false;
        for (column, kinds) in columns.iter().zip(kinds) {
            let known = self.reading(column);
            let reading = match known {
                _ if kinds.other || kinds.ids && kinds.not_ids => ColumnReading::LeftOut,
                ColumnReading::Boolean if kinds.not_booleans || kinds.texts => ColumnReading::Plain,
                ColumnReading::Plain if kinds.ids && kinds.bytes => ColumnReading::Ids,
                _ => known,
            };
            if reading != known {
                self.readings.insert(column.name.clone(), reading);
                is_changed = true;
            }
        }
        is_changed
    }

    fn about(&self, columns: &[DeclaredColumn], kinds: &[ValueKinds], tables: usize) -> Vec<String> {
        let mut notices = Vec::new();
        if tables > 1 && self.why != "as set" {
            notices.push(format!("table {} of {tables}: {}; table = \"…\" names another", self.table, self.why));
        }
        let named = |is: &dyn Fn(&ValueKinds) -> bool| {
            let names = columns.iter().zip(kinds).filter(|(_, kinds)| is(kinds)).map(|(column, _)| column.name.clone());
            names.collect::<Vec<String>>()
        };
        let mixed = named(&|kinds| !kinds.is_declared && kinds.numbers && (kinds.texts || kinds.bytes || kinds.ids));
        if !mixed.is_empty() {
            notices.push(format!("{}: text, since some values are numbers and some are not", listed(&mixed)));
        }
        let broken: u64 = kinds.iter().map(|kinds| kinds.broken).sum();
        if broken > 0 {
            notices.push(format!("{broken} texts are not UTF-8: what cannot be read is shown as \u{FFFD}"));
        }
        let left_out = self.readings.iter().filter(|(_, reading)| **reading == ColumnReading::LeftOut);
        notices.extend(left_out.map(|(name, _)| {
            format!("column \"{name}\" is left out: some of its values are bytes that are neither text nor an id of 16")
        }));
        notices
    }

    /// Returns notices on how the table was read, one line each.
    pub fn notices(&self) -> Vec<String> {
        self.notices.clone()
    }

    /// Returns the decisions on how the table is read.
    pub fn decisions(&self) -> Vec<Decision> {
        let format = Decision::new("format", "SQLite", "by the first bytes of the file");
        let table = Decision::new("table", &self.table, &self.why).with_change(choice::line("table", "…"));
        vec![format, table]
    }
}

impl ValueKinds {
    /// Returns a value with its text, and notes its kind; `None` for null.
    fn take<'v>(&mut self, value: ValueRef<'v>, reading: ColumnReading) -> Option<(FieldValue, Cow<'v, str>)> {
        Some(match value {
            ValueRef::Null => return None,
            ValueRef::Integer(number) => {
                self.numbers = true;
                self.not_booleans |= !matches!(number, 0 | 1);
                match reading {
                    ColumnReading::Boolean => (FieldValue::Boolean(number != 0), Cow::Owned(number.to_string())),
                    _ => (FieldValue::Integer(number), Cow::Owned(number.to_string())),
                }
            }
            ValueRef::Real(number) => {
                (self.numbers, self.not_booleans) = (true, true);
                (FieldValue::Float(number), Cow::Owned(format!("{number:?}")))
            }
            ValueRef::Text(bytes) => {
                self.texts = true;
                let text = String::from_utf8_lossy(bytes);
                self.broken += u64::from(matches!(text, Cow::Owned(_)));
                (FieldValue::Text, text)
            }
            ValueRef::Blob(bytes) => {
                self.not_ids |= bytes.len() != 16;
                match std::str::from_utf8(bytes) {
                    Ok(text) if reading != ColumnReading::Ids && !text.contains(is_control) => {
                        self.bytes = true;
                        (FieldValue::Text, Cow::Borrowed(text))
                    }
                    _ if bytes.len() == 16 => {
                        self.ids = true;
                        (FieldValue::Text, Cow::Owned(uuid(bytes)))
                    }
                    _ => {
                        self.other = true;
                        return None;
                    }
                }
            }
        })
    }
}

/// Returns true for characters that no text has.
fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

fn bad_value(input: &InputFile, line: u64, bad: BadValue) -> DataError {
    let BadValue { column, problem, .. } = bad;
    let remedy = "correct it, name it in null = […] of its type, or write on_bad_row = \"null\" under [data]";
    DataError::file(&input.name, format!("row {line}: {column}: {problem}: {remedy}"))
}

/// A database that is open for reading.
struct Database {
    connection: Connection,
    /// Copy of the database, which lasts as long as the connection; dropped after it.
    _copy: Option<TempDir>,
}

impl Database {
    /// Opens a database without leaving a file beside it, or waiting for a program that writes to it.
    fn open(input: &InputFile) -> Result<Self, DataError> {
        let unwritable = |error: io::Error| {
            DataError::file(&input.name, format!("could not be copied to a temporary folder: {error}"))
        };
        let (path, mode, copy) = match input.path() {
            None => {
                let copy = copied(input, None).map_err(unwritable)?;
                (copy.path().join(COPY), "immutable=1", Some(copy))
            }
            Some(path) => {
                let (log, index) = (beside(path, "-wal"), beside(path, "-shm"));
                let has_log = fs::metadata(&log).is_ok_and(|log| log.len() > 0);
                match (has_log, index.exists()) {
                    // SQLite would make the index, and leave it there.
                    (true, false) => {
                        let copy = copied(input, Some(&log)).map_err(unwritable)?;
                        (copy.path().join(COPY), "mode=rw", Some(copy))
                    }
                    (true, true) => (path.to_owned(), "mode=ro", None),
                    // Without a log nothing is to be found beside the file; opened as usual, log and index would be made.
                    (false, _) if is_logged(input) => (path.to_owned(), "immutable=1", None),
                    (false, _) => (path.to_owned(), "mode=ro", None),
                }
            }
        };
        let writes =
            if mode == "mode=rw" { OpenFlags::SQLITE_OPEN_READ_WRITE } else { OpenFlags::SQLITE_OPEN_READ_ONLY };
        let flags = writes | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(address(&path, mode), flags);
        let connection = connection.map_err(|error| DataError::file(&input.name, problem(&error)))?;
        Ok(Self { connection, _copy: copy })
    }
}

const COPY: &str = "copy.db";

/// Copies the database, with its write-ahead log if there is one, to a folder of ours.
fn copied(input: &InputFile, log: Option<&Path>) -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    let mut from = input.at_places().map_err(|error| io::Error::other(error.to_string()))?;
    io::copy(&mut from, &mut File::create(folder.path().join(COPY))?)?;
    if let Some(log) = log {
        fs::copy(log, folder.path().join(format!("{COPY}-wal")))?;
    }
    Ok(folder)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Returns true if the database keeps a write-ahead log.
fn is_logged(input: &InputFile) -> bool {
    let versions = input.at_places().ok().and_then(|places| places.range(18..20).ok());
    versions.is_some_and(|versions| versions.contains(&2))
}

/// Returns the address of a file as SQLite reads it.
fn address(path: &Path, mode: &str) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?{mode}")
}

/// Returns the tables and views, without those that SQLite or an index of it made.
fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') \
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'view', name";
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// Returns the columns of a table or view, without hidden ones.
fn columns(connection: &Connection, table: &str) -> rusqlite::Result<Vec<DeclaredColumn>> {
    let mut statement =
        connection.prepare("SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid")?;
    let column = |row: &rusqlite::Row| {
        let declared: Option<String> = row.get(1)?;
        let is_boolean = declared.is_some_and(|declared| declared.to_uppercase().starts_with("BOOL"));
        Ok(DeclaredColumn { name: row.get(0)?, is_boolean })
    };
    statement.query_map([table], column)?.collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Describes an error in plain words, with the remedy. SQLite's messages hold no values of the data.
fn problem(error: &rusqlite::Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => {
            "is a damaged or an encrypted SQLite database: decrypt it, or export it again".into()
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            format!("is a damaged or truncated SQLite database ({error}): export it again")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "is being written by another program: try again, or copy it (sqlite3 x.db \".backup copy.db\")".into()
        }
        Some(ErrorCode::ReadOnly) => {
            "was left in the middle of a change: open it once with the program that writes it".into()
        }
        _ => format!("could not be read by SQLite: {error}"),
    }
}
