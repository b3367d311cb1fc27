use std::io::{self, Read};

use csv::ByteRecord;

use super::Dialect;
use super::quotes::QuoteFault;
use super::row_limit::RowBytes;

/// The records of a delimited file.
pub struct Records {
    reader: csv::Reader<Box<dyn Read + Send>>,
    record: ByteRecord,
    row: RowBytes,
}

/// A problem with a file, and the byte at which the faulty record or field begins.
pub enum Fault {
    Io(io::Error),
    Quote(QuoteFault),
    Ragged { byte: u64, found: usize, line_breaks: bool },
    NotUtf8,
}

impl From<super::batch::NotUtf8> for Fault {
    fn from(_: super::batch::NotUtf8) -> Self {
        Fault::NotUtf8
    }
}

impl Records {
    /// Reads a text with its count of bytes since the last row.
    pub fn new((from, row): (Box<dyn Read + Send>, RowBytes), dialect: Dialect) -> Self {
        let reader = dialect.builder().buffer_capacity(1 << 18).from_reader(dialect.checked(from));
        Self { reader, record: ByteRecord::new(), row }
    }

    /// Returns the next record, `None` after the last one. Blank lines are not records.
    pub fn next(&mut self) -> Result<Option<&ByteRecord>, Fault> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(any) => {
                self.row.complete();
                Ok(any.then_some(&self.record))
            }
            Err(error) => Err(match error.into_kind() {
                csv::ErrorKind::Io(error) => QuoteFault::of(&error).map_or(Fault::Io(error), Fault::Quote),
                other => Fault::Io(io::Error::other(format!("{other:?}"))),
            }),
        }
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

/// Returns the number, counted from 1, of the field that contains the byte, in a text whose quotes are right up to there.
pub fn field_at(byte: u64, from: impl Read, dialect: Dialect) -> io::Result<usize> {
    let mut before = LastByte { from: from.take(byte), last: b'\n' };
    let mut reader = dialect.builder().from_reader(&mut before);
    let (mut record, mut fields) = (ByteRecord::new(), 1);
    while reader.read_byte_record(&mut record)? {
        fields = record.len();
    }
    drop(reader);
    // A line that is just beginning is not a record yet.
    Ok(if matches!(before.last, b'\n' | b'\r') { 1 } else { fields.max(1) })
}

/// A reader that remembers the last byte.
struct LastByte<R> {
    from: R,
    last: u8,
}

impl<R: Read> Read for LastByte<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buffer)?;
        self.last = buffer[..n].last().copied().unwrap_or(self.last);
        Ok(n)
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

    #[test]
    fn fields_are_counted_up_to_a_byte() {
        let dialect = Dialect::detect("a,b,c\n1,2,3\n", true, true);
        for (text, field) in
            [("\"", 1), ("a,b,c\n\"", 1), ("a,b\n1,\"", 2), ("a,b\n1,5\"", 2), ("a\n\"x,\ny\",2,\"", 3)]
        {
            let byte = text.rfind('"').unwrap() as u64;
            assert_eq!(field_at(byte, text.as_bytes(), dialect).unwrap(), field, "{text:?}");
        }
    }
}
