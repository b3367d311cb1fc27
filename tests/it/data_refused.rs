//! Refused files and their messages: one line with the file, the line, the reason and the remedy.

use std::fs;

use crosscut::data::{BaseLocation, DataError, LoadOptions, QuoteMark, TextOptions, load};
use polars::prelude::*;

use super::data::{error_of, open_path};

#[test]
fn ragged_row_error_has_line_under_each_line_end() {
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
fn unclosed_quote_error_has_line_and_field() {
    let error = error_of("t.csv", "a,b\n1,\"2\"\n3,\"4\n5,6\n7,8\n");
    assert!(
        error.starts_with("t.csv: line 3 opens a quote (\") in field 2 (b) that is never closed: close it"),
        "{error}"
    );
    let error = error_of("t.csv", "id,name,age\n1,Ann,30\n2,\"Bo,40\n3,Cy,50\n4,\"Di\",60\n5,Ed,70\n");
    assert!(
        error.starts_with("t.csv: line 3 opens a quote (\") in field 2 (name) that ends in the middle of line 5"),
        "{error}"
    );
    assert!(error_of("t.csv", "\"id,name\n1,Ann\n").starts_with("t.csv: line 1 opens a quote (\") in field 1 that"));
}

#[test]
fn misplaced_quote_error_has_line_and_field_for_each_separator() {
    for separator in [",", ";", "\t", "|"] {
        for end in ["\n", "\r\n", "\r"] {
            let file = |rows: [&str; 4]| rows.join(end).replace(',', separator);
            let error = error_of("t.csv", file(["a,b,c", "1,\"2\",3", "4,\"x \"y\" z\",6", "7,8,9"]));
            assert!(error.contains("line 3 has text after the closing quote (\") of field 2 (b)"), "{error}");
            let error = error_of("t.csv", file(["a,b,c", "\"1", "1\",5\" pipe,3", "4,5,6"]));
            assert!(error.contains("line 3 has a quote (\") inside field 2 (b), which is not in quotes"), "{error}");
            let error = error_of("t.csv", file(["a,b,c", "1,2, \"3\"", "4,5,6", "7,8,9"]));
            assert!(error.contains("line 2 has a blank before the quote (\") of field 3 (c)"), "{error}");
        }
    }
    assert!(error_of("t.csv", "note\nshe said \"no\"\n").contains("line 2 has a quote (\") inside field 1 (note)"));
}

#[test]
fn fault_on_earlier_line_is_reported_first() {
    assert!(error_of("t.csv", "a,b\n1\n2,\"x\"y\n").contains("line 2 has 1 field, the header has 2"));
    assert!(error_of("t.csv", "a,b\n2,\"x\"y\n1\n").contains("line 2 has text after"));
}

#[test]
fn quotes_are_plain_text_if_study_disables_quoting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    fs::write(&path, "size,name\n\"5 inch,x\n6\" y,\"\n7,z\n").unwrap();
    let options = LoadOptions {
        text: TextOptions { quote: Some(QuoteMark::None), ..TextOptions::default() },
        ..LoadOptions::default()
    };
    let base = load(&BaseLocation::Path(path), &options, &mut |_| {}, &|| false).unwrap();
    let sizes = base.table.column("size").unwrap();
    assert_eq!(sizes.str().unwrap().iter().flatten().collect::<Vec<_>>(), ["\"5 inch", "6\" y", "7"]);
    assert!(base.notices.iter().any(|notice| notice.0.contains("quotes are plain text")));
}

/// Loads a file with this limit of memory; returns the error.
fn error_with_memory(name: &str, content: &[u8], memory: usize) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let options = LoadOptions { memory: Some(memory), ..LoadOptions::default() };
    let loaded = load(&BaseLocation::Path(path), &options, &mut |_| {}, &|| false);
    loaded.map(|base| format!("{} rows", base.table.rows())).unwrap_or_else(|error| error.to_string())
}

#[test]
fn text_beyond_memory_limit_is_refused_with_remedy() {
    let csv = format!("id,text\n{}", "12345,a text of more than twelve bytes\n".repeat(100_000));
    let ndjson = "{\"id\":1,\"text\":\"a text of more than twelve bytes\"}\n".repeat(100_000);
    for (name, content) in [("t.csv", &csv), ("t.ndjson", &ndjson), ("t.csv", &"a,b\n,\n".repeat(300_000))] {
        let error = error_with_memory(name, content.as_bytes(), 4_000_000);
        assert!(error.contains("takes more than 4 MB of memory, the limit of [engine] memory: convert it"), "{error}");
        assert!(error_with_memory(name, content.as_bytes(), 40_000_000).ends_with(" rows"));
    }
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, csv.as_bytes()).unwrap();
    let bomb = gz.finish().unwrap();
    assert!(bomb.len() * 20 < csv.len());
    assert!(error_with_memory("t.csv.gz", &bomb, 4_000_000).contains("takes more than 4 MB of memory"));
}

#[test]
fn row_without_end_is_refused() {
    let no_end = format!("a\n{}", "x".repeat(70 << 20));
    assert!(error_of("t.csv", &no_end).contains("is not a table: a row has more than 64 MB"));
    let no_quote = format!("a,b\n1,\"{}", "x\n".repeat(40 << 20));
    let error = error_of("t.csv", &no_quote);
    assert!(error.contains("line 2 opens a quote (\") in field 2 (b) that is not closed within 32 MB"), "{error}");
}

#[test]
fn file_of_other_format_is_refused_by_name() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0".as_slice();
    for (name, content, what) in [
        ("t.csv", png, "t.csv: is a PNG image, not a table"),
        ("t.csv", b"<!DOCTYPE html><html><body></body></html>", "t.csv: is an HTML page, not a table"),
        ("t.csv", b"<?xml version=\"1.0\"?>\n<a/>\n", "t.csv: is an XML document, not a table"),
        ("t.json", b"[1,2,3]", "t.json: is JSON, but not an array of objects"),
        ("t.json", b"\"x\"", "t.json: is JSON, but holds no objects"),
        ("t.json", b"{\"a\":[{\"a\":1}],\"b\":[{\"a\":2}]}", "t.json: holds several lists of objects (a, b)"),
    ] {
        let error = error_of(name, content);
        assert!(error.starts_with(what), "{error}");
    }
    let every_byte: Vec<u8> = (0..=255).collect();
    assert!(error_of("t.csv", every_byte.repeat(40)).contains("not a text file"));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, png).unwrap();
    assert!(error_of("t.csv.gz", gz.finish().unwrap()).contains("is a PNG image"));
}

#[test]
fn refusal_of_unreadable_file_has_remedy() {
    assert_eq!(error_of("t.csv", ""), "t.csv: is empty (0 bytes): a table has at least a header line");
    assert!(error_of("t.csv", "\n\n\n").contains("nothing but blank lines"));
    assert!(error_of("t.xlsx", b"PK\x03\x04\0\0").contains("is a zip archive: unpack it first"));
    assert!(error_of("t.csv.zst", b"\x28\xb5\x2f\xfd\0\0").contains("damaged or truncated zstd file"));
    assert!(error_of("t.csv.gz", b"\x1f\x8b\x08\0garbage").contains("damaged"));
    assert!(error_of("t.parquet", b"PAR1 and then nothing").contains("damaged"));
    assert!(error_of("t.arrow", b"ARROW1\0\0 and then nothing").contains("damaged"));
    assert!(error_of("t.bin", [0, 1, 2, 3].repeat(100)).contains("not a text file"));

    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("customers.csv"), "a\n1\n").unwrap();
    let missing = open_path(directory.path().join("custmers.csv")).unwrap_err().to_string();
    assert!(missing.ends_with("there is no such file: did you mean \"customers.csv\"?"), "{missing}");
    let empty = tempfile::tempdir().unwrap();
    let told = open_path(empty.path()).unwrap_err().to_string();
    assert!(told.ends_with("is a folder without a table or a study: name a file, or files as *.csv"), "{told}");
}

#[test]
fn bad_json_error_has_line() {
    assert_eq!(
        error_of("t.ndjson", "{\"a\":1}\n{\"a\":}\n"),
        "t.ndjson: line 2 is not a JSON object, at column 6 (expected value): write one object on each line, or all of them in one array"
    );
    assert!(error_of("t.json", "{\n \"a\": 1\n}\n").contains("line 1 breaks off inside a JSON object"));
    assert!(error_of("t.json", "[{\"a\":1},\n{\"a\" 2}]").contains("line 2 is not a JSON object"));
}

#[test]
fn damaged_parquet_file_is_error() {
    let mut frame = df!("a" => (0..500).collect::<Vec<i64>>(), "s" => vec!["text"; 500]).unwrap();
    let mut bytes = Vec::new();
    polars_io::parquet::write::ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    for cut in [8, bytes.len() / 2, bytes.len() - 1] {
        assert!(error_of("t.parquet", &bytes[..cut]).contains("damaged"), "cut at {cut}");
    }
}

/// Reads all columns of an Arrow file; those that cannot be read are errors, and nothing else may happen.
fn read_all(folder: &std::path::Path, bytes: &[u8]) -> usize {
    let path = folder.join("t.arrow");
    fs::write(&path, bytes).unwrap();
    let options = LoadOptions { memory: Some(1 << 28), ..LoadOptions::default() };
    let Ok(base) = load(&BaseLocation::Path(path), &options, &mut |_| {}, &|| false) else { return 0 };
    let names: Vec<String> = base.schema.columns().iter().map(|column| column.name.clone()).collect();
    names.iter().filter(|name| base.table.column(name).is_ok()).count()
}

#[test]
fn damaged_lengths_in_compressed_arrow_file_are_errors() {
    let mut frame = df!(
        "a" => (0..60).collect::<Vec<i64>>(),
        "s" => (0..60).map(|n| format!("a text of more than twelve bytes {n}")).collect::<Vec<_>>(),
        "b" => (0..60).map(|n| (n % 7 > 0).then_some(n % 2 == 0)).collect::<Vec<_>>()
    )
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    for compression in [polars_io::ipc::IpcCompression::LZ4, polars_io::ipc::IpcCompression::ZSTD(Default::default())] {
        let mut bytes = Vec::new();
        let mut writer = polars_io::ipc::IpcWriter::new(&mut bytes).with_compression(Some(compression));
        polars_io::SerWriter::finish(&mut writer, &mut frame).unwrap();
        assert_eq!(read_all(folder.path(), &bytes), 3);
        let mut refused = 0;
        for at in (8..bytes.len() - 8).step_by(8) {
            let wrong: i64 = [i64::MAX, 6_000_000_000, -2][at / 8 % 3];
            let mut damaged = bytes.clone();
            damaged[at..at + 8].copy_from_slice(&wrong.to_le_bytes());
            refused += usize::from(read_all(folder.path(), &damaged) < 3);
        }
        assert!(refused > 20, "{refused}");
    }
}

#[test]
fn loading_stops_when_cancelled() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("t.csv");
    fs::write(&path, format!("a\n{}", "1\n".repeat(1_000_000))).unwrap();
    let asked = std::cell::Cell::new(0);
    let cancelled = || {
        asked.set(asked.get() + 1);
        asked.get() > 2
    };
    let error = load(&BaseLocation::Path(path), &LoadOptions::default(), &mut |_| {}, &cancelled).unwrap_err();
    assert!(matches!(error, DataError::Cancelled));
    assert_eq!(asked.get(), 3);
}

#[test]
fn file_that_changes_during_reading_is_refused() {
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
    let error =
        load(&BaseLocation::Path(path.clone()), &LoadOptions::default(), &mut grow_once, &|| false).unwrap_err();
    assert!(error.to_string().contains("changed while it was read"), "{error}");

    let mut remove = |_| {
        let _ = fs::remove_file(&path);
    };
    let error = load(&BaseLocation::Path(path.clone()), &LoadOptions::default(), &mut remove, &|| false).unwrap_err();
    assert!(error.to_string().contains("vanished while it was read"), "{error}");
}
