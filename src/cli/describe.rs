use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::open::file_and_options;
use super::output::{Table, TableCell};
use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::data::{self, Base, offers};
use crate::model::is_masked;
use crate::study::starter::key;

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 4] = ["what", "value", "why", "to_change"];

#[derive(Debug, Args)]
pub struct DescribeArgs {
    /// The table, in place of the study's
    #[arg(value_name = "DATA")]
    table: Option<PathBuf>,
}

impl DescribeArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        if self.table.is_some() && options.data.is_some() {
            return Err(CommandError::usage("describe takes one table: DATA or --data"));
        }
        let (source, load, mask) = file_and_options(options, self.table.as_deref())?;
        let (decisions, base) = data::explain(&source, &load);
        let mut table = Table::new(COLUMNS);
        for decision in decisions {
            table.rows.push(vec![
                TableCell::Text(decision.what.to_owned()),
                TableCell::Text(decision.value),
                TableCell::Text(decision.why),
                TableCell::Text(decision.change.unwrap_or_default()),
            ]);
        }
        let failed = match &base {
            Ok(base) => {
                add_columns(&mut table, base, &|column| is_masked(&mask, column));
                base.notices.iter().for_each(|notice| say!("crosscut: {}: {notice}", base.source));
                options.text.write_rejects(&base.rejects, !mask.is_empty())?;
                None
            }
            Err(error) if table.rows.is_empty() => return Err(CommandError::failed(error)),
            Err(error) => Some(CommandError::failed(error)),
        };
        let printed = table.print(options.format())?;
        failed.map_or(Ok(printed), Err)
    }
}

/// Adds the number of rows, and each column with its type and the type that would suit it better.
fn add_columns(table: &mut Table, base: &Base, is_masked: &dyn Fn(&str) -> bool) {
    let text = |text: &str| TableCell::Text(text.to_owned());
    let rows = TableCell::Text(base.table.rows().to_string());
    table.rows.push(vec![text("rows"), rows, text(""), text("")]);
    let offers = offers(base, is_masked);
    for column in base.schema.columns() {
        let offer = offers.iter().find(|offer| offer.column == column.name);
        let (why, change) = match offer {
            Some(offer) => (offer.why.clone(), format!("types.{} = {}", key(&offer.column), offer.declared)),
            None => (String::new(), String::new()),
        };
        let name = format!("column {}", column.name);
        table.rows.push(vec![
            TableCell::Text(name),
            text(column.column_type.word()),
            TableCell::Text(why),
            TableCell::Text(change),
        ]);
    }
}
