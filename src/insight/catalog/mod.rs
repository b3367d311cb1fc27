//! A study's definitions read against a base.

mod entries;
mod order;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

pub use self::entries::{CellEntry, PersonaEntry, SegmentEntry, SegmentationState, SpanEntry};
use self::entries::{NAME_TAKEN, NO_RULE, cell_entries, note, persona_entry, segment_rule};
use self::order::in_order_of_reference;
use crate::engine::Personas;
use crate::model::{Column, Definitions, Persona};
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

/// Cells of every segmentation by its name, or the reason why there are none.
pub type CellsByName = BTreeMap<String, Result<Vec<SegmentationCell>, String>>;

impl Catalog {
    /// Checks all definitions. `cells` are the computed cells of the segmentations.
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
    /// names the persona: then the answer is `None`, and all definitions have to be read again.
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
