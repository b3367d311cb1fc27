//! Conditions on a column of few values: asked of each value once.

use polars::prelude::DataFrame;

use super::by_polars::Truth;
use crate::engine::local::column::{Codes, Column, Groups};
use crate::engine::local::kernel::{self, CodeSet};
use crate::engine::local::mask::{Mask, Words};
use crate::engine::local::{LocalEngine, failed};
use crate::engine::{Cancel, EngineError};

/// Values asked between two looks at the cancel flag.
const VALUES: usize = 1 << 15;
/// Codes looked up at once.
const BLOCK: usize = 4096;

/// None if the column has too many values for that to pay.
pub fn mask(engine: &LocalEngine, column: &Column, sql: &str, cancel: &Cancel) -> Option<Result<Mask, EngineError>> {
    let groups = column.groups()?;
    // Asking polars once in a chunk is as good where there are about as many values as rows.
    let pays = matches!(groups, Groups::Coded(_)) || groups.len() * 4 < engine.rows();
    pays.then(|| by_value(engine, &groups, sql, cancel))
}

fn by_value(engine: &LocalEngine, groups: &Groups, sql: &str, cancel: &Cancel) -> Result<Mask, EngineError> {
    let (trues, nulls) = truths(groups, sql, cancel)?;
    let trues = CodeSet::new(groups.len(), trues.into_iter());
    let nulls = (!nulls.is_empty()).then(|| CodeSet::new(groups.len(), nulls.into_iter()));
    Mask::write(&engine.chunks, nulls.is_some(), cancel, |rows, words| {
        let Words { trues: true_words, nulls: null_words } = words;
        let look_up = |set: &CodeSet, out: &mut [u64]| match groups {
            Groups::Coded(coded) => match coded.codes() {
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

/// The codes of the values for which the condition is true, and of those that customers have for which it is null.
fn truths(groups: &Groups, sql: &str, cancel: &Cancel) -> Result<(Vec<usize>, Vec<usize>), EngineError> {
    let truth = Truth::new(sql)?;
    let values = groups.values().map_err(failed)?;
    let (mut trues, mut nulls) = (Vec::new(), Vec::new());
    for start in (0..groups.len()).step_by(VALUES) {
        cancel.check()?;
        let some = values.slice(start as i64, VALUES);
        let truths = truth.of(DataFrame::new(some.len(), vec![some]).map_err(failed)?)?;
        for (code, truth) in (start..).zip(truths.iter()) {
            match truth {
                Some(true) => trues.push(code),
                Some(false) => {}
                None => nulls.push(code),
            }
        }
    }
    // A condition on null is mostly null: words for that are made only where a customer has no value.
    if groups.nulls() == 0 {
        nulls.retain(|&code| Some(code) != groups.null_code());
    }
    Ok((trues, nulls))
}
