//! Statements that fail, are retried, or are cancelled.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use crosscut::engine::sql::SqlEngine;
use crosscut::engine::{
    Answer, Cancel, CountsQuestion, CustomerCount, Engine, EngineError, PageQuestion, Personas, Question, Summary,
    SummaryQuestion, ValuesQuestion, ask_each, ask_one,
};
use crosscut::insight::each_count::EachCountInquiry;
use crosscut::insight::inquiry::Inquiry;
use crosscut::rule::Checked;
use crosscut::rule::print::SqlDialect;
use crosscut::session::drive;

use super::canned::{Canned, listed, row};
use crate::rules::check;

fn summary(engine: &SqlEngine, text: &str) -> Question {
    SummaryQuestion { filter: check(engine, text).expect("a good rule"), value: None }.into()
}

fn counted(customers: u64) -> Result<Answer, EngineError> {
    Ok(Answer::Summary(Summary { customers, base: 1_000_000, value: None }))
}

#[test]
fn failing_question_is_retried_alone_and_others_are_answered() {
    let canned = Canned::new(SqlDialect::DuckDb, |statement, _| match statement {
        all if all.contains("\"n1\"") && all.contains("\"n2\"") => Err(EngineError::Failed("all of it failed".into())),
        bad if bad.contains("\"n2\"") => Err(EngineError::Failed("n2 is broken".into())),
        _ => Ok(row(&[7])),
    });
    let engine = canned.engine();
    let questions = ["n1 > 1", "n2 > 1", "n3 > 1"].map(|text| summary(&engine, text));
    let answers = ask_each(&engine, &questions, &Cancel::new());
    assert_eq!(answers, [counted(7), Err(EngineError::Failed("n2 is broken".into())), counted(7)]);
    assert_eq!(canned.log.lock().expect("no panic").len(), 1 + 1 + 3);
}

#[test]
fn column_dropped_meanwhile_is_named() {
    let canned = Canned::new(SqlDialect::Postgres, |_, _| Err(EngineError::Failed("42703 undefined_column".into())));
    let engine = canned.engine();
    *canned.dropped.lock().expect("no panic") = Some("n1".into());
    let answers = ask_each(&engine, &[summary(&engine, "n1 > 1")], &Cancel::new());
    let why = answers[0].as_ref().map_err(ToString::to_string);
    let expected = "crm.customers has changed since it was opened: it has no column \"n1\" any more; open it again";
    assert_eq!(why.err().as_deref(), Some(expected));
}

#[test]
fn base_grown_meanwhile_is_error() {
    let canned = Canned::new(SqlDialect::Postgres, |statement, _| {
        Ok(if statement.contains(" WHERE ") { row(&[7]) } else { row(&[9, 1_000_001]) })
    });
    let engine = canned.engine();
    let rule = |text: &str| check(&engine, text).expect("a good rule");
    let counts = CountsQuestion { filter: rule("n1 > 1"), rules: vec![rule("n2 > 1")] };
    let error = ask_one(&engine, &counts, &Cancel::new()).expect_err("the base has changed");
    let expected = "the base has changed since it was opened: 1000001 customers instead of 1000000; open it again";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn failing_segment_is_found_by_halving_and_others_are_counted() {
    let canned = Canned::new(SqlDialect::DuckDb, |statement, _| match statement {
        bad if bad.contains("\"n6\"") => Err(EngineError::Failed("n6 is broken".into())),
        // One figure per rule, as there is no filter, and the customers of the base.
        good => {
            let rules = (0..15).filter(|n| good.contains(&format!("\"n{n}\""))).count();
            Ok(row(&[vec![7; rules], vec![1_000_000]].concat()))
        }
    });
    let engine = canned.engine();
    let rules = (0..15).map(|n| check(&engine, &format!("n{n} > 1")).expect("a good rule")).collect();
    let mut counts = EachCountInquiry::new(Checked::everyone(), rules);
    drive(&engine, &Personas::default(), &mut counts, &Cancel::new()).expect("not cancelled");
    let counts = counts.result().get().expect("counts");
    let failed: Vec<usize> = (0..15).filter(|n| counts[*n].is_err()).collect();
    assert_eq!((failed, &counts[6]), (vec![6], &Err("n6 is broken".to_owned())));
    // The first, then halves of 15 down to one: far fewer than one for each rule.
    assert!(canned.log.lock().expect("no panic").len() <= 1 + 1 + 2 * 4);
}

#[test]
fn lost_connection_is_not_retried_for_each_question() {
    let canned = Canned::new(SqlDialect::DuckDb, |_, _| Err(EngineError::Lost("the wire was cut".into())));
    let engine = canned.engine();
    let questions = ["n1 > 1", "n2 > 1", "n3 > 1"].map(|text| summary(&engine, text));
    let answers = ask_each(&engine, &questions, &Cancel::new());
    assert!(answers.iter().all(|answer| matches!(answer, Err(EngineError::Lost(_)))), "{answers:?}");
    assert_eq!(canned.log.lock().expect("no panic").len(), 1 + 1);
}

#[test]
fn refused_rule_leaves_other_rules_answered() {
    let engine = Canned::new(SqlDialect::Postgres, |_, _| Ok(listed("7,7", &[1_000_000]))).engine();
    let questions = ["n1 > 1", "spend % 7.5e0 > 1", "n3 > 1"].map(|text| summary(&engine, text));
    let answers = ask_each(&engine, &questions, &Cancel::new());
    assert_eq!([&answers[0], &answers[2]], [&counted(7), &counted(7)]);
    let Err(EngineError::Unsupported { what, way_out }) = &answers[1] else { panic!("{:?}", answers[1]) };
    assert_eq!(what, "\"spend\" % 7.5e0");
    assert_eq!(way_out, "PostgreSQL has no remainder of floats: CAST them AS DECIMAL");
}

#[test]
fn same_question_is_answered_from_memory() {
    let canned = Canned::new(SqlDialect::DuckDb, |_, _| Ok(row(&[7])));
    let engine = canned.engine();
    let question = summary(&engine, "n1 > 1");
    for _ in 0..3 {
        assert_eq!(ask_each(&engine, std::slice::from_ref(&question), &Cancel::new()), [counted(7)]);
    }
    assert_eq!(canned.log.lock().expect("no panic").len(), 1 + 1);
}

#[test]
fn equal_conditions_are_evaluated_once() {
    let canned = Canned::new(SqlDialect::DuckDb, |statement, _| {
        Ok(if statement.contains(" WHERE ") { row(&[7]) } else { row(&[9, 1_000_000]) })
    });
    let engine = canned.engine();
    let rule = |text: &str| check(&engine, text).expect("a good rule");
    let rules = vec![rule("n1 > 1 AND n2 > 2"), rule("n2 > 2 AND n1 > 1")];
    let question = CountsQuestion { filter: rule("n3 = 1"), rules };
    let counts = ask_one(&engine, &question, &Cancel::new()).expect("counts");
    assert_eq!(counts, [CustomerCount { in_filter: 7, in_base: 9 }; 2]);
    let statements = canned.log.lock().expect("no panic")[1..].to_vec();
    assert_eq!(statements.len(), 2, "{statements:?}");
    for statement in statements {
        assert_eq!(statement.matches("CASE WHEN").count(), 1, "{statement}");
    }
}

#[test]
fn cancelled_questions_are_answered_promptly() {
    let (started, has_started) = mpsc::channel();
    let canned = Canned::new(SqlDialect::DuckDb, move |_, cancel| {
        started.send(()).unwrap_or_default();
        assert!(cancel.wait(Duration::from_secs(20)), "the statement is cancelled");
        Err(EngineError::Cancelled)
    });
    let engine = canned.engine();
    let values = |column: &str| ValuesQuestion { column: column.into(), limit: 3 }.into();
    let questions = [summary(&engine, "n1 > 1"), values("plan"), values("country")];
    let (cancel, began) = (Cancel::new(), Instant::now());
    let answers = std::thread::scope(|scope| {
        let asked = scope.spawn(|| ask_each(&engine, &questions, &cancel));
        has_started.recv().expect("a statement is under way");
        let status = engine.status();
        assert!(status.in_flight >= 1);
        let what = status.activity.map(|activity| activity.what).expect("what is under way");
        assert!(what.contains("statement") && what.ends_with("on canned"), "{what}");
        cancel.raise();
        asked.join().expect("no panic")
    });
    assert!(answers.iter().all(|answer| *answer == Err(EngineError::Cancelled)), "{answers:?}");
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(engine.status().in_flight, 0);
}

#[test]
fn answer_with_missing_rows_is_error() {
    let engine = Canned::new(SqlDialect::DuckDb, |_, _| {
        let one = row(&[7]);
        Ok(crosscut::engine::sql::Batches { batches: Vec::new(), ..one })
    })
    .engine();
    let answers = ask_each(&engine, &[summary(&engine, "n1 > 1")], &Cancel::new());
    let Err(EngineError::Failed(why)) = &answers[0] else { panic!("{answers:?}") };
    assert_eq!(why, "the engine answered with 0 rows of sums, not one");
}

#[test]
fn page_beyond_last_customer_asks_for_no_rows() {
    let canned = Canned::new(SqlDialect::DuckDb, |_, _| Ok(row(&[7, 1_000_000])));
    let engine = canned.engine();
    let question = PageQuestion {
        filter: Checked::everyone(),
        columns: vec!["id".into()],
        sort: Vec::new(),
        tests: Vec::new(),
        offset: 1 << 40,
        limit: 10,
    };
    let page = ask_one(&engine, &question, &Cancel::new()).expect("a page");
    assert_eq!((page.rows.len(), page.total, page.offset), (0, 7, 1 << 40));
    assert_eq!(canned.log.lock().expect("no panic").len(), 1 + 1);
}
