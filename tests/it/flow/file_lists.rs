//! Lists in files that the filter names.

use super::harness::Flow;
use crate::screens::text;
use crate::shop;

/// The small shop with a list of ids in the file `ids.csv` beside the study.
fn with_list(ids: &str) -> Flow {
    let folder = shop::folder();
    std::fs::write(folder.path().join("ids.csv"), ids).expect("a writable folder");
    Flow::of_study(folder)
}

#[test]
fn file_list_reports_matches_and_lists_unmatched_values() {
    let mut flow = with_list("id\n1\n3\n77\n99\n");
    flow.press("/ \"id IN FILE 'ids.csv'\" enter");
    let shown = text(&mut flow.state, 80, 24);
    assert!(shown.contains("2 customers"), "{shown}");
    assert!(shown.contains("ids.csv: 2 of 4 values matched a customer · :unmatched lists the rest"), "{shown}");
    flow.press(": \"unmatched\" enter");
    let shown = text(&mut flow.state, 80, 24);
    assert!(shown.contains("Values without a customer") && shown.contains(" 77 ") && shown.contains(" 99 "), "{shown}");
    flow.press("y");
    assert_eq!(flow.copied.as_deref(), Some("file\tvalue\nids.csv\t77\nids.csv\t99\n"));
    flow.press("q");
    assert!(flow.state.over.is_empty());
}

#[test]
fn list_with_all_values_matched_has_no_unmatched_view() {
    let mut flow = with_list("id\n1\n3\n");
    flow.press("/ \"id IN FILE 'ids.csv' AND spend > 0\" enter");
    assert!(text(&mut flow.state, 80, 24).contains("ids.csv: all 2 values matched a customer"));
    flow.press(": \"unmatched\" enter");
    assert_eq!(flow.message(), "every value of the list matched a customer");
    assert!(flow.state.over.is_empty());
}

#[test]
fn unmatched_without_list_reports_reason() {
    let mut flow = with_list("id\n1\n");
    flow.press(": \"unmatched\" enter");
    assert!(flow.message().contains("the filter names no list"), "{}", flow.message());
}

#[test]
fn unmatched_values_are_hidden_if_few_did_or_did_not_match() {
    let mut flow = with_list("id\n1\n3\n77\n");
    flow.state.settings.min_cell = 3;
    flow.press("/ \"id IN FILE 'ids.csv'\" enter");
    let shown = text(&mut flow.state, 80, 24);
    assert!(shown.contains("<3 of 3 values matched a customer") && !shown.contains("lists the rest"), "{shown}");
    flow.press(": \"unmatched\" enter");
    assert!(flow.message().contains("they are not listed"), "{}", flow.message());
    assert!(!text(&mut flow.state, 80, 24).contains("77"));
}
