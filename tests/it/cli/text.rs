//! Text tables by options and by the study's keys: `describe`, `--rejects`, `init`.

use std::fs;
use std::path::Path;

use super::{crosscut, err, out};

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a writable folder");
    }
    folder
}

/// Runs, and returns exit code, stdout and stderr.
fn run(folder: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = crosscut(folder, args);
    (output.status.code(), out(&output), err(&output))
}

#[test]
fn describe_lists_decisions_and_overrides() {
    let folder = folder(&[("t.csv", "sep=;\nid;betrag\n1;7,5\n2;90,0\n")]);
    let (code, shown, notices) = run(folder.path(), &["describe", "t.csv", "--format", "csv"]);
    assert_eq!(code, Some(0), "{notices}");
    for line in [
        "separator,;,the line sep= names it,\"separator = \"\",\"\"\"",
        "lines before the table,1,it names the separator (sep=),skip = 0",
        "header,line 2,no cell looks like a value,header = false",
        "column betrag,text,all texts are numbers,\"types.betrag = { type = \"\"number\"\", decimal = \"\",\"\" }\"",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert!(notices.contains("separator ;"), "{notices}");
}

#[test]
fn describe_of_refused_table_prints_decisions_and_fails() {
    let folder = folder(&[("t.csv", "a,b\n1\n")]);
    let (code, shown, error) = run(folder.path(), &["describe", "t.csv"]);
    assert_eq!(code, Some(1));
    assert!(shown.contains("separator"), "{shown}");
    assert!(error.contains("line 2 has 1 field, the header has 2"), "{error}");
}

#[test]
fn lines_offered_by_describe_are_valid_in_study() {
    let folder = folder(&[("t.csv", "id;betrag;wann\n1;7,5;31/12/2023\n2;90,0;01/01/2024\n")]);
    let (_, shown, _) = run(folder.path(), &["describe", "t.csv", "--format", "json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&shown).expect("JSON");
    let lines: Vec<&str> =
        rows.iter().filter_map(|row| row["to_change"].as_str()).filter(|line| !line.is_empty()).collect();
    assert!(lines.len() >= 8, "{lines:?}");
    for line in lines {
        let config = format!("[data]\npath = \"t.csv\"\n{line}\n");
        fs::write(folder.path().join("config.toml"), config).expect("a writable folder");
        let (_, _, error) = run(folder.path(), &["count"]);
        assert!(!error.contains("config.toml:"), "{line}: {error}");
    }
}

#[test]
fn text_options_override_study() {
    let config = "[data]\npath = \"t.csv\"\nseparator = \",\"\nheader = false\n";
    let folder = folder(&[("t.csv", "a;b\n1;2\n"), ("config.toml", config)]);
    assert_eq!(run(folder.path(), &["rows", "--format", "csv"]).1, "column1\na;b\n1;2\n");
    assert_eq!(run(folder.path(), &["rows", "--format", "csv", "--sep", ";", "--header", "true"]).1, "a,b\n1,2\n");
}

#[test]
fn rejects_are_written_readable_only_by_owner() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("t.csv", "id,name\n1,Ann\n2\n3,5\" pipe\n")]);
    let args = ["count", "--data", "t.csv", "--on-bad-row", "skip", "--rejects", "bad.csv"];
    let (code, count, notices) = run(folder.path(), &args);
    assert_eq!((code, count.as_str()), (Some(0), "1\n"), "{notices}");
    assert!(notices.contains("2 rows left out (lines 3, 4; the first has 1 field, the header has 2)"), "{notices}");
    let expected = "file,line,problem,text\nt.csv,3,\"has 1 field, the header has 2\",2\n\
                    t.csv,4,has a quote inside a field that is not in quotes,\"3,5\"\" pipe\"\n";
    assert_eq!(fs::read_to_string(folder.path().join("bad.csv")).expect("a file"), expected);
    let mode = fs::metadata(folder.path().join("bad.csv")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let (code, _, error) = run(folder.path(), &["count", "--data", "t.csv", "--rejects", "bad.csv"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("add --on-bad-row skip"), "{error}");
}

#[test]
fn rejects_under_mask_omit_texts() {
    let config = "[data]\npath = \"t.csv\"\non_bad_row = \"skip\"\n[privacy]\nmask = [\"name\"]\n";
    let folder = folder(&[("t.csv", "id,name\n1,Ann\n2,Bob,x\n"), ("config.toml", config)]);
    let (code, _, error) = run(folder.path(), &["count", "--rejects", "bad.csv"]);
    assert_eq!(code, Some(0), "{error}");
    let listed = fs::read_to_string(folder.path().join("bad.csv")).expect("a file");
    assert!(listed.contains("has 3 fields") && !listed.contains("Bob"), "{listed}");
}

#[test]
fn init_keeps_text_options_and_offers_types() {
    let folder = folder(&[("t.csv", "id^betrag\n1^7,5\n2^90,0\n3^8,5\n")]);
    let (code, _, error) = run(folder.path(), &["init", "t.csv", "--sep", "^"]);
    assert_eq!(code, Some(0), "{error}");
    let config = fs::read_to_string(folder.path().join("config.toml")).expect("a config");
    assert!(
        config.contains("separator = \"^\"") && config.contains("# types.betrag = { type = \"number\""),
        "{config}"
    );
    let declared = config.replace("# types.betrag", "types.betrag");
    fs::write(folder.path().join("config.toml"), declared).expect("a writable folder");
    assert_eq!(run(folder.path(), &["count", "betrag > 8"]).1, "2\n");
}

#[test]
fn wrong_text_settings_are_refused_at_their_line() {
    for (line, message) in [
        ("separator = \"ab\"", "config.toml:3:13: \"ab\" is not a separator that can be read: write one character"),
        (
            "header = \"yes\"",
            "config.toml:3:10: \"yes\" is not a valid header: write true, false, or the number of the line",
        ),
        ("encoding = \"utf-9\"", "\"utf-9\" is not a known encoding"),
        ("skip = -1", "skip is a number of lines, 0 at least"),
        ("on_bad_row = \"drop\"", "write \"error\", \"skip\" or \"null\""),
        ("timezone = \"Berlin\"", "\"Berlin\" is not a known time zone: write one such as \"Europe/Berlin\""),
        ("types.a = \"nummer\"", "type of a: \"nummer\" is not a valid type: write one of text, number"),
        ("types.a = { type = \"date\", format = \"dd.mm\" }", "type of a: \"dd.mm\" is not a valid date format"),
        ("types.a = { type = \"text\", decimal = \",\" }", "type of a: text has no decimal: remove it"),
        ("quote = \"'\"\nplain_quotes = true", "quote and plain_quotes are both set: plain_quotes = true is the same"),
    ] {
        let folder = folder(&[("t.csv", "a\n1\n"), ("config.toml", &format!("[data]\npath = \"t.csv\"\n{line}\n"))]);
        let (code, _, error) = run(folder.path(), &["count"]);
        assert_eq!(code, Some(1), "{line}: {error}");
        assert!(error.contains(message) && error.contains("config.toml:3:"), "{line}: {error}");
    }
}
