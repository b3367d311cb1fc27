use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{Table, TableCell};
use super::{CommandError, CommonOptions, sums};
use crate::engine::{CustomerCount, Grouping, GroupsQuestion};
use crate::insight::figures;
use crate::insight::{settings, suppress};
use crate::model::{Cut, breaks};

/// Columns of the table after those that are grouped by.
pub const COLUMNS: [&str; 3] = ["customers", "share_of_filter", "index"];

#[derive(Debug, Args)]
pub struct GroupArgs {
    /// The columns to group by; numbers may be cut, as in age:25,35,50, and dates by year, quarter, month, week,
    /// day, weekday or hour, as in signup_date:month
    #[arg(required = true, value_name = "COLUMN[:CUT]")]
    columns: Vec<String>,
    /// Show only the largest groups
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    top: usize,
}

impl GroupArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::for_texts(options, self.columns.iter().map(String::as_str))?;
        let by = self.columns.iter().map(|words| read(&opened, words)).collect::<Result<Vec<_>, _>>()?;
        if let Some(masked) = by.iter().find(|by| opened.is_masked(&by.column)) {
            return Err(CommandError::Failed(settings::values_not_shown(&masked.column)));
        }
        let question =
            GroupsQuestion { filter: opened.filter.clone(), by, value: opened.value.clone(), limit: usize::MAX };
        let groups = opened.ask(&question)?;
        let counts: Vec<CustomerCount> = groups.groups.iter().map(|group| group.customers).collect();
        let shown = suppress::pairs(&counts, groups.customers, opened.min_cell());
        // A sum over a few customers discloses what each of them spends, and so would the total without the other
        // sums.
        let sums = suppress::dominance::sums_of_groups(&groups, opened.min_cell());

        let mut table = Table::new(groups.by.clone());
        table.add_columns(&COLUMNS);
        if opened.value.is_some() {
            table.add_columns(&sums::COLUMNS);
        }
        for ((group, (shown, all)), may_show) in groups.groups.iter().zip(shown).zip(sums) {
            let mut row: Vec<TableCell> = group.key.iter().cloned().map(TableCell::Datum).collect();
            let count = shown.count();
            let (filter, base) = (groups.customers.in_filter, groups.customers.in_base);
            row.push(TableCell::Count(shown));
            row.push(TableCell::Share(count.and_then(|count| figures::share(count, filter))));
            row.push(TableCell::Index(
                count.zip(all.count()).and_then(|(count, all)| figures::index(count, filter, all, base)),
            ));
            if let Some(value) = groups.value {
                let sum = (count.is_some() && may_show).then_some(group.value_sum);
                row.push(TableCell::Number(sum));
                row.push(TableCell::Share(sum.and_then(|sum| figures::share_of_sum(sum, value.in_base))));
                row.push(TableCell::Number(sum.and_then(|sum| figures::mean(sum, group.value_known))));
            }
            table.rows.push(row);
        }
        table.keep_top(self.top);
        table.print(options.format())
    }
}

/// Parses `age`, `age:25,35,50` or `signup_date:month`. A name with a colon that is a column is that column.
fn read(opened: &CheckedStudy, words: &str) -> Result<Grouping, CommandError> {
    let cut = words.rsplit_once(':').filter(|_| opened.schema().get(words).is_none());
    let Some((column, list)) = cut else { return opened.column(words).map(Grouping::from) };
    if let Ok(unit) = list.trim().parse() {
        return Ok(Grouping { column: opened.column(column)?, cut: Cut::Dates(unit) });
    }
    let breaks = list.split(',').map(|text| text.trim().parse::<f64>());
    let breaks = breaks.collect::<Result<Vec<_>, _>>();
    let breaks = breaks.map_err(|_| {
        CommandError::usage(format!(
            "\"{list}\" are not break points: write {column}:25,35,50, or {column}:month for dates"
        ))
    })?;
    if let Some(fault) = breaks::fault(&breaks) {
        return Err(CommandError::usage(fault));
    }
    Ok(Grouping { column: opened.column(column)?, cut: Cut::Breaks(breaks) })
}
