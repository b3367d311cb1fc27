//! Arrow files: per column and record batch only the column's own buffers are read.

use std::sync::OnceLock;

use polars::prelude::{DataType, PolarsError, Series};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::io::ipc::read::{
    Dictionaries, FileMetadata, get_row_count_from_blocks, read_batch, read_file_dictionaries, read_file_metadata,
};

use super::coded::Coded;
use super::guard::{Fault, guarded};
use super::part::Part;
use crate::data::source::{Input, Places};

/// A file's metadata.
#[derive(Debug)]
pub struct Layout {
    metadata: FileMetadata,
    /// The rows of each record batch.
    rows: Vec<usize>,
}

/// A file's dictionaries, which are all read when the first of them is needed.
pub type Kept = OnceLock<Dictionaries>;

impl Layout {
    /// The layout, and the columns.
    pub fn read(input: &Input) -> Result<(Self, Vec<Field>), Fault> {
        let mut file = input.at_places()?;
        guarded(|| {
            let metadata = read_file_metadata(&mut file)?;
            let rows =
                |block| get_row_count_from_blocks(&mut file, std::slice::from_ref(block)).map(|n| n.max(0) as usize);
            let rows = metadata.blocks.iter().map(rows).collect::<Result<_, _>>()?;
            let fields = metadata.schema.iter_values().cloned().collect();
            Ok::<_, PolarsError>((Self { metadata, rows }, fields))
        })
    }

    /// The rows of each record batch.
    pub fn rows(&self) -> Vec<usize> {
        self.rows.clone()
    }

    /// A column's rows of one record batch. What is written with a dictionary stays codes.
    pub fn read_part(&self, file: &mut Places, batch: usize, field: &Field, kept: &Kept) -> Result<Part, Fault> {
        guarded(|| {
            let places = [self.metadata.schema.try_index_of(field.name())?];
            let dictionaries = self.dictionaries(file, field, kept)?;
            let (mut message, mut data) = (Vec::new(), Vec::new());
            let rows = read_batch(
                &mut *file,
                dictionaries,
                &self.metadata,
                Some(&places),
                None,
                batch,
                false,
                &mut message,
                &mut data,
                Default::default(),
            )?;
            let series = Series::try_from((field, rows.into_arrays()))?;
            let codes = matches!(series.dtype(), DataType::Categorical(..) | DataType::Enum(..));
            let coded = if codes { Coded::categories(&series) } else { None };
            Ok::<_, PolarsError>(coded.map_or(Part::Plain(series), Part::coded))
        })
    }

    fn dictionaries<'k>(
        &self,
        file: &mut Places,
        field: &Field,
        kept: &'k Kept,
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
