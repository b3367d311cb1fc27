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
fn tab_cycles_through_panes() {
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
fn cursor_stays_within_lines() {
    let mut flow = Flow::new();
    flow.press("k k pgup home");
    assert_eq!(flow.state.segments.cursor, 0);
    flow.press("end");
    assert_eq!(flow.state.segments.cursor, 3);
    flow.press("j j pgdn ctrl-d");
    assert_eq!(flow.state.segments.cursor, 3);
}

#[test]
fn rows_sort_nulls_last_and_return_to_file_order() {
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
fn rows_follow_filter_and_sort() {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'pro'\" enter r l l l l ]");
    assert_eq!(ids(&flow), [5, 3, 1]);
}

#[test]
fn short_screen_pages_through_all_rows() {
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
fn new_filter_shows_rows_from_first() {
    let mut flow = Flow::new();
    flow.act(Action::Resize { width: 80, height: 8 });
    flow.press("r G / \"plan = 'pro'\"");
    assert_eq!((flow.state.views.get::<RowsView>().cursor, ids(&flow)), (0, vec![1, 3]));
    // The same filter in another spelling.
    flow.press("enter j j / \" \" enter");
    assert_eq!((flow.state.views.get::<RowsView>().cursor, ids(&flow)), (2, vec![3, 5]));
}

#[test]
fn cursor_beyond_rows_returns_to_full_page() {
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
fn late_page_of_old_filter_is_dropped() {
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
fn growing_window_is_filled_at_end_of_rows() {
    let mut flow = Flow::new();
    flow.act(Action::Resize { width: 80, height: 8 });
    flow.press("r G");
    flow.act(Action::Resize { width: 80, height: 10 });
    assert_eq!(ids(&flow), [3, 4, 5, 6]);
    flow.act(Action::Resize { width: 80, height: 40 });
    assert_eq!(ids(&flow), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn rows_under_broken_filter_are_of_last_valid_rule() {
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
fn unfinished_rule_asks_for_no_rows() {
    let mut flow = Flow::new();
    flow.press("r / \"plan = 'pro'\"");
    let asked = flow.lane_generation(Lane::Rows);
    flow.press("\" AND spe\"");
    assert_eq!(ids(&flow), [1, 3, 5]);
    assert_eq!(flow.lane_generation(Lane::Rows), asked);
}

#[test]
fn rows_key_switches_between_rows_and_main_screen() {
    let mut flow = Flow::new();
    flow.press("r");
    assert_eq!(flow.state.view, "rows");
    flow.press("esc");
    assert_eq!(flow.state.view, "main");
    flow.press("r r");
    assert_eq!(flow.state.view, "main");
}
