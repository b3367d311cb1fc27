//! Tests that questions asked in one batch have the same answers as when asked alone.

use crosscut::engine::local::LocalEngine;
use crosscut::engine::{
    Answer, Cancel, CountsQuestion, Engine, EngineError, Grouping, GroupsQuestion, PageQuestion, Personas, Question,
    SummaryQuestion, ValuesQuestion, ask_each, ask_one,
};
use crosscut::model::{Datum, PERSONA};
use crosscut::rule::{self, Checked, Context, Namespace};
use polars::prelude::*;

use super::engines::engines;

fn base() -> DataFrame {
    let number = Int64Chunked::from_iter_values("n".into(), 0..1_000);
    let plan = StringChunked::from_iter_values("plan".into(), (0..1_000).map(|row| ["free", "pro"][row % 2]));
    DataFrame::new(1_000, vec![number.into_column(), plan.into_column()]).expect("columns of one length")
}

/// Checks a rule that may name the column of the personas.
fn rule(engine: &LocalEngine, text: &str) -> Checked {
    let (schema, names) = (engine.schema().clone().with_personas(true), Namespace::default());
    let today = "2026-06-30".parse().expect("a date");
    rule::check(text, &Context { schema: &schema, names: &names, today }).expect("a good rule")
}

fn summary(filter: Checked) -> Question {
    SummaryQuestion { filter, value: Some("n".into()) }.into()
}

fn questions(engine: &LocalEngine) -> Vec<Question> {
    let (filter, other) = (rule(engine, "n < 700 AND plan = 'pro'"), rule(engine, "n > 100"));
    vec![
        summary(filter.clone()),
        CountsQuestion { filter: filter.clone(), rules: vec![other.clone(), filter.clone()] }.into(),
        GroupsQuestion { filter: filter.clone(), by: vec!["plan".into()], value: None, limit: 9 }.into(),
        ValuesQuestion { column: "plan".into(), limit: 9 }.into(),
        summary(other),
        PageQuestion { filter, columns: vec!["n".into()], sort: Vec::new(), tests: Vec::new(), offset: 5, limit: 3 }
            .into(),
    ]
}

#[test]
fn batch_returns_answers_by_question_index() {
    for (name, engine) in engines(&base()) {
        let questions = questions(&engine);
        let alone: Vec<_> = questions.iter().map(|question| ask_one(&engine, question, &Cancel::new())).collect();
        assert!(alone.iter().all(Result::is_ok), "{alone:?}");
        let mut order = Vec::new();
        let mut answers = Vec::new();
        engine.ask(&questions, &Cancel::new(), &mut |at, answer| {
            order.push(at);
            answers.push(answer);
        });
        assert_eq!(order, [0, 1, 2, 3, 4, 5], "engine of {name}");
        assert_eq!(answers, alone, "engine of {name}");
    }
}

#[test]
fn failed_question_leaves_batch_answered() {
    for (name, engine) in engines(&base()) {
        let mut questions = questions(&engine);
        questions.insert(1, ValuesQuestion { column: "nowhere".into(), limit: 5 }.into());
        let answers = ask_each(&engine, &questions, &Cancel::new());
        let failed: Vec<bool> = answers.iter().map(Result::is_err).collect();
        assert_eq!(failed, [false, true, false, false, false, false, false], "engine of {name}: {answers:?}");
        assert!(matches!(answers[1], Err(EngineError::Failed(_))));
    }
}

#[test]
fn batch_cancelled_halfway_answers_rest_as_cancelled() {
    for (name, engine) in engines(&base()) {
        let cancel = Cancel::new();
        let mut answers: Vec<(usize, Result<Answer, EngineError>)> = Vec::new();
        engine.ask(&questions(&engine), &cancel, &mut |at, answer| {
            answers.push((at, answer));
            if at == 1 {
                cancel.raise();
            }
        });
        let places: Vec<usize> = answers.iter().map(|(at, _)| *at).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5], "engine of {name}");
        let is_cancelled = |answer: &Result<Answer, EngineError>| *answer == Err(EngineError::Cancelled);
        let cancelled: Vec<bool> = answers.iter().map(|(_, answer)| is_cancelled(answer)).collect();
        assert_eq!(cancelled, [false, false, true, true, true, true], "engine of {name}");
    }
}

/// Two sets of personas share their names; a batch must not mix up their answers.
#[test]
fn question_uses_its_own_personas() {
    for (name, engine) in engines(&base()) {
        let few = Personas::new(vec![("ann".into(), rule(&engine, "n < 10")), ("bob".into(), rule(&engine, "n < 30"))]);
        let many =
            Personas::new(vec![("bob".into(), rule(&engine, "n < 200")), ("ann".into(), rule(&engine, "n < 500"))]);
        let filter = rule(&engine, "persona = 'ann'");
        let by_rule = Question::from(SummaryQuestion { filter: filter.clone(), value: None });
        let by = vec![Grouping::from(PERSONA)];
        let groups = Question::from(GroupsQuestion { filter: Checked::everyone(), by, value: None, limit: 9 });
        let asked = [
            by_rule.clone().with_personas(&few),
            by_rule.clone().with_personas(&many),
            groups.clone().with_personas(&few),
            groups.with_personas(&many),
            by_rule,
        ];
        // Twice: the second answers come from the cache.
        for _ in 0..2 {
            let answers = ask_each(&engine, &asked, &Cancel::new());
            let found: Vec<_> = answers.into_iter().map(|answer| counted(answer.expect("an answer"))).collect();
            let [few_rule, many_rule, few_groups, many_groups, nobody] = &found[..] else { panic!("{found:?}") };
            assert_eq!(few_rule, &[("".to_owned(), 10)], "engine of {name}");
            assert_eq!(many_rule, &[("".to_owned(), 300)], "engine of {name}");
            let group = |id: &str, count| (id.to_owned(), count);
            assert_eq!(few_groups, &[group("", 970), group("bob", 20), group("ann", 10)], "engine of {name}");
            assert_eq!(many_groups, &[group("", 500), group("ann", 300), group("bob", 200)], "engine of {name}");
            assert_eq!(nobody, &[("".to_owned(), 0)], "engine of {name}: without personas everyone is in none");
        }
    }
}

/// Customers by group name; the empty name holds the filter's count and those in no persona.
fn counted(answer: Answer) -> Vec<(String, u64)> {
    match answer {
        Answer::Summary(summary) => vec![(String::new(), summary.customers)],
        Answer::Groups(groups) => {
            let name = |key: &Datum| key.text().unwrap_or_default().to_owned();
            groups.groups.iter().map(|group| (name(&group.key[0]), group.customers.in_filter)).collect()
        }
        other => panic!("{other:?}"),
    }
}
