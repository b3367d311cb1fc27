//! One fault harms one thing: definitions over a column that cannot be read say so in their own line, and everything
//! else counts.

use std::collections::BTreeMap;

use super::{crosscut, err, out};
use crate::data_files::write_damaged;
use crate::shop::folder_of;

const CONFIG: &str = "\
[data]
path = \"customers.parquet\"
key = \"id\"
as_of = \"2026-06-30\"
[study]
segments = \"segments.toml\"
personas = \"personas.toml\"
value = \"spend\"
[privacy]
min_cell = 0
";

const SEGMENTS: &str = "\
[[segment]]
name = \"big\"
where = \"spend > 1000\"

[[segment]]
name = \"mailed\"
where = \"email LIKE '%7@%'\"

[[segment]]
name = \"mailed_big\"
where = \"@mailed AND @big\"

[[segmentation]]
name = \"plan\"
column = \"plan\"

[[segmentation]]
name = \"mail\"
[[segmentation.cell]]
name = \"seven\"
where = \"email LIKE '%7@%'\"
[[segmentation.cell]]
name = \"rest\"
where = \"spend > 5\"
";

const PERSONAS: &str = "\
[[persona]]
id = \"bea\"
name = \"Big Bea\"
spans = [\"big\"]
attributes = [\"spend > 2000\", \"email LIKE 'x%'\"]
[[persona.claim]]
text = \"Spends\"
check = \"spend > 5000\"
[[persona.claim]]
text = \"Mails\"
check = \"email LIKE 'a%'\"

[[persona]]
id = \"max\"
name = \"Mailed Max\"
spans = [\"mailed\", \"big\"]
";

fn folder() -> tempfile::TempDir {
    let folder = folder_of(&[("config.toml", CONFIG), ("segments.toml", SEGMENTS), ("personas.toml", PERSONAS)]);
    write_damaged(&folder.path().join("customers.parquet"));
    folder
}

/// Runs a command that must succeed. Returns its rows by their first cell (of cells without commas), and its complaints.
fn rows(args: &[&str]) -> (BTreeMap<String, Vec<String>>, Vec<String>) {
    let folder = folder();
    let output = crosscut(folder.path(), &[args, &["--format", "csv"]].concat());
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", err(&output));
    let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let rows = out(&output).lines().skip(1).map(|line| (cells(line)[0].clone(), cells(line))).collect();
    (rows, err(&output).lines().map(str::to_owned).collect())
}

/// The complaint about a definition, which must be one, and at the definition's place.
fn complaint<'a>(complaints: &'a [String], place: &str, name: &str) -> &'a str {
    let of = format!(": @{name}: ");
    let found: Vec<&String> = complaints.iter().filter(|line| line.contains(&of)).collect();
    let [found] = found.as_slice() else { panic!("{name} is in {found:?} of {complaints:?}") };
    assert!(found.contains(place), "{found}");
    found
}

#[test]
fn uncountable_segment_leaves_other_segments_counted() {
    let (rows, complaints) = rows(&["segments"]);
    assert!(complaint(&complaints, "segments.toml:7", "mailed").contains("column \"email\" cannot be read"));
    assert!(complaint(&complaints, "segments.toml:11", "mailed_big").ends_with("@mailed cannot be counted"));
    assert!(complaint(&complaints, "segments.toml", "mail.seven").contains("column \"email\" cannot be read"));
    assert_eq!(complaints.len(), 3, "{complaints:?}");
    for (name, is_counted) in
        [("big", true), ("plan.pro", true), ("mail.rest", true), ("mailed", false), ("mail.seven", false)]
    {
        assert_eq!(!rows[name][2].is_empty(), is_counted, "{name}: {:?}", rows[name]);
    }
}

#[test]
fn uncountable_cell_leaves_other_cells_counted() {
    let (rows, complaints) = rows(&["segmentation", "mail"]);
    complaint(&complaints, "segments.toml", "mail.seven");
    assert!(rows["seven"][2].is_empty() && !rows["rest"][2].is_empty(), "{rows:?}");
}

#[test]
fn uncountable_persona_leaves_other_personas_counted() {
    let (rows, complaints) = rows(&["personas"]);
    assert!(complaint(&complaints, "personas.toml", "max").ends_with("@mailed cannot be counted"));
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(!rows["bea"][3].is_empty() && rows["max"][3].is_empty(), "{rows:?}");
}

#[test]
fn set_tables_leave_out_uncountable_sets() {
    for args in [
        &["matrix"][..],
        &["matrix", "--contained"],
        &["coverage"],
        &["waterfall"],
        &["upset"],
        &["upset", "--sets", "personas"],
        &["consolidate"],
    ] {
        let (rows, complaints) = rows(args);
        assert!(complaints.iter().any(|line| line.contains("@mailed")), "{args:?}: {complaints:?}");
        assert!(!rows.contains_key("mailed") && !rows.contains_key("max"), "{args:?}: {rows:?}");
    }
    assert!(rows(&["matrix"]).0["big"][1].parse::<u64>().is_ok());
}

#[test]
fn untestable_claim_leaves_other_claims_tested() {
    let folder = folder();
    let output = crosscut(folder.path(), &["personas", "--claims", "--format", "csv"]);
    let told = out(&output);
    let line = |text: &str| told.lines().find(|line| line.contains(text)).expect("a claim").to_owned();
    assert!(line("Spends").contains(",supported,"), "{told}");
    assert!(line("Mails").contains(",untested,") && line("Mails").contains("cannot be read"), "{told}");
}

#[test]
fn report_is_written_without_uncountable_definitions() {
    let folder = folder();
    let output = crosscut(folder.path(), &["report", "--format", "md"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let page = out(&output);
    assert!(page.contains("Big Bea") && page.contains("Mailed Max"), "{page}");
    assert!(page.contains("@mailed: ") && page.contains("@max: @mailed cannot be counted"), "{page}");
}

#[test]
fn check_reports_each_fault_once_at_its_place() {
    let folder = folder();
    let output = crosscut(folder.path(), &["check", "--format", "csv"]);
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    let told = out(&output);
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("error,")).collect();
    for (place, problem) in [
        ("segments.toml:7:", "@mailed: "),
        ("segments.toml:11:", "@mailed_big: @mailed cannot be counted"),
        ("segments.toml", "@mail.seven: "),
        ("personas.toml:5:", "@bea: "),
        ("personas.toml:11:", "@bea: "),
        ("personas.toml", "@max: @mailed cannot be counted"),
    ] {
        let found = lines.iter().filter(|line| line.contains(place) && line.contains(problem)).count();
        assert_eq!(found, 1, "{problem} at {place} of {told}");
    }
    assert_eq!(lines.len(), 6, "{told}");
}

#[test]
fn uncountable_filter_fails_command() {
    let folder = folder();
    let output = crosscut(folder.path(), &["segments", "--filter", "email LIKE 'x%'"]);
    assert_eq!((output.status.code(), out(&output).as_str()), (Some(1), ""));
    assert!(err(&output).contains("column \"email\" cannot be read"), "{}", err(&output));
}
