//! Output of a table: aligned or Markdown for people, JSON, NDJSON or CSV for programs.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde_json::{Map, Value, json};

use super::streams::say;
use super::{Failure, streams};
use crate::engine::Count;
use crate::insight::figures;
use crate::insight::privacy::MASK;
use crate::insight::suppress::Shown;
use crate::model::Datum;
use crate::report::markdown::escape;
use crate::text::{self, numbers};

/// Format of a table; see [`super::Written`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Table,
    Markdown,
    Json,
    Ndjson,
    Csv(Formulas),
}

impl Format {
    /// Returns true for a format that people read: numbers are rounded, and long results cut.
    pub fn is_for_people(self) -> bool {
        matches!(self, Format::Table | Format::Markdown)
    }
}

/// Treatment of texts that a spreadsheet would take for a formula, in CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formulas {
    /// They get an apostrophe in front, which makes them text in every spreadsheet.
    Guarded,
    Kept,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Datum(Datum),
    /// A value of a masked column.
    Masked,
    Count(Shown),
    /// A share between 0 and 1, printed as a percentage in a table.
    Share(Option<f64>),
    /// An index: 100 is average.
    Index(Option<f64>),
    /// A sum or a mean.
    Number(Option<f64>),
}

/// Returns a set's figures: customers in the filter, their share of the filter, index, customers in the base.
pub fn figures_of((shown, base): (Shown, Shown), whole: Count) -> [Cell; 4] {
    let known = shown.count().zip(base.count());
    let index = known.and_then(|(both, all)| figures::index(both, whole.in_filter, all, whole.in_base));
    let share = shown.count().and_then(|count| figures::share(count, whole.in_filter));
    [Cell::Count(shown), Cell::Share(share), Cell::Index(index), Cell::Count(base)]
}

/// Stand-in for [`figures_of`] a set whose rule is in error.
pub const NOT_COUNTED: [Cell; 4] = [Cell::Number(None), Cell::Share(None), Cell::Index(None), Cell::Number(None)];

/// Column names, and rows of as many cells.
#[derive(Debug, Default)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self { columns: columns.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds columns of figures. A name that a column of the data has already is numbered, so that JSON objects lose
    /// neither.
    pub fn add_columns(&mut self, figures: &[&str]) {
        for figure in figures {
            let names = (1..).map(|n| if n == 1 { (*figure).to_owned() } else { format!("{figure}_{n}") });
            let free = names.into_iter().find(|name| !self.columns.contains(name));
            self.columns.extend(free);
        }
    }

    /// Writes the table to stdout.
    pub fn print(&self, format: Format) -> Result<ExitCode, Failure> {
        let mut out = io::BufWriter::new(streams::stdout());
        finished(self.write(&mut out, format).and_then(|()| out.flush()))
    }

    /// Writes the whole table.
    pub fn write(&self, out: &mut impl Write, format: Format) -> io::Result<()> {
        match format {
            Format::Table => self.write_aligned(out),
            Format::Markdown => self.write_markdown(out),
            Format::Json => self.write_json(out),
            Format::Ndjson => self.write_ndjson(out),
            Format::Csv(formulas) => self.write_csv(out, true, formulas),
        }
    }

    fn write_aligned(&self, out: &mut impl Write) -> io::Result<()> {
        let texts: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(Cell::shown).collect()).collect();
        let width = |column: usize| {
            let cells = texts.iter().map(|row| text::width(&row[column]));
            cells.chain([text::width(&text::visible(&self.columns[column]))]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let right = self.is_right_aligned();
        let header: Vec<String> = self.columns.iter().map(|name| text::visible(name).into_owned()).collect();
        for line in std::iter::once(&header).chain(&texts) {
            let mut padded = String::new();
            for (i, cell) in line.iter().enumerate() {
                let gap = " ".repeat(widths[i] - text::width(cell));
                let (before, after) = if right[i] { (gap.as_str(), "") } else { ("", gap.as_str()) };
                padded.push_str(&format!("{before}{cell}{after}  "));
            }
            writeln!(out, "{}", padded.trim_end())?;
        }
        Ok(())
    }

    /// Returns for each column whether all its cells are numbers.
    fn is_right_aligned(&self) -> Vec<bool> {
        let is_number = |column: usize| !self.rows.is_empty() && self.rows.iter().all(|row| row[column].is_number());
        (0..self.columns.len()).map(is_number).collect()
    }

    fn write_markdown(&self, out: &mut impl Write) -> io::Result<()> {
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        writeln!(out, "{}", line(self.columns.iter().map(|name| escape(name)).collect()))?;
        let rule = |right: bool| if right { "---:" } else { "---" }.to_owned();
        writeln!(out, "{}", line(self.is_right_aligned().into_iter().map(rule).collect()))?;
        for row in &self.rows {
            writeln!(out, "{}", line(row.iter().map(|cell| escape(&cell.shown())).collect()))?;
        }
        Ok(())
    }

    pub fn write_ndjson(&self, out: &mut impl Write) -> io::Result<()> {
        for object in self.objects() {
            serde_json::to_writer(&mut *out, &object)?;
            writeln!(out)?;
        }
        Ok(())
    }

    /// Keeps the first rows, and says on stderr how many are left out.
    pub fn keep_top(&mut self, top: usize) {
        let left_out = self.rows.len().saturating_sub(top);
        if left_out > 0 {
            self.rows.truncate(top);
            say!("crosscut: --top {top} leaves out {left_out} of {} lines", top + left_out);
        }
    }

    fn write_json(&self, out: &mut impl Write) -> io::Result<()> {
        let objects: Vec<Value> = self.objects().collect();
        serde_json::to_writer_pretty(&mut *out, &objects)?;
        writeln!(out)
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

    /// Returns the rows as JSON objects.
    pub fn objects(&self) -> impl Iterator<Item = Value> + '_ {
        self.rows.iter().map(|row| {
            let fields = self.columns.iter().cloned().zip(row.iter().map(Cell::json));
            Value::Object(fields.collect::<Map<_, _>>())
        })
    }

    pub fn write_csv(&self, out: &mut impl Write, header: bool, formulas: Formulas) -> io::Result<()> {
        self.write_separated(out, b',', header, formulas)
    }

    /// Writes the rows with this separator in place of CSV's comma.
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
            let cell = |cell: &Cell| match cell {
                Cell::Text(_) => text(cell.plain()),
                Cell::Datum(Datum::Text(_)) if formulas == Formulas::Guarded => guarded(cell.plain()),
                _ => cell.plain(),
            };
            csv.write_record(row.iter().map(cell)).map_err(io_error)?;
        }
        csv.flush()
    }
}

/// Converts the error. csv's own conversion loses the kind of an I/O error.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// Returns the outcome of writing. A reader that stops early, such as `head`, is not a failure.
pub fn finished(written: io::Result<()>) -> Result<ExitCode, Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Failed(format!("the result could not be written: {error}")))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Returns text from data for stdout: unchanged into a pipe, harmless on a terminal.
fn safe(text: &str) -> String {
    if io::stdout().is_terminal() { text::visible(text).into_owned() } else { one_line(text) }
}

/// Returns true for a rule that begins with a name, which no bracket follows as it would a function's: `@pros AND age > 5`.
fn is_reference(rule: &str) -> bool {
    let Some(rest) = rule.strip_prefix('@') else { return false };
    let name = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len());
    name > 0 && (rest[name..].is_empty() || rest[name..].starts_with(' '))
}

/// Puts an apostrophe before a text that a spreadsheet would run as a formula. A text of digits after a sign is a number
/// to it, and a sign alone is nothing.
fn guarded(text: String) -> String {
    let is_number = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' '));
    match text.chars().next() {
        Some('+' | '-') if is_number(&text[1..]) => text,
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text,
    }
}

/// Formats a count for programs: what stands for a suppressed one has no separators either.
pub fn ungrouped(shown: Shown) -> String {
    match shown {
        Shown::Count(count) => count.to_string(),
        Shown::Under(least) => format!("<{least}"),
        Shown::Over(most) => format!(">{most}"),
        Shown::Hidden => shown.to_string(),
    }
}

/// Replaces line breaks, which would break an aligned table.
fn one_line(text: &str) -> String {
    if text.contains(['\n', '\r']) { text::visible(text).into_owned() } else { text.to_owned() }
}

/// Formats a number for people with this many decimals.
fn number(number: Option<f64>, decimals: usize) -> String {
    number.map_or(numbers::NOTHING.into(), |number| numbers::grouped(number, decimals))
}

impl Cell {
    fn is_number(&self) -> bool {
        !matches!(
            self,
            Cell::Text(_)
                | Cell::Masked
                | Cell::Datum(Datum::Text(_) | Datum::Boolean(_) | Datum::Date(_) | Datum::Timestamp(_))
        )
    }

    /// Formats the cell for people.
    pub fn shown(&self) -> String {
        match self {
            Cell::Text(text) => safe(text),
            Cell::Datum(datum) => safe(&datum.to_string()),
            Cell::Masked => MASK.to_owned(),
            Cell::Count(shown) => shown.to_string(),
            Cell::Share(share) => numbers::percent(*share),
            Cell::Index(index) => number(*index, 0),
            Cell::Number(value) => number(*value, 2),
        }
    }

    /// Formats the cell for programs, without rounding or grouping.
    fn plain(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Datum(Datum::Null) => String::new(),
            Cell::Datum(datum) => datum.to_string(),
            Cell::Count(Shown::Count(count)) => count.to_string(),
            Cell::Share(number) | Cell::Index(number) | Cell::Number(number) => {
                number.map(|number| number.to_string()).unwrap_or_default()
            }
            Cell::Masked => MASK.to_owned(),
            Cell::Count(shown) => ungrouped(*shown),
        }
    }

    fn json(&self) -> Value {
        match self {
            Cell::Datum(Datum::Null) => Value::Null,
            Cell::Datum(Datum::Boolean(truth)) => json!(truth),
            Cell::Datum(Datum::Integer(number)) => json!(number),
            // Keeps all digits.
            Cell::Datum(Datum::Decimal(number)) => number.to_string().parse().map_or(Value::Null, Value::Number),
            Cell::Datum(Datum::Float(number)) => json!(number),
            Cell::Datum(text) => json!(text.to_string()),
            Cell::Count(Shown::Count(count)) => json!(count),
            Cell::Share(number) | Cell::Index(number) | Cell::Number(number) => json!(number),
            Cell::Text(text) => json!(text),
            Cell::Masked => json!(MASK),
            Cell::Count(shown) => json!(ungrouped(*shown)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(formulas: Formulas) -> String {
        let mut table = Table::new(["=name", "n"]);
        let row = |text: &str, number: Datum| vec![Cell::Datum(Datum::Text(text.into())), Cell::Datum(number)];
        table.rows = vec![
            row("=1+1", Datum::Integer(-5)),
            row("@SUM(A1)", Datum::Float(-0.5)),
            row("\tx", Datum::Null),
            row("-2+3", Datum::Null),
            row("+49 30", Datum::Null),
            row("@handle", Datum::Null),
            vec![Cell::Text("@pros AND @plan.basic".into()), Cell::Text("@SUM(A1)".into())],
            row("-", Datum::Null),
            row("a=b", Datum::Null),
        ];
        let mut out = Vec::new();
        table.write_csv(&mut out, true, formulas).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formulas_in_csv_get_an_apostrophe_and_numbers_do_not() {
        let guarded = "'=name,n\n'=1+1,-5\n'@SUM(A1),-0.5\n'\tx,\n'-2+3,\n+49 30,\n'@handle,\n@pros AND @plan.basic,'@SUM(A1)\n-,\na=b,\n";
        assert_eq!(csv(Formulas::Guarded), guarded);
        assert_eq!(csv(Formulas::Kept), guarded.replace('\'', ""));
    }
}
