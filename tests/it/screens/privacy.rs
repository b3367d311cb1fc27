use crosscut::engine::{CustomerCount, Summary, ValueSums};
use crosscut::tui::core::Pane;

use super::fixture::state;
use super::{matches_picture, text};

#[test]
fn small_counts_and_derived_figures_are_hidden() {
    let mut state = state();
    state.settings.min_cell = 10;
    state.segments.open.insert("plan".into());
    state.segments.cursor = 16;
    let mut segments = state.answers.panes.found.segments.answer.take().unwrap_or_default();
    segments.by_name.insert("coupon_users".into(), CustomerCount { in_filter: 7, in_base: 812 });
    segments.by_name.insert("plan.team".into(), CustomerCount { in_filter: 3, in_base: 24_369 });
    state.answers.panes.found.segments.set(segments);
    if let Some(groups) = &mut state.answers.groups.found.groups.answer {
        groups.groups[3].customers.in_filter = 3;
    }
    if let Some(personas) = &mut state.answers.panes.found.personas.answer {
        personas.audiences[2] = Some(CustomerCount { in_filter: 4, in_base: 52_330 });
        personas.spans[0][2].get_or_insert_default().both = CustomerCount { in_filter: 9, in_base: 61_000 };
    }
    state.answers.panes.found.memberships.set(vec![29_328, 99_078, 5]);
    let screen = text(&mut state, 120, 40);
    matches_picture("suppressed_120x40", &screen);
    // The smallest remaining count is hidden too, or the total would disclose the small one.
    let line = |name: &str| screen.lines().find(|line| line.contains(name)).unwrap_or_default().to_owned();
    // Those in no plan stand beside their segmentation, so that they hide nothing.
    assert!(line("○ team").contains("<10") && line("○ free").contains('·'));
    assert!(!line("│ free").contains("22,104") && line("│ free").contains('·'));
    assert!(line("in two or more").contains("<10") && !line("in no persona").contains("29,328"));
}

#[test]
fn small_answer_hides_share_and_value() {
    let mut state = state();
    state.settings.min_cell = 10;
    let value = ValueSums {
        in_filter: 4_120.0,
        known_in_filter: 4,
        in_base: 1e6,
        known_in_base: 1_000,
        ..ValueSums::default()
    };
    state.answers.panes.found.summary.set(Summary { customers: 4, base: 1_000_000, value: Some(value) });
    let summary = text(&mut state, 120, 36).lines().nth(3).unwrap_or_default().to_owned();
    assert!(summary.contains("<10 customers"), "{summary}");
    assert!(summary.contains("fewer than 10: no figures are shown"), "{summary}");
    assert!(!summary.contains("of base") && !summary.contains("of value") && !summary.contains("mean"), "{summary}");
}

#[test]
fn mean_of_few_known_values_is_hidden() {
    let mut state = state();
    state.settings.min_cell = 10;
    let value =
        ValueSums { in_filter: 777.0, known_in_filter: 1, in_base: 1e6, known_in_base: 1_000, ..ValueSums::default() };
    state.answers.panes.found.summary.set(Summary { customers: 500, base: 1_000_000, value: Some(value) });
    let summary = text(&mut state, 120, 36).lines().nth(3).unwrap_or_default().to_owned();
    assert!(summary.contains("500 customers") && summary.contains("mean –"), "{summary}");
}

#[test]
fn groups_and_cells_of_masked_column_are_nameless() {
    let mut state = state();
    state.settings.mask.push("plan".into());
    state.focus = Pane::Groups;
    state.segments.open.insert("plan".into());
    state.segments.cursor = 16;
    let screen = text(&mut state, 120, 40);
    assert!(screen.contains("•••"));
    assert!(!screen.lines().skip(3).any(|line| line.contains("○ pro") || line.contains("│ pro")), "{screen}");
}
