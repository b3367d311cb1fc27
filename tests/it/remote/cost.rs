//! Number of statements that each view sends.

use crosscut::engine::sql::{KeyCounts, SqlEngine};
use crosscut::engine::{
    Cancel, CombinationsQuestion, ContrastQuestion, CountsQuestion, CoverageQuestion, Engine, EventsQuestion, Grouping,
    GroupsQuestion, MembershipsQuestion, OverlapQuestion, PageQuestion, ProfileQuestion, QuantilesQuestion, Question,
    QuestionBody, SummaryQuestion, ValuesQuestion, VoicesQuestion, ask_one,
};
use crosscut::insight::Catalog;
use crosscut::insight::card::{Card, CardContext, Thresholds};
use crosscut::insight::catalog::CellsByName;
use crosscut::insight::file_matches::FileMatchesInquiry;
use crosscut::insight::inquiry::Inquiry;
use crosscut::model::{Claim, Cut, DateUnit, Definitions, Persona};
use crosscut::rule::print::SqlDialect;
use crosscut::rule::{self, Checked, Context, Namespace};

use super::canned::{Canned, row};
use crate::conformance::databases::parse_errors;
use crate::rules::{check, today};

fn rules(engine: &SqlEngine, number: usize) -> Vec<Checked> {
    let text = |n: usize| match n % 4 {
        0 => format!("n{} > {n} AND spend > 100", n % 15),
        1 => format!("country IN ('US', 'C{n}')"),
        2 => format!("orders.count('90 days') >= {n}"),
        _ => format!("plan = 'p{n}' OR joined < '2026-01-01'"),
    };
    (0..number).map(|n| check(engine, &text(n)).expect("a good rule")).collect()
}

fn everyone() -> Checked {
    Checked::everyone()
}

fn cost(engine: &SqlEngine, questions: &[Question]) -> usize {
    engine.plan(questions).len()
}

/// Questions of the screen after each change of the filter.
fn panes(engine: &SqlEngine) -> Vec<Question> {
    panes_of(engine, "spend > 250 AND country = 'US'")
}

fn panes_of(engine: &SqlEngine, filter: &str) -> Vec<Question> {
    let all = rules(engine, 25);
    let filter = || check(engine, filter).expect("a good rule");
    vec![
        SummaryQuestion { filter: filter(), value: Some("spend".into()) }.into(),
        CountsQuestion { filter: filter(), rules: all[..20].to_vec() }.into(),
        CountsQuestion { filter: filter(), rules: all[20..].to_vec() }.into(),
        MembershipsQuestion { filter: filter(), sets: all[20..].to_vec() }.into(),
    ]
}

#[test]
fn key_costs_one_filtered_statement_in_every_dialect() {
    for dialect in SqlDialect::ALL {
        let engine = Canned::silent(dialect).engine();
        let statements = |filter: &str| -> Vec<String> {
            engine.plan(&panes_of(&engine, filter)).into_iter().map(|statement| statement.text).collect()
        };
        let (first, second) = (statements("spend > 250"), statements("spend > 2500"));
        assert_eq!((first.len(), second.len()), (2, 2), "{dialect}");
        // Sums over the whole base do not depend on the filter, so their answers are cached.
        let new: Vec<&String> = second.iter().filter(|text| !first.contains(text)).collect();
        assert_eq!(new.len(), 1, "{dialect}");
        assert!(new[0].contains(" WHERE ") && new[0].contains("2500"), "{dialect}: {}", new[0]);
        assert_eq!(statements("TRUE").len(), 1, "{dialect}: without a filter there is one scan");
    }
}

#[test]
fn key_under_privacy_costs_one_filtered_statement_by_strata() {
    for dialect in [SqlDialect::Spark, SqlDialect::Postgres] {
        let engine = Canned::silent(dialect).engine();
        let rule = |text: &str| check(&engine, text).expect("a good rule");
        let rows = vec![rule("plan = 'pro'"), rule("n1 > 3")];
        let overlap = OverlapQuestion { filter: rule("spend > 250"), rows, columns: vec![rule("n2 > 5")] };
        let summary = SummaryQuestion { filter: rule("spend > 250"), value: Some("n3".into()) };
        let questions = [summary.into(), overlap.into()].map(|question| Question { is_guarded: true, ..question });
        let statements = engine.plan(&questions);
        // The other one is over the base, where it seeks the largest value outside of the filter.
        assert_eq!(statements.len(), 2, "{dialect}");
        assert_eq!(statements.iter().filter(|one| one.text.contains("GROUP BY")).count(), 1, "{dialect}");
    }
}

#[test]
fn sums_over_base_are_asked_once_whatever_filter() {
    let canned = Canned::new(SqlDialect::DuckDb, |statement, _| {
        let counts = statement.matches(" AS s").count() as i64;
        let first = if statement.contains(" WHERE ") { 3 } else { 700 };
        let base = (first == 700).then_some(1_000_000);
        Ok(row(&(0..counts).map(|n| first + n).chain(base).collect::<Vec<_>>()))
    });
    let engine = canned.engine();
    let rules = || ["n1 > 1", "n2 > 1"].map(|text| check(&engine, text).expect("a good rule")).to_vec();
    let counted = |filter: Checked| {
        let question = CountsQuestion { filter, rules: rules() };
        let counts = ask_one(&engine, &question, &Cancel::new()).expect("an answer");
        counts.into_iter().map(|count| (count.in_filter, count.in_base)).collect::<Vec<_>>()
    };
    assert_eq!(counted(everyone()), [(700, 700), (701, 701)]);
    assert_eq!(counted(check(&engine, "spend > 250").expect("a good rule")), [(3, 700), (4, 701)]);
    let log = canned.log.lock().expect("no panic").clone();
    // The customers, the base, and the filter's.
    assert_eq!(log.iter().map(|text| text.contains(" WHERE ")).collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn opening_counts_customers_and_postpones_keys() {
    let canned = Canned::silent(SqlDialect::Spark);
    let engine = canned.engine();
    let log = || canned.log.lock().expect("no panic").clone();
    assert_eq!(log(), ["SELECT COUNT(*) AS n FROM crm.customers"]);
    let counts = engine.key_counts(&Cancel::new()).expect("an answer");
    assert_eq!(counts, Some(KeyCounts { missing: 10, known: 999_990, distinct: 999_960 }));
    assert_eq!(log().len(), 2);
}

#[test]
fn questions_of_many_filters_share_one_scan() {
    let engine = Canned::silent(SqlDialect::Postgres).engine();
    let filters = ["spend > 1", "spend > 1 AND n1 > 2", "spend > 1 AND n1 > 2 AND n2 > 3"];
    let steps = filters.map(|filter| {
        let filter = check(&engine, filter).expect("a good rule");
        SummaryQuestion { filter, value: Some("spend".into()) }.into()
    });
    assert_eq!(cost(&engine, &steps), 1);
}

#[test]
fn small_panes_scan_filter_once_and_base_once() {
    let engine = Canned::silent(SqlDialect::Postgres).engine();
    let rule = |text: &str| check(&engine, text).expect("a good rule");
    let filter = || rule("spend > 250");
    let sets = vec![rule("country = 'US'"), rule("orders.count() > 3")];
    let questions: [Question; 3] = [
        SummaryQuestion { filter: filter(), value: Some("spend".into()) }.into(),
        CountsQuestion { filter: filter(), rules: [sets.clone(), vec![filter()]].concat() }.into(),
        MembershipsQuestion { filter: filter(), sets }.into(),
    ];
    let statements = engine.plan(&questions);
    assert_eq!(
        statements.iter().map(|statement| &statement.questions[..]).collect::<Vec<_>>(),
        [&[0, 1, 2][..], &[0, 1]]
    );
    let texts: Vec<&str> = statements.iter().map(|statement| statement.text.as_str()).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn sums_hold_conditions_where_sub_select_is_not_compiled() {
    let engine = Canned::silent(SqlDialect::Spark).engine();
    let rule = |text: &str| check(&engine, text).expect("a good rule");
    let sets = vec![rule("country = 'US'"), rule("orders.count() > 3")];
    let questions: [Question; 2] = [
        SummaryQuestion { filter: rule("spend > 250"), value: Some("n1".into()) }.into(),
        MembershipsQuestion { filter: rule("spend > 250"), sets }.into(),
    ];
    let texts: Vec<String> = engine.plan(&questions).into_iter().map(|statement| statement.text).collect();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn overlap_of_25_sets_costs_one_statement_and_one_of_base() {
    let engine = Canned::silent(SqlDialect::DuckDb).engine();
    let all = rules(&engine, 25);
    let overlap = |filter| OverlapQuestion { filter, rows: all[..20].to_vec(), columns: all[20..].to_vec() };
    assert_eq!(cost(&engine, &[overlap(everyone()).into()]), 1);
    let filter = check(&engine, "spend > 250").expect("a good rule");
    assert_eq!(cost(&engine, &[overlap(filter).into()]), 2);
}

#[test]
fn overlap_of_60_sets_is_split_before_statement_is_too_wide() {
    let all = |engine: &SqlEngine| rules(engine, 60);
    let costs =
        [(SqlDialect::DuckDb, 8), (SqlDialect::Postgres, 10), (SqlDialect::Spark, 32)].map(|(dialect, expected)| {
            let engine = Canned::silent(dialect).engine();
            let filter = check(&engine, "spend > 250").expect("a good rule");
            let overlap = OverlapQuestion { filter, rows: all(&engine), columns: all(&engine) };
            let statements = engine.plan(&[overlap.into()]);
            let most = dialect.aggregates().max_columns();
            for statement in &statements {
                assert!(statement.text.matches(" AS s").count() <= most, "{dialect}");
            }
            (statements.len(), expected)
        });
    for (found, most) in costs {
        assert!(found > 1 && found <= most + 1, "{found} statements, at most {most} expected");
    }
}

#[test]
fn upset_coverage_and_facets_cost_one_statement_each() {
    let engine = Canned::silent(SqlDialect::Spark).engine();
    let sets = rules(&engine, 12);
    let value = Some("spend".to_owned());
    let by = vec![Grouping { column: "joined".into(), cut: Cut::Dates(DateUnit::Month) }];
    let questions: [Question; 3] = [
        CombinationsQuestion { filter: everyone(), sets: sets.clone(), value: value.clone(), limit: 40 }.into(),
        CoverageQuestion { filter: everyone(), sets, value: value.clone() }.into(),
        GroupsQuestion { filter: everyone(), by, value, limit: 20 }.into(),
    ];
    assert_eq!(cost(&engine, &questions), 3);
}

#[test]
fn file_list_matches_cost_one_grouped_statement() {
    for dialect in SqlDialect::ALL {
        let engine = Canned::silent(dialect).engine();
        let rule = check(&engine, "id IN FILE 'ids.csv' AND spend > 250").expect("a good rule");
        let inquiry = FileMatchesInquiry::new(&rule, &[]);
        let questions: Vec<Question> = inquiry.open().into_iter().map(|(_, question)| question).collect();
        let statements = engine.plan(&questions);
        assert_eq!(statements.len(), 1, "{dialect}: {statements:?}");
        assert!(statements[0].text.contains("'a', 'b', 'c'"), "{dialect}: {}", statements[0].text);
    }
}

/// Forty columns: twenty texts, fifteen numbers, and others.
fn columns(engine: &SqlEngine) -> Vec<String> {
    engine.schema().columns().iter().map(|column| column.name.clone()).collect()
}

#[test]
fn why_over_forty_columns_costs_three_statements() {
    let engine = Canned::silent(SqlDialect::Postgres).engine();
    let inside = check(&engine, "spend > 250").expect("a good rule");
    let contrast = |column| ContrastQuestion { inside: inside.clone(), outside: None, column, limit: 5 }.into();
    let questions: Vec<Question> = columns(&engine).into_iter().map(contrast).collect();
    // One scan for the numbers, and two statements that list the texts.
    assert_eq!(cost(&engine, &questions), 3);
}

#[test]
fn profile_of_forty_columns_costs_five_statements() {
    let engine = Canned::silent(SqlDialect::Postgres).engine();
    let filter = check(&engine, "spend > 250").expect("a good rule");
    let profile = |column| ProfileQuestion { filter: filter.clone(), column, bins: 20 }.into();
    let questions: Vec<Question> = columns(&engine).into_iter().map(profile).collect();
    assert_eq!(cost(&engine, &questions), 5);
}

#[test]
fn card_of_39_columns_costs_six_statements_in_one_round() {
    let engine = Canned::silent(SqlDialect::Postgres).engine();
    let persona = Persona {
        id: "dana".into(),
        narrowed: Some("spend > 250".into()),
        attributes: vec!["n1 > 3".into(), "n2 > 3".into()],
        claims: vec![Claim { check: Some("plan = 'pro'".into()), ..Claim::default() }],
        ..Persona::default()
    };
    let definitions = Definitions { personas: vec![persona.clone()], ..Definitions::default() };
    let catalog = Catalog::new(&definitions, &CellsByName::default(), engine.schema(), today());
    let cx = CardContext {
        catalog: &catalog,
        schema: engine.schema(),
        base: 1_000_000,
        today: today(),
        value: Some("spend"),
        mask: &[],
        min_cell: 0,
        thresholds: Thresholds::default(),
    };
    let card = Card::new(&persona, &catalog.personas[0], &cx);
    let questions: Vec<Question> = Inquiry::open(&card).into_iter().map(|(_, question)| question).collect();
    // Two scans; two statements that list 17 numbers and dates, and two that list 22 texts for both of their questions.
    assert_eq!(cost(&engine, &questions), 6);
    // Bins take a second round, and a card shows none.
    let has_bins = |question: &Question| matches!(&question.body, QuestionBody::Profile(profile) if profile.bins > 0);
    assert!(!questions.iter().any(has_bins));
}

#[test]
fn values_of_several_columns_share_statement() {
    let engine = Canned::silent(SqlDialect::DuckDb).engine();
    let values = |column: &str| ValuesQuestion { column: column.into(), limit: 100 }.into();
    assert_eq!(cost(&engine, &["country", "plan", "t1", "n1"].map(values)), 1);
    // Without GROUPING SETS each column takes one statement.
    let engine = Canned::silent(SqlDialect::Sqlite).engine();
    assert_eq!(cost(&engine, &["country", "plan", "t1", "n1"].map(values)), 4);
}

/// One question of each kind.
fn all_kinds(engine: &SqlEngine) -> Vec<Question> {
    let filter = || check(engine, "spend > 250 OR country LIKE 'U%'").expect("a good rule");
    let sets = rules(engine, 4);
    let value = Some("spend".to_owned());
    let orders = &engine.schema().events("orders").expect("the orders").schema;
    let cx = Context { schema: orders, names: &Namespace::default(), today: today() };
    let big = rule::check("amount > 10", &cx).expect("a good rule");
    let cut = |column: &str, cut| Grouping { column: column.into(), cut };
    let by = vec![
        cut("joined", Cut::Dates(DateUnit::Week)),
        cut("n1", Cut::Breaks(vec![1.0, 2.5])),
        Grouping::from("country"),
        Grouping::from("orders.sum(amount)"),
    ];
    let by_theme = Some("theme".to_owned());
    let mut all = panes(engine);
    all.extend::<[Question; 13]>([
        CoverageQuestion { filter: filter(), sets: sets.clone(), value: value.clone() }.into(),
        OverlapQuestion { filter: filter(), rows: sets.clone(), columns: sets.clone() }.into(),
        CombinationsQuestion { filter: filter(), sets: sets.clone(), value: value.clone(), limit: 9 }.into(),
        GroupsQuestion { filter: filter(), by, value, limit: 9 }.into(),
        PageQuestion {
            filter: filter(),
            columns: Vec::new(),
            sort: Vec::new(),
            tests: Vec::new(),
            offset: 100,
            limit: 50,
        }
        .into(),
        QuantilesQuestion { filter: filter(), column: "n3".into(), shares: vec![0.1, 0.5] }.into(),
        ProfileQuestion { filter: filter(), column: "joined".into(), bins: 20 }.into(),
        ProfileQuestion { filter: filter(), column: "country".into(), bins: 20 }.into(),
        ContrastQuestion { inside: filter(), outside: None, column: "spend".into(), limit: 5 }.into(),
        ContrastQuestion { inside: filter(), outside: Some(everyone()), column: "plan".into(), limit: 5 }.into(),
        ValuesQuestion { column: "country".into(), limit: 100 }.into(),
        VoicesQuestion { table: "orders".into(), filter: filter(), sets, by: by_theme, separator: None, limit: 20 }
            .into(),
        EventsQuestion {
            table: "orders".into(),
            rows: big,
            filter: filter(),
            columns: vec!["theme".into(), "amount".into()],
            limit: 20,
        }
        .into(),
    ]);
    all
}

#[test]
fn statements_of_every_question_kind_parse_in_every_dialect() {
    for dialect in SqlDialect::ALL {
        let engine = Canned::silent(dialect).engine();
        let questions = all_kinds(&engine);
        let statements: Vec<String> = engine.plan(&questions).into_iter().map(|statement| statement.text).collect();
        assert!(statements.len() > 8, "{dialect}: {} statements", statements.len());
        let Some(errors) = parse_errors(dialect.name(), &statements) else { continue };
        let wrong = statements.iter().zip(errors).filter_map(|(sql, error)| Some(format!("{sql}\n    {}", error?)));
        let wrong: Vec<String> = wrong.collect();
        assert!(wrong.is_empty(), "{} do not parse as {dialect}:\n{}", wrong.len(), wrong.join("\n"));
    }
}
