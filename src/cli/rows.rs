use std::io::{self, Write};
use std::process::ExitCode;

use clap::Args;

use super::open::Opened;
use super::output::{Cell, Format, Table, finished};
use super::streams::{self, say};
use super::{Failure, Options};
use crate::engine::{PageQuestion, Sort};
use crate::insight::{settings, suppress};
use crate::rule::edit;
use crate::session::{PageInOrder, read_pages};

/// Number of rows that an aligned table shows by default.
const FOR_EYES: usize = 50;

#[derive(Debug, Args)]
pub struct Rows {
    /// Only these columns, in this order
    #[arg(long, value_name = "COLUMN,…")]
    columns: Vec<String>,
    /// Sort by a column, smallest first; COLUMN:desc largest first
    #[arg(long, value_name = "COLUMN[:desc]")]
    sort: Option<String>,
    /// Maximum number of rows [default: 50 in a table, all in JSON and CSV]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Number of rows to skip at the start
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u64,
}

impl Rows {
    pub fn run(self, options: &Options) -> Result<ExitCode, Failure> {
        let opened = Opened::for_texts(options, self.columns.iter().chain(&self.sort).map(String::as_str))?;
        let columns = self.columns.iter().flat_map(|list| edit::list_items(list));
        let columns = columns.map(|column| opened.column(&column)).collect::<Result<Vec<_>, _>>()?;
        let sort = self.sort.as_deref().map(|sort| parse_sort(&opened, sort)).transpose()?;
        let all = if options.format() == Format::Table { FOR_EYES } else { usize::MAX };
        let limit = self.limit.unwrap_or(all);
        let question = PageQuestion { filter: opened.filter.clone(), columns, sort, offset: self.offset, limit };
        if options.format() == Format::Table {
            let page = opened.ask(&question)?;
            let (total, rows) = (page.total, page.rows.len());
            let code = Table::from_page(page, opened.mask()).print(Format::Table)?;
            let left = total.saturating_sub(self.offset).saturating_sub(rows as u64);
            if left > 0 {
                let left = Cell::Count(suppress::single(left, opened.min_cell())).shown();
                say!("crosscut: {left} more; --limit N shows more, --format csv all");
            }
            return Ok(code);
        }
        let mut out = io::BufWriter::new(streams::stdout());
        let written = read_pages(
            &question,
            limit,
            |question| opened.ask(question),
            |PageInOrder { page, is_first, is_last }| {
                write_part(&mut out, &Table::from_page(page, opened.mask()), options.format(), is_first, is_last)
            },
        )?;
        finished(written.and_then(|_| out.flush()))
    }
}

fn parse_sort(opened: &Opened, text: &str) -> Result<Sort, Failure> {
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
fn sorted_by(opened: &Opened, column: String, descending: bool) -> Result<Sort, Failure> {
    match opened.is_masked(&column) {
        true => Err(Failure::Failed(settings::values_not_shown(&column))),
        false => Ok(Sort { column, descending }),
    }
}

/// Writes one page of a result that is never in memory as a whole.
fn write_part(out: &mut impl Write, table: &Table, format: Format, first: bool, last: bool) -> io::Result<()> {
    if let Format::Csv(formulas) = format {
        return table.write_csv(out, first, formulas);
    }
    if first {
        write!(out, "[")?;
    }
    for (i, object) in table.objects().enumerate() {
        write!(out, "{}\n  ", if first && i == 0 { "" } else { "," })?;
        serde_json::to_writer(&mut *out, &object)?;
    }
    if last { writeln!(out, "\n]") } else { Ok(()) }
}
