//! `export`: the customers of a rule as a file for the next tool.

mod columns;
mod hashing;
mod sink;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use self::columns::{ExportColumn, ExportColumns};
use self::hashing::Hasher;
use self::sink::{ExportSink, Target};
use super::open::CheckedStudy;
use super::output::{Formulas, TableCell};
use super::progress_bar::ProgressBar;
use super::streams::say;
use super::{CommandError, CommonOptions, FormatOption, sql};
use crate::engine::PageQuestion;
use crate::insight::suppress;
use crate::model::{Datum, FileFormat};
use crate::session::{PageInOrder, read_pages};

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The rule whose customers are exported, such as @active; with --filter, those of both [default: all]
    #[arg(value_name = "RULE", allow_hyphen_values = true, value_parser = super::rule_text)]
    rule: Option<String>,
    /// A persona's audience, by id or name
    #[arg(long, value_name = "PERSONA", conflicts_with = "rule")]
    persona: Option<String>,
    /// The file to write, readable only by you (mode 0600); .csv, .tsv, .ndjson, .json, .parquet, .arrow, .xlsx or .md, unless --format
    /// says otherwise
    /// [default: stdout, as csv]
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Only these columns, in this order [default: all that are not masked]
    #[arg(long, value_name = "COLUMN,…")]
    columns: Vec<String>,
    /// Add a column per segment, true or false, and one per segmentation with the name of the customer's cell
    #[arg(long)]
    segments: bool,
    /// Add the customer's first persona
    #[arg(long)]
    personas: bool,
    /// Replace the values of a column by their SHA-256 in hexadecimal, trimmed and in lower case, as advertising platforms
    /// match e-mail addresses; may be given several times
    #[arg(long, value_name = "COLUMN")]
    hash: Vec<String>,
    /// Text before each value that is hashed, so that nobody without it can find values by trying
    #[arg(long, value_name = "TEXT", requires = "hash")]
    salt: Option<String>,
}

impl ExportArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let format = file_format(options, "--to", self.to.as_deref())?;
        let mut opened = CheckedStudy::new(options)?;
        opened.stop_on_interrupt()?;
        let target = self.to.as_deref().map(|path| Target::new(path, &opened, options)).transpose()?;
        let rule = match (&self.rule, &self.persona) {
            (Some(rule), _) => rule.clone(),
            (None, Some(persona)) => sql::persona_rule(&opened, persona)?,
            (None, None) => String::new(),
        };
        let filter = opened.filter.and(&opened.rule(&rule)?);
        let mut columns = ExportColumns::from_base(&opened, &self.columns, &self.hash)?;
        if self.segments {
            columns.add_segments(&mut opened, &filter)?;
        }
        if self.personas {
            columns.add_persona(&opened, &filter)?;
        }
        let hasher = Hasher::new(self.salt.as_deref());
        let question = PageQuestion {
            filter,
            columns: columns.list.iter().map(|column| column.source.clone()).collect(),
            sort: Vec::new(),
            tests: Vec::new(),
            offset: 0,
            limit: usize::MAX,
        };
        let (mut sink, mut bar, mut rows) = (None, None, 0);
        let ask = |question: &PageQuestion| opened.ask(question);
        read_pages(&question, usize::MAX, ask, |PageInOrder { page, .. }| {
            // Made now: a filter of too few customers leaves no file behind.
            let sink = match &mut sink {
                Some(sink) => sink,
                free => free.insert(ExportSink::create(target.as_ref(), format, formulas(options), columns.header())?),
            };
            let bar = bar.get_or_insert_with(|| ProgressBar::new(page.total));
            rows += page.rows.len() as u64;
            let is_read = sink.write(page.rows.into_iter().map(|row| hashed(row, &columns.list, &hasher)).collect())?;
            if target.is_some() {
                bar.draw(rows);
            }
            Ok(is_read)
        })?;
        bar.iter().for_each(ProgressBar::clear);
        let code = sink.map_or(Ok(ExitCode::SUCCESS), ExportSink::finish)?;
        if let Some(target) = &target {
            let rows = suppress::of_base(rows, opened.engine.customers(), opened.min_cell());
            say!("crosscut: wrote {} rows to {}", TableCell::Count(rows).shown(), target.path.display());
        }
        Ok(code)
    }
}

/// Returns the format that `--format` names, else the ending of the file; csv for stdout.
///
/// # Errors
/// Returns an error if neither names one, or stdout cannot have it.
pub fn file_format(options: &CommonOptions, option: &str, to: Option<&Path>) -> Result<FileFormat, CommandError> {
    let by_name = to.map_or(Some(FileFormat::Csv), FileFormat::from_path);
    let format = match options.format {
        Some(FormatOption::Csv) => FileFormat::Csv,
        Some(FormatOption::Tsv) => FileFormat::Tsv,
        Some(FormatOption::Ndjson) => FileFormat::Ndjson,
        Some(FormatOption::Json) => FileFormat::Json,
        Some(FormatOption::Md) => FileFormat::Markdown,
        Some(FormatOption::Parquet) => FileFormat::Parquet,
        Some(FormatOption::Arrow) => FileFormat::Arrow,
        Some(FormatOption::Xlsx) => FileFormat::Xlsx,
        Some(FormatOption::Table | FormatOption::Html) | None => by_name.ok_or_else(|| {
            let endings = FileFormat::ENDINGS;
            CommandError::usage(format!("the ending of {option} names no format: write {endings}, or add --format"))
        })?,
    };
    match format.is_binary() && to.is_none() {
        true => Err(CommandError::usage(format!("{} is written to a file: add {option} FILE", format.word()))),
        false => Ok(format),
    }
}

/// Returns the treatment of texts that a spreadsheet would run as formulas.
pub fn formulas(options: &CommonOptions) -> Formulas {
    if options.keep_formulas { Formulas::Kept } else { Formulas::Guarded }
}

fn hashed(mut row: Vec<Datum>, columns: &[ExportColumn], hasher: &Hasher) -> Vec<Datum> {
    for (datum, _) in row.iter_mut().zip(columns).filter(|(_, column)| column.is_hashed) {
        *datum = hasher.hash(datum);
    }
    row
}
