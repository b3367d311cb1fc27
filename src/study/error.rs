use std::fmt;
use std::path::{Path, PathBuf};

use crate::text::{nearest, visible};

/// Reason why a study cannot be read, with its place. Shown as one line: `sample/segments.toml:12:8: unknown key
/// "wher": did you mean "where"?`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyError {
    pub file: PathBuf,
    /// Line, counted from 1; `None` if the error concerns the whole file.
    pub line: Option<usize>,
    /// Column in characters, counted from 1.
    pub column: Option<usize>,
    /// One line, lower case, no full stop.
    pub message: String,
    /// Remedy.
    pub hint: Option<String>,
}

impl StudyError {
    /// Creates an error that concerns the whole file.
    pub fn in_file(file: &Path, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, column: None, message: message.into(), hint: None }
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for StudyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: String =
            [self.line, self.column].into_iter().flatten().map(|number| format!(":{number}")).collect();
        let hint = self.hint.as_ref().map(|hint| format!(": {hint}")).unwrap_or_default();
        // A path or a name can have control characters: TOML has escapes for them.
        f.write_str(&visible(&format!("{}{numbers}: {}{hint}", shown(&self.file), self.message)))
    }
}

impl std::error::Error for StudyError {}

/// Returns a path as a person in the current folder would write it.
pub(super) fn shown(path: &Path) -> std::path::Display<'_> {
    let here = std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok());
    here.filter(|short| !short.as_os_str().is_empty()).unwrap_or(path).display()
}

/// Rewrites messages of `toml` and serde in plain words: the reason and the remedy. `culprit` is the text they refer
/// to.
pub(super) fn plain_words(message: &str, culprit: &str) -> (String, Option<String>) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let Some((found, expected)) = split_mismatch(message) {
        let hint = culprit.strip_prefix('[').filter(|rest| expected == "a sequence" && !rest.starts_with('['));
        let reason = format!("expected {}, found {}", plain_expected(expected), plain_found(found, culprit));
        return (reason, hint.map(|_| format!("write [{culprit}]")));
    }
    match quoted.split_first() {
        Some((name, choices)) if message.starts_with("unknown field") => {
            (format!("unknown key {name:?}"), Some(way_out(name, choices, "keys here")))
        }
        Some((name, choices)) if message.starts_with("unknown variant") => {
            (format!("unknown value {name:?}"), Some(way_out(name, choices, "one of")))
        }
        Some((name, _)) if message.starts_with("missing field") => match culprit.starts_with('[') {
            true => (format!("{culprit} has no {name:?}"), None),
            false => (format!("{name:?} is missing here"), None),
        },
        _ if message == "duplicate key" => (format!("{culprit:?} is here twice"), None),
        _ if message.starts_with("string values must be quoted") => match culprit.is_empty() {
            true => ("the value is missing".into(), None),
            false => ("text must be in quotes".into(), Some(format!("write {}", super::edit::quoted(culprit)))),
        },
        _ => (message.replace('\n', " "), None),
    }
}

/// Splits `invalid type: FOUND, expected EXPECTED`. FOUND may quote what the person wrote, so the last `expected`
/// counts.
fn split_mismatch(message: &str) -> Option<(&str, &str)> {
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    rest.rsplit_once(", expected ")
}

fn way_out(name: &str, choices: &[&str], otherwise: &str) -> String {
    match nearest(name, choices.iter().copied()) {
        Some(near) => format!("did you mean {near:?}?"),
        None => format!("{otherwise}: {}", choices.join(", ")),
    }
}

fn plain_expected(expected: &str) -> &str {
    match expected {
        "f64" => "a number",
        "u64" | "usize" => "a whole number, 0 or more",
        "i8" => "a small whole number",
        "a string" | "string" => "text in quotes",
        "a sequence" => "a list",
        "a TOML datetime" | "local date" => "a date without quotes, such as 2026-03-14",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
}

fn plain_found(found: &str, culprit: &str) -> String {
    match found.split_once(['`', '"']) {
        // `toml` represents a date as a map.
        None if found == "map" && !culprit.starts_with(['{', '[']) => "a date or time".into(),
        None if found == "map" => "a table".into(),
        None if found == "sequence" => "a list".into(),
        None if found.ends_with("datetime") || found.starts_with("local ") => "a date or time of another form".into(),
        Some((_, value)) if !found.starts_with("string") => value.split('`').next().unwrap_or(value).into(),
        _ => found.replacen("string", "the text", 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_requires_similar_name() {
        assert_eq!(nearest("wher", ["name", "where"]), Some("where"));
        assert_eq!(nearest("Wehre", ["name", "where"]), Some("where"));
        assert_eq!(nearest("zebra", ["name", "where"]), None);
        assert_eq!(nearest("x", []), None);
    }
}
