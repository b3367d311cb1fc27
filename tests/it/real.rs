//! Real tables, read and counted as DuckDB counts them. `real/make.py` computed the expected figures.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crosscut::data::{self, BaseLocation, LoadOptions};
use crosscut::engine::local::LocalEngine;
use crosscut::engine::{
    Cancel, CountsQuestion, CustomerCount, Engine, Grouping, GroupsQuestion, PageQuestion, Question, SummaryQuestion,
    TypedQuestion, ValuesQuestion, ask_one,
};
use crosscut::model::Cut;
use crosscut::rule::{self, Checked, Context, Namespace};

fn table(path: &str) -> Option<LocalEngine> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    if !folder.exists() {
        eprintln!("skipped: there is no {}", folder.display());
        return None;
    }
    let base = data::load(&BaseLocation::Path(folder.join(path)), &LoadOptions::default(), &mut |_| {}, &|| false);
    Some(LocalEngine::new(base.expect("a real table")))
}

fn checked(engine: &LocalEngine, text: &str) -> Checked {
    let names = Namespace::default();
    let today = "2026-06-30".parse().expect("a date");
    let cx = Context { schema: engine.schema(), names: &names, today };
    rule::check(text, &cx).unwrap_or_else(|error| panic!("{text}: {}", error.describe(text)))
}

fn ask<Q: TypedQuestion>(engine: &LocalEngine, question: &Q) -> Q::Answer {
    ask_one(engine, question, &Cancel::new()).expect("an answer")
}

#[test]
fn rules_over_real_tables_count_like_duckdb() {
    let lines = include_str!("real/counts.tsv").lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let mut tables: BTreeMap<&str, Vec<(&str, u64)>> = BTreeMap::new();
    for line in lines {
        tables.entry(line[0]).or_default().push((line[1], line[2].parse().expect("a count")));
    }
    let mut wrong = Vec::new();
    for (path, rules) in tables {
        let Some(engine) = table(path) else { return };
        for (text, expected) in rules {
            let filter = checked(&engine, text);
            let summary = ask(&engine, &SummaryQuestion { filter, value: None });
            if summary.customers != expected {
                wrong.push(format!("{path}: {text}: {} and not {expected}", summary.customers));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn groups_count_and_sum_like_duckdb() {
    type Row = (u64, u64, f64, u64);
    let mut questions: BTreeMap<(&str, &str, &str, &str), BTreeMap<String, Row>> = BTreeMap::new();
    for line in include_str!("real/groups.tsv").lines() {
        let f: Vec<&str> = line.split('\t').collect();
        let number = |i: usize| f[i].parse::<u64>().expect("a count");
        let row = (number(5), number(6), f[7].parse().expect("a sum"), number(8));
        questions.entry((f[0], f[1], f[2], f[3])).or_default().insert(f[4].to_owned(), row);
    }
    for ((path, column, value, rule), expected) in questions {
        let Some(engine) = table(path) else { return };
        let question = GroupsQuestion {
            filter: checked(&engine, rule),
            by: vec![column.into()],
            value: Some(value.to_owned()),
            limit: usize::MAX,
        };
        let groups = ask(&engine, &question);
        let shown = expected.values().filter(|row| row.0 > 0).count();
        assert_eq!(groups.groups.len(), shown, "{path} by {column}");
        for group in groups.groups {
            let (inside, base, sum, known) = expected[&group.key[0].to_string()];
            assert_eq!((group.customers.in_filter, group.customers.in_base, group.value_known), (inside, base, known));
            assert!((group.value_sum - sum).abs() <= 1e-9 * sum.abs().max(1.0), "{} and not {sum}", group.value_sum);
        }
    }
}

#[test]
fn base_compacted_beforehand_answers_like_base_on_demand() {
    let (Some(engine), Some(compact)) = (table("customers/bank-full.csv"), table("customers/bank-full.csv")) else {
        return;
    };
    compact.compact_parsed(&Cancel::new()).expect("not cancelled");
    let filter = checked(&engine, "balance > 1000 AND job LIKE '%adm%' OR NOT default = 'no'");
    let questions: [Question; 3] = [
        PageQuestion {
            filter: filter.clone(),
            columns: Vec::new(),
            sort: Vec::new(),
            tests: Vec::new(),
            offset: 100,
            limit: 50,
        }
        .into(),
        GroupsQuestion { filter, by: vec!["job".into(), "age".into()], value: Some("balance".into()), limit: 99 }
            .into(),
        ValuesQuestion { column: "month".into(), limit: 5 }.into(),
    ];
    for question in questions {
        assert_eq!(ask(&engine, &question), ask(&compact, &question));
    }
}

#[test]
fn groups_cut_by_breaks_equal_counts_of_cell_rules() {
    let Some(engine) = table("customers/bank-full.csv") else { return };
    let cuts = [("age", vec![25.0, 35.0, 36.0, 65.0]), ("balance", vec![-500.0, 0.0, 1500.5]), ("day", vec![31.5])];
    for (column, breaks) in cuts {
        let filter = checked(&engine, "housing = 'yes' OR pdays > 100");
        let by = vec![Grouping {
            column: column.into(),
            cut: if breaks.is_empty() { Cut::Values } else { Cut::Breaks(breaks.clone()) },
        }];
        let question = GroupsQuestion { filter: filter.clone(), by, value: None, limit: usize::MAX };
        let groups = ask(&engine, &question);
        let bounds = breaks.windows(2).map(|pair| format!("{column} >= {} AND {column} < {}", pair[0], pair[1]));
        let (first, last) = (breaks[0], breaks[breaks.len() - 1]);
        let texts = [format!("{column} < {first}")].into_iter().chain(bounds).chain([format!("{column} >= {last}")]);
        let rules = texts.map(|text| checked(&engine, &text)).collect();
        let mut expected = ask(&engine, &CountsQuestion { filter, rules });
        expected.retain(|count| count.in_filter > 0);
        expected.sort_by_key(|count| std::cmp::Reverse(count.in_filter));
        assert_eq!(
            groups.groups.iter().map(|group| group.customers).collect::<Vec<CustomerCount>>(),
            expected,
            "{column}"
        );
    }
}
