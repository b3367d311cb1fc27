//! Checks that the README and the documents made by hand match the program.

use std::path::Path;

use crosscut::app::command::{COMMANDS, EVERYWHERE, PANES, Place, TABLES, TYPING};
use crosscut::study;

const README: &str = include_str!("../../README.md");
const KEYS: &str = include_str!("../../docs/keys.md");
const STUDY: &str = include_str!("../../docs/study.md");

fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, after) = page.split_once(start).expect("the start mark");
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
    let found = between(KEYS, "a test fails when they drift -->", end);
    assert!(found == expected, "the key table in docs/keys.md should be:\n\n{expected}\n");
}

#[test]
fn the_example_config_is_a_study_with_every_setting() {
    let text = between(STUDY, "<!-- config: a test loads it -->\n```toml", "```");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("config.toml");
    std::fs::create_dir(folder.path().join("sample")).expect("a folder");
    for name in ["sample/segments.toml", "sample/personas.toml"] {
        std::fs::write(folder.path().join(name), "").expect("a file");
    }
    std::fs::write(&file, text).expect("a file");
    let study = study::load(&file, None).expect("the config of docs/study.md loads");
    assert_eq!(study.config.privacy.min_cell, 10);
    crosscut::app::Keymap::with(&study.config.keys).expect("its keys are keys");
}

#[test]
fn the_readme_is_short_and_its_links_lead_somewhere() {
    assert!(README.lines().count() <= 150, "{} lines", README.lines().count());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = glob::glob(root.join("docs/*.md").to_str().expect("a path of text")).expect("a good pattern");
    let pages = pages.map(|page| page.expect("a readable folder"));
    for page in pages.chain(["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(|name| root.join(name))) {
        let text = std::fs::read_to_string(&page).expect("a page");
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.contains("://")) {
            let file = link.split('#').next().unwrap_or_default();
            let target = page.parent().expect("a folder").join(file);
            assert!(file.is_empty() || target.exists(), "{}: {link} leads nowhere", page.display());
        }
    }
}
