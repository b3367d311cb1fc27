//! Refused files and their messages: one line with the file, the line, the reason and the remedy.

use std::fs;

use crosscut::data::{DataError, LoadOptions, Source, load};
use polars::prelude::*;

use super::data::{error_of, open_path};

#[test]
fn ragged_rows_name_their_line_under_every_line_end() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a,b,c", "1,2,3", "", "\"4", "4\",5,6", "7,8", "9,10,11"].join(end);
        let error = error_of("t.csv", text);
        assert_eq!(error, "t.csv: line 6 has 2 fields, the header has 3: give every line all its fields", "{end:?}");
    }
    let error = error_of("t.csv", "a;b\n1;2\n1;2;3\n");
    assert_eq!(
        error,
        "t.csv: line 3 has 3 fields, the header has 2: put quotes (\") around a field that holds the separator (;)"
    );
}

#[test]
fn a_quote_left_open_is_found() {
    let error = error_of("t.csv", "a,b\n1,\"2\"\n3,\"4\n5,6\n7,8\n");
    assert_eq!(error, "t.csv: line 3 opens a quote (\") that is never closed: close it, or write the quote twice");
}

#[test]
fn files_that_are_no_table_say_what_to_do() {
    assert_eq!(error_of("t.csv", ""), "t.csv: is empty (0 bytes): a table has at least a header line");
    assert!(error_of("t.csv", "\n\n\n").contains("nothing but blank lines"));
    assert!(error_of("t.xlsx", b"PK\x03\x04\0\0").contains("save the sheet as CSV"));
    assert!(error_of("t.csv.zst", b"\x28\xb5\x2f\xfd\0\0").contains("zstd -d"));
    assert!(error_of("t.csv.gz", b"\x1f\x8b\x08\0garbage").contains("damaged"));
    assert!(error_of("t.parquet", b"PAR1 and then nothing").contains("damaged"));
    assert!(error_of("t.arrow", b"ARROW1\0\0 and then nothing").contains("damaged"));
    assert!(error_of("t.bin", [0, 1, 2, 3].repeat(100)).contains("not a text file"));

    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("customers.csv"), "a\n1\n").unwrap();
    let missing = open_path(directory.path().join("custmers.csv")).unwrap_err().to_string();
    assert!(missing.ends_with("there is no such file: did you mean \"customers.csv\"?"), "{missing}");
    let is_directory = open_path(directory.path()).unwrap_err().to_string();
    assert!(is_directory.contains("is a directory"), "{is_directory}");
}

#[test]
fn bad_json_names_its_line() {
    assert_eq!(
        error_of("t.ndjson", "{\"a\":1}\n{\"a\":}\n"),
        "t.ndjson: line 2 is no JSON object, at column 6 (expected value): write one object on each line, or all of them in one array"
    );
    assert!(error_of("t.json", "{\n \"a\": 1\n}\n").contains("line 1 breaks off inside a JSON object"));
    assert!(error_of("t.json", "[{\"a\":1},\n{\"a\" 2}]").contains("line 2 is no JSON object"));
}

#[test]
fn a_damaged_parquet_file_is_an_error_wherever_it_is_damaged() {
    let mut frame = df!("a" => (0..500).collect::<Vec<i64>>(), "s" => vec!["text"; 500]).unwrap();
    let mut bytes = Vec::new();
    polars_io::parquet::write::ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    for cut in [8, bytes.len() / 2, bytes.len() - 1] {
        assert!(error_of("t.parquet", &bytes[..cut]).contains("damaged"), "cut at {cut}");
    }
}

#[test]
fn loading_stops_when_it_is_cancelled() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.csv");
    fs::write(&path, format!("a\n{}", "1\n".repeat(1_000_000))).unwrap();
    let asked = std::cell::Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > 2
    };
    let error = load(&Source::Path(path), &LoadOptions::default(), &mut |_| {}, &cancelled).unwrap_err();
    assert!(matches!(error, DataError::Cancelled));
    assert_eq!(asked.get(), 3);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.csv");
    fs::write(&path, format!("a\n{}", "1\n".repeat(1_000_000))).unwrap();
    let mut grown = false;
    let mut grow_once = |_| {
        if !std::mem::replace(&mut grown, true) {
            let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
            std::io::Write::write_all(&mut file, b"2\n").unwrap();
        }
    };
    let error = load(&Source::Path(path.clone()), &LoadOptions::default(), &mut grow_once, &|| false).unwrap_err();
    assert!(error.to_string().contains("changed while it was read"), "{error}");

    let mut remove = |_| {
        let _ = fs::remove_file(&path);
    };
    let error = load(&Source::Path(path.clone()), &LoadOptions::default(), &mut remove, &|| false).unwrap_err();
    assert!(error.to_string().contains("vanished while it was read"), "{error}");
}
