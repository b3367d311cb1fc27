//! The builder of segmentations.

use crosscut::tui::views::confirm::Confirm;
use std::time::Duration;

use super::harness::Flow;
use crosscut::engine::{EngineError, QuestionKind};
use crosscut::tui::core::lines::segment_lines;
use crosscut::tui::core::{Action, Answered, Asker};
use crosscut::tui::views::builder::{BuilderField, SegmentationBuilder};

fn builder(flow: &Flow) -> &SegmentationBuilder {
    flow.state.over.get().expect("the builder is open")
}

fn cells(flow: &Flow) -> Vec<String> {
    let cells = builder(flow).cells.clone().expect("answered").expect("cells");
    cells.into_iter().map(|cell| cell.name).collect()
}

fn counts(flow: &Flow) -> Vec<u64> {
    let counts = builder(flow).inquiry.counts.found.answer.clone().expect("counts");
    counts.cells.iter().map(|(_, count)| count.in_filter).chain([counts.whole]).collect()
}

#[test]
fn builder_cuts_column_counts_saves_and_deletes() {
    let mut flow = Flow::new();
    let before = flow.read("segments.toml");
    flow.press("B \"spend\" enter");
    assert_eq!(cells(&flow), ["1", "2", "3", "4"]);
    flow.press("tab ctrl-u \"2\"");
    assert_eq!(cells(&flow), ["1", "2"]);
    assert_eq!(counts(&flow).last(), Some(&6));
    flow.press("shift-tab l tab \"60, 150\"");
    assert_eq!(cells(&flow), ["<60", "60-149", "150+"]);
    flow.press("tab ctrl-u \"outlay\" enter");
    assert_eq!(flow.message(), "saved outlay");
    let file = flow.read("segments.toml");
    assert!(file.starts_with(&before) && file.contains("breaks = [60, 150]"), "{file}");
    assert!(flow.segment("outlay.150+").is_some());
    flow.press("end d y");
    assert_eq!(flow.message(), "deleted @outlay");
    assert_eq!(flow.read("segments.toml").trim_end(), before.trim_end());
}

#[test]
fn two_segmentations_are_crossed_and_three_columns_scored() {
    let mut flow = Flow::new();
    flow.press("B \"crossed\" enter \"plan, country\"");
    assert!(cells(&flow).iter().all(|name| name.contains('/')));
    flow.press("esc B \"RFM\" enter \"joined, age, spend\" enter");
    assert_eq!(flow.message(), "saved rfm");
    assert!(flow.read("segments.toml").contains("[segmentation.rfm]\nrecency = \"joined\""));
    assert!(flow.segment("rfm.champions").is_some());
}

#[test]
fn builder_reports_invalid_cut_and_writes_no_file() {
    let mut flow = Flow::new();
    let before = flow.read("segments.toml");
    flow.press("B \"spend\" enter tab ctrl-u \"many\" enter");
    assert!(builder(&flow).problem.clone().expect("a problem").contains("number of parts"));
    flow.press("ctrl-u \"4\" tab ctrl-u \"pros\" enter");
    assert_eq!(builder(&flow).problem.as_deref(), Some("pros is taken"));
    flow.press("esc");
    assert!(flow.state.over.is_empty());
    assert_eq!(flow.read("segments.toml"), before);
}

/// Moves the cursor to the line of this segment, segmentation or cell.
fn go_to(flow: &mut Flow, name: &str) {
    let lines = segment_lines(&flow.state);
    let at = lines.iter().position(|line| line.name() == name).expect("a line");
    flow.press("home").press(&"j ".repeat(at));
}

#[test]
fn renamed_segmentation_updates_references() {
    let mut flow = Flow::new();
    go_to(&mut flow, "age");
    flow.press("e");
    assert_eq!(builder(&flow).parameter.value(), "25, 40");
    flow.press("end \", 60\" tab ctrl-u \"years\" tab tab \"how old\"");
    assert_eq!(cells(&flow), ["<25", "25-39", "40-59", "60+"]);
    flow.press("enter");
    assert_eq!(flow.message(), "changed years");
    let file = flow.read("segments.toml");
    assert!(file.contains("name = \"years\"\ncolumn = \"age\"\nbreaks = [25, 40, 60]\nnote = \"how old\"\n"), "{file}");
    assert!(flow.read("personas.toml").contains("\"years.25-39\""));
    assert_eq!(flow.segment("years.60+"), Some(1));
    assert!(flow.personas().iter().all(Option::is_some));
}

#[test]
fn changing_used_cells_asks_first_and_keeps_typed_text() {
    let mut flow = Flow::new();
    let before = flow.read("segments.toml");
    go_to(&mut flow, "age");
    flow.press("e end ctrl-w \"50\" enter");
    let Some(confirm) = flow.state.over.get::<Confirm>() else { panic!("no question") };
    assert_eq!(confirm.details, ["@age.\"25-39\" is used by persona pat, which will have an error"]);
    flow.press("n");
    assert_eq!(builder(&flow).parameter.value(), "25, 50");
    assert_eq!(flow.read("segments.toml"), before);
    flow.press("enter y");
    assert_eq!(flow.message(), "changed age");
    assert_eq!(flow.segment("age.25-49"), Some(3));
    assert!(flow.read("segments.toml").contains("breaks = [25, 50]"));
}

#[test]
fn cells_by_hand_are_counted_while_typed_and_renames_followed() {
    let mut flow = Flow::new();
    flow.press("B \"by hand\" enter ctrl-u \"worth\" tab tab tab \"big\" tab \"spend > 90\"");
    assert_eq!(counts(&flow), [3, 6]);
    flow.press("ctrl-n \"odd\" tab \"spend > 1 AND contry = 'US'\"");
    let fault = &builder(&flow).faults[0];
    assert!(fault.0 == 1 && fault.1.starts_with("unknown column \"contry\""), "{fault:?}");
    flow.press("enter");
    assert!(builder(&flow).problem.as_deref().is_some_and(|problem| problem.contains("contry")));
    flow.press("ctrl-u \"country = 'US'\"");
    assert_eq!(counts(&flow), [3, 2, 6]);
    let numbers = builder(&flow).inquiry.memberships.found.answer.clone().expect("how many are in how many");
    assert_eq!(numbers, [2, 3, 1]);
    flow.press("enter");
    assert_eq!(flow.message(), "saved worth");
    let file = flow.read("segments.toml");
    assert!(file.ends_with("[[segmentation.cell]]\nname = \"odd\"\nwhere = \"country = 'US'\"\n"), "{file}");

    flow.press("/ ctrl-u \"@worth.odd\" enter");
    assert_eq!(flow.customers(), Some(2));
    go_to(&mut flow, "worth");
    flow.press("e down shift-tab ctrl-u \"american\" alt-up enter");
    assert_eq!(flow.message(), "changed worth");
    assert_eq!(flow.state.query.filter, "@worth.american");
    let file = flow.read("segments.toml");
    assert!(file.find("\"american\"") < file.find("\"big\""), "{file}");
    assert_eq!((flow.customers(), flow.segment("worth.big")), (Some(2), Some(1)));
    flow.press("l j j e");
    assert_eq!(builder(&flow).field, BuilderField::Cell(1, 1));
    flow.press("ctrl-x enter");
    assert!(!flow.read("segments.toml").contains("\"big\""));
}

#[test]
fn circular_cell_rule_is_reported_before_saving() {
    let mut flow = Flow::new();
    flow.press("B \"by hand\" enter ctrl-u \"worth\" tab tab tab \"big\" tab \"@worth.big\"");
    assert!(builder(&flow).faults[0].1.contains("worth.big"), "{:?}", builder(&flow).faults);
}

#[test]
fn rfm_cells_are_edited_and_saved() {
    let mut flow = Flow::new();
    flow.press("B \"RFM\" enter \"joined, age, spend\" enter");
    assert!(!flow.read("segments.toml").contains("segmentation.cell"));
    go_to(&mut flow, "rfm");
    flow.press("e");
    assert_eq!(builder(&flow).lines.len(), 10);
    flow.press("down down down down tab \"x\"");
    assert!(matches!(&builder(&flow).cells, Some(Err(reason)) if reason.starts_with("r of champions")));
    flow.press("ctrl-u \"4-5\" ctrl-a shift-tab ctrl-u \"stars\" enter");
    assert_eq!(flow.message(), "changed rfm");
    let file = flow.read("segments.toml");
    assert!(file.contains("[[segmentation.cell]]\nname = \"stars\"\nr = [4, 5]\nf = [4, 5]\nm = [4, 5]\n"), "{file}");
    assert!(flow.segment("rfm.stars").is_some());
}

#[test]
fn paste_goes_into_builder_field() {
    let mut flow = Flow::new();
    flow.press("B");
    flow.act(Action::Paste("spend".into()));
    flow.press("enter tab ctrl-u");
    flow.act(Action::Paste("3".into()));
    assert_eq!(cells(&flow).len(), 3);
    flow.press("ctrl-o \"coun\" enter");
    assert_eq!(builder(&flow).column, "country");
}

#[test]
fn builder_counts_segmentation_added_by_other_program() {
    let mut flow = Flow::new();
    let theirs = "\n[[segmentation]]\nname = \"halves\"\ncolumn = \"spend\"\nquantiles = 2\n";
    let file = flow.read("segments.toml");
    std::fs::write(flow.file("segments.toml"), file + theirs).expect("a written file");
    go_to(&mut flow, "age");
    flow.press("e end \", 60\" enter");
    assert!(flow.state.over.get::<Confirm>().is_some());
    flow.press("n");
    assert_eq!(builder(&flow).parameter.value(), "25, 40, 60");
    flow.press("enter y");
    assert_eq!(flow.segment("halves.1"), Some(3));
    assert_eq!(flow.segment("age.60+"), Some(1));
}

/// Kinds of the builder's questions that are not answered yet.
fn held(flow: &Flow) -> Vec<QuestionKind> {
    let asks = flow.held.iter().filter(|ask| matches!(ask.asker, Asker::View("builder", _)));
    asks.flat_map(|ask| &ask.questions).map(|(_, question)| question.body.kind()).collect()
}

#[test]
fn builder_key_that_changes_no_cell_asks_no_question() {
    let mut flow = Flow::new();
    flow.press("B \"spend\"");
    flow.hold = true;
    flow.press("enter");
    assert_eq!(held(&flow), [QuestionKind::Profile, QuestionKind::Quantiles]);
    flow.press("tab tab \"2\"");
    assert_eq!(held(&flow), [QuestionKind::Profile, QuestionKind::Quantiles]);
    let ask = flow.held.pop().expect("the builder's questions");
    flow.answer_all(ask);
    assert_eq!(held(&flow), [QuestionKind::Counts, QuestionKind::Memberships]);
    flow.press("tab tab");
    assert_eq!(held(&flow), [QuestionKind::Counts, QuestionKind::Memberships]);
}

#[test]
fn builder_reuses_cells_typed_earlier() {
    let mut flow = Flow::new();
    flow.press("B \"spend\" enter tab ctrl-u \"2\"");
    flow.hold = true;
    flow.press("ctrl-u \"4\"");
    assert_eq!(cells(&flow), ["1", "2", "3", "4"]);
    assert_eq!(held(&flow), [QuestionKind::Counts, QuestionKind::Memberships]);
}

#[test]
fn builder_reports_failed_question() {
    let mut flow = Flow::new();
    flow.press("B \"spend\"");
    flow.hold = true;
    flow.press("enter");
    let ask = flow.held.pop().expect("the builder's questions");
    let (slot, _) = &ask.questions[1];
    let result = Err(EngineError::failed("the disk is gone"));
    let (asker, generation) = (ask.asker, ask.generation);
    flow.act(Action::Answered(Answered { asker, slot: *slot, generation, result, took: Duration::ZERO }));
    assert_eq!(builder(&flow).cells, Some(Err("the disk is gone".into())));
    assert!(builder(&flow).profile().is_none() && !builder(&flow).is_counting());
    flow.act(Action::Answered(flow.answer_to(&ask, 0)));
    assert!(builder(&flow).profile().is_some());
}
