//! The tables that a statement reads.

use std::collections::HashMap;

use super::sql::Printed;
use super::syntax::DialectSyntax;
use crate::model::Schema;
use crate::rule::Checked;

/// The base, and the tables of events beside it, as a database knows them.
#[derive(Debug, Clone)]
pub struct DatabaseTables {
    pub base: TableName,
    /// Columns of the base, its key, and the tables of events with their columns.
    pub schema: Schema,
    /// Names of the tables of events in the database; tables not listed keep their own names.
    pub events: HashMap<String, TableName>,
    /// A column of a table of events that grows with its rows: of two events at the same moment, the later row is the
    /// last.
    pub event_order: HashMap<String, String>,
    /// Audiences of the personas by id, in the study's order: the definition of the persona column.
    pub personas: Vec<(String, Checked)>,
}

/// The name of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableName {
    /// SQL that a person wrote: `crm.customers`, `"My Table"`, `read_parquet('c.parquet')`.
    Written(String),
    /// A bare name, to be quoted.
    Plain(String),
}

impl DatabaseTables {
    /// Creates tables from a base of this name, with its tables of events under their own names.
    pub fn new(base: TableName, schema: Schema) -> Self {
        Self { base, schema, events: HashMap::new(), event_order: HashMap::new(), personas: Vec::new() }
    }

    pub(super) fn base_sql(&self, syntax: &dyn DialectSyntax) -> Printed {
        self.base.sql(syntax)
    }

    pub(super) fn events_sql(&self, table: &str, syntax: &dyn DialectSyntax) -> Printed {
        match self.events.get(table) {
            Some(name) => name.sql(syntax),
            None => syntax.identifier(table),
        }
    }
}

impl TableName {
    /// Returns the name as it was given.
    pub fn as_str(&self) -> &str {
        let (TableName::Written(name) | TableName::Plain(name)) = self;
        name
    }

    fn sql(&self, syntax: &dyn DialectSyntax) -> Printed {
        match self {
            TableName::Written(sql) => Ok(super::sql::SqlPiece::tight(sql.as_str())),
            TableName::Plain(name) => syntax.identifier(name),
        }
    }
}
