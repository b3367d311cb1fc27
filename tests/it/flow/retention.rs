//! Retention, by keys.

use super::harness::Flow;
use crosscut::tui::views::retention::RetentionView;

const ORDERS: &str = "id,date\n1,2026-01-05\n1,2026-02-03\n2,2026-01-09\n2,2026-03-01\n3,2026-02-11\n";

fn flow() -> Flow {
    let table = "[tables.orders]\npath = \"orders.csv\"\nkey = \"id\"\ndate = \"date\"\n";
    Flow::with_table(table, "orders.csv", ORDERS)
}

fn active(flow: &Flow) -> Vec<Vec<u64>> {
    let found = &flow.state.views.get::<RetentionView>().inquiry.found;
    let cohorts = &found.get().unwrap_or_else(|| panic!("{:?}", found.error)).cohorts;
    cohorts.iter().map(|cohort| cohort.active.iter().filter_map(|active| active.count()).take(3).collect()).collect()
}

#[test]
fn retention_cell_becomes_filter_and_undo_restores() {
    let mut flow = flow();
    flow.press("T");
    assert_eq!(active(&flow), [[2, 1, 1], [1, 0, 0]]);
    flow.press("l enter");
    assert_eq!(flow.customers(), Some(1), "{}", flow.state.query.filter);
    assert_eq!(active(&flow), [[1, 1, 0]]);
    flow.press("u");
    assert_eq!(active(&flow), [[2, 1, 1], [1, 0, 0]]);
}

#[test]
fn retention_follows_filter_and_changes_unit() {
    let mut flow = flow();
    flow.press("T / \"id = 2\" enter");
    assert_eq!(active(&flow), [[1, 0, 1]]);
    flow.press("z");
    assert_eq!(active(&flow), [[1, 0]]);
}

#[test]
fn only_event_table_has_no_alternative() {
    let mut flow = flow();
    flow.press("T t");
    let said = flow.state.message.as_ref().map(|message| message.text.clone());
    assert_eq!(said.as_deref(), Some("there is no other table of events with a date"));
}
