//! The options of [`super::CommonOptions`] that each sub-command takes: the others are not in its help, and are refused.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{CommandFactory, ValueEnum};

use super::{Cli, CommandError, CommonOptions, FormatOption};

const STUDY: &[&str] = &["--config", "--data"];
const TODAY: &[&str] = &["--as-of"];
const FILTER: &[&str] = &["--filter"];
const VALUE: &[&str] = &["--value"];
const FORMAT: &[&str] = &["--format"];
const TABLE: &[&str] = &["--format", "--keep-formulas"];
/// Settings of the files that are read.
const TEXT: &[&str] = &[
    "--table",
    "--sheet",
    "--sep",
    "--quote",
    "--escape",
    "--header",
    "--encoding",
    "--decimal",
    "--comment",
    "--skip",
    "--on-bad-row",
];
const REJECTS: &[&str] = &["--rejects"];

const TABLES: &[FormatOption] =
    &[FormatOption::Table, FormatOption::Json, FormatOption::Ndjson, FormatOption::Csv, FormatOption::Md];
const ROWS: &[FormatOption] = &[
    FormatOption::Csv,
    FormatOption::Tsv,
    FormatOption::Ndjson,
    FormatOption::Json,
    FormatOption::Parquet,
    FormatOption::Arrow,
    FormatOption::Xlsx,
    FormatOption::Md,
];
const DATA: &[FormatOption] = &[FormatOption::Json];
const PAGES: &[FormatOption] = &[FormatOption::Html, FormatOption::Md];

/// Options and formats of a sub-command.
struct Accepted {
    command: &'static str,
    options: &'static [&'static [&'static str]],
    formats: &'static [FormatOption],
}

const fn accepted(
    command: &'static str,
    options: &'static [&'static [&'static str]],
    formats: &'static [FormatOption],
) -> Accepted {
    Accepted { command, options, formats }
}

/// Options of a table of figures.
const FIGURES: &[&[&str]] = &[STUDY, TODAY, FILTER, TABLE, TEXT, REJECTS];
/// Options of a table of figures with sums of the value column.
const SUMS: &[&[&str]] = &[STUDY, TODAY, FILTER, VALUE, TABLE, TEXT, REJECTS];

const ACCEPTED: &[Accepted] = &[
    accepted("count", SUMS, TABLES),
    accepted("segments", SUMS, TABLES),
    accepted("personas", SUMS, TABLES),
    accepted("group", SUMS, TABLES),
    accepted("profile", FIGURES, TABLES),
    accepted("segmentation", SUMS, TABLES),
    accepted("matrix", FIGURES, TABLES),
    accepted("upset", FIGURES, TABLES),
    accepted("coverage", SUMS, TABLES),
    accepted("waterfall", SUMS, TABLES),
    accepted("consolidate", SUMS, TABLES),
    accepted("why", FIGURES, TABLES),
    accepted("attrition", FIGURES, TABLES),
    accepted("retention", FIGURES, TABLES),
    accepted("research", FIGURES, TABLES),
    accepted("explain", FIGURES, TABLES),
    accepted("rows", FIGURES, TABLES),
    accepted("customer", FIGURES, TABLES),
    accepted("export", FIGURES, ROWS),
    accepted("convert", &[TABLE, TEXT, REJECTS], ROWS),
    accepted("report", &[STUDY, TODAY, FILTER, VALUE, FORMAT, TEXT, REJECTS], PAGES),
    accepted("check", &[STUDY, TODAY, VALUE, TABLE, TEXT, REJECTS], TABLES),
    accepted("describe", &[STUDY, TABLE, TEXT, REJECTS], TABLES),
    accepted("sql", &[STUDY, TODAY, FILTER, TEXT, REJECTS], &[]),
    accepted("init", &[VALUE, TEXT], &[]),
    accepted("generate", &[], &[]),
    accepted("completions", &[], &[]),
    accepted("man", &[], &[]),
    accepted("spec", &[FORMAT], DATA),
    accepted("demo", &[], &[]),
    accepted("tutor", &[], &[]),
];

/// Options that the full-screen program does not take.
const NOT_ON_SCREEN: &[&str] = TABLE;

fn of(command: &str) -> Option<&'static Accepted> {
    ACCEPTED.iter().find(|accepted| accepted.command == command)
}

/// Returns true if the sub-command takes the option.
pub fn takes(command: &str, option: &str) -> bool {
    of(command).is_some_and(|accepted| accepted.takes(option))
}

impl Accepted {
    fn takes(&self, option: &str) -> bool {
        self.options.iter().any(|group| group.contains(&option))
    }

    fn words(&self) -> Vec<String> {
        let words = self.formats.iter().filter_map(FormatOption::to_possible_value);
        words.map(|word| word.get_name().to_owned()).collect()
    }
}

/// Returns the names of the sub-commands.
pub fn names() -> Vec<String> {
    Cli::command().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

/// Returns the command line with each sub-command's help reduced to the options that it takes.
pub fn command() -> clap::Command {
    let program = Cli::command();
    let global: Vec<clap::Arg> = program.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    let names: Vec<String> = program.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    names.iter().fold(program, |program, name| {
        let Some(accepted) = of(name) else { return program };
        // An argument of the sub-command's own takes the place of the global one with its name.
        let own: Vec<clap::Arg> = global.iter().filter_map(|arg| own_form(arg, accepted)).collect();
        program.mut_subcommand(name, |command| command.args(own))
    })
}

/// Returns a global option as a sub-command shows it; `None` to leave it as it is.
fn own_form(arg: &clap::Arg, accepted: &'static Accepted) -> Option<clap::Arg> {
    let name = format!("--{}", arg.get_long()?);
    let is_ours = ACCEPTED.iter().any(|accepted| accepted.takes(&name));
    match (accepted.takes(&name), name.as_str()) {
        (false, _) if is_ours => Some(arg.clone().hide(true)),
        (true, "--format") => {
            let values = accepted.formats.iter().filter_map(FormatOption::to_possible_value);
            let parser = PossibleValuesParser::new(values).try_map(|word| FormatOption::from_str(&word, false));
            let help = format!("Format of the results [default: {}]", accepted.words().first()?);
            Some(arg.clone().value_parser(parser).hide_possible_values(false).help(help).long_help(None::<&str>))
        }
        _ => None,
    }
}

/// Refuses options and formats that would have no effect, since passing one asks for an effect.
///
/// # Errors
/// Returns an error that names the first such option.
pub fn check(command: Option<&str>, options: &CommonOptions) -> Result<(), CommandError> {
    let given = options.given();
    let Some(command) = command else {
        let refused = given.into_iter().find(|option| NOT_ON_SCREEN.contains(option));
        return refused.map_or(Ok(()), |option| {
            Err(CommandError::usage(format!("{option} is for sub-commands: the full-screen program takes none")))
        });
    };
    let Some(accepted) = of(command) else { return Ok(()) };
    if let Some(option) = given.into_iter().find(|option| !accepted.takes(option)) {
        return Err(CommandError::usage(format!("{command} takes no {option}")));
    }
    match options.format.filter(|format| !accepted.formats.contains(format)) {
        None => Ok(()),
        Some(format) => {
            let word = format.to_possible_value().map(|word| word.get_name().to_owned()).unwrap_or_default();
            let words = accepted.words().join(", ");
            Err(CommandError::usage(format!("{command} cannot write {word}: --format takes {words}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_lists_each_sub_command_once_with_known_options() {
        let mut listed: Vec<&str> = ACCEPTED.iter().map(|accepted| accepted.command).collect();
        let mut names = names();
        listed.sort_unstable();
        names.sort_unstable();
        assert_eq!(listed, names);
        let program = Cli::command();
        let known: Vec<String> =
            program.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}")).collect();
        for option in ACCEPTED.iter().flat_map(|accepted| accepted.options.iter().copied().flatten()) {
            assert!(known.iter().any(|name| name == option), "{option}");
        }
    }

    #[test]
    fn command_line_is_well_formed() {
        command().debug_assert();
    }
}
