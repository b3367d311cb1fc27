//! Evaluates conditions to masks, and keeps each condition and each chain of them by its canonical text.

use std::sync::Arc;

use super::LocalEngine;
use super::atom;
use super::mask::{Chain, Mask};
use super::memory::MemoryKey;
use crate::engine::{Cancel, EngineError};
use crate::model::Datum;
use crate::rule::{Checked, Expr, Node};

pub fn mask(engine: &LocalEngine, rule: &Checked, cancel: &Cancel) -> Result<Arc<Mask>, EngineError> {
    mask_of(engine, rule.expr(), rule.canonical(), cancel)
}

/// Returns the mask of an expression. `key` is its canonical text.
fn mask_of(engine: &LocalEngine, expr: &Expr, key: String, cancel: &Cancel) -> Result<Arc<Mask>, EngineError> {
    cancel.check()?;
    let bytes = key.len();
    let make = || fresh_mask(engine, expr, cancel);
    engine.memory.get_or_make(MemoryKey::Mask(key), make, |mask| mask.bytes() + bytes)
}

fn part(engine: &LocalEngine, expr: &Expr, cancel: &Cancel) -> Result<Arc<Mask>, EngineError> {
    mask_of(engine, expr, expr.to_string(), cancel)
}

fn fresh_mask(engine: &LocalEngine, expr: &Expr, cancel: &Cancel) -> Result<Mask, EngineError> {
    match &expr.node {
        Node::Literal(Datum::Boolean(truth)) => Ok(Mask::constant(Some(*truth), engine.rows())),
        Node::Literal(Datum::Null) => Ok(Mask::constant(None, engine.rows())),
        Node::Not(inner) => part(engine, inner, cancel)?.not(&engine.chunks, cancel),
        Node::And(parts) => chain(Chain::All, engine, parts, cancel),
        Node::Or(parts) => chain(Chain::Any, engine, parts, cancel),
        _ => atom::mask(engine, expr, cancel),
    }
}

fn chain(kind: Chain, engine: &LocalEngine, parts: &[Arc<Expr>], cancel: &Cancel) -> Result<Mask, EngineError> {
    let parts = parts.iter().map(|expr| part(engine, expr, cancel)).collect::<Result<Vec<_>, _>>()?;
    Mask::chain(kind, &parts.iter().map(Arc::as_ref).collect::<Vec<_>>(), &engine.chunks, cancel)
}
