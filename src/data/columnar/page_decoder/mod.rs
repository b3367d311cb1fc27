//! Reads columns of Parquet from their pages straight to one cell per row, without a column of the file's own type between:
//! whole numbers to cells as narrow as the file's statistics allow, text to the codes of a dictionary for all parts.
//!
//! Only the usual encodings of plain types are read. For all others, and for damaged files, the caller reads the column as
//! every other column is read, which also reports what is wrong with it.

mod decode;
mod page;
mod runs;

use std::collections::HashSet;
use std::ops::Range;

use polars::prelude::DataType;
use polars_arrow::datatypes::{ArrowDataType, TimeUnit};
use polars_parquet::parquet::statistics::Statistics;
use polars_parquet::read::{ColumnChunkMetadata, PhysicalType};
use polars_parquet_format::Encoding;

pub use self::decode::DecodedCells;
use self::decode::{CellDecoder, FloatDecoder, TextCodeDecoder, WholeNumberDecoder, decode, texts};
use self::page::{FlatChunk, FlatPage, PageBuffer, UnpackBuffer};
use super::FileLayout;
use super::files::{DataFile, DataFiles, FilesColumn, Origin, StoredColumn};
use super::guard::{PartFault, guarded};
use super::parquet::ParquetLayout;
use crate::data::{Counter, DataError};

/// A column whose pages can be decoded to cells.
pub struct FlatColumn<'a> {
    files: &'a DataFiles,
    column: &'a FilesColumn,
    kind: FlatKind,
    /// The parts of the files that are read.
    parts: Range<usize>,
}

/// Kind of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlatKind {
    /// Whole numbers, days or microseconds, not outside of these bounds if the file's statistics are right.
    Whole {
        least: i64,
        most: i64,
    },
    Float,
    Text,
}

/// The distinct texts of one part, in the order of their codes there.
pub struct PartTexts {
    bytes: Vec<u8>,
    count: usize,
}

impl PartTexts {
    /// Returns the texts; `None` if they are damaged.
    pub fn texts(&self) -> Option<Vec<&str>> {
        texts(&self.bytes, self.count)
    }
}

impl DataFiles {
    /// Returns a column whose pages can be decoded to cells, as far as the metadata of its files shows.
    pub fn flat(&self, name: &str) -> Option<FlatColumn<'_>> {
        let column = self.column(name).ok()?;
        let mut kind: Option<FlatKind> = None;
        for (file, origin) in self.files.iter().zip(column.origins.iter()) {
            let (Origin::Stored(stored), FileLayout::Parquet(layout)) = (origin, &file.layout) else { return None };
            let own = kind_of(layout, stored, &column.data_type, file.places())?;
            kind = Some(kind.map_or(Some(own), |kind| together(kind, own))?);
        }
        Some(FlatColumn { files: self, column, kind: kind?, parts: 0..self.places().count() })
    }
}

/// The texts of some rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextVariety {
    /// Rows that have a text.
    pub known: usize,
    pub distinct: usize,
}

impl DataFiles {
    /// Counts the texts of the first rows, at most `rows` and those of the first part. Returns `None` for other columns, and for
    /// those that must be read in another way.
    pub fn variety_of_head(&self, name: &str, rows: usize) -> Option<TextVariety> {
        let column = self.column(name).ok().filter(|column| column.data_type == DataType::String)?;
        let (at, part) = self.places().next()?;
        let file = &self.files[at];
        let (Origin::Stored(stored), FileLayout::Parquet(layout)) = (&column.origins[at], &file.layout) else {
            return None;
        };
        let chunk = layout.flat_chunk(part, stored.field.name()).filter(|_| stored.codes)?;
        let file = file.input.at_places().ok()?;
        let count = || {
            PageBuffer::lend(|PageBuffer { chunk: memory, page }| {
                let bytes = layout.chunk_bytes(&file, part, chunk, memory).ok()?;
                variety(&flat(bytes, chunk), page, rows)
            })
        };
        let counted = guarded(|| Ok::<_, String>(count())).ok()??;
        self.check_still_there().ok()?;
        Some(counted)
    }
}

/// Counts the texts of a chunk's first rows, if they are not coded.
fn variety(chunk: &FlatChunk, buffer: &mut UnpackBuffer, rows: usize) -> Option<TextVariety> {
    let (mut rest, mut known, mut distinct) = (rows, 0, HashSet::new());
    let whole = chunk.each_page(buffer, |page| {
        let FlatPage::Values(page) = page else { return None };
        let of_page = page.rows.min(rest);
        let count = of_page - page.known.map_or(0, |known| known.sliced(0, of_page).unset_bits());
        if page.encoding != Encoding::PLAIN {
            return None;
        }
        distinct.extend(texts(page.values, count)?.into_iter().map(str::to_owned));
        (known, rest) = (known + count, rest - of_page);
        (rest > 0).then_some(())
    });
    (whole.is_some() || rest == 0).then_some(TextVariety { known, distinct: distinct.len() })
}

impl FlatColumn<'_> {
    pub fn kind(&self) -> FlatKind {
        self.kind
    }

    /// Returns one part of the column, as a column of its own.
    pub fn part(&self, part: usize) -> Self {
        Self { parts: part..part + 1, ..*self }
    }

    /// Returns the rows of each part, counted from the first one.
    pub fn parts_of_rows(&self) -> Vec<Range<usize>> {
        let rows = self.files.places().skip(self.parts.start).take(self.parts.len());
        let rows = rows.map(|(file, part)| self.files.files[file].rows[part]);
        let mut end = 0;
        let range = |rows| {
            end += rows;
            end - rows..end
        };
        rows.map(range).collect()
    }

    /// Decodes 64-bit floats, each part to its own slice of cells, and passes it to `take`. Returns `None` if the column
    /// must be read in another way.
    ///
    /// # Errors
    /// Returns an error if a file is no longer the one that was opened, or `cancelled` returns true.
    pub fn floats<T: Send>(
        &self,
        cells: Vec<&mut [f64]>,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
        take: impl Fn(&mut [f64], DecodedCells) -> T + Sync,
    ) -> Result<Option<Vec<T>>, DataError> {
        self.decode(cells, counter, cancelled, |_| FloatDecoder, take)
    }

    /// Decodes whole numbers as [`Self::floats`] does floats, if all of them fit into the cells.
    ///
    /// # Errors
    /// Returns the errors of [`Self::floats`].
    pub fn whole_numbers<C: Copy + Default + Send + Sync + TryFrom<i64>, T: Send>(
        &self,
        cells: Vec<&mut [C]>,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
        take: impl Fn(&mut [C], DecodedCells) -> T + Sync,
    ) -> Result<Option<Vec<T>>, DataError> {
        let width = if matches!(self.column.data_type, DataType::Int64 | DataType::Datetime(..)) { 8 } else { 4 };
        self.decode(cells, counter, cancelled, |_| WholeNumberDecoder::new(width), take)
    }

    /// Decodes texts to codes as [`Self::floats`] does floats. `codes` returns the codes of a part's texts.
    ///
    /// # Errors
    /// Returns the errors of [`Self::floats`].
    pub fn codes<C: Copy + Send + Sync, T: Send>(
        &self,
        cells: Vec<&mut [C]>,
        null: C,
        codes: impl Fn(usize) -> Vec<C> + Sync,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
        take: impl Fn(&mut [C], DecodedCells) -> T + Sync,
    ) -> Result<Option<Vec<T>>, DataError> {
        self.decode(cells, counter, cancelled, |part| TextCodeDecoder { entries: codes(part), null }, take)
    }

    /// Reads the dictionary of each part. Returns `None` if a part has none, but values.
    ///
    /// # Errors
    /// Returns the errors of [`Self::floats`].
    pub fn dictionaries(&self, cancelled: &(dyn Fn() -> bool + Sync)) -> Result<Option<Vec<PartTexts>>, DataError> {
        let read = |file: &DataFile, stored: &StoredColumn, part: usize, (): ()| {
            let FileLayout::Parquet(layout) = &file.layout else { return Ok(None) };
            let Some(chunk) = layout.flat_chunk(part, stored.field.name()) else { return Ok(None) };
            let range = chunk.byte_range();
            let end = u64::try_from(chunk.data_page_offset()).unwrap_or_default();
            if end <= range.start || end > range.end {
                return Ok(None);
            }
            let bytes = file.input.at_places()?.range(range.start..end);
            let bytes = bytes.map_err(|error| PartFault::reason(&error))?;
            let mut dictionary = None;
            PageBuffer::lend(|buffer| {
                flat(&bytes, chunk).each_page(&mut buffer.page, |page| {
                    if let FlatPage::Dictionary(bytes, count) = page {
                        dictionary = Some(PartTexts { bytes: bytes.to_vec(), count });
                    }
                    Some(())
                })
            });
            Ok(dictionary)
        };
        let slots = vec![(); self.parts.len()];
        self.each(slots, &Counter::default(), cancelled, |_, file, stored, part, slot| read(file, stored, part, slot))
    }

    fn decode<D: CellDecoder, T: Send>(
        &self,
        cells: Vec<&mut [D::Cell]>,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
        decoder: impl Fn(usize) -> D + Sync,
        take: impl Fn(&mut [D::Cell], DecodedCells) -> T + Sync,
    ) -> Result<Option<Vec<T>>, DataError> {
        self.each(cells, counter, cancelled, |at, file, stored, part, cells: &mut [D::Cell]| {
            let FileLayout::Parquet(layout) = &file.layout else { return Ok(None) };
            let Some(chunk) = layout.flat_chunk(part, stored.field.name()) else { return Ok(None) };
            PageBuffer::lend(|PageBuffer { chunk: memory, page }| {
                let bytes = layout.chunk_bytes(&file.input.at_places()?, part, chunk, memory)?;
                let decoded = guarded(|| Ok::<_, String>(decode(&decoder(at), &flat(bytes, chunk), page, cells)))?;
                Ok(decoded.map(|decoded| take(cells, decoded)))
            })
        })
    }

    /// Calls `read` for each part with its number, in parallel. Returns `None` if one call does, or has a fault: the other way
    /// of reading reports it.
    fn each<S: Send, T: Send>(
        &self,
        slots: Vec<S>,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
        read: impl Fn(usize, &DataFile, &StoredColumn, usize, S) -> Result<Option<T>, PartFault> + Sync,
    ) -> Result<Option<Vec<T>>, DataError> {
        let slots = slots.into_iter().enumerate().collect();
        self.files.each_place(self.column, self.parts.start, slots, counter, cancelled, |at, part, (number, slot)| {
            let Origin::Stored(stored) = &self.column.origins[at] else { return Ok(None) };
            match read(number, &self.files.files[at], stored, part, slot) {
                Err(PartFault::Data(error)) => Err(PartFault::Data(error)),
                Err(PartFault::Reason(_)) => Ok(None),
                read => read,
            }
        })
    }
}

fn flat<'a>(bytes: &'a [u8], chunk: &ColumnChunkMetadata) -> FlatChunk<'a> {
    let is_optional = chunk.descriptor().descriptor.max_def_level > 0;
    FlatChunk { bytes, compression: chunk.compression(), is_optional }
}

/// Returns the kind of a file's column whose values are to be of type `wanted`.
fn kind_of(
    layout: &ParquetLayout,
    stored: &StoredColumn,
    wanted: &DataType,
    mut parts: impl Iterator<Item = usize>,
) -> Option<FlatKind> {
    if stored.zone.is_some() {
        return None;
    }
    let name = stored.field.name();
    let physical = |wanted: PhysicalType| move |chunk: &ColumnChunkMetadata| chunk.physical_type() == wanted;
    if stored.codes && *wanted == DataType::String {
        let is_text = physical(PhysicalType::ByteArray);
        let has_dictionary = |chunk: &ColumnChunkMetadata| is_text(chunk) && chunk.dictionary_page_offset().is_some();
        return parts.all(|part| layout.flat_chunk(part, name).is_some_and(has_dictionary)).then_some(FlatKind::Text);
    }
    let (type_range, wide) = match (&stored.field.dtype, wanted) {
        (ArrowDataType::Float64, DataType::Float64) => {
            let is_float = physical(PhysicalType::Double);
            return parts.all(|part| layout.flat_chunk(part, name).is_some_and(is_float)).then_some(FlatKind::Float);
        }
        (ArrowDataType::Int8, DataType::Int8) => ((i8::MIN.into(), i8::MAX.into()), false),
        (ArrowDataType::UInt8, DataType::UInt8) => ((u8::MIN.into(), u8::MAX.into()), false),
        (ArrowDataType::Int16, DataType::Int16) => ((i16::MIN.into(), i16::MAX.into()), false),
        (ArrowDataType::UInt16, DataType::UInt16) => ((u16::MIN.into(), u16::MAX.into()), false),
        (ArrowDataType::Int32, DataType::Int32) | (ArrowDataType::Date32, DataType::Date) => {
            ((i32::MIN.into(), i32::MAX.into()), false)
        }
        (ArrowDataType::Int64, DataType::Int64) => ((i64::MIN, i64::MAX), true),
        (ArrowDataType::Timestamp(TimeUnit::Microsecond, _), DataType::Datetime(..)) => ((i64::MIN, i64::MAX), true),
        _ => return None,
    };
    let is_stored_so = physical(if wide { PhysicalType::Int64 } else { PhysicalType::Int32 });
    let mut range: Option<(i64, i64)> = None;
    for part in parts {
        let chunk = layout.flat_chunk(part, name).filter(|chunk| is_stored_so(chunk))?;
        let (least, most) = match layout.statistics(chunk)? {
            Statistics::Int32(known) if known.null_count == Some(chunk.num_values()) => continue,
            Statistics::Int64(known) if known.null_count == Some(chunk.num_values()) => continue,
            Statistics::Int32(known) => (known.min_value?.into(), known.max_value?.into()),
            Statistics::Int64(known) => (known.min_value?, known.max_value?),
            _ => return None,
        };
        if least < type_range.0 || most > type_range.1 {
            return None;
        }
        range = Some(range.map_or((least, most), |range| (range.0.min(least), range.1.max(most))));
    }
    let (least, most) = range.unwrap_or((0, 0));
    Some(FlatKind::Whole { least, most })
}

fn together(one: FlatKind, other: FlatKind) -> Option<FlatKind> {
    match (one, other) {
        (FlatKind::Whole { least, most }, FlatKind::Whole { least: low, most: high }) => {
            Some(FlatKind::Whole { least: least.min(low), most: most.max(high) })
        }
        (one, other) => (one == other).then_some(one),
    }
}
