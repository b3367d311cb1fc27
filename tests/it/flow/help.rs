//! Searching the help page.

use super::harness::Flow;
use crate::screens::text;

fn screen(flow: &mut Flow) -> String {
    text(&mut flow.state, 120, 36)
}

#[test]
fn help_search_shows_only_matching_lines_and_headings() {
    let mut flow = Flow::new();
    flow.press("? / \"undo\"");
    let shown = screen(&mut flow);
    assert!(shown.contains("undo the last change") && shown.contains("Filter and study"), "{shown}");
    assert!(!shown.contains("matrix of segments") && !shown.contains("While typing"), "{shown}");
    flow.press("\"xyz\"");
    assert!(screen(&mut flow).contains("not found: undoxyz"));
    flow.press("esc");
    assert!(screen(&mut flow).contains("Every pane") && !flow.state.over.is_empty());
}

#[test]
fn help_search_enter_and_n_cycle_through_matches() {
    let mut flow = Flow::new();
    flow.press("? / \"customers\" enter");
    let count: usize = flow.message().rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number of lines");
    assert!(count > 2 && flow.message().starts_with("customers: 1 of"), "{}", flow.message());
    flow.press("n");
    assert!(flow.message().starts_with("customers: 2 of"));
    flow.press("N N");
    assert_eq!(flow.message(), format!("customers: {count} of {count}"));
    flow.press("n");
    assert!(flow.message().starts_with("customers: 1 of"));
    flow.press("esc");
    assert!(!flow.state.over.is_empty(), "the first esc ends the search");
    flow.press("n");
    assert!(flow.message().contains("no search yet"), "{}", flow.message());
    flow.press("q");
    assert!(flow.state.over.is_empty());
}

#[test]
fn help_search_without_match_reports_message() {
    let mut flow = Flow::new();
    flow.press("? / \"qqqq\" enter");
    assert_eq!(flow.message(), "not found: qqqq");
}
