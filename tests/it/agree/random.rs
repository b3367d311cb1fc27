//! Properties that hold for random tables, rules and questions.

use std::collections::BTreeSet;

use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Cancel, PageQuestion, TypedQuestion, ask_one};
use crosscut::model::Datum;
use crosscut::rule::Checked;
use proptest::collection::vec;

use super::alike::difference;
use super::cases::{check, checked, run, sample};
use super::questions::{Shape, shapes};
use super::rules::{conditions, rules};
use super::tables::tables;
use super::{engines, files, plain};

type Engines = Vec<(String, LocalEngine)>;

#[test]
fn most_random_rules_are_valid() {
    let texts = sample(3_000, &rules());
    let refused: BTreeSet<String> =
        texts.iter().filter_map(|text| Some(format!("{text}: {}", check(text).err()?.describe(text)))).collect();
    assert!(refused.len() * 10 <= texts.len(), "{}:\n{}", refused.len(), Vec::from_iter(refused).join("\n"));
    let distinct: BTreeSet<&String> = texts.iter().collect();
    assert!(distinct.len() > 2_500, "only {} differ", distinct.len());
}

#[test]
fn rule_is_true_false_and_null_for_same_customers() {
    let texts = (vec(conditions(), 1..20), vec(rules(), 1..6));
    run(150, &(tables(), texts), |(recipe, (conditions, rules))| {
        let texts = [conditions, rules].concat();
        let frame = recipe.frame();
        let engines = engines::engines(&frame);
        for (text, rule) in checked(&texts) {
            let truths = plain::truths(&frame, &rule).map_err(|error| format!("polars cannot say {text}: {error}"))?;
            for (name, engine) in &engines {
                same_customers(engine, &rule, &truths)
                    .map_err(|how| format!("{text}\n[{}]\nengine of {name}: {how}", rule.canonical()))?;
            }
        }
        Ok(())
    });
}

#[test]
fn question_has_same_answer_on_all_engines() {
    run(250, &(tables(), vec((vec(rules(), 0..7), shapes()), 1..6)), |(recipe, questions)| {
        let frame = recipe.frame();
        let engines = engines::engines(&frame);
        questions.iter().try_for_each(|(texts, shape)| same_answer(&engines, &frame, texts, shape))
    });
}

#[test]
fn base_on_demand_answers_like_base_in_memory() {
    run(25, &(tables(), vec((vec(rules(), 0..5), shapes()), 4)), |(recipe, questions)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let frame = recipe.frame();
        for (file, base) in files::bases(&recipe.as_written(), folder.path()) {
            let engines = engines::engines_on(&base);
            for (texts, shape) in &questions {
                same_answer(&engines, &frame, texts, shape).map_err(|how| format!("{file}: {how}"))?;
            }
        }
        Ok(())
    });
}

/// Asks twice: the second answer comes from the cache.
fn same_answer(
    engines: &Engines,
    frame: &polars::prelude::DataFrame,
    texts: &[String],
    shape: &Shape,
) -> Result<(), String> {
    let rules: Vec<Checked> = checked(texts).into_iter().map(|(_, rule)| rule).collect();
    let question = shape.about(&rules);
    let expected =
        plain::answer(frame, &question).map_err(|error| format!("polars cannot say {question:?}: {error}"))?;
    for (name, engine) in engines {
        for time in ["first", "second"] {
            let answer = ask(engine, &question)?;
            if let Some(how) = difference(&answer, &expected) {
                return Err(format!("{question:?}\nengine of {name}, the {time} time:\n{how}"));
            }
        }
    }
    Ok(())
}

/// A customer for whom neither the rule nor its negation is true has null.
fn same_customers(engine: &LocalEngine, rule: &Checked, truths: &plain::Truths) -> Result<(), String> {
    for (asked, wanted) in [(rule.clone(), true), (rule.negated(), false)] {
        let found = customers(engine, asked)?;
        let wrong = |row: &usize| (truths[*row] == Some(wanted)) != found.contains(row);
        if let Some(row) = (0..truths.len()).find(wrong) {
            let columns = rule.columns().into_iter().collect();
            let cells = page(engine, Checked::everyone(), columns, row as u64, 1)?;
            let (found, truth) = (if found.contains(&row) { "is" } else { "is not" }, truths[row]);
            return Err(format!("{wanted} {found} customer {row} of {cells:?}, where plain polars says {truth:?}"));
        }
    }
    Ok(())
}

/// Rows of the filter, by their numbers in the column `id`.
fn customers(engine: &LocalEngine, filter: Checked) -> Result<BTreeSet<usize>, String> {
    let rows = page(engine, filter, vec!["id".into()], 0, usize::MAX)?;
    let number = |row: Vec<Datum>| match row.as_slice() {
        [Datum::Integer(number)] => Ok(*number as usize),
        other => Err(format!("{other:?} is no row's number")),
    };
    rows.into_iter().map(number).collect()
}

fn page(
    engine: &LocalEngine,
    filter: Checked,
    columns: Vec<String>,
    offset: u64,
    limit: usize,
) -> Result<Vec<Vec<Datum>>, String> {
    Ok(ask(engine, &PageQuestion { filter, columns, sort: Vec::new(), tests: Vec::new(), offset, limit })?.rows)
}

pub fn ask<Q: TypedQuestion>(engine: &LocalEngine, question: &Q) -> Result<Q::Answer, String> {
    ask_one(engine, question, &Cancel::new())
        .map_err(|error| format!("no answer to {:?}: {error}", question.question()))
}
