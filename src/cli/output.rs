//! Output of a table: aligned or Markdown for people, JSON, NDJSON or CSV for programs.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde_json::Value;

use super::streams::say;
use super::{CommandError, streams};
use crate::engine::CustomerCount;
use crate::insight::figures;
use crate::insight::privacy::MASK;
use crate::insight::suppress::DisclosedCount;
pub use crate::insight::table::{Formulas, Table, TableCell, ungrouped};
use crate::report::markdown::escape;
use crate::text::{self, numbers};

/// Format of a table; see [`super::FormatOption`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    Table,
    Markdown,
    Json,
    Ndjson,
    Csv(Formulas),
}

impl OutputFormat {
    /// Returns true for a format that people read: numbers are rounded, and long results cut.
    pub fn is_for_people(self) -> bool {
        matches!(self, OutputFormat::Table | OutputFormat::Markdown)
    }
}

/// Maximum width of cells that widen their column: a longer one moves the rest of its own line alone.
const MAX_ALIGNED: usize = 60;

/// Returns a set's figures: customers in the filter, their share of the filter, index, customers in the base.
pub fn figures_of((shown, base): (DisclosedCount, DisclosedCount), whole: CustomerCount) -> [TableCell; 4] {
    let known = shown.count().zip(base.count());
    let index = known.and_then(|(both, all)| figures::index(both, whole.in_filter, all, whole.in_base));
    let share = shown.count().and_then(|count| figures::share(count, whole.in_filter));
    [TableCell::Count(shown), TableCell::Share(share), TableCell::Index(index), TableCell::Count(base)]
}

/// Stand-in for [`figures_of`] a set whose rule is in error.
pub const NOT_COUNTED: [TableCell; 4] =
    [TableCell::Number(None), TableCell::Share(None), TableCell::Index(None), TableCell::Number(None)];

impl Table {
    /// Writes the table to stdout.
    pub fn print(&self, format: OutputFormat) -> Result<ExitCode, CommandError> {
        let mut out = io::BufWriter::new(streams::stdout());
        finished(self.write_format(&mut out, format).and_then(|()| out.flush()))
    }

    /// Writes the whole table.
    pub fn write_format(&self, out: &mut impl Write, format: OutputFormat) -> io::Result<()> {
        match format {
            OutputFormat::Table => self.write_aligned(out),
            OutputFormat::Markdown => self.write_markdown(out, true, escape, |cell| escape(&cell.shown())),
            OutputFormat::Json => self.write_json(out),
            OutputFormat::Ndjson => self.write_ndjson(out),
            OutputFormat::Csv(formulas) => self.write_csv(out, true, formulas),
        }
    }

    fn write_aligned(&self, out: &mut impl Write) -> io::Result<()> {
        let texts: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(TableCell::shown).collect()).collect();
        let width = |column: usize| {
            let cells = texts.iter().map(|row| text::width(&row[column])).filter(|width| *width <= MAX_ALIGNED);
            cells.chain([text::width(&text::visible(&self.columns[column]))]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let right = self.right_aligned();
        let header: Vec<String> = self.columns.iter().map(|name| text::visible(name).into_owned()).collect();
        for line in std::iter::once(&header).chain(&texts) {
            let mut padded = String::new();
            for (i, cell) in line.iter().enumerate() {
                let gap = " ".repeat(widths[i].saturating_sub(text::width(cell)));
                let (before, after) = if right[i] { (gap.as_str(), "") } else { ("", gap.as_str()) };
                padded.push_str(&format!("{before}{cell}{after}  "));
            }
            writeln!(out, "{}", padded.trim_end())?;
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
}

/// Returns the outcome of writing. A reader that stops early, such as `head`, is not a failure.
pub fn finished(written: io::Result<()>) -> Result<ExitCode, CommandError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CommandError::Failed(format!("the result could not be written: {error}")))
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Returns text from data for stdout: unchanged into a pipe, harmless on a terminal.
fn safe(text: &str) -> String {
    if io::stdout().is_terminal() { text::visible(text).into_owned() } else { one_line(text) }
}

/// Replaces line breaks, which would break an aligned table.
fn one_line(text: &str) -> String {
    if text.contains(['\n', '\r']) { text::visible(text).into_owned() } else { text.to_owned() }
}

/// Formats a number for people with this many decimals.
fn number(number: Option<f64>, decimals: usize) -> String {
    number.map_or(numbers::NOTHING.into(), |number| numbers::grouped(number, decimals))
}

impl TableCell {
    /// Formats the cell for people.
    pub fn shown(&self) -> String {
        match self {
            TableCell::Text(text) => safe(text),
            TableCell::Datum(datum) => safe(&datum.to_string()),
            TableCell::Masked => MASK.to_owned(),
            TableCell::Count(shown) => shown.to_string(),
            TableCell::Share(share) => numbers::percent(*share),
            TableCell::Index(index) => number(*index, 0),
            TableCell::Number(value) => number(*value, 2),
        }
    }
}
