use std::fs::OpenOptions;
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{Formulas, OutputFormat, Table, TableCell, finished, ungrouped};
use super::{CommandError, CommonOptions, streams};
use crate::engine::SummaryQuestion;
use crate::insight::figures;
use crate::insight::file_matches::FileMatch;
use crate::insight::suppress::{self, DisclosedCount};
use crate::session::ValueStore;

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 3] = ["customers", "base", "share_of_base"];
/// Columns that follow if there is a value column.
pub const SUM_COLUMNS: [&str; 4] = ["value", "share_of_value", "mean_value", "index_of_value"];

#[derive(Debug, Args)]
pub struct CountArgs {
    /// The rule, as in "country = 'DE' AND spend_12m > 250"
    #[arg(allow_hyphen_values = true, value_parser = super::rule_text)]
    rule: Option<String>,
    /// Write the values of `IN FILE` that no customer has to this file, as CSV, readable only by you (mode 0600)
    #[arg(long, value_name = "FILE")]
    unmatched: Option<PathBuf>,
}

impl CountArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::for_rule(options, self.rule.as_deref())?;
        let rule = opened.rule(self.rule.as_deref().unwrap_or_default())?;
        let filter = opened.filter.and(&rule);
        let lists = opened.explain_files(&filter)?;
        if let Some(path) = &self.unmatched {
            write_unmatched(path, &lists, opened.min_cell())?;
        }
        if opened.value.is_none() && lists.is_empty() {
            opened.will_only_count(&filter, &rule);
        }
        let summary = opened.ask(&SummaryQuestion { filter, value: opened.value.clone() })?;
        let customers = suppress::of_base(summary.customers, summary.base, opened.min_cell());
        if self.rule.is_some() {
            opened.explain_size(customers);
            let is_here = !matches!(opened.rest.kept(), ValueStore::Elsewhere);
            opened.explain_warnings(&rule, is_here || summary.customers == 0)?;
        }
        if options.format() == OutputFormat::Table {
            // The bare number, for use in scripts.
            return finished(writeln!(streams::stdout(), "{}", ungrouped(customers)));
        }
        let shown = customers.count();
        let share = shown.and_then(|customers| figures::share(customers, summary.base));
        // A sum over a few customers discloses what each of them spends.
        let may_show = |known| shown.is_some() && !suppress::is_small(known, opened.min_cell());
        let value = summary.value.filter(|value| may_show(value.known_in_filter));
        let share_of_value = value.and_then(|value| figures::share_of_sum(value.in_filter, value.in_base));
        let mut table = Table::new(COLUMNS);
        let base = TableCell::Count(DisclosedCount::Count(summary.base));
        let mut row = vec![TableCell::Count(customers), base, TableCell::Share(share)];
        if opened.value.is_some() {
            table.add_columns(&SUM_COLUMNS);
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

/// Writes the values that matched no customer, with the file that they are from.
fn write_unmatched(path: &Path, lists: &[FileMatch], min_cell: u64) -> Result<(), CommandError> {
    if lists.is_empty() {
        return Err(CommandError::usage("--unmatched needs a rule with IN FILE, as in customer_id IN FILE 'ids.csv'"));
    }
    let mut table = Table::new(["file", "value"]);
    for list in lists {
        let unmatched = list.unmatched(min_cell).map_err(CommandError::Failed)?;
        let file = || TableCell::text(list.file.path.as_str());
        table.rows.extend(unmatched.iter().map(|value| vec![file(), TableCell::Datum(value.clone())]));
    }
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    let written = file.and_then(|file| table.write_csv(&mut BufWriter::new(file), true, Formulas::Guarded));
    written.map_err(|error| CommandError::Failed(format!("{}: could not be written: {error}", path.display())))
}
