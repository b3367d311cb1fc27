//! Reads delimited text: on all cores if it is regular ([`super::parallel`]); else one thread splits the file into fields,
//! and another converts them to typed columns.

use std::io::Read;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use super::batch::FieldBatch;
use super::dialect::quotes::{MAX_QUOTED, QuoteFault};
use super::header::{self, HeaderNames};
use super::layout::{Edge, TextLayout};
use super::lines::line_at;
use super::lines::skip_lines;
use super::parallel::{self, ParallelRead};
use super::records::{RecordFault, RecordReader, field_at};
use super::table::BadValue;
use super::{ReadStop, TableBuilder, TextFormat};
use crate::data::DataError;
use crate::data::load_progress::LoadWatch;
use crate::data::source::InputFile;

/// Maximum number of batches that wait between the two threads.
const MAX_WAITING_BATCHES: usize = 4;

pub fn read(
    input: &InputFile,
    format: &TextFormat,
    layout: &TextLayout,
    row_by_row: bool,
    table: &mut TableBuilder,
    watch: &mut LoadWatch,
) -> Result<ParallelRead, ReadStop> {
    let file = DelimitedFile { input, format, layout };
    let read_before = watch.counter().load(Ordering::Relaxed);
    let rows = format.open_rows(input, watch.counter())?;
    let records = RecordReader::new(rows, layout, table.on_bad_row(), table.has_declared(), &input.name);
    let mut records = records.map_err(|error| format.read_error(input, &error))?;
    let names = file.names(&mut records)?;
    table.begin(input, &names)?;
    let names = names.names;
    let width = names.len();
    if !row_by_row && parallel::may_read(layout, table) {
        let header = records.header().cloned();
        drop(records);
        watch.counter().store(read_before, Ordering::Relaxed);
        return parallel::read(input, format, layout, header.as_ref(), width, table, watch);
    }
    let left_out = records.left_out();
    let read = thread::scope(|scope| {
        let (full, filled) = sync_channel(MAX_WAITING_BATCHES);
        let (spent, empty) = channel::<FieldBatch>();
        scope.spawn(move || split(records, width, full, empty));
        // Leaving this closure early drops `filled`, which ends the other thread at its next batch.
        for batch in filled {
            let mut batch = batch.map_err(|fault| file.stop(fault, &names))?;
            table.push_batch(&input.name, &mut batch).map_err(|bad| file.bad_value(bad))?;
            table.check_memory(input)?;
            table.tick(watch)?;
            // Fails only if the other thread has finished the file and needs no more batches.
            let _ = spent.send(batch);
        }
        Ok(())
    });
    table.tally.comments += left_out.comments.load(Ordering::Relaxed);
    table.tally.repeated += left_out.repeated.load(Ordering::Relaxed);
    read.map(|()| ParallelRead::Complete)
}

/// Sends all records in batches, until the end, a fault, or a closed channel.
fn split(
    mut records: RecordReader,
    width: usize,
    full: SyncSender<Result<FieldBatch, RecordFault>>,
    empty: Receiver<FieldBatch>,
) {
    loop {
        let mut batch = empty.try_recv().unwrap_or_default();
        let more = batch.refill(width, |filling| records.append(width, filling));
        let done = !matches!(more, Ok(true));
        if full.send(more.map(|_| batch)).is_err() || done {
            return;
        }
    }
}

/// A file, for describing what is wrong with it.
#[derive(Clone, Copy)]
struct DelimitedFile<'a> {
    input: &'a InputFile,
    format: &'a TextFormat,
    layout: &'a TextLayout,
}

impl DelimitedFile<'_> {
    /// Reads the columns' names, of the header or by number.
    fn names(&self, records: &mut RecordReader) -> Result<HeaderNames, ReadStop> {
        let nothing =
            || ReadStop::Error(self.error("holds nothing but blank lines: a table has at least a header line"));
        if !self.layout.header {
            let first = records.peek().map_err(|fault| self.stop(fault, &[]))?;
            let width = first.map(csv::ByteRecord::len).ok_or_else(nothing)?;
            return Ok(HeaderNames {
                names: (1..=width).map(|n| format!("column{n}")).collect(),
                ..HeaderNames::default()
            });
        }
        let header = records.take_header().map_err(|fault| self.stop(fault, &[]))?.ok_or_else(nothing)?;
        let name = |field| std::str::from_utf8(field).map(str::to_owned).map_err(|_| ReadStop::NotUtf8);
        let mut names = header.iter().map(name).collect::<Result<Vec<_>, _>>()?;
        if self.layout.edge == Edge::RowNames {
            names.insert(0, "row_name".into());
        }
        Ok(header::names(&names))
    }

    fn stop(&self, fault: RecordFault, names: &[String]) -> ReadStop {
        let stop = match fault {
            RecordFault::NotUtf8 => return ReadStop::NotUtf8,
            RecordFault::Io(error) => return self.format.read_error(self.input, &error).into(),
            RecordFault::Quote(fault) => self.quote(fault, names),
            RecordFault::Ragged { byte, found, line_breaks, begins_with } => {
                let line = self.line(byte);
                line.map(|line| self.at(line, self.ragged(found, names.len(), line_breaks, begins_with)))
            }
        };
        stop.unwrap_or_else(|error| error).into()
    }

    fn at(&self, line: u64, problem: String) -> DataError {
        DataError::Line { file: self.input.name.clone(), line, problem }
    }

    /// Opens the text of the table, without the lines before it.
    fn text(&self) -> Result<Box<dyn Read + Send>, DataError> {
        let text = skip_lines(self.format.open(self.input, None)?, self.layout.skip);
        text.map(|(text, _)| text).map_err(|error| self.format.read_error(self.input, &error))
    }

    /// Returns the line of a byte of the table.
    fn line(&self, byte: u64) -> Result<u64, DataError> {
        let line = line_at(byte, self.text()?).map_err(|error| self.format.read_error(self.input, &error))?;
        Ok(line + self.layout.skip)
    }

    /// Returns the field that a byte is in, by its number and its column's name: `field 2 (name)`.
    fn field(&self, byte: u64, names: &[String]) -> Result<String, DataError> {
        let field = field_at(byte, self.text()?, self.layout.dialect);
        let field = field.map_err(|error| self.format.read_error(self.input, &error))?;
        Ok(match names.get(field - 1) {
            Some(name) => format!("field {field} ({name})"),
            None => format!("field {field}"),
        })
    }

    fn bad_value(&self, bad: BadValue) -> ReadStop {
        let BadValue { line, field, column, problem } = bad;
        let remedy = "correct it, name it in null = […] of its type, or write on_bad_row = \"null\" under [data]";
        self.at(line, format!("field {field} ({column}): {problem}: {remedy}")).into()
    }

    fn quote(&self, fault: QuoteFault, names: &[String]) -> Result<DataError, DataError> {
        let plain = "if quotes are plain text in this file, write plain_quotes = true in config.toml";
        let (byte, problem) = match fault {
            QuoteFault::TextAfter { open, close } => {
                let (field, line, end) = (self.field(open, names)?, self.line(open)?, self.line(close)?);
                let problem = match line == end {
                    true => format!("has text after the closing quote (\") of {field}"),
                    false => format!("opens a quote (\") in {field} that ends in the middle of line {end}"),
                };
                (open, format!("{problem}: close it before the separator, and write a quote inside it twice (\"\")"))
            }
            QuoteFault::Inside { byte, after_blank: true } => {
                let field = self.field(byte, names)?;
                (byte, format!("has a blank before the quote (\") of {field}: remove the blank; {plain}"))
            }
            QuoteFault::Inside { byte, .. } => {
                let field = self.field(byte, names)?;
                let problem = format!("has a quote (\") inside {field}, which is not in quotes");
                (byte, format!("{problem}: put the field in quotes and write the quote twice (\"\"); {plain}"))
            }
            QuoteFault::Unclosed { open } | QuoteFault::TooLong { open } => {
                let field = self.field(open, names)?;
                let end = match fault {
                    QuoteFault::TooLong { .. } => format!("not closed within {} MB", MAX_QUOTED >> 20),
                    _ => "never closed".to_owned(),
                };
                let problem = format!("opens a quote (\") in {field} that is {end}");
                (open, format!("{problem}: close it, or write the quote twice; {plain}"))
            }
        };
        Ok(self.at(self.line(byte)?, problem))
    }

    fn ragged(&self, found: usize, width: usize, line_breaks: bool, begins_with: Option<u8>) -> String {
        let fields = if found == 1 { "field" } else { "fields" };
        let way_out = if line_breaks {
            "is a quote (\") left open there?".to_owned()
        } else if begins_with == Some(b'#') {
            "if lines that begin with # are comments, write comment = \"#\" in config.toml".to_owned()
        } else if width == 1 {
            "if the names come later, write header = N (their line) under [data], or --header N; else put quotes (\") around text with separators".to_owned()
        } else if found > width {
            format!("put quotes (\") around a field that holds the separator ({})", self.layout.dialect.word())
        } else {
            "give every line all its fields".to_owned()
        };
        let first = if self.layout.header { "the header" } else { "the first row" };
        format!("has {found} {fields}, {first} has {width}: {way_out}")
    }

    fn error(&self, problem: impl Into<String>) -> DataError {
        DataError::file(&self.input.name, problem)
    }
}
