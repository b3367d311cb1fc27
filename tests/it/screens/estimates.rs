use crosscut::engine::Summary;
use crosscut::insight::estimate::SampleSize;
use crosscut::study::ThemeName;
use crosscut::tui::core::State;
use crosscut::tui::core::estimates::Sampled;

use super::fixture::{N, answers, state};
use super::{matches_picture, styles, text};

/// The shop while its figures are being counted, with the answers of a sample of every twentieth customer.
fn estimated() -> State {
    let mut state = state();
    state.answers.panes.found.outdate();
    state.answers.groups.outdate();
    let size = SampleSize { sampled: N / 20, base: N };
    state.estimates.sample = Some(Sampled { size, columns: Default::default() });
    let mut found = answers().panes.found;
    let mut groups = answers().groups.found.groups;
    if let Some(summary) = &mut found.summary.answer {
        *summary = Summary { customers: summary.customers / 20, base: size.sampled, value: None };
    }
    if let Some(segments) = &mut found.segments.answer {
        segments.whole /= 20;
        segments.by_name.values_mut().for_each(|count| count.in_filter /= 20);
    }
    if let Some(personas) = &mut found.personas.answer {
        personas.whole /= 20;
        let spans = personas.spans.iter_mut().flatten().flatten().flat_map(|span| [&mut span.segment, &mut span.both]);
        personas.audiences.iter_mut().flatten().chain(spans).for_each(|count| count.in_filter /= 20);
    }
    if let Some(memberships) = &mut found.memberships.answer {
        memberships.iter_mut().for_each(|count| *count /= 20);
    }
    if let Some(groups) = &mut groups.answer {
        groups.customers.in_filter /= 20;
        groups.groups.iter_mut().for_each(|group| group.customers.in_filter /= 20);
    }
    state.estimates.panes.found = found;
    state.estimates.groups.found.groups = groups;
    state
}

#[test]
fn estimates_show_mark_and_margin_instead_of_share() {
    matches_picture("estimates_120x36", &text(&mut estimated(), 120, 36));
    matches_picture("estimates_80x24", &text(&mut estimated(), 80, 24));
}

#[test]
fn estimates_are_not_bold_and_keep_mark_without_colours() {
    let mut state = estimated();
    let bold = |state: &mut State| styles(state, 120, 36).lines().nth(3).map(|line| line.contains('B'));
    assert_eq!(bold(&mut state), Some(false));
    assert_eq!(bold(&mut super::fixture::state()), Some(true));
    state.settings.theme = ThemeName::Mono;
    assert!(text(&mut state, 120, 36).contains("≈ 128,400 ± 2,900 customers"), "{}", text(&mut state, 120, 36));
}

#[test]
fn estimate_margin_is_kept_on_narrow_screen() {
    let mut state = estimated();
    for width in [40, 50, 60, 80, 99, 100, 120] {
        let screen = text(&mut state, width, 24);
        let line = screen.lines().find(|line| line.contains("coupon_users")).expect("a segment");
        assert!(line.contains("≈ ") && line.contains("± "), "{width}: {screen}");
    }
}

#[test]
fn few_sampled_customers_are_hidden() {
    let mut state = estimated();
    state.settings.min_cell = 100;
    let screen = text(&mut state, 120, 36);
    // 60 of the sample.
    let line = screen.lines().find(|line| line.contains("public_sector")).expect("a segment");
    assert!(line.contains('…') && !line.contains('≈'), "{line}");
}
