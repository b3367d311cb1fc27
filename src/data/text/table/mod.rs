mod push;

use std::collections::{BTreeMap, HashMap};

use polars::prelude::{Column, DataFrame, PolarsResult};
use rayon::prelude::*;

use super::column::ColumnBuilder;
use super::declared::DeclaredType;
use super::header::{HeaderNames, listed};
use super::number_form::DecimalMark;
use super::options::OnBadRow;
use super::rejects::Rejects;
use super::value::LostDetails;
use crate::data::guess::is_customer;
use crate::data::load_progress::LoadWatch;
use crate::data::memory::described;
use crate::data::selection::Selection;
use crate::data::source::InputFile;
use crate::data::{DataError, LoadOptions, Notice, Zone};
use crate::model::{self, ColumnType};
use crate::text::nearest;

/// The columns of files that are being read row by row: once, or twice if some turn out to be text late.
pub struct TableBuilder {
    selection: Selection,
    slots: Vec<CellSlot>,
    /// Source of each column's values in the file that is being read.
    sources: Vec<CellSource>,
    /// Number of files of the table, and of those that were begun in this pass.
    files: usize,
    begun: usize,
    /// True if the columns of a file were known before its rows.
    is_named: bool,
    /// Index of each column by its name.
    places: HashMap<String, usize>,
    pub rows: u64,
    /// Number of rows in the first pass, once it is complete.
    pub rows_before: Option<u64>,
    /// Maximum number of bytes of all columns.
    memory: usize,
    /// Rows at which the memory is measured next.
    measured_at: u64,
    declared: BTreeMap<String, DeclaredType>,
    zone: Option<Zone>,
    decimal_comma: bool,
    on_bad_row: OnBadRow,
    /// Texts that name all columns that are needed, in lower case, if not all columns are.
    named: Option<String>,
    /// Number of columns at the end that the header does not name.
    unnamed_at_end: usize,
    /// Notices on the columns' names.
    about_names: Vec<String>,
    /// Facts about the files of this pass.
    pub tally: PassFacts,
}

/// Facts about the rows of a pass.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PassFacts {
    pub rejects: Rejects,
    /// Lines that are comments.
    pub comments: u64,
    /// Rows that repeat the header.
    pub repeated: u64,
}

/// A field that is not of its column's declared type.
pub struct BadValue {
    pub line: u64,
    /// Number of the field, counted from 1, and its column.
    pub field: usize,
    pub column: String,
    pub problem: String,
}

/// A column whose values are a field of each row of the file that is being read.
pub struct FilePart {
    /// Index of the column in the table.
    pub place: usize,
    pub field: usize,
    /// An empty column, for a part of its values.
    pub empty: ColumnBuilder,
}

/// Source of a column's values in a file.
#[derive(Debug, Clone)]
enum CellSource {
    /// Field of a row.
    Field(usize),
    /// One value for all rows, from the folder's name.
    Constant(Option<String>),
    /// The file has no such column.
    Missing,
}

/// Maximum number of columns that members of nested objects can make.
const MAX_NESTED: usize = 2_000;

/// Number of rows between two measurements of the memory.
const MEASURED_EVERY: u64 = 1 << 12;

/// A column that is being read.
struct CellSlot {
    name: String,
    state: TableState,
    declared: Option<DeclaredType>,
    /// Number of rows for which it has a value: less than [`TableBuilder::rows`] only inside [`TableBuilder::push_row`].
    filled: u64,
    /// Number of files with it, of those whose columns are known before their rows.
    in_files: usize,
}

/// State of a column in the current pass over the file.
enum TableState {
    Building(ColumnBuilder),
    /// Complete; the second pass is for other columns.
    Done(Column),
    /// Not selected: its values are dropped.
    Skipped,
    /// Not needed for what is asked: its values are dropped, and its type is that of the first rows.
    Unread(ColumnType),
}

impl TableBuilder {
    /// Creates the columns of a table of this many files.
    pub fn new(selection: &Selection, files: usize, memory: usize, load: &LoadOptions) -> Self {
        let options = &load.text;
        Self {
            selection: selection.clone(),
            slots: Vec::new(),
            sources: Vec::new(),
            files,
            begun: 0,
            is_named: false,
            places: HashMap::new(),
            rows: 0,
            rows_before: None,
            memory,
            measured_at: 0,
            declared: options.types.clone(),
            zone: load.timezone,
            decimal_comma: options.decimal == Some(DecimalMark::Comma),
            on_bad_row: options.on_bad_row.unwrap_or_default(),
            named: load.named.as_ref().map(|texts| texts.to_lowercase()),
            unnamed_at_end: 0,
            about_names: Vec::new(),
            tally: PassFacts::default(),
        }
    }

    /// Returns true if some columns have declared types, so that values may be at fault.
    pub fn has_declared(&self) -> bool {
        !self.declared.is_empty()
    }

    /// Returns true for a column with a declared type.
    pub fn is_declared(&self, place: usize) -> bool {
        self.slots.get(place).is_some_and(|slot| slot.declared.is_some())
    }

    pub fn on_bad_row(&self) -> OnBadRow {
        self.on_bad_row
    }

    /// Begins a file whose rows have these columns, and returns their indices. Columns that the previous files lack are
    /// added, with null in the rows so far; columns that it lacks are null in its rows.
    ///
    /// # Errors
    /// Returns an error if the file hardly shares a column with those before it, or, for an only file, if a requested
    /// or declared column is missing.
    pub fn begin(&mut self, input: &InputFile, names: &HeaderNames) -> Result<Vec<usize>, DataError> {
        let known = |name: &&String| self.places.contains_key(name.as_str());
        let (shared, own) = (names.names.iter().filter(known).count(), names.names.len());
        if self.begun > 0 && self.rows_before.is_none() && !is_one_table(shared, own, self.slots.len()) {
            let all = if shared == 0 { "no column".to_owned() } else { format!("{shared} of its {own} columns") };
            let problem = format!("has {all} in common with the previous files: list only files of one table");
            return Err(DataError::file(&input.name, problem));
        }
        let is_first = self.begun == 0 && self.slots.is_empty();
        let places: Vec<usize> = names.names.iter().map(|name| self.place(name)).collect();
        self.begin_rows(input);
        self.is_named = true;
        for (field, place) in places.iter().enumerate() {
            self.sources[*place] = CellSource::Field(field);
            self.slots[*place].in_files += 1;
        }
        if is_first {
            (self.unnamed_at_end, self.about_names) = (names.unnamed_at_end, names.notices.clone());
        }
        if self.files == 1 {
            self.check_declared()?;
            self.select()?;
        }
        Ok(places)
    }

    /// Begins a file whose columns are found in its rows.
    pub fn begin_rows(&mut self, input: &InputFile) {
        self.begun += 1;
        let constants: Vec<(usize, Option<String>)> =
            input.partition.iter().map(|(name, value)| (self.place(name), value.clone())).collect();
        self.sources = vec![CellSource::Missing; self.slots.len()];
        for (place, value) in constants {
            self.sources[place] = CellSource::Constant(value);
        }
    }

    /// Checks that all requested and declared columns were found, once all files were read.
    ///
    /// # Errors
    /// Returns an error that names the missing column.
    pub fn check_found(&mut self) -> Result<(), DataError> {
        self.check_declared()?;
        self.select()
    }

    fn check_declared(&self) -> Result<(), DataError> {
        let is_column = |name: &&String| self.slots.iter().any(|slot| slot.name.eq_ignore_ascii_case(name));
        match self.declared.keys().find(|name| !is_column(name)) {
            None => Ok(()),
            Some(missing) => {
                let names: Vec<&str> = self.names().collect();
                let hint = match nearest(missing, names.iter().copied()) {
                    Some(name) => format!("did you mean \"{name}\"?"),
                    None => format!("there are {}", listed(&names)),
                };
                Err(DataError::Types { column: missing.clone(), hint })
            }
        }
    }

    /// Checks, every few thousand rows, that the columns fit into the memory that they may take.
    ///
    /// # Errors
    /// Returns an error that names the file, the limit and the remedy.
    pub fn check_memory(&mut self, input: &InputFile) -> Result<(), DataError> {
        if self.rows < self.measured_at {
            return Ok(());
        }
        self.measured_at = self.rows + MEASURED_EVERY;
        let bytes = |slot: &CellSlot| match &slot.state {
            TableState::Building(column) => column.bytes(self.rows as usize),
            TableState::Done(column) => column.as_materialized_series().estimated_size(),
            TableState::Skipped | TableState::Unread(_) => 0,
        };
        if self.slots.iter().map(bytes).sum::<usize>() <= self.memory {
            return Ok(());
        }
        let limit = described(self.memory);
        let problem = format!("takes more than {limit} of memory, the limit of [engine] memory");
        let remedy = "convert it to Parquet, keep fewer columns ([data] columns), or raise the limit";
        Err(DataError::file(&input.name, format!("{problem}: {remedy}")))
    }

    fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.slots.iter().map(|slot| slot.name.as_str())
    }

    /// Returns the index of a column. A column that does not exist is added, with null in the rows so far.
    pub fn place(&mut self, name: &str) -> usize {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        let declared = self.declared.iter().find(|(column, _)| column.as_str() == name);
        let declared = declared.or(self.declared.iter().find(|(column, _)| column.eq_ignore_ascii_case(name)));
        let declared = declared.map(|(_, declared)| declared.clone());
        let builder =
            ColumnBuilder::new(name, self.rows as usize).with_decimal_comma(self.decimal_comma).with_zone(self.zone);
        let state = match (self.selection.may_keep(name), &declared) {
            (true, Some(declared)) => TableState::Building(builder.with_declared(declared)),
            (true, None) => TableState::Building(builder),
            (false, _) => TableState::Skipped,
        };
        self.slots.push(CellSlot { name: name.to_owned(), state, declared, filled: self.rows, in_files: 0 });
        self.sources.push(CellSource::Missing);
        self.places.insert(name.to_owned(), self.slots.len() - 1);
        self.slots.len() - 1
    }

    /// Drops the columns that are not selected, once all are known.
    ///
    /// # Errors
    /// Returns an error if a requested column is missing.
    pub fn select(&mut self) -> Result<(), DataError> {
        let places = self.selection.places(&self.names().collect::<Vec<_>>())?;
        for (place, slot) in self.slots.iter_mut().enumerate() {
            if places.binary_search(&place).is_err() {
                slot.state = TableState::Skipped;
            }
        }
        Ok(())
    }

    /// Drops the columns that are not needed, once their first rows have shown their types.
    pub fn drop_unneeded(&mut self) {
        let Some(named) = self.named.take() else { return };
        let is_needed = |slot: &CellSlot| {
            let is_kept = matches!(slot.state, TableState::Building(_));
            // By the column of customers a table of events is recognized.
            is_kept && (named.contains(&slot.name.to_lowercase()) || is_customer(&slot.name))
        };
        let is_unneeded = |slot: &&mut CellSlot| !is_needed(slot);
        // A table has at least one column.
        let kept = usize::from(!self.slots.iter().any(is_needed));
        for slot in self.slots.iter_mut().filter(is_unneeded).skip(kept) {
            if let TableState::Building(column) = &slot.state {
                slot.state = TableState::Unread(column.column_type());
            }
        }
    }

    /// Returns the names of the selected columns in their order, those of columns that were not needed with their type.
    pub fn selected(&self) -> Vec<(String, Option<ColumnType>)> {
        let selected = |slot: &CellSlot| match slot.state {
            TableState::Skipped => None,
            TableState::Unread(column_type) => Some((slot.name.clone(), Some(column_type))),
            _ => Some((slot.name.clone(), None)),
        };
        self.slots.iter().filter_map(selected).collect()
    }

    /// Returns true if members of nested objects have made more columns than a table has.
    pub fn is_too_wide(&self) -> bool {
        self.slots.len() > MAX_NESTED
    }

    /// Returns the columns and their types so far.
    pub fn schema(&self) -> model::Schema {
        let column = |slot: &CellSlot| {
            let column_type = match &slot.state {
                TableState::Building(column) => column.column_type(),
                TableState::Done(column) => crate::data::column_type(column.dtype()),
                TableState::Unread(column_type) => *column_type,
                TableState::Skipped => return None,
            };
            Some(model::Column { name: slot.name.clone(), column_type })
        };
        model::Schema::new(self.slots.iter().filter_map(column).collect())
    }

    /// Returns notices on the columns of this pass whose timestamps lose details.
    pub fn notices(&self) -> Vec<Notice> {
        let names = |is: fn(LostDetails) -> bool| {
            let columns = self.slots.iter().filter(|slot| match &slot.state {
                TableState::Building(column) => is(column.lost()),
                _ => false,
            });
            let names: Vec<&str> = columns.map(|slot| slot.name.as_str()).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let zone = self.zone.map_or("as UTC".to_owned(), |zone| format!("in {zone}"));
        let offset = names(|lost| lost.offset).map(|names| format!("{names}: times with an offset are read {zone}"));
        let digits = names(|lost| lost.digits).map(|names| format!("{names}: nanoseconds are read to the microsecond"));
        let names = self.about_names.iter().cloned();
        names.chain(offset).chain(digits).chain(self.about_missing()).map(Notice).collect()
    }

    /// Returns a notice for each number of files that some columns are missing in.
    fn about_missing(&self) -> Vec<String> {
        let mut missing: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for slot in self.slots.iter().filter(|slot| !matches!(slot.state, TableState::Skipped)) {
            if (1..self.begun).contains(&slot.in_files) {
                missing.entry(self.begun - slot.in_files).or_default().push(&slot.name);
            }
        }
        missing.iter().map(|(files, names)| missing_in(names, *files, self.begun)).collect()
    }

    /// Returns notices on lines that are no rows, and on rows that were left out or repaired.
    pub fn about_rows(&self) -> Vec<Notice> {
        let count = |n: u64, one: &str, many: &str| match n {
            0 => None,
            1 => Some(format!("1 line {one}")),
            n => Some(format!("{n} lines {many}")),
        };
        let comments = count(self.tally.comments, "is a comment", "are comments");
        let repeated = count(self.tally.repeated, "repeats the header: left out", "repeat the header: left out");
        comments.into_iter().chain(repeated).chain(self.tally.rejects.notice()).map(Notice).collect()
    }

    /// Reports the rows so far; call it between rows.
    ///
    /// # Errors
    /// Returns an error if the load is cancelled.
    pub fn tick(&mut self, watch: &mut LoadWatch) -> Result<(), DataError> {
        watch.tick_with(self.rows, || Some(self.schema()))?;
        watch.tick_part(self.rows, || self.so_far());
        Ok(())
    }

    /// Returns the rows so far; `None` if the type of a column is in doubt.
    fn so_far(&mut self) -> Option<DataFrame> {
        if self.rows_before.is_some() {
            return None;
        }
        let places = self.selection.places(&self.names().collect::<Vec<_>>()).ok()?;
        let selected = self.slots.iter_mut().enumerate().filter(|(place, _)| places.binary_search(place).is_ok());
        let building = selected.filter_map(|(_, slot)| match &mut slot.state {
            TableState::Building(column) => Some(column),
            _ => None,
        });
        let columns = building.map(|column| column.so_far().map(Column::from)).collect::<Option<Vec<_>>>()?;
        let columns = self.without_empty(columns);
        (!columns.is_empty()).then(|| DataFrame::new(self.rows as usize, columns).ok())?
    }

    /// Returns the frame, or the table for a second pass over the same rows.
    pub fn finish(mut self) -> Result<PolarsResult<DataFrame>, Box<TableBuilder>> {
        let finish = |slot: CellSlot| {
            let CellSlot { name, state, declared, .. } = slot;
            let state = match state {
                TableState::Building(column) => match column.finish() {
                    Some(series) => TableState::Done(series.into()),
                    None => TableState::Building(ColumnBuilder::text(&name)),
                },
                other => other,
            };
            CellSlot { name, state, declared, filled: 0, in_files: 0 }
        };
        let slots: Vec<CellSlot> = std::mem::take(&mut self.slots).into_par_iter().map(finish).collect();
        if slots.iter().any(|slot| matches!(slot.state, TableState::Building(_))) {
            let rows_before = Some(self.rows);
            return Err(Box::new(TableBuilder {
                slots,
                rows: 0,
                begun: 0,
                rows_before,
                measured_at: 0,
                tally: PassFacts::default(),
                ..self
            }));
        }
        let done = |slot: CellSlot| match slot.state {
            TableState::Done(column) => Some(column),
            TableState::Building(_) | TableState::Skipped | TableState::Unread(_) => None,
        };
        let columns = self.without_empty(slots.into_iter().filter_map(done).collect());
        Ok(DataFrame::new(self.rows as usize, columns))
    }

    /// Drops the columns without values that the file does not mean as columns.
    fn without_empty(&self, mut columns: Vec<Column>) -> Vec<Column> {
        columns.truncate(columns.len() - self.empty_at_end(&columns));
        self.drop_missing_objects(&mut columns);
        columns
    }

    /// Drops the columns of members that are objects or missing: their own members are columns.
    fn drop_missing_objects(&self, columns: &mut Vec<Column>) {
        let nested: Vec<String> = columns
            .iter()
            .filter(|column| column.name().contains('.'))
            .map(|column| column.name().to_string())
            .collect();
        if self.is_named || nested.is_empty() {
            return;
        }
        let has_members =
            |name: &str| nested.iter().any(|other| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
        columns.retain(|column| column.null_count() < column.len() || !has_members(column.name()));
    }

    /// Returns the number of columns at the end that the header does not name and no row has a value in: those that a
    /// spreadsheet writes behind a table.
    fn empty_at_end(&self, columns: &[Column]) -> usize {
        let is_empty = |column: &&Column| column.null_count() == column.len() && !column.is_empty();
        let all = self.places.len();
        let is_unnamed = |column: &&Column| {
            self.places.get(column.name().as_str()).is_some_and(|place| *place + self.unnamed_at_end >= all)
        };
        columns.iter().rev().take_while(|column| is_unnamed(column) && is_empty(column)).count()
    }
}

/// Returns true if files with `own` and `known` columns, of which they share some, are of one table: one has all columns of
/// the other, or they share half of those of the larger.
pub fn is_one_table(shared: usize, own: usize, known: usize) -> bool {
    shared > 0 && (shared == own.min(known) || shared * 2 >= own.max(known))
}

/// Returns the notice on columns that some files of a table lack.
pub fn missing_in(columns: &[&str], files: usize, all: usize) -> String {
    let are = if columns.len() == 1 { "is" } else { "are" };
    format!("{} {are} missing in {files} of {all} files: null there", listed(columns))
}
