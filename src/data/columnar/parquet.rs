//! Reads Parquet files: for each column and row group, only the bytes of its column chunks. Dictionary-encoded columns
//! stay codes with their dictionary.

use std::collections::{HashMap, HashSet};
use std::io::Cursor;

use polars::prelude::{PlSmallStr, PolarsError};
use polars_arrow::array::{Array, DictionaryArray};
use polars_arrow::datatypes::{ArrowDataType, DTYPE_CATEGORICAL_NEW, ExtensionType, Field, IntegerType, TimeUnit};
use polars_buffer::Buffer;
use polars_parquet::parquet::encoding::Encoding;
use polars_parquet::parquet::metadata::ColumnDescriptor;
use polars_parquet::parquet::schema::types::{PrimitiveLogicalType, PrimitiveType};
use polars_parquet::parquet::statistics::Statistics;
use polars_parquet::read::schema::{
    SchemaInferenceOptions, infer_schema_with_options, parquet_to_arrow_schema_with_options,
};
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, Filter, PageReader, PhysicalType, RowGroupMetadata,
    column_iter_to_arrays, read_metadata,
};

use super::checksums;
use super::coded::{CodedPart, MAX_CODES};
use super::guard::{PartFault, guarded};
use super::part::ColumnPart;
use super::series::{UUID, is_bool8, is_uuid, series};
use crate::data::source::{InputFile, PositionedFile};

/// Row groups of a Parquet file, and the positions of its columns in them.
#[derive(Debug)]
pub struct ParquetLayout(FileMetadata);

/// The bytes of a column in one row group, chunk by chunk: a single chunk unless the column is nested.
type ColumnChunks<'a> = Vec<(&'a ColumnChunkMetadata, Buffer<u8>)>;

impl ParquetLayout {
    /// Reads the layout, and the columns.
    pub fn read(input: &InputFile) -> Result<(Self, Vec<Field>), PartFault> {
        let mut file = input.at_places()?;
        guarded(|| {
            let metadata = read_metadata(&mut file)?;
            let fields = fields(&metadata)?;
            Ok::<_, PolarsError>((Self(metadata), fields))
        })
    }

    /// Returns the number of rows in each row group.
    pub fn rows(&self) -> Vec<usize> {
        self.0.row_groups.iter().map(RowGroupMetadata::num_rows).collect()
    }

    /// Reads a column's rows of one row group. Text is returned as codes if `codes` allows it and the row group has
    /// them.
    pub fn read_part(
        &self,
        file: &PositionedFile,
        group: usize,
        field: &Field,
        codes: bool,
    ) -> Result<ColumnPart, PartFault> {
        let chunks = self.chunks(file, group, field.name())?;
        if codes && let Some(coded) = guarded(|| coded(&chunks, field))? {
            return Ok(ColumnPart::coded(coded));
        }
        guarded(|| series(field, arrays(&chunks, &encoded(field), None)?)).map(ColumnPart::Plain)
    }

    /// Reads the first rows of a column in one row group, at most `rows`.
    pub fn read_head(
        &self,
        file: &PositionedFile,
        group: usize,
        field: &Field,
        rows: usize,
    ) -> Result<ColumnPart, PartFault> {
        let chunks = self.chunks(file, group, field.name())?;
        let head = Filter::new_limited(rows.min(self.0.row_groups[group].num_rows()));
        guarded(|| series(field, arrays(&chunks, &encoded(field), Some(head))?)).map(ColumnPart::Plain)
    }

    fn chunks(&self, file: &PositionedFile, group: usize, column: &str) -> Result<ColumnChunks<'_>, PartFault> {
        let rows = &self.0.row_groups[group];
        let chunks = rows.columns_under_root_iter(column);
        let chunks = chunks.ok_or_else(|| PartFault::Reason("a row group is without it".into()))?;
        let read = |chunk| {
            let mut bytes = Vec::new();
            self.chunk_bytes(file, group, chunk, &mut bytes)?;
            Ok((chunk, Buffer::from_vec(bytes)))
        };
        chunks.map(read).collect()
    }

    /// Reads the bytes of a column chunk of a row group into the memory, which is made longer if needed.
    ///
    /// # Errors
    /// Returns an error if they cannot be read or are not those that were written.
    pub fn chunk_bytes<'a>(
        &self,
        file: &PositionedFile,
        group: usize,
        chunk: &ColumnChunkMetadata,
        memory: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], PartFault> {
        // The decoder allocates room for as many values as the chunk claims: a wrong number could ask for all memory.
        let flat = chunk.descriptor().descriptor.max_rep_level == 0;
        if flat && chunk.num_values() != self.0.row_groups[group].num_rows() as i64 {
            return Err(PartFault::Reason("it has fewer or more values than rows".into()));
        }
        let bytes = guarded(|| file.range_into(chunk.byte_range(), memory))?;
        guarded(|| checksums::verify(bytes))?;
        Ok(bytes)
    }

    /// Returns the only chunk of a column in a row group, if its values are not nested.
    pub fn flat_chunk(&self, group: usize, column: &str) -> Option<&ColumnChunkMetadata> {
        let mut chunks = self.0.row_groups.get(group)?.columns_under_root_iter(column)?;
        let chunk = chunks.next().filter(|_| chunks.next().is_none())?;
        let levels = &chunk.descriptor().descriptor;
        (levels.max_rep_level == 0 && levels.max_def_level <= 1).then_some(chunk)
    }

    /// Returns the statistics of a chunk, if the file has them.
    pub fn statistics(&self, chunk: &ColumnChunkMetadata) -> Option<Statistics> {
        chunk.statistics(&self.0.footer_buf)?.ok()
    }

    /// Returns true if the file stores the column as moments of 96 bits, which are read to the microsecond.
    pub fn has_nanoseconds(&self, column: &str) -> bool {
        self.physical_types(column).any(|known| known == PhysicalType::Int96)
    }

    /// Returns true if a row group has a column without a dictionary.
    pub fn has_no_dictionary(&self, group: usize, column: &str) -> bool {
        let chunks = self.0.row_groups.get(group).and_then(|group| group.columns_under_root_iter(column));
        chunks.is_some_and(|mut chunks| chunks.all(|chunk| chunk.dictionary_page_offset().is_none()))
    }

    /// Returns true if the file stores the column's values as texts or bytes of any length.
    pub fn is_text_like(&self, column: &str) -> bool {
        self.physical_types(column).all(|known| known == PhysicalType::ByteArray)
    }

    /// Returns the types in which the file stores the column's values, which are the same in all row groups.
    fn physical_types(&self, column: &str) -> impl Iterator<Item = PhysicalType> {
        let chunks = self.0.row_groups.first().and_then(|group| group.columns_under_root_iter(column));
        chunks.into_iter().flatten().map(ColumnChunkMetadata::physical_type)
    }
}

/// Returns the columns, of the types into which the decoders convert the file's own. The writer's notes on Arrow types
/// are followed as far as the decoders do.
fn fields(metadata: &FileMetadata) -> Result<Vec<Field>, PolarsError> {
    let mut leaves: HashMap<&str, Vec<&ColumnDescriptor>> = HashMap::new();
    for leaf in metadata.schema_descr.columns() {
        if let Some(root) = leaf.path_in_schema.first() {
            leaves.entry(root).or_default().push(leaf);
        }
    }
    let of_column = |field: &Field| {
        let leaves = leaves.get(field.name.as_str()).map_or(&[][..], Vec::as_slice);
        let far = leaves.iter().any(|leaf| leaf.descriptor.primitive_type.physical_type == PhysicalType::Int96);
        let dtype = decoded(&field.dtype, far);
        let dtype = match (leaves, &field.dtype) {
            // Keeps the file's own unit and zone: the details that reading loses are reported.
            (_, whole @ ArrowDataType::Timestamp(..)) if !far => whole.clone(),
            ([leaf], _) => stored(dtype, &leaf.descriptor.primitive_type),
            _ => dtype,
        };
        Field { dtype, ..field.clone() }
    };
    let options = || Some(SchemaInferenceOptions { int96_coerce_to_timeunit: TimeUnit::Microsecond });
    let mut names = HashSet::new();
    if let Some(twice) = metadata.schema_descr.fields().iter().find(|field| !names.insert(field.name())) {
        return Err(PolarsError::Duplicate(format!("two columns are called \"{}\"", twice.name()).into()));
    }
    // It panics on Arrow types that it does not know, such as views of lists; then the file's own types are used.
    let schema = match guarded(|| infer_schema_with_options(metadata, &options())) {
        Ok(schema) => schema,
        Err(_) => parquet_to_arrow_schema_with_options(metadata.schema_descr.fields(), &options()),
    };
    Ok(schema.iter_values().map(of_column).collect())
}

/// Replaces dictionaries and extensions by their value types, at every level. Timestamps of 96 bits, present if `far`,
/// have a wider range than nanoseconds.
fn decoded(dtype: &ArrowDataType, far: bool) -> ArrowDataType {
    use ArrowDataType::{Dictionary, Extension, FixedSizeList, LargeList, List, Map, Struct, Timestamp};
    let inner = |field: &Field| Field { dtype: decoded(&field.dtype, far), ..field.clone() };
    match dtype {
        kept if is_uuid(kept) || is_bool8(kept) => kept.clone(),
        Extension(extension) => decoded(&extension.inner, far),
        Dictionary(_, values, _) => decoded(values, far),
        List(field) => List(Box::new(inner(field))),
        LargeList(field) => LargeList(Box::new(inner(field))),
        FixedSizeList(field, len) => FixedSizeList(Box::new(inner(field)), *len),
        Map(field, is_sorted) => Map(Box::new(inner(field)), *is_sorted),
        Struct(fields) => Struct(fields.iter().map(inner).collect()),
        Timestamp(TimeUnit::Nanosecond, _) if far => Timestamp(TimeUnit::Microsecond, None),
        Timestamp(unit, _) => Timestamp(*unit, None),
        other => other.clone(),
    }
}

/// Returns the type of a column that is not nested, as its physical type determines it.
fn stored(dtype: ArrowDataType, primitive: &PrimitiveType) -> ArrowDataType {
    match (primitive.physical_type, dtype) {
        (PhysicalType::FixedLenByteArray(2), _) if primitive.logical_type == Some(PrimitiveLogicalType::Float16) => {
            ArrowDataType::Float16
        }
        (PhysicalType::FixedLenByteArray(16), _) if primitive.logical_type == Some(PrimitiveLogicalType::Uuid) => {
            ArrowDataType::Extension(Box::new(ExtensionType {
                name: PlSmallStr::from_static(UUID),
                inner: ArrowDataType::FixedSizeBinary(16),
                metadata: None,
            }))
        }
        (PhysicalType::FixedLenByteArray(len), ArrowDataType::Decimal(precision, scale)) if len > 16 => {
            ArrowDataType::Decimal256(precision, scale)
        }
        // Parquet has no time of day in seconds.
        (PhysicalType::Int32, ArrowDataType::Time32(_)) => ArrowDataType::Time32(TimeUnit::Millisecond),
        (PhysicalType::Int32, ArrowDataType::Date64) => ArrowDataType::Date32,
        (_, dtype) => dtype,
    }
}

/// Returns the field as its bytes are decoded, for types that are converted afterwards.
fn encoded(field: &Field) -> Field {
    let dtype = match field.dtype {
        ArrowDataType::Float16 => ArrowDataType::FixedSizeBinary(2),
        ArrowDataType::Interval(_) => ArrowDataType::FixedSizeBinary(12),
        ArrowDataType::Extension(ref extension) => extension.inner.clone(),
        ref other => other.clone(),
    };
    Field { dtype, ..field.clone() }
}

fn pages(chunk: &ColumnChunkMetadata, bytes: &Buffer<u8>) -> BasicDecompressor {
    BasicDecompressor::new(PageReader::new(Cursor::new(bytes.clone()), chunk, Vec::new(), usize::MAX), Vec::new())
}

fn arrays(chunks: &ColumnChunks, field: &Field, filter: Option<Filter>) -> Result<Vec<Box<dyn Array>>, PolarsError> {
    let pages = chunks.iter().map(|(chunk, bytes)| pages(chunk, bytes)).collect();
    let types = chunks.iter().map(|(chunk, _)| &chunk.descriptor().descriptor.primitive_type).collect();
    column_iter_to_arrays(pages, types, field.clone(), filter).map(|(arrays, _)| arrays)
}

/// Returns the codes, if every page of the row group consists of them and there are few enough.
fn coded(chunks: &ColumnChunks, field: &Field) -> Result<Option<CodedPart>, PolarsError> {
    let [(chunk, bytes)] = chunks.as_slice() else { return Ok(None) };
    let Some(entries) = dictionary_len(chunk, bytes)? else { return Ok(None) };
    // A dictionary with nearly as many values as there are rows holds ids.
    let few = entries.saturating_mul(4) <= chunk.num_values().max(0) as usize;
    if entries <= usize::from(u8::MAX) {
        codes_of::<u8>(chunks, field, IntegerType::UInt8, CodedPart::narrow)
    } else if few && entries <= MAX_CODES {
        codes_of::<u16>(chunks, field, IntegerType::UInt16, CodedPart::wide)
    } else {
        Ok(None)
    }
}

/// Returns the number of entries of the chunk's dictionary, if every page uses it.
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

/// Reads codes. polars-parquet leaves codes as they are in columns that polars itself wrote as categories, which it
/// recognizes by a mark in the field's metadata; the mark alone is sufficient.
fn codes_of<K: polars_arrow::array::DictionaryKey>(
    chunks: &ColumnChunks,
    field: &Field,
    key: IntegerType,
    made: impl Fn(&DictionaryArray<K>) -> Option<CodedPart>,
) -> Result<Option<CodedPart>, PolarsError> {
    let data_type = ArrowDataType::Dictionary(key, Box::new(ArrowDataType::Utf8View), false);
    let mark = (PlSmallStr::from_static(DTYPE_CATEGORICAL_NEW), PlSmallStr::EMPTY);
    let marked = Field::new(field.name().clone(), data_type, true).with_metadata([mark].into_iter().collect());
    let mut arrays = arrays(chunks, &marked, None)?;
    let (Some(array), true) = (arrays.pop(), arrays.is_empty()) else { return Ok(None) };
    Ok(array.as_any().downcast_ref::<DictionaryArray<K>>().and_then(made))
}
