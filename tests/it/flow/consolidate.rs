//! Consolidating many segments into a few personas.

use super::harness::Flow;
use crosscut::insight::consolidate::Method;
use crosscut::tui::views::consolidate::ConsolidateView;
use crosscut::tui::views::consolidate::{ConsolidateLine, SegmentSource, lines};
use crosscut::tui::views::naming::Naming;

fn covered(flow: &Flow) -> Vec<u64> {
    let all = flow.state.views.get::<ConsolidateView>().consolidation.answer.as_ref().expect("groups");
    assert!(flow.state.views.get::<ConsolidateView>().consolidation.fresh);
    all.steps.iter().map(|step| step.covered).collect()
}

#[test]
fn consolidate_view_groups_segments_by_three_methods() {
    let mut flow = Flow::new();
    flow.press("c");
    assert_eq!((flow.state.view, flow.state.views.get::<ConsolidateView>().method), ("consolidate", Method::Greedy));
    let greedy = covered(&flow);
    assert!(greedy.is_sorted() && !greedy.is_empty());
    flow.press("t");
    let tree = covered(&flow);
    assert!(tree.iter().all(|all| Some(all) == greedy.last()), "{tree:?} {greedy:?}");
    flow.press("t");
    assert_eq!(flow.state.views.get::<ConsolidateView>().method, Method::Nmf);
    covered(&flow);
    flow.press("t c");
    assert_eq!((flow.state.view, flow.state.views.get::<ConsolidateView>().method), ("main", Method::Greedy));
}

#[test]
fn consolidate_step_stops_at_both_ends() {
    let mut flow = Flow::new();
    flow.press("c o");
    assert_eq!(flow.state.views.get::<ConsolidateView>().source, SegmentSource::All);
    let most = covered(&flow).len();
    for _ in 0..most + 2 {
        flow.press("l");
    }
    assert_eq!(flow.state.views.get::<ConsolidateView>().k(), most);
    for _ in 0..most + 2 {
        flow.press("h");
    }
    assert_eq!(flow.state.views.get::<ConsolidateView>().k(), 1);
}

#[test]
fn segment_is_switched_off_and_on_and_filter_is_followed() {
    let mut flow = Flow::new();
    flow.press("c");
    let before = covered(&flow);
    let name = flow.state.views.get::<ConsolidateView>().segment().expect("a segment").to_owned();
    flow.press("space");
    let out = &flow.state.views.get::<ConsolidateView>().consolidation.answer.as_ref().expect("groups").found.out;
    assert!(out.iter().any(|(set, _)| set.name == name));
    let at = lines(flow.state.views.get::<ConsolidateView>())
        .iter()
        .position(|line| matches!(line, ConsolidateLine::Out(_)))
        .expect("it");
    flow.state.views.get_mut::<ConsolidateView>().cursor = at;
    flow.press("space");
    assert_eq!(covered(&flow), before);
    flow.press("/ \"plan = 'pro'\" enter");
    let all = flow.state.views.get::<ConsolidateView>().consolidation.answer.as_ref().expect("groups");
    assert_eq!(Some(all.found.whole), flow.customers());
}

#[test]
fn consolidated_group_becomes_persona_draft() {
    let mut flow = Flow::new();
    flow.press("c t h h h h h h enter enter");
    let Some(naming) = flow.state.over.get::<Naming>() else { panic!("the box is open") };
    assert!(naming.problem.is_some() && !naming.is_counting());
    let spans = naming.spans.clone();
    flow.press("\"Careful Carla\" enter");
    assert!(flow.state.over.is_empty(), "{}", flow.message());
    let drafted = flow.state.definitions.personas.last().expect("a persona");
    assert_eq!(
        (drafted.id.as_str(), drafted.name.as_str(), &drafted.spans),
        ("careful_carla", "Careful Carla", &spans)
    );
    assert!(drafted.goals.is_empty() && drafted.quote.is_none());
    assert!(flow.read("personas.toml").contains("id = \"careful_carla\""));
    // Enter the same name again: it is taken.
    flow.press("enter \"Careful Carla\" enter");
    let Some(naming) = flow.state.over.get::<Naming>() else { panic!("the box is open") };
    assert_eq!(naming.problem.as_deref(), Some("@careful_carla is taken"));
    flow.press("esc");
    assert!(flow.state.over.is_empty());
}
