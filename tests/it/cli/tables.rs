//! Tables beside the base: missing ones, and other columns that identify a row's customer.

use super::{append, crosscut, err, out, replace};
use crate::shop;

const SEGMENT: &str = "\n[[segment]]\nname = \"visited\"\nkind = \"behaviour\"\nwhere = \"visits.count() >= 1\"\n";

fn write(folder: &tempfile::TempDir, file: &str, text: &str) {
    std::fs::write(folder.path().join(file), text).expect("a writable folder");
}

#[test]
fn missing_table_fails_only_dependent_definitions() {
    let folder = shop::folder();
    append(&folder, "config.toml", "\n[tables.visits]\npath = \"visits.csv\"\n[columns]\nseen = \"visits.count()\"\n");
    append(&folder, "segments.toml", SEGMENT);
    let count = crosscut(folder.path(), &["count", "plan = 'pro'"]);
    assert_eq!((count.status.code(), out(&count).as_str()), (Some(0), "3\n"));
    assert!(err(&count).contains("config.toml:") && err(&count).contains("visits.csv"), "{}", err(&count));
    let seen = crosscut(folder.path(), &["count", "seen = 1"]);
    assert!(err(&seen).contains("seen is made of visits, which is missing at 1"), "{}", err(&seen));
    assert_eq!(seen.status.code(), Some(1));
    let segments = crosscut(folder.path(), &["segments", "--format", "csv"]);
    assert!(out(&segments).lines().any(|line| line.starts_with("pros,")) && segments.status.success());
    let check = crosscut(folder.path(), &["check"]);
    assert_eq!(check.status.code(), Some(1));
    let told = out(&check) + &err(&check);
    assert!(told.contains("visits.csv") && told.contains("@visited"), "{told}");
}

#[test]
fn table_with_unknown_column_lists_columns() {
    let folder = shop::folder();
    append(&folder, "config.toml", "\n[tables.visits]\npath = \"visits.csv\"\ntheme = \"topic\"\n");
    write(&folder, "visits.csv", "id,page\n1,home\n");
    let count = crosscut(folder.path(), &["count"]);
    assert_eq!(out(&count), "6\n");
    assert!(err(&count).contains("[tables.visits]: there is no column \"topic\"; there are id, page"));
}

#[test]
fn table_joins_on_other_column_and_key_prefix() {
    let folder = shop::folder();
    append(
        &folder,
        "config.toml",
        "\n[tables.visits]\npath = \"visits.csv\"\nkey = \"who\"\nkey_until = \"/\"\non = \"plan\"\n",
    );
    write(&folder, "visits.csv", "who,page\npro/2026,home\npro,home\nfree/1,home\n");
    // All customers with a value share its rows.
    assert_eq!(out(&crosscut(folder.path(), &["count", "visits.count() = 2"])), "3\n");
    assert_eq!(out(&crosscut(folder.path(), &["count", "visits.count() = 0"])), "3\n");
}

#[test]
fn check_counts_rows_that_found_customer() {
    let folder = shop::folder();
    append(&folder, "config.toml", "\n[tables.visits]\npath = \"visits.csv\"\nkey = \"who\"\non = \"country\"\n");
    write(&folder, "visits.csv", "who,page\nDE,home\nde,home\n US,home\nXX,home\n,home\n");
    let check = crosscut(folder.path(), &["check"]);
    assert!(
        err(&check).contains(
            "visits: 1 of 5 rows matched a customer; 4 unmatched: 1 differs in blanks around the key, 1 differs in case, \
             1 unknown, 1 without a key"
        ),
        "{}",
        err(&check)
    );
    replace(&folder, "config.toml", "on = \"country\"", "on = \"id\"");
    write(&folder, "visits.csv", "who,page\n1,home\n2,home\n");
    let check = crosscut(folder.path(), &["check"]);
    assert!(err(&check).contains("visits: all 2 rows matched a customer\n"), "{}", err(&check));
    write(&folder, "visits.csv", "who,page\n01,home\n2,home\nx,home\n");
    let check = crosscut(folder.path(), &["check"]);
    assert!(err(&check).contains("visits: 1 of 3 rows matched a customer; 2 unmatched: 1 differs in how the number"));
}

#[test]
fn event_call_is_column_to_profile_group_and_list() {
    let folder = shop::folder();
    append(&folder, "config.toml", "\n[tables.visits]\npath = \"visits.csv\"\n");
    write(&folder, "visits.csv", "id,page\n1,home\n1,shop\n2,home\n3,shop\n3,home\n3,home\n");
    let open = |args: &[&str]| {
        let output = crosscut(folder.path(), args);
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        out(&output)
    };
    let profile = open(&["profile", "visits.count()", "--format", "json"]);
    let profile: serde_json::Value = serde_json::from_str(&profile).expect("JSON");
    // The customers have 0, 0, 0, 1, 2 and 3 visits.
    assert_eq!(profile[0]["type"], "integer", "{profile}");
    assert_eq!((profile[0]["median"].as_f64(), profile[0]["max"].as_f64()), (Some(0.5), Some(3.0)), "{profile}");
    let groups = open(&["group", "visits.count()", "--format", "csv"]);
    assert!(groups.contains("\n0,3,") || groups.contains("\n0,<"), "{groups}");
    let rows = open(&["rows", "--columns", "id,visits.count()", "--format", "csv"]);
    assert!(rows.contains("\n3,3\n"), "{rows}");
}
