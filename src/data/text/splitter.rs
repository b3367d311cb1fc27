//! Splits text into rows one by one, so that a row that cannot be read is left out or repaired, and the next is read. The
//! `csv` crate is faster, and reads all files of which nothing has to be repaired.

use std::io::{self, Read};

use csv::ByteRecord;
use memchr::{memchr, memchr2, memchr3};

use super::dialect::CsvDialect;
use super::dialect::quotes::{MAX_QUOTED, QuoteFault};

/// Bytes read at a time.
const BLOCK: usize = 1 << 18;

/// A row of the text.
#[derive(Debug, Default)]
pub struct SplitRow {
    /// The fields. With a fault, those of its first line alone, in which quotes that are out of place are plain text.
    pub record: ByteRecord,
    pub fault: Option<QuoteFault>,
    /// The row's first byte, and its line, counted from 1.
    pub byte: u64,
    pub line: u64,
    /// The text of the row.
    pub text: Vec<u8>,
}

impl SplitRow {
    /// Returns the fields with their place.
    pub fn placed(&self) -> ByteRecord {
        let mut record = self.record.clone();
        let mut position = csv::Position::new();
        position.set_byte(self.byte);
        record.set_position(Some(position));
        record
    }
}

/// Splits bytes into rows and fields, one row after the other.
pub struct Splitter {
    from: Box<dyn Read + Send>,
    dialect: CsvDialect,
    /// Maximum number of bytes of a field in quotes.
    max_quoted: usize,
    buffer: Vec<u8>,
    /// Place in the buffer of the next row.
    at: usize,
    /// Byte of the text at the beginning of the buffer.
    base: u64,
    /// Number of line ends before the next row.
    lines: u64,
    ended: bool,
    comments: u64,
    row: SplitRow,
    fields: Vec<Vec<u8>>,
}

/// Result of splitting the row at the beginning of some bytes.
enum Split {
    /// The row ends before this place.
    Row(usize),
    Fault(QuoteFault),
    /// The row may go on beyond the bytes.
    Unfinished,
}

impl Splitter {
    pub fn new(from: Box<dyn Read + Send>, dialect: CsvDialect) -> Self {
        Self {
            from,
            dialect,
            max_quoted: MAX_QUOTED as usize,
            buffer: Vec::new(),
            at: 0,
            base: 0,
            lines: 0,
            ended: false,
            comments: 0,
            row: SplitRow::default(),
            fields: Vec::new(),
        }
    }

    /// Bounds fields in quotes, since each that is never closed is read up to the bound.
    pub fn with_max_quoted(self, bytes: usize) -> Self {
        Self { max_quoted: bytes, ..self }
    }

    /// Returns the row that was read last.
    pub fn row(&self) -> &SplitRow {
        &self.row
    }

    /// Returns the number of lines so far that are comments.
    pub fn comments(&self) -> u64 {
        self.comments
    }

    /// Returns the next row; `None` after the last one. Blank lines and comments are not rows.
    pub fn next_row(&mut self) -> io::Result<Option<&SplitRow>> {
        loop {
            self.skip_blank_lines()?;
            if self.at == self.buffer.len() {
                return Ok(None);
            }
            if Some(self.buffer[self.at]) == self.dialect.comment {
                self.comments += 1;
                let end = self.end_of_line()?;
                self.consume(end);
                continue;
            }
            let fault = loop {
                match self.split() {
                    Split::Row(end) => {
                        self.keep(end, None);
                        return Ok(Some(&self.row));
                    }
                    Split::Fault(fault) => break fault,
                    Split::Unfinished => self.refill()?,
                }
            };
            let end = self.end_of_line()?;
            self.split_loosely(end);
            self.keep(end, Some(fault));
            return Ok(Some(&self.row));
        }
    }

    fn keep(&mut self, end: usize, fault: Option<QuoteFault>) {
        let start = self.at;
        self.row.byte = self.base + start as u64;
        self.row.line = self.lines + 1;
        self.row.fault = fault;
        self.row.text.clear();
        self.row.text.extend_from_slice(self.buffer[start..end].trim_ascii_end());
        self.row.record.clear();
        self.fields.iter().for_each(|field| self.row.record.push_field(field));
        self.consume(end);
    }

    /// Steps over the bytes up to a place, counting lines.
    fn consume(&mut self, end: usize) {
        let bytes = &self.buffer[self.at..end];
        let feeds = memchr::memchr_iter(b'\n', bytes).count();
        let returns = memchr::memchr_iter(b'\r', bytes);
        let alone = returns.filter(|at| self.buffer.get(self.at + at + 1) != Some(&b'\n')).count();
        self.lines += (feeds + alone) as u64;
        self.at = end;
    }

    fn skip_blank_lines(&mut self) -> io::Result<()> {
        loop {
            let rest = &self.buffer[self.at..];
            let is_blank = |byte: u8| Self::ends_row(byte) || byte == b' ' && self.dialect.is_aligned();
            let blank = rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(rest.len());
            // At the end of the buffer a line feed may belong to the carriage return before it.
            if self.at + blank < self.buffer.len() || self.ended {
                self.consume(self.at + blank);
                return Ok(());
            }
            self.refill()?;
        }
    }

    /// Returns the place behind the line end of the line that begins here.
    fn end_of_line(&mut self) -> io::Result<usize> {
        loop {
            if let Some(end) = memchr2(b'\n', b'\r', &self.buffer[self.at..]) {
                let end = self.at + end;
                match (self.buffer[end], self.buffer.get(end + 1)) {
                    (b'\r', Some(b'\n')) => return Ok(end + 2),
                    (b'\r', None) if !self.ended => {}
                    _ => return Ok(end + 1),
                }
            } else if self.ended {
                return Ok(self.buffer.len());
            }
            self.refill()?;
        }
    }

    /// Reads more, at least as much as is waiting, so that long rows are not split over and over.
    fn refill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.base += self.at as u64;
        self.at = 0;
        let wanted = BLOCK.max(self.buffer.len());
        let before = self.buffer.len();
        (&mut self.from).take(wanted as u64).read_to_end(&mut self.buffer)?;
        self.ended = self.buffer.len() - before < wanted;
        Ok(())
    }

    fn ends_row(byte: u8) -> bool {
        byte == b'\n' || byte == b'\r'
    }

    /// Splits the row that begins here, strictly.
    fn split(&mut self) -> Split {
        self.fields.clear();
        let mut at = self.at;
        loop {
            if self.dialect.padded && !self.fields.is_empty() {
                at += self.buffer[at..].iter().take_while(|byte| **byte == b' ').count();
            }
            let rest = &self.buffer[at..];
            // Blanks at the end of a line precede no field.
            let is_end = rest.first().map_or(self.ended, |byte| Self::ends_row(*byte));
            if is_end && self.dialect.is_aligned() && !self.fields.is_empty() {
                return self.end_of_row(at).map_or(Split::Unfinished, Split::Row);
            }
            let quote = self.dialect.quote.filter(|quote| rest.first() == Some(quote));
            let end = match quote {
                Some(quote) => match self.quoted(at, quote) {
                    Ok(Some(end)) => end,
                    Ok(None) => return Split::Unfinished,
                    Err(fault) => return Split::Fault(fault),
                },
                None => {
                    let Some(length) =
                        memchr3(self.dialect.separator, b'\n', b'\r', rest).or(self.ended.then_some(rest.len()))
                    else {
                        return Split::Unfinished;
                    };
                    let field = &rest[..length];
                    if let Some(inside) = self.dialect.quote.and_then(|quote| memchr(quote, field)) {
                        let after_blank = field[..inside].iter().all(|byte| *byte == b' ') && inside > 0;
                        return Split::Fault(QuoteFault::Inside {
                            byte: self.base + (at + inside) as u64,
                            after_blank,
                        });
                    }
                    self.fields.push(field.to_vec());
                    at + length
                }
            };
            match self.buffer.get(end) {
                Some(byte) if !Self::ends_row(*byte) => at = end + 1,
                _ => return self.end_of_row(end).map_or(Split::Unfinished, Split::Row),
            }
        }
    }

    /// Returns the place behind the line end, or the end of the text, that is here; `None` if more bytes are needed.
    fn end_of_row(&self, at: usize) -> Option<usize> {
        match (self.buffer.get(at), self.buffer.get(at + 1)) {
            (Some(b'\r'), Some(b'\n')) => Some(at + 2),
            (Some(b'\r') | None, None) if !self.ended => None,
            (None, _) => Some(at),
            _ => Some(at + 1),
        }
    }

    /// Reads a field in quotes; returns the place behind it, `None` if more bytes are needed.
    fn quoted(&mut self, open: usize, quote: u8) -> Result<Option<usize>, QuoteFault> {
        let place = |at: usize| self.base + at as u64;
        let mut field = Vec::new();
        let mut at = open + 1;
        loop {
            let rest = &self.buffer[at..];
            if at - open > self.max_quoted
                || rest.len() > self.max_quoted && memchr(quote, &rest[..self.max_quoted]).is_none()
            {
                return Err(QuoteFault::TooLong { open: place(open) });
            }
            let found = match self.dialect.escape {
                Some(escape) => memchr2(quote, escape, rest),
                None => memchr(quote, rest),
            };
            let Some(found) = found else {
                return if self.ended { Err(QuoteFault::Unclosed { open: place(open) }) } else { Ok(None) };
            };
            field.extend_from_slice(&rest[..found]);
            let is_quote = rest[found] == quote;
            match rest.get(found + 1) {
                None if !self.ended => return Ok(None),
                None if !is_quote => return Err(QuoteFault::Unclosed { open: place(open) }),
                Some(&next) if !is_quote && (next == quote || next == rest[found]) => field.push(next),
                Some(&next) if !is_quote => field.extend([rest[found], next]),
                Some(&next) if next == quote => field.push(quote),
                None => {
                    self.fields.push(field);
                    return Ok(Some(at + found + 1));
                }
                Some(&next) if next == self.dialect.separator || Self::ends_row(next) => {
                    self.fields.push(field);
                    return Ok(Some(at + found + 1));
                }
                Some(_) => return Err(QuoteFault::TextAfter { open: place(open), close: place(at + found) }),
            }
            at += found + 2;
        }
    }

    /// Splits the line that ends at a place: a quote closes a field only before a separator or the end of the line, and
    /// is plain text elsewhere.
    fn split_loosely(&mut self, end: usize) {
        self.fields.clear();
        let line = self.buffer[self.at..end].trim_ascii_end();
        let separator = self.dialect.separator;
        let mut rest = line;
        loop {
            if self.dialect.padded {
                rest = rest.trim_ascii_start();
            }
            let opened = self.dialect.quote.filter(|quote| rest.first() == Some(quote));
            let closed = opened.and_then(|quote| {
                let ends = |at: &usize| rest.get(at + 1).is_none_or(|next| *next == separator);
                memchr::memchr_iter(quote, rest).skip(1).find(ends)
            });
            let (field, after) = match closed {
                Some(close) => (&rest[1..close], close + 1),
                None => {
                    let length = memchr(separator, rest).unwrap_or(rest.len());
                    (&rest[..length], length)
                }
            };
            let doubled = opened.filter(|_| closed.is_some());
            self.fields.push(match doubled {
                Some(quote) => without_doubled(field, quote),
                None => field.to_vec(),
            });
            match rest.get(after) {
                Some(_) => rest = &rest[after + 1..],
                None => return,
            }
        }
    }
}

fn without_doubled(field: &[u8], quote: u8) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut bytes = field.iter().peekable();
    while let Some(&byte) = bytes.next() {
        plain.push(byte);
        if byte == quote {
            bytes.next_if(|next| **next == quote);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows as lines: the line number, the fields between bars, and `!` for a fault.
    fn rows(text: &str, dialect: CsvDialect) -> Vec<String> {
        let mut splitter = Splitter::new(Box::new(io::Cursor::new(text.to_owned())), dialect);
        let mut rows = Vec::new();
        while let Some(row) = splitter.next_row().unwrap() {
            let fields: Vec<_> = row.record.iter().map(String::from_utf8_lossy).collect();
            let mark = if row.fault.is_some() { "!" } else { "" };
            rows.push(format!("{}{mark} {}", row.line, fields.join("|")));
        }
        rows
    }

    #[test]
    fn splitter_splits_rows_at_each_kind_of_line_end() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,\"x, \"\"y\"\"", "z\"", "", ",", "5,6"].join(end);
            let row = format!("2 1|x, \"y\"{end}z");
            assert_eq!(rows(&text, CsvDialect::with(b',')), ["1 a|b", &row, "5 |", "6 5|6"], "{end:?}");
        }
    }

    #[test]
    fn splitter_returns_faulty_row_as_one_line() {
        let text = "id,name\n1,\"Ann \"Annie\" Lee\"\n2,5\" pipe\n3,\"Bo\n4,Cy\n";
        let expected = ["1 id|name", "2! 1|Ann \"Annie\" Lee", "3! 2|5\" pipe", "4! 3|\"Bo", "5 4|Cy"];
        assert_eq!(rows(text, CsvDialect::with(b',')), expected);
    }

    #[test]
    fn escapes_comments_and_blanks_after_separators_are_read() {
        let escaped = CsvDialect { escape: Some(b'\\'), ..CsvDialect::with(b',') };
        assert_eq!(rows("\"a\\\"b\",\"c\\\\\"\n\"C:\\x\",\"\"\n", escaped), ["1 a\"b|c\\", "2 C:\\x|"]);
        let padded = CsvDialect { padded: true, ..CsvDialect::with(b',') };
        assert_eq!(rows("1, \"x, y\", z\n", padded), ["1 1|x, y|z"]);
        assert_eq!(rows("a\n# \"b\nc\n", CsvDialect::with(b',').with_comment(Some(b'#'))), ["1 a", "3 c"]);
    }

    #[test]
    fn any_number_of_blanks_separates_aligned_columns() {
        let text = "  id  name \r\n\r\n   \r\n 1   \"A  B\"\r\n22 Bo   ";
        assert_eq!(rows(text, CsvDialect::aligned()), ["1 id|name", "4 1|A  B", "5 22|Bo"]);
        assert_eq!(rows("1  x\"y  \n2 z", CsvDialect::aligned()), ["1! 1|x\"y", "2 2|z"]);
    }

    #[test]
    fn splitter_reads_long_rows_whole() {
        let long = "x".repeat(3 * BLOCK);
        let text = format!("a,\"{long}\"\nb,c\n");
        let rows = rows(&text, CsvDialect::with(b','));
        assert_eq!((rows[0].len(), rows[1].as_str()), (long.len() + 4, "2 b|c"));
    }
}
