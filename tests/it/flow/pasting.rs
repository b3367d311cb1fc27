//! Pasted text, and long filters, which are checked apart from the keys.

use super::harness::Flow;
use crosscut::tui::core::{Action, Pane};
use crosscut::tui::views::confirm::Confirm;
use crosscut::tui::views::segment_form::SegmentForm;

const LINES: &str = "plan = 'pro' -- the paying kind\n  AND\tspend > 150 /* a lot */\n";

/// A filter of this many kilobytes that holds for customers 1 and 3.
fn long_filter(kilobytes: usize) -> String {
    let ids: String = (0..kilobytes * 1024 / 10).map(|n| format!("{}, ", n + 10_000_000)).collect();
    format!("id IN ({ids}1, 3)")
}

#[test]
fn paste_is_one_edit_with_line_ends_and_comments() {
    let mut flow = Flow::new();
    flow.act(Action::Paste(LINES.into()));
    assert_eq!(flow.state.filter.text(), LINES.trim_end());
    assert_eq!(flow.customers(), Some(2));
    flow.press("enter");
    assert_eq!(flow.state.query.filter, LINES.trim_end());
    flow.press("ctrl-y");
    assert_eq!(flow.copied.as_deref(), Some(LINES.trim_end()));
    // The paste is one undo step.
    flow.press("u");
    assert_eq!((flow.state.filter.text(), flow.customers()), ("", Some(6)));
}

#[test]
fn pasted_line_end_inside_text_value_is_kept() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 60 OR country = ''\" left");
    flow.act(Action::Paste("Ber\nlin".into()));
    assert_eq!(flow.state.filter.text(), "spend > 60 OR country = 'Ber\nlin'");
    assert_eq!(flow.customers(), Some(3));
}

#[test]
fn paste_into_single_line_field_has_blanks_and_into_rule_keeps_lines() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 60\" enter s");
    flow.act(Action::Paste("big\nspenders".into()));
    flow.press("tab tab ctrl-u");
    flow.act(Action::Paste(LINES.into()));
    let Some(form) = flow.state.over.get::<SegmentForm>() else { panic!("the form is open") };
    assert_eq!((form.name.value(), form.rule.value()), ("big spenders", LINES.trim_end()));
    flow.press("shift-tab shift-tab ctrl-u \"big\" enter");
    assert_eq!((flow.message().split(" ·").next(), flow.segment("big")), (Some("saved @big"), Some(2)));
    let saved = flow.state.definitions.segments.iter().find(|segment| segment.name == "big").expect("it was saved");
    assert_eq!(saved.rule, LINES.trim_end());
}

#[test]
fn condition_added_after_pasted_comment_stays_outside_comment() {
    let mut flow = Flow::new();
    flow.act(Action::Paste("spend > 60 -- a lot".into()));
    flow.press("enter space");
    assert_eq!(flow.state.query.filter, "spend > 60 -- a lot\nAND @pros");
    assert_eq!(flow.customers(), Some(3));
    flow.press("space");
    assert_eq!(flow.customers(), Some(3));
}

#[test]
fn keys_arriving_at_once_are_offered_to_filter_and_run_no_command() {
    let mut flow = Flow::new();
    flow.state.focus = Pane::Personas;
    let before = flow.read("personas.toml");
    for burst in ["\"Dana pays\" enter \"dy\"", "\"nobody\" enter", "\"Delete from x\""] {
        flow.burst(burst);
        assert!(flow.state.over.is_empty() && flow.state.filter.text().is_empty(), "{burst}");
        flow.press("D n y \"quit\"");
        assert!(flow.state.over.is_empty() && !flow.quit, "{burst}");
        assert!(flow.state.filter.offered.is_some(), "{burst}");
        flow.press("esc");
        assert_eq!(flow.state.filter.offered, None);
    }
    assert_eq!(flow.read("personas.toml"), before);
    flow.burst("\"plan = 'pro'\" enter tab \"AND spend > 150\" enter");
    flow.press("enter");
    assert_eq!(flow.state.filter.text(), "plan = 'pro'\n\tAND spend > 150");
    assert!(flow.state.filter.editing);
    assert_eq!(flow.customers(), Some(2));
}

#[test]
fn pieces_of_paste_are_offered_together_and_ctrl_c_drops_offer() {
    let mut flow = Flow::new();
    flow.burst("\"plan = \"").burst("\"'basic'\"").press("enter");
    assert_eq!((flow.state.filter.text(), flow.customers()), ("plan = 'basic'", Some(3)));
    flow.press("enter").burst("\"spend > 1\"").press("ctrl-c");
    assert_eq!((flow.state.filter.offered.as_deref(), flow.quit), (None, false));
}

#[test]
fn movement_keys_arriving_at_once_are_keys() {
    let mut flow = Flow::new();
    flow.burst("\"jjjkjj\"");
    assert_eq!((flow.state.segments.cursor, flow.state.filter.offered.as_deref()), (3, None));
    flow.burst("tab tab \"jkjjj\"");
    assert_eq!((flow.state.focus, flow.state.personas.cursor), (Pane::Personas, 3));
}

#[test]
fn keys_arriving_at_once_in_filter_line_are_text() {
    let mut flow = Flow::new();
    flow.press("/").burst("\"plan = 'pro'\" enter \"AND spend > 150\" enter");
    assert!(flow.state.filter.editing);
    assert_eq!((flow.state.filter.text(), flow.customers()), ("plan = 'pro'\nAND spend > 150", Some(2)));
    // After a single line, Enter acts as a key.
    flow.press("ctrl-u").burst("\"spend > 60\" enter");
    assert_eq!((flow.state.filter.editing, flow.customers()), (false, Some(3)));
    // A line may end with two characters.
    flow.press("/");
    flow.press("ctrl-u").burst("\"spend\" enter ctrl-j \"> 60\"");
    assert_eq!((flow.state.filter.text(), flow.customers()), ("spend\n> 60", Some(3)));
}

#[test]
fn filter_typed_before_first_frame_is_typed_into_line() {
    let mut flow = Flow::new();
    flow.burst("\"/plan = 'pro'\" enter");
    assert!(flow.state.filter.editing);
    assert_eq!((flow.state.filter.text(), flow.customers()), ("plan = 'pro'", Some(3)));
    flow.press("esc esc").burst("\"/* why */ spend > 60\"").press("enter");
    assert_eq!(flow.state.filter.text(), "plan = 'pro'/* why */ spend > 60");
}

#[test]
fn keys_arriving_at_once_neither_save_nor_confirm() {
    let mut flow = Flow::new();
    let before = flow.read("segments.toml");
    flow.press("/ \"spend > 60\" enter s").burst("\"big_one\" enter enter");
    assert!(flow.state.over.get::<SegmentForm>().is_some_and(|form| form.name.value() == "big_one"));
    flow.press("esc d").burst("\"yes, do it\" enter");
    assert!(flow.state.over.get::<Confirm>().is_some());
    assert!(flow.message().starts_with("11 characters came at once"), "{}", flow.message());
    assert_eq!(flow.read("segments.toml"), before);
}

#[test]
fn escape_before_key_is_pressed_first() {
    let mut flow = Flow::new();
    flow.press("? alt-j");
    assert_eq!((flow.state.over.is_empty(), flow.state.segments.cursor), (true, 1));
    flow.press("/ \"spend > 60\" esc alt-k");
    assert_eq!((flow.state.filter.editing, flow.state.segments.cursor, flow.customers()), (false, 0, Some(3)));
    // Alt-b moves back by a word within the line.
    flow.press("/ alt-b \"1\" enter");
    assert_eq!(flow.state.filter.text(), "spend > 160");
}

#[test]
fn long_filter_is_checked_on_other_thread() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 60\"");
    flow.hold_checks = true;
    let filter = long_filter(200);
    flow.press("ctrl-u");
    flow.act(Action::Paste(filter.clone()));
    assert_eq!(flow.state.filter.text(), filter);
    assert!(flow.state.is_busy() && flow.customers().is_none(), "the older count is dim");
    assert_eq!(flow.state.query.filter, "");
    flow.check_all();
    assert_eq!((flow.customers(), flow.state.query.filter == filter), (Some(2), true));
    assert!(!flow.state.is_busy() && flow.state.filter.editing);
}

#[test]
fn newest_of_long_filters_counts() {
    let mut flow = Flow::new();
    flow.hold_checks = true;
    flow.act(Action::Paste(long_filter(20)));
    flow.press("\" AND age > 35\"");
    let mut checks = std::mem::take(&mut flow.checks);
    let newest = checks.pop().expect("the newest check");
    for older in checks {
        flow.act(Action::FilterChecked(Box::new(older.run())));
        assert!(flow.state.filter.pending.is_some() && flow.customers().is_none());
    }
    flow.act(Action::FilterChecked(Box::new(newest.run())));
    assert_eq!(flow.customers(), Some(1));
    // A short text needs no separate check, and the pending check of the long one is dropped.
    flow.press("\" AND plan = 'pro'\" ctrl-u \"spend > 60\"");
    assert_eq!(flow.customers(), Some(3));
    flow.check_all();
    assert_eq!((flow.customers(), flow.state.query.filter.as_str()), (Some(3), "spend > 60"));
}

#[test]
fn enter_on_long_filter_keeps_filter_after_check() {
    let mut flow = Flow::new();
    flow.hold_checks = true;
    flow.act(Action::Paste(long_filter(20)));
    flow.press("enter");
    assert!(flow.state.filter.editing);
    flow.check_all();
    assert!(!flow.state.filter.editing);
    assert_eq!(flow.customers(), Some(2));
    flow.press("u");
    assert_eq!(flow.customers(), Some(6));
    // An invalid filter is reported and stays for correction.
    flow.act(Action::Paste(long_filter(20) + " AND contry = 'US'"));
    flow.press("enter");
    flow.check_all();
    assert!(flow.state.filter.editing && flow.message().contains("unknown column \"contry\""), "{}", flow.message());
}

#[test]
fn esc_leaves_long_filter_at_once_and_valid_rule_counts() {
    let mut flow = Flow::new();
    flow.hold_checks = true;
    flow.act(Action::Paste(long_filter(20)));
    flow.press("esc j");
    assert_eq!((flow.state.filter.editing, flow.state.segments.cursor), (false, 1));
    flow.check_all();
    assert_eq!(flow.customers(), Some(2));
    flow.press("u");
    assert_eq!((flow.customers(), flow.state.filter.text()), (Some(6), ""));
    flow.act(Action::Paste(long_filter(20) + " AND contry = 'US'"));
    flow.press("esc");
    flow.check_all();
    assert_eq!((flow.customers(), flow.state.filter.text(), flow.state.filter.problem.is_none()), (Some(6), "", true));
    // The typed text is not lost.
    flow.press("/ up");
    assert!(flow.state.filter.text().ends_with("AND contry = 'US'"));
}

#[test]
fn ctrl_c_cancels_long_check() {
    let mut flow = Flow::new();
    flow.hold_checks = true;
    flow.press("/ \"spend > 60\" enter");
    for leave in ["ctrl-c", "esc ctrl-c"] {
        flow.act(Action::Paste(long_filter(20)));
        flow.press(leave);
        assert!(!flow.state.filter.editing && !flow.quit && !flow.state.is_busy(), "{leave}");
        assert_eq!((flow.state.filter.text(), flow.customers()), ("spend > 60", Some(3)), "{leave}");
        flow.check_all();
        assert_eq!((flow.state.filter.text(), flow.customers()), ("spend > 60", Some(3)), "{leave}");
    }
    flow.press("ctrl-c");
    assert!(flow.quit);
}

#[test]
fn pane_change_does_not_wait_for_abandoned_filter() {
    let mut flow = Flow::new();
    flow.hold_checks = true;
    flow.act(Action::Paste(long_filter(20)));
    flow.press("esc s");
    assert_eq!(flow.message(), "the filter is still being checked");
    flow.press("space");
    assert_eq!((flow.state.filter.text(), flow.customers()), ("@pros", Some(3)));
    flow.check_all();
    assert_eq!((flow.state.filter.text(), flow.customers()), ("@pros", Some(3)));
    flow.press("u");
    assert_eq!(flow.customers(), Some(6));
}

#[test]
fn suggestions_in_long_filter_arrive_with_check() {
    let mut flow = Flow::new();
    flow.hold_checks = true;
    flow.act(Action::Paste(long_filter(20)));
    flow.press("\" AND pla\"");
    assert_eq!(flow.state.filter.completion, None);
    flow.check_all();
    let offered = flow.state.filter.completion.as_ref().map(|list| list.items[0].insert.clone());
    assert_eq!(offered.as_deref(), Some("plan"));
    // The cursor moves: no suggestion can be accepted until those of the new place arrive.
    flow.press("home");
    assert_eq!(flow.state.filter.completion, None);
    flow.press("end");
    flow.check_all();
    flow.press("tab \"= 'pro'\"");
    flow.check_all();
    assert!(flow.state.filter.text().ends_with("AND plan = 'pro'"));
    assert_eq!(flow.customers(), Some(2));
}

#[test]
fn long_filter_is_checked_again_when_definitions_change() {
    let mut flow = Flow::before_loading();
    flow.press("/");
    flow.act(Action::Paste(long_filter(20) + " AND @pros"));
    flow.press("enter");
    flow.load();
    assert_eq!(flow.customers(), Some(2));
    flow.hold_checks = true;
    flow.press("home d y");
    flow.check_all();
    assert!(flow.state.filter.problem.as_ref().is_some_and(|problem| problem.message.contains("@pros")));
    flow.press("u");
    flow.check_all();
    assert_eq!((flow.customers(), flow.state.filter.problem.is_none()), (Some(2), true));
}

#[test]
fn text_too_long_for_clipboard_is_refused() {
    let mut flow = Flow::new();
    flow.act(Action::NotCopied { bytes: 200_345, limit: 74_994 });
    assert_eq!(
        flow.message(),
        "not copied: 200345 bytes are more than the 74994 that the terminal's clipboard can hold"
    );
}
