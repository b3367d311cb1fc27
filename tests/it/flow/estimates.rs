//! Estimates from a sample: shown until the exact answers come, and never taken for one.

use crosscut::tui::core::{Action, Effect, Pane, Request};
use crosscut::tui::update;

use super::harness::Flow;
use crate::screens::text;

/// A shop that is slow to answer, with a sample of half of its customers: of those with more than 60 spent, two.
fn slow() -> Flow {
    let mut flow = Flow::new();
    flow.press("b \"plan\" enter");
    flow.sample(&["1", "4", "5"]);
    flow.hold = true;
    flow
}

fn screen(flow: &mut Flow) -> String {
    text(&mut flow.state, 120, 36)
}

/// The first line of the screen that holds this.
fn line<'s>(screen: &'s str, part: &str) -> &'s str {
    screen.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("no {part} in\n{screen}"))
}

fn answer_held(flow: &mut Flow) {
    flow.hold = false;
    for ask in std::mem::take(&mut flow.held) {
        flow.answer_all(ask);
    }
}

#[test]
fn estimates_are_shown_until_exact_answers_arrive() {
    let mut flow = slow();
    flow.press("/ \"spend > 60\" enter");
    let estimated = screen(&mut flow);
    // 2 of 3, of 6 customers.
    assert!(line(&estimated, "customers   ").contains("≈ 4 ± 2 customers"), "{estimated}");
    assert!(estimated.contains("≈ estimated from 3 customers"), "{estimated}");
    for (name, figures) in [("pros", "≈ 4"), ("north_america", "≈ 2"), ("Professional Pat", "≈ 4"), ("basic", "≈ 0")]
    {
        assert!(line(&estimated, name).contains(figures), "{name}: {estimated}");
    }
    assert!(flow.customers().is_none() && flow.segment("pros").is_none());
    answer_held(&mut flow);
    let exact = screen(&mut flow);
    assert!(!exact.contains('≈') && !exact.contains('±'), "{exact}");
    assert_eq!((flow.customers(), flow.segment("pros")), (Some(3), Some(3)));
}

#[test]
fn exact_answers_leave_no_trace_of_sample() {
    let mut with = slow();
    with.press("/ \"spend > 60\" enter");
    answer_held(&mut with);
    let mut without = Flow::new();
    without.press("b \"plan\" enter / \"spend > 60\" enter");
    let squeezed = |flow: &mut Flow| screen(flow).split_whitespace().collect::<Vec<_>>().join(" ");
    // Only the gaps are wider.
    let (with, without) = (squeezed(&mut with), squeezed(&mut without));
    assert_eq!(with.replace(['─', ' '], ""), without.replace(['─', ' '], ""));
}

#[test]
fn late_estimate_is_dropped() {
    let mut flow = slow();
    let mut late: Vec<Request> = Vec::new();
    flow.press("/");
    for key in "spend > 60".chars() {
        let effects = update(
            &mut flow.state,
            Action::Key(crosscut::tui::core::KeyPress::plain(crosscut::tui::core::key::KeySymbol::Char(key))),
        );
        for effect in effects {
            match effect {
                Effect::Ask(ask) => flow.held.push(ask),
                Effect::Estimate(ask) => late.push(ask),
                _ => {}
            }
        }
    }
    // An older filter's estimates, and the newest one's before its answers.
    let newest = late.pop().expect("estimates of the groups are asked for");
    late.iter()
        .flat_map(|ask| flow.estimates_of(ask))
        .collect::<Vec<_>>()
        .into_iter()
        .for_each(|action| flow.act(action));
    assert!(screen(&mut flow).contains("≈ 4 ± 2 customers"));
    answer_held(&mut flow);
    for action in flow
        .estimates_of(&newest)
        .into_iter()
        .chain(late.iter().flat_map(|ask| flow.estimates_of(ask)).collect::<Vec<_>>())
    {
        flow.act(action);
    }
    assert!(!screen(&mut flow).contains('≈'));
    // Also when the exact answers are old again, under a filter that is no rule.
    flow.press("\" AND\"");
    assert!(!screen(&mut flow).contains('≈'));
}

#[test]
fn unfinished_rule_keeps_estimates_of_last_valid_rule() {
    let mut flow = slow();
    flow.press("/ \"spend > 60\"");
    flow.press("\" AND\"");
    assert!(flow.state.filter.problem.is_some());
    assert!(screen(&mut flow).contains("≈ 4 ± 2 customers"));
    flow.press("\" plan = 'basic'\"");
    assert!(screen(&mut flow).contains("≈ 0 ± 3 customers"), "{}", screen(&mut flow));
}

#[test]
fn rule_beyond_sample_reports_missing_estimate() {
    let mut flow = slow();
    flow.press("/ \"email IS NOT NULL\"");
    let without = screen(&mut flow);
    assert!(!without.contains('≈'), "{without}");
    assert!(without.contains("no estimate: email is not in the sample"), "{without}");
    let orders = "[tables.orders]\npath = \"orders.csv\"\nkey = \"id\"\n";
    let mut flow = Flow::with_table(orders, "orders.csv", "id,amount\n1,5\n");
    flow.sample(&["1", "4", "5"]);
    flow.hold = true;
    flow.press("/ \"orders.count() > 0\"");
    let without = screen(&mut flow);
    assert!(without.contains("no estimate: orders.count() is not in the sample"), "{without}");
    answer_held(&mut flow);
    assert!(!screen(&mut flow).contains("no estimate"));
    assert_eq!(flow.customers(), Some(1));
}

#[test]
fn estimate_of_few_sampled_customers_is_suppressed() {
    let mut flow = slow();
    flow.state.settings.min_cell = 3;
    flow.press("/ \"spend > 60\"");
    let hidden = screen(&mut flow);
    // 2 of the sample; nobody in it has the plan basic.
    assert!(hidden.contains("too few in the sample for an estimate"), "{hidden}");
    assert!(!hidden.contains("± 2 customers") && !line(&hidden, "pros").contains('≈'), "{hidden}");
    flow.press("ctrl-u \"spend > 1\"");
    assert!(screen(&mut flow).contains("≈ 6 ± 3 customers"));
}

#[test]
fn copied_text_contains_no_estimate() {
    let keys = ["y", "Y", "ctrl-y", "tab y", "tab Y", "tab tab y", "r y", "r Y", "s", "m y", "m Y", "x y", "w y"];
    for key in keys {
        let mut with = slow();
        with.press("/ \"spend > 60\" enter");
        assert!(screen(&mut with).contains("≈ 4"));
        with.press(key);
        let mut without = Flow::new();
        without.press("b \"plan\" enter");
        without.hold = true;
        without.press("/ \"spend > 60\" enter").press(key);
        assert_eq!(with.copied, without.copied, "{key}");
        assert!(with.copied.is_none_or(|text| !text.contains(['≈', '±'])), "{key}");
    }
}

#[test]
fn keys_act_on_group_lines_shown_beside_estimates() {
    let mut flow = slow();
    flow.press("/ \"spend > 60\" enter");
    flow.state.focus = Pane::Groups;
    let seen = screen(&mut flow);
    let basic = seen.lines().collect::<Vec<_>>().iter().rposition(|line| line.contains("basic")).expect("a group");
    let pro = seen.lines().collect::<Vec<_>>().iter().rposition(|line| line.contains(" pro ")).expect("a group");
    flow.press(if basic < pro { "home" } else { "end" }).press("Y");
    assert_eq!(flow.copied.as_deref(), Some("plan = 'basic'"));
}

#[test]
fn redraw_key_draws_new_sample() {
    let mut flow = Flow::new();
    flow.press("ctrl-l");
    assert_eq!(flow.drawn_again, 0);
    flow.sample(&["1", "4", "5"]);
    flow.press("ctrl-l");
    assert_eq!(flow.drawn_again, 1);
    flow.act(Action::NotSampled("the engine is gone".into()));
    assert_eq!(flow.message(), "no sample for estimates: the engine is gone");
}
