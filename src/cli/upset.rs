use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::open::CheckedStudy;
use super::open::Sets;
use super::output::{Table, TableCell};
use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::insight::figures;
use crate::insight::suppress::DisclosedCount;
use crate::insight::upset::{self, SetsToCombine, UpSetInquiry, UpSetOrder};
use crate::model::reference;

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 5] = ["combination", "sets", "customers", "share_of_filter", "rule"];

#[derive(Debug, Args)]
pub struct UpSetArgs {
    /// The sets that are combined, the 64 largest at most: segments without cells, or personas
    #[arg(long, value_enum, default_value_t = Sets::Personas)]
    sets: Sets,
    /// The order of the combinations
    #[arg(long, value_enum, default_value_t = UpSetSort::Size)]
    order: UpSetSort,
    /// Show only the first combinations
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    top: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum UpSetSort {
    /// The largest first
    Size,
    /// By the number of sets, fewest first
    Degree,
}

impl UpSetArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut opened = CheckedStudy::new(options)?;
        let upset = opened.retry_without_faults(|opened| {
            let sets = match self.sets {
                Sets::Segments => upset::without_cells(self.sets.resolve(opened)),
                Sets::Personas => self.sets.resolve(opened),
            };
            let (filter, min_cell) = (opened.filter.clone(), opened.min_cell());
            opened.find(UpSetInquiry::new(SetsToCombine { filter, sets, min_cell }))
        })?;
        opened.complain_of(self.sets);
        if upset.smaller > 0 {
            say!("crosscut: {} smaller sets were left out", upset.smaller);
        }
        let order = match self.order {
            UpSetSort::Size => UpSetOrder::Size,
            UpSetSort::Degree => UpSetOrder::Sets,
        };
        let mut table = Table::new(COLUMNS);
        for at in upset.order(order) {
            let one = &upset.combinations[at];
            let names: Vec<String> = upset.names(one).into_iter().map(reference).collect();
            let share = upset.shown[at].count().and_then(|count| figures::share(count, upset.whole));
            table.rows.push(vec![
                TableCell::Text(if names.is_empty() { "in none".into() } else { names.join(" ") }),
                TableCell::Count(DisclosedCount::Count(names.len() as u64)),
                TableCell::Count(upset.shown[at]),
                TableCell::Share(share),
                TableCell::Text(upset.conditions(one).join(" AND ")),
            ]);
        }
        if upset.left_out > 0 {
            say!("crosscut: {} smaller combinations left out", upset.left_out);
        }
        table.keep_top(self.top);
        table.print(options.format())
    }
}
