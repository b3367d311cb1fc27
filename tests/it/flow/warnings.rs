//! Warnings about a valid filter, in the line below it.

use super::harness::Flow;
use crate::screens::text;

/// Returns the line below the filter once the filter is typed, and Enter pressed.
fn below(flow: &mut Flow, filter: &str) -> String {
    flow.press(&format!("/ ctrl-u \"{filter}\" enter"));
    let shown = text(&mut flow.state, 100, 24);
    shown.lines().nth(2).unwrap_or_default().trim().to_owned()
}

#[test]
fn unknown_text_value_warning_suggests_meant_value() {
    let mut flow = Flow::new();
    for (filter, warning) in [
        ("plan = 'Pro'", "^^^^^^^^^^^^ no customer has plan 'Pro': did you mean 'pro'?"),
        ("plan <> ' pro'", "^^^^^^^^^^^^^^ no customer has plan ' pro': did you mean 'pro'?"),
        ("spend > 1 AND plan IN ('pro', 'basc')", "no customer has plan 'basc': did you mean 'basic'?"),
        ("plan = 'pr%'", "no customer has plan 'pr%': did you mean 'pro'?"),
        ("country = 'France'", "no customer has country 'France': its values are 'DE', 'US', 'CA'"),
        ("country = 'U*a*x*'", "no customer has country 'U*a*x*': write patterns after LIKE, with % for any text"),
        ("plan = 'Pro' OR country = 'us'", "did you mean 'pro'? · and 1 more"),
    ] {
        let below = below(&mut flow, filter);
        assert!(below.contains(warning), "{filter}: {below}");
    }
    assert_eq!(below(&mut flow, "plan = 'pro' AND country <> 'DE'"), "");
}

#[test]
fn impossible_condition_is_warned_about() {
    let mut flow = Flow::new();
    assert_eq!(
        below(&mut flow, "age BETWEEN 40 AND 20"),
        "^^^^^^^^^^^^^^^^^^^^^ no value is between 40 and 20: the lower bound comes first"
    );
    assert!(below(&mut flow, "age <> NULL").contains("a comparison with NULL is never true"));
    assert_eq!(below(&mut flow, "age IS NULL"), "");
}

#[test]
fn warning_waits_until_condition_is_complete() {
    let mut flow = Flow::new();
    // Suggestions for the bound are still open: it may become 400.
    flow.press("/ \"age BETWEEN 40 AND 4\"");
    assert!(!text(&mut flow.state, 100, 24).contains("lower bound"));
    flow.press("\" AND\"");
    flow.press("backspace backspace backspace backspace");
    flow.press("esc enter");
    assert!(text(&mut flow.state, 100, 24).contains("lower bound comes first"));
}

#[test]
fn warning_names_no_masked_or_small_values() {
    let mut flow = Flow::new();
    flow.state.settings.min_cell = 4;
    // Three customers have the plan pro, three basic: neither is shown.
    assert!(!below(&mut flow, "plan = 'Pro'").contains("pro'?"));
    flow.state.settings.min_cell = 3;
    assert!(below(&mut flow, "plan = 'Pro'").contains("fewer than 3 customers have plan 'Pro': did you mean 'pro'?"));
}
