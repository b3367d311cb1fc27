//! Reads delimited text: one thread splits the file into fields, another converts them to typed columns.

use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use super::batch::Batch;
use super::records::{Fault, Records, line_at};
use super::{Dialect, Stop, Table, TextFormat, header};
use crate::data::DataError;
use crate::data::progress::Watch;
use crate::data::source::Input;

/// Maximum number of batches that wait between the two threads.
const WAITING: usize = 4;

pub fn read(
    input: &Input,
    format: &TextFormat,
    dialect: Dialect,
    table: &mut Table,
    watch: &mut Watch,
) -> Result<(), Stop> {
    let file = File { input, format, dialect };
    let mut records = Records::new(format.open(input, Some(watch.counter()))?, dialect);
    let names = match records.next() {
        Ok(Some(record)) => {
            let name = |field| std::str::from_utf8(field).map(str::to_owned).map_err(|_| Stop::NotUtf8);
            header::names(&record.iter().map(name).collect::<Result<Vec<_>, _>>()?)
        }
        Ok(None) => return Err(file.error("holds nothing but blank lines: a table has at least a header line").into()),
        Err(fault) => return Err(file.stop(fault, 0)),
    };
    file.agree(&names, table)?;
    let width = names.len();
    thread::scope(|scope| {
        let (full, filled) = sync_channel(WAITING);
        let (spent, empty) = channel::<Batch>();
        scope.spawn(move || split(records, width, full, empty));
        // Leaving this closure early drops `filled`, which ends the other thread at its next batch.
        for batch in filled {
            let batch = batch.map_err(|fault| file.stop(fault, width))?;
            table.push_batch(&batch);
            watch.tick_with(table.rows, || Some(table.schema()))?;
            // Fails only if the other thread has finished the file and needs no more batches.
            let _ = spent.send(batch);
        }
        Ok(())
    })
}

/// Sends all records in batches, until the end, a fault, or a closed channel.
fn split(mut records: Records, width: usize, full: SyncSender<Result<Batch, Fault>>, empty: Receiver<Batch>) {
    loop {
        let mut batch = empty.try_recv().unwrap_or_default();
        let more = batch.refill(width, |bytes, ends| records.append(width, bytes, ends));
        let done = !matches!(more, Ok(true));
        if full.send(more.map(|_| batch)).is_err() || done {
            return;
        }
    }
}

/// A file, for describing what is wrong with it.
#[derive(Clone, Copy)]
struct File<'a> {
    input: &'a Input,
    format: &'a TextFormat,
    dialect: Dialect,
}

impl File<'_> {
    /// Checks a file's header. The table takes its columns from the first file, and the headers of the others must be
    /// the same.
    fn agree(&self, names: &[String], table: &mut Table) -> Result<(), Stop> {
        if table.is_empty() {
            names.iter().for_each(|name| {
                table.place(name);
            });
            // A requested column that is missing is reported before the file is read.
            return Ok(table.select()?);
        }
        let (found, wanted) = (names.len(), table.names().len());
        if found != wanted {
            let problem = format!("has {found} columns, the files before it have {wanted}: name files of one table");
            return Err(self.error(problem).into());
        }
        match names.iter().zip(table.names()).zip(1..).find(|((name, wanted), _)| name.as_str() != *wanted) {
            Some(((name, wanted), place)) => {
                let problem = format!("column {place} is \"{name}\", in the files before it \"{wanted}\"");
                Err(self.error(format!("{problem}: name files of one table")).into())
            }
            None => Ok(()),
        }
    }

    fn stop(&self, fault: Fault, width: usize) -> Stop {
        let (byte, problem) = match fault {
            Fault::NotUtf8 => return Stop::NotUtf8,
            Fault::Io(error) => return self.format.read_error(self.input, &error).into(),
            Fault::OpenQuote { byte } => {
                (byte, "opens a quote (\") that is never closed: close it, or write the quote twice".to_owned())
            }
            Fault::Ragged { byte, found, line_breaks } => (byte, self.ragged(found, width, line_breaks)),
        };
        let line = self
            .format
            .open(self.input, None)
            .and_then(|from| line_at(byte, from).map_err(|error| self.format.read_error(self.input, &error)));
        match line {
            Ok(line) => DataError::Line { file: self.input.name.clone(), line, problem }.into(),
            Err(error) => error.into(),
        }
    }

    fn ragged(&self, found: usize, width: usize, line_breaks: bool) -> String {
        let fields = if found == 1 { "field" } else { "fields" };
        let way_out = if line_breaks {
            "is a quote (\") left open there?".to_owned()
        } else if width == 1 {
            "drop the lines above the column names, or put quotes (\") around text with separators".to_owned()
        } else if found > width {
            format!("put quotes (\") around a field that holds the separator ({})", self.dialect.word())
        } else {
            "give every line all its fields".to_owned()
        };
        format!("has {found} {fields}, the header has {width}: {way_out}")
    }

    fn error(&self, problem: impl Into<String>) -> DataError {
        DataError::file(&self.input.name, problem)
    }
}
