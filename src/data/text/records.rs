use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::ByteRecord;

use super::batch::BatchRows;
use super::dialect::CsvDialect;
use super::dialect::quotes::QuoteFault;
use super::layout::{Edge, TextLayout};
use super::lines::skip_lines;
use super::options::OnBadRow;
use super::rejects::{self, Reject};
use super::row_limit::RowBytes;
use super::splitter::Splitter;

/// Maximum number of bytes of a field in quotes where faulty rows are repaired: each quote that is never closed is read
/// up to it.
const MAX_MENDED: usize = 1 << 20;

/// The records of a delimited file.
pub struct RecordReader {
    rows: RecordSource,
    record: ByteRecord,
    /// True if `record` has been read ahead.
    is_ahead: bool,
    row: RowBytes,
    /// The header, to leave out rows that repeat it.
    header: Option<ByteRecord>,
    edge: Edge,
    on_bad_row: OnBadRow,
    /// Number of lines before the text of the table.
    skipped_lines: u64,
    file: String,
    left_out: Arc<SkippedLines>,
}

/// Number of lines of a file that are no rows.
#[derive(Debug, Default)]
pub struct SkippedLines {
    pub comments: AtomicU64,
    /// Rows that repeat the header.
    pub repeated: AtomicU64,
}

/// Reader of rows: the fast one of the csv crate, or the one that goes row by row.
enum RecordSource {
    Fast(Box<csv::Reader<Box<dyn Read + Send>>>),
    /// Rows one by one, with their lines.
    Split(Box<Splitter>),
}

/// A problem with a file, and the byte at which the faulty record or field begins.
pub enum RecordFault {
    Io(io::Error),
    Quote(QuoteFault),
    Ragged { byte: u64, found: usize, line_breaks: bool, begins_with: Option<u8> },
    NotUtf8,
}

impl From<super::batch::NotUtf8> for RecordFault {
    fn from(_: super::batch::NotUtf8) -> Self {
        RecordFault::NotUtf8
    }
}

impl RecordReader {
    /// Reads a text with its count of bytes since the last row. Lines are counted if `counts_lines` is true or faulty
    /// rows do not end the reading.
    pub fn new(
        (from, row): (Box<dyn Read + Send>, RowBytes),
        layout: &TextLayout,
        on_bad_row: OnBadRow,
        counts_lines: bool,
        file: &str,
    ) -> io::Result<Self> {
        let (from, _) = skip_lines(from, layout.skip)?;
        let left_out = Arc::new(SkippedLines::default());
        let dialect = layout.dialect;
        let rows = if on_bad_row != OnBadRow::Error {
            RecordSource::Split(Box::new(Splitter::new(from, dialect).with_max_quoted(MAX_MENDED)))
        } else if counts_lines || !dialect.is_simple() {
            RecordSource::Split(Box::new(Splitter::new(from, dialect)))
        } else {
            let checked = dialect.checked(from);
            RecordSource::Fast(Box::new(dialect.builder().buffer_capacity(1 << 18).from_reader(checked)))
        };
        Ok(Self {
            rows,
            record: ByteRecord::new(),
            is_ahead: false,
            row,
            header: None,
            edge: layout.edge,
            on_bad_row,
            skipped_lines: layout.skip,
            file: file.to_owned(),
            left_out,
        })
    }

    pub fn left_out(&self) -> Arc<SkippedLines> {
        self.left_out.clone()
    }

    /// Returns the first record without taking it.
    pub fn peek(&mut self) -> Result<Option<&ByteRecord>, RecordFault> {
        if !self.is_ahead {
            self.is_ahead = self.read()?.is_some();
        }
        Ok(self.is_ahead.then_some(&self.record))
    }

    /// Takes the first record as the header.
    pub fn take_header(&mut self) -> Result<Option<ByteRecord>, RecordFault> {
        let header = self.peek()?.cloned();
        self.is_ahead = false;
        self.header = header.clone().filter(|header| header.len() > 1);
        Ok(header)
    }

    /// Returns the header that was taken, if it has several fields.
    pub fn header(&self) -> Option<&ByteRecord> {
        self.header.as_ref()
    }

    /// Reads the next record; a faulty one is an error here, and repaired or left out by [`RecordReader::append`].
    fn read(&mut self) -> Result<Option<u64>, RecordFault> {
        match &mut self.rows {
            RecordSource::Fast(reader) => match reader.read_byte_record(&mut self.record) {
                Ok(any) => {
                    self.row.complete();
                    Ok(any.then_some(0))
                }
                Err(error) => Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => {
                        QuoteFault::from_io_error(&error).map_or(RecordFault::Io(error), RecordFault::Quote)
                    }
                    other => RecordFault::Io(io::Error::other(format!("{other:?}"))),
                }),
            },
            RecordSource::Split(splitter) => {
                let row = splitter.next_row().map_err(RecordFault::Io)?;
                self.row.complete();
                let Some(row) = row else { return Ok(None) };
                let line = row.line + self.skipped_lines;
                if let Some(fault) = row.fault {
                    return Err(RecordFault::Quote(fault));
                }
                self.record = row.placed();
                Ok(Some(line))
            }
        }
    }

    /// Appends the fields of the next record, which must have `width` of them. Returns `false` after the last one.
    pub fn append(&mut self, width: usize, to: &mut BatchRows) -> Result<bool, RecordFault> {
        let read = if std::mem::take(&mut self.is_ahead) { Ok(Some(self.line())) } else { self.read() };
        let line = match read {
            Ok(Some(line)) => line,
            Ok(None) => {
                if let RecordSource::Split(splitter) = &self.rows {
                    self.left_out.comments.store(splitter.comments(), Ordering::Relaxed);
                }
                return Ok(false);
            }
            Err(RecordFault::Quote(fault)) if self.on_bad_row != OnBadRow::Error => {
                return Ok(self.repair(width, rejects::of_quote(fault).to_owned(), to));
            }
            Err(fault) => return Err(fault),
        };
        if self.header.as_ref().is_some_and(|header| header == &self.record) {
            self.left_out.repeated.fetch_add(1, Ordering::Relaxed);
            return Ok(true);
        }
        let found = self.record.len();
        let ends_empty = found == width + 1 && self.record.get(width).is_some_and(<[u8]>::is_empty);
        if found != width && !(self.edge == Edge::Trailing && ends_empty) {
            if self.on_bad_row != OnBadRow::Error {
                return Ok(self.repair(width, rejects::of_width(found, width), to));
            }
            let line_breaks = self.record.as_slice().contains(&b'\n');
            let begins_with = self.record.as_slice().first().copied();
            return Err(RecordFault::Ragged { byte: self.byte(), found, line_breaks, begins_with });
        }
        push(&self.record, width, to);
        if matches!(self.rows, RecordSource::Split(_)) {
            to.lines.push(line);
        }
        Ok(true)
    }

    /// Lists the row that was just split as a reject, and appends what can be read of it if rows are repaired.
    fn repair(&mut self, width: usize, problem: String, to: &mut BatchRows) -> bool {
        let RecordSource::Split(splitter) = &self.rows else { return true };
        let row = splitter.row();
        let (line, text) = (row.line + self.skipped_lines, String::from_utf8_lossy(&row.text).into_owned());
        to.rejects.push(Reject { file: self.file.clone(), line, problem, text });
        if self.on_bad_row == OnBadRow::Null {
            push(&row.record, width, to);
            to.lines.push(line);
        }
        true
    }

    /// Returns the line of the row that was split last.
    fn line(&self) -> u64 {
        match &self.rows {
            RecordSource::Fast(_) => 0,
            RecordSource::Split(splitter) => splitter.row().line + self.skipped_lines,
        }
    }

    /// Returns the byte at which the last record begins, in the text of the table.
    fn byte(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::byte)
    }
}

/// Appends the first `width` fields of a record; missing ones are empty.
fn push(record: &ByteRecord, width: usize, to: &mut BatchRows) {
    let start = to.bytes.len();
    if record.len() <= width {
        to.bytes.extend_from_slice(record.as_slice());
    } else {
        let end = record.range(width).map_or(0, |range| range.start);
        to.bytes.extend_from_slice(record.as_slice().get(..end).unwrap_or_default());
    }
    let end = to.bytes.len();
    to.ends.extend((0..width).map(|i| record.range(i).map_or(end, |range| start + range.end)));
}

/// Returns the number, counted from 1, of the field that contains the byte, in a text whose quotes are right up to there.
pub fn field_at(byte: u64, from: impl Read, dialect: CsvDialect) -> io::Result<usize> {
    if dialect.is_aligned() {
        let mut before = Vec::new();
        from.take(byte).read_to_end(&mut before)?;
        let line = before.rsplit(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        let fields = line.split(|byte| *byte == b' ').filter(|field| !field.is_empty()).count();
        return Ok(fields + usize::from(line.last().is_none_or(|byte| *byte == b' ')));
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::text::lines::line_at;

    #[test]
    fn line_at_counts_each_kind_of_line_end() {
        for text in ["a\nb\n\nc\n", "a\r\nb\r\n\r\nc\r\n", "a\rb\r\rc\r"] {
            let byte = text.find('c').unwrap() as u64;
            assert_eq!(line_at(byte, text.as_bytes()).unwrap(), 4, "{text:?}");
            assert_eq!(line_at(byte - 1, text.as_bytes()).unwrap(), 4, "{text:?}");
            assert_eq!(line_at(0, text.as_bytes()).unwrap(), 1, "{text:?}");
        }
    }

    #[test]
    fn field_at_counts_fields_up_to_byte() {
        let dialect = CsvDialect::with(b',');
        for (text, field) in
            [("\"", 1), ("a,b,c\n\"", 1), ("a,b\n1,\"", 2), ("a,b\n1,5\"", 2), ("a\n\"x,\ny\",2,\"", 3)]
        {
            let byte = text.rfind('"').unwrap() as u64;
            assert_eq!(field_at(byte, text.as_bytes(), dialect).unwrap(), field, "{text:?}");
        }
    }
}
