use super::harness::Flow;
use crosscut::model::Datum;
use crosscut::tui::core::lines::is_on;
use crosscut::tui::core::{Effect, Lane, Pane};
use crosscut::tui::views::card::CardView;

#[test]
fn space_adds_and_removes_segment_in_filter() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 60 OR spend = 0\" enter space");
    assert_eq!(flow.state.query.filter, "(spend > 60 OR spend = 0) AND @pros");
    assert_eq!(flow.customers(), Some(3));
    flow.press("j space");
    assert_eq!(flow.customers(), Some(2));
    flow.press("k space");
    assert_eq!(flow.state.query.filter, "(spend > 60 OR spend = 0) AND @north_america");
    flow.press("u u u");
    assert_eq!(flow.state.query.filter, "spend > 60 OR spend = 0");
}

#[test]
fn filter_is_counted_before_cells_are_known() {
    let mut flow = Flow::before_loading();
    flow.open();
    flow.press("/ \"spend > 60\"");
    assert!(flow.customers().is_some() && flow.segment("pros").is_none());
    flow.find_cells();
    assert!(flow.segment("pros").is_some());
}

#[test]
fn cell_name_is_no_error_while_cells_are_loading() {
    let mut flow = Flow::before_loading();
    flow.open();
    flow.press("/ \"@age.\" enter");
    flow.press("/ ctrl-u \"@pros\"");
    assert!(flow.state.filter.problem.as_ref().is_some_and(|problem| problem.unfinished));
    flow.find_cells();
    assert_eq!(flow.state.filter.problem, None);
    assert_eq!(flow.customers(), flow.segment("pros"));
}

#[test]
fn enter_on_segment_or_cell_replaces_filter() {
    let mut flow = Flow::new();
    flow.press("j enter");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("@north_america", Some(3)));
    // The third line is the segmentation of age: Enter opens it; its second cell is 25-39.
    flow.press("j enter j j enter");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("@age.\"25-39\"", Some(2)));
}

#[test]
fn closing_cell_returns_to_its_segmentation() {
    let mut flow = Flow::new();
    flow.press("j j l j j h");
    assert_eq!(flow.state.segments.cursor, 2);
    assert!(flow.state.segments.open.is_empty());
}

#[test]
fn grouping_counts_shares_and_sums_and_enter_narrows() {
    let mut flow = Flow::new();
    flow.press("b \"coun\" enter");
    let groups = flow.state.answers.groups.found.groups.answer.clone().expect("groups");
    let counts: Vec<_> = groups.groups.iter().map(|g| (g.key[0].clone(), g.customers.in_filter, g.value_sum)).collect();
    let text = |t: &str| Datum::Text(t.into());
    assert_eq!(counts, [(text("DE"), 2, 410.0), (text("US"), 2, 150.0), (text("CA"), 1, 200.0), (Datum::Null, 1, 0.0)]);
    flow.state.focus = Pane::Groups;
    flow.press("j enter");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("country = 'US'", Some(2)));
    flow.press("u end enter");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("country IS NULL", Some(1)));
}

#[test]
fn group_by_masked_column_is_refused() {
    let mut flow = Flow::new();
    flow.press("b \"email\" enter");
    assert_eq!(flow.message(), "masked: its values are not shown");
    assert!(flow.state.query.group_by.is_empty());
}

#[test]
fn none_one_and_several_of_personas_open_as_filters() {
    let mut flow = Flow::new();
    // pat's: 1, 3, 5 (pro) and 4 (age 35); ann's: 1, 2 (US or CA and spend < 150). In none: 6. In both: 1.
    assert_eq!(flow.personas(), [Some(4), Some(2)]);
    assert_eq!(flow.state.answers.panes.found.memberships.answer, Some(vec![1, 4, 1]));
    flow.state.focus = Pane::Personas;
    flow.press("j j enter");
    assert_eq!(flow.customers(), Some(1), "{}", flow.state.query.filter);
    flow.press("u end enter");
    assert_eq!(flow.customers(), Some(1), "{}", flow.state.query.filter);
}

#[test]
fn persona_expands_to_spans_and_enter_narrows_to_span() {
    let mut flow = Flow::new();
    flow.state.focus = Pane::Personas;
    flow.press("l j j");
    let spans = flow.state.answers.panes.found.personas.answer.as_ref().map(|p| p.spans[0].clone()).unwrap_or_default();
    assert_eq!(spans.iter().map(|span| span.map(|span| span.both.in_base)).collect::<Vec<_>>(), [Some(3), Some(2)]);
    flow.press("enter");
    assert_eq!(flow.customers(), Some(2), "{}", flow.state.query.filter);
}

#[test]
fn enter_opens_persona_card_and_esc_closes_card() {
    let mut flow = Flow::new();
    flow.press("tab tab j enter");
    assert!(flow.state.over.get::<CardView>().is_some_and(|card| card.at == 1));
    flow.press("q");
    assert!(flow.state.over.is_empty() && !flow.quit);
    flow.press("esc esc esc");
    assert!(!flow.quit, "esc never quits");
    flow.press("q");
    assert!(flow.quit);
}

#[test]
fn palette_runs_command_by_name() {
    let mut flow = Flow::new();
    flow.press(": \"rows\" enter");
    assert_eq!(flow.state.view, "rows");
    flow.press("esc : \"undo\" enter");
    assert_eq!(flow.message(), "nothing to undo");
}

#[test]
fn copy_takes_rule_under_cursor() {
    let mut flow = Flow::new();
    flow.press("Y");
    assert_eq!(flow.copied.as_deref(), Some("plan = 'pro'"));
    assert_eq!(flow.message(), "copied: plan = 'pro'");
    flow.press("r Y");
    assert_eq!(flow.copied.as_deref(), Some("1\tUS\tpro\t30\t100\t2025-01-01\t•••"));
}

#[test]
fn cells_of_one_segmentation_join_with_or() {
    let mut flow = Flow::new();
    flow.press("/ \"spend < 300\" enter j j j l j space j space");
    assert_eq!(flow.state.query.filter, "spend < 300 AND (@plan.basic OR @plan.pro)");
    assert_eq!(flow.customers(), Some(5));
    let on = |flow: &Flow| ["plan.basic", "plan.pro", "pros"].map(|name| is_on(&flow.state, name));
    assert_eq!(on(&flow), [true, true, false]);
    flow.press("space");
    assert_eq!(flow.state.query.filter, "spend < 300 AND @plan.basic");
    assert_eq!(on(&flow), [true, false, false]);
    flow.press("k space");
    assert_eq!(flow.state.query.filter, "spend < 300");
}

#[test]
fn card_key_opens_selected_persona_from_any_pane() {
    let mut flow = Flow::new();
    flow.press("tab tab j tab p");
    assert_eq!(flow.state.focus, Pane::Segments);
    assert!(flow.state.over.get::<CardView>().is_some_and(|card| card.at == 1));
    flow.press("esc tab tab end p");
    assert!(flow.state.over.is_empty());
    assert!(flow.message().contains("select a persona"), "{}", flow.message());
}

#[test]
fn persona_in_error_is_left_out_of_none_and_several() {
    let mut flow = Flow::new();
    flow.press("d y tab tab");
    assert_eq!(flow.personas(), [None, Some(2)]);
    flow.press("j j enter");
    assert_eq!(flow.state.filter.problem, None);
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("(@ann) IS NOT TRUE", Some(4)));
    assert!(flow.message().contains("@pat"), "{}", flow.message());
    flow.press("x end enter");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("FALSE", Some(0)));
    flow.press("x home l j enter");
    assert_eq!(flow.state.query.filter, "");
    assert!(flow.message().contains("pros"), "{}", flow.message());
}

#[test]
fn undo_and_redo_messages_name_change() {
    let mut flow = Flow::new();
    flow.press("j enter b \"coun\" enter r l l l ] esc x");
    let mut said = Vec::new();
    for key in ["u", "u", "u", "u", "ctrl-r", "ctrl-r", "ctrl-r", "ctrl-r"] {
        flow.press(key);
        said.push(flow.message().to_owned());
    }
    let undone = ["filter back to @north_america", "sort by age", "group by country", "filter back to everyone"];
    let redone = ["filter @north_america", "group by country", "sort by age", "filter everyone"];
    assert_eq!(said[..4], undone.map(|what| format!("undone: {what}")));
    assert_eq!(said[4..], redone.map(|what| format!("redone: {what}")));
}

#[test]
fn ctrl_c_closes_open_view_like_esc() {
    let mut flow = Flow::new();
    for open in ["?", ":", "p", "b", "d", "e"] {
        flow.press(open);
        assert!(!flow.state.over.is_empty(), "{open}");
        flow.press("ctrl-c");
        assert!(flow.state.over.is_empty() && !flow.quit, "{open}");
    }
    flow.press("/ \"spend > 60\" enter / \" AND cou\"");
    assert!(flow.state.filter.completion.is_some());
    flow.press("ctrl-c");
    assert!(!flow.state.filter.editing && !flow.quit);
    assert_eq!((flow.state.filter.text(), flow.customers()), ("spend > 60", Some(3)));
    flow.press("/ up");
    assert_eq!(flow.state.filter.text(), "spend > 60 AND cou");
    flow.press("ctrl-c ctrl-c");
    assert!(flow.quit);
}

#[test]
fn ctrl_c_cancels_counting_then_quits() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("j enter");
    assert!(flow.state.is_busy());
    flow.press("ctrl-c");
    assert!(!flow.quit && !flow.state.is_busy() && flow.held.is_empty());
    flow.press("ctrl-c");
    assert!(flow.quit);
}

#[test]
fn slow_group_by_delays_no_count() {
    let mut flow = Flow::new();
    flow.press("b \"plan\" enter");
    flow.hold = true;
    flow.press("j enter");
    let asked = std::mem::take(&mut flow.held);
    assert!(asked.iter().all(|ask| ask.lane() != Lane::Groups), "the groups come after the count");
    let effects: Vec<_> = asked.into_iter().flat_map(|ask| flow.answer(ask)).collect();
    assert_eq!(flow.segment("pros"), Some(2));
    let [Effect::Ask(groups)] = effects.as_slice() else { panic!("{effects:?}") };
    // The filter changes before the groups arrive: their answer belongs to an older question.
    flow.press("k enter");
    flow.answer(groups.clone());
    assert!(!flow.state.answers.groups.found.groups.fresh);
    flow.hold = false;
    for ask in std::mem::take(&mut flow.held) {
        flow.answer_all(ask);
    }
    let groups = flow.state.answers.groups.found.groups.answer.clone().expect("groups");
    assert!(flow.state.answers.groups.found.groups.fresh);
    assert_eq!(groups.customers.in_filter, 3);
}

#[test]
fn initial_group_by_ignores_unknown_and_masked_columns() {
    for (named, grouped) in [("PLAN", Some("plan")), ("email", None), ("nowhere", None)] {
        let mut flow = Flow::before_loading();
        flow.state.query.group_by = vec![named.into()];
        flow.load();
        let column = flow.state.query.group_by.first().map(|facet| facet.column.as_str());
        assert_eq!(column, grouped);
        assert_eq!(flow.state.answers.groups.found.groups.answer.is_some(), grouped.is_some());
    }
}

#[test]
fn segmentations_report_whether_cells_are_mece() {
    let flow = Flow::new();
    let customers = flow.state.customers().expect("a base");
    let segmentations = flow.state.catalog.segments.iter().filter(|entry| entry.cells().is_some()).count();
    assert!(segmentations > 0 && flow.state.answers.panes.found.mece.len() == segmentations);
    for (name, mece) in &flow.state.answers.panes.found.mece {
        assert_eq!(mece.customers(), customers, "{name}");
        assert_eq!(mece.several, 0, "{name}");
        assert_eq!(mece.is_mece(), mece.short(0) == "MECE", "{name}");
    }
}
