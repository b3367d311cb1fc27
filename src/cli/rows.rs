use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{OutputFormat, Table, TableCell, finished};
use super::streams::{self, say};
use super::{CommandError, CommonOptions};
use crate::engine::{PageQuestion, Sort};
use crate::insight::{settings, suppress};
use crate::rule::edit;
use crate::session::{PageInOrder, read_pages};

/// Number of rows that a table for people shows by default.
const DEFAULT_ROWS: usize = 50;

#[derive(Debug, Args)]
pub struct RowsArgs {
    /// Only these columns, in this order
    #[arg(long, value_name = "COLUMN,…")]
    columns: Vec<String>,
    /// Sort by these columns in turn, smallest first; with COLUMN:desc, largest first
    #[arg(long, value_name = "COLUMN[:desc],…")]
    sort: Vec<String>,
    /// Maximum number of rows [default: 50 in table and md, all in json, ndjson and csv]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Number of rows to skip at the start
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u64,
}

impl RowsArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::for_texts(options, self.columns.iter().chain(&self.sort).map(String::as_str))?;
        let columns = self.columns.iter().flat_map(|list| edit::list_items(list));
        let columns = columns.map(|column| opened.column(&column)).collect::<Result<Vec<_>, _>>()?;
        let sorts = self.sort.iter().flat_map(|list| edit::list_items(list));
        let sort = sorts.map(|sort| parse_sort(&opened, &sort)).collect::<Result<Vec<_>, _>>()?;
        let format = options.format();
        let limit = self.limit.unwrap_or(if format.is_for_people() { DEFAULT_ROWS } else { usize::MAX });
        let question = PageQuestion {
            filter: opened.filter.clone(),
            columns,
            sort,
            tests: Vec::new(),
            offset: self.offset,
            limit,
        };
        let mut out = io::BufWriter::new(streams::stdout());
        let (mut rows, mut left, mut written) = (0, 0, Ok(()));
        // Columns are aligned over all lines.
        let mut aligned = Table::default();
        read_pages(
            &question,
            limit,
            |question| opened.ask(question),
            |PageInOrder { page, is_first, is_last }| {
                rows += page.rows.len() as u64;
                left = page.total.saturating_sub(self.offset).saturating_sub(rows);
                let table = Table::from_page(page, opened.mask());
                if format.is_for_people() {
                    aligned.columns = table.columns;
                    aligned.rows.extend(table.rows);
                } else {
                    written = write_part(&mut out, &table, format, is_first, is_last);
                }
                Ok(written.is_ok())
            },
        )?;
        if format.is_for_people() {
            written = aligned.write_format(&mut out, format);
        }
        let written = written.and_then(|()| out.flush());
        let is_read = written.is_ok();
        let code = finished(written)?;
        if left > 0 && is_read {
            let left = TableCell::Count(suppress::single(left, opened.min_cell())).shown();
            let all = if format.is_for_people() { "--format csv all" } else { "without it all are printed" };
            say!("crosscut: {left} more; --limit N shows more, {all}");
        }
        Ok(code)
    }
}

fn parse_sort(opened: &CheckedStudy, text: &str) -> Result<Sort, CommandError> {
    // A column may itself be named `x:desc`.
    if let Ok(column) = opened.column(text) {
        return sorted_by(opened, column, false);
    }
    let (name, descending) = match text.rsplit_once(':') {
        Some((name, "desc")) => (name, true),
        Some((name, "asc")) => (name, false),
        _ => (text, false),
    };
    sorted_by(opened, opened.column(name)?, descending)
}

/// Refuses a masked column: the order of the customers would disclose its values.
fn sorted_by(opened: &CheckedStudy, column: String, descending: bool) -> Result<Sort, CommandError> {
    match opened.is_masked(&column) {
        true => Err(CommandError::Failed(settings::values_not_shown(&column))),
        false => Ok(Sort { column, descending }),
    }
}

/// Writes one page of a result that is never in memory as a whole.
fn write_part(out: &mut impl Write, table: &Table, format: OutputFormat, first: bool, last: bool) -> io::Result<()> {
    if let OutputFormat::Csv(formulas) = format {
        return table.write_csv(out, first, formulas);
    }
    if format == OutputFormat::Ndjson {
        return table.write_ndjson(out);
    }
    table.write_json_part(out, first)?;
    if last { writeln!(out, "\n]") } else { Ok(()) }
}
