use std::process::ExitCode;

use clap::Args;

use super::matrix::Sets;
use super::open::Opened;
use super::output::{Cell, Table};
use super::{Failure, Options};
use crate::insight::coverage::{Coverage as Found, CoverageInquiry, Part};
use crate::insight::{figures, suppress};
use crate::model::reference;

/// Columns of `--overlaps`.
pub const OF_OVERLAPS: [&str; 6] = ["persona", "other", "both", "share_of_persona", "share_of_other", "jaccard"];

#[derive(Debug, Args)]
pub struct Coverage {
    /// List how many customers every two personas share instead
    #[arg(long)]
    overlaps: bool,
}

#[derive(Debug, Args)]
pub struct Waterfall {}

impl Coverage {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let mut opened = Opened::new(options)?;
        let found = found(&mut opened)?;
        let table = if self.overlaps { overlaps(&found) } else { sums(&found) };
        table.print(options.format())
    }
}

/// Computes the personas' coverage of the filter's customers. Reports personas in error and leaves them out.
fn found(opened: &mut Opened) -> Result<Found, Failure> {
    let found = opened.careful(|opened| {
        let (personas, value) = (Sets::Personas.of(opened), opened.value.as_deref());
        opened.find(CoverageInquiry::new(&opened.filter, &personas, value, opened.min_cell()))
    })?;
    opened.complain_of(Sets::Personas);
    Ok(found)
}

/// Returns customers, their share, and their share of the value if there is a value column.
fn figures_of(part: Part, found: &Found) -> Vec<Cell> {
    let mut cells = vec![Cell::Count(part.customers), Cell::Share(part.share)];
    if found.has_value {
        cells.extend([Cell::Number(part.value), Cell::Share(part.value_share)]);
    }
    cells
}

fn with_figures(mut table: Table, found: &Found, customers: &'static str) -> Table {
    table.add_columns(&[customers, "share_of_filter"]);
    if found.has_value {
        table.add_columns(&["value", "share_of_value"]);
    }
    table
}

fn sums(found: &Found) -> Table {
    let mut table = with_figures(Table::new(["figure"]), found, "customers");
    table.add_columns(&["ratio"]);
    let parts = [
        ("in no persona", found.none),
        ("in exactly one", found.one),
        ("in two or more", found.several),
        ("coverage: in at least one", found.covered),
    ];
    for (name, part) in parts {
        let mut row = vec![Cell::Text(name.into())];
        row.extend(figures_of(part, found));
        row.push(Cell::Number(None));
        table.rows.push(row);
    }
    let width = table.columns.len();
    for (name, figure) in [
        ("redundancy: times that the covered are counted", found.redundancy),
        ("exclusive: share of the covered in exactly one", found.exclusive),
    ] {
        let mut row = vec![Cell::Text(name.into())];
        row.resize_with(width - 1, || Cell::Number(None));
        row.push(Cell::Number(figure));
        table.rows.push(row);
    }
    table
}

fn overlaps(found: &Found) -> Table {
    let mut table = Table::new(OF_OVERLAPS);
    for (i, step) in found.steps.iter().enumerate() {
        for (j, other) in found.steps[..i].iter().enumerate() {
            let both = found.both[i][j];
            let share = |part: &Part| {
                Cell::Share(both.count().zip(part.customers.count()).and_then(|(both, all)| figures::share(both, all)))
            };
            table.rows.push(vec![
                Cell::Text(step.id.clone()),
                Cell::Text(other.id.clone()),
                Cell::Count(both),
                share(&step.all),
                share(&other.all),
                Cell::Share(found.jaccard(i, j)),
            ]);
        }
    }
    table
}

impl Waterfall {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let mut opened = Opened::new(options)?;
        let found = found(&mut opened)?;
        let mut table = with_figures(Table::new(["step", "persona", "audience"]), &found, "takes");
        table.add_columns(&["loses", "share_lost", "to", "only", "so_far", "share_so_far"]);
        for (n, step) in found.steps.iter().enumerate() {
            let told = step.to.iter().enumerate().filter(|(_, lost)| lost.count() != Some(0));
            let to = told.map(|(i, lost)| format!("{} {}", reference(&found.steps[i].id), Cell::Count(*lost).shown()));
            let mut row = vec![
                Cell::Count(suppress::Shown::Count(n as u64 + 1)),
                Cell::Text(step.id.clone()),
                Cell::Count(step.all.customers),
            ];
            row.extend(figures_of(step.takes, &found));
            row.extend([
                Cell::Count(step.loses),
                Cell::Share(step.loses_share),
                Cell::Text(to.collect::<Vec<_>>().join("; ")),
                Cell::Count(step.only.customers),
                Cell::Count(step.total.customers),
                Cell::Share(step.total.share),
            ]);
            table.rows.push(row);
        }
        table.print(options.format())
    }
}
