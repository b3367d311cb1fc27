//! `crosscut init`: creates a first study.

use super::{crosscut, err, out};
use crate::shop;

#[test]
fn init_writes_valid_study_and_never_overwrites() {
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
    assert!(err(&again).contains("already exists"), "{}", err(&again));
}

/// Runs on real tables where they are available.
#[test]
fn starters_of_real_tables_check_well() {
    let shared = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
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

/// Expected figures are those of pandas: `groupby("customer_id", sort=False).agg(…)`.
#[test]
fn init_makes_customers_from_events() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows: String = (0..40)
        .map(|n| format!("{},{},2024-{:02}-01,{},{},{}\n", n, ["b", "a", "c"][n % 3], 1 + n % 12, n % 4, 2.5, n % 3))
        .collect();
    let orders = format!("order_id,customer_id,date,units,unit_price,level\n{rows}40,,2024-01-01,1,1,1\n");
    std::fs::write(folder.path().join("Orders 24.csv"), orders).expect("a writable folder");
    let offer = "customer_id repeats: if each row is an event, build a customer table from them: crosscut init 'Orders 24.csv' \
                 --customers customer_id";
    for args in [&["count", "--data", "Orders 24.csv"][..], &["init", "Orders 24.csv"]] {
        let output = crosscut(folder.path(), args);
        assert!(output.status.success() && err(&output).contains(offer), "{}", err(&output));
    }
    let again = crosscut(folder.path(), &["init", "Orders 24.csv", "--customers", "customer_id"]);
    assert!(err(&again).contains("config.toml already exists"), "{}", err(&again));
    for file in ["config.toml", "segments.toml", "personas.toml"] {
        std::fs::remove_file(folder.path().join(file)).expect("a file of the study");
    }
    let wrong = crosscut(folder.path(), &["init", "Orders 24.csv", "--customers", "custmer_id"]);
    assert!(err(&wrong).contains("did you mean \"customer_id\"?"), "{}", err(&wrong));
    let made = crosscut(folder.path(), &["init", "Orders 24.csv", "--customers", "CUSTOMER_ID"]);
    assert_eq!(
        out(&made),
        "orders_24_customers.parquet\n./config.toml\n./segments.toml\n./personas.toml\n",
        "{}",
        err(&made)
    );
    assert!(err(&made).contains("1 row has no customer_id: left out"), "{}", err(&made));
    let expected = "customer_id,orders_24,first_date,last_date,sum_units,unit_price,level,revenue\n\
                    b,14,2024-01-01,2024-10-01,21,2.5,0,52.5\na,13,2024-02-01,2024-11-01,19,2.5,1,47.5\n\
                    c,13,2024-03-01,2024-12-01,20,2.5,2,50\n";
    assert_eq!(out(&crosscut(folder.path(), &["rows", "--format", "csv"])), expected);
    let check = crosscut(folder.path(), &["check"]);
    assert_eq!(check.status.code(), Some(0), "{}{}", out(&check), err(&check));
    let config = std::fs::read_to_string(folder.path().join("config.toml")).expect("a text");
    assert!(config.contains("as_of = \"2024-12-01\"") && config.contains("value = \"revenue\""), "{config}");
    assert_eq!(out(&crosscut(folder.path(), &["count", "orders_24.count('90 days') = 3"])), "3\n");
    assert_eq!(out(&crosscut(folder.path(), &["count", "revenue = 52.5 AND orders_24.sum(units) = sum_units"])), "1\n");
}

#[test]
fn text_that_differs_within_few_customers_is_that_of_latest_event() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows: String = (0..60).map(|n| format!("c{:02},2024-01-01,DE,{n}\n", n % 30)).collect();
    let events = format!("user,day,country,item\n{rows}c07,2024-03-01,AT,7\nc07,2024-02-01,FR,7\n");
    std::fs::write(folder.path().join("events.csv"), events).expect("a writable folder");
    let made = crosscut(folder.path(), &["init", "events.csv", "--customers", "user"]);
    assert!(err(&made).contains("country: 1 customer has more than one; that of the latest event"), "{}", err(&made));
    assert_eq!(out(&crosscut(folder.path(), &["count", "country = 'AT' AND user = 'c07'"])), "1\n");
    assert_eq!(out(&crosscut(folder.path(), &["count", "country = 'DE'"])), "29\n");
}

#[test]
fn events_in_aligned_columns_with_days_as_numbers_become_customers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows: String =
        (0..40).map(|n| format!(" {:03} {:04}{:02}01 {:6.2}\r\n", n % 3, 1997 + n / 20, 1 + n % 12, 2.5)).collect();
    let events = format!(" customer_id  date   dollars\r\n{rows}");
    std::fs::write(folder.path().join("events.txt"), events).expect("a writable folder");
    let first = crosscut(folder.path(), &["count", "--data", "events.txt", "dollars = 2.5 AND date >= 19980101"]);
    assert_eq!(out(&first), "20\n", "{}", err(&first));
    assert!(err(&first).contains("crosscut init events.txt --customers customer_id"), "{}", err(&first));
    let made = crosscut(folder.path(), &["init", "events.txt", "--customers", "customer_id"]);
    assert!(err(&made).contains("date is read as dates"), "{}", err(&made));
    let expected = "customer_id,events,first_date,last_date,dollars\n000,14,1997-01-01,1998-10-01,2.5\n\
                    001,13,1997-02-01,1998-11-01,2.5\n002,13,1997-03-01,1998-12-01,2.5\n";
    assert_eq!(out(&crosscut(folder.path(), &["rows", "--format", "csv"])), expected);
    let check = crosscut(folder.path(), &["check"]);
    assert_eq!(check.status.code(), Some(0), "{}{}", out(&check), err(&check));
    assert_eq!(out(&crosscut(folder.path(), &["count", "events.last(date) >= '1998-12-01'"])), "1\n");
}

#[test]
fn key_shared_by_most_rows_suggests_init_customers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows: String = (0..20).map(|n| format!("{},{n}\n", n % 4)).collect();
    std::fs::write(folder.path().join("visits.csv"), format!("user,page\n{rows}")).expect("a writable folder");
    std::fs::write(folder.path().join("config.toml"), "[data]\npath = \"visits.csv\"\nkey = \"user\"\n")
        .expect("a file");
    let told = err(&crosscut(folder.path(), &["count"]));
    assert!(
        told.contains(
            "if each row is an event, build a customer table from them: crosscut init visits.csv --customers user"
        ),
        "{told}"
    );
}

/// Runs on a real table where it is available.
#[test]
fn starter_segments_form_usable_groups_by_every_method() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/customers/telco_churn.csv"));
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
            assert!(!err(&output).contains("one group holds over"), "{}", err(&output));
        }
    }
}
