//! Parts of a table that is still being read, as bases.

use super::load_progress::FirstRows;
use super::{Base, BaseLocation, BaseTable, LoadOptions, Rejects, key};

impl FirstRows {
    /// Returns the rows as a base, without notices: all rows bring those. `None` if there is no column of the name that the key
    /// has in the options.
    pub fn base(self, source: &BaseLocation, options: &LoadOptions) -> Option<Base> {
        let table = BaseTable::Memory(self.frame);
        let schema = table.schema();
        let key = options.key.as_deref().map(|name| key::find(&schema, name)).transpose().ok()?;
        Some(Base { table, schema, key, source: source.title(), notices: Vec::new(), rejects: Rejects::default() })
    }
}
