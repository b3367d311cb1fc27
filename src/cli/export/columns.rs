//! The columns of an export: the base's, a truth value per segment, a cell per segmentation, the first persona.

use super::super::open::CheckedStudy;
use super::super::open::Sets;
use super::super::output::Table;
use super::super::streams::say;
use super::CommandError;
use crate::engine::{CountsQuestion, GroupsQuestion};
use crate::insight::catalog::SegmentationState;
use crate::insight::suppress;
use crate::model::{Column, ColumnType, Datum, PERSONA};
use crate::rule::{self, Checked, edit};

/// A column of an export.
pub struct ExportColumn {
    pub name: String,
    /// A column of the base as the schema spells it, or an expression over its columns.
    pub source: String,
    pub kind: ColumnType,
    pub is_hashed: bool,
}

/// Columns of exported customers.
pub struct ExportColumns {
    pub list: Vec<ExportColumn>,
}

/// A segment, or a segmentation with its cells by their names, that can be counted.
struct Definition {
    name: String,
    is_segmentation: bool,
    rules: Vec<(String, Checked)>,
}

impl ExportColumns {
    /// Returns the columns that are named, or all that are not masked, and those that are hashed.
    ///
    /// # Errors
    /// Returns an error for a column that is missing, or masked: a hash keeps no value secret that can be guessed.
    pub fn from_base(opened: &CheckedStudy, named: &[String], hashed: &[String]) -> Result<Self, CommandError> {
        let columns = |lists: &[String]| -> Result<Vec<String>, CommandError> {
            let names = lists.iter().flat_map(|list| edit::list_items(list));
            names.map(|name| opened.column(&name)).collect()
        };
        let (mut chosen, hashed) = (columns(named)?, columns(hashed)?);
        if let Some(masked) = chosen.iter().chain(&hashed).find(|column| opened.is_masked(column)) {
            return Err(CommandError::Failed(format!(
                "{masked} is masked: it is not exported, not even hashed; to export it, remove it from mask under [privacy]"
            )));
        }
        if chosen.is_empty() {
            let (masked, open): (Vec<&Column>, Vec<&Column>) =
                opened.schema().columns().iter().partition(|column| opened.is_masked(&column.name));
            if !masked.is_empty() {
                let names: Vec<&str> = masked.iter().map(|column| column.name.as_str()).collect();
                say!("crosscut: left out (masked): {}", names.join(", "));
            }
            chosen = open.into_iter().map(|column| column.name.clone()).collect();
        }
        chosen.extend(hashed.iter().filter(|column| !chosen.contains(column)).cloned().collect::<Vec<_>>());
        let mut columns = Self { list: Vec::new() };
        for source in chosen {
            let is_hashed = hashed.contains(&source);
            columns.add(opened, &source.clone(), source, is_hashed);
        }
        Ok(columns)
    }

    fn add(&mut self, opened: &CheckedStudy, name: &str, source: String, is_hashed: bool) {
        let kind = match is_hashed {
            true => ColumnType::Text,
            false => rule::type_of(&source, opened.schema(), opened.today),
        };
        // A name that is taken is numbered.
        let mut names = Table::new(self.list.iter().map(|column| column.name.as_str()));
        names.add_columns(&[name]);
        let name = names.columns.pop().unwrap_or_default();
        self.list.push(ExportColumn { name, source, kind, is_hashed });
    }

    /// Adds the segments and segmentations. Segments and cells that hold too few of the filter's customers to be counted
    /// are left out, and reported.
    pub fn add_segments(&mut self, opened: &mut CheckedStudy, filter: &Checked) -> Result<(), CommandError> {
        let counted = opened.retry_without_faults(|opened| counted(opened, filter))?;
        opened.complain_of(Sets::Segments);
        let mut few = Vec::new();
        for (mut definition, is_shown) in counted {
            let mut is_shown = is_shown.into_iter();
            definition.rules.retain(|(name, _)| {
                let keep = is_shown.next().unwrap_or_default();
                if !keep {
                    few.push(name.clone());
                }
                keep
            });
            let Some(source) = definition.source() else { continue };
            // Without the column of the personas, which is in no expression.
            if let Err(error) = rule::value(&source, opened.engine.schema(), opened.today) {
                say!("crosscut: @{}: cannot be a column: {error}", definition.name);
                continue;
            }
            self.add(opened, &definition.name, source, false);
        }
        left_out(&few, opened.min_cell());
        Ok(())
    }

    /// Adds the column of the first personas. Personas that are the first of too few customers are left out, and reported.
    pub fn add_persona(&mut self, opened: &CheckedStudy, filter: &Checked) -> Result<(), CommandError> {
        let Some(column) = opened.schema().persona().map(|column| column.name.clone()) else {
            let reason = match opened.study.definitions.personas.is_empty() {
                true => "the study has no personas",
                false => "the base has a column persona of its own",
            };
            return Err(CommandError::failed(format!("--personas: {reason}")));
        };
        let few = personas_of_few(opened, filter)?;
        let case = |(id, rule): (String, Checked)| {
            let name = if few.contains(&id) { "NULL".to_owned() } else { Datum::Text(id).sql() };
            format!(" WHEN {} THEN {name}", rule.canonical())
        };
        let cases = || opened.catalog.by_priority().into_iter().map(case).collect::<String>();
        let source = if few.is_empty() { column } else { format!("CASE{} END", cases()) };
        self.add(opened, PERSONA, source, false);
        left_out(&few, opened.min_cell());
        Ok(())
    }

    /// Returns the names and types of the exported columns.
    pub fn header(&self) -> Vec<Column> {
        self.list.iter().map(|column| Column { name: column.name.clone(), column_type: column.kind }).collect()
    }
}

impl Definition {
    /// Returns the expression of the column; `None` if nothing is left of it.
    fn source(&self) -> Option<String> {
        match (self.is_segmentation, self.rules.as_slice()) {
            (_, []) => None,
            (false, [(_, rule), ..]) => Some(format!("({}) IS TRUE", rule.canonical())),
            (true, cells) => {
                let case = |(name, rule): &(String, Checked)| {
                    format!(" WHEN {} THEN {}", rule.canonical(), Datum::Text(name.clone()).sql())
                };
                Some(format!("CASE{} END", cells.iter().map(case).collect::<String>()))
            }
        }
    }
}

/// Returns the definitions that can be counted, and for each segment or cell whether its count may be shown.
fn counted(opened: &CheckedStudy, filter: &Checked) -> Result<Vec<(Definition, Vec<bool>)>, CommandError> {
    let definitions = definitions(opened);
    let mut rules: Vec<Checked> = definitions.iter().flat_map(|one| &one.rules).map(|(_, rule)| rule.clone()).collect();
    rules.push(Checked::everyone());
    let counts = opened.ask(&CountsQuestion { filter: filter.clone(), rules })?;
    let whole = counts.last().copied().unwrap_or_default().in_filter;
    let mut counts = counts.into_iter();
    let is_shown = |definition: Definition| {
        let own = counts.by_ref().take(definition.rules.len());
        let shown = own.map(|count| suppress::within(count.in_filter, whole, opened.min_cell()).count().is_some());
        let shown = shown.collect();
        (definition, shown)
    };
    Ok(definitions.into_iter().map(is_shown).collect())
}

fn definitions(opened: &CheckedStudy) -> Vec<Definition> {
    let mut found = Vec::new();
    for entry in &opened.catalog.segments {
        let (is_segmentation, rules) = match &entry.body {
            SegmentationState::Segment { rule, .. } => {
                (false, rule.iter().map(|rule| (entry.name.clone(), rule.clone())).collect())
            }
            SegmentationState::Segmentation { cells, .. } => {
                let good = cells.iter().flatten().filter_map(|cell| Some((cell, cell.rule.as_ref().ok()?)));
                (true, good.map(|(cell, rule)| (cell.name.clone(), rule.clone())).collect())
            }
        };
        found.push(Definition { name: entry.name.clone(), is_segmentation, rules });
    }
    found
}

/// Returns the ids of the personas that are the first of too few customers.
fn personas_of_few(opened: &CheckedStudy, filter: &Checked) -> Result<Vec<String>, CommandError> {
    if opened.min_cell() == 0 {
        return Ok(Vec::new());
    }
    let by = opened.schema().persona().map(|column| column.name.as_str().into()).into_iter().collect();
    let groups = opened.ask(&GroupsQuestion { filter: filter.clone(), by, value: None, limit: usize::MAX })?;
    let few = groups.groups.iter().filter(|group| {
        let customers = group.customers.in_filter;
        suppress::within(customers, groups.customers.in_filter, opened.min_cell()).count().is_none()
    });
    Ok(few.filter_map(|group| group.key.first()?.text().map(str::to_owned)).collect())
}

fn left_out(few: &[String], min_cell: u64) {
    if !few.is_empty() {
        say!("crosscut: left out (fewer than {min_cell} customers inside or outside, min_cell): {}", few.join(", "));
    }
}
