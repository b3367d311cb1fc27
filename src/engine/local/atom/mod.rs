//! Atoms to masks, by the quickest way that a column's shape allows:
//!
//! - a column of few distinct values: the condition is asked of those, and the answer looked up (`by_value`);
//! - a number beside literals: the cells are compared with bounds (`bounds`);
//! - text that starts, ends or contains: its bytes are searched (`plain`);
//! - anything else: polars, in chunks (`by_polars`).
//!
//! All give the same answer as the last one.

mod bounds;
mod by_polars;
mod by_value;
mod plain;

use std::sync::Arc;

use super::LocalEngine;
use super::column::Column;
use super::mask::Mask;
use crate::engine::{Cancel, EngineError};
use crate::rule::Atom;

pub fn mask(engine: &LocalEngine, atom: &Atom, cancel: &Cancel) -> Result<Mask, EngineError> {
    let columns: Vec<Arc<Column>> =
        atom.columns.iter().map(|name| engine.column(name, cancel)).collect::<Result<_, _>>()?;
    if let [column] = columns.as_slice() {
        if let Some(simple) = &atom.simple
            && let Some(mask) = plain::mask(engine, column, simple, cancel)
        {
            return mask;
        }
        if let Some(mask) = by_value::mask(engine, column, atom, cancel) {
            return mask;
        }
    }
    by_polars::mask(engine, &columns, &atom.sql, cancel)
}
