//! Checks that the README and the documents made by hand match the program.

use std::path::Path;

use crosscut::study;
use crosscut::tui::core::binding::TYPING;
use crosscut::tui::core::{Binding, KeyPress, Keymap, View, keymap};
use crosscut::tui::views::{card, customer};
use regex::Regex;

const README: &str = include_str!("../../README.md");
const KEYS: &str = include_str!("../../docs/keys.md");
const GLOSSARY: &str = include_str!("../../docs/glossary.md");
const STUDY: &str = include_str!("../../docs/study.md");

fn between<'a>(page: &'a str, start: &str, end: &str) -> &'a str {
    let (_, after) = page.split_once(start).expect("the start mark");
    after.split_once(end).expect("the end mark").0.trim()
}

/// The tables of docs/keys.md: one for each view, then those that views share.
fn key_tables() -> String {
    let views = crosscut::tui::views::all();
    let over: [&dyn View; 2] = [&card::CardView::default(), &customer::CustomerView::default()];
    let own = views.iter().chain(over).flat_map(|view| view.keys().sections());
    let opening: Vec<&Binding> = views.iter().filter_map(View::opens).collect();
    let mut page = String::new();
    for section in own.chain(views.common) {
        page += &table(section.title, section.bindings.iter());
    }
    page += &table("Open a view (same key or Esc closes it)", opening.into_iter());
    for section in views.everywhere {
        page += &table(section.title, section.bindings.iter());
    }
    page += "## In the filter line and in text fields\n\n| key | what it does |\n| --- | --- |\n";
    for (keys, doc) in TYPING {
        let keys: Vec<String> = keys.split_whitespace().map(|key| format!("`{key}`")).collect();
        page += &format!("| {} | {doc} |\n", keys.join(" "));
    }
    page.trim().to_owned()
}

fn table<'a>(title: &str, bindings: impl Iterator<Item = &'a Binding>) -> String {
    let mut table = format!("## {title}\n\n| key | command | what it does |\n| --- | --- | --- |\n");
    for binding in bindings {
        let keys: Vec<String> = binding.keys.iter().map(|key| format!("`{key}`")).collect();
        table += &format!("| {} | {} | {} |\n", keys.join(" "), binding.name, binding.doc);
    }
    table + "\n"
}

#[test]
fn default_keys_parse_and_reach_commands() {
    let views = crosscut::tui::views::all();
    for view in views.iter() {
        for binding in keymap::bindings(view, &views) {
            for key in binding.keys {
                assert!(key.parse::<KeyPress>().is_ok(), "{}: {key}", binding.name);
            }
        }
    }
    // A view may use a shared key for something of its own, but no two of its own commands share one.
    let shared = |name: &str| {
        views.common.iter().chain(views.everywhere).flat_map(|section| section.bindings).any(|one| one.name == name)
            || views.iter().filter_map(View::opens).any(|one| one.name == name)
    };
    for (key, one, other) in Keymap::default().clashes(&views) {
        assert!(shared(other), "{key} stands for both {one} and {other}");
    }
}

#[test]
fn config_file_changes_keys() {
    let changes = |name: &str, key: &str| std::collections::BTreeMap::from([(name.to_owned(), vec![key.to_owned()])]);
    let with = |name: &str, key: &str| crosscut::tui::views::keymap(&changes(name, key)).err().unwrap_or_default();
    assert_eq!(with("rows", "Z"), "");
    assert_eq!(with("rowz", "r"), "[keys]: no command is called \"rowz\"");
    assert!(with("rows", "hyper-r").starts_with("[keys] rows: no key is called \"hyper-r\""));
    assert_eq!(with("rows", "s"), "[keys]: s is bound to both save and rows");
}

#[test]
fn key_tables_equal_bindings() {
    let expected = key_tables();
    let end = "<!-- /keys -->";
    let found = between(KEYS, "a test fails when they drift -->", end);
    if found != expected && std::env::var_os("UPDATE_DOCS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
        std::fs::write(path, KEYS.replace(found, &expected)).expect("a writable page");
        return;
    }
    assert!(found == expected, "docs/keys.md is out of date: UPDATE_DOCS=1 cargo test --release --test it readme");
}

#[test]
fn example_config_loads_with_every_setting() {
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
    crosscut::tui::views::keymap(&study.config.keys).expect("its keys are keys");
}

#[test]
fn readme_is_short_and_links_resolve() {
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

/// Returns true if the module, or one below it, declares an item or a public field of this name.
fn declares(module: &str, name: &str) -> bool {
    let pattern = format!(r"(?m)\b(struct|enum|trait|type|fn|const|mod) {name}\b|^\s*pub(\([a-z() ]*\))? {name}:");
    let declaration = Regex::new(&pattern).expect("a regular expression");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module.replace("::", "/"));
    let below = glob::glob(path.join("**/*.rs").to_str().expect("a path of text")).expect("a good pattern");
    let files = below.flatten().chain([path.with_extension("rs")].into_iter().filter(|file| file.exists()));
    files.into_iter().any(|file| declaration.is_match(&std::fs::read_to_string(file).expect("a source file")))
}

#[test]
fn glossary_is_sorted_and_names_declared_items() {
    let rows = GLOSSARY.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split(" | ").collect()).skip(2).collect();
    assert!(rows.len() >= 40, "{} words", rows.len());
    for pair in rows.windows(2) {
        assert!(
            pair[0][0].to_lowercase() < pair[1][0].to_lowercase(),
            "{} is listed before {}",
            pair[0][0],
            pair[1][0]
        );
    }
    let mut missing = Vec::new();
    for row in &rows {
        let [term, _, code] = row.as_slice() else { panic!("three columns: {row:?}") };
        let path = code.trim_matches('`').split_once("::");
        let (room, names) = path.unwrap_or_else(|| panic!("{term}: {code} names no module"));
        let unknown = names.split("::").filter(|name| !declares(room, name));
        missing.extend(unknown.map(|name| format!("{term}: src/{room} declares no {name}")));
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
