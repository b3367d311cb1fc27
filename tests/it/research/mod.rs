//! Public coded interviews and surveys, counted as pandas counts them (`make.py` writes `figures.tsv`).

use std::collections::BTreeMap;
use std::path::PathBuf;

use crosscut::data::{self, BaseLocation, EventSource, LoadOptions};
use crosscut::engine::local::LocalEngine;
use crosscut::engine::{Answer, Cancel, CountsQuestion, Engine, EventsQuestion, ask_one};
use crosscut::insight::inquiry::Inquiry;
use crosscut::insight::research::{self, VoicesInquiry};
use crosscut::model::{Datum, Events, TableColumns, TableKind};
use crosscut::rule::{self, Checked, Context, Namespace};

const WHO: &str = "Input your participant number as: P + Number (e.g. P1, P42)";

/// Opens a base with one additional table; `None` if the data is not available.
fn engine(base: &str, key: &str, table: &str, columns: TableColumns) -> Option<LocalEngine> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    if !folder.exists() {
        eprintln!("skipped: there is no {}", folder.display());
        return None;
    }
    let options = LoadOptions { key: Some(key.into()), ..LoadOptions::default() };
    let base =
        data::load(&BaseLocation::Path(folder.join(base)), &options, &mut |_| {}, &|| false).expect("a real table");
    let path = folder.join(table).display().to_string();
    let source = EventSource { name: "talks".into(), path, columns, ..Default::default() };
    let tables = data::read_events(&[source], Some(key), &|| false);
    assert!(tables.missing.is_empty(), "{:?}", tables.missing);
    let today = "2026-06-30".parse().expect("a date");
    Some(LocalEngine::new(base).with_events(tables, &BTreeMap::new(), &[], today).expect("a good table"))
}

/// Opens the table of this name in `figures.tsv` and returns its column of themes.
fn open(name: &str) -> Option<(LocalEngine, &'static str)> {
    let coded = |key: &str, theme: &str| TableColumns {
        key: Some(key.into()),
        kind: TableKind::Interviews,
        theme: Some(theme.into()),
        ..TableColumns::default()
    };
    if name == "serdif" {
        let columns = TableColumns { key_until: Some("_".into()), ..coded("document", "tag") };
        let engine = engine("qual/serdif_pssuq_scores.csv", WHO, "qual/serdif_all_tags_20220303.csv", columns)?;
        return Some((engine, "tag"));
    }
    let theme = match name {
        "roles" => "roles_roles",
        "difficult_aspects_themes" => "difficult_aspects_themes",
        "pleasant_aspects_themes" => "pleasant_aspects_themes",
        other => {
            assert_eq!(other, "integrations_themes");
            "integrations_themes"
        }
    };
    let columns = TableColumns { theme_separator: Some(",".into()), ..coded("column1", theme) };
    let table = format!("qual/jupyter_{name}.csv");
    Some((engine("surveys/jupyter_ux_2015_short.csv", "column1", &table, columns)?, theme))
}

fn checked(engine: &LocalEngine, text: &str) -> Checked {
    let names = Namespace::default();
    let today = "2026-06-30".parse().expect("a date");
    let cx = Context { schema: engine.schema(), names: &names, today };
    rule::check(text, &cx).unwrap_or_else(|error| panic!("{text}: {}", error.describe(text)))
}

fn table(engine: &LocalEngine) -> &Events {
    engine.schema().events("talks").expect("the table")
}

#[test]
fn coded_interviews_count_like_pandas() {
    type Figures = BTreeMap<String, (u64, u64)>;
    let mut expected: BTreeMap<&str, BTreeMap<&str, Figures>> = BTreeMap::new();
    for line in include_str!("figures.tsv").lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| fields[at].parse::<u64>().expect("a count");
        let of_set = expected.entry(fields[0]).or_default().entry(fields[2]).or_default();
        of_set.insert(fields[1].to_owned(), (number(3), number(4)));
    }
    assert_eq!(expected.len(), 5);
    for (name, by_set) in expected {
        let Some((engine, theme)) = open(name) else { return };
        let sets: Vec<_> = by_set.keys().map(|rule| ((*rule).to_owned(), checked(&engine, rule))).collect();
        let inquiry = VoicesInquiry::new(table(&engine), Some(theme), &Checked::everyone(), &sets, 0);
        let (_, question) = inquiry.open().remove(0);
        let Ok(Answer::Voices(voices)) = ask_one(&engine, &question, &Cancel::new()) else { panic!("voices") };
        assert_eq!((voices.strangers, voices.left_out), (0, 0), "{name}");
        for (at, (set, figures)) in by_set.iter().enumerate() {
            let said = voices.values.iter().map(|(value, heard)| {
                let theme = if value.is_null() { String::new() } else { value.to_string() };
                (theme, (heard[at + 1].respondents, heard[at + 1].mentions))
            });
            let said: Figures = said.filter(|(_, heard)| heard.0 > 0).collect();
            assert_eq!(&said, figures, "{name} in {set}");
        }
        rules_say_the_same(&engine, theme, &voices.values, &sets[0].1);
    }
}

/// Compares the count of each theme's rule with the table.
fn rules_say_the_same(
    engine: &LocalEngine,
    theme: &str,
    values: &[(Datum, Vec<crosscut::engine::VoiceFigures>)],
    set: &Checked,
) {
    for (value, heard) in values {
        let said = research::said(table(engine), Some(&research::says(table(engine), theme, value)));
        let question = CountsQuestion { filter: set.clone(), rules: vec![checked(engine, &said)] };
        let counts = ask_one(engine, &question, &Cancel::new()).expect("counts");
        assert_eq!((counts[0].in_base, counts[0].in_filter), (heard[0].respondents, heard[1].respondents), "{said}");
    }
}

#[test]
fn matching_rows_keep_file_order() {
    let Some((engine, _)) = open("serdif") else { return };
    let talks = table(&engine);
    let condition = research::says(talks, "tag", &Datum::Text("System issue".into()));
    let rows = research::rows_that(talks, Some(&condition), "2026-06-30".parse().expect("a date")).expect("a rule");
    let question = EventsQuestion {
        table: "talks".into(),
        rows,
        filter: Checked::everyone(),
        columns: vec!["id".into(), "document".into()],
        limit: 3,
    };
    let found = ask_one(&engine, &question, &Cancel::new()).expect("rows");
    let figures = include_str!("figures.tsv").lines().find(|line| line.starts_with("serdif\tSystem issue\tTRUE"));
    let expected = format!("serdif\tSystem issue\tTRUE\t{}\t{}", found.heard.respondents, found.heard.mentions);
    assert_eq!(figures, Some(expected.as_str()));
    let ids: Vec<f64> = found.rows.iter().filter_map(|row| row[0].number()).collect();
    assert!(ids.len() == 3 && ids.is_sorted(), "{ids:?}");
}
