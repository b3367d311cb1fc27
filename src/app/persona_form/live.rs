//! What the form counts while one types: the audience, its attributes, what each segment would add.

use super::{Field, PersonaForm};
use crate::engine::{Answer, Ask, CountsQuestion, EngineError, OverlapQuestion, Question};
use crate::insight::card::{Card, CardContext, Facts};
use crate::insight::catalog::Cells;
use crate::insight::inquiry::{Inquiry, Itself, Single, Slot};
use crate::insight::{Catalog, PersonaEntry};
use crate::model::{Definitions, Persona, is_plain_name};
use crate::rule::{self, Checked};

/// The figures of the persona that is typed.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// The persona as the card counts it, as far as its own rules go.
    card: Option<Card>,
    pub facts: Option<Facts>,
    /// Why there is no audience.
    pub error: Option<String>,
    /// The segments' names, in the order of what was asked.
    names: Vec<String>,
    overlap: Single<Itself<OverlapQuestion>>,
    alone: Single<Itself<CountsQuestion>>,
    /// The chosen segments that could be counted, in the order of what was asked.
    chosen: Vec<String>,
}

/// What a segment is to the audience, in the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanCount {
    /// |S|
    pub segment: u64,
    /// Customers that it would add: |S \ A|, those that `where` lets in. 0 of a segment that is spanned.
    pub adds: u64,
    /// |S ∩ A|
    pub both: u64,
    /// Of a segment that is spanned: customers of the audience that no other one holds.
    pub alone: Option<u64>,
}

const OVERLAP: usize = 0;
const ALONE: usize = 1;
/// Slots from here on are of the card.
const CARD: usize = 2;

impl Live {
    /// Reads what is typed anew. What has been counted is not asked again.
    pub fn new(form: &PersonaForm, definitions: &Definitions, cells: &Cells, cx: &CardContext) -> Self {
        let draft = form.draft();
        let (catalog, at) = catalog_with(&draft, form.editing.as_deref(), definitions, cells, cx);
        let Some(entry) = catalog.personas.get(at) else { return Self::default() };
        let cx = CardContext { catalog: &catalog, ..*cx };
        let mut card = Card::of_own_rules(&draft, entry, &cx);
        if let Some(before) = &form.live.card {
            card.keep_answers(before);
        }
        let mut live = Self {
            facts: Some(card.result().clone()),
            card: Some(card),
            error: entry.audience.as_ref().err().map(ToString::to_string),
            ..form.live.clone()
        };
        if form.field == Field::Spans {
            live.renew_spans(&draft, entry, &catalog, &cx);
        }
        live
    }

    /// Counts the segments, if they are not counted against what is typed.
    fn renew_spans(&mut self, draft: &Persona, entry: &PersonaEntry, catalog: &Catalog, cx: &CardContext) {
        let rules = rule::Context { schema: cx.schema, names: &catalog.names, today: cx.today };
        let check = |text: &str| rule::check(text, &rules);
        let narrowed = draft.narrowed.as_deref().unwrap_or_default();
        // While the rule that narrows is no rule, segments are held against what they make without it.
        let within = check(narrowed).unwrap_or_else(|_| Checked::everyone());
        let nobody = || check("FALSE").unwrap_or_else(|_| Checked::everyone());
        let audience = match (&entry.audience, draft.spans.is_empty()) {
            (Ok(audience), false) => audience.clone(),
            _ => nobody(),
        };
        let countable = catalog.countable();
        let names: Vec<String> = countable.iter().map(|(name, _)| (*name).to_owned()).collect();
        let columns = countable.iter().map(|(_, rule)| (*rule).clone()).collect();
        let overlap = OverlapQuestion { filter: Checked::everyone(), rows: vec![audience, within.clone()], columns };
        let good: Vec<(&str, &Checked)> =
            entry.spans.iter().filter_map(|span| Some((span.name.as_str(), span.segment.as_ref().ok()?))).collect();
        let alone = good.iter().enumerate().map(|(n, (_, own))| {
            let others = good
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != n)
                .map(|(_, (name, _))| crate::model::reference(name));
            let others = others.collect::<Vec<_>>().join(" OR ");
            let not_others =
                if others.is_empty() { Ok(Checked::everyone()) } else { check(&format!("({others}) IS NOT TRUE")) };
            not_others.map(|not_others| own.and(&within).and(&not_others)).unwrap_or_else(|_| nobody())
        });
        let alone = CountsQuestion { filter: Checked::everyone(), rules: alone.collect() };
        let is_same = self.overlap.about().is_some_and(|asked| asked.0 == overlap)
            && self.alone.about().is_some_and(|asked| asked.0 == alone);
        if is_same && !is_to_ask(&self.overlap) && !is_to_ask(&self.alone) {
            return;
        }
        let earlier = std::mem::take(&mut self.overlap);
        self.overlap = match is_same && !is_to_ask(&earlier) {
            true => earlier,
            false if self.names == names => Single::of(overlap).after(earlier),
            false => Single::of(overlap),
        };
        if !is_same || is_to_ask(&self.alone) {
            // Old counts stand for the old choice.
            self.alone = Single::of(alone);
        }
        self.names = names;
        self.chosen = good.iter().map(|(name, _)| (*name).to_owned()).collect();
    }

    /// What a segment is to the audience; none while it is counted, or cannot be. And whether that is of what is typed now.
    pub fn span(&self, name: &str) -> Option<(SpanCount, bool)> {
        let at = self.names.iter().position(|known| known == name)?;
        let overlap = self.overlap.found.answer.as_ref()?;
        let (segment, [of_audience, of_within]) = (overlap.columns.get(at)?, overlap.both.first_chunk()?);
        let (both, let_in) = (of_audience.get(at)?.in_base, of_within.get(at)?.in_base);
        let own = self.chosen.iter().position(|chosen| chosen == name);
        let alone = own.and_then(|own| Some(self.alone.found.answer.as_ref()?.get(own)?.in_base));
        let count = SpanCount { segment: segment.in_base, adds: let_in.saturating_sub(both), both, alone };
        Some((count, self.overlap.found.fresh))
    }

    /// Why the segments were not counted.
    pub fn spans_error(&self) -> Option<&str> {
        self.overlap.found.error.as_deref()
    }

    pub fn is_waiting(&self) -> bool {
        self.card.as_ref().is_some_and(Card::is_waiting)
            || self.overlap.about().is_some() && self.overlap.found.is_waiting()
    }
}

/// Not asked yet, or asked in vain.
fn is_to_ask<Q: Ask>(single: &Single<Itself<Q>>) -> bool {
    single.needs_asking() || single.found.error.is_some()
}

impl Inquiry for Live {
    type Result = Self;

    fn open(&self) -> Vec<(Slot, Question)> {
        let at = |slot: usize| move |(Slot(own), question)| (Slot(slot + own), question);
        let card = self.card.iter().flat_map(Card::open).map(at(CARD));
        let overlap = self.overlap.open().into_iter().map(at(OVERLAP));
        card.chain(overlap).chain(self.alone.open().into_iter().map(at(ALONE))).collect()
    }

    fn take(&mut self, slot: Slot, answer: Result<Answer, EngineError>) {
        match (slot.0, &mut self.card) {
            (OVERLAP, _) => self.overlap.take(Slot(0), answer),
            (ALONE, _) => self.alone.take(Slot(0), answer),
            (slot, Some(card)) => {
                card.take(Slot(slot - CARD), answer);
                self.facts = Some(card.result().clone());
            }
            (_, None) => {}
        }
    }

    fn result(&self) -> &Self {
        self
    }
}

/// The study's definitions as they would be with this persona, and its place among them.
pub fn catalog_with(
    draft: &Persona,
    editing: Option<&str>,
    definitions: &Definitions,
    cells: &Cells,
    cx: &CardContext,
) -> (Catalog, usize) {
    let mut definitions = definitions.clone();
    let at = definitions.personas.iter().position(|persona| Some(persona.id.as_str()) == editing);
    let others = definitions.personas.iter().enumerate().filter(|(n, _)| Some(*n) != at);
    let is_taken = others.into_iter().any(|(_, other)| other.id == draft.id)
        || definitions.segments.iter().any(|segment| segment.name == draft.id);
    let mut persona = draft.clone();
    if is_taken || !is_plain_name(&persona.id) {
        // What the id is to be does not change what is counted.
        persona.id = editing.unwrap_or("new_persona_").to_owned();
    }
    let at = match at {
        Some(at) => {
            definitions.personas[at] = persona;
            at
        }
        None => {
            definitions.personas.push(persona);
            definitions.personas.len() - 1
        }
    };
    (Catalog::new(&definitions, cells, cx.schema, cx.today), at)
}
