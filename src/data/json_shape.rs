//! Detects whether a text is JSON, and whether it is a table: one object on each line, or one array of objects.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

/// Shape of a text.
#[derive(Debug, PartialEq)]
pub enum JsonShape {
    NotJson,
    Lines,
    Array,
    /// JSON that is no table: the problem and the remedy.
    NoTable(String),
}

const REMEDY: &str = "write one object on each line, or all of them in one array";

/// Detects the shape by the beginning of a text, which is the whole text if `complete` is true. Broken JSON counts as
/// JSON if the file's name says so: its reader then names the line.
pub fn detect(text: &str, name: &str, complete: bool) -> JsonShape {
    let text = text.trim_start();
    let is_named = has_ending(name, &[".json", ".ndjson", ".jsonl", ".geojson"]);
    match text.as_bytes().first() {
        Some(b'[') => {
            let first = text[1..].trim_start();
            match first.as_bytes().first() {
                Some(b'{' | b']') => JsonShape::Array,
                _ if is_json(text) => JsonShape::NoTable(format!("is JSON, but no array of objects: {REMEDY}")),
                _ if is_named => JsonShape::Array,
                _ => JsonShape::NotJson,
            }
        }
        Some(b'{') => {
            let is_whole_line = text.lines().next().is_some_and(|line| object(line).is_some());
            let may_be_envelope = complete && !has_ending(name, &[".ndjson", ".jsonl"]);
            let only = if may_be_envelope { object(text) } else { None };
            match only.as_ref().and_then(list_of_objects) {
                Some(list) => JsonShape::NoTable(format!(
                    "is one JSON object with the rows in \"{list}\": write that array alone, or one object on each line"
                )),
                None if is_whole_line || is_named || is_json(text) => JsonShape::Lines,
                None => JsonShape::NotJson,
            }
        }
        Some(_) if is_named && is_json(text) => JsonShape::NoTable(format!("is JSON, but holds no objects: {REMEDY}")),
        _ => JsonShape::NotJson,
    }
}

fn has_ending(name: &str, endings: &[&str]) -> bool {
    let name = name.to_lowercase();
    let name = name.strip_suffix(".gz").or(name.strip_suffix(".zst")).unwrap_or(&name);
    endings.iter().any(|end| name.ends_with(end))
}

fn object(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

/// Returns the name of the first member that is an array of objects.
fn list_of_objects(object: &Map<String, Value>) -> Option<&str> {
    let is_list =
        |value: &Value| value.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_object));
    object.iter().find(|(_, value)| is_list(value)).map(|(name, _)| name.as_str())
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
        match detect(text, name, true) {
            JsonShape::NotJson => "text".into(),
            JsonShape::Lines => "lines".into(),
            JsonShape::Array => "array".into(),
            JsonShape::NoTable(problem) => problem,
        }
    }

    #[test]
    fn objects_are_a_table() {
        assert_eq!(shape("{\"a\":1}\n{\"a\":2}\n", "t"), "lines");
        assert_eq!(shape("{\"a\":1}", "t.csv"), "lines");
        assert_eq!(shape("[{\"a\":1},\n{\"a\":2}]", "t.csv"), "array");
        assert_eq!(shape("{\"id\":1,\"orders\":[{\"n\":1}]}", "t.ndjson"), "lines");
        assert_eq!(shape("{\"a\":\n", "t.json"), "lines");
    }

    #[test]
    fn object_over_several_lines_is_left_to_the_reader_that_names_the_line() {
        assert_eq!(shape("{\n \"a\": 1\n}\n", "t.csv"), "lines");
        assert_eq!(detect("{\"long\": \"cut", "t.txt", false), JsonShape::Lines);
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
        let envelope = shape("{\"count\":2,\"customers\":[{\"id\":1},{\"id\":2}]}", "t.json");
        assert!(envelope.contains("rows in \"customers\""), "{envelope}");
    }

    #[test]
    fn text_in_brackets_is_text() {
        for text in ["[id],[name]\n1,2\n", "{a},b\n1,2\n", "[1],[2]\n", "id\n1\n", "42\n43\n"] {
            assert_eq!(shape(text, "t.csv"), "text", "{text:?}");
        }
    }
}
