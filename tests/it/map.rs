//! Checks that top-level modules ("rooms") use each other only along the arrows of the map, and that libraries stay in
//! their modules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

/// Top-level modules ("rooms"), each with those that it may use. A module stands below everything that it uses.
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

/// Code by the module of its file.
type Modules = BTreeMap<Vec<String>, String>;

/// Returns the modules of the program, without their tests.
fn modules() -> Modules {
    let without_tests = |code: String| match code.split_once("#[cfg(test)]\nmod tests") {
        Some((code, _)) => code.to_owned(),
        None => code,
    };
    files().into_iter().map(|(path, code)| (module(&path), without_tests(code))).collect()
}

/// Returns the module of a file: `tui/views/mod.rs` is `tui::views`.
fn module(path: &str) -> Vec<String> {
    match path {
        "lib.rs" | "main.rs" => Vec::new(),
        path => path.trim_end_matches(".rs").trim_end_matches("/mod").split('/').map(str::to_owned).collect(),
    }
}

/// A path that a file names, from the root of the crate.
struct NamedPath {
    path: Vec<String>,
    /// True if the file makes it public again: `pub use`.
    is_exported: bool,
}

/// Returns the paths that a module's code names: those of its imports, each written out, and those between them.
fn named_paths(module: &[String], code: &str, modules: &Modules) -> Vec<NamedPath> {
    let import = Regex::new(r"(?m)^\s*(pub(?:\([^)]*\))? )?use ([^;]+);").expect("a regular expression");
    let inline = Regex::new(r"\b(?:crate|super|self)(?:::\w+)+").expect("a regular expression");
    let mut named = Vec::new();
    for found in import.captures_iter(code) {
        let paths = written_out(&found[2].replace('\n', " "));
        let paths = paths.iter().filter_map(|path| from_root(module, path, modules));
        named.extend(paths.map(|path| NamedPath { path, is_exported: found.get(1).is_some() }));
    }
    let rest = import.replace_all(code, "");
    let paths = inline.find_iter(&rest).filter_map(|path| from_root(module, path.as_str(), modules));
    named.extend(paths.map(|path| NamedPath { path, is_exported: false }));
    named
}

/// Returns the paths of a `use` tree, each written out: `a::{b, c::D}` is `a::b` and `a::c::D`.
fn written_out(tree: &str) -> Vec<String> {
    let Some((start, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for c in rest.trim().trim_end_matches('}').chars() {
        match c {
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            '{' | '}' => {
                depth += if c == '{' { 1 } else { -1 };
                part.push(c);
            }
            c => part.push(c),
        }
    }
    parts.push(part);
    let parts = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty());
    parts.flat_map(|part| written_out(&balanced(part))).map(|part| format!("{}{part}", start.trim())).collect()
}

/// Closes the brackets of a tree that were cut off with those around it.
fn balanced(tree: &str) -> String {
    let missing = tree.matches('{').count().saturating_sub(tree.matches('}').count());
    format!("{tree}{}", "}".repeat(missing))
}

/// Returns the path from the root of the crate, if it lies in the crate.
fn from_root(module: &[String], path: &str, modules: &Modules) -> Option<Vec<String>> {
    let mut parts = path.split("::").map(str::to_owned).peekable();
    let mut base: Vec<String> = match parts.peek()?.as_str() {
        "crate" => Vec::new(),
        "self" | "super" => module.to_vec(),
        first => {
            let below = [module, &[first.to_owned()]].concat();
            modules.contains_key(&below).then(|| module.to_vec())?
        }
    };
    while let Some(part) = parts.next_if(|part| matches!(part.as_str(), "crate" | "self" | "super")) {
        if part == "super" {
            base.pop();
        }
    }
    base.extend(parts.filter(|part| part != "self"));
    Some(base)
}

/// Returns the uses of one room by another: the module that names the other room, its own room, and the other.
fn used_rooms() -> Vec<(String, &'static str, &'static str)> {
    let modules = modules();
    let room_of = |path: &[String]| {
        let path = format!("{}::", path.join("::"));
        let rooms = ARROWS.iter().map(|(room, _)| *room).filter(|room| path.starts_with(&format!("{room}::")));
        rooms.max_by_key(|room| room.len())
    };
    let mut used = BTreeSet::new();
    for (module, code) in modules.iter().filter(|(module, _)| !module.is_empty()) {
        let name = module.join("::");
        let own = room_of(module).unwrap_or_else(|| panic!("{name} is in no room of the map: tests/it/map.rs"));
        let others = named_paths(module, code, &modules).into_iter().filter_map(|named| room_of(&named.path));
        used.extend(others.filter(|other| *other != own).map(|other| (name.clone(), own, other)));
    }
    used.into_iter().collect()
}

#[test]
fn rooms_import_only_along_arrows() {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let wrong = used_rooms().into_iter().filter(|(_, room, used)| !allowed[room].contains(used));
    let wrong: Vec<String> = wrong.map(|(module, room, used)| format!("{module}: {room} may not use {used}")).collect();
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
fn arrows_are_all_used() {
    let used: BTreeSet<(&str, &str)> = used_rooms().into_iter().map(|(_, room, other)| (room, other)).collect();
    let arrows = ARROWS.iter().flat_map(|(room, used)| used.iter().map(|other| (*room, *other)));
    let unused: Vec<(&str, &str)> = arrows.filter(|arrow| !used.contains(arrow)).collect();
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
fn type_names_are_declared_once() {
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

/// Returns the arrows between files: from each file to those that declare the names that it imports or names by their
/// paths. Between a folder's own file and the files below it there are none.
fn file_arrows() -> BTreeMap<Vec<String>, BTreeSet<Vec<String>>> {
    let modules = modules();
    let mut exported: BTreeMap<(Vec<String>, String), Vec<String>> = BTreeMap::new();
    let mut used: Vec<(&Vec<String>, Vec<String>)> = Vec::new();
    for (module, code) in &modules {
        for NamedPath { path, is_exported } in named_paths(module, code, &modules) {
            match path.last().filter(|_| is_exported) {
                Some(name) => drop(exported.insert((module.clone(), name.clone()), path.clone())),
                None => used.push((module, path)),
            }
        }
    }
    let declares = |path: Vec<String>| {
        let mut path = path;
        for _ in 0..8 {
            let length = (0..=path.len()).rev().find(|length| modules.contains_key(&path[..*length]))?;
            let (module, name) = (path[..length].to_vec(), path.get(length).cloned());
            match name.and_then(|name| exported.get(&(module.clone(), name))) {
                Some(other) => path = [other.as_slice(), &path[length + 1..]].concat(),
                None => return Some(module),
            }
        }
        None
    };
    let mut arrows: BTreeMap<Vec<String>, BTreeSet<Vec<String>>> = BTreeMap::new();
    for (module, path) in used {
        let Some(other) = declares(path) else { continue };
        if !other.is_empty() && !module.starts_with(&other) && !other.starts_with(module) {
            arrows.entry(module.clone()).or_default().insert(other);
        }
    }
    arrows
}

#[test]
fn files_import_each_other_in_one_direction() {
    let mut arrows = file_arrows();
    assert!(arrows.len() > 400, "{} files import others", arrows.len());
    // Files that import nothing that is left, or that nothing left imports, are in no circle.
    loop {
        let imported: BTreeSet<Vec<String>> = arrows.values().flatten().cloned().collect();
        let importing: BTreeSet<Vec<String>> = arrows.keys().cloned().collect();
        let before: usize = arrows.values().map(BTreeSet::len).sum();
        arrows.retain(|file, _| imported.contains(file));
        arrows.values_mut().for_each(|others| others.retain(|other| importing.contains(other)));
        arrows.retain(|_, others| !others.is_empty());
        if arrows.values().map(BTreeSet::len).sum::<usize>() == before {
            break;
        }
    }
    let line = |(file, others): (&Vec<String>, &BTreeSet<Vec<String>>)| {
        let others: Vec<String> = others.iter().map(|other| other.join("/")).collect();
        format!("{} -> {}", file.join("/"), others.join(", "))
    };
    let lines: Vec<String> = arrows.iter().map(line).collect();
    assert!(lines.is_empty(), "these files are in a circle, or between two:\n{}", lines.join("\n"));
}
