//! Takes a column chunk of one row group apart: its dictionary, and for each page the rows that have a value, and the
//! values as they are encoded.

use std::cell::Cell;
use std::io::Cursor;

use polars_arrow::bitmap::{Bitmap, BitmapBuilder};
use polars_parquet::parquet::compression::{Compression, DecompressionContext, decompress};
use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use polars_parquet_format::{Encoding, PageHeader, PageType};

use super::runs::{CodeRun, CodeRuns};
use crate::data::columnar::checksums::MAX_HEADER;

/// A column chunk whose values are not nested.
pub struct FlatChunk<'a> {
    pub bytes: &'a [u8],
    pub compression: Compression,
    /// True if rows may have no value.
    pub is_optional: bool,
}

/// Memory that a thread uses for one chunk after the other.
#[derive(Default)]
pub struct PageBuffer {
    pub chunk: Vec<u8>,
    pub page: UnpackBuffer,
}

/// Memory in which one page after the other is unpacked.
#[derive(Default)]
pub struct UnpackBuffer {
    bytes: Vec<u8>,
    zstd: ZstdContext,
}

/// Most bytes that a thread keeps for the next chunk.
const MAX_KEPT: usize = 4 << 20;

thread_local! {
    static BUFFER: Cell<PageBuffer> = Cell::default();
}

impl PageBuffer {
    /// Calls `work` with the memory of this thread: fresh memory takes longer to get than a page to read.
    pub fn lend<T>(work: impl FnOnce(&mut Self) -> T) -> T {
        let mut buffer = BUFFER.take();
        let made = work(&mut buffer);
        for bytes in [&mut buffer.chunk, &mut buffer.page.bytes] {
            bytes.truncate(MAX_KEPT);
            bytes.shrink_to(MAX_KEPT);
        }
        BUFFER.set(buffer);
        made
    }
}

/// Memory that zstd reuses from page to page.
struct ZstdContext(DecompressionContext);

impl Default for ZstdContext {
    fn default() -> Self {
        Self(DecompressionContext::Unset)
    }
}

/// A page that was unpacked.
pub enum FlatPage<'a> {
    /// The entries, as PLAIN encodes them, and their number.
    Dictionary(&'a [u8], usize),
    Values(ValuePage<'a>),
}

/// Some consecutive rows.
pub struct ValuePage<'a> {
    pub rows: usize,
    /// The rows that have a value; `None` if all have.
    pub known: Option<Bitmap>,
    pub encoding: Encoding,
    /// The values of those rows.
    pub values: &'a [u8],
}

impl FlatChunk<'_> {
    /// Calls `take` with each page. Returns `None` if `take` does, and for pages that are encoded in a rare way or damaged:
    /// another reader says what is wrong with them.
    pub fn each_page(&self, buffer: &mut UnpackBuffer, mut take: impl FnMut(FlatPage) -> Option<()>) -> Option<()> {
        let mut rest = self.bytes;
        while !rest.is_empty() {
            let mut cursor = Cursor::new(rest);
            let header = PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut cursor, MAX_HEADER));
            let header = header.ok()?;
            let start = usize::try_from(cursor.position()).ok()?;
            let end = start.checked_add(usize::try_from(header.compressed_page_size).ok()?)?;
            let body = rest.get(start..end)?;
            rest = &rest[end..];
            match header.type_ {
                PageType::DICTIONARY_PAGE => {
                    let entries = usize::try_from(header.dictionary_page_header.as_ref()?.num_values).ok()?;
                    take(FlatPage::Dictionary(self.unpacked(&header, body, buffer)?, entries))?;
                }
                PageType::DATA_PAGE => take(FlatPage::Values(self.first_version(&header, body, buffer)?))?,
                PageType::DATA_PAGE_V2 => take(FlatPage::Values(self.second_version(&header, body, buffer)?))?,
                _ => {}
            }
        }
        Some(())
    }

    fn first_version<'b>(
        &self,
        header: &PageHeader,
        body: &'b [u8],
        buffer: &'b mut UnpackBuffer,
    ) -> Option<ValuePage<'b>> {
        let own = header.data_page_header.as_ref()?;
        let rows = usize::try_from(own.num_values).ok()?;
        let bytes = self.unpacked(header, body, buffer)?;
        let (known, values) = match self.is_optional {
            false => (None, bytes),
            true if own.definition_level_encoding != Encoding::RLE => return None,
            true => {
                let (len, rest) = bytes.split_first_chunk::<4>()?;
                let (levels, values) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
                (known(levels, rows)?, values)
            }
        };
        Some(ValuePage { rows, known, encoding: own.encoding, values })
    }

    fn second_version<'b>(
        &self,
        header: &PageHeader,
        body: &'b [u8],
        buffer: &'b mut UnpackBuffer,
    ) -> Option<ValuePage<'b>> {
        let own = header.data_page_header_v2.as_ref()?;
        let rows = usize::try_from(own.num_values).ok()?;
        let levels = usize::try_from(own.definition_levels_byte_length).ok()?;
        if own.repetition_levels_byte_length != 0 {
            return None;
        }
        // The levels are not compressed.
        let (levels, packed) = body.split_at_checked(levels)?;
        let known = if self.is_optional { known(levels, rows)? } else { None };
        let size = usize::try_from(header.uncompressed_page_size).ok()?.checked_sub(levels.len())?;
        let values = match own.is_compressed.unwrap_or(true) {
            true if size > 0 => self.decompressed(packed, size, buffer)?,
            _ => packed,
        };
        Some(ValuePage { rows, known, encoding: own.encoding, values })
    }

    fn unpacked<'b>(&self, header: &PageHeader, body: &'b [u8], buffer: &'b mut UnpackBuffer) -> Option<&'b [u8]> {
        self.decompressed(body, usize::try_from(header.uncompressed_page_size).ok()?, buffer)
    }

    fn decompressed<'b>(&self, body: &'b [u8], size: usize, buffer: &'b mut UnpackBuffer) -> Option<&'b [u8]> {
        if self.compression == Compression::Uncompressed {
            return Some(body);
        }
        if buffer.bytes.len() < size {
            buffer.bytes.resize(size, 0);
        }
        let out = buffer.bytes.get_mut(..size)?;
        decompress(self.compression, body, out, &mut buffer.zstd.0).ok()?;
        Some(out)
    }
}

/// Reads definition levels: 1 for a row that has a value. Returns `None` if they are damaged, `Some(None)` if all rows have one.
fn known(levels: &[u8], rows: usize) -> Option<Option<Bitmap>> {
    let mut bits = BitmapBuilder::new();
    let mut runs = CodeRuns::new(levels, 1, rows)?;
    while let Some(run) = runs.next() {
        match run? {
            CodeRun::Repeated(level, count) => bits.extend_constant(count, level == 1),
            CodeRun::Packed(bytes, count) => bits.extend_from_slice(bytes, 0, count),
        }
    }
    let bits = bits.freeze();
    Some((bits.unset_bits() > 0).then_some(bits))
}
