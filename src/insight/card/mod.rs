//! The persona card: what is asked about a persona, and what the answers say. In the whole base; the filter has no part
//! in it.
//!
//! A [`Card`] is an inquiry: [`Card::new`] reads a persona against the base, and its result is the [`Facts`] that are known so
//! far. The card on screen, the report and `personas --claims` all go this way.

mod claims;
mod counted;
mod facts;
mod missing;
mod stale;
mod typical;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use chrono::NaiveDate;

pub use claims::{CONTRADICTED, ClaimFacts, ClaimState, Effect, SUPPORTED};
pub use counted::{AttributeFacts, AttributeFigures, Reached, SpanFacts, SpanFigures, StageFacts};
pub use facts::{Fact, Facts, NOTABLE, Size, Traits};
pub use missing::{initials, needs_research};
pub use stale::{Stale, newest_evidence, stale};
pub use typical::{Typical, Typically};

use super::inquiry::{Inquiry, Slot};
use super::settings::told_columns;
use super::{Catalog, PersonaEntry, why};
use crate::engine::{
    Answer, ContrastQuestion, CountsQuestion, EngineError, ProfileQuestion, Question, SummaryQuestion,
};
use crate::model::{Column, Persona, Schema};
use crate::rule::{self, Checked};
pub use crate::study::Thresholds;

/// What a persona is read against.
#[derive(Debug, Clone, Copy)]
pub struct CardContext<'a> {
    pub catalog: &'a Catalog,
    pub schema: &'a Schema,
    /// N.
    pub base: u64,
    /// What `today` means.
    pub today: NaiveDate,
    /// The money column, as the schema spells it.
    pub value: Option<&'a str>,
    /// Columns that are never shown in the clear.
    pub mask: &'a [String],
    pub min_cell: u64,
    pub thresholds: Thresholds,
}

/// A persona with its rules checked, what has to be asked, and the answers so far.
#[derive(Debug, Clone)]
pub struct Card {
    persona: Persona,
    audience: Ruled,
    spans: Vec<(String, Ruled)>,
    /// None of a stage or claim that says no rule.
    stages: Vec<Option<Ruled>>,
    checks: Vec<Option<Ruled>>,
    attributes: Vec<Ruled>,
    columns: Vec<Column>,
    /// Columns that the audience's rule reads: they differ trivially.
    mentioned: BTreeSet<String>,
    base: u64,
    today: NaiveDate,
    min_cell: u64,
    thresholds: Thresholds,
    asked: Vec<(Asked, Question)>,
    /// In the order of `asked`.
    answers: Vec<Option<Result<Answer, String>>>,
    /// Made of the answers when it is first wanted.
    facts: OnceLock<Facts>,
}

/// A rule, or in words why there is none.
type Ruled = Result<Checked, String>;

/// What a question is for. Columns are places in [`Card::columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Size,
    Spans,
    Claims,
    Flow,
    Attributes,
    Profile(usize),
    Contrast(usize),
}

/// Bins are not looked at: the fewest will do.
const BINS: usize = 2;

impl Card {
    /// Reads the persona's rules; `entry` is its place in the catalog.
    pub fn new(persona: &Persona, entry: &PersonaEntry, cx: &CardContext) -> Self {
        let rules = rule::Context { schema: cx.schema, names: &cx.catalog.names, today: cx.today };
        let check = |text: &String| rule::check(text, &rules).map_err(|error| error.to_string());
        let wanted = |text: &&String| !text.trim().is_empty();
        let maybe = |text: Option<&String>| text.filter(wanted).map(check);
        let audience = entry.audience.clone().map_err(|error| error.to_string());
        let spans = entry.spans.iter().map(|span| {
            let rule = span.segment.clone().map_err(|error| error.to_string());
            (span.name.clone(), rule)
        });
        let mut card = Self {
            spans: spans.collect(),
            stages: persona.journey.iter().map(|stage| maybe(stage.reached.as_ref())).collect(),
            checks: persona.claims.iter().map(|claim| maybe(claim.check.as_ref())).collect(),
            attributes: persona.attributes.iter().map(check).collect(),
            columns: told_columns(cx.schema, cx.mask).into_iter().cloned().collect(),
            mentioned: audience.as_ref().map(Checked::columns).unwrap_or_default(),
            base: cx.base,
            today: cx.today,
            min_cell: cx.min_cell,
            thresholds: cx.thresholds,
            persona: persona.clone(),
            audience,
            asked: Vec::new(),
            answers: Vec::new(),
            facts: OnceLock::new(),
        };
        card.asked = card.all_questions(cx.value);
        card.answers = vec![None; card.asked.len()];
        card
    }

    /// As [`Card::new`], but only what the persona's own rules count: no traits, no typical customer.
    pub fn of_own_rules(persona: &Persona, entry: &PersonaEntry, cx: &CardContext) -> Self {
        let mut card = Self::new(persona, entry, cx);
        card.asked.retain(|(what, _)| !matches!(what, Asked::Profile(_) | Asked::Contrast(_)));
        card.answers.truncate(card.asked.len());
        card
    }

    /// Takes over the answers of an earlier card to the same questions.
    pub fn keep_answers(&mut self, before: &Card) {
        for ((_, question), answer) in self.asked.iter().zip(&mut self.answers) {
            let at = before.asked.iter().position(|(_, asked)| asked == question);
            *answer = at.and_then(|at| before.answers.get(at)?.clone().filter(Result::is_ok));
        }
        self.facts.take();
    }

    /// Whether all that counts by rules is there; what comes after looks at a column each.
    pub fn has_counted_rules(&self) -> bool {
        let of_rules = |what: &Asked| !matches!(what, Asked::Profile(_) | Asked::Contrast(_));
        self.asked.iter().zip(&self.answers).all(|((what, _), answer)| !of_rules(what) || answer.is_some())
    }

    /// Some question has no answer yet.
    pub fn is_waiting(&self) -> bool {
        self.answers.iter().any(Option::is_none)
    }

    fn read(&self) -> Facts {
        Facts {
            size: self.size(),
            spans: self.span_facts(),
            traits: self.traits(),
            typical: self.typical(),
            flow: self.flow(),
            claims: self.claim_facts(),
            attributes: self.attribute_facts(),
            stale: self.stale(),
        }
    }

    fn all_questions(&self, value: Option<&str>) -> Vec<(Asked, Question)> {
        let Ok(audience) = &self.audience else { return Vec::new() };
        let filter = || audience.clone();
        let size = SummaryQuestion { filter: filter(), value: value.map(ToOwned::to_owned) };
        let mut asked: Vec<(Asked, Question)> = vec![(Asked::Size, size.into())];
        let counted = [
            (Asked::Spans, self.span_rules()),
            (Asked::Claims, self.check_rules()),
            (Asked::Flow, self.flow_rules()),
            (Asked::Attributes, self.attribute_rules()),
        ];
        let counted = counted.into_iter().filter(|(_, rules)| !rules.is_empty());
        asked.extend(counted.map(|(what, rules)| (what, CountsQuestion { filter: filter(), rules }.into())));
        for (i, column) in self.columns.iter().enumerate() {
            let column = || column.name.clone();
            let profile = ProfileQuestion { filter: filter(), column: column(), bins: BINS };
            asked.push((Asked::Profile(i), profile.into()));
            let contrast = ContrastQuestion { inside: filter(), outside: None, column: column(), limit: why::VALUES };
            asked.push((Asked::Contrast(i), contrast.into()));
        }
        asked
    }

    /// The answer to a question, in error, or still on its way.
    fn answer(&self, what: Asked) -> Fact<&Answer> {
        if let Err(error) = &self.audience {
            return Fact::Wrong(error.clone());
        }
        let at = self.asked.iter().position(|(asked, _)| *asked == what);
        match at.and_then(|at| self.answers.get(at)?.as_ref()) {
            Some(Ok(answer)) => Fact::Known(answer),
            Some(Err(reason)) => Fact::Wrong(reason.clone()),
            None => Fact::Waiting,
        }
    }

    fn stale(&self) -> Vec<Stale> {
        let audience = self.audience_size().map(|customers| (customers, self.base));
        stale(&self.persona, audience, self.today, &self.thresholds)
    }
}

impl Inquiry for Card {
    type Result = Facts;

    /// Nothing while the audience's rule is in error.
    fn open(&self) -> Vec<(Slot, Question)> {
        let open = self.asked.iter().zip(&self.answers).enumerate().filter(|(_, (_, answer))| answer.is_none());
        open.map(|(n, ((_, question), _))| (Slot(n), question.clone())).collect()
    }

    fn take(&mut self, Slot(n): Slot, answer: Result<Answer, EngineError>) {
        if let Some(place) = self.answers.get_mut(n).filter(|place| place.is_none()) {
            *place = Some(answer.map_err(|error| error.to_string()));
            self.facts.take();
        }
    }

    fn result(&self) -> &Facts {
        self.facts.get_or_init(|| self.read())
    }
}
