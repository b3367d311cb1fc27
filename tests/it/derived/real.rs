//! Orders of real customers, against DuckDB (`make_real.py` writes `real.tsv`): keys with leading zeros, keys that are
//! integers in one file and floats in the other, several rows with the same timestamp.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crosscut::data::{self, BaseLocation, EventSource, LoadOptions};
use crosscut::engine::local::{LocalEngine, Tuning};
use crosscut::engine::{Cancel, Engine, SummaryQuestion, ValuesQuestion, ask_one};
use crosscut::model::TableColumns;
use crosscut::rule::{self, Context, Namespace};

fn real(file: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/transactions/")).join(file)
}

/// CDNOW's columns, which are separated by blanks, as a CSV table; and its customers.
fn cdnow(folder: &Path) -> (PathBuf, BTreeSet<String>) {
    let text = std::fs::read_to_string(real("CDNOW_master.txt")).expect("the orders");
    let (mut table, mut customers) = (String::from("id,date,cds,dollars\n"), BTreeSet::new());
    for line in text.lines().skip(1) {
        let [id, date, cds, dollars] = line.split_whitespace().collect::<Vec<_>>()[..] else { continue };
        let (year, month, day) = (&date[..4], &date[4..6], &date[6..]);
        writeln!(table, "{id},{year}-{month}-{day},{cds},{dollars}").expect("room");
        customers.insert(id.to_owned());
    }
    let path = folder.join("orders.csv");
    std::fs::write(&path, table).expect("a written table");
    (path, customers)
}

fn retail() -> (PathBuf, BTreeSet<String>) {
    let path = real("online_retail.csv.gz");
    let base = data::load(&BaseLocation::Path(path.clone()), &LoadOptions::default(), &mut |_| {}, &|| false);
    let base = base.expect("the lines");
    let engine = LocalEngine::new(base);
    let question = ValuesQuestion { column: "CustomerID".into(), limit: usize::MAX };
    let values = ask_one(&engine, &question, &Cancel::new()).expect("the customers");
    let whole = |value: &crosscut::model::Datum| format!("{}", value.number().expect("a number") as i64);
    (path, values.values.iter().map(|(value, _)| whole(value)).collect())
}

fn engine(name: &str, today: chrono::NaiveDate, folder: &Path) -> LocalEngine {
    let ((path, customers), key, date) = match name {
        "cdnow" => (cdnow(folder), "id", "date"),
        _ => (retail(), "CustomerID", "InvoiceDate"),
    };
    let base = folder.join("customers.csv");
    let lines: Vec<String> = customers.into_iter().collect();
    std::fs::write(&base, format!("id\n{}\n", lines.join("\n"))).expect("a written table");
    let options = LoadOptions { key: Some("id".into()), ..LoadOptions::default() };
    let base = data::load(&BaseLocation::Path(base), &options, &mut |_| {}, &|| false).expect("the customers");
    let columns = TableColumns { key: Some(key.into()), date: Some(date.into()), ..TableColumns::default() };
    let orders = EventSource { name: "orders".into(), path: path.display().to_string(), columns, ..Default::default() };
    let orders = data::load_events(&orders, base.key.as_deref(), &|| false).expect("the orders");
    let named = BTreeMap::new();
    LocalEngine::with(base, Tuning::default()).with_events(vec![orders], &named, &[], today).expect("good names")
}

#[test]
fn rules_over_real_orders_count_like_duckdb() {
    if !real("CDNOW_master.txt").exists() {
        return eprintln!("skipped: there is no {}", real("").display());
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut engines, mut wrong) = (BTreeMap::new(), Vec::new());
    for line in include_str!("real.tsv").lines() {
        let [table, today, text, expected] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let day = today.parse().expect("a date");
        let engine = engines.entry((table, today)).or_insert_with(|| engine(table, day, folder.path()));
        let cx = Context { schema: engine.schema(), names: &Namespace::default(), today: day };
        let filter = rule::check(text, &cx).unwrap_or_else(|error| panic!("{text}: {}", error.describe(text)));
        let found = ask_one(engine, &SummaryQuestion { filter, value: None }, &Cancel::new());
        let found = found.unwrap_or_else(|error| panic!("{text}: {error}"));
        if found.customers != expected.parse::<u64>().expect("a count") {
            wrong.push(format!("{table} as of {today}: {text}: {} and not {expected}", found.customers));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
