//! The tutor's strip.

use crosscut::tui::views::tutor::{self, LESSONS};

use super::harness::Flow;
use crate::screens::text;

fn in_lesson(lesson: usize) -> Flow {
    let mut flow = Flow::of_sample();
    tutor::begin(&mut flow.state, lesson);
    flow
}

/// The lines of the strip on a screen of this size.
fn strip(flow: &mut Flow, width: u16, height: u16) -> String {
    tutor::fit(&mut flow.state, width, height);
    let lines = height - flow.state.height;
    flow.state.height = height;
    let whole = text(&mut flow.state, width, height);
    whole.lines().skip(usize::from(height - lines)).collect::<Vec<_>>().join("\n")
}

#[test]
fn tutor_instructions_fit_smallest_screen() {
    let mut flow = in_lesson(0);
    for (lesson, about) in LESSONS.iter().enumerate() {
        for step in 0..about.steps.len() {
            let place = format!("{}.{}", lesson + 1, step + 1);
            let small = strip(&mut flow, 40, 10);
            assert!(small.contains(&place) && !small.contains('…'), "{small}");
            let usual = strip(&mut flow, 80, 24);
            assert!(usual.contains(&format!("Lesson {} of 10", lesson + 1)) && !usual.contains('…'), "{usual}");
            tutor::skip(&mut flow.state);
        }
    }
    assert!(strip(&mut flow, 80, 24).contains("The tutor is over"));
}

#[test]
fn tutor_step_is_done_by_state_not_by_key() {
    let mut flow = in_lesson(2);
    flow.press("/ \"country = 'DE'\" enter");
    flow.press("u");
    // Not by x, but by undo.
    let shown = strip(&mut flow, 80, 24);
    assert!(shown.contains("step 2 of 4") && shown.contains("✓ Everyone is counted again."), "{shown}");
}

#[test]
fn tutor_lesson_sets_required_filter() {
    let mut flow = in_lesson(2);
    flow.press("ctrl-n ctrl-n ctrl-n ctrl-n");
    assert_eq!(flow.state.query.filter, "@active AND country = 'DE'");
    assert_eq!(tutor::lesson(&flow.state), Some(3));
}

#[test]
fn tutor_strip_is_absent_outside_tutor() {
    let mut flow = Flow::new();
    flow.press("ctrl-n");
    assert!(flow.message().contains("only the tutor has steps"), "{}", flow.message());
    assert!(!text(&mut flow.state, 80, 24).contains("Lesson"));
}
