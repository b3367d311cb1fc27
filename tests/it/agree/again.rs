//! Tests that nothing an engine caches between questions shows in its answers.

use crosscut::engine::local::LocalEngine;
use crosscut::engine::{
    Answer, CountsQuestion, Grouping, GroupsQuestion, MembershipsQuestion, PageQuestion, Question, Sort,
};
use crosscut::rule::Checked;
use polars::prelude::DataFrame;
use proptest::collection::vec;
use tempfile::TempDir;

use super::alike::difference;
use super::cases::{check, checked, sample};
use super::questions::{Shape, shapes};
use super::random::ask;
use super::rules::rules;
use super::tables::{Dice, Nulls, Recipe};
use super::{engines, files, plain};

const TABLE: Recipe = Recipe { rows: 1_000, nulls: Nulls::Some, seed: 11 };

/// Questions that share their rules in many ways, with the answers of plain polars.
fn questions() -> Vec<(Question, Answer)> {
    let frame = TABLE.frame();
    let texts = sample(12, &rules());
    let shapes = sample(60, &(shapes(), vec(0..texts.len(), 1..5)));
    let question = |(shape, picked): (Shape, Vec<usize>)| {
        let texts: Vec<String> = picked.into_iter().map(|i| texts[i].clone()).collect();
        let question = shape.about(&checked(&texts).into_iter().map(|(_, rule)| rule).collect::<Vec<_>>());
        let answer = plain::answer(&frame, &question).expect("polars can say it");
        (question, answer)
    };
    shapes.into_iter().map(question).chain(almost_the_same(&frame)).collect()
}

/// Questions that a cache could easily confuse.
fn almost_the_same(frame: &DataFrame) -> Vec<(Question, Answer)> {
    let texts = [
        "note = 'a'",
        "note = 'A'",
        "mail = 'a'",
        "note LIKE 'a%'",
        "note LIKE 'A%'",
        "note ILIKE 'A%'",
        "note LIKE '%a'",
        "country = 'US'",
        "country = 'us'",
        "few > 1",
        "few >= 1",
        "few > 1.5",
        "NOT few > 1",
        "as8 > 1",
        "as16 > 1",
        "\"few\" > 1 AND as8 > 1",
        "few > 1 OR as8 > 1",
        "score = 0.0",
        "round = 0.0",
        "d > '1970-01-01'",
        "ts > '1970-01-01'",
    ];
    let rules: Vec<Checked> = texts.iter().map(|text| check(text).expect("a good rule")).collect();
    let mut questions: Vec<Question> = vec![
        CountsQuestion { filter: Checked::everyone(), rules: rules.clone() }.into(),
        CountsQuestion { filter: rules[9].clone(), rules: rules.clone() }.into(),
        MembershipsQuestion { filter: Checked::everyone(), sets: rules.clone() }.into(),
    ];
    for (column, descending) in ["few", "note"].into_iter().flat_map(|column| [(column, false), (column, true)]) {
        let sort = vec![Sort { column: column.into(), descending }];
        let columns = vec!["id".into(), column.into()];
        questions.push(
            PageQuestion { filter: Checked::everyone(), columns, sort, tests: Vec::new(), offset: 7, limit: 40 }.into(),
        );
    }
    for (by, value) in [
        (vec!["few"], None),
        (vec!["few"], Some("spend")),
        (vec!["few"], Some("few")),
        (vec!["plan"], Some("spend")),
        (vec!["few", "plan"], None),
        (vec!["plan", "few"], None),
        (vec!["plan", "active"], Some("score")),
    ] {
        let by: Vec<Grouping> = by.into_iter().map(Grouping::from).collect();
        for filter in [&rules[7], &rules[9]] {
            let value = value.map(str::to_owned);
            questions.push(GroupsQuestion { filter: filter.clone(), by: by.clone(), value, limit: 30 }.into());
        }
    }
    let answer = |question: &Question| plain::answer(frame, question).expect("polars can say it");
    questions.into_iter().map(|question| (question.clone(), answer(&question))).collect()
}

/// Asks all of them in a different order for each `order`.
fn ask_all(engine: &LocalEngine, questions: &[(Question, Answer)], order: u64) -> Result<(), String> {
    let mut order_of = Dice(order);
    let mut shuffled: Vec<_> = questions.iter().map(|question| (order_of.next(), question)).collect();
    shuffled.sort_by_key(|(place, _)| *place);
    for (_, (question, expected)) in shuffled {
        if let Some(how) = difference(&ask(engine, question)?, expected) {
            return Err(format!("{question:?} in order {order}:\n{how}"));
        }
    }
    Ok(())
}

/// Engines on the table in memory and in the folder's files.
fn many_bases(folder: &TempDir) -> Vec<(String, LocalEngine)> {
    let mut all = engines::engines(&TABLE.frame());
    for (file, base) in files::bases(&TABLE.as_written(), folder.path()) {
        all.extend(engines::engines_on(&base).into_iter().map(|(name, engine)| (format!("{file}, {name}"), engine)));
    }
    all
}

#[test]
fn question_order_changes_no_answer() {
    let (questions, folder) = (questions(), tempfile::tempdir().expect("a temporary folder"));
    for (name, engine) in many_bases(&folder) {
        for order in 0..3 {
            ask_all(&engine, &questions, order).unwrap_or_else(|how| panic!("engine of {name}: {how}"));
        }
    }
}

#[test]
fn concurrent_questions_change_no_answer() {
    let (questions, folder) = (questions(), tempfile::tempdir().expect("a temporary folder"));
    for (name, engine) in many_bases(&folder) {
        std::thread::scope(|scope| {
            let asking = (0..4).map(|order| {
                scope.spawn({
                    let (engine, questions) = (&engine, &questions);
                    move || ask_all(engine, questions, order)
                })
            });
            for asked in Vec::from_iter(asking) {
                asked.join().expect("no panic").unwrap_or_else(|how| panic!("engine of {name}: {how}"));
            }
        });
    }
}
