//! `report`: the study as a page of HTML or Markdown.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::open::CheckedStudy;
use super::output::finished;
use super::{CommandError, CommonOptions, FormatOption, streams};
use crate::engine::SummaryQuestion;
use crate::insight::card::Facts;
use crate::insight::coverage::{CoverageInquiry, PersonaCoverage};
use crate::insight::matrix::{MatrixInquiry, NamedSet};
use crate::insight::{PersonaEntry, figures, suppress};
use crate::model::Persona;
use crate::report::{self, PersonaSheet, ReportFilter, ReportSource, SpanMatrix};
use crate::study::{StudyItem, atomic};

use super::open::Sets;
use crate::text::nearest;

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Only this persona's card, by its id or name; may be given several times
    #[arg(long, value_name = "NAME")]
    persona: Vec<String>,
    /// The file to write, in place of stdout; .md is Markdown, unless --format says otherwise
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ReportArgs {
    pub fn run(self, options: &CommonOptions) -> Result<ExitCode, CommandError> {
        let written = self.written(options)?;
        let mut opened = CheckedStudy::new(options)?;
        let report = opened.retry_without_faults(|opened| self.asked(opened, options))?;
        self.complain(&opened)?;
        let page = match written {
            ReportFormat::Html => report.html(),
            ReportFormat::Markdown => report.markdown(),
        };
        match &self.out {
            None => finished(streams::stdout().write_all(page.as_bytes())),
            Some(path) => {
                atomic::write(path, page.as_bytes(), None).map_err(CommandError::failed)?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    fn written(&self, options: &CommonOptions) -> Result<ReportFormat, CommandError> {
        let is_markdown = |path: &Path| path.extension().is_some_and(|end| end.eq_ignore_ascii_case("md"));
        match options.format {
            Some(FormatOption::Html) => Ok(ReportFormat::Html),
            Some(FormatOption::Md) => Ok(ReportFormat::Markdown),
            Some(_) => Err(CommandError::usage("report is written as html or md: --format html")),
            None if self.out.as_deref().is_some_and(is_markdown) => Ok(ReportFormat::Markdown),
            None => Ok(ReportFormat::Html),
        }
    }

    fn asked(&self, opened: &CheckedStudy, options: &CommonOptions) -> Result<report::StudyReport, CommandError> {
        let all = &opened.study.definitions.personas;
        let chosen = self.chosen(all)?;
        let cards = opened.cards(&chosen, CheckedStudy::facts)?;
        let sheets = chosen.into_iter().zip(cards).map(|(n, facts)| sheet(opened, n, facts)).collect();
        let whole = self.persona.is_empty() && !all.is_empty();
        Ok(report::StudyReport {
            head: head(opened, options)?,
            coverage: if whole { Some(covered(opened)?) } else { None },
            spans: if whole { Some(spans(opened)?) } else { None },
            sheets,
            left_out: left_out(opened),
        })
    }

    /// Prints to stderr which of the requested personas are in error.
    fn complain(&self, opened: &CheckedStudy) -> Result<(), CommandError> {
        for n in self.chosen(&opened.study.definitions.personas)? {
            if let Some(PersonaEntry { id, audience: Err(error), .. }) = opened.catalog.personas.get(n) {
                opened.complain(StudyItem::Nth("persona", n, "id"), id, &error.to_string());
            }
        }
        Ok(())
    }

    /// Returns the indexes of the requested personas, each once.
    fn chosen(&self, all: &[Persona]) -> Result<Vec<usize>, CommandError> {
        if self.persona.is_empty() {
            return Ok((0..all.len()).collect());
        }
        let mut places = Vec::new();
        for wanted in &self.persona {
            let place = place(all, wanted).ok_or_else(|| CommandError::usage(unknown(all, wanted)))?;
            if !places.contains(&place) {
                places.push(place);
            }
        }
        Ok(places)
    }
}

enum ReportFormat {
    Html,
    Markdown,
}

/// Finds a persona by id, with or without `@`, otherwise by name, ignoring case.
fn place(all: &[Persona], wanted: &str) -> Option<usize> {
    let id = wanted.strip_prefix('@').unwrap_or(wanted);
    let by_id = all.iter().position(|persona| persona.id == id);
    by_id.or_else(|| all.iter().position(|persona| persona.name.to_lowercase() == wanted.to_lowercase()))
}

fn unknown(all: &[Persona], wanted: &str) -> String {
    let names = || all.iter().flat_map(|persona| [persona.id.as_str(), persona.name.as_str()]);
    let ids: Vec<&str> = all.iter().map(|persona| persona.id.as_str()).collect();
    match nearest(wanted, names()) {
        Some(near) => format!("there is no persona \"{wanted}\": did you mean \"{near}\"?"),
        None if ids.is_empty() => "this study has no personas".into(),
        None => format!("there is no persona \"{wanted}\"; there are {}", ids.join(", ")),
    }
}

fn head(opened: &CheckedStudy, options: &CommonOptions) -> Result<ReportSource, CommandError> {
    let config = &opened.study.config;
    let base = opened.engine.customers();
    let data = opened.title.clone();
    let filter = match options.filter.as_deref().filter(|text| !text.trim().is_empty()) {
        None => None,
        Some(text) => {
            let question = SummaryQuestion { filter: opened.filter.clone(), value: None };
            let customers = suppress::single(opened.ask(&question)?.customers, opened.min_cell());
            let share = customers.count().and_then(|count| figures::share(count, base));
            Some(ReportFilter { text: text.to_owned(), customers, share })
        }
    };
    Ok(ReportSource {
        title: config.study.name.clone().unwrap_or_else(|| data.clone()),
        data,
        as_of: opened.today,
        base,
        filter,
        value: opened.value.clone(),
        min_cell: opened.min_cell(),
    })
}

fn sheet(opened: &CheckedStudy, n: usize, facts: Facts) -> PersonaSheet {
    let persona = opened.study.definitions.personas.get(n).cloned().unwrap_or_default();
    let rule = opened.catalog.personas.get(n).map(|entry| entry.text.clone()).unwrap_or_default();
    PersonaSheet { facts, rule, persona }
}

fn covered(opened: &CheckedStudy) -> Result<PersonaCoverage, CommandError> {
    let (personas, value) = (Sets::Personas.resolve(opened), opened.value.as_deref());
    opened.find(CoverageInquiry::new(&opened.filter, &personas, value, opened.min_cell()))
}

fn spans(opened: &CheckedStudy) -> Result<SpanMatrix, CommandError> {
    let personas = &opened.study.definitions.personas;
    let countable: Vec<NamedSet> = Sets::Segments.resolve(opened);
    let all = countable.len();
    let rows = SpanMatrix::choose(countable, personas);
    let matrix = opened.find(MatrixInquiry::new(&opened.filter, &rows, &Sets::Personas.resolve(opened), false))?;
    Ok(SpanMatrix::new(matrix, personas, all, opened.min_cell()))
}

/// Lists the definitions that have no valid rule.
fn left_out(opened: &CheckedStudy) -> Vec<String> {
    use crate::insight::catalog::SegmentationState;
    let segments = opened.catalog.segments.iter().filter_map(|segment| match &segment.body {
        SegmentationState::Segment { rule: Err(error), .. } => Some(format!("@{}: {error}", segment.name)),
        SegmentationState::Segmentation { cells: Err(reason), .. } => Some(format!("{}: {reason}", segment.name)),
        _ => None,
    });
    let personas = opened.catalog.personas.iter();
    let personas = personas.filter_map(|one| Some(format!("@{}: {}", one.id, one.audience.as_ref().err()?)));
    segments.chain(personas).collect()
}
