//! Facets: a choice in one is part of the filter and filters the other facets.

use super::harness::Flow;
use crosscut::engine::GroupAnswer;
use crosscut::tui::core::{Facet, FacetCut, Pane};
use crosscut::tui::views::facets::FacetsView;

/// Groups of a facet: their labels and counts.
fn counts(groups: Option<&GroupAnswer>) -> Vec<(String, u64)> {
    let groups = groups.map(|groups| groups.groups.as_slice()).unwrap_or_default();
    groups.iter().map(|group| (group.key[0].to_string(), group.customers.in_filter)).collect()
}

fn in_facet(flow: &Flow, at: usize) -> Vec<(String, u64)> {
    counts(flow.state.views.get::<FacetsView>().panes.0[at].found.groups.answer.as_ref())
}

#[test]
fn facet_choice_filters_other_facets() {
    let mut flow = Flow::new();
    flow.state.query.group_by = vec!["country".into(), "plan".into()];
    flow.press("f");
    assert_eq!(flow.state.view, "facets");
    let (countries, plans) = (in_facet(&flow, 0), in_facet(&flow, 1));
    flow.press("space");
    assert_eq!(flow.state.query.filter, "country = 'DE'");
    assert_eq!(in_facet(&flow, 0), countries);
    assert_ne!(in_facet(&flow, 1), plans);
    assert_eq!(in_facet(&flow, 1).iter().map(|(_, count)| count).sum::<u64>(), 2);
    flow.press("j space end space");
    assert_eq!(flow.state.query.filter, "(country IN ('DE', 'US') OR country IS NULL)");
    assert_eq!(flow.customers(), Some(5));
    flow.press("enter");
    assert_eq!(flow.state.query.filter, "country IS NULL");
    flow.press("enter");
    assert_eq!(flow.state.query.filter, "");
    assert_eq!(in_facet(&flow, 1), plans);
    flow.press("u u esc");
    assert_eq!(flow.customers(), Some(5));
}

#[test]
fn group_pane_choice_joins_other_conditions() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 0\" enter b \"country\" enter");
    flow.state.focus = Pane::Groups;
    flow.press("space j space");
    assert_eq!(flow.state.query.filter, "spend > 0 AND country IN ('DE', 'US')");
    assert_eq!(counts(flow.state.answers.groups.found.groups.answer.as_ref()).len(), 3);
    flow.press("space");
    assert_eq!(flow.state.query.filter, "spend > 0 AND country = 'DE'");
}

#[test]
fn numbers_are_binned_and_facets_are_added_and_closed() {
    let mut flow = Flow::new();
    flow.state.query.group_by = vec!["plan".into(), "country".into()];
    flow.press("f b \"age\" enter");
    assert_eq!(flow.state.query.group_by[2], Facet { column: "age".into(), cut: FacetCut::Bins(10) });
    let bins = in_facet(&flow, 2);
    assert_eq!(bins.iter().map(|(_, count)| count).sum::<u64>(), 6);
    flow.press("home enter");
    assert!(flow.state.query.filter.starts_with("age < "), "{}", flow.state.query.filter);
    assert_eq!((in_facet(&flow, 2), flow.customers()), (bins.clone(), Some(bins[0].1)));
    flow.press("z");
    assert_eq!(flow.state.query.group_by[2].cut, FacetCut::Bins(5));
    flow.press("d");
    assert_eq!(flow.state.query.group_by.len(), 2);
    flow.press("u");
    assert_eq!(flow.state.query.group_by.len(), 3);
}
