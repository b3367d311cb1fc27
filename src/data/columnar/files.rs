use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use polars::prelude::{Column, DataType, PlSmallStr, Series};
use polars_arrow::datatypes::Field;
use rayon::prelude::*;

use super::coded::CodedPart;
use super::guard::{PartFault, guarded};
use super::part::{self, ColumnPart};
use super::plain::{Bytes, localized, plain};
use super::{FileLayout, arrow};
use crate::data::source::{FilePattern, InputFile};
use crate::data::{Counter, DataError, Notice, Zone};

/// Files of one table, of which only the metadata was read.
#[derive(Clone)]
pub struct DataFiles {
    /// The files, at least one.
    pub(super) files: Arc<Vec<DataFile>>,
    pub(super) columns: Vec<FilesColumn>,
    /// Notices of columns that cannot be read, or lose details, one line each.
    pub(super) notices: Vec<Notice>,
    /// Pattern that named the files, if one did.
    pub(super) pattern: Option<FilePattern>,
}

/// A column of a table of one or more files.
#[derive(Clone)]
pub(super) struct FilesColumn {
    pub name: String,
    /// Type after conversion by `plain`.
    pub data_type: DataType,
    /// The column in each of the files.
    pub origins: Arc<Vec<Origin>>,
}

/// One of the files of a table.
pub(super) struct DataFile {
    pub input: InputFile,
    pub layout: FileLayout,
    /// Number of rows in each part.
    pub rows: Vec<usize>,
}

/// A column of one file.
#[derive(Clone)]
pub(super) enum Origin {
    Stored(StoredColumn),
    /// One value of all rows, from the name of the file's folder.
    Constant(Series),
    /// The file has no such column.
    Missing,
}

/// A column that a file stores.
#[derive(Clone)]
pub(super) struct StoredColumn {
    pub field: Field,
    pub bytes: Bytes,
    /// True if it is text that may be coded.
    pub codes: bool,
    /// Zone to which its moments are converted.
    pub zone: Option<Zone>,
}

impl fmt::Debug for DataFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.files.iter().map(|file| file.input.name.as_str())).finish()
    }
}

impl DataFiles {
    pub fn rows(&self) -> usize {
        self.files.iter().flat_map(|file| &file.rows).sum()
    }

    /// Remembers the pattern that named the files: a file that comes later is part of the table too.
    pub(in crate::data) fn named_by(self, pattern: Option<FilePattern>) -> Self {
        Self { pattern, ..self }
    }

    /// Returns notices of the columns that are left out because they cannot be read, or that lose details, one line
    /// each.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Returns the columns and their types, in file order.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &DataType)> {
        self.columns.iter().map(|column| (column.name.as_str(), &column.data_type))
    }

    /// Reads a column, the parts of all files in parallel. Calls `cancelled` before each of them.
    ///
    /// # Errors
    /// Returns an error if the column cannot be read, or if a file is no longer the one that was opened.
    pub fn read(
        &self,
        column: &str,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Column, DataError> {
        let column = self.column(column)?;
        counter.begin(self.rows() as u64);
        self.check_still_there()?;
        let parts = self.parts(column, counter, cancelled);
        // A changed file is the reason for any other fault in it, and is reported instead.
        if !matches!(parts, Err(DataError::Cancelled)) {
            self.check_still_there()?;
        }
        let (name, parts) = (PlSmallStr::from_str(&column.name), parts?);
        let joined = guarded(|| part::join(&name, &column.data_type, parts));
        joined.map_err(|fault| self.files[0].unreadable(&column.name, fault))
    }

    /// Returns true if the first part of a column has text without a dictionary, as its file's metadata says.
    pub fn is_uncoded(&self, name: &str) -> bool {
        let (Ok(column), Some((at, part))) = (self.column(name), self.places().next()) else { return false };
        match (&column.origins[at], &self.files[at].layout) {
            (Origin::Stored(stored), FileLayout::Parquet(layout)) => {
                stored.codes && layout.has_no_dictionary(part, stored.field.name())
            }
            _ => false,
        }
    }

    /// Reads the parts of a column from `first` on, one for each of `slots`, in parallel. Passes each to `take` with its
    /// slot, and returns what `take` returns in order: only the parts that are being read are in memory.
    ///
    /// # Errors
    /// Returns the errors of [`Self::read`].
    pub fn each_part<S: Send, T: Send>(
        &self,
        name: &str,
        first: usize,
        slots: Vec<S>,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
        take: impl Fn(S, &Column) -> T + Sync,
    ) -> Result<Vec<T>, DataError> {
        let column = self.column(name)?;
        let dictionaries: Vec<arrow::FileDictionaries> =
            self.files.iter().map(|_| arrow::FileDictionaries::new()).collect();
        let series_name = PlSmallStr::from_str(&column.name);
        let taken = self.each_place(column, first, slots, counter, cancelled, |at, part, slot| {
            let rows = self.files[at].read_column(part, column, &column.origins[at], false, &dictionaries[at])?;
            let rows = guarded(|| part::join(&series_name, &column.data_type, vec![rows]))?;
            Ok(Some(take(slot, &rows)))
        })?;
        Ok(taken.unwrap_or_default())
    }

    /// Calls `read` for the parts of a column from `first` on, one for each of `slots`, in parallel: with the file's index,
    /// that of the part in it, and the slot. Returns what it returns in order; `None` if it returns that for one of them.
    ///
    /// # Errors
    /// Returns the errors of [`Self::read`].
    pub(super) fn each_place<S: Send, T: Send>(
        &self,
        column: &FilesColumn,
        first: usize,
        slots: Vec<S>,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
        read: impl Fn(usize, usize, S) -> Result<Option<T>, PartFault> + Sync,
    ) -> Result<Option<Vec<T>>, DataError> {
        if first == 0 {
            counter.begin(self.rows() as u64);
        }
        self.check_still_there()?;
        let places: Vec<_> = self.places().skip(first).zip(slots).collect();
        let read = |((at, part), slot): ((usize, usize), S)| {
            if cancelled() {
                return Err(DataError::Cancelled);
            }
            let file = &self.files[at];
            let taken = read(at, part, slot);
            let taken = taken.map_err(|fault| file.unreadable(&column.name, fault))?;
            counter.add(file.rows[part] as u64);
            Ok(taken)
        };
        let taken = places.into_par_iter().map(read).collect::<Result<Option<Vec<T>>, DataError>>();
        // A changed file is the reason for any other fault in it, and is reported instead.
        if !matches!(taken, Err(DataError::Cancelled)) {
            self.check_still_there()?;
        }
        taken
    }

    /// Returns the rows of each part, in order. A part can be read without the rest of the file.
    pub fn parts_of_rows(&self) -> Vec<Range<usize>> {
        let parts = self.places().map(|(file, part)| self.files[file].rows[part]);
        let ends = parts.scan(0, |end, rows| {
            *end += rows;
            Some(*end - rows..*end)
        });
        ends.collect()
    }

    /// Reads one of [`Self::parts_of_rows`] of a column.
    ///
    /// # Errors
    /// Returns the errors of [`Self::read`].
    pub fn read_part(&self, column: &str, part: usize) -> Result<Column, DataError> {
        let column = self.column(column)?;
        let Some((at, part)) = self.places().nth(part) else {
            return Err(DataError::NoColumn { column: column.name.clone() });
        };
        let (file, origin) = (&self.files[at], &column.origins[at]);
        let rows = file.read_column(part, column, origin, false, &arrow::FileDictionaries::new());
        self.check_still_there()?;
        let name = PlSmallStr::from_str(&column.name);
        let joined = rows.and_then(|rows| guarded(|| part::join(&name, &column.data_type, vec![rows])));
        joined.map_err(|fault| file.unreadable(&column.name, fault))
    }

    /// Reads the first rows of a column, at most `rows` and those of the first part.
    ///
    /// # Errors
    /// Returns the errors of [`Self::read`].
    pub fn read_head(&self, column: &str, rows: usize) -> Result<Column, DataError> {
        let Some((at, group)) = self.places().next() else { return self.read_part(column, 0) };
        let known = self.column(column)?;
        let file = &self.files[at];
        let (Origin::Stored(stored), FileLayout::Parquet(layout)) = (&known.origins[at], &file.layout) else {
            return Ok(self.read_part(column, 0)?.head(Some(rows)));
        };
        let read = || {
            let head = layout.read_head(&file.input.at_places()?, group, &stored.field, rows)?;
            let head = to_plain(head, stored, &known.data_type)?;
            guarded(|| part::join(&PlSmallStr::from_str(&known.name), &known.data_type, vec![head]))
        };
        let head = read();
        self.check_still_there()?;
        head.map_err(|fault| file.unreadable(&known.name, fault))
    }

    /// Returns all parts that have rows: the file's index, and the part's index in it.
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        self.files.iter().enumerate().flat_map(|(at, file)| file.places().map(move |part| (at, part)))
    }

    pub(super) fn column(&self, name: &str) -> Result<&FilesColumn, DataError> {
        let known = self.columns.iter().find(|known| known.name == name);
        known.ok_or_else(|| DataError::NoColumn { column: name.to_owned() })
    }

    pub(super) fn check_still_there(&self) -> Result<(), DataError> {
        self.pattern.iter().try_for_each(FilePattern::check_still_there)?;
        self.files.iter().try_for_each(|file| file.input.check_still_there())
    }

    fn parts(
        &self,
        column: &FilesColumn,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<ColumnPart>, DataError> {
        let kept: Vec<arrow::FileDictionaries> = self.files.iter().map(|_| arrow::FileDictionaries::new()).collect();
        // Once one part is text, codes of the others would have to be converted back to text.
        let text = AtomicBool::new(false);
        let places: Vec<_> = self.places().collect();
        let read = |&(at, part): &(usize, usize)| {
            if cancelled() {
                return Err(DataError::Cancelled);
            }
            let (file, origin) = (&self.files[at], &column.origins[at]);
            let may_code = matches!(origin, Origin::Stored(stored) if stored.codes);
            let codes = may_code && !text.load(Ordering::Relaxed);
            let rows = file.read_column(part, column, origin, codes, &kept[at]);
            let rows = rows.map_err(|fault| file.unreadable(&column.name, fault))?;
            if codes && rows.is_text() {
                text.store(true, Ordering::Relaxed);
            }
            counter.add(rows.len() as u64);
            Ok(rows)
        };
        places.par_iter().map(read).collect()
    }
}

fn to_plain(rows: ColumnPart, origin: &StoredColumn, wanted: &DataType) -> Result<ColumnPart, PartFault> {
    match rows {
        ColumnPart::Plain(series) => {
            let rows = guarded(|| plain(series, origin.bytes, wanted))?;
            let Some(zone) = origin.zone else { return Ok(ColumnPart::Plain(rows)) };
            guarded(|| localized(&rows, zone)).map(ColumnPart::Plain)
        }
        coded => Ok(coded),
    }
}

impl DataFile {
    /// Returns the parts that have rows.
    pub fn places(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().enumerate().filter(|(_, rows)| **rows > 0).map(|(part, _)| part)
    }

    /// Reads the rows of one part of a column.
    fn read_column(
        &self,
        part: usize,
        column: &FilesColumn,
        origin: &Origin,
        codes: bool,
        kept: &arrow::FileDictionaries,
    ) -> Result<ColumnPart, PartFault> {
        let (name, rows) = (PlSmallStr::from_str(&column.name), self.rows[part]);
        match origin {
            Origin::Stored(stored) => {
                let rows = self.read(part, stored, codes, kept)?;
                to_plain(rows, stored, &column.data_type)
            }
            Origin::Constant(value) => match value.str().ok().and_then(|text| text.get(0)) {
                Some(text) => Ok(ColumnPart::coded(CodedPart::constant(text, rows))),
                None => guarded(|| value.new_from_index(0, rows).strict_cast(&column.data_type)).map(ColumnPart::Plain),
            },
            Origin::Missing => Ok(ColumnPart::Plain(Series::full_null(name, rows, &column.data_type))),
        }
    }

    /// Reads the rows of one part, before conversion by `plain`.
    pub fn read(
        &self,
        part: usize,
        origin: &StoredColumn,
        codes: bool,
        kept: &arrow::FileDictionaries,
    ) -> Result<ColumnPart, PartFault> {
        let mut file = self.input.at_places()?;
        let rows = match &self.layout {
            FileLayout::Parquet(layout) => layout.read_part(&file, part, &origin.field, codes)?,
            FileLayout::Arrow(layout) => layout.read_part(&mut file, part, &origin.field, kept)?,
        };
        let (found, wanted) = (rows.len(), self.rows[part]);
        match found == wanted {
            true => Ok(rows),
            false => Err(PartFault::Reason(format!("it has {found} rows where the file's metadata says {wanted}"))),
        }
    }

    fn unreadable(&self, column: &str, fault: PartFault) -> DataError {
        match fault {
            PartFault::Data(error) => error,
            PartFault::Reason(reason) => DataError::file(
                &self.input.name,
                format!("column \"{column}\" cannot be read ({reason}): write the file without it"),
            ),
        }
    }
}
