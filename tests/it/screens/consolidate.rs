//! The consolidation view: the steps, the groups, the tree.

use crosscut::tui::views::consolidate::ConsolidateView;
use std::collections::BTreeSet;

use crosscut::engine::{Answer, Combination, Combinations, CustomerCount};
use crosscut::insight::consolidate::{ConsolidateInquiry, ConsolidationInput, Method, SegmentSelection};
use crosscut::insight::inquiry::{Inquiry, QuestionSlot};
use crosscut::study::ThemeName;
use crosscut::tui::core::State;

use super::fixture;
use super::{matches_picture, styles, text};

/// Combinations in which neighbours often occur together.
fn state(method: Method, left_over: u64) -> State {
    let mut state = fixture::state();
    state.view = "consolidate";
    let sets = state.views.get::<ConsolidateView>().source.sets(&state);
    let n = sets.len() as u64;
    let one = |i: u64| {
        let at = i % n;
        let sets = 1 << at
            | u64::from(!i.is_multiple_of(3)) << ((at + 1) % n)
            | u64::from(i.is_multiple_of(7)) << ((at + 2) % n);
        Combination {
            sets,
            customers: 9_000 / (1 + i / 3),
            value: 4_000_000.0 / (1 + i) as f64,
            largest: 0.0,
            known: 0,
        }
    };
    let mut combinations: Vec<Combination> = (0..60).map(one).collect();
    let inside: u64 = combinations.iter().map(|one| one.customers).sum();
    combinations.push(Combination { sets: 0, customers: left_over, value: 0.0, largest: 0.0, known: 0 });
    let whole = inside + left_over;
    let size = |i: usize| combinations.iter().filter(|one| one.sets >> i & 1 == 1).map(|one| one.customers).sum();
    let mut counts: Vec<u64> = (0..sets.len()).map(size).collect();
    counts.push(whole);
    let counts: Vec<CustomerCount> = counts.into_iter().map(|n| CustomerCount { in_filter: n, in_base: n }).collect();
    let mut inquiry = ConsolidateInquiry::new(SegmentSelection {
        filter: state.rule.clone(),
        segments: sets,
        switched: BTreeSet::new(),
        with_broad: false,
        value: Some("spend".into()),
        min_cell: 0,
    });
    inquiry.take(QuestionSlot(0), Ok(Answer::Counts(counts)));
    inquiry.take(QuestionSlot(1), Ok(Answer::Combinations(Combinations { combinations, left_out: 0 })));
    let found = inquiry.found.get().cloned().expect("the combinations");
    let view = state.views.get_mut::<ConsolidateView>();
    (view.method, view.k) = (method, Some(4));
    view.consolidation.set(ConsolidationInput { method, found }.run());
    state
}

#[test]
fn greedy_cover_matches_picture_at_each_size() {
    for (width, height) in [(40, 10), (80, 24), (120, 36), (200, 60)] {
        let mut state = state(Method::Greedy, 20_000);
        matches_picture(&format!("consolidate_{width}x{height}"), &text(&mut state, width, height));
    }
}

#[test]
fn tree_beside_groups_matches_picture() {
    matches_picture("consolidate_tree_120x36", &text(&mut state(Method::Tree, 20_000), 120, 36));
    matches_picture("consolidate_tree_200x60", &text(&mut state(Method::Tree, 20_000), 200, 60));
}

#[test]
fn nmf_residual_matches_picture() {
    matches_picture("consolidate_nmf_120x36", &text(&mut state(Method::Nmf, 20_000), 120, 36));
}

#[test]
fn few_left_over_customers_are_hidden() {
    let mut state = state(Method::Tree, 4);
    state.settings.min_cell = 10;
    matches_picture("consolidate_few_120x24", &text(&mut state, 120, 24));
}

#[test]
fn consolidate_mono_matches_picture() {
    let mut state = state(Method::Greedy, 20_000);
    state.settings.theme = ThemeName::Mono;
    matches_picture("styles_consolidate_mono_80x24", &styles(&mut state, 80, 24));
}
