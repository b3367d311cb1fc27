//! One customer: columns, segments, personas, and the conditions that decide.

use super::harness::Flow;
use crate::screens::text;

fn screen(flow: &mut Flow) -> String {
    text(&mut flow.state, 120, 36)
}

fn line(screen: &str, part: &str) -> String {
    screen.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part} in {screen}")).to_owned()
}

#[test]
fn customer_view_shows_columns_memberships_and_failures() {
    let mut flow = Flow::new();
    flow.press("r j enter");
    let picture = screen(&mut flow);
    assert!(picture.contains("Customer 2"), "{picture}");
    assert!(line(&picture, "email").contains("•••"), "{picture}");
    assert!(line(&picture, "✓  @north_america").contains("segment"), "{picture}");
    assert!(line(&picture, "✓  @age.\"<25\"").contains("segmentation"), "{picture}");
    assert!(line(&picture, "✗  @pros").contains("basic · plan = 'pro'"), "{picture}");
    assert!(line(&picture, "✓  American Ann").contains("first · by @north_america"), "{picture}");
    assert!(line(&picture, "✗  Professional Pat").contains("in none of its 2 segments"), "{picture}");
    assert!(picture.contains("in 1 of 2 segments · 1 of 2 personas · nearest misses first"), "{picture}");
}

#[test]
fn conditions_open_with_values_and_null_mark() {
    let mut flow = Flow::with_segment("grown", "age >= 18 AND plan = 'pro'");
    flow.press("r G k enter tab");
    let picture = screen(&mut flow);
    assert!(line(&picture, "∅  @grown").contains("∅ · age >= 18"), "{picture}");
    while !screen(&mut flow).lines().any(|line| line.contains("›∅  @grown")) {
        flow.press("j");
    }
    flow.press("enter");
    let picture = screen(&mut flow);
    assert!(picture.contains("∅ age >= 18 · ∅") && picture.contains("✓ plan = 'pro' · pro"), "{picture}");
    flow.press("space");
    assert!(!screen(&mut flow).contains("✓ plan = 'pro'"));
}

#[test]
fn customer_view_steps_in_row_order() {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'basic'\" enter r l l l ] enter");
    assert!(screen(&mut flow).contains("Customer 6"), "{}", screen(&mut flow));
    flow.press("l");
    assert!(screen(&mut flow).contains("Customer 4"), "{}", screen(&mut flow));
    flow.press("l l");
    assert!(screen(&mut flow).contains("row 3 of 3"), "{}", screen(&mut flow));
    flow.press("h esc");
    assert_eq!(flow.state.views.get::<crosscut::tui::views::rows::RowsView>().cursor, 1, "the rows came along");
}

#[test]
fn values_names_and_tables_are_copied_without_masked_values() {
    let mut flow = Flow::new();
    flow.press("r enter j Y");
    assert_eq!(flow.copied.as_deref(), Some("US"));
    flow.press("G Y");
    assert_eq!(flow.copied.as_deref(), Some("•••"));
    flow.press("y");
    let table = flow.copied.clone().expect("a table");
    assert!(table.contains("country\tUS") && !table.contains("a@x.org"), "{table}");
    flow.press("tab Y");
    assert_eq!(flow.copied.as_deref(), Some("@pros"));
}

#[test]
fn customer_view_names_matching_spans_of_persona() {
    let mut flow = Flow::new();
    flow.press("r enter tab");
    while !screen(&mut flow).lines().any(|line| line.contains("›✓  Professional Pat")) {
        flow.press("j");
    }
    flow.press("enter");
    let picture = screen(&mut flow);
    assert!(line(&picture, "✓  Professional Pat").contains("first · by @pros, @age.\"25-39\""), "{picture}");
    assert!(picture.contains("✓ @pros") && picture.contains("✓ @age.\"25-39\""), "{picture}");
    flow.press("esc j j j j enter");
    let picture = screen(&mut flow);
    assert!(line(&picture, "✗  American Ann").contains("not in @north_america"), "{picture}");
}
