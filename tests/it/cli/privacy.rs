//! Disclosure control on the command line: masked columns and small counts.

use super::{append, crosscut, err, out, replace};
use crate::shop;

#[test]
fn small_counts_are_suppressed() {
    let folder = shop::folder();
    let config = std::fs::read_to_string(folder.path().join("config.toml")).expect("a config");
    std::fs::write(folder.path().join("config.toml"), config + "min_cell = 3\n").expect("a writable folder");
    let run = |args: &[&str]| out(&crosscut(folder.path(), args));
    assert_eq!(run(&["count", "country = 'CA'"]), "<3\n");
    // Nobody, too: 0 beside <3 would answer any question about one customer.
    assert_eq!(run(&["count", "country = 'FR'"]), "<3\n");
    assert_eq!(run(&["count", "plan = 'pro'"]), "3\n");
    let groups = run(&["group", "plan", "--filter", "country IN ('DE', 'CA')", "--format", "csv"]);
    // basic is 1 and pro 2 of 3: bounds would tell them.
    assert!(groups.contains("basic,·,,,,,\npro,·,,,,,\n"), "{groups}");
}

#[test]
fn refusal_of_small_filter_is_printed_once() {
    let folder = discreet(3);
    for args in [&["customer", "3"][..], &["rows"], &["coverage"], &["group", "plan"], &["profile"], &["report"]] {
        let output = crosscut(folder.path(), &[args, &["--filter", "country = 'CA'"]].concat());
        let expected = "crosscut: fewer than 3 customers match: no figures are shown (min_cell)\n";
        assert_eq!((output.status.code(), err(&output)), (Some(1), expected.to_owned()), "{args:?}");
    }
}

#[test]
fn first_waterfall_persona_loses_zero() {
    let csv = out(&crosscut(discreet(3).path(), &["waterfall", "--format", "csv"]));
    let loses = |line: &str| line.split(',').nth(7).map(str::to_owned);
    let lines: Vec<Option<String>> = csv.lines().map(loses).collect();
    assert_eq!(lines[..2], [Some("loses".into()), Some("0".into())], "{csv}");
}

/// The shop with a minimum cell size.
fn discreet(min_cell: u64) -> tempfile::TempDir {
    let folder = shop::folder();
    append(&folder, "config.toml", &format!("min_cell = {min_cell}\n"));
    folder
}

#[test]
fn mask_of_unknown_column_is_refused() {
    let folder = shop::folder();
    replace(&folder, "config.toml", "[\"email\"]", "[\"email\", \"contry\"]");
    let output = crosscut(folder.path(), &["rows"]);
    assert_eq!((output.status.code(), out(&output)), (Some(1), String::new()));
    let expected = "config.toml:10:18: there is no column \"contry\" to mask: did you mean \"country\"?\n";
    assert!(err(&output).ends_with(expected), "{}", err(&output));
    let output = crosscut(folder.path(), &["check", "--format", "csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("config.toml:10:18,"), "{}", out(&output));
}

#[test]
fn segmentation_of_masked_column_is_refused() {
    let folder = shop::folder();
    append(&folder, "segments.toml", "[[segmentation]]\nname = \"who\"\ncolumn = \"EMAIL\"\n");
    let output = crosscut(folder.path(), &["segments"]);
    assert!(!out(&output).contains("x.org"), "{}", out(&output));
    let told = err(&output);
    assert!(told.contains("segments.toml:23:10: @who: email is masked: its values are not shown"), "{told}");
    let output = crosscut(folder.path(), &["check"]);
    assert!(out(&output).contains("email is masked"), "{}", out(&output));
}

#[test]
fn shown_cells_do_not_reveal_hidden_cell() {
    // age is <25: 1, 25-39: 2, 40+: 2, and one customer has none: 1 and 1 of 2 follow from each other.
    let csv = out(&crosscut(discreet(2).path(), &["segments", "--format", "csv"]));
    assert!(csv.contains("age.<25,,<2,") && csv.contains("age.40+,,·,"), "{csv}");
}

#[test]
fn shown_personas_do_not_reveal_hidden_persona() {
    let csv = out(&crosscut(discreet(3).path(), &["personas", "--format", "csv"]));
    // ann is 2 of 6, and pat all but 2.
    assert!(csv.contains("pat,Professional Pat,,>3,") && csv.contains("ann,American Ann,,<3,"), "{csv}");
    assert!(csv.contains(",in no persona,,<3,,,") && csv.contains(",in two or more,,<3,,,"), "{csv}");
}

#[test]
fn shown_sums_do_not_reveal_hidden_sum() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut table = String::from("g,v\n");
    for (group, value, times) in [("a", "1", 9), ("b", "2", 8), ("c", "", 6), ("c", "7", 1)] {
        table.push_str(&format!("{group},{value}\n").repeat(times));
    }
    std::fs::write(folder.path().join("t.csv"), table).expect("a writable folder");
    let config = "[data]\npath = \"t.csv\"\n[study]\nvalue = \"v\"\n[privacy]\nmin_cell = 5\n";
    std::fs::write(folder.path().join("config.toml"), config).expect("a writable folder");
    let csv = out(&crosscut(folder.path(), &["group", "g", "--format", "csv"]));
    let lines: Vec<&str> = csv.lines().skip(1).collect();
    assert!(lines[0].starts_with("a,9,") && lines[0].ends_with(",,,"), "{csv}");
    assert!(lines[1].starts_with("b,8,") && !lines[1].ends_with(",,,"), "{csv}");
    assert!(lines[2].starts_with("c,7,") && lines[2].ends_with(",,,"), "{csv}");
}

#[test]
fn small_number_of_remaining_rows_is_suppressed() {
    let output = crosscut(discreet(3).path(), &["rows", "--limit", "5"]);
    assert!(err(&output).starts_with("crosscut: <3 more;"), "{}", err(&output));
}

#[test]
fn check_warns_alike_about_empty_and_small_segments() {
    let folder = discreet(3);
    let segment = |name: &str, rule: &str| format!("\n[[segment]]\nname = \"{name}\"\nwhere = \"{rule}\"\n");
    append(&folder, "segments.toml", &segment("nobody", "spend > 9000"));
    append(&folder, "segments.toml", &segment("one", "spend = 200"));
    let output = crosscut(folder.path(), &["check", "--format", "csv"]);
    for name in ["nobody", "one"] {
        let warning = format!("\"@{name} has fewer than 3 customers, so that no figure of it is shown\"");
        assert!(out(&output).contains(&warning), "{}", out(&output));
    }
}
