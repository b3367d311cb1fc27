//! Tables, rows and ids written to files.

use std::os::unix::fs::PermissionsExt;

use super::harness::Flow;
use crosscut::tui::core::Pane;
use crosscut::tui::views::export::ExportForm;

fn form(flow: &Flow) -> &ExportForm {
    flow.state.over.get().expect("the form")
}

fn problem(flow: &Flow) -> &str {
    form(flow).problem.as_deref().unwrap_or_default()
}

#[test]
fn exported_rows_have_all_columns_and_masks() {
    let mut flow = Flow::new();
    flow.press("/ \"spend >= 100\" enter r ] X");
    assert_eq!(form(&flow).path.value(), "rows.csv");
    assert_eq!(form(&flow).choices[0].label, "all 3 rows of the filter, all columns");
    flow.press("enter");
    assert_eq!(flow.message(), "exported 3 rows to rows.csv");
    assert!(flow.state.over.is_empty());
    let rows = "id,country,plan,age,spend,joined,email\n1,US,pro,30,100,2025-01-01,•••\n3,CA,pro,41,200,2025-03-01,•••\n5,DE,pro,,400,2026-02-01,•••\n";
    let mut lines: Vec<String> = flow.read("rows.csv").lines().map(str::to_owned).collect();
    lines[1..].sort();
    assert_eq!(lines, rows.lines().collect::<Vec<_>>());
    let mode = std::fs::metadata(flow.file("rows.csv")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn existing_file_is_replaced_only_after_confirmation() {
    let mut flow = Flow::new();
    std::fs::write(flow.file("rows.csv"), "mine\n").expect("a file");
    flow.press("r X enter");
    assert!(form(&flow).asks_to_replace);
    flow.press("n");
    assert!(!form(&flow).asks_to_replace);
    assert_eq!(flow.read("rows.csv"), "mine\n");
    flow.press("enter y");
    assert_eq!(flow.message(), "exported 6 rows to rows.csv");
    assert_eq!(flow.read("rows.csv").lines().count(), 7);
}

#[test]
fn file_ending_decides_export_format() {
    let mut flow = Flow::new();
    flow.press("tab b \"plan\" enter");
    flow.state.focus = Pane::Groups;
    flow.press("X");
    assert_eq!(form(&flow).path.value(), "group_by_plan.csv");
    flow.press("ctrl-u \"groups.xls\" enter");
    assert_eq!(problem(&flow), "the name must end in .csv, .tsv, .ndjson, .json, .parquet, .arrow, .xlsx or .md");
    flow.press("ctrl-u \"groups.ndjson\" enter");
    assert_eq!(flow.message(), "exported 2 rows to groups.ndjson");
    let pro = r#"{"plan":"pro","customers":3,"of filter":"50.0 %","of value":"92.1 %","index":100}"#;
    assert!(flow.read("groups.ndjson").lines().any(|line| line == pro), "{}", flow.read("groups.ndjson"));
    flow.press("X ctrl-u \"groups.md\" enter");
    assert!(flow.read("groups.md").starts_with("| plan | customers | of filter | of value | index |\n| --- | ---: |"));
}

#[test]
fn rows_and_tables_are_exported_with_types() {
    let mut flow = Flow::new();
    for file in ["rows.parquet", "rows.arrow", "rows.xlsx"] {
        flow.press(&format!("r X ctrl-u \"{file}\" enter q"));
        let base = crate::data::open_path(flow.file(file)).expect("a table");
        assert_eq!((base.table.rows(), crate::data::letters(&base).as_str()), (6, "ittiidt"), "{file}");
    }
    flow.press("tab b \"plan\" enter");
    flow.state.focus = Pane::Groups;
    flow.press("X ctrl-u \"groups.parquet\" enter");
    let base = crate::data::open_path(flow.file("groups.parquet")).expect("a table");
    assert_eq!(crate::data::values(&base, "customers"), ["3", "3"]);
}

#[test]
fn unwritable_file_reports_reason() {
    let mut flow = Flow::new();
    flow.press("r X ctrl-u \"nowhere/rows.csv\" enter");
    assert!(problem(&flow).contains("rows.csv could not be written: "), "{}", problem(&flow));
    flow.press("esc");
    assert!(flow.state.over.is_empty());
}

#[test]
fn persona_ids_are_exported_by_two_keys() {
    let mut flow = Flow::new();
    flow.state.focus = Pane::Personas;
    flow.press("X enter");
    assert_eq!(flow.message(), "exported 4 rows to pat_ids.csv");
    assert_eq!(flow.read("pat_ids.csv"), "id\n1\n3\n4\n5\n");
    // Within the filter.
    flow.press("/ \"plan = 'pro'\" enter X");
    assert_eq!(form(&flow).choices[0].label, "ids of @pat in the filter");
    flow.press("enter y");
    assert_eq!(flow.read("pat_ids.csv"), "id\n1\n3\n5\n");
}

#[test]
fn tab_switches_export_from_segment_ids_to_table() {
    let mut flow = Flow::new();
    flow.press("X");
    assert_eq!((form(&flow).choices[0].label.as_str(), form(&flow).path.value()), ("ids of @pros", "pros_ids.csv"));
    flow.press("tab");
    assert_eq!(form(&flow).path.value(), "segments.csv");
    flow.press("enter");
    assert!(flow.read("segments.csv").starts_with("name,kind,in filter,of filter,index,note\npros,"));
}

#[test]
fn ids_export_is_refused_if_key_is_masked() {
    let mut flow = Flow::new();
    flow.state.settings.mask.push("id".into());
    flow.press("X");
    // The table is offered first.
    assert_eq!(form(&flow).path.value(), "segments.csv");
    flow.press("tab enter");
    assert_eq!(problem(&flow), "id is masked: its values are not shown");
    assert!(!flow.file("pros_ids.csv").exists());
}

#[test]
fn filter_in_error_is_not_exported() {
    let mut flow = Flow::new();
    flow.press("/ \"plan ==\"");
    flow.state.filter.editing = false;
    flow.press("X");
    assert!(flow.state.over.is_empty());
    assert_eq!(flow.message(), "the filter has an error or is still being checked: nothing can be exported");
}
