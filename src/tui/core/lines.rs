//! The lines of the panes, as both the keys and the screen count them.

use super::State;
use crate::insight::catalog::SegmentationState;
use crate::insight::{CellEntry, PersonaEntry, SegmentEntry, SpanEntry};
use crate::model::reference;
use crate::rule::{Checked, RuleError, edit};

/// A line of the segments pane.
#[derive(Debug, Clone, Copy)]
pub enum SegmentLine<'a> {
    /// A segment with a rule of its own.
    Segment(&'a SegmentEntry),
    /// A segmentation as a whole; if `open`, lines of its cells follow.
    Segmentation { entry: &'a SegmentEntry, open: bool },
    /// A cell of an open segmentation.
    Cell(&'a CellEntry),
}

impl<'a> SegmentLine<'a> {
    /// Returns the full name, such as `vip` or `age.25-34`.
    pub fn name(self) -> &'a str {
        match self {
            SegmentLine::Segment(entry) | SegmentLine::Segmentation { entry, .. } => &entry.name,
            SegmentLine::Cell(cell) => &cell.full,
        }
    }

    /// Returns the rule behind the line; `None` for a segmentation as a whole.
    pub fn rule(self) -> Option<&'a Result<Checked, RuleError>> {
        match self {
            SegmentLine::Segment(SegmentEntry { body: SegmentationState::Segment { rule, .. }, .. }) => Some(rule),
            SegmentLine::Cell(cell) => Some(&cell.rule),
            SegmentLine::Segment(_) | SegmentLine::Segmentation { .. } => None,
        }
    }
}

/// A line of the personas pane. `persona` and `at` are indexes: of a persona in the catalog, of a span in its persona.
/// Spans follow the line of an `open` persona.
#[derive(Debug, Clone, Copy)]
pub enum PersonaLine<'a> {
    Persona {
        at: usize,
        entry: &'a PersonaEntry,
        open: bool,
    },
    /// A segment that an open persona spans.
    Span {
        persona: usize,
        at: usize,
        entry: &'a SpanEntry,
    },
    /// Customers of the filter in no persona.
    InNone,
    /// Customers of the filter in two or more personas.
    InSeveral,
}

/// Returns the lines of the segments pane.
pub fn segment_lines(state: &State) -> Vec<SegmentLine<'_>> {
    let mut lines = Vec::new();
    for entry in &state.catalog.segments {
        match &entry.body {
            SegmentationState::Segment { .. } => lines.push(SegmentLine::Segment(entry)),
            SegmentationState::Segmentation { cells, .. } => {
                let open = state.segments.open.contains(&entry.name);
                lines.push(SegmentLine::Segmentation { entry, open });
                if open {
                    lines.extend(cells.iter().flatten().map(SegmentLine::Cell));
                }
            }
        }
    }
    lines
}

/// Returns the lines of the personas pane.
pub fn persona_lines(state: &State) -> Vec<PersonaLine<'_>> {
    let mut lines = Vec::new();
    for (at, entry) in state.catalog.personas.iter().enumerate() {
        let open = state.personas.open.contains(&entry.id);
        lines.push(PersonaLine::Persona { at, entry, open });
        if open {
            let spans = entry.spans.iter().enumerate();
            lines.extend(spans.map(|(i, span)| PersonaLine::Span { persona: at, at: i, entry: span }));
        }
    }
    if !lines.is_empty() {
        lines.extend([PersonaLine::InNone, PersonaLine::InSeveral]);
    }
    lines
}

/// Returns true if the filter has the segment or cell switched on: as a condition of its own, or as one of several
/// cells joined with OR.
pub fn is_on(state: &State, full_name: &str) -> bool {
    let filter = &state.query.filter;
    mentions(filter, full_name) && edit::has_reference(filter, &reference(full_name))
}

/// Returns true if the text may contain `@name`. Cheaper than tokenizing: every line of the pane calls it on every
/// frame.
fn mentions(text: &str, full_name: &str) -> bool {
    let plain =
        full_name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(full_name, |end| &full_name[..end]);
    let says = |at: usize| {
        let rest = text[at + 1..].trim_start_matches(['"', '`']);
        rest.get(..plain.len()).is_some_and(|start| start.eq_ignore_ascii_case(plain))
    };
    memchr::memchr_iter(b'@', text.as_bytes()).any(says)
}

/// Returns the first line to draw so that the cursor's line is in sight. Pure, so that drawing keeps no state.
pub fn first_in_sight(cursor: usize, lines: usize, height: usize) -> usize {
    cursor.saturating_sub(height / 2).min(lines.saturating_sub(height))
}
