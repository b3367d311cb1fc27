//! Compares every column with each of its literals and their neighbours, which random rules reach too rarely.

use crosscut::engine::CountsQuestion;
use crosscut::engine::local::LocalEngine;
use crosscut::rule::Checked;
use polars::prelude::DataFrame;

use super::cases::check;
use super::engines;
use super::fields::{Cells, Field, TEXTS, fields, literals};
use super::plain::{self, Truths};
use super::random::ask;
use super::rules::{literal, quoted};
use super::tables::{Nulls, Recipe};

/// Large enough to contain every value of interest; some columns have nulls.
const TABLE: Recipe = Recipe { rows: 700, nulls: Nulls::Some, seed: 29 };
const FULL: Recipe = Recipe { rows: 700, nulls: Nulls::None, seed: 31 };
const COMPARISONS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

fn of_numbers(field: &Field) -> Vec<String> {
    let column = quoted(field.name);
    let values = literals(&field.cells);
    let compared = values.iter().flat_map(|value| COMPARISONS.map(|sign| format!("{column} {sign} {value}")));
    let pairs = || values.iter().zip(values.iter().skip(3));
    let ranges = pairs().map(|(low, high)| format!("{column} BETWEEN {low} AND {high}"));
    let lists =
        pairs().flat_map(|(one, other)| ["", "NOT "].map(|not| format!("{column} {not}IN ({one}, {other}, 1)")));
    compared.chain(ranges).chain(lists).collect()
}

fn of_texts(field: &Field) -> Vec<String> {
    let column = quoted(field.name);
    let values = TEXTS.iter().chain(&["US", "us", "pro", "user", "77@", "@mail7", "7.org", "g"]);
    let forms = |text: &&str| {
        let pattern = text.replace(['%', '_'], "");
        let mut rules: Vec<String> =
            COMPARISONS.iter().map(|sign| format!("{column} {sign} {}", literal(text))).collect();
        for word in ["LIKE", "ILIKE"] {
            for pattern in
                [format!("{pattern}%"), format!("%{pattern}"), format!("%{pattern}%"), format!("_{pattern}%")]
            {
                rules.push(format!("{column} {word} {}", literal(&pattern)));
            }
        }
        rules.push(format!("{column} IN ({}, 'CA', '')", literal(text)));
        rules
    };
    values.flat_map(forms).collect()
}

fn of_times(field: &Field) -> Vec<String> {
    let days = [
        "1969-12-31",
        "1970-01-01",
        "1970-01-02",
        "2026-06-29",
        "2026-06-30",
        "2026-07-01",
        "0001-01-01",
        "9999-12-31",
    ];
    let moments =
        ["1969-12-31 23:59:59.999999", "1970-01-01 00:00:00.000001", "2026-06-30 12:00:00", "2026-06-30 00:00:00.5"];
    let with_moments = matches!(field.cells, Cells::Moments);
    let values = days.into_iter().chain(moments.into_iter().filter(|_| with_moments));
    values.flat_map(|value| COMPARISONS.map(|sign| format!("{} {sign} '{value}'", field.name))).collect()
}

fn of(field: &Field) -> Vec<String> {
    match field.cells {
        Cells::Whole(..) | Cells::Fractions(..) | Cells::Huge(_) => of_numbers(field),
        Cells::Words(_) | Cells::Texts(_) => of_texts(field),
        Cells::Days | Cells::Moments => of_times(field),
        Cells::Truth => ["=", "<>", "<", ">="].iter().map(|sign| format!("{} {sign} TRUE", field.name)).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn comparisons_at_type_bounds_equal_plain_polars() {
    for table in [TABLE, FULL] {
        let frame = table.frame();
        let engines = engines::engines(&frame);
        for field in fields() {
            let rules =
                of(&field).into_iter().map(|text| (check(&text).expect("a good rule"), text)).collect::<Vec<_>>();
            held_alike(&frame, &engines, &rules);
        }
    }
}

fn held_alike(frame: &DataFrame, engines: &[(String, LocalEngine)], rules: &[(Checked, String)]) {
    let trees: Vec<Checked> = rules.iter().map(|(rule, _)| rule.clone()).collect();
    let truths = plain::all_truths(frame, &trees).expect("polars can say it");
    for (name, engine) in engines {
        let opposites = trees.iter().map(Checked::negated);
        let question =
            CountsQuestion { filter: Checked::everyone(), rules: trees.iter().cloned().chain(opposites).collect() };
        let counts = ask(engine, &question).expect("counts");
        let (is, is_not) = counts.split_at(rules.len());
        for (((_, text), truths), (is, is_not)) in rules.iter().zip(&truths).zip(is.iter().zip(is_not)) {
            let expected = [true, false].map(|truth| customers(truths, truth));
            assert_eq!([is.in_base, is_not.in_base], expected, "{text}: true and false, on an engine of {name}");
        }
    }
}

fn customers(truths: &Truths, wanted: bool) -> u64 {
    truths.iter().filter(|truth| **truth == Some(wanted)).count() as u64
}
