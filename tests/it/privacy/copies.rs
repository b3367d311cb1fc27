//! Tables that leave the screen: they disclose no more than the screen does.

use super::{LEAST, leaked, study};
use crate::flow::harness::Flow;
use crate::screens::text;

/// Keys that open each view that has a table.
const VIEWS: [&str; 25] = [
    "home",
    "tab b \"plan\" enter",
    "tab b \"country\" enter",
    "tab tab home l",
    "r",
    "r tab",
    "m",
    "m v",
    "m t",
    "U",
    "U t",
    "w",
    "f",
    "i \"country\" enter",
    "i \"spend\" enter",
    "a",
    "c",
    "c t",
    "C",
    "R",
    "R tab",
    "T",
    "r F",
    "r l l l F",
    "r enter",
];

/// Filters of few, of nearly all, and of some.
const FILTERS: [&str; 6] =
    ["", "@few", "@nearly", "@germans", "age < 30 OR country = 'XX'", "country = 'DE' AND id <> 'C0011'"];

/// Headings of columns that are not counts of customers.
const NO_COUNTS: [&str; 11] =
    ["group", "index", "SMD", "V", "of filter", "figure", "value", "in base", "redundancy", "apart", "unexplained"];

fn opened(filter: &str, view: &str) -> Flow {
    let mut flow = Flow::of_study(study());
    if !filter.is_empty() {
        flow.press("/").press(&format!("\"{filter}\" enter"));
    }
    flow.press(view);
    flow
}

#[test]
fn copied_table_holds_no_masked_value_and_no_small_count() {
    let mut copies = 0;
    for filter in FILTERS {
        for view in VIEWS {
            let mut flow = opened(filter, view);
            flow.press("y");
            let Some(table) = flow.copied.take() else { continue };
            copies += 1;
            assert_eq!(leaked(&table), None, "{filter} {view}");
            let mut lines = table.lines();
            let heads: Vec<&str> = lines.next().expect("a heading").split('\t').collect();
            let is_count = |head: &&str| {
                !NO_COUNTS.contains(head)
                    && !head.ends_with("index")
                    && !["rows", "customer"].contains(&flow.state.view)
            };
            let is_profile = flow.state.view == "profile";
            for line in lines {
                for (head, cell) in heads.iter().zip(line.split('\t')).filter(|(head, _)| is_count(head)) {
                    // Nobody is above the first persona, whatever the data says.
                    let is_of_nobody = *head == "loses" && cell == "0" && line.starts_with("Tiny Tim\t");
                    let is_few = cell.parse::<u64>().is_ok_and(|count| count < LEAST)
                        && !(is_profile && *head == "in filter")
                        && !is_of_nobody;
                    assert!(!is_few, "{filter} {view}: {head} = {cell} in\n{table}");
                }
            }
        }
    }
    assert!(copies > 60, "only {copies} tables were copied");
}

#[test]
fn copied_table_holds_only_what_is_on_screen() {
    for filter in ["", "@germans"] {
        for view in VIEWS {
            let mut flow = opened(filter, view);
            let screen = text(&mut flow.state, 320, 200).replace(',', "").replace('−', "-");
            flow.press("y");
            let Some(table) = flow.copied.take() else { continue };
            let figures = table.lines().skip(1).flat_map(|line| line.split('\t'));
            for figure in
                figures.filter(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>')))
            {
                // Rows may be out of sight; a bar has no figure on screen.
                let is_seen = screen.contains(figure) || figure.ends_with('%') || view.starts_with('r');
                assert!(is_seen || figure.contains(" to "), "{filter} {view}: {figure} is not in\n{screen}");
            }
        }
    }
}

#[test]
fn ids_and_rows_of_few_customers_are_not_exported() {
    for (filter, keys) in [("@few", "r X enter"), ("", "home X enter"), ("@germans", "home X enter")] {
        let mut flow = opened(filter, keys);
        let screen = text(&mut flow.state, 120, 36);
        assert!(screen.contains("fewer than 10"), "{filter} {keys}:\n{screen}");
        assert!(!flow.file("rows.csv").exists() && !flow.file("one_ids.csv").exists());
    }
}

#[test]
fn message_does_not_count_nearly_all_customers() {
    let mut flow = Flow::of_study(study());
    // The segments in the order of the file: one, few, nobody, nearly. Lists of many are those of the filter.
    flow.press("home j j j X enter");
    assert_eq!(flow.message(), "exported >390 rows to nearly_ids.csv");
    assert_eq!(flow.read("nearly_ids.csv").lines().count(), 400);
}

#[test]
fn exported_rows_hold_no_masked_value() {
    for file in ["rows.csv", "rows.tsv", "rows.ndjson", "rows.md"] {
        let mut flow = opened("@germans", "r X ctrl-u");
        flow.press(&format!("\"{file}\" enter"));
        assert_eq!(flow.message(), format!("exported 190 rows to {file}"));
        let rows = flow.read(file);
        assert_eq!(leaked(&rows), None);
        assert!(rows.contains("•••") && rows.contains("C0011"), "{rows}");
        assert!(file.ends_with("csv") || !rows.contains('\u{1b}'), "{rows:?}");
    }
}
