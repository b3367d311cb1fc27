//! Turns a path, or stdin, into a [`Base`]: a typed table, text in memory, Parquet and Arrow files opened by their
//! metadata.
//!
//! The format is detected by content. Text is read by one rule: an empty field is null, nothing is trimmed, and a
//! column has a type other than text only if every value of the whole file has it. [`Notice`]s report anything unusual
//! about a file; a file that cannot be read is refused with its name, the line, the reason and the remedy.

mod background;
mod cache;
mod choice;
mod columnar;
mod compression;
mod customers;
mod datum;
mod decision;
mod encoding;
mod error;
mod events;
mod folder;
mod format;
mod guess;
mod json_shape;
mod key;
mod load_progress;
mod memory;
mod offers;
mod part;
mod query;
mod rows;
mod selection;
mod signature;
mod source;
mod sqlite;
mod table;
mod text;
mod workbook;
mod write;
mod zone;

use std::fmt;
use std::path::PathBuf;

use polars::prelude::DataType;

use crate::model::{Column, ColumnType, Schema};

pub use background::background_thread;
pub use choice::TableChoice;
pub use columnar::{DataFiles, DecodedCells, FlatColumn, FlatKind, PartTexts, shortest};
pub use customers::{EventCustomers, customers_column, customers_of};
pub use datum::{datum, moment_of};
pub use decision::Decision;
pub use encoding::TextEncoding;
pub use error::DataError;
pub use events::{EventBase, EventSource, EventTables, load_events, read_events};
pub use guess::{likely_keys, likely_values, quantity_and_price};
pub use key::offer as customers_offer;
pub use load_progress::{Counter, FirstRows, LoadProgress, LoadStep, Stage};
pub use memory::default_budget;
pub use offers::{Offer, offers};
pub use query::{BASE, tables_of};
pub use source::{BaseLocation, BaseQuery, QueryTable};
pub use table::BaseTable;
pub use text::{
    CommentMark, Currency, DecimalMark, DeclaredKind, DeclaredType, EpochUnit, Escape, HeaderLine, NumberForm,
    OnBadRow, QuoteMark, Reject, Rejects, Separator, TextOptions, TimeFormat,
};
use write::write_parquet_frame;
pub use write::{BinaryRows, each_piece, write_base, write_parquet};
pub use zone::Zone;

use cache::CacheEntry;
use format::BaseFormat;
use load_progress::LoadWatch;
use selection::Selection;
use source::InputFile;

/// All customers, one row per customer.
#[derive(Debug, Clone)]
pub struct Base {
    pub table: BaseTable,
    pub schema: Schema,
    /// Key column, spelled as in the schema.
    pub key: Option<String>,
    /// Short name for titles: `customers.csv`, `stdin`.
    pub source: String,
    pub notices: Vec<Notice>,
    /// Rows that were left out or repaired, as the study asks.
    pub rejects: Rejects,
}

/// A remark on how a base was read, as one line: `3 rows have no customer_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice(pub String);

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Options for reading a table.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Column with the customer's key. A column that is missing is an error.
    pub key: Option<String>,
    /// Columns to read besides the key; all if `None`. A column that is missing is an error.
    pub columns: Option<Vec<String>>,
    /// The table to read, if the file holds several.
    pub choice: TableChoice,
    /// Rules and other texts that name all needed columns; `None` if all columns are needed. A column of delimited text
    /// that none of them can name is only in the schema, with the type of its first rows.
    pub named: Option<String>,
    /// Settings of delimited text that are not detected.
    pub text: TextOptions,
    /// Time zone to which moments are converted; UTC if absent. Times without an offset or a zone are local already.
    pub timezone: Option<Zone>,
    /// Bytes that a table of text may take in memory, and a pipe on disk; half of the machine's memory by default.
    pub memory: Option<usize>,
    /// Folder in which tables of text and sheets are kept as Parquet for the next start, if any.
    pub cache: Option<PathBuf>,
    /// Number of customers below which a notice does not count them; 0 counts all.
    pub min_cell: u64,
    /// Minimum size of files, in bytes, for which the first rows are shown while the others are read; `None` for never.
    pub grows_from: Option<u64>,
}

/// Opens a base. Text is read into memory. Of Parquet and Arrow files only the metadata is read, except for columns of
/// bytes: only reading all of them shows whether they are text.
///
/// Calls `on_step` a few times a second, on this thread, and with each part if parts are wanted. Calls `cancelled` between batches of rows; once it returns
/// true, the result is [`DataError::Cancelled`].
pub fn load(
    source: &BaseLocation,
    options: &LoadOptions,
    on_step: &mut dyn FnMut(LoadStep),
    cancelled: &dyn Fn() -> bool,
) -> Result<Base, DataError> {
    load_explained(source, options, on_step, cancelled, &mut Vec::new())
}

/// Opens a base as [`load`] does, and returns how it was read: the decisions are known even if it cannot be read.
pub fn explain(source: &BaseLocation, options: &LoadOptions) -> (Vec<Decision>, Result<Base, DataError>) {
    let mut decisions = Vec::new();
    let base = load_explained(source, options, &mut |_| {}, &|| false, &mut decisions);
    (decisions, base)
}

fn load_explained(
    source: &BaseLocation,
    options: &LoadOptions,
    on_step: &mut dyn FnMut(LoadStep),
    cancelled: &dyn Fn() -> bool,
    decisions: &mut Vec<Decision>,
) -> Result<Base, DataError> {
    let mut watch = LoadWatch::new(on_step, cancelled);
    let pattern = source.pattern();
    let memory = options.memory.unwrap_or_else(memory::default_budget);
    if let BaseLocation::Query(query) = source {
        watch.begin(Stage::Reading, None);
        let read = query.read(options, memory, &mut watch)?;
        return finish(read, source, options, None, &mut watch);
    }
    let inputs = source.inputs(memory, &mut watch)?;
    let bytes = inputs.iter().map(|input| input.len).sum();
    watch.begin(Stage::Reading, Some(bytes));
    let entry = CacheEntry::new(&inputs, options);
    if let Some(kept) = entry.as_ref().and_then(|entry| entry.open(options, memory, &mut watch)) {
        return finish(kept, source, options, None, &mut watch);
    }
    let (read, is_worth_keeping) = read(inputs, options, memory, &mut watch, decisions)?;
    if let Some(entry) = entry.filter(|_| is_worth_keeping) {
        entry.store(&read);
    }
    finish(read, source, options, pattern, &mut watch)
}

/// Finds the key of a table that was read, and checks it if the table is in memory.
fn finish(
    read: ReadTable,
    source: &BaseLocation,
    options: &LoadOptions,
    pattern: Option<source::FilePattern>,
    watch: &mut LoadWatch,
) -> Result<Base, DataError> {
    let ReadTable { table, mut notices, rejects, selected } = read;
    let table = match table {
        BaseTable::Files(files) => BaseTable::Files(files.named_by(pattern)),
        memory => memory,
    };
    let schema = with_unread(table.schema(), selected);
    let key = options.key.as_deref().map(|name| key::find(&schema, name)).transpose()?;
    if let (BaseTable::Memory(_), Some(key)) = (&table, &key) {
        watch.begin(Stage::Keys, None);
        watch.tick(table.rows() as u64)?;
        notices.extend(key::check(&table.column(key)?, &source.title(), options.min_cell));
    }
    Ok(Base { table, schema, key, source: source.title(), notices, rejects })
}

/// Returns the schema of a table with the columns that were not read, at their places.
fn with_unread(schema: Schema, selected: Vec<(String, Option<ColumnType>)>) -> Schema {
    if selected.iter().all(|(_, unread)| unread.is_none()) {
        return schema;
    }
    let column = |(name, unread): (String, Option<ColumnType>)| match unread {
        Some(column_type) => Some(Column { name, column_type }),
        None => schema.get(&name).cloned(),
    };
    Schema::new(selected.into_iter().filter_map(column).collect())
}

/// A table that was read, without its key.
struct ReadTable {
    table: BaseTable,
    notices: Vec<Notice>,
    rejects: Rejects,
    /// Names of all columns in their order if some were not read; those with their type.
    selected: Vec<(String, Option<ColumnType>)>,
}

/// Reads a table. Returns true with one that takes long to read, and whose files alone say what is in it: an SQLite database
/// may have a log beside it.
fn read(
    inputs: Vec<InputFile>,
    options: &LoadOptions,
    memory: usize,
    watch: &mut LoadWatch,
    decisions: &mut Vec<Decision>,
) -> Result<(ReadTable, bool), DataError> {
    let selection = &Selection::new(options);
    let by_bytes = |kind| Decision::new("format", kind, "by the first bytes of the file");
    let kind = match BaseFormat::detect(&inputs, options)? {
        BaseFormat::Rows(formats) => {
            *decisions = rows::decisions(&formats, options);
            let bytes: u64 = inputs.iter().zip(&formats).map(|(input, format)| format.unpacked_bytes(input.len)).sum();
            if options.named.is_none() && options.grows_from.is_some_and(|from| bytes >= from) {
                watch.grow();
            }
            let read = rows::load(&inputs, formats, selection, options, memory, watch);
            // A changed file is the reason for any other fault in it, and is reported instead.
            if !matches!(read, Err(DataError::Cancelled)) {
                inputs.iter().try_for_each(InputFile::check_unchanged)?;
            }
            let rows::LoadedTable { frame, notices, rejects, selected, formats } = read?;
            // The encoding may have turned out to be another.
            *decisions = rows::decisions(&formats, options);
            let is_worth_keeping = formats.iter().all(|format| !matches!(format, rows::RowFormat::Sqlite(_)));
            let table = BaseTable::Memory(frame);
            return Ok((ReadTable { table, notices, rejects, selected }, is_worth_keeping));
        }
        BaseFormat::Parquet => {
            decisions.push(by_bytes("Parquet"));
            columnar::ColumnarFormat::Parquet
        }
        BaseFormat::Arrow => {
            decisions.push(by_bytes("Arrow (IPC)"));
            columnar::ColumnarFormat::Arrow
        }
    };
    let files = columnar::open(inputs, kind, selection, options.timezone, memory, watch)?;
    let notices = files.notices().to_vec();
    let (table, rejects, selected) = (BaseTable::Files(files), Rejects::default(), Vec::new());
    Ok((ReadTable { table, notices, rejects, selected }, false))
}

/// Checks the keys of a base whose columns are in files: counts the customers without one, and those who share theirs.
/// Fewer than `min_cell` are not counted. Reads the key column in the background. For a base in memory, [`load`] has already
/// reported this.
///
/// # Errors
/// Returns an error if the key column cannot be read.
pub fn check_key(base: &Base, min_cell: u64) -> Result<Vec<Notice>, DataError> {
    match (&base.table, &base.key) {
        (BaseTable::Files(_), Some(key)) => {
            let check = || Ok(key::check(&base.table.column(key)?, &base.source, min_cell));
            // Nobody waits for it, and the keys are often the largest column of all.
            background_thread().map_or_else(check, |thread| thread.install(check))
        }
        _ => Ok(Vec::new()),
    }
}

/// Returns the type for rules and screens of a polars type.
pub fn column_type(data_type: &DataType) -> ColumnType {
    match data_type {
        DataType::Boolean => ColumnType::Boolean,
        DataType::String | DataType::Categorical(..) | DataType::Enum(..) | DataType::Null => ColumnType::Text,
        DataType::Date => ColumnType::Date,
        DataType::Datetime(..) => ColumnType::Timestamp,
        DataType::Time => ColumnType::Time,
        DataType::Duration(_) => ColumnType::Duration,
        DataType::Decimal(_, scale) => ColumnType::Decimal(*scale as u8),
        integer if integer.is_integer() => ColumnType::Integer,
        float if float.is_float() => ColumnType::Float,
        _ => ColumnType::Other,
    }
}
