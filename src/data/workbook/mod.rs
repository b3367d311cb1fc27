//! Reads a sheet of a workbook: xlsx, xlsb, xls and ods.

mod book;
mod cell;
mod place;
mod zip;

use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::sync_channel;
use std::thread;

use book::{Book, BookFormat, SheetRow};
use cell::SheetCell;
use place::SheetLayout;

use super::choice::{self, TableChoice, listed};
use super::columnar::{PartFault, guarded};
use super::decision::Decision;
use super::load_progress::LoadWatch;
use super::load_progress::ReadPass;
use super::memory::described;
use super::source::InputFile;
use super::text::{BadValue, FieldValue, TableBuilder};
use super::{DataError, LoadOptions, key};
use crate::model::{Column, ColumnType, Schema};

/// Number of rows from which the place of the table in the sheet is detected.
const SAMPLE_ROWS: usize = 200;
/// Maximum number of batches of rows that wait to be converted.
const MAX_WAITING_BATCHES: usize = 8;

/// A workbook, and how its table is read.
pub struct Workbook {
    format: BookFormat,
    sheet: String,
    why: String,
    /// Other sheets of the workbook.
    others: Vec<String>,
    layout: SheetLayout,
    facts: SheetFacts,
}

/// Errors, kinds of values and gaps seen in a sheet's cells.
#[derive(Debug, Default)]
struct SheetFacts {
    /// Numbers of cells with errors, by their texts.
    errors: BTreeMap<String, u64>,
    /// Occurrence of numbers and of other values in each column, by its index in the sheet.
    kinds: HashMap<usize, (bool, bool)>,
    /// Number of formulas without a result.
    without_result: u64,
    /// Row behind the last one that was read.
    next: u64,
    /// Number of empty rows between others.
    gaps: u64,
}

impl Workbook {
    /// Returns the workbook that a file is, by its first bytes and the list of files in it.
    pub fn detect(input: &InputFile, head: &[u8]) -> Option<Self> {
        let format = if head.starts_with(b"PK\x03\x04") {
            let members = zip::members(input)?;
            let has = |is: &dyn Fn(&str) -> bool| members.iter().any(|(path, _)| is(path));
            let is_sheet = memchr::memmem::find(head, b"opendocument.spreadsheet").is_some();
            match () {
                () if has(&|path| path.starts_with("xl/workbook") && path.ends_with(".xml")) => BookFormat::Xlsx,
                () if has(&|path| path.starts_with("xl/workbook") && path.ends_with(".bin")) => BookFormat::Xlsb,
                () if is_sheet && has(&|path| path == "content.xml") => BookFormat::Ods,
                () => return None,
            }
        } else if head.starts_with(b"\xD0\xCF\x11\xE0") {
            BookFormat::Xls
        } else {
            return None;
        };
        let (sheet, why) = (String::new(), String::new());
        Some(Self {
            format,
            sheet,
            why,
            others: Vec::new(),
            layout: SheetLayout::default(),
            facts: SheetFacts::default(),
        })
    }

    /// Returns true if the file is a zip archive, as all but the oldest format are.
    pub fn is_zipped(&self) -> bool {
        self.format != BookFormat::Xls
    }

    /// Reads the rows of the sheet that is meant.
    ///
    /// # Errors
    /// Returns an error if there is no such sheet, or it cannot be read.
    pub fn read(
        &mut self,
        input: &InputFile,
        load: &LoadOptions,
        table: &mut TableBuilder,
        watch: &mut LoadWatch,
    ) -> Result<ReadPass, DataError> {
        self.check_size(input, load)?;
        let format = self.format;
        let damaged = |fault: PartFault| damaged(input, format, fault);
        let places = input.at_places()?;
        let mut book = guarded(|| Book::open(format, places)).map_err(damaged)?;
        self.choose(input, &load.choice, &mut book)?;
        self.facts = SheetFacts::default();
        let sheet = self.sheet.clone();
        let (full, filled) = sync_channel(MAX_WAITING_BATCHES);
        let (converted, read) = thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let full = full;
                guarded(|| book.send_rows(&sheet, &full))
            });
            // Leaving this closure early drops `filled`, which ends the reader at its next batch.
            let converted = self.convert(input, load, filled.into_iter(), table, watch);
            (converted, reader.join())
        });
        match (converted, read) {
            (_, Ok(Err(fault))) => return Err(damaged(fault)),
            (Err(error), _) => return Err(error),
            (Ok(()), Ok(Ok(()))) => {}
            (Ok(()), Err(_)) => {
                return Err(DataError::file(&input.name, "could not be read: internal error, please report"));
            }
        }
        input.check_unchanged()?;
        Ok(ReadPass::Complete)
    }

    /// Refuses a workbook that would take more memory than it may: its texts are in memory as a whole.
    fn check_size(&self, input: &InputFile, load: &LoadOptions) -> Result<(), DataError> {
        let memory = load.memory.unwrap_or_else(super::default_budget);
        let largest = zip::members(input).unwrap_or_default().into_iter().map(|(_, size)| size).max();
        if largest.is_none_or(|size| size <= memory as u64) {
            return Ok(());
        }
        let limit = described(memory);
        let problem = format!("unpacks to more than {limit}, the limit of [engine] memory");
        Err(DataError::file(&input.name, format!("{problem}: save the sheet as CSV, or raise the limit")))
    }

    /// Chooses the sheet: the one that is named, or the first with data.
    fn choose(&mut self, input: &InputFile, choice: &TableChoice, book: &mut Book) -> Result<(), DataError> {
        let sheets = book.sheets();
        if let Some(wanted) = &choice.sheet {
            let column = |name: &String| Column { name: name.clone(), column_type: ColumnType::Text };
            let found = key::spelled(&Schema::new(sheets.iter().map(column).collect()), wanted);
            self.sheet = found.map_err(|hint| {
                let hint = hint.replace("the columns are", "there are");
                DataError::file(&input.name, format!("has no sheet \"{wanted}\": {hint}"))
            })?;
            self.why = "as set".to_owned();
        } else {
            let mut first = None;
            for sheet in &sheets {
                let has_data = guarded(|| book.has_data(sheet));
                if has_data.map_err(|fault| damaged(input, self.format, fault))? {
                    first = Some(sheet.clone());
                    break;
                }
            }
            self.sheet = first.ok_or_else(|| DataError::file(&input.name, "has no sheet with a value"))?;
            let is_first = sheets.first() == Some(&self.sheet);
            self.why = if is_first { "it is the first sheet" } else { "it is the first sheet with a value" }.to_owned();
        }
        self.others = sheets.into_iter().filter(|sheet| *sheet != self.sheet).collect();
        Ok(())
    }

    fn convert(
        &mut self,
        input: &InputFile,
        load: &LoadOptions,
        batches: impl Iterator<Item = Vec<SheetRow>>,
        table: &mut TableBuilder,
        watch: &mut LoadWatch,
    ) -> Result<(), DataError> {
        let mut rows = batches.flatten();
        let sample: Vec<SheetRow> = rows.by_ref().take(SAMPLE_ROWS).collect();
        self.layout = SheetLayout::detect(&sample, &load.text);
        if self.layout.names.names.is_empty() {
            return Err(DataError::file(&input.name, format!("sheet {} holds no table", self.sheet)));
        }
        let mut places: HashMap<usize, usize> =
            self.layout.columns.iter().copied().zip(table.begin(input, &self.layout.names)?).collect();
        let first = self.layout.first_row;
        self.facts.next = first;
        for row in sample.into_iter().chain(rows).filter(|row| row.number >= first) {
            self.facts.gaps += row.number.saturating_sub(self.facts.next);
            self.facts.next = row.number + 1;
            let mut cells = Vec::with_capacity(row.cells.len());
            for (column, cell) in row.cells {
                // A column that has values only far below the header.
                let place = *places.entry(column).or_insert_with(|| table.place(&format!("column{}", column + 1)));
                if let Some((value, text)) = self.facts.take(column, cell) {
                    cells.push((place, value, text.into()));
                }
            }
            let pushed = table.push_row(&input.name, row.number, cells.into_iter());
            pushed.map_err(|bad| bad_value(input, row.number, bad))?;
            if row.number % 1024 == 0 {
                table.tick(watch)?;
                table.check_memory(input)?;
            }
        }
        self.facts.kinds.retain(|column, _| places.get(column).is_none_or(|place| !table.is_declared(*place)));
        Ok(())
    }

    /// Returns notices on how the sheet was read, one line each.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        if !self.others.is_empty() && self.why != "as set" {
            let others = listed(&self.others);
            notices.push(format!("sheet {}: {}; sheet = \"…\" names another ({others})", self.sheet, self.why));
        }
        notices.extend(self.layout.notices());
        let named = self.layout.columns.iter().zip(&self.layout.names.names);
        let mixed = named.filter(|(column, _)| self.facts.kinds.get(column) == Some(&(true, true)));
        let mixed: Vec<String> = mixed.map(|(_, name)| name.clone()).collect();
        if !mixed.is_empty() {
            notices.push(format!("{}: text, since some values are numbers and some are not", listed(&mixed)));
        }
        if !self.facts.errors.is_empty() {
            let cells: u64 = self.facts.errors.values().sum();
            let kinds: Vec<String> = self.facts.errors.keys().cloned().collect();
            let (hold, are) =
                if cells == 1 { ("cell holds an error", "it is") } else { ("cells hold errors", "they are") };
            notices.push(format!("{cells} {hold} ({}): {are} read as missing", listed(&kinds)));
        }
        match self.facts.without_result {
            0 => {}
            n => notices.push(format!(
                "formulas without a result, read as missing: {n}; open the workbook in a spreadsheet and save it"
            )),
        }
        match self.facts.gaps {
            0 => {}
            1 => notices.push("1 empty row is left out".into()),
            gaps => notices.push(format!("{gaps} empty rows are left out")),
        }
        notices
    }

    /// Returns the decisions on how the sheet is read.
    pub fn decisions(&self) -> Vec<Decision> {
        let format = Decision::new("format", self.format.name(), "by the first bytes of the file");
        let other = self.others.first().map_or("…", String::as_str);
        let sheet = Decision::new("sheet", &self.sheet, &self.why).with_change(choice::line("sheet", other));
        let mut decisions = vec![format, sheet];
        if !self.sheet.is_empty() {
            decisions.extend(self.layout.decisions());
        }
        decisions
    }
}

impl SheetFacts {
    /// Returns the value of a cell with its text, and notes its kind; `None` for an error.
    fn take(&mut self, column: usize, cell: SheetCell) -> Option<(FieldValue, String)> {
        match cell {
            SheetCell::NoResult => {
                self.without_result += 1;
                None
            }
            SheetCell::Error(error) => {
                *self.errors.entry(error).or_default() += 1;
                None
            }
            SheetCell::Value(value, text) => {
                let (numbers, others) = self.kinds.entry(column).or_default();
                match value {
                    FieldValue::Integer(_) | FieldValue::Float(_) => *numbers = true,
                    FieldValue::Text if text.trim().is_empty() => {}
                    _ => *others = true,
                }
                Some((value, text))
            }
        }
    }
}

fn bad_value(input: &InputFile, row: u64, bad: BadValue) -> DataError {
    let BadValue { column, problem, .. } = bad;
    let remedy = "correct it, name it in null = […] of its type, or write on_bad_row = \"null\" under [data]";
    DataError::Line { file: input.name.clone(), line: row, problem: format!("{column}: {problem}: {remedy}") }
}

fn damaged(input: &InputFile, format: BookFormat, fault: PartFault) -> DataError {
    match fault {
        PartFault::Data(error) => error,
        PartFault::Reason(_) if is_encrypted(input) => {
            DataError::file(&input.name, "is protected by a password: save it without one")
        }
        PartFault::Reason(reason) if format == BookFormat::Xls => {
            let problem = format!("is not an Excel workbook, or is damaged ({reason}): save the sheet as CSV or xlsx");
            DataError::file(&input.name, problem)
        }
        PartFault::Reason(reason) => {
            let problem = format!("is a damaged or protected {} ({reason}): save it again, unprotected", format.name());
            DataError::file(&input.name, problem)
        }
    }
}

/// Returns true for an encrypted workbook, which is a document within another.
fn is_encrypted(input: &InputFile) -> bool {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = input.at_places().ok().and_then(|file| file.range(0..file.len().min(64 << 20)).ok());
    bytes.is_some_and(|bytes| memchr::memmem::find(&bytes, &name).is_some())
}
