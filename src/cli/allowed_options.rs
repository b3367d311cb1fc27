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
const ROW_FORMATS: &[FormatOption] = &[
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
struct AllowedOptions {
    command: &'static str,
    options: &'static [&'static [&'static str]],
    formats: &'static [FormatOption],
}

const fn allowed(
    command: &'static str,
    options: &'static [&'static [&'static str]],
    formats: &'static [FormatOption],
) -> AllowedOptions {
    AllowedOptions { command, options, formats }
}

/// Options of a table of figures.
const FIGURES: &[&[&str]] = &[STUDY, TODAY, FILTER, TABLE, TEXT, REJECTS];
/// Options of a table of figures with sums of the value column.
const SUMS: &[&[&str]] = &[STUDY, TODAY, FILTER, VALUE, TABLE, TEXT, REJECTS];

const ALLOWED: &[AllowedOptions] = &[
    allowed("count", SUMS, TABLES),
    allowed("segments", SUMS, TABLES),
    allowed("personas", SUMS, TABLES),
    allowed("group", SUMS, TABLES),
    allowed("profile", FIGURES, TABLES),
    allowed("segmentation", SUMS, TABLES),
    allowed("matrix", FIGURES, TABLES),
    allowed("upset", FIGURES, TABLES),
    allowed("coverage", SUMS, TABLES),
    allowed("waterfall", SUMS, TABLES),
    allowed("consolidate", SUMS, TABLES),
    allowed("why", FIGURES, TABLES),
    allowed("attrition", FIGURES, TABLES),
    allowed("retention", FIGURES, TABLES),
    allowed("research", FIGURES, TABLES),
    allowed("explain", FIGURES, TABLES),
    allowed("rows", FIGURES, TABLES),
    allowed("customer", FIGURES, TABLES),
    allowed("export", FIGURES, ROW_FORMATS),
    allowed("convert", &[TABLE, TEXT, REJECTS], ROW_FORMATS),
    allowed("report", &[STUDY, TODAY, FILTER, VALUE, FORMAT, TEXT, REJECTS], PAGES),
    allowed("check", &[STUDY, TODAY, VALUE, TABLE, TEXT, REJECTS], TABLES),
    allowed("describe", &[STUDY, TABLE, TEXT, REJECTS], TABLES),
    allowed("sql", &[STUDY, TODAY, FILTER, TEXT, REJECTS], &[]),
    allowed("init", &[VALUE, TEXT], &[]),
    allowed("generate", &[], &[]),
    allowed("completions", &[], &[]),
    allowed("man", &[], &[]),
    allowed("spec", &[FORMAT], DATA),
    allowed("demo", &[], &[]),
    allowed("tutor", &[], &[]),
];

/// Options that the full-screen program does not take.
const NOT_ON_SCREEN: &[&str] = TABLE;

fn find(command: &str) -> Option<&'static AllowedOptions> {
    ALLOWED.iter().find(|allowed| allowed.command == command)
}

/// Returns true if the sub-command takes the option.
pub fn takes(command: &str, option: &str) -> bool {
    find(command).is_some_and(|allowed| allowed.takes(option))
}

impl AllowedOptions {
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
        let Some(allowed) = find(name) else { return program };
        // An argument of the sub-command's own takes the place of the global one with its name.
        let own: Vec<clap::Arg> = global.iter().filter_map(|arg| own_form(arg, allowed)).collect();
        program.mut_subcommand(name, |command| command.args(own))
    })
}

/// Returns a global option as a sub-command shows it; `None` to leave it as it is.
fn own_form(arg: &clap::Arg, allowed: &'static AllowedOptions) -> Option<clap::Arg> {
    let name = format!("--{}", arg.get_long()?);
    let is_ours = ALLOWED.iter().any(|allowed| allowed.takes(&name));
    match (allowed.takes(&name), name.as_str()) {
        (false, _) if is_ours => Some(arg.clone().hide(true)),
        (true, "--format") => {
            let values = allowed.formats.iter().filter_map(FormatOption::to_possible_value);
            let parser = PossibleValuesParser::new(values).try_map(|word| FormatOption::from_str(&word, false));
            let help = format!("Format of the results [default: {}]", allowed.words().first()?);
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
    let Some(allowed) = find(command) else { return Ok(()) };
    if let Some(option) = given.into_iter().find(|option| !allowed.takes(option)) {
        return Err(CommandError::usage(format!("{command} takes no {option}")));
    }
    match options.format.filter(|format| !allowed.formats.contains(format)) {
        None => Ok(()),
        Some(format) => {
            let word = format.to_possible_value().map(|word| word.get_name().to_owned()).unwrap_or_default();
            let words = allowed.words().join(", ");
            Err(CommandError::usage(format!("{command} cannot write {word}: --format takes {words}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_lists_each_sub_command_once_with_known_options() {
        let mut listed: Vec<&str> = ALLOWED.iter().map(|allowed| allowed.command).collect();
        let mut names = names();
        listed.sort_unstable();
        names.sort_unstable();
        assert_eq!(listed, names);
        let program = Cli::command();
        let known: Vec<String> =
            program.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}")).collect();
        for option in ALLOWED.iter().flat_map(|allowed| allowed.options.iter().copied().flatten()) {
            assert!(known.iter().any(|name| name == option), "{option}");
        }
    }

    #[test]
    fn command_line_is_well_formed() {
        command().debug_assert();
    }
}
