//! Builds compact columns directly from the pages of Parquet files: each part of the rows is decoded to its place in
//! the column.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use polars::prelude::PlSmallStr;
use polars_arrow::bitmap::Bitmap;
use rayon::prelude::*;

use super::cells::{CellNumber, NumberCells, Run};
use super::coded::{CodedColumn, Codes, Width, each_code};
use super::dictionary::most_values;
use super::number::NumberColumn;
use super::{ColumnData, bits, categories};
use crate::data::{Counter, DataError, DataFiles, DecodedCells, FlatColumn, FlatKind};
use crate::engine::local::machine;

/// Number of values up to which a part's dictionary is used however short the part is. A longer one must be short in
/// comparison with the part, which dictionaries of ids are not.
const MAX_SHORT: usize = 255;

/// The files of a column, with what reports the progress of a read and stops it.
struct PageSource<'a> {
    files: &'a DataFiles,
    flat: &'a FlatColumn<'a>,
    name: PlSmallStr,
    counter: &'a Counter,
    cancelled: &'a (dyn Fn() -> bool + Sync),
    /// Rows of each part that is read separately.
    parts: Vec<Range<usize>>,
}

impl PageSource<'_> {
    fn rows(&self) -> usize {
        self.parts.last().map_or(0, |part| part.end)
    }
}

/// Reads a column. Returns `None` if its pages cannot be decoded in this way, which is only noticed while reading.
///
/// # Errors
/// Returns an error if a file is no longer the one that was opened, or `cancelled` returns true.
pub fn column(
    files: &DataFiles,
    flat: &FlatColumn,
    name: &str,
    counter: &Counter,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Option<ColumnData>, DataError> {
    let parts = flat.parts_of_rows();
    let source = PageSource { files, flat, name: PlSmallStr::from_str(name), counter, cancelled, parts };
    let fits = |least: i64, most: i64, low: i64, high: i64| low <= least && most <= high;
    match flat.kind() {
        FlatKind::Float => floats(&source),
        FlatKind::Text => texts(&source),
        FlatKind::Whole { least, most } if fits(least, most, i8::MIN.into(), i8::MAX.into()) => {
            whole(&source, NumberCells::I8)
        }
        FlatKind::Whole { least, most } if fits(least, most, i16::MIN.into(), i16::MAX.into()) => {
            whole(&source, NumberCells::I16)
        }
        FlatKind::Whole { least, most } if fits(least, most, i32::MIN.into(), i32::MAX.into()) => {
            whole(&source, NumberCells::I32)
        }
        FlatKind::Whole { .. } => whole(&source, NumberCells::I64),
    }
}

/// Reads a column part by part, on all cores, and returns the results of `take` for the parts, in order. Returns
/// `None` if the pages of a part cannot be decoded in this way.
///
/// # Errors
/// Returns the errors of [`column`] and of `take`.
pub fn each_part<T: Send, E: From<DataError> + Send>(
    files: &DataFiles,
    flat: &FlatColumn,
    name: &str,
    cancelled: &(dyn Fn() -> bool + Sync),
    take: impl Fn(ColumnData) -> Result<T, E> + Sync,
) -> Result<Option<Vec<T>>, E> {
    let of_part = |part: usize| match column(files, &flat.part(part), name, &Counter::default(), cancelled)? {
        Some(column) => take(column).map(Some),
        None => Ok(None),
    };
    (0..flat.parts_of_rows().len()).into_par_iter().map(of_part).collect()
}

/// Splits the cells of a column into slices, one for each part.
pub fn slices<'a, C>(parts: &[Range<usize>], cells: &'a mut [C]) -> Vec<&'a mut [C]> {
    let mut rest = cells;
    let of_part = |rows: &Range<usize>| {
        let (own, others) = std::mem::take(&mut rest).split_at_mut(rows.len());
        rest = others;
        own
    };
    parts.iter().map(of_part).collect()
}

fn floats(source: &PageSource) -> Result<Option<ColumnData>, DataError> {
    let PageSource { flat, counter, cancelled, .. } = source;
    let mut cells = machine::cells(source.rows());
    let decoded = flat.floats(slices(&source.parts, &mut cells), counter, cancelled, |cells, decoded| {
        (cells.len(), without_nan(cells, decoded.known))
    })?;
    let Some(parts) = decoded else { return Ok(None) };
    let known = bits::known(parts.iter().map(|(rows, known)| (*rows, known.as_ref())));
    let cells = NumberCells::F64(Run::from_vec(cells));
    Ok(Some(ColumnData::Number(NumberColumn::from_floats(source.name.clone(), cells, known))))
}

/// Returns the rows that have a value and are not NaN. Sets the cells of NaN to 0, as in all rows without a value.
fn without_nan(cells: &mut [f64], known: Option<Bitmap>) -> Option<Bitmap> {
    let has_nan = |cells: &[f64]| cells.iter().fold(false, |has, cell| has | cell.is_nan());
    if !cells.chunks(512).any(has_nan) {
        return known;
    }
    let is_known = |(row, cell): (usize, &f64)| !cell.is_nan() && known.as_ref().is_none_or(|known| known.get_bit(row));
    let bits = cells.iter().enumerate().map(is_known).collect();
    cells.iter_mut().filter(|cell| cell.is_nan()).for_each(|cell| *cell = 0.0);
    Some(bits)
}

fn whole<C: CellNumber + TryFrom<i64>>(
    source: &PageSource,
    made: fn(Run<C>) -> NumberCells,
) -> Result<Option<ColumnData>, DataError> {
    let PageSource { files, flat, counter, cancelled, .. } = source;
    let Some(data_type) =
        files.columns().find(|(name, _)| *name == source.name.as_str()).map(|(_, known)| known.clone())
    else {
        return Ok(None);
    };
    let mut cells = machine::cells::<C>(source.rows());
    let take = |cells: &mut [C], decoded: DecodedCells| {
        // Rows without a value repeat a value of the part, so they do not change its range.
        let range = cells.iter().filter(|_| decoded.has_values).fold((C::MAX, C::MIN), |(least, most), &cell| {
            (if cell < least { cell } else { least }, if cell > most { cell } else { most })
        });
        (cells.len(), decoded.known, decoded.has_values.then(|| (range.0.wide(), range.1.wide())))
    };
    let decoded = flat.whole_numbers(slices(&source.parts, &mut cells), counter, cancelled, take)?;
    let Some(parts) = decoded else { return Ok(None) };
    let known = bits::known(parts.iter().map(|(rows, known, _)| (*rows, known.as_ref())));
    let ranges = parts.iter().filter_map(|(.., range)| *range);
    let range = ranges.reduce(|(least, most), (low, high)| (least.min(low), most.max(high)));
    let cells = made(Run::from_vec(cells));
    Ok(Some(ColumnData::Number(NumberColumn::from_whole(source.name.clone(), data_type, cells, known, range))))
}

fn texts(source: &PageSource) -> Result<Option<ColumnData>, DataError> {
    let PageSource { flat, cancelled, .. } = source;
    let rows = source.rows();
    let Some(dictionaries) = flat.dictionaries(cancelled)? else { return Ok(None) };
    let parts: Option<Vec<Vec<&str>>> = dictionaries.iter().map(|dictionary| dictionary.texts()).collect();
    let Some(parts) = parts else { return Ok(None) };
    let is_short = |(texts, rows): (&Vec<&str>, &Range<usize>)| {
        texts.len() <= MAX_SHORT || texts.len().saturating_mul(4) <= rows.len()
    };
    if !parts.iter().zip(&source.parts).all(is_short) {
        return Ok(None);
    }
    let mut values: HashSet<&str> = HashSet::new();
    for texts in &parts {
        values.extend(texts);
        if values.len() > most_values(rows) {
            return Ok(None);
        }
    }
    let mut values: Vec<&str> = values.into_iter().collect();
    values.par_sort_unstable();
    let read = match Codes::for_values(values.len()) {
        Codes::U8(_) => coded::<u8>(source, &parts, &values)?.map(|(codes, counts)| (Codes::U8(codes), counts)),
        Codes::U16(_) => coded::<u16>(source, &parts, &values)?.map(|(codes, counts)| (Codes::U16(codes), counts)),
        Codes::U32(_) => coded::<u32>(source, &parts, &values)?.map(|(codes, counts)| (Codes::U32(codes), counts)),
    };
    let Some((codes, counts)) = read else { return Ok(None) };
    let (codes, values, counts) = only_used(codes, values, counts);
    Ok(Some(ColumnData::Coded(CodedColumn::new(source.name.clone(), codes, values.into_iter(), counts))))
}

/// The code of each row, and the number of rows of each code.
type CountedCodes<C> = (Vec<C>, Vec<u64>);

/// Returns the code of each row, and the number of rows of each code; the last is that of null.
fn coded<C: Width>(
    source: &PageSource,
    parts: &[Vec<&str>],
    values: &[&str],
) -> Result<Option<CountedCodes<C>>, DataError> {
    let PageSource { flat, counter, cancelled, .. } = source;
    let numbers: HashMap<&str, C> =
        values.iter().enumerate().map(|(code, text)| (*text, C::from_code(code as u32))).collect();
    let entries = |part: usize| parts[part].iter().map(|text| numbers.get(text).copied().unwrap_or_default()).collect();
    let counts = Mutex::new(vec![0; values.len() + 1]);
    let take = |codes: &mut [C], _: DecodedCells| {
        let mut own = vec![0; values.len() + 1];
        categories::tally(codes, &mut own);
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter_mut().zip(own).for_each(|(count, own): (&mut u64, u64)| *count += own);
    };
    let mut codes = machine::cells::<C>(source.rows());
    let null = C::from_code(values.len() as u32);
    let decoded = flat.codes(slices(&source.parts, &mut codes), null, entries, counter, cancelled, take)?;
    Ok(decoded.map(|_| (codes, counts.into_inner().unwrap_or_else(PoisonError::into_inner))))
}

/// Removes the values that no row has. A file's dictionary may contain some, which would become empty groups.
pub fn only_used(codes: Codes, values: Vec<&str>, counts: Vec<u64>) -> (Codes, Vec<&str>, Vec<u64>) {
    let null = values.len();
    if counts[..null].iter().all(|&count| count > 0) {
        return (codes, values, counts);
    }
    let mut numbers = vec![0u32; null + 1];
    let used: Vec<usize> = (0..null).filter(|&code| counts[code] > 0).collect();
    used.iter().enumerate().for_each(|(number, &code)| numbers[code] = number as u32);
    numbers[null] = used.len() as u32;
    fn renumbered<C: Width>(codes: &Codes, numbers: &[u32]) -> Vec<C> {
        each_code!(codes, codes => codes.par_iter().map(|code| C::from_code(numbers[code.index()])).collect())
    }
    let codes = match Codes::for_values(used.len()) {
        Codes::U8(_) => Codes::U8(renumbered(&codes, &numbers)),
        Codes::U16(_) => Codes::U16(renumbered(&codes, &numbers)),
        Codes::U32(_) => Codes::U32(renumbered(&codes, &numbers)),
    };
    let counts = used.iter().map(|&code| counts[code]).chain([counts[null]]).collect();
    (codes, used.iter().map(|&code| values[code]).collect(), counts)
}
