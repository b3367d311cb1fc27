use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{OutputFormat, Table, TableCell, finished};
use super::{CommandError, CommonOptions, streams};
use crate::engine::CountsQuestion;
use crate::insight::{figures, suppress};
use crate::model::PERSONA;
use crate::rule::explain::{self, Explained};
use crate::rule::{Checked, ComputedDefinition, Node};
use crate::session::ValueStore;

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 3] = ["condition", "customers", "share_of_base"];

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The rule, or a name: @active, @plan.pro, @dana [default: that of --filter]
    #[arg(value_name = "RULE", allow_hyphen_values = true, value_parser = super::rule_text)]
    rule: Option<String>,
}

impl ExplainArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let opened = CheckedStudy::new(options)?;
        // With a rule of its own, the filter narrows the customers; otherwise the filter is the rule.
        let (rule, filter) = match (&self.rule, &options.filter) {
            (Some(rule), _) => (opened.rule(rule)?, opened.filter.clone()),
            (None, Some(_)) => (opened.filter.clone(), Checked::everyone()),
            (None, None) => return Err(CommandError::usage("explain needs a rule: crosscut explain \"spend > 100\"")),
        };
        let explained = explain::explain(rule.written());
        let mut lines = Vec::new();
        collect(&explained, 0, &mut lines);
        let parts = lines.iter().map(|(_, explained)| explained.rule.and(&filter));
        let rules = std::iter::once(filter.clone()).chain(parts).collect();
        let counts = opened.ask(&CountsQuestion { filter: Checked::everyone(), rules })?;
        let mut table = Table::new(COLUMNS);
        let counts: Vec<u64> = counts.iter().map(|count| count.in_base).collect();
        // The first number, that of the filter, is known: no other may differ from it by a few.
        let shown = suppress::nested(&counts, opened.engine.customers(), opened.min_cell());
        for ((depth, explained), customers) in lines.iter().zip(shown.into_iter().skip(1)) {
            let share = customers.count().and_then(|count| figures::share(count, opened.engine.customers()));
            let words = format!("{}{}", "  ".repeat(*depth), explained.words);
            table.rows.push(vec![TableCell::Text(words), TableCell::Count(customers), TableCell::Share(share)]);
        }
        let code = table.print(options.format())?;
        if options.format() != OutputFormat::Table {
            return Ok(code);
        }
        finished(sources(&opened, &rule).iter().try_for_each(|line| writeln!(streams::stdout(), "{line}")))
    }
}

fn collect<'e>(explained: &'e Explained, depth: usize, into: &mut Vec<(usize, &'e Explained)>) {
    into.push((depth, explained));
    explained.parts.iter().for_each(|part| collect(part, depth + 1, into));
}

/// Describes the inputs of the rule: columns with their types, and calls over tables of events.
fn sources(opened: &CheckedStudy, rule: &Checked) -> Vec<String> {
    let (mut columns, mut events) = (Vec::new(), BTreeMap::<&str, Vec<&str>>::new());
    for source in rule.expr().sources() {
        match &source.node {
            Node::Column(name) => columns.push(format!("{name} ({})", source.kind)),
            Node::Persona => columns.push(format!("{PERSONA} ({}), made of the personas", source.kind)),
            Node::Computed(computed) => match &computed.source {
                ComputedDefinition::Events(call) => events.entry(&call.table).or_default().push(&computed.label),
                ComputedDefinition::Pattern(pattern) => events.entry(&pattern.table).or_default().push(&computed.label),
                ComputedDefinition::Top { column, within, .. } => {
                    columns.push(format!("{column} ({}), in order", opened.schema().type_of(column)));
                    columns
                        .extend(within.iter().map(|within| format!("{within} ({})", opened.schema().type_of(within))));
                }
                ComputedDefinition::OfCustomer(_) => {}
                ComputedDefinition::Split { .. } => {
                    columns.extend(opened.schema().key().map(|key| format!("{key}, its hash")))
                }
            },
            _ => {}
        }
    }
    columns.dedup();
    let kept = match opened.rest.kept() {
        ValueStore::Files => "read from the file when they are first needed".to_owned(),
        ValueStore::Memory => "kept in memory".to_owned(),
        ValueStore::Elsewhere => format!("asked of {}", opened.engine.name()),
    };
    let mut lines = vec![String::new()];
    if !columns.is_empty() {
        lines.push(format!("columns, {kept}: {}", columns.join(", ")));
    }
    lines.extend(events.iter().map(|(table, calls)| format!("events of {table}: {}", calls.join(", "))));
    if lines.len() == 1 {
        lines.push("reads no column".into());
    }
    lines
}
