//! Customers in no persona, one or several; the waterfall, and the keys of both views.

use super::harness::Flow;
use crosscut::insight::coverage::PersonaCoverage;
use crosscut::tui::views::coverage::CoverageView;
use crosscut::tui::views::coverage::{CoverageLine, chosen, lines};
use crosscut::tui::views::why::WhyView;

fn coverage(flow: &Flow) -> &PersonaCoverage {
    flow.state.views.get::<CoverageView>().coverage.found.answer.as_ref().expect("an answer")
}

/// Customers of the selected line.
fn said(flow: &Flow) -> Option<u64> {
    let found = coverage(flow);
    match chosen(flow.state.views.get::<CoverageView>())? {
        CoverageLine::None => found.none.customers.count(),
        CoverageLine::One => found.one.customers.count(),
        CoverageLine::Several => found.several.customers.count(),
        CoverageLine::Step(at) => found.steps[at].takes.customers.count(),
        CoverageLine::Pairs(at) => found.pair(at, flow.state.views.get::<CoverageView>().other(at))?.count(),
    }
}

#[test]
fn coverage_lines_become_filters_of_equal_size() {
    let mut flow = Flow::new();
    flow.press("C");
    assert_eq!(flow.state.view, "coverage");
    let found = coverage(&flow);
    let counts = [found.none, found.one, found.several, found.covered].map(|part| part.customers.count());
    assert_eq!(counts, [Some(1), Some(4), Some(1), Some(5)]);
    assert_eq!(found.redundancy, Some(6.0 / 5.0));
    for _ in 0..lines(flow.state.views.get::<CoverageView>()).len() {
        let expected = said(&flow);
        flow.press("enter");
        assert_eq!(flow.customers(), expected, "{}", flow.state.query.filter);
        flow.press("u j");
    }
    assert_eq!(lines(flow.state.views.get::<CoverageView>()).len(), 6);
}

#[test]
fn why_on_coverage_explains_customers_in_none() {
    let mut flow = Flow::new();
    flow.press("C w");
    assert_eq!((flow.state.view, flow.customers()), ("why", Some(1)));
    assert_eq!(flow.state.query.filter, "(@pat OR @ann) IS NOT TRUE");
}

#[test]
fn persona_moved_up_takes_customers_first() {
    let mut flow = Flow::new();
    flow.press("C j j j j");
    assert_eq!(chosen(flow.state.views.get::<CoverageView>()), Some(CoverageLine::Step(1)));
    let before: Vec<u64> = coverage(&flow).steps.iter().filter_map(|step| step.takes.customers.count()).collect();
    assert_eq!(before, [4, 1]);
    flow.press("K");
    let ids: Vec<&str> = flow.state.definitions.personas.iter().map(|persona| persona.id.as_str()).collect();
    assert_eq!(ids, ["ann", "pat"]);
    let after: Vec<u64> = coverage(&flow).steps.iter().filter_map(|step| step.takes.customers.count()).collect();
    assert_eq!(after, [2, 3]);
    assert_eq!(chosen(flow.state.views.get::<CoverageView>()), Some(CoverageLine::Step(0)));
    flow.press("K");
    assert!(flow.state.message.as_ref().is_some_and(|message| message.text.contains("is already first")));
}

#[test]
fn coverage_follows_filter_while_typed() {
    let mut flow = Flow::new();
    flow.press("C / \"plan = 'pro'\"");
    assert_eq!(coverage(&flow).whole.customers.count(), Some(3));
    assert!(flow.state.views.get::<CoverageView>().coverage.found.fresh);
}

#[test]
fn persona_column_follows_persona_order() {
    let mut flow = Flow::new();
    flow.press("/ \"persona = 'ann'\" enter");
    assert_eq!(flow.customers(), Some(1), "{:?}", flow.state.filter.problem);
    flow.press("C j j j j K");
    assert_eq!(flow.customers(), Some(2));
    flow.press("J");
    assert_eq!(flow.customers(), Some(1));
    flow.press("esc / ctrl-u \"persona IS NULL\" enter");
    assert_eq!(flow.customers(), Some(1));
}

#[test]
fn group_by_persona_counts_customers() {
    let mut flow = Flow::new();
    flow.press("b \"persona\" enter");
    let groups = flow.state.answers.groups.found.groups.answer.as_ref().expect("groups");
    let counts: Vec<(String, u64)> =
        groups.groups.iter().map(|group| (group.key[0].to_string(), group.customers.in_filter)).collect();
    assert_eq!(counts.len(), 3);
    assert_eq!(counts[0], ("pat".to_owned(), 4));
    assert!(counts.contains(&("ann".to_owned(), 1)));
}

#[test]
fn why_includes_persona_column_except_for_persona_filter() {
    let mut flow = Flow::new();
    let named =
        |flow: &Flow| flow.state.views.get::<WhyView>().contrasts.columns.iter().any(|column| column.name == "persona");
    flow.press("/ \"spend > 60\" enter w");
    assert!(named(&flow));
    flow.press("esc / ctrl-u \"@pat\" enter w");
    assert!(!named(&flow));
}
