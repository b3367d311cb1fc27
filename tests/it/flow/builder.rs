//! The builder of segmentations.

use super::harness::Flow;
use crosscut::app::Overlay;
use crosscut::app::views::builder::Builder;

fn builder(flow: &Flow) -> &Builder {
    match &flow.state.overlay {
        Some(Overlay::Builder(builder)) => builder,
        other => panic!("not the builder: {other:?}"),
    }
}

fn cells(flow: &Flow) -> Vec<String> {
    let cells = builder(flow).cells.clone().expect("answered").expect("cells");
    cells.into_iter().map(|cell| cell.name).collect()
}

fn counts(flow: &Flow) -> Vec<u64> {
    let counts = builder(flow).counts.answer.clone().expect("counts");
    counts.iter().map(|count| count.in_filter).collect()
}

#[test]
fn a_column_is_cut_counted_live_saved_and_deleted() {
    let mut flow = Flow::new();
    let before = flow.read("segments.toml");
    flow.press("G \"spend\" enter");
    assert_eq!(cells(&flow), ["1", "2", "3", "4"]);
    flow.press("tab ctrl-u \"2\"");
    assert_eq!(cells(&flow), ["1", "2"]);
    assert_eq!(counts(&flow).last(), Some(&6));
    flow.press("shift-tab l tab \"60, 150\"");
    assert_eq!(cells(&flow), ["<60", "60-149", "150+"]);
    flow.press("tab ctrl-u \"outlay\" enter");
    assert_eq!(flow.message(), "saved outlay");
    let file = flow.read("segments.toml");
    assert!(file.starts_with(&before) && file.contains("breaks = [60.0, 150.0]"), "{file}");
    assert!(flow.segment("outlay.150+").is_some());
    flow.press("end d y");
    assert_eq!(flow.message(), "deleted @outlay");
    assert_eq!(flow.read("segments.toml").trim_end(), before.trim_end());
}

#[test]
fn two_segmentations_are_crossed_and_three_columns_scored() {
    let mut flow = Flow::new();
    flow.press("G \"crossed\" enter \"plan, country\"");
    assert!(cells(&flow).iter().all(|name| name.contains('/')));
    flow.press("esc G \"RFM\" enter \"joined, age, spend\" enter");
    assert_eq!(flow.message(), "saved rfm");
    assert!(flow.read("segments.toml").contains("[segmentation.rfm]\nrecency = \"joined\""));
    assert!(flow.segment("rfm.champions").is_some());
}

#[test]
fn what_cannot_be_cut_so_is_said_and_nothing_written() {
    let mut flow = Flow::new();
    let before = flow.read("segments.toml");
    flow.press("G \"spend\" enter tab ctrl-u \"many\" enter");
    assert!(builder(&flow).problem.clone().expect("a problem").contains("how many parts"));
    flow.press("ctrl-u \"4\" tab ctrl-u \"pros\" enter");
    assert_eq!(builder(&flow).problem.as_deref(), Some("pros is taken"));
    flow.press("esc");
    assert!(flow.state.overlay.is_none());
    assert_eq!(flow.read("segments.toml"), before);
}
