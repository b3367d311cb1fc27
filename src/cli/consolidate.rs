use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::open::CheckedStudy;
use super::open::Sets;
use super::output::{Table, TableCell};
use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::insight::consolidate::{
    ConsolidateInquiry, Consolidation, ConsolidationFigures, ConsolidationInput, Method, SegmentOverlaps,
    SegmentSelection, SegmentUnion, to_bring_together,
};
use crate::insight::figures;
use crate::insight::matrix::NamedSet;
use crate::insight::suppress::DisclosedCount;
use crate::model::{Datum, reference};
use crate::text::numbers::percent;

/// Columns of `--k`.
pub const GROUP_COLUMNS: [&str; 7] =
    ["group", "customers", "share_of_filter", "share_of_value", "adds", "only", "rule"];

#[derive(Debug, Args)]
pub struct ConsolidateArgs {
    /// Method that groups the segments
    #[arg(long, value_enum, default_value_t = ConsolidationMethod::Greedy)]
    method: ConsolidationMethod,
    /// Show this many groups; without it, what each number of groups covers
    #[arg(long, value_name = "N")]
    k: Option<usize>,
    /// Segments to group, separated by commas; a segmentation stands for its cells, `all` for everything. Without it,
    /// the segments that have a rule of their own, and where those are few, cells too. Those that hold everyone are left
    /// out unless they are named
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    segments: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ConsolidationMethod {
    /// One segment per group: repeatedly the one that adds the most customers; covers at least 63 % of the best possible coverage
    Greedy,
    /// Average linkage on 1 − Jaccard, cut where k groups are left
    Tree,
    /// Non-negative matrix factorisation of customers × segments; 12 groups at most, which may share segments
    Nmf,
}

impl ConsolidationMethod {
    fn method(self) -> Method {
        match self {
            ConsolidationMethod::Greedy => Method::Greedy,
            ConsolidationMethod::Tree => Method::Tree,
            ConsolidationMethod::Nmf => Method::Nmf,
        }
    }
}

impl ConsolidateArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut opened = CheckedStudy::new(options)?;
        let found = opened.retry_without_faults(|opened| self.measure(opened))?;
        opened.complain_of(Sets::Segments);
        let consolidation = ConsolidationInput { method: self.method.method(), found }.run();
        report_limits(&consolidation, self.k);
        let figures = ConsolidationFigures::new(&consolidation, opened.min_cell());
        let table = match self.k {
            None => steps(&consolidation, &figures),
            Some(k) if (1..=consolidation.steps.len()).contains(&k) => groups(&consolidation, &figures, k),
            Some(_) => {
                return Err(CommandError::Failed(match consolidation.steps.len() {
                    0 => "there are no segments to group".to_owned(),
                    most => format!("--k must be between 1 and {most}"),
                }));
            }
        };
        table.print(options.format())
    }

    fn measure(&self, opened: &CheckedStudy) -> Result<Arc<SegmentOverlaps>, CommandError> {
        let (segments, named) = self.segments(opened)?;
        opened.find(ConsolidateInquiry::new(SegmentSelection {
            filter: opened.filter.clone(),
            segments,
            switched: BTreeSet::new(),
            // A segment that is named takes part, even if it holds everyone.
            with_broad: named,
            value: opened.value.clone(),
            min_cell: opened.min_cell(),
        }))
    }

    /// Returns the segments, and true if they were named on the command line.
    fn segments(&self, opened: &CheckedStudy) -> Result<(Vec<NamedSet>, bool), CommandError> {
        let all = Sets::Segments.resolve(opened);
        match self.segments.as_slice() {
            [] => return Ok((to_bring_together(all), false)),
            [only] if only == "all" => return Ok((all, false)),
            _ => {}
        }
        let mut chosen: Vec<NamedSet> = Vec::new();
        for wanted in &self.segments {
            let wanted = wanted.trim().trim_start_matches('@');
            let before = chosen.len();
            let fits =
                |name: &str| name == wanted || name.strip_prefix(wanted).is_some_and(|cell| cell.starts_with('.'));
            chosen.extend(all.iter().filter(|(name, _)| fits(name)).cloned());
            if chosen.len() == before {
                return Err(CommandError::Failed(format!("there is no segment {wanted} that can be counted")));
            }
        }
        let mut seen = BTreeSet::new();
        chosen.retain(|(name, _)| seen.insert(name.clone()));
        Ok((chosen, true))
    }
}

/// Prints to stderr what the figures leave out.
fn report_limits(of: &Consolidation, k: Option<usize>) {
    for (set, why) in &of.found.out {
        say!("crosscut: left out: {}: {}", reference(&set.name), why.word());
    }
    if let Some(fault) = of.fault(k.unwrap_or_else(|| of.suggested())) {
        say!("crosscut: {fault}");
    }
    if of.found.left_out > 0 {
        say!("crosscut: {} smaller combinations are left out: the figures are a little low", of.found.left_out);
    }
    if let Some(share) = of.made_from.filter(|share| *share < 1.0) {
        let share = percent(Some(share));
        say!("crosscut: computed from the largest combinations: {share} of the customers");
    }
}

fn steps(of: &Consolidation, figures: &ConsolidationFigures) -> Table {
    let mut table = Table::new([
        "k",
        "customers",
        "share_of_filter",
        "share_of_value",
        "redundancy",
        "largest",
        "smallest",
        "lost",
        "cost",
        "adds",
    ]);
    for (step, shown) in of.steps.iter().zip(&figures.steps) {
        let newest = match of.method {
            Method::Greedy => step.groups.last().map_or_else(String::new, |group| of.found.rule(group)),
            Method::Tree | Method::Nmf => String::new(),
        };
        table.rows.push(vec![
            TableCell::Count(DisclosedCount::Count(shown.k as u64)),
            count(shown.covered),
            TableCell::Share(shown.share),
            TableCell::Share(shown.value_share),
            TableCell::Number(shown.redundancy),
            TableCell::Count(shown.largest),
            TableCell::Count(shown.smallest),
            TableCell::Datum(shown.lost.map_or(Datum::Null, Datum::Integer)),
            TableCell::Number(shown.cost),
            TableCell::Text(newest),
        ]);
    }
    // Some methods have no cost, and others no newest segment: that column is dropped.
    let unused = if of.method == Method::Greedy { "cost" } else { "adds" };
    if let Some(at) = table.columns.iter().position(|column| column == unused) {
        table.columns.remove(at);
        table.rows.iter_mut().for_each(|row| drop(row.remove(at)));
    }
    table
}

/// Returns a count, or an empty cell if it is suppressed.
fn count(count: Option<u64>) -> TableCell {
    count.map_or(TableCell::Number(None), |count| TableCell::Count(DisclosedCount::Count(count)))
}

fn groups(of: &Consolidation, figures: &ConsolidationFigures, k: usize) -> Table {
    let mut table = Table::new(GROUP_COLUMNS);
    let Some(step) = of.step(k) else { return table };
    for ((i, group), adds) in step.groups.iter().enumerate().zip(figures.adds(step)) {
        let SegmentUnion { only, .. } = group;
        let customers = figures.size(group);
        let count = customers.count();
        table.rows.push(vec![
            TableCell::Count(DisclosedCount::Count(i as u64 + 1)),
            TableCell::Count(customers),
            TableCell::Share(count.and_then(|count| figures::share(count, of.found.whole))),
            TableCell::Share(figures.value_share(group)),
            TableCell::Count(adds),
            TableCell::Count(figures.single(*only)),
            TableCell::Text(of.found.rule(group)),
        ]);
    }
    table
}
