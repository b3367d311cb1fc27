//! The rule language against DuckDB: the cases of `rules/cases/*.md` over a base with columns of every type.

pub mod cases;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use crosscut::data::{self, Base, BaseLocation, EventBase, EventSource, LoadOptions};
use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Cancel, CountsQuestion, Engine, SummaryQuestion, ask_one};
use crosscut::model::TableColumns;
use crosscut::rule::{self, Checked, Context, Namespace};
use polars::prelude::DataFrame;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use cases::{Case, Counts, cases};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rules")
}

/// As-of date of all cases.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date")
}

/// Base of the cases as one table in memory.
pub fn frame() -> DataFrame {
    let file = File::open(folder().join("base.parquet")).expect("the table is in the repository");
    ParquetReader::new(file).finish().expect("a good Parquet file")
}

/// Base of the cases, whose columns are read on demand.
pub fn base() -> Base {
    let options = LoadOptions { key: Some("id".into()), ..LoadOptions::default() };
    let source = BaseLocation::Path(folder().join("base.parquet"));
    data::load(&source, &options, &mut |_| {}, &|| false).expect("a good Parquet file")
}

/// Adds the events of the cases, `visits`, to the engine. The base needs its key.
pub fn with_visits(engine: LocalEngine) -> LocalEngine {
    let columns =
        TableColumns { key: Some("customer_id".into()), date: Some("visited".into()), ..TableColumns::default() };
    let path = folder().join("visits.parquet").to_str().expect("a path in UTF-8").to_owned();
    let source = EventSource { name: "visits".into(), path, columns, ..Default::default() };
    let visits: EventBase = data::load_events(&source, Some("id"), &|| false).expect("the visits");
    engine.with_events(vec![visits], &BTreeMap::new(), &[], today()).expect("a base with a key")
}

pub fn check(engine: &dyn Engine, text: &str) -> Result<Checked, String> {
    let cx = Context { schema: engine.schema(), names: &Namespace::default(), today: today() };
    rule::check(text, &cx).map_err(|error| error.describe(text))
}

/// Counts the customers for whom a rule is true, false and null, by three separate rules.
pub fn counts(engine: &dyn Engine, text: &str) -> Result<Counts, String> {
    // A line break ends a trailing comment.
    let rules = [text.to_owned(), format!("NOT ({text}\n)"), format!("({text}\n) IS NULL")];
    let rules = rules.iter().map(|rule| check(engine, rule)).collect::<Result<Vec<_>, _>>()?;
    let question = CountsQuestion { filter: Checked::everyone(), rules };
    let counts = ask_one(engine, &question, &Cancel::new()).map_err(|error| error.to_string())?;
    Ok([0, 1, 2].map(|n| counts[n].in_base))
}

/// Describes the cases that the engine counts differently, one per line.
pub fn wrong_cases<'a>(engine: &dyn Engine, cases: impl IntoIterator<Item = &'a Case>) -> Vec<String> {
    let wrong = cases.into_iter().filter_map(|case| {
        let Case { place, rule, counts: expected, .. } = case;
        match counts(engine, rule) {
            Ok(counts) if counts == *expected => None,
            Ok(counts) => Some(format!("{place}: {rule}: {counts:?}, expected {expected:?}")),
            Err(error) => Some(format!("{place}: {rule}: {error}")),
        }
    });
    wrong.collect()
}

fn engine() -> LocalEngine {
    with_visits(LocalEngine::new(base()))
}

#[test]
fn rules_agree_with_duckdb() {
    let same: Vec<&Case> = cases().iter().filter(|case| !case.differs).collect();
    let wrong = wrong_cases(&engine(), same.iter().copied());
    assert!(same.len() >= 1_200, "only {} rules", same.len());
    assert!(wrong.is_empty(), "{} of {} disagree:\n{}", wrong.len(), same.len(), wrong.join("\n"));
}

#[test]
fn rules_that_differ_from_duckdb_have_documented_counts() {
    let other: Vec<&Case> = cases().iter().filter(|case| case.differs).collect();
    let wrong = wrong_cases(&engine(), other.iter().copied());
    assert!(other.len() >= 100, "only {} rules", other.len());
    assert!(wrong.is_empty(), "{} of {} disagree:\n{}", wrong.len(), other.len(), wrong.join("\n"));
}

#[test]
fn case_rules_are_unique() {
    let mut seen = BTreeMap::new();
    for Case { place, rule, .. } in cases() {
        if let Some(before) = seen.insert(rule, place) {
            panic!("{rule} stands at {before} and at {place}");
        }
    }
}

#[test]
fn deepest_accepted_rules_are_answered_without_crash() {
    let engine = engine();
    let mut answered = 0;
    for length in [10, 40, 60, 100, 200] {
        let all = (0..length).map(|i| format!("n <> {i}")).collect::<Vec<_>>().join(" AND ");
        let sums = vec!["n"; length].join(" + ");
        let whens = (0..length).map(|i| format!("WHEN n = {i} THEN {i} * spend")).collect::<Vec<_>>().join(" ");
        let nested = format!("{}n{} > 1", "(1 + ".repeat(length), ")".repeat(length));
        for rule in [format!("({all}) IS TRUE"), format!("{sums} > 0"), format!("CASE {whens} END > 1"), nested] {
            // The rule is either refused or answered; a stack overflow would end the test.
            if let Ok(filter) = check(&engine, &rule) {
                let answer = ask_one(&engine, &SummaryQuestion { filter, value: None }, &Cancel::new());
                answer.expect("what passes the check is answered");
                answered += 1;
            }
        }
    }
    assert!(answered >= 8, "only {answered} were answered");
}

#[test]
fn checked_rule_lists_its_columns() {
    let rule =
        "MIXED > 1 AND \"a.b\" = 1 OR (spend / n > 2) IS NULL AND country ILIKE 'u%' OR d > today - INTERVAL '1 month'";
    let columns = check(&engine(), rule).expect("a good rule").columns();
    assert_eq!(
        columns,
        ["Mixed", "a.b", "spend", "n", "country", "d"].map(String::from).into_iter().collect::<BTreeSet<_>>()
    );
}
