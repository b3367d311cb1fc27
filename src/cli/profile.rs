use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{Table, TableCell, figures_of};
use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::engine::{ColumnProfile as Answer, CustomerCount, ProfileQuestion, Spread};
use crate::insight::{figures, settings, suppress};
use crate::model::{ColumnType, Datum};
use crate::rule;

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 13] = [
    "column",
    "type",
    "known",
    "missing",
    "distinct",
    "min",
    "lower_quartile",
    "median",
    "upper_quartile",
    "max",
    "mean",
    "std_dev",
    "most_frequent",
];
/// Columns of `--values`, after the value or the bounds of the bin.
pub const VALUE_COLUMNS: [&str; 4] = ["customers", "share_of_filter", "index", "in_base"];

#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// The columns to profile [default: all]
    #[arg(value_name = "COLUMN")]
    columns: Vec<String>,
    /// The values of one column, or the bins of its numbers, with their customers in the filter and in the base
    #[arg(long)]
    values: bool,
    /// Cut numbers and dates in about this many bins
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    bins: u16,
}

impl ProfileArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::for_texts(options, self.columns.iter().map(String::as_str))?;
        let columns = match self.columns.is_empty() {
            true => opened.schema().columns().iter().map(|column| column.name.clone()).collect(),
            false => self.columns.iter().map(|name| opened.column(name)).collect::<Result<Vec<_>, _>>()?,
        };
        match (self.values, columns.as_slice()) {
            (false, _) => self.overview(&opened, &columns)?.print(options.format()),
            (true, [column]) => self.values_of(&opened, column)?.print(options.format()),
            (true, _) => Err(CommandError::usage("--values takes exactly one column: crosscut profile age --values")),
        }
    }

    fn ask(&self, opened: &CheckedStudy, column: &str) -> Result<Answer, CommandError> {
        let (filter, column) = (opened.filter.clone(), column.to_owned());
        Ok(*opened.ask(&ProfileQuestion { filter, column, bins: self.bins.into() })?)
    }

    fn overview(&self, opened: &CheckedStudy, columns: &[String]) -> Result<Table, CommandError> {
        let mut table = Table::new(COLUMNS);
        for column in columns {
            let profile = self.ask(opened, column)?;
            let kind = rule::type_of(column, opened.schema(), opened.today);
            let (all, known) = (profile.customers.in_filter, profile.known.in_filter);
            let missing = all - known;
            let (known, may_show_missing) = suppress::known(known, all, opened.min_cell());
            let may_show = known.count().is_some() && !opened.is_masked(column);
            let spread = profile.spread.filter(|_| may_show).map_or(Spread::default(), |spreads| spreads.in_filter);
            let mut row = vec![
                TableCell::Text(column.clone()),
                TableCell::Text(kind.word().into()),
                TableCell::Count(known),
                TableCell::Share(figures::share(missing, all).filter(|_| may_show_missing)),
                profile
                    .distinct
                    .filter(|_| known.count().is_some())
                    .map_or(TableCell::Datum(Datum::Null), |d| TableCell::Datum(Datum::Integer(d.in_filter as i64))),
            ];
            let five = [spread.least, spread.lower, spread.median, spread.upper, spread.most, spread.mean];
            row.extend(five.map(|number| value(number, kind)));
            row.push(TableCell::Number(spread.deviation));
            row.push(match profile.top.first() {
                _ if opened.is_masked(column) => TableCell::Masked,
                Some((value, count)) if !suppress::is_small(count.in_filter, opened.min_cell()) && may_show => {
                    TableCell::Datum(value.clone())
                }
                _ => TableCell::Datum(Datum::Null),
            });
            table.rows.push(row);
        }
        Ok(table)
    }

    fn values_of(&self, opened: &CheckedStudy, column: &str) -> Result<Table, CommandError> {
        if opened.is_masked(column) {
            return Err(CommandError::Failed(settings::values_not_shown(column)));
        }
        let profile = self.ask(opened, column)?;
        let kind = rule::type_of(column, opened.schema(), opened.today);
        let (names, lines): (Vec<&str>, Vec<(Vec<TableCell>, CustomerCount)>) = match &profile.bins {
            Some(bins) => {
                let edges =
                    bins.edges.windows(2).map(|pair| vec![value(Some(pair[0]), kind), value(Some(pair[1]), kind)]);
                let last = bins.edges.last().copied();
                let above = (bins.above.in_base > 0)
                    .then(|| (vec![value(last, kind), TableCell::Datum(Datum::Null)], bins.above));
                (vec!["from", "up_to"], edges.zip(bins.counts.iter().copied()).chain(above).collect())
            }
            None => {
                let values = profile.top.iter().map(|(value, count)| (vec![TableCell::Datum(value.clone())], *count));
                (vec![column], values.collect())
            }
        };
        let whole = profile.customers;
        let mut table = Table::new(names);
        table.add_columns(&VALUE_COLUMNS);
        let counts: Vec<CustomerCount> = lines.iter().map(|(_, count)| *count).collect();
        let shown = suppress::pairs(&counts, whole, opened.min_cell());
        for ((mut cells, _), shown) in lines.into_iter().zip(shown) {
            cells.extend(figures_of(shown, whole));
            table.rows.push(cells);
        }
        if profile.bins.is_none() && profile.left_out > 0 {
            say!("crosscut: {} more values: crosscut group {column} shows all", profile.left_out);
        }
        Ok(table)
    }
}

/// Converts a number of the column to a cell; dates become dates.
fn value(number: Option<f64>, kind: ColumnType) -> TableCell {
    match number.map(|number| Datum::from_number(kind, number)) {
        Some(Datum::Float(number)) => TableCell::Number(Some(number)),
        Some(other) => TableCell::Datum(other),
        None => TableCell::Datum(Datum::Null),
    }
}
