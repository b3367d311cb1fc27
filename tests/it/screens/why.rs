//! *Why* and the strip of conditions, with the real engine's answers on the small shop.

use crosscut::study::ThemeName;

use super::{drawn, matches_picture, styles, text};
use crate::flow::harness::Flow;

fn flow() -> Flow {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'pro' AND spend > 60\" enter a w");
    flow
}

#[test]
fn why_and_attrition_match_picture_at_each_size() {
    let mut flow = flow();
    for (width, height) in [(120, 36), (80, 24), (40, 10)] {
        matches_picture(&format!("why_{width}x{height}"), &text(&mut flow.state, width, height));
    }
    for (width, height) in [(200, 60), (41, 11), (100, 12), (60, 16)] {
        drawn(&mut flow.state, width, height);
    }
}

#[test]
fn why_without_subject_or_with_few_customers_matches_picture() {
    let mut flow = Flow::new();
    flow.press("tab w a");
    matches_picture("why_unasked_120x24", &text(&mut flow.state, 120, 24));
    let mut flow = self::flow();
    flow.state.settings.min_cell = 10;
    matches_picture("why_suppressed_120x24", &text(&mut flow.state, 120, 24));
}

#[test]
fn mono_outdated_why_matches_picture() {
    let mut flow = flow();
    flow.hold = true;
    flow.press("/ \"0\" esc");
    flow.state.settings.theme = ThemeName::Mono;
    matches_picture("styles_why_mono_stale_120x24", &styles(&mut flow.state, 120, 24));
}
