use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{NOT_COUNTED, Table, TableCell, figures_of};
use super::streams::say;
use super::sums::{self, NO_SUMS, SetSums};
use super::{CommandError, CommonOptions};
use crate::engine::{CountsQuestion, CustomerCount, MembershipsQuestion};
use crate::insight::CellEntry;
use crate::insight::mece::Mece;
use crate::insight::suppress::{self, DisclosedCount};
use crate::rule::Checked;

/// Columns of the table, before those of [`sums::COLUMNS`].
pub const COLUMNS: [&str; 6] = ["cell", "rule", "customers", "share_of_filter", "index", "in_base"];

#[derive(Debug, Args)]
pub struct SegmentationArgs {
    /// The segmentation's name
    #[arg(value_name = "NAME")]
    name: String,
}

impl SegmentationArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut opened = CheckedStudy::new(options)?;
        let (mut counts, sums, mece) = opened.retry_without_faults(|opened| {
            let sets: Vec<Checked> = self.cells(opened)?.iter().filter_map(|cell| cell.rule.clone().ok()).collect();
            let sums = SetSums::ask(opened, &sets)?;
            let rules = sets.iter().cloned().chain([Checked::everyone()]).collect();
            let counts = opened.ask(&CountsQuestion { filter: opened.filter.clone(), rules })?;
            let mece = MembershipsQuestion { filter: opened.filter.clone(), sets };
            let name = self.plain_name();
            let is_cut = opened.catalog.segments.iter().any(|entry| entry.name == name && entry.is_cut());
            Ok((counts, sums, Mece::new(&opened.ask(&mece)?, is_cut)))
        })?;
        let whole =
            CustomerCount { in_filter: counts.pop().unwrap_or_default().in_filter, in_base: opened.engine.customers() };
        let cells = self.cells(&opened)?;
        let figures = suppress::pairs(&counts, whole, opened.min_cell());
        let customers: Vec<DisclosedCount> = figures.iter().map(|(customers, _)| *customers).collect();
        let mut values = sums.map_or(Vec::new(), |sums| sums.cells_of_parts(0, &customers)).into_iter();
        let mut figures = figures.into_iter();
        let mut table = Table::new(COLUMNS);
        if opened.value.is_some() {
            table.add_columns(&sums::COLUMNS);
        }
        let place = opened.catalog.segments.iter().position(|entry| entry.name == self.plain_name());
        for cell in cells {
            let mut row = vec![TableCell::Text(cell.name.clone()), TableCell::Text(cell.text.clone())];
            match (&cell.rule, place) {
                (Err(error), Some(n)) => {
                    opened.complain(opened.item_of_segment(n), &cell.full, &error.to_string());
                    row.extend(NOT_COUNTED);
                    row.extend(opened.value.iter().flat_map(|_| NO_SUMS));
                }
                _ => {
                    row.extend(figures.next().into_iter().flat_map(|figures| figures_of(figures, whole)));
                    row.extend(opened.value.iter().flat_map(|_| values.next().unwrap_or(NO_SUMS)));
                }
            }
            table.rows.push(row);
        }
        let code = table.print(options.format())?;
        say!("crosscut: {}: {}", self.name, mece.sentence(opened.min_cell()));
        Ok(code)
    }

    fn plain_name(&self) -> &str {
        self.name.trim_start_matches('@')
    }

    fn cells<'o>(&self, opened: &'o CheckedStudy) -> Result<&'o [CellEntry], CommandError> {
        let name = self.plain_name();
        let found = opened.catalog.segments.iter().find(|entry| entry.name == name && entry.cells().is_some());
        match found.and_then(|entry| entry.cells()) {
            Some(Ok(cells)) => Ok(cells),
            Some(Err(reason)) => Err(CommandError::failed(format!("{name}: {reason}"))),
            None => {
                let cuts = opened.catalog.segments.iter().filter(|entry| entry.cells().is_some());
                let known: Vec<&str> = cuts.map(|entry| entry.name.as_str()).collect();
                let known =
                    if known.is_empty() { "there are none".into() } else { format!("there are {}", known.join(", ")) };
                Err(CommandError::usage(format!("there is no segmentation {name}: {known}")))
            }
        }
    }
}
