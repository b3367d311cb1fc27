use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::matrix::Sets;
use super::open::Opened;
use super::output::{Cell, Table};
use super::streams::say;
use super::{Failure, Options};
use crate::insight::figures;
use crate::insight::suppress::Shown;
use crate::insight::upset::{self, Order, SetsToCombine, UpSetInquiry};
use crate::model::reference;

/// Columns of the table.
pub const COLUMNS: [&str; 5] = ["combination", "sets", "customers", "share_of_filter", "rule"];

#[derive(Debug, Args)]
pub struct UpSet {
    /// The sets that are combined, the 64 largest at most: segments without cells, or personas
    #[arg(long, value_enum, default_value_t = Sets::Personas)]
    sets: Sets,
    /// The order of the combinations
    #[arg(long, value_enum, default_value_t = Sorted::Size)]
    order: Sorted,
    /// Show only the first combinations
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    top: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sorted {
    /// The largest first
    Size,
    /// By the number of sets, fewest first
    Degree,
}

impl UpSet {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let mut opened = Opened::new(options)?;
        let upset = opened.careful(|opened| {
            let sets = match self.sets {
                Sets::Segments => upset::without_cells(self.sets.of(opened)),
                Sets::Personas => self.sets.of(opened),
            };
            let (filter, min_cell) = (opened.filter.clone(), opened.min_cell());
            opened.find(UpSetInquiry::new(SetsToCombine { filter, sets, min_cell }))
        })?;
        opened.complain_of(self.sets);
        if upset.smaller > 0 {
            say!("crosscut: {} smaller sets are not among the combined", upset.smaller);
        }
        let order = match self.order {
            Sorted::Size => Order::Size,
            Sorted::Degree => Order::Sets,
        };
        let mut table = Table::new(COLUMNS);
        for at in upset.order(order) {
            let one = &upset.combinations[at];
            let names: Vec<String> = upset.names(one).into_iter().map(reference).collect();
            let share = upset.shown[at].count().and_then(|count| figures::share(count, upset.whole));
            table.rows.push(vec![
                Cell::Text(if names.is_empty() { "in none".into() } else { names.join(" ") }),
                Cell::Count(Shown::Count(names.len() as u64)),
                Cell::Count(upset.shown[at]),
                Cell::Share(share),
                Cell::Text(upset.conditions(one).join(" AND ")),
            ]);
        }
        if upset.left_out > 0 {
            say!("crosscut: {} smaller combinations left out", upset.left_out);
        }
        table.keep_top(self.top);
        table.print(options.format())
    }
}
