//! Facets, conditions and sets over a small counted shop.

use super::{matches_picture, text};
use crate::flow::harness::Flow;
use crosscut::tui::core::{Facet, FacetCut};

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 36), (200, 60)];

#[test]
fn facets_match_picture_at_each_size() {
    let mut flow = Flow::new();
    let age = Facet { column: "age".into(), cut: FacetCut::Bins(5) };
    flow.state.query.group_by = vec!["country".into(), "plan".into(), age];
    flow.press("f space");
    for (width, height) in SIZES {
        matches_picture(&format!("facets_{width}x{height}"), &text(&mut flow.state, width, height));
    }
}

#[test]
fn groups_of_filtered_column_name_omitted_condition() {
    let mut flow = Flow::new();
    let words = "without the filter's own condition on plan";
    flow.press("b \"plan\" enter / \"spend > 60 AND plan = 'pro'\" enter");
    let picture = text(&mut flow.state, 120, 36);
    assert!(picture.contains(words), "{picture}");
    flow.press("/ ctrl-u \"spend > 60\" enter");
    assert!(!text(&mut flow.state, 120, 36).contains(words));
}

#[test]
fn attrition_matches_picture_on_small_screens() {
    let mut flow = Flow::new();
    flow.press("a / \"plan = 'pro' AND spend > 150\" enter");
    for (width, height) in [(40, 10), (60, 16), (80, 24)] {
        matches_picture(&format!("attrition_{width}x{height}"), &text(&mut flow.state, width, height));
    }
}

#[test]
fn combinations_without_personas_suggest_key() {
    let mut flow = Flow::new();
    flow.state.definitions.personas.clear();
    flow.find_cells();
    flow.press("U");
    let picture = text(&mut flow.state, 80, 24);
    assert!(picture.contains("no persona to combine; t combines segments"), "{picture}");
    flow.press("t");
    assert!(text(&mut flow.state, 80, 24).contains("Combinations of segments without cells"));
}
