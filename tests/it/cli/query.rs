//! A base made of several tables by a query, and keys that are spelled otherwise in a table beside the base.

use std::path::Path;

use super::{err, out};
use crate::shop::crosscut;

const CONFIG: &str = r#"[data]
key = "id"
query = """
SELECT c.*, p.region, p.pop * 2 AS pop
FROM customers c
LEFT JOIN plz p ON c.zip = p.zip
"""
[tables.customers]
path = "c.csv"
[tables.plz]
path = "plz.csv"
[tables.orders]
path = "o.csv"
key = "email"
on = "email"
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).expect("a writable folder");
    write("c.csv", "id,zip,email\n1,01067,a@x\n2,20095,B@x\n3,99999,c@x\n");
    write("plz.csv", "zip,region,pop\n01067,Sachsen,5\n20095,Hamburg,7.5\n");
    write("o.csv", "email,amount\na@x,5\nb@x,6\n c@x,7\nzz,1\n");
    write("config.toml", CONFIG);
    folder
}

fn change(folder: &Path, from: &str, to: &str) {
    let path = folder.join("config.toml");
    let text = std::fs::read_to_string(&path).expect("a config");
    assert!(text.contains(from), "{text}");
    std::fs::write(path, text.replace(from, to)).expect("a writable folder");
}

#[test]
fn query_result_is_base() {
    let folder = folder();
    let rows = out(&crosscut(folder.path(), &["rows", "--format", "csv"]));
    assert_eq!(rows, "id,zip,email,region,pop\n1,01067,a@x,Sachsen,10\n2,20095,B@x,Hamburg,15\n3,99999,c@x,,\n");
    let count = crosscut(folder.path(), &["count", "region IS NOT NULL AND orders.sum(amount) = 5"]);
    assert_eq!((out(&count), err(&count)), ("1\n".to_owned(), String::new()));
    // A table that the query alone needs is none of events.
    let count = crosscut(folder.path(), &["count", "plz.count() > 0"]);
    assert!(err(&count).contains("plz"), "{}", err(&count));
}

#[test]
fn base_file_is_table_of_query() {
    let folder = folder();
    change(folder.path(), "key = \"id\"\nquery", "key = \"id\"\npath = \"c.csv\"\nquery");
    change(folder.path(), "FROM customers c", "FROM base c");
    change(folder.path(), "[tables.customers]\npath = \"c.csv\"\n", "");
    assert_eq!(out(&crosscut(folder.path(), &["count", "region = 'Sachsen'"])), "1\n");
}

#[test]
fn rows_repeated_by_join_are_reported() {
    let folder = folder();
    let plz = folder.path().join("plz.csv");
    std::fs::write(plz, "zip,region,pop\n01067,Sachsen,5\n01067,Dresden,1\n").expect("a file");
    let output = crosscut(folder.path(), &["count"]);
    assert_eq!(out(&output), "4\n");
    assert!(err(&output).contains("2 customers share an id with another (first: row 1)"), "{}", err(&output));
}

#[test]
fn query_error_has_place() {
    for (from, to, told) in [
        (
            "p.region",
            "p.regon",
            "config.toml:4:15: the query's tables have no column \"regon\": did you mean \"region\"?",
        ),
        (
            "FROM customers",
            "FROM custmers",
            "config.toml:5:6: the query names no table \"custmers\" of [tables]: did you mean \"customers\"?",
        ),
        ("ON c.zip = p.zip", "ON c.zip =", "config.toml:6:27: the query is not valid SQL: expected"),
        ("SELECT c.*", "DROP c.*", "config.toml:3:9: the query begins with DROP: write one SELECT"),
        ("p.pop * 2", "foo(p.pop)", "config.toml:4:23: the query cannot be run: unsupported function 'foo'"),
        ("path = \"plz.csv\"", "path = \"pls.csv\"", "[tables.plz]: "),
    ] {
        let folder = folder();
        change(folder.path(), from, to);
        let output = crosscut(folder.path(), &["count"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(err(&output).contains(told) && err(&output).lines().count() == 1, "{told}\n{}", err(&output));
    }
}

#[test]
fn keys_join_ignoring_case_and_blanks_if_declared() {
    let folder = folder();
    let check = |folder: &Path| err(&crosscut(folder, &["check"]));
    let told = check(folder.path());
    let expected = "orders: 1 of 4 rows matched a customer; 3 unmatched: 1 differs in blanks around the key, 1 differs in case, \
                    1 unknown; case = \"ignore\" and trim = true under [tables.orders] would match them";
    assert!(told.contains(expected), "{told}");
    change(folder.path(), "on = \"email\"", "on = \"email\"\ncase = \"ignore\"");
    let told = check(folder.path());
    assert!(told.contains("orders: 2 of 4 rows matched a customer; 2 unmatched: 1 differs in blanks"), "{told}");
    change(folder.path(), "on = \"email\"", "on = \"email\"\ntrim = true");
    assert!(check(folder.path()).contains("orders: 3 of 4 rows matched a customer; 1 unmatched: 1 unknown"));
    assert_eq!(out(&crosscut(folder.path(), &["count", "orders.count() = 1"])), "3\n");
    change(folder.path(), "case = \"ignore\"", "case = \"upper\"");
    assert!(check(folder.path()).contains("case = \"upper\" is not valid: write \"ignore\" or \"exact\""));
}
