//! `crosscut coverage` and `crosscut waterfall`. Of six customers, pat's are 1, 3, 4 and 5; ann's are 1 and 2.

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
fn coverage_counts_none_one_and_several() {
    insta::assert_snapshot!(open(&["coverage", "--format", "csv"]), @r"
figure,customers,share_of_filter,value,share_of_value,ratio
in no persona,1,0.16666666666666666,0,0,
in exactly one,4,0.6666666666666666,660,0.868421052631579,
in two or more,1,0.16666666666666666,100,0.13157894736842105,
coverage: in at least one,5,0.8333333333333334,760,1,
redundancy: personas per covered customer,,,,,1.2
exclusive: share of the covered in exactly one,,,,,0.8
");
}

#[test]
fn waterfall_gives_each_customer_one_persona() {
    insta::assert_snapshot!(open(&["waterfall"]), @r"
step  persona  audience  takes  share_of_filter   value  share_of_value  loses  share_lost  to      only  so_far  share_so_far
   1  pat             4      4           66.7 %  710.00          93.4 %      0       0.0 %             3       4        66.7 %
   2  ann             2      1           16.7 %   50.00           6.6 %      1      50.0 %  @pat 1     1       5        83.3 %
");
}

#[test]
fn coverage_overlaps_compare_personas_in_pairs() {
    insta::assert_snapshot!(open(&["coverage", "--overlaps"]), @r"
persona  other  both  share_of_persona  share_of_other  jaccard
ann      pat       1            50.0 %          25.0 %   20.0 %
");
}

#[test]
fn waterfall_reports_and_omits_persona_in_error() {
    let folder = shop::folder();
    replace(&folder, "personas.toml", "spend < 150", "spent < 150");
    let output = crosscut(folder.path(), &["waterfall", "--format", "csv"]);
    assert!(err(&output).contains("@ann") && err(&output).contains("spent"), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 2);
}

#[test]
fn persona_is_usable_as_column() {
    let rows = open(&["rows", "--columns", "id,persona", "--format", "csv"]);
    assert_eq!(rows, "id,persona\n1,pat\n2,ann\n3,pat\n4,pat\n5,pat\n6,\n");
    let groups = open(&["group", "persona", "--format", "csv"]);
    assert!(groups.contains("\npat,4,"), "{groups}");
    assert_eq!(open(&["count", "persona IN ('pat', 'ann') AND spend < 60"]).trim(), "2");
    assert_eq!(open(&["count", "Persona IS NULL"]).trim(), "1");
}

#[test]
fn segmentation_by_persona_cuts_base() {
    let folder = shop::folder();
    replace(&folder, "config.toml", "[privacy]", "[privacy]\nmin_cell = 0");
    replace(
        &folder,
        "segments.toml",
        "# the segments",
        "[[segmentation]]\nname = \"who\"\ncolumn = \"persona\"\n\n# the",
    );
    let output = crosscut(folder.path(), &["segmentation", "who", "--format", "csv"]);
    assert!(out(&output).contains(",4,0.66") && out(&output).contains(",1,0.16"), "{}{}", out(&output), err(&output));
    replace(&folder, "personas.toml", "\"north_america\"]", "\"north_america\", \"who.pat\"]");
    let output = crosscut(folder.path(), &["personas", "--format", "csv"]);
    assert!(err(&output).contains("made of the personas"), "{}", err(&output));
}

#[test]
fn persona_rule_on_column_persona_is_refused() {
    let folder = shop::folder();
    replace(&folder, "personas.toml", "spend < 150", "persona = 'pat'");
    let output = crosscut(folder.path(), &["personas"]);
    assert!(err(&output).contains("a persona cannot ask for the column persona"), "{}", err(&output));
    let output = crosscut(folder.path(), &["count", "@ann"]);
    assert!(err(&output).contains("a persona cannot ask for the column persona"), "{}", err(&output));
}

#[test]
fn base_column_named_persona_takes_precedence() {
    let folder = shop::folder();
    replace(&folder, "config.toml", "[privacy]", "[privacy]\nmin_cell = 0");
    replace(&folder, "customers.csv", "joined", "persona");
    let output = crosscut(folder.path(), &["count", "persona >= '2026-01-01'"]);
    assert_eq!(out(&output).trim(), "3", "{}", err(&output));
    let output = crosscut(folder.path(), &["check"]);
    let said = out(&output) + &err(&output);
    assert!(said.contains("a column persona of its own"), "{said}");
}
