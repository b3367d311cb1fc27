//! Workbooks of all formats, read row by row.

use std::io::BufReader;
use std::sync::mpsc::SyncSender;

use calamine::{Data, DataRef, Ods, Reader, Sheet, SheetType, SheetVisible, Xls, Xlsb, Xlsx};

use super::cell::SheetCell;
use crate::data::source::PositionedFile;

/// Format of a workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookFormat {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

impl BookFormat {
    pub fn name(self) -> &'static str {
        match self {
            BookFormat::Xlsx => "Excel workbook (xlsx)",
            BookFormat::Xlsb => "Excel workbook (xlsb)",
            BookFormat::Xls => "Excel workbook (xls)",
            BookFormat::Ods => "OpenDocument spreadsheet (ods)",
        }
    }
}

type BookReader = BufReader<PositionedFile>;

/// A workbook that is open.
pub enum Book {
    Xlsx(Xlsx<BookReader>),
    Xlsb(Xlsb<BookReader>),
    Xls(Xls<BookReader>),
    Ods(Ods<BookReader>),
}

/// A row that is not empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SheetRow {
    /// Number of the row in the sheet, counted from 1.
    pub number: u64,
    /// Cells that are not empty, by the index of their column in the sheet.
    pub cells: Vec<(usize, SheetCell)>,
}

/// Receiver of rows. Returns false if no more are wanted.
type RowReceiver<'t> = &'t mut dyn FnMut(SheetRow) -> bool;

impl Book {
    /// Opens a workbook.
    ///
    /// # Errors
    /// Returns the reason why it cannot be read.
    pub fn open(format: BookFormat, file: PositionedFile) -> Result<Self, String> {
        let bytes = BufReader::with_capacity(1 << 16, file);
        Ok(match format {
            BookFormat::Xlsx => Book::Xlsx(Xlsx::new(bytes).map_err(|error| error.to_string())?),
            BookFormat::Xlsb => Book::Xlsb(Xlsb::new(bytes).map_err(|error| error.to_string())?),
            BookFormat::Xls => Book::Xls(Xls::new(bytes).map_err(|error| error.to_string())?),
            BookFormat::Ods => Book::Ods(Ods::new(bytes).map_err(|error| error.to_string())?),
        })
    }

    /// Returns the sheets of cells, the visible ones first.
    pub fn sheets(&self) -> Vec<String> {
        let all = match self {
            Book::Xlsx(book) => book.sheets_metadata(),
            Book::Xlsb(book) => book.sheets_metadata(),
            Book::Xls(book) => book.sheets_metadata(),
            Book::Ods(book) => book.sheets_metadata(),
        };
        let of = |visible: bool| {
            let fits = move |sheet: &&Sheet| (sheet.visible == SheetVisible::Visible) == visible;
            all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).filter(fits).map(|sheet| sheet.name.clone())
        };
        of(true).chain(of(false)).collect()
    }

    /// Returns true if a cell of the sheet is not empty.
    pub fn has_data(&mut self, sheet: &str) -> Result<bool, String> {
        let mut found = false;
        self.rows(sheet, &mut |row| {
            found = row.cells.iter().any(|(_, cell)| *cell != SheetCell::NoResult);
            !found
        })?;
        Ok(found)
    }

    /// Sends the rows of a sheet in batches, until all are sent or the channel is closed.
    pub fn send_rows(&mut self, sheet: &str, to: &SyncSender<Vec<SheetRow>>) -> Result<(), String> {
        const BATCH: usize = 256;
        let mut batch = Vec::with_capacity(BATCH);
        let mut is_wanted = true;
        self.rows(sheet, &mut |row| {
            batch.push(row);
            if batch.len() == BATCH {
                is_wanted = to.send(std::mem::take(&mut batch)).is_ok();
            }
            is_wanted
        })?;
        // Fails only if nobody wants it.
        let _ = to.send(batch);
        Ok(())
    }

    fn rows(&mut self, sheet: &str, take: RowReceiver) -> Result<(), String> {
        macro_rules! range {
            ($book:expr) => {{
                let range = $book.worksheet_range(sheet).map_err(|error| error.to_string())?;
                let Some((first_row, first_column)) = range.start() else { return Ok(()) };
                for (number, row) in (u64::from(first_row) + 1..).zip(range.rows()) {
                    let cells = row
                        .iter()
                        .enumerate()
                        .filter_map(|(at, data)| Some((at + first_column as usize, SheetCell::new(&borrowed(data))?)));
                    let cells: Vec<(usize, SheetCell)> = cells.collect();
                    if !cells.is_empty() && !take(SheetRow { number, cells }) {
                        break;
                    }
                }
                Ok(())
            }};
        }
        match self {
            // The rows of xlsx and xlsb come one cell after the other, so that the sheet is never in memory as a whole.
            Book::Xlsx(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
                let mut gathered = RowGatherer { row: SheetRow::default(), take };
                while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|error| error.to_string())? {
                    let is_formula = cell.formula.is_some();
                    let cell_of = |value: &DataRef| SheetCell::new(value).or(is_formula.then_some(SheetCell::NoResult));
                    if !gathered.add(cell.pos, cell_of(&cell.value)) {
                        return Ok(());
                    }
                }
                gathered.end();
                Ok(())
            }
            Book::Xlsb(book) => {
                let mut cells = book.worksheet_cells_reader(sheet).map_err(|error| error.to_string())?;
                let mut gathered = RowGatherer { row: SheetRow::default(), take };
                while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
                    if !gathered.add(cell.get_position(), SheetCell::new(cell.get_value())) {
                        return Ok(());
                    }
                }
                gathered.end();
                Ok(())
            }
            Book::Xls(book) => range!(book),
            Book::Ods(book) => range!(book),
        }
    }
}

/// Gathers cells to rows.
struct RowGatherer<'t> {
    row: SheetRow,
    take: RowReceiver<'t>,
}

impl RowGatherer<'_> {
    /// Adds a cell. Returns false if no more are wanted.
    fn add(&mut self, (row, column): (u32, u32), cell: Option<SheetCell>) -> bool {
        let number = u64::from(row) + 1;
        let is_wanted = number == self.row.number || self.end();
        self.row.number = number;
        self.row.cells.extend(cell.map(|cell| (column as usize, cell)));
        is_wanted
    }

    fn end(&mut self) -> bool {
        let row = std::mem::take(&mut self.row);
        row.cells.is_empty() || (self.take)(row)
    }
}

fn borrowed(data: &Data) -> DataRef<'_> {
    match data {
        Data::Int(value) => DataRef::Int(*value),
        Data::Float(value) => DataRef::Float(*value),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(value) => DataRef::Bool(*value),
        Data::DateTime(value) => DataRef::DateTime(*value),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}
