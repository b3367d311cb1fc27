//! Columns derived from customers' events, from the order of a column and from the key, against DuckDB (`make.py`
//! writes `counts.tsv`).

mod real;

use std::collections::BTreeMap;

use crosscut::data::{self, BaseLocation, EventSource, LoadOptions};
use crosscut::engine::local::{LocalEngine, Tuning};
use crosscut::engine::{Cancel, Engine, PageQuestion, SummaryQuestion, ask_one};
use crosscut::model::TableColumns;
use crosscut::rule::{self, Checked, Context, Namespace};

const TODAY: &str = "2026-06-30";

fn engine(tuning: Tuning) -> LocalEngine {
    with_names(tuning, &[("orders_90d", "orders.count('90 days')")], &[]).expect("good names")
}

fn with_names(tuning: Tuning, named: &[(&str, &str)], mask: &[&str]) -> Result<LocalEngine, String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/");
    let options = LoadOptions { key: Some("customer_id".into()), ..LoadOptions::default() };
    let source = BaseLocation::Path(format!("{folder}customers.csv").into());
    let base = data::load(&source, &options, &mut |_| {}, &|| false).expect("the customers");
    let orders = EventSource {
        name: "orders".into(),
        path: format!("{folder}orders.csv"),
        columns: TableColumns { date: Some("date".into()), ..TableColumns::default() },
        ..EventSource::default()
    };
    let orders = data::load_events(&orders, base.key.as_deref(), &|| false).expect("the orders");
    let named: BTreeMap<String, String> =
        named.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let mask: Vec<String> = mask.iter().map(|name| (*name).to_owned()).collect();
    let today = TODAY.parse().expect("a date");
    LocalEngine::with(base, tuning).with_events(vec![orders], &named, &mask, today)
}

fn check(engine: &LocalEngine, text: &str) -> Result<Checked, rule::RuleError> {
    let today = TODAY.parse().expect("a date");
    rule::check(text, &Context { schema: engine.schema(), names: &Namespace::default(), today })
}

fn count(engine: &LocalEngine, text: &str) -> u64 {
    let filter = check(engine, text).unwrap_or_else(|error| panic!("{text}: {}", error.describe(text)));
    let summary = ask_one(engine, &SummaryQuestion { filter, value: None }, &Cancel::new());
    summary.unwrap_or_else(|error| panic!("{text}: {error}")).customers
}

#[test]
fn event_rules_count_like_duckdb() {
    // Without memory every column is computed again.
    for tuning in [Tuning::default(), Tuning { memory: 0, chunk: 64 }] {
        let engine = engine(tuning);
        let mut seen = 0;
        for line in include_str!("counts.tsv").lines() {
            let (rule, expected) = line.rsplit_once('\t').expect("a rule and a count");
            assert_eq!(count(&engine, rule), expected.parse::<u64>().expect("a count"), "{rule}");
            seen += 1;
        }
        assert!(seen >= 18);
    }
}

#[test]
fn named_column_behaves_like_base_column() {
    let engine = engine(Tuning::default());
    assert_eq!(count(&engine, "orders_90d >= 2"), count(&engine, "orders.count('90 days') >= 2"));
    let question = PageQuestion {
        filter: check(&engine, "orders_90d = 3").expect("a rule"),
        columns: vec!["orders_90d".into()],
        sort: Vec::new(),
        tests: Vec::new(),
        offset: 0,
        limit: 3,
    };
    let page = ask_one(&engine, &question, &Cancel::new()).expect("a page");
    assert!(page.total > 3 && page.rows.iter().all(|row| row[0].to_string() == "3"), "{page:?}");
    let costs = engine.status().costs;
    let (_, cost) = costs.iter().find(|(name, _)| name == "orders_90d").expect("it was made");
    assert!(cost.rows == 33_189 && cost.bytes > 0);
}

#[test]
fn split_parts_cover_base_and_salt_changes_split() {
    let engine = engine(Tuning::default());
    let parts: u64 = (0..4).map(|part| count(&engine, &format!("split(4) = {part}"))).sum();
    assert_eq!(parts, engine.customers());
    let both = count(&engine, "split(2) = 0 AND split(2, 'b') = 0");
    assert!((1_000..1_500).contains(&both), "{both}");
}

#[test]
fn derived_column_error_has_place_and_remedy() {
    let engine = engine(Tuning::default());
    let told = |text: &str| check(&engine, text).expect_err(text).describe(text);
    assert_eq!(told("orders.cout() > 1"), "orders has no cout at 1: did you mean orders.count?");
    assert_eq!(told("order.count() > 1"), "there is no table of events \"order\" at 1: did you mean orders?");
    assert_eq!(told("orders.sum(amout) > 1"), "unknown column \"amout\" at 12: did you mean \"amount\"?");
    assert_eq!(told("orders.sum(category) > 1"), "\"category\" is text: it has no sum at 1");
    let window = "'30 dayz' is not a valid length of time at 14: write '30 days' or '6 months'";
    assert_eq!(told("orders.count('30 dayz') > 1"), window);
    assert_eq!(told("top(plan, 10)"), "top needs numbers or dates, \"plan\" is text at 1");
    assert_eq!(told("top(age, 200)"), "a percentage lies between 0 and 100 at 10");
    assert!(told("orders.count() FILTER (WHERE plann = 'pro') > 0").starts_with("unknown column \"plann\" at 30"));
    assert!(told("split(1) = 0").contains("from 2 up"));
    assert!(told("orders.last() = 1").contains("takes a column"));
    assert!(told("orders.count() OVER () > 1").contains("cannot be read"));
}

#[test]
fn named_column_that_shows_masked_values_is_refused() {
    let refused = |text: &str| with_names(Tuning::default(), &[("it", text)], &["Coupon"]).err();
    let expected = "[columns] it: it would show values of \"coupon\", which is masked";
    assert_eq!(refused("orders.last(coupon)").as_deref(), Some(expected));
    // Of a customer with one event, their number says whether there is a value, and a filter more.
    assert_eq!(refused("orders.distinct(coupon)").as_deref(), Some(expected));
    assert_eq!(refused("orders.count() FILTER (WHERE coupon = 'X')").as_deref(), Some(expected));
    assert_eq!(refused("orders.count() FILTER (WHERE coupon IS NULL)"), None);
    assert_eq!(refused("orders.last(category)"), None);
    assert!(
        refused("orders.lst(category)").is_some_and(|reason| reason.starts_with("[columns] it: orders has no lst"))
    );
}
