//! Live figures of the persona form: the audience, its attributes, what each segment would add.

use super::{PersonaField, PersonaForm};
use crate::engine::{Answer, CountsQuestion, EngineError, OverlapQuestion, Question, TypedQuestion};
use crate::insight::card::{Card, CardContext, Facts};
use crate::insight::catalog::CellsByName;
use crate::insight::inquiry::{Inquiry, PlainAnswer, QuestionSlot, SingleInquiry};
use crate::insight::{Catalog, PersonaEntry};
use crate::model::{Definitions, Persona, is_plain_name};
use crate::rule::{self, Checked};

/// Figures of the persona that is being typed.
#[derive(Debug, Clone, Default)]
pub struct LiveFigures {
    /// The persona's card, restricted to what its own rules count.
    card: Option<Card>,
    /// Facts of the draft's card, as far as they are counted.
    pub facts: Option<Facts>,
    /// Reason why there is no audience.
    pub error: Option<String>,
    /// Names of the segments, in the order of the question.
    names: Vec<String>,
    overlap: SingleInquiry<PlainAnswer<OverlapQuestion>>,
    alone: SingleInquiry<PlainAnswer<CountsQuestion>>,
    /// Chosen segments that could be counted, in the order of the question.
    chosen: Vec<String>,
}

/// Overlap of a segment S with the audience A, in the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanCount {
    /// |S|
    pub segment: u64,
    /// Customers that it would add: |S \ A|, limited to those that `where` lets in. 0 for a segment that is spanned.
    pub adds: u64,
    /// |S ∩ A|
    pub both: u64,
    /// Customers of the audience that no other spanned segment holds. `None` for a segment that is not spanned.
    pub alone: Option<u64>,
}

const OVERLAP: usize = 0;
const ALONE: usize = 1;
/// First slot of the card's questions.
const CARD: usize = 2;

impl LiveFigures {
    /// Builds the inquiry for what is typed. Answers that are already known are kept, not asked again.
    pub fn new(form: &PersonaForm, definitions: &Definitions, cells: &CellsByName, cx: &CardContext) -> Self {
        let draft = form.draft();
        let (catalog, at) = catalog_with(&draft, form.editing.as_deref(), definitions, cells, cx);
        let Some(entry) = catalog.personas.get(at) else { return Self::default() };
        let cx = CardContext { catalog: &catalog, ..*cx };
        let mut card = Card::from_own_rules(&draft, entry, &cx);
        if let Some(before) = &form.live.card {
            card.keep_answers(before);
        }
        let mut live = Self {
            facts: Some(card.result().clone()),
            card: Some(card),
            error: entry.audience.as_ref().err().map(ToString::to_string),
            ..form.live.clone()
        };
        if form.field == PersonaField::Spans {
            live.renew_spans(&draft, entry, &catalog, &cx);
        }
        live
    }

    /// Counts the segments again if what is typed has changed what they are counted against.
    fn renew_spans(&mut self, draft: &Persona, entry: &PersonaEntry, catalog: &Catalog, cx: &CardContext) {
        let rules = rule::Context { schema: cx.schema, names: &catalog.names, today: cx.today };
        let check = |text: &str| rule::check(text, &rules);
        let narrowed = draft.narrowed.as_deref().unwrap_or_default();
        // While the narrowing rule is invalid, segments are counted against the audience without it.
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
            false if self.names == names => SingleInquiry::from_question(overlap).after(earlier),
            false => SingleInquiry::from_question(overlap),
        };
        if !is_same || is_to_ask(&self.alone) {
            // Old counts belong to the old choice of segments.
            self.alone = SingleInquiry::from_question(alone);
        }
        self.names = names;
        self.chosen = good.iter().map(|(name, _)| (*name).to_owned()).collect();
    }

    /// Returns a segment's overlap with the audience, and true if it is up to date with what is typed. `None` while it
    /// is being counted, or if it cannot be counted.
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

    /// Returns why the segments were not counted.
    pub fn spans_error(&self) -> Option<&str> {
        self.overlap.found.error.as_deref()
    }

    /// Returns true while figures are being counted.
    pub fn is_waiting(&self) -> bool {
        self.card.as_ref().is_some_and(Card::is_waiting)
            || self.overlap.about().is_some() && self.overlap.found.is_waiting()
    }
}

/// Returns true if the question was not asked yet, or failed.
fn is_to_ask<Q: TypedQuestion>(single: &SingleInquiry<PlainAnswer<Q>>) -> bool {
    single.needs_asking() || single.found.error.is_some()
}

impl Inquiry for LiveFigures {
    type Result = Self;

    fn open(&self) -> Vec<(QuestionSlot, Question)> {
        let at = |slot: usize| move |(QuestionSlot(own), question)| (QuestionSlot(slot + own), question);
        let card = self.card.iter().flat_map(Card::open).map(at(CARD));
        let overlap = self.overlap.open().into_iter().map(at(OVERLAP));
        card.chain(overlap).chain(self.alone.open().into_iter().map(at(ALONE))).collect()
    }

    fn take(&mut self, slot: QuestionSlot, answer: Result<Answer, EngineError>) {
        match (slot.0, &mut self.card) {
            (OVERLAP, _) => self.overlap.take(QuestionSlot(0), answer),
            (ALONE, _) => self.alone.take(QuestionSlot(0), answer),
            (slot, Some(card)) => {
                card.take(QuestionSlot(slot - CARD), answer);
                self.facts = Some(card.result().clone());
            }
            (_, None) => {}
        }
    }

    fn result(&self) -> &Self {
        self
    }
}

/// Returns the catalog of the study's definitions with this persona added or replaced, and its index among the
/// personas.
pub fn catalog_with(
    draft: &Persona,
    editing: Option<&str>,
    definitions: &Definitions,
    cells: &CellsByName,
    cx: &CardContext,
) -> (Catalog, usize) {
    let at = definitions.personas.iter().position(|persona| Some(persona.id.as_str()) == editing);
    let others = definitions.personas.iter().enumerate().filter(|(n, _)| Some(*n) != at);
    let is_taken = others.into_iter().any(|(_, other)| other.id == draft.id)
        || definitions.segments.iter().any(|segment| segment.name == draft.id);
    let mut persona = draft.clone();
    if is_taken || !is_plain_name(&persona.id) {
        // Counts do not depend on the id, so a valid placeholder will do.
        persona.id = editing.unwrap_or("new_persona_").to_owned();
    }
    let place = at.unwrap_or(definitions.personas.len());
    if let Some(catalog) = cx.catalog.with_persona(&persona, at, cx.schema, cx.today) {
        return (catalog, place);
    }
    let mut definitions = definitions.clone();
    match at {
        Some(at) => definitions.personas[at] = persona,
        None => definitions.personas.push(persona),
    }
    (Catalog::new(&definitions, cells, cx.schema, cx.today), place)
}
