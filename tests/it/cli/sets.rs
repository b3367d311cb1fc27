//! `crosscut matrix` and `crosscut upset`.

use super::{crosscut, err, out, replace};
use crate::shop;

/// Runs in the small shop with every count disclosed.
fn open(args: &[&str]) -> String {
    let folder = shop::folder();
    replace(&folder, "config.toml", "[privacy]", "[privacy]\nmin_cell = 0");
    let output = crosscut(folder.path(), args);
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()), "{}", out(&output));
    out(&output)
}

#[test]
fn matrix_prints_customers() {
    let csv = open(&["matrix", "--figure", "customers", "--format", "csv"]);
    insta::assert_snapshot!(csv, @r"
set,customers,pat,ann
pros,3,3,1
north_america,3,2,2
age.<25,1,0,1
age.25-39,2,2,1
age.40+,2,1,0
plan.basic,3,1,1
plan.pro,3,3,1
");
}

#[test]
fn matrix_of_segments_is_ordered_by_size_in_filter() {
    let table = open(&["matrix", "--columns", "segments", "--order", "size", "--filter", "spend >= 50"]);
    insta::assert_snapshot!(table, @r"
set            customers     pros  north_america  plan.pro  age.<25  age.25-39  age.40+  plan.basic
pros                   3  100.0 %         66.7 %   100.0 %    0.0 %     33.3 %   33.3 %       0.0 %
north_america          3   66.7 %        100.0 %    66.7 %   33.3 %     33.3 %   33.3 %      33.3 %
plan.pro               3  100.0 %         66.7 %   100.0 %    0.0 %     33.3 %   33.3 %       0.0 %
age.<25                1    0.0 %        100.0 %     0.0 %  100.0 %      0.0 %    0.0 %     100.0 %
age.25-39              1  100.0 %        100.0 %   100.0 %    0.0 %    100.0 %    0.0 %       0.0 %
age.40+                1  100.0 %        100.0 %   100.0 %    0.0 %      0.0 %  100.0 %       0.0 %
plan.basic             1    0.0 %        100.0 %     0.0 %  100.0 %      0.0 %    0.0 %     100.0 %
");
}

#[test]
fn clustering_changes_matrix_order_only() {
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
fn contained_pairs_are_listed() {
    insta::assert_snapshot!(open(&["matrix", "--columns", "segments", "--contained"]), @r"
set      lies    in               share
pros     alike   plan.pro       100.0 %
age.<25  inside  north_america  100.0 %
age.<25  inside  plan.basic     100.0 %
");
}

#[test]
fn combinations_add_up_and_rules_count_alike() {
    let csv = open(&["upset", "--sets", "segments", "--format", "csv"]);
    insta::assert_snapshot!(csv, @r"
combination,sets,customers,share_of_filter,rule
in none,0,2,0.3333333333333333,@pros IS NOT TRUE AND @north_america IS NOT TRUE
@pros @north_america,2,2,0.3333333333333333,@pros AND @north_america
@pros,1,1,0.16666666666666666,@pros AND @north_america IS NOT TRUE
@north_america,1,1,0.16666666666666666,@north_america AND @pros IS NOT TRUE
");
    for line in csv.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (count, rule) = (fields[2], fields[4]);
        assert_eq!(open(&["count", rule]).trim(), count, "{rule}");
    }
}

#[test]
fn small_combinations_are_hidden() {
    let folder = shop::folder();
    replace(&folder, "config.toml", "[privacy]", "[privacy]\nmin_cell = 10");
    let table = out(&crosscut(folder.path(), &["upset", "--format", "json"]));
    assert!(table.contains("·") && !table.contains("\"customers\": 1"), "{table}");
}
