//! Checks that rooms use each other only along the arrows of the map, and that libraries stay in their rooms.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms that each room may use. A room stands below everything that it uses.
const ARROWS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("model", &[]),
    ("term", &["text"]),
    ("rule", &["model", "text"]),
    ("data", &["model", "text"]),
    ("generate", &[]),
    ("engine", &["data", "rule", "model"]),
    ("study", &["data", "rule", "model", "text"]),
    ("insight", &["engine", "study", "rule", "model", "text"]),
    ("session", &["insight", "engine", "study", "data", "rule", "model", "term", "text"]),
    ("report", &["insight", "model", "text"]),
    ("tui::paint", &["study", "text"]),
    ("tui::core", &["tui::paint", "insight", "engine", "study", "data", "rule", "model", "text"]),
    ("tui::widgets", &["tui::core", "tui::paint", "insight", "engine", "rule", "text"]),
    ("tui::views", &["tui::widgets", "tui::core", "tui::paint", "insight", "engine", "study", "rule", "model", "text"]),
    ("tui", &["tui::views", "tui::widgets", "tui::core", "tui::paint", "insight", "engine", "data", "rule", "text"]),
    ("tui::run", &["tui", "tui::views", "tui::core", "session", "insight", "engine", "study", "rule", "term"]),
    (
        "cli",
        &[
            "tui::run",
            "tui::views",
            "tui::core",
            "report",
            "session",
            "insight",
            "engine",
            "study",
            "data",
            "rule",
            "model",
            "generate",
            "term",
            "text",
        ],
    ),
];

/// Crates and the folders that may name them.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("polars", &["engine/local", "data", "generate"]),
    ("arrow_array", &["engine/sql", "engine/adbc", "engine/spark"]),
    ("adbc_core", &["engine/adbc"]),
    ("tonic", &["engine/spark"]),
    ("ratatui", &["tui/paint", "tui/widgets", "tui/views", "tui/panes", "tui/screen.rs", "term"]),
    ("crossterm", &["term", "tui/run/keys.rs"]),
    ("clap", &["cli", "main.rs"]),
    ("tracing_subscriber", &["cli/log_file.rs"]),
    ("sqlparser", &["rule"]),
    ("strsim", &["text"]),
    ("unicode_width", &["text"]),
    ("toml_edit", &["study"]),
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Code of every file of the program without comments, by its path below `src`.
fn files() -> Vec<(String, String)> {
    let pattern = source().join("**/*.rs");
    let paths = glob::glob(pattern.to_str().expect("a path of text")).expect("a good pattern");
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("a source file");
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        (path.strip_prefix(source()).expect("below src").to_string_lossy().into_owned(), code)
    };
    paths.map(|path| read(path.expect("a readable folder"))).collect()
}

/// Folders of a room that are rooms of their own.
const INNER: &[(&str, &str)] = &[
    ("tui/core/", "tui::core"),
    ("tui/paint/", "tui::paint"),
    ("tui/run/", "tui::run"),
    ("tui/views/", "tui::views"),
    ("tui/widgets/", "tui::widgets"),
];

fn room(path: &str) -> &str {
    let inner = INNER.iter().find(|(folder, _)| path.starts_with(folder));
    inner.map_or_else(|| path.split('/').next().unwrap_or_default().trim_end_matches(".rs"), |(_, room)| room)
}

/// Rooms that the code names as `crate::room` or within `crate::{room, …}`.
fn named_rooms(code: &str) -> BTreeSet<&'static str> {
    let mut named = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let group = rest.strip_prefix('{').map(|group| group.split(';').next().unwrap_or_default());
        let starts: Vec<&str> = match group {
            Some(group) => group.split([',', '{', '}', '\n']).map(str::trim).collect(),
            None => vec![rest],
        };
        for start in starts {
            let path = start.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').next().unwrap_or_default();
            let path = format!("{path}::");
            let rooms = ARROWS.iter().map(|(room, _)| *room).filter(|room| path.starts_with(&format!("{room}::")));
            named.extend(rooms.max_by_key(|room| room.len()));
        }
    }
    named
}

#[test]
fn rooms_use_each_other_only_along_the_arrows() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, code) in files().iter().filter(|(path, _)| !matches!(path.as_str(), "lib.rs" | "main.rs")) {
        let room = room(path);
        let may = allowed.get(room).unwrap_or_else(|| panic!("src/{room} is not on the map: tests/it/map.rs"));
        let used = named_rooms(code).into_iter().filter(|used| *used != room && !may.contains(used));
        wrong.extend(used.map(|used| format!("src/{path}: {room} may not use {used}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn arrows_have_no_circle() {
    // Each room comes after all the rooms that it uses.
    let place: BTreeMap<&str, usize> = ARROWS.iter().enumerate().map(|(at, (room, _))| (*room, at)).collect();
    for (room, used) in ARROWS {
        for other in *used {
            assert!(place[other] < place[room], "{room} uses {other}, which is listed below it");
        }
    }
}

#[test]
fn every_arrow_is_used() {
    let mut unused: BTreeSet<(&str, &str)> =
        ARROWS.iter().flat_map(|(room, used)| used.iter().map(|other| (*room, *other))).collect();
    for (path, code) in files() {
        for used in named_rooms(&code) {
            unused.retain(|(from, to)| !(*from == room(&path) && *to == used));
        }
    }
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (path, code) in files() {
        for (library, folders) in LIBRARIES {
            let names = |text: &str| {
                text.match_indices(library).any(|(at, _)| {
                    let before = text[..at].chars().next_back();
                    let after = &text[at + library.len()..];
                    !before.is_some_and(|c| c.is_alphanumeric() || c == '_') && after.starts_with("::")
                })
            };
            if names(&code) && !folders.iter().any(|folder| path.starts_with(folder)) {
                wrong.push(format!("src/{path}: names {library}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Names of the types that a file declares, outside of functions and test modules as well as within.
fn declared_types(code: &str) -> Vec<&str> {
    let name_in = |line: &str| -> Option<(usize, usize)> {
        let trimmed = line.trim_start();
        let rest = trimmed
            .strip_prefix("pub ")
            .or_else(|| trimmed.strip_prefix("pub(")?.split_once(") ").map(|(_, rest)| rest));
        let rest = rest.unwrap_or(trimmed);
        let is_alias = rest.starts_with("type ") && trimmed.len() == line.len();
        let keyword = ["struct ", "enum ", "trait ", "union "].into_iter().find(|word| rest.starts_with(word));
        let keyword = keyword.or(is_alias.then_some("type "))?;
        let start = line.len() - rest.len() + keyword.len();
        let length = line[start..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(line.len() - start);
        Some((start, start + length))
    };
    code.lines().filter_map(|line| name_in(line).map(|(from, to)| &line[from..to])).collect()
}

#[test]
fn type_name_is_declared_once() {
    let files = files();
    let mut declared: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, code) in &files {
        declared_types(code).into_iter().for_each(|name| declared.entry(name).or_default().push(path));
    }
    let twice: Vec<String> = declared
        .iter()
        .filter(|(_, paths)| paths.len() > 1)
        .map(|(name, paths)| format!("{name}: {}", paths.join(", ")))
        .collect();
    assert!(declared.len() > 900, "only {} types were found", declared.len());
    assert!(twice.is_empty(), "one name, one type:\n{}", twice.join("\n"));
}
