use super::harness::Flow;
use crosscut::tui::views::builder::SegmentationBuilder;
use crosscut::tui::views::confirm::Confirm;
use crosscut::tui::views::segment_form::SegmentForm;

#[test]
fn filter_saved_as_segment_is_counted_at_once() {
    let mut flow = Flow::new();
    flow.press("/ \"spend >= 100\" enter s \"big\" tab l tab tab \"spends well\" enter");
    assert_eq!(flow.message(), "saved @big, which is the filter now");
    assert!(flow.state.over.is_empty());
    assert_eq!(flow.segment("big"), Some(3));
    let file = flow.read("segments.toml");
    assert!(file.contains("# the segments of a small shop") && file.contains("# the paying kind"), "{file}");
    assert!(file.contains("name = \"big\"") && file.contains("spend >= 100"), "{file}");
    assert!(file.contains("kind = \"preference\"") && file.contains("note = \"spends well\""), "{file}");
    flow.press("x / \"@big\"");
    assert_eq!(flow.customers(), Some(3));
}

#[test]
fn saved_filter_is_replaced_by_name_and_undo_restores_text() {
    let mut flow = Flow::new();
    flow.press("/ \"spend >= 100\" enter s \"big\" enter");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("@big", Some(3)));
    flow.press("u");
    assert_eq!((flow.message(), flow.state.query.filter.as_str()), ("undone: saved @big", "spend >= 100"));
    assert!(flow.state.filter.problem.is_none() && !flow.read("segments.toml").contains("big"));
    flow.press("ctrl-r");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("@big", Some(3)));
}

#[test]
fn invalid_segment_form_reports_problem_and_writes_no_file() {
    let mut flow = Flow::new();
    let before = flow.read("segments.toml");
    flow.press("/ \"spend >= 100\" enter s enter");
    assert!(problem(&flow).contains("give it a name"), "{}", problem(&flow));
    flow.press("\"9 lives\" enter");
    assert!(problem(&flow).contains("beginning with a letter"), "{}", problem(&flow));
    flow.press("ctrl-u \"pat\" enter");
    assert!(problem(&flow).contains("@pat is taken"), "{}", problem(&flow));
    flow.press("ctrl-u \"big\" tab tab ctrl-u \"spnd > 1\" enter");
    assert!(problem(&flow).contains("did you mean \"spend\""), "{}", problem(&flow));
    assert_eq!(flow.read("segments.toml"), before);
    flow.press("esc");
    assert!(flow.state.over.is_empty());
}

#[test]
fn edit_that_makes_cycle_is_refused_with_path() {
    let mut flow = Flow::new();
    flow.press("j e ctrl-u \"@pros AND spend > 1\" enter");
    assert_eq!(flow.message(), "changed @north_america");
    flow.press("k e ctrl-u \"@north_america\" enter");
    let problem = problem(&flow);
    assert!(problem.contains("@north_america -> @pros -> @north_america"), "{problem}");
}

#[test]
fn renamed_segment_is_renamed_in_personas() {
    let mut flow = Flow::new();
    flow.press("e shift-tab shift-tab ctrl-u \"paying\" enter");
    assert_eq!(flow.message(), "changed @paying");
    assert!(flow.read("personas.toml").contains("spans = [\"paying\", \"age.25-39\"]"));
    assert_eq!(flow.personas(), [Some(4), Some(2)]);
}

#[test]
fn renamed_segment_is_renamed_in_filter_undo_and_history() {
    let mut flow = Flow::new();
    flow.press("/ \"@pros AND spend > 150\" enter x / \"@pros\" enter");
    flow.press("e shift-tab shift-tab ctrl-u \"paying\" enter");
    assert_eq!(flow.state.filter.problem, None);
    assert_eq!((flow.state.filter.text(), flow.state.query.filter.as_str()), ("@paying", "@paying"));
    assert_eq!(flow.customers(), Some(3));
    // The rename is a separate undo step: after undo, the filters use the old name again.
    flow.press("u");
    assert_eq!((flow.message(), flow.state.filter.text()), ("undone: changed @paying", "@pros"));
    flow.press("u u");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("@pros AND spend > 150", Some(2)));
    flow.press("ctrl-r ctrl-r ctrl-r");
    assert_eq!((flow.state.query.filter.as_str(), flow.customers()), ("@paying", Some(3)));
    assert_eq!(flow.state.filter.history, ["@paying AND spend > 150", "@paying"]);
}

#[test]
fn delete_question_mentions_filter_that_uses_segment() {
    let mut flow = Flow::new();
    flow.press("j d");
    let details = |flow: &Flow| flow.state.over.get::<Confirm>().expect("a question").details.join("\n");
    assert!(!details(&flow).contains("the filter"), "{}", details(&flow));
    flow.press("n enter d");
    assert!(details(&flow).contains("used by the filter, which will have an error"), "{}", details(&flow));
}

#[test]
fn late_counts_of_old_definitions_are_dropped() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("enter");
    let late = flow.held.pop().expect("counts are asked for");
    flow.press("d y");
    assert!(flow.state.filter.problem.is_some());
    flow.answer(late);
    let counts = flow.state.answers.panes.found.segments.answer.clone().unwrap_or_default();
    assert_eq!(counts.by_name.get("north_america").map(|count| count.in_base), Some(3));
    assert_eq!(counts.by_name.get("age.25-39").map(|count| count.in_base), Some(2));
}

#[test]
fn cursor_moves_to_new_segment_and_otherwise_keeps_line() {
    let mut flow = Flow::new();
    // A new segment is inserted above the segmentations, and is the selected line.
    flow.press("j j / \"spend >= 100\" enter s \"big ones\" enter");
    assert_eq!(flow.state.segments.cursor, 2);
    assert!(flow.message().starts_with("saved @big_ones"), "{}", flow.message());
    let mut flow = Flow::new();
    flow.press("j e shift-tab shift-tab ctrl-u \"home\" enter");
    assert_eq!(flow.state.segments.cursor, 1);
    flow.press("d y");
    assert_eq!(flow.state.segments.cursor, 1);
}

#[test]
fn delete_question_lists_uses_of_segment() {
    let mut flow = Flow::new();
    flow.press("d");
    let Some(confirm) = flow.state.over.get::<Confirm>() else { panic!("no question") };
    assert!(confirm.details[0].contains("pat"), "{:?}", confirm.details);
    flow.press("n");
    assert!(flow.read("segments.toml").contains("name = \"pros\""));
    flow.press("d y");
    assert_eq!(flow.message(), "deleted @pros");
    assert!(!flow.read("segments.toml").contains("name = \"pros\""));
    assert_eq!(flow.personas(), [None, Some(2)]);
}

#[test]
fn deleting_segment_in_filter_puts_filter_in_error() {
    let mut flow = Flow::new();
    flow.press("j enter d y");
    assert_eq!(flow.message(), "deleted @north_america");
    let problem = flow.state.filter.problem.clone().expect("a problem");
    assert!(problem.message.contains("north_america"), "{problem}");
    flow.press("x");
    assert_eq!(flow.customers(), Some(6));
}

#[test]
fn save_over_changed_file_asks_and_keeps_both_changes() {
    let mut flow = Flow::new();
    let theirs = flow.read("segments.toml") + "\n[[segment]]\nname = \"theirs\"\nwhere = \"spend = 0\"\n";
    std::fs::write(flow.file("segments.toml"), &theirs).expect("a writable file");
    flow.press("/ \"spend >= 100\" enter s \"big\" enter");
    let Some(confirm) = flow.state.over.get::<Confirm>() else { panic!("no question") };
    assert!(confirm.question.contains("segments.toml was changed by someone else"), "{}", confirm.question);
    assert_eq!(flow.read("segments.toml"), theirs);
    // Declining returns to the form with all typed text.
    flow.press("esc");
    let Some(form) = flow.state.over.get::<SegmentForm>() else { panic!("no form") };
    assert_eq!(form.name.value(), "big");
    flow.press("enter y");
    assert_eq!(flow.message(), "saved @big, which is the filter now");
    let file = flow.read("segments.toml");
    assert!(file.contains("\"theirs\"") && file.contains("\"big\""), "{file}");
    assert_eq!(flow.segment("theirs"), Some(0));
}

#[test]
fn cell_is_edited_with_segmentation_and_not_deleted() {
    let mut flow = Flow::new();
    flow.press("j j l j d");
    assert!(flow.message().contains("press e to change the segmentation"), "{}", flow.message());
    flow.press("e");
    assert!(flow.state.over.get::<SegmentationBuilder>().is_some_and(|builder| builder.name.value() == "age"));
}

#[test]
fn save_without_study_suggests_init() {
    let mut flow = Flow::new();
    flow.state.settings.can_save = false;
    flow.press("s");
    assert!(flow.message().contains("crosscut init"), "{}", flow.message());
}

fn problem(flow: &Flow) -> String {
    let form = flow.state.over.get::<SegmentForm>().expect("the form is open");
    form.problem.clone().map(|(_, text)| text).unwrap_or_default()
}

#[test]
fn builder_shows_profile_of_column() {
    let mut flow = Flow::new();
    flow.press("B \"spend\" enter");
    let Some(builder) = flow.state.over.get::<SegmentationBuilder>() else { panic!("no builder") };
    let profile = builder.profile().expect("a profile");
    assert_eq!(profile.column, "spend");
    assert!(profile.spread.is_some() && profile.customers.in_base == flow.state.customers().unwrap_or(0));
    assert!(builder.cells.is_some());
}
