//! Evaluates conditions that are not chains of others to masks, in the fastest way that the shapes of their columns
//! allow:
//!
//! - a number beside literals: the cells are compared with bounds (`bounds`);
//! - a value among many literals: each cell is looked up (`plain`);
//! - text that starts with, ends with or contains another: its bytes are searched (`plain`);
//! - a column of few distinct values: the condition is evaluated for those, and the result looked up (`by_value`);
//! - anything else: the expression is evaluated block by block (`lower`).
//!
//! All of them return the same mask as the last one.

mod bounds;
mod by_value;
pub mod passing;
mod plain;
mod simple;

use self::simple::Simple;
use super::LocalEngine;
use super::lower::{Evaluator, LoopOperand, NamedColumns};
use super::mask::Mask;
use crate::engine::{Cancel, EngineError};
use crate::rule::Expr;

pub fn mask(engine: &LocalEngine, expr: &Expr, cancel: &Cancel) -> Result<Mask, EngineError> {
    if let Some(mask) = passing::mask(engine, expr, cancel)? {
        return Ok(mask);
    }
    let simple = Simple::parse(expr);
    if let Some((source, simple)) = &simple
        && let Some(mask) = plain::mask(engine, engine.source(source, cancel)?.as_ref(), simple, source.kind, cancel)
    {
        return mask;
    }
    let table = NamedColumns::new(engine, expr, cancel)?;
    let evaluator = Evaluator::new(expr)?;
    if table.is_empty() {
        return constant(engine, &evaluator, &table, cancel);
    }
    if let Some(column) = table.single() {
        let simple = simple.as_ref().map(|(_, simple)| simple);
        if let Some(mask) = by_value::mask(engine, column, simple, &evaluator, cancel) {
            return mask;
        }
    }
    lowered(engine, &evaluator, &table, cancel)
}

/// Evaluates a condition on no column, as `lower('A') = 'a'`: the same for every customer.
fn constant(
    engine: &LocalEngine,
    evaluator: &Evaluator,
    table: &NamedColumns,
    cancel: &Cancel,
) -> Result<Mask, EngineError> {
    let mut truth = None;
    evaluator.each_block(table, 0..1, cancel, |_, values| {
        truth = values.into_truths()?.value(0);
        Ok(())
    })?;
    Ok(Mask::constant(truth, engine.rows()))
}

fn lowered(
    engine: &LocalEngine,
    evaluator: &Evaluator,
    table: &NamedColumns,
    cancel: &Cancel,
) -> Result<Mask, EngineError> {
    Mask::write(&engine.chunks, true, cancel, |rows, words| {
        let first = rows.start;
        evaluator.each_block(table, rows, cancel, |block, values| {
            let truths = values.into_truths()?.spread(block.len());
            let at = (block.start - first) / 64..(block.end - first).div_ceil(64);
            words.trues[at.clone()].copy_from_slice(&truths.trues());
            if let Some(known) = truths.known() {
                words.nulls[at].iter_mut().zip(known).for_each(|(null, known)| *null = !known);
            }
            Ok(())
        })
    })
}
