//! Tables and lines copied to the clipboard.

use super::harness::Flow;
use crosscut::tui::core::Pane;

fn copied(flow: &mut Flow, keys: &str) -> String {
    flow.copied = None;
    flow.press(keys);
    flow.copied.clone().unwrap_or_else(|| panic!("{keys}: {}", flow.message()))
}

#[test]
fn segments_are_copied_with_full_names_and_plain_numbers() {
    let mut flow = Flow::new();
    flow.press("end l home");
    let table = copied(&mut flow, "y");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "name\tkind\tin filter\tof filter\tindex\tnote");
    assert_eq!(lines[1], "pros\tfirmographic\t3\t50.0 %\t100\t");
    assert_eq!(lines[2], "north_america\tdemographic\t3\t50.0 %\t100\ttwo countries");
    // Cells of the open segmentation.
    assert!(lines.contains(&"plan.basic\t\t3\t50.0 %\t100\t"), "{table}");
    assert_eq!(flow.message(), format!("copied {} rows as TSV", lines.len() - 1));
}

#[test]
fn copy_table_takes_pane_in_focus() {
    let mut flow = Flow::new();
    flow.press("b \"plan\" enter");
    flow.state.focus = Pane::Groups;
    let groups =
        "plan\tcustomers\tof filter\tof value\tindex\nbasic\t3\t50.0 %\t7.9 %\t100\npro\t3\t50.0 %\t92.1 %\t100\n";
    let mut lines: Vec<String> = copied(&mut flow, "y").lines().map(str::to_owned).collect();
    lines[1..].sort();
    assert_eq!(lines, groups.lines().collect::<Vec<_>>());
    flow.press("tab");
    flow.press("home l home");
    let personas = copied(&mut flow, "y");
    assert!(personas.starts_with("persona\tsegment\tin filter\treach\tquote\n"), "{personas}");
    assert!(personas.contains("Professional Pat\t\t4\t66.7 %\t“Time is what I pay for.”\n"), "{personas}");
    assert!(personas.contains("Professional Pat\tpros\t3\t75.0 %\t\n"), "{personas}");
    assert!(personas.contains("in no persona\t\t1\t16.7 %\t\n"), "{personas}");
}

#[test]
fn rows_are_copied_with_masked_columns_masked() {
    let mut flow = Flow::new();
    let rows = copied(&mut flow, "r y");
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines[0], "id\tcountry\tplan\tage\tspend\tjoined\temail");
    assert_eq!(lines[1], "1\tUS\tpro\t30\t100\t2025-01-01\t•••");
    assert_eq!(lines[6], "6\t\tbasic\t67\t0\t2026-03-01\t•••");
    assert_eq!(flow.message(), "copied 6 rows as TSV");
    // With the keys in the list of columns, that list is the table.
    assert!(copied(&mut flow, "tab y").starts_with("column\ttype\tmissing\tdistinct\tvalues\nid\tinteger\t"));
}

#[test]
fn palette_copies_table_as_markdown() {
    let mut flow = Flow::new();
    let table = copied(&mut flow, ": \"copy-markdown\" enter");
    assert!(table.starts_with("| name | kind | in filter |"), "{table}");
    assert!(table.contains("| north\\_america | demographic | 3 | 50.0 % | 100 | two countries |"), "{table}");
    assert!(flow.message().ends_with("as Markdown"), "{}", flow.message());
}

#[test]
fn commands_are_found_by_old_name() {
    let mut flow = Flow::new();
    flow.press(": \"yank\"");
    let picker = crate::screens::text(&mut flow.state, 120, 36);
    for name in ["copy-line", "copy-table", "copy-filter"] {
        assert!(picker.contains(name), "{picker}");
    }
}

#[test]
fn long_copied_line_is_shortened_in_message() {
    let mut flow = Flow::new();
    flow.press("/ \"country IN ('US', 'CA', 'DE') AND spend > 0 AND age > 10 AND joined > '2020-01-01'\" enter ctrl-y");
    assert!(flow.copied.as_ref().is_some_and(|text| text.ends_with("'2020-01-01'")));
    assert_eq!(flow.message(), "copied: country IN ('US', 'CA', 'DE') AND spend > 0 AND age > 10 AND…");
}

#[test]
fn figures_still_being_counted_are_not_copied() {
    let mut flow = Flow::new();
    flow.hold = true;
    flow.press("/ \"age > 30\" enter y");
    assert_eq!((flow.copied.as_deref(), flow.message()), (None, "the figures are still being counted"));
}

#[test]
fn copy_table_works_in_each_view() {
    for (keys, heading) in [
        ("m", "name\tcustomers\t"),
        ("U", "combination\tcustomers\tof filter\n"),
        ("/ \"plan = 'pro'\" enter w", "trait\tSMD\there\tthere\t"),
        ("f", "joined\tcustomers\t"),
        ("i \"age\" enter", "figure\tvalue\tin filter\tin base\tcustomers\tindex\n"),
        ("i \"plan\" enter", "figure\tvalue\tin filter\tin base\tcustomers\tindex\n"),
        ("c", "group\tname\tcustomers\tof filter\t"),
        ("C", "name\tcustomers\tof filter\t"),
    ] {
        let mut flow = Flow::new();
        flow.press(keys);
        let table = copied(&mut flow, "y");
        assert!(table.starts_with(heading), "{keys}: {table}");
        let width = table.lines().next().map(|line| line.matches('\t').count());
        assert!(table.lines().all(|line| Some(line.matches('\t').count()) == width), "{table}");
    }
}

#[test]
fn copied_combinations_and_coverage_equal_manual_counts() {
    let mut flow = Flow::new();
    // pat's: 1, 3, 4, 5; ann's: 1, 2; neither: 6.
    let combinations = copied(&mut flow, "U y");
    for line in ["@pat\t3\t50.0 %", "@pat @ann\t1\t16.7 %", "@ann\t1\t16.7 %", "in none\t1\t16.7 %"] {
        assert!(combinations.lines().any(|found| found == line), "{line} in\n{combinations}");
    }
    let coverage = copied(&mut flow, "esc C y");
    assert!(coverage.lines().any(|line| line.starts_with("in no persona\t1\t16.7 %\t")), "{coverage}");
    assert!(
        coverage.lines().any(|line| line.starts_with("American Ann\t1\t16.7 %\t") && line.ends_with("\t1")),
        "{coverage}"
    );
}
