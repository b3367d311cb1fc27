use std::collections::HashSet;
use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::{Table, TableCell};
use super::streams::say;
use super::{CommandError, CommonOptions, costs};
use crate::engine::{Cancel, SummaryQuestion};
use crate::insight::absent_values::AbsentValuesInquiry;
use crate::insight::catalog::SegmentationState;
use crate::insight::each_count::is_of_rules;
use crate::insight::match_rates;
use crate::insight::suppress;
use crate::insight::{CellEntry, PersonaEntry, SegmentEntry};
use crate::model::{CellCut, Lookup, PERSONA, Persona, reference};
use crate::rule::warnings::{RuleWarning, warnings};
use crate::rule::{self, Checked, RuleError};
use crate::study::{self, FilePlace, Severity, StudyItem};
use crate::tui::views;

/// Columns of the printed table, in order.
pub const COLUMNS: [&str; 3] = ["severity", "place", "problem"];

#[derive(Debug, Args)]
pub struct CheckArgs {}

impl CheckArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let (opened, faults) = CheckedStudy::with_faults(options)?;
        for notice in opened.key_notices()? {
            say!("crosscut: {}: {notice}", opened.source);
        }
        opened.about_tables.iter().for_each(|notice| say!("crosscut: {notice}"));
        let mut report = CheckReport { opened: &opened, found: Vec::new(), uncounted: HashSet::new() };
        report.without_data();
        for fault in faults {
            report.add(Severity::Error, opened.place_of(options, fault.setting), fault.message);
        }
        for (place, missing) in opened.study.missing_tables(opened.schema()) {
            report.add(Severity::Error, place, missing.reason.clone());
        }
        if let Some(reason) = opened.no_sample.clone() {
            report.error(StudyItem::Setting("data", "sample"), reason);
        }
        report.keys();
        report.column_of_personas();
        // The second definition of a name was already reported without the data.
        let mut taken = HashSet::new();
        for entry in opened.catalog.segments.iter().filter(|entry| taken.insert(entry.name.as_str())) {
            report.segment(entry)?;
        }
        let personas = opened.catalog.personas.iter().zip(&opened.study.definitions.personas);
        for (entry, persona) in personas.filter(|(entry, _)| taken.insert(entry.id.as_str())) {
            report.persona(entry, persona)?;
        }
        match opened.rest.match_rates(opened.engine.as_ref(), &Cancel::new()) {
            Ok(rates) => {
                let min_cell = opened.study.config.privacy.min_cell;
                rates.iter().for_each(|rate| say!("crosscut: {}", match_rates::line(rate, min_cell)));
            }
            Err(error) => say!("crosscut: the tables beside the base cannot be joined: {error}"),
        }
        for line in costs::lines(&opened)? {
            say!("crosscut: {line}");
        }
        report.finish(options)
    }
}

/// Problems of a study, as `check` prints them.
struct CheckReport<'a> {
    opened: &'a CheckedStudy,
    found: Vec<(Severity, String, String)>,
    /// Definitions that the engine cannot count.
    uncounted: HashSet<String>,
}

impl CheckReport<'_> {
    fn without_data(&mut self) {
        for problem in study::problems(&self.opened.study) {
            let place = problem.place.map(|place| place.to_string()).unwrap_or_default();
            self.found.push((problem.severity, place, problem.message));
        }
    }

    /// Warns if the base has a column with the name of the personas' column: it takes precedence.
    fn column_of_personas(&mut self) {
        let schema = self.opened.schema();
        let is_taken = schema.persona().is_none() && schema.find(PERSONA) != Lookup::Missing;
        if is_taken && !self.opened.study.definitions.personas.is_empty() {
            let message =
                format!("the base has a column {PERSONA} of its own: no rule can name customers' first persona");
            self.warn(StudyItem::Setting("study", "personas"), message);
        }
    }

    /// Reports each fault of `[keys]` at the setting that causes it.
    fn keys(&mut self) {
        let mut keys = self.opened.study.config.keys.clone();
        while let Err(message) = views::keymap(&keys) {
            let without = |name: &String| {
                let mut others = keys.clone();
                others.remove(name);
                others
            };
            let culprit = keys.keys().find(|name| views::keymap(&without(name)).err().as_ref() != Some(&message));
            let Some(culprit) = culprit.cloned() else { return self.add(Severity::Error, None, message) };
            self.error(StudyItem::Setting("keys", &culprit), message);
            keys.remove(&culprit);
        }
    }

    fn segment(&mut self, entry: &SegmentEntry) -> Result<(), CommandError> {
        match &entry.body {
            SegmentationState::Segment { text, rule } => {
                self.rule(StudyItem::SegmentRule(&entry.name), &entry.name, text, rule)?;
            }
            SegmentationState::Segmentation { cells: Err(reason), .. } => {
                self.error(StudyItem::SegmentationColumn(&entry.name), format!("@{}: {reason}", entry.name));
            }
            SegmentationState::Segmentation { cells: Ok(cells), .. } => {
                for CellEntry { full, text, rule, .. } in cells {
                    match rule {
                        Ok(_) if self.may_be_empty(&entry.name) => {}
                        _ => self.rule(StudyItem::Segmentation(&entry.name), full, text, rule)?,
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns true if the segmentation's cells are made by a scheme, so that some may well be empty.
    fn may_be_empty(&self, segmentation: &str) -> bool {
        let cuts = &self.opened.study.definitions.segmentations;
        let cut = cuts.iter().find(|cut| cut.name == segmentation).map(|cut| cut.cut());
        matches!(cut, Some(Ok(CellCut::Cross { .. } | CellCut::Rfm { .. } | CellCut::Part { .. })))
    }

    fn rule(
        &mut self,
        item: StudyItem,
        name: &str,
        text: &str,
        rule: &Result<Checked, RuleError>,
    ) -> Result<(), CommandError> {
        match rule {
            Err(error) => self.rule_error(item, name, text, error),
            Ok(rule) => match self.customers(rule)? {
                Ok(customers) => {
                    let is_empty = self.counts_as_empty(customers);
                    if !self.warnings(item, name, rule, is_empty)? && is_empty {
                        self.warn(item, nobody(name, self.opened.min_cell(), "is empty: no customer matches its rule"));
                    }
                }
                Err(reason) => self.cannot_count(item, name, text, reason),
            },
        }
        Ok(())
    }

    /// Returns true for nobody and, under `min_cell`, for a few: a warning about nobody alone would tell them apart.
    fn counts_as_empty(&self, customers: u64) -> bool {
        suppress::is_small(customers, self.opened.min_cell().max(1))
    }

    /// Warns of conditions that hold for nobody, and of texts that no customer has, at the character of the file. Returns
    /// true if there are any.
    fn warnings(&mut self, item: StudyItem, name: &str, rule: &Checked, is_empty: bool) -> Result<bool, CommandError> {
        let mut absent = AbsentValuesInquiry::new(rule, self.opened.mask(), self.opened.min_cell());
        self.opened.drive(&mut absent)?;
        let found: Vec<RuleWarning> = warnings(rule).into_iter().chain(absent.warnings().iter().cloned()).collect();
        for warning in &found {
            let place = self.opened.study.place_in(item, warning.place.start);
            let subject = if is_empty { nobody(name, self.opened.min_cell(), "is empty") } else { format!("@{name}") };
            self.add(Severity::Warning, place, format!("{subject}: {}", warning.message));
        }
        Ok(!found.is_empty())
    }

    fn persona(&mut self, entry: &PersonaEntry, persona: &Persona) -> Result<(), CommandError> {
        for (n, span) in entry.spans.iter().enumerate() {
            if let Err(error) = &span.segment {
                self.error(StudyItem::Span(&entry.id, n), format!("@{} spans {}: {error}", entry.id, span.name));
            }
        }
        let spans_are_good = entry.spans.iter().all(|span| span.segment.is_ok());
        if let Some(text) = &persona.narrowed
            && let Err(error) = self.check(text)
        {
            self.rule_error(StudyItem::PersonaRule(&entry.id), &entry.id, text, &error);
        } else if let Err(error) = &entry.audience
            && spans_are_good
        {
            self.error(StudyItem::Persona(&entry.id), format!("@{}: {error}", entry.id));
        } else if let Ok(audience) = &entry.audience {
            let item = StudyItem::Persona(&entry.id);
            match self.customers(audience)? {
                Ok(customers) if self.counts_as_empty(customers) => {
                    self.warn(item, nobody(&entry.id, self.opened.min_cell(), "has no customers"));
                }
                Ok(_) => {}
                Err(reason) => self.cannot_count(item, &entry.id, &entry.text, reason),
            }
            if let Some(Ok(rule)) = persona.narrowed.as_ref().map(|text| self.check(text)) {
                self.warnings(StudyItem::PersonaRule(&entry.id), &entry.id, &rule, false)?;
            }
        }
        let id = &entry.id;
        let attributes =
            persona.attributes.iter().enumerate().map(|(n, text)| (StudyItem::Attribute(id, n), Some(text)));
        let stages =
            persona.journey.iter().enumerate().map(|(n, stage)| (StudyItem::Reached(id, n), stage.reached.as_ref()));
        let checks =
            persona.claims.iter().enumerate().map(|(n, claim)| (StudyItem::ClaimCheck(id, n), claim.check.as_ref()));
        for (item, text) in attributes.chain(stages).chain(checks) {
            let Some(text) = text else { continue };
            match self.check(text) {
                Err(error) => self.rule_error(item, id, text, &error),
                Ok(rule) => {
                    if let Err(reason) = self.customers(&rule)? {
                        self.cannot_count(item, id, text, reason);
                    } else {
                        self.warnings(item, id, &rule, false)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn check(&self, text: &str) -> Result<Checked, RuleError> {
        let opened = self.opened;
        let cx = rule::Context { schema: opened.schema(), names: &opened.catalog.names, today: opened.today };
        rule::check(text, &cx)
    }

    /// Counts a rule's customers; the inner error is why the engine cannot count this rule.
    fn customers(&self, rule: &Checked) -> Result<Result<u64, String>, CommandError> {
        let question = SummaryQuestion { filter: rule.clone(), value: None };
        match self.opened.answer(&question) {
            Ok(Ok(summary)) => Ok(Ok(summary.customers)),
            Ok(Err(error)) if !is_of_rules(&error) => Err(CommandError::failed(error)),
            Ok(Err(error)) => Ok(Err(error.to_string())),
            Err(fault) => Ok(Err(fault.to_string())),
        }
    }

    /// Reports a rule that the engine cannot count, unless that is due to a definition that it names and that was
    /// reported.
    fn cannot_count(&mut self, item: StudyItem, name: &str, text: &str, reason: String) {
        let used = rule::references(text).into_iter().find(|used| self.uncounted.contains(used));
        let message = match used {
            Some(used) => format!("@{name}: {} cannot be counted", reference(&used)),
            None => format!("@{name}: {reason}"),
        };
        self.uncounted.insert(name.to_owned());
        self.error(item, message);
    }

    /// Reports a rule's error at the exact character of the file.
    fn rule_error(&mut self, item: StudyItem, name: &str, text: &str, error: &RuleError) {
        let place = self.opened.study.place_in(item, error.place.start);
        self.add(Severity::Error, place, format!("@{name}: {}", error.describe(text)));
    }

    fn error(&mut self, item: StudyItem, message: String) {
        self.add(Severity::Error, self.opened.study.place(item), message);
    }

    fn warn(&mut self, item: StudyItem, message: String) {
        self.add(Severity::Warning, self.opened.study.place(item), message);
    }

    fn add(&mut self, severity: Severity, place: Option<FilePlace>, message: String) {
        let place = place.map(|place| place.to_string()).unwrap_or_default();
        let found = (severity, place, message);
        // The same fault may be found both without the data and with it.
        if !self.found.iter().any(|(_, there, _)| !there.is_empty() && *there == found.1) {
            self.found.push(found);
        }
    }

    fn finish(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let mut table = Table::new(COLUMNS);
        for (severity, place, message) in &self.found {
            let word = if *severity == Severity::Error { "error" } else { "warning" };
            table.rows.push([word, place, message].map(|text| TableCell::Text(text.to_string())).into());
        }
        if self.found.is_empty() {
            let definitions = &self.opened.study.definitions;
            say!(
                "crosscut: OK: {} segments, {} segmentations, {} personas, {} customers",
                definitions.segments.len(),
                definitions.segmentations.len(),
                definitions.personas.len(),
                self.opened.engine.customers(),
            );
        }
        if !self.found.is_empty() || options.format() != super::output::OutputFormat::Table {
            table.print(options.format())?;
        }
        Ok(ExitCode::from(u8::from(!self.found.is_empty())))
    }
}

/// Warns of a set without customers. Under `min_cell` it is not disclosed whether it is empty.
fn nobody(name: &str, min_cell: u64, reason: &str) -> String {
    match min_cell {
        0 => format!("@{name} {reason}"),
        least => format!("@{name} has fewer than {least} customers, so that no figure of it is shown"),
    }
}
