//! Reads Arrow files: for each column and record batch, only the column's own buffers.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use polars::prelude::{DataType, PlSmallStr, PolarsError};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field};
use polars_arrow::io::ipc::read::{
    Dictionaries, FileMetadata, get_row_count_from_blocks, read_batch, read_file_dictionaries, read_file_metadata,
};

use super::coded::CodedPart;
use super::footer::{self, KnownFooter};
use super::guard::{PartFault, guarded};
use super::lengths;
use super::part::ColumnPart;
use super::series::series;
use crate::data::source::{InputFile, PositionedFile};

/// Record batches of an Arrow file, and the types of its columns.
#[derive(Debug)]
pub struct ArrowLayout {
    metadata: FileMetadata,
    /// Fields whose type for reading differs from the metadata's schema, since no other column could be read beside
    /// them.
    apart: HashMap<PlSmallStr, Field>,
    unreadable: HashMap<PlSmallStr, String>,
    /// Number of rows in each record batch.
    rows: Vec<usize>,
    /// Maximum number of bytes of a buffer.
    memory: usize,
}

/// A file's dictionaries, all read when the first one is needed.
pub type FileDictionaries = OnceLock<Dictionaries>;

impl ArrowLayout {
    /// Reads the layout, and the columns.
    pub fn read(input: &InputFile, memory: usize) -> Result<(Self, Vec<Field>), PartFault> {
        let mut file = input.at_places()?;
        let known = match guarded(|| read_file_metadata(&mut file)) {
            _ if file.range(0..4).is_ok_and(|magic| magic == [0xFF; 4]) => guarded(|| footer::read_stream(&file))?,
            Ok(metadata) => KnownFooter { metadata, unreadable: HashMap::new(), parts: HashSet::new() },
            Err(fault) => guarded(|| footer::read_known(&mut file))?.ok_or(fault)?,
        };
        guarded(|| {
            let KnownFooter { mut metadata, unreadable, parts } = known;
            let rows =
                |block| get_row_count_from_blocks(&mut file, std::slice::from_ref(block)).map(|n| n.max(0) as usize);
            let rows = metadata.blocks.iter().map(rows).collect::<Result<_, _>>()?;
            let is_column = |field: &&Field| !parts.contains(&field.name);
            let fields = metadata.schema.iter_values().filter(is_column).cloned().collect();
            let (mut apart, mut schema) = (HashMap::new(), ArrowSchema::default());
            for field in metadata.schema.iter_values().map(encoded) {
                let passed = Field { dtype: passed_over(field.dtype.clone()), ..field.clone() };
                if passed != field {
                    apart.insert(field.name.clone(), field);
                }
                schema.insert(passed.name.clone(), passed);
            }
            metadata.schema = Arc::new(schema);
            Ok::<_, PolarsError>((Self { metadata, apart, unreadable, rows, memory }, fields))
        })
    }

    /// Returns the reason why a column cannot be read, if it is known from the metadata.
    pub fn unreadable(&self, column: &str) -> Option<&str> {
        self.unreadable.get(column).map(String::as_str)
    }

    /// Returns the metadata for reading a column.
    fn metadata_for(&self, column: &str) -> Cow<'_, FileMetadata> {
        let Some(field) = self.apart.get(column) else { return Cow::Borrowed(&self.metadata) };
        let mut metadata = self.metadata.clone();
        let fields = metadata.schema.iter_values().map(|other| if other.name == field.name { field } else { other });
        metadata.schema = Arc::new(fields.map(|field| (field.name.clone(), field.clone())).collect());
        Cow::Owned(metadata)
    }

    /// Returns the number of rows in each record batch.
    pub fn rows(&self) -> Vec<usize> {
        self.rows.clone()
    }

    /// Reads a column's rows of one record batch. Dictionary-encoded values stay codes.
    pub fn read_part(
        &self,
        file: &mut PositionedFile,
        batch: usize,
        field: &Field,
        kept: &FileDictionaries,
    ) -> Result<ColumnPart, PartFault> {
        guarded(|| self.check_lengths(file, batch, field, kept))?;
        guarded(|| {
            let metadata = self.metadata_for(field.name());
            let places = [metadata.schema.try_index_of(field.name())?];
            let dictionaries = self.dictionaries(file, field, kept)?;
            let (mut message, mut data) = (Vec::new(), Vec::new());
            let rows = read_batch(
                &mut *file,
                dictionaries,
                &metadata,
                Some(&places),
                None,
                batch,
                false,
                &mut message,
                &mut data,
                Default::default(),
            )?;
            let series = series(field, rows.into_arrays())?;
            let codes = matches!(series.dtype(), DataType::Categorical(..) | DataType::Enum(..));
            let coded = if codes { CodedPart::categories(&series) } else { None };
            Ok::<_, PolarsError>(coded.map_or(ColumnPart::Plain(series), ColumnPart::coded))
        })
    }

    fn check_lengths(
        &self,
        file: &PositionedFile,
        batch: usize,
        field: &Field,
        kept: &FileDictionaries,
    ) -> Result<(), String> {
        if has_dictionary(field.dtype()) && kept.get().is_none() {
            let blocks = self.metadata.dictionaries.iter().flatten();
            blocks.into_iter().try_for_each(|block| lengths::check(file, block, self.memory))?;
        }
        lengths::check(file, &self.metadata.blocks[batch], self.memory)
    }

    fn dictionaries<'k>(
        &self,
        file: &mut PositionedFile,
        field: &Field,
        kept: &'k FileDictionaries,
    ) -> Result<&'k Dictionaries, PolarsError> {
        if !has_dictionary(field.dtype()) {
            return Ok(kept.get_or_init(Dictionaries::default));
        }
        if let Some(known) = kept.get() {
            return Ok(known);
        }
        let read = read_file_dictionaries(file, &self.metadata, &mut Vec::new(), Default::default())?;
        Ok(kept.get_or_init(|| read))
    }
}

/// Returns the field as its bytes are decoded: 16-bit floats as whole numbers with as many bits.
fn encoded(field: &Field) -> Field {
    let dtype = match field.dtype.to_storage() {
        ArrowDataType::Float16 => ArrowDataType::UInt16,
        _ => field.dtype.clone(),
    };
    Field { dtype, ..field.clone() }
}

/// Returns the type for skipping a column on the way to another one: the reader cannot skip a sparse union, which has
/// the same buffers as a struct.
fn passed_over(dtype: ArrowDataType) -> ArrowDataType {
    use ArrowDataType::{Extension, FixedSizeList, LargeList, List, Map, Struct, Union};
    let inner = |field: Field| Field { dtype: passed_over(field.dtype), ..field };
    let boxed = |field: Box<Field>| Box::new(inner(*field));
    match dtype {
        Union(union) if union.mode.is_sparse() => Struct(union.fields.into_iter().map(inner).collect()),
        Struct(fields) => Struct(fields.into_iter().map(inner).collect()),
        List(field) => List(boxed(field)),
        LargeList(field) => LargeList(boxed(field)),
        FixedSizeList(field, len) => FixedSizeList(boxed(field), len),
        Map(field, is_sorted) => Map(boxed(field), is_sorted),
        Extension(mut extension) => {
            extension.inner = passed_over(extension.inner);
            Extension(extension)
        }
        other => other,
    }
}

fn has_dictionary(data_type: &ArrowDataType) -> bool {
    match data_type {
        ArrowDataType::Dictionary(..) => true,
        ArrowDataType::Extension(extension) => has_dictionary(&extension.inner),
        ArrowDataType::List(field)
        | ArrowDataType::LargeList(field)
        | ArrowDataType::FixedSizeList(field, _)
        | ArrowDataType::Map(field, _) => has_dictionary(field.dtype()),
        ArrowDataType::Struct(fields) => fields.iter().any(|field| has_dictionary(field.dtype())),
        _ => false,
    }
}
