//! Writes the values of a column chunk to cells, one per row, as they come out of its pages.

use std::marker::PhantomData;

use polars_arrow::bitmap::{Bitmap, BitmapBuilder};
use polars_parquet_format::Encoding;

use super::page::{FlatChunk, FlatPage, UnpackBuffer, ValuePage};
use super::runs::look_up;

/// Converts the values of a column to cells.
pub trait CellDecoder: Sync {
    type Cell: Copy + Send;

    /// Returns the content of cells without a value. The argument is a value of the same part, once one is known.
    fn empty(&self, known: Option<Self::Cell>) -> Self::Cell;

    /// Returns the cells of a dictionary's entries.
    fn dictionary(&self, bytes: &[u8], entries: usize) -> Option<Vec<Self::Cell>>;

    /// Writes the first values of those that PLAIN encodes, one for each place. Returns `None` if that is not possible.
    fn plain(&self, bytes: &[u8], out: &mut [Self::Cell]) -> Option<()>;
}

/// The rows of a part whose cells were written.
pub struct DecodedCells {
    /// The rows that have a value; `None` if all have.
    pub known: Option<Bitmap>,
    /// True if some row has one.
    pub has_values: bool,
}

/// Writes a chunk's values to as many cells as it has rows. Returns `None` if another reader is needed for it.
pub fn decode<D: CellDecoder>(
    decoder: &D,
    chunk: &FlatChunk,
    buffer: &mut UnpackBuffer,
    out: &mut [D::Cell],
) -> Option<DecodedCells> {
    let mut dictionary: Option<Vec<D::Cell>> = None;
    let mut dense: Vec<D::Cell> = Vec::new();
    let mut bits = BitmapBuilder::new();
    // A value, and the rows at the beginning that were written before one was known.
    let (mut value, mut before) = (None, 0);
    let mut at = 0usize;
    chunk.each_page(buffer, |page| {
        let page = match page {
            FlatPage::Dictionary(bytes, entries) => {
                dictionary = Some(decoder.dictionary(bytes, entries)?);
                return Some(());
            }
            FlatPage::Values(page) => page,
        };
        let cells = out.get_mut(at..at.checked_add(page.rows)?)?;
        at += page.rows;
        let Some(known) = &page.known else {
            values(decoder, &page, dictionary.as_deref(), cells)?;
            value = value.or(cells.first().copied());
            bits.extend_constant(page.rows, true);
            return Some(());
        };
        dense.resize(known.set_bits(), decoder.empty(value));
        values(decoder, &page, dictionary.as_deref(), &mut dense)?;
        value = value.or(dense.first().copied());
        spread(known, &dense, decoder.empty(value), cells)?;
        if value.is_none() {
            before = at;
        }
        bits.extend_from_bitmap(known);
        Some(())
    })?;
    if at != out.len() {
        return None;
    }
    out.get_mut(..before)?.fill(decoder.empty(value));
    let known = bits.freeze();
    let known = (known.unset_bits() > 0).then_some(known);
    Some(DecodedCells { known, has_values: value.is_some() })
}

/// Writes the values of a page, one for each place.
fn values<D: CellDecoder>(
    decoder: &D,
    page: &ValuePage,
    dictionary: Option<&[D::Cell]>,
    out: &mut [D::Cell],
) -> Option<()> {
    match page.encoding {
        _ if out.is_empty() => Some(()),
        Encoding::PLAIN => decoder.plain(page.values, out),
        Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY => {
            let (width, codes) = page.values.split_first()?;
            look_up(codes, usize::from(*width), dictionary?, out)
        }
        _ => None,
    }
}

/// Writes values to the rows whose bit is set, in order, and `empty` to the others.
fn spread<T: Copy>(known: &Bitmap, values: &[T], empty: T, out: &mut [T]) -> Option<()> {
    let mut rest = values;
    let mut block = [empty; 64];
    let chunks = known.chunks::<u64>();
    let last = chunks.remainder();
    for (word, out) in chunks.chain([last]).zip(out.chunks_mut(64)) {
        let word = word & (u64::MAX >> (64 - out.len()));
        let (own, more) = rest.split_at_checked(word.count_ones() as usize)?;
        if own.len() == out.len() {
            out.copy_from_slice(own);
        } else {
            // The place in an array of 64 needs no check: no branch for each row.
            match rest.first_chunk::<64>() {
                Some(values) => place(word, values, empty, out),
                None => {
                    block[..own.len()].copy_from_slice(own);
                    place(word, &block, empty, out);
                }
            }
        }
        rest = more;
    }
    rest.is_empty().then_some(())
}

#[inline(always)]
fn place<T: Copy>(word: u64, values: &[T; 64], empty: T, out: &mut [T]) {
    let mut next = 0;
    for (row, out) in out.iter_mut().enumerate() {
        let is_known = word >> row & 1;
        let value = values[next & 63];
        *out = if is_known == 1 { value } else { empty };
        next += is_known as usize;
    }
}

/// Decoder of 64-bit floats.
pub struct FloatDecoder;

impl CellDecoder for FloatDecoder {
    type Cell = f64;

    fn empty(&self, _: Option<f64>) -> f64 {
        0.0
    }

    fn dictionary(&self, bytes: &[u8], entries: usize) -> Option<Vec<f64>> {
        let mut cells = vec![0.0; checked_entries(bytes, entries, 8)?];
        self.plain(bytes, &mut cells)?;
        Some(cells)
    }

    fn plain(&self, bytes: &[u8], out: &mut [f64]) -> Option<()> {
        let (values, _) = bytes.as_chunks::<8>();
        let values = values.get(..out.len())?;
        out.iter_mut().zip(values).for_each(|(out, value)| *out = f64::from_le_bytes(*value));
        Some(())
    }
}

/// Decoder of whole numbers that all fit into cells of a type.
pub struct WholeNumberDecoder<C> {
    /// Bytes of a number in the file: 4 or 8.
    width: usize,
    cell: PhantomData<fn() -> C>,
}

impl<C: Copy + Default + TryFrom<i64>> WholeNumberDecoder<C> {
    pub fn new(width: usize) -> Self {
        Self { width, cell: PhantomData }
    }

    fn convert(numbers: impl Iterator<Item = i64>, out: &mut [C]) -> Option<()> {
        let mut fit = true;
        for (out, number) in out.iter_mut().zip(numbers) {
            let cell = C::try_from(number).ok();
            fit &= cell.is_some();
            *out = cell.unwrap_or_default();
        }
        fit.then_some(())
    }
}

impl<C: Copy + Default + Send + Sync + TryFrom<i64>> CellDecoder for WholeNumberDecoder<C> {
    type Cell = C;

    /// Returns a value, so that the least and the greatest cell are those of values.
    fn empty(&self, known: Option<C>) -> C {
        known.unwrap_or_default()
    }

    fn dictionary(&self, bytes: &[u8], entries: usize) -> Option<Vec<C>> {
        let mut cells = vec![C::default(); checked_entries(bytes, entries, self.width)?];
        self.plain(bytes, &mut cells)?;
        Some(cells)
    }

    fn plain(&self, bytes: &[u8], out: &mut [C]) -> Option<()> {
        if self.width == 4 {
            let values = bytes.as_chunks::<4>().0.get(..out.len())?;
            Self::convert(values.iter().map(|value| i64::from(i32::from_le_bytes(*value))), out)
        } else {
            let values = bytes.as_chunks::<8>().0.get(..out.len())?;
            Self::convert(values.iter().map(|value| i64::from_le_bytes(*value)), out)
        }
    }
}

/// Decoder of text to codes, of which a part's dictionary has one for each entry.
pub struct TextCodeDecoder<C> {
    pub entries: Vec<C>,
    /// Code of rows without a text.
    pub null: C,
}

impl<C: Copy + Send + Sync> CellDecoder for TextCodeDecoder<C> {
    type Cell = C;

    fn empty(&self, _: Option<C>) -> C {
        self.null
    }

    fn dictionary(&self, _: &[u8], entries: usize) -> Option<Vec<C>> {
        (self.entries.len() == entries).then(|| self.entries.clone())
    }

    fn plain(&self, _: &[u8], _: &mut [C]) -> Option<()> {
        None
    }
}

/// Returns the number of entries, if the bytes hold as many of `width` bytes.
fn checked_entries(bytes: &[u8], entries: usize, width: usize) -> Option<usize> {
    (entries.checked_mul(width)? <= bytes.len()).then_some(entries)
}

/// Returns the texts that PLAIN encodes: each has its length before it, in four bytes.
pub fn texts(mut bytes: &[u8], count: usize) -> Option<Vec<&str>> {
    let mut texts = Vec::with_capacity(count.min(bytes.len() / 4));
    for _ in 0..count {
        let (len, rest) = bytes.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        texts.push(std::str::from_utf8(text).ok()?);
        bytes = rest;
    }
    Some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_places_values_on_known_rows() {
        for (rows, step) in [(1, 1), (64, 2), (65, 3), (300, 1), (1000, 7), (128, 200)] {
            let known: Bitmap = (0..rows).map(|row| row % step == 0).collect();
            let values: Vec<usize> = (0..rows).filter(|row| row % step == 0).collect();
            let mut out = vec![0; rows];
            assert_eq!(spread(&known, &values, 7, &mut out), Some(()));
            let right = |(row, cell): (usize, &usize)| *cell == if row % step == 0 { row } else { 7 };
            assert!(out.iter().enumerate().all(right), "{rows} rows, one in {step}");
            assert_eq!(spread(&known, &values[1..], 7, &mut out), None);
        }
    }

    #[test]
    fn truncated_or_non_utf8_texts_are_refused() {
        let bytes =
            [&2u32.to_le_bytes()[..], b"DE", &0u32.to_le_bytes(), &3u32.to_le_bytes(), "a\u{e9}".as_bytes()].concat();
        assert_eq!(texts(&bytes, 3), Some(vec!["DE", "", "a\u{e9}"]));
        assert_eq!(texts(&bytes, 4), None);
        assert_eq!(texts(&bytes[..bytes.len() - 1], 3), None);
        assert_eq!(texts(&[1, 0, 0, 0, 0xFF], 1), None);
    }
}
