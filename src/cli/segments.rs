use std::collections::HashMap;
use std::process::ExitCode;

use clap::Args;

use super::open::{Opened, expect_answer};
use super::output::{Cell, Table};
use super::{Failure, Options};
use crate::engine::{Count, Engine, Question};
use crate::insight::SegmentEntry;
use crate::insight::catalog::Body;
use crate::insight::figures;
use crate::insight::suppress;

#[derive(Debug, Args)]
pub struct Segments {}

impl Segments {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let opened = Opened::new(options)?;
        let countable = opened.catalog.countable();
        let mut rules: Vec<_> = countable.iter().map(|(_, rule)| (*rule).clone()).collect();
        rules.push(opened.filter.clone());
        let question = Question::Counts { filter: opened.filter.clone(), rules };
        let counts = expect_answer!(opened, Counts, question);
        // The last rule is the filter itself.
        let filter = counts.last().copied().unwrap_or_default().in_filter;
        let counts: HashMap<&str, Count> = countable.iter().map(|(name, _)| *name).zip(counts).collect();

        let mut table = Table::new(["segment", "kind", "customers", "share_of_filter", "index", "in_base"]);
        for entry in &opened.catalog.segments {
            for (name, problem) in lines(entry) {
                let kind = entry.kind.map_or(String::new(), |kind| kind.to_string());
                let mut row = vec![Cell::Text(name.to_owned()), Cell::Text(kind)];
                match (counts.get(name), problem) {
                    (Some(count), None) => row.extend(figures_of(&opened, *count, filter)),
                    (_, problem) => {
                        eprintln!("crosscut: @{name}: {}", problem.unwrap_or_default());
                        row.extend([Cell::Number(None), Cell::Share(None), Cell::Index(None), Cell::Number(None)]);
                    }
                }
                table.rows.push(row);
            }
        }
        table.print(options.format)
    }
}

fn figures_of(opened: &Opened, count: Count, filter: u64) -> [Cell; 4] {
    let shown = suppress::single(count.in_filter, opened.min_cell());
    let base = suppress::single(count.in_base, opened.min_cell());
    let known = shown.count().zip(base.count());
    let index = known.and_then(|(both, all)| figures::index(both, filter, all, opened.engine.customers()));
    let share = shown.count().and_then(|count| figures::share(count, filter));
    [Cell::Count(shown), Cell::Share(share), Cell::Index(index), Cell::Count(base)]
}

/// The full name of a segment or of each cell, with what is wrong with it.
fn lines(entry: &SegmentEntry) -> Vec<(&str, Option<String>)> {
    match &entry.body {
        Body::Segment { rule, .. } => vec![(&entry.name, rule.as_ref().err().map(ToString::to_string))],
        Body::Segmentation { cells: Err(reason), .. } => vec![(&entry.name, Some(reason.clone()))],
        Body::Segmentation { cells: Ok(cells), .. } => {
            cells.iter().map(|cell| (cell.full.as_str(), cell.rule.as_ref().err().map(ToString::to_string))).collect()
        }
    }
}
