//! Measures the program's own memory (resident, not backed by a file) with the study's columns loaded.

use std::collections::BTreeSet;

use super::limit::narrow_bytes;
use super::overlap::load_columns;
use super::plain;
use super::shared::desk::Desk;
use super::shared::report::{Goal, Measurement, Report};
use super::shared::shop::Shop;

/// `before` is the resident memory before the base was opened.
pub fn run(shop: &Shop, before: u64, report: &mut Report) {
    load_columns(shop);
    let loaded = resident().saturating_sub(before);
    // Asks everything that the screen asks at its start.
    drop(Desk::new(shop));
    let answered = resident().saturating_sub(before);
    let columns = study_columns(shop);
    let (mut narrow, mut row_sets) = (0, 0);
    for column in columns.iter().map(|name| plain::column(&shop.file, name)) {
        narrow += narrow_bytes(&column);
        // A condition loaded the column. Its row set has one bit per row, and another one for null where the column has
        // nulls.
        row_sets += shop.rows().div_ceil(8) * if column.null_count() > 0 { 2 } else { 1 };
    }
    let name = format!("resident with the study's {} columns, less row sets", columns.len());
    let work = Measurement::bytes(name, loaded.saturating_sub(row_sets));
    report.add(work.against("in narrow types", narrow as f64, Goal::AtMost(1.3)));
    let work = Measurement::bytes("resident with every pane answered", answered);
    report.add(work.against("in narrow types", narrow as f64, Goal::None));
}

/// Columns that the study's rules, segmentations and figures use.
pub fn study_columns(shop: &Shop) -> BTreeSet<String> {
    let catalog = &shop.catalog;
    let rules = catalog.countable().into_iter().map(|(_, rule)| rule).chain(catalog.audiences());
    let mut columns: BTreeSet<String> = rules.flat_map(|rule| rule.columns()).collect();
    columns.extend(shop.study.config.study.value.clone());
    columns
}

/// Resident bytes of this process that no file backs.
pub fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").trim().parse::<u64>().ok());
    1024 * kilobytes.expect("Linux tells what is resident")
}
