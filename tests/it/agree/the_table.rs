//! The table of rules that DuckDB has counted, asked of every engine.

use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Answer, Engine, Question};
use crosscut::rule::{self, Checked, Context, Names};

use super::random::ask;
use super::tables::without_nan;
use super::{engines, files, plain};
use crate::rules::{Counts, base, folder, table};

fn checked(engine: &LocalEngine, text: &str) -> Checked {
    let names = Names::default();
    let today = "2026-06-30".parse().expect("a date");
    let checked = rule::check(text, &Context { schema: engine.schema(), names: &names, today });
    checked.unwrap_or_else(|error| panic!("{text}: {}", error.describe(text)))
}

/// How many customers a rule is true, false and null for.
fn counts(engine: &LocalEngine, rule: &Checked) -> Result<Counts, String> {
    let question = Question::Counts { filter: Checked::everyone(), rules: vec![rule.clone(), rule.negated()] };
    match ask(engine, &question)? {
        Answer::Counts(counts) => {
            let [is, is_not] = [counts[0].in_base as usize, counts[1].in_base as usize];
            Ok([is, is_not, engine.customers() as usize - is - is_not])
        }
        other => Err(format!("counts were asked for, and not {other:?}")),
    }
}

#[test]
fn every_engine_counts_the_table_of_rules_as_duckdb_does() {
    let mut all = engines::engines(&without_nan(base()));
    all.extend(engines::engines_on(&files::load(&folder().join("base.parquet"))));
    let mut wrong = Vec::new();
    for (text, expected) in ["agrees.tsv", "differs.tsv"].into_iter().flat_map(table) {
        for (name, engine) in &all {
            let counted = counts(engine, &checked(engine, &text));
            if counted != Ok(expected) {
                wrong.push(format!("{text}: {counted:?} and not {expected:?} on an engine of {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_engine_reads_the_table_of_rules_as_plain_polars_does() {
    let frame = without_nan(base().slice(3, 100));
    let mut wrong = Vec::new();
    let engines = engines::engines(&frame);
    for (text, _) in ["agrees.tsv", "differs.tsv"].into_iter().flat_map(table) {
        for (name, engine) in &engines {
            let rule = checked(engine, &text);
            let truths = plain::truths(&frame, &rule).unwrap_or_else(|error| panic!("{text}: {error}"));
            let expected = [Some(true), Some(false), None].map(|t| truths.iter().filter(|truth| **truth == t).count());
            let counted = counts(engine, &rule);
            if counted != Ok(expected) {
                wrong.push(format!("{text}: {counted:?} and not {expected:?} on an engine of {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
