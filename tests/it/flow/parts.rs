//! A base that is shown in part while it is read.

use super::harness::Flow;
use crosscut::data::{LoadProgress, Stage};
use crosscut::tui::core::{Action, Asker, BaseState, Lane};
use crosscut::tui::views::builder::SegmentationBuilder;
use crosscut::tui::views::facets::FacetsView;
use crosscut::tui::views::filter_warnings::first;
use crosscut::tui::views::remembered::note_filter;
use crosscut::tui::views::rows::RowsView;
use crosscut::tui::views::segment_form::SegmentForm;

const FIRST: &str = "\
id,country,plan,age,spend,joined,email
1,US,pro,30,100,2025-01-01,a@x.org
2,US,basic,22,50,2025-02-01,b@x.org
3,CA,pro,41,200,2025-03-01,c@x.org
";

/// The same rows, of which no later one has shown yet that the ages are numbers.
const OTHER_TYPE: &str = "\
id,country,plan,age,spend,joined,email
1,US,pro,unknown,100,2025-01-01,a@x.org
2,US,basic,,50,2025-02-01,b@x.org
";

#[test]
fn figures_of_first_rows_give_way_to_figures_of_all() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    assert_eq!((flow.customers(), flow.segment("pros"), flow.segment("age.40+")), (Some(3), Some(2), Some(1)));
    flow.press("/ \"plan = 'pro'\"");
    assert_eq!((flow.customers(), flow.segment("north_america")), (Some(2), Some(2)));
    flow.open_whole(whole);
    assert!(flow.state.part().is_none());
    assert_eq!((flow.customers(), flow.segment("north_america")), (Some(3), Some(2)));
    assert!(flow.state.filter.editing && flow.state.filter.text() == "plan = 'pro'");
}

#[test]
fn next_part_keeps_cursor_view_and_unsaved_form() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    flow.press("r / \"spend > 60\" enter j s \"spenders\"");
    let cursor = |flow: &Flow| (flow.state.view, flow.state.views.get::<RowsView>().cursor);
    assert_eq!(cursor(&flow), ("rows", 1));
    flow.open_whole(whole);
    assert_eq!((cursor(&flow), flow.customers()), (("rows", 1), Some(3)));
    assert!(flow.state.over.get::<SegmentForm>().is_some());
    flow.press("enter");
    assert_eq!(flow.message(), "saved @spenders, which is the filter now");
}

#[test]
fn progress_of_part_is_newest_report() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    let progress = |done| LoadProgress { stage: Stage::Reading, done, total: Some(100), rows: 5, schema: None };
    flow.act(Action::Loading(progress(70)));
    assert_eq!(flow.state.part().map(|part| part.done), Some(70));
    flow.open_whole(whole);
    flow.act(Action::Loading(progress(90)));
    assert!(flow.state.part().is_none());
}

#[test]
fn figures_of_part_do_not_leave_screen() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    let reason = "available once the whole table is loaded";
    for keys in ["X", "y", "r X", "y", "esc m y"] {
        flow.state.message = None;
        flow.press(keys);
        assert!(flow.state.over.is_empty() && flow.copied.is_none(), "{keys}");
        assert!(flow.message().contains(reason), "{keys}: {}", flow.message());
    }
    flow.press("esc");
    flow.open_whole(whole);
    flow.press("m y");
    assert!(flow.copied.is_some(), "{}", flow.message());
}

#[test]
fn size_of_part_is_not_saved_as_review() {
    let mut flow = Flow::before_loading();
    flow.open_part(FIRST);
    let before = flow.read("personas.toml");
    flow.press("tab p v");
    assert!(flow.message().contains("available once the whole table is loaded"), "{}", flow.message());
    assert_eq!(flow.read("personas.toml"), before);
}

#[test]
fn changed_type_is_said_and_breaks_filter_in_sight() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(OTHER_TYPE);
    flow.press("/ \"age = 'unknown'\" enter");
    assert_eq!(flow.customers(), Some(1));
    flow.open_whole(whole);
    let BaseState::Ready { notices, .. } = &flow.state.base else { panic!("a base") };
    assert_eq!(notices, &["later rows show: age is integer, not text"]);
    assert!(flow.state.filter.problem.is_some());
    let summary = &flow.state.answers.panes.found.summary;
    assert!(!summary.fresh, "drawn as outdated");
    assert_eq!(summary.answer.as_ref().map(|summary| summary.customers), Some(6), "all, as for a filter in error");
    flow.press("/ ctrl-u \"age > 30\" enter");
    assert_eq!(flow.customers(), Some(3));
}

#[test]
fn late_values_of_part_are_dropped() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    flow.hold = true;
    flow.press("/ \"country = \"");
    let at = flow.held.iter().position(|ask| ask.asker == Asker::Values).expect("a question about values");
    let ask = flow.held.remove(at);
    let late = flow.answer_to(&ask, 0);
    flow.hold = false;
    flow.open_whole(whole);
    let known = |flow: &Flow| flow.state.answers.values.get("country").map(|values| values.values.len());
    assert_eq!(known(&flow), Some(3), "asked again");
    flow.act(Action::Answered(late));
    assert_eq!(known(&flow), Some(3));
    assert!(flow.state.asked[&Lane::Values] > ask.generation);
}

#[test]
fn base_failing_after_first_rows_names_shown_rows() {
    let mut flow = Flow::before_loading();
    flow.open_part(FIRST);
    flow.press("/ \"plan = 'pro'\" enter");
    flow.act(Action::LoadFailed("t.csv: line 7 has 3 fields, the header has 2".into()));
    let BaseState::Failed(reason) = &flow.state.base else { panic!("not read") };
    let shown = "line 7 has 3 fields, the header has 2 · the 3 rows shown were only the beginning of the table";
    assert!(reason.ends_with(shown), "{reason}");
    flow.press("ctrl-l");
    assert!(matches!(flow.state.base, BaseState::Loading(None)));
    assert_eq!(flow.state.query.filter, "plan = 'pro'");
}

#[test]
fn bins_and_drafted_cells_of_part_are_found_anew() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    let group_and_draft = "tab b \"spend\" enter B \"spend\" enter tab ctrl-u \"2\"";
    flow.press(group_and_draft);
    let found = |flow: &Flow| {
        let groups = flow.state.answers.groups.found.groups.get().cloned();
        let cells = flow.state.over.get::<SegmentationBuilder>().and_then(|builder| builder.cells.clone());
        (flow.state.ranges.clone(), format!("{groups:?}"), format!("{cells:?}"))
    };
    let of_part = found(&flow);
    flow.open_whole(whole);
    let mut without_part = Flow::new();
    without_part.press(group_and_draft);
    assert_eq!(found(&flow), found(&without_part));
    assert!(found(&flow).0 != of_part.0 && found(&flow).1 != of_part.1 && found(&flow).2 != of_part.2);
}

#[test]
fn count_of_part_is_not_remembered_beside_filter() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    flow.press("/ \"plan = 'pro'\" enter");
    note_filter(&mut flow.state, 0);
    let remembered = |flow: &Flow| flow.state.filter.past.last().map(|past| past.customers);
    assert_eq!((flow.customers(), remembered(&flow)), (Some(2), Some(None)));
    flow.open_whole(whole);
    note_filter(&mut flow.state, 0);
    assert_eq!(remembered(&flow), Some(Some(3)));
}

#[test]
fn text_absent_from_part_is_no_warning() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    flow.press("/ \"country = 'DE'\" enter");
    assert!(first(&flow.state).is_none());
    flow.press("/ ctrl-u \"country = 'XX'\" enter");
    assert!(first(&flow.state).is_none());
    flow.open_whole(whole);
    assert!(first(&flow.state).is_some());
}

#[test]
fn filter_in_error_keeps_no_figure_of_part() {
    let mut flow = Flow::before_loading();
    let whole = flow.open_part(FIRST);
    flow.press("tab b \"country\" enter f / \"plan = 'pro'\" enter / \" AND\"");
    assert!(flow.state.filter.problem.is_some());
    let shown = |flow: &Flow| {
        let (panes, groups) = (&flow.state.answers.panes.found, &flow.state.answers.groups.found.groups);
        let customers = panes.summary.answer.as_ref().map(|summary| (summary.customers, summary.base));
        let segment = panes.segments.answer.as_ref().and_then(|found| found.by_name.get("pros")).map(|one| one.in_base);
        (customers, segment, groups.answer.as_ref().map_or(0, |groups| groups.groups.len()))
    };
    assert_eq!(shown(&flow), (Some((2, 3)), Some(2), 2));
    flow.open_whole(whole);
    assert!(flow.state.filter.problem.is_some());
    assert_eq!(shown(&flow), (Some((3, 6)), Some(3), 0));
    flow.press("backspace backspace backspace backspace");
    assert_eq!(shown(&flow), (Some((3, 6)), Some(3), 3));
    let facets = flow.state.views.get::<FacetsView>();
    let answers = facets.panes.0.iter().filter_map(|pane| pane.found.groups.answer.as_ref());
    let counted: Vec<u64> = answers.map(|groups| groups.customers.in_filter).collect();
    assert!(!counted.is_empty() && counted.iter().all(|count| *count == 3), "{counted:?}");
}
