use std::collections::{BTreeMap, HashSet};

use crate::engine::Personas;
use crate::model::{CellCut, Definitions, Kind, Segmentation};
use crate::rule::cells::Cell;
use crate::rule::{self, Checked, Context, Names, RuleError};

/// A study's definitions read against a base: every segment, cell and persona with its checked rule, or the reason why
/// it has none. In the order of the study's files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    /// The namespace of `@` in rules.
    pub names: Names,
    /// Segments first, then segmentations.
    pub segments: Vec<SegmentEntry>,
    pub personas: Vec<PersonaEntry>,
    /// The personas that can be counted, from which the column `persona` is computed. Every question carries them.
    pub counted: Personas,
}

/// A segment, or a segmentation with its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentEntry {
    pub name: String,
    pub kind: Option<Kind>,
    pub note: Option<String>,
    pub body: Body,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Segment {
        /// Text of the rule as the person wrote it.
        text: String,
        rule: Result<Checked, RuleError>,
    },
    Segmentation {
        column: String,
        /// Cells, or the reason why the column could not be cut.
        cells: Result<Vec<CellEntry>, String>,
    },
}

/// One cell of a segmentation.
#[derive(Debug, Clone, PartialEq)]
pub struct CellEntry {
    /// `25-34`
    pub name: String,
    /// `age.25-34`
    pub full: String,
    /// Text of the rule.
    pub text: String,
    pub rule: Result<Checked, RuleError>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PersonaEntry {
    pub id: String,
    pub name: String,
    /// Text of the audience's rule, with `@names`.
    pub text: String,
    pub audience: Result<Checked, RuleError>,
    pub spans: Vec<SpanEntry>,
}

/// A segment that a persona spans.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanEntry {
    /// Full name of the segment or cell.
    pub name: String,
    pub segment: Result<Checked, RuleError>,
}

/// Reason why the second of two definitions of one name has no rule: `@name` means the first.
const NAME_TAKEN: &str = "another segment has this name";
const NO_RULE: &str = "it has no rule";

/// Cells of every segmentation by its name, or the reason why there are none.
pub type Cells = BTreeMap<String, Result<Vec<Cell>, String>>;

impl Catalog {
    pub fn new(
        definitions: &Definitions,
        cells: &Cells,
        schema: &crate::model::Schema,
        today: chrono::NaiveDate,
    ) -> Self {
        let mut taken = HashSet::new();
        let first_segments: Vec<bool> = definitions.segments.iter().map(|s| taken.insert(s.name.as_str())).collect();
        let first_cuts: Vec<bool> = definitions.segmentations.iter().map(|s| taken.insert(s.name.as_str())).collect();
        let first_personas: Vec<bool> = definitions.personas.iter().map(|p| taken.insert(p.id.as_str())).collect();
        let named = definitions.segmentations.iter().zip(&first_cuts).filter(|(_, first)| **first);
        let known = named.filter_map(|(cut, _)| Some((cut.name.clone(), cells.get(&cut.name)?.as_ref().ok()?.clone())));
        // Each rule is read once: rules that mention it use the checked rule.
        let mut names = rule::name_all(definitions, &known.collect());
        let mut segments = Vec::new();
        for (segment, first) in definitions.segments.iter().zip(first_segments) {
            let rule = segment_rule(&segment.rule, first, &Context { schema, names: &names, today });
            if let Ok(rule) = &rule {
                names.remember(&segment.name, rule);
            }
            segments.push(SegmentEntry {
                name: segment.name.clone(),
                kind: segment.kind,
                note: segment.note.clone(),
                body: Body::Segment { text: segment.rule.clone(), rule },
            });
        }
        for (segmentation, first) in definitions.segmentations.iter().zip(first_cuts) {
            let cx = Context { schema, names: &names, today };
            let entries = if first { cell_entries(&segmentation.name, cells, &cx) } else { Err(NAME_TAKEN.into()) };
            for entry in entries.iter().flatten() {
                if let Ok(rule) = &entry.rule {
                    names.remember(&entry.full, rule);
                }
            }
            segments.push(SegmentEntry {
                name: segmentation.name.clone(),
                kind: segmentation.kind,
                note: note(segmentation, cells),
                body: Body::Segmentation { column: segmentation.column.clone(), cells: entries },
            });
        }
        let mut personas = Vec::new();
        for (persona, first) in definitions.personas.iter().zip(first_personas) {
            let entry = persona_entry(persona, first, &Context { schema, names: &names, today });
            if let Ok(audience) = &entry.audience {
                names.remember(&entry.id, audience);
            }
            personas.push(entry);
        }
        let counted = Personas::new(by_priority(&personas));
        Self { names, segments, personas, counted }
    }

    /// Returns every segment and cell that can be counted, by full name, in screen order.
    pub fn countable(&self) -> Vec<(&str, &Checked)> {
        self.segments.iter().flat_map(SegmentEntry::rules).collect()
    }

    /// Returns the personas that can be counted, by id, in order of priority, which is the order of the study.
    pub fn by_priority(&self) -> Vec<(String, Checked)> {
        by_priority(&self.personas)
    }

    /// Returns true if a rule's text names a persona, whose customers trivially overlap with that persona.
    pub fn names_persona(&self, text: &str) -> bool {
        rule::references(text).iter().any(|name| self.personas.iter().any(|persona| persona.id == *name))
    }

    /// Returns the audiences of the personas that have one.
    pub fn audiences(&self) -> Vec<&Checked> {
        self.personas.iter().filter_map(|persona| persona.audience.as_ref().ok()).collect()
    }
}

fn by_priority(personas: &[PersonaEntry]) -> Vec<(String, Checked)> {
    let counted = |persona: &PersonaEntry| Some((persona.id.clone(), persona.audience.as_ref().ok()?.clone()));
    personas.iter().filter_map(counted).collect()
}

impl SegmentEntry {
    pub fn cells(&self) -> Option<&Result<Vec<CellEntry>, String>> {
        match &self.body {
            Body::Segment { .. } => None,
            Body::Segmentation { cells, .. } => Some(cells),
        }
    }

    /// Returns the segment's rule, or its cells' rules, by full name, without those in error.
    fn rules(&self) -> Vec<(&str, &Checked)> {
        match &self.body {
            Body::Segment { rule, .. } => rule.iter().map(|rule| (self.name.as_str(), rule)).collect(),
            Body::Segmentation { cells, .. } => {
                cells.iter().flatten().filter_map(|cell| Some((cell.full.as_str(), cell.rule.as_ref().ok()?))).collect()
            }
        }
    }
}

/// Returns the person's note, or a remark on the cells.
fn note(segmentation: &Segmentation, cells: &Cells) -> Option<String> {
    let found = cells.get(&segmentation.name)?.as_ref().ok();
    let remark = match (segmentation.cut(), found) {
        (Ok(CellCut::Quantiles { parts, .. }), Some(cells)) if cells.len() < parts as usize => {
            Some(format!("many customers share a value: {} cells, not {parts}", cells.len()))
        }
        (Ok(CellCut::Rfm { rfm, .. }), _) => {
            Some(format!("of {}, {}, {}; with one unknown in no cell", rfm.recency, rfm.frequency, rfm.monetary))
        }
        _ => None,
    };
    match (segmentation.note.clone(), remark) {
        (Some(note), Some(remark)) => Some(format!("{note} · {remark}")),
        (note, remark) => note.or(remark),
    }
}

fn cell_entries(name: &str, cells: &Cells, cx: &Context) -> Result<Vec<CellEntry>, String> {
    let cells = cells.get(name).cloned().unwrap_or_else(|| Err("counting its values…".into()))?;
    Ok(cells
        .into_iter()
        .map(|cell| CellEntry {
            full: format!("{name}.{}", cell.name),
            rule: rule::check(&cell.rule, cx),
            text: cell.rule,
            name: cell.name,
        })
        .collect())
}

/// Checks a segment's rule. Blank text means everyone only in a filter that is being typed; in a segment it means that
/// the rule is not written yet.
fn segment_rule(text: &str, first: bool, cx: &Context) -> Result<Checked, RuleError> {
    match (first, text.trim().is_empty()) {
        (false, _) => Err(RuleError::new(0..0, NAME_TAKEN)),
        (true, true) => Err(RuleError::new(0..0, NO_RULE)),
        (true, false) => rule::check(text, cx),
    }
}

fn audience(text: &str, cx: &Context) -> Result<Checked, RuleError> {
    rule::check(text, cx).and_then(|rule| rule::of_persona(rule, cx.schema))
}

fn persona_entry(persona: &crate::model::Persona, first: bool, cx: &Context) -> PersonaEntry {
    let own = cx.names.get(&persona.id).filter(|_| first);
    let text = own.map(|named| named.rule.clone()).unwrap_or_default();
    let spans = persona
        .spans
        .iter()
        .map(|span| SpanEntry { name: span.clone(), segment: rule::check(&crate::model::reference(span), cx) });
    PersonaEntry {
        id: persona.id.clone(),
        name: if persona.name.is_empty() { persona.id.clone() } else { persona.name.clone() },
        audience: if first { audience(&text, cx) } else { Err(RuleError::new(0..0, NAME_TAKEN)) },
        spans: spans.collect(),
        text,
    }
}
