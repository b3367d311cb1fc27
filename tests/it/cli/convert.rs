//! `convert`: a table as a file of another format.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{err, out};
use crate::shop::crosscut;

const CUSTOMERS: &str = "id;name;spend;joined;seen;ok\n1;Ann;10,5;2024-01-05;2024-01-05 10:30:00;true\n2;=1+1;3;;;false\n3;;;1999-12-31;2024-01-06 00:00:00.5;\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("c.csv"), CUSTOMERS).expect("a writable folder");
    folder
}

fn rows(folder: &Path, file: &str) -> String {
    out(&crosscut(folder, &["rows", "--data", file, "--format", "csv", "--keep-formulas"]))
}

#[test]
fn converted_table_is_same_in_every_format() {
    let folder = folder();
    let columns = "id,name,spend,joined,seen,ok\n";
    let expected = format!(
        "{columns}1,Ann,10.5,2024-01-05,2024-01-05 10:30:00,true\n2,=1+1,3,,,false\n3,,,1999-12-31,2024-01-06 00:00:00.500,\n"
    );
    for to in ["a.parquet", "b.arrow", "c.feather", "d.xlsx", "e.ndjson", "f.json", "g.tsv"] {
        let output = crosscut(folder.path(), &["convert", "c.csv", to, "--decimal", ",", "--keep-formulas"]);
        assert!(output.status.success() && out(&output).is_empty(), "{}", err(&output));
        assert!(err(&output).ends_with(&format!("crosscut: wrote 3 rows to {to}\n")), "{}", err(&output));
        assert_eq!(rows(folder.path(), to), expected, "{to}");
        let mode = std::fs::metadata(folder.path().join(to)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // From one binary format to another, with types.
    let output = crosscut(folder.path(), &["convert", "a.parquet", "h.arrow", "--columns", "id,seen"]);
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(rows(folder.path(), "h.arrow").lines().nth(1), Some("1,2024-01-05 10:30:00"));
}

#[test]
fn convert_guards_formulas_in_text_formats() {
    let folder = folder();
    crosscut(folder.path(), &["convert", "c.csv", "a.csv"]);
    let text = std::fs::read_to_string(folder.path().join("a.csv")).expect("a file");
    assert!(text.contains("'=1+1"), "{text}");
}

#[test]
fn convert_chooses_table_or_sheet_by_name() {
    let folder = folder();
    let sql = "CREATE TABLE a (x); CREATE TABLE b (y); INSERT INTO b VALUES (5);";
    rusqlite::Connection::open(folder.path().join("t.db")).expect("a database").execute_batch(sql).expect("tables");
    let output = crosscut(folder.path(), &["convert", "t.db", "b.xlsx"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("several tables (a, b)"), "{}", err(&output));
    assert!(!folder.path().join("b.xlsx").exists());
    crosscut(folder.path(), &["convert", "t.db", "b.xlsx", "--table", "b"]);
    assert_eq!(rows(folder.path(), "b.xlsx"), "y\n5\n");
}

#[test]
fn convert_refuses_unwritable_output_and_leaves_no_file() {
    let folder = folder();
    let refused = |args: &[&str], code: i32, reason: &str| {
        let output = crosscut(folder.path(), &[&["convert"], args].concat());
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", err(&output));
        assert!(err(&output).contains(reason), "{}", err(&output));
    };
    refused(&["c.csv", "c.xyz"], 2, "the ending of OUT names no format");
    refused(&["c.csv", "./c.csv"], 2, "IN and OUT are the same file");
    refused(&["c.csv", "no/c.parquet"], 1, "no/c.parquet could not be written");
    refused(&["c.csv", "o.parquet", "--columns", "nane"], 1, "did you mean \"name\"?");
    std::fs::write(folder.path().join("long.csv"), format!("id,t\n1,{}\n", "x".repeat(40_000))).expect("a file");
    refused(&["long.csv", "long.xlsx"], 1, "a text of t is longer than a cell of a sheet");
    let names = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["c.csv", "long.csv"]);
}

/// A limit on the size of files makes writing fail, as a full disk does.
#[test]
fn file_without_room_is_named_once_and_left_out() {
    let folder = folder();
    let lines: String =
        (0..40_000).fold("id,name\n".into(), |text, n| format!("{text}{n},customer {}\n", n * 7919 % 104_729));
    std::fs::write(folder.path().join("large.csv"), lines).expect("a writable folder");
    for to in ["a.csv", "b.ndjson", "c.parquet", "d.arrow", "e.xlsx"] {
        let limited = "trap '' XFSZ; ulimit -f 16; exec \"$0\" convert large.csv \"$1\"";
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", limited, env!("CARGO_BIN_EXE_crosscut"), to]).current_dir(folder.path());
        let output = shell.output().expect("a shell");
        let said = err(&output);
        assert_eq!(output.status.code(), Some(1), "{to}: {said}");
        assert!(
            said.starts_with(&format!("crosscut: {to}")) && said.contains("File too large (os error 27)"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 2, "{to} or a temporary file is left");
    }
}

#[test]
fn script_and_manual_into_full_device_name_result() {
    for command in [&["man"][..], &["completions", "bash"], &["--help"], &["--version"]] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_crosscut"));
        let output = program.args(command).stdout(full).output().expect("a program");
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(err(&output).starts_with("crosscut: the result could not be written: "), "{}", err(&output));
    }
}
