//! Every sub-command, with every kind of filter and format: no masked value, no small count, none that can be solved for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::solver::{System, bounds};
use super::{CUSTOMERS, LEAST, crosscut, leaked, said, study};

/// Filters of few, of nearly all, and of some.
const FILTERS: [&str; 9] = [
    "",
    "@one",
    "@few",
    "@nobody",
    "@nearly",
    "@germans",
    "plan = 'pro'",
    "age < 30 OR country = 'XX'",
    "country = 'DE' AND id <> 'C0011'",
];

/// All sub-commands that show something of the customers, in several ways each.
const COMMANDS: &[&[&str]] = &[
    &["count"],
    &["count", "@young"],
    &["segments"],
    &["personas"],
    &["personas", "--spans"],
    &["group", "plan"],
    &["group", "country"],
    &["group", "country", "plan"],
    &["group", "age:25,40,60"],
    &["group", "joined:month"],
    &["group", "orders.count()"],
    &["group", "vip"],
    &["profile"],
    &["profile", "country", "--values"],
    &["profile", "plan", "--values"],
    &["profile", "age", "--values"],
    &["profile", "spend", "--values", "--bins", "40"],
    &["segmentation", "country"],
    &["segmentation", "plan"],
    &["segmentation", "age"],
    &["matrix"],
    &["matrix", "--figure", "customers"],
    &["matrix", "--figure", "index", "--columns", "segments"],
    &["matrix", "--contained", "--columns", "segments"],
    &["upset"],
    &["upset", "--sets", "segments"],
    &["coverage"],
    &["coverage", "--overlaps"],
    &["waterfall"],
    &["consolidate"],
    &["consolidate", "--k", "2"],
    &["consolidate", "--method", "tree", "--segments", "all"],
    &["why", "@germans", "--all"],
    &["why", "@young", "--against", "@germans", "--all"],
    &["retention", "--by", "quarter"],
    &["retention", "--by", "year", "--counts"],
    &["attrition", "plan = 'pro' AND age < 60 AND id <> 'C0050'"],
    &["explain", "plan = 'pro' AND (age < 60 OR country = 'XX') AND id <> 'C0050'"],
    &["research"],
    &["research", "--by", "score"],
    &["research", "--quotes"],
    &["research", "--resembles"],
    &["rows"],
    &["export"],
    &["export", "--columns", "id,plan", "--segments", "--personas"],
];

/// Those that take no filter, or write no table.
const OTHERS: &[&[&str]] = &[
    &["personas", "--claims", "--format", "json"],
    &["report"],
    &["report", "--format", "md"],
    &["report", "--filter", "@one"],
    &["report", "--filter", "@germans", "--format", "md"],
    &["check"],
    &["customer", "C0050"],
    &["customer", "C0050", "--conditions", "--format", "json"],
    &["customer", "C0050", "--filter", "@germans"],
    &["describe"],
    &["export", "--columns", "id,email"],
    &["export", "--hash", "email", "--salt", "pepper"],
    &["sql", "@germans", "--dialect", "duckdb"],
];

/// Fields that are counts of customers.
const COUNTS: &[&str] = &[
    "customers",
    "in_base",
    "known",
    "remaining",
    "alone_removes",
    "both",
    "takes",
    "loses",
    "only",
    "so_far",
    "audience",
    "adds",
    "largest",
    "smallest",
    "n_inside",
    "n_outside",
    "respondents",
    "others",
    "n_audience",
    "n_others",
    "gerda",
    "all",
    "tiny",
    "persona",
];

fn names_of_commands() -> BTreeSet<String> {
    let help = String::from_utf8(crosscut(std::path::Path::new("."), &["--help"]).stdout).expect("text");
    let list = help.split("Commands:\n").nth(1).expect("commands").split("\n\n").next().expect("a list");
    let name = |line: &str| {
        line.strip_prefix("  ").filter(|rest| !rest.starts_with(' '))?.split(' ').next().map(str::to_owned)
    };
    list.lines().filter_map(name).collect()
}

#[test]
fn walk_runs_each_command() {
    let walked: BTreeSet<String> = COMMANDS.iter().chain(OTHERS).map(|args| args[0].to_owned()).collect();
    // These show nothing of a study's customers.
    // `convert` knows no study: it writes the file that it is given.
    let apart =
        ["convert", "init", "generate", "demo", "tutor", "spec", "completions", "man", "help"].map(str::to_owned);
    assert_eq!(names_of_commands(), walked.into_iter().chain(apart).collect());
}

#[test]
fn commands_show_no_masked_value_and_no_small_count() {
    let folder = study();
    let run = |args: &[&str]| {
        let output = crosscut(folder.path(), args);
        let text = said(&output);
        assert_eq!(leaked(&text), None, "{args:?}");
        (text, output)
    };
    for args in OTHERS {
        run(args);
    }
    let mut small = Vec::new();
    for filter in FILTERS {
        let filter: &[&str] = if filter.is_empty() { &[] } else { &["--filter", filter] };
        for args in COMMANDS {
            run(&[args, filter].concat());
            let args = [args, filter, &["--format", "json"]].concat();
            let (_, output) = run(&args);
            if args[0] == "rows" || args[0] == "export" || output.stdout.is_empty() {
                continue;
            }
            let rows: Vec<BTreeMap<String, Value>> = serde_json::from_slice(&output.stdout).expect("JSON");
            for row in rows {
                // Nobody is above the first persona, whatever the data says.
                let is_first = args[0] == "waterfall" && row.get("step") == Some(&Value::from(1));
                let counts = row.iter().filter(|(name, _)| COUNTS.contains(&name.as_str()));
                for (name, value) in counts.filter(|(name, _)| !(is_first && *name == "loses")) {
                    if value.as_u64().is_some_and(|count| count < LEAST) {
                        small.push(format!("{args:?}: {name} = {value} of {row:?}"));
                    }
                }
                // What is computed from a hidden count is hidden too.
                if row.get("customers").is_some_and(Value::is_string) {
                    for name in ["share_of_filter", "index", "value", "mean_value", "share_of_value", "share_of_base"] {
                        if row.get(name).is_some_and(|figure| !figure.is_null()) {
                            small.push(format!("{args:?}: {name} of {row:?}"));
                        }
                    }
                }
            }
        }
    }
    assert!(small.is_empty(), "{} figures of a few:\n{}", small.len(), small.join("\n"));
}

/// A customer as the tests know it.
struct Truth {
    country: String,
    plan: String,
    age: Option<u32>,
    spend: u32,
}

fn truths() -> Vec<Truth> {
    super::customers()
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            Truth {
                country: cells[3].into(),
                plan: cells[4].into(),
                age: cells[5].parse().ok(),
                spend: cells[6].parse().expect("a number"),
            }
        })
        .collect()
}

fn rows(folder: &tempfile::TempDir, args: &[&str]) -> Vec<BTreeMap<String, Value>> {
    let output = crosscut(folder.path(), &[args, &["--format", "json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{args:?}: {}", said(&output)))
}

/// The partition that a command shows: how a customer's part is named, and which column names it.
type PartName = fn(&Truth) -> Option<String>;

/// Everything that `group`, `profile --values`, `segmentation` and `count` show of a filter, of its opposite within a
/// larger one, and of the base is one system of equations.
#[test]
fn no_small_count_follows_from_shown_counts() {
    let folder = study();
    let truths = truths();
    let is_german: fn(&Truth) -> bool = |one| one.country == "DE";
    let is_pro: fn(&Truth) -> bool = |one| one.plan == "pro";
    let is_young: fn(&Truth) -> bool = |one| one.age.is_some_and(|age| age < 30);
    let spends: fn(&Truth) -> bool = |one| one.spend > 200;
    let filters =
        [("country = 'DE'", is_german), ("plan = 'pro'", is_pro), ("age < 30", is_young), ("spend > 200", spends)];
    let age: PartName = |one| {
        one.age.map(|age| match age {
            ..25 => "<25".into(),
            25..40 => "25-39".into(),
            40..60 => "40-59".into(),
            _ => "60+".into(),
        })
    };
    let partitions: [(&str, &[&str], PartName); 6] = [
        ("country", &["group", "country"], |one| Some(one.country.clone())),
        ("country", &["profile", "country", "--values"], |one| Some(one.country.clone())),
        ("cell", &["segmentation", "country"], |one| Some(one.country.clone())),
        ("plan", &["group", "plan"], |one| Some(one.plan.clone())),
        ("plan", &["profile", "plan", "--values"], |one| Some(one.plan.clone())),
        ("cell", &["segmentation", "age"], age),
    ];
    let most = CUSTOMERS as f64;
    let mut disclosed = Vec::new();
    for (rule, holds) in filters {
        for (name, args, part) in partitions {
            let parts: BTreeSet<Option<String>> = truths.iter().map(part).collect();
            let mut system = System::default();
            let count = |inside: Option<bool>, wanted: Option<&Option<String>>| {
                let fits = |one: &&Truth| {
                    inside.is_none_or(|inside| holds(one) == inside) && wanted.is_none_or(|wanted| part(one) == *wanted)
                };
                truths.iter().filter(fits).count() as u64
            };
            // The filter, those who are not in it, and everyone.
            let sides = [Some(rule.to_owned()), Some(format!("({rule}) IS NOT TRUE")), None];
            let mut wholes = Vec::new();
            let mut cells: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
            for (side, inside) in sides.iter().zip([Some(true), Some(false), None]) {
                let filter: Vec<&str> = side.iter().flat_map(|rule| ["--filter", rule.as_str()]).collect();
                let size = rows(&folder, &[&["count"], filter.as_slice()].concat());
                let truth = count(inside, None);
                let whole = system.add(format!("{side:?}"), bounds(&size[0]["customers"], most), truth);
                let shown = rows(&folder, &[args, filter.as_slice()].concat());
                let mut column = Vec::new();
                for wanted in &parts {
                    let row = shown.iter().find(|row| row.get(name).and_then(Value::as_str) == wanted.as_deref());
                    let truth = count(inside, Some(wanted));
                    let unknown = super::solver::Bounds { low: 0.0, high: most };
                    let shown = row.map_or(unknown, |row| bounds(&row["customers"], most));
                    let cell = system.add(format!("{args:?} {wanted:?} in {side:?}"), shown, truth);
                    cells.entry(wanted.clone()).or_default().push(cell);
                    column.push(cell);
                    if let Some(base) = row.and_then(|row| row.get("in_base")) {
                        let of_base =
                            system.add(format!("{wanted:?} beside"), bounds(base, most), count(None, Some(wanted)));
                        cells.entry(wanted.clone()).or_default().push(of_base);
                    }
                }
                system.sum(&column, whole);
                wholes.push(whole);
            }
            system.sum(&wholes[..2], wholes[2]);
            for same in cells.values() {
                // Inside, outside, and the base; each perhaps with the base beside it.
                let width = same.len() / 3;
                system.sum(&[same[0], same[width]], same[2 * width]);
                if width == 2 {
                    for beside in [same[1], same[3], same[5]] {
                        system.sum(&[beside], same[4]);
                    }
                }
            }
            disclosed.extend(system.disclosed());
        }
    }
    assert!(disclosed.is_empty(), "{} counts of a few follow:\n{}", disclosed.len(), disclosed.join("\n"));
}

/// Combinations add up to the filter and to each set; sizes of sets are shown by `segments`.
#[test]
fn no_small_combination_follows_from_set_sizes() {
    let folder = study();
    let most = CUSTOMERS as f64;
    for filter in ["", "country = 'DE'", "plan = 'pro'"] {
        let filter: &[&str] = if filter.is_empty() { &[] } else { &["--filter", filter] };
        let size = rows(&folder, &[&["count"], filter].concat());
        let sets = rows(&folder, &[&["personas"], filter].concat());
        let combined = rows(&folder, &[&["upset"], filter].concat());
        // The truth is what is shown with nothing suppressed.
        let open = study();
        let config = super::CONFIG.replace("min_cell = 10", "min_cell = 0");
        std::fs::write(open.path().join("config.toml"), config).expect("a writable folder");
        let truth = |row: &BTreeMap<String, Value>| row["customers"].as_u64().expect("a count");
        let true_sets = rows(&open, &[&["personas"], filter].concat());
        let true_combined = rows(&open, &[&["upset"], filter].concat());
        let mut system = System::default();
        let of = |row: &BTreeMap<String, Value>| row["combination"].as_str().unwrap_or_default().to_owned();
        let mut cells = Vec::new();
        for true_row in &true_combined {
            let row = combined.iter().find(|row| of(row) == of(true_row)).expect("the same combinations");
            cells.push((of(row), system.add(of(row), bounds(&row["customers"], most), truth(true_row))));
        }
        let everyone = truth(&rows(&open, &[&["count"], filter].concat())[0]);
        let whole = system.add("all", bounds(&size[0]["customers"], most), everyone);
        system.sum(&cells.iter().map(|(_, at)| *at).collect::<Vec<_>>(), whole);
        for (row, true_row) in sets.iter().zip(&true_sets) {
            let id = row["persona"].as_str().unwrap_or_default();
            if id.is_empty() {
                continue;
            }
            let set = system.add(id, bounds(&row["customers"], most), truth(true_row));
            let inside: Vec<usize> = cells
                .iter()
                .filter(|(name, _)| name.split(' ').any(|one| one == format!("@{id}")))
                .map(|(_, at)| *at)
                .collect();
            system.sum(&inside, set);
        }
        assert_eq!(system.disclosed(), Vec::<String>::new(), "{filter:?}");
    }
}
