//! A sample of the customers with the values of their columns, drawn by one statement.

use super::Batches;
use super::read::DriverTable;
use crate::engine::EngineError;
use crate::model::{Column, ColumnType, Datum};
use crate::rule::print::{DatabaseTables, Scope, SqlDialect};
use crate::rule::{Expr, Node};

/// Number of possible hashes of a key.
const HASHES: f64 = 4_294_967_296.0;

/// The statement that draws a sample.
pub(super) struct SampleStatement {
    pub(super) statement: String,
    columns: Vec<Column>,
}

impl SampleStatement {
    pub(super) fn new(
        tables: &DatabaseTables,
        dialect: SqlDialect,
        customers: u64,
        wanted: u64,
        is_left_out: &dyn Fn(&str) -> bool,
    ) -> Result<Self, EngineError> {
        let schema = &tables.schema;
        let key = schema.key().ok_or_else(|| EngineError::Unsupported {
            what: "a sample without a key".into(),
            way_out: "write key = \"…\" under [data] in config.toml".into(),
        })?;
        let is_stored = |column: &&Column| {
            let is_usable = !matches!(column.column_type, ColumnType::Time | ColumnType::Duration | ColumnType::Other);
            is_usable && schema.definition(&column.name).is_none() && !is_left_out(&column.name)
        };
        let columns: Vec<Column> = schema.columns().iter().filter(is_stored).cloned().collect();
        let expr = |column: &Column| Expr::new(Node::Column(column.name.clone()), column.column_type, 0..0);
        let exprs: Vec<Expr> = columns.iter().map(expr).collect();
        let scope = Scope::new(&exprs, dialect, tables)?;
        let mut list = vec!["1 AS one".to_owned()];
        for (at, expr) in exprs.iter().enumerate() {
            list.push(format!("{} AS p{at}", scope.value(expr)?));
        }
        // If all customers are wanted, the bound is the last hash: all others are below it.
        let bound = (wanted as f64 / customers.max(1) as f64 * HASHES).ceil() as u32;
        let sampled = scope.is_sampled(key, bound)?;
        let statement = format!("SELECT {} FROM {} WHERE {sampled}", list.join(", "), scope.from());
        Ok(Self { statement, columns })
    }

    pub(super) fn read(self, answer: Batches) -> DrawnSample {
        DrawnSample { columns: self.columns, answer }
    }
}

/// Customers of a sample.
pub struct DrawnSample {
    columns: Vec<Column>,
    answer: Batches,
}

impl DrawnSample {
    /// Returns the columns that were drawn.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Returns the number of customers in the sample.
    pub fn customers(&self) -> u64 {
        DriverTable(&self.answer).rows() as u64
    }

    /// Returns the values of the column at this index of [`DrawnSample::columns`].
    ///
    /// # Errors
    /// Returns an error if a value is not of the column's type.
    pub fn values(&self, at: usize) -> Result<Vec<Datum>, EngineError> {
        let kind = self.columns.get(at).map_or(ColumnType::Other, |column| column.column_type);
        DriverTable(&self.answer).values(at + 1, kind)
    }
}
