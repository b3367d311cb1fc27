use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use polars::prelude::{Column, DataFrame, PolarsResult};

use super::batch::FieldBatch;
use super::column::ColumnBuilder;
use super::declared::DeclaredType;
use super::header::{HeaderNames, listed};
use super::options::{DecimalMark, OnBadRow};
use super::rejects::{Reject, Rejects};
use super::value::{self, FieldValue, LostDetails};
use crate::data::memory::described;
use crate::data::selection::Selection;
use crate::data::source::InputFile;
use crate::data::{DataError, LoadOptions, Notice, Zone};
use crate::model;
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

/// Source of a column's values in a file.
#[derive(Debug, Clone)]
enum CellSource {
    /// Field of a row.
    Field(usize),
    /// FieldValue of all rows, from the name of the file's folder.
    Constant(Option<String>),
    /// The file has no such column.
    Missing,
}

/// Maximum number of columns that members of nested objects can make.
const MAX_NESTED: usize = 2_000;

/// Number of rows between two measurements of the memory.
const MEASURED_EVERY: u64 = 1 << 12;

struct CellSlot {
    name: String,
    state: TableState,
    declared: Option<DeclaredType>,
    /// Number of rows for which it has a value: less than [`TableBuilder::rows`] only inside [`TableBuilder::push_row`].
    filled: u64,
    /// Number of files with it, of those whose columns are known before their rows.
    in_files: usize,
}

enum TableState {
    Building(ColumnBuilder),
    /// Complete; the second pass is for other columns.
    Done(Column),
    /// Not selected: its values are dropped.
    Skipped,
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
            places: HashMap::new(),
            rows: 0,
            rows_before: None,
            memory,
            measured_at: 0,
            declared: options.types.clone(),
            zone: load.timezone,
            decimal_comma: options.decimal == Some(DecimalMark::Comma),
            on_bad_row: options.on_bad_row.unwrap_or_default(),
            unnamed_at_end: 0,
            about_names: Vec::new(),
            tally: PassFacts::default(),
        }
    }

    /// Returns true if some columns have declared types, so that values may be at fault.
    pub fn has_declared(&self) -> bool {
        !self.declared.is_empty()
    }

    pub fn on_bad_row(&self) -> OnBadRow {
        self.on_bad_row
    }

    /// Begins a file whose rows have these columns, and returns their indices. Columns that the files before it have not
    /// are added, with null in the rows so far; columns that it has not are null in its rows.
    ///
    /// # Errors
    /// Returns an error if the file hardly shares a column with those before it, or, for an only file, if a requested
    /// or declared column is missing.
    pub fn begin(&mut self, input: &InputFile, names: &HeaderNames) -> Result<Vec<usize>, DataError> {
        let known = |name: &&String| self.places.contains_key(name.as_str());
        let (shared, own) = (names.names.iter().filter(known).count(), names.names.len());
        if self.begun > 0 && self.rows_before.is_none() && shared * 2 < own.min(self.slots.len()) {
            let all = if shared == 0 { "no column".to_owned() } else { format!("{shared} of its {own} columns") };
            let problem = format!("shares {all} with the files before it: name files of one table");
            return Err(DataError::file(&input.name, problem));
        }
        let is_first = self.begun == 0 && self.slots.is_empty();
        let places: Vec<usize> = names.names.iter().map(|name| self.place(name)).collect();
        self.begin_rows(input);
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
            TableState::Skipped => 0,
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

    /// Adds rows that have one field for each column of the file.
    ///
    /// # Errors
    /// Returns the first value that is not of its declared type, unless such rows are left out or mended.
    pub fn push_batch(&mut self, file: &str, batch: &mut FieldBatch) -> Result<(), BadValue> {
        self.tally.rejects.skipped = self.on_bad_row == OnBadRow::Skip;
        let mut rejects = std::mem::take(&mut batch.rejects);
        if self.has_declared() {
            self.push_declared(file, batch, &mut rejects)?;
        } else {
            self.push_all(batch);
        }
        rejects.sort_by_key(|reject| reject.line);
        rejects.into_iter().for_each(|reject| self.tally.rejects.add(reject));
        Ok(())
    }

    /// Adds the rows of a table with declared types, checking all values before any is added.
    fn push_declared(&mut self, file: &str, batch: &FieldBatch, rejects: &mut Vec<Reject>) -> Result<(), BadValue> {
        let rows = batch.rows();
        let mut is_bad = vec![false; rows];
        let mut values: Vec<Option<Vec<Option<FieldValue>>>> = Vec::with_capacity(self.slots.len());
        for (place, slot) in self.slots.iter().enumerate() {
            let declared = slot.declared.as_ref().filter(|_| !matches!(slot.state, TableState::Skipped));
            let (Some(declared), false) = (declared, matches!(self.sources[place], CellSource::Missing)) else {
                values.push(None);
                continue;
            };
            let mut read = Vec::with_capacity(rows);
            for (row, is_bad) in is_bad.iter_mut().enumerate() {
                let field = self.sources[place].text(batch, row);
                read.push(match declared.read(field) {
                    Ok(value) => value,
                    Err(problem) => {
                        let (line, column) = (batch.line(row), slot.name.clone());
                        if self.on_bad_row == OnBadRow::Error {
                            let problem = format!("{field:?} {problem}");
                            return Err(BadValue { line, field: place + 1, column, problem });
                        }
                        let problem = format!("has a value in {column} that {problem}");
                        rejects.push(Reject { file: file.to_owned(), line, problem, text: field.to_owned() });
                        *is_bad = true;
                        None
                    }
                });
            }
            values.push(Some(read));
        }
        let kept: Vec<usize> = (0..rows).filter(|&row| self.on_bad_row != OnBadRow::Skip || !is_bad[row]).collect();
        for ((place, slot), values) in self.slots.iter_mut().enumerate().zip(values) {
            let is_moment = slot.declared.as_ref().is_some_and(DeclaredType::is_moment);
            let TableState::Building(column) = &mut slot.state else { continue };
            for &row in &kept {
                let field = self.sources[place].text(batch, row);
                match values.as_ref().map(|values| values[row]) {
                    None => column.push_field(field),
                    Some(Some(value)) => column.push_declared(value, is_moment, field),
                    Some(None) => column.push_null(),
                }
            }
        }
        self.rows += kept.len() as u64;
        Ok(())
    }

    fn push_all(&mut self, batch: &FieldBatch) {
        let first = self.rows == 0;
        for (source, slot) in self.sources.iter().zip(&mut self.slots) {
            let TableState::Building(column) = &mut slot.state else { continue };
            let push = |column: &mut ColumnBuilder| match source {
                CellSource::Field(field) => {
                    (0..batch.rows()).for_each(|row| column.push_field(batch.field(row, *field)))
                }
                constant => (0..batch.rows()).for_each(|row| column.push_field(constant.text(batch, row))),
            };
            push(column);
            // The first rows are still available: no need to read the file again for this column.
            if first && column.is_disproved() {
                *column = ColumnBuilder::text(&slot.name);
                push(column);
            }
        }
        self.rows += batch.rows() as u64;
    }

    /// Adds one row: values by the indices of their columns, each with its text; null for the others. A [`FieldValue::Text`]
    /// that is a date or a time becomes one.
    ///
    /// # Errors
    /// Returns the first value that is not of its declared type, unless such rows are left out or mended.
    pub fn push_row<'v>(
        &mut self,
        file: &str,
        line: u64,
        values: impl Iterator<Item = (usize, FieldValue, Cow<'v, str>)>,
    ) -> Result<(), BadValue> {
        if self.has_declared() {
            let mut values: Vec<(usize, FieldValue, Cow<'v, str>)> = values.collect();
            return match self.read_declared(file, line, &mut values)? {
                true => Ok(self.push_values(values.into_iter())),
                false => Ok(()),
            };
        }
        self.push_values(values);
        Ok(())
    }

    /// Reads the values of declared columns. Returns false if the row is left out.
    fn read_declared(
        &mut self,
        file: &str,
        line: u64,
        values: &mut [(usize, FieldValue, Cow<'_, str>)],
    ) -> Result<bool, BadValue> {
        self.tally.rejects.skipped = self.on_bad_row == OnBadRow::Skip;
        for (place, value, text) in values {
            let Some(slot) = self.slots.get(*place).filter(|slot| !matches!(slot.state, TableState::Skipped)) else {
                continue;
            };
            let Some(declared) = &slot.declared else { continue };
            match declared.convert(*value, text) {
                Ok(Some(read)) => *value = read,
                Ok(None) => *value = FieldValue::Blank,
                Err(problem) => {
                    let column = slot.name.clone();
                    if self.on_bad_row == OnBadRow::Error {
                        let problem = format!("{text:?} {problem}");
                        return Err(BadValue { line, field: *place + 1, column, problem });
                    }
                    let problem = format!("has a value in {column} that {problem}");
                    let reject = Reject { file: file.to_owned(), line, problem, text: text.to_string() };
                    self.tally.rejects.add(reject);
                    if self.on_bad_row == OnBadRow::Skip {
                        return Ok(false);
                    }
                    *value = FieldValue::Blank;
                }
            }
        }
        Ok(true)
    }

    fn push_values<'v>(&mut self, values: impl Iterator<Item = (usize, FieldValue, Cow<'v, str>)>) {
        self.rows += 1;
        for (place, value, text) in values {
            let Some(slot) = self.slots.get_mut(place).filter(|slot| slot.filled < self.rows) else { continue };
            slot.filled = self.rows;
            let TableState::Building(column) = &mut slot.state else { continue };
            match (&slot.declared, value) {
                (Some(_), FieldValue::Blank) => column.push_null(),
                (Some(declared), value) => column.push_declared(value, declared.is_moment(), &text),
                (None, FieldValue::Text) if text.trim().is_empty() => column.push(FieldValue::Blank, &text),
                (None, FieldValue::Text) => column.push(value::moment(&text).unwrap_or(FieldValue::Text), &text),
                (None, value) => column.push(value, &text),
            }
        }
        for (slot, source) in self.slots.iter_mut().zip(&self.sources).filter(|(slot, _)| slot.filled < self.rows) {
            slot.filled = self.rows;
            let TableState::Building(column) = &mut slot.state else { continue };
            match (source, &slot.declared) {
                (CellSource::Constant(Some(text)), None) => column.push_field(text),
                (CellSource::Constant(Some(text)), Some(declared)) => match declared.read(text) {
                    Ok(Some(value)) => column.push_declared(value, declared.is_moment(), text),
                    _ => column.push_null(),
                },
                _ => column.push_null(),
            }
        }
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

    /// Returns notices on lines that are no rows, and on rows that were left out or mended.
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
        let slots: Vec<CellSlot> = std::mem::take(&mut self.slots).into_iter().map(finish).collect();
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
            TableState::Building(_) | TableState::Skipped => None,
        };
        let mut columns: Vec<Column> = slots.into_iter().filter_map(done).collect();
        columns.truncate(columns.len() - self.empty_at_end(&columns));
        Ok(DataFrame::new(self.rows as usize, columns))
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

impl CellSource {
    /// Returns the text of a row's cell; a missing one is empty.
    fn text<'a>(&'a self, batch: &'a FieldBatch, row: usize) -> &'a str {
        match self {
            CellSource::Field(field) => batch.field(row, *field),
            CellSource::Constant(value) => value.as_deref().unwrap_or_default(),
            CellSource::Missing => "",
        }
    }
}

/// Returns the notice on columns that some files of a table have not.
pub fn missing_in(columns: &[&str], files: usize, all: usize) -> String {
    let are = if columns.len() == 1 { "is" } else { "are" };
    format!("{} {are} missing in {files} of {all} files: null there", listed(columns))
}
