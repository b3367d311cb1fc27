//! Tables longer than a chunk of a text column, and columns with as many distinct values as a code can number.

use crosscut::data::Base;
use crosscut::engine::{CountsQuestion, GroupsQuestion, Question, ValuesQuestion};
use crosscut::rule::Checked;
use polars::prelude::*;
use proptest::collection::vec;

use super::alike::difference;
use super::cases::{checked, sample};
use super::questions::shapes;
use super::random::ask;
use super::rules::rules;
use super::tables::{Nulls, Recipe};
use super::{engines, files, plain};

fn answered_alike(frame: &DataFrame, bases: &[Base], questions: &[Question]) {
    let engines: Vec<_> = bases.iter().flat_map(engines::engines_on).collect();
    for question in questions {
        let expected = plain::answer(frame, question).expect("polars can say it");
        for (name, engine) in &engines {
            let answer = ask(engine, question).unwrap_or_else(|how| panic!("{how}"));
            let how = difference(&answer, &expected);
            assert!(how.is_none(), "{question:?}\nengine of {name}: {}", how.unwrap_or_default());
        }
    }
}

#[test]
fn long_tables_are_answered_alike() {
    for (rows, nulls, seed) in [(65_537, Nulls::Some, 3), (131_072, Nulls::None, 4)] {
        let table = Recipe { rows, nulls, seed };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let frame = table.frame();
        let path = files::whole_parquet(&table.as_written(), folder.path(), 30_000);
        let read = |texts: &[String]| Vec::from_iter(checked(texts).into_iter().map(|(_, rule)| rule));
        let questions = sample(30, &(vec(rules(), 1..4), shapes()));
        let questions: Vec<_> = questions.into_iter().map(|(texts, shape)| shape.about(&read(&texts))).collect();
        answered_alike(&frame, &[engines::base_of(frame.clone()), files::load(&path)], &questions);
    }
}

/// One value more or less than one or two bytes can number; null counts as a value.
#[test]
fn columns_at_code_width_limits_are_answered_alike() {
    for (distinct, rows) in [(255, 2_000), (256, 2_000), (257, 2_000), (65_535, 140_000), (65_536, 140_000)] {
        for with_nulls in [false, true] {
            let frame = numbered(distinct, rows, with_nulls);
            answered_alike(&frame, &[engines::base_of(frame.clone())], &about_values(distinct));
        }
    }
}

/// A text and a number with this many distinct values, each at least once.
fn numbered(distinct: usize, rows: usize, with_nulls: bool) -> DataFrame {
    let value = |row: usize| (!(with_nulls && row % 97 == 96)).then_some(row * 7 % distinct);
    let texts = (0..rows).map(|row| Some(format!("value {:05}", value(row)?)));
    let texts = StringChunked::from_iter_options("note".into(), texts);
    let numbers = Int64Chunked::from_iter_options("few".into(), (0..rows).map(|row| Some(value(row)? as i64 - 300)));
    let spend = Float64Chunked::from_iter_values("spend".into(), (0..rows).map(|row| (row % 1_000) as f64 / 8.0));
    let columns = vec![texts.into_column(), numbers.into_column(), spend.into_column()];
    DataFrame::new(rows, columns).expect("columns of one length")
}

fn about_values(distinct: usize) -> Vec<Question> {
    let last = distinct - 1;
    let texts = [
        format!("note >= 'value {last:05}'"),
        format!("note IN ('value 00000', 'value {last:05}', 'value {distinct:05}')"),
        format!("note NOT LIKE '%5' AND few <> {}", last as i64 - 300),
        format!("few IN (-300, {}) OR few IS NULL", last as i64 - 300),
    ];
    let rules: Vec<Checked> = checked(&texts).into_iter().map(|(_, rule)| rule).collect();
    assert_eq!(rules.len(), texts.len());
    let groups = |by: &[&str], filter: &Checked| -> Question {
        let by = by.iter().map(|name| (*name).into()).collect();
        GroupsQuestion { filter: filter.clone(), by, value: Some("spend".into()), limit: usize::MAX }.into()
    };
    let mut questions = vec![
        CountsQuestion { filter: Checked::everyone(), rules: rules.clone() }.into(),
        ValuesQuestion { column: "note".into(), limit: usize::MAX }.into(),
        ValuesQuestion { column: "few".into(), limit: 300 }.into(),
        groups(&["few", "note"], &rules[3]),
    ];
    questions.extend(rules.iter().flat_map(|rule| [groups(&["note"], rule), groups(&["few"], rule)]));
    questions
}
