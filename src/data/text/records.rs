use std::io::{self, Read};

use csv::ByteRecord;

use super::Dialect;

/// A line appended after the last line of a file. An open quote swallows it, and is detected by that; the `csv` crate
/// itself takes the end of a file for the end of the quote.
const TRAILER: &[u8] = b"\n\0the table ends here\0\n";

/// The records of a delimited file.
pub struct Records {
    reader: csv::Reader<Box<dyn Read + Send>>,
    record: ByteRecord,
}

/// A problem with a file, and the byte at which the faulty record begins.
pub enum Fault {
    Io(io::Error),
    /// A quote is opened and never closed.
    OpenQuote {
        byte: u64,
    },
    Ragged {
        byte: u64,
        found: usize,
        line_breaks: bool,
    },
    NotUtf8,
}

impl From<super::batch::NotUtf8> for Fault {
    fn from(_: super::batch::NotUtf8) -> Self {
        Fault::NotUtf8
    }
}

impl Records {
    pub fn new(from: Box<dyn Read + Send>, dialect: Dialect) -> Self {
        let from: Box<dyn Read + Send> = Box::new(from.chain(TRAILER));
        Self { reader: dialect.builder().buffer_capacity(1 << 18).from_reader(from), record: ByteRecord::new() }
    }

    /// Returns the next record, `None` after the last one. Blank lines are not records.
    pub fn next(&mut self) -> Result<Option<&ByteRecord>, Fault> {
        let any = self.reader.read_byte_record(&mut self.record).map_err(|error| Fault::Io(error.into()))?;
        let bytes = self.record.as_slice();
        if !any || (self.record.len() == 1 && TRAILER.get(1..TRAILER.len() - 1) == Some(bytes)) {
            return Ok(None);
        }
        if bytes.ends_with(TRAILER) {
            return Err(Fault::OpenQuote { byte: self.byte() });
        }
        Ok(Some(&self.record))
    }

    /// Appends the fields of the next record, which must have `width` of them. Returns `false` after the last one.
    pub fn append(&mut self, width: usize, bytes: &mut Vec<u8>, ends: &mut Vec<usize>) -> Result<bool, Fault> {
        let Some(record) = self.next()? else { return Ok(false) };
        if record.len() != width {
            let (found, line_breaks) = (record.len(), record.as_slice().contains(&b'\n'));
            return Err(Fault::Ragged { byte: self.byte(), found, line_breaks });
        }
        let start = bytes.len();
        bytes.extend_from_slice(record.as_slice());
        ends.extend((0..width).filter_map(|i| record.range(i)).map(|range| start + range.end));
        Ok(true)
    }

    /// Returns the byte at which the last record begins.
    fn byte(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::byte)
    }
}

/// Returns the line, counted from 1, on which the record that begins at `byte` has its first character. Line ends may
/// be LF, CRLF or CR alone.
pub fn line_at(byte: u64, from: impl Read) -> io::Result<u64> {
    let (mut line, mut before) = (1, b' ');
    for (place, current) in (0..).zip(io::BufReader::new(from).bytes()) {
        let current = current?;
        match current {
            b'\n' if before == b'\r' => {}
            b'\n' | b'\r' => line += 1,
            // The position may be that of blank lines before the record.
            _ if place >= byte => break,
            _ => {}
        }
        before = current;
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_under_every_line_end() {
        for text in ["a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r"] {
            let byte = text.find('c').unwrap() as u64;
            assert_eq!(line_at(byte, text.as_bytes()).unwrap(), 4, "{text:?}");
            assert_eq!(line_at(byte - 1, text.as_bytes()).unwrap(), 4, "{text:?}");
            assert_eq!(line_at(0, text.as_bytes()).unwrap(), 1, "{text:?}");
        }
    }
}
