//! Finds problems in a study's definitions without reading the base.

use std::collections::HashMap;

use super::Study;
use super::place::{FilePlace, Parsed, PathStep};
use super::save::bad_name;
use crate::model::{Persona, Segmentation, is_plain_name};
use crate::text::nearest;

/// Severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The definition cannot work.
    Error,
    /// The definition works, but probably not as intended.
    Warning,
}

/// A problem in a definition, displayed as `sample/personas.toml:4:1: dana spans nothing: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionProblem {
    pub place: Option<FilePlace>,
    /// One line, lower case, no full stop, with the remedy.
    pub message: String,
    pub severity: Severity,
}

impl std::fmt::Display for DefinitionProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Returns all problems with names, missing rules, breaks, spans, journeys and claims, in the order of the files.
/// Rules and columns are checked elsewhere, against the base.
pub fn problems(study: &Study) -> Vec<DefinitionProblem> {
    let segments = study.files.segments.as_ref().and_then(Parsed::parse);
    let personas = study.files.personas.as_ref().and_then(Parsed::parse);
    let mut check = StudyCheck { study, segments, personas, found: Vec::new(), names: HashMap::new() };
    check.collect_names();
    check.segments();
    check.segmentations();
    for (n, persona) in study.definitions.personas.iter().enumerate() {
        check.persona(n, persona);
    }
    let personas = study.files.personas.as_ref().map(|file| file.path.as_path());
    check.found.sort_by_key(|problem| {
        let place = problem.place.as_ref();
        place.map(|place| (Some(place.file.as_path()) == personas, place.line, place.column))
    });
    check.found
}

/// Check of a study, with the problems found so far.
struct StudyCheck<'s> {
    study: &'s Study,
    segments: Option<Parsed<'s>>,
    personas: Option<Parsed<'s>>,
    found: Vec<DefinitionProblem>,
    /// First definition of each name.
    names: HashMap<&'s str, (&'static str, Option<FilePlace>)>,
}

impl<'s> StudyCheck<'s> {
    fn collect_names(&mut self) {
        let all = &self.study.definitions;
        for (n, segment) in all.segments.iter().enumerate() {
            let place = self.segments_place(&["segment".into(), n.into(), "name".into()]);
            self.name("segment", &segment.name, place);
        }
        for (n, cut) in all.segmentations.iter().enumerate() {
            let place = self.segments_place(&["segmentation".into(), n.into(), "name".into()]);
            self.name("segmentation", &cut.name, place);
        }
        for (n, persona) in all.personas.iter().enumerate() {
            let place = self.personas_place(&["persona".into(), n.into(), "id".into()]);
            self.name("persona", &persona.id, place);
        }
    }

    fn name(&mut self, what: &'static str, name: &'s str, place: Option<FilePlace>) {
        if !is_plain_name(name) {
            self.add(place, Severity::Error, bad_name(name));
        } else if let Some((other, first)) = self.names.get(name) {
            let first = first.as_ref().map(|place| format!(" at {place}")).unwrap_or_default();
            self.add(place, Severity::Error, format!("{name} is already the name of a {other}{first}: rename one"));
        } else {
            self.names.insert(name, (what, place));
        }
    }

    fn segments_place(&self, steps: &[PathStep]) -> Option<FilePlace> {
        self.segments.as_ref()?.place(steps, 0)
    }

    fn personas_place(&self, steps: &[PathStep]) -> Option<FilePlace> {
        self.personas.as_ref()?.place(steps, 0)
    }

    fn add(&mut self, place: Option<FilePlace>, severity: Severity, message: String) {
        self.found.push(DefinitionProblem { place, message, severity });
    }

    fn in_segments(&mut self, steps: &[PathStep], message: String) {
        let place = self.segments_place(steps);
        self.add(place, Severity::Error, message);
    }

    fn in_personas(&mut self, steps: &[PathStep], severity: Severity, message: String) {
        let place = self.personas_place(steps);
        self.add(place, severity, message);
    }

    fn segments(&mut self) {
        for (n, segment) in self.study.definitions.segments.iter().enumerate() {
            if segment.rule.trim().is_empty() {
                let message = format!("the rule of {} is empty: write one, such as country = 'US'", segment.name);
                self.in_segments(&["segment".into(), n.into(), "where".into()], message);
            }
        }
    }

    fn segmentations(&mut self) {
        for (n, cut) in self.study.definitions.segmentations.iter().enumerate() {
            let nameless = Segmentation { column: "a column".into(), ..cut.clone() };
            let faults = match cut.cut() {
                // Further faults show only once there is a column.
                Err(fault) if fault.0 == "column" && cut.column.trim().is_empty() => {
                    vec![Some(fault), nameless.cut().err()]
                }
                other => vec![other.err()],
            };
            for (key, message) in faults.into_iter().flatten() {
                self.in_segments(&["segmentation".into(), n.into(), PathStep::Key(key)], message);
            }
        }
    }

    fn persona(&mut self, n: usize, persona: &Persona) {
        let (id, step) = (&persona.id, [PathStep::from("persona"), n.into()]);
        let at = |rest: &[PathStep<'static>]| [&step[..], rest].concat();
        if persona.name.trim().is_empty() {
            self.in_personas(&at(&["name".into()]), Severity::Warning, format!("{id} has no name to show"));
        }
        if persona.spans.is_empty() {
            let message = format!("{id} spans nothing: name its segments, such as spans = [\"vip\", \"plan.pro\"]");
            self.in_personas(&at(&[]), Severity::Error, message);
        }
        for (i, span) in persona.spans.iter().enumerate() {
            let place = at(&["spans".into(), i.into()]);
            if let Some(message) = self.bad_span(span) {
                self.in_personas(&place, Severity::Error, message);
            } else if persona.spans[..i].contains(span) {
                self.in_personas(&place, Severity::Warning, format!("{id} spans {span} twice"));
            }
        }
        if persona.narrowed.as_ref().is_some_and(|rule| rule.trim().is_empty()) {
            let message = format!("the rule of {id} is empty: leave out where, or write a rule");
            self.in_personas(&at(&["where".into()]), Severity::Error, message);
        }
        for (i, _) in persona.attributes.iter().enumerate().filter(|(_, rule)| rule.trim().is_empty()) {
            let message = format!("an attribute of {id} is empty: remove it, or write a rule");
            self.in_personas(&at(&["attributes".into(), i.into()]), Severity::Error, message);
        }
        self.journey_and_claims(persona, &at);
    }

    fn journey_and_claims(&mut self, persona: &Persona, at: &dyn Fn(&[PathStep<'static>]) -> Vec<PathStep<'static>>) {
        let id = &persona.id;
        for (i, stage) in persona.journey.iter().enumerate() {
            let place = |key| at(&["journey".into(), i.into(), PathStep::Key(key)]);
            if stage.reached.as_ref().is_some_and(|rule| rule.trim().is_empty()) {
                let message = format!("reached of a stage of {id} is empty: leave it out, or write a rule");
                self.in_personas(&place("reached"), Severity::Error, message);
            }
            if stage.stage.trim().is_empty() {
                self.in_personas(&place("stage"), Severity::Error, format!("a stage of {id}'s journey has no name"));
            }
            if let Some(score) = stage.feeling_score.filter(|score| !(-2..=2).contains(score)) {
                let message = format!("a feeling_score of {score} is off the scale: use -2 (bad) to 2 (good)");
                self.in_personas(&place("feeling_score"), Severity::Error, message);
            }
        }
        for (i, claim) in persona.claims.iter().enumerate() {
            let place = |key| at(&["claim".into(), i.into(), PathStep::Key(key)]);
            if claim.text.trim().is_empty() {
                self.in_personas(&place("text"), Severity::Error, format!("a claim of {id} has no text"));
            }
            if claim.check.as_ref().is_some_and(|rule| rule.trim().is_empty()) {
                let message = format!("the check of a claim of {id} is empty: leave it out, or write a rule");
                self.in_personas(&place("check"), Severity::Error, message);
            }
            if claim.evidence.is_empty() {
                let message = format!("a claim of {id} has no evidence: name the interview, survey or log behind it");
                self.in_personas(&at(&["claim".into(), i.into()]), Severity::Warning, message);
            }
            for (n, evidence) in claim.evidence.iter().enumerate() {
                let note = evidence.note.as_deref().map(|note| self.study.note(note));
                if let Some(Err(reason)) = note {
                    let place = at(&["claim".into(), i.into(), "evidence".into(), n.into(), "note".into()]);
                    self.in_personas(&place, Severity::Warning, format!("a note of {id}: {reason}"));
                }
            }
        }
    }

    /// Returns the reason why a span is invalid. Cells of a segmentation without breaks are known only with the base.
    fn bad_span(&self, span: &str) -> Option<String> {
        if let Some(name) = span.strip_prefix('@') {
            return Some(format!("spans are written without @: write {name:?}"));
        }
        let (head, cell) = match span.split_once('.') {
            Some((head, cell)) => (head, Some(cell)),
            None => (span, None),
        };
        match (self.names.get(head).map(|(what, _)| *what), cell) {
            (Some("segment"), None) => None,
            (Some("segment"), Some(_)) => Some(format!("{head} is a segment and has no cells: write {head:?}")),
            (Some("segmentation"), Some(cell)) if !cell.trim().is_empty() => None,
            (Some("segmentation"), _) => {
                Some(format!("{head} is a segmentation: name one of its cells, as {head}.cell"))
            }
            (Some(_), _) => Some(format!("{head} is a persona: a persona spans segments and cells")),
            (None, _) => {
                let known = self.names.iter().filter(|(_, (what, _))| *what != "persona").map(|(name, _)| *name);
                let mut known: Vec<&str> = known.collect();
                known.sort_unstable();
                let hint = nearest(head, known).map(|near| format!(": did you mean {near:?}?")).unwrap_or_default();
                Some(format!("unknown segment {head:?}{hint}"))
            }
        }
    }
}
