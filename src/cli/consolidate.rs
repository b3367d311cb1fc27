use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::matrix::Sets;
use super::open::Opened;
use super::output::{Cell, Table};
use super::streams::say;
use super::{Failure, Options};
use crate::insight::consolidate::{
    ConsolidateInquiry, Consolidation, Figures, Found, Group, Method, Out, Segments, Work, to_bring_together,
};
use crate::insight::figures;
use crate::insight::matrix::Named;
use crate::insight::suppress::Shown;
use crate::model::{Datum, reference};
use crate::text::numbers::percent;

/// Columns of `--k`.
pub const OF_GROUPS: [&str; 7] = ["group", "customers", "share_of_filter", "share_of_value", "adds", "only", "rule"];

#[derive(Debug, Args)]
pub struct Consolidate {
    /// Method that groups the segments
    #[arg(long, value_enum, default_value_t = By::Greedy)]
    method: By,
    /// Show the groups of this step; without it, what each number of groups covers
    #[arg(long, value_name = "N")]
    k: Option<usize>,
    /// Segments that take part, as names with commas between (a segmentation stands for its cells), or `all` for
    /// segments and cells; without it, the segments that have a rule of their own, and where those are few, cells too.
    /// Those that hold everyone are left out unless they are named
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    segments: Vec<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    /// One segment a group: repeatedly the one that adds the most customers; covers at least 63 % of what the best could
    Greedy,
    /// Average linkage on 1 − Jaccard, cut where k groups are left
    Tree,
    /// Non-negative matrix factorisation of customers × segments; 12 groups at most, which may share segments
    Nmf,
}

impl By {
    fn method(self) -> Method {
        match self {
            By::Greedy => Method::Greedy,
            By::Tree => Method::Tree,
            By::Nmf => Method::Nmf,
        }
    }
}

impl Consolidate {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let mut opened = Opened::new(options)?;
        let found = opened.careful(|opened| self.found(opened))?;
        opened.complain_of(Sets::Segments);
        let consolidation = Work { method: self.method.method(), found }.run();
        tell(&consolidation, opened.min_cell());
        let figures = Figures::new(&consolidation, opened.min_cell());
        let table = match self.k {
            None => steps(&consolidation, &figures),
            Some(k) if (1..=consolidation.steps.len()).contains(&k) => groups(&consolidation, &figures, k),
            Some(k) => {
                let most = consolidation.steps.len();
                return Err(Failure::Failed(format!("there is no step of {k} groups: {most} at most")));
            }
        };
        table.print(options.format())
    }

    fn found(&self, opened: &Opened) -> Result<Arc<Found>, Failure> {
        let (segments, named) = self.segments(opened)?;
        opened.find(ConsolidateInquiry::new(Segments {
            filter: opened.filter.clone(),
            segments,
            switched: BTreeSet::new(),
            // A segment that is named takes part, even if it holds everyone.
            with_everyone: named,
            value: opened.value.clone(),
        }))
    }

    /// Returns the segments, and true if they were named on the command line.
    fn segments(&self, opened: &Opened) -> Result<(Vec<Named>, bool), Failure> {
        let all = Sets::Segments.of(opened);
        match self.segments.as_slice() {
            [] => return Ok((to_bring_together(all), false)),
            [only] if only == "all" => return Ok((all, false)),
            _ => {}
        }
        let mut chosen: Vec<Named> = Vec::new();
        for wanted in &self.segments {
            let wanted = wanted.trim().trim_start_matches('@');
            let before = chosen.len();
            let fits =
                |name: &str| name == wanted || name.strip_prefix(wanted).is_some_and(|cell| cell.starts_with('.'));
            chosen.extend(all.iter().filter(|(name, _)| fits(name)).cloned());
            if chosen.len() == before {
                return Err(Failure::Failed(format!("there is no segment {wanted} that can be counted")));
            }
        }
        let mut seen = BTreeSet::new();
        chosen.retain(|(name, _)| seen.insert(name.clone()));
        Ok((chosen, true))
    }
}

/// Prints to stderr what the figures leave out.
fn tell(of: &Consolidation, min_cell: u64) {
    // That a segment holds nobody is not said where a few would be kept back.
    let is_told = |why: &Out| min_cell == 0 || *why != Out::Nobody;
    for (set, why) in of.found.out.iter().filter(|(_, why)| is_told(why)) {
        say!("crosscut: {} takes no part: {}", reference(&set.name), why.word());
    }
    if of.found.left_out > 0 {
        say!("crosscut: {} smaller combinations are left out: the figures are a little low", of.found.left_out);
    }
    if let Some(share) = of.made_from.filter(|share| *share < 1.0) {
        let share = percent(Some(share));
        say!("crosscut: made from the commonest combinations, {share} of the customers in them");
    }
}

fn steps(of: &Consolidation, figures: &Figures) -> Table {
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
            Cell::Count(Shown::Count(shown.k as u64)),
            count(shown.covered),
            Cell::Share(shown.share),
            Cell::Share(shown.value_share),
            Cell::Number(shown.redundancy),
            Cell::Count(shown.largest),
            Cell::Count(shown.smallest),
            Cell::Datum(shown.lost.map_or(Datum::Null, Datum::Integer)),
            Cell::Number(shown.cost),
            Cell::Text(newest),
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
fn count(told: Option<u64>) -> Cell {
    told.map_or(Cell::Number(None), |count| Cell::Count(Shown::Count(count)))
}

fn groups(of: &Consolidation, figures: &Figures, k: usize) -> Table {
    let mut table = Table::new(OF_GROUPS);
    let Some(step) = of.step(k) else { return table };
    for ((i, group), adds) in step.groups.iter().enumerate().zip(figures.adds(step)) {
        let Group { customers, value, only, .. } = group;
        let customers = figures.single(*customers);
        let told = customers.count();
        table.rows.push(vec![
            Cell::Count(Shown::Count(i as u64 + 1)),
            Cell::Count(customers),
            Cell::Share(told.and_then(|count| figures::share(count, of.found.whole))),
            Cell::Share(told.and(of.found.value).and_then(|whole| figures::share_of_sum(*value, whole))),
            Cell::Count(adds),
            Cell::Count(figures.single(*only)),
            Cell::Text(of.found.rule(group)),
        ]);
    }
    table
}
