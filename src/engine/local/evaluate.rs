//! Evaluates rules to row sets, and keeps the row set of each condition and of each AND, OR and NOT by its canonical
//! text.

use std::sync::Arc;

use super::LocalEngine;
use super::atom;
use super::memory::MemoryKey;
use super::row_set::{Chain, RowSet};
use crate::engine::{Cancel, EngineError};
use crate::model::Datum;
use crate::rule::{Checked, Expr, Node};

/// Returns the row set of a rule, evaluated once and then kept in the engine's memory.
pub fn row_set(engine: &LocalEngine, rule: &Checked, cancel: &Cancel) -> Result<Arc<RowSet>, EngineError> {
    row_set_of(engine, rule.expr(), rule.canonical(), cancel)
}

/// Returns the row set of an expression. `key` is its canonical text.
fn row_set_of(engine: &LocalEngine, expr: &Expr, key: String, cancel: &Cancel) -> Result<Arc<RowSet>, EngineError> {
    cancel.check()?;
    let bytes = key.len();
    let make = || fresh_row_set(engine, expr, cancel);
    engine.memory.get_or_make(MemoryKey::RowSet(key), make, |row_set| row_set.bytes() + bytes)
}

fn part(engine: &LocalEngine, expr: &Expr, cancel: &Cancel) -> Result<Arc<RowSet>, EngineError> {
    row_set_of(engine, expr, expr.to_string(), cancel)
}

fn fresh_row_set(engine: &LocalEngine, expr: &Expr, cancel: &Cancel) -> Result<RowSet, EngineError> {
    match &expr.node {
        Node::Literal(Datum::Boolean(truth)) => Ok(RowSet::constant(Some(*truth), engine.rows())),
        Node::Literal(Datum::Null) => Ok(RowSet::constant(None, engine.rows())),
        Node::Not(inner) => part(engine, inner, cancel)?.not(&engine.chunks, cancel),
        Node::And(parts) => chain(Chain::All, engine, parts, cancel),
        Node::Or(parts) => chain(Chain::Any, engine, parts, cancel),
        _ => atom::row_set(engine, expr, cancel),
    }
}

fn chain(kind: Chain, engine: &LocalEngine, parts: &[Arc<Expr>], cancel: &Cancel) -> Result<RowSet, EngineError> {
    let parts = parts.iter().map(|expr| part(engine, expr, cancel)).collect::<Result<Vec<_>, _>>()?;
    RowSet::chain(kind, &parts.iter().map(Arc::as_ref).collect::<Vec<_>>(), &engine.chunks, cancel)
}
