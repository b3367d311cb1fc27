//! Entries of the catalog: a segment, a segmentation with its cells, a persona with its spans, each read on its own.

use super::CellsByName;
use crate::model::{CellCut, Persona, SegmentKind, Segmentation};
use crate::rule::{self, Checked, Context, RuleError};

/// Reason why the second of two definitions of one name has no rule: `@name` means the first.
pub(super) const NAME_TAKEN: &str = "another segment has this name";
/// Reason why a definition without a rule cannot be counted.
pub(super) const NO_RULE: &str = "it has no rule";

/// A segment, or a segmentation with its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentEntry {
    pub name: String,
    pub kind: Option<SegmentKind>,
    pub note: Option<String>,
    pub body: SegmentationState,
}

/// Content of a [`SegmentEntry`].
#[derive(Debug, Clone, PartialEq)]
pub enum SegmentationState {
    /// A segment with a rule of its own.
    Segment {
        /// Text of the rule as the person wrote it.
        text: String,
        rule: Result<Checked, RuleError>,
    },
    /// A segmentation.
    Segmentation {
        column: String,
        /// Cells, or the reason why the column could not be cut.
        cells: Result<Vec<CellEntry>, String>,
    },
}

/// One cell of a segmentation.
#[derive(Debug, Clone, PartialEq)]
pub struct CellEntry {
    /// Name within the segmentation, such as `25-34`.
    pub name: String,
    /// Name with that of the segmentation, such as `age.25-34`.
    pub full: String,
    /// Text of the rule.
    pub text: String,
    pub rule: Result<Checked, RuleError>,
}

/// A persona with its checked rules.
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

impl SegmentEntry {
    /// Returns a segmentation's cells, or the reason why there are none; `None` for a segment.
    pub fn cells(&self) -> Option<&Result<Vec<CellEntry>, String>> {
        match &self.body {
            SegmentationState::Segment { .. } => None,
            SegmentationState::Segmentation { cells, .. } => Some(cells),
        }
    }

    /// Returns true if it is a segmentation whose cells are cut from one column, so that they cannot overlap.
    pub fn is_cut(&self) -> bool {
        matches!(&self.body, SegmentationState::Segmentation { column, .. } if !column.is_empty())
    }

    /// Returns the text of the segment's rule, or of its cells' rules.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let (own, cells) = match &self.body {
            SegmentationState::Segment { text, .. } => (Some(text.as_str()), None),
            SegmentationState::Segmentation { cells, .. } => (None, cells.as_ref().ok()),
        };
        own.into_iter().chain(cells.into_iter().flatten().map(|cell| cell.text.as_str()))
    }

    /// Returns the full name of the segment or of each cell, with its error, if any.
    pub fn lines(&self) -> Vec<(&str, Option<String>)> {
        let error = |rule: &Result<Checked, RuleError>| rule.as_ref().err().map(ToString::to_string);
        match &self.body {
            SegmentationState::Segment { rule, .. } => vec![(&self.name, error(rule))],
            SegmentationState::Segmentation { cells: Err(reason), .. } => vec![(&self.name, Some(reason.clone()))],
            SegmentationState::Segmentation { cells: Ok(cells), .. } => {
                cells.iter().map(|cell| (cell.full.as_str(), error(&cell.rule))).collect()
            }
        }
    }

    /// Returns the segment's rule, or its cells' rules, by full name, without those in error.
    pub(super) fn rules(&self) -> Vec<(&str, &Checked)> {
        match &self.body {
            SegmentationState::Segment { rule, .. } => rule.iter().map(|rule| (self.name.as_str(), rule)).collect(),
            SegmentationState::Segmentation { cells, .. } => {
                cells.iter().flatten().filter_map(|cell| Some((cell.full.as_str(), cell.rule.as_ref().ok()?))).collect()
            }
        }
    }
}

/// Returns the person's note, or a remark on the cells.
pub(super) fn note(segmentation: &Segmentation, cells: &CellsByName) -> Option<String> {
    let found = cells.get(&segmentation.name)?.as_ref().ok();
    let remark = match (segmentation.cut(), found) {
        (Ok(CellCut::Quantiles { parts, .. }), Some(cells)) if cells.len() < parts as usize => {
            Some(format!("ties: only {} cells instead of {parts}", cells.len()))
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

/// Checks the rules of a segmentation's cells.
pub(super) fn cell_entries(name: &str, cells: &CellsByName, cx: &Context) -> Result<Vec<CellEntry>, String> {
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
pub(super) fn segment_rule(text: &str, first: bool, cx: &Context) -> Result<Checked, RuleError> {
    match (first, text.trim().is_empty()) {
        (false, _) => Err(RuleError::new(0..0, NAME_TAKEN)),
        (true, true) => Err(RuleError::new(0..0, NO_RULE)),
        (true, false) => rule::check(text, cx),
    }
}

fn audience(text: &str, cx: &Context) -> Result<Checked, RuleError> {
    rule::check(text, cx).and_then(|rule| rule::of_persona(rule, cx.schema))
}

/// Checks the rules of a persona. `first` is true for the first definition of its name.
pub(super) fn persona_entry(persona: &Persona, first: bool, cx: &Context) -> PersonaEntry {
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
