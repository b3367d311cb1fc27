//! Rule trees to masks: each atom and each whole rule kept by its canonical text.

use std::sync::Arc;

use super::LocalEngine;
use super::atom;
use super::mask::{Chain, Mask};
use super::memory::Key;
use crate::engine::{Cancel, EngineError};
use crate::rule::Tree;

pub fn mask(engine: &LocalEngine, tree: &Tree, cancel: &Cancel) -> Result<Arc<Mask>, EngineError> {
    cancel.check()?;
    let make = || fresh_mask(engine, tree, cancel);
    engine.memory.get_or_make(Key::Mask(tree.canonical()), make, Mask::bytes)
}

fn fresh_mask(engine: &LocalEngine, tree: &Tree, cancel: &Cancel) -> Result<Mask, EngineError> {
    match tree {
        Tree::Constant(truth) => Ok(Mask::constant(*truth, engine.rows())),
        Tree::Atom(atom) => atom::mask(engine, atom, cancel),
        Tree::Not(inner) => mask(engine, inner, cancel)?.not(&engine.chunks, cancel),
        Tree::And(parts) => chain(Chain::All, engine, parts, cancel),
        Tree::Or(parts) => chain(Chain::Any, engine, parts, cancel),
    }
}

fn chain(kind: Chain, engine: &LocalEngine, parts: &[Arc<Tree>], cancel: &Cancel) -> Result<Mask, EngineError> {
    let parts = parts.iter().map(|part| mask(engine, part, cancel)).collect::<Result<Vec<_>, _>>()?;
    Mask::chain(kind, &parts.iter().map(Arc::as_ref).collect::<Vec<_>>(), &engine.chunks, cancel)
}
