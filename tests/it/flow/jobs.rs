//! Jobs of a day, played by the keys of docs/jobs.md.

use crosscut::tui::core::Query;
use crosscut::tui::views::customer::CustomerView;
use crosscut::tui::views::rows::RowsView;
use crosscut::tui::views::why::WhyView;

use super::harness::Flow;
use crate::screens::text;

const JOBS: &str = include_str!("../../../docs/jobs.md");

/// Plays the job that begins with these words on a copy of the sample.
fn play(job: &str) -> Flow {
    let line = JOBS.lines().find(|line| line.starts_with(&format!("| {job}"))).expect("a job of the table");
    let keys = line.split('`').nth(1).expect("its keys");
    let number: usize = line.rsplit('|').nth(1).and_then(|n| n.trim().parse().ok()).expect("their number");
    let count =
        |(i, part): (usize, &str)| if i % 2 == 1 { part.chars().count() } else { part.split_whitespace().count() };
    assert_eq!(keys.split('"').enumerate().map(count).sum::<usize>(), number, "{job}");
    let mut flow = Flow::of_sample_copy();
    flow.press(keys);
    flow
}

#[test]
fn job_of_customers_about_to_leave_saves_segment_and_copies_personas() {
    let flow = play("big spenders");
    assert_eq!(flow.state.query.filter, "@at_risk");
    assert!(flow.read("sample/segments.toml").contains("where = \"@big_spenders AND NOT @active\""));
    let copied = flow.copied.unwrap_or_default();
    assert!(copied.starts_with("persona\t") && copied.contains("Premium Priya\t31\t"), "{copied}");
}

#[test]
fn job_of_three_personas_makes_personas_from_segments() {
    let flow = play("three personas");
    let ids: Vec<&str> = flow.state.definitions.personas.iter().map(|persona| persona.id.as_str()).collect();
    assert!(ids.ends_with(&["ann", "bob", "cid"]), "{ids:?}");
    assert!(flow.state.definitions.personas.iter().rev().take(3).all(|persona| !persona.spans.is_empty()));
}

#[test]
fn job_of_two_segments_compares_both() {
    let mut flow = play("two segments");
    assert_eq!(flow.state.views.get::<WhyView>().against.as_deref(), Some("young_urban"));
    let shown = text(&mut flow.state, 120, 36);
    assert!(shown.contains("Why @families") && shown.contains("v. @young_urban"), "{shown}");
}

#[test]
fn job_of_audience_ids_writes_file() {
    let flow = play("the ids");
    assert_eq!(flow.read("dana_ids.csv").lines().count(), 1 + 1_204);
}

#[test]
fn job_of_customer_lookup_shows_reasons() {
    let mut flow = play("one customer");
    assert!(flow.state.over.get::<CustomerView>().is_some_and(|view| view.is_in_sets));
    let shown = text(&mut flow.state, 120, 36);
    assert!(shown.contains("Customer C0000042") && shown.contains('✓') && shown.contains('✗'), "{shown}");
}

#[test]
fn job_of_frequent_values_sets_filter() {
    let flow = play("how often");
    assert_eq!(flow.state.query.filter, "plan = 'basic'");
}

#[test]
fn job_of_rows_hides_pins_sorts_and_searches() {
    let flow = play("rows with");
    let query = &flow.state.query;
    assert_eq!((query.columns.hidden.len(), query.columns.pinned.len(), query.sort.len()), (1, 1, 2), "{query:?}");
    assert!(flow.state.views.get::<RowsView>().search.is_some(), "{}", flow.message());
}

#[test]
fn job_of_reset_undoes_all_row_changes() {
    let flow = play("the same");
    let Query { columns, sort, filter, .. } = &flow.state.query;
    assert_eq!((columns, sort.len(), filter.as_str()), (&Default::default(), 0, ""));
}

#[test]
fn job_of_table_copies_markdown() {
    let flow = play("the table");
    let copied = flow.copied.unwrap_or_default();
    assert!(copied.starts_with("| name | kind |") && copied.contains("| families | demographic | 1325 |"), "{copied}");
}
