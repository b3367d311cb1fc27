//! The command line. Each sub-command is a file that asks the screen's questions and prints the answers to stdout.
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 success, 1 failure, 2 wrong usage.

mod allowed_options;
mod attrition;
mod cards;
mod check;
mod claims;
mod command_error;
mod common_options;
mod completions;
mod consolidate;
mod convert;
mod costs;
mod count;
mod coverage;
mod customer;
mod demo;
mod describe;
mod explain;
mod export;
mod generate;
mod group;
mod init;
mod log_file;
mod man;
mod matrix;
pub mod open;
mod output;
mod personas;
mod profile;
mod progress_bar;
mod recent;
mod report;
mod research;
mod retention;
mod rows;
mod segmentation;
mod segments;
mod spec;
mod sql;
pub mod streams;
mod sums;
mod text_flags;
mod tutor;
mod upset;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{FromArgMatches, Parser, Subcommand};

pub use self::command_error::CommandError;
use self::common_options::rule_text;
pub use self::common_options::{CommonOptions, FormatOption};
use crate::term::Signal;
use crate::tui::run::{self as screen, TuiInput};

/// Explore customer segments and personas: type a rule and see the counts of all of them update.
#[derive(Debug, Parser)]
#[command(name = "crosscut", version, about, after_help = EXAMPLES)]
pub struct Cli {
    /// A table to open without a study: text (CSV, …), Excel, SQLite, JSON, Parquet or Arrow; a folder, a glob, or - for stdin
    #[arg(value_name = "DATA")]
    pub table: Option<PathBuf>,
    /// Do not restore the filter and the unsaved form of an interrupted session
    #[arg(long)]
    pub fresh: bool,
    #[command(flatten)]
    pub options: CommonOptions,
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  crosscut                                  open the study of ./config.toml
  crosscut demo                             open a sample study
  crosscut tutor                            learn it in ten lessons
  crosscut customers.parquet                open a table
  cat c.csv | crosscut -                    open a table from a pipe
  crosscut count \"country = 'DE' AND @active\"
  crosscut customers.csv count \"age > 30\"
  crosscut group plan --filter @active --format json
  crosscut sql @active --dialect duckdb     print a segment as SQL
  crosscut init customers.csv               write a starter study beside a table";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Count customers matching a rule (all if none given)
    Count(count::CountArgs),
    /// List segments and cells with count, share of the filter and index
    Segments(segments::SegmentsArgs),
    /// List personas with count and reach, and the segments they span
    Personas(personas::PersonasArgs),
    /// Group customers by columns
    Group(group::GroupArgs),
    /// Profile columns: values and spread, in the filter and in the base
    Profile(profile::ProfileArgs),
    /// Show the cells of a segmentation, and whether it is MECE
    Segmentation(segmentation::SegmentationArgs),
    /// Compare segments with personas: overlap, penetration, composition, Jaccard, index
    Matrix(matrix::MatrixArgs),
    /// Count customers by the exact combination of segments or personas
    #[command(name = "upset")]
    UpSet(upset::UpSetArgs),
    /// Show how many customers are in no, one or several personas
    Coverage(coverage::CoverageArgs),
    /// Count customers by their first persona, in the order of the personas file
    Waterfall(coverage::WaterfallArgs),
    /// Group many segments into a few, and show what k groups cover
    Consolidate(consolidate::ConsolidateArgs),
    /// List the traits that set the filtered customers apart, by effect size
    Why(why::WhyArgs),
    /// Count the customers that each condition of the filter removes
    Attrition(attrition::AttritionArgs),
    /// Show cohorts by the period of the first event, and the share who came back in each later period
    Retention(retention::RetentionArgs),
    /// Show the answers of respondents by persona: themes, quotes, and how well respondents represent the audience
    Research(research::ResearchArgs),
    /// Explain a rule in plain words, with the customers of each condition and the columns that it reads
    Explain(explain::ExplainArgs),
    /// Print a rule as SQL of another engine, with the same meaning; exit code 1 if that engine does not support it
    Sql(sql::SqlArgs),
    /// Write a shareable report of the study: personas' cards, coverage, spans; self-contained HTML, or Markdown
    Report(report::ReportArgs),
    /// List customers; masked columns stay masked
    Rows(rows::RowsArgs),
    /// Show one customer: every column, its segments, cells and personas, and the conditions that decide
    Customer(customer::CustomerArgs),
    /// Write the customers of a rule to a file for the next tool: CSV, TSV, NDJSON, JSON, Parquet, Arrow or Excel
    Export(export::ExportArgs),
    /// Write a table in another format: text, Excel or SQLite as Parquet, and so on
    Convert(convert::ConvertArgs),
    /// Check the study's files against its data; exit code 1 if anything is wrong
    Check(check::CheckArgs),
    /// Show how a table is parsed, why, and how to change it
    Describe(describe::DescribeArgs),
    /// Write a starter study beside a table
    Init(init::InitArgs),
    /// Print the sub-commands, their options and the columns of their tables, for scripts and agents
    Spec(spec::SpecArgs),
    /// Open a sample study, in a temporary folder or the given one
    Demo(demo::DemoArgs),
    /// Learn Crosscut in ten lessons on a copy of the sample; resumes where you stopped
    Tutor(tutor::TutorArgs),
    /// Generate a sample shop of any size; the same seed gives the same data
    Generate(generate::GenerateArgs),
    /// Print a script that completes sub-commands, options and their values in a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page of the program, or of a sub-command, for man(1)
    #[command(name = "man")]
    Manual(man::ManualArgs),
}

/// Parses the command line. Ends the program where that is all: help, version, wrong usage.
///
/// # Errors
/// Returns an error for an option or a format that the sub-command does not take, and for a word that is no sub-command.
pub fn parse() -> Result<Cli, CommandError> {
    let read = allowed_options::command().try_get_matches().and_then(|matches| {
        let name = matches.subcommand_name().map(str::to_owned);
        Ok((name, Cli::from_arg_matches(&matches)?))
    });
    match read {
        Ok((name, cli)) => {
            let cli = match &name {
                Some(command) => cli.for_command(command)?,
                None => cli,
            };
            allowed_options::check(name.as_deref(), &cli.options)?;
            Ok(cli)
        }
        Err(error) => {
            // A mistyped sub-command is taken for DATA, so that the error would be about the word after it.
            if matches!(error.kind(), ErrorKind::InvalidSubcommand | ErrorKind::UnknownArgument)
                && let Some(first) = std::env::args().nth(1).filter(|word| !word.starts_with('-'))
                && !open::is_there(first.as_ref())
                && !allowed_options::names().contains(&first)
            {
                return Err(open::unknown_word(&first));
            }
            // Nor is a table after the sub-command, where no other word is expected.
            if error.kind() == ErrorKind::UnknownArgument
                && let Some((command, table)) = open::table_after_command()
            {
                return Err(CommandError::usage(format!(
                    "{command} takes no table there: name it first, as in crosscut {} {command} …",
                    table.display()
                )));
            }
            // Help and the version are results: if they cannot be written, that is said.
            if !error.use_stderr() {
                output::finished(error.print())?;
                std::process::exit(error.exit_code());
            }
            error.exit()
        }
    }
}

/// Runs the program as the command line says.
pub fn run(cli: Cli) -> Result<ExitCode, CommandError> {
    log_file::start(&cli.options)?;
    match cli.command {
        None => on_screen(open::for_screen(&cli.options, cli.table.as_deref(), cli.fresh)?),
        Some(command) => run_command(command, &cli.options),
    }
}

fn on_screen(screen: TuiInput) -> Result<ExitCode, CommandError> {
    match screen::run(screen).map_err(CommandError::failed)? {
        screen::ExitReason::Quit => Ok(ExitCode::SUCCESS),
        screen::ExitReason::Signal(signal) => Ok(ExitCode::from(signal.exit_code())),
        screen::ExitReason::Lost => Ok(ExitCode::from(Signal::Hangup.exit_code())),
    }
}

fn run_command(command: Command, options: &CommonOptions) -> Result<ExitCode, CommandError> {
    match command {
        Command::Count(count) => count.run(options),
        Command::Segments(segments) => segments.run(options),
        Command::Personas(personas) => personas.run(options),
        Command::Group(group) => group.run(options),
        Command::Profile(profile) => profile.run(options),
        Command::Segmentation(segmentation) => segmentation.run(options),
        Command::Matrix(matrix) => matrix.run(options),
        Command::UpSet(upset) => upset.run(options),
        Command::Coverage(coverage) => coverage.run(options),
        Command::Waterfall(waterfall) => waterfall.run(options),
        Command::Consolidate(consolidate) => consolidate.run(options),
        Command::Why(why) => why.run(options),
        Command::Attrition(attrition) => attrition.run(options),
        Command::Retention(retention) => retention.run(options),
        Command::Research(research) => research.run(options),
        Command::Explain(explain) => explain.run(options),
        Command::Sql(sql) => sql.run(options),
        Command::Report(report) => report.run(options),
        Command::Rows(rows) => rows.run(options),
        Command::Customer(customer) => customer.run(options),
        Command::Export(export) => export.run(options),
        Command::Convert(convert) => convert.run(options),
        Command::Check(check) => check.run(options),
        Command::Describe(describe) => describe.run(options),
        Command::Init(init) => init.run(options),
        Command::Generate(generate) => generate.run(),
        Command::Spec(spec) => spec.run(),
        Command::Demo(demo) => demo.run(),
        Command::Tutor(tutor) => tutor.run(),
        Command::Completions(completions) => completions.run(),
        Command::Manual(manual) => manual.run(),
    }
}

impl Cli {
    /// Moves DATA before a sub-command to the option that means the same.
    ///
    /// # Errors
    /// Returns an error if nothing is there, if the option names another table, or if the sub-command reads none.
    fn for_command(mut self, command: &str) -> Result<Self, CommandError> {
        let Some(table) = self.table.take() else { return Ok(self) };
        let shown = table.display();
        if !open::is_there(&table) {
            return Err(open::unknown_word(&shown.to_string()));
        }
        if !allowed_options::takes(command, "--data") {
            let way_out = match command {
                "init" | "convert" => format!("name its table after it, as in crosscut {command} {shown}"),
                _ => format!("leave out {shown}"),
            };
            return Err(CommandError::usage(format!("{command} takes no table before it: {way_out}")));
        }
        let (option, there) = match open::study_at(&table) {
            Some(file) => ("--config", self.options.config.replace(file)),
            None => ("--data", self.options.data.replace(table.clone())),
        };
        match there {
            Some(_) => Err(CommandError::usage(format!("two tables are named: {shown} and that of {option}"))),
            None => Ok(self),
        }
    }
}
