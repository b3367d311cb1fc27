use std::ops::Range;

use polars::polars_compute::cast::utf8_to_utf8view;
use polars::prelude::{ChunkFullNull, IntoColumn, PlSmallStr, PolarsResult, StringChunked};
use polars_arrow::array::{Array, Utf8Array, Utf8ViewArray};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::offset::OffsetsBuffer;
use rayon::prelude::*;

use super::CHUNK;
use super::bits::KnownBits;
use super::bits::{self, bit};
use super::pieces::Pieces;

/// A column of text: its rows end to end in chunks of [`CHUNK`] rows, of which the last may be shorter.
#[derive(Debug, Clone)]
pub struct TextColumn {
    name: PlSmallStr,
    rows: usize,
    chunks: Vec<TextChunk>,
    known: Option<Vec<u64>>,
}

/// One chunk. Row `i` extends from offset `i` to offset `i + 1`. A row without a value is empty.
#[derive(Debug, Clone)]
pub struct TextChunk {
    offsets: Vec<u32>,
    text: String,
}

impl TextChunk {
    /// Returns the offsets, one more than the number of rows; the first offset is 0.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Returns the texts of all rows, end to end.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Returns a row's text, or "" if it has no value. The row must exist.
    pub fn get(&self, row: usize) -> &str {
        &self.text[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }

    /// Creates a chunk. Returns `None` if the texts are too long for 32-bit offsets.
    fn build(strings: &Pieces<Utf8ViewArray>, rows: Range<usize>) -> Option<Self> {
        let length = strings.within(rows.clone()).map(|(array, part)| length(array, part)).sum();
        u32::try_from(length).ok()?;
        let mut text = String::with_capacity(length);
        let mut offsets = Vec::with_capacity(rows.len() + 1);
        offsets.push(0);
        for (array, part) in strings.within(rows) {
            for row in part {
                if array.is_valid(row) {
                    text.push_str(array.value(row));
                }
                offsets.push(text.len() as u32);
            }
        }
        Some(Self { offsets, text })
    }

    fn slice(&self, rows: Range<usize>, known: Option<Bitmap>) -> PolarsResult<Utf8ViewArray> {
        let offsets = &self.offsets[rows.start..=rows.end];
        let (first, last) = (self.offsets[rows.start], self.offsets[rows.end]);
        let text = self.bytes()[first as usize..last as usize].to_vec();
        let offsets: Vec<i64> = offsets.iter().map(|&offset| i64::from(offset - first)).collect();
        let offsets = OffsetsBuffer::try_from(offsets)?;
        let array = Utf8Array::<i64>::try_new(ArrowDataType::LargeUtf8, offsets, text.into(), known)?;
        Ok(utf8_to_utf8view(&array))
    }
}

/// Returns the total number of bytes of the texts in some rows of an array.
fn length(array: &Utf8ViewArray, part: Range<usize>) -> usize {
    let views = array.views();
    match array.validity() {
        None => views[part].iter().map(|view| view.length as usize).sum(),
        Some(known) => part.filter(|&row| known.get_bit(row)).map(|row| views[row].length as usize).sum(),
    }
}

/// Builds a column of text from parts of any number of rows.
pub struct TextBuilder {
    column: TextColumn,
    known: KnownBits,
    /// Rows that do not fill a chunk yet.
    rest: StringChunked,
}

impl TextBuilder {
    pub fn new(name: PlSmallStr, rows: usize) -> Self {
        let chunks = Vec::with_capacity(rows.div_ceil(CHUNK));
        let column = TextColumn { name: name.clone(), rows: 0, chunks, known: None };
        Self { column, known: KnownBits::default(), rest: StringChunked::full_null(name, 0) }
    }

    /// Appends rows. Returns `None` if a chunk would hold 4 GB or more.
    pub fn push(&mut self, strings: StringChunked) -> Option<()> {
        self.rest.append_owned(strings).ok()?;
        let whole = self.rest.len() / CHUNK * CHUNK;
        self.build(whole)?;
        self.rest = self.rest.slice(whole as i64, CHUNK);
        Some(())
    }

    fn build(&mut self, rows: usize) -> Option<()> {
        let strings = self.rest.slice(0, rows);
        let pieces = Pieces::new(&strings);
        let chunk = |at: usize| TextChunk::build(&pieces, at * CHUNK..rows.min((at + 1) * CHUNK));
        let chunks: Vec<TextChunk> = (0..rows.div_ceil(CHUNK)).into_par_iter().map(chunk).collect::<Option<_>>()?;
        self.column.chunks.extend(chunks);
        strings.downcast_iter().for_each(|array| self.known.append(array.len(), array.validity()));
        self.column.rows += rows;
        Some(())
    }

    /// Returns the column. Returns `None` if a chunk would hold 4 GB or more.
    pub fn finish(mut self) -> Option<TextColumn> {
        self.build(self.rest.len())?;
        Some(TextColumn { known: self.known.into_words(), ..self.column })
    }
}

impl TextColumn {
    /// Converts a column of text. Returns `None` if a chunk would hold 4 GB or more.
    pub(super) fn compact(strings: &StringChunked) -> Option<Self> {
        let pieces = Pieces::new(strings);
        let rows = pieces.rows();
        let chunk = |at: usize| TextChunk::build(&pieces, at * CHUNK..rows.min((at + 1) * CHUNK));
        let chunks = (0..rows.div_ceil(CHUNK)).into_par_iter().map(chunk).collect::<Option<_>>()?;
        Some(Self { name: strings.name().clone(), rows, chunks, known: pieces.known() })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn chunks(&self) -> &[TextChunk] {
        &self.chunks
    }

    /// Returns the bits of the rows that have a value; `None` if all have.
    pub fn known(&self) -> Option<&[u64]> {
        self.known.as_deref()
    }

    pub fn nulls(&self) -> u64 {
        bits::nulls(self.known.as_ref(), self.rows)
    }

    pub fn bytes(&self) -> usize {
        let of_chunk = |chunk: &TextChunk| size_of_val(&chunk.offsets[..]) + chunk.text.len();
        let chunks: usize = self.chunks.iter().map(of_chunk).sum();
        chunks + self.known.as_ref().map_or(0, |known| size_of_val(&known[..]))
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        let known = row < self.rows && self.known.as_ref().is_none_or(|known| bit(known, row));
        known.then(|| self.chunks[row / CHUNK].get(row % CHUNK))
    }

    pub(super) fn slice(&self, rows: Range<usize>) -> PolarsResult<polars::prelude::Column> {
        let mut arrays = vec![];
        let mut start = rows.start;
        while start < rows.end {
            let chunk = start / CHUNK;
            let end = rows.end.min((chunk + 1) * CHUNK);
            let known = self.known.as_ref().map(|known| bits::bitmap(known, start..end));
            let within = start - chunk * CHUNK..end - chunk * CHUNK;
            arrays.push(self.chunks[chunk].slice(within, known)?);
            start = end;
        }
        if arrays.is_empty() {
            return Ok(StringChunked::full_null(self.name.clone(), 0).into_column());
        }
        Ok(StringChunked::from_chunk_iter(self.name.clone(), arrays).into_column())
    }
}
