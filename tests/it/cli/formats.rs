//! `--format` on every sub-command that prints a table, and options that a sub-command does not take.

use super::{err, failing, out, shop};
use crate::shop::{crosscut, folder};

#[test]
fn markdown_table_is_aligned_by_type_and_escaped() {
    let table = "\
| plan | customers | share\\_of\\_filter | index | value | share\\_of\\_value | mean\\_value |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
| basic | 3 | 50.0 % | 100 | 60.00 | 7.9 % | 20.00 |
| pro | 3 | 50.0 % | 100 | 700.00 | 92.1 % | 233.33 |
";
    assert_eq!(shop(&["group", "plan", "--format", "md"]), table);
}

#[test]
fn ndjson_has_json_objects_one_per_line() {
    for args in [&["segments"][..], &["personas", "--spans"], &["rows", "--columns", "id,country,age"], &["profile"]] {
        let json = shop(&[args, &["--format", "json"]].concat());
        let objects: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
        let lines = shop(&[args, &["--format", "ndjson"]].concat());
        let of_lines: Vec<serde_json::Value> =
            lines.lines().map(|line| serde_json::from_str(line).expect("an object per line")).collect();
        assert_eq!(of_lines, objects, "{args:?}");
    }
}

#[test]
fn tables_print_in_every_format() {
    let folder = folder();
    let tables: &[&[&str]] = &[
        &["count"],
        &["segments"],
        &["personas"],
        &["group", "plan"],
        &["profile"],
        &["segmentation", "plan"],
        &["matrix"],
        &["upset"],
        &["coverage"],
        &["waterfall"],
        &["consolidate"],
        &["why", "@pros"],
        &["attrition", "plan = 'pro' AND age > 5"],
        &["explain", "plan = 'pro'"],
        &["rows"],
        &["customer", "3"],
        &["check"],
        &["describe"],
    ];
    for table in tables {
        for format in ["table", "json", "ndjson", "csv", "md"] {
            let output = crosscut(folder.path(), &[*table, &["--format", format]].concat());
            assert_eq!(output.status.code(), Some(0), "{table:?} {format}: {}", err(&output));
        }
        let refused = crosscut(folder.path(), &[*table, &["--format", "html"]].concat());
        assert_eq!((refused.status.code(), out(&refused)), (Some(2), String::new()), "{table:?}");
    }
}

#[test]
fn truncation_is_reported_in_every_format() {
    for format in ["table", "json", "ndjson", "csv", "md"] {
        let folder = folder();
        let said = |args: &[&str]| err(&crosscut(folder.path(), &[args, &["--format", format]].concat()));
        let rows = said(&["rows", "--limit", "2"]);
        assert!(rows.contains("crosscut: 4 more; --limit N shows more"), "{format}: {rows}");
        assert_eq!(said(&["group", "country", "--top", "3"]), "crosscut: --top 3 leaves out 1 of 4 lines\n");
        assert_eq!(said(&["rows"]), "", "{format}");
    }
}

#[test]
fn command_help_lists_only_accepted_options() {
    let has = |command: &str, option: &str| shop(&[command, "--help"]).contains(&format!("{option} "));
    for (command, option, expected) in [
        ("segments", "--value", true),
        ("segments", "--sep", true),
        ("profile", "--value", false),
        ("generate", "--filter", false),
        ("generate", "--format", false),
        ("generate", "--sep", false),
        ("init", "--sep", true),
        ("init", "--rejects", false),
        ("sql", "--format", false),
        ("check", "--filter", false),
    ] {
        assert_eq!(has(command, option), expected, "{command} {option}");
    }
    let report = shop(&["report", "--help"]);
    assert!(report.contains("html:") && report.contains("md:") && !report.contains("ndjson:"), "{report}");
}

#[test]
fn options_without_effect_are_refused_before_and_after_command() {
    for args in [&["profile", "--value", "spend"][..], &["--value", "spend", "profile"]] {
        assert_eq!(failing(args), (Some(2), "crosscut: profile takes no --value\n".into()));
    }
    let (code, told) = failing(&["--format", "html", "count"]);
    let expected = "crosscut: count cannot write html: --format takes table, json, ndjson, csv, md\n";
    assert_eq!((code, told.as_str()), (Some(2), expected));
    let (code, told) = failing(&["--format", "json"]);
    assert_eq!(code, Some(2));
    assert!(told.contains("--format is for sub-commands"), "{told}");
}
