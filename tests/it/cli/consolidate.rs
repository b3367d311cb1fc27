//! `crosscut consolidate` over the sample study.

use std::path::Path;

use super::{crosscut, err, out};

fn consolidate(args: &[&str]) -> (String, String) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = crosscut(here, &[&["consolidate"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    (out(&output), err(&output))
}

#[test]
fn greedy_consolidation_takes_largest_first_and_adds_up() {
    let (text, _) = consolidate(&["--format", "csv"]);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|heading| *heading == name).expect("the column");
    let covered: Vec<u64> = rows[1..].iter().filter_map(|row| row[column("customers")].parse().ok()).collect();
    assert!(covered.len() > 5 && covered.is_sorted(), "{text}");
    // @active is the largest segment: 2,357 of 5,000, as `crosscut count @active` says.
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(covered[0].to_string(), out(&crosscut(here, &["count", "@active"])).trim());
    let two = out(&crosscut(here, &["count", "@active OR @quiet"]));
    assert_eq!(covered[1].to_string(), two.trim());
}

#[test]
fn consolidate_step_lists_groups_and_segments() {
    let (text, _) = consolidate(&["--method", "tree", "--k", "3", "--format", "json"]);
    let groups: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(groups.as_array().map(Vec::len), Some(3), "{text}");
}

#[test]
fn consolidate_refuses_unknown_segment_or_step() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wrong = crosscut(here, &["consolidate", "--segments", "nobody"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(err(&wrong).contains("there is no segment nobody"), "{}", err(&wrong));
    let wrong = crosscut(here, &["consolidate", "--k", "99"]);
    assert!(err(&wrong).contains("--k must be between 1 and"), "{}", err(&wrong));
}
