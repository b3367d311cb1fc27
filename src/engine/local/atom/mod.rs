//! Evaluates single conditions, those that are not AND, OR or NOT of others, to row sets. The columns' forms
//! determine the fastest way:
//!
//! - a number compared with literals: the cells are compared with bounds (`bounds`);
//! - a value in a long list of literals: each cell is looked up in a set (`plain`);
//! - text that starts with, ends with or contains another: its bytes are searched (`plain`);
//! - a column of few distinct values: the condition is evaluated once per value (`by_value`);
//! - anything else: the expression is evaluated block by block (`lower`).
//!
//! All of these ways return the same row set.

mod bounds;
mod by_value;
pub mod passing;
mod plain;
mod simple;

use self::simple::SimpleCondition;
use super::LocalEngine;
use super::lower::{Evaluator, LoopOperand, NamedColumns};
use super::row_set::RowSet;
use crate::engine::{Cancel, EngineError};
use crate::rule::Expr;

/// Evaluates a condition to the rows for which it is true and those for which it is null.
pub fn row_set(engine: &LocalEngine, expr: &Expr, cancel: &Cancel) -> Result<RowSet, EngineError> {
    if let Some(row_set) = passing::row_set(engine, expr, cancel)? {
        return Ok(row_set);
    }
    let simple = SimpleCondition::parse(expr);
    if let Some((source, simple)) = &simple
        && let Some(row_set) =
            plain::row_set(engine, engine.source(source, cancel)?.as_ref(), simple, source.kind, cancel)
    {
        return row_set;
    }
    let table = NamedColumns::new(engine, expr, cancel)?;
    let evaluator = Evaluator::new(expr)?;
    if table.is_empty() {
        return constant(engine, &evaluator, &table, cancel);
    }
    if let Some(column) = table.single() {
        let simple = simple.as_ref().map(|(_, simple)| simple);
        if let Some(row_set) = by_value::row_set(engine, column, simple, &evaluator, cancel) {
            return row_set;
        }
    }
    lowered(engine, &evaluator, &table, cancel)
}

/// Evaluates a condition without columns, such as `lower('A') = 'a'`, whose truth is the same for every customer.
fn constant(
    engine: &LocalEngine,
    evaluator: &Evaluator,
    table: &NamedColumns,
    cancel: &Cancel,
) -> Result<RowSet, EngineError> {
    let mut truth = None;
    evaluator.each_block(table, 0..1, cancel, |_, values| {
        truth = values.into_truths()?.value(0);
        Ok(())
    })?;
    Ok(RowSet::constant(truth, engine.rows()))
}

fn lowered(
    engine: &LocalEngine,
    evaluator: &Evaluator,
    table: &NamedColumns,
    cancel: &Cancel,
) -> Result<RowSet, EngineError> {
    RowSet::write(&engine.chunks, true, cancel, |rows, words| {
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
