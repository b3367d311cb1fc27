//! Coverage, waterfall and pairs of personas.

use crosscut::engine::{self, Answer, Layer, Portion};
use crosscut::insight::coverage::CoverageInquiry;
use crosscut::insight::inquiry::{Inquiry, QuestionSlot};
use crosscut::study::ThemeName;
use crosscut::tui::core::State;
use crosscut::tui::views::coverage::CoverageView;
use crosscut::tui::views::coverage::sets;

use super::fixture::{self, IN_FILTER};
use super::{matches_picture, styles, text};

fn portion(customers: u64) -> Portion {
    Portion { customers, value: 412.5 * customers as f64, known: customers, largest: 0.0 }
}

/// Sizes as in the personas pane; the lower a persona stands, the more customers earlier ones take.
fn answer() -> engine::LayeredOverlap {
    let sizes = [31_204, 58_002, 9_877, 12_840, 18_733];
    let layer = |i: usize| {
        let lost: Vec<u64> = (0..i).map(|j| sizes[i] * (i as u64 + 1 - j as u64) / (12 + 3 * j as u64)).collect();
        let all = sizes[i];
        let first = all - lost.iter().sum::<u64>();
        let both = lost.iter().enumerate().map(|(j, lost)| lost + 40 * j as u64).collect();
        Layer { all: portion(all), first: portion(first), only: portion(first * 9 / 10), lost, both }
    };
    let layers: Vec<Layer> = (0..sizes.len()).map(layer).collect();
    let covered: u64 = layers.iter().map(|layer| layer.first.customers).sum();
    let one: u64 = layers.iter().map(|layer| layer.only.customers).sum();
    engine::LayeredOverlap {
        whole: portion(IN_FILTER),
        none: portion(IN_FILTER - covered),
        one: portion(one),
        several: portion(covered - one),
        layers,
    }
}

fn state(cursor: usize) -> State {
    let mut state = fixture::state();
    state.view = "coverage";
    let personas = sets(&state);
    let mut inquiry = CoverageInquiry::new(&state.rule, &personas, Some("spend"), 20);
    inquiry.take(QuestionSlot(0), Ok(Answer::Coverage(answer())));
    let view = state.views.get_mut::<CoverageView>();
    (view.cursor, view.column) = (cursor, 1);
    view.coverage = inquiry;
    state
}

#[test]
fn coverage_matches_picture_at_each_size() {
    for (width, height) in [(40, 10), (80, 24), (120, 36), (200, 60)] {
        matches_picture(&format!("coverage_{width}x{height}"), &text(&mut state(4), width, height));
    }
}

#[test]
fn selected_pair_is_described_in_words() {
    matches_picture("coverage_pair_80x24", &text(&mut state(10), 80, 24));
    matches_picture("coverage_pair_40x10", &text(&mut state(10), 40, 10));
}

#[test]
fn outdated_coverage_is_dim_and_shows_counting() {
    let mut state = state(0);
    state.settings.theme = ThemeName::Mono;
    state.views.get_mut::<CoverageView>().coverage.outdate();
    matches_picture("coverage_stale_80x24", &(text(&mut state, 80, 24) + &styles(&mut state, 80, 24)));
}

#[test]
fn coverage_without_answer_shows_reason() {
    let mut waiting = fixture::state();
    waiting.view = "coverage";
    assert!(text(&mut waiting, 80, 24).contains("counting…"));
    waiting.views.get_mut::<CoverageView>().coverage.found.fail("not enough memory".into());
    assert!(text(&mut waiting, 80, 24).contains("not enough memory"));
}
