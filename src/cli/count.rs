use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{OutputFormat, Table, TableCell, finished, ungrouped};
use super::{CommandError, CommonOptions, streams};
use crate::engine::SummaryQuestion;
use crate::insight::figures;
use crate::insight::suppress::{self, DisclosedCount};

/// Columns of the table.
pub const COLUMNS: [&str; 3] = ["customers", "base", "share_of_base"];
/// Columns after them where there is a value column.
pub const WITH_VALUE: [&str; 4] = ["value", "share_of_value", "mean_value", "index_of_value"];

#[derive(Debug, Args)]
pub struct CountArgs {
    /// The rule, as in "country = 'DE' AND spend_12m > 250"
    #[arg(allow_hyphen_values = true, value_parser = super::rule_text)]
    rule: Option<String>,
}

impl CountArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::for_rule(options, self.rule.as_deref())?;
        let rule = opened.rule(self.rule.as_deref().unwrap_or_default())?;
        let filter = opened.filter.and(&rule);
        opened.explain_files(&filter)?;
        let summary = opened.ask(&SummaryQuestion { filter, value: opened.value.clone() })?;
        let customers = suppress::of_base(summary.customers, summary.base, opened.min_cell());
        if self.rule.is_some() {
            opened.explain_size(customers);
        }
        if options.format() == OutputFormat::Table {
            // The bare number, for use in scripts.
            return finished(writeln!(streams::stdout(), "{}", ungrouped(customers)));
        }
        let shown = customers.count();
        let share = shown.and_then(|customers| figures::share(customers, summary.base));
        // A sum over a few customers discloses what each of them spends.
        let told = |known| shown.is_some() && !suppress::is_small(known, opened.min_cell());
        let value = summary.value.filter(|value| told(value.known_in_filter));
        let share_of_value = value.and_then(|value| figures::share_of_sum(value.in_filter, value.in_base));
        let mut table = Table::new(COLUMNS);
        let base = TableCell::Count(DisclosedCount::Count(summary.base));
        let mut row = vec![TableCell::Count(customers), base, TableCell::Share(share)];
        if opened.value.is_some() {
            table.add_columns(&WITH_VALUE);
            row.extend([
                TableCell::Number(value.map(|value| value.in_filter)),
                TableCell::Share(share_of_value),
                TableCell::Number(value.and_then(|value| figures::mean(value.in_filter, value.known_in_filter))),
                TableCell::Index(figures::index_of_shares(share_of_value, share)),
            ]);
        }
        table.rows.push(row);
        table.print(options.format())
    }
}
