//! Options of every command.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::output::{Formulas, OutputFormat};
use super::text_flags::{ChoiceFlags, TextFlags};

/// Format of the results. `allowed_options` lists the formats of each sub-command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatOption {
    /// Aligned text
    Table,
    /// An array of objects; shares are fractions, what has no value is null
    Json,
    /// One object per line, with the fields of json
    Ndjson,
    /// A header and lines; shares are fractions, what has no value is empty
    Csv,
    /// Like csv, with tabs
    Tsv,
    /// A Parquet file
    Parquet,
    /// An Arrow file (Feather 2)
    Arrow,
    /// An Excel workbook
    Xlsx,
    /// Markdown, for wikis and chats
    Md,
    /// A report's page, complete in itself
    Html,
}

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
pub struct CommonOptions {
    /// The study's config.toml [default: ./config.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The table, in place of the study's. Without --config it is opened alone: ./config.toml is ignored, and so are its
    /// segments, mask and min_cell
    #[arg(long, global = true, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Count only customers who match this rule
    #[arg(long, global = true, value_name = "RULE", allow_hyphen_values = true, value_parser = rule_text)]
    pub filter: Option<String>,
    /// The money column for shares of value, in place of the study's
    #[arg(long, global = true, value_name = "COLUMN")]
    pub value: Option<String>,
    /// The date that `today` means in rules, as YYYY-MM-DD [default: the study's, else today]
    #[arg(long, global = true, value_name = "DATE")]
    pub as_of: Option<NaiveDate>,
    /// Format of the results: table, json, ndjson, csv or md; see each sub-command
    #[arg(long, global = true, value_enum, hide_possible_values = true)]
    pub format: Option<FormatOption>,
    /// Write texts in CSV as they are, even those that a spreadsheet would run as a formula; without it they get a ' in front
    #[arg(long, global = true)]
    pub keep_formulas: bool,
    /// Write a log of opened files, queries and saves, with their times, to this file. It has no values and no rules
    /// [env: CROSSCUT_LOG]
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    #[command(flatten)]
    pub choice: ChoiceFlags,
    #[command(flatten)]
    pub text: TextFlags,
}

impl CommonOptions {
    /// Returns the options that were given, by their names.
    pub(super) fn given(&self) -> Vec<&'static str> {
        // The log takes every command.
        let CommonOptions { config, data, filter, value, as_of, format, keep_formulas, choice, text, log: _ } = self;
        let given = [
            ("--config", config.is_some()),
            ("--data", data.is_some()),
            ("--filter", filter.is_some()),
            ("--value", value.is_some()),
            ("--as-of", as_of.is_some()),
            ("--format", format.is_some()),
            ("--keep-formulas", *keep_formulas),
        ];
        let given = given.into_iter().filter(|(_, given)| *given).map(|(option, _)| option);
        given.chain(choice.given()).chain(text.given()).collect()
    }

    /// Returns the format of tables.
    pub(super) fn format(&self) -> OutputFormat {
        match self.format {
            Some(FormatOption::Json) => OutputFormat::Json,
            Some(FormatOption::Ndjson) => OutputFormat::Ndjson,
            Some(FormatOption::Md) => OutputFormat::Markdown,
            Some(FormatOption::Csv) if self.keep_formulas => OutputFormat::Csv(Formulas::Kept),
            Some(FormatOption::Csv) => OutputFormat::Csv(Formulas::Guarded),
            // A page or a file is not a table. [`parse`] has already refused them for other commands.
            Some(
                FormatOption::Table
                | FormatOption::Html
                | FormatOption::Tsv
                | FormatOption::Parquet
                | FormatOption::Arrow
                | FormatOption::Xlsx,
            )
            | None => OutputFormat::Table,
        }
    }
}

/// Accepts a rule that begins with a minus, such as `-age < -80`, but not with two: that is a mistyped option.
pub(super) fn rule_text(text: &str) -> Result<String, String> {
    match text.starts_with("--") {
        true => Err("there is no such option here, and no rule begins with --".into()),
        false => Ok(text.to_owned()),
    }
}
