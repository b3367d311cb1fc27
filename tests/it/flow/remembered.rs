//! Filters applied before, and what the next session of a study begins with.

use super::harness::Flow;
use crate::screens::text;
use crosscut::tui::core::{KeptSession, Query};
use crosscut::tui::views::remembered::{RememberedState, note_filter};
use crosscut::tui::views::restore::restore_session;
use crosscut::tui::views::rows::RowsView;

/// Applies a filter at a second since 1970, as the program's loop notes it.
fn apply(flow: &mut Flow, filter: &str, at: i64) {
    flow.press(&format!("/ ctrl-u \"{filter}\" enter"));
    note_filter(&mut flow.state, at);
}

#[test]
fn restored_unfinished_filter_shows_counts_of_last_valid_rule() {
    let mut flow = Flow::before_loading();
    let query = Query { filter: "plan = 'pro'".into(), ..Query::default() };
    restore_session(&mut flow.state, KeptSession { query, typed: "plan = 'pro' AND spend >".into(), form: None });
    flow.load();
    let screen = text(&mut flow.state, 120, 36);
    assert!(screen.contains("3 customers") && screen.contains("pros"), "{screen}");
    assert!(!screen.contains("counting"), "{screen}");
    let segments = flow.state.answers.panes.found.segments.answer.as_ref();
    assert!(segments.is_some(), "{screen}");
    assert!(flow.state.filter.problem.is_some());
}

fn past(flow: &Flow) -> Vec<(&str, Option<u64>)> {
    flow.state.filter.past.iter().map(|past| (past.text.as_str(), past.customers)).collect()
}

#[test]
fn filter_history_keeps_each_filter_once_with_customers() {
    let mut flow = Flow::new();
    apply(&mut flow, "plan = 'pro'", 1);
    apply(&mut flow, "spend > 60", 2);
    apply(&mut flow, "plan = 'pro'", 3);
    assert_eq!(past(&flow), [("spend > 60", Some(3)), ("plan = 'pro'", Some(3))]);
    flow.press("/ ctrl-u \"plan = 'b\"");
    note_filter(&mut flow.state, 4);
    flow.press("esc esc x");
    note_filter(&mut flow.state, 5);
    assert_eq!(past(&flow).len(), 2, "neither what is being typed nor everyone");
}

#[test]
fn earlier_filter_is_found_by_letters_and_edited_before_applying() {
    let mut flow = Flow::new();
    apply(&mut flow, "country IN ('US', 'CA')", 1);
    apply(&mut flow, "plan = 'pro'", 2);
    flow.press("x / ctrl-r \"ctry\" enter");
    assert_eq!(flow.state.filter.text(), "country IN ('US', 'CA')");
    assert_eq!((flow.state.filter.editing, flow.customers()), (true, Some(3)));
    flow.press("\" AND age > 25\" enter");
    assert_eq!(flow.state.query.filter, "country IN ('US', 'CA') AND age > 25");
    flow.press("u");
    assert_eq!(flow.state.query.filter, "");
    flow.press(": \"filter-history\" enter esc");
    assert!(flow.state.over.is_empty() && !flow.state.filter.editing);
}

#[test]
fn next_session_begins_as_last_session_ended() {
    let mut flow = Flow::new();
    apply(&mut flow, "plan = 'pro'", 1);
    flow.press("j j l tab x r l ] - )");
    let remembered = RememberedState::from_state(&flow.state);
    let text = serde_json::to_string(&remembered).expect("JSON");
    assert!(!text.contains("x.org"), "no values but those in filters: {text}");
    let mut next = Flow::before_loading();
    serde_json::from_str::<RememberedState>(&text).expect("the same version").restore(&mut next.state);
    next.load();
    assert_eq!((next.state.view, next.state.focus), (flow.state.view, flow.state.focus));
    assert_eq!(next.state.query.sort, flow.state.query.sort);
    assert_eq!(next.state.query.columns, flow.state.query.columns);
    assert_eq!(next.state.views.get::<RowsView>().widths, flow.state.views.get::<RowsView>().widths);
    assert_eq!(next.state.segments.open, flow.state.segments.open);
    assert_eq!((past(&next), next.state.query.filter.as_str()), (vec![("plan = 'pro'", Some(3))], ""));
    next.press("esc");
    assert_eq!(next.state.view, "main");
}

#[test]
fn remembered_state_drops_missing_and_masked_columns() {
    let mut flow = Flow::before_loading();
    let text = "{\"view\": \"profile\", \"pane\": 9, \"sort\": [{\"column\": \"gone\", \"descending\": true}, \
                {\"column\": \"email\", \"descending\": true}, {\"column\": \"AGE\", \"descending\": true}], \
                \"columns\": {\"hidden\": [\"gone\"], \"order\": [\"gone\", \"spend\"]}}";
    serde_json::from_str::<RememberedState>(text).expect("a remembered state").restore(&mut flow.state);
    flow.load();
    assert_eq!(flow.state.view, "main");
    let sort: Vec<&str> = flow.state.query.sort.iter().map(|sort| sort.column.as_str()).collect();
    assert_eq!(sort, ["age"], "as the schema spells it, and no masked column");
    flow.press("r");
    let shown = flow.state.query.columns.shown(flow.state.schema().expect("a schema"));
    assert_eq!(shown.indexes, [0, 4, 1, 2, 3, 5, 6]);
}
