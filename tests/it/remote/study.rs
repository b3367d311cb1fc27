//! The sample study in a database: its segments and personas, its orders, interviews and survey.

use std::path::{Path, PathBuf};

use crosscut::data::{self, Base, BaseLocation, BaseTable, EventSource, LoadOptions};
use crosscut::engine::local::LocalEngine;
use crosscut::engine::sql::{RemoteBase, RemoteTable, SqlEngine};
use crosscut::engine::{
    Answer, Cancel, CombinationsQuestion, ContrastQuestion, CountsQuestion, CoverageQuestion, Engine, EventsQuestion,
    Grouping, GroupsQuestion, MembershipsQuestion, OverlapQuestion, Personas, ProfileQuestion, Question,
    SummaryQuestion, VoicesQuestion, ask_each,
};
use crosscut::model::{Cut, DateUnit, PERSONA, TableColumns};
use crosscut::rule::Checked;
use crosscut::rule::print::SqlDialect;
use polars::prelude::{DataFrame, DataType};

use super::alike::wrong;
use super::database::{TestConnection, columns_of};
use crate::agree::files::whole_parquet;
use crate::rules::{check, today};

/// A table that many customers share the rows of.
const ZONES: &str = "land,n,word\nDE,1,cold\nDE,2,windy\nGB,4,wet\nGB,4,wet\nGB,,cold\nXX,9,far\n,3,far\nFR,5,\n";

const SEGMENTS: [&str; 12] = [
    "age < 30 AND city_tier IN ('metro', 'city')",
    "household_size >= 3 AND age BETWEEN 28 AND 52",
    "last_order >= today - INTERVAL '90 days'",
    "last_order < today - INTERVAL '180 days'",
    "last_order IS NULL",
    "orders.count('90 days') >= 2 AND orders.distinct(category, '90 days') >= 2",
    "signup_date >= today - INTERVAL '6 months'",
    "spend_12m > 250 AND NOT (last_order >= today - INTERVAL '90 days')",
    "orders.sum(amount) FILTER (WHERE gift) > 100",
    "interviews.count() > 0",
    "zones.count() > 1 OR zones.sum(n) = 5",
    "zones.distinct(word) = 2 AND zones.mean(n) > 1",
];
const AUDIENCES: [(&str, &str); 4] = [
    ("dana", "channel <> 'b2b' AND plan = 'basic' AND age >= 25"),
    ("priya", "loyalty_tier IN ('silver', 'gold')"),
    ("uli", "company_size IS NOT NULL OR channel = 'b2b'"),
    ("femke", "age < 32"),
];

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample").join(name)
}

/// Writes a table of text as a Parquet file in a folder of its own.
fn as_parquet(base: &Base, folder: &Path) -> PathBuf {
    let BaseTable::Memory(frame) = &base.table else { panic!("a table of text is in memory") };
    let columns = frame.columns().iter().map(|column| match column.dtype() {
        DataType::Categorical(..) => column.cast(&DataType::String).expect("texts"),
        _ => column.clone(),
    });
    let frame = DataFrame::new(frame.height(), columns.collect()).expect("columns of one length");
    std::fs::create_dir_all(folder).expect("a writable folder");
    whole_parquet(&frame, folder, 10_000)
}

fn engines(dialect: SqlDialect, folder: &Path) -> Option<(SqlEngine, LocalEngine)> {
    let mut connection = TestConnection::start(dialect)?;
    let options = LoadOptions { key: Some("customer_id".into()), ..LoadOptions::default() };
    let customers = BaseLocation::Path(sample("customers.csv"));
    let base = data::load(&customers, &options, &mut |_| {}, &|| false).expect("the sample");
    let mut loaded = vec![("customers", as_parquet(&base, &folder.join("customers")), columns_of(&base.schema))];
    let columns = |date: Option<&str>| TableColumns {
        key: Some("customer_id".into()),
        date: date.map(str::to_owned),
        ..TableColumns::default()
    };
    let (mut events, mut tables) = (Vec::new(), Vec::new());
    let zones = folder.join("zones.csv");
    std::fs::write(&zones, ZONES).expect("a writable folder");
    let by_country = TableColumns { key: Some("land".into()), on: Some("country".into()), ..columns(None) };
    for (name, order) in [("orders", Some("order_id")), ("interviews", None), ("survey", None), ("zones", None)] {
        let (file, columns) = match name {
            "zones" => (zones.clone(), by_country.clone()),
            _ => (sample(&format!("{name}.csv")), columns(Some("date"))),
        };
        let path = file.to_str().expect("a path in UTF-8").to_owned();
        let source = EventSource { name: name.into(), path, columns, ..Default::default() };
        let table = data::load_events(&source, Some("customer_id"), &|| false).expect("the sample");
        loaded.push((name, as_parquet(&table.base, &folder.join(name)), columns_of(&table.base.schema)));
        let (columns, order) = (source.columns, order.map(str::to_owned));
        tables.push(RemoteTable { name: name.into(), table: name.into(), columns, order });
        events.push(table);
    }
    connection.load(&loaded);
    let remote = RemoteBase {
        table: "customers".into(),
        key: Some("customer_id".into()),
        tables,
        today: today(),
        ..RemoteBase::default()
    };
    let remote = SqlEngine::open(Box::new(connection), &remote, &Cancel::new()).expect("a good base");
    let local = LocalEngine::new(base).with_events(events, &[].into(), &[], today()).expect("good tables");
    Some((remote, local))
}

fn questions(engine: &LocalEngine, filter: &Checked, segments: &[Checked]) -> Vec<Question> {
    let filter = || filter.clone();
    let (value, sets) = (Some("spend_12m".to_owned()), segments.to_vec());
    let by_month = Grouping { column: "signup_date".into(), cut: Cut::Dates(DateUnit::Quarter) };
    let by_age = Grouping { column: "age".into(), cut: Cut::Breaks(vec![25.0, 35.0, 55.0]) };
    let groups = |by| GroupsQuestion { filter: filter(), by, value: value.clone(), limit: 30 }.into();
    let mut all: Vec<Question> = vec![
        SummaryQuestion { filter: filter(), value: value.clone() }.into(),
        CountsQuestion { filter: filter(), rules: sets.clone() }.into(),
        MembershipsQuestion { filter: filter(), sets: sets.clone() }.into(),
        CoverageQuestion { filter: filter(), sets: sets[..6].to_vec(), value: value.clone() }.into(),
        OverlapQuestion { filter: filter(), rows: sets.clone(), columns: sets[6..].to_vec() }.into(),
        CombinationsQuestion { filter: filter(), sets: sets.clone(), value: value.clone(), limit: 20 }.into(),
        groups(vec![Grouping::from(PERSONA)]),
        groups(vec![Grouping::from("country"), by_age]),
        groups(vec![by_month, Grouping::from(PERSONA)]),
    ];
    for (table, by) in [
        ("interviews", "theme"),
        ("survey", "theme"),
        ("survey", "one_good_thing"),
        ("orders", "category"),
        ("zones", "word"),
    ] {
        let (table, by, sets) = (table.to_owned(), Some(by.to_owned()), sets[..4].to_vec());
        all.push(VoicesQuestion { table, filter: filter(), sets, by, separator: None, limit: 12 }.into());
    }
    let (table, by, sets_of_voices) = ("zones".to_owned(), Some("word".to_owned()), sets[..4].to_vec());
    let separator = Some("i".to_owned());
    all.push(VoicesQuestion { table, filter: filter(), sets: sets_of_voices, by, separator, limit: 12 }.into());
    let (rows, columns) = (Checked::everyone(), vec!["land".into(), "n".into(), "word".into()]);
    all.push(EventsQuestion { table: "zones".into(), rows, filter: filter(), columns, limit: usize::MAX }.into());
    let (rows, columns) = (Checked::everyone(), vec!["customer_id".into(), "theme".into(), "quote".into()]);
    let (table, limit) = ("interviews".into(), usize::MAX);
    all.push(EventsQuestion { table, rows, filter: filter(), columns, limit }.into());
    for column in engine.schema().columns().iter().map(|column| column.name.clone()).chain([PERSONA.into()]) {
        all.push(ProfileQuestion { filter: filter(), column: column.clone(), bins: 20 }.into());
        all.push(ContrastQuestion { inside: filter(), outside: None, column, limit: 8 }.into());
    }
    all
}

/// Sorts rows of a table without an order column: a database returns them in any order.
fn in_any_order(mut answer: Answer) -> Answer {
    if let Answer::Events(rows) = &mut answer {
        rows.rows.sort_by_key(|row| format!("{row:?}"));
    }
    answer
}

fn sample_study_agrees(dialect: SqlDialect) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some((remote, local)) = engines(dialect, folder.path()) else { return };
    let rule = |text: &str| check(&local, text).expect("a good rule");
    let segments = SEGMENTS.map(rule);
    let personas = Personas::new(AUDIENCES.map(|(id, text)| (id.to_owned(), rule(text))).into());
    let (mut asked, mut differing) = (0, Vec::new());
    for filter in [Checked::everyone(), segments[1].clone(), segments[8].clone(), rule("age > 200")] {
        let questions = questions(&local, &filter, &segments);
        let questions: Vec<Question> =
            questions.into_iter().map(|question| question.with_personas(&personas)).collect();
        let answers = ask_each(&remote, &questions, &Cancel::new());
        let expected = ask_each(&local, &questions, &Cancel::new());
        for ((question, answer), expected) in questions.iter().zip(answers).zip(expected) {
            asked += 1;
            assert!(answer.is_ok(), "{question:?}: {answer:?}");
            differing.extend(wrong(question, &answer.map(in_any_order), &expected.map(in_any_order)));
        }
    }
    eprintln!("{dialect}: {asked} questions");
    let first: Vec<&str> = differing.iter().take(4).map(String::as_str).collect();
    assert!(differing.is_empty(), "{} answers differ on {dialect}:\n{}", differing.len(), first.join("\n\n"));
}

#[test]
fn sample_study_is_answered_like_local_on_duckdb() {
    sample_study_agrees(SqlDialect::DuckDb);
}

#[test]
fn sample_study_is_answered_like_local_on_postgres() {
    sample_study_agrees(SqlDialect::Postgres);
}

#[test]
#[ignore = "starts Spark, and takes minutes"]
fn sample_study_is_answered_like_local_on_spark() {
    sample_study_agrees(SqlDialect::Spark);
}
