//! Everything that is shown of one column in one filter, on all screens that list its values: the same counts are hidden on
//! each, so that none completes another.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::solver::{Bounds, System, bounds};
use super::{CUSTOMERS, LEAST, crosscut, said};
use crate::shop::folder_of;

/// Personas with the rules of the filters, and their opposites.
const RULES: [(&str, &str); 4] =
    [("de", "country = 'DE'"), ("pro", "plan = 'pro'"), ("below_30", "age < 30"), ("spends", "spend > 200")];

fn study() -> tempfile::TempDir {
    let personas: String = RULES
        .iter()
        .map(|(id, rule)| format!("[[persona]]\nid = \"{id}\"\nname = \"{id}\"\nwhere = \"{rule}\"\n"))
        .collect();
    folder_of(&[
        ("customers.csv", &super::customers()),
        ("orders.csv", &super::orders()),
        ("survey.csv", &super::survey()),
        ("segments.toml", super::SEGMENTS),
        ("personas.toml", &personas),
        ("config.toml", super::CONFIG),
    ])
}

fn rows(folder: &tempfile::TempDir, args: &[&str]) -> Vec<BTreeMap<String, Value>> {
    let output = crosscut(folder.path(), &[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{args:?}: {}", said(&output)))
}

/// A customer: country, plan, band of age, and the truths of the rules.
struct Truth {
    parts: [Option<String>; 3],
    holds: [bool; 4],
}

const COLUMNS: [&str; 3] = ["country", "plan", "age"];

fn truths() -> Vec<Truth> {
    let of = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let (age, spend): (Option<u32>, u32) = (cells[5].parse().ok(), cells[6].parse().expect("a number"));
        let band = |age: u32| ["<25", "25-39", "40-59", "60+"][[25, 40, 60].iter().filter(|at| **at <= age).count()];
        Truth {
            parts: [Some(cells[3].into()), Some(cells[4].into()), age.map(|age| band(age).to_owned())],
            holds: [cells[3] == "DE", cells[4] == "pro", age.is_some_and(|age| age < 30), spend > 200],
        }
    };
    super::customers().lines().skip(1).map(of).collect()
}

#[test]
fn no_small_count_of_column_follows_from_several_screens() {
    let folder = study();
    let truths = truths();
    let most = CUSTOMERS as f64;
    let mut disclosed = Vec::new();
    let mut shown_counts = 0;
    for (at, (id, rule)) in RULES.iter().enumerate() {
        let filter = ["--filter", rule];
        let matrix = rows(&folder, &["matrix", "--figure", "customers"]);
        for (place, column) in COLUMNS.iter().enumerate() {
            let count = |inside: Option<bool>, part: &Option<String>| {
                let fits =
                    |one: &&Truth| inside.is_none_or(|inside| one.holds[at] == inside) && one.parts[place] == *part;
                truths.iter().filter(fits).count() as u64
            };
            let parts: BTreeSet<Option<String>> = truths.iter().map(|one| one.parts[place].clone()).collect();
            // What all screens say of a part, in the filter and outside of it.
            let mut known: BTreeMap<(bool, Option<String>), Bounds> = BTreeMap::new();
            let mut note = |inside: bool, part: &Option<String>, cell: &Value, screen: &str| {
                let (bounds, truth) = (bounds(cell, most), count(Some(inside), part) as f64);
                assert!(bounds.low <= truth && truth <= bounds.high, "{screen}: {part:?} is {truth} and not {cell}");
                let own = known.entry((inside, part.clone())).or_insert(Bounds { low: 0.0, high: most });
                *own = Bounds { low: own.low.max(bounds.low), high: own.high.min(bounds.high) };
                shown_counts += usize::from(bounds.low == bounds.high);
            };
            let part_of =
                |row: &BTreeMap<String, Value>, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
            let by_value = *column != "age";
            let lists: [(&[&str], &str, bool); 4] = [
                (&["group", column], column, by_value),
                (&["profile", column, "--values"], column, by_value),
                (&["segmentation", column], "cell", true),
                (&["group", "age:25,40,60"], "age", !by_value),
            ];
            let opposite = format!("({rule}) IS NOT TRUE");
            for (inside, filter) in [(true, filter), (false, ["--filter", opposite.as_str()])] {
                for (args, name, _) in lists.iter().filter(|list| list.2) {
                    for row in rows(&folder, &[*args, &filter].concat()) {
                        let part = part_of(&row, name);
                        if parts.contains(&part) {
                            note(inside, &part, &row["customers"], &args.join(" "));
                        }
                    }
                }
                for row in rows(&folder, &[&["segments"][..], &filter].concat()) {
                    let name = part_of(&row, "segment").unwrap_or_default();
                    if let Some(cell) = name.strip_prefix(&format!("{column}.")) {
                        note(inside, &Some(cell.to_owned()), &row["customers"], "segments");
                    }
                }
            }
            for row in &matrix {
                let name = part_of(row, "set").unwrap_or_default();
                if let Some(cell) = name.strip_prefix(&format!("{column}.")) {
                    note(true, &Some(cell.to_owned()), &row[*id], "matrix");
                }
            }
            if by_value {
                let why = rows(&folder, &["why", rule, "--all"]);
                for row in why.iter().filter(|row| row["column"].as_str() == Some(column)) {
                    let value = row["trait"].as_str().unwrap_or_default();
                    let part = value.strip_prefix("= ").map(str::to_owned);
                    note(true, &part, &row["n_inside"], "why");
                    note(false, &part, &row["n_outside"], "why");
                }
            }
            let mut system = System::default();
            let mut sides = [Vec::new(), Vec::new()];
            let exactly = |count: u64| Bounds { low: count as f64, high: count as f64 };
            let base_rows =
                if by_value { rows(&folder, &["group", column]) } else { rows(&folder, &["segmentation", column]) };
            let name = if by_value { *column } else { "cell" };
            for part in &parts {
                let all = count(None, part);
                let shown = base_rows.iter().find(|row| part_of(row, name) == *part);
                let of_base = shown.map_or(Bounds { low: 0.0, high: most }, |row| bounds(&row["customers"], most));
                let mut both = Vec::new();
                for (side, inside) in [true, false].into_iter().enumerate() {
                    let bounds = known.get(&(inside, part.clone())).copied().unwrap_or(Bounds { low: 0.0, high: most });
                    let count =
                        system.add(format!("{rule}: {column} {part:?} {inside}"), bounds, count(Some(inside), part));
                    sides[side].push(count);
                    both.push(count);
                }
                let base = system.add(format!("{column} {part:?}"), of_base, all);
                system.sum(&both, base);
            }
            for (side, inside) in sides.iter().zip([true, false]) {
                let size = truths.iter().filter(|one| one.holds[at] == inside).count() as u64;
                let whole = system.add("size", exactly(size), size);
                system.sum(side, whole);
            }
            disclosed.extend(system.disclosed());
        }
    }
    assert!(disclosed.is_empty(), "{} counts of a few follow:\n{}", disclosed.len(), disclosed.join("\n"));
    assert!(shown_counts > 150, "only {shown_counts} counts are shown");
}

/// A mean, a deviation or a quartile beside the counts of single numbers is an equation between those that are hidden.
#[test]
fn spread_beside_small_count_is_hidden() {
    let mut table = String::from("id,g,n,m\n");
    for n in 0..300 {
        // Of the filter's 150, 4 have n = 3; m has no value of a few.
        let number = match n % 150 {
            0..4 => 3,
            4..60 => 1,
            _ => 2,
        };
        table += &format!("C{n},{},{number},{}\n", if n < 150 { "in" } else { "out" }, n % 3);
    }
    let config = "[data]\npath = \"t.csv\"\nkey = \"id\"\n[privacy]\nmin_cell = 10\n";
    let folder = folder_of(&[("t.csv", &table), ("config.toml", config)]);
    let spread = |column: &str| {
        let row = rows(&folder, &["profile", column, "--filter", "g = 'in'"]).remove(0);
        ["lower_quartile", "median", "upper_quartile", "mean", "std_dev"]
            .map(|figure| row.get(figure).is_some_and(Value::is_number))
    };
    assert_eq!(spread("n")[3..], [false; 2]);
    assert_eq!(spread("m")[3..], [true; 2]);
}

#[test]
fn cramers_v_beside_small_count_is_hidden() {
    let folder = study();
    let v = |rule: &str, column: &str| {
        let why = rows(&folder, &["why", rule, "--all"]);
        let row = why.into_iter().find(|row| row["column"].as_str() == Some(column));
        row.map(|row| row["cramers_v"].is_number())
    };
    // Of the customers in Germany none is of a country of few; gold is 4 of 400 and in no plan of the rule.
    assert_eq!(v("spend > 200", "plan"), Some(false));
    assert_eq!(v("spend > 200", "vip"), None);
}

/// Personas that share nobody, and answers of which each respondent gave one, add up in both directions.
#[test]
fn no_small_count_of_research_follows_from_personas_and_answers() {
    let persona = |id: &str, rule: &str| format!("[[persona]]\nid = \"{id}\"\nname = \"{id}\"\nwhere = \"{rule}\"\n");
    let rules = [
        ("a", "country = 'DE'"),
        ("b", "country = 'FR' AND age < 60"),
        ("c", "country <> 'DE' AND (age >= 60 OR age IS NULL OR country <> 'FR')"),
    ];
    let personas: String = rules.iter().map(|(id, rule)| persona(id, rule)).collect();
    let study = |min_cell: u64, survey: &str| {
        folder_of(&[
            ("customers.csv", &super::customers()),
            ("orders.csv", &super::orders()),
            ("survey.csv", survey),
            ("segments.toml", super::SEGMENTS),
            ("personas.toml", &personas),
            ("config.toml", &super::CONFIG.replace("min_cell = 10", &format!("min_cell = {min_cell}"))),
        ])
    };
    let most = CUSTOMERS as f64;
    let mut disclosed = Vec::new();
    let mut shown = 0;
    for step in [2, 3, 5] {
        let mut survey = String::from("id,theme,score,quote\n");
        for n in (1..=CUSTOMERS).step_by(step) {
            let theme = match n % 37 {
                0 => "rare",
                k if k < 20 => "price",
                k if k < 34 => "speed",
                _ => "help",
            };
            survey += &format!("C{n:04},{theme},{},word\n", n % 4);
        }
        for by in ["theme", "score"] {
            let args = ["research", "--by", by];
            let (open, hidden) = (rows(&study(0, &survey), &args), rows(&study(LEAST, &survey), &args));
            let mut system = System::default();
            let mut cells: BTreeMap<(String, String), usize> = BTreeMap::new();
            for row in &open {
                let key = |row: &BTreeMap<String, Value>| (row["value"].to_string(), row["persona"].to_string());
                let own = hidden.iter().find(|other| key(other) == key(row)).expect("the same line");
                let Some(truth) = row["respondents"].as_u64() else { continue };
                let cell = bounds(&own["respondents"], most);
                shown += usize::from(cell.low == cell.high);
                cells.insert(key(row), system.add(format!("{step} {:?}", key(row)), cell, truth));
            }
            let values: BTreeSet<&String> = cells.keys().map(|(value, _)| value).collect();
            let columns: BTreeSet<&String> = cells.keys().map(|(_, persona)| persona).collect();
            let at = |value: &String, persona: &String| cells.get(&(value.clone(), persona.clone())).copied();
            let everyone = columns.iter().find(|one| one.contains("all")).expect("a column of all");
            for value in &values {
                let parts: Vec<usize> =
                    columns.iter().filter(|one| one != &everyone).filter_map(|one| at(value, one)).collect();
                system.sum(&parts, at(value, everyone).expect("the count of all"));
            }
            let total = values.iter().find(|value| is_of_all(value)).expect("a line of all");
            for column in &columns {
                let parts: Vec<usize> = values
                    .iter()
                    .filter(|value| !is_of_all(value) && !value.contains("mean"))
                    .filter_map(|value| at(value, column))
                    .collect();
                system.sum(&parts, at(total, column).expect("a total"));
            }
            disclosed.extend(system.disclosed());
        }
    }
    assert!(disclosed.is_empty(), "{} counts of a few follow:\n{}", disclosed.len(), disclosed.join("\n"));
    assert!(shown > 30, "only {shown} counts are shown");
}

/// Returns true for the line of all respondents.
fn is_of_all(value: &str) -> bool {
    value.contains("everyone")
}
