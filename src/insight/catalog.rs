use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use crate::engine::Personas;
use crate::model::{CellCut, Column, Definitions, Persona, Segment, SegmentKind, Segmentation};
use crate::rule::cells::SegmentationCell;
use crate::rule::{self, Checked, Context, Expr, Namespace, RuleError};

/// A study's definitions read against a base: every segment, cell and persona with its checked rule, or the reason why
/// it has none. In the order of the study's files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    /// The namespace of `@` in rules.
    pub names: Namespace,
    /// Segments first, then segmentations.
    pub segments: Vec<SegmentEntry>,
    pub personas: Vec<PersonaEntry>,
    /// The personas that can be counted and the segmentations, from which columns are computed. Every question carries them.
    pub counted: Personas,
}

/// A segment, or a segmentation with its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentEntry {
    pub name: String,
    pub kind: Option<SegmentKind>,
    pub note: Option<String>,
    pub body: SegmentationState,
}

#[derive(Debug, Clone, PartialEq)]
pub enum SegmentationState {
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
pub type CellsByName = BTreeMap<String, Result<Vec<SegmentationCell>, String>>;

impl Catalog {
    pub fn new(
        definitions: &Definitions,
        cells: &CellsByName,
        schema: &crate::model::Schema,
        today: chrono::NaiveDate,
    ) -> Self {
        let mut taken = HashSet::new();
        let first_segments: Vec<bool> = definitions.segments.iter().map(|s| taken.insert(s.name.as_str())).collect();
        let first_cuts: Vec<bool> = definitions.segmentations.iter().map(|s| taken.insert(s.name.as_str())).collect();
        let first_personas: Vec<bool> = definitions.personas.iter().map(|p| taken.insert(p.id.as_str())).collect();
        let named = definitions.segmentations.iter().zip(&first_cuts).filter(|(_, first)| **first);
        let with_cells =
            named.flat_map(|(cut, _)| std::iter::once(cut.name.clone()).chain(definitions.score_columns(cut)));
        let known = with_cells.filter_map(|name| {
            let cells = cells.get(&name)?.as_ref().ok()?.clone();
            Some((name, cells))
        });
        // Each rule is read once: rules that mention it use the checked rule.
        let mut names = rule::name_all(definitions, &known.collect());
        let mut rules: Vec<Option<Result<Checked, RuleError>>> = vec![None; definitions.segments.len()];
        for n in in_order_of_reference(&definitions.segments) {
            let segment = &definitions.segments[n];
            let rule = segment_rule(&segment.rule, first_segments[n], &Context { schema, names: &names, today });
            if let Ok(rule) = &rule {
                names.remember(&segment.name, rule);
            }
            rules[n] = Some(rule);
        }
        let mut segments = Vec::new();
        for (segment, rule) in definitions.segments.iter().zip(rules) {
            let rule = rule.unwrap_or_else(|| Err(RuleError::new(0..0, NO_RULE)));
            segments.push(SegmentEntry {
                name: segment.name.clone(),
                kind: segment.kind,
                note: segment.note.clone(),
                body: SegmentationState::Segment { text: segment.rule.clone(), rule },
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
                body: SegmentationState::Segmentation { column: segmentation.column.clone(), cells: entries },
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
        let columns = segmentation_columns(&Context { schema, names: &names, today });
        let counted = Personas::new(by_priority(&personas)).with_columns(columns);
        Self { names, segments, personas, counted }
    }

    /// Returns the catalog with this persona in place of the n-th, or after the last. Reads no other rule again, unless one
    /// names the persona: then the answer is `None`, and all has to be read anew.
    pub fn with_persona(
        &self,
        persona: &Persona,
        place: Option<usize>,
        schema: &crate::model::Schema,
        today: chrono::NaiveDate,
    ) -> Option<Self> {
        let old = place.and_then(|n| self.personas.get(n)).map(|entry| entry.id.as_str());
        let others = || self.personas.iter().enumerate().filter(|(n, _)| Some(*n) != place).map(|(_, entry)| entry);
        let names_it = |text: &str| {
            text.contains('@')
                && rule::references(text).iter().any(|name| *name == persona.id || Some(name.as_str()) == old)
        };
        let is_same = |name: &str| name == persona.id || Some(name) == old;
        let is_elsewhere = self.segments.iter().any(|entry| is_same(&entry.name) || entry.texts().any(names_it))
            || others().any(|other| is_same(&other.id) || names_it(&other.text));
        if is_elsewhere {
            return None;
        }
        let mut names = self.names.clone();
        old.into_iter().for_each(|old| names.remove(old));
        let alone = Definitions { personas: vec![persona.clone()], ..Definitions::default() };
        let text = rule::name_all(&alone, &BTreeMap::new()).get(&persona.id)?.rule.clone();
        names.insert(&persona.id, rule::NameKind::Persona, text);
        let entry = persona_entry(persona, true, &Context { schema, names: &names, today });
        if let Ok(audience) = &entry.audience {
            names.remember(&entry.id, audience);
        }
        let mut personas = self.personas.clone();
        match place {
            Some(n) => *personas.get_mut(n)? = entry,
            None => personas.push(entry),
        }
        let counted = Personas::new(by_priority(&personas)).with_columns(self.counted.columns().to_vec());
        Some(Self { names, segments: self.segments.clone(), personas, counted })
    }

    /// Returns every segment and cell that can be counted, by full name, in screen order.
    pub fn countable(&self) -> Vec<(&str, &Checked)> {
        self.segments.iter().flat_map(SegmentEntry::rules).collect()
    }

    /// Returns the rules of all definitions that have one, to find those that an engine cannot evaluate.
    pub fn rules(&self) -> Vec<Checked> {
        let own = self.countable().into_iter().map(|(_, rule)| rule.clone());
        own.chain(self.audiences().into_iter().cloned()).collect()
    }

    /// Puts in error the definitions whose rules an engine cannot evaluate, each with the reason; everything else can then
    /// be counted without them.
    pub fn set_aside(&mut self, faults: &[(Checked, String)]) {
        if faults.is_empty() {
            return;
        }
        let reason = |rule: &Checked| faults.iter().find(|(faulty, _)| faulty == rule).map(|(_, reason)| reason);
        let named = self.countable().into_iter().filter(|(_, rule)| reason(rule).is_some());
        let mut faulty: HashSet<String> = named.map(|(name, _)| name.to_owned()).collect();
        let ids = self.personas.iter().filter(|one| one.audience.as_ref().is_ok_and(|rule| reason(rule).is_some()));
        faulty.extend(ids.map(|persona| persona.id.clone()));
        let check = |rule: &mut Result<Checked, RuleError>, text: &str| {
            let Some(reason) = rule.as_ref().ok().and_then(reason) else { return };
            let used = rule::references(text).into_iter().find(|name| faulty.contains(name));
            let message = match used {
                Some(name) => format!("{} cannot be counted", crate::model::reference(&name)),
                None => reason.clone(),
            };
            *rule = Err(RuleError::new(0..0, message));
        };
        for entry in &mut self.segments {
            match &mut entry.body {
                SegmentationState::Segment { text, rule } => check(rule, text),
                SegmentationState::Segmentation { cells, .. } => {
                    cells.iter_mut().flatten().for_each(|cell| check(&mut cell.rule, &cell.text));
                }
            }
        }
        for persona in &mut self.personas {
            check(&mut persona.audience, &persona.text);
            for span in &mut persona.spans {
                check(&mut span.segment, &crate::model::reference(&span.name));
            }
        }
        let columns = self.counted.columns().to_vec();
        self.counted = Personas::new(by_priority(&self.personas)).with_columns(columns);
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

/// Returns the segments' indexes, each after those that its rule names: so each rule is read once, however the file is
/// ordered. In a cycle the order does not matter.
fn in_order_of_reference(segments: &[Segment]) -> Vec<usize> {
    let mut places: HashMap<&str, usize> = HashMap::with_capacity(segments.len());
    for (n, segment) in segments.iter().enumerate() {
        places.entry(&segment.name).or_insert(n);
    }
    let named = |n: usize| -> Vec<usize> {
        let text = &segments[n].rule;
        let names = if text.contains('@') { rule::references(text) } else { Vec::new() };
        names.iter().filter_map(|name| places.get(name.as_str()).copied()).collect()
    };
    let mut order = Vec::with_capacity(segments.len());
    let mut is_seen = vec![false; segments.len()];
    let mut path: Vec<(usize, Vec<usize>)> = Vec::new();
    for start in 0..segments.len() {
        let mut next = Some(start);
        loop {
            if let Some(n) = next.filter(|n| !std::mem::replace(&mut is_seen[*n], true)) {
                path.push((n, named(n)));
            }
            let Some((n, waiting)) = path.last_mut() else { break };
            next = waiting.pop();
            if next.is_none() {
                order.push(*n);
                path.pop();
            }
        }
    }
    order
}

/// Returns the segmentations that are columns, each with the expression of a customer's first cell, or of the score.
fn segmentation_columns(cx: &Context) -> Vec<(String, Arc<Expr>)> {
    let read = |column: &Column| {
        let value = rule::value_in(&rule::quote(&column.name), cx).ok()?;
        Some((column.name.clone(), value.normal()))
    };
    cx.schema.segmentations().iter().filter_map(read).collect()
}

fn by_priority(personas: &[PersonaEntry]) -> Vec<(String, Checked)> {
    let counted = |persona: &PersonaEntry| Some((persona.id.clone(), persona.audience.as_ref().ok()?.clone()));
    personas.iter().filter_map(counted).collect()
}

impl SegmentEntry {
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
    fn texts(&self) -> impl Iterator<Item = &str> {
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
    fn rules(&self) -> Vec<(&str, &Checked)> {
        match &self.body {
            SegmentationState::Segment { rule, .. } => rule.iter().map(|rule| (self.name.as_str(), rule)).collect(),
            SegmentationState::Segmentation { cells, .. } => {
                cells.iter().flatten().filter_map(|cell| Some((cell.full.as_str(), cell.rule.as_ref().ok()?))).collect()
            }
        }
    }
}

/// Returns the person's note, or a remark on the cells.
fn note(segmentation: &Segmentation, cells: &CellsByName) -> Option<String> {
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

fn cell_entries(name: &str, cells: &CellsByName, cx: &Context) -> Result<Vec<CellEntry>, String> {
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

fn persona_entry(persona: &Persona, first: bool, cx: &Context) -> PersonaEntry {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(rules: &[(&str, &str)]) -> Vec<Segment> {
        let segment = |(name, rule): &(&str, &str)| Segment {
            name: (*name).into(),
            kind: None,
            rule: (*rule).into(),
            note: None,
        };
        rules.iter().map(segment).collect()
    }

    #[test]
    fn segments_are_ordered_after_their_references() {
        let order = in_order_of_reference(&segments(&[
            ("a", "@c AND @b"),
            ("b", "n > 1"),
            ("c", "@b OR @unknown"),
            ("d", "@e"),
            ("e", "@d"),
            ("a", "@a"),
        ]));
        let place = |n: usize| order.iter().position(|other| *other == n);
        assert_eq!(order.len(), 6);
        assert!(place(1) < place(2) && place(2) < place(0));
    }
}
