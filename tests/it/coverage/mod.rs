//! Coverage and waterfall of personas of a real table against DuckDB; `make.py` computed the expected figures.

use std::path::PathBuf;

use crosscut::data::{self, BaseLocation, LoadOptions};
use crosscut::engine::local::LocalEngine;
use crosscut::engine::{
    Cancel, CoverageQuestion, Engine, Grouping, GroupsQuestion, Layer, Personas, Portion, TypedQuestion, ask_one,
};
use crosscut::model::{Datum, PERSONA};
use crosscut::rule::{self, Checked, Context, Namespace};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    personas: serde_json::Map<String, serde_json::Value>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    filter: String,
    whole: ExpectedPortion,
    none: ExpectedPortion,
    one: ExpectedPortion,
    several: ExpectedPortion,
    layers: Vec<ExpectedLayer>,
}

#[derive(Deserialize)]
struct ExpectedPortion {
    customers: u64,
    value: f64,
}

#[derive(Deserialize)]
struct ExpectedLayer {
    all: ExpectedPortion,
    first: ExpectedPortion,
    only: ExpectedPortion,
    lost: Vec<u64>,
    both: Vec<u64>,
}

fn checked(engine: &dyn Engine, text: &str) -> Checked {
    let names = Namespace::default();
    let today = "2026-06-30".parse().expect("a date");
    rule::check(text, &Context { schema: engine.schema(), names: &names, today }).expect("a good rule")
}

fn assert_same(portion: &Portion, expected: &ExpectedPortion, what: &str) {
    assert_eq!(portion.customers, expected.customers, "{what}");
    assert!((portion.value - expected.value).abs() < 1e-3, "{what}: {} and not {}", portion.value, expected.value);
}

#[test]
fn coverage_and_waterfall_equal_duckdb() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    if !folder.exists() {
        eprintln!("skipped: there is no {}", folder.display());
        return;
    }
    let source = BaseLocation::Path(folder.join("customers/telco_churn.csv"));
    let base = data::load(&source, &LoadOptions::default(), &mut |_| {}, &|| false).expect("a real table");
    let engine = LocalEngine::new(base);
    let expected: Expected = serde_json::from_str(include_str!("expected.json")).expect("good figures");
    // Not sorted by name, unlike the keys of a JSON map.
    let ids = ["ann", "zed", "bob", "fay"];
    let rule = |id: &str| checked(&engine, expected.personas[id].as_str().expect("a rule"));
    let personas: Vec<(String, Checked)> = ids.iter().map(|id| ((*id).to_owned(), rule(id))).collect();
    let known = Personas::new(personas.clone());
    for case in &expected.cases {
        let filter = checked(&engine, &case.filter);
        let sets = personas.iter().map(|(_, rule)| rule.clone()).collect();
        let question = CoverageQuestion { filter: filter.clone(), sets, value: Some("MonthlyCharges".into()) };
        let found = ask_one(&engine, &question, &Cancel::new()).expect("coverage");
        assert_same(&found.whole, &case.whole, &case.filter);
        assert_same(&found.none, &case.none, &case.filter);
        assert_same(&found.one, &case.one, &case.filter);
        assert_same(&found.several, &case.several, &case.filter);
        for ((layer, expected), id) in found.layers.iter().zip(&case.layers).zip(ids) {
            let Layer { all, first, only, lost, both } = layer;
            assert_same(all, &expected.all, id);
            assert_same(first, &expected.first, id);
            assert_same(only, &expected.only, id);
            assert_eq!((lost, both), (&expected.lost, &expected.both), "{id}");
        }
        let question = GroupsQuestion { filter, by: vec![Grouping::from(PERSONA)], value: None, limit: 10 };
        let groups = ask_one(&engine, &question.with_personas(&known), &Cancel::new()).expect("groups");
        for (expected, id) in case.layers.iter().zip(ids) {
            let group = groups.groups.iter().find(|group| group.key[0] == Datum::Text(id.into()));
            assert_eq!(group.map_or(0, |group| group.customers.in_filter), expected.first.customers, "{id}");
        }
    }
}
