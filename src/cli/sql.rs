use std::io::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::open::{CheckedStudy, pointed};
use super::output::finished;
use super::{CommandError, CommonOptions, streams};
use crate::model;
use crate::rule::RuleError;
use crate::rule::print::{self, DatabaseTables, Select, SqlDialect, TableName};

#[derive(Debug, Args)]
pub struct SqlArgs {
    /// The rule, or a name: @active, @plan.pro, @dana [default: that of --filter]
    #[arg(value_name = "RULE", allow_hyphen_values = true, value_parser = super::rule_text)]
    rule: Option<String>,
    /// A persona's audience, by id or name
    #[arg(long, value_name = "PERSONA", conflicts_with = "rule")]
    persona: Option<String>,
    /// The engine whose SQL is printed: duckdb, postgres, sqlite, spark, snowflake, bigquery or clickhouse
    #[arg(long, value_name = "ENGINE")]
    dialect: SqlDialect,
    /// Result of the statement
    #[arg(long, value_enum, default_value = "ids")]
    select: SqlSelect,
    /// Name segments, cells and personas in a WITH, one step each, instead of unfolding them in place
    #[arg(long)]
    cte: bool,
    /// The base's table in the database, as SQL names it; TABLE=NAME for a table of events [default: the file's name]
    #[arg(long, value_name = "[TABLE=]NAME")]
    table: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SqlSelect {
    /// The keys of the matching customers
    Ids,
    /// Their number
    Count,
    /// The condition alone, to stand after WHERE
    Where,
}

impl SqlArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::new(options)?;
        let text = self.text(&opened, options)?;
        let tables = self.tables(&opened)?;
        let select = match self.select {
            SqlSelect::Ids => Select::Ids,
            SqlSelect::Count => Select::Count,
            SqlSelect::Where => Select::Where,
        };
        let rule = opened.rule(&text)?;
        let statement = print::statement(&rule, select, self.cte, self.dialect, &tables).map_err(|refused| {
            let message = format!("cannot be printed for {}: {refused}", self.dialect.title());
            CommandError::Failed(pointed(&text, &RuleError::new(refused.place, message)))
        })?;
        let end = if select == Select::Where { "" } else { ";" };
        finished(writeln!(streams::stdout(), "{statement}{end}"))
    }

    /// Returns the rule's text; with `--filter`, both rules joined.
    fn text(&self, opened: &CheckedStudy, options: &CommonOptions) -> Result<String, CommandError> {
        let wanted = match (&self.rule, &self.persona) {
            (Some(rule), _) => Some(rule.clone()),
            (None, Some(persona)) => Some(persona_rule(opened, persona)?),
            (None, None) => None,
        };
        match (wanted, &options.filter) {
            (Some(rule), None) => Ok(rule),
            (None, Some(filter)) => Ok(filter.clone()),
            (Some(rule), Some(filter)) => Ok(format!("({rule}) AND ({filter})")),
            (None, None) => Err(CommandError::usage("sql needs a rule: crosscut sql \"spend > 100\" --dialect duckdb")),
        }
    }

    fn tables(&self, opened: &CheckedStudy) -> Result<DatabaseTables, CommandError> {
        let stem = opened.title.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("customers");
        let mut tables = DatabaseTables::new(TableName::Plain(stem.to_owned()), opened.schema().clone());
        tables.personas = opened.catalog.by_priority();
        for given in &self.table {
            let events = given.split_once('=').map(|(name, table)| (opened.schema().events(name.trim()), table));
            match events {
                Some((Some(events), table)) => {
                    tables.events.insert(events.name.clone(), TableName::Written(table.trim().to_owned()));
                }
                Some((None, _)) => {
                    let message = format!("--table {given}: the study has no table of events of this name");
                    return Err(CommandError::usage(message));
                }
                None => tables.base = TableName::Written(given.clone()),
            }
        }
        Ok(tables)
    }
}

/// Returns the reference to a persona's audience in rules.
pub(super) fn persona_rule(opened: &CheckedStudy, wanted: &str) -> Result<String, CommandError> {
    let personas = &opened.catalog.personas;
    let wanted = wanted.trim_start_matches('@');
    let by_id = personas.iter().find(|persona| persona.id == wanted);
    let found = by_id.or_else(|| personas.iter().find(|persona| persona.name.eq_ignore_ascii_case(wanted)));
    match found {
        Some(persona) => Ok(model::reference(&persona.id)),
        None => {
            let known: Vec<&str> = personas.iter().map(|persona| persona.id.as_str()).collect();
            Err(CommandError::usage(format!("--persona {wanted}: the personas are {}", known.join(", "))))
        }
    }
}
