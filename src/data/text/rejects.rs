//! Rows that were not read as they stand, because the study asks to skip or repair them.

use super::dialect::quotes::QuoteFault;

/// Maximum number of rows that are listed; more are only counted.
const MAX_LISTED: usize = 100_000;

/// A row that was left out or repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    pub file: String,
    pub line: u64,
    /// Reason, as `has 2 fields, the header has 3`.
    pub problem: String,
    /// The row's text; empty where only a value was at fault.
    pub text: String,
}

/// Rows that were left out or repaired.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejects {
    /// The first of them.
    pub listed: Vec<Reject>,
    pub count: u64,
    /// True if they were left out, rather than repaired.
    pub skipped: bool,
}

impl Rejects {
    pub fn add(&mut self, reject: Reject) {
        self.count += 1;
        if self.listed.len() < MAX_LISTED {
            self.listed.push(reject);
        }
    }

    /// Returns the notice on these rows, with the first lines; `None` if there are none.
    pub fn notice(&self) -> Option<String> {
        const MAX_SHOWN: usize = 5;
        let lines: Vec<String> = self.listed.iter().take(MAX_SHOWN).map(|reject| reject.line.to_string()).collect();
        let first = self.listed.first()?;
        let more = if self.count as usize > lines.len() { ", …" } else { "" };
        let (rows, word) = match self.count {
            1 => ("1 row".to_owned(), "line"),
            n => (format!("{n} rows"), "lines"),
        };
        let done = if self.skipped { "left out" } else { "read with missing values" };
        let listed = lines.join(", ");
        Some(format!("{rows} {done} ({word} {listed}{more}; the first {}): --rejects FILE lists them", first.problem))
    }
}

/// Returns the problem of a row whose quotes are out of place.
pub fn of_quote(fault: QuoteFault) -> &'static str {
    match fault {
        QuoteFault::TextAfter { .. } => "has text after a closing quote",
        QuoteFault::Inside { .. } => "has a quote inside a field that is not in quotes",
        QuoteFault::Unclosed { .. } | QuoteFault::TooLong { .. } => "opens a quote that is never closed",
    }
}

/// Returns the problem of a row with another number of fields than the header.
pub fn of_width(found: usize, width: usize) -> String {
    let fields = if found == 1 { "field" } else { "fields" };
    format!("has {found} {fields}, the header has {width}")
}
