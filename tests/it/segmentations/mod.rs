//! Segmentations of public tables: their cells count as numpy and pandas count them (`make.py`).

use std::path::PathBuf;

use crosscut::data::{self, BaseLocation, LoadOptions};
use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Cancel, CountsQuestion, Engine, MembershipsQuestion, ask_one};
use crosscut::insight::Catalog;
use crosscut::insight::mece::Mece;
use crosscut::model::{CellDefinition, Definitions, Rfm, Segmentation};
use crosscut::rule::Checked;
use crosscut::session::find_cells;

fn engine(name: &str) -> LocalEngine {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/segmentations/{name}.csv"));
    let base = data::load(&BaseLocation::Path(file), &LoadOptions::default(), &mut |_| {}, &|| false);
    LocalEngine::new(base.expect("a table"))
}

fn named(name: &str, column: &str) -> Segmentation {
    Segmentation { name: name.into(), column: column.into(), ..Segmentation::default() }
}

fn rfm(recency: &str) -> Segmentation {
    let rfm = Rfm { recency: recency.into(), frequency: "orders".into(), monetary: "spend".into(), scores: None };
    Segmentation { rfm: Some(rfm), ..named("rfm", "") }
}

fn catalog(engine: &LocalEngine, segmentations: Vec<Segmentation>, mask: &[String]) -> Catalog {
    let definitions = Definitions { segmentations, ..Definitions::default() };
    let today = "2026-06-30".parse().expect("a date");
    let cells = find_cells(engine, &definitions, mask, today, &Cancel::new()).expect("cells");
    Catalog::new(&definitions, &cells, engine.schema(), today)
}

/// Each cell's full name with its customers.
fn counted(engine: &LocalEngine, catalog: &Catalog) -> Vec<(String, u64)> {
    let (names, rules): (Vec<&str>, Vec<&Checked>) = catalog.countable().into_iter().unzip();
    let question = CountsQuestion { filter: Checked::everyone(), rules: rules.into_iter().cloned().collect() };
    let counts = ask_one(engine, &question, &Cancel::new()).expect("counts");
    names.into_iter().map(str::to_owned).zip(counts.iter().map(|count| count.in_base)).collect()
}

fn mece(engine: &LocalEngine, catalog: &Catalog) -> Mece {
    let sets = catalog.countable().into_iter().map(|(_, rule)| rule.clone()).collect();
    let question = MembershipsQuestion { filter: Checked::everyone(), sets };
    Mece::new(&ask_one(engine, &question, &Cancel::new()).expect("memberships"), false)
}

fn error(catalog: &Catalog) -> String {
    match catalog.segments[0].cells() {
        Some(Err(reason)) => reason.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn cells_count_like_numpy_and_pandas() {
    for name in ["cdnow", "online_retail"] {
        let engine = engine(name);
        let quantiles = |column: &str, parts| Segmentation {
            quantiles: Some(parts),
            ..named(&format!("{column}_{parts}"), column)
        };
        let mut cuts = vec![rfm("last")];
        cuts.extend(["last", "orders", "spend"].into_iter().flat_map(|column| [4, 10].map(|n| quantiles(column, n))));
        let part = |part| Segmentation { part: Some(part), ..named(part.word(), "last") };
        cuts.extend([part(crosscut::model::DateUnit::Month), part(crosscut::model::DateUnit::Weekday)]);
        let found = counted(&engine, &catalog(&engine, cuts, &[]));
        let expected: Vec<(&str, u64)> = include_str!("expected.tsv")
            .lines()
            .map(|line| line.split('\t').collect::<Vec<_>>())
            .filter(|fields| fields[0] == name)
            .map(|fields| (fields[1], fields[2].parse().expect("a count")))
            .collect();
        for (cell, count) in &expected {
            let own = found.iter().find(|(full, _)| full == cell).map_or(0, |(_, count)| *count);
            assert_eq!(own, *count, "{name}: {cell}");
        }
        // Cells that pandas does not list are empty.
        let total = |counts: u64| counts;
        let all: u64 = found.iter().map(|(_, count)| total(*count)).sum();
        assert_eq!(all, expected.iter().map(|(_, count)| count).sum::<u64>(), "{name}");
    }
}

#[test]
fn rfm_cells_are_disjoint_and_omit_only_unknown_customers() {
    let engine = engine("cdnow");
    let catalog = catalog(&engine, vec![rfm("last")], &[]);
    let mece = mece(&engine, &catalog);
    let counted: u64 = counted(&engine, &catalog).iter().map(|(_, count)| count).sum();
    assert_eq!((mece.several, mece.one, mece.one + mece.none), (0, counted, engine.customers()));
    assert!(mece.none > 0 && !mece.is_mece());
    let note = catalog.segments[0].note.clone().expect("a note");
    assert_eq!(note, "of last, orders, spend; with one unknown in no cell");
}

#[test]
fn own_rfm_cells_take_first_match() {
    let engine = engine("cdnow");
    let cell = |name: &str, r, m| CellDefinition { name: name.into(), r, m, ..CellDefinition::default() };
    let mut own = rfm("last");
    own.cells = vec![cell("rich", None, Some([5, 5])), cell("late", Some([4, 5]), None)];
    let catalog = catalog(&engine, vec![own], &[]);
    let names: Vec<String> = counted(&engine, &catalog).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["rfm.rich", "rfm.late", "rfm.other"]);
    assert_eq!(mece(&engine, &catalog).several, 0);
}

#[test]
fn overlapping_hand_written_cells_are_reported() {
    let engine = engine("cdnow");
    let cell = |name: &str, rule: &str| CellDefinition {
        name: name.into(),
        rule: Some(rule.into()),
        ..CellDefinition::default()
    };
    let own = Segmentation { cells: vec![cell("few", "orders <= 2"), cell("some", "orders >= 2")], ..named("own", "") };
    let catalog = catalog(&engine, vec![own], &[]);
    let mece = mece(&engine, &catalog);
    assert!(mece.several > 0 && mece.none > 0);
    assert!(mece.sentence(0).starts_with("not MECE: "));
}

#[test]
fn cross_has_all_pairs_of_cells() {
    let engine = engine("cdnow");
    let spend = Segmentation { breaks: Some(vec![50.0]), ..named("spend_band", "spend") };
    let halves = Segmentation { quantiles: Some(2), ..named("when", "last") };
    let cross = Segmentation { cross: Some(vec!["spend_band".into(), "when".into()]), ..named("both", "") };
    let catalog = catalog(&engine, vec![cross, spend, halves], &[]);
    let found = counted(&engine, &catalog);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).take(4).collect();
    assert_eq!(names, ["both.<50/1", "both.<50/2", "both.50+/1", "both.50+/2"]);
    assert_eq!(found[0].1 + found[1].1, found.iter().find(|(name, _)| name == "spend_band.<50").expect("it").1);
}

#[test]
fn segmentation_that_cannot_be_cut_has_reason() {
    let engine = engine("cdnow");
    let cut = |segmentation, mask: &[&str]| {
        let mask: Vec<String> = mask.iter().map(|column| (*column).to_owned()).collect();
        error(&catalog(&engine, vec![segmentation], &mask))
    };
    let quarters = |column: &str| Segmentation { quantiles: Some(4), ..named("q", column) };
    assert_eq!(cut(quarters("spent"), &[]), "there is no column \"spent\": did you mean \"spend\"?");
    assert_eq!(cut(quarters("spend"), &["spend"]), "spend is masked: its values are not shown");
    assert_eq!(cut(rfm("last"), &["spend"]), "spend is masked: its values are not shown");
    let ages = Segmentation { age: Some(vec![30]), ..named("age", "orders") };
    assert_eq!(cut(ages, &[]), "age needs a column of dates, \"orders\" is integer");
    let both = Segmentation { breaks: Some(vec![1.0]), ..quarters("spend") };
    assert_eq!(cut(both, &[]), "q has both breaks and quantiles: leave out one");
}
