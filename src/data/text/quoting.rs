//! Detects how a delimited text marks fields that contain separators: quotes, escapes, blanks before quotes.

use std::io;

use csv::ByteRecord;

use super::dialect::CsvDialect;
use super::dialect::quotes::QuoteFault;
use super::options::{Escape, QuoteMark, TextOptions};
use super::splitter::{SplitRow, Splitter};

/// Returns the dialect of a text with this separator. A person's settings are kept.
pub fn detect(sample: &str, complete: bool, separator: u8, comment: Option<u8>, options: &TextOptions) -> CsvDialect {
    let usual = CsvDialect {
        comment,
        quote: given_quote(options),
        escape: given_escape(options),
        ..CsvDialect::with(separator)
    };
    let is_good = |dialect: CsvDialect| fault(dialect, sample, complete).is_none();
    let single = CsvDialect { quote: Some(b'\''), ..usual };
    if options.quote.is_none() && is_quoted_by(sample, separator, '\'') && !is_quoted_by(sample, separator, '"') {
        return if is_good(single) { single } else { usual };
    }
    let Some(found) = fault(usual, sample, complete) else { return usual };
    let escaped = CsvDialect { escape: Some(b'\\'), ..usual };
    if options.escape.is_none() && usual.quote.is_some() && sample.contains("\\\"") && is_good(escaped) {
        return escaped;
    }
    let padded = CsvDialect { padded: true, ..usual };
    let is_padded = matches!(found, QuoteFault::Inside { after_blank: true, .. });
    if is_padded
        && separator != b' '
        && is_followed_by_blanks(sample, separator)
        && splits_cleanly(padded, sample, complete)
    {
        padded
    } else {
        usual
    }
}

/// Returns the dialect of columns that are aligned by blanks. A person's settings are kept.
pub fn aligned(comment: Option<u8>, options: &TextOptions) -> CsvDialect {
    CsvDialect { comment, quote: given_quote(options), escape: given_escape(options), ..CsvDialect::aligned() }
}

/// Returns the quote that a person gave, else `"`.
fn given_quote(options: &TextOptions) -> Option<u8> {
    match options.quote {
        Some(QuoteMark::None) => None,
        Some(QuoteMark::Mark(mark)) => Some(mark),
        None => Some(b'"'),
    }
}

fn given_escape(options: &TextOptions) -> Option<u8> {
    match options.escape {
        Some(Escape::Mark(mark)) => Some(mark),
        Some(Escape::None) | None => None,
    }
}

/// Returns the first rows of a sample.
pub fn records(dialect: CsvDialect, sample: &str, most: usize) -> Vec<ByteRecord> {
    if !dialect.is_simple() {
        let mut splitter = splitter(dialect, sample);
        let next = || splitter.next_row().ok().flatten().map(SplitRow::placed);
        return std::iter::from_fn(next).take(most).collect();
    }
    let reader = dialect.builder().from_reader(sample.as_bytes());
    reader.into_byte_records().map_while(Result::ok).take(most).collect()
}

fn splitter(dialect: CsvDialect, sample: &str) -> Splitter {
    Splitter::new(Box::new(io::Cursor::new(sample.to_owned())), dialect)
}

/// Returns the first quote of a sample that is out of place; the last field of a cut sample may be open.
fn fault(dialect: CsvDialect, sample: &str, complete: bool) -> Option<QuoteFault> {
    dialect.quote?;
    let mut splitter = splitter(dialect, sample);
    while let Ok(Some(row)) = splitter.next_row() {
        match row.fault {
            Some(QuoteFault::Unclosed { .. }) if !complete => return None,
            Some(fault) => return Some(fault),
            None => {}
        }
    }
    None
}

fn splits_cleanly(dialect: CsvDialect, sample: &str, complete: bool) -> bool {
    let mut splitter = splitter(dialect, sample);
    let (mut width, mut faults) = (None, 0);
    while let Ok(Some(row)) = splitter.next_row() {
        match row.fault {
            Some(QuoteFault::Unclosed { .. }) if !complete => {}
            Some(_) => faults += 1,
            None => faults += usize::from(*width.get_or_insert(row.record.len()) != row.record.len() && complete),
        }
    }
    faults == 0
}

/// Returns true if a blank follows every separator outside of quotes.
fn is_followed_by_blanks(sample: &str, separator: u8) -> bool {
    let mut quoted = false;
    let bytes = sample.as_bytes();
    bytes.iter().enumerate().all(|(at, &byte)| {
        quoted ^= byte == b'"';
        quoted || byte != separator || matches!(bytes.get(at + 1), Some(b' ') | None)
    })
}

/// Returns true if fields are in these quotes: at least two are, and each that begins with one ends with one.
fn is_quoted_by(sample: &str, separator: u8, quote: char) -> bool {
    let separator = char::from(separator);
    let is_edge = |c: char| c == separator || c == '\n' || c == '\r';
    let (mut opened, mut closed, mut before) = (0, 0, '\n');
    let mut characters = sample.chars().peekable();
    while let Some(c) = characters.next() {
        if c == quote {
            let ends = characters.peek().is_none_or(|next| is_edge(*next));
            opened += usize::from(is_edge(before) && !ends);
            closed += usize::from(ends && !is_edge(before));
        }
        before = c;
    }
    opened >= 2 && opened.abs_diff(closed) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(sample: &str) -> CsvDialect {
        detect(sample, true, b',', None, &TextOptions::default())
    }

    #[test]
    fn single_quotes_that_enclose_fields_are_quotes() {
        assert_eq!(dialect("a,b\n'x, y','z'\n").quote, Some(b'\''));
        assert_eq!(dialect("a,b\n'tis,fine\nit's,'\n").quote, Some(b'"'));
        assert_eq!(dialect("a,b\n\"'x'\",\"'y'\"\n").quote, Some(b'"'));
    }

    #[test]
    fn backslash_escape_is_detected_unless_doubled_quotes_fit() {
        assert_eq!(dialect("a,b\n1,\"say \\\"so\\\"\"\n").escape, Some(b'\\'));
        assert_eq!(dialect("a,b\n\"C:\\\",\"say \"\"so\"\"\"\n").escape, None);
    }

    #[test]
    fn blanks_before_quotes_are_detected_if_rows_agree() {
        assert!(dialect("a, b\n1, \"x, y\"\n2, \"z\"\n").padded);
        assert!(!dialect("a, b\n1, x\n2, z\n").padded);
        assert!(!dialect("a, b\n1, \"x\" y\n2, \"z\"\n").padded);
    }
}
