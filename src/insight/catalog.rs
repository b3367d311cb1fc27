use std::collections::BTreeMap;

use crate::engine::{Answer, Cancel, Engine, EngineError, Question, Values};
use crate::model::{Definitions, Kind, Lookup, Segmentation};
use crate::rule::cells::{self, Cell};
use crate::rule::{self, Checked, Context, Names, RuleError};

/// A study's definitions read against a base: every segment, cell and persona with its checked rule, or with the
/// reason why it has none. In the order of the study's files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    /// What `@` stands for in rules.
    pub names: Names,
    /// Segments first, then segmentations.
    pub segments: Vec<SegmentEntry>,
    pub personas: Vec<PersonaEntry>,
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
        /// The rule as the person wrote it.
        text: String,
        rule: Result<Checked, RuleError>,
    },
    Segmentation {
        column: String,
        /// An error says why the column could not be cut.
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
    /// The rule's text.
    pub text: String,
    pub rule: Result<Checked, RuleError>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PersonaEntry {
    pub id: String,
    pub name: String,
    /// The rule of its customers, as text with `@names`.
    pub text: String,
    pub audience: Result<Checked, RuleError>,
    pub spans: Vec<SpanEntry>,
}

/// A segment that a persona spans.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanEntry {
    /// The segment's or cell's full name.
    pub name: String,
    pub segment: Result<Checked, RuleError>,
}

/// The cells of every segmentation, or the reason why there are none, by the segmentation's name.
pub type Cells = BTreeMap<String, Result<Vec<Cell>, String>>;

impl Catalog {
    pub fn new(
        definitions: &Definitions,
        cells: &Cells,
        schema: &crate::model::Schema,
        today: chrono::NaiveDate,
    ) -> Self {
        let known = cells.iter().filter_map(|(name, c)| Some((name.clone(), c.as_ref().ok()?.clone()))).collect();
        let names = rule::name_all(definitions, &known);
        let cx = Context { schema, names: &names, today };
        let segments = definitions.segments.iter().map(|segment| SegmentEntry {
            name: segment.name.clone(),
            kind: segment.kind,
            note: segment.note.clone(),
            body: Body::Segment { text: segment.rule.clone(), rule: rule::check(&segment.rule, &cx) },
        });
        let segmentations = definitions.segmentations.iter().map(|segmentation| SegmentEntry {
            name: segmentation.name.clone(),
            kind: segmentation.kind,
            note: segmentation.note.clone(),
            body: Body::Segmentation {
                column: segmentation.column.clone(),
                cells: cell_entries(&segmentation.name, cells, &cx),
            },
        });
        let segments = segments.chain(segmentations).collect();
        let personas = definitions.personas.iter().map(|persona| persona_entry(persona, &cx)).collect();
        Self { names, segments, personas }
    }

    /// Every segment and cell that can be counted, by full name, in screen order.
    pub fn countable(&self) -> Vec<(&str, &Checked)> {
        self.segments.iter().flat_map(SegmentEntry::rules).collect()
    }

    /// The audiences of the personas that have one.
    pub fn audiences(&self) -> Vec<&Checked> {
        self.personas.iter().filter_map(|persona| persona.audience.as_ref().ok()).collect()
    }
}

/// Finds the cells of every segmentation: those by value need the column's values.
///
/// # Errors
/// Only [`EngineError::Cancelled`]; what is wrong with one segmentation stands in its place.
pub fn find_cells(definitions: &Definitions, engine: &dyn Engine, cancel: &Cancel) -> Result<Cells, EngineError> {
    let mut found = Cells::new();
    for segmentation in &definitions.segmentations {
        let cells = match cells_of(segmentation, engine, cancel) {
            Err(EngineError::Cancelled) => return Err(EngineError::Cancelled),
            Err(EngineError::Failed(reason)) => Err(reason),
            Ok(cells) => Ok(cells),
        };
        found.insert(segmentation.name.clone(), cells);
    }
    Ok(found)
}

fn cells_of(segmentation: &Segmentation, engine: &dyn Engine, cancel: &Cancel) -> Result<Vec<Cell>, EngineError> {
    let Lookup::Found(column) = engine.schema().find(&segmentation.column) else {
        return Err(EngineError::Failed(format!("there is no column \"{}\"", segmentation.column)));
    };
    let mut values = Values { column: column.name.clone(), values: Vec::new(), left_out: 0 };
    if segmentation.breaks.is_none() {
        let question = Question::Values { column: column.name.clone(), limit: cells::MOST };
        if let Answer::Values(answer) = engine.ask(&question, cancel)? {
            values = answer;
        }
    }
    cells::cells(segmentation, column, &values.values, values.left_out).map_err(EngineError::Failed)
}

impl SegmentEntry {
    pub fn cells(&self) -> Option<&Result<Vec<CellEntry>, String>> {
        match &self.body {
            Body::Segment { .. } => None,
            Body::Segmentation { cells, .. } => Some(cells),
        }
    }

    /// The segment's rule, or its cells' rules, by full name; those in error are left out.
    fn rules(&self) -> Vec<(&str, &Checked)> {
        match &self.body {
            Body::Segment { rule, .. } => rule.iter().map(|rule| (self.name.as_str(), rule)).collect(),
            Body::Segmentation { cells, .. } => {
                cells.iter().flatten().filter_map(|cell| Some((cell.full.as_str(), cell.rule.as_ref().ok()?))).collect()
            }
        }
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

fn persona_entry(persona: &crate::model::Persona, cx: &Context) -> PersonaEntry {
    let text = cx.names.get(&persona.id).map(|named| named.rule.clone()).unwrap_or_default();
    let spans = persona
        .spans
        .iter()
        .map(|span| SpanEntry { name: span.clone(), segment: rule::check(&crate::model::reference(span), cx) });
    PersonaEntry {
        id: persona.id.clone(),
        name: if persona.name.is_empty() { persona.id.clone() } else { persona.name.clone() },
        audience: rule::check(&text, cx),
        spans: spans.collect(),
        text,
    }
}
