//! Measures questions about events: the first one on a table, which has to find each event's customer, and a later one.
//! The peer is polars' group by and join.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crosscut::data::{self, BaseLocation, EventSource, LoadOptions};
use crosscut::engine::Engine;
use crosscut::engine::local::{LocalEngine, Tuning};
use crosscut::model::TableColumns;
use crosscut::rule::{self, Context, Namespace};
use polars::prelude::*;
use polars_io::parquet::write::ParquetWriter;

use super::measure::{race, time};
use super::plain;
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::{Shop, count};

const TRIES: usize = 3;
/// Events per customer, on average.
const EVENTS: u64 = 3;
const KEY: &str = "customer_id";
/// Days over which the events are spread.
const DAYS: u64 = 730;

pub fn run(shop: &Shop, report: &mut Report) {
    let file = events(shop);
    let today = shop.today;
    let (base, made) = (plain::read(&shop.file, [KEY]), plain::read(&file, [KEY, "date"]));
    let counts = std::cell::Cell::new([0u64; 4]);
    let keep = |place: usize, (took, count): (Duration, u64)| {
        let mut all = counts.get();
        all[place] = count;
        counts.set(all);
        took
    };
    let engine = open(&shop.file, &file, today);
    let ask = |engine: &LocalEngine, days: u32| {
        let text = format!("events.count('{days} days') >= 2");
        let cx = Context { schema: engine.schema(), names: &Namespace::default(), today };
        count(engine, rule::check(&text, &cx).expect("a good rule"))
    };
    ask(&engine, 700);
    let days = |turn: usize| 60 + turn as u32;
    let [first, theirs_first, again, theirs] = race(
        TRIES,
        [
            &mut |turn| keep(0, time(|| ask(&open(&shop.file, &file, today), days(turn)))),
            &mut |turn| {
                let work = || {
                    let (base, made) = (plain::read(&shop.file, [KEY]), plain::read(&file, [KEY, "date"]));
                    grouped_and_joined(&base, &made, today, days(turn))
                };
                keep(1, time(work))
            },
            &mut |turn| keep(2, time(|| ask(&engine, days(turn)))),
            &mut |turn| keep(3, time(|| grouped_and_joined(&base, &made, today, days(turn)))),
        ],
    );
    let counts = counts.get();
    assert!(counts.iter().all(|count| *count == counts[0]), "the answers differ: {counts:?}");
    let work = Measurement::seconds(format!("first question of {EVENTS} events a customer, from files"), first);
    report.add(work.against("polars: read, group by, join", theirs_first.as_secs_f64(), Goal::None));
    let work = Measurement::seconds("another window of the events", again);
    report.add(work.against("polars: group by, join", theirs.as_secs_f64(), Goal::Faster(2.0)));
}

fn open(base: &Path, events: &Path, today: chrono::NaiveDate) -> LocalEngine {
    let options = LoadOptions { key: Some(KEY.into()), ..LoadOptions::default() };
    let base = data::load(&BaseLocation::Path(base.to_owned()), &options, &mut |_| {}, &|| false).expect("the base");
    let columns = TableColumns { key: Some(KEY.into()), date: Some("date".into()), ..TableColumns::default() };
    let source =
        EventSource { name: "events".into(), path: events.display().to_string(), columns, ..Default::default() };
    let events = data::load_events(&source, base.key.as_deref(), &|| false).expect("the events");
    let named = BTreeMap::new();
    LocalEngine::with(base, Tuning::default()).with_events(vec![events], &named, &[], today).expect("no names")
}

fn grouped_and_joined(base: &DataFrame, events: &DataFrame, today: chrono::NaiveDate, days: u32) -> u64 {
    let from = today - chrono::Days::new(u64::from(days) - 1);
    let within = col("date").gt_eq(lit(from)).and(col("date").lt_eq(lit(today)));
    let counted = events.clone().lazy().filter(within).group_by([col(KEY)]).agg([len().alias("n")]);
    let joined = base.clone().lazy().join(counted, [col(KEY)], [col(KEY)], JoinArgs::new(JoinType::Left));
    let many = joined.filter(col("n").gt_eq(lit(2))).select([len().alias("many")]).collect().expect("polars answers");
    many.column("many")
        .and_then(|many| many.cast(&DataType::UInt64))
        .expect("a number")
        .u64()
        .expect("just cast")
        .get(0)
        .unwrap_or(0)
}

/// The events' table, written once: random customers on random days.
fn events(shop: &Shop) -> PathBuf {
    let file = shop.file.with_file_name(format!("events-{}.parquet", shop.rows()));
    if file.exists() {
        return file;
    }
    eprintln!("making {} …", file.display());
    let keys = plain::column(&shop.file, KEY);
    let rows = shop.rows() * EVENTS;
    let customers: IdxCa = (0..rows).map(|event| (mixed(event) % shop.rows()) as IdxSize).collect_ca("row".into());
    let last = shop.today.signed_duration_since(chrono::NaiveDate::default()).num_days() as i32;
    let days: Vec<i32> = (0..rows).map(|event| last - (mixed(event + rows) % DAYS) as i32).collect();
    let dates = Column::new("date".into(), days).cast(&DataType::Date).expect("days are dates");
    let keys = keys.take(&customers).expect("rows of the base");
    let mut frame = DataFrame::new(rows as usize, vec![keys, dates]).expect("columns of one length");
    ParquetWriter::new(File::create(&file).expect("a new file")).finish(&mut frame).expect("a written table");
    file
}

/// One step of splitmix64.
fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}
