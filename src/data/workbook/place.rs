//! Finds the table in a sheet: the row with the names, the columns, and the row with which the values begin.

use csv::ByteRecord;

use super::book::SheetRow;
use crate::data::decision::Decision;
use crate::data::text::{HeaderLine, HeaderNames, TextOptions, after_titles, judge, names};

/// Place of a table in a sheet.
#[derive(Debug, Default)]
pub struct SheetLayout {
    pub names: HeaderNames,
    /// Index in the sheet of each column.
    pub columns: Vec<usize>,
    /// First row of values, counted from 1.
    pub first_row: u64,
    /// Row with the names, if there is one.
    header: Option<u64>,
    /// Reason for the decision on the header, if it was not certain.
    why: String,
    /// Number of rows above the names that are not part of the table.
    titles: u64,
    is_set: bool,
}

impl SheetLayout {
    /// Detects the place by the first rows of a sheet. What the options say is not detected.
    pub fn detect(rows: &[SheetRow], options: &TextOptions) -> Self {
        let skip = match options.header {
            Some(HeaderLine::Line(line)) => (line - 1).max(options.skip.unwrap_or(0)),
            _ => options.skip.unwrap_or(0),
        };
        let rows = &rows[rows.iter().take_while(|row| row.number <= skip).count()..];
        let indices = || rows.iter().flat_map(|row| row.cells.iter().map(|(column, _)| *column));
        let (Some(first), Some(last)) = (indices().min(), indices().max()) else { return Self::default() };
        let width = last - first + 1;
        let records: Vec<ByteRecord> = rows.iter().map(|row| record(row, first, width)).collect();
        let is_set = options.header.is_some() || options.skip.is_some();
        let titles = if is_set { 0 } else { after_titles(&records, width) };
        let table = &records[titles..];
        let (has_header, why) = match options.header {
            Some(HeaderLine::None) => (false, String::new()),
            Some(HeaderLine::First | HeaderLine::Line(_)) => (true, String::new()),
            None => judge(table, width),
        };
        let at = &rows[titles];
        let names = match has_header {
            true => names(&table[0].iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect::<Vec<_>>()),
            false => {
                HeaderNames { names: (1..=width).map(|n| format!("column{n}")).collect(), ..HeaderNames::default() }
            }
        };
        Self {
            names,
            columns: (first..=last).collect(),
            first_row: at.number + u64::from(has_header),
            header: has_header.then_some(at.number),
            why,
            titles: if titles > 0 { at.number - 1 } else { 0 },
            is_set: options.header.is_some(),
        }
    }

    /// Returns notices on everything but a table that begins with its names, one line each.
    pub fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        match self.titles {
            0 => {}
            1 => notices.push("row 1 is not part of the table: a title above the names; skip = 0 takes it in".into()),
            n => notices.push(format!(
                "rows 1 to {n} are not part of the table: titles above the names; skip = 0 takes them in"
            )),
        }
        match (self.header, self.is_set) {
            (_, true) => {}
            (None, _) => notices.push(format!(
                "no header row: {}; columns are named column1, column2, …; header = true takes the names from it",
                self.why
            )),
            (Some(_), _) if !self.why.is_empty() => {
                notices.push(format!("{}; header = false makes it a row", self.why))
            }
            _ => {}
        }
        notices
    }

    /// Returns the decision on the header.
    pub fn decisions(&self) -> Option<Decision> {
        let why = match (self.is_set, self.why.as_str()) {
            (true, _) => "as set",
            (_, "") => "no cell looks like a value",
            (_, why) => why,
        };
        let (value, other) = match self.header {
            Some(row) => (format!("row {row}"), "header = false"),
            None => ("none".to_owned(), "header = true"),
        };
        Some(Decision::new("header", value, why).with_change(other))
    }
}

/// Returns the texts of a row's cells.
fn record(row: &SheetRow, first: usize, width: usize) -> ByteRecord {
    let mut texts = vec![""; width];
    for (column, cell) in &row.cells {
        texts[column - first] = cell.text();
    }
    ByteRecord::from(texts)
}
