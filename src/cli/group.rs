use std::process::ExitCode;

use clap::Args;

use super::open::{Opened, expect_answer};
use super::output::{Cell, Table};
use super::{Failure, Options};
use crate::engine::Question;
use crate::insight::figures;
use crate::insight::{settings, suppress};

#[derive(Debug, Args)]
pub struct Group {
    /// The columns to group by
    #[arg(required = true, value_name = "COLUMN")]
    columns: Vec<String>,
    /// Show only the largest groups
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    top: usize,
}

impl Group {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let opened = Opened::new(options)?;
        let by = self.columns.iter().map(|column| opened.column(column)).collect::<Result<Vec<_>, _>>()?;
        if let Some(masked) = by.iter().find(|column| opened.is_masked(column)) {
            return Err(Failure::Failed(settings::values_not_shown(masked)));
        }
        let question = Question::Groups {
            filter: opened.filter.clone(),
            by: by.clone(),
            value: opened.value.clone(),
            limit: usize::MAX,
        };
        let groups = expect_answer!(opened, Groups, question);
        let counts: Vec<u64> = groups.groups.iter().map(|group| group.customers.in_filter).collect();
        let shown = suppress::parts_of_total(&counts, opened.min_cell());
        // A sum over a few customers says what each of them spends, and so would the total without the other sums.
        let known: Vec<u64> = groups.groups.iter().map(|group| group.value_known).collect();
        let known = suppress::parts_of_total(&known, opened.min_cell());

        let mut table = Table::new(by);
        table.add_columns(&["customers", "share_of_filter", "index"]);
        if opened.value.is_some() {
            table.add_columns(&["value", "share_of_value", "mean_value"]);
        }
        for ((group, shown), known) in groups.groups.iter().zip(shown).zip(known).take(self.top) {
            let mut row: Vec<Cell> = group.key.iter().cloned().map(Cell::Datum).collect();
            let count = shown.count();
            let all = group.customers.in_base;
            let (filter, base) = (groups.customers.in_filter, groups.customers.in_base);
            row.push(Cell::Count(shown));
            row.push(Cell::Share(count.and_then(|count| figures::share(count, filter))));
            row.push(Cell::Index(count.and_then(|count| figures::index(count, filter, all, base))));
            if let Some(value) = groups.value {
                let told = count.is_some() && known.count().is_some();
                let sum = told.then_some(group.value_sum);
                row.push(Cell::Number(sum));
                row.push(Cell::Share(sum.and_then(|sum| figures::share_of_sum(sum, value.in_base))));
                row.push(Cell::Number(sum.and_then(|sum| figures::mean(sum, group.value_known))));
            }
            table.rows.push(row);
        }
        table.print(options.format())
    }
}
