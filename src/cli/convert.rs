//! `convert`: a table as a file of another format.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::export::{file_format, formulas};
use super::progress_bar::ProgressBar;
use super::streams::say;
use super::{CommandError, CommonOptions};
use crate::data::{BaseLocation, LoadOptions};
use crate::engine::Cancel;
use crate::rule::edit;
use crate::session::Conversion;
use crate::term;
use crate::text::numbers;

#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// The table: a file, a folder, a pattern, or - for stdin
    #[arg(value_name = "IN")]
    from: PathBuf,
    /// The file to write, readable only by you (mode 0600); .parquet, .arrow, .csv, .tsv, .ndjson, .json, .xlsx or .md, unless --format
    /// says otherwise
    #[arg(value_name = "OUT")]
    to: PathBuf,
    /// Only these columns [default: all]
    #[arg(long, value_name = "COLUMN,…")]
    columns: Vec<String>,
}

impl ConvertArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let format = file_format(options, "OUT", Some(&self.to))?;
        let text = options.text.options();
        options.text.check(&text)?;
        let columns: Vec<String> = self.columns.iter().flat_map(|list| edit::list_items(list)).collect();
        let load = LoadOptions {
            columns: (!columns.is_empty()).then_some(columns),
            choice: options.choice.choice(),
            text,
            ..LoadOptions::default()
        };
        let source = if self.from.as_os_str() == "-" { BaseLocation::Stdin } else { BaseLocation::Path(self.from) };
        if let BaseLocation::Path(from) = &source
            && std::fs::canonicalize(from).is_ok_and(|from| std::fs::canonicalize(&self.to).is_ok_and(|to| from == to))
        {
            return Err(CommandError::usage("IN and OUT are the same file: name another"));
        }
        let cancel = Cancel::new();
        let raised = cancel.clone();
        term::on_interrupt(move || raised.raise()).map_err(CommandError::failed)?;
        let conversion =
            Conversion { source: &source, options: &load, to: &self.to, format, formulas: formulas(options) };
        let base = conversion.load(&|| cancel.is_raised()).map_err(CommandError::Failed)?;
        base.notices.iter().for_each(|notice| say!("crosscut: {}: {notice}", base.source));
        options.text.write_rejects(&base.rejects, false)?;
        let mut bar = ProgressBar::new(base.table.rows() as u64);
        let written = conversion.write(&base, &mut |rows| {
            bar.draw(rows);
            !cancel.is_raised()
        });
        bar.clear();
        let rows = numbers::count(written.map_err(CommandError::Failed)?);
        say!("crosscut: wrote {rows} rows to {}", self.to.display());
        Ok(ExitCode::SUCCESS)
    }
}
