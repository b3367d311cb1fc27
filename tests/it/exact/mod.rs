//! Decimals, unsigned numbers, 32-bit floats, far dates and columns of rare types, against DuckDB (`make.py`).

use std::path::Path;
use std::process::Command;

/// Runs the program with arguments separated by `|`, and returns its output and its messages.
fn run(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_crosscut"))
        .args(arguments)
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder.join("no-preferences"))
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (text(output.stdout), text(output.stderr))
}

fn tables() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/exact"))
}

/// Keys of the groups with their counts, from the command's CSV.
fn groups(csv: &str) -> String {
    let group = |line: &str| {
        let mut cells = line.split(',');
        format!("{}={}", cells.next().unwrap_or_default(), cells.next().unwrap_or_default())
    };
    csv.lines().skip(1).map(group).collect::<Vec<_>>().join(";")
}

#[test]
fn exact_values_are_answered_like_duckdb() {
    let study = tempfile::tempdir().expect("a temporary folder");
    for table in ["customers.parquet", "orders.parquet"] {
        std::fs::copy(tables().join(table), study.path().join(table)).expect("a copy");
    }
    let config = "[data]\npath = \"customers.parquet\"\nkey = \"id\"\n[tables.o]\npath = \"orders.parquet\"\nkey = \"id\"\ndate = \"at\"\n";
    std::fs::write(study.path().join("config.toml"), config).expect("a config");
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for line in include_str!("answers.tsv").lines() {
        let (arguments, expected) = line.split_once('\t').expect("arguments and an answer");
        let of_table = arguments.strip_suffix("|--data customers.parquet");
        let mut arguments: Vec<&str> = of_table.unwrap_or(arguments).split('|').collect();
        let command = arguments[0];
        if of_table.is_some() {
            arguments.extend(["--data", "customers.parquet"]);
        }
        if command != "count" {
            arguments.extend(["--format", "csv"]);
        }
        let (out, err) = run(study.path(), &arguments);
        let found = match command {
            "group" => groups(&out),
            _ => out.trim_end().lines().collect::<Vec<_>>().join(";"),
        };
        if found != expected {
            wrong.push(format!("{arguments:?}\n  {found} {err}\n  not {expected}"));
        }
        seen += 1;
    }
    assert!(seen >= 40);
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn json_output_keeps_decimal_digits() {
    let arguments = ["rows", "--columns", "id,wide", "--limit", "1", "--sort", "id", "--format", "json"];
    let (out, _) = run(tables(), &[&arguments[..], &["--data", "customers.parquet"]].concat());
    assert!(out.contains("\"id\":1152921504606846976"), "{out}");
    assert!(out.contains("\"wide\":100000000000000."), "{out}");
}

#[test]
fn timestamps_of_96_bits_reach_beyond_2262() {
    let (out, err) = run(tables(), &["rows", "--data", "far.parquet", "--format", "csv"]);
    assert_eq!(
        (out.as_str(), err.as_str()),
        (
            "n,at\n1,9999-12-31 23:59:59\n2,1000-01-01 00:00:00\n3,2024-06-01 12:00:00\n4,\n",
            "crosscut: far.parquet: at: nanoseconds are read to the microsecond\n"
        )
    );
    assert_eq!(run(tables(), &["count", "at >= '9000-01-01'", "--data", "far.parquet"]).0, "1\n");
}

#[test]
fn columns_of_rare_types_are_shown_or_left_out_alone() {
    let (out, err) = run(tables(), &["rows", "--data", "rare.parquet", "--format", "csv"]);
    let expected = "n,uuid,half,wide,struct,pair,time,coded,day\n\
        1,30313233-3435-3637-3839-616263646566,0.1,0.05,\"{\"\"a\"\":0.05,\"\"b\"\":\"\"x\\\"\"y\"\"}\",\"[1,2]\",01:01:01,1.50,9999-12-31\n\
        2,,,,,,,,\n";
    assert_eq!((out.as_str(), err.as_str()), (expected, ""));
    let (out, err) = run(tables(), &["rows", "--data", "rare.arrow", "--format", "csv"]);
    let expected = "interval,union,n,uuid,half,struct,pair,time,coded,day\n\
        1 year 2 months 3 days 04:05:06,1,1,30313233-3435-3637-3839-616263646566,0.1,\"{\"\"a\"\":0.05,\"\"b\"\":\"\"x\\\"\"y\"\"}\",\"[1,2]\",01:01:01,1.50,9999-12-31\n\
        ,b,2,,,,,,,\n";
    assert_eq!(out, expected);
    for column in ["runs", "views", "tens"] {
        assert!(err.contains(&format!("column \"{column}\" is left out: ")), "{err}");
    }
}

#[test]
fn json_integers_beyond_64_bits_keep_digits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines = "{\"id\": 12345678901234567890123, \"n\": 1.5}\n{\"id\": 7, \"n\": 2}\n";
    std::fs::write(folder.path().join("t.ndjson"), lines).expect("a table");
    let (out, _) = run(folder.path(), &["rows", "--data", "t.ndjson", "--format", "csv"]);
    assert_eq!(out, "id,n\n12345678901234567890123,1.5\n7,2\n");
}
