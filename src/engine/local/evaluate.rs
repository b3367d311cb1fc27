//! Rule trees to masks: one atom at a time, in chunks, each atom and each whole rule kept.

use std::sync::Arc;

use polars::prelude::*;

use super::caches::Caches;
use super::failed;
use super::mask::Mask;
use crate::engine::{Cancel, EngineError};
use crate::rule::{Atom, Tree};

/// Rows evaluated between two looks at the cancel flag: a multiple of 64, and some milliseconds of work.
const CHUNK: usize = 1 << 20;

pub fn mask(frame: &DataFrame, caches: &Caches, tree: &Tree, cancel: &Cancel) -> Result<Arc<Mask>, EngineError> {
    cancel.check()?;
    if let Tree::Constant(truth) = tree {
        return Ok(Arc::new(Mask::constant(*truth, frame.height())));
    }
    let key = tree.canonical();
    if let Some(known) = caches.mask(&key) {
        return Ok(known);
    }
    let mask = Arc::new(fresh_mask(frame, caches, tree, cancel)?);
    caches.keep_mask(key, &mask);
    Ok(mask)
}

fn fresh_mask(frame: &DataFrame, caches: &Caches, tree: &Tree, cancel: &Cancel) -> Result<Mask, EngineError> {
    let part = |tree: &Tree| mask(frame, caches, tree, cancel);
    match tree {
        Tree::Constant(truth) => Ok(Mask::constant(*truth, frame.height())),
        Tree::Atom(atom) => atom_mask(frame, atom, cancel),
        Tree::Not(inner) => Ok(Mask::clone(part(inner)?.as_ref()).not()),
        Tree::And(parts) => {
            parts.iter().try_fold(Mask::constant(Some(true), frame.height()), |all, p| Ok(all.and(part(p)?.as_ref())))
        }
        Tree::Or(parts) => {
            parts.iter().try_fold(Mask::constant(Some(false), frame.height()), |any, p| Ok(any.or(part(p)?.as_ref())))
        }
    }
}

fn atom_mask(frame: &DataFrame, atom: &Atom, cancel: &Cancel) -> Result<Mask, EngineError> {
    let truth = polars::sql::sql_expr(&atom.sql).map_err(failed)?.alias("truth");
    if atom.columns.is_empty() {
        return constant_atom(&truth, frame.height());
    }
    let columns = frame.select(atom.columns.iter().map(String::as_str)).map_err(failed)?;
    let mut words = Words::default();
    for start in (0..frame.height()).step_by(CHUNK) {
        cancel.check()?;
        let rows = CHUNK.min(frame.height() - start);
        words.append(&evaluate(columns.slice(start as i64, rows), &truth)?, rows)?;
    }
    Ok(Mask::new(frame.height(), words.trues, Some(words.nulls)))
}

/// A condition on no column, as `lower('A') = 'a'`: the same for everyone.
fn constant_atom(truth: &Expr, rows: usize) -> Result<Mask, EngineError> {
    let one = DataFrame::new(1, vec![Column::new("one".into(), [1i32])]).map_err(failed)?;
    let truth = evaluate(one, truth)?.get(0);
    Ok(Mask::constant(truth, rows))
}

fn evaluate(columns: DataFrame, truth: &Expr) -> Result<BooleanChunked, EngineError> {
    let answer = columns.lazy().select([truth.clone()]).collect().map_err(failed)?;
    let column = answer.column("truth").map_err(failed)?;
    Ok(column.bool().map_err(failed)?.rechunk().into_owned())
}

/// Truths packed into words, chunk after chunk; every chunk but the last is whole words long.
#[derive(Default)]
struct Words {
    trues: Vec<u64>,
    nulls: Vec<u64>,
}

impl Words {
    fn append(&mut self, truths: &BooleanChunked, rows: usize) -> Result<(), EngineError> {
        if truths.len() != rows {
            // An expression of constants only comes back as a single row.
            return Err(EngineError::Failed(format!("a condition gave {} truths for {rows} customers", truths.len())));
        }
        for array in truths.downcast_iter() {
            let values = array.values().chunks::<u64>();
            let rest = values.remainder();
            self.trues.extend(values);
            if !rows.is_multiple_of(64) {
                self.trues.push(rest);
            }
            match array.validity() {
                None => self.nulls.resize(self.trues.len(), 0),
                Some(known) => {
                    let known = known.chunks::<u64>();
                    let rest = known.remainder();
                    self.nulls.extend(known.map(|word| !word));
                    if !rows.is_multiple_of(64) {
                        self.nulls.push(!rest);
                    }
                }
            }
        }
        Ok(())
    }
}
