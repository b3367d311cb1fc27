//! Tables that leave the program: printed, copied or written to a file, with what is masked or suppressed in place.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::privacy::MASK;
use super::suppress::DisclosedCount;
use crate::engine::RowPage;
use crate::model::{Column, ColumnType, Datum, FileFormat, is_masked};

/// Treatment of texts that a spreadsheet would take for a formula, in CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formulas {
    /// Prefixed with an apostrophe, which makes them text in every spreadsheet.
    Guarded,
    Kept,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum TableCell {
    Text(String),
    Datum(Datum),
    /// A value of a masked column.
    Masked,
    Count(DisclosedCount),
    /// A share between 0 and 1, printed as a percentage in a table.
    Share(Option<f64>),
    /// An index: 100 is average.
    Index(Option<f64>),
    /// A sum or a mean.
    Number(Option<f64>),
}

/// Column names, and rows of as many cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Title of the table; empty in files.
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<TableCell>>,
}

impl Table {
    /// Creates a table without rows.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Adds columns of figures. A name that the data already has gets a number, so that JSON objects keep both.
    pub fn add_columns(&mut self, figures: &[&str]) {
        for figure in figures {
            let names = (1..).map(|n| if n == 1 { (*figure).to_owned() } else { format!("{figure}_{n}") });
            let free = names.into_iter().find(|name| !self.columns.contains(name));
            self.columns.extend(free);
        }
    }

    /// Creates the table of a page of customers, without the values of masked columns.
    pub fn from_page(page: RowPage, mask: &[String]) -> Self {
        let masked: Vec<bool> = page.columns.iter().map(|column| is_masked(mask, column)).collect();
        let cells = |row: Vec<Datum>| -> Vec<TableCell> {
            let cells = row.into_iter().zip(&masked);
            cells.map(|(datum, masked)| if *masked { TableCell::Masked } else { TableCell::Datum(datum) }).collect()
        };
        let rows = page.rows.into_iter().map(cells).collect();
        Self { rows, columns: page.columns, ..Self::default() }
    }

    /// Returns the rows as JSON objects.
    pub fn objects(&self) -> impl Iterator<Item = Value> + '_ {
        self.rows.iter().map(|row| {
            let fields = self.columns.iter().cloned().zip(row.iter().map(TableCell::json));
            Value::Object(fields.collect::<Map<_, _>>())
        })
    }

    /// Writes the table as CSV.
    pub fn write_csv(&self, out: &mut impl Write, header: bool, formulas: Formulas) -> io::Result<()> {
        self.write_separated(out, b',', header, formulas)
    }

    /// Writes the rows as CSV with this separator in place of the comma.
    pub fn write_separated(
        &self,
        out: &mut impl Write,
        separator: u8,
        header: bool,
        formulas: Formulas,
    ) -> io::Result<()> {
        let mut csv = csv::WriterBuilder::new().delimiter(separator).from_writer(out);
        let text = |text: String| match formulas {
            Formulas::Guarded if is_reference(&text) => text,
            Formulas::Guarded => guarded(text),
            Formulas::Kept => text,
        };
        if header {
            csv.write_record(self.columns.iter().map(|name| text(name.clone()))).map_err(io_error)?;
        }
        for row in &self.rows {
            let cell = |cell: &TableCell| match cell {
                TableCell::Text(_) => text(cell.plain()),
                TableCell::Datum(Datum::Text(_)) if formulas == Formulas::Guarded => guarded(cell.plain()),
                _ => cell.plain(),
            };
            csv.write_record(row.iter().map(cell)).map_err(io_error)?;
        }
        csv.flush()
    }

    /// Writes the rows in this format, before the first ones the heading. Texts that a spreadsheet would run as a formula
    /// are guarded where a spreadsheet reads the format. [`end`] writes what comes after the last ones.
    ///
    /// # Errors
    /// Returns an error also for formats that are no text.
    pub fn write(&self, out: &mut impl Write, format: FileFormat, is_first: bool) -> io::Result<()> {
        match format {
            FileFormat::Csv => self.write_csv(out, is_first, Formulas::Guarded),
            FileFormat::Tsv => self.write_tsv(out, is_first),
            FileFormat::Ndjson => self.write_ndjson(out),
            FileFormat::Json => self.write_json_part(out, is_first),
            FileFormat::Parquet | FileFormat::Arrow | FileFormat::Xlsx => Err(io::ErrorKind::Unsupported.into()),
            FileFormat::Markdown => self.write_markdown(out, is_first, markdown, |cell| markdown(&cell.plain())),
        }
    }

    /// Writes one line per row with tabs between the cells. Control characters in a cell become blanks.
    fn write_tsv(&self, out: &mut impl Write, header: bool) -> io::Result<()> {
        if header {
            let names: Vec<String> = self.columns.iter().map(|name| one_line(&guarded(name.clone()))).collect();
            writeln!(out, "{}", names.join("\t"))?;
        }
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| one_line(&cell.guarded())).collect();
            writeln!(out, "{}", cells.join("\t"))?;
        }
        Ok(())
    }

    /// Writes one JSON object per line.
    pub fn write_ndjson(&self, out: &mut impl Write) -> io::Result<()> {
        for object in self.objects() {
            serde_json::to_writer(&mut *out, &object)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// Writes a part of an array of objects, which a line with `]` ends.
    pub fn write_json_part(&self, out: &mut impl Write, is_first: bool) -> io::Result<()> {
        if is_first {
            write!(out, "[")?;
        }
        for (i, object) in self.objects().enumerate() {
            write!(out, "{}\n  ", if is_first && i == 0 { "" } else { "," })?;
            serde_json::to_writer(&mut *out, &object)?;
        }
        Ok(())
    }

    /// Returns the columns with the types of their cells.
    pub fn typed_columns(&self) -> Vec<Column> {
        let kind = |column: usize| {
            let kinds = self.rows.iter().filter_map(|row| row[column].kind());
            kinds.reduce(|one, other| match (one, other) {
                (one, other) if one == other => one,
                (ColumnType::Integer | ColumnType::Float, ColumnType::Integer | ColumnType::Float) => ColumnType::Float,
                _ => ColumnType::Text,
            })
        };
        let column = |(place, name): (usize, &String)| Column {
            name: name.clone(),
            column_type: kind(place).unwrap_or(ColumnType::Text),
        };
        self.columns.iter().enumerate().map(column).collect()
    }

    /// Writes a table of Markdown, with names and cells as these functions escape them. Columns of nothing but numbers are
    /// aligned to the right.
    pub fn write_markdown(
        &self,
        out: &mut impl Write,
        header: bool,
        name: impl Fn(&str) -> String,
        cell: impl Fn(&TableCell) -> String,
    ) -> io::Result<()> {
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        if header {
            let rule = |right: bool| if right { "---:" } else { "---" }.to_owned();
            writeln!(out, "{}", line(self.columns.iter().map(|column| name(column)).collect()))?;
            writeln!(out, "{}", line(self.right_aligned().into_iter().map(rule).collect()))?;
        }
        for row in &self.rows {
            writeln!(out, "{}", line(row.iter().map(&cell).collect()))?;
        }
        Ok(())
    }

    /// Returns for each column whether all its cells are numbers.
    pub fn right_aligned(&self) -> Vec<bool> {
        let is_number = |column: usize| !self.rows.is_empty() && self.rows.iter().all(|row| row[column].is_number());
        (0..self.columns.len()).map(is_number).collect()
    }

    /// Returns the table as text in this format.
    pub fn to_text(&self, format: FileFormat) -> String {
        let mut text = Vec::new();
        // Nothing can fail that writes to memory.
        let _ = self.write(&mut text, format, true);
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// Writes what comes after the last rows of a table in this format.
pub fn end(out: &mut impl Write, format: FileFormat) -> io::Result<()> {
    if format == FileFormat::Json { writeln!(out, "\n]") } else { Ok(()) }
}

/// Converts the error. csv's own conversion loses the kind of an I/O error.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Returns true for a rule that begins with a name, such as `@pros AND age > 5`. In a spreadsheet's formula, a bracket
/// would follow the name of a function.
fn is_reference(rule: &str) -> bool {
    let Some(rest) = rule.strip_prefix('@') else { return false };
    let name = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len());
    name > 0 && (rest[name..].is_empty() || rest[name..].starts_with(' '))
}

/// Puts an apostrophe before a text that a spreadsheet would run as a formula. A sign followed by digits is a number,
/// and a sign alone is text.
fn guarded(text: String) -> String {
    let is_number = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '));
    match text.chars().next() {
        Some('+' | '-') if is_number(&text[1..]) => text,
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text,
    }
}

/// Formats a count for programs, without separators, also if it is suppressed.
pub fn ungrouped(shown: DisclosedCount) -> String {
    match shown {
        DisclosedCount::Count(count) => count.to_string(),
        DisclosedCount::Under(least) => format!("<{least}"),
        DisclosedCount::Over(most) => format!(">{most}"),
        DisclosedCount::Hidden => shown.to_string(),
    }
}

/// Replaces control characters, line ends among them, which would break a line.
fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(char::is_control, " ")
}

/// Escapes text for a cell of a Markdown table.
fn markdown(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text).chars() {
        if matches!(c, '|' | '\\' | '<' | '>' | '*' | '_' | '`' | '[' | ']') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

impl TableCell {
    pub fn text(text: impl Into<String>) -> Self {
        TableCell::Datum(Datum::Text(text.into()))
    }

    /// Returns the type of the cell's value; `None` if the cell is empty.
    fn kind(&self) -> Option<ColumnType> {
        Some(match self {
            TableCell::Datum(Datum::Null) => return None,
            TableCell::Datum(Datum::Boolean(_)) => ColumnType::Boolean,
            TableCell::Datum(Datum::Integer(_)) | TableCell::Count(DisclosedCount::Count(_)) => ColumnType::Integer,
            TableCell::Datum(Datum::Decimal(number)) => ColumnType::Decimal(number.scale()),
            TableCell::Datum(Datum::Float(_)) => ColumnType::Float,
            TableCell::Datum(Datum::Date(_)) => ColumnType::Date,
            TableCell::Datum(Datum::Timestamp(_)) => ColumnType::Timestamp,
            TableCell::Share(number) | TableCell::Index(number) | TableCell::Number(number) => {
                number.map(|_| ColumnType::Float)?
            }
            TableCell::Datum(Datum::Text(_)) | TableCell::Text(_) | TableCell::Masked | TableCell::Count(_) => {
                ColumnType::Text
            }
        })
    }

    /// Returns the cell's value. A mark in place of a value is a text.
    pub fn into_datum(self) -> Datum {
        match self {
            TableCell::Datum(datum) => datum,
            TableCell::Text(text) => Datum::Text(text),
            TableCell::Count(DisclosedCount::Count(count)) => Datum::Integer(count as i64),
            TableCell::Share(number) | TableCell::Index(number) | TableCell::Number(number) => {
                number.map_or(Datum::Null, Datum::Float)
            }
            other => Datum::Text(other.plain()),
        }
    }

    /// Returns true for a number, or a mark in place of one.
    pub fn is_number(&self) -> bool {
        !matches!(
            self,
            TableCell::Text(_)
                | TableCell::Masked
                | TableCell::Datum(Datum::Text(_) | Datum::Boolean(_) | Datum::Date(_) | Datum::Timestamp(_))
        )
    }

    /// Formats the cell for a spreadsheet: a text that would be a formula gets an apostrophe.
    fn guarded(&self) -> String {
        let plain = self.plain();
        match self {
            TableCell::Text(_) if is_reference(&plain) => plain,
            TableCell::Text(_) | TableCell::Datum(Datum::Text(_)) => guarded(plain),
            _ => plain,
        }
    }

    /// Formats the cell for programs, without rounding or grouping.
    fn plain(&self) -> String {
        match self {
            TableCell::Text(text) => text.clone(),
            TableCell::Datum(Datum::Null) => String::new(),
            TableCell::Datum(datum) => datum.to_string(),
            TableCell::Count(DisclosedCount::Count(count)) => count.to_string(),
            TableCell::Share(number) | TableCell::Index(number) | TableCell::Number(number) => {
                number.map(|number| number.to_string()).unwrap_or_default()
            }
            TableCell::Masked => MASK.to_owned(),
            TableCell::Count(shown) => ungrouped(*shown),
        }
    }

    fn json(&self) -> Value {
        match self {
            TableCell::Datum(Datum::Null) => Value::Null,
            TableCell::Datum(Datum::Boolean(truth)) => json!(truth),
            TableCell::Datum(Datum::Integer(number)) => json!(number),
            // Keeps all digits.
            TableCell::Datum(Datum::Decimal(number)) => number.to_string().parse().map_or(Value::Null, Value::Number),
            TableCell::Datum(Datum::Float(number)) => json!(number),
            TableCell::Datum(text) => json!(text.to_string()),
            TableCell::Count(DisclosedCount::Count(count)) => json!(count),
            TableCell::Share(number) | TableCell::Index(number) | TableCell::Number(number) => json!(number),
            TableCell::Text(text) => json!(text),
            TableCell::Masked => json!(MASK),
            TableCell::Count(shown) => json!(ungrouped(*shown)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(formulas: Formulas) -> String {
        let mut table = Table::new(["=name", "n"]);
        let row =
            |text: &str, number: Datum| vec![TableCell::Datum(Datum::Text(text.into())), TableCell::Datum(number)];
        table.rows = vec![
            row("=1+1", Datum::Integer(-5)),
            row("@SUM(A1)", Datum::Float(-0.5)),
            row("\tx", Datum::Null),
            row("-2+3", Datum::Null),
            row("+49 30", Datum::Null),
            row("@handle", Datum::Null),
            vec![TableCell::Text("@pros AND @plan.basic".into()), TableCell::Text("@SUM(A1)".into())],
            row("-", Datum::Null),
            row("a=b", Datum::Null),
        ];
        let mut out = Vec::new();
        table.write_csv(&mut out, true, formulas).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn csv_guards_formulas_but_not_numbers() {
        let guarded = "'=name,n\n'=1+1,-5\n'@SUM(A1),-0.5\n'\tx,\n'-2+3,\n+49 30,\n'@handle,\n@pros AND @plan.basic,'@SUM(A1)\n-,\na=b,\n";
        assert_eq!(csv(Formulas::Guarded), guarded);
        assert_eq!(csv(Formulas::Kept), guarded.replace('\'', ""));
    }
}
