//! The rule language against DuckDB, on a table with columns of every type. `rules/make.py` makes the table.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use crosscut::model::{Column, ColumnType, Schema};
use crosscut::rule::{Atom, Checked, Context, Names, Tree, check};
use polars::prelude::{BooleanChunked, DataFrame, DataType, IntoLazy};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

/// How many rows a rule is true, false and null for.
pub type Counts = [usize; 3];

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rules")
}

pub fn base() -> DataFrame {
    let file = File::open(folder().join("base.parquet")).expect("the table is in the repository");
    ParquetReader::new(file).finish().expect("a good Parquet file")
}

fn schema_of(base: &DataFrame) -> Schema {
    let column_type = |data_type: &DataType| match data_type {
        DataType::Boolean => ColumnType::Boolean,
        DataType::String => ColumnType::Text,
        DataType::Date => ColumnType::Date,
        DataType::Datetime(..) => ColumnType::Timestamp,
        float if float.is_float() => ColumnType::Float,
        integer if integer.is_integer() => ColumnType::Integer,
        other => panic!("the table has a column of {other}"),
    };
    let fields = base.schema().iter().map(|(name, data_type)| (name.to_string(), column_type(data_type)));
    Schema::new(fields.map(|(name, column_type)| Column { name, column_type }).collect())
}

/// A tree's truth in every row, by SQL's three-valued logic.
fn truths(tree: &Tree, base: &DataFrame) -> Result<Vec<Option<bool>>, String> {
    let fold = |parts: &[std::sync::Arc<Tree>], decides: bool| {
        let mut all = vec![Some(!decides); base.height()];
        for part in parts {
            for (whole, truth) in all.iter_mut().zip(truths(part, base)?) {
                *whole = match (*whole, truth) {
                    (Some(a), _) if a == decides => Some(decides),
                    (_, Some(b)) if b == decides => Some(decides),
                    (Some(_), Some(_)) => Some(!decides),
                    _ => None,
                };
            }
        }
        Ok::<_, String>(all)
    };
    match tree {
        Tree::Constant(truth) => Ok(vec![*truth; base.height()]),
        Tree::Atom(atom) => atom_truths(atom, base),
        Tree::Not(part) => Ok(truths(part, base)?.into_iter().map(|truth| truth.map(|t| !t)).collect()),
        Tree::And(parts) => fold(parts, false),
        Tree::Or(parts) => fold(parts, true),
    }
}

fn atom_truths(atom: &Atom, base: &DataFrame) -> Result<Vec<Option<bool>>, String> {
    let told = |error: String| format!("{}\n    {error}", atom.sql);
    let expression = polars::sql::sql_expr(&atom.sql).map_err(|e| told(e.to_string()))?;
    let frame = base.clone().lazy().select([expression]).collect().map_err(|e| told(e.to_string()))?;
    let column = frame.columns().first().ok_or_else(|| told("no column".into()))?.as_materialized_series().clone();
    let mask: &BooleanChunked = column.bool().map_err(|e| told(e.to_string()))?;
    if mask.len() != base.height() {
        return Err(told(format!("{} rows", mask.len())));
    }
    Ok(mask.iter().collect())
}

fn counts(checked: &Checked, base: &DataFrame) -> Result<Counts, String> {
    let truths = truths(&checked.tree, base)?;
    Ok([Some(true), Some(false), None].map(|wanted| truths.iter().filter(|truth| **truth == wanted).count()))
}

/// Rules of a table with their expected counts.
pub fn table(name: &str) -> Vec<(String, Counts)> {
    let text = std::fs::read_to_string(folder().join(name)).expect("the table is in the repository");
    let line = |line: &str| {
        let mut fields = line.split('\t');
        let mut number = || fields.next().and_then(|n| n.parse().ok()).expect("a count");
        let counts = [number(), number(), number()];
        (fields.next().expect("a rule").to_owned(), counts)
    };
    text.lines().filter(|l| !l.starts_with('#')).map(line).collect()
}

fn disagreements(name: &str) -> (usize, Vec<String>) {
    let base = base();
    let schema = schema_of(&base);
    let names = Names::default();
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let cx = Context { schema: &schema, names: &names, today };
    let rules = table(name);
    let told = rules.iter().filter_map(|(rule, expected)| {
        let answer = check(rule, &cx).map_err(|e| e.describe(rule)).and_then(|checked| counts(&checked, &base));
        match answer {
            Ok(counts) if counts == *expected => None,
            Ok(counts) => Some(format!("{rule}: {counts:?}, DuckDB {expected:?}\n    {}", sql_of(rule, &cx))),
            Err(error) => Some(format!("{rule}: {error}")),
        }
    });
    (rules.len(), told.collect())
}

fn sql_of(rule: &str, cx: &Context) -> String {
    check(rule, cx).map_or_else(|e| e.to_string(), |checked| checked.canonical())
}

#[test]
fn rules_agree_with_duckdb() {
    let (rules, wrong) = disagreements("agrees.tsv");
    assert!(rules >= 400, "only {rules} rules");
    assert!(wrong.is_empty(), "{} of {rules} disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn rules_that_mean_something_else_in_duckdb_mean_what_we_say() {
    let (rules, wrong) = disagreements("differs.tsv");
    assert!(rules >= 15, "only {rules} rules");
    assert!(wrong.is_empty(), "{} of {rules} disagree:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_deepest_atoms_that_pass_are_answered_and_crash_nothing() {
    let base = base();
    let (schema, names) = (schema_of(&base), Names::default());
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let cx = Context { schema: &schema, names: &names, today };
    let mut answered = 0;
    for length in [10, 40, 60, 100, 200] {
        let all = (0..length).map(|i| format!("n <> {i}")).collect::<Vec<_>>().join(" AND ");
        let sums = vec!["n"; length].join(" + ");
        let whens = (0..length).map(|i| format!("WHEN n = {i} THEN {i} * spend")).collect::<Vec<_>>().join(" ");
        let nested = format!("{}n{} > 1", "(1 + ".repeat(length), ")".repeat(length));
        for rule in [format!("({all}) IS TRUE"), format!("{sums} > 0"), format!("CASE {whens} END > 1"), nested] {
            // Refused or answered: not begun and then given up, and no stack overflow.
            if let Ok(checked) = check(&rule, &cx) {
                counts(&checked, &base).expect("what passes the check is answered");
                answered += 1;
            }
        }
    }
    assert!(answered >= 8, "only {answered} were answered");
}

#[test]
fn a_rule_reads_the_columns_it_names() {
    let base = base();
    let (schema, names) = (schema_of(&base), Names::default());
    let today = NaiveDate::from_ymd_opt(2026, 6, 30).expect("a date");
    let cx = Context { schema: &schema, names: &names, today };
    let rule =
        "MIXED > 1 AND \"a.b\" = 1 OR (spend / n > 2) IS NULL AND country ILIKE 'u%' OR d > today - INTERVAL '1 month'";
    let columns = check(rule, &cx).expect("a good rule").columns();
    assert_eq!(
        columns,
        ["Mixed", "a.b", "spend", "n", "country", "d"].map(String::from).into_iter().collect::<BTreeSet<_>>()
    );
}
