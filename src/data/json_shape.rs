//! Detects whether a text is JSON, and whether it is a table: one object on each line, or one array of objects, which may be
//! a member of an object around it.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::choice::listed;

/// Shape of a text.
#[derive(Debug, PartialEq)]
pub enum JsonShape {
    NotJson,
    Lines,
    /// An array of objects, at a path of members; an empty one for the whole text.
    Array(Vec<String>),
    /// JSON that is no table: the problem and the remedy.
    NoTable(String),
}

const REMEDY: &str = "write one object on each line, or all of them in one array";

/// Detects the shape by the beginning of a text, which is the whole text if `complete` is true. Broken JSON counts as
/// JSON if the file's name says so: its reader then names the line. `table` is the member with the rows, if a person
/// names one.
pub fn detect(text: &str, name: &str, complete: bool, table: Option<&str>) -> JsonShape {
    let text = text.trim_start();
    let is_named = has_ending(name, &[".json", ".ndjson", ".jsonl", ".geojson"]);
    match text.as_bytes().first() {
        Some(b'[') => {
            let first = text[1..].trim_start();
            match first.as_bytes().first() {
                Some(b'{' | b']') => JsonShape::Array(Vec::new()),
                _ if is_json(text) => JsonShape::NoTable(format!("is JSON, but not an array of objects: {REMEDY}")),
                _ if is_named => JsonShape::Array(Vec::new()),
                _ => JsonShape::NotJson,
            }
        }
        Some(b'{') => {
            if let Some(table) = table {
                return JsonShape::Array(table.split('.').map(str::to_owned).collect());
            }
            let mut lines = text.lines().filter(|line| !line.trim().is_empty());
            let is_whole_line = lines.next().is_some_and(|line| object(line).is_some());
            let are_lines = is_whole_line && (lines.next().is_some() || !complete);
            let lists = if are_lines || has_ending(name, &[".ndjson", ".jsonl"]) { Vec::new() } else { lists(text) };
            match lists.as_slice() {
                [] if is_whole_line || is_named || is_json(text) => JsonShape::Lines,
                [] => JsonShape::NotJson,
                [path] => JsonShape::Array(path.clone()),
                several => {
                    let names: Vec<String> = several.iter().map(|path| path.join(".")).collect();
                    JsonShape::NoTable(format!(
                        "holds several lists of objects ({}): name the one with the rows by table = {:?} under [data], or --table",
                        listed(&names),
                        names.first().map(String::as_str).unwrap_or_default()
                    ))
                }
            }
        }
        Some(_) if is_named && is_json(text) => JsonShape::NoTable(format!("is JSON, but holds no objects: {REMEDY}")),
        _ => JsonShape::NotJson,
    }
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    let name = name.to_lowercase();
    let packed = [".gz", ".zst", ".bz2"].iter().find_map(|end| name.strip_suffix(end));
    let name = packed.unwrap_or(&name);
    endings.iter().any(|end| name.ends_with(end))
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

/// Maximum number of objects around the rows.
const MAX_DEPTH: usize = 3;

/// Returns the paths of the members that are arrays of objects, as far as a text goes that may be cut. Arrays within
/// arrays are none.
fn lists(text: &str) -> Vec<Vec<String>> {
    let bytes = text.as_bytes();
    let next = |at: usize| bytes.get(at..)?.iter().find(|byte| !byte.is_ascii_whitespace());
    // The open objects with their current members, and the open arrays.
    let mut open: Vec<Option<String>> = Vec::new();
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let end = end_of_string(bytes, at);
                if let (Some(Some(member)), Some(b':')) = (open.last_mut(), next(end)) {
                    *member = text.get(at..end).and_then(|name| serde_json::from_str(name).ok()).unwrap_or_default();
                }
                at = end;
                continue;
            }
            b'{' => open.push(Some(String::new())),
            b'[' => {
                let path: Option<Vec<String>> = open.iter().cloned().collect();
                let is_list = next(at + 1) == Some(&b'{') && (1..=MAX_DEPTH).contains(&open.len());
                found.extend(path.filter(|_| is_list));
                open.push(None);
            }
            b'}' | b']' => drop(open.pop()),
            _ => {}
        }
        at += 1;
    }
    found
}

/// Returns the place behind the string that begins at `start`.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Returns true if the text consists of JSON values, the last of which may be cut.
fn is_json(text: &str) -> bool {
    let values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let fault = values.filter_map(Result::err).next();
    !text.trim().is_empty() && fault.is_none_or(|error| error.is_eof())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str, name: &str) -> String {
        match detect(text, name, true, None) {
            JsonShape::NotJson => "text".into(),
            JsonShape::Lines => "lines".into(),
            JsonShape::Array(path) if path.is_empty() => "array".into(),
            JsonShape::Array(path) => format!("array {}", path.join(".")),
            JsonShape::NoTable(problem) => problem,
        }
    }

    #[test]
    fn json_objects_form_table() {
        assert_eq!(shape("{\"a\":1}\n{\"a\":2}\n", "t"), "lines");
        assert_eq!(shape("{\"a\":1}", "t.csv"), "lines");
        assert_eq!(shape("[{\"a\":1},\n{\"a\":2}]", "t.csv"), "array");
        assert_eq!(shape("{\"id\":1,\"orders\":[{\"n\":1}]}", "t.ndjson"), "lines");
        assert_eq!(shape("{\"a\":\n", "t.json"), "lines");
    }

    #[test]
    fn object_over_several_lines_is_read_as_lines() {
        assert_eq!(shape("{\n \"a\": 1\n}\n", "t.csv"), "lines");
        assert_eq!(detect("{\"long\": \"cut", "t.txt", false, None), JsonShape::Lines);
    }

    #[test]
    fn json_without_rows_is_no_table() {
        for (text, name) in [
            ("[1,2,3]", "t.csv"),
            ("[[1,2],[3,4]]", "t.json"),
            ("[\"a\",\"b\"]", "t.txt"),
            ("[1,2]\n[3,4]\n", "t.ndjson"),
            ("[null]", "t.json"),
            ("\"text\"", "t.json"),
            ("42", "t.json"),
            ("1\n2\n3\n", "t.ndjson.gz"),
            ("null\n", "T.JSON"),
        ] {
            assert!(shape(text, name).starts_with("is JSON, but"), "{text}: {}", shape(text, name));
        }
    }

    #[test]
    fn nested_list_of_objects_is_table() {
        let found = |text| shape(text, "t.json");
        assert_eq!(found("{\"count\":2,\"customers\":[{\"id\":1},{\"id\":2}]}"), "array customers");
        assert_eq!(found("{\"tags\":[\"[{\"],\"a\\\"b\":{\"rows\":[\n{\"id\":[{}]}]}}"), "array a\"b.rows");
        assert_eq!(shape("{\"id\":1,\"orders\":[{\"n\":1}]}\n{\"id\":2}", "t"), "lines");
        let several = found("{\"customers\":[{\"id\":1}],\"orders\":[{\"id\":1}]}");
        assert!(several.contains("(customers, orders)") && several.contains("table = \"customers\""), "{several}");
        let path = vec!["data".to_owned(), "rows".to_owned()];
        assert_eq!(detect("{\"data\": {\"rows\": [{\"cut", "t.json", false, None), JsonShape::Array(path.clone()));
        assert_eq!(detect("{\"other\": [{}]", "t.json", false, Some("data.rows")), JsonShape::Array(path));
    }

    #[test]
    fn text_in_brackets_is_no_json() {
        for text in ["[id],[name]\n1,2\n", "{a},b\n1,2\n", "[1],[2]\n", "id\n1\n", "42\n43\n"] {
            assert_eq!(shape(text, "t.csv"), "text", "{text:?}");
        }
    }
}
