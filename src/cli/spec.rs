//! `spec`: the sub-commands as data, for scripts and agents that drive the program.

use std::any::TypeId;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Arg, ArgAction, Args, Command, ValueEnum};
use serde_json::{Value, json};

use super::output::finished;
use super::{
    CommandError, allowed_options, attrition, check, claims, consolidate, count, coverage, customer, describe, explain,
    group, personas, profile, research, segmentation, segments, streams, sums, upset, why,
};
use crate::study::{StudyFileKind, schema};

#[derive(Debug, Args)]
pub struct SpecArgs {
    /// Print the JSON Schema of one of the study's files instead, for editors and checks
    #[arg(long, value_enum, value_name = "FILE")]
    schema: Option<SchemaFile>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchemaFile {
    Config,
    Segments,
    Personas,
}

/// Columns of a sub-command's table, whatever the study.
struct TableColumnNames {
    command: &'static str,
    /// Option that chooses this table; empty for the table without options.
    option: &'static str,
    names: &'static [&'static str],
    /// Columns after them where there is a value column.
    with_value: &'static [&'static str],
}

const fn columns(
    command: &'static str,
    option: &'static str,
    names: &'static [&'static str],
    with_value: &'static [&'static str],
) -> TableColumnNames {
    TableColumnNames { command, option, names, with_value }
}

const COLUMNS: &[TableColumnNames] = &[
    columns("count", "", &count::COLUMNS, &count::SUM_COLUMNS),
    columns("segments", "", &segments::COLUMNS, &sums::COLUMNS),
    columns("personas", "", &personas::COLUMNS, &sums::COLUMNS),
    columns("personas", "--claims", &claims::COLUMNS, &[]),
    columns("group", "", &group::COLUMNS, &sums::COLUMNS),
    columns("profile", "", &profile::COLUMNS, &[]),
    columns("profile", "--values", &profile::VALUE_COLUMNS, &[]),
    columns("segmentation", "", &segmentation::COLUMNS, &sums::COLUMNS),
    columns("upset", "", &upset::COLUMNS, &[]),
    columns("coverage", "--overlaps", &coverage::OVERLAP_COLUMNS, &[]),
    columns("consolidate", "--k", &consolidate::GROUP_COLUMNS, &[]),
    columns("why", "", &why::COLUMNS, &[]),
    columns("attrition", "", &attrition::COLUMNS, &[]),
    columns("customer", "", &customer::COLUMNS, &[]),
    columns("research", "", &research::COLUMNS, &[]),
    columns("research", "--quotes", &research::QUOTE_COLUMNS, &[]),
    columns("explain", "", &explain::COLUMNS, &[]),
    columns("check", "", &check::COLUMNS, &[]),
    columns("describe", "", &describe::COLUMNS, &[]),
];

impl SpecArgs {
    pub fn run(self) -> Result<ExitCode, CommandError> {
        if let Some(file) = self.schema {
            let file = match file {
                SchemaFile::Config => StudyFileKind::Config,
                SchemaFile::Segments => StudyFileKind::Segments,
                SchemaFile::Personas => StudyFileKind::Personas,
            };
            return print(&schema(file));
        }
        let mut program = allowed_options::command();
        // Gives each sub-command the options of all.
        program.build();
        let commands: Vec<Value> =
            program.get_subcommands().filter(|command| command.get_name() != "help").map(described).collect();
        let spec = json!({
            "program": "crosscut",
            "version": env!("CARGO_PKG_VERSION"),
            "exit_codes": { "0": "success", "1": "failure", "2": "wrong usage" },
            "streams": { "stdout": "results", "stderr": "messages, one per line, and what was left out of a result" },
            "cells": {
                "shares": "fractions from 0 to 1",
                "missing": "null in json and ndjson, empty in csv",
                "suppressed": "text in place of a number, such as \"<10\", \">4990\" or \"·\" (min_cell)",
                "masked": "\"•••\"",
            },
            "commands": commands,
        });
        print(&spec)
    }
}

fn print(value: &Value) -> Result<ExitCode, CommandError> {
    let text = serde_json::to_string_pretty(value).map_err(CommandError::failed)?;
    finished(writeln!(streams::stdout(), "{text}"))
}

fn described(command: &Command) -> Value {
    let shown = || command.get_arguments().filter(|arg| !arg.is_hide_set() && arg.get_id() != "help");
    let name = command.get_name();
    let tables: Vec<Value> = COLUMNS
        .iter()
        .filter(|columns| columns.command == name)
        .map(|columns| {
            let option = Some(columns.option).filter(|option| !option.is_empty());
            json!({ "option": option, "columns": columns.names, "with_value": columns.with_value })
        })
        .collect();
    json!({
        "name": name,
        "about": command.get_about().map(ToString::to_string),
        "arguments": shown().filter(|arg| arg.is_positional()).map(argument).collect::<Vec<_>>(),
        "options": shown().filter(|arg| !arg.is_positional()).map(argument).collect::<Vec<_>>(),
        "tables": tables,
    })
}

fn argument(arg: &Arg) -> Value {
    let name = arg.get_long().map_or_else(|| arg.get_id().to_string(), |long| format!("--{long}"));
    let values: Vec<String> = match arg.get_action() {
        ArgAction::SetTrue => Vec::new(),
        _ => arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect(),
    };
    let defaults: Vec<String> = match arg.is_hide_default_value_set() {
        true => Vec::new(),
        false => arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect(),
    };
    let several = matches!(arg.get_action(), ArgAction::Append);
    json!({
        "name": name,
        "value": arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string),
        "type": type_of(arg, !values.is_empty()),
        "values": values,
        "default": defaults.first().filter(|_| !matches!(arg.get_action(), ArgAction::SetTrue)),
        "required": arg.is_required_set(),
        "several": several,
        "help": arg.get_help().map(ToString::to_string),
    })
}

fn type_of(arg: &Arg, is_choice: bool) -> &'static str {
    let id = arg.get_value_parser().type_id();
    let integers = [TypeId::of::<u16>(), TypeId::of::<u64>(), TypeId::of::<usize>()];
    match arg.get_action() {
        ArgAction::SetTrue => "flag",
        _ if is_choice => "choice",
        _ if integers.iter().any(|integer| id == *integer) => "integer",
        _ if id == TypeId::of::<NaiveDate>() => "date",
        _ if id == TypeId::of::<PathBuf>() => "path",
        _ => "text",
    }
}
