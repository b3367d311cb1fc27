//! The rows: columns, sorts, search, a customer, frequencies.

use super::harness::Flow;
use crate::screens::text;
use crate::shop;
use crosscut::model::Datum;
use crosscut::tui::core::Action;
use crosscut::tui::core::mouse::{MouseAction, MouseInput};
use crosscut::tui::views::rows::RowsView;

fn view(flow: &Flow) -> &RowsView {
    flow.state.views.get()
}

/// Ids of the page's rows.
fn ids(flow: &Flow) -> Vec<i64> {
    let page = view(flow).page.found.answer.as_ref().expect("a page");
    let id = |row: &Vec<Datum>| if let Datum::Integer(id) = row[0] { id } else { panic!("an id is an integer") };
    page.rows.iter().map(id).collect()
}

/// Names of the shown columns, in order.
fn shown(flow: &Flow) -> String {
    let schema = flow.state.schema().expect("a schema");
    let columns = flow.state.query.columns.shown(schema);
    let names: Vec<&str> = columns.indexes.iter().map(|at| schema.columns()[*at].name.as_str()).collect();
    names.join(" ")
}

fn selected(flow: &Flow) -> String {
    flow.state.schema().expect("a schema").columns()[view(flow).column].name.clone()
}

fn said(flow: &Flow) -> String {
    flow.state.message.as_ref().map(|message| message.text.clone()).unwrap_or_default()
}

#[test]
fn second_sort_breaks_ties_of_first() {
    let mut flow = Flow::new();
    flow.press("r l l [");
    assert_eq!(ids(&flow), [2, 4, 6, 1, 3, 5]);
    flow.press("l l }");
    assert_eq!(ids(&flow), [2, 4, 6, 5, 3, 1], "plan ascending, then spend descending");
    flow.press("{");
    assert_eq!(ids(&flow), [6, 4, 2, 1, 3, 5], "the direction turned");
    flow.press("{");
    assert_eq!(flow.state.query.sort.len(), 1, "the same key again takes it out");
    flow.press("u u");
    assert_eq!(ids(&flow), [2, 4, 6, 5, 3, 1]);
    flow.press("]");
    assert_eq!(ids(&flow), [5, 3, 1, 2, 4, 6], "one of the first two keys sorts by this column alone");
}

#[test]
fn sort_by_masked_column_is_refused() {
    let mut flow = Flow::new();
    flow.press("r end l l l l l l {");
    assert_eq!(selected(&flow), "email");
    assert!(said(&flow).contains("masked"), "{}", said(&flow));
    assert!(flow.state.query.sort.is_empty());
}

#[test]
fn columns_are_hidden_moved_and_pinned_and_each_step_is_undone() {
    let mut flow = Flow::new();
    flow.press("r l -");
    assert_eq!((shown(&flow).as_str(), selected(&flow).as_str()), ("id plan age spend joined email", "plan"));
    flow.press("L");
    assert_eq!((shown(&flow).as_str(), selected(&flow).as_str()), ("id age plan spend joined email", "plan"));
    flow.press("l l !");
    assert_eq!(selected(&flow), "joined");
    assert_eq!(shown(&flow), "id joined age plan spend email");
    flow.press("H");
    assert_eq!(said(&flow), "a pinned column does not move: ! unpins it");
    flow.press("u");
    assert_eq!(shown(&flow), "id age plan spend joined email");
    flow.press("u u");
    assert_eq!(shown(&flow), "id country plan age spend joined email");
    flow.press("+");
    assert_eq!(said(&flow), "no column is hidden");
    flow.press("- l - +");
    assert_eq!(shown(&flow), "id country plan age spend joined email");
}

#[test]
fn last_shown_column_cannot_be_hidden() {
    let mut flow = Flow::new();
    flow.press("r - - - - - -");
    assert_eq!(shown(&flow).split(' ').count(), 1);
    flow.press("-");
    assert_eq!(said(&flow), "the last shown column stays");
    assert_eq!(shown(&flow).split(' ').count(), 1);
}

#[test]
fn hidden_columns_are_not_copied() {
    let mut flow = Flow::new();
    flow.press("r l - y");
    let copied = flow.copied.clone().expect("a copied table");
    assert!(copied.starts_with("id\tplan\tage"), "{copied}");
    flow.press("Y");
    let row = flow.copied.clone().expect("a copied row");
    assert!(row.starts_with("1\tpro\t30"), "{row}");
}

#[test]
fn go_to_column_finds_name_and_shows_hidden_column() {
    let mut flow = Flow::new();
    flow.press("r ctrl-g \"joi\" enter");
    assert_eq!(selected(&flow), "joined");
    flow.press("- ctrl-g \"joi\" enter");
    assert_eq!((selected(&flow).as_str(), flow.state.query.columns.hidden.len()), ("joined", 0));
}

#[test]
fn find_goes_to_next_row_in_screen_order() {
    let mut flow = Flow::new();
    flow.act(Action::Resize { width: 80, height: 8 });
    flow.press("r ctrl-f \"PRO\" enter");
    assert_eq!((view(&flow).cursor, selected(&flow).as_str()), (0, "plan"));
    flow.press("> >");
    assert_eq!((view(&flow).cursor, ids(&flow)), (4, vec![4, 5]), "rows 3 and 5, in file order");
    flow.press(">");
    assert_eq!((view(&flow).cursor, said(&flow).as_str()), (0, "search continued from the first row"));
    flow.press("<");
    assert_eq!((view(&flow).cursor, said(&flow).as_str()), (4, "search continued from the last row"));
    flow.press("home l ]");
    assert_eq!(ids(&flow), [6, 3], "by age, largest first");
    flow.press(">");
    assert_eq!((view(&flow).cursor, ids(&flow)), (1, vec![6, 3]));
}

#[test]
fn find_follows_filter_and_skips_hidden_and_masked_columns() {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'pro'\" enter r ctrl-f \"US\" enter > ");
    assert_eq!((view(&flow).cursor, said(&flow).as_str()), (0, "search continued from the first row"));
    flow.press("ctrl-f \"x.org\" enter");
    assert_eq!(said(&flow), "no shown cell contains x.org", "email is masked");
    flow.press("ctrl-f \"DE\" enter");
    assert_eq!(view(&flow).cursor, 2);
    flow.press("home h h h h h h l - ctrl-f \"DE\" enter");
    assert_eq!(said(&flow), "no shown cell contains DE", "country is hidden");
}

#[test]
fn find_among_too_few_customers_is_refused() {
    let folder = shop::folder();
    shop::replace(&folder, "config.toml", "mask = [\"email\"]", "mask = [\"email\"]\nmin_cell = 4");
    let mut flow = Flow::of_study(folder);
    flow.press("/ \"plan = 'pro'\" enter r ctrl-f \"US\" enter");
    assert!(said(&flow).contains("fewer than 4 customers match"), "{}", said(&flow));
}

#[test]
fn find_matches_digits_of_numbers_and_dates() {
    let mut flow = Flow::new();
    flow.press("r ctrl-f \"2026-02\" enter");
    assert_eq!((view(&flow).cursor, selected(&flow).as_str()), (4, "joined"));
    flow.press("ctrl-f \"67\" enter");
    assert_eq!((view(&flow).cursor, selected(&flow).as_str()), (5, "age"));
    flow.press("ctrl-f enter");
    assert_eq!(view(&flow).search.as_deref(), Some("67"), "an empty text searches for the previous one again");
}

#[test]
fn frequency_value_becomes_condition() {
    let mut flow = Flow::new();
    flow.press("r l F");
    assert_eq!(flow.state.view, "frequency");
    flow.press("j enter");
    assert_eq!((flow.state.view, flow.state.query.filter.as_str()), ("rows", "country = 'US'"));
    flow.press("u l F space space enter");
    assert_eq!(flow.state.query.filter, "plan IN ('basic', 'pro')");
    flow.press("u F o G enter");
    assert_eq!(flow.state.query.filter, "plan = 'pro'");
}

#[test]
fn selected_row_cell_becomes_condition() {
    let mut flow = Flow::new();
    flow.press("r j j l =");
    assert_eq!((flow.state.query.filter.as_str(), ids(&flow)), ("country = 'CA'", vec![3]));
    flow.press("u G k l l =");
    assert_eq!(flow.state.query.filter, "age IS NULL");
    flow.press("u ctrl-g \"email\" enter =");
    assert_eq!(flow.state.query.filter, "");
    assert!(said(&flow).contains("masked"), "{}", said(&flow));
}

#[test]
fn frequency_null_and_bins_become_conditions() {
    let mut flow = Flow::new();
    flow.press("r l l l F");
    let groups = flow.state.views.get::<crosscut::tui::views::frequency::FrequencyView>().groups().expect("groups");
    let names: Vec<String> = groups.groups.iter().map(|group| group.key[0].to_string()).collect();
    assert!(names.len() > 2 && names[0].starts_with('<'), "bins in the order of the axis: {names:?}");
    flow.press("G enter");
    assert_eq!(flow.state.query.filter, "age IS NULL");
    flow.press("u F g enter");
    assert!(flow.state.query.filter.starts_with("age < "), "{}", flow.state.query.filter);
    let n = flow.customers();
    flow.press("u F");
    assert_eq!(flow.customers(), Some(6));
    assert!(n < Some(6));
}

#[test]
fn frequency_counts_customers_of_filter() {
    let mut flow = Flow::new();
    flow.press("/ \"plan = 'pro'\" enter r l F");
    let groups = flow.state.views.get::<crosscut::tui::views::frequency::FrequencyView>().groups().expect("groups");
    let counts: Vec<u64> = groups.groups.iter().map(|group| group.customers.in_filter).collect();
    assert_eq!(counts, [1, 1, 1]);
    flow.press("l");
    let groups = flow.state.views.get::<crosscut::tui::views::frequency::FrequencyView>().groups().expect("groups");
    assert_eq!(groups.groups.len(), 1, "a condition on the column itself narrows it too");
}

#[test]
fn frequency_of_masked_column_is_refused() {
    let mut flow = Flow::new();
    flow.press("r ctrl-g \"email\" enter F");
    assert_eq!(flow.state.view, "rows");
    assert!(said(&flow).contains("masked"), "{}", said(&flow));
}

#[test]
fn first_and_last_line_keys_are_same_in_each_view() {
    let mut flow = Flow::new();
    flow.press("G");
    assert_eq!(flow.state.segments.cursor, 3);
    flow.press("g");
    assert_eq!(flow.state.segments.cursor, 0);
    flow.press("b \"plan\" enter");
    assert_eq!(flow.state.query.group_by[0].column, "plan");
    flow.press("g");
    assert_eq!(said(&flow), "this is the first line; b groups by a column");
    flow.press("G G");
    assert_eq!(said(&flow), "this is the last line; B builds a segmentation");
    flow.press("r G");
    assert_eq!(view(&flow).cursor, 5);
    flow.press("g");
    assert_eq!(view(&flow).cursor, 0);
}

#[test]
fn numbers_are_grouped_in_bins_and_dates_in_years() {
    let mut flow = Flow::new();
    let words = |flow: &Flow| flow.state.query.group_by[0].words();
    flow.press("b \"spend\" enter");
    assert_eq!(words(&flow), "spend in bins");
    flow.press("b \"joined\" enter tab z");
    assert_eq!(words(&flow), "joined by quarter");
    flow.press("enter");
    assert_eq!(flow.state.query.filter, "joined >= '2025-01-01' AND joined < '2025-04-01'");
}

#[test]
fn unknown_key_suggests_near_key() {
    let mut flow = Flow::new();
    flow.press("Q");
    assert_eq!(said(&flow), "no key Q here: q is quit, ? lists the keys");
    flow.press("ctrl-t");
    assert_eq!(said(&flow), "no key ctrl-t here: ? lists the keys");
}

/// Presses the mouse on a text of the screen.
fn press(flow: &mut Flow, part: &str) {
    let picture = text(&mut flow.state, 120, 36);
    let (y, line) = picture.lines().enumerate().find(|(_, line)| line.contains(part)).expect("the text");
    let x = line.split(part).next().unwrap_or_default().chars().count() as u16;
    flow.act(Action::Mouse(MouseInput { kind: MouseAction::Press, x, y: y as u16 }));
}

#[test]
fn mouse_press_selects_row_cell_opens_row_and_sorts() {
    let mut flow = Flow::new();
    flow.press(": \"mouse\" enter r");
    press(&mut flow, "2026-01-01");
    assert_eq!((view(&flow).cursor, selected(&flow).as_str()), (3, "joined"));
    press(&mut flow, "2026-01-01");
    press(&mut flow, "✗  @pros");
    press(&mut flow, "✗  @pros");
    assert!(text(&mut flow.state, 120, 36).contains("✗ plan = 'pro' · basic"), "{}", text(&mut flow.state, 120, 36));
    flow.press("esc");
    press(&mut flow, "spend #");
    assert_eq!(ids(&flow), [6, 4, 2, 1, 3, 5]);
    press(&mut flow, "spend #");
    assert_eq!(ids(&flow), [5, 3, 1, 2, 4, 6]);
    press(&mut flow, "spend #");
    assert_eq!(ids(&flow), [1, 2, 3, 4, 5, 6]);
}
