//! Random questions about random tables.

use std::collections::BTreeSet;
use std::path::Path;

use crosscut::engine::local::LocalEngine;
use crosscut::engine::sql::{RemoteBase, SqlEngine};
use crosscut::engine::{
    Cancel, ContrastQuestion, EngineError, Grouping, GroupsQuestion, Personas, ProfileQuestion, Question, ask_each,
};
use crosscut::model::{Cut, DateUnit, PERSONA};
use crosscut::rule::Checked;
use crosscut::rule::print::SqlDialect;
use polars::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::alike::wrong;
use super::database::{TestConnection, columns_of};
use crate::agree::cases::{checked, run};
use crate::agree::engines::base_of;
use crate::agree::files::whole_parquet;
use crate::agree::questions::{Shape, shapes};
use crate::agree::rules::rules;
use crate::agree::tables::{Recipe, tables};

/// Columns with types that databases store differently or not at all.
const LEFT_OUT: [&str; 3] = ["clock", "took", "tags"];

/// Microseconds of the earliest timestamp in Python, which runs the statements: 0001-01-01.
const FIRST_MOMENT: i64 = -62_135_596_800_000_000;

/// The table without values that a database cannot store: odd types, 32-bit floats, the character NUL and timestamps
/// before year 1.
fn settled(frame: &DataFrame) -> DataFrame {
    let kept = frame.columns().iter().filter(|column| !LEFT_OUT.contains(&column.name().as_str()));
    let columns = kept.map(|column| match column.dtype() {
        DataType::Float32 => column.cast(&DataType::Float64).expect("floats"),
        DataType::String => {
            let texts = column.str().expect("texts").apply_values(|text| text.replace('\0', "x").into());
            texts.into_column()
        }
        DataType::Datetime(..) => {
            let moments = column.cast(&DataType::Int64).expect("whole numbers");
            let moments = moments.i64().expect("whole numbers").apply_values(|at| at.max(FIRST_MOMENT));
            moments.into_column().cast(column.dtype()).expect("moments")
        }
        _ => column.clone(),
    });
    DataFrame::new(frame.height(), columns.collect()).expect("columns of one length")
}

/// Both engines on one table: the local one and the one over SQL.
fn engines(connection: &mut TestConnection, recipe: &Recipe, folder: &Path) -> (LocalEngine, SqlEngine) {
    let path = whole_parquet(&settled(&recipe.as_written()), folder, 1_000);
    let mut base = base_of(settled(&recipe.frame()));
    base.key = Some("id".into());
    connection.load(&[("base", path, columns_of(&base.schema))]);
    let table = RemoteBase { table: "base".into(), key: Some("id".into()), ..RemoteBase::default() };
    let remote = SqlEngine::open(Box::new(connection.clone()), &table, &Cancel::new()).expect("a good base");
    (LocalEngine::new(base), remote)
}

/// A question that `agree` does not ask.
#[derive(Debug, Clone)]
enum More {
    Profile(String),
    Contrast(String, bool),
    Cut(Vec<Grouping>),
}

impl More {
    fn about(&self, rules: &[Checked]) -> Question {
        let rule = |at: usize| rules.get(at).cloned().unwrap_or(Checked::everyone());
        match self {
            More::Profile(column) => ProfileQuestion { filter: rule(0), column: column.clone(), bins: 12 }.into(),
            More::Contrast(column, both) => {
                let outside = both.then(|| rule(1));
                ContrastQuestion { inside: rule(0), outside, column: column.clone(), limit: 7 }.into()
            }
            More::Cut(by) => {
                let value = Some("spend".to_owned());
                GroupsQuestion { filter: rule(0), by: by.clone(), value, limit: 9 }.into()
            }
        }
    }
}

fn columns() -> impl Strategy<Value = String> {
    let names: Vec<String> = crate::agree::fields::fields().iter().map(|field| field.name.to_owned()).collect();
    select(names.into_iter().filter(|name| !LEFT_OUT.contains(&name.as_str())).collect::<Vec<_>>())
}

fn more() -> impl Strategy<Value = More> {
    let units = select(DateUnit::ALL.to_vec());
    let dates = (select(vec!["d", "ts"]), units).prop_filter_map("dates have no hour", |(column, unit)| {
        let by = Grouping { column: column.into(), cut: Cut::Dates(unit) };
        (column == "ts" || unit != DateUnit::Hour).then_some(by)
    });
    let points = prop_oneof![
        Just(vec![0.0]),
        Just(vec![-1.5, 0.0, 0.1, 2.5]),
        Just(vec![-1e300, 1.0, 127.0, 1e15]),
        Just(vec![19_000.0, 20_633.5]),
    ];
    let numbers = select(vec!["spend", "score", "n", "big", "u64", "tiny", "d", "balance", "ts"]);
    let breaks =
        (numbers, points).prop_map(|(column, points)| Grouping { column: column.into(), cut: Cut::Breaks(points) });
    let by =
        prop_oneof![2 => dates, 2 => breaks, 1 => Just(Grouping::from("plan")), 1 => Just(Grouping::from(PERSONA))];
    prop_oneof![
        3 => columns().prop_map(More::Profile),
        3 => (columns(), any::<bool>()).prop_map(|(column, both)| More::Contrast(column, both)),
        2 => vec(by, 1..3).prop_map(More::Cut),
    ]
}

fn is_held(rule: &Checked) -> bool {
    rule.columns().iter().all(|column| !LEFT_OUT.contains(&column.as_str()))
}

fn read(texts: &[String]) -> Vec<Checked> {
    checked(texts).into_iter().map(|(_, rule)| rule).filter(is_held).collect()
}

fn names_what_is_left_out(question: &Question) -> bool {
    let text = format!("{question:?}");
    LEFT_OUT.iter().any(|column| text.contains(&format!("{column:?}")))
}

fn agrees(dialect: SqlDialect) {
    let Some(connection) = TestConnection::start(dialect) else { return };
    let asked =
        (vec((vec(rules(), 0..6), shapes()), 1..8), vec((vec(rules(), 0..3), more()), 1..8), vec(rules(), 0..4));
    let counted = std::sync::Mutex::new((0, BTreeSet::new()));
    run(40, &(tables(), asked), |(recipe, (plain, more, personas))| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (local, remote) = engines(&mut connection.clone(), &recipe, folder.path());
        let personas = read(&personas).into_iter().enumerate().map(|(at, rule)| (format!("p{at}"), rule)).collect();
        let personas = Personas::new(personas);
        let shape = |(texts, shape): &(Vec<String>, Shape)| shape.about(&read(texts));
        let more = more.iter().map(|(texts, more)| more.about(&read(texts)));
        let questions: Vec<Question> = plain
            .iter()
            .map(shape)
            .chain(more)
            .filter(|question| !names_what_is_left_out(question))
            .map(|question| question.with_personas(&personas))
            .collect();
        let answers = ask_each(&remote, &questions, &Cancel::new());
        let expected = ask_each(&local, &questions, &Cancel::new());
        let mut counted = counted.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        for ((question, answer), expected) in questions.iter().zip(&answers).zip(&expected) {
            counted.0 += 1;
            if let Err(EngineError::Unsupported { what, way_out }) = answer {
                counted.1.insert(format!("{what}: {way_out}"));
            }
            if let Some(how) = wrong(question, answer, expected) {
                return Err(how);
            }
        }
        Ok(())
    });
    let (asked, refused) = counted.into_inner().expect("no panic");
    eprintln!("{dialect}: {asked} questions, {} refusals:\n{}", refused.len(), Vec::from_iter(refused).join("\n"));
}

#[test]
fn random_questions_are_answered_like_local_on_duckdb() {
    agrees(SqlDialect::DuckDb);
}

#[test]
fn random_questions_are_answered_like_local_on_postgres() {
    agrees(SqlDialect::Postgres);
}

#[test]
#[ignore = "starts Spark, and takes minutes"]
fn random_questions_are_answered_like_local_on_spark() {
    agrees(SqlDialect::Spark);
}
