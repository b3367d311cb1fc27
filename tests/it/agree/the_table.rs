//! The cases of the rule language, asked of every engine and of plain polars.

use std::collections::BTreeSet;

use super::engines;
use super::plain;
use super::tables::without_nan;
use crate::rules::cases::{Case, cases};
use crate::rules::{check, counts, frame};

/// Takes rows from the middle, which do not line up with the engines' 64-bit words.
#[test]
fn engines_answer_conformance_cases_like_plain_polars() {
    let frame = without_nan(frame().slice(3, 100));
    let (mut wrong, mut untold) = (Vec::new(), BTreeSet::new());
    let engines = engines::engines(&frame);
    // Events and splits need a key and a second table, which plain polars does not get.
    let of_the_base = cases().iter().filter(|case| !matches!(case.topic(), "events" | "event_patterns" | "orders"));
    for Case { place, rule: text, .. } in of_the_base {
        for (name, engine) in &engines {
            let rule = check(engine, text).unwrap_or_else(|error| panic!("{place}: {text}: {error}"));
            let truths = match plain::truths(&frame, &rule) {
                Ok(truths) => truths,
                Err(error) if plain::is_untold(&error) => {
                    untold.insert(format!("{place}: {text}: {error}"));
                    continue;
                }
                Err(error) => panic!("{place}: {text}: {error}"),
            };
            let count = |truth| truths.iter().filter(|t| **t == truth).count() as u64;
            let expected = [Some(true), Some(false), None].map(count);
            let counted = counts(engine, text);
            if counted != Ok(expected) {
                wrong.push(format!("{place}: {text}: {counted:?} and not {expected:?} on an engine of {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    // Functions that plain polars or its translation lacks: DuckDB has counted those as well.
    let untold = Vec::from_iter(untold);
    assert!(untold.len() * 2 < cases().len(), "{} of {}:\n{}", untold.len(), cases().len(), untold.join("\n"));
}
