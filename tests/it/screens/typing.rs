use crosscut::engine::FrequentValues;
use crosscut::insight::inquiry::NewestFact;
use crosscut::model::Datum;
use crosscut::rule::RuleError;
use crosscut::rule::complete::{CompletionItem, ValuesOf};
use crosscut::tui::core::State;
use crosscut::tui::core::filter::Suggestions;

use super::fixture::{filter_line, state};
use super::{drawn, lines, matches_picture, styles, text};

fn item(label: &str, detail: &str) -> CompletionItem {
    CompletionItem { label: label.into(), insert: format!("'{label}'"), detail: detail.into() }
}

fn values(column: &str, items: Vec<CompletionItem>) -> Suggestions {
    let values_of = ValuesOf { column: column.into(), typed: "C".into(), quoted: true };
    Suggestions { replace: 12..14, items, chosen: Some(1), values_of: Some(values_of), waiting: false }
}

#[test]
fn suggestions_are_drawn_under_replaced_word() {
    let mut state = state();
    state.filter = filter_line("country IN ('C");
    state.filter.editing = true;
    state.filter.problem = Some(RuleError { unfinished: true, ..RuleError::new(12..14, "the text is not closed: '") });
    let items = ["CA", "CH", "CI", "CL", "CM", "CN", "CO", "CR", "CY", "CZ"].map(|code| item(code, "41,118"));
    state.filter.completion = Some(values("country", items.into()));
    matches_picture("suggestions_120x36", &text(&mut state, 120, 36));
    let cursor = drawn(&mut state, 120, 36).1.map(|at| (at.x, at.y));
    assert_eq!(cursor, Some((24, 1)));
}

#[test]
fn values_still_counted_show_waiting_line() {
    let mut state = state();
    state.filter = filter_line("country = ");
    state.filter.editing = true;
    let columns =
        vec![CompletionItem { label: "country_code".into(), insert: "country_code".into(), detail: "text".into() }];
    state.filter.completion = Some(Suggestions { waiting: true, chosen: None, ..values("country", columns) });
    matches_picture("suggestions_waiting_40x10", &text(&mut state, 40, 10));
}

#[test]
fn suggested_values_of_masked_column_are_dots() {
    let mut state = state();
    state.filter = filter_line("email = '");
    state.filter.editing = true;
    let values_of_mail =
        FrequentValues { column: "email".into(), values: vec![(Datum::Text("bob@x.org".into()), 3)], left_out: 0 };
    state.answers.values.found.insert("email".into(), NewestFact::known(values_of_mail));
    for quoted in [true, false] {
        let mut suggestions = values("email", vec![item("bob@x.org", "3")]);
        suggestions.values_of = Some(ValuesOf { column: "email".into(), typed: String::new(), quoted });
        state.filter.completion = Some(suggestions);
        let screen = text(&mut state, 120, 36);
        assert!(!screen.contains("bob"));
        assert!(screen.contains("•••"));
    }
}

#[test]
fn error_caret_is_under_its_place() {
    let mut state = state();
    state.filter = filter_line("contry IN ('US','CA')");
    state.filter.editing = true;
    state.filter.problem =
        Some(RuleError::new(0..6, "unknown column \"contry\"").with_hint("did you mean \"country\"?"));
    let screen = text(&mut state, 120, 36);
    assert_eq!(screen.lines().nth(2), Some("          ^^^^^^ unknown column \"contry\": did you mean \"country\"?"));
    matches_picture("error_80x24", &text(&mut state, 80, 24));
    matches_picture("error_40x10", &text(&mut state, 40, 10));
}

#[test]
fn error_at_right_edge_has_message_on_left() {
    let mut state = state();
    state.filter = filter_line("country IN ('US','CA') AND spend_12m > 250 AND @activ");
    state.filter.problem = Some(RuleError::new(47..53, "no segment is called @activ"));
    let screen = text(&mut state, 80, 24);
    let caret = screen.lines().nth(2).unwrap_or_default();
    assert!(caret.ends_with("no segment is called @activ ^^^^^^"), "{caret}");
    assert_eq!(caret.find('^'), screen.lines().nth(1).and_then(|line| line.replace('›', ">").find("@activ")));
}

#[test]
fn error_too_long_for_either_side_has_own_line() {
    let mut state = state();
    state.filter = filter_line("country IN ('US','CA') AND spend_12m > 250 AND");
    let message = "expected a column, a value or ( after AND, and here the rule is at its end";
    state.filter.problem = Some(RuleError::new(43..46, message));
    assert_eq!(text(&mut state, 80, 24).lines().nth(2), Some(format!(" {message}").as_str()));
    let line = styles(&mut state, 80, 24).lines().nth(1).unwrap_or_default().to_owned();
    assert_eq!(line.find("eee"), Some(53), "the place is marked in the rule: {line}");
}

#[test]
fn selected_suggestion_is_taken_by_enter() {
    let mut state = state();
    state.filter = filter_line("country IN ('C");
    state.filter.editing = true;
    state.filter.completion = Some(values("country", vec![item("CA", "41118"), item("CH", "7")]));
    let last = |state: &mut State| text(state, 80, 24).lines().last().unwrap_or_default().to_owned();
    assert!(last(&mut state).starts_with(" enter take "), "{}", last(&mut state));
    if let Some(suggestions) = &mut state.filter.completion {
        suggestions.chosen = None;
    }
    assert!(last(&mut state).starts_with(" enter apply  tab take "), "{}", last(&mut state));
}

#[test]
fn suggestion_counts_are_grouped_and_small_counts_hidden() {
    let mut state = state();
    state.settings.min_cell = 10;
    state.filter = filter_line("country IN ('C");
    state.filter.editing = true;
    state.filter.completion = Some(values("country", vec![item("CA", "41118"), item("CH", "7")]));
    let screen = text(&mut state, 80, 24);
    let line = |label: &str| screen.lines().find(|line| line.contains(label)).unwrap_or_default().to_owned();
    let both = line(" CA ");
    assert!(both.contains("CA  41,118") && line("CH ").contains("<10"), "{screen}");
}

#[test]
fn long_filter_scrolls_with_cursor() {
    let mut state = state();
    state.filter = filter_line(&format!("{} AND plan = '最後'", super::fixture::FILTER.repeat(4)));
    state.filter.editing = true;
    let (buffer, cursor) = drawn(&mut state, 80, 24);
    let line = lines(&buffer)[1].clone();
    assert!(line.contains("plan = '最後'"), "{line}");
    assert!(line.contains('…'), "{line}");
    assert!(cursor.is_some_and(|at| at.y == 1 && at.x < 70));
}

#[test]
fn filter_line_ends_are_marks_and_comments_are_dim() {
    let mut state = state();
    state.filter = filter_line("plan = 'pro' -- why\nAND note = 'a\nb'");
    state.filter.editing = true;
    let (buffer, cursor) = drawn(&mut state, 120, 36);
    assert!(lines(&buffer)[1].starts_with(" filter › plan = 'pro' -- why⏎AND note = 'a⏎b' "), "{}", lines(&buffer)[1]);
    assert_eq!(cursor.map(|at| (at.x, at.y)), Some((10 + 36, 1)));
    let styles = styles(&mut state, 120, 36);
    let line = styles.lines().nth(1).and_then(|line| line.get(10..46));
    assert_eq!(line, Some(".... . lllll dddddddddd .... . lldll"));
}

#[test]
fn long_filter_draws_in_time_of_short_filter() {
    let mut state = state();
    state.filter = filter_line(&format!("customer_id IN ({}'last')", "'C0000001', 'a@b', ".repeat(50_000)));
    state.query.filter = state.filter.text().to_owned();
    state.filter.editing = true;
    state.filter.problem = Some(RuleError::new(900_000..900_010, "unknown column"));
    let mut short = super::fixture::state();
    let time = |state: &mut State| {
        let began = std::time::Instant::now();
        let screen = text(state, 120, 36);
        (began.elapsed(), screen)
    };
    // By turns, so that a busy machine slows both down. Work that grows with the square of the text would take a million times
    // as long.
    let mut least = [std::time::Duration::MAX; 2];
    for _ in 0..5 {
        let (took, screen) = time(&mut state);
        assert!(screen.lines().nth(1).is_some_and(|line| line.contains("'last')")), "{screen}");
        least = [least[0].min(took), least[1].min(time(&mut short).0)];
    }
    assert!(least[0] < 500 * least[1], "{:?} and {:?}", least[0], least[1]);
}

#[test]
fn pending_paste_shows_choices() {
    let mut state = state();
    state.filter.offered = Some("x".repeat(312));
    let last = |state: &mut State, width, height| text(state, width, height).lines().last().map(str::to_owned);
    let words = " pasted 312 characters: enter adds it to the filter · esc discards";
    assert_eq!(last(&mut state, 120, 36).as_deref(), Some(words));
    assert_eq!(last(&mut state, 40, 10).as_deref(), Some(" 312 characters: enter adds · esc drops"));
}

#[test]
fn name_being_typed_is_no_error() {
    let mut state = state();
    state.filter = filter_line("pl");
    state.filter.editing = true;
    state.filter.problem = Some(RuleError::new(0..2, "unknown column \"pl\""));
    let caret = |state: &mut State| styles(state, 120, 36).lines().nth(2).and_then(|line| line.trim().chars().next());
    assert_eq!(caret(&mut state), Some('e'));
    state.filter.completion =
        Some(Suggestions { replace: 0..2, chosen: None, ..values("", vec![item("plan", "text")]) });
    assert_eq!(caret(&mut state), Some('d'));
}
