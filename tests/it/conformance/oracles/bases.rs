//! Laws about two bases that hold the same customers.

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use crosscut::data::{Base, BaseLocation, LoadOptions, load};
use crosscut::engine::local::Tuning;
use polars::prelude::*;
use polars_io::SerWriter;
use polars_io::ipc::IpcWriter;
use polars_io::parquet::write::ParquetWriter;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::rule::Rule;
use super::samples::{Sample, as_written, base, frame, samples};
use super::subject::{Local, Subject};
use crate::agree::cases::run;
use crate::agree::tables::{Dice, Recipe, without_nan};

/// Columns that a text file stores without loss: their values come back unchanged, with the same type.
const OF_TEXT: [&str; 13] =
    ["id", "few", "n", "big", "small", "spend", "balance", "active", "country", "plan", "note", "d", "ts"];
const SUMMED: [&str; 3] = ["few", "spend", "balance"];
const GROUPED: [&str; 3] = ["plan", "active", "few"];

/// Turns a table into a base.
pub type Reader = fn(&DataFrame, &Path, Form) -> Base;

#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// With this many rows per row group.
    Parquet(usize),
    Arrow,
    Csv,
}

/// Compares two engines on all questions about the rules.
pub fn agree(one: &dyn Subject, other: &dyn Subject, rules: &[Rule]) -> Result<(), String> {
    let read: Vec<Rule> = rules.iter().filter(|rule| one.reads(rule)).cloned().collect();
    let differ =
        |what: String, a: String, b: String| if a == b { Ok(()) } else { Err(format!("{what}: {a}\nand {b}")) };
    for filter in std::iter::once(&Rule::Everyone).chain(&read) {
        let counts = |engine: &dyn Subject| engine.counts(filter, &read).map(|counts| format!("{counts:?}"));
        differ(format!("counts of {read:?} within {filter}"), counts(one)?, counts(other)?)?;
        for column in GROUPED {
            let groups = |engine: &dyn Subject| engine.groups(filter, column).map(|groups| format!("{groups:?}"));
            differ(format!("{column} within {filter}"), groups(one)?, groups(other)?)?;
        }
        for column in SUMMED {
            let (a, b) = (one.sum(filter, column)?, other.sum(filter, column)?);
            // The order of adding may show in a sum's last digits.
            if a.1 != b.1 || (a.0 - b.0).abs() > 1e-7 {
                return Err(format!("sum of {column} within {filter}: {a:?} and {b:?}"));
            }
        }
    }
    Ok(())
}

/// Returns the rows in another order.
pub fn shuffled(frame: &DataFrame, seed: u64) -> DataFrame {
    let mut dice = Dice(seed);
    let mut rows: Vec<(u64, IdxSize)> = (0..frame.height() as IdxSize).map(|row| (dice.next(), row)).collect();
    rows.sort_unstable();
    let order: IdxCa = rows.into_iter().map(|(_, row)| Some(row)).collect();
    frame.take(&order).expect("rows of the table")
}

/// Writes the table to a file and loads it.
pub fn through_file(frame: &DataFrame, folder: &Path, form: Form) -> Base {
    let path = folder.join(format!("{form:?}"));
    let file = File::create(&path).expect("a writable folder");
    let mut frame = frame.clone();
    match form {
        Form::Parquet(rows) => {
            ParquetWriter::new(file).with_row_group_size(Some(rows)).finish(&mut frame).expect("Parquet");
        }
        Form::Arrow => IpcWriter::new(file).finish(&mut frame).expect("an Arrow file"),
        Form::Csv => std::fs::write(&path, csv(&frame)).expect("a writable folder"),
    }
    let options = LoadOptions { key: Some("id".into()), ..LoadOptions::default() };
    load(&BaseLocation::Path(path), &options, &mut |_| {}, &|| false).expect("a good file")
}

fn csv(frame: &DataFrame) -> String {
    let names: Vec<&str> = frame.columns().iter().map(|column| column.name().as_str()).collect();
    let mut text = names.join(",") + "\n";
    for row in 0..frame.height() {
        let cells = frame.columns().iter().map(|column| match column.get(row).expect("a row of the table") {
            AnyValue::Null => String::new(),
            AnyValue::String(text) => format!("\"{}\"", text.replace('"', "\"\"")),
            // With the decimal point, also for whole numbers.
            AnyValue::Float64(value) => format!("{value:?}"),
            other => other.to_string(),
        });
        let cells: Vec<String> = cells.collect();
        writeln!(text, "{}", cells.join(",")).expect("a text");
    }
    text
}

/// The recipe's table as a text file can store it: without NaN, infinities, empty texts and NUL, and with a last row
/// whose values determine the columns' types.
pub fn for_text(recipe: &Recipe) -> DataFrame {
    let frame = recipe.frame().select(OF_TEXT).expect("columns of the table");
    let last = Recipe { rows: 1, nulls: crate::agree::tables::Nulls::None, seed: 1 }.frame();
    let last = last.select(OF_TEXT).expect("columns of the table");
    let whole = frame.vstack(&last).expect("tables of the same columns");
    let columns = whole.columns().iter().map(|column| match column.dtype() {
        DataType::String => {
            let texts = column.str().expect("texts").iter();
            let texts = texts.map(|text| text.filter(|text| !text.is_empty() && !text.contains('\0')));
            let mut texts: Vec<Option<String>> = texts.map(|text| text.map(str::to_owned)).collect();
            *texts.last_mut().expect("the last row") = Some("a text".into());
            Series::new(column.name().clone(), texts).into_column()
        }
        _ => column.clone(),
    });
    let columns: Vec<Column> = columns.collect();
    DataFrame::new(whole.height(), columns).expect("columns of one length")
}

fn rules_of(sample: &Sample) -> Vec<Rule> {
    (0..3).map(|n| sample.rule(n)).collect()
}

pub fn order_of_rows(engine: fn(Base) -> Box<dyn Subject>, sample: &Sample) -> Result<(), String> {
    let frame = frame(&sample.table);
    let other = shuffled(&frame, sample.table.seed);
    agree(&*engine(base(frame)), &*engine(base(other)), &rules_of(sample))
}

pub fn row_groups(reader: Reader, sample: &Sample, rows: usize) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let written = as_written(&sample.table);
    let one = Local::new(base(without_nan(written.clone())));
    agree(&one, &Local::new(reader(&written, folder.path(), Form::Parquet(rows))), &rules_of(sample))
}

pub fn formats(reader: Reader, sample: &Sample) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = for_text(&sample.table);
    let one = Local::new(base(table.clone()));
    [Form::Csv, Form::Parquet(100), Form::Arrow].into_iter().try_for_each(|form| {
        let other = Local::new(reader(&table, folder.path(), form));
        agree(&one, &other, &rules_of(sample)).map_err(|how| format!("{form:?}: {how}"))
    })
}

/// A cache never shows: each rule is counted alike by an engine that has answered all the others, twice, and by an
/// engine that has answered nothing.
pub fn cold_and_cached(engine: fn(Base) -> Box<dyn Subject>, rules: &[String], table: &Recipe) -> Result<(), String> {
    let frame = frame(table);
    let (warm, fresh) = (engine(base(frame.clone())), || engine(base(frame.clone())));
    let rules: Vec<Rule> = rules.iter().map(Rule::text).filter(|rule| warm.reads(rule)).collect();
    let order = rules.iter().chain(rules.iter().rev());
    for (filter, rule) in order.zip(rules.iter().chain(&rules)) {
        let ask = |engine: &dyn Subject| engine.counts(filter, std::slice::from_ref(rule));
        let (kept, cold) = (ask(&*warm)?, ask(&*fresh())?);
        if kept != cold {
            return Err(format!("{rule} within {filter}: {kept:?} from what was kept, {cold:?} cold"));
        }
    }
    Ok(())
}

/// Cache size and chunk size change no answer.
pub fn memory(engine: fn(Base, Tuning) -> Box<dyn Subject>, sample: &Sample) -> Result<(), String> {
    let frame = frame(&sample.table);
    let usual = Local::new(base(frame.clone()));
    [(0, 64), (4_096, 1 << 17), (0, 1 << 17)].into_iter().try_for_each(|(memory, chunk)| {
        let other = engine(base(frame.clone()), Tuning { memory, chunk });
        agree(&usual, &*other, &rules_of(sample)).map_err(|how| format!("{memory} bytes, {chunk} rows: {how}"))
    })
}

pub fn local(base: Base) -> Box<dyn Subject> {
    Box::new(Local::new(base))
}

fn tuned(base: Base, tuning: Tuning) -> Box<dyn Subject> {
    Box::new(Local::with(base, tuning))
}

/// Rules that a cache could easily confuse, among random ones.
pub fn alike() -> impl Strategy<Value = Vec<String>> {
    let pairs = select(vec![
        ["note = 'a'", "note = 'A'"],
        ["country = 'US'", "country = 'us'"],
        ["few > 1", "few >= 1"],
        ["few > 1", "few > 1.5"],
        ["note LIKE 'a%'", "note ILIKE 'a%'"],
        ["price > 0.1", "price > 0.10000001"],
        ["score = 0.0", "round = 0.0"],
        ["d > '1970-01-01'", "ts > '1970-01-01'"],
    ]);
    (pairs, vec(crate::agree::rules::rules(), 1..4)).prop_map(|(pair, rules)| {
        let pair = pair.map(str::to_owned);
        [&pair[..], &rules, &pair].concat()
    })
}

#[test]
fn row_order_changes_no_answer() {
    run(60, &samples(), |sample| order_of_rows(local, &sample));
}

#[test]
fn row_groups_change_no_answer() {
    let rows = select(vec![7usize, 64, 100, 1_000]);
    run(30, &(samples(), rows), |(sample, rows)| row_groups(through_file, &sample, rows));
}

#[test]
fn csv_parquet_and_arrow_give_same_answer() {
    run(40, &samples(), |sample| formats(through_file, &sample));
}

#[test]
fn cached_answers_equal_cold_answers() {
    let tables = crate::agree::tables::tables();
    run(30, &(alike(), tables), |(rules, table)| cold_and_cached(local, &rules, &table));
}

#[test]
fn memory_changes_no_answer() {
    run(40, &samples(), |sample| memory(tuned, &sample));
}
