use polars::prelude::{Column, DataFrame, DataType};

use super::load_progress::Counter;
use super::{DataError, DataFiles, column_type};
use crate::model::{self, Schema};

/// The customers' columns. Floats hold no NaN: it is read as null.
#[derive(Debug, Clone)]
pub enum BaseTable {
    /// Text formats, which are read once as a whole.
    Memory(DataFrame),
    /// Parquet and Arrow files, which stay where they are; a column is read when it is needed.
    Files(DataFiles),
}

impl BaseTable {
    /// Returns the number of customers.
    pub fn rows(&self) -> usize {
        match self {
            BaseTable::Memory(frame) => frame.height(),
            BaseTable::Files(files) => files.rows(),
        }
    }

    /// Reads the values of a column, whose name is spelled as in the schema. Text of few distinct values may be
    /// returned as a polars Categorical with ascending categories, each of at least one customer; no other column is
    /// categorical. The column has one chunk or some large ones.
    ///
    /// Calls `cancelled` between parts of a file, from several threads; once it returns true, the result is
    /// [`DataError::Cancelled`].
    ///
    /// # Errors
    /// Returns an error if the column cannot be read, or if a file is no longer the one that was opened.
    pub fn read(
        &self,
        column: &str,
        counter: &Counter,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<Column, DataError> {
        match self {
            BaseTable::Files(files) => files.read(column, counter, cancelled),
            BaseTable::Memory(frame) => {
                counter.begin(frame.height() as u64);
                counter.add(frame.height() as u64);
                let found = frame.column(column).cloned();
                found.map_err(|_| DataError::NoColumn { column: column.to_owned() })
            }
        }
    }

    /// Reads a column as [`BaseTable::read`] does, without progress or cancellation.
    pub fn column(&self, column: &str) -> Result<Column, DataError> {
        self.read(column, &Counter::default(), &|| false)
    }

    /// Returns the type of a column, with text always as String; `None` if there is no such column.
    pub fn data_type(&self, column: &str) -> Option<DataType> {
        match self {
            BaseTable::Memory(frame) => frame.column(column).ok().map(|column| column.dtype().clone()),
            BaseTable::Files(files) => {
                files.columns().find(|(name, _)| *name == column).map(|(_, known)| known.clone())
            }
        }
    }

    pub(super) fn schema(&self) -> Schema {
        let column = |name: &str, data_type: &DataType| model::Column {
            name: name.to_owned(),
            column_type: column_type(data_type),
        };
        Schema::new(match self {
            BaseTable::Memory(frame) => frame.columns().iter().map(|c| column(c.name(), c.dtype())).collect(),
            BaseTable::Files(files) => files.columns().map(|(name, data_type)| column(name, data_type)).collect(),
        })
    }
}
