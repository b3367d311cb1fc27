use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::open::Sets;
use super::output::{Table, TableCell};
use super::{CommandError, CommonOptions};
use crate::insight::coverage::{CoverageInquiry, CoveragePart, PersonaCoverage};
use crate::insight::{figures, suppress};
use crate::model::reference;

/// Columns of `--overlaps`.
pub const OVERLAP_COLUMNS: [&str; 6] = ["persona", "other", "both", "share_of_persona", "share_of_other", "jaccard"];

#[derive(Debug, Args)]
pub struct CoverageArgs {
    /// List how many customers every two personas share instead
    #[arg(long)]
    overlaps: bool,
}

#[derive(Debug, Args)]
pub struct WaterfallArgs {}

impl CoverageArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut opened = CheckedStudy::new(options)?;
        let found = find_coverage(&mut opened)?;
        let table = if self.overlaps { overlaps(&found) } else { sums(&found) };
        table.print(options.format())
    }
}

/// Computes the personas' coverage of the filter's customers. Reports personas in error and leaves them out.
fn find_coverage(opened: &mut CheckedStudy) -> Result<PersonaCoverage, CommandError> {
    let found = opened.retry_without_faults(|opened| {
        let (personas, value) = (Sets::Personas.resolve(opened), opened.value.as_deref());
        opened.find(CoverageInquiry::new(&opened.filter, &personas, value, opened.min_cell()))
    })?;
    opened.complain_of(Sets::Personas);
    Ok(found)
}

/// Returns customers, their share, and their share of the value if there is a value column.
fn figures_of(part: CoveragePart, found: &PersonaCoverage) -> Vec<TableCell> {
    let mut cells = vec![TableCell::Count(part.customers), TableCell::Share(part.share)];
    if found.has_value {
        cells.extend([TableCell::Number(part.value), TableCell::Share(part.value_share)]);
    }
    cells
}

fn with_figures(mut table: Table, found: &PersonaCoverage, customers: &'static str) -> Table {
    table.add_columns(&[customers, "share_of_filter"]);
    if found.has_value {
        table.add_columns(&["value", "share_of_value"]);
    }
    table
}

fn sums(found: &PersonaCoverage) -> Table {
    let mut table = with_figures(Table::new(["figure"]), found, "customers");
    table.add_columns(&["ratio"]);
    let parts = [
        ("in no persona", found.none),
        ("in exactly one", found.one),
        ("in two or more", found.several),
        ("coverage: in at least one", found.covered),
    ];
    for (name, part) in parts {
        let mut row = vec![TableCell::Text(name.into())];
        row.extend(figures_of(part, found));
        row.push(TableCell::Number(None));
        table.rows.push(row);
    }
    let width = table.columns.len();
    for (name, figure) in [
        ("redundancy: personas per covered customer", found.redundancy),
        ("exclusive: share of the covered in exactly one", found.exclusive),
    ] {
        let mut row = vec![TableCell::Text(name.into())];
        row.resize_with(width - 1, || TableCell::Number(None));
        row.push(TableCell::Number(figure));
        table.rows.push(row);
    }
    table
}

fn overlaps(found: &PersonaCoverage) -> Table {
    let mut table = Table::new(OVERLAP_COLUMNS);
    for (i, step) in found.steps.iter().enumerate() {
        for (j, other) in found.steps[..i].iter().enumerate() {
            let both = found.both[i][j];
            let share = |part: &CoveragePart| {
                TableCell::Share(
                    both.count().zip(part.customers.count()).and_then(|(both, all)| figures::share(both, all)),
                )
            };
            table.rows.push(vec![
                TableCell::Text(step.id.clone()),
                TableCell::Text(other.id.clone()),
                TableCell::Count(both),
                share(&step.all),
                share(&other.all),
                TableCell::Share(found.jaccard(i, j)),
            ]);
        }
    }
    table
}

impl WaterfallArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut opened = CheckedStudy::new(options)?;
        let found = find_coverage(&mut opened)?;
        let mut table = with_figures(Table::new(["step", "persona", "audience"]), &found, "takes");
        table.add_columns(&["loses", "share_lost", "to", "only", "so_far", "share_so_far"]);
        for (n, step) in found.steps.iter().enumerate() {
            let losses = step.to.iter().enumerate().filter(|(_, lost)| lost.count() != Some(0));
            let to = losses
                .map(|(i, lost)| format!("{} {}", reference(&found.steps[i].id), TableCell::Count(*lost).shown()));
            let mut row = vec![
                TableCell::Count(suppress::DisclosedCount::Count(n as u64 + 1)),
                TableCell::Text(step.id.clone()),
                TableCell::Count(step.all.customers),
            ];
            row.extend(figures_of(step.takes, &found));
            row.extend([
                TableCell::Count(step.loses),
                TableCell::Share(step.loses_share),
                TableCell::Text(to.collect::<Vec<_>>().join("; ")),
                TableCell::Count(step.only.customers),
                TableCell::Count(step.total.customers),
                TableCell::Share(step.total.share),
            ]);
            table.rows.push(row);
        }
        table.print(options.format())
    }
}
