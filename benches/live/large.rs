//! Measures what a person waits for in a large study or a large table: rows in an order, the values of a column of ids, many
//! segments, many columns.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crosscut::engine::{Engine, GroupsQuestion, PageQuestion, Sort};
use crosscut::insight::matrix::{MatrixInquiry, NamedSet};
use crosscut::rule::Checked;
use polars::prelude::*;
use polars_io::parquet::write::ParquetWriter;

use super::measure::{race, time};
use super::shared::desk::Desk;
use super::shared::report::{Measurement, Report};
use super::shared::shop::{self, Shop, count};

const TRIES: usize = 3;
/// Rows of a page on the screen.
const PAGE: usize = 40;
const SEGMENTS: usize = 5_000;
const MATRIX: usize = 200;
const PERSONAS: usize = 20;
const COLUMNS: usize = 500;
const WIDE_ROWS: usize = 100_000;

pub fn run(file: &Path, report: &mut Report) {
    rows(file, report);
    ids(file, report);
    matrix(file, report);
    segments(file, report);
    columns(file, report);
}

/// Pages of rows, from a base of which no column was read.
fn rows(file: &Path, report: &mut Report) {
    let by = |column: &str, descending| vec![Sort { column: column.into(), descending }];
    let page = |shop: &Shop, sort: &[Sort], offset: u64| {
        let (filter, sort) = (Checked::everyone(), sort.to_vec());
        let question = PageQuestion { filter, columns: Vec::new(), sort, tests: Vec::new(), offset, limit: PAGE };
        let (took, page) = time(|| shop.ask(&question));
        assert_eq!(page.rows.len(), PAGE);
        took
    };
    let sort = by("spend_12m", true);
    let mut best: [Duration; 7] = [Duration::MAX; 7];
    for _ in 0..TRIES {
        let shop = Shop::open(file);
        let end = shop.rows() - PAGE as u64;
        let took = [
            page(&shop, &[], 0),
            page(&shop, &[], end),
            page(&shop, &sort, 0),
            page(&shop, &by("country", false), PAGE as u64),
            page(&shop, &sort, end),
            page(&shop, &sort, end / 2),
            page(&shop, &sort, PAGE as u64),
        ];
        best.iter_mut().zip(took).for_each(|(best, took)| *best = took.min(*best));
    }
    let names = [
        "rows: first page, nothing read yet",
        "rows: last page",
        "rows by spend: first page, columns not read yet",
        "rows by country: second page",
        "rows by spend: last page",
        "rows by spend: page in the middle",
        "rows by spend: page of a known order",
    ];
    for (name, best) in names.into_iter().zip(best) {
        report.add(Measurement::seconds(name, best).within(0.2));
    }
}

/// The most frequent values of a column of which nearly every value is another.
fn ids(file: &Path, report: &mut Report) {
    for column in ["customer_id", "email"] {
        let mut asked = |_| {
            let shop = Shop::open(file);
            shop.count(&format!("{column} = 'nobody'"));
            let filter = shop.check("age >= 18");
            let (by, limit) = (vec![column.into()], 1000);
            time(|| shop.ask(&GroupsQuestion { filter, by, value: None, limit })).0
        };
        let [took] = race(TRIES, [&mut asked]);
        report.add(Measurement::seconds(format!("values of {column}, column read"), took).within(0.2));
    }
}

fn matrix(file: &Path, report: &mut Report) {
    let mut best = [Duration::MAX; 2];
    for _ in 0..TRIES {
        let shop = Shop::open(file);
        shop.count("spend_12m > -1");
        let bound = |i: usize| -> NamedSet { (format!("bound_{i}"), shop.check(&format!("spend_12m > {}", i * 10))) };
        let sets: Vec<NamedSet> = (0..MATRIX + PERSONAS).map(bound).collect();
        let (rows, columns) = sets.split_at(MATRIX);
        let ask = || shop.find(MatrixInquiry::new(&shop.check("orders_12m >= 1"), rows, columns, false));
        best.iter_mut().for_each(|best| *best = time(ask).0.min(*best));
    }
    for (best, row_sets) in best.into_iter().zip(["not cached", "cached"]) {
        report
            .add(Measurement::seconds(format!("matrix {MATRIX} × {PERSONAS}, row sets {row_sets}"), best).within(1.0));
    }
}

/// A study of many segments: its definitions checked, and all panes after a key.
fn segments(file: &Path, report: &mut Report) {
    let shop = Shop::open(file);
    let mut checked = |_| time(|| shop.with_more_segments(SEGMENTS)).0;
    let [took] = race(TRIES, [&mut checked]);
    report.add(Measurement::seconds(format!("{SEGMENTS} segments: definitions checked"), took).within(0.2));
    let many = shop.with_more_segments(SEGMENTS);
    let (took, mut desk) = time(|| Desk::new(&many));
    report.add(Measurement::seconds(format!("{SEGMENTS} segments: first answers of all panes"), took));
    let mut keys = "age >= 20".chars().filter_map(|key| {
        let press = if key == ' ' { "space".parse() } else { key.to_string().parse() };
        desk.press(press.expect("a key"))
    });
    let slowest = keys.by_ref().max().expect("a key asked something");
    report.add(Measurement::seconds(format!("{SEGMENTS} segments: all panes after a key"), slowest).within(0.2));
}

/// A table of many columns: opened and counted, and its first rows.
fn columns(file: &Path, report: &mut Report) {
    let wide = wide(file);
    let study = shop::sample_without_key();
    let mut counted = |_| {
        time(|| {
            let engine = shop::engine(&study, &wide);
            assert_eq!(engine.customers(), WIDE_ROWS as u64);
            let rule = shop::check(&engine, "c7 >= 3 AND c499 < 40");
            assert!(count(&engine, rule) > 0);
        })
        .0
    };
    let mut paged = |_| {
        let engine = shop::engine(&study, &wide);
        let question = PageQuestion {
            filter: Checked::everyone(),
            columns: Vec::new(),
            sort: Vec::new(),
            tests: Vec::new(),
            offset: 0,
            limit: PAGE,
        };
        time(|| crosscut::engine::ask_one(&engine, &question, &Default::default()).expect("a page")).0
    };
    let [counted, paged] = race(TRIES, [&mut counted, &mut paged]);
    report.add(Measurement::seconds(format!("{COLUMNS} columns: opened and counted"), counted).within(0.2));
    report.add(Measurement::seconds(format!("{COLUMNS} columns: first rows"), paged).within(0.2));
}

/// Returns a table of many columns beside the base, made once.
fn wide(file: &Path) -> PathBuf {
    let path = file.with_file_name(format!("wide-{WIDE_ROWS}x{COLUMNS}.parquet"));
    if !path.exists() {
        let column = |c: usize| {
            let number = move |row: usize| (row.wrapping_mul(2_654_435_761) >> (7 + c % 9)) % 50;
            let name: PlSmallStr = format!("c{c}").into();
            match c % 3 {
                0 => Column::new(name, (0..WIDE_ROWS).map(|row| format!("v{}", number(row))).collect::<Vec<_>>()),
                1 => Column::new(name, (0..WIDE_ROWS).map(|row| number(row) as i64).collect::<Vec<_>>()),
                _ => Column::new(name, (0..WIDE_ROWS).map(|row| number(row) as f64 / 8.0).collect::<Vec<_>>()),
            }
        };
        let mut frame = DataFrame::new(WIDE_ROWS, (0..COLUMNS).map(column).collect()).expect("a table");
        ParquetWriter::new(File::create(&path).expect("a file")).finish(&mut frame).expect("the table is written");
    }
    path
}
