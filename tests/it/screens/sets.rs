//! The matrix and the UpSet plot.

use crosscut::engine::{Answer, Combination, Combinations, CustomerCount, Overlap};
use crosscut::insight::inquiry::{Inquiry, QuestionSlot};
use crosscut::insight::matrix::{MatrixFigure, MatrixInquiry, MatrixOrder};
use crosscut::insight::upset::{SetsToCombine, UpSetInquiry};
use crosscut::study::ThemeName;
use crosscut::tui::core::State;
use crosscut::tui::views::matrix::CrossedSets;
use crosscut::tui::views::matrix::MatrixView;
use crosscut::tui::views::upset::UpSetView;

use super::fixture;
use super::{matches_picture, styles, text};

/// Different sizes, with overlaps that fit them.
fn size(i: usize) -> u64 {
    1_000 + (i as u64 * 7_919 % 97) * 410
}

fn both(i: usize, j: usize, a: u64, b: u64) -> u64 {
    a.min(b) * ((i * 5 + j * 3) as u64 % 11) / 10 % (a.min(b) + 1)
}

fn matrix(sides: CrossedSets, order: MatrixOrder, figure: MatrixFigure) -> State {
    let mut state = fixture::state();
    state.view = "matrix";
    let (rows, columns) = sides.sets(&state);
    let count = |n: u64| CustomerCount { in_filter: n, in_base: n };
    let square = rows == columns;
    let shift = if square { 0 } else { 50 };
    let pair = |i: usize, j: usize| match square {
        true if i == j => size(i),
        true => both(i.min(j), i.max(j), size(i), size(j)),
        false => both(i, j, size(i), size(shift + j)),
    };
    let mut sizes: Vec<CustomerCount> = (0..rows.len()).map(|i| count(size(i))).collect();
    sizes.push(count(fixture::IN_FILTER));
    let across: Vec<CustomerCount> = (0..columns.len()).map(|j| count(size(shift + j))).collect();
    let mut pairs: Vec<Vec<CustomerCount>> =
        (0..rows.len()).map(|i| (0..columns.len()).map(|j| count(pair(i, j))).collect()).collect();
    pairs.push(across.clone());
    let mut inquiry = MatrixInquiry::new(&state.rule, &rows, &columns, false);
    inquiry.take(QuestionSlot(0), Ok(Answer::Overlap(Overlap { rows: sizes, columns: across, both: pairs })));
    let view = state.views.get_mut::<MatrixView>();
    (view.sides, view.order, view.figure, view.row, view.column) = (sides, order, figure, 2, 1);
    view.matrix = inquiry;
    state
}

fn combinations(of_segments: bool) -> State {
    let mut state = fixture::state();
    state.view = "upset";
    state.views.get_mut::<UpSetView>().of_segments = of_segments;
    let sets = crosscut::tui::views::upset::sets(&state);
    let mut counts: Vec<CustomerCount> =
        (0..sets.len()).map(|i| CustomerCount { in_filter: size(i), in_base: size(i) }).collect();
    counts.push(CustomerCount { in_filter: fixture::IN_FILTER, in_base: fixture::IN_FILTER });
    let combined = sets.len();
    let mut inquiry = UpSetInquiry::new(SetsToCombine { filter: state.rule.clone(), sets, min_cell: 20 });
    inquiry.take(QuestionSlot(0), Ok(Answer::Counts(counts)));
    let one = |i: u64| Combination {
        sets: (i * 37 + i * i * 11) % (1 << combined),
        customers: 40_000 / (i * i + 1),
        value: 0.0,
        largest: 0.0,
        known: 0,
    };
    let found = Combinations { combinations: (0..60).map(one).collect(), left_out: 0 };
    inquiry.take(QuestionSlot(1), Ok(Answer::Combinations(found)));
    state.views.get_mut::<UpSetView>().upset = inquiry;
    state.views.get_mut::<UpSetView>().cursor = 3;
    state
}

#[test]
fn matrix_matches_picture_at_each_size() {
    for (width, height) in [(40, 10), (80, 24), (120, 36), (200, 60)] {
        let mut state = matrix(CrossedSets::SegmentsPersonas, MatrixOrder::Study, MatrixFigure::OfRow);
        matches_picture(&format!("matrix_{width}x{height}"), &text(&mut state, width, height));
    }
}

#[test]
fn wide_matrix_scrolls_sideways() {
    let mut state = matrix(CrossedSets::SegmentsSegments, MatrixOrder::Size, MatrixFigure::Index);
    let view = state.views.get_mut::<MatrixView>();
    (view.row, view.column) = (30, 20);
    matches_picture("matrix_square_120x36", &text(&mut state, 120, 36));
}

#[test]
fn contained_pairs_fill_free_space_of_matrix() {
    let mut state = matrix(CrossedSets::PersonasPersonas, MatrixOrder::Study, MatrixFigure::Jaccard);
    matches_picture("matrix_personas_100x30", &text(&mut state, 100, 30));
}

#[test]
fn mono_matrix_reverses_selected_cell() {
    let mut state = matrix(CrossedSets::SegmentsPersonas, MatrixOrder::Study, MatrixFigure::OfRow);
    state.settings.theme = ThemeName::Mono;
    matches_picture("styles_matrix_mono_80x24", &styles(&mut state, 80, 24));
}

#[test]
fn outdated_matrix_is_dim_and_shows_counting() {
    let mut state = matrix(CrossedSets::SegmentsPersonas, MatrixOrder::Study, MatrixFigure::Customers);
    state.views.get_mut::<MatrixView>().matrix.outdate();
    matches_picture("matrix_stale_80x24", &(text(&mut state, 80, 24) + &styles(&mut state, 80, 24)));
}

#[test]
fn combinations_match_picture_at_each_size() {
    for (width, height) in [(40, 10), (80, 24), (120, 36), (200, 60)] {
        matches_picture(&format!("upset_{width}x{height}"), &text(&mut combinations(false), width, height));
    }
    matches_picture("upset_segments_80x24", &text(&mut combinations(true), 80, 24));
}

#[test]
fn set_views_without_answer_show_reason() {
    let mut state = fixture::state();
    state.view = "matrix";
    let waiting = text(&mut state, 80, 24);
    assert!(waiting.contains("counting…"), "{waiting}");
    state.view = "upset";
    assert!(text(&mut state, 80, 24).contains("counting…"));
    state.views.get_mut::<UpSetView>().upset.found.fail("not enough memory".into());
    assert!(text(&mut state, 80, 24).contains("not enough memory"));
}
