//! The matrix and the UpSet plot.

use super::harness::Flow;
use crosscut::insight::matrix::{MatrixFigure, MatrixOrder};
use crosscut::insight::upset;
use crosscut::tui::views::matrix::MatrixView;
use crosscut::tui::views::upset::UpSetView;

fn chosen(flow: &Flow) -> (String, String, u64) {
    let (matrix, row, column) = flow.state.views.get::<MatrixView>().chosen().expect("a chosen cell");
    (matrix.rows[row].name.clone(), matrix.columns[column].name.clone(), matrix.both[row][column])
}

#[test]
fn matrix_cell_becomes_filter_and_undo_restores() {
    let mut flow = Flow::new();
    flow.press("m");
    assert_eq!(flow.state.view, "matrix");
    let rows = flow.state.views.get::<MatrixView>().matrix.found.answer.as_ref().expect("a matrix").rows.len();
    for _ in 0..rows {
        for _ in 0..2 {
            let (row, column, both) = chosen(&flow);
            flow.press("enter");
            assert_eq!(flow.customers(), Some(both), "{row} {column}: {}", flow.state.query.filter);
            assert!(flow.state.query.filter.ends_with(&format!(" AND @{column}")));
            flow.press("u");
            assert_eq!((flow.customers(), flow.state.query.filter.as_str()), (Some(6), ""));
            flow.press("l");
        }
        flow.press("h h j");
    }
}

#[test]
fn matrix_follows_filter_while_typed() {
    let mut flow = Flow::new();
    flow.press("m / \"plan = 'pro'\"");
    let matrix = flow.state.views.get::<MatrixView>().matrix.found.answer.as_ref().expect("a matrix");
    assert_eq!((matrix.whole, flow.state.views.get::<MatrixView>().matrix.found.fresh), (3, true));
    let pros = matrix.rows.iter().find(|set| set.name == "pros").expect("the segment");
    assert_eq!(pros.customers, 3);
}

#[test]
fn matrix_keys_cycle_figures_orders_and_sides() {
    let mut flow = Flow::new();
    flow.press("m v");
    assert_eq!(flow.state.views.get::<MatrixView>().figure, MatrixFigure::OfColumn);
    flow.press("v v v v");
    assert_eq!(flow.state.views.get::<MatrixView>().figure, MatrixFigure::OfRow);
    let before = flow.state.views.get::<MatrixView>().matrix.found.answer.clone().expect("a matrix");
    flow.press("o o");
    let after = flow.state.views.get::<MatrixView>().matrix.found.answer.clone().expect("a matrix");
    assert_eq!(flow.state.views.get::<MatrixView>().order, MatrixOrder::Clustered);
    assert_eq!((after.both.clone(), before.can_cluster(), after.can_cluster()), (before.both, false, true));
    flow.press("t");
    let square = flow.state.views.get::<MatrixView>().matrix.found.answer.as_ref().expect("a matrix");
    assert!(square.is_square() && square.rows.len() > 2);
    flow.press("t j l j l");
    assert_eq!((flow.state.views.get::<MatrixView>().row, flow.state.views.get::<MatrixView>().column), (1, 1));
    let (row, column, both) = chosen(&flow);
    assert_eq!(row, column);
    flow.press("enter");
    assert_eq!((flow.state.query.filter.clone(), flow.customers()), (format!("@{row}"), Some(both)));
    flow.press("esc");
    assert_eq!(flow.state.view, "main");
}

#[test]
fn view_left_before_answer_asks_again() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("m m");
    flow.held.clear();
    flow.hold = false;
    flow.press("m");
    assert!(flow.state.views.get::<MatrixView>().matrix.found.fresh);
}

#[test]
fn combinations_become_filters_of_equal_size() {
    for keys in ["U", "U t", "U o", "U t o"] {
        let mut flow = Flow::new();
        flow.press(keys);
        let upset = flow.state.views.get::<UpSetView>().upset.found.answer.clone().expect("combinations");
        let all: u64 = upset.combinations.iter().map(|one| one.customers).sum();
        assert_eq!((all, upset.whole), (6, 6));
        for (cursor, at) in upset.order(flow.state.views.get::<UpSetView>().order).into_iter().enumerate() {
            flow.state.views.get_mut::<UpSetView>().cursor = cursor;
            flow.press("enter");
            assert_eq!(flow.customers(), Some(upset.combinations[at].customers), "{}", flow.state.query.filter);
            flow.press("u");
        }
    }
}

#[test]
fn combinations_use_filter_and_segments_without_cells() {
    let mut flow = Flow::new();
    flow.press("U t / \"spend >= 100\" enter");
    let upset = flow.state.views.get::<UpSetView>().upset.found.answer.as_ref().expect("combinations");
    let names: Vec<&str> = upset.sets.iter().map(|set| set.name.as_str()).collect();
    assert_eq!((upset.whole, names.as_slice()), (3, ["pros", "north_america"].as_slice()));
    flow.press("o");
    assert_eq!(flow.state.views.get::<UpSetView>().order, upset::UpSetOrder::Sets);
}
