//! Tests that a cancelled question is not answered.

use std::sync::mpsc;
use std::time::Duration;

use crosscut::engine::{
    Cancel, CombinationsQuestion, CountsQuestion, CoverageQuestion, Engine, EngineError, GroupsQuestion,
    MembershipsQuestion, OverlapQuestion, PageQuestion, Question, Sort, SummaryQuestion, ValuesQuestion, ask_one,
};
use crosscut::rule::{self, Checked, Context, Namespace};
use polars::prelude::*;

use super::engines::engines;

/// A base on which a large number of conditions takes long.
fn million_rows(millions: i64) -> DataFrame {
    let rows = millions << 20;
    let number = Int64Chunked::from_iter_values("n".into(), (0..rows).map(|row| row.wrapping_mul(7_919) % 1_000_003));
    let spend = Float64Chunked::from_iter_values("spend".into(), (0..rows).map(|row| (row % 9_973) as f64 / 4.0));
    let mail = StringChunked::from_iter_values("mail".into(), (0..rows).map(|row| format!("user{row}@mail.org")));
    let columns = vec![number.into_column(), spend.into_column(), mail.into_column()];
    DataFrame::new(rows as usize, columns).expect("columns of one length")
}

fn rule(engine: &impl Engine, text: &str) -> Checked {
    let names = Namespace::default();
    let today = "2026-06-30".parse().expect("a date");
    rule::check(text, &Context { schema: engine.schema(), names: &names, today }).expect("a good rule")
}

/// Enough conditions to take far longer than any test waits.
fn endless(engine: &impl Engine) -> Vec<Checked> {
    (0..2_000).map(|i| rule(engine, &format!("mail ~ '{i}.*@' AND spend * {i} > n"))).collect()
}

fn questions(filter: Checked) -> Vec<Question> {
    let by = || vec!["n".into()];
    let sort = || vec![Sort { column: "spend".into(), descending: true }];
    vec![
        SummaryQuestion { filter: filter.clone(), value: Some("spend".into()) }.into(),
        CountsQuestion { filter: filter.clone(), rules: vec![filter.clone()] }.into(),
        MembershipsQuestion { filter: filter.clone(), sets: vec![filter.clone()] }.into(),
        CoverageQuestion { filter: filter.clone(), sets: vec![filter.clone()], value: Some("spend".into()) }.into(),
        OverlapQuestion { filter: filter.clone(), rows: vec![filter.clone()], columns: vec![filter.clone()] }.into(),
        CombinationsQuestion { filter: filter.clone(), sets: vec![filter.clone()], value: None, limit: 5 }.into(),
        GroupsQuestion { filter: filter.clone(), by: by(), value: Some("spend".into()), limit: 5 }.into(),
        PageQuestion {
            filter: filter.clone(),
            columns: Vec::new(),
            sort: sort(),
            tests: Vec::new(),
            offset: 0,
            limit: 5,
        }
        .into(),
        PageQuestion { filter, columns: Vec::new(), sort: Vec::new(), tests: Vec::new(), offset: 0, limit: 5 }.into(),
        ValuesQuestion { column: "n".into(), limit: 5 }.into(),
    ]
}

#[test]
fn question_stops_when_another_thread_cancels() {
    for (name, engine) in engines(&million_rows(2)) {
        let all = endless(&engine);
        // Counts check for the cancel between rules, the others within one large filter.
        let mut asked = questions(Checked::any(&all));
        asked.pop();
        asked.push(CountsQuestion { filter: Checked::everyone(), rules: all }.into());
        for question in asked {
            let cancel = Cancel::new();
            let (told, answered) = mpsc::channel();
            std::thread::scope(|scope| {
                scope.spawn(|| told.send(ask_one(&engine, &question, &cancel).err()));
                // The work takes longer than this.
                let early = answered.recv_timeout(Duration::from_millis(20));
                assert_eq!(early, Err(mpsc::RecvTimeoutError::Timeout), "engine of {name}");
                cancel.raise();
                let stopped = answered.recv_timeout(Duration::from_secs(10));
                assert_eq!(stopped, Ok(Some(EngineError::Cancelled)), "engine of {name}: not given up");
            });
        }
    }
}

#[test]
fn question_cancelled_before_start_has_no_answer() {
    let frame = million_rows(1).slice(0, 1_000);
    for (name, engine) in engines(&frame) {
        for question in questions(rule(&engine, "n > 5")) {
            let cancel = Cancel::new();
            cancel.raise();
            let answer = ask_one(&engine, &question, &cancel);
            assert_eq!(answer, Err(EngineError::Cancelled), "engine of {name}: {question:?}");
        }
    }
}

#[test]
fn cancelled_question_leaves_next_answer_right() {
    let frame = million_rows(1);
    let expected = frame.column("n").and_then(|n| Ok(n.i64()?.iter().flatten().filter(|n| *n > 500_000).count()));
    let expected = expected.expect("a column of numbers") as u64;
    for (name, engine) in engines(&frame) {
        for _ in 0..5 {
            let cancel = Cancel::new();
            let filter = rule(&engine, "n > 500000");
            std::thread::scope(|scope| {
                scope.spawn(|| ask_one(&engine, &SummaryQuestion { filter: filter.clone(), value: None }, &cancel));
                cancel.raise();
            });
            let question = CountsQuestion { filter: filter.clone(), rules: vec![filter] };
            let answer = ask_one(&engine, &question, &Cancel::new());
            let count = crosscut::engine::CustomerCount { in_filter: expected, in_base: expected };
            assert_eq!(answer, Ok(vec![count]), "engine of {name}");
        }
    }
}
