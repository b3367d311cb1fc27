use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{Table, TableCell};
use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::insight::retention::{MAX_PERIODS, Retention, RetentionInquiry, RetentionSubject, UNITS};
use crate::insight::suppress;
use crate::model::{DateUnit, Datum};

/// First columns of the table; a column for each period follows.
const COLUMNS: [&str; 2] = ["cohort", "customers"];

#[derive(Debug, Args)]
pub struct RetentionArgs {
    /// Table of events [default: the study's only one, or orders]
    #[arg(long, value_name = "TABLE")]
    events: Option<String>,
    /// Period of a cohort: week, month, quarter or year
    #[arg(long, value_name = "UNIT", default_value = "month", value_parser = parse_unit)]
    by: DateUnit,
    /// Number of periods after the first
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = parse_periods)]
    periods: usize,
    /// Customers in place of shares
    #[arg(long)]
    counts: bool,
}

impl RetentionArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::new(options)?;
        let subject = RetentionSubject {
            table: self.events.clone().unwrap_or_else(|| crate::insight::retention::usual_table(opened.schema())),
            unit: self.by,
            periods: self.periods,
            filter: opened.filter.clone(),
            today: opened.today,
        };
        let retention = opened.find(RetentionInquiry::new(subject, opened.schema(), opened.min_cell()))?;
        let table = table(&retention, self.counts);
        if retention.cohorts.iter().any(|cohort| retention.is_running(cohort, cohort.active.len() - 1)) {
            say!("crosscut: the last period of a cohort is incomplete on the as-of date: its figure may still grow");
        }
        opened.explain_size(suppress::of_base(retention.whole, opened.engine.customers(), opened.min_cell()));
        table.print(options.format())
    }
}

fn table(retention: &Retention, counts: bool) -> Table {
    let mut table = Table::new(COLUMNS);
    table.columns.extend((0..=retention.periods).map(|period| format!("{}_{period}", retention.unit)));
    for cohort in &retention.cohorts {
        let label = retention.unit.label(&Datum::Date(cohort.start));
        let mut row = vec![TableCell::Text(label), TableCell::Count(cohort.customers)];
        row.extend((0..=retention.periods).map(|period| match cohort.active.get(period) {
            None => TableCell::Share(None),
            Some(active) if counts => TableCell::Count(*active),
            Some(active) if active.count().is_none() => TableCell::Count(*active),
            Some(_) => TableCell::Share(retention.share(cohort, period)),
        }));
        table.rows.push(row);
    }
    if !counts && !retention.cohorts.is_empty() {
        let mut row = vec![TableCell::text("all (complete periods)"), TableCell::Share(None)];
        row.extend((0..=retention.periods).map(|period| TableCell::Share(retention.total_share(period))));
        table.rows.push(row);
    }
    table
}

fn parse_unit(word: &str) -> Result<DateUnit, String> {
    let unit = word.parse().ok().filter(|unit| UNITS.contains(unit));
    unit.ok_or_else(|| "it is week, month, quarter or year".to_owned())
}

fn parse_periods(text: &str) -> Result<usize, String> {
    let periods = text.parse::<usize>().ok().filter(|periods| (1..=MAX_PERIODS).contains(periods));
    periods.ok_or_else(|| format!("it is a number from 1 to {MAX_PERIODS}"))
}
