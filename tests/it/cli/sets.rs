//! `crosscut matrix` and `crosscut upset`.

use super::{crosscut, err, out, replace};
use crate::shop;

/// Runs in the small shop, where every count may be shown.
fn open(args: &[&str]) -> String {
    let folder = shop::folder();
    replace(&folder, "config.toml", "[privacy]", "[privacy]\nmin_cell = 0");
    let output = crosscut(folder.path(), args);
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()), "{}", out(&output));
    out(&output)
}

#[test]
fn the_matrix_of_customers() {
    let csv = open(&["matrix", "--figure", "customers", "--format", "csv"]);
    insta::assert_snapshot!(csv, @"");
}

#[test]
fn the_matrix_of_segments_by_size_in_the_filter() {
    let table = open(&["matrix", "--columns", "segments", "--order", "size", "--filter", "spend >= 50"]);
    insta::assert_snapshot!(table, @"");
}

#[test]
fn clustering_changes_the_order_and_no_figure() {
    let sorted = |order: &str| {
        let csv = open(&["matrix", "--rows", "segments", "--order", order, "--format", "csv", "--columns", "segments"]);
        let mut lines: Vec<String> =
            csv.lines().skip(1).map(|line| line[..line.find(',').unwrap_or(0)].into()).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted("study"), sorted("clustered"));
}

#[test]
fn pairs_that_are_alike() {
    insta::assert_snapshot!(open(&["matrix", "--columns", "segments", "--contained"]), @"");
}

#[test]
fn combinations_add_up_and_each_rule_counts_what_it_says() {
    let csv = open(&["upset", "--sets", "segments", "--format", "csv"]);
    insta::assert_snapshot!(csv, @"");
    for line in csv.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (count, rule) = (fields[2], fields[4]);
        assert_eq!(open(&["count", rule]).trim(), count, "{rule}");
    }
}

#[test]
fn small_combinations_are_hidden() {
    let folder = shop::folder();
    let table = out(&crosscut(folder.path(), &["upset", "--format", "json"]));
    assert!(table.contains("\"<10\"") && !table.contains("\"customers\": 1"), "{table}");
}
