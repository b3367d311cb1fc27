use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::harness::Flow;
use crosscut::engine::EngineError;
use crosscut::tui;
use crosscut::tui::core::{Action, Answered, BaseState, Lane};

#[test]
fn typing_recounts_all_panes_at_each_key() {
    let mut flow = Flow::new();
    assert_eq!(flow.customers(), Some(6));
    flow.press("/ \"plan = 'pro'\"");
    assert_eq!(flow.customers(), Some(3));
    assert_eq!(flow.segment("north_america"), Some(2));
    assert_eq!(flow.segment("age.25-39"), Some(1));
    assert_eq!(flow.personas(), [Some(3), Some(1)]);
    flow.press("\" AND spend > 150\"");
    assert_eq!(flow.customers(), Some(2));
}

#[test]
fn unfinished_rule_keeps_last_answer_as_outdated() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 60\"");
    assert_eq!(flow.customers(), Some(3));
    flow.press("\" AND\"");
    assert_eq!(flow.customers(), None);
    assert_eq!(flow.state.answers.panes.found.summary.answer.as_ref().map(|s| s.customers), Some(3));
    assert!(flow.state.filter.problem.as_ref().is_some_and(|problem| problem.unfinished));
    assert_eq!(flow.state.query.filter, "spend > 60");
    flow.press("\" plan = 'pro'\"");
    assert_eq!(flow.customers(), Some(3));
}

#[test]
fn enter_on_broken_rule_stays_and_esc_restores_last_valid_rule() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 60\" enter / \" AND contry = 'US'\" enter");
    assert!(flow.state.filter.editing);
    assert!(flow.message().contains("unknown column \"contry\""), "{}", flow.message());
    flow.press("esc esc");
    assert!(!flow.state.filter.editing);
    assert_eq!(flow.state.filter.text(), "spend > 60");
    assert_eq!(flow.customers(), Some(3));
    // The typed text is not lost: it is in the line's history.
    flow.press("/ up");
    assert_eq!(flow.state.filter.text(), "spend > 60 AND contry = 'US'");
}

#[test]
fn comparison_with_null_is_kept_with_warning() {
    let mut flow = Flow::new();
    flow.press("/ \"age = null\" enter");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("age = null", Some(0)));
    assert!(flow.message().contains("IS NULL"), "{}", flow.message());
}

#[test]
fn whole_edit_is_one_undo_step() {
    let mut flow = Flow::new();
    flow.press("/ \"spend > 60\" enter");
    flow.press("/ \" AND plan = 'basic'\" enter");
    assert_eq!(flow.customers(), Some(0));
    flow.press("u");
    assert_eq!((flow.state.filter.text(), flow.customers()), ("spend > 60", Some(3)));
    flow.press("u");
    assert_eq!((flow.state.filter.text(), flow.customers()), ("", Some(6)));
    flow.press("u");
    assert_eq!(flow.message(), "nothing to undo");
    flow.press("ctrl-r ctrl-r");
    assert_eq!(flow.state.filter.text(), "spend > 60 AND plan = 'basic'");
}

#[test]
fn value_suggestions_have_counts_and_tab_accepts() {
    let mut flow = Flow::new();
    flow.press("/ \"country = \"");
    let suggestions = flow.state.filter.completion.clone().expect("suggestions");
    let shown: Vec<_> = suggestions.items.iter().map(|item| (item.label.as_str(), item.detail.as_str())).collect();
    assert!(shown.starts_with(&[("DE", "2"), ("US", "2"), ("CA", "1")]), "{shown:?}");
    flow.press("tab");
    assert_eq!(flow.state.filter.text().trim_end(), "country = 'DE'");
    assert_eq!(flow.customers(), Some(2));
}

#[test]
fn values_of_masked_column_are_not_suggested() {
    let mut flow = Flow::new();
    flow.press("/ \"email = \"");
    let offered = flow.state.filter.completion.clone().map(|s| s.items).unwrap_or_default();
    assert!(offered.iter().all(|item| !item.insert.contains("x.org")), "{offered:?}");
    assert!(!flow.state.answers.values.found.contains_key("email"));
}

#[test]
fn columns_are_completed_from_few_letters() {
    let mut flow = Flow::new();
    flow.press("/ \"cou\" tab");
    assert!(flow.state.filter.text().starts_with("country"), "{}", flow.state.filter.text());
}

#[test]
fn typing_continues_after_accepted_suggestion() {
    let mut flow = Flow::new();
    flow.press("/ \"spe\" tab \"> 25 \" \"an\" tab \"cou\" tab \"in\" tab");
    assert_eq!(flow.state.filter.text(), "spend > 25 AND country IN (");
    flow.press("tab \",\" tab");
    assert_eq!(flow.state.filter.text(), "spend > 25 AND country IN ('DE','DE'");
    flow.press("\") \" \"or\" tab \"@pro\" tab");
    assert_eq!(flow.state.filter.text(), "spend > 25 AND country IN ('DE','DE') OR @pros ");
    // An existing space is reused.
    flow.press("ctrl-u \"cou = 'DE'\" ctrl-a right right right tab");
    assert_eq!((flow.state.filter.text(), flow.state.filter.cursor_byte()), ("country = 'DE'", 8));
}

#[test]
fn closed_suggestions_stay_closed_when_values_arrive() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("/ \"country = \"");
    let asks = std::mem::take(&mut flow.held);
    let values: Vec<_> = asks.into_iter().filter(|ask| ask.lane() == Lane::Values).collect();
    flow.press("esc");
    assert!(flow.state.filter.completion.is_none());
    for ask in values {
        flow.answer(ask);
    }
    assert!(flow.state.answers.values.get("country").is_some());
    assert!(flow.state.filter.completion.is_none());
}

#[test]
fn newest_question_alone_counts() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("/ \"spend > 6\"");
    flow.press("\"0\"");
    let asks = std::mem::take(&mut flow.held);
    let panes: Vec<_> = asks.into_iter().filter(|ask| ask.lane() == Lane::Panes).collect();
    assert!(panes.len() >= 2);
    assert_eq!(panes.last().map(|ask| ask.generation), Some(flow.lane_generation(Lane::Panes)));
    for late in panes.iter().take(panes.len() - 1) {
        flow.answer(late.clone());
        assert_eq!(flow.customers(), None, "an answer to an older question was taken");
    }
    let newest = panes.last().cloned().expect("a newest question");
    flow.answer(newest);
    assert_eq!(flow.customers(), Some(3));
}

#[test]
fn text_typed_before_base_is_read_is_kept() {
    let mut flow = Flow::before_loading();
    flow.press("/ \"spend > 60\"");
    assert_eq!(flow.customers(), None);
    flow.load();
    assert_eq!(flow.state.filter.text(), "spend > 60");
    assert_eq!(flow.customers(), Some(3));
}

#[test]
fn keys_before_base_is_read_report_loading() {
    let mut flow = Flow::before_loading();
    for key in ["b", "r", "enter", "s", "space"] {
        flow.press(key);
        assert_eq!(flow.message(), "the customers are still being read", "{key}");
    }
    flow.press("j k tab ? esc : esc u x end y l h pgdn");
    assert!(!flow.quit);
}

#[test]
fn late_answers_under_broken_rule_belong_to_last_valid_rule() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("/ \"spend > 60\"");
    flow.press("\" AND\"");
    for ask in std::mem::take(&mut flow.held) {
        flow.answer(ask);
    }
    let answers = &flow.state.answers;
    assert_eq!(answers.panes.found.summary.answer.as_ref().map(|s| s.customers), Some(3));
    assert_eq!(
        answers.panes.found.segments.answer.as_ref().and_then(|s| s.by_name.get("pros")).map(|c| c.in_filter),
        Some(3)
    );
    assert_eq!(
        answers.panes.found.segments.answer.as_ref().map(|s| s.whole),
        Some(3),
        "shares are of the filter that was counted"
    );
    assert!(!answers.panes.found.summary.fresh && !answers.panes.found.segments.fresh);
}

#[test]
fn value_list_that_cannot_be_counted_closes_with_reason() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("/ \"country = '\"");
    assert!(flow.state.filter.completion.as_ref().is_some_and(|list| list.waiting));
    let ask = flow.held.iter().rfind(|ask| ask.lane() == Lane::Values).expect("values are asked for").clone();
    let slot = ask.questions[0].0;
    let result = Err(EngineError::Failed("the file is gone".into()));
    let answered = Answered { asker: ask.asker, slot, generation: ask.generation, result, took: Duration::ZERO };
    flow.act(Action::Answered(answered));
    assert!(flow.state.filter.completion.is_none());
    assert_eq!(flow.message(), "the file is gone");
}

#[test]
fn ctrl_l_asks_unanswered_questions_again() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("/ \"plan = 'pro'\" enter");
    let asks = std::mem::take(&mut flow.held);
    let ask = asks.into_iter().rfind(|ask| ask.lane() == Lane::Panes).expect("the panes are asked for");
    for (slot, _) in ask.questions {
        let result = Err(EngineError::Unreachable("refused".into()));
        let answered = Answered { asker: ask.asker, slot, generation: ask.generation, result, took: Duration::ZERO };
        flow.act(Action::Answered(answered));
    }
    assert_eq!(flow.state.answers.panes.found.summary.error.as_deref(), Some("the engine cannot be reached: refused"));
    flow.hold = false;
    flow.press("ctrl-l");
    assert_eq!((flow.customers(), flow.segment("north_america")), (Some(3), Some(2)));
    let generation = flow.state.asked.clone();
    flow.press("ctrl-l");
    assert_eq!(flow.state.asked, generation, "an answered question is not asked again");
}

#[test]
fn ctrl_l_reopens_base_that_failed_to_load() {
    let mut flow = Flow::before_loading();
    flow.act(Action::LoadFailed("the server is gone".into()));
    assert!(matches!(flow.state.base, BaseState::Failed(_)));
    flow.press("ctrl-l");
    assert!(matches!(flow.state.base, BaseState::Loading(None)));
    flow.load();
    assert_eq!(flow.customers(), Some(6));
}

#[test]
fn filter_from_external_editor_keeps_lines_and_comments() {
    let mut flow = Flow::new();
    flow.editor = |_| Ok("plan = 'pro' -- who pays\n  AND spend > 0\n".into());
    flow.press("ctrl-e");
    assert_eq!(flow.state.query.filter, "plan = 'pro' -- who pays\n  AND spend > 0");
    assert!(!flow.state.filter.editing && flow.state.filter.problem.is_none());
    flow.press("u");
    assert_eq!(flow.state.query.filter, "");
}

#[test]
fn invalid_filter_from_external_editor_stays_in_line_with_error() {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'pro'\" enter");
    flow.editor = |_| Ok("plann = 'pro'".into());
    flow.press("ctrl-e");
    assert!(flow.state.filter.editing && flow.state.filter.problem.is_some());
    assert_eq!(flow.state.query.filter, "plan = 'pro'");
    flow.press("esc");
    assert_eq!((flow.state.query.filter.as_str(), flow.state.filter.text()), ("plan = 'pro'", "plan = 'pro'"));
}

#[test]
fn ctrl_e_goes_to_line_end_before_opening_editor() {
    let mut flow = Flow::new();
    flow.editor = |text| Ok(format!("{text} AND spend > 100"));
    flow.press("/ \"plan = 'pro'\" home ctrl-e");
    assert_eq!(flow.state.filter.text(), "plan = 'pro'");
    flow.press("ctrl-e");
    assert_eq!(flow.state.query.filter, "plan = 'pro' AND spend > 100");
}

#[test]
fn failed_editor_changes_nothing_and_reports_reason() {
    let mut flow = Flow::new();
    flow.editor = |_| Err("vi could not be started: there is none".into());
    flow.press("ctrl-e");
    let said = flow.state.message.as_ref().map(|message| message.text.as_str());
    assert_eq!((said, flow.state.query.filter.as_str()), (Some("vi could not be started: there is none"), ""));
}

/// Processor time of this thread so far, in microseconds.
fn thread_time() -> u64 {
    let mut usage = unsafe { std::mem::zeroed::<libc::rusage>() };
    // SAFETY: it is written to a value of its own type.
    assert_eq!(unsafe { libc::getrusage(libc::RUSAGE_THREAD, &raw mut usage) }, 0);
    (usage.ru_utime.tv_sec * 1_000_000 + usage.ru_utime.tv_usec) as u64
}

/// Keys that open a form, and those that leave it.
const FORMS: [(&str, &str, &str); 4] = [
    ("the filter", "/", "esc esc"),
    ("a segment", "s", "esc"),
    ("a new persona", "shift-tab n", "esc y"),
    ("an edited persona", "shift-tab e", "esc y"),
];

/// A key asks the engine nothing, and takes time in proportion to the study at most: nothing in it compares each
/// definition with each. The bound is for thirty times as many segments.
#[test]
fn form_key_time_grows_at_most_in_proportion_to_study() {
    let typed = "\"QZXWVQZXWVQZXWVQZXWV\"";
    let measure = |segments: usize, personas: usize| {
        let folder = crate::shop::folder();
        crate::program_hostile::large_study(folder.path(), segments, personas);
        let mut flow = Flow::of_study(folder);
        FORMS.map(|(name, open, leave)| {
            flow.press(open);
            flow.hold = true;
            let mut screen = Terminal::new(TestBackend::new(120, 36)).expect("a screen");
            let began = thread_time();
            for _ in 0..3 {
                flow.press(typed);
                screen.draw(|frame| tui::draw(frame, &flow.state)).expect("drawn");
            }
            let took = thread_time() - began;
            let asked: Vec<_> = flow.held.drain(..).map(|ask| ask.questions.len()).collect();
            assert!(name == "the filter" || asked.is_empty(), "{name} asks {asked:?} questions");
            flow.hold = false;
            flow.press(leave);
            (name, took)
        })
    };
    let (small, large) = (measure(150, 5), measure(4_500, 100));
    for ((name, small), (_, large)) in small.into_iter().zip(large) {
        // Times too small to compare are no fault.
        let bound = 60 * small.max(2_000);
        assert!(large < bound, "{name}: {large} µs over 4,500 segments, {small} µs over 150");
    }
}
