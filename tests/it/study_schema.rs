//! The JSON Schemas of the study's files, against files that are read and files that are refused.

use std::path::Path;

use crosscut::study::{StudyFileKind, schema};
use serde_json::Value;

use crate::shop::crosscut;

/// Returns the places at which a value does not fit a schema; only the words that our schemas use are understood.
fn faults(root: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let target = root.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is not defined"));
        return faults(root, target, value, place);
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(forms) = schema[word].as_array() {
            let fits = forms.iter().any(|form| faults(root, form, value, place).is_empty());
            return if fits { Vec::new() } else { vec![format!("{place} fits no form")] };
        }
    }
    if let Some(only) = schema.get("const") {
        return if only == value { Vec::new() } else { vec![format!("{place} is not {only}")] };
    }
    if let Some(values) = schema["enum"].as_array() {
        return if values.contains(value) { Vec::new() } else { vec![format!("{place} is none of the values")] };
    }
    let is_of = |kind: &str| match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{other} is no type"),
    };
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !kinds.is_empty() && !kinds.into_iter().any(is_of) {
        return vec![format!("{place} is no {}", schema["type"])];
    }
    let mut found = Vec::new();
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(required).is_none() {
            found.push(format!("{place} has no {required}"));
        }
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        let place = format!("{place}.{key}");
        match (schema["properties"].get(key), &schema["additionalProperties"]) {
            (Some(known), _) => found.extend(faults(root, known, inner, &place)),
            (None, Value::Bool(false)) => found.push(format!("{place} is unknown")),
            (None, Value::Object(_)) => found.extend(faults(root, &schema["additionalProperties"], inner, &place)),
            (None, _) => {}
        }
    }
    for (n, inner) in value.as_array().into_iter().flatten().enumerate() {
        if schema["items"].is_object() {
            found.extend(faults(root, &schema["items"], inner, &format!("{place}[{n}]")));
        }
    }
    found
}

fn of_text(file: StudyFileKind, text: &str) -> Vec<String> {
    fn plain(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(date) => Value::String(date.to_string()),
            toml::Value::Array(items) => items.into_iter().map(plain).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, plain(value))).collect(),
            other => serde_json::to_value(other).expect("a plain value"),
        }
    }
    let root = schema(file);
    let value = plain(toml::Value::Table(text.parse().expect("TOML")));
    faults(&root, &root, &value, "")
}

#[test]
fn sample_study_fits_schemas() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, path) in [
        (StudyFileKind::Config, "config.toml"),
        (StudyFileKind::Segments, "sample/segments.toml"),
        (StudyFileKind::Personas, "sample/personas.toml"),
    ] {
        let text = std::fs::read_to_string(folder.join(path)).expect("a file of the sample");
        assert_eq!(of_text(file, &text), [""; 0], "{path}");
    }
}

#[test]
fn wrong_settings_violate_schemas() {
    let config = |text: &str| of_text(StudyFileKind::Config, text);
    assert_eq!(config("[data]\npat = \"c.csv\""), [".data.pat is unknown"]);
    assert_eq!(config("[privacy]\nmin_cell = \"ten\""), [".privacy.min_cell is no \"integer\""]);
    assert_eq!(config("[look]\ntheme = \"pink\""), [".look.theme fits no form"]);
    assert_eq!(config("[data]\nheader = false\nas_of = 2026-06-30\n[engine]\nmemory = \"8GB\""), [""; 0]);
    assert_eq!(config("[data.types]\nspend = { type = \"number\", decimal = \",\" }\nzip = \"text\""), [""; 0]);
    let segments = |text: &str| of_text(StudyFileKind::Segments, text);
    assert_eq!(segments("[[segment]]\nname = \"a\""), [".segment[0] has no where"]);
    assert_eq!(segments("[[segmentation]]\nname = \"a\"\nbreaks = [1, 2.5]"), [""; 0]);
    let personas = |text: &str| of_text(StudyFileKind::Personas, text);
    assert_eq!(personas("[[persona]]\nid = \"a\"\ngoals = \"one\""), [".persona[0].goals is no \"array\""]);
}

#[test]
fn command_prints_each_schema() {
    for file in ["config", "segments", "personas"] {
        let output = crosscut(Path::new("."), &["spec", "--schema", file]);
        let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert!(printed["properties"].is_object(), "{file}");
    }
}
