//! Parquet: per column and row group only the bytes of its column chunks are read, and those that are written with a
//! dictionary are left as they are: codes, and the dictionary.

use std::io::Cursor;

use polars::prelude::{PlSmallStr, PolarsError, Series};
use polars_arrow::array::{Array, DictionaryArray};
use polars_arrow::datatypes::{ArrowDataType, DTYPE_CATEGORICAL_NEW, Field, IntegerType};
use polars_buffer::Buffer;
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, PageReader, PhysicalType, RowGroupMetadata,
    column_iter_to_arrays, infer_schema, read_metadata,
};

use super::coded::{Coded, MOST_CODES};
use super::guard::{Fault, guarded};
use super::part::Part;
use crate::data::source::{Input, Places};

/// A file's metadata.
#[derive(Debug)]
pub struct Layout(FileMetadata);

/// The bytes of a column in one row group, chunk by chunk: one, unless the column is nested.
type Chunks<'a> = Vec<(&'a ColumnChunkMetadata, Buffer<u8>)>;

impl Layout {
    /// The layout, and the columns.
    pub fn read(input: &Input) -> Result<(Self, Vec<Field>), Fault> {
        let mut file = input.at_places()?;
        guarded(|| {
            let metadata = read_metadata(&mut file)?;
            let fields = infer_schema(&metadata)?.iter_values().cloned().collect();
            Ok::<_, PolarsError>((Self(metadata), fields))
        })
    }

    /// The rows of each row group.
    pub fn rows(&self) -> Vec<usize> {
        self.0.row_groups.iter().map(RowGroupMetadata::num_rows).collect()
    }

    /// A column's rows of one row group. Text comes as codes where `codes` allows it and the row group has them.
    pub fn read_part(&self, file: &Places, group: usize, field: &Field, codes: bool) -> Result<Part, Fault> {
        let chunks = self.chunks(file, group, field.name())?;
        if codes && let Some(coded) = guarded(|| coded(&chunks, field))? {
            return Ok(Part::coded(coded));
        }
        guarded(|| Series::try_from((field, arrays(&chunks, field)?))).map(Part::Plain)
    }

    fn chunks(&self, file: &Places, group: usize, column: &str) -> Result<Chunks<'_>, Fault> {
        let rows = &self.0.row_groups[group];
        let chunks = rows.columns_under_root_iter(column);
        let chunks = chunks.ok_or_else(|| Fault::Reason("a row group is without it".into()))?;
        let read = |chunk: &ColumnChunkMetadata| {
            // The decoder makes room for as many values as a chunk tells of: a wrong figure could ask for all memory.
            let flat = chunk.descriptor().descriptor.max_rep_level == 0;
            if flat && chunk.num_values() != rows.num_rows() as i64 {
                return Err(Fault::Reason("it has not as many values as there are rows".into()));
            }
            let bytes = guarded(|| file.range(ColumnChunkMetadata::byte_range(chunk)))?;
            Ok(Buffer::from_vec(bytes))
        };
        chunks.map(|chunk| Ok((chunk, read(chunk)?))).collect()
    }

    /// Whether the column's values lie in the file as texts or bytes of any length.
    pub fn is_text_like(&self, column: &str) -> bool {
        let mut chunks = self.0.row_groups.iter().filter_map(|group| group.columns_under_root_iter(column)).flatten();
        chunks.all(|chunk| chunk.physical_type() == PhysicalType::ByteArray)
    }
}

fn pages(chunk: &ColumnChunkMetadata, bytes: &Buffer<u8>) -> BasicDecompressor {
    BasicDecompressor::new(PageReader::new(Cursor::new(bytes.clone()), chunk, Vec::new(), usize::MAX), Vec::new())
}

fn arrays(chunks: &Chunks, field: &Field) -> Result<Vec<Box<dyn Array>>, PolarsError> {
    let pages = chunks.iter().map(|(chunk, bytes)| pages(chunk, bytes)).collect();
    let types = chunks.iter().map(|(chunk, _)| &chunk.descriptor().descriptor.primitive_type).collect();
    column_iter_to_arrays(pages, types, field.clone(), None).map(|(arrays, _)| arrays)
}

/// The codes, if every page of the row group is made of them and they are few enough.
fn coded(chunks: &Chunks, field: &Field) -> Result<Option<Coded>, PolarsError> {
    let [(chunk, bytes)] = chunks.as_slice() else { return Ok(None) };
    let Some(entries) = dictionary_len(chunk, bytes)? else { return Ok(None) };
    // A dictionary of nearly as many values as there are rows is one of ids.
    let few = entries.saturating_mul(4) <= chunk.num_values().max(0) as usize;
    if entries <= usize::from(u8::MAX) {
        codes_of::<u8>(chunks, field, IntegerType::UInt8, Coded::narrow)
    } else if few && entries <= MOST_CODES {
        codes_of::<u16>(chunks, field, IntegerType::UInt16, Coded::wide)
    } else {
        Ok(None)
    }
}

/// The entries of the chunk's dictionary, if no page does without it.
fn dictionary_len(chunk: &ColumnChunkMetadata, bytes: &Buffer<u8>) -> Result<Option<usize>, PolarsError> {
    let mut pages = pages(chunk, bytes);
    let Some(dictionary) = pages.read_dict_page()? else { return Ok(None) };
    for page in pages {
        let encoding = Encoding::try_from(page?.page().header().encoding());
        if !matches!(encoding, Ok(Encoding::PlainDictionary | Encoding::RleDictionary)) {
            return Ok(None);
        }
    }
    Ok(Some(dictionary.num_values))
}

/// polars-parquet leaves codes as they are in columns that polars itself wrote as categories. It knows those by a mark
/// in the field's metadata, and needs no more than the mark.
fn codes_of<K: polars_arrow::array::DictionaryKey>(
    chunks: &Chunks,
    field: &Field,
    key: IntegerType,
    made: impl Fn(&DictionaryArray<K>) -> Option<Coded>,
) -> Result<Option<Coded>, PolarsError> {
    let data_type = ArrowDataType::Dictionary(key, Box::new(ArrowDataType::Utf8View), false);
    let mark = (PlSmallStr::from_static(DTYPE_CATEGORICAL_NEW), PlSmallStr::EMPTY);
    let marked = Field::new(field.name().clone(), data_type, true).with_metadata([mark].into_iter().collect());
    let mut arrays = arrays(chunks, &marked)?;
    let (Some(array), true) = (arrays.pop(), arrays.is_empty()) else { return Ok(None) };
    Ok(array.as_any().downcast_ref::<DictionaryArray<K>>().and_then(made))
}
