//! The sub-commands: stdout, stderr and exit code, as a pipe sees them.

mod cache;
mod claims;
mod consolidate;
mod convert;
mod coverage;
mod customer;
mod edges;
mod export;
mod faults;
mod formats;
mod init;
mod log;
mod opening;
mod porch;
mod privacy;
mod query;
mod research;
mod sets;
mod spec;
mod sql;
mod study_columns;
mod sums;
mod tables;
mod text;
mod why;
mod wrong;

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::shop::{self, crosscut, replace};

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs in the small shop; fails on a non-zero exit code and on output on stderr.
fn shop(args: &[&str]) -> String {
    let folder = shop::folder();
    let output = crosscut(folder.path(), args);
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()), "{}", out(&output));
    out(&output)
}

/// Appends text to a file of a study.
fn append(folder: &tempfile::TempDir, file: &str, text: &str) {
    let path = folder.path().join(file);
    let before = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(path, before + text).expect("a writable folder");
}

fn failing(args: &[&str]) -> (Option<i32>, String) {
    let folder = shop::folder();
    let output = crosscut(folder.path(), args);
    assert_eq!(out(&output), "", "results of a failure");
    (output.status.code(), err(&output))
}

#[test]
fn count_prints_bare_number() {
    assert_eq!(shop(&["count", "plan = 'pro'"]), "3\n");
    assert_eq!(shop(&["count"]), "6\n");
    assert_eq!(shop(&["count", "@pat AND spend > 60", "--filter", "country IS NOT NULL"]), "3\n");
    assert_eq!(shop(&["count", "joined > today - INTERVAL '6 months'"]), "3\n");
    assert_eq!(shop(&["count", "joined > today - INTERVAL '6 months'", "--as-of", "2030-01-01"]), "0\n");
}

#[test]
fn count_of_table_needs_no_study() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("c.tsv"), "a\tb\n1\tx\n2\t\n3\ty\n").expect("a writable folder");
    assert_eq!(out(&crosscut(folder.path(), &["count", "a > 1", "--data", "c.tsv"])), "2\n");
    assert_eq!(out(&crosscut(folder.path(), &["count", "b IS NULL", "--data", "c.tsv"])), "1\n");
}

#[test]
fn count_in_json_has_shares_as_fractions() {
    let json: serde_json::Value =
        serde_json::from_str(&shop(&["count", "plan = 'pro'", "--format", "json"])).expect("JSON");
    let row = &json[0];
    assert_eq!(row["customers"], 3);
    assert_eq!(row["base"], 6);
    assert_eq!(row["share_of_base"], 0.5);
    assert_eq!(row["value"], 700.0);
    let near = |key: &str, wanted: f64| row[key].as_f64().is_some_and(|got| (got - wanted).abs() < 1e-12);
    assert!(near("share_of_value", 700.0 / 760.0) && near("mean_value", 700.0 / 3.0), "{row}");
}

#[test]
fn segments_table_is_aligned() {
    let table = "\
segment        kind          customers  share_of_filter  index  in_base   value  share_of_value  mean_value
pros           firmographic          3          100.0 %    200        3  700.00          92.1 %      233.33
north_america  demographic           2           66.7 %    133        3  300.00          39.5 %      150.00
age.<25                              0            0.0 %      0        1    0.00           0.0 %           –
age.25-39                            1           33.3 %    100        2  100.00          13.2 %      100.00
age.40+                              1           33.3 %    100        2  200.00          26.3 %      200.00
plan.basic                           0            0.0 %      0        3    0.00           0.0 %           –
plan.pro                             3          100.0 %    200        3  700.00          92.1 %      233.33
";
    assert_eq!(shop(&["segments", "--filter", "@pros"]), table);
}

#[test]
fn group_by_two_columns_has_null_group() {
    let csv = "\
country,plan,customers,share_of_filter,index,value,share_of_value,mean_value
CA,pro,1,0.16666666666666666,100,200,0.2631578947368421,200
DE,basic,1,0.16666666666666666,100,10,0.013157894736842105,10
DE,pro,1,0.16666666666666666,100,400,0.5263157894736842,400
US,basic,1,0.16666666666666666,100,50,0.06578947368421052,50
US,pro,1,0.16666666666666666,100,100,0.13157894736842105,100
,basic,1,0.16666666666666666,100,0,0,0
";
    assert_eq!(shop(&["group", "country", "PLAN", "--format", "csv"]), csv);
}

#[test]
fn group_cuts_numbers_at_breaks() {
    let csv = "\
age,plan,customers,share_of_filter,index,value,share_of_value,mean_value
25-39,basic,1,0.16666666666666666,100,10,0.013157894736842105,10
25-39,pro,1,0.16666666666666666,100,100,0.13157894736842105,100
40+,basic,1,0.16666666666666666,100,0,0,0
40+,pro,1,0.16666666666666666,100,200,0.2631578947368421,200
<25,basic,1,0.16666666666666666,100,50,0.06578947368421052,50
,pro,1,0.16666666666666666,100,400,0.5263157894736842,400
";
    let mut lines: Vec<String> =
        shop(&["group", "age:25,40", "plan", "--format", "csv"]).lines().map(str::to_owned).collect();
    let mut expected: Vec<&str> = csv.lines().collect();
    // Groups of equal size are in the order of the parts.
    assert!(lines[1].starts_with("<25,basic") && lines[6].starts_with(",pro"));
    lines.sort();
    expected.sort_unstable();
    assert_eq!(lines, expected);
}

#[test]
fn share_above_zero_is_not_printed_as_zero() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table: String = (0..5_000).map(|n| format!("{},1000\n", if n == 7 { "rare" } else { "usual" })).collect();
    std::fs::write(folder.path().join("c.csv"), format!("a,spend\n{table}")).expect("a writable folder");
    let printed = out(&crosscut(folder.path(), &["group", "a", "--data", "c.csv", "--value", "spend"]));
    assert!(printed.contains("<0.1 %") && printed.contains(">99.9 %") && !printed.contains(" 0.0 %"), "{printed}");
    // Thousands are grouped in sums as in counts.
    assert!(printed.contains("4,999 ") && printed.contains("4,999,000.00"), "{printed}");
}

#[test]
fn column_named_like_figure_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("c.csv"), "customers,v\nx,1\nx,2\n").expect("a writable folder");
    let run = |format| out(&crosscut(folder.path(), &["group", "customers", "--data", "c.csv", "--format", format]));
    assert_eq!(run("csv"), "customers,customers_2,share_of_filter,index\nx,2,1,100\n");
    let json: serde_json::Value = serde_json::from_str(&run("json")).expect("JSON");
    assert_eq!((&json[0]["customers"], &json[0]["customers_2"]), (&"x".into(), &2.into()));
}

#[test]
fn rows_are_sorted_cut_and_masked() {
    let csv = "id,spend,email\n5,400,•••\n3,200,•••\n";
    let args = ["rows", "--sort", "spend:desc", "--limit", "2", "--columns", "id,spend,email", "--format", "csv"];
    let output = crosscut(shop::folder().path(), &args);
    assert_eq!(out(&output), csv);
    assert_eq!(err(&output), "crosscut: 4 more; --limit N shows more, without it all are printed\n");
    let json: serde_json::Value =
        serde_json::from_str(&shop(&["rows", "--filter", "country IS NULL", "--format", "json"])).expect("JSON");
    assert_eq!(json[0]["country"], serde_json::Value::Null);
    assert_eq!(json[0]["joined"], "2026-03-01");
}

#[test]
fn count_reads_table_from_pipe() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .args(["count", "a >= 1", "--data", "-"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(b"a;b\n1;x\n2;y\n").expect("it reads");
    drop(stdin);
    assert_eq!(out(&child.wait_with_output().expect("it ends")), "2\n");
}

#[test]
fn reader_that_closes_early_is_no_failure() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table: String = (0..200_000).fold("a,b\n".into(), |text, i| text + &format!("{i},some text\n"));
    std::fs::write(folder.path().join("long.csv"), table).expect("a writable folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .args(["rows", "--data", "long.csv", "--format", "csv"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), err(&output)), (Some(0), String::new()));
}

#[test]
fn rows_print_all_pages_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table: String = (0..45_001).fold("a\n".into(), |text, i| text + &format!("{i}\n"));
    std::fs::write(folder.path().join("long.csv"), &table).expect("a writable folder");
    assert_eq!(out(&crosscut(folder.path(), &["rows", "--data", "long.csv", "--format", "csv"])), table);
    let json = out(&crosscut(folder.path(), &["rows", "--data", "long.csv", "--format", "json"]));
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    assert_eq!(rows.len(), 45_001);
}

#[test]
fn segmentation_prints_cells_and_mece_line() {
    let folder = shop::folder();
    append(
        &folder,
        "segments.toml",
        "\n[[segmentation]]\nname = \"own\"\n[[segmentation.cell]]\nname = \"some\"\nwhere = \"spend > 0\"\n\
         [[segmentation.cell]]\nname = \"pro\"\nwhere = \"plan = 'pro'\"\n",
    );
    let output = crosscut(folder.path(), &["segmentation", "own", "--format", "csv"]);
    insta::assert_snapshot!(format!("{}{}", out(&output), err(&output)));
    let output = crosscut(folder.path(), &["segmentation", "nope"]);
    assert!(err(&output).contains("there is no segmentation nope: there are"), "{}", err(&output));
}
