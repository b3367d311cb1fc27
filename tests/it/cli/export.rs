//! `export`: the customers of a rule as a file for the next tool.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{append, err, out};
use crate::shop::{crosscut, folder, replace};

fn read(folder: &Path, file: &str) -> String {
    std::fs::read_to_string(folder.join(file)).expect("an exported file")
}

#[test]
fn export_writes_chosen_columns_readable_only_by_owner() {
    let folder = folder();
    let args = ["export", "@pros", "--columns", "id,country,age", "--to", "pros.csv"];
    let output = crosscut(folder.path(), &args);
    assert_eq!((out(&output).as_str(), err(&output).as_str()), ("", "crosscut: wrote 3 rows to pros.csv\n"));
    assert_eq!(read(folder.path(), "pros.csv"), "id,country,age\n1,US,30\n3,CA,41\n5,DE,\n");
    let mode = std::fs::metadata(folder.path().join("pros.csv")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let names = std::fs::read_dir(folder.path()).expect("a folder").flatten().map(|entry| entry.file_name());
    assert!(!names.into_iter().any(|name| name.to_string_lossy().starts_with(".crosscut-")), "no temporary file");
}

#[test]
fn export_combines_persona_and_filter() {
    let folder = folder();
    let args = ["export", "--persona", "pat", "--filter", "spend > 60", "--columns", "id"];
    assert_eq!(out(&crosscut(folder.path(), &args)), "id\n1\n3\n5\n");
    let args = ["export", "--persona", "nobody"];
    assert_eq!(crosscut(folder.path(), &args).status.code(), Some(2));
}

#[test]
fn segments_cells_and_first_personas_are_columns() {
    let folder = folder();
    let output = crosscut(folder.path(), &["export", "--columns", "id,plan", "--segments", "--personas"]);
    // Counted by hand: the age of customer 5 is missing, Pat comes before Ann, nobody's is customer 6.
    let csv = "\
id,plan,pros,north_america,age,plan_2,persona
1,pro,true,true,25-39,pro,pat
2,basic,false,true,<25,basic,ann
3,pro,true,true,40+,pro,pat
4,basic,false,false,25-39,basic,pat
5,pro,true,false,,pro,pat
6,basic,false,false,40+,basic,
";
    assert_eq!((out(&output).as_str(), err(&output).as_str()), (csv, ""));
}

#[test]
fn export_format_option_overrides_file_ending() {
    let folder = folder();
    let export = |to: &str, more: &[&str]| {
        let args = [&["export", "id < 3", "--columns", "id,country,spend", "--to", to], more].concat();
        let output = crosscut(folder.path(), &args);
        assert!(output.status.success(), "{}", err(&output));
        if to.ends_with(".parquet") { String::new() } else { read(folder.path(), to) }
    };
    assert_eq!(export("a.tsv", &[]), "id\tcountry\tspend\n1\tUS\t100\n2\tUS\t50\n");
    assert_eq!(export("a.ndjson", &[]).lines().next(), Some(r#"{"id":1,"country":"US","spend":100}"#));
    let json: serde_json::Value = serde_json::from_str(&export("a.json", &[])).expect("JSON");
    assert_eq!(json[1]["spend"], 50);
    assert_eq!(export("a.txt", &["--format", "csv"]), "id,country,spend\n1,US,100\n2,US,50\n");
    export("a.parquet", &[]);
    let back = crosscut(folder.path(), &["rows", "--data", "a.parquet", "--format", "csv"]);
    assert_eq!(out(&back), "id,country,spend\n1,US,100\n2,US,50\n");
    for to in ["a.arrow", "a.xlsx"] {
        assert!(
            crosscut(folder.path(), &["export", "id < 3", "--columns", "id,country,spend", "--to", to])
                .status
                .success()
        );
        assert_eq!(out(&crosscut(folder.path(), &["rows", "--data", to, "--format", "csv"])), out(&back), "{to}");
    }
    let refused = crosscut(folder.path(), &["export", "--format", "xlsx"]);
    assert!(err(&refused).contains("xlsx is written to a file: add --to FILE"), "{}", err(&refused));
    let refused = crosscut(folder.path(), &["export", "--to", "a.xyz"]);
    assert!(err(&refused).contains("names no format"), "{}", err(&refused));
    assert_eq!((refused.status.code(), folder.path().join("a.xyz").exists()), (Some(2), false));
}

#[test]
fn export_to_parquet_keeps_types_over_many_pages() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows: String =
        (0..101_000).map(|n| format!("{n},{}.5,2026-01-{:02},{}\n", n % 7, 1 + n % 28, n % 2 == 0)).collect();
    std::fs::write(folder.path().join("big.csv"), format!("id,spend,day,is_even\n{rows}")).expect("a writable folder");
    let output = crosscut(folder.path(), &["export", "--data", "big.csv", "--to", "copy.parquet"]);
    assert_eq!(err(&output), "crosscut: wrote 101,000 rows to copy.parquet\n");
    let profile = |file: &str| out(&crosscut(folder.path(), &["profile", "--data", file, "--format", "csv"]));
    assert_eq!(profile("copy.parquet"), profile("big.csv"));
}

#[test]
fn export_refuses_masked_columns_plain_or_hashed() {
    let folder = folder();
    let output = crosscut(folder.path(), &["export"]);
    assert!(!out(&output).contains("email") && !out(&output).contains("@x.org"), "{}", out(&output));
    assert_eq!(err(&output), "crosscut: left out (masked): email\n");
    for args in [&["--columns", "id,email"][..], &["--hash", "EMAIL"], &["--hash", "email", "--salt", "pepper"]] {
        let output = crosscut(folder.path(), &[&["export", "--to", "x.csv"], args].concat());
        assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""), "{args:?}");
        assert!(err(&output).contains("email is masked") && err(&output).contains("[privacy]"), "{}", err(&output));
        assert!(!folder.path().join("x.csv").exists());
    }
}

/// The hashes are those of `printf %s a@x.org | sha256sum`, and of `peppera@x.org`.
#[test]
fn export_hash_is_sha_256_of_normalized_value() {
    let folder = folder();
    replace(&folder, "config.toml", "mask = [\"email\"]", "mask = []");
    replace(&folder, "customers.csv", "a@x.org", "\" A@X.org \"");
    let args = ["export", "id IN (1)", "--columns", "id", "--hash", "email"];
    let hash = "907d7bf93d60cbe6565458bb0fe7e8fac60dffe3561e27cce320947f1a13ef8b";
    assert_eq!(out(&crosscut(folder.path(), &args)), format!("id,email\n1,{hash}\n"));
    let salted = "030f468705f308c4665649dfe10ab717ce974338f9bc5debb007665cd4a95e9e";
    let args = [&args[..], &["--salt", "pepper"]].concat();
    assert_eq!(out(&crosscut(folder.path(), &args)), format!("id,email\n1,{salted}\n"));
}

#[test]
fn export_refuses_few_customers_and_omits_small_segments() {
    let folder = folder();
    append(&folder, "config.toml", "min_cell = 3\n");
    let output = crosscut(folder.path(), &["export", "id < 3", "--to", "few.csv"]);
    assert_eq!((output.status.code(), folder.path().join("few.csv").exists()), (Some(1), false));
    assert!(err(&output).contains("fewer than 3 customers match"), "{}", err(&output));
    let output = crosscut(folder.path(), &["export", "--columns", "id", "--segments", "--personas"]);
    // Two customers are neither young, nor in the middle, nor old; Ann is the first persona of one.
    assert_eq!(out(&output).lines().next(), Some("id,pros,north_america,plan,persona"), "{}", out(&output));
    assert!(!out(&output).contains("ann"), "{}", out(&output));
    assert!(err(&output).contains("left out (fewer than 3 customers"), "{}", err(&output));
}

#[test]
fn export_replaces_no_study_file_or_device() {
    let folder = folder();
    std::os::unix::fs::symlink("customers.csv", folder.path().join("link.csv")).expect("a link");
    let before = read(folder.path(), "customers.csv");
    for to in ["customers.csv", "link.csv", "config.toml", "personas.toml", "/dev/null"] {
        let output = crosscut(folder.path(), &["export", "--to", to, "--format", "csv"]);
        assert_eq!(output.status.code(), Some(1), "{to}: {}", err(&output));
    }
    assert_eq!(read(folder.path(), "customers.csv"), before);
    assert!(!std::fs::metadata("/dev/null").expect("a device").is_file());
}

#[test]
fn export_guards_formulas_unless_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("c.csv"), "id,note\n1,=1+1\n2,fine\n").expect("a writable folder");
    let export = |more: &[&str]| out(&crosscut(folder.path(), &[&["export", "--data", "c.csv"], more].concat()));
    assert_eq!(export(&[]), "id,note\n1,'=1+1\n2,fine\n");
    assert_eq!(export(&["--keep-formulas"]), "id,note\n1,=1+1\n2,fine\n");
}

/// Every segment and cell of the sample has as many customers in the file as `segments` counts.
#[test]
fn exported_segment_columns_agree_with_counts() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    assert!(crosscut(folder.path(), &["demo", "study"]).status.success());
    let study = folder.path().join("study");
    let config = std::fs::read_to_string(study.join("config.toml")).expect("a study");
    std::fs::write(study.join("config.toml"), config.replace("min_cell = 10", "min_cell = 0"))
        .expect("a writable folder");
    let output = crosscut(&study, &["export", "--columns", "customer_id", "--segments", "--format", "ndjson"]);
    let rows: Vec<serde_json::Value> =
        out(&output).lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    assert_eq!(rows.len(), 5000);
    let segments = out(&crosscut(&study, &["segments", "--format", "json"]));
    let segments: Vec<serde_json::Value> = serde_json::from_str(&segments).expect("JSON");
    assert!(segments.len() > 40, "{}", segments.len());
    for segment in segments {
        let name = segment["segment"].as_str().expect("a name");
        let column = name.split('.').next().expect("a name");
        let holds = |row: &&serde_json::Value| match name.strip_prefix(column).and_then(|cell| cell.strip_prefix('.')) {
            None => row[column] == true,
            Some(cell) => row[column] == cell.trim_matches('"'),
        };
        assert_eq!(rows.iter().filter(holds).count() as u64, segment["customers"].as_u64().expect("a count"), "{name}");
    }
}
