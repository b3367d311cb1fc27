use std::process::ExitCode;

use clap::Args;

use super::open::Opened;
use super::output::{Cell, Table, figures_of};
use super::streams::say;
use super::{Failure, Options};
use crate::engine::{Count, CountsQuestion, MembershipsQuestion};
use crate::insight::CellEntry;
use crate::insight::mece::Mece;
use crate::insight::suppress;
use crate::rule::Checked;

#[derive(Debug, Args)]
pub struct Segmentation {
    /// The segmentation's name
    #[arg(value_name = "NAME")]
    name: String,
}

impl Segmentation {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let opened = Opened::new(options)?;
        let cells = self.cells(&opened)?;
        let sets: Vec<Checked> = cells.iter().filter_map(|cell| cell.rule.as_ref().ok().cloned()).collect();
        for cell in cells {
            if let Err(error) = &cell.rule {
                return Err(Failure::failed(format!("@{}: {error}", cell.full)));
            }
        }
        let rules = sets.iter().cloned().chain([Checked::everyone()]).collect();
        let mut counts = opened.ask(&CountsQuestion { filter: opened.filter.clone(), rules })?;
        let whole = Count { in_filter: counts.pop().unwrap_or_default().in_filter, in_base: opened.engine.customers() };
        let mece = MembershipsQuestion { filter: opened.filter.clone(), sets };
        let mece = Mece::of(&opened.ask(&mece)?);
        let figures = suppress::pairs(&counts, whole, opened.min_cell());
        let mut table = Table::new(["cell", "rule", "customers", "share_of_filter", "index", "in_base"]);
        for (cell, figures) in cells.iter().zip(figures) {
            let [customers, share, index, base] = figures_of(figures, whole);
            let (name, rule) = (Cell::Text(cell.name.clone()), Cell::Text(cell.text.clone()));
            table.rows.push(vec![name, rule, customers, share, index, base]);
        }
        let code = table.print(options.format())?;
        say!("crosscut: {}: {}", self.name, mece.sentence(opened.min_cell()));
        Ok(code)
    }

    fn cells<'o>(&self, opened: &'o Opened) -> Result<&'o [CellEntry], Failure> {
        let name = self.name.trim_start_matches('@');
        let found = opened.catalog.segments.iter().find(|entry| entry.name == name && entry.cells().is_some());
        match found.and_then(|entry| entry.cells()) {
            Some(Ok(cells)) => Ok(cells),
            Some(Err(reason)) => Err(Failure::failed(format!("{name}: {reason}"))),
            None => {
                let cuts = opened.catalog.segments.iter().filter(|entry| entry.cells().is_some());
                let known: Vec<&str> = cuts.map(|entry| entry.name.as_str()).collect();
                let known =
                    if known.is_empty() { "there are none".into() } else { format!("there are {}", known.join(", ")) };
                Err(Failure::usage(format!("there is no segmentation {name}: {known}")))
            }
        }
    }
}
