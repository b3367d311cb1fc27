//! Retention of the sample and of CDNOW, against DuckDB (`make.py` writes the tables), and what may be shown of it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::NaiveDate;
use crosscut::engine::{Cancel, Engine, Personas, SummaryQuestion, ask_one};
use crosscut::insight::retention::{Retention, RetentionInquiry, RetentionSubject, UNITS, conditions};
use crosscut::model::{DateUnit, TableColumns};
use crosscut::rule::{self, Checked, Context, Namespace};
use crosscut::session::drive;

use crate::shop::{self, crosscut};
use crosscut::data::{self, BaseLocation, EventSource, LoadOptions};
use crosscut::engine::local::{LocalEngine, Tuning};

fn engine(customers: &Path, key: &str, orders: &Path, today: NaiveDate) -> LocalEngine {
    let options = LoadOptions { key: Some(key.into()), ..LoadOptions::default() };
    let base = data::load(&BaseLocation::Path(customers.into()), &options, &mut |_| {}, &|| false).expect("customers");
    let columns = TableColumns { date: Some("date".into()), ..TableColumns::default() };
    let orders =
        EventSource { name: "orders".into(), path: orders.display().to_string(), columns, ..Default::default() };
    let orders = data::load_events(&orders, base.key.as_deref(), &|| false).expect("orders");
    LocalEngine::with(base, Tuning::default())
        .with_events(vec![orders], &BTreeMap::new(), &[], today)
        .expect("good names")
}

fn retention(engine: &LocalEngine, unit: DateUnit, filter: Checked, today: NaiveDate, min_cell: u64) -> Retention {
    let subject = RetentionSubject { table: "orders".into(), unit, periods: 12, filter, today };
    let mut inquiry = RetentionInquiry::new(subject, engine.schema(), min_cell);
    drive(engine, &Personas::default(), &mut inquiry, &Cancel::new()).expect("no cancel");
    inquiry.found.get().cloned().unwrap_or_else(|| panic!("{:?}", inquiry.found.error))
}

/// Returns the active customers, as `make.py` writes them.
fn written(engine: &LocalEngine, today: NaiveDate) -> String {
    let mut text = String::new();
    for unit in UNITS {
        for cohort in retention(engine, unit, Checked::everyone(), today, 0).cohorts {
            for (later, active) in cohort.active.iter().enumerate() {
                let active = active.count().expect("nothing is suppressed");
                if active > 0 {
                    writeln!(text, "{unit}\t{}\t{later}\t{active}", cohort.start).expect("room");
                }
            }
        }
    }
    text
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn sample() -> LocalEngine {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    engine(&folder.join("customers.csv"), "customer_id", &folder.join("orders.csv"), day("2026-06-30"))
}

#[test]
fn retention_of_sample_equals_duckdb() {
    assert_eq!(written(&sample(), day("2026-06-30")), include_str!("sample.tsv"));
}

#[test]
fn retention_of_cdnow_equals_duckdb() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/transactions/CDNOW_master.txt");
    let Ok(orders) = std::fs::read_to_string(path) else {
        return eprintln!("skipped: there is no CDNOW_master.txt");
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (mut table, mut ids) = (String::from("id,date\n"), std::collections::BTreeSet::new());
    for line in orders.lines().skip(1) {
        let [id, date, ..] = line.split_whitespace().collect::<Vec<_>>()[..] else { continue };
        writeln!(table, "{id},{}-{}-{}", &date[..4], &date[4..6], &date[6..]).expect("room");
        ids.insert(id);
    }
    let customers = ids.into_iter().fold(String::from("id\n"), |text, id| text + id + "\n");
    let [base, events] = ["customers.csv", "orders.csv"].map(|name| folder.path().join(name));
    std::fs::write(&base, customers).expect("a writable folder");
    std::fs::write(&events, table).expect("a writable folder");
    // Orders after the as-of date have not happened yet.
    let today = day("1998-05-15");
    assert_eq!(written(&engine(&base, "id", &events, today), today), include_str!("cdnow.tsv"));
}

#[test]
fn cell_conditions_hold_for_counted_customers() {
    let (engine, today) = (sample(), day("2026-06-30"));
    let names = Namespace::default();
    let cx = Context { schema: engine.schema(), names: &names, today };
    let count = |text: &str| {
        let filter = rule::check(text, &cx).unwrap_or_else(|error| panic!("{text}: {}", error.describe(text)));
        ask_one(&engine, &SummaryQuestion { filter, value: None }, &Cancel::new()).expect("a count").customers
    };
    let found = retention(&engine, DateUnit::Quarter, Checked::everyone(), today, 0);
    for cohort in &found.cohorts {
        for (later, active) in cohort.active.iter().enumerate() {
            let rule = conditions(&found.table, &found.date, found.unit, cohort.start, later).join(" AND ");
            assert_eq!(Some(count(&rule)), active.count(), "{rule}");
        }
    }
}

#[test]
fn shares_are_of_cohort_and_total_omits_running_periods() {
    let today = day("2026-05-10");
    let engine = sample();
    let found = retention(&engine, DateUnit::Quarter, Checked::everyone(), today, 0);
    let last = found.cohorts.last().expect("cohorts");
    assert_eq!((last.start, last.active.len()), (day("2026-04-01"), 1));
    assert!(found.is_running(last, 0));
    let before = &found.cohorts[found.cohorts.len() - 2];
    assert!(found.is_running(before, 1) && !found.is_running(before, 0));
    let over: Vec<_> = found.cohorts.iter().filter(|cohort| cohort.active.len() > 2).collect();
    let sum = |at: usize| over.iter().map(|cohort| cohort.active[at].count().expect("shown")).sum::<u64>() as f64;
    assert_eq!(found.total_share(1), Some(sum(1) / sum(0)));
}

#[test]
fn small_cohorts_and_their_remainders_are_suppressed() {
    let (engine, today) = (sample(), day("2026-06-30"));
    let open = retention(&engine, DateUnit::Month, Checked::everyone(), today, 0);
    let shown = retention(&engine, DateUnit::Month, Checked::everyone(), today, 20);
    let mut hidden = 0;
    for (open, shown) in open.cohorts.iter().zip(&shown.cohorts) {
        for (exact, told) in open.active.iter().zip(&shown.active) {
            let (exact, whole) = (exact.count().expect("open"), open.active[0].count().expect("open"));
            let is_few = |count: u64| count > 0 && count < 20;
            match told.count() {
                Some(count) => assert!(count == exact && !is_few(exact) && !is_few(whole - exact)),
                None => hidden += 1,
            }
        }
    }
    assert!(hidden > 10);
}

#[test]
fn retention_command_prints_shares_and_marks_running_periods() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = crosscut(folder, &["retention", "--by", "quarter", "--periods", "1", "--as-of", "2026-05-10"]);
    let (shown, notices) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("2024 Q3") && shown.contains("75.5 %"), "{shown}");
    assert!(notices.contains("incomplete on the as-of date"), "{notices}");
}

#[test]
fn retention_without_event_table_names_remedy() {
    let folder = shop::folder();
    let output = crosscut(folder.path(), &["retention"]);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(error.contains("retention needs a table of events: name one in config.toml under [tables]"), "{error}");
}
