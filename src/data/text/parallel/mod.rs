//! Reads delimited text on all cores: each thread takes a block of whole rows, finds its fields, and builds its part of each
//! column; the parts are joined in order.
//!
//! Only text that is as RFC 4180 says is read so, with line ends that are LF or CRLF and rows that have all their fields. At
//! anything else the pass ends, and the file is read again row by row ([`super::delimited`]), which says what is wrong and
//! where, or repairs it.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{str, thread};

use csv::ByteRecord;
use memchr::memchr_iter;

use super::column::ColumnBuilder;
use super::field_ends::{FieldEnds, FieldMarks, Irregular};
use super::layout::{Edge, TextLayout};
use super::lines::skip_lines;
use super::row_blocks::{BlockFault, RowBlock, RowBlocks, end_of_rows};
use super::table::FilePart;
use super::{ReadStop, TableBuilder, TextFormat};
use crate::data::load_progress::LoadWatch;
use crate::data::source::InputFile;

/// Bytes whose fields are found at a time: few enough that they are still in the cache when they are parsed.
const SLICE: usize = 1 << 18;

/// Least and greatest usual size of a block.
const BLOCK: (usize, usize) = (1 << 18, 1 << 21);

/// Outcome of reading a file on all cores.
pub enum ParallelRead {
    Complete,
    /// The file must be read row by row.
    Irregular,
}

/// Returns true if a file of this layout can be read on all cores, unless its text is irregular.
pub fn may_read(layout: &TextLayout, table: &TableBuilder) -> bool {
    layout.dialect.is_simple() && layout.edge == Edge::None && !table.has_declared()
}

/// A reader's rules, the same for all blocks.
struct BlockRules<'a> {
    width: usize,
    marks: FieldMarks,
    has_header: bool,
    /// The header, to leave out rows that repeat it.
    header: Option<&'a ByteRecord>,
    /// Columns that are being built, each with its field.
    columns: Vec<PartColumn>,
}

/// A column that is being built from a field of each row.
struct PartColumn {
    /// Index of the column in the table.
    place: usize,
    field: usize,
    /// An empty column, of which the parts are copies.
    empty: ColumnBuilder,
    /// True once the column is known to be text.
    is_text: AtomicBool,
    /// False once it is known that nobody asks for the column.
    is_needed: AtomicBool,
}

/// A block whose columns are built.
struct BuiltBlock {
    block: RowBlock,
    rows: usize,
    repeated: usize,
    /// The columns that are needed, by their indices in the table.
    columns: Vec<(usize, ColumnBuilder)>,
}

/// Reason why the columns of a block are not built.
enum UnbuiltBlock {
    Block(BlockFault),
    NotUtf8,
}

impl From<Irregular> for UnbuiltBlock {
    fn from(_: Irregular) -> Self {
        UnbuiltBlock::Block(BlockFault::Irregular)
    }
}

/// Reads the rows of a file whose columns are begun.
pub fn read(
    input: &InputFile,
    format: &TextFormat,
    layout: &TextLayout,
    header: Option<&ByteRecord>,
    width: usize,
    table: &mut TableBuilder,
    watch: &mut LoadWatch,
) -> Result<ParallelRead, ReadStop> {
    let io_error = |error| format.read_error(input, &error);
    let text = format.open(input, Some(watch.counter()))?;
    let (text, _) = skip_lines(text, layout.skip).map_err(io_error)?;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let size = (input.len as usize / (8 * threads)).clamp(BLOCK.0, BLOCK.1);
    let queue = BlockQueue::new(RowBlocks::new(text, layout.dialect.quote, size), 2 * threads + 1);
    let rules = BlockRules {
        width,
        marks: FieldMarks { separator: layout.dialect.separator, quote: layout.dialect.quote },
        has_header: layout.header,
        header: header.filter(|header| header.len() > 1),
        columns: table.parts().map(PartColumn::new).collect(),
    };
    thread::scope(|scope| {
        let (built, blocks) = channel();
        // Ends the threads when this closure is left early.
        let _stop = StopQueue(&queue);
        for _ in 0..threads {
            let (queue, rules, built) = (&queue, &rules, built.clone());
            scope.spawn(move || rules.build_blocks(queue, &built));
        }
        drop(built);
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, built) in blocks {
            waiting.insert(number, built);
            while let Some(built) = waiting.remove(&next) {
                next += 1;
                let built = match built {
                    Ok(built) => built,
                    Err(UnbuiltBlock::NotUtf8) => return Err(ReadStop::NotUtf8),
                    Err(UnbuiltBlock::Block(BlockFault::Io(error))) => return Err(io_error(error).into()),
                    Err(UnbuiltBlock::Block(BlockFault::Irregular)) => return Ok(ParallelRead::Irregular),
                };
                let BuiltBlock { block, rows, repeated, columns } = built;
                let again = |place: usize| rules.text_column(&block, place);
                if table.push_parts(columns, rows, again).is_err() {
                    return Ok(ParallelRead::Irregular);
                }
                if next == 1 {
                    table.drop_unneeded();
                    let needed: Vec<usize> = table.parts().map(|part| part.place).collect();
                    rules.columns.iter().for_each(|column| column.need(&needed));
                }
                table.tally.repeated += repeated as u64;
                table.check_memory(input)?;
                table.tick(watch)?;
                queue.give_back(block.text);
            }
        }
        Ok(ParallelRead::Complete)
    })
}

impl PartColumn {
    fn new(part: FilePart) -> Self {
        let is_text = AtomicBool::new(part.empty.is_text());
        Self { place: part.place, field: part.field, is_text, empty: part.empty, is_needed: AtomicBool::new(true) }
    }

    /// Notes that of all columns those at these places are needed.
    fn need(&self, places: &[usize]) {
        self.is_needed.store(places.contains(&self.place), Ordering::Relaxed);
    }

    /// Returns an empty part with room for this many values.
    fn begin(&self, values: usize) -> ColumnBuilder {
        match self.is_text.load(Ordering::Relaxed) {
            true => self.empty.text_of_part(values),
            false => self.empty.of_part(values),
        }
    }
}

impl BlockRules<'_> {
    /// Builds blocks until there are no more, and sends each with its number.
    fn build_blocks(&self, queue: &BlockQueue, built: &Sender<(usize, Result<BuiltBlock, UnbuiltBlock>)>) {
        // A thread ends after the last block or a fault, or because it panics: the others take no more then, either.
        let _stop = StopQueue(queue);
        let mut ends = FieldEnds::default();
        while let Some((number, block)) = queue.take() {
            let block = block.map_err(UnbuiltBlock::Block).and_then(|block| self.build(block, &mut ends));
            let is_last = block.is_err();
            if built.send((number, block)).is_err() || is_last {
                return;
            }
        }
    }

    fn build(&self, block: RowBlock, ends: &mut FieldEnds) -> Result<BuiltBlock, UnbuiltBlock> {
        let text = str::from_utf8(&block.text).map_err(|_| UnbuiltBlock::NotUtf8)?;
        let lines = memchr_iter(b'\n', &block.text).count() + 1;
        let needed = self.columns.iter().filter(|part| part.is_needed.load(Ordering::Relaxed));
        let mut columns: Vec<(&PartColumn, ColumnBuilder)> = needed.map(|part| (part, part.begin(lines))).collect();
        let (mut rows, mut repeated) = (0, 0);
        self.each_slice(text, block.number == 0, ends, |slice, ends, left_out| {
            rows += ends.rows();
            repeated += left_out;
            for (part, column) in &mut columns {
                self.push(slice, ends, part.field, column);
            }
        })?;
        for (part, column) in &mut columns {
            if column.is_disproved() {
                *column = self.text_column(&block, part.place)?;
            }
            if column.is_text() {
                part.is_text.store(true, Ordering::Relaxed);
            }
        }
        let columns = columns.into_iter().map(|(part, column)| (part.place, column)).collect();
        Ok(BuiltBlock { block, rows, repeated, columns })
    }

    /// Builds the column at a place of the table, of a block, as text.
    fn text_column(&self, block: &RowBlock, place: usize) -> Result<ColumnBuilder, Irregular> {
        let part = self.columns.iter().find(|part| part.place == place).ok_or(Irregular)?;
        let mut column = part.empty.text_of_part(0);
        let text = str::from_utf8(&block.text).map_err(|_| Irregular)?;
        self.each_slice(text, block.number == 0, &mut FieldEnds::default(), |slice, ends, _| {
            self.push(slice, ends, part.field, &mut column);
        })?;
        Ok(column)
    }

    /// Finds the fields of a block slice by slice, without the header and rows that repeat it. Passes each slice on with their
    /// number.
    fn each_slice(
        &self,
        text: &str,
        is_first: bool,
        ends: &mut FieldEnds,
        mut each: impl FnMut(&str, &FieldEnds, usize),
    ) -> Result<(), Irregular> {
        let (mut rest, mut skips_header) = (text, is_first && self.has_header);
        while !rest.is_empty() {
            let mut size = SLICE;
            let slice = loop {
                if size >= rest.len() {
                    break rest.len();
                }
                match end_of_rows(&rest.as_bytes()[..size], self.marks.quote) {
                    Some(end) => break end,
                    None => size *= 2,
                }
            };
            let (slice, after) = rest.split_at(slice);
            rest = after;
            ends.find(slice.as_bytes(), self.width, self.marks)?;
            if skips_header && ends.rows() > 0 {
                skips_header = false;
                ends.leave_out(|_, row| row == 0);
            }
            let left_out = self.header.map_or(0, |header| {
                ends.leave_out(|ends, row| {
                    let is_same =
                        |(field, name): (usize, &[u8])| self.field(slice, ends, row, field).as_bytes() == name;
                    header.iter().enumerate().all(is_same)
                })
            });
            each(slice, ends, left_out);
        }
        Ok(())
    }

    /// Pushes a field of each row.
    fn push(&self, slice: &str, ends: &FieldEnds, field: usize, column: &mut ColumnBuilder) {
        for row in 0..ends.rows() {
            match self.field(slice, ends, row, field) {
                Cow::Borrowed(field) => column.push_field(field),
                Cow::Owned(field) => column.push_field(&field),
            }
        }
    }

    /// Returns the text of a field, without its quotes.
    #[inline]
    fn field<'t>(&self, slice: &'t str, ends: &FieldEnds, row: usize, field: usize) -> Cow<'t, str> {
        // All ends are at characters of one byte.
        let field = slice.get(ends.range(row, field)).unwrap_or_default();
        match self.marks.quote {
            Some(quote) if field.as_bytes().first() == Some(&quote) => unquoted(field, quote),
            _ => Cow::Borrowed(field),
        }
    }
}

/// Returns the text within quotes, in which two of them stand for one.
fn unquoted(field: &str, quote: u8) -> Cow<'_, str> {
    let inner = field.get(1..field.len() - 1).unwrap_or_default();
    let mark = char::from(quote);
    if !inner.contains(mark) {
        return Cow::Borrowed(inner);
    }
    let mut is_second = false;
    let is_kept = |c: &char| {
        is_second = *c == mark && !is_second;
        *c != mark || is_second
    };
    Cow::Owned(inner.chars().filter(is_kept).collect())
}

/// The blocks of a text, for several threads. A thread that takes a block reads it.
struct BlockQueue {
    state: Mutex<QueueState>,
    /// Notified when a block was given back, or no more are wanted.
    changed: Condvar,
    /// Maximum number of blocks in memory.
    most: usize,
}

/// Blocks that threads have taken and given back.
struct QueueState {
    blocks: RowBlocks,
    taken: usize,
    given_back: usize,
    /// Memory of blocks that were given back.
    spare: Vec<Vec<u8>>,
    stopped: bool,
}

impl BlockQueue {
    fn new(blocks: RowBlocks, most: usize) -> Self {
        let state = QueueState { blocks, taken: 0, given_back: 0, spare: Vec::new(), stopped: false };
        Self { state: Mutex::new(state), changed: Condvar::new(), most }
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the next block with its number; `None` after the last.
    fn take(&self) -> Option<(usize, Result<RowBlock, BlockFault>)> {
        let mut state = self.lock();
        while !state.stopped && state.taken - state.given_back >= self.most {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return None;
        }
        let spare = state.spare.pop().unwrap_or_default();
        let next = state.blocks.next(spare).transpose()?;
        let number = state.taken;
        state.taken += 1;
        state.stopped |= next.is_err();
        Some((number, next))
    }

    /// Takes back the memory of a block.
    fn give_back(&self, memory: Vec<u8>) {
        let mut state = self.lock();
        state.given_back += 1;
        state.spare.push(memory);
        drop(state);
        self.changed.notify_all();
    }
}

/// Ends the threads that wait for blocks.
struct StopQueue<'a>(&'a BlockQueue);

impl Drop for StopQueue<'_> {
    fn drop(&mut self) {
        self.0.lock().stopped = true;
        self.0.changed.notify_all();
    }
}
