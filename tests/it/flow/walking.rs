use crosscut::tui::views::rows::RowsView;
use std::time::Duration;

use super::harness::Flow;
use crosscut::engine::{Answer, RowPage};
use crosscut::model::Datum;
use crosscut::tui::core::{Action, Answered, Lane, Pane};

fn ids(flow: &Flow) -> Vec<i64> {
    let page = flow.state.views.get::<RowsView>().page.found.answer.as_ref().expect("a page");
    let id = |row: &Vec<Datum>| match row[0] {
        Datum::Integer(id) => id,
        _ => panic!("an id is an integer"),
    };
    page.rows.iter().map(id).collect()
}

#[test]
fn tab_goes_round_the_panes() {
    let mut flow = Flow::new();
    let mut seen = vec![flow.state.focus];
    for _ in 0..3 {
        flow.press("tab");
        seen.push(flow.state.focus);
    }
    assert_eq!(seen, [Pane::Segments, Pane::Groups, Pane::Personas, Pane::Segments]);
    flow.press("shift-tab");
    assert_eq!(flow.state.focus, Pane::Personas);
}

#[test]
fn the_cursor_stays_on_the_lines_there_are() {
    let mut flow = Flow::new();
    flow.press("k k pgup home");
    assert_eq!(flow.state.segments.cursor, 0);
    flow.press("end");
    assert_eq!(flow.state.segments.cursor, 3);
    flow.press("j j pgdn ctrl-d");
    assert_eq!(flow.state.segments.cursor, 3);
}

#[test]
fn rows_sort_by_the_chosen_column_nulls_last_and_back_to_file_order() {
    let mut flow = Flow::new();
    flow.press("r");
    assert_eq!(ids(&flow), [1, 2, 3, 4, 5, 6]);
    flow.press("l l l [");
    assert_eq!(ids(&flow), [2, 1, 4, 3, 6, 5]);
    flow.press("]");
    assert_eq!(ids(&flow), [6, 3, 4, 1, 2, 5]);
    flow.press("]");
    assert_eq!(ids(&flow), [1, 2, 3, 4, 5, 6]);
    flow.press("u");
    assert_eq!(ids(&flow), [6, 3, 4, 1, 2, 5]);
}

#[test]
fn rows_follow_the_filter_and_the_sort_together() {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'pro'\" enter r l l l l ]");
    assert_eq!(ids(&flow), [5, 3, 1]);
}

#[test]
fn a_short_screen_pages_through_all_rows() {
    let mut flow = Flow::new();
    flow.act(Action::Resize { width: 80, height: 8 });
    flow.press("r");
    assert_eq!(ids(&flow), [1, 2]);
    let mut seen = Vec::new();
    for _ in 0..6 {
        let at = flow.state.views.get::<RowsView>().cursor - flow.state.views.get::<RowsView>().offset;
        seen.push(ids(&flow)[at as usize]);
        flow.press("j");
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
    flow.press("home");
    assert_eq!(ids(&flow), [1, 2]);
    flow.press("end");
    assert_eq!(ids(&flow), [5, 6]);
}

#[test]
fn another_filter_is_shown_from_its_first_row() {
    let mut flow = Flow::new();
    flow.act(Action::Resize { width: 80, height: 8 });
    flow.press("r G / \"plan = 'pro'\"");
    assert_eq!((flow.state.views.get::<RowsView>().cursor, ids(&flow)), (0, vec![1, 3]));
    // The same filter in another spelling.
    flow.press("enter j j / \" \" enter");
    assert_eq!((flow.state.views.get::<RowsView>().cursor, ids(&flow)), (2, vec![3, 5]));
}

#[test]
fn a_cursor_beyond_the_rows_comes_back_onto_a_full_page() {
    let mut flow = Flow::new();
    flow.act(Action::Resize { width: 80, height: 8 });
    flow.press("r G");
    flow.hold = true;
    flow.press("k k");
    let ask = flow.held.pop().expect("a page is asked for");
    // Simulates an edit of the filter's segment in the meantime: three rows are left.
    let fewer = RowPage { columns: Vec::new(), rows: Vec::new(), tests: Vec::new(), offset: 3, total: 3 };
    flow.act(Action::Answered(Answered {
        asker: ask.asker,
        slot: ask.questions[0].0,
        generation: ask.generation,
        result: Ok(Answer::Page(fewer)),
        took: Duration::ZERO,
    }));
    assert_eq!((flow.state.views.get::<RowsView>().cursor, flow.state.views.get::<RowsView>().offset), (2, 1));
    assert!(flow.held.iter().any(|ask| ask.lane() == Lane::Rows), "the full page is asked for");
}

#[test]
fn a_page_that_comes_late_is_not_taken_for_one_of_the_new_filter() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("r esc");
    let late = flow.held.pop().expect("a page is asked for");
    flow.hold = false;
    flow.press("enter");
    flow.answer(late);
    flow.press("r");
    assert_eq!(ids(&flow), [1, 3, 5]);
}

#[test]
fn a_window_that_grows_at_the_end_is_filled() {
    let mut flow = Flow::new();
    flow.act(Action::Resize { width: 80, height: 8 });
    flow.press("r G");
    flow.act(Action::Resize { width: 80, height: 10 });
    assert_eq!(ids(&flow), [3, 4, 5, 6]);
    flow.act(Action::Resize { width: 80, height: 40 });
    assert_eq!(ids(&flow), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn under_a_broken_filter_one_walks_the_rows_of_the_last_good_one() {
    let mut flow = Flow::new();
    flow.act(Action::Resize { width: 80, height: 8 });
    flow.press("/ \"@north_america AND spend > 0\" enter r");
    assert_eq!(ids(&flow), [1, 2]);
    flow.press("esc j d y r");
    assert!(flow.state.filter.problem.is_some());
    assert_eq!(ids(&flow), [1, 2]);
    flow.press("end");
    assert_eq!((flow.state.views.get::<RowsView>().cursor, ids(&flow)), (2, vec![2, 3]));
    flow.press("l l l l ]");
    assert_eq!(ids(&flow), [3, 1]);
}

#[test]
fn a_rule_that_breaks_while_one_types_leaves_the_rows_alone() {
    let mut flow = Flow::new();
    flow.press("r / \"plan = 'pro'\"");
    let asked = flow.lane_generation(Lane::Rows);
    flow.press("\" AND spe\"");
    assert_eq!(ids(&flow), [1, 3, 5]);
    assert_eq!(flow.lane_generation(Lane::Rows), asked);
}

#[test]
fn rows_and_main_screen_are_one_key_apart() {
    let mut flow = Flow::new();
    flow.press("r");
    assert_eq!(flow.state.view, "rows");
    flow.press("esc");
    assert_eq!(flow.state.view, "main");
    flow.press("r r");
    assert_eq!(flow.state.view, "main");
}
