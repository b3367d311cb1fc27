//! One customer has most of the value of every set that contains them: no sum, share or mean may tell how much.

use std::fmt::Write as _;

use serde_json::Value;
use tempfile::TempDir;

use crate::shop::{crosscut, folder_of};

/// Spending of the one customer; everyone else has spent 10 to 59.
const MOST: f64 = 9_000_000.0;
/// Customers of the base, in groups of 40.
const CUSTOMERS: usize = 400;

const CONFIG: &str = "[study]\nname = \"One\"\nsegments = \"segments.toml\"\npersonas = \"personas.toml\"\nvalue = \"spend\"\n[data]\npath = \"base.csv\"\nkey = \"id\"\n\
                      [privacy]\nmin_cell = 10\n";
const SEGMENTS: &str = "[[segment]]\nname = \"even\"\nwhere = \"n % 2 = 0\"\n[[segment]]\nname = \"low\"\nwhere = \"n < 200\"\n\
                        [[segmentation]]\nname = \"part\"\ncolumn = \"n\"\nbreaks = [100, 200, 300]\n";
const PERSONAS: &str = "[[persona]]\nid = \"first\"\nname = \"First\"\nspans = [\"even\"]\n\
                        [[persona]]\nid = \"second\"\nname = \"Second\"\nspans = [\"low\"]\n";

fn study(most: f64) -> TempDir {
    let mut base = "id,n,team,spend\n".to_owned();
    for n in 0..CUSTOMERS {
        let spend = if n == 42 { most } else { (10 + n % 50) as f64 };
        writeln!(base, "c{n},{n},team{},{spend}", n / 40).expect("a line");
    }
    folder_of(&[("config.toml", CONFIG), ("segments.toml", SEGMENTS), ("personas.toml", PERSONAS), ("base.csv", &base)])
}

/// Numbers that a command prints.
fn numbers(folder: &TempDir, args: &[&str]) -> Vec<f64> {
    let printed = crosscut(folder.path(), &[args, &["--format", "json"]].concat());
    assert!(printed.status.success(), "{args:?}: {}", String::from_utf8_lossy(&printed.stderr));
    let value: Value = serde_json::from_slice(&printed.stdout).expect("JSON");
    let mut found = Vec::new();
    collect(&value, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<f64>) {
    match value {
        Value::Number(number) => found.extend(number.as_f64()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(values) => values.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

const COMMANDS: [&[&str]; 13] = [
    &["count", "n < 100"],
    &["count", "n >= 100"],
    &["count"],
    &["group", "team"],
    &["segments"],
    &["segments", "--filter", "n < 150"],
    &["segmentation", "part"],
    &["personas"],
    &["coverage"],
    &["waterfall"],
    &["consolidate", "--segments", "all"],
    &["profile", "spend"],
    &["why", "n < 100"],
];

/// Two studies that differ only in what the one customer has: whoever sees the same figures in both learns nothing of it.
#[test]
fn figures_do_not_depend_on_value_of_dominant_customer() {
    let (rich, richer) = (study(MOST), study(2.0 * MOST));
    for args in COMMANDS {
        let (one, other) = (numbers(&rich, args), numbers(&richer, args));
        assert_eq!(one, other, "{args:?}");
        assert!(!one.is_empty(), "{args:?} shows nothing");
    }
}

/// Few of a group's customers have a value: its share would tell what they have.
#[test]
fn share_of_few_known_values_is_hidden_in_consolidation() {
    let folder = study(60.0);
    let path = folder.path().join("base.csv");
    let text = std::fs::read_to_string(&path).expect("the base");
    let without = |(n, line): (usize, &str)| match n {
        // The first line has the names.
        6..=200 => format!("{},\n", line.rsplit_once(',').expect("a value").0),
        _ => format!("{line}\n"),
    };
    let shares = || -> Vec<Option<f64>> {
        let args = ["consolidate", "--segments", "all", "--k", "2", "--format", "json"];
        let printed = crosscut(folder.path(), &args);
        let rows: Vec<Value> = serde_json::from_slice(&printed.stdout).expect("JSON");
        assert!(rows.iter().any(|row| row["rule"] == "@low"), "{rows:?}");
        rows.iter().filter(|row| row["rule"] == "@low").map(|row| row["share_of_value"].as_f64()).collect()
    };
    assert!(shares().iter().all(Option::is_some));
    std::fs::write(&path, text.lines().enumerate().map(without).collect::<String>()).expect("a writable folder");
    assert!(shares().iter().all(Option::is_none), "{:?}", shares());
}

/// Sums in which nobody has more than half are shown as before.
#[test]
fn sums_of_many_are_shown() {
    let folder = study(60.0);
    let sum: f64 = (0..100).map(|n| if n == 42 { 60.0 } else { (10 + n % 50) as f64 }).sum();
    assert!(numbers(&folder, &["count", "n < 100"]).contains(&sum));
    let groups = numbers(&folder, &["group", "team"]);
    let team: f64 = (40..80).map(|n| if n == 42 { 60.0 } else { (10 + n % 50) as f64 }).sum();
    assert!(groups.contains(&team), "{groups:?}");
}
