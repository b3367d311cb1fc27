//! The tables of the rule cases: every case as a rule, and all kinds of questions about every column, with cases as
//! filters.

use std::collections::{BTreeMap, BTreeSet};

use crosscut::engine::local::LocalEngine;
use crosscut::engine::sql::{RemoteBase, RemoteTable, SqlEngine};
use crosscut::engine::{
    Answer, Cancel, CombinationsQuestion, ContrastQuestion, CountsQuestion, CoverageQuestion, Engine, EngineError,
    EventsQuestion, FindQuestion, Grouping, GroupsQuestion, MembershipsQuestion, OverlapQuestion, PageQuestion,
    ProfileQuestion, QuantilesQuestion, Question, Sort, SummaryQuestion, ValuesQuestion, VoicesQuestion, ask_each,
};
use crosscut::model::TableColumns;
use crosscut::rule::print::SqlDialect;
use crosscut::rule::{self, Checked, Context, Namespace};

use super::alike::wrong;
use super::database::{TestConnection, columns_of};
use crate::rules::cases::{Case, cases};
use crate::rules::{base, check, folder, today, with_visits};

/// Column of 32-bit floats, whose digits a database does not keep.
const REAL: &str = "cents";
/// Columns that a study defines.
const DEFINED: [(&str, &str); 3] =
    [("visited_often", "visits.count() > 3"), ("minutes_in_all", "visits.sum(minutes)"), ("spend_each", "spend / n")];
/// Expressions used as columns.
const EXPRESSIONS: [&str; 4] = ["visits.count('90 days')", "visits.max(amount)", "lower(country)", "top(spend, 10)"];

fn local() -> LocalEngine {
    with_visits(LocalEngine::new(base()))
}

/// The engine over SQL and the local engine, with the same columns.
fn engines(dialect: SqlDialect) -> Option<(SqlEngine, LocalEngine, TestConnection)> {
    let mut connection = TestConnection::start(dialect)?;
    let plain = local();
    let visits = &plain.schema().events("visits").expect("the visits").schema;
    connection.load(&[
        ("base", folder().join("base.parquet"), columns_of(plain.schema())),
        ("visits", folder().join("visits.parquet"), columns_of(visits)),
    ]);
    let key = |name: &str| Some(name.to_owned());
    let columns = TableColumns { key: key("customer_id"), date: key("visited"), ..TableColumns::default() };
    let visits = RemoteTable { name: "visits".into(), table: "visits".into(), columns, order: key("seq") };
    let defined = DEFINED.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let remote = RemoteBase {
        table: "base".into(),
        key: key("id"),
        tables: vec![visits],
        columns: defined.into(),
        masked: Vec::new(),
        masked_in_rules: Vec::new(),
        lists: crosscut::model::FileLists::default(),
        today: today(),
    };
    let remote = SqlEngine::open(Box::new(connection.clone()), &remote, &Cancel::new()).expect("a good base");
    Some((remote, with_definitions(), connection))
}

/// The local engine with the defined columns.
fn with_definitions() -> LocalEngine {
    let columns =
        TableColumns { key: Some("customer_id".into()), date: Some("visited".into()), ..TableColumns::default() };
    let path = folder().join("visits.parquet").to_str().expect("a path in UTF-8").to_owned();
    let source = crosscut::data::EventSource { name: "visits".into(), path, columns, ..Default::default() };
    let visits = crosscut::data::load_events(&source, Some("id"), &|| false).expect("the visits");
    let defined: BTreeMap<String, String> = DEFINED.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    LocalEngine::new(base()).with_events(vec![visits], &defined, &[], today()).expect("a base with a key")
}

/// Returns true if the databases have to agree on the case; see the exceptions in `conformance::printed`.
fn is_held(dialect: SqlDialect, case: &Case, rule: &Checked) -> bool {
    let overflows = dialect == SqlDialect::Postgres && case.rule.contains("/ edge");
    !overflows && !rule.columns().contains(REAL)
}

fn counts_cases(dialect: SqlDialect) {
    let Some((remote, local, connection)) = engines(dialect) else { return };
    let mut asked = Vec::new();
    for case in cases() {
        // A line break ends a trailing comment.
        let forms = [case.rule.clone(), format!("NOT ({}\n)", case.rule), format!("({}\n) IS NULL", case.rule)];
        let rules = forms.map(|text| check(&local, &text).expect("a good rule"));
        if is_held(dialect, case, &rules[0]) {
            let question = CountsQuestion { filter: Checked::everyone(), rules: rules.into() };
            asked.push((case, Question::from(question)));
        }
    }
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for batch in asked.chunks(120) {
        let questions: Vec<Question> = batch.iter().map(|(_, question)| question.clone()).collect();
        for ((case, _), answer) in batch.iter().zip(ask_each(&remote, &questions, &Cancel::new())) {
            match answer {
                Ok(Answer::Counts(counts)) if [0, 1, 2].map(|n: usize| counts[n].in_base) == case.counts => {}
                Err(EngineError::Unsupported { .. }) => refused += 1,
                other => wrong.push(format!("{}: {}: {other:?}, expected {:?}", case.place, case.rule, case.counts)),
            }
        }
    }
    let statements = connection.log.lock().expect("no panic").len();
    eprintln!("{dialect}: {} cases, {refused} refused, {statements} statements", asked.len());
    assert!(wrong.is_empty(), "{} are wrong on {dialect}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(asked.len() > 1_200 && refused * 10 < asked.len(), "{refused} of {} are refused", asked.len());
    assert!(statements < 60, "{statements} statements");
}

#[test]
fn rule_cases_count_alike_on_duckdb() {
    counts_cases(SqlDialect::DuckDb);
}

#[test]
fn rule_cases_count_alike_on_postgres() {
    counts_cases(SqlDialect::Postgres);
}

/// Questions of every kind, about every column.
fn questions(local: &LocalEngine, filter: &Checked, sets: &[Checked], at: usize) -> Vec<Question> {
    let filter = || filter.clone();
    let value = Some(["spend", "price", "big", "minutes_in_all"][at % 4].to_owned());
    let mut columns: Vec<String> = local.schema().columns().iter().map(|column| column.name.clone()).collect();
    columns.retain(|column| column != REAL);
    columns.extend(EXPRESSIONS.map(str::to_owned));
    let mut all: Vec<Question> = vec![
        SummaryQuestion { filter: filter(), value: value.clone() }.into(),
        CountsQuestion { filter: filter(), rules: sets.to_vec() }.into(),
        MembershipsQuestion { filter: filter(), sets: sets.to_vec() }.into(),
        CoverageQuestion { filter: filter(), sets: sets.to_vec(), value: value.clone() }.into(),
        OverlapQuestion { filter: filter(), rows: sets[..2].to_vec(), columns: sets[1..].to_vec() }.into(),
        CombinationsQuestion { filter: filter(), sets: sets.to_vec(), value: value.clone(), limit: 3 }.into(),
        PageQuestion {
            filter: filter(),
            columns: columns.clone(),
            sort: Vec::new(),
            tests: Vec::new(),
            offset: at as u64,
            limit: 20,
        }
        .into(),
    ];
    for by in [None, Some("kind"), Some("amount"), Some("paid"), Some("minutes"), Some("visited")] {
        for separator in [None, Some("o")].into_iter().take(if by == Some("kind") { 2 } else { 1 }) {
            let (by, separator) = (by.map(str::to_owned), separator.map(str::to_owned));
            let (table, limit) = ("visits".to_owned(), if at.is_multiple_of(3) { 2 } else { 50 });
            all.push(VoicesQuestion { table, filter: filter(), sets: sets.to_vec(), by, separator, limit }.into());
        }
    }
    let visits = &local.schema().events("visits").expect("the visits").schema;
    let cx = Context { schema: visits, names: &Namespace::default(), today: today() };
    for text in ["", "minutes > 30 AND paid", "kind LIKE '%o%' OR amount IS NULL"] {
        let rows = rule::check(text, &cx).expect("a good rule");
        let columns = visits.columns().iter().map(|column| column.name.clone()).collect();
        all.push(EventsQuestion { table: "visits".into(), rows, filter: filter(), columns, limit: 25 }.into());
    }
    for (n, column) in columns.iter().enumerate() {
        let name = || column.clone();
        all.push(ProfileQuestion { filter: filter(), column: name(), bins: 9 }.into());
        let outside = sets.get(n % 4).cloned();
        all.push(ContrastQuestion { inside: filter(), outside, column: name(), limit: 6 }.into());
        all.push(
            GroupsQuestion { filter: filter(), by: vec![Grouping::from(name())], value: value.clone(), limit: 8 }
                .into(),
        );
        all.push(ValuesQuestion { column: name(), limit: 5 }.into());
        let mut sort = vec![Sort { column: name(), descending: (n + at).is_multiple_of(2) }];
        // The next column decides among equal values.
        sort.push(Sort { column: columns[(n + 1) % columns.len()].clone(), descending: n.is_multiple_of(3) });
        let shown = vec!["id".into(), name()];
        for backwards in [false, true] {
            let (rule, sort, from) = (sets[n % sets.len()].clone(), sort.clone(), 3 * n as u64);
            all.push(FindQuestion { filter: filter(), rule, sort, from, backwards }.into());
        }
        all.push(
            PageQuestion { filter: filter(), columns: shown, sort, tests: sets.to_vec(), offset: 3, limit: 30 }.into(),
        );
        all.push(QuantilesQuestion { filter: filter(), column: name(), shares: vec![0.0, 0.07, 0.5, 0.9, 1.0] }.into());
    }
    // Every second time with what decides whether a sum may be shown.
    all.into_iter().map(|question| Question { is_guarded: at.is_multiple_of(2), ..question }).collect()
}

/// Uses every `step`-th case as a filter.
fn answers_all_kinds(dialect: SqlDialect, step: usize) {
    let Some((remote, local, connection)) = engines(dialect) else { return };
    let held = |case: &&Case| check(&local, &case.rule).is_ok_and(|rule| is_held(dialect, case, &rule));
    let mut rules: Vec<Checked> =
        cases().iter().filter(held).step_by(step).map(|case| check(&local, &case.rule).expect("a good rule")).collect();
    rules.retain(|rule| {
        let question = SummaryQuestion { filter: rule.clone(), value: None };
        ask_each(&remote, &[question.into()], &Cancel::new()).iter().all(Result::is_ok)
    });
    rules.push(Checked::everyone());
    rules.push(Checked::constant(Some(false)));
    connection.log.lock().expect("no panic").clear();
    let (mut asked, mut refused, mut differing) = (0, BTreeSet::new(), Vec::new());
    for at in 0..rules.len() {
        let sets: Vec<Checked> = (1..5).map(|step| rules[(at + step) % rules.len()].clone()).collect();
        let questions = questions(&local, &rules[at], &sets, at);
        let answers = ask_each(&remote, &questions, &Cancel::new());
        let expected = ask_each(&local, &questions, &Cancel::new());
        for ((question, answer), expected) in questions.iter().zip(&answers).zip(&expected) {
            asked += 1;
            if let Err(EngineError::Unsupported { what, way_out }) = answer {
                refused.insert(format!("{what}: {way_out}"));
            }
            differing.extend(wrong(question, answer, expected));
        }
    }
    let statements = connection.log.lock().expect("no panic").len();
    eprintln!("{dialect}: {asked} questions, {statements} statements, refused: {refused:?}");
    let first: Vec<&str> = differing.iter().take(6).map(String::as_str).collect();
    assert!(differing.is_empty(), "{} answers differ on {dialect}:\n{}", differing.len(), first.join("\n\n"));
}

/// Asks about the maximum number of sets in a combination, which needs more than one signed integer for its bits.
fn sixty_four_sets_agree(dialect: SqlDialect) {
    let Some((remote, local, _)) = engines(dialect) else { return };
    let rule = |text: &str| check(&local, text).expect("a good rule");
    let sets: Vec<Checked> = (0..64).map(|at| rule(&format!("id % 71 >= {at} OR n = {at}"))).collect();
    let (filter, value) = (|| rule("spend > 20"), Some("price".to_owned()));
    let questions: [Question; 5] = [
        MembershipsQuestion { filter: filter(), sets: sets.clone() }.into(),
        CoverageQuestion { filter: filter(), sets: sets.clone(), value: value.clone() }.into(),
        OverlapQuestion { filter: filter(), rows: sets.clone(), columns: sets[3..].to_vec() }.into(),
        CombinationsQuestion { filter: filter(), sets: sets.clone(), value, limit: 9 }.into(),
        CombinationsQuestion { filter: Checked::everyone(), sets, value: None, limit: usize::MAX }.into(),
    ];
    let answers = ask_each(&remote, &questions, &Cancel::new());
    let expected = ask_each(&local, &questions, &Cancel::new());
    for ((question, answer), expected) in questions.iter().zip(answers).zip(expected) {
        assert!(answer.is_ok(), "{answer:?}");
        assert_eq!(wrong(question, &answer, &expected), None, "{dialect}");
    }
}

#[test]
fn sixty_four_sets_are_counted_alike_on_duckdb() {
    sixty_four_sets_agree(SqlDialect::DuckDb);
}

#[test]
fn sixty_four_sets_are_counted_alike_on_postgres() {
    sixty_four_sets_agree(SqlDialect::Postgres);
}

#[test]
fn question_kinds_are_answered_like_local_on_duckdb() {
    answers_all_kinds(SqlDialect::DuckDb, 300);
}

#[test]
fn question_kinds_are_answered_like_local_on_postgres() {
    answers_all_kinds(SqlDialect::Postgres, 300);
}

#[test]
#[ignore = "starts Spark, and takes minutes"]
fn rule_cases_count_alike_on_spark() {
    counts_cases(SqlDialect::Spark);
}

#[test]
#[ignore = "starts Spark, and takes minutes"]
fn question_kinds_are_answered_like_local_on_spark() {
    answers_all_kinds(SqlDialect::Spark, 500);
}

#[test]
fn question_kinds_are_answered_like_local_on_sqlite() {
    answers_all_kinds(SqlDialect::Sqlite, 300);
}
