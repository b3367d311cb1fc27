//! Columns that definitions make, and lists that rules read from files.

use std::fs;

use super::{crosscut, err, out};

const SEGMENTS: &str = r#"
[[segment]]
name = "big"
where = "tier = 'gold' OR spend > 90"
[[segmentation]]
name = "tier"
[[segmentation.cell]]
name = "gold"
where = "spend >= 50"
[[segmentation.cell]]
name = "some"
where = "spend >= 5"
[[segmentation]]
name = "plan"
column = "plan"
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a writable folder");
    file("c.csv", "id,plan,spend\nA1,pro,100\nA2,pro,50\nA3,free,5\nA4,free,1\nA5,free,\n");
    file("s.toml", SEGMENTS);
    file("p.toml", "[[persona]]\nid = \"rich\"\nname = \"Rich\"\nwhere = \"tier = 'gold'\"\n");
    let study = "[study]\nsegments = \"s.toml\"\npersonas = \"p.toml\"\nvalue = \"spend\"\n";
    file("config.toml", &format!("[data]\npath = \"c.csv\"\nkey = \"id\"\n{study}"));
    folder
}

fn run(folder: &tempfile::TempDir, args: &[&str]) -> (Option<i32>, String, String) {
    let output = crosscut(folder.path(), args);
    (output.status.code(), out(&output), err(&output))
}

fn fine(folder: &tempfile::TempDir, args: &[&str]) -> String {
    let (code, shown, error) = run(folder, args);
    assert_eq!((code, error.as_str()), (Some(0), ""), "{shown}");
    shown
}

#[test]
fn segmentation_column_is_first_matching_cell() {
    let folder = folder();
    let shown = fine(&folder, &["rows", "--columns", "id,tier", "--format", "csv"]);
    assert_eq!(shown, "id,tier\nA1,gold\nA2,gold\nA3,some\nA4,\nA5,\n");
}

#[test]
fn segmentation_is_grouped_profiled_exported_and_named_in_rules() {
    let folder = folder();
    let groups = fine(&folder, &["group", "tier", "--format", "csv"]);
    assert!(groups.lines().any(|line| line.starts_with("gold,2,")), "{groups}");
    assert!(groups.lines().any(|line| line.starts_with("some,1,")), "{groups}");
    assert_eq!(fine(&folder, &["count", "TIER = 'some' OR tier IS NULL"]), "3\n");
    let profile = fine(&folder, &["profile", "tier", "--format", "csv"]);
    assert!(profile.lines().any(|line| line.starts_with("tier,text,3,")), "{profile}");
    let sorted = fine(&folder, &["rows", "--columns", "id", "--sort", "tier:desc", "--format", "csv"]);
    assert!(sorted.starts_with("id\nA3\n"), "{sorted}");
    let exported = fine(&folder, &["export", "--columns", "id,tier", "--filter", "tier = 'gold'", "--format", "csv"]);
    assert_eq!(exported, "id,tier\nA1,gold\nA2,gold\n");
}

/// Counts are numpy's: scores are one more than the number of `inverted_cdf` quantiles below the value.
#[test]
fn scores_of_rfm_are_columns_of_whole_numbers() {
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let count = |rule: &str| out(&crosscut(sample, &["count", rule]));
    assert_eq!(count("value_recency + value_frequency + value_monetary >= 13"), "951\n");
    assert_eq!(count("value_recency = 5 AND value_frequency >= 4"), "625\n");
    assert_eq!(count("value_monetary IS NULL"), "728\n");
    let groups = out(&crosscut(sample, &["group", "value_recency", "--format", "csv"]));
    for group in ["1,856,", "2,853,", "3,913,", "4,812,", "5,838,"] {
        assert!(groups.lines().any(|line| line.starts_with(group)), "{group}: {groups}");
    }
}

#[test]
fn segments_and_personas_may_use_segmentation_as_column() {
    let folder = folder();
    assert_eq!(fine(&folder, &["count", "@big"]), "2\n");
    assert_eq!(fine(&folder, &["count", "@rich AND persona = 'rich'"]), "2\n");
}

#[test]
fn base_column_takes_precedence_over_segmentation() {
    let folder = folder();
    assert_eq!(fine(&folder, &["count", "plan = 'free'"]), "3\n");
}

#[test]
fn cell_that_refers_to_own_segmentation_is_circular() {
    let folder = folder();
    let path = folder.path().join("s.toml");
    let text = fs::read_to_string(&path).expect("a file").replace("spend >= 5\"", "tier = 'gold'\"");
    fs::write(&path, text).expect("a writable file");
    let (code, _, error) = run(&folder, &["count", "tier = 'gold'"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("a rule refers to itself: @tier.some -> @tier.some"), "{error}");
}

#[test]
fn in_file_filters_by_listed_values() {
    let folder = folder();
    fs::write(folder.path().join("ids.csv"), "id\nA1\nA3\nA9\n").expect("a writable folder");
    let (code, shown, notices) = run(&folder, &["count", "id IN FILE 'ids.csv'"]);
    assert_eq!((code, shown.as_str()), (Some(0), "2\n"), "{notices}");
    assert_eq!(notices, "crosscut: ids.csv: 2 of 3 values matched a customer\n");
    let (_, shown, _) = run(&folder, &["count", "id NOT IN FILE 'ids.csv' AND spend > 0"]);
    assert_eq!(shown, "2\n");
}

#[test]
fn unmatched_values_are_written_readable_only_by_owner() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    fs::write(folder.path().join("ids.csv"), "id\nA1\n=A9\nA3\nA8\n").expect("a writable folder");
    let args = ["count", "id IN FILE 'ids.csv'", "--unmatched", "lost.csv"];
    let (code, shown, notices) = run(&folder, &args);
    assert_eq!((code, shown.as_str()), (Some(0), "2\n"), "{notices}");
    let path = folder.path().join("lost.csv");
    assert_eq!(fs::read_to_string(&path).expect("a file"), "file,value\nids.csv,'=A9\nids.csv,A8\n");
    assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
    let (code, _, error) = run(&folder, &["count", "spend > 1", "--unmatched", "lost.csv"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--unmatched needs a rule with IN FILE"), "{error}");
}

#[test]
fn unmatched_values_of_masked_or_computed_column_are_not_written() {
    let folder = folder();
    super::append(&folder, "config.toml", "[privacy]\nmask = [\"id\"]\n");
    fs::write(folder.path().join("ids.csv"), "id\nA1\nA9\n").expect("a writable folder");
    for rule in ["id IN FILE 'ids.csv'", "lower(plan) IN FILE 'ids.csv'"] {
        let (code, _, error) = run(&folder, &["count", rule, "--unmatched", "lost.csv"]);
        assert_ne!(code, Some(0), "{error}");
        assert!(!folder.path().join("lost.csv").exists());
        assert!(!error.contains("A9"), "{error}");
    }
}

#[test]
fn list_without_heading_keeps_first_value() {
    let folder = folder();
    fs::write(folder.path().join("ids.txt"), "A1\nA3\nA5\n").expect("a writable folder");
    let (_, shown, _) = run(&folder, &["count", "id IN FILE 'ids.txt'"]);
    assert_eq!(shown, "3\n");
}

#[test]
fn number_list_reports_values_that_are_no_number() {
    let folder = folder();
    fs::write(folder.path().join("spend.csv"), "spend\n5\n50.0\nmany\n").expect("a writable folder");
    let (_, shown, notices) = run(&folder, &["count", "spend IN FILE 'spend.csv'"]);
    assert_eq!(shown, "2\n", "{notices}");
    assert!(notices.contains("all 2 values matched a customer; 1 more cannot be compared"), "{notices}");
}

#[test]
fn list_with_several_columns_uses_column_of_same_name() {
    let folder = folder();
    fs::write(folder.path().join("mail.csv"), "name,id\nx,A2\ny,A4\n").expect("a writable folder");
    let (_, shown, notices) = run(&folder, &["count", "id IN FILE 'mail.csv'"]);
    assert_eq!(shown, "2\n", "{notices}");
    let (code, _, error) = run(&folder, &["count", "plan IN FILE 'mail.csv'"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("none of its columns is named plan: it has name, id"), "{error}");
}

#[test]
fn missing_list_file_is_error_at_its_path() {
    let folder = folder();
    let (code, _, error) = run(&folder, &["count", "id IN FILE 'gone.csv'"]);
    assert_eq!(code, Some(1));
    assert!(error.contains("gone.csv: there is no such file at 12"), "{error}");
}

#[test]
fn changed_list_file_is_read_again() {
    let folder = folder();
    fs::write(folder.path().join("ids.csv"), "id\nA1\n").expect("a writable folder");
    super::append(&folder, "s.toml", "[[segment]]\nname = \"listed\"\nwhere = \"id IN FILE 'ids.csv'\"\n");
    assert_eq!(run(&folder, &["count", "@listed"]).1, "1\n");
    fs::write(folder.path().join("ids.csv"), "id\nA1\nA2\nA3\n").expect("a writable folder");
    assert_eq!(run(&folder, &["count", "@listed"]).1, "3\n");
}

#[test]
fn event_filter_may_use_segmentation_column() {
    let folder = folder();
    fs::write(folder.path().join("o.csv"), "id,n\nA1,1\nA3,2\nA4,3\n").expect("a writable folder");
    super::append(&folder, "config.toml", "[tables.orders]\npath = \"o.csv\"\nkey = \"id\"\n");
    assert_eq!(fine(&folder, &["count", "orders.count() FILTER (WHERE tier = 'gold') = 1"]), "1\n");
    assert_eq!(fine(&folder, &["count", "orders.count() FILTER (WHERE tier = 'some' AND n = 2) = 1"]), "1\n");
}
