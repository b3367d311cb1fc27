//! Checks that the README matches the program.

use crosscut::app::command::{COMMANDS, EVERYWHERE, PANES, Place, TABLES, TYPING};
use crosscut::study;

const README: &str = include_str!("../../README.md");

fn between<'a>(start: &str, end: &str) -> &'a str {
    let (_, after) = README.split_once(start).expect("the start mark");
    after.split_once(end).expect("the end mark").0.trim()
}

fn key_table() -> String {
    let mut table = "| key | command | what it does | where |\n| --- | --- | --- | --- |\n".to_owned();
    for spec in COMMANDS {
        let keys: Vec<String> = spec.keys.iter().map(|key| format!("`{key}`")).collect();
        table += &format!("| {} | {} | {} | {} |\n", keys.join(" "), spec.name, spec.doc, places(spec.places));
    }
    table += "\nIn the filter line and in text fields:\n\n| key | what it does |\n| --- | --- |\n";
    for (keys, doc) in TYPING {
        let keys: Vec<String> = keys.split_whitespace().map(|key| format!("`{key}`")).collect();
        table += &format!("| {} | {doc} |\n", keys.join(" "));
    }
    table.trim().to_owned()
}

fn places(places: &[Place]) -> String {
    let word = |place: &Place| match place {
        Place::Segments => "segments",
        Place::Groups => "groups",
        Place::Personas => "personas",
        Place::Rows => "rows",
        Place::Matrix => "matrix",
        Place::UpSet => "upset",
        Place::Why => "why",
        Place::Facets => "facets",
        Place::Profile => "profile",
        Place::Consolidate => "consolidate",
        Place::Coverage => "coverage",
        Place::Research => "research",
        Place::Card => "card",
        Place::Page => "help",
    };
    if places == EVERYWHERE {
        return "everywhere".into();
    }
    if places == TABLES {
        return "panes, views".into();
    }
    let (in_panes, rest) = match places.strip_prefix(PANES) {
        Some(rest) => (Some("panes"), rest),
        None => (None, places),
    };
    in_panes.into_iter().chain(rest.iter().map(word)).collect::<Vec<_>>().join(", ")
}

#[test]
fn the_key_table_is_the_table_of_commands() {
    let expected = key_table();
    let end = "<!-- /keys -->";
    let found = between("a test fails when they drift -->", end);
    assert!(found == expected, "the README's key table should be:\n\n{expected}\n");
}

#[test]
fn the_example_config_is_a_study_with_every_setting() {
    let text = between("<!-- config: a test loads it -->\n```toml", "```");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("config.toml");
    std::fs::create_dir(folder.path().join("sample")).expect("a folder");
    for name in ["sample/segments.toml", "sample/personas.toml"] {
        std::fs::write(folder.path().join(name), "").expect("a file");
    }
    std::fs::write(&file, text).expect("a file");
    let study = study::load(&file, None).expect("the README's config loads");
    assert_eq!(study.config.privacy.min_cell, 10);
    crosscut::app::Keymap::with(&study.config.keys).expect("its keys are keys");
}
