//! Evaluates a condition on a column of few distinct values: once per value instead of once per row.

use std::ops::Bound;

use super::simple::SimpleCondition;
use crate::engine::local::column::{Codes, ColumnData, RowGroups};
use crate::engine::local::kernel::{self, CodeSet};
use crate::engine::local::lower::{Distinct, Evaluator, LoopOperand, Members};
use crate::engine::local::row_set::{RowSet, RowSetChunk};
use crate::engine::local::{LocalEngine, failed};
use crate::engine::{Cancel, EngineError};
use crate::model::{ColumnType, Datum};

/// Number of codes that are copied and looked up at once.
const BLOCK: usize = 4096;

/// Returns the row set, or `None` if the column has too many values for this to be faster than the other ways.
pub fn row_set(
    engine: &LocalEngine,
    column: &ColumnData,
    simple: Option<&SimpleCondition>,
    evaluator: &Evaluator,
    cancel: &Cancel,
) -> Option<Result<RowSet, EngineError>> {
    let groups = column.groups()?;
    // With about as many values as rows, evaluating every row is as fast.
    let pays = matches!(groups, RowGroups::Coded(_)) || groups.len() * 4 < engine.rows();
    pays.then(|| match simple.and_then(|simple| in_dictionary(&groups, simple)) {
        Some(truths) => looked_up(engine, &groups, truths, cancel),
        None => looked_up(engine, &groups, truths(&groups, evaluator, cancel)?, cancel),
    })
}

/// The codes of the values for which a condition is true, then the codes for which it is null. The latter include
/// only values that customers have.
type CodeTruths = (Vec<usize>, Vec<usize>);

fn looked_up(
    engine: &LocalEngine,
    groups: &RowGroups,
    (trues, nulls): CodeTruths,
    cancel: &Cancel,
) -> Result<RowSet, EngineError> {
    let trues = CodeSet::new(groups.len(), trues.into_iter());
    let nulls = (!nulls.is_empty()).then(|| CodeSet::new(groups.len(), nulls.into_iter()));
    RowSet::write(&engine.chunks, nulls.is_some(), cancel, |rows, words| {
        let RowSetChunk { trues: true_words, nulls: null_words } = words;
        let look_up = |set: &CodeSet, out: &mut [u64]| match groups {
            RowGroups::Coded(coded) => match coded.codes() {
                Codes::U8(codes) => kernel::members(&codes[rows.clone()], set, out),
                Codes::U16(codes) => kernel::members(&codes[rows.clone()], set, out),
                Codes::U32(codes) => kernel::members(&codes[rows.clone()], set, out),
            },
            other => {
                let mut codes = [0; BLOCK];
                for (start, out) in rows.clone().step_by(BLOCK).zip(out.chunks_mut(BLOCK / 64)) {
                    let codes = &mut codes[..BLOCK.min(rows.end - start)];
                    other.codes_into(start..start + codes.len(), codes);
                    kernel::members(codes, set, out);
                }
            }
        };
        look_up(&trues, true_words);
        if let Some(nulls) = &nulls {
            look_up(nulls, null_words);
        }
        Ok(())
    })
}

/// Evaluates a simple condition on the texts of a dictionary. Returns `None` if the condition is not a simple
/// condition on text.
fn in_dictionary(groups: &RowGroups, simple: &SimpleCondition) -> Option<CodeTruths> {
    let RowGroups::Coded(coded) = groups else { return None };
    let test: Box<dyn Fn(&str) -> bool> = match simple {
        SimpleCondition::Between(Bound::Included(Datum::Text(a)), Bound::Included(Datum::Text(b))) if a == b => {
            Box::new(move |text| text == a)
        }
        SimpleCondition::OneOf(literals) => match Members::new(literals, ColumnType::Text) {
            Members::Texts(texts) => Box::new(move |text| texts.contains(text)),
            _ => return None,
        },
        SimpleCondition::StartsWith(start) => Box::new(move |text| text.starts_with(start.as_str())),
        SimpleCondition::EndsWith(end) => Box::new(move |text| text.ends_with(end.as_str())),
        SimpleCondition::Contains(part) => Box::new(move |text| text.contains(part.as_str())),
        SimpleCondition::Null => return Some((vec![coded.null_code()], Vec::new())),
        SimpleCondition::Between(..) | SimpleCondition::Holds => return None,
    };
    let trues = (0..coded.null_code()).filter(|&code| coded.value(code).is_some_and(&test)).collect();
    Some((trues, if coded.nulls() > 0 { vec![coded.null_code()] } else { Vec::new() }))
}

/// Evaluates any other condition on the values.
fn truths(groups: &RowGroups, evaluator: &Evaluator, cancel: &Cancel) -> Result<CodeTruths, EngineError> {
    let values = Distinct(groups.values().map_err(failed)?);
    let (mut trues, mut nulls) = (Vec::new(), Vec::new());
    evaluator.each_block(&values, 0..groups.len(), cancel, |codes, truths| {
        let truths = truths.into_truths()?;
        for (row, code) in codes.enumerate() {
            match truths.value(row) {
                Some(true) => trues.push(code),
                Some(false) => {}
                None => nulls.push(code),
            }
        }
        Ok(())
    })?;
    // A condition is often null for a null value, and words for nulls take memory: they are allocated only if some
    // customer has no value.
    if groups.nulls() == 0 {
        nulls.retain(|&code| Some(code) != groups.null_code());
    }
    Ok((trues, nulls))
}
