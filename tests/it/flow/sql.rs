//! The filter as SQL of another engine.

use super::harness::Flow;
use crosscut::tui::views::sql::SqlPage;

fn statement(flow: &Flow) -> Result<String, String> {
    flow.state.over.get::<SqlPage>().expect("a page of SQL").statement.clone()
}

#[test]
fn sql_page_shows_filter_and_y_copies_statement() {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'pro'\" enter : \"sql\" enter");
    assert!(statement(&flow).unwrap().ends_with("FROM \"customers\"\nWHERE \"plan\" = 'pro'"));
    flow.press("s");
    assert!(statement(&flow).unwrap().starts_with("SELECT COUNT(*)"));
    flow.press("s l l l");
    assert_eq!(statement(&flow).as_deref(), Ok("`plan` = 'pro'"));
    flow.press("y");
    assert_eq!(flow.copied.as_deref(), Some("`plan` = 'pro'"));
    assert!(flow.state.over.is_empty());
}

#[test]
fn sql_refusal_is_shown_and_not_copied() {
    let mut flow = Flow::new();
    flow.press("/ \"plan ~ 'p'\" enter : \"sql\" enter l l");
    assert!(statement(&flow).unwrap_err().contains("SQLite has no regular expressions"));
    flow.press("y");
    assert!(flow.message().contains("SQLite has no regular expressions"));
    assert_eq!(flow.copied, None);
    flow.press("esc");
    assert!(flow.state.over.is_empty());
}
