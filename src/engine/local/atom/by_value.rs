//! Conditions on a column of few values: asked of each value once.

use std::collections::HashSet;
use std::ops::Bound;

use polars::prelude::DataFrame;

use super::by_polars::Truth;
use crate::engine::local::column::{Codes, Column, Groups};
use crate::engine::local::kernel::{self, CodeSet};
use crate::engine::local::mask::{Mask, Words};
use crate::engine::local::{LocalEngine, failed};
use crate::engine::{Cancel, EngineError};
use crate::model::Datum;
use crate::rule::{Atom, Simple};

/// Values asked between two looks at the cancel flag.
const VALUES: usize = 1 << 15;
/// Codes looked up at once.
const BLOCK: usize = 4096;

/// None if the column has too many values for that to pay.
pub fn mask(engine: &LocalEngine, column: &Column, atom: &Atom, cancel: &Cancel) -> Option<Result<Mask, EngineError>> {
    let groups = column.groups()?;
    let told = atom.simple.as_ref().and_then(|simple| in_dictionary(&groups, simple));
    // Asking polars once in a chunk is as good where there are about as many values as rows.
    let pays = matches!(groups, Groups::Coded(_)) || groups.len() * 4 < engine.rows();
    pays.then(|| match told {
        Some(truths) => looked_up(engine, &groups, truths, cancel),
        None => looked_up(engine, &groups, truths(&groups, &atom.sql, cancel)?, cancel),
    })
}

/// The codes of the values for which a condition is true, and of those that customers have for which it is null.
type Truths = (Vec<usize>, Vec<usize>);

fn looked_up(
    engine: &LocalEngine,
    groups: &Groups,
    (trues, nulls): Truths,
    cancel: &Cancel,
) -> Result<Mask, EngineError> {
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

/// A simple condition on the texts of a dictionary; None if it is not one of those that are plain on text.
fn in_dictionary(groups: &Groups, simple: &Simple) -> Option<Truths> {
    let Groups::Coded(coded) = groups else { return None };
    let test: Box<dyn Fn(&str) -> bool> = match simple {
        Simple::Between(Bound::Included(Datum::Text(a)), Bound::Included(Datum::Text(b))) if a == b => {
            Box::new(move |text| text == a)
        }
        Simple::OneOf(literals) => {
            let literals: Option<HashSet<&str>> = literals.iter().map(Datum::text).collect();
            let literals = literals?;
            Box::new(move |text| literals.contains(text))
        }
        Simple::StartsWith(start) => Box::new(move |text| text.starts_with(start.as_str())),
        Simple::EndsWith(end) => Box::new(move |text| text.ends_with(end.as_str())),
        Simple::Contains(part) => Box::new(move |text| text.contains(part.as_str())),
        Simple::Null => return Some((vec![coded.null_code()], Vec::new())),
        Simple::Between(..) | Simple::Holds => return None,
    };
    let trues = (0..coded.null_code()).filter(|&code| coded.value(code).is_some_and(&test)).collect();
    Some((trues, if coded.nulls() > 0 { vec![coded.null_code()] } else { Vec::new() }))
}

/// Of any other condition, by polars.
fn truths(groups: &Groups, sql: &str, cancel: &Cancel) -> Result<Truths, EngineError> {
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
