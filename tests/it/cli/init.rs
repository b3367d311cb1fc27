//! `crosscut init`: creates a first study.

use super::{crosscut, err, out};
use crate::shop;

#[test]
fn init_writes_a_study_that_checks_well_and_never_writes_over_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let shop = shop::folder();
    std::fs::copy(shop.path().join("customers.csv"), folder.path().join("people.csv")).expect("a copy");
    let output = crosscut(folder.path(), &["init", "people.csv"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let output = crosscut(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}{}", out(&output), err(&output));
    let config = std::fs::read_to_string(folder.path().join("config.toml")).expect("a config");
    assert!(config.contains("people.csv") && config.contains("key = \"id\"") && config.contains("value = \"spend\""));
    let again = crosscut(folder.path(), &["init", "people.csv"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("is there already"), "{}", err(&again));
}

/// Runs on real tables where they are available.
#[test]
fn starters_of_real_tables_check_well() {
    let shared = std::path::Path::new("/work/shared/data");
    for table in ["customers/adult.csv", "customers/marketing_campaign.csv", "customers/telco_churn.csv"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        if std::fs::copy(shared.join(table), folder.path().join("t.csv")).is_err() {
            continue;
        }
        let output = crosscut(folder.path(), &["init", "t.csv"]);
        assert_eq!(output.status.code(), Some(0), "{table}: {}", err(&output));
        let output = crosscut(folder.path(), &["check"]);
        assert_eq!(output.status.code(), Some(0), "{table}: {}{}", out(&output), err(&output));
    }
}

/// Runs on a real table where it is available.
#[test]
fn segments_of_a_starter_make_usable_groups_by_every_method() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = std::path::Path::new("/work/shared/data/customers/telco_churn.csv");
    if std::fs::copy(table, folder.path().join("t.csv")).is_err() {
        return;
    }
    assert_eq!(crosscut(folder.path(), &["init", "t.csv"]).status.code(), Some(0));
    for method in ["greedy", "tree", "nmf"] {
        for k in ["4", "5"] {
            let output = crosscut(folder.path(), &["consolidate", "--method", method, "--k", k, "--format", "json"]);
            let text = out(&output);
            let groups: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let sizes: Vec<u64> =
                groups.as_array().expect("groups").iter().filter_map(|group| group["customers"].as_u64()).collect();
            assert_eq!(sizes.len().to_string(), k, "{method}: {text}");
            // Neither hardly anyone nor nearly everyone of the 7,043.
            assert!(sizes.iter().all(|size| (350..4_900).contains(size)), "{method}: {sizes:?}");
            assert!(!err(&output).contains("one group holds most"), "{}", err(&output));
        }
    }
}
